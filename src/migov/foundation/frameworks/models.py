"""Policy frameworks: trees of elements with codes, titles, scope notes and terms, joined by crosswalks (SKOS
relations).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Certainty(models.TextChoices):
    OFFICIAL = "official", _("official")
    TO_CHECK = "to-check", _("to be checked against the official text")
    OURS = "ours", _("our own")


class Framework(models.Model):
    """A body of commitments that work is aligned to: MiGOF, the Global Compact, the SDGs, a strategy, a results
    framework.
    """

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    short_title = models.CharField(max_length=40)
    issuer = models.CharField(max_length=200, blank=True)
    version = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=300, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty.choices, default=Certainty.OFFICIAL)
    main_level = models.JSONField(default=list, help_text=_("The kinds of element that reports count by."))
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    shipped = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("Digest of the shipped pack as last applied, so that a restart does not undo a richer pack."),
    )

    class Meta:
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return self.short_title


class Element(models.Model):
    """One element of a framework: a principle, an objective, a goal, a target, a sector, an outcome."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="elements")
    code = models.CharField(max_length=30)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    main = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="under",
        help_text=_("The element of the main level that this one counts under; itself for the main level."),
    )
    kind = models.CharField(max_length=40)
    title = models.TextField()
    scope = models.TextField(blank=True)
    text = models.TextField(blank=True, help_text=_("Official text, when a richer pack has been loaded."))
    terms = models.JSONField(default=list)
    exclude = models.JSONField(default=list)
    migration = models.BooleanField(default=True, help_text=_("Migration work touches it."))
    source = models.CharField(max_length=300, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty.choices, default=Certainty.OFFICIAL)
    order = models.PositiveIntegerField(default=0)
    depth = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["framework", "order"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="element_code_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="element_not_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.framework.short_title} {self.code}"


class Relation(models.TextChoices):
    EXACT = "exact", _("exact match")
    CLOSE = "close", _("close match")
    BROAD = "broad", _("broader match")
    NARROW = "narrow", _("narrower match")
    RELATED = "related", _("related match")


class Crosswalk(models.Model):
    """A link between elements of two frameworks. `broad`: the target is the broader of the two."""

    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="links_in")
    relation = models.CharField(max_length=8, choices=Relation.choices)
    source = models.CharField(max_length=300)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["element", "target"], name="crosswalk_once"),
            models.CheckConstraint(condition=~Q(element=F("target")), name="crosswalk_joins_two"),
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.relation} {self.target}"
