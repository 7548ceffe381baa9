"""A review of a version of a text: one row for each requirement or element, judged; what was released to the government is a copy."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.history import Fact
from migov.foundation.records.models import Record
from migov.services.clearance.models import Submission
from migov.work.policy.models.instruments import Instrument, Requirement
from migov.work.policy.models.requests import AssistanceRequest
from migov.work.policy.models.texts import Provision, TextVersion

PERSON = settings.AUTH_USER_MODEL
KIND = "review"


class ReviewState(models.TextChoices):
    JUDGING = "judging", _("being judged")
    CLEARANCE = "clearance", _("in clearance")
    CLEARED = "cleared", _("cleared, not released")
    RELEASED = "released", _("released to the government")
    ANSWERED = "answered", _("answered by the government")
    CLOSED = "closed", _("closed")


class Review(models.Model):
    """A review. Title, office, owner and visibility are on its record; its record's place is the text's country.

    Confidential until released: the record is internal until then, and a government only ever reads `Release`, never `Row`.
    previous: the review of an earlier version whose judgements it took over.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="policy_review")
    version = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="reviews")
    request = models.ForeignKey(
        AssistanceRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="reviews"
    )
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="following")
    state = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.JUDGING)
    due = models.DateField(null=True, blank=True)
    summary = models.TextField(blank=True, help_text=_("Overall assessment, for the one-page summary."))
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True, help_text=_("When provisions were last proposed."))

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["judging", "clearance"]) | Q(submission__isnull=False),
                name="review_cleared_as_handed_in",
            ),
            models.CheckConstraint(condition=Q(state__in=ReviewState.values), name="review_words_are_known"),
        ]

    def __str__(self) -> str:
        return str(self.record)

    @property
    def is_open(self) -> bool:
        """Whether rows may be judged."""
        return self.state in (ReviewState.JUDGING, ReviewState.CLEARANCE)


class ReviewSource(models.Model):
    """An instrument or framework that a text is reviewed against."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="sources")
    instrument = models.ForeignKey(Instrument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    framework = models.ForeignKey(Framework, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(instrument__isnull=True, framework__isnull=False)
                | Q(instrument__isnull=False, framework__isnull=True),
                name="review_source_one_of_two",
            ),
            models.UniqueConstraint(fields=["review", "instrument"], name="review_instrument_once"),
            models.UniqueConstraint(fields=["review", "framework"], name="review_framework_once"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.instrument or self.framework}"


class Judgement(models.TextChoices):
    FULL = "full", _("full")
    PARTIAL = "partial", _("partial")
    NONE = "none", _("none")
    CONTRARY = "contrary", _("contrary")
    NOT_APPLICABLE = "na", _("not applicable")
    DISCRETIONARY = "discretionary", _("discretionary")


class Row(models.Model):
    """One requirement of an instrument, or one element of a framework, and how the text answers it.

    comment: for the government, once released. internal: for colleagues only, never released. planned_act, planned_for: by which act
    and when the rest will be done. carried_from: the row of the previous review; asked_again: its provisions changed since, so the
    judgement taken over is to be made anew (why: what changed).
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="rows", db_index=False)
    order = models.PositiveIntegerField()
    requirement = models.ForeignKey(Requirement, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    element = models.ForeignKey(Element, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    judgement = models.CharField(max_length=13, choices=Judgement.choices, blank=True)
    comment = models.TextField(blank=True)
    internal = models.TextField(blank=True)
    wording = models.TextField(blank=True, help_text=_("Proposed wording."))
    planned_act = models.CharField(max_length=300, blank=True)
    planned_for = models.CharField(max_length=100, blank=True, help_text=_('A date, or "upon accession".'))
    judged_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text=_("Grows with every change; forms compare it."))
    carried_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_again = models.BooleanField(default=False)
    why_again = models.TextField(blank=True)

    class Meta:
        ordering = ["review", "order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(requirement__isnull=True, element__isnull=False)
                | Q(requirement__isnull=False, element__isnull=True),
                name="review_row_one_of_two",
            ),
            models.UniqueConstraint(fields=["review", "requirement"], name="review_requirement_once"),
            models.UniqueConstraint(fields=["review", "element"], name="review_element_once"),
            models.CheckConstraint(
                condition=Q(judgement="") | Q(judgement__in=Judgement.values), name="review_judgement_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["review", "order"], name="review_row_in_order"),
            models.Index(fields=["review", "judgement"], name="review_row_by_judgement"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.requirement or self.element}"


class RowProvision(models.Model):
    """A provision that answers a row, or may. state: proposed by the matcher, confirmed by a person, or set aside.

    rank, score: of the proposal (rank from 1). words: the words that made the matcher say so.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("set aside")

    row = models.ForeignKey(Row, on_delete=models.CASCADE, related_name="links")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="links")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True)
    words: Any = models.JSONField(default=list)
    by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["row", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["row", "provision"], name="review_row_provision_once"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "confirmed", "rejected"]), name="review_link_words_are_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row_id}: {self.provision_id}"


class Release(models.Model):
    """What was shared with the government, as it was on that day. number: from 1.

    about: the text, its country and what it was compared with, as they were called then (see review/table.py:about_json). told: how many
    focal points were told of it. answered_at, answered_by: when and by whom the answers were said to be complete.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="releases")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.TextField()
    summary = models.TextField(blank=True)
    note = models.TextField(blank=True, help_text=_("Covering words to the government."))
    answer_by = models.DateField(null=True, blank=True)
    about: Any = models.JSONField(default=dict)
    told = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="review_release_number_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False) | Q(answered_by__isnull=True), name="review_answered_by_and_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}, release {self.number}"


class ReleasedRow(models.Model):
    """A row as it was released. said: what the government reads, all of it (see review/table.py:as_json); nothing internal is in it."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="rows")
    row = models.ForeignKey(Row, on_delete=models.PROTECT, related_name="released")
    order = models.PositiveIntegerField()
    judgement = models.CharField(max_length=13, choices=Judgement.choices)
    said: Any = models.JSONField(default=dict)

    class Meta:
        ordering = ["release", "order"]
        constraints = [models.UniqueConstraint(fields=["release", "row"], name="review_released_row_once")]

    def __str__(self) -> str:
        return f"{self.release_id}: {self.order}"


class Stance(models.TextChoices):
    AGREE = "agree", _("agrees: will be changed")
    PARTLY = "partly", _("agrees in part")
    DISAGREE = "disagree", _("disagrees")
    DONE = "done", _("done already elsewhere")
    LATER = "later", _("later, in another act")


class Answer(Fact):
    """The government's answer to a released row. A new answer supersedes the one before."""

    row = models.ForeignKey(ReleasedRow, on_delete=models.CASCADE, related_name="answers")
    stance = models.CharField(max_length=8, choices=Stance.choices)
    text = models.TextField(blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["row"], condition=Q(superseded_at__isnull=True), name="review_answer_one_current"
            ),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="review_stance_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.row_id}: {self.stance}"
