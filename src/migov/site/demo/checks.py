"""Whether the rows of a portfolio fit each other and the reference data: codes, sums, dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import Decimal

from migov.foundation.frameworks.faults import Fault
from migov.foundation.frameworks.models import Element
from migov.foundation.people.models import EXTERNAL_ROLES, Theme
from migov.foundation.places.models import Place
from migov.services.alignment.models import Status
from migov.services.alignment.shares import sums_to_whole
from migov.site.demo.reading import OFFICES, PEOPLE, STANDARDS, Portfolio, PortfolioRefused
from migov.site.demo.shapes import AlignmentRow, IndicatorRow, PeriodRow, ProjectRow
from migov.work.results.models import AcrossPeriods

Elements = dict[tuple[str, str], int]


def elements() -> Elements:
    """Keys of the elements of all frameworks, by codes of framework and element."""
    rows = Element.objects.filter(retired_at__isnull=True).values_list("framework__code", "code", "pk")
    return {(framework, code): pk for framework, code, pk in rows}


def check(portfolio: Portfolio, known: Elements) -> None:
    """Raise PortfolioRefused with every fault found. `known`: see elements()."""
    faults = list(_Checker(portfolio, known).faults())
    if faults:
        raise PortfolioRefused(faults)


class _Checker:
    def __init__(self, portfolio: Portfolio, known: Elements) -> None:
        self.portfolio = portfolio
        self.elements = known
        self.themes = set(Theme.objects.values_list("code", flat=True))
        self.places = set(Place.objects.filter(kind="country").values_list("code", flat=True))
        self.offices = {office.code for office in portfolio.offices}
        self.standards = {standard.code for standard in portfolio.standards}

    def faults(self) -> Iterator[Fault]:
        yield from self._lists()
        references: dict[str, str] = {}
        for file, project in self.portfolio.projects.items():
            first = references.setdefault(project.reference, file)
            if first != file:
                yield Fault(file, None, "reference", f"one that {first} does not have", project.reference)
            for where, expected, found in self._project(project):
                yield Fault(file, None, where, expected, found)

    def _lists(self) -> Iterator[Fault]:
        above: set[str] = set()
        for number, office in enumerate(self.portfolio.offices, start=1):
            if office.parent and office.parent not in above:
                yield Fault(
                    OFFICES, None, f"offices[{number}].parent", "the code of an office further up", office.parent
                )
            if office.place not in self.places:
                yield Fault(OFFICES, None, f"offices[{number}].place", "an ISO alpha-3 code", office.place)
            above.add(office.code)
        for number, person in enumerate(self.portfolio.people, start=1):
            where = f"people[{number}]"
            if person.office not in self.offices and not (person.office == "" and person.role in EXTERNAL_ROLES):
                yield Fault(PEOPLE, None, f"{where}.office", "the code of an office", person.office)
            if person.country and person.country not in self.places:
                yield Fault(PEOPLE, None, f"{where}.country", "an ISO alpha-3 code", person.country)
            for theme in set(person.themes) - self.themes:
                yield Fault(PEOPLE, None, f"{where}.themes", "codes of themes", theme)
        for number, standard in enumerate(self.portfolio.standards, start=1):
            for pair in standard.elements:
                if pair not in self.elements:
                    where = f"standard_indicators[{number}].elements"
                    yield Fault(STANDARDS, None, where, "framework and element that are loaded", " ".join(pair))

    def _project(self, project: ProjectRow) -> Iterator[tuple[str, str, str]]:
        if project.office not in self.offices:
            yield "office", "the code of an office", project.office
        for theme in set(project.themes) - self.themes:
            yield "themes", "codes of themes", theme
        if project.ends < project.starts:
            yield "ends", f"a day not before {project.starts}", str(project.ends)
        yield from _codes(self.places, "countries", [row.code for row in project.countries])
        if not sums_to_whole(row.share for row in project.countries):
            yield "countries", "shares that are 100 together", str(sum(row.share for row in project.countries))
        for number, budget in enumerate(project.budgets, start=1):
            if budget.ends < budget.starts:
                yield f"budgets[{number}].ends", f"a day not before {budget.starts}", str(budget.ends)
        yield from self._alignments(project.alignments, "alignments")
        yield from _shares(project.alignments)
        keys: set[str] = set()
        countries = {row.code for row in project.countries}
        for number, result in enumerate(project.results, start=1):
            where = f"results[{number}]"
            if result.key in keys:
                yield f"{where}.key", "a key that no other result has", result.key
            if result.parent and result.parent not in keys:
                yield f"{where}.parent", "the key of a result further up", result.parent
            keys.add(result.key)
            yield from self._alignments(result.aligned, f"{where}.aligned")
            for place, indicator in enumerate(result.indicators, start=1):
                yield from self._indicator(indicator, f"{where}.indicators[{place}]", countries)

    def _alignments(self, rows: tuple[AlignmentRow, ...], where: str) -> Iterator[tuple[str, str, str]]:
        seen: set[tuple[str, str]] = set()
        for number, row in enumerate(rows, start=1):
            pair = (row.framework, row.element)
            if pair not in self.elements:
                yield f"{where}[{number}].element", "framework and element that are loaded", " ".join(pair)
            if pair in seen:
                yield f"{where}[{number}].element", "an element that was not named before", " ".join(pair)
            seen.add(pair)

    def _indicator(self, row: IndicatorRow, where: str, countries: Collection[str]) -> Iterator[tuple[str, str, str]]:
        if row.standard and row.standard not in self.standards:
            yield f"{where}.standard", "the code of a standard indicator", row.standard
        if row.cumulative and row.across_periods != AcrossPeriods.LATEST:
            yield f"{where}.across_periods", "latest, since the values are running totals", row.across_periods
        for number, period in enumerate(row.periods, start=1):
            yield from _period(period, f"{where}.periods[{number}]", countries)


def _period(row: PeriodRow, where: str, countries: Collection[str]) -> Iterator[tuple[str, str, str]]:
    if row.ends < row.starts:
        yield f"{where}.ends", f"a day not before {row.starts}", str(row.ends)
    if (row.actual is None) != (row.reported is None):
        yield f"{where}.reported", "a day, together with an actual", str(row.reported or "")
    if row.actual is None and (row.parts or row.places or row.corrected):
        yield f"{where}.actual", "a value, since parts, places or a correction are given", ""
    if row.corrected and row.reported and row.corrected.reported <= row.reported:
        yield f"{where}.corrected.reported", f"a day after {row.reported}", str(row.corrected.reported)
    yield from _codes(countries, f"{where}.places", [place.code for place in row.places])
    if row.corrected:
        yield from _codes(countries, f"{where}.corrected.places", [place.code for place in row.corrected.places])


def _codes(known: Collection[str], where: str, codes: list[str]) -> Iterator[tuple[str, str, str]]:
    for number, code in enumerate(codes, start=1):
        if code not in known:
            yield f"{where}[{number}].code", "a country of the project", code
        elif code in codes[: number - 1]:
            yield f"{where}[{number}].code", "a country that was not named before", code


def _shares(rows: tuple[AlignmentRow, ...]) -> Iterator[tuple[str, str, str]]:
    """Where a share is given, every confirmed element of that framework has one, and they make 100."""
    by_framework: dict[str, list[Decimal | None]] = defaultdict(list)
    for number, row in enumerate(rows, start=1):
        if row.status == Status.CONFIRMED:
            by_framework[row.framework].append(row.share)
        elif row.share is not None:
            yield f"alignments[{number}].share", "no share, since it is not confirmed", str(row.share)
    for framework, shares in by_framework.items():
        stated = [share for share in shares if share is not None]
        if stated and (len(stated) < len(shares) or not sums_to_whole(stated)):
            yield "alignments.share", f"a share for each of {framework}, 100 together", str(sum(stated))
