"""The values of indicators, reduced to one whole for each period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from django.db.models import Q, QuerySet

from migov.foundation.history import known_at
from migov.foundation.plain import day, tuples
from migov.work.results.models import AcrossPeriods, Indicator, Measure, Measurement
from migov.work.results.rules import PeriodValues, Value, whole_of

ADDABLE = {Measure.NUMBER, ""}


@dataclass(slots=True)
class IndicatorValues:
    """What is known of one indicator: its rule, its baseline, and the whole of each period."""

    key: int
    record: int
    result: int
    standard: int | None
    people: bool
    adds_up: bool
    latest: bool
    ascending: bool | None
    baseline: float | None
    periods: list[PeriodValues]
    sexes: dict[date, tuple[float | None, float | None]]
    ages: dict[date, dict[str, float]]
    summed_over: set[str]
    spare: int


def _standing(moment: datetime | None) -> QuerySet[Indicator]:
    """Indicators that stood at a moment; today's where it is None."""
    if moment is None:
        return Indicator.objects.standing()
    kept = Q(removed_at__isnull=True) | Q(removed_at__gte=moment)
    result_kept = Q(result__record__removed_at__isnull=True) | Q(result__record__removed_at__gte=moment)
    return Indicator.objects.filter(kept, result_kept)


def indicator_values(keys: Iterable[int], moment: datetime | None) -> Iterable[IndicatorValues]:
    """The values of every indicator of some projects, reduced to one whole per period. Two queries, streamed."""
    indicators = {
        row[0]: row
        for row in _standing(moment)
        .filter(project_id__in=keys)
        .exclude(measure=Measure.QUALITATIVE)
        .values_list(
            "pk",
            "project_id",
            "result_id",
            "standard_id",
            "counts_people",
            "across_periods",
            "ascending",
            "measure",
        )
    }
    measured = (
        Measurement.objects.filter(known_at(moment), indicator__project_id__in=keys, value__isnull=False)
        .filter(Q(period__isnull=True) | Q(period__ends__isnull=False))
        .order_by("indicator_id", "period__ends", "period_id", "kind", "order")
        .values_list(
            "indicator_id",
            "period__ends",
            "kind",
            "value",
            "slice__family",
            "slice__sex",
            "slice__age",
            "place_id",
            "location_ref",
        )
    )
    for indicator, rows in groupby(tuples(measured), key=itemgetter(0)):
        if indicator not in indicators:
            continue
        key, record, result, standard, people, across, ascending, measure = indicators[indicator]
        addable = measure in ADDABLE
        found = IndicatorValues(
            key=key, record=record, result=result, standard=standard, people=people and addable,
            adds_up=across == AcrossPeriods.SUM and addable, latest=across == AcrossPeriods.LATEST or not addable,
            ascending=ascending, baseline=None, periods=[], sexes={}, ages={}, summed_over=set(), spare=0,
        )  # fmt: skip
        # Periods that end on the same day are one: a period published twice must not count twice.
        for ends, values in groupby(rows, key=itemgetter(1)):
            by_kind: dict[str, list[Value]] = {"b": [], "t": [], "a": []}
            for position, (_, _, kind, value, family, sex, age, place, location) in enumerate(values):
                if place or location:
                    family = f"{family}|place" if family else "place"
                by_kind[kind].append(Value(float(value), family or "", sex or "", position, age or ""))
            last_day = day(ends)
            if last_day is None:
                found.baseline = whole_of(by_kind["b"], adds_up=addable).value
                continue
            target = whole_of(by_kind["t"], adds_up=addable)
            actual = whole_of(by_kind["a"], adds_up=addable)
            for whole in (target, actual):
                found.spare += whole.spare
                if whole.summed_over:
                    found.summed_over.add(whole.summed_over)
            found.periods.append(PeriodValues(last_day, target.value, actual.value))
            if actual.female is not None or actual.male is not None:
                found.sexes[last_day] = (actual.female, actual.male)
            if actual.ages:
                found.ages[last_day] = actual.ages
        yield found
