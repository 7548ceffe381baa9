"""Roll-ups of standard indicators over the projects that a filter keeps: the totals, their lines, their parts, what was left out.

A fixed number of queries, whatever the number of projects, indicators and values.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from migov.foundation.history import known_at
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record, RecordPlace, RecordState
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.programme import above, parents
from migov.work.projects.queries import matching
from migov.work.projects.stages import DROPPED, IN_PREPARATION, is_carried_out
from migov.work.results.models import (
    AcrossPeriods,
    AcrossProjects,
    Indicator,
    Measure,
    MeasurementKind,
    StandardIndicator,
)
from migov.work.results.overlaps import OverlapMember
from migov.work.results.rollups.figures import figure_of
from migov.work.results.rollups.parts import Told, told_apart
from migov.work.results.rollups.together import NO_VALUE, Aggregate, Asked, Known, Left, Source, fitting, together
from migov.work.results.rollups.wholes import PeriodWhole, Window, wholes

NOT_ADDABLE, ONLY_PARTS = "not-addable", "only-parts"


class Row(NamedTuple):
    """What is declared about an indicator."""

    key: int
    project: int
    result: int
    standard: int
    measure: str
    unit: str
    people: bool
    ascending: bool | None
    across: str
    aggregable: bool | None


@dataclass(slots=True)
class Ground:
    """All that roll-ups of some projects stand on, read once."""

    window: Window
    rows: list[Row]
    periods: dict[int, list[PeriodWhole]]
    projects: dict[int, Record]
    above: dict[int, tuple[int, ...]]
    overlaps: dict[int, Known]
    in_parts: set[int]
    told: dict[int, Told] = field(default_factory=dict)
    not_carried_out: int = 0

    def source(self, row: Row, periods: Sequence[PeriodWhole] | None = None) -> Source:
        some = self.periods.get(row.key, []) if periods is None else periods
        figure = figure_of(some, row.measure, row.across)
        return Source(row.key, row.project, row.measure, row.unit, row.people, row.ascending, figure)


@dataclass(slots=True)
class RollUp:
    """One standard indicator over the projects that were asked about."""

    standard: StandardIndicator
    total: Aggregate
    ground: Ground
    fit: list[Source]

    @property
    def indicators(self) -> int:
        return len(self.total.counted) + len(self.total.left)

    @property
    def asked(self) -> Asked:
        return self.total.asked


def asked_of(standard: StandardIndicator) -> Asked:
    return Asked(standard.measure, standard.unit, standard.across_projects, standard.counts_people)


def ground(
    filter: PortfolioFilter, viewer: Viewer, window: Window, standards: Collection[int] | None = None, *, parts: bool = False
) -> Ground:  # fmt: skip
    """What the roll-ups of the projects of a filter stand on. standards: only these. parts: also values by sex, age and the like.

    Projects that are or were carried out count, and those without a stage (published by others); as their stage was at `window.known`.
    """
    records = _projects(filter, viewer, window)
    keys = {pk for pk, record in records.items() if is_carried_out(record.stage)}
    indicators = _indicators(window).filter(standard__isnull=False)
    if window.known is None:  # as a question within the question: there may be more keys than a statement can hold
        counted = matching(filter, viewer).exclude(stage__in=(*IN_PREPARATION, *DROPPED))
        indicators = indicators.filter(project__in=counted.order_by().values("pk"))
    else:
        indicators = indicators.filter(project__in=keys)
    if standards is not None:
        indicators = indicators.filter(standard__in=standards)
    rows = [_row(*values) for values in indicators.order_by("pk").values_list(
        "pk", "project_id", "result_id", "standard_id", "measure", "unit", "counts_people", "standard__counts_people",
        "ascending", "across_periods", "standard__across_periods", "aggregable",
    ) if values[1] in records]  # fmt: skip
    projects = {row.project for row in rows}
    parent_of, periods = parents(projects), dict(wholes(indicators, window))
    return Ground(
        window=window, rows=rows, periods=periods, in_parts=_in_parts(indicators, window, periods),
        projects={pk: records[pk] for pk in projects},
        above={pk: line for pk in projects if (line := above(parent_of, pk))},
        overlaps=overlaps_of(indicators, window),
        told=told_apart(indicators, window, {row.key: row.across for row in rows}) if parts else {},
        not_carried_out=len(records) - len(keys),
    )  # fmt: skip


def _in_parts(
    indicators: QuerySet[Indicator], window: Window, periods: Mapping[int, Sequence[PeriodWhole]]
) -> set[int]:
    """Indicators with actuals of parts only, which cannot be added: shares of refugees here, of residents there. One query."""
    others = indicators.exclude(measure__in=(Measure.NUMBER, "")).order_by().values("pk")
    measured = window.measured().filter(kind=MeasurementKind.ACTUAL, indicator__in=others)
    found = set(measured.order_by().values_list("indicator_id", flat=True).distinct())
    return {key for key in found if not any(one.actual is not None for one in periods.get(key, ()))}


def _projects(filter: PortfolioFilter, viewer: Viewer, window: Window) -> dict[int, Record]:
    found = {
        record.pk: record
        for record in matching(filter, viewer).select_related("office").only(
            "pk", "kind", "reference", "title", "stage", "office__name", "office__code", "illustrative"
        )
    }  # fmt: skip
    if window.known is not None:
        states = RecordState.objects.filter(known_at(window.known), record__in=matching(filter, viewer).values("pk"))
        then = dict(states.values_list("record_id", "stage"))
        found = {pk: record for pk, record in found.items() if pk in then}
        for pk, record in found.items():
            record.stage = then[pk]
    return found


def _indicators(window: Window) -> QuerySet[Indicator]:
    if window.known is None:
        return Indicator.objects.standing()
    kept = Q(removed_at__isnull=True) | Q(removed_at__gte=window.known)
    result_kept = Q(result__record__removed_at__isnull=True) | Q(result__record__removed_at__gte=window.known)
    return Indicator.objects.filter(kept, result_kept)


def _row(
    key: int, project: int, result: int, standard: int | None, measure: str, unit: str, people: bool, all_people: bool,
    ascending: bool | None, across: str, standard_across: str, aggregable: bool | None,
) -> Row:  # fmt: skip
    return Row(
        key, project, result, standard or 0, measure or Measure.NUMBER, unit, people or all_people, ascending,
        across or standard_across or AcrossPeriods.UNDECLARED, aggregable,
    )  # fmt: skip


def overlaps_of(indicators: QuerySet[Indicator], window: Window) -> dict[int, Known]:
    """Indicator → the overlap declared about it. One query."""
    found = OverlapMember.objects.filter(
        known_at(window.known), indicator__in=indicators.order_by().values("pk")
    ).values_list("indicator_id", "overlap_id", "overlap__kind", "overlap__twice")
    return {
        indicator: Known(key, kind, None if twice is None else float(twice)) for indicator, key, kind, twice in found
    }


def roll_up(standard: StandardIndicator, of: Ground) -> RollUp:
    """The roll-up of one standard indicator. No query."""
    return _roll_up(standard, of, [row for row in of.rows if row.standard == standard.pk])


def roll_ups(of: Ground) -> list[RollUp]:
    """The roll-ups of all standard indicators that the projects use, by title. One query."""
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in of.rows:
        rows[row.standard].append(row)
    standards = StandardIndicator.objects.filter(pk__in=rows).order_by("title", "pk")
    return [_roll_up(standard, of, rows[standard.pk]) for standard in standards]


def _roll_up(standard: StandardIndicator, of: Ground, rows: Sequence[Row]) -> RollUp:
    asked = asked_of(standard)
    fit, left = fit_for(asked, of, [(row, of.source(row)) for row in rows])
    total = together(fit, asked, of.overlaps)
    total.left = left + total.left
    return RollUp(standard, total, of, fit)


def fit_for(asked: Asked, of: Ground, pairs: Iterable[tuple[Row, Source]]) -> tuple[list[Source], list[Left]]:
    """Sources that count together, and those that do not: also what its publisher says must not be added up."""
    sources, left = [], []
    for row, source in pairs:
        if row.aggregable is False and asked.rule == AcrossProjects.SUM and source.figure.actual is not None:
            left.append(Left(source, NOT_ADDABLE))
        else:
            sources.append(source)
    fit, more = fitting(sources, asked, of.above)
    for one in more:
        only_parts = one.why == NO_VALUE and one.source.indicator in of.in_parts
        left.append(one._replace(why=ONLY_PARTS) if only_parts else one)
    return fit, left


# Lines: the same figure by office, country, part of a programme, project, year


@dataclass(slots=True)
class Line:
    """One line of a roll-up. key: what the line stands for (None: what cannot be told apart in this way)."""

    key: int | None
    found: Aggregate


def by_office(of: RollUp) -> list[Line]:
    projects = of.ground.projects
    return _lines(of, {pk: projects[pk].office_id for pk in projects})


def by_project(of: RollUp) -> list[Line]:
    return _lines(of, {pk: pk for pk in of.ground.projects})


def by_programme(of: RollUp) -> list[Line]:
    """By the part of the programme right above each project."""
    return _lines(of, {pk: line[0] for pk, line in of.ground.above.items()})


def _lines(of: RollUp, key_of: Mapping[int, int | None]) -> list[Line]:
    groups: dict[int | None, list[Source]] = defaultdict(list)
    for source in of.fit:
        groups[key_of.get(source.project)].append(source)
    return [Line(key, together(some, of.asked, of.ground.overlaps)) for key, some in groups.items()]


def by_year(of: RollUp) -> list[Line]:
    """Each calendar year by itself: what its periods come to. Years with a value, oldest first. No query."""
    rows = [row for row in of.ground.rows if row.standard == of.standard.pk]
    years = {one.ends.year for row in rows for one in of.ground.periods.get(row.key, ()) if one.actual is not None}
    lines = []
    for year in sorted(years):
        pairs = [
            (row, of.ground.source(row, [one for one in of.ground.periods.get(row.key, ()) if one.ends.year == year]))
            for row in rows
        ]
        fit, left = fit_for(of.asked, of.ground, pairs)
        found = together(fit, of.asked, of.ground.overlaps)
        found.left = left + found.left
        lines.append(Line(year, found))
    return lines


def by_country(of: RollUp) -> list[Line]:
    """By country. A project in one country counts there; one in several by its values by place, else it cannot be told. Three queries."""
    places = _countries(of.ground, {source.project for source in of.fit})
    several = [source for source in of.fit if len(places.get(source.project, ())) != 1]
    by_place = _by_place(of, {source.indicator for source in several})
    groups: dict[int | None, list[Source]] = defaultdict(list)
    for source in of.fit:
        where = places.get(source.project, ())
        if len(where) == 1:
            groups[where[0]].append(source)
        elif source.indicator in by_place:
            for place, part in by_place[source.indicator].items():
                groups[place].append(part)
            if rest := _rest(of, source, by_place[source.indicator].values()):
                groups[None].append(rest)
        else:
            groups[None].append(source)
    return [Line(place, together(some, of.asked, of.ground.overlaps)) for place, some in groups.items()]


def _countries(of: Ground, projects: set[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = defaultdict(list)
    stated = RecordPlace.objects.filter(known_at(of.window.known), record__in=projects).order_by(
        "record_id", "place_id"
    )
    for record, place in stated.values_list("record_id", "place_id"):
        if place not in found[record]:
            found[record].append(place)
    return {record: tuple(some) for record, some in found.items()}


def _by_place(of: RollUp, indicators: set[int]) -> dict[int, dict[int, Source]]:
    """Indicator → place → what its values of that place come to. One query."""
    if not indicators:
        return {}
    measured = of.ground.window.measured().filter(
        indicator__in=indicators, slice__isnull=True, place__isnull=False, location_ref=""
    )
    asked = measured.order_by("period__ends", "period_id", "order", "pk").values_list(
        "indicator_id", "place_id", "period__ends", "kind", "value", "numerator", "denominator"
    )
    said: dict[tuple[int, int], dict[date, dict[str, tuple[float, float | None, float | None]]]] = defaultdict(dict)
    for indicator, place, ends, kind, value, above_, below in asked:
        amounts = float(value or 0), None if above_ is None else float(above_), None if below is None else float(below)
        said[indicator, place or 0].setdefault(ends, {})[kind] = amounts  # type: ignore[arg-type]
    rows = {row.key: row for row in of.ground.rows}
    found: dict[int, dict[int, Source]] = defaultdict(dict)
    for (indicator, place), days in said.items():
        periods = [_whole(ends, some) for ends, some in sorted(days.items())]
        source = of.ground.source(rows[indicator], periods)
        if source.figure.actual is not None:
            found[indicator][place] = source
    return found


def _rest(of: RollUp, source: Source, parts: Iterable[Source]) -> Source | None:
    """What a sum has beyond its places."""
    told = math.fsum(part.figure.actual or 0 for part in parts)
    rest = (source.figure.actual or 0) - told
    if of.asked.rule != AcrossProjects.SUM or rest <= 0:
        return None
    return source._replace(figure=replace(source.figure, actual=rest, target=None, met=None, aimed=None))


def _whole(ends: date, said: Mapping[str, tuple[float, float | None, float | None]]) -> PeriodWhole:
    target, actual = said.get("t"), said.get("a")
    return PeriodWhole(ends, target and target[0], *(actual or (None, None, None)))
