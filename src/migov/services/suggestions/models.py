"""What the matcher has read and learnt: records examined, versions of the learned models, second opinions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.history import Fact
from migov.foundation.records.models import Record


class Examined(models.Model):
    """The matcher has read a record for a framework: when, which text, and how sure it was of the best element.

    Kept so that the same text is not read again, and so that "nothing fits" is an answer that can be seen.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    model = models.CharField(max_length=80)
    digest = models.CharField(max_length=16, help_text=_("Of the text that was read."))
    language = models.CharField(max_length=8, blank=True)
    best = models.FloatField(help_text=_("Probability of the best element, 0 to 1."))
    best_element = models.ForeignKey(Element, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    proposed = models.PositiveSmallIntegerField(default=0)
    unsure = models.FloatField(default=0, help_text=_("How much a decision would teach: 0 to 1."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "framework"], name="examined_once")]
        indexes = [models.Index(fields=["framework", "-unsure"], name="examined_by_use")]

    def __str__(self) -> str:
        return f"{self.record_id} for {self.framework_id}"


class ModelVersion(models.Model):
    """A model learned from decisions for one framework, with its card. At most one is in use; the others can be gone back to."""

    class State(models.TextChoices):
        REFUSED = "refused", _("not used")
        ACTIVE = "active", _("in use")
        RETIRED = "retired", _("replaced")

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="matcher_models")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices)
    trained_at = models.DateTimeField()
    trained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decisions = models.PositiveIntegerField()
    card = models.JSONField(help_text=_("What it was trained on and how it did on decisions it had not seen."))
    data = models.BinaryField()

    class Meta:
        ordering = ["framework", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="model_version_number"),
            models.UniqueConstraint(fields=["framework"], condition=Q(state="active"), name="model_version_one_active"),
        ]

    def __str__(self) -> str:
        return f"{self.framework} model {self.number}"


class Opinion(Fact):
    """A second person's answer to whether an element fits a record, given without seeing the decision that stands."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    fits = models.BooleanField()
    note = models.TextField(blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When somebody looked at both answers and kept or changed the decision.")
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "element", "by"], condition=Q(superseded_at__isnull=True), name="opinion_one_current"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="opinion_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_id}: {self.record_id} → {self.element_id} {'fits' if self.fits else 'does not fit'}"
