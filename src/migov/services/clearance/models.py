"""Clearances: rounds of submission, the seats of those who review, their verdicts and comments, and the decision."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from reversion.models import Revision

from migov.foundation.history import Fact
from migov.foundation.people.models import Role, Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record

PERSON = settings.AUTH_USER_MODEL


class State(models.TextChoices):
    OPEN = "open", _("in review")
    RETURNED = "returned", _("sent back to be changed")
    CLEARED = "cleared", _("endorsed")
    REFUSED = "refused", _("not endorsed")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")


STANDING = (State.OPEN, State.RETURNED)


class Clearance(models.Model):
    """One piece of work on its way to a decision, over as many rounds as it takes. A record has one at a time.

    subject: code in the registry of what can be cleared (subjects.py). item: key of what is cleared where it is not the record
    itself (an amendment of a project). round: number of the newest submission.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="clearances")
    subject = models.CharField(max_length=30)
    item = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    round = models.PositiveSmallIntegerField(default=0)
    due = models.DateField(null=True, blank=True, help_text=_("When the decision is due."))
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, help_text=_("Why it was decided so."))

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(state__in=["open", "returned"]), name="clearance_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "returned"], ended_at__isnull=True)
                | (~Q(state__in=["open", "returned"]) & Q(ended_at__isnull=False)),
                name="clearance_ended_has_date",
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="clearance_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def stands(self) -> bool:
        return self.state in STANDING


class Submission(models.Model):
    """A version that was handed in: frozen, numbered from 1. content: what it says (content.py); revision: its rows."""

    clearance = models.ForeignKey(Clearance, on_delete=models.CASCADE, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.TextField(blank=True, help_text=_("What the author says about this round."))
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["clearance", "number"], name="submission_number_once")]

    def __str__(self) -> str:
        return f"{self.clearance_id}, round {self.number}"


class Review(models.Model):
    """A seat among the reviewers. reviewer: null where the rule found nobody. because: why the rules ask for it."""

    clearance = models.ForeignKey(Clearance, on_delete=models.CASCADE, related_name="reviews")
    seat = models.CharField(max_length=120)
    rule = models.CharField(max_length=255, blank=True, help_text=_("Codes of the rules that ask for it, in a row."))
    because = models.CharField(max_length=500, blank=True)
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    required = models.BooleanField(default=True)
    reviewer = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews")
    due = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    escalated_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text=_("The seat was given up or given away."))

    class Meta:
        ordering = ["-required", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clearance", "reviewer"],
                condition=Q(ended_at__isnull=True, reviewer__isnull=False),
                name="review_seat_once",
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "ended_at"], name="review_by_person")]

    def __str__(self) -> str:
        return f"{self.seat}: {self.reviewer or '?'}"


class Opinion(models.TextChoices):
    CLEAR = "clear", _("clear")
    COMMENTS = "comments", _("clear with comments")
    CHANGES = "changes", _("changes needed")
    NOT_CLEARED = "not-cleared", _("not cleared")


class Verdict(Fact):
    """What a seat says of a round. by: the reviewer, or who stood in."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="verdicts")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="verdicts")
    opinion = models.CharField(max_length=12, choices=Opinion.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "submission"], condition=Q(superseded_at__isnull=True), name="verdict_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.opinion}"


class Outcome(models.TextChoices):
    CLEARED = "cleared", _("endorsed")
    REFUSED = "refused", _("not endorsed")
    RETURNED = "returned", _("sent back to be changed")


class Decision(models.Model):
    """What was decided on a round, by whom, and why. stood_in_for: the endorser whose place `by` took.

    missing: seats whose verdict was not waited for, in words; only where overrode.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.TextField()
    overrode = models.BooleanField(default=False)
    missing = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    stood_in_for = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(condition=Q(overrode=True) | Q(missing=""), name="decision_waits_or_overrides"),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.outcome}"


class ChecklistAnswer(Fact):
    """A reviewer's answer to one question of the checklist, for a round."""

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")
        NOT_APPLICABLE = "na", _("not applicable")

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="answers")
    question = models.SlugField(max_length=60)
    answer = models.CharField(max_length=6, choices=Answer.choices)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "submission", "question"],
                condition=Q(superseded_at__isnull=True),
                name="checklist_answer_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.answer}"


class CommentState(models.TextChoices):
    OPEN = "open", _("open")
    ANSWERED = "answered", _("answered")
    ACCEPTED = "accepted", _("wording accepted")
    SETTLED = "settled", _("settled")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Comment(models.Model):
    """A remark on a place of a round, or an answer to one (parent). quote: the words it is about; wording: what to say instead.

    Only remarks have a state of their own; an answer's is that of its remark. Words are never deleted.
    """

    clearance = models.ForeignKey(Clearance, on_delete=models.CASCADE, related_name="comments")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="comments")
    review = models.ForeignKey(Review, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="answers")
    anchor = models.CharField(max_length=80)
    place = models.CharField(max_length=300, help_text=_("Name of the place when the remark was made."))
    quote = models.TextField(blank=True)
    body = models.TextField(blank=True)
    wording = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=CommentState.choices, default=CommentState.OPEN)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(body="") | ~Q(wording=""), name="comment_says_something"),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="comment_not_own_answer"),
        ]
        indexes = [models.Index(fields=["clearance", "anchor"], name="comment_by_place")]

    def __str__(self) -> str:
        return self.body[:60]


class Delegation(models.Model):
    """Somebody stands in for a reviewer or endorser for some days; both may act, and what is done names who did it."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="delegations")
    to = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="stands_in")
    starts = models.DateField()
    ends = models.DateField()
    note = models.CharField(max_length=255, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="delegation_dates_in_order"),
            models.CheckConstraint(condition=~Q(person=F("to")), name="delegation_not_to_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.to}"


class ReviewRule(models.Model):
    """When a seat is asked for, and who sits there. Every condition that is set has to hold.

    theme: both a condition and the expertise that the reviewer has. donor: part of a donor's name, several separated by "|".
    flag: name of something the subject says of itself ("regional", "eu-funded"). at_least: in the reporting currency.
    changed_at: when people last changed a shipped rule, which is theirs from then on.
    """

    code = models.SlugField(max_length=60, unique=True)
    subject = models.CharField(max_length=30, help_text=_("What is cleared: proposal, amendment, …"))
    seat = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    required = models.BooleanField(default=True)
    days = models.PositiveSmallIntegerField(default=5, help_text=_("Working days for the review."))
    role = models.CharField(max_length=16, choices=Role.choices)
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    donor = models.CharField(max_length=120, blank=True, help_text=_("Part of the donor's name; several: A | B."))
    at_least = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    flag = models.SlugField(max_length=40, blank=True)
    why = models.TextField(blank=True, help_text=_("Why the office asks for this seat."))
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.seat
