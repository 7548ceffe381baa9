"""Measurements are made of verified entries, and of nothing else that people enter. What no longer follows is superseded, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from migov.work.results.models import (
    COUNTED,
    Entry,
    EntryValue,
    Indicator,
    Measure,
    Measurement,
    MeasurementKind,
    WithinPeriod,
)
from migov.work.results.shapes import FRACTIONS, PLACES, Amount

AFTER_PUBLISHED = 500  # the order of values that people entered: theirs is the last word of a period


class Said(NamedTuple):
    """What a measurement says; two that say the same are one."""

    place: int | None
    slice: int | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    words: str
    comment: str


def recount(indicator: Indicator, periods: Iterable[int], at: datetime) -> int:
    """Make the actual values of some periods follow from the verified entries. Three queries and a write. Returns how many changed.

    Entries that add to each other are summed, fractions by numerators and denominators; where one cannot be summed, and for entries that
    take each other's place, the newest counts. Each place is counted by itself.
    """
    keys = list(periods)
    entries: dict[int, dict[int | None, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    counted = indicator.entries.filter(period__in=keys, status__in=COUNTED).order_by("number")
    for entry in counted.prefetch_related("values"):
        entries[entry.period_id][entry.place_id].append(entry)
    standing: dict[int, list[Measurement]] = defaultdict(list)
    made_of_entries = Measurement.objects.current().filter(
        indicator=indicator, period__in=keys, kind=MeasurementKind.ACTUAL, entry__isnull=False
    )
    for measurement in made_of_entries:
        standing[measurement.period_id or 0].append(measurement)
    gone: list[int] = []
    fresh: list[Measurement] = []
    for period in keys:
        wanted = {
            said: newest
            for place, some in entries[period].items()
            for said, newest in _of_place(indicator, place, some)
        }
        for measurement in standing[period]:
            if wanted.pop(_says(measurement), None) is None:
                gone.append(measurement.pk)
        fresh += [
            Measurement(
                indicator=indicator, period_id=period, kind=MeasurementKind.ACTUAL, entry=newest, order=AFTER_PUBLISHED, recorded_at=at,
                value=said.value, numerator=said.numerator, denominator=said.denominator, words=said.words, comment=said.comment,
                place_id=said.place, slice_id=said.slice,
            )
            for said, newest in wanted.items()
        ]  # fmt: skip
    Measurement.objects.filter(pk__in=gone).supersede(at)
    Measurement.objects.bulk_create(fresh)
    return len(gone) + len(fresh)


def _says(of: Measurement) -> Said:
    return Said(of.place_id, of.slice_id, of.value, of.numerator, of.denominator, of.words, of.comment)


def _of_place(indicator: Indicator, place: int | None, entries: Sequence[Entry]) -> list[tuple[Said, Entry]]:
    """What the entries of one place come to, part by part, each with the newest entry behind it."""
    if indicator.within_period == WithinPeriod.LATEST:
        entries = entries[-1:]
    parts: dict[int | None, list[tuple[Entry, EntryValue]]] = defaultdict(list)
    for entry in entries:
        for value in entry.values.all():
            parts[value.slice_id].append((entry, value))
    found = []
    for of, values in parts.items():
        amount = together(indicator.measure, [_amount(value) for _entry, value in values])
        comment = "\n".join(entry.comment for entry, _value in values if entry.comment) if of is None else ""
        said = Said(place, of, amount.value, amount.numerator, amount.denominator, amount.words, comment)
        found.append((said, values[-1][0]))
    return found


def _amount(value: EntryValue) -> Amount:
    return Amount(value.value, value.numerator, value.denominator, value.words)


def together(measure: str, amounts: Sequence[Amount]) -> Amount:
    """Several values of one period as one: numbers are added, fractions by both their numbers; else the last one stands."""
    if len(amounts) == 1:
        return amounts[0]
    if measure == Measure.NUMBER:
        numbers = [amount.value for amount in amounts if amount.value is not None]
        if len(numbers) == len(amounts):
            return Amount(value=sum(numbers, start=Decimal(0)))
    if measure in FRACTIONS and all(a.numerator is not None and a.denominator is not None for a in amounts):
        above = sum((amount.numerator or Decimal(0) for amount in amounts), start=Decimal(0))
        below = sum((amount.denominator or Decimal(0) for amount in amounts), start=Decimal(0))
        times = 100 if measure == Measure.PERCENTAGE else 1
        return Amount((above * times / below).quantize(PLACES) if below else None, above, below)
    return amounts[-1]
