"""UN Sustainable Development Cooperation Frameworks: what they say, whether migration is in it, and what became of what we suggested."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element
from migov.foundation.history import Fact
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.files.models import Document

PERSON = settings.AUTH_USER_MODEL
KIND = "unsdcf"


class CooperationFramework(models.Model):
    """The Cooperation Framework of a country for a period. Title, owner, visibility: on its record; the document is one of its own."""

    class Status(models.TextChoices):
        DRAFTING = "drafting", _("being drafted")
        SIGNED = "signed", _("signed")
        ENDED = "ended", _("ended")

    record = models.OneToOneField(
        Record, primary_key=True, on_delete=models.CASCADE, related_name="cooperation_framework"
    )
    country = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="cooperation_frameworks")
    starts = models.PositiveSmallIntegerField(help_text=_("First year."))
    ends = models.PositiveSmallIntegerField(help_text=_("Last year."))
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.SIGNED)
    signed_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=8, default="en")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="following")
    url = models.URLField(max_length=1000, blank=True)
    source = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True, help_text=_("Conclusion of the mainstreaming check."))
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["country", "-starts"]
        constraints = [
            models.UniqueConstraint(fields=["country", "starts"], name="unsdcf_once_a_period"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="unsdcf_years_in_order"),
            models.CheckConstraint(
                condition=Q(status__in=["drafting", "signed", "ended"]), name="unsdcf_words_are_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.record)


class PartKind(models.TextChoices):
    PRIORITY = "priority", _("strategic priority")
    OUTCOME = "outcome", _("outcome")
    OUTPUT = "output", _("output")
    INDICATOR = "indicator", _("indicator")


class Part(models.Model):
    """A priority, outcome, output or indicator. baseline, target, source: of indicators."""

    framework = models.ForeignKey(CooperationFramework, on_delete=models.CASCADE, related_name="parts", db_index=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    kind = models.CharField(max_length=9, choices=PartKind.choices)
    number = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    baseline = models.CharField(max_length=200, blank=True)
    target = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=300, blank=True)
    order = models.PositiveIntegerField(default=0)
    checked = models.BooleanField(default=False, help_text=_("Read by a person, not only found by the program."))
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows with every change; forms compare it."))

    class Meta:
        ordering = ["framework", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="unsdcf_part_has_words"),
            models.CheckConstraint(condition=Q(kind__in=PartKind.values), name="unsdcf_part_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind="priority", parent__isnull=True) | ~Q(kind="priority"),
                name="unsdcf_priority_stands_on_top",
            ),
        ]
        indexes = [models.Index(fields=["framework", "order"], name="unsdcf_part_in_order")]

    def __str__(self) -> str:
        return self.text

    @property
    def label(self) -> str:
        """Kind and number, for people: "outcome 1.2"."""
        return f"{PartKind(self.kind).label} {self.number}".strip()


class Presence(models.TextChoices):
    NAMED = "named", _("migration is named")
    IMPLIED = "implied", _("migration is meant, not named")
    ABSENT = "absent", _("migration is absent")
    NOT_APPLICABLE = "na", _("does not concern migration")


class PartJudgement(Fact):
    """What a reviewer judged of a part: is migration present, for whom, and what should be said instead. One stands for each part."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="judgements")
    presence = models.CharField(max_length=7, choices=Presence.choices)
    groups: Any = models.JSONField(
        default=list, blank=True, help_text=_("Codes of population groups; see unsdcf/groups.py.")
    )
    comment = models.TextField(blank=True)
    wording = models.TextField(blank=True, help_text=_("Suggested wording."))
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["part"], condition=Q(superseded_at__isnull=True), name="unsdcf_judgement_one_standing"
            ),
            models.CheckConstraint(condition=Q(presence__in=Presence.values), name="unsdcf_presence_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.presence}"


class PartElement(models.Model):
    """A framework element (GCM objective, SDG target) that a part serves, or may. score, words: of the matcher's proposal."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="elements")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    score = models.FloatField(null=True, blank=True)
    words: Any = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["part", "-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["part", "element"], name="unsdcf_part_element_once"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "confirmed", "rejected"]), name="unsdcf_element_words_are_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.element_id}"


class Uptake(Fact):
    """Whether a suggested wording was taken up, and where it can be seen."""

    class Taken(models.TextChoices):
        SENT = "sent", _("sent, no answer yet")
        YES = "yes", _("taken up")
        PARTLY = "partly", _("taken up in part")
        NO = "no", _("not taken up")

    judgement = models.ForeignKey(PartJudgement, on_delete=models.CASCADE, related_name="uptakes")
    taken = models.CharField(max_length=6, choices=Taken.choices)
    day = models.DateField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["judgement"], condition=Q(superseded_at__isnull=True), name="unsdcf_uptake_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(taken__in=["sent", "yes", "partly", "no"]), name="unsdcf_uptake_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judgement_id}: {self.taken}"
