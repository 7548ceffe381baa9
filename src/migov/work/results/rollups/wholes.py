"""Reading many measurements: one target and one actual for each period of each indicator. Two queries, whatever the number of rows.

What `rules.whole_of` says of one period is done here for a million rows at once, in arrays; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Cast

from migov.foundation.history import known_at
from migov.foundation.plain import day, pieces
from migov.work.results.models import Indicator, Measure, Measurement, MeasurementKind
from migov.work.results.values import EVERYWHERE, WHOLE

# As text: the database driver would build a date for each of a million rows, of which a few dozen differ.
ENDS = Cast("period__ends", CharField())
KINDS = (MeasurementKind.TARGET, MeasurementKind.ACTUAL)


@dataclass(frozen=True, slots=True)
class Window:
    """The time that is asked about: periods that end from `since` (None: the beginning) to `until`, as known at a moment (None: now)."""

    until: date
    since: date | None = None
    known: datetime | None = None

    def measured(self) -> QuerySet[Measurement]:
        """The targets and actuals of the window that are numbers."""
        found = Measurement.objects.filter(
            known_at(self.known), kind__in=KINDS, value__isnull=False, period__ends__lte=self.until
        )
        return found.filter(period__ends__gte=self.since) if self.since else found


class PeriodWhole(NamedTuple):
    """The whole of the periods of one indicator that end on a day. None: not known."""

    ends: date
    target: float | None
    actual: float | None
    numerator: float | None
    denominator: float | None


def wholes(indicators: QuerySet[Indicator], window: Window) -> Iterator[tuple[int, list[PeriodWhole]]]:
    """Indicator → its periods with a value, oldest first. Two queries.

    The value without slice and place counts, of several the last. Where there is none, the slices of one family (dimensions, place) are
    added up, of the family with the largest sum; only of numbers.
    """
    of = Q(indicator__in=indicators.order_by().values("pk"))
    rows = _whole_rows(window.measured().filter(of, WHOLE))
    parts = window.measured().filter(of, indicator__measure=Measure.NUMBER).exclude(WHOLE)
    rows += _summed_rows(parts, window.known)
    if rows.size == 0:
        return
    yield from _periods(rows)


class _Rows:
    """Columns of rows: indicator, day, kind (0 target, 1 actual), precedence, value, numerator, denominator."""

    __slots__ = ("columns",)

    def __init__(self, columns: list[Any]) -> None:
        self.columns = columns

    @property
    def size(self) -> int:
        return len(self.columns[0])

    def __add__(self, other: _Rows) -> _Rows:
        return _Rows([np.concatenate(pair) for pair in zip(self.columns, other.columns, strict=True)])


def _whole_rows(measured: QuerySet[Measurement]) -> _Rows:
    asked = measured.order_by().values_list(
        "indicator_id", ENDS, "kind", "period_id", "order", "pk",
        Cast("value", FloatField()), Cast("numerator", FloatField()), Cast("denominator", FloatField()),
    )  # fmt: skip
    days, parts = _Days(), []
    for piece in pieces(asked):
        indicator, ends, kind, period, order, key, value, above, below = zip(*piece, strict=True)
        parts.append(
            [
                np.array(indicator, np.int64), days.numbers(ends), _kinds(kind), np.array(period, np.int64),
                np.array(order, np.int64), np.array(key, np.int64), np.array(value, float), np.array(above, float),
                np.array(below, float),
            ]
        )  # fmt: skip
    if not parts:
        return _Rows([np.empty(0) for _column in range(6)])
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    of, on, what, periods, orders, keys = columns[:6]
    ranked = np.lexsort((keys, orders, periods, what, on, of))
    columns = [column[ranked] for column in columns]
    of, on, what = columns[:3]
    last = np.ones(len(of), bool)  # of rows that say the same thing, the last word
    last[:-1] = (of[1:] != of[:-1]) | (on[1:] != on[:-1]) | (what[1:] != what[:-1])
    return _Rows([columns[at][last] for at in (0, 1, 2, 6, 7, 8)])


def _summed_rows(measured: QuerySet[Measurement], known: datetime | None) -> _Rows:
    """Periods with parts and no whole: the sum of their fullest family."""
    whole = Measurement.objects.filter(
        WHOLE, known_at(known), indicator=OuterRef("indicator"), kind=OuterRef("kind"), period=OuterRef("period"), value__isnull=False
    )  # fmt: skip
    asked = (
        measured.filter(~Exists(whole))
        .annotate(everywhere=ExpressionWrapper(EVERYWHERE, output_field=BooleanField()))
        .values_list("indicator_id", "period__ends", "kind", "slice__family", "everywhere")
        .annotate(total=Sum(Cast("value", FloatField())))
        .order_by("indicator_id", "period__ends", "kind", F("total").desc(), "slice__family", "everywhere")
    )
    days, parts = _Days(), []
    for piece in pieces(asked):
        for _same, group in groupby(piece, key=itemgetter(0, 1, 2)):
            indicator, ends, kind, _family, _everywhere, total = next(group)
            parts.append((indicator, ends, kind, total))
    if not parts:
        return _Rows([np.empty(0) for _column in range(6)])
    indicator, ends, kind, total = zip(*parts, strict=True)
    unknown = np.full(len(total), np.nan)
    return _Rows(
        [np.array(indicator, np.int64), days.numbers(ends), _kinds(kind), np.array(total, float), unknown, unknown]
    )


def _kinds(kinds: tuple[str, ...]) -> Any:
    return np.array([kind == MeasurementKind.ACTUAL for kind in kinds], np.int8)


class _Days:
    """Days as numbers: thousands of rows lie on a few days."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def numbers(self, days: tuple[Any, ...]) -> Any:
        for one in set(days) - self.known.keys():
            found = day(one)
            self.known[one] = found.toordinal() if found else 0
        known = self.known
        return np.array([known[one] for one in days], np.int64)


def _periods(rows: _Rows) -> Iterator[tuple[int, list[PeriodWhole]]]:
    inds, ends, kinds = rows.columns[:3]
    ranked = np.lexsort((ends, inds))  # stable: a whole stays before what was summed
    inds, ends, kinds, *amounts = (column[ranked] for column in rows.columns)
    fresh = np.ones(len(inds), bool)
    fresh[1:] = (inds[1:] != inds[:-1]) | (ends[1:] != ends[:-1])
    period = np.cumsum(fresh) - 1
    columns = []
    for kind, amount in ((0, amounts[0]), (1, amounts[0]), (1, amounts[1]), (1, amounts[2])):
        of_kind = np.flatnonzero(kinds == kind)[::-1]
        column = np.full(period[-1] + 1, None, object)
        column[period[of_kind]] = np.where(
            np.isnan(amount[of_kind]), None, amount[of_kind]
        )  # of two, the first is written last
        columns.append(column.tolist())
    inds, ends = inds[fresh], ends[fresh].tolist()
    days = {number: date.fromordinal(int(number)) for number in set(ends)}
    periods = list(map(PeriodWhole, map(days.__getitem__, ends), *columns))
    starts = np.flatnonzero(np.r_[True, inds[1:] != inds[:-1]]).tolist()
    for indicator, start, end in zip(inds[starts].tolist(), starts, [*starts[1:], len(periods)], strict=True):
        yield int(indicator), periods[start:end]
