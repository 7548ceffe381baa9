"""The register: an evaluation with all that the published register says of it, the projects it looked at, its criteria."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.work.evaluations.models.vocabulary import (
    CLOSED,
    Coverage,
    CriterionCode,
    EvaluationLevel,
    EvaluatorType,
    LabelKind,
    Met,
    Rating,
    Status,
    Timing,
)
from migov.work.projects.models import Project

KIND = "evaluation"


class Evaluation(models.Model):
    """An evaluation. Title, summary, office, owner and visibility are on its record, countries and themes in the rows of records.

    Yes-or-no fields are empty where the register says neither.
    """

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="evaluation")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True, help_text=_("The day that stands on the report."))
    evaluators = models.TextField(blank=True, help_text=_("Authors of the report, as published."))
    coverage = models.CharField(max_length=14, choices=Coverage.choices, blank=True)
    timing = models.CharField(max_length=10, choices=Timing.choices, blank=True)
    evaluator_type = models.CharField(max_length=10, choices=EvaluatorType.choices, blank=True)
    level = models.CharField(max_length=14, choices=EvaluationLevel.choices, blank=True)
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True, help_text=_("Without annexes."))
    has_lessons = models.BooleanField(null=True, blank=True)
    has_brief = models.BooleanField(null=True, blank=True)
    has_summary = models.BooleanField(null=True, blank=True)
    has_terms = models.BooleanField(null=True, blank=True)
    has_external_version = models.BooleanField(null=True, blank=True)
    has_response = models.BooleanField(null=True, blank=True, help_text=_("A response was published with it."))
    is_published = models.BooleanField(null=True, blank=True)
    added_on = models.DateTimeField(null=True, blank=True, help_text=_("When it was added to the published register."))
    planned_start = models.DateField(null=True, blank=True)
    planned_end = models.DateField(null=True, blank=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    response_due = models.DateField(null=True, blank=True)
    cancelled_why = models.TextField(blank=True)
    register_key = models.CharField(
        max_length=64, blank=True, help_text=_("By which its row of the published register is found again.")
    )
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register_key"], condition=~Q(register_key=""), name="evaluation_register_key_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values)
                & Q(timing__in=["", *Timing.values])
                & Q(evaluator_type__in=["", *EvaluatorType.values])
                & Q(level__in=["", *EvaluationLevel.values])
                & Q(coverage__in=["", *Coverage.values]),
                name="evaluation_words_are_known",
            ),
            models.CheckConstraint(
                condition=Q(period_from__isnull=True) | Q(period_to__isnull=True) | Q(period_to__gte=F("period_from")),
                name="evaluation_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(planned_start__isnull=True)
                | Q(planned_end__isnull=True)
                | Q(planned_end__gte=F("planned_start")),
                name="evaluation_plan_in_order",
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | (Q(budget__gte=0) & ~Q(currency="")),
                name="evaluation_budget_has_currency",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.CANCELLED) | ~Q(cancelled_why=""), name="evaluation_cancelled_says_why"
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__gte=1951, year__lte=2100), name="evaluation_year_is_one"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "year"], name="evaluation_status_year"),
            models.Index(fields=["published_on"], name="evaluation_published"),
        ]

    def __str__(self) -> str:
        return str(self.record)

    @property
    def timing_words(self) -> str:
        """When it was made, without the explanation in brackets."""
        return str(self.get_timing_display()).partition(" (")[0]

    @property
    def is_completed(self) -> bool:
        return self.status == Status.COMPLETED


def _closed_labels() -> Q:
    """A label of a closed kind says one of its words; labels of the other kinds say anything."""
    return reduce(or_, (Q(kind=kind, value__in=words.values) for kind, words in CLOSED.items())) | (
        Q(kind__in=[kind for kind in LabelKind.values if kind not in CLOSED]) & ~Q(value="")
    )


class Label(models.Model):
    """One of several things that an evaluation is: a scope, a language, a donor. Closed kinds hold codes, the others words as published."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="labels", db_index=False)
    kind = models.CharField(max_length=14, choices=LabelKind.choices)
    value = models.CharField(max_length=300)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["kind", "order"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "kind", "value"], name="evaluation_label_once"),
            models.CheckConstraint(condition=_closed_labels(), name="evaluation_label_is_known"),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="evaluation_label_by_value")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What the label says, for people."""
        closed = CLOSED.get(self.kind)
        return str(closed(self.value).label) if closed else self.value


class EvaluatedProject(models.Model):
    """A project that an evaluation looked at: its code as published, and the project of the portfolio where it was found."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="projects", db_index=False)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.SET_NULL, related_name="evaluations")
    code = models.CharField(max_length=120, blank=True, help_text=_("As published."))
    plain_code = models.CharField(max_length=20, blank=True, help_text=_("Two letters, a point, four digits."))
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "code"], condition=~Q(code=""), name="evaluated_code_once"),
            models.UniqueConstraint(
                fields=["evaluation", "project"], condition=Q(project__isnull=False), name="evaluated_project_once"
            ),
            models.CheckConstraint(condition=~Q(code="") | Q(project__isnull=False), name="evaluated_project_is_said"),
        ]
        indexes = [models.Index(fields=["plain_code"], name="evaluated_by_code")]

    def __str__(self) -> str:
        return self.code or str(self.project)


class RegisterRow(Fact):
    """A row of the published register as it was loaded. Where the register changes it, the row before is superseded and stays.

    values: column → text, as published. remarks: what was unclear and what was done, as in the report of the import.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text=_("Of the row in its file, from 1."))
    file = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    values = models.JSONField()
    remarks = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation"], condition=Q(superseded_at__isnull=True), name="evaluation_row_one_current"
            )
        ]
        indexes = [models.Index(fields=["digest"], name="evaluation_row_digest")]

    def __str__(self) -> str:
        return f"row {self.number} of {self.file}"


class Criterion(models.Model):
    """What an evaluation judges by, the question it asks, and after completion its rating with the reason for it."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="criteria", db_index=False)
    code = models.CharField(max_length=14, choices=CriterionCode.choices)
    name = models.CharField(max_length=120, blank=True, help_text=_("Of a criterion of one's own."))
    question = models.TextField(blank=True)
    rating = models.CharField(max_length=1, choices=Rating.choices, blank=True)
    justification = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "code", "name"], name="evaluation_criterion_once"),
            models.CheckConstraint(
                condition=Q(code=CriterionCode.OWN) & ~Q(name="")
                | Q(code__in=[code for code in CriterionCode.values if code != CriterionCode.OWN]) & Q(name=""),
                name="evaluation_criterion_is_named",
            ),
            models.CheckConstraint(
                condition=Q(rating="") | (Q(rating__in=Rating.values) & ~Q(justification="")),
                name="evaluation_rating_is_justified",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_code_display())


class QualityAnswer(Fact):
    """An answer to a question of the quality checklist. A new answer supersedes the one before."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="quality_answers")
    question = models.CharField(max_length=30, help_text=_("Code of the question."))
    answer = models.CharField(max_length=6, choices=Met.choices)
    justification = models.TextField(blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "question"],
                condition=Q(superseded_at__isnull=True),
                name="quality_answer_one_current",
            ),
            models.CheckConstraint(
                condition=Q(answer=Met.MET) | (Q(answer__in=Met.values) & ~Q(justification="")),
                name="quality_answer_is_justified",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.answer}"
