"""Making the figures of projects ahead of being asked, and knowing when they are stale.

`refresh(as_of)` brings the cache up to date: projects whose record, rates or day have moved on are made anew from the rows, in
chunks, each in one transaction. It is called by the first report after a change, by the worker after an import, and by
`migov check` (which also proves the cache against the rows).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, islice
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Model
from django.db.models.functions import Coalesce

from migov.foundation.bulk import BulkWriter
from migov.foundation.history import end_of_day, known_at
from migov.foundation.money.queries import Converter, rates_version
from migov.foundation.records.models import Evidence, Record, RecordPlace
from migov.insight.contributions.lines import money_lines
from migov.insight.contributions.models import (
    TODAY,
    FigureState,
    IndicatorYear,
    MoneyYear,
    ResultOf,
    ResultYear,
    ShareOf,
)
from migov.insight.contributions.values import IndicatorValues, indicator_values
from migov.services.alignment.models import Alignment, Significance, Status
from migov.services.alignment.shares import shares
from migov.work.projects.sharing import parts_of
from migov.work.results.aligned import aligned_results
from migov.work.results.models import AcrossPeriods
from migov.work.results.rules import year_ends

CHUNK = 200
LAST_YEAR = 9999
DAYS_KEPT = 12
CACHED: tuple[type[Model], ...] = (FigureState, MoneyYear, ShareOf, ResultOf, ResultYear, IndicatorYear)


def stale(as_of: date = TODAY) -> list[int]:
    """Primary keys of the projects whose figures for `as_of` are missing or older than what they are made from."""
    rates = rates_version()
    fresh = FigureState.objects.filter(as_of=as_of, rates=rates, revision=F("record__revision"))
    if as_of != TODAY:  # what was known on a past day does not change with what is learnt later
        fresh = FigureState.objects.filter(as_of=as_of)
    projects = Record.objects.filter(kind="project", project__isnull=False)
    return list(projects.exclude(pk__in=fresh.values("record_id")).order_by("pk").values_list("pk", flat=True))


def refresh(as_of: date = TODAY, progress: Callable[[int, int], None] | None = None) -> int:
    """Bring the figures up to date. Returns how many projects were made anew."""
    waiting = stale(as_of)
    if not waiting:
        return 0
    converter = Converter(as_of=None if as_of == TODAY else end_of_day(as_of))
    done = 0
    keys = iter(waiting)
    while chunk := list(islice(keys, CHUNK)):
        with transaction.atomic():
            # One maker at a time for each project: a second one waits here and then finds nothing left to do.
            revisions = dict(
                Record.objects.select_for_update(of=("self",))
                .filter(pk__in=chunk)
                .order_by("pk")
                .values_list("pk", "revision")
            )
            make(revisions, as_of, converter)
        done += len(chunk)
        if progress:
            progress(done, len(waiting))
    if as_of != TODAY:
        _forget_all_but_the_newest_days()
    return done


def _forget_all_but_the_newest_days() -> None:
    """Anybody who sees a report may ask for any day: only the days asked about last are kept, the others are made again when wanted."""
    days = FigureState.objects.exclude(as_of=TODAY).values("as_of").annotate(newest=Max("pk")).order_by("-newest")
    for old in days[DAYS_KEPT:]:
        for model in CACHED:
            model._default_manager.filter(as_of=old["as_of"]).delete()


def drop() -> None:
    """Empty the cache; the next report makes it anew."""
    for model in CACHED:
        model._default_manager.all().delete()


Add = Callable[..., None]


def make(revisions: dict[int, int], as_of: date, converter: Converter) -> None:
    """Make the figures of some projects (key → revision) anew. Works inside a transaction.

    Rows are written in the order of the fields of the models.
    """
    keys = list(revisions)
    moment = None if as_of == TODAY else end_of_day(as_of)
    rates, on = rates_version(), as_of.isoformat()
    for model in CACHED:
        model._default_manager.filter(as_of=as_of, record__in=keys).delete()
    writer = BulkWriter()
    rows: dict[type[Model], list[tuple[Any, ...]]] = {}
    for model in CACHED:
        table = writer.table(model, [field.name for field in model._meta.concrete_fields])
        rows[model] = table.rows
    keys_of = {model: writer.ids(model) for model in CACHED}

    def add(model: type[Model], *values: Any) -> None:
        rows[model].append((next(keys_of[model]), *values))

    _money(keys, on, moment, converter, add)
    apart = _shares(keys, on, moment, add)
    _results(keys, on, moment, add, apart)
    places, evidence = _places(keys, moment), _evidence(keys, moment)
    for pk, revision in revisions.items():
        parts, evenly = parts_of(places.get(pk, ()))
        written = ",".join(f"{place}:{part}" for place, part in parts)
        add(FigureState, pk, on, revision, rates, written, evenly, evidence.get(pk, 0))
    writer.flush()


# Places and evidence


def _places(keys: list[int], moment: datetime | None) -> dict[int, list[tuple[int, Decimal | None]]]:
    stated: dict[int, list[tuple[int, Decimal | None]]] = defaultdict(list)
    rows = RecordPlace.objects.filter(known_at(moment), record__in=keys).order_by("record_id", "pk")
    for record, place, share in rows.values_list("record_id", "place_id", "share"):
        stated[record].append((place, share))
    return stated


def _evidence(keys: list[int], moment: datetime | None) -> dict[int, int]:
    """How many pieces of evidence are attached to each project or to its results."""
    found = Evidence.objects.filter(known_at(moment)).annotate(project=Coalesce("record__parent_id", "record_id"))
    counts = found.filter(project__in=keys).values("project").annotate(number=Count("pk")).order_by()
    return dict(counts.values_list("project", "number"))


# Money


def _money(keys: list[int], on: str, moment: datetime | None, converter: Converter, add: Add) -> None:
    sums: dict[tuple[int, str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for line in money_lines(keys, moment, converter).counted:
        for year, part in line.years:
            sums[line.record, line.kind, line.unconverted][year] += part
    for (record, kind, unconverted), of_year in sums.items():
        years = sorted(of_year)
        total = 0
        for year, later in zip(years, [*years[1:], LAST_YEAR], strict=True):
            total += of_year[year]
            add(MoneyYear, record, on, year, later, kind, total, unconverted)


# Shares of the money


def _shares(keys: list[int], on: str, moment: datetime | None, add: Add) -> set[int]:
    """Add the shares; returns the projects whose results are aligned themselves."""
    confirmed = Alignment.objects.filter(known_at(moment), status=Status.CONFIRMED)
    of_projects = (
        confirmed.filter(record_id__in=keys)
        .select_related("element")
        .order_by("record_id", "element__framework_id", "element_id")
    )
    for (record, _), group in groupby(of_projects, key=lambda a: (a.record_id, a.element.framework_id)):
        alignments = list(group)
        principal = {a.element_id for a in alignments if a.significance == Significance.PRINCIPAL}
        for element, share in shares(alignments).items():
            add(ShareOf, record, on, element, share.numerator, share.denominator, element in principal)
    apart = set()
    for project, result, elements in aligned_results(keys, confirmed):
        apart.add(project)
        for element in elements:
            add(ResultOf, project, result, on, element)
    return apart


# Results


def _results(keys: list[int], on: str, moment: datetime | None, add: Add, apart: set[int]) -> None:
    counts: dict[tuple[int, int | None, int, int, date | None], dict[str, int]] = {}
    for values in indicator_values(keys, moment):
        ends = year_ends(values.periods, adds_up=values.adds_up, ascending=values.ascending, baseline=values.baseline)
        for at, end in enumerate(ends):
            next_year = ends[at + 1].year if at + 1 < len(ends) else LAST_YEAR
            # Where results are aligned themselves each is kept apart as well.
            for result in (None, values.result) if values.record in apart else (None,):
                key = (values.record, result, end.year, next_year, end.due)
                row = counts.get(key)
                if row is None:
                    row = counts[key] = {"achieved": 0, "near": 0, "behind": 0, "open": 0}
                row[end.state] += 1
        if values.people or values.standard:
            _indicator_years(values, on, add)
    for (record, result, year, next_year, due), row in counts.items():
        add(ResultYear, record, result, on, year, next_year, due and due.isoformat(), *row.values())


def _indicator_years(values: IndicatorValues, on: str, add: Add) -> None:
    years: dict[int, list[float | None]] = {}
    ages: dict[int, dict[str, float]] = {}
    for period in sorted(values.periods, key=lambda p: p.ends):
        if period.actual is None:
            continue
        paired = (period.target, period.actual) if period.target is not None else (None, None)
        new = (period.actual, *values.sexes.get(period.ends, (None, None)), *paired)
        year = period.ends.year
        years[year] = _together(years.get(year, [None] * 5), new, values)
        ages[year] = _ages_together(ages.get(year, {}), values.ages.get(period.ends, {}), values)
    rule = AcrossPeriods.SUM if values.adds_up else AcrossPeriods.LATEST if values.latest else AcrossPeriods.MAX
    running: list[float | None] = [None] * 5
    running_ages: dict[str, float] = {}
    ordered = sorted(years)
    for at, year in enumerate(ordered):
        later = ordered[at + 1] if at + 1 < len(ordered) else LAST_YEAR
        if values.adds_up:
            running = _together(running, years[year], values)
            running_ages = _ages_together(running_ages, ages[year], values)
        else:
            running, running_ages = years[year], ages[year]
        by_age = json.dumps(running_ages, sort_keys=True) if values.people and running_ages else ""
        add(
            IndicatorYear, values.record, values.result, values.key, values.standard, on, values.people, rule, year,
            later, *running, bool(by_age), by_age,
        )  # fmt: skip


def _together(
    before: Sequence[float | None], new: Sequence[float | None], values: IndicatorValues
) -> list[float | None]:
    return [_within_year(old, value, values) for old, value in zip(before, new, strict=True)]


def _ages_together(before: dict[str, float], new: dict[str, float], values: IndicatorValues) -> dict[str, float]:
    if not values.adds_up:
        return new or before
    return {age: before.get(age, 0) + new.get(age, 0) for age in {**before, **new}}


def _within_year(before: float | None, value: float | None, values: IndicatorValues) -> float | None:
    """Two values make one by the indicator's own rule."""
    if before is None or value is None:
        return value if before is None else before
    if values.adds_up:
        return before + value
    return value if values.latest else max(before, value)
