"""What an evaluation found and recommends, how management answers, and what becomes of the actions it promises."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.people.models import Office, User
from migov.work.evaluations.models.register import Criterion, Evaluation
from migov.work.evaluations.models.vocabulary import (
    GIVEN_UP,
    STATUSES_OF_FORM,
    STILL_OPEN,
    ActionStatus,
    FindingKind,
    Priority,
    ResponseForm,
    ResponseState,
    Verdict,
)


class Finding(models.Model):
    """A finding or a conclusion of an evaluation. Removed ones keep their number."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="findings", db_index=False)
    kind = models.CharField(max_length=10, choices=FindingKind.choices, default=FindingKind.FINDING)
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    criterion = models.ForeignKey(Criterion, null=True, blank=True, on_delete=models.SET_NULL, related_name="findings")
    removed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-kind", "number"]  # findings before conclusions
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "kind", "number"], name="evaluation_finding_number_once"),
            models.CheckConstraint(
                condition=Q(kind__in=FindingKind.values) & ~Q(text="") & Q(number__gte=1),
                name="evaluation_finding_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


def _once(*said: object) -> str:
    """What was said in several fields, without repeating it: the unit in words may be the office."""
    return ", ".join(dict.fromkeys(str(one) for one in said if one))


class Recommendation(models.Model):
    """A recommendation: to whom, how urgent, and which findings it follows from."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="recommendations", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    priority = models.CharField(max_length=1, choices=Priority.choices, blank=True)
    addressee = models.TextField(blank=True, help_text=_("To whom, in the words of the report."))
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    criterion = models.ForeignKey(Criterion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    findings = models.ManyToManyField(Finding, blank=True, related_name="recommendations")
    removed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="recommendation_number_once"),
            models.CheckConstraint(
                condition=~Q(text="") & Q(number__gte=1) & Q(priority__in=["", *Priority.values]),
                name="recommendation_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:80]}"

    @property
    def addressee_words(self) -> str:
        """To whom it goes: in the words of the report, and the office, each once."""
        return _once(self.addressee, self.office)


class ManagementResponse(models.Model):
    """Management's response to an evaluation, in one of the two known forms. Draft until it is issued."""

    evaluation = models.OneToOneField(
        Evaluation, primary_key=True, on_delete=models.CASCADE, related_name="management_response"
    )
    form = models.CharField(max_length=4, choices=ResponseForm.choices, default=ResponseForm.OF_2024)
    coordinator = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    coordinator_name = models.CharField(max_length=255, blank=True)
    coordinator_function = models.CharField(max_length=255, blank=True)
    date = models.DateField(null=True, blank=True)
    comment = models.TextField(blank=True, help_text=_("On the evaluation as a whole."))
    state = models.CharField(max_length=6, choices=ResponseState.choices, default=ResponseState.DRAFT)
    issued_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ResponseState.DRAFT, issued_at__isnull=True)
                | Q(state=ResponseState.ISSUED, issued_at__isnull=False, date__isnull=False),
                name="response_issued_on_a_day",
            ),
            models.CheckConstraint(condition=Q(form__in=ResponseForm.values), name="response_form_is_known"),
        ]

    def __str__(self) -> str:
        return f"response to {self.evaluation_id}"

    @property
    def is_issued(self) -> bool:
        return self.state == ResponseState.ISSUED

    @property
    def statuses(self) -> tuple[ActionStatus, ...]:
        """The words of its form for what became of an action."""
        return STATUSES_OF_FORM[self.form]

    @property
    def coordinator_words(self) -> str:
        name = self.coordinator_name or (str(self.coordinator) if self.coordinator else "")
        return ", ".join(filter(None, [name, self.coordinator_function]))


class Answer(models.Model):
    """Management's answer to one recommendation, and the closing word on it (form of 2024)."""

    recommendation = models.OneToOneField(
        Recommendation, primary_key=True, on_delete=models.CASCADE, related_name="answer"
    )
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    comment = models.TextField(blank=True)
    responsible = models.TextField(blank=True, help_text=_("Responsible unit or units."))
    final_status = models.CharField(max_length=14, choices=ActionStatus.choices, blank=True)
    final_comment = models.TextField(blank=True)
    final_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values) & (~Q(verdict=Verdict.REJECT) | ~Q(comment="")),
                name="answer_rejection_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(final_status="", final_on__isnull=True)
                | Q(final_status__in=ActionStatus.values, final_on__isnull=False),
                name="answer_final_status_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id}: {self.verdict}"


class KeyAction(models.Model):
    """Something that management will do about a recommendation: who, until when, and whether money is there for it."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.CASCADE, related_name="key_actions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="key_actions")
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    responsible = models.TextField(blank=True, help_text=_("Individual or unit, in words."))
    due = models.DateField(null=True, blank=True)
    time_frame = models.CharField(max_length=255, blank=True, help_text=_("Where no day is said."))
    needs_funds = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["recommendation__number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "number"], name="key_action_number_once"),
            models.CheckConstraint(condition=~Q(text="") & Q(number__gte=1), name="key_action_says"),
        ]
        indexes = [models.Index(fields=["due"], name="key_action_due")]

    def __str__(self) -> str:
        return f"{self.recommendation_id}.{self.number}"

    @property
    def owner_words(self) -> str:
        """Who answers for it: the person, the unit in words, the office."""
        return _once(self.owner, self.responsible, self.office)

    @property
    def unit_words(self) -> str:
        """Who answers for it, without the name of a person."""
        return _once(self.responsible, self.office)


class StatusNote(Fact):
    """What somebody said of an action on a day. The one that stands says its status; those before it stay."""

    action = models.ForeignKey(KeyAction, on_delete=models.CASCADE, related_name="notes")
    status = models.CharField(max_length=14, choices=ActionStatus.choices)
    text = models.TextField(blank=True)
    on = models.DateField(help_text=_("The day from which it was so."))
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action"], condition=Q(superseded_at__isnull=True), name="status_note_one_current"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ActionStatus.values) & (~Q(status__in=GIVEN_UP) | ~Q(text="")),
                name="status_given_up_says_why",
            ),
        ]
        indexes = [models.Index(fields=["status", "superseded_at"], name="status_note_by_status")]

    def __str__(self) -> str:
        return f"{self.action_id}: {self.status}"

    @property
    def is_open(self) -> bool:
        return self.status in STILL_OPEN


def overdue(today: date) -> Q:
    """Key actions of issued responses that are overdue on a day: due before it and still open. A filter on KeyAction."""
    return promised() & Q(due__lt=today, notes__superseded_at__isnull=True, notes__status__in=STILL_OPEN)


def promised() -> Q:
    """Key actions that stand: of issued responses to evaluations in the register. A filter on KeyAction."""
    return Q(
        removed_at__isnull=True,
        recommendation__removed_at__isnull=True,
        recommendation__evaluation__record__removed_at__isnull=True,
        recommendation__evaluation__management_response__state=ResponseState.ISSUED,
    ) & ~Q(recommendation__answer__verdict=Verdict.REJECT)
