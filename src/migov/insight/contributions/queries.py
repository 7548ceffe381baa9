"""What the work contributes to each element of a framework: one answer, made of a fixed number of queries.

The money of a project is shared between its confirmed elements (services/alignment/shares.py) and, where countries are asked for,
held to their share of the project. Results, people and documents are counted once for each element they belong to and once in the
totals, so totals of those columns are not sums of the rows; the money columns are.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from math import lcm
from typing import Any

from django.db.models import Max, Q, QuerySet

from migov.foundation.frameworks.models import Element
from migov.foundation.history import known_at
from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place, PlaceKind
from migov.foundation.plain import day, tuples
from migov.foundation.records.models import RecordState
from migov.insight.contributions import figures
from migov.insight.contributions.answer import (
    NOWHERE,
    Contribution,
    Figures,
    LeftOut,
    Members,
    Split,
)
from migov.insight.contributions.models import FigureState, IndicatorYear, MoneyYear, ResultOf, ResultYear, ShareOf
from migov.insight.contributions.scope import Scope, projects_in
from migov.insight.contributions.standards import Measured, standards_under
from migov.services.alignment.models import Alignment, Status
from migov.work.projects.stages import DROPPED, IN_PREPARATION, is_carried_out
from migov.work.results.models import AcrossPeriods

FEW = 400
SUM, LATEST, MAX = AcrossPeriods.SUM, AcrossPeriods.LATEST, AcrossPeriods.MAX


def contribution(scope: Scope, viewer: Viewer) -> Contribution:
    """Answer a contribution question for a viewer. A fixed number of queries once the figures are fresh, whatever the size."""
    made_anew = figures.refresh(scope.day)
    rows_by_element, row_of, above = _elements(scope)
    stages = _stages(scope, viewer)
    left_out = LeftOut(
        in_preparation=sum(stage in IN_PREPARATION for stage in stages.values()),
        dropped=sum(stage in DROPPED for stage in stages.values()),
    )
    counted = {pk for pk, stage in stages.items() if is_carried_out(stage)}
    places, splits, left_out.split_evenly, evidence = _places(scope, counted)
    total, portfolio = Figures(), Figures(projects=counted)
    shares = _shares(scope, counted, row_of)
    members = _members(scope, counted, row_of, shares, left_out, above)
    answer = Contribution(
        scope, list(rows_by_element.values()), total, portfolio, left_out, places, {}, shares, splits, members,
        made_anew=made_anew,
    )  # fmt: skip
    _money(answer, counted)
    for project, under in shares.items():
        for element, (_, _, principal) in under.items():
            row = rows_by_element[element]
            row.projects.add(project)
            if principal:
                row.principal.add(project)
    for project, elements in members.projects_by_result.items():
        for element in elements:
            rows_by_element[element].projects.add(project)
    for row in answer.rows:
        total.projects |= row.projects
        total.principal |= row.principal
    # Projects in the same places share one tuple, so the union is over few.
    where = {project: split.places for project, split in splits.items()}
    for figures_of in (*answer.rows, total, portfolio):
        figures_of.countries.update(*{where.get(project, ()) for project in figures_of.projects})
    left_out.unaligned = len(counted - total.projects)
    _states(answer, rows_by_element)
    _values(answer, rows_by_element)
    for row in (total, *answer.rows):
        row.evidence = sum(evidence[project] for project in row.projects & evidence.keys())
    return answer


def among(keys: set[int], name: str = "record") -> Q:
    """Rows of some projects. For many, all rows are read and the caller picks: cheaper than a list of thousands of keys."""
    return Q(**{f"{name}__in": keys}) if len(keys) <= FEW else Q()


def _elements(scope: Scope) -> tuple[dict[int, Figures], dict[int, int], set[int]]:
    """The rows of the report, the row that each element counts under, and elements above the level of the rows."""
    elements = list(
        Element.objects.filter(framework=scope.framework)
        .defer("text", "terms", "exclude", "scope")
        .order_by("order")
        .select_related("framework")
    )
    if scope.element:
        inside = {scope.element.pk}
        for element in sorted(elements, key=lambda e: e.depth):
            if element.parent_id in inside:
                inside.add(element.pk)
        row_of = dict.fromkeys(inside, scope.element.pk)
        return {scope.element.pk: Figures(scope.element)}, row_of, set()
    rows = {e.pk: Figures(e) for e in elements if e.main_id == e.pk and e.retired_at is None}
    row_of = {e.pk: e.main_id for e in elements if e.main_id in rows}
    return rows, row_of, {e.pk for e in elements if e.pk not in row_of}


def _stages(scope: Scope, viewer: Viewer) -> dict[int, str]:
    found = projects_in(scope, viewer)
    if scope.moment is None:
        return dict(found.values_list("pk", "stage"))
    states = RecordState.objects.filter(known_at(scope.moment), record__in=found)
    return dict(states.values_list("record_id", "stage"))


def _places(scope: Scope, counted: set[int]) -> tuple[dict[int, Place], dict[int, Split], int, dict[int, int]]:
    """Places by key, how each project's money lies over the countries asked for, how many were split evenly, and evidence by project."""
    wanted = scope.place_ids
    places = {p.pk: p for p in Place.objects.all()}
    shown = {p.pk for p in places.values() if p.kind == PlaceKind.COUNTRY} if wanted is None else wanted
    kept = FigureState.objects.filter(among(counted), as_of=scope.day).order_by()
    splits: dict[int, Split] = {}
    evidence: dict[int, int] = {}
    even = 0
    of: dict[str, Split] = {}  # thousands of projects lie over a few sets of places
    for record, written, evenly, pieces in tuples(kept.values_list("record_id", "places", "evenly", "evidence")):
        if record not in counted:
            continue
        split = of.get(written)
        if split is None:
            split = of[written] = _split(written, shown)
        splits[record] = split
        even += evenly
        if pieces:
            evidence[record] = pieces
    return places, splits, even, evidence


def _split(written: str, shown: Collection[int]) -> Split:
    parts = [(int(place), int(part)) for place, _, part in (one.partition(":") for one in written.split(",") if one)]
    asked = tuple(one for one in parts if one[0] in shown)
    if not asked:
        return NOWHERE
    return Split(asked, sum(part for _, part in parts), sum(part for _, part in asked))


def _shares(scope: Scope, counted: set[int], row_of: dict[int, int]) -> dict[int, dict[int, tuple[int, int, bool]]]:
    """For each project: row → (parts, whole, whether principal) of its money."""
    stored = ShareOf.objects.filter(among(counted), as_of=scope.day, element__in=list(row_of)).order_by()
    found: dict[int, dict[int, tuple[int, int, bool]]] = defaultdict(dict)
    for record, element, parts, whole, principal in tuples(
        stored.values_list("record_id", "element_id", "parts", "whole", "principal")
    ):
        if record not in counted:
            continue
        row = row_of[element]
        before = found[record].get(row)
        if before:  # two targets under one goal
            both = Fraction(before[0], before[1]) + Fraction(parts, whole)
            found[record][row] = (both.numerator, both.denominator, before[2] or bool(principal))
        else:
            found[record][row] = (parts, whole, bool(principal))
    return dict(found)


def _money(answer: Contribution, counted: set[int]) -> None:
    scope = answer.scope
    first, last = scope.years
    kept = MoneyYear.objects.filter(among(counted), as_of=scope.day).order_by()
    names = ("record_id", "kind", "unconverted", "cents")
    now = kept.filter(year__lte=last, next_year__gt=last).values_list(*names)
    sums = {(record, kind, currency): cents for record, kind, currency, cents in tuples(now)}
    if scope.from_year:  # the years before are taken off again
        before = kept.filter(year__lt=first, next_year__gte=first).values_list(*names)
        for record, kind, currency, cents in tuples(before):
            sums[record, kind, currency] = sums.get((record, kind, currency), 0) - cents
    # Whole numbers are summed for each denominator and divided once at the end: exact, and fast.
    exact: dict[tuple[int | None, str, str, int], int] = defaultdict(int)
    heat: dict[tuple[int, int, int], int] = defaultdict(int)
    held = scope.place_ids is not None
    for (record, kind, currency), amount in sums.items():
        if not amount or record not in counted:
            continue
        split = answer.splits.get(record, NOWHERE)
        inside, whole = (split.inside, split.whole) if held else (1, 1)
        if not currency:
            mine = amount if inside == whole else round(Fraction(amount * inside, whole))
            answer.project_money[record, kind] = answer.project_money.get((record, kind), 0) + mine
        exact[None, kind, currency, whole] += amount * inside
        shown = kind == "b" and not currency
        for element, (parts, of, _) in answer.shares.get(record, {}).items():
            mine = amount * parts
            exact[element, kind, currency, of * whole] += mine * inside
            if shown:
                for place, part in split.parts:
                    heat[element, place, of * split.whole] += mine * part
    by_row: dict[int | None, Figures] = {row.element.pk: row for row in answer.rows if row.element}
    by_row[None] = answer.portfolio
    for (element, kind, currency), cents in _whole_cents(exact).items():
        figure = by_row[element]
        if currency:
            figure.unconverted[kind, currency] = cents
        elif kind == "b":
            figure.budget = cents
        else:
            figure.spending = cents
    answer.heat.update(_whole_cents(heat))
    # The total is the sum of what is shown, so that a reader who adds up the column finds it.
    answer.total.budget = sum(row.budget for row in answer.rows)
    answer.total.spending = sum(row.spending for row in answer.rows)
    for row in answer.rows:
        for key, amount in row.unconverted.items():
            answer.total.unconverted[key] += amount
    answer.left_out.unconverted = answer.portfolio.unconverted
    answer.left_out.unaligned_budget = max(0, answer.portfolio.budget - answer.total.budget)


def _whole_cents(exact: Mapping[tuple[Any, ...], int]) -> dict[Any, int]:
    """Numerators summed by (…, denominator) to whole cents by (…), half cents to the even one."""
    # One common denominator: whole numbers only, which is several times faster than fractions.
    common = lcm(*{key[-1] for key in exact})
    sums: dict[Any, int] = {}
    for key, numerator in exact.items():
        cell = key[:-1]
        sums[cell] = sums.get(cell, 0) + numerator * (common // key[-1])
    return {cell: _rounded(amount, common) for cell, amount in sums.items()}


def _rounded(amount: int, whole: int) -> int:
    cents, rest = divmod(amount, whole)
    return cents + (2 * rest > whole or (2 * rest == whole and cents % 2 == 1))


def _members(
    scope: Scope, counted: set[int], row_of: dict[int, int], shares: Mapping[int, Iterable[int]], left_out: LeftOut, above: set[int]
) -> Members:  # fmt: skip
    waiting = Alignment.objects.filter(
        known_at(scope.moment), status=Status.PROPOSED, element__in=list(row_of), record__kind__in=("project", "result")
    )
    for record, parent in waiting.values_list("record_id", "record__parent_id"):
        left_out.proposed += (parent or record) in counted
    if above:
        stored = ShareOf.objects.filter(as_of=scope.day, element__in=above)
        left_out.above_level = sum(record in counted for record in stored.values_list("record_id", flat=True))
    by_result: dict[int, set[int]] = defaultdict(set)
    by_project: dict[int, set[int]] = defaultdict(set)
    aligned = ResultOf.objects.filter(among(counted), as_of=scope.day, element__framework=scope.framework).order_by()
    for project, result, element in aligned.values_list("record_id", "result_id", "element_id"):
        if project in counted:
            rows = {row_of[element]} if element in row_of else set()
            by_result[result] |= rows
            by_project[project] |= rows
    return Members(by_result, by_project, shares)


def _states(answer: Contribution, rows: dict[int, Figures]) -> None:
    scope, members = answer.scope, answer.members
    first, last = scope.years
    last = min(last, scope.today.year)
    standing = ResultYear.objects.filter(
        among(answer.total.projects), as_of=scope.day, year__gte=first, year__lte=last, next_year__gt=last
    ).order_by()
    total = answer.total.states
    wanted, apart, today = answer.total.projects, members.projects_by_result, scope.today
    for project, result, due, achieved, near, behind, open_ in tuples(
        standing.values_list("record_id", "result_id", "due", "achieved", "near", "behind", "open")
    ):
        if project not in wanted or (result is None) == (project in apart):
            continue
        under = members.rows(project, result)
        if due and (day(due) or today) <= today:
            counts = [("late", achieved + near + behind + open_)]
        else:
            counts = [("achieved", achieved), ("near", near), ("behind", behind), ("open", open_)]
        if not under:
            continue
        for state, number in counts:
            if number:
                total[state] += number
                for row in under:
                    rows[row].states[state] += number


def _values(answer: Contribution, rows: dict[int, Figures]) -> None:
    """People reached and standard indicators.

    Within one project the largest indicator that counts people stands for all of them: two indicators of a project mostly count
    the same people twice. Over projects they are added.
    """
    scope = answer.scope
    first, last = scope.years
    kept = IndicatorYear.objects.filter(among(answer.total.projects), as_of=scope.day).order_by()
    names = ("record_id", "result_id", "indicator_id", "standard_id", "people")
    numbers_of = ("actual", "female", "male", "target", "met")
    # Two queries for each span of years: numbers come from an index that holds them all, ages (a text, and rare) apart.
    now = kept.filter(year__gte=first, year__lte=last, next_year__gt=last, rule__in=(SUM, LATEST))
    before = kept.filter(year__lt=first, next_year__gte=first, rule=SUM)  # of running sums, taken off
    values = list(tuples(now.values_list(*names, *numbers_of)))
    if scope.from_year:
        earlier = {row[0]: row for row in tuples(before.values_list("indicator_id", *numbers_of))}
        values = [_less(value, earlier[value[2]]) if value[2] in earlier else value for value in values]
    # The largest of several periods (rule: largest) does not say what ages it has.
    ages_of = _ages(now, before) if scope.from_year else _ages(now)
    largest_of = kept.filter(year__gte=first, year__lte=last, rule=MAX).values_list(*names)
    values += tuples(largest_of.annotate(**{f"_{name}": Max(name) for name in numbers_of}))
    # Where results are not aligned themselves, all rows of a project have the same values: they are found once.
    apart, wanted, rows_of = answer.members.projects_by_result, answer.total.projects, answer.members.rows
    largest: dict[tuple[int, int | None], tuple[Any, ...]] = {}
    measured: list[Measured] = []
    for value in values:
        project, result, indicator, standard, people, actual, _, _, target, met = value
        if project not in wanted:
            continue
        under = rows_of(project, result)
        if not under:
            continue
        if people and actual:
            for row in (None, *under) if project in apart else (None,):
                best = largest.get((project, row))
                if best is None or (actual, -indicator) > (best[5], -best[2]):
                    largest[project, row] = value
        if standard and target is not None and (target or met or not scope.from_year):
            measured.append(Measured(indicator, project, result, standard, target, met))
    for (project, row), value in largest.items():
        who = [(answer.total if row is None else rows[row]).people]
        if project not in apart:
            who += [rows[under].people for under in answer.members.rows(project, None)]
        female, male, ages = value[6] or 0, value[7] or 0, ages_of.get(value[2], {})
        for people in who:
            people.reached += value[5]
            people.female += female
            people.male += male
            people.by_sex += female + male
            for age, number in ages.items():
                people.ages[age] = people.ages.get(age, 0) + number
    for row, figures_of in standards_under(scope, measured, rows_of).items():
        (answer.total if row is None else rows[row]).standards = figures_of


def _less(value: tuple[Any, ...], earlier: tuple[Any, ...]) -> tuple[Any, ...]:
    """A running sum without what it was before the years asked for."""
    _, actual, female, male, target, met = earlier
    return (
        *value[:5],
        value[5] - actual,
        None if value[6] is None else value[6] - (female or 0),
        None if value[7] is None else value[7] - (male or 0),
        None if value[8] is None else value[8] - (target or 0),
        None if value[9] is None else value[9] - (met or 0),
    )


def _ages(now: QuerySet[IndicatorYear], before: QuerySet[IndicatorYear] | None = None) -> dict[int, dict[str, float]]:
    """People by age band for each indicator whose values say so."""
    found = {key: json.loads(ages) for key, ages in now.filter(by_age=True).values_list("indicator_id", "ages")}
    for key, ages in before.filter(by_age=True).values_list("indicator_id", "ages") if before is not None else ():
        was = json.loads(ages)
        if key in found:
            found[key] = {age: number - was.get(age, 0) for age, number in found[key].items()}
    return found
