"""Sums of project money: budgets that count, by currency and in the reporting currency; transactions by kind and currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from migov.foundation.money.queries import Converter
from migov.work.projects.models import Budget, Project, Transaction, TransactionKind

FEW = 900


@dataclass(slots=True)
class BudgetSum:
    """What the budgets of a project come to. `converted` is None where a budget has no rate: half a sum would mislead."""

    by_currency: dict[str, Decimal] = field(default_factory=dict)
    converted: Decimal | None = Decimal(0)

    @property
    def amounts(self) -> list[tuple[Decimal, str]]:
        """Amount and currency, largest first."""
        return sorted(((amount, currency) for currency, amount in self.by_currency.items()), reverse=True)

    def add(self, amount: Decimal, currency: str, worth: Decimal | None) -> None:
        self.by_currency[currency] = self.by_currency.get(currency, Decimal(0)) + amount
        if self.converted is not None:
            self.converted = None if worth is None else self.converted + worth


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A budget that stands today. `replaced`: a revised budget covers the same span, so this one does not count."""

    key: int
    project: int
    revised: bool
    starts: date | None
    ends: date | None
    amount: Decimal
    currency: str
    value_date: date | None
    replaced: bool

    def worth(self, converter: Converter) -> Decimal | None:
        """The amount in the reporting currency, by the rate of its value date, else of the first day of its span."""
        return converter.convert(self.amount, self.currency, self.value_date or self.starts or self.ends)


def budget_lines(keys: Iterable[int] | None, moment: datetime | None = None) -> Iterator[BudgetLine]:
    """The budgets of some projects (None: of all), project by project, in the order of their spans; as they stood at a moment.

    One query, streamed. A revised budget takes the place of the original for the same span.
    """
    rows = Budget.objects.as_of(moment)
    if keys is not None:
        rows = rows.filter(project_id__in=keys)
    values = rows.order_by("project_id", "starts", "order", "pk").values_list(
        "pk", "project_id", "kind", "starts", "ends", "amount", "currency", "value_date"
    )
    for _, group in groupby(values.iterator(chunk_size=5000), key=lambda row: row[1]):
        lines = list(group)
        revised = {(row[3], row[4]) for row in lines if row[2] == Budget.Kind.REVISED}
        for key, project, kind, starts, ends, amount, currency, value_date in lines:
            is_revised = kind == Budget.Kind.REVISED
            replaced = not is_revised and (starts, ends) in revised
            yield BudgetLine(key, project, is_revised, starts, ends, amount, currency, value_date, replaced)


def budgets_of(keys: Sequence[int] | None, converter: Converter | None = None) -> dict[int, BudgetSum]:
    """What the budgets of each project come to; projects without a budget are left out. Two queries."""
    converter = converter or Converter()
    wanted = None if keys is None or len(keys) > FEW else keys
    found: dict[int, BudgetSum] = defaultdict(BudgetSum)
    for line in budget_lines(wanted):
        if not line.replaced:
            found[line.project].add(line.amount, line.currency, line.worth(converter))
    return dict(found)


@dataclass(frozen=True, slots=True)
class TransactionSum:
    """Transactions of one kind in one currency: how many, how much, from when to when."""

    kind: str
    label: str
    currency: str
    number: int
    amount: Decimal
    first: date | None
    last: date | None


def transaction_sums(project: Project) -> list[TransactionSum]:
    """The transactions of a project that stand today, by kind and currency, in the order of the kinds. One query."""
    labels = dict(TransactionKind.choices)
    order = {code: place for place, code in enumerate(TransactionKind.values)}
    sums = (
        Transaction.objects.current()
        .filter(project=project)
        .values_list("kind", "currency")
        .annotate(Count("pk"), Sum("amount"), Min("date"), Max("date"))
        .order_by()
    )
    found = [TransactionSum(kind, str(labels.get(kind, kind)), *rest) for kind, *rest in sums]
    return sorted(found, key=lambda row: (order.get(row.kind, len(order)), row.currency))


def transactions_of(project: Project, kind: str = "", currency: str | None = None) -> QuerySet[Transaction]:
    """The transactions of a project that stand today, oldest first; of one kind or currency where asked."""
    condition = Q(project=project)
    if kind:
        condition &= Q(kind=kind)
    if currency is not None:
        condition &= Q(currency=currency)
    return (
        Transaction.objects.current()
        .filter(condition)
        .select_related("provider", "receiver", "place")
        .order_by("date", "order", "pk")
    )
