"""Budgets and spending as they count: each row with its rate and its cents in every calendar year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from migov.foundation.history import known_at
from migov.foundation.money.queries import Converter
from migov.insight.contributions.rules import over_years, split_exactly
from migov.work.projects.models import SPENDING, Transaction
from migov.work.projects.money import budget_lines

NO_CURRENCY = "???"


def cents(amount: Decimal) -> int:
    """An amount in whole hundredths."""
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One budget or transaction with what it comes to: the base row, the rate, and its cents in each calendar year."""

    key: int
    record: int
    kind: str
    amount: Decimal
    currency: str
    starts: date | None
    ends: date | None
    rate: Decimal | None
    unconverted: str
    years: tuple[tuple[int, int], ...]
    why: str = ""


@dataclass(slots=True)
class MoneyLines:
    """What counts, and what does not with the reason."""

    counted: list[MoneyLine] = field(default_factory=list)
    left_out: list[MoneyLine] = field(default_factory=list)


def money_lines(keys: Iterable[int], moment: datetime | None, converter: Converter) -> MoneyLines:
    """Every budget and every spending transaction of some projects, as it counts. Two queries."""
    found = MoneyLines()
    for row in budget_lines(keys, moment):
        if row.replaced:
            why = "replaced by a revised budget"
            line = MoneyLine(
                row.key, row.project, "b", row.amount, row.currency, row.starts, row.ends, None, "", (), why
            )
            found.left_out.append(line)
        else:
            _add(
                found, converter, row.project, "b", row.key, row.amount, row.currency, row.starts, row.ends, row.value_date
            )  # fmt: skip
    spent = Transaction.objects.filter(known_at(moment), project_id__in=keys, kind__in=SPENDING).order_by(
        "project_id", "pk"
    )
    for record, pk, date_, amount, currency, value_date in spent.values_list(
        "project_id", "pk", "date", "amount", "currency", "value_date"
    ):
        _add(found, converter, record, "s", pk, amount, currency, date_, date_, value_date)
    return found


def _add(
    found: MoneyLines, converter: Converter, record: int, kind: str, key: int, amount: Decimal, currency: str,
    starts: date | None, ends: date | None, value_date: date | None,
) -> None:  # fmt: skip
    spans = over_years(starts or value_date, ends or value_date)
    if not spans:
        why = "no date, so it belongs to no year"
        found.left_out.append(MoneyLine(key, record, kind, amount, currency, starts, ends, None, "", (), why))
        return
    valued = value_date or starts or ends
    rate = converter.rate(currency, valued)
    whole = spans[0][2]
    total = cents(amount * rate.rate if rate else amount)
    parts = split_exactly(total, [days for _, days, _ in spans], whole)
    line = MoneyLine(
        key, record, kind, amount, currency, starts, ends,
        rate.rate if rate else None,
        "" if rate else (currency or NO_CURRENCY),
        tuple((year, part) for (year, _, _), part in zip(spans, parts, strict=True)),
        "" if rate else converter.why_not(currency, valued),
    )  # fmt: skip
    found.counted.append(line)
