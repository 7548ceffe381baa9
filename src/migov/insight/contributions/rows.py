"""The rows behind the figures: for one element (or all together) and one figure, what it is made of, project by project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from migov.foundation.history import known_at
from migov.foundation.money.queries import Converter
from migov.foundation.records.models import Evidence, Record
from migov.insight.contributions.answer import Contribution, Figures
from migov.insight.contributions.lines import MoneyLine, money_lines
from migov.insight.contributions.models import ResultYear
from migov.insight.contributions.queries import among
from migov.insight.contributions.values import indicator_values
from migov.work.results.models import Indicator
from migov.work.results.rules import across_years, year_ends

FIGURES = ("projects", "budget", "spending", "results", "people", "evidence")
CHUNK = 200


@dataclass(frozen=True, slots=True)
class MoneyShare:
    """A budget or transaction as it counts under an element: what falls in the years, times country share, times element share."""

    line: MoneyLine
    in_years: int
    inside: Fraction
    share: Fraction

    @property
    def in_years_amount(self) -> Decimal:
        """What falls in the years asked for, before any sharing."""
        return Decimal(self.in_years) / 100

    @property
    def inside_part(self) -> float:
        return float(self.inside)

    @property
    def share_part(self) -> float:
        return float(self.share)

    @property
    def counted(self) -> Decimal:
        """What it adds to the figure, in the reporting currency (or its own, where unconverted)."""
        return Decimal(round(self.in_years * self.inside * self.share)) / 100


@dataclass(frozen=True, slots=True)
class IndicatorState:
    """An indicator and how it stands at the end of the years asked for."""

    indicator: Indicator
    result: Record
    state: str
    due: date | None
    target: float | None
    actual: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Reached:
    """An indicator that counts people, and whether it is the one that counts for its project."""

    indicator: Indicator
    value: float
    female: float | None
    male: float | None
    counts: bool
    because: str


def share_of(answer: Contribution, row: Figures, project: int) -> Fraction:
    """The part of a project's money that stands for a row; for all together, all of it that is aligned."""
    if row.element is None:
        return sum((answer.share(project, element) for element in answer.shares.get(project, ())), Fraction(0))
    return answer.share(project, row.element.pk)


def counted_amount(answer: Contribution, row: Figures, project: int, kind: str) -> Decimal:
    """What a project's budget ("b") or spending ("s") adds to a row, in the reporting currency."""
    return Decimal(round(answer.project_money.get((project, kind), 0) * share_of(answer, row, project))) / 100


def projects_behind(answer: Contribution, row: Figures, figure: str, state: str = "") -> list[int]:
    """Projects that make a figure, the largest first where there is money to go by."""
    found = set(row.projects)
    kind = {"spending": "s"}.get(figure, "b")
    if figure in ("budget", "spending"):
        found = {p for p in found if share_of(answer, row, p)}
    if figure == "results":
        rows = ResultYear.objects.filter(among(found), as_of=answer.scope.day)
        found &= set(rows.values_list("record_id", flat=True))
        if state:
            found = {p for p in found if any(i.state == state for i in states_of(answer, row, [p]).get(p, []))}
    if figure == "evidence":
        kept = Evidence.objects.filter(known_at(answer.scope.moment)).filter(
            Q(among(found, "record")) | Q(among(found, "record__parent"))
        )
        found &= {parent or record for record, parent in kept.values_list("record_id", "record__parent_id")}
    amounts = answer.project_money
    return sorted(found, key=lambda p: (-(amounts.get((p, kind), 0) * share_of(answer, row, p)), p))


def money_of(answer: Contribution, row: Figures, kind: str, projects: Iterable[int]) -> dict[int, list[MoneyShare]]:
    """The budgets ("b") or transactions ("s") of some projects that fall in the years asked for."""
    keys = list(projects)
    converter = Converter(as_of=answer.scope.moment)
    first, last = answer.scope.years
    found: dict[int, list[MoneyShare]] = {key: [] for key in keys}
    for line in money_lines(keys, answer.scope.moment, converter).counted:
        in_years = sum(part for year, part in line.years if first <= year <= last)
        if line.kind == kind and in_years:
            project = line.record
            found[project].append(MoneyShare(line, in_years, answer.inside(project), share_of(answer, row, project)))
    return found


def states_of(answer: Contribution, row: Figures, projects: Iterable[int]) -> dict[int, list[IndicatorState]]:
    """The indicators of some projects that count under a row, each as it stands."""
    keys = list(projects)
    scope = answer.scope
    first, last = scope.years
    last = min(last, scope.today.year)
    named = {
        i.pk: i for i in Indicator.objects.filter(project_id__in=keys).select_related("result__record", "standard")
    }
    found: dict[int, list[IndicatorState]] = {key: [] for key in keys}
    for values in indicator_values(keys, scope.moment):
        if not _counts_under(answer, row, values.record, values.result):
            continue
        ends = [
            end
            for end in year_ends(
                values.periods, adds_up=values.adds_up, ascending=values.ascending, baseline=values.baseline
            )
            if end.year <= last
        ]
        # An indicator that was last measured before the years asked for is not theirs.
        if not ends or ends[-1].year < first:
            continue
        end = ends[-1]
        late = end.due is not None and end.due <= scope.today
        paired = [
            (p.target, p.actual)
            for p in values.periods
            if p.ends.year <= last and p.target is not None and p.actual is not None
        ]
        counted = (
            (sum(t for t, _a in paired), sum(a for _t, a in paired))
            if values.adds_up
            else paired[-1]
            if paired
            else None
        )
        target, actual = counted if counted and paired else (None, None)
        indicator = named[values.key]
        found[values.record].append(
            IndicatorState(
                indicator=indicator,
                result=indicator.result.record,
                state="late" if late else end.state,
                due=end.due if late else None,
                target=target,
                actual=actual,
                note=_("added up over %(parts)s") % {"parts": ", ".join(sorted(values.summed_over))}
                if values.summed_over
                else "",
            )
        )
    return found


def people_of(answer: Contribution, row: Figures, projects: Iterable[int]) -> dict[int, list[Reached]]:
    """Indicators of some projects that count people; the largest of each project is the one that counts."""
    keys = list(projects)
    first, last = answer.scope.years
    named = {i.pk: i for i in Indicator.objects.filter(project_id__in=keys, counts_people=True)}
    found: dict[int, list[tuple[float, int, float | None, float | None]]] = {key: [] for key in keys}
    for values in indicator_values(keys, answer.scope.moment):
        if not values.people or not _counts_under(answer, row, values.record, values.result):
            continue
        window = [p for p in values.periods if p.actual is not None and first <= p.ends.year <= last]
        total = across_years(
            _yearly({p.ends: p.actual for p in window if p.actual is not None}, values),
            adds_up=values.adds_up, latest=values.latest,
        )  # fmt: skip
        if not total:
            continue
        female, male = (
            across_years(
                _yearly({p.ends: pair[at] for p in window if (pair := values.sexes.get(p.ends)) and pair[at] is not None}, values),
                adds_up=values.adds_up, latest=values.latest,
            )
            for at in (0, 1)
        )  # fmt: skip
        found[values.record].append((total, values.key, female, male))
    chosen: dict[int, list[Reached]] = {}
    for project, values_of in found.items():
        ordered = sorted(values_of, key=lambda entry: (-entry[0], entry[1]))
        chosen[project] = [
            Reached(
                named[key], value, female, male, at == 0,
                named[key].counts_people_because or ("" if at == 0 else _("smaller than another indicator of the project")),
            )
            for at, (value, key, female, male) in enumerate(ordered)
        ]  # fmt: skip
    return chosen


def _yearly(by_end: dict[date, Any], values: Any) -> dict[int, float]:
    years: dict[int, float] = {}
    for end in sorted(by_end):
        value = float(by_end[end])
        if end.year in years:
            before = years[end.year]
            value = before + value if values.adds_up else value if values.latest else max(before, value)
        years[end.year] = value
    return years


def documents_of(answer: Contribution, projects: Iterable[int]) -> dict[int, list[Evidence]]:
    """Documents and links of some projects and their results."""
    keys = list(projects)
    found: dict[int, list[Evidence]] = {key: [] for key in keys}
    kept = Evidence.objects.filter(known_at(answer.scope.moment)).filter(
        Q(record__in=keys) | Q(record__parent__in=keys)
    )
    for item in kept.select_related("record").order_by("-document_date", "title"):
        found[item.record.parent_id or item.record_id].append(item)
    return found


def project_lines(answer: Contribution) -> Iterator[dict[str, Any]]:
    """One line for each element and project under it: the project sheet of the report. Streamed."""
    for row in answer.worked_on:
        element = row.element
        if element is None:
            continue
        waiting = iter(projects_behind(answer, row, "projects"))
        while keys := list(islice(waiting, CHUNK)):
            records = Record.objects.select_related("office").in_bulk(keys)
            for key in keys:
                record = records[key]
                share = share_of(answer, row, key)
                names = [place.short_name for place in answer.countries_of(key)]
                yield {
                    "element": element.code,
                    "reference": record.reference,
                    "title": record.title,
                    "office": record.office.name if record.office else "",
                    "countries": ", ".join(names),
                    "role": role_of(answer, row, key),
                    "share": float(share) if share else None,
                    "budget": counted_amount(answer, row, key, "b"),
                    "spending": counted_amount(answer, row, key, "s"),
                }


def role_of(answer: Contribution, row: Figures, project: int) -> str:
    """principal, significant, or by results: how a project comes to count under a row."""
    if project in row.principal:
        return _("principal")
    return _("significant") if share_of(answer, row, project) else _("by results")


def _counts_under(answer: Contribution, row: Figures, project: int, result: int) -> bool:
    under = answer.members.rows(project, result)
    return bool(list(under)) if row.element is None else row.element.pk in under
