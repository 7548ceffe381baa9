"""The parts of a rolled-up figure: by sex, age, status and whatever else its indicators are told apart by."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import FloatField, Q, QuerySet
from django.db.models.functions import Cast

from migov.foundation.plain import day, tuples
from migov.work.results.models import AcrossPeriods, AcrossProjects, Indicator, Measure, MeasurementKind, Slice
from migov.work.results.overlaps import OverlapKind
from migov.work.results.rollups.together import Aggregate, Known
from migov.work.results.rollups.wholes import Window
from migov.work.results.shapes import FRACTIONS
from migov.work.results.slices import AGE_NAMES, SEX_NAMES, tidy
from migov.work.results.values import PLACE

SEX, AGE = "sex", "age"
FEMALE, MALE, OTHER = "f", "m", "x"


class Amounts(NamedTuple):
    """What a part comes to; numerator and denominator where both are known."""

    value: float
    numerator: float | None = None
    denominator: float | None = None


Told = dict[str, dict[str, Amounts]]  # dimension → value of it → amount


class _Row(NamedTuple):
    ends: date
    period: int
    family: str
    pairs: tuple[tuple[str, str], ...]
    amounts: Amounts


@dataclass(slots=True)
class Dimension:
    """One way to tell a figure apart. known: what the sources that are told apart in this way come to together, of `whole`."""

    name: str
    parts: dict[str, Amounts] = field(default_factory=dict)
    known: float = 0.0
    whole: float = 0.0

    @property
    def is_complete(self) -> bool:
        return math.isclose(sum(part.value for part in self.parts.values()), self.whole, abs_tol=0.5)


def told_apart(indicators: QuerySet[Indicator], window: Window, rules: Mapping[int, str]) -> dict[int, Told]:
    """Indicator → its actuals by dimension. Two queries. rules: indicator → how its periods make one figure."""
    measured = window.measured().filter(
        Q(indicator__in=indicators.order_by().values("pk")), kind=MeasurementKind.ACTUAL, slice__isnull=False
    )  # fmt: skip
    asked = measured.order_by("indicator_id", "period__ends", "period_id", "order", "pk").values_list(
        "indicator_id", "period__ends", "period_id", "slice_id", "place_id", "location_ref",
        Cast("value", FloatField()), Cast("numerator", FloatField()), Cast("denominator", FloatField()),
    )  # fmt: skip
    rows = tuples(asked)
    slices = _slices({row[3] for row in rows})
    by_indicator: dict[int, list[_Row]] = defaultdict(list)
    for indicator, ends, period, slice_, place, location, value, above, below in rows:
        last_day = day(ends)
        if last_day is not None:
            family, pairs = slices[slice_]
            family = f"{family}|{PLACE}" if place or location else family
            by_indicator[indicator].append(_Row(last_day, period, family, pairs, Amounts(value, above, below)))
    return {key: _told(some, rules.get(key, AcrossPeriods.MAX)) for key, some in by_indicator.items()}


def _slices(keys: set[int]) -> dict[int, tuple[str, tuple[tuple[str, str], ...]]]:
    found = {}
    for key, family, parts, sex in Slice.objects.filter(pk__in=keys).values_list("pk", "family", "parts", "sex"):
        found[key] = family, tuple(_pair(name, value, sex) for name, value in parts)
    return found


def _pair(name: str, value: str, sex: str) -> tuple[str, str]:
    """A dimension and its value under the names that all sources share."""
    plain = tidy(name)
    if plain in SEX_NAMES:
        return SEX, sex or OTHER
    return (AGE if plain in AGE_NAMES else plain), " ".join(value.split())


def _told(rows: Sequence[_Row], rule: str) -> Told:
    """One indicator: the parts of the periods that its figure is made of."""
    days = sorted({row.ends for row in rows})
    if rule == AcrossPeriods.MAX and len(days) > 1:
        return {}  # which period is the largest, the parts do not say
    if rule != AcrossPeriods.SUM:
        rows = [row for row in rows if row.ends == days[-1]]
    found: dict[str, dict[str, list[Amounts]]] = defaultdict(lambda: defaultdict(list))
    for ends in days:
        of_day = [row for row in rows if row.ends == ends]
        if of_day:
            newest = max(row.period for row in of_day)  # a period published twice is told by the later one
            for dimension, parts in _of_period([row for row in of_day if row.period == newest]).items():
                for value, amounts in parts.items():
                    found[dimension][value] += amounts
    return {
        dimension: {value: _added(amounts) for value, amounts in parts.items()} for dimension, parts in found.items()
    }


def _of_period(rows: Sequence[_Row]) -> dict[str, dict[str, list[Amounts]]]:
    """Each dimension by the family that tells it alone, else by the fullest of those that tell it with others."""
    families: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        families[row.family].append(row)
    dimensions: dict[str, list[str]] = defaultdict(list)
    for family, some in families.items():
        for name in {name for row in some for name, _value in row.pairs}:
            dimensions[name].append(family)
    found: dict[str, dict[str, list[Amounts]]] = {}
    for name, candidates in dimensions.items():
        best = max(sorted(candidates), key=lambda one: ("|" not in one, _total(families[one])))
        parts: dict[str, list[Amounts]] = defaultdict(list)
        for row in families[best]:
            for at, value in row.pairs:
                if at == name:
                    parts[value].append(row.amounts)
        found[name] = parts
    return found


def _total(rows: Iterable[_Row]) -> float:
    return math.fsum(row.amounts.value for row in rows)


def _added(amounts: Sequence[Amounts]) -> Amounts:
    told = all(one.numerator is not None and one.denominator is not None for one in amounts)
    return Amounts(
        math.fsum(one.value for one in amounts),
        math.fsum(one.numerator or 0 for one in amounts) if told else None,
        math.fsum(one.denominator or 0 for one in amounts) if told else None,
    )


def dimensions(
    found: Aggregate, told: Mapping[int, Told], overlaps: Mapping[int, Known] | None = None
) -> list[Dimension]:
    """The parts of an aggregate, sex and age first. Only of sums and of averages that are made anew from their fractions.

    Sources that partly count the same people are left out: nobody says how many of the women are counted twice.
    """
    if found.asked.rule not in (AcrossProjects.SUM, AcrossProjects.AVERAGE) or found.value is None:
        return []
    average = found.asked.rule == AcrossProjects.AVERAGE
    if average and found.asked.measure not in FRACTIONS:
        return []
    names: dict[str, Dimension] = {}
    amounts: dict[str, dict[str, list[Amounts]]] = defaultdict(lambda: defaultdict(list))
    for one in found.counted:
        known = (overlaps or {}).get(one.source.indicator)
        if known and known.kind == OverlapKind.PARTLY:
            continue
        for name, parts in told.get(one.source.indicator, {}).items():
            if average and any(part.denominator is None for part in parts.values()):
                continue
            dimension = names.setdefault(name, Dimension(name))
            dimension.known += (one.source.figure.denominator or 0.0) if average else one.amount
            for value, part in parts.items():
                amounts[name][value].append(part)
    for name, dimension in names.items():
        dimension.whole = (found.denominator if average else found.value) or 0.0
        dimension.parts = {
            value: _made(some, found.asked.measure, average) for value, some in sorted(amounts[name].items())
        }
    return sorted(names.values(), key=lambda one: (one.name != SEX, one.name != AGE, one.name))


def _made(amounts: Sequence[Amounts], measure: str, average: bool) -> Amounts:
    added = _added(amounts)
    if not average or not added.denominator:
        return added
    times = 100 if measure == Measure.PERCENTAGE else 1
    return added._replace(value=(added.numerator or 0.0) * times / added.denominator)
