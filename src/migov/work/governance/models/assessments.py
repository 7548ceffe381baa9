"""An assessment of a country in a year: answers side by side, evidence, comments, workshop votes, consent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.clearance.models import Submission
from migov.services.files.models import Document
from migov.work.governance.models.questions import Option, Question, QuestionSet

PERSON = settings.AUTH_USER_MODEL
KIND = "assessment"


class AssessmentState(models.TextChoices):
    ANSWERING = "answering", _("being answered")
    VALIDATION = "validation", _("being validated")
    CLEARANCE = "clearance", _("in clearance")
    CLEARED = "cleared", _("cleared, waiting for consent")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Consent(models.TextChoices):
    NONE = "", _("not asked yet")
    ASKED = "asked", _("asked")
    GIVEN = "given", _("given")
    REFUSED = "refused", _("refused")


class Assessment(models.Model):
    """An assessment. Title, office, owner and visibility are on its record, which is shared with its country's government (partners).

    previous: the one it is compared with. consent: whether the government agrees that it is published; by whom, in which words and
    document. published: what was published is a copy (Snapshot); answers that change later do not change it.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="assessment")
    country = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="assessments")
    year = models.PositiveSmallIntegerField()
    set = models.ForeignKey(QuestionSet, on_delete=models.PROTECT, related_name="assessments")
    state = models.CharField(max_length=10, choices=AssessmentState.choices, default=AssessmentState.ANSWERING)
    due = models.DateField(null=True, blank=True, help_text=_("When the answers should be complete."))
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="following")
    summary = models.TextField(blank=True, help_text=_("What the profile says, in a few sentences."))
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consent = models.CharField(max_length=7, choices=Consent.choices, blank=True)
    consent_by = models.CharField(max_length=200, blank=True, help_text=_("Ministry and function of who gave it."))
    consent_on = models.DateField(null=True, blank=True)
    consent_note = models.TextField(blank=True)
    consent_document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    published_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text=_("Why it was withdrawn."))
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows with every change of its state or head."))

    class Meta:
        ordering = ["-year", "country"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "year", "set"], condition=~Q(state="withdrawn"), name="assessment_once_a_year"
            ),
            models.CheckConstraint(condition=Q(year__gte=1990, year__lte=2100), name="assessment_year_in_range"),
            models.CheckConstraint(
                condition=Q(state__in=AssessmentState.values) & Q(consent__in=Consent.values),
                name="assessment_words_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(consent="given", published_on__isnull=False),
                name="assessment_published_by_consent",
            ),
            models.CheckConstraint(
                condition=~Q(consent="given") | (Q(consent_on__isnull=False) & ~Q(consent_by="")),
                name="assessment_consent_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cleared", "published"]) | Q(submission__isnull=False),
                name="assessment_cleared_as_handed_in",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(reason=""), name="assessment_withdrawn_says_why"
            ),
        ]
        indexes = [models.Index(fields=["state", "year"], name="assessment_by_state")]

    def __str__(self) -> str:
        return str(self.record)


class Side(models.TextChoices):
    GOVERNMENT = "government", _("government")
    OFFICE = "office", _("office")
    AGREED = "agreed", _("agreed in validation")


class Answer(Fact):
    """What a side answers to a question. The one that stands may be superseded, never changed; an empty option takes the answer back.

    note: why. disputed: on the agreed side, that both maintain their answers; note says so in words. number: grows with each answer of
    a side to the question; who answers says which number was on the screen, so that two people at once lose nothing.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    option = models.ForeignKey(Option, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    disputed = models.BooleanField(default=False)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["question", "side", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "question", "side"],
                condition=Q(superseded_at__isnull=True),
                name="assessment_answer_one_standing",
            ),
            models.UniqueConstraint(
                fields=["assessment", "question", "side", "number"], name="assessment_answer_number_once"
            ),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="assessment_answer_side_is_known"),
            models.CheckConstraint(
                condition=Q(disputed=False) | Q(side="agreed"), name="assessment_dispute_when_agreed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}, {self.question_id}: {self.option_id}"


class AnswerEvidence(Fact):
    """What shows an answer to be right: an article of a law, a document, a link, a figure, another piece of work.

    record: the piece of work it is in (a legal text, a document, a project). place: where in it ("Article 12(2)"); address: of that
    place, inside migov. quote: the words. Evidence belongs to the question, so that a new answer does not lose it.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", _("law or article")
        DOCUMENT = "document", _("document")
        LINK = "link", _("link")
        FIGURE = "figure", _("figure")
        WORK = "work", _("piece of work")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="evidence", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=300)
    record = models.ForeignKey(Record, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    quote = models.TextField(blank=True)
    figure = models.CharField(max_length=100, blank=True, help_text=_("The figure with its unit."))
    source = models.CharField(max_length=300, blank=True)
    as_of = models.DateField(null=True, blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["question", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["article", "document", "link", "figure", "work"]) & Q(side__in=Side.values),
                name="assessment_evidence_words_are_known",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="assessment_evidence_has_title"),
        ]
        indexes = [models.Index(fields=["assessment", "question"], name="evidence_by_question")]

    def __str__(self) -> str:
        return self.title


class QuestionComment(Fact):
    """What somebody says about a question of an assessment. internal: for the office only."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="comments", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    internal = models.BooleanField(default=False)
    side = models.CharField(max_length=10, choices=Side.choices)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="assessment_comment_side_is_known"),
            models.CheckConstraint(
                condition=Q(internal=False) | Q(side="office"), name="assessment_internal_of_the_office"
            ),
        ]
        indexes = [models.Index(fields=["assessment", "question"], name="comment_by_question")]

    def __str__(self) -> str:
        return self.text[:60]


class Workshop(models.Model):
    """A sitting in which an assessment is validated on a big screen. code: what guests type to vote; one sitting is open at a time.

    question: on the screen now; round: grows when the vote on a question is opened again. shown: whether the tally is on the screen.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="workshops")
    code = models.CharField(max_length=12, unique=True)
    place = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    question = models.ForeignKey(Question, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    shown = models.BooleanField(default=False)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"], condition=Q(closed_at__isnull=True), name="workshop_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}: {self.code}"


class Vote(models.Model):
    """One voice in a workshop. voter: a token of the device or the person's key; hands: how many hands were counted for it at once."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="votes")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    voter = models.CharField(max_length=64)
    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="+")
    hands = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "question", "round", "voter"],
                condition=~Q(voter="hands"),
                name="workshop_vote_once",
            ),
            models.UniqueConstraint(
                fields=["workshop", "question", "round", "option"],
                condition=Q(voter="hands"),
                name="workshop_hands_once_an_option",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop_id}: {self.option_id}"


class Snapshot(models.Model):
    """What was published of an assessment: domains, answers, scores and evidence as they were (see assess/snapshot.py)."""

    assessment = models.OneToOneField(Assessment, primary_key=True, on_delete=models.CASCADE, related_name="snapshot")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()

    def __str__(self) -> str:
        return f"{self.assessment_id}"
