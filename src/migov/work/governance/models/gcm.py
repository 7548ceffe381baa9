"""Reviews of the Global Compact: the calendar of rounds, the report of a country for a round, and what others contribute to it by link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.clearance.models import Submission
from migov.services.files.models import Document

PERSON = settings.AUTH_USER_MODEL
KIND = "gcm-report"


class RoundKind(models.TextChoices):
    REGIONAL = "regional", _("regional review")
    FORUM = "forum", _("International Migration Review Forum")
    OTHER = "other", _("other round")


class ReviewRound(models.Model):
    """A round of review, shipped as data and added to by the office. starts, ends: null where only the year is certain."""

    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=RoundKind.choices)
    title = models.CharField(max_length=200)
    region = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField()
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    venue = models.CharField(max_length=200, blank=True)
    inputs_due = models.DateField(null=True, blank=True, help_text=_("When national reports are awaited."))
    note = models.TextField(blank=True)
    source = models.TextField(blank=True)
    to_check = models.BooleanField(default=False, help_text=_("To be checked against the official announcement."))

    class Meta:
        ordering = ["-year", "-starts", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="review_round_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(kind__in=RoundKind.values), name="review_round_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.title


class GcmReportState(models.TextChoices):
    DRAFT = "draft", _("being written")
    CLEARANCE = "clearance", _("in clearance")
    CLEARED = "cleared", _("cleared")
    SUBMITTED = "submitted", _("submitted to the round")


class GcmReport(models.Model):
    """The report of a country (or of the region: no country) for a round. Shared with the government: its record is for partners."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="gcm_report")
    country = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="gcm_reports")
    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="reports")
    state = models.CharField(max_length=9, choices=GcmReportState.choices, default=GcmReportState.DRAFT)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="following")
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-round__year", "country"]
        constraints = [
            models.UniqueConstraint(fields=["country", "round"], name="gcm_report_once_a_round"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(country__isnull=True), name="gcm_report_of_the_region_once"
            ),
            models.CheckConstraint(condition=Q(state__in=GcmReportState.values), name="gcm_report_words_are_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "clearance"]) | Q(submission__isnull=False),
                name="gcm_report_cleared_as_handed_in",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_on__isnull=False), name="gcm_report_submitted_has_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.record)


class Topic(models.TextChoices):
    PROGRESS = "progress", _("progress")
    GAP = "gap", _("gaps and challenges")
    PRACTICE = "practice", _("practices")
    DATA = "data", _("data")
    PLEDGE = "pledge", _("pledges")
    SUPPORT = "support", _("support needed")


class Paragraph(models.Model):
    """A paragraph of a report, under a part and a topic. Every one carries its evidence, or says that it has none yet.

    part: code of the part of the outline (gcm/outline.py): an objective ("objective-10"), a principle ("principle-7"), a round table
    ("cluster-1") or a general part ("introduction"). made: it was drawn from the register (from what: made_from), and nobody has
    changed it. contribution: what it was taken from, where it came from outside.
    """

    report = models.ForeignKey(GcmReport, on_delete=models.CASCADE, related_name="paragraphs", db_index=False)
    part = models.SlugField(max_length=40)
    topic = models.CharField(max_length=8, choices=Topic.choices)
    order = models.PositiveIntegerField(default=0)
    text = models.TextField()
    made = models.BooleanField(default=False)
    made_from: Any = models.JSONField(default=dict, blank=True)
    contribution = models.ForeignKey(
        "Contribution", null=True, blank=True, on_delete=models.SET_NULL, related_name="paragraphs"
    )
    written_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows with every change; forms compare it."))

    class Meta:
        ordering = ["report", "part", "topic", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="gcm_paragraph_has_words"),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="gcm_paragraph_topic_is_known"),
        ]
        indexes = [models.Index(fields=["report", "part", "topic", "order"], name="gcm_paragraph_in_order")]

    def __str__(self) -> str:
        return self.text[:60]


class ParagraphEvidence(models.Model):
    """What stands behind a paragraph: a piece of work, a document, a link, a figure with its source and day."""

    paragraph = models.ForeignKey(Paragraph, on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField(max_length=300)
    record = models.ForeignKey(Record, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True, help_text=_("Where in it: an article, a page."))
    address = models.CharField(max_length=300, blank=True, help_text=_("Of that place, inside migov."))
    url = models.URLField(max_length=1000, blank=True)
    source = models.CharField(max_length=300, blank=True)
    as_of = models.DateField(null=True, blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="gcm_evidence_has_title")]

    def __str__(self) -> str:
        return self.title


class ParagraphEdition(models.Model):
    """An earlier text of a paragraph."""

    paragraph = models.ForeignKey(Paragraph, on_delete=models.CASCADE, related_name="editions")
    revision = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["paragraph", "revision"], name="gcm_edition_once")]

    def __str__(self) -> str:
        return f"{self.paragraph_id}, {self.revision}"


class Invitation(models.Model):
    """A ministry or stakeholder who is asked to contribute, by a link that opens these parts only, until the deadline.

    digest: SHA-256 of the token in the link; the token itself is shown once and never kept. parts: codes of the parts that are asked.
    """

    class Group(models.TextChoices):
        MINISTRY = "ministry", _("ministry or authority")
        LOCAL = "local", _("local authority")
        CIVIL = "civil", _("civil society")
        MIGRANTS = "migrants", _("migrants and diaspora")
        PRIVATE = "private", _("private sector and employers")
        UNIONS = "unions", _("trade unions")
        ACADEMIA = "academia", _("academia")
        UN = "un", _("United Nations entity")
        OTHER = "other", _("other")

    report = models.ForeignKey(GcmReport, on_delete=models.CASCADE, related_name="invitations")
    body = models.CharField(max_length=200)
    group = models.CharField(max_length=8, choices=Group.choices)
    person = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    digest = models.CharField(max_length=64, unique=True)
    parts: Any = models.JSONField(default=list)
    message = models.TextField(blank=True)
    deadline = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["deadline", "body"]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="gcm_invitation_names_a_body"),
            models.CheckConstraint(
                condition=Q(
                    group__in=["ministry", "local", "civil", "migrants", "private", "unions", "academia", "un", "other"]
                ),
                name="gcm_invitation_group_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.body


class Contribution(models.Model):
    """What was contributed to one part and topic. A draft is kept as it is typed; what was handed in is not changed any more."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        RECEIVED = "received", _("received")
        MERGED = "merged", _("taken over")
        SET_ASIDE = "set-aside", _("set aside")

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="contributions")
    part = models.SlugField(max_length=40)
    topic = models.CharField(max_length=8, choices=Topic.choices)
    text = models.TextField(blank=True)
    sources = models.TextField(blank=True, help_text=_("Where it can be checked: documents, links, data."))
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    reason = models.TextField(blank=True, help_text=_("Why it was set aside."))
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["invitation", "part", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["invitation", "part", "topic"], name="gcm_contribution_once"),
            models.CheckConstraint(
                condition=~Q(state="set-aside") | ~Q(reason=""), name="gcm_contribution_set_aside_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "received", "merged", "set-aside"]) & Q(topic__in=Topic.values),
                name="gcm_contribution_words_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.part}"


PLEDGE = "pledge"


class PledgeState(models.TextChoices):
    MADE = "made", _("made")
    BEGUN = "begun", _("under way")
    FULFILLED = "fulfilled", _("fulfilled")
    DROPPED = "dropped", _("dropped")


class Pledge(models.Model):
    """What a State or a stakeholder pledged, and how it is followed. Its words are on its record (title, summary); so are its elements."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="pledge")
    country = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges")
    body = models.CharField(max_length=200, blank=True, help_text=_("Who pledged, where it is not the State as such."))
    round = models.ForeignKey(ReviewRound, null=True, blank=True, on_delete=models.PROTECT, related_name="pledges")
    made_on = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=PledgeState.choices, default=PledgeState.MADE)
    responsible = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    source = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(country__isnull=False) | ~Q(body=""), name="pledge_made_by_somebody"),
            models.CheckConstraint(condition=Q(state__in=PledgeState.values), name="pledge_words_are_known"),
        ]

    def __str__(self) -> str:
        return str(self.record)


class PledgeProgress(Fact):
    """How a pledge stood on a day."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="progress")
    day = models.DateField()
    state = models.CharField(max_length=9, choices=PledgeState.choices)
    text = models.TextField()
    url = models.URLField(max_length=1000, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PledgeState.values), name="pledge_progress_words_are_known")
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}, {self.day}"


PRACTICE = "practice"


class PracticeState(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEWED = "reviewed", _("reviewed here")
    SUBMITTED = "submitted", _("submitted to the Network")
    PUBLISHED = "published", _("published by the Network")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Practice(models.Model):
    """A practice as the Network's repository asks for it. Title, summary and dates are on its record; elements by alignment."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="practice")
    country = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="practices")
    state = models.CharField(max_length=9, choices=PracticeState.choices, default=PracticeState.DRAFT)
    type = models.CharField(max_length=100, blank=True, help_text=_("Type of practice: law, programme, tool, project."))
    scope = models.CharField(max_length=100, blank=True, help_text=_("Geographic scope."))
    implementer = models.CharField(max_length=300, blank=True)
    partners = models.TextField(blank=True)
    groups = models.TextField(blank=True, help_text=_("Whom it serves."))
    results = models.TextField(blank=True)
    challenges = models.TextField(blank=True)
    lessons = models.TextField(blank=True)
    sustainability = models.TextField(blank=True)
    replication = models.TextField(blank=True)
    checklist: Any = models.JSONField(
        default=dict, blank=True, help_text=_("Code of a question → yes, partly, no, with words.")
    )
    url = models.URLField(max_length=1000, blank=True)
    reviewed_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_on = models.DateField(null=True, blank=True)
    submitted_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PracticeState.values), name="practice_words_are_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "published"]) | Q(submitted_on__isnull=False),
                name="practice_submitted_has_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.record)
