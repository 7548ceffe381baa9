"""Meetings: when and where, agenda, delegations, outcomes, follow-up; and commitments, with who is responsible and until when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.partial_dates import check
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.files.models import Document
from migov.work.cooperation.models.mechanisms import Body, Mechanism

PERSON = settings.AUTH_USER_MODEL
KIND = "meeting"


class MeetingKind(models.TextChoices):
    MINISTERIAL = "ministerial", _("ministerial conference")
    SENIOR = "senior", _("senior officials")
    WORKING = "working", _("working or thematic group")
    CONFERENCE = "conference", _("conference or forum")
    CONSULTATION = "consultation", _("consultation")
    TRAINING = "training", _("training or study visit")
    OTHER = "other", _("other meeting")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("planned")
    CONFIRMED = "confirmed", _("confirmed")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")


class Meeting(models.Model):
    """A meeting. Title, summary, office, owner and visibility are on its record, and its days where they are known (starts, ends).

    dated: the partial date where no day is known ("2011-11"). starts_at, ends_at: hours, where they are known; zone: the time zone in
    which they were announced (empty: that of this installation). invited_on: when the invitation came; inputs_due: when contributions
    have to be with the office. previous: the meeting before it in its series. outcome: what came of it; of a cancelled meeting, why.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="meeting")
    mechanism = models.ForeignKey(Mechanism, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=12, choices=MeetingKind.choices)
    state = models.CharField(max_length=9, choices=MeetingState.choices, default=MeetingState.PLANNED)
    dated = models.CharField(max_length=10, blank=True, validators=[check])
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=120, blank=True)
    country = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    online = models.BooleanField(default=False)
    link = models.URLField(max_length=1000, blank=True)
    host = models.CharField(max_length=200, blank=True)
    invited_on = models.DateField(null=True, blank=True)
    inputs_due = models.DateField(null=True, blank=True)
    attends = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="following")
    outcome = models.TextField(blank=True, help_text=_("What came of it, in a few sentences."))
    source = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-record__starts", "-dated", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MeetingKind.values) & Q(state__in=MeetingState.values),
                name="meeting_words_are_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="meeting_hours_in_order",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="meeting_by_state")]

    def __str__(self) -> str:
        return str(self.record)


class AgendaItem(models.Model):
    """A point of the agenda. ours: the office speaks or is asked."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField(default=0)
    number = models.CharField(max_length=10, blank=True)
    time = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    ours = models.BooleanField(default=False)

    class Meta:
        ordering = ["meeting", "order", "pk"]

    def __str__(self) -> str:
        return self.title


class Delegation(models.Model):
    """Who takes part: a State or body, with the functions of its people, and how many they are."""

    class Attendance(models.TextChoices):
        INVITED = "invited", _("invited")
        COMING = "coming", _("coming")
        PRESENT = "present", _("was there")
        ABSENT = "absent", _("was not there")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="delegations")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    attendance = models.CharField(max_length=7, choices=Attendance.choices, default=Attendance.INVITED)
    functions = models.TextField(blank=True, help_text=_("One a line: function and authority, not names."))
    size = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["meeting", "place", "body"]
        constraints = [
            models.CheckConstraint(
                condition=Q(place__isnull=True, body__isnull=False) | Q(place__isnull=False, body__isnull=True),
                name="delegation_of_a_place_or_a_body",
            ),
            models.UniqueConstraint(fields=["meeting", "place"], name="delegation_of_place_once"),
            models.UniqueConstraint(fields=["meeting", "body"], name="delegation_of_body_once"),
            models.CheckConstraint(
                condition=Q(attendance__in=["invited", "coming", "present", "absent"]),
                name="delegation_words_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.place or self.body}"


class Outcome(models.Model):
    """One thing that the meeting decided, declared or recommended."""

    class Kind(models.TextChoices):
        DECLARATION = "declaration", _("declaration")
        DECISION = "decision", _("decision")
        RECOMMENDATION = "recommendation", _("recommendation")
        CONCLUSION = "conclusion", _("conclusion")
        PLAN = "plan", _("action plan")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="outcomes")
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    text = models.TextField()
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["meeting", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["declaration", "decision", "recommendation", "conclusion", "plan"]),
                name="meeting_outcome_is_known",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class MeetingTask(models.Model):
    """What the office does for a meeting, before or after it, until a day."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="tasks")
    text = models.CharField(max_length=300)
    person = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.text


COMMITMENT = "commitment"


class CommitmentState(models.TextChoices):
    OPEN = "open", _("open")
    BEGUN = "begun", _("under way")
    KEPT = "kept", _("kept")
    NOT_KEPT = "not-kept", _("not kept")
    LAPSED = "lapsed", _("lapsed")


class Commitment(models.Model):
    """What was committed to. Its words are on its record (title, summary); its elements by alignment. ours: the office's own."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="commitment")
    mechanism = models.ForeignKey(
        Mechanism, null=True, blank=True, on_delete=models.PROTECT, related_name="commitments"
    )
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="commitments")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="commitments")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="commitments")
    responsible = models.CharField(max_length=200, blank=True, help_text=_("Authority or unit, as named."))
    ours = models.BooleanField(default=False)
    made_on = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=CommitmentState.choices, default=CommitmentState.OPEN)
    source = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CommitmentState.values), name="commitment_words_are_known"),
            models.CheckConstraint(
                condition=Q(place__isnull=False) | Q(body__isnull=False) | ~Q(responsible="") | Q(ours=True),
                name="commitment_of_somebody",
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="commitment_by_state")]

    def __str__(self) -> str:
        return str(self.record)


class CommitmentProgress(Fact):
    """How a commitment stood on a day."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="progress")
    day = models.DateField()
    state = models.CharField(max_length=8, choices=CommitmentState.choices)
    text = models.TextField()
    source = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CommitmentState.values), name="commitment_progress_words_are_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}, {self.day}"


class CalendarFeed(models.Model):
    """The address of a person's calendar feed: known to who holds the token only. digest: SHA-256 of the token, which is not kept."""

    person = models.OneToOneField(PERSON, primary_key=True, on_delete=models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person_id}"
