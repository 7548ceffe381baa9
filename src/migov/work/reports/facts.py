"""The figures of a report, drawn from the register as they stand now, for the last day of its period. Each is read once and when it is
first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import DecimalField, Q, Sum
from django.utils import timezone

from migov.services.alignment.models import Alignment, Status
from migov.services.files.models import Document
from migov.work.projects import money
from migov.work.projects.models import SPENDING, Transaction, TransactionKind
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries import markers, risks, schedule
from migov.work.proposals.queries.markers import MarkerLine
from migov.work.proposals.queries.risks import HIGH, RiskLine
from migov.work.proposals.queries.schedule import PlanLine
from migov.work.reports import progress
from migov.work.reports.models import Report
from migov.work.results.models import COUNTED, Entry

CLOSED = "closed"  # a risk that is over
DONE, RUNNING, AHEAD, UNKNOWN = "done", "running", "ahead", "unknown"


@dataclass(frozen=True, slots=True)
class Money:
    """The money of a project in one currency, to the last day of the report. None: nothing is known.

    within: spent in the report's period.
    """

    currency: str
    budget: Decimal | None
    received: Decimal | None
    within: Decimal | None
    spent: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """What is spent as a share of the budget, 0.45 for 45 %."""
        return self.spent / self.budget if self.spent is not None and self.budget else None

    @property
    def left(self) -> Decimal | None:
        return self.budget - (self.spent or 0) if self.budget is not None else None


@dataclass(frozen=True, slots=True)
class Planned:
    """An activity of the work plan. state, by the plan: "done" (its months are over), "running", "ahead", "unknown"."""

    line: PlanLine
    state: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that shows what the report says: a filed document, or the source that a verified value was said to have."""

    anchor: str
    title: str
    kind: str
    said: str
    day: date | None


class Facts:
    """What the register says for a report. Every part costs its queries once, when it is first used."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.day = min(report.ends, timezone.localdate())  # what is to come is not late yet

    @cached_property
    def results(self) -> list[progress.ResultStanding]:
        """Five queries."""
        return progress.standings(self.report.project, self.day)

    @cached_property
    def people(self) -> list[progress.Reached]:
        """Two queries beside those of the results."""
        return progress.people_reached(self.report.project, self.results, self.day)

    @cached_property
    def waiting(self) -> int:
        """Values that were reported and not verified. One query."""
        return progress.waiting(self.report.project, self.day)

    @cached_property
    def money(self) -> list[Money]:
        """By currency, the largest budget first. Three queries."""
        project, report = self.report.project, self.report
        budget = money.budgets_of([project.pk]).get(project.pk)
        budgets = dict(budget.by_currency) if budget else {}
        until, spending = Q(date__lte=self.day), Q(kind__in=SPENDING)

        def total(condition: Q) -> Sum:
            return Sum("amount", filter=condition, output_field=DecimalField(max_digits=22, decimal_places=4))

        rows = (
            Transaction.objects.current()
            .filter(project=project)
            .values_list("currency")
            .annotate(
                received=total(until & Q(kind=TransactionKind.INCOMING_FUNDS)),
                within=total(until & spending & Q(date__gte=report.starts)),
                spent=total(until & spending),
            )
            .order_by("currency")
        )  # fmt: skip
        sums = {currency: tuple(_money(one) for one in rest) for currency, *rest in rows}
        currencies = sorted({*budgets, *(code for code, known in sums.items() if any(known))})
        found = [Money(code, _money(budgets.get(code)), *sums.get(code, (None, None, None))) for code in currencies]
        return sorted(found, key=lambda one: -(one.budget or 0))

    @cached_property
    def proposal(self) -> Proposal | None:
        """The paper that the project was written on; none for one that was loaded. One query."""
        return Proposal.objects.select_related("project__record").filter(pk=self.report.project_id).first()

    @cached_property
    def plan(self) -> list[Planned]:
        """The activities that the plan has begun by the last day of the report. Two queries."""
        if self.proposal is None:
            return []
        return [Planned(line, self._by_plan(line)) for line in schedule.lines(self.proposal)]

    def _by_plan(self, line: PlanLine) -> str:
        if line.starts is None or line.ends is None:
            return UNKNOWN
        if line.ends <= self.report.ends:
            return DONE
        return RUNNING if line.starts <= self.report.ends else AHEAD

    @cached_property
    def risks(self) -> list[RiskLine]:
        """Risks that are not closed, the highest first. Two queries."""
        if self.proposal is None:
            return []
        return [one for one in risks.lines(self.proposal) if one.status != CLOSED]

    @property
    def high_risks(self) -> int:
        return sum(one.score >= HIGH for one in self.risks)

    @cached_property
    def markers(self) -> list[MarkerLine]:
        """What the proposal answered. Two queries."""
        return markers.lines(self.proposal) if self.proposal is not None else []

    @cached_property
    def alignments(self) -> list[Alignment]:
        """What the project is confirmed to contribute to. One query."""
        return list(
            Alignment.objects.current()
            .filter(record_id=self.report.project_id, status=Status.CONFIRMED)
            .select_related("element__framework")
            .order_by("element__framework__order", "element__framework_id", "element__order", "element_id")
        )

    @cached_property
    def evidence(self) -> list[Proof]:
        """Documents of the project and of its verified values, and the sources that were stated. Two queries."""
        counted = Entry.objects.filter(
            indicator__project=self.report.project_id, status__in=COUNTED, period__ends__lte=self.day
        )
        filed = (
            Document.objects.standing()
            .filter(Q(of_id=self.report.project_id) | Q(entries__in=counted))
            .select_related("record")
            .distinct()
            .order_by("date", "pk")
        )
        found = [
            Proof(f"document:{one.pk}", one.record.title, str(one.get_kind_display()), one.name, one.date)
            for one in filed
        ]
        stated = (
            counted.exclude(source="")
            .select_related("indicator", "period")
            .order_by("indicator__order", "period__ends", "number")
        )
        return found + [
            Proof(f"source:{one.indicator_id}-{one.pk}", one.indicator.title, "", one.source, one.period.ends)
            for one in stated
        ]


def _money(amount: object) -> Decimal | None:
    """An amount without digits that say nothing; SQLite sums decimals as text with many."""
    return None if amount is None else Decimal(str(amount)).quantize(Decimal("0.01"))
