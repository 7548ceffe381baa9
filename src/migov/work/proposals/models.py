"""A project on paper: sections, results matrix, budget, work plan, risks and markers, and what is agreed later: amendments, reports
to donors, closure. What is endorsed and active is written from here into the register (work/projects, work/results) by register.py.

Rows that people write are taken out by `removed_at` and can be put back; none is deleted.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.history import Fact
from migov.services.writing import models as written
from migov.work.projects.models import Project
from migov.work.results.models import AcrossPeriods, Indicator, Measure, Result, StandardIndicator

PERSON = settings.AUTH_USER_MODEL


class TargetStep(models.TextChoices):
    """How long the periods are for which the results matrix sets targets."""

    YEAR = "year", _("every year")
    HALF = "half", _("every half-year")
    QUARTER = "quarter", _("every quarter")


class Proposal(models.Model):
    """The paper of a project. Title, summary, office, places, themes, stage and dates are on the project's record.

    months: planned duration. rules: code of the donor's rules (donors.py), e.g. the ceiling on staff and office costs.
    """

    project = models.OneToOneField(Project, primary_key=True, on_delete=models.CASCADE, related_name="proposal")
    donor = models.CharField(max_length=255, blank=True)
    rules = models.SlugField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    target_step = models.CharField(max_length=8, choices=TargetStep.choices, default=TargetStep.YEAR)
    months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    partners = models.TextField(blank=True)
    government_request = models.CharField(
        max_length=255, blank=True, help_text=_("Letter or decision that asks for it.")
    )
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(months__isnull=True) | Q(months__range=(1, 120)), name="proposal_months_sensible"
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="proposal_currency_is_code"),
        ]

    def __str__(self) -> str:
        return str(self.project)


class Author(models.Model):
    """A person who writes a proposal, besides its owner and the developers of its office."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="authors")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="proposal_author_once")]

    def __str__(self) -> str:
        return str(self.person)


class Section(written.Section):
    """A section of the text. code: see papers.py."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="sections")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "code"], name="section_code_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.code}"


class Edition(written.Edition):
    """An earlier text of a section."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="editions")

    class Meta:
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["section", "revision"], name="edition_revision_once")]

    def __str__(self) -> str:
        return f"{self.section_id}, {self.revision}"


class SetAside(written.SetAside):
    """A text that could not be saved, kept until its author has settled it."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="set_aside")

    class Meta:
        ordering = ["-at"]
        constraints = [
            # While two write at once, the newest words of each page are kept in one row, not a row for every pause.
            models.UniqueConstraint(
                fields=["section", "by", "page"], condition=Q(settled_at__isnull=True), name="set_aside_one_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.section_id} by {self.by_id}"


class Lock(written.Lock):
    """Who writes a section now."""

    section = models.OneToOneField(Section, primary_key=True, on_delete=models.CASCADE, related_name="lock")

    def __str__(self) -> str:
        return f"{self.section_id}: {self.holder_id}"


class PlanLevel(models.TextChoices):
    OBJECTIVE = "objective", _("objective")
    OUTCOME = "outcome", _("outcome")
    OUTPUT = "output", _("output")
    ACTIVITY = "activity", _("activity")


class PlanResult(models.Model):
    """A row of the results matrix: objective → outcomes → outputs → activities. Activities have a place in the work plan.

    result: the row of the register that was written from it.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="results")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    level = models.CharField(max_length=10, choices=PlanLevel.choices)
    order = models.PositiveIntegerField(default=0)
    title = models.TextField(blank=True)
    description = models.TextField(blank=True)
    assumptions = models.TextField(blank=True)
    responsible = models.CharField(max_length=255, blank=True)
    first_month = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Month of the project, from 1."))
    last_month = models.PositiveSmallIntegerField(null=True, blank=True)
    result = models.ForeignKey(Result, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="plan_result_not_own_parent"),
            models.CheckConstraint(
                condition=Q(level="objective", parent__isnull=True) | (~Q(level="objective") & Q(parent__isnull=False)),
                name="plan_result_below_another",
            ),
            models.CheckConstraint(
                condition=Q(first_month__isnull=True, last_month__isnull=True)
                | Q(first_month__gte=1, last_month__gte=F("first_month")),
                name="plan_result_months_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanIndicator(models.Model):
    """What is to be measured under a row of the matrix. dimensions: codes by which values are taken apart ("sex", "age").

    indicator: the row of the register that was written from it.
    """

    result = models.ForeignKey(PlanResult, on_delete=models.CASCADE, related_name="indicators")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="indicators")
    standard = models.ForeignKey(StandardIndicator, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveIntegerField(default=0)
    title = models.TextField(blank=True)
    definition = models.TextField(blank=True)
    unit = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=12, choices=Measure.choices, default=Measure.NUMBER)
    ascending = models.BooleanField(default=True, help_text=_("Whether more is better."))
    across_periods = models.CharField(max_length=8, choices=AcrossPeriods.choices, blank=True)
    counts_people = models.BooleanField(default=False)
    dimensions: Any = models.JSONField(default=list, blank=True)
    data_source = models.TextField(blank=True, help_text=_("Data source and collection method."))
    verification = models.TextField(blank=True, help_text=_("Means of verification."))
    assumptions = models.TextField(blank=True)
    baseline = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    baseline_words = models.TextField(blank=True, help_text=_("The baseline where it is not a number."))
    baseline_date = models.DateField(null=True, blank=True)
    indicator = models.ForeignKey(Indicator, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(baseline__isnull=True) | Q(baseline_words=""), name="plan_indicator_one_baseline"
            )
        ]

    def __str__(self) -> str:
        return self.title


class PlanTarget(models.Model):
    """A target of an indicator for a period: a number, or words where there is none."""

    indicator = models.ForeignKey(PlanIndicator, on_delete=models.CASCADE, related_name="targets")
    starts = models.DateField()
    ends = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["ends"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "starts", "ends"], name="plan_target_period_once"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="plan_target_dates_in_order"),
            models.CheckConstraint(
                condition=(Q(value__isnull=True) & ~Q(words="")) | Q(value__isnull=False, words=""),
                name="plan_target_says_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ends}: {self.value if self.value is not None else self.words}"


class BudgetCategory(models.TextChoices):
    STAFF = "staff", _("staff")
    OFFICE = "office", _("office")
    OPERATIONAL = "operational", _("operational")


class PlanCost(models.Model):
    """A line of the budget, in the proposal's currency. amount = quantity x unit cost, kept by the action that writes the line.

    output: for operational costs, the output that they pay for. funded_by: empty for the donor, else who pays the line instead.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="costs")
    category = models.CharField(max_length=12, choices=BudgetCategory.choices)
    output = models.ForeignKey(PlanResult, null=True, blank=True, on_delete=models.SET_NULL, related_name="costs")
    order = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=255)
    unit = models.CharField(max_length=60, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4, default=1)
    unit_cost = models.DecimalField(max_digits=16, decimal_places=2)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Year of the project, from 1."))
    funded_by = models.CharField(max_length=255, blank=True)
    note = models.TextField(blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=0, unit_cost__gte=0, amount__gte=0), name="plan_cost_not_below_zero"
            ),
            models.CheckConstraint(
                condition=Q(category="operational") | Q(output__isnull=True), name="plan_cost_output_is_operational"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Risk(models.Model):
    """Something that may happen, with what is done about it. Likelihood and impact from 1 to 5."""

    class Treatment(models.TextChoices):
        AVOID = "avoid", _("avoid")
        REDUCE = "reduce", _("reduce")
        SHARE = "share", _("share")
        ACCEPT = "accept", _("accept")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        HAPPENED = "happened", _("has happened")
        CLOSED = "closed", _("closed")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="risks")
    order = models.PositiveIntegerField(default=0)
    title = models.TextField()
    category = models.CharField(max_length=60, blank=True)
    likelihood = models.PositiveSmallIntegerField(default=3)
    impact = models.PositiveSmallIntegerField(default=3)
    treatment = models.CharField(max_length=8, choices=Treatment.choices, default=Treatment.REDUCE)
    measures = models.TextField(blank=True, help_text=_("What is done about it."))
    owner = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)), name="risk_scores_from_one_to_five"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def score(self) -> int:
        """Likelihood x impact, from 1 to 25."""
        return self.likelihood * self.impact


class MarkerAnswer(models.Model):
    """An answer of the self-assessment for a cross-cutting marker (markers.py)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="marker_answers")
    marker = models.SlugField(max_length=40)
    question = models.SlugField(max_length=60)
    answer = models.CharField(max_length=8)
    justification = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "marker", "question"], name="marker_answer_once")]

    def __str__(self) -> str:
        return f"{self.marker}/{self.question}: {self.answer}"


class AmendmentKind(models.TextChoices):
    EXTENSION = "extension", _("no-cost extension")
    BUDGET = "budget", _("budget revision")
    SCOPE = "scope", _("change of results or activities")


class AmendmentState(models.TextChoices):
    DRAFT = "draft", _("being written")
    REVIEW = "review", _("in review")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("not approved")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Amendment(models.Model):
    """A change of what was endorsed, through the same clearance. While one is open, the proposal's rows are its draft."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    kinds: Any = models.JSONField(default=list, help_text=_("Codes of AmendmentKind."))
    reason = models.TextField()
    new_end = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=AmendmentState.choices, default=AmendmentState.DRAFT)
    before: Any = models.ForeignKey(
        "reversion.Revision", null=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("The rows as they were agreed, to go back to where the change is not approved."),
    )  # fmt: skip
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="amendment_number_once"),
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(state__in=["draft", "review"]), name="amendment_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.number}"


class DonorReport(models.Model):
    """A report that the donor is owed: what, for which period, and by when."""

    class Kind(models.TextChoices):
        NARRATIVE = "narrative", _("narrative report")
        FINANCIAL = "financial", _("financial report")
        BOTH = "both", _("narrative and financial report")
        FINAL = "final", _("final report")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="donor_reports")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.BOTH)
    starts = models.DateField()
    ends = models.DateField()
    due = models.DateField()
    sent_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="donor_report_dates_in_order"),
            models.CheckConstraint(condition=Q(due__gte=F("ends")), name="donor_report_due_after_period"),
            models.UniqueConstraint(
                fields=["proposal", "kind", "starts", "ends"],
                condition=Q(removed_at__isnull=True),
                name="donor_report_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.ends}"


class ClosureAnswer(Fact):
    """An answer to a question of the closure checklist (closing.py)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="closure_answers")
    question = models.SlugField(max_length=60)
    done = models.BooleanField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "question"], condition=Q(superseded_at__isnull=True), name="closure_answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.done}"
