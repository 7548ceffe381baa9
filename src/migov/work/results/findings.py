"""Checks of entries as they stand in the database: their values, those of earlier periods, targets. A bounded number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import prefetch_related_objects

from migov.work.results.checks import Finding, Part, Reported, check
from migov.work.results.models import Dimension, Entry, EntryValue, Indicator, Measurement, MeasurementKind
from migov.work.results.shapes import Amount
from migov.work.results.slices import tidy
from migov.work.results.values import WHOLE


def findings_of(entries: Sequence[Entry]) -> dict[int, list[Finding]]:
    """The findings of each entry: its key → what is odd. Four queries, whatever the number of entries."""
    rows = list(entries)
    if not rows:
        return {}
    prefetch_related_objects(rows, "values__slice")
    indicators = {row.indicator_id for row in rows}
    earlier, targets = _history(indicators)
    complete = complete_values()
    return {row.pk: check(reported(row, earlier[row.indicator_id], targets, complete)) for row in rows}


def reported(
    entry: Entry, earlier: Sequence[tuple[date, Decimal]], targets: dict[int, Decimal], complete: dict[str, int]
) -> Reported:
    """What there is to judge about an entry. earlier: ends and wholes of other periods; complete: dimension → how many values it has."""
    indicator: Indicator = entry.indicator
    values = list(entry.values.all())
    ends = entry.period.ends
    return Reported(
        measure=indicator.measure, across_periods=indicator.across_periods, counts_people=indicator.counts_people,
        ascending=indicator.ascending,
        whole=next((amount_of(value) for value in values if value.slice_id is None), Amount()),
        parts=_parts(values, complete),
        earlier=[value for day, value in earlier if ends is not None and day < ends] if entry.place_id is None else [],
        target=targets.get(entry.period_id) if entry.place_id is None else None,
    )  # fmt: skip


def _parts(values: Sequence[EntryValue], complete: dict[str, int]) -> list[Part]:
    counted: dict[str, int] = defaultdict(int)
    for value in values:
        if value.slice is not None:
            counted[value.slice.family] += 1
    return [
        Part(
            value.slice.key,
            value.slice.family,
            amount_of(value),
            counted[value.slice.family] == complete.get(value.slice.family),
        )
        for value in values
        if value.slice is not None
    ]


def amount_of(value: EntryValue) -> Amount:
    return Amount(value.value, value.numerator, value.denominator, value.words)


def complete_values() -> dict[str, int]:
    """How many values each dimension has, by its name in slices: who fills all of them leaves nobody out. One query."""
    return {tidy(one.code): len(one.values) for one in Dimension.objects.all() if one.values}


def _history(indicators: set[int]) -> tuple[dict[int, list[tuple[date, Decimal]]], dict[int, Decimal]]:
    """Wholes of periods that have ended, oldest first, and targets by period. One query."""
    earlier: dict[int, dict[date, Decimal]] = defaultdict(dict)
    targets: dict[int, Decimal] = {}
    known = (
        Measurement.objects.current()
        .filter(WHOLE, indicator__in=indicators, value__isnull=False, period__ends__isnull=False)
        .exclude(kind=MeasurementKind.BASELINE)
        .order_by("period__ends", "order", "pk")
        .values_list("indicator_id", "period_id", "period__ends", "kind", "value")
    )
    for indicator, period, ends, kind, value in known:
        if value is None or period is None or ends is None:  # the question leaves them out
            continue
        if kind == MeasurementKind.TARGET:
            targets[period] = value
        else:
            earlier[indicator][ends] = value
    return defaultdict(list, {key: sorted(of.items()) for key, of in earlier.items()}), targets
