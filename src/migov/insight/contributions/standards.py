"""Standard indicators under the elements of a framework, put together by the rules that they declare (work/results/rollups)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from migov.insight.contributions.answer import StandardFigure
from migov.insight.contributions.scope import Scope
from migov.work.results.models import AcrossProjects, Indicator, Measure, StandardIndicator
from migov.work.results.rollups.figures import Figure, figure_of
from migov.work.results.rollups.questions import asked_of, overlaps_of
from migov.work.results.rollups.together import Source, fitting, together
from migov.work.results.rollups.wholes import Window, wholes

FEW = 400


class Measured(NamedTuple):
    """An indicator that follows a standard, with target and actual of the periods that have both."""

    indicator: int
    project: int
    result: int | None
    standard: int
    target: float
    met: float


class _Facts(NamedTuple):
    measure: str
    unit: str
    people: bool
    ascending: bool | None
    across: str
    aggregable: bool | None


def standards_under(
    scope: Scope, measured: Sequence[Measured], rows_of: Callable[[int, int | None], Iterable[int]]
) -> dict[int | None, dict[int, StandardFigure]]:
    """Row (None: all together) → standard → its figure. Five queries. rows_of: project, result → rows; none but the total where no
    element is asked about, since with all of them nobody reads standards row by row."""  # fmt: skip
    if not measured:
        return {}
    standards = StandardIndicator.objects.in_bulk({one.standard for one in measured})
    keys = [one.indicator for one in measured]
    wanted = Q(pk__in=keys) if len(keys) <= FEW else Q(standard__in=standards)
    indicators = Indicator.objects.filter(wanted)
    rows: Any = indicators.values_list(
        "pk", "measure", "unit", "counts_people", "ascending", "across_periods", "aggregable"
    )
    facts = {key: _Facts(*values) for key, *values in rows}
    window = Window(*_days(scope), known=scope.moment)
    overlaps = overlaps_of(indicators, window)
    added = {key for key, one in standards.items() if one.across_projects == AcrossProjects.SUM}
    periods = {}
    if added != standards.keys():
        periods = dict(wholes(indicators.exclude(standard__in=added), window))
    groups: dict[int | None, dict[int, list[Source]]] = defaultdict(lambda: defaultdict(list))
    for one in measured:
        if (fact := facts.get(one.indicator)) is None:
            continue
        if one.standard in added:
            if fact.aggregable is False:
                continue
            figure = Figure(actual=one.met, target=one.target, met=one.met, aimed=one.target)
        else:
            figure = figure_of(
                periods.get(one.indicator, ()), fact.measure, fact.across or standards[one.standard].across_periods
            )
        source = Source(
            one.indicator, one.project, fact.measure or Measure.NUMBER, fact.unit, fact.people or standards[one.standard].counts_people,
            fact.ascending, figure,
        )  # fmt: skip
        for row in (None, *rows_of(one.project, one.result)) if scope.element else (None,):
            groups[row][one.standard].append(source)
    found: dict[int | None, dict[int, StandardFigure]] = defaultdict(dict)
    for row, of in groups.items():
        for key, sources in of.items():
            asked = asked_of(standards[key])
            fit, _left = fitting(sources, asked)
            made = together(fit, asked, overlaps)
            if made.counted:
                found[row][key] = StandardFigure(
                    standards[key], made.aimed, made.met, made.progress, made.projects, len(made.counted)
                )
    return found


def _days(scope: Scope) -> tuple[date, date | None]:
    first, last = scope.years
    until = min(date(last, 12, 31), scope.today)
    return until, date(first, 1, 1) if scope.from_year else None
