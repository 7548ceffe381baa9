"""What the work contributes to each element of a framework: one answer, made of a fixed number of queries.

The money of a project is shared between its confirmed elements (services/alignment/shares.py) and, where countries are asked for,
held to their share of the project. Results, people and documents are counted once for each element they belong to and once in the
totals, so totals of those columns are not sums of the rows; the money columns are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Coalesce

from migov.foundation.frameworks.models import Element
from migov.foundation.history import known_at
from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place, PlaceKind
from migov.foundation.records.models import Evidence, RecordPlace, RecordState
from migov.insight.contributions import figures
from migov.insight.contributions.models import IndicatorYear, MoneyYear, ResultYear, ShareOf
from migov.insight.contributions.scope import DROPPED, IN_PREPARATION, Scope, projects_in
from migov.services.alignment.models import Alignment, Status
from migov.work.results.models import StandardIndicator

FEW = 400
STATES = ("achieved", "near", "behind", "late", "open")


@dataclass(slots=True)
class People:
    """People reached, and how many of them are known to be women and men."""

    reached: float = 0
    female: float = 0
    male: float = 0
    by_sex: float = 0

    @property
    def women(self) -> float | None:
        """The share of women among those known by sex, 0 to 1."""
        return self.female / self.by_sex if self.by_sex else None

    def add(self, other: People) -> None:
        self.reached += other.reached
        self.female += other.female
        self.male += other.male
        self.by_sex += other.by_sex


@dataclass(slots=True)
class StandardFigure:
    """A standard indicator over several projects: what was aimed at and what was reached in the same periods."""

    indicator: StandardIndicator
    target: float = 0
    actual: float = 0
    projects: set[int] = field(default_factory=set)
    indicators: int = 0

    @property
    def progress(self) -> float | None:
        return self.actual / self.target if self.target else None


@dataclass(slots=True)
class Figures:
    """The figures of one element, or of all together. Money in cents of the reporting currency."""

    element: Element | None = None
    projects: set[int] = field(default_factory=set)
    principal: set[int] = field(default_factory=set)
    countries: set[int] = field(default_factory=set)
    budget: int = 0
    spending: int = 0
    unconverted: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    people: People = field(default_factory=People)
    evidence: int = 0
    standards: dict[int, StandardFigure] = field(default_factory=dict)

    @property
    def budget_amount(self) -> Decimal:
        """Budget in units of the reporting currency."""
        return Decimal(self.budget) / 100

    @property
    def spending_amount(self) -> Decimal:
        """Spending in units of the reporting currency."""
        return Decimal(self.spending) / 100

    @property
    def measured(self) -> int:
        """Indicators with a state that can be said: achieved, near, behind or late."""
        return sum(count for state, count in self.states.items() if state != "open")

    @property
    def is_gap(self) -> bool:
        return not self.projects


@dataclass(slots=True)
class LeftOut:
    """What the figures do not hold, and how much of it."""

    in_preparation: int = 0
    dropped: int = 0
    unaligned: int = 0
    unaligned_budget: int = 0
    above_level: int = 0
    proposed: int = 0
    split_evenly: int = 0
    unconverted: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))


@dataclass(slots=True)
class Members:
    """Which rows a result counts under: by result where the project aligns its results, by project otherwise."""

    by_result: dict[int, set[int]]
    with_results: set[int]
    by_project: Mapping[int, Iterable[int]]

    def rows(self, project: int, result: int) -> Iterable[int]:
        if project in self.with_results:
            return self.by_result.get(result, ())
        return self.by_project.get(project, ())


@dataclass(slots=True)
class Contribution:
    """The answer: rows by element, all together, what was left out, and money by element and country."""

    scope: Scope
    rows: list[Figures]
    total: Figures
    portfolio: Figures
    left_out: LeftOut
    places: dict[int, Place]
    heat: dict[tuple[int, int], int]
    shares: dict[int, dict[int, tuple[Fraction, bool]]]
    weights: dict[int, dict[int, Fraction]]
    members: Members
    project_money: dict[tuple[int, str], int] = field(default_factory=dict)
    made_anew: int = 0

    def inside(self, project: int) -> Fraction:
        """The part of a project's money that lies in the countries asked for."""
        if self.scope.place_ids is None:
            return Fraction(1)
        return sum(self.weights.get(project, {}).values(), Fraction(0))

    @property
    def state_names(self) -> tuple[str, ...]:
        return STATES

    @property
    def gaps(self) -> list[Element]:
        """Elements that nobody works on."""
        return [row.element for row in self.rows if row.is_gap and row.element]

    @property
    def worked_on(self) -> list[Figures]:
        return [row for row in self.rows if not row.is_gap]

    @property
    def country_order(self) -> list[Place]:
        """The office's territories that appear, then one entry for each other country, by name."""
        seen = {place for _, place in self.heat}
        return sorted((self.places[pk] for pk in seen), key=lambda p: (not p.is_territory, p.short_name))


def contribution(scope: Scope, viewer: Viewer) -> Contribution:
    """Answer a contribution question for a viewer. At most 14 queries once the figures are fresh."""
    made_anew = figures.refresh(scope.day)
    rows_by_element, row_of, above = _elements(scope)
    stages = _stages(scope, viewer)
    left_out = LeftOut(
        in_preparation=sum(stage in IN_PREPARATION for stage in stages.values()),
        dropped=sum(stage in DROPPED for stage in stages.values()),
    )
    counted = {pk for pk, stage in stages.items() if stage not in IN_PREPARATION and stage not in DROPPED}
    places, weights, left_out.split_evenly = _places(scope, counted)
    total, portfolio = Figures(), Figures(projects=counted)
    by_project = _shares(scope, counted, row_of)
    members = _members(scope, counted, row_of, by_project, left_out, above, rows_by_element)
    answer = Contribution(
        scope, list(rows_by_element.values()), total, portfolio, left_out, places, {}, by_project, weights, members,
        made_anew=made_anew,
    )  # fmt: skip
    _money(answer, counted, by_project, weights)
    for project, shares in by_project.items():
        for element, (_, principal) in shares.items():
            row = rows_by_element[element]
            row.projects.add(project)
            if principal:
                row.principal.add(project)
    for row in rows_by_element.values():
        total.projects |= row.projects
        total.principal |= row.principal
        for project in row.projects:
            row.countries.update(weights.get(project, ()))
    for project in total.projects:
        total.countries.update(weights.get(project, ()))
    for project in counted:
        portfolio.countries.update(weights.get(project, ()))
    left_out.unaligned = len(counted - total.projects)
    _states(answer, members, rows_by_element)
    _values(answer, members, rows_by_element)
    _evidence(answer, rows_by_element)
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


def _places(scope: Scope, counted: set[int]) -> tuple[dict[int, Place], dict[int, dict[int, Fraction]], int]:
    """Countries by key, each project's share by country (of the countries asked for), and how many were split evenly."""
    wanted = scope.place_ids
    rows = RecordPlace.objects.filter(known_at(scope.moment), among(counted), record__kind="project")
    stated: dict[int, list[tuple[int, Any]]] = defaultdict(list)
    for record, place, share in rows.values_list("record_id", "place_id", "share"):
        if record in counted:
            stated[record].append((place, share))
    places = {p.pk: p for p in Place.objects.all()}
    weights: dict[int, dict[int, Fraction]] = {}
    even = 0
    for record, pairs in stated.items():
        if any(share is None for _, share in pairs) or not sum(share for _, share in pairs):
            even += len(pairs) > 1
            split = {place: Fraction(1, len(pairs)) for place, _ in pairs}
        elif len(pairs) == 1:
            split = {pairs[0][0]: Fraction(1)}
        else:
            # Published shares sometimes miss 100: they are taken in proportion.
            whole = sum(int(share * 10000) for _, share in pairs)
            split = {place: Fraction(int(share * 10000), whole) for place, share in pairs if share}
        weights[record] = {
            place: part
            for place, part in split.items()
            if (wanted is None or place in wanted) and (wanted is not None or places[place].kind == PlaceKind.COUNTRY)
        }
    return places, weights, even


def _shares(scope: Scope, counted: set[int], row_of: dict[int, int]) -> dict[int, dict[int, tuple[Fraction, bool]]]:
    """For each project: row → (share of the money, whether principal)."""
    stored = ShareOf.objects.filter(among(counted), as_of=scope.day, element__framework=scope.framework)
    found: dict[int, dict[int, tuple[Fraction, bool]]] = defaultdict(dict)
    for record, element, parts, whole, principal in stored.values_list(
        "record_id", "element_id", "parts", "whole", "principal"
    ):
        row = row_of.get(element)
        if record not in counted or row is None:
            continue
        share, was = found[record].get(row, (Fraction(0), False))
        found[record][row] = (share + Fraction(parts, whole) if share else Fraction(parts, whole), was or principal)
    return found


def _money(
    answer: Contribution,
    counted: set[int],
    by_project: Mapping[int, Mapping[int, tuple[Fraction, bool]]],
    weights: Mapping[int, Mapping[int, Fraction]],
) -> None:
    scope = answer.scope
    first, last = scope.years
    sums = (
        MoneyYear.objects.filter(among(counted), as_of=scope.day, year__gte=first, year__lte=last)
        .values_list("record_id", "kind", "unconverted")
        .annotate(total=Sum("cents"))
        .order_by()
    )
    # Sums are kept for each denominator and divided once at the end: exact, and fast.
    exact: dict[tuple[int | None, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    heat: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    unconverted: dict[tuple[int | None, str, str], Fraction] = defaultdict(Fraction)
    by_row = {row.element.pk: row for row in answer.rows if row.element}
    whole = Fraction(1)
    for record, kind, currency, amount in sums:
        if record not in counted:
            continue
        inside = whole if scope.place_ids is None else answer.inside(record)
        if currency:
            unconverted[None, kind, currency] += amount * inside
            for element, (share, _) in by_project.get(record, {}).items():
                unconverted[element, kind, currency] += amount * inside * share
            continue
        answer.project_money[record, kind] = round(amount * inside)
        exact[None, kind][inside.denominator] += amount * inside.numerator
        for element, (share, _) in by_project.get(record, {}).items():
            part = share if inside is whole else share * inside
            exact[element, kind][part.denominator] += amount * part.numerator
            if kind == "b":
                for place, weight in weights.get(record, {}).items():
                    piece = share if weight == 1 else share * weight
                    heat[element, place][piece.denominator] += amount * piece.numerator
    for (element, kind), parts in exact.items():
        figure = answer.portfolio if element is None else by_row[element]
        cents = round(_sum(parts))
        if kind == "b":
            figure.budget = cents
        else:
            figure.spending = cents
    for (element, kind, currency), amount in unconverted.items():
        figure = answer.portfolio if element is None else by_row[element]
        figure.unconverted[kind, currency] = round(amount)
    for cell, parts in heat.items():
        answer.heat[cell] = round(_sum(parts))
    # The total is the sum of what is shown, so that a reader who adds up the column finds it.
    answer.total.budget = sum(row.budget for row in answer.rows)
    answer.total.spending = sum(row.spending for row in answer.rows)
    for row in answer.rows:
        for key, amount in row.unconverted.items():
            answer.total.unconverted[key] += amount
    answer.left_out.unconverted = answer.portfolio.unconverted
    answer.left_out.unaligned_budget = max(0, answer.portfolio.budget - answer.total.budget)


def _sum(parts: Mapping[int, int]) -> Fraction:
    return sum((Fraction(numerator, denominator) for denominator, numerator in parts.items()), Fraction(0))


def _members(
    scope: Scope, counted: set[int], row_of: dict[int, int], by_project: Mapping[int, Mapping[int, Any]], left_out: LeftOut,
    above: set[int], rows: dict[int, Figures],
) -> Members:  # fmt: skip
    # Confirmed alignments of projects are in the shares already; what else is needed is few.
    standing = Alignment.objects.filter(
        Q(record__parent__isnull=False) | Q(status=Status.PROPOSED) | Q(element__in=above),
        known_at(scope.moment),
        element__framework=scope.framework,
        status__in=(Status.CONFIRMED, Status.PROPOSED),
    )
    by_result: dict[int, set[int]] = defaultdict(set)
    with_results: set[int] = set()
    for record, parent, element, status in standing.values_list("record_id", "record__parent_id", "element_id", "status"):
        project = parent or record
        if project not in counted:
            continue
        row = row_of.get(element)
        if status == Status.PROPOSED:
            left_out.proposed += row is not None
        elif row is None:
            left_out.above_level += element in above
            if parent:
                with_results.add(project)
        elif parent:
            with_results.add(project)
            by_result[record].add(row)
            rows[row].projects.add(project)
    return Members(by_result, with_results, by_project)


def _states(answer: Contribution, members: Members, rows: dict[int, Figures]) -> None:
    scope = answer.scope
    first, last = scope.years
    last = min(last, scope.today.year)
    waiting = Q(due__isnull=False, due__lte=scope.today)
    counts = (
        ResultYear.objects.filter(
            among(answer.total.projects), as_of=scope.day, year__gte=first, year__lte=last, next_year__gt=last
        )
        .values_list("record_id", "result_id")
        .annotate(
            _achieved=Coalesce(Sum("achieved", filter=~waiting), 0),
            _near=Coalesce(Sum("near", filter=~waiting), 0),
            _behind=Coalesce(Sum("behind", filter=~waiting), 0),
            _late=Coalesce(Sum(F("achieved") + F("near") + F("behind") + F("open"), filter=waiting), 0),
            _open=Coalesce(Sum("open", filter=~waiting), 0),
        )
        .order_by()
    )
    total = answer.total.states
    for project, result, *numbers in counts:
        if project not in answer.total.projects:
            continue
        under = members.rows(project, result)
        if not under:
            continue
        for state, number in zip(STATES, numbers, strict=True):
            if number:
                total[state] += number
                for row in under:
                    rows[row].states[state] += number


def _values(answer: Contribution, members: Members, rows: dict[int, Figures]) -> None:
    """People reached and standard indicators.

    Within one project the largest indicator that counts people stands for all of them: two indicators of a project mostly count
    the same people twice. Over projects they are added.
    """
    scope = answer.scope
    first, last = scope.years
    used = Q(adds_up=True) | Q(latest=False) | Q(next_year__gt=last)
    paired = Q(actual__isnull=False, target__isnull=False)
    values = (
        IndicatorYear.objects.filter(used, among(answer.total.projects), as_of=scope.day, year__gte=first, year__lte=last)
        .filter(actual__isnull=False)
        .values_list("record_id", "result_id", "indicator_id", "standard_id", "people")
        .annotate(
            _actual=_by_rule("actual"),
            _female=_by_rule("female"),
            _male=_by_rule("male"),
            _paired_actual=_by_rule("actual", paired),
            _target=_by_rule("target", paired),
        )
        .order_by()
    )
    reached: dict[tuple[int | None, int], tuple[float, int, People]] = {}
    standards: dict[int | None, dict[int, StandardFigure]] = defaultdict(dict)
    for project, result, indicator, standard, people, actual, female, male, paired_actual, target in values:
        if project not in answer.total.projects:
            continue
        under = members.rows(project, result)
        if not under:
            continue
        for row in (None, *under):
            if people and actual:
                known = (female or 0) + (male or 0)
                mine = (actual, -indicator, People(actual, female or 0, male or 0, known))
                if (row, project) not in reached or reached[row, project][:2] < mine[:2]:
                    reached[row, project] = mine
            if standard and target is not None:
                figure = standards[row].setdefault(standard, StandardFigure(None))  # type: ignore[arg-type]
                figure.target += target
                figure.actual += paired_actual
                figure.projects.add(project)
                figure.indicators += 1
    for (row, _), (_, _, who) in reached.items():
        (answer.total if row is None else rows[row]).people.add(who)
    named = {s.pk: s for s in StandardIndicator.objects.filter(pk__in=standards[None])}
    for row, found in standards.items():
        for key, figure in found.items():
            figure.indicator = named[key]
        (answer.total if row is None else rows[row]).standards = found


def _by_rule(name: str, condition: Q | None = None) -> Coalesce:
    """Sum over the years where values add up, else the largest of what is left (the latest, where the latest counts)."""
    also = condition or Q()
    return Coalesce(Sum(name, filter=Q(adds_up=True) & also), Max(name, filter=Q(adds_up=False) & also))


def _evidence(answer: Contribution, rows: dict[int, Figures]) -> None:
    counts: dict[int, int] = defaultdict(int)
    found = (
        Evidence.objects.filter(known_at(answer.scope.moment))
        .annotate(project=Coalesce("record__parent_id", "record_id"))
        .values_list("project")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for project, number in found:
        counts[project] = number
    answer.total.evidence = sum(counts[project] for project in answer.total.projects)
    for row in rows.values():
        row.evidence = sum(counts[project] for project in row.projects)

