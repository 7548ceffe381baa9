"""Inputs: what the office says in a meeting or process, from the request to what became of it. Sections are as those of every paper."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.clearance.models import Submission
from migov.services.writing import models as written
from migov.work.cooperation.models.mechanisms import Mechanism
from migov.work.cooperation.models.meetings import Meeting

PERSON = settings.AUTH_USER_MODEL
KIND = "input"


class InputType(models.TextChoices):
    POSITION = "position", _("position paper")
    STATEMENT = "statement", _("statement")
    POINTS = "points", _("talking points")
    INTERVENTION = "intervention", _("intervention")


class InputState(models.TextChoices):
    REQUESTED = "requested", _("requested")
    DRAFT = "draft", _("being written")
    CLEARANCE = "clearance", _("in clearance")
    CLEARED = "cleared", _("cleared")
    DELIVERED = "delivered", _("delivered")
    DECLINED = "declined", _("declined")


OPEN_INPUTS = frozenset({InputState.REQUESTED, InputState.DRAFT, InputState.CLEARANCE, InputState.CLEARED})


class Input(models.Model):
    """An input. Title, summary (what is asked), office, owner (who writes), themes and visibility are on its record.

    place: the country it speaks for or to. filed: an earlier position put into the library as it was delivered (no clearance here).
    became: what became of it; so that the next one can build on it.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="input")
    type = models.CharField(max_length=12, choices=InputType.choices)
    state = models.CharField(max_length=9, choices=InputState.choices, default=InputState.REQUESTED)
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="inputs")
    mechanism = models.ForeignKey(Mechanism, null=True, blank=True, on_delete=models.PROTECT, related_name="inputs")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="inputs")
    requested_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    requested_on = models.DateField()
    due = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text=_("Why it was declined."))
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    filed = models.BooleanField(default=False)
    delivered_on = models.DateField(null=True, blank=True)
    delivered_by = models.CharField(max_length=200, blank=True, help_text=_("Function of who spoke or sent it."))
    became = models.TextField(blank=True)
    became_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=InputType.values) & Q(state__in=InputState.values), name="input_words_are_known"
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="input_declined_says_why"),
            models.CheckConstraint(
                condition=~Q(state="cleared") | Q(submission__isnull=False), name="input_cleared_as_handed_in"
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered")
                | (Q(delivered_on__isnull=False) & (Q(submission__isnull=False) | Q(filed=True))),
                name="input_delivered_as_cleared",
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="input_by_state")]

    def __str__(self) -> str:
        return str(self.record)

    @property
    def is_open(self) -> bool:
        """Whether it may be written."""
        return self.state in (InputState.DRAFT, InputState.CLEARANCE)


class InputAuthor(models.Model):
    """Somebody who writes an input beside its owner."""

    input = models.ForeignKey(Input, on_delete=models.CASCADE, related_name="authors")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["input", "person"], name="input_author_once")]

    def __str__(self) -> str:
        return f"{self.input_id}: {self.person_id}"


class OfficeAsked(models.Model):
    """A country office that was asked for its contribution to an input, and what it answered."""

    input = models.ForeignKey(Input, on_delete=models.CASCADE, related_name="asked")
    office = models.ForeignKey("people.Office", on_delete=models.PROTECT, related_name="+")
    question = models.TextField()
    due = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due", "pk"]
        constraints = [models.UniqueConstraint(fields=["input", "office"], name="input_office_asked_once")]

    def __str__(self) -> str:
        return f"{self.input_id}: {self.office_id}"


class PulledFact(Fact):
    """A fact that was pulled into an input: its words, source and day. key: of the fact, so that a newer value can be told.

    note: its number in the text, "[3]"; a fact that stands in two sections has the same number in both.
    """

    input = models.ForeignKey(Input, on_delete=models.CASCADE, related_name="pulled")
    section = models.SlugField(max_length=40)
    note = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=200)
    text = models.TextField()
    source = models.TextField()
    as_of = models.DateField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True, help_text=_("Of the rows behind it, inside migov."))
    details: Any = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["section", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(source="") & ~Q(text=""), name="input_fact_has_source"),
            models.UniqueConstraint(
                fields=["input", "section", "key"], condition=Q(superseded_at__isnull=True), name="input_fact_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class HintSeen(models.Model):
    """A hint of the consistency check that somebody has read and finds right as it is, with the reason.

    digest: of the hint's kind and of both passages; where one of them changes, the hint comes again. earlier: the input that was
    compared, none for what the register says.
    """

    input = models.ForeignKey(Input, on_delete=models.CASCADE, related_name="hints_seen")
    section = models.SlugField(max_length=40)
    kind = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    said = models.TextField(help_text=_("What the hint said."))
    earlier = models.ForeignKey(Input, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["input", "digest"], name="input_hint_seen_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="input_hint_seen_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.input_id}: {self.kind}"


class Section(written.Section):
    """A section of an input; its codes are those of the template of its type (inputs/templates.py)."""

    input = models.ForeignKey(Input, on_delete=models.CASCADE, related_name="sections")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["input", "code"], name="input_section_code_once")]

    def __str__(self) -> str:
        return f"{self.input_id}: {self.code}"


class Edition(written.Edition):
    """An earlier text of a section."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="editions")

    class Meta:
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["section", "revision"], name="input_edition_revision_once")]

    def __str__(self) -> str:
        return f"{self.section_id}, {self.revision}"


class SetAside(written.SetAside):
    """A text that could not be saved, kept until its author has settled it."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="set_aside")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "by", "page"], condition=Q(settled_at__isnull=True), name="input_set_aside_one_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.section_id} by {self.by_id}"


class Lock(written.Lock):
    """Who writes a section now."""

    section = models.OneToOneField(Section, primary_key=True, on_delete=models.CASCADE, related_name="lock")

    def __str__(self) -> str:
        return f"{self.section_id}: {self.holder_id}"
