"""The regional figure: the unweighted share of reporting countries that meet or fully meet, and reading published categories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from migov.work.governance.indicator.definition import ALL, domain_of, domains, plain
from migov.work.governance.indicator.tables import Line, Problem, Refused, lines, year_of
from migov.work.governance.scoring import rounded

MEETS = 3
COLUMNS = {
    "geo_area": ("country", "area", "area code", "iso3", "country code"),
    "policy_domains": ("policy domain", "domain"),
    "year": ("time period",),
    "sg_cpa_migrs": ("category", "value"),
}
OPTIONAL = {"nature": ()}
# How the published series says that there is no category.
NOT_REPORTED = {"n", "na", "nan"}


@dataclass(frozen=True)
class Share:
    """countries: how many report; met: how many of them are in category 3 or 4."""

    year: int
    domain: str
    countries: int
    met: int

    @property
    def percent(self) -> Decimal | None:
        """met of countries in percent, one decimal, rounded half up; None where no country reports."""
        return rounded(Fraction(self.met * 100, self.countries), 1) if self.countries else None

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        percent = self.percent
        return {
            "year": self.year,
            "domain": self.domain,
            "countries": self.countries,
            "meeting": self.met,
            "share": float(percent) if percent is not None else None,
        }


@dataclass(frozen=True)
class Published:
    """A row of published categories. category: None where the country has not reported. nature: the code of the series, "C"."""

    row: int
    area: str
    domain: str
    year: int
    category: int | None
    nature: str = ""


def share_of(year: int, domain: str, categories: Iterable[int | None]) -> Share:
    """The share of the countries that have a category."""
    found = [category for category in categories if category is not None]
    return Share(year, domain, len(found), sum(category >= MEETS for category in found))


def read_published(content: bytes) -> list[Published]:
    """Read categories as published (columns geo_area, policy_domains, year, sg_cpa_migrs). Raises Refused with every problem."""
    problems: list[Problem] = []
    found: dict[tuple[str, str, int], Published] = {}
    for line in lines(content, COLUMNS, OPTIONAL):
        one = _published(line, problems)
        if one is None:
            continue
        before = found.setdefault((one.area.casefold(), one.domain, one.year), one)
        if before is not one:
            which = f"{one.area} {one.year}, {one.domain}"
            problems.append(Problem(one.row, "geo_area", f"one row for {which}", f"also in row {before.row}"))
    if problems:
        raise Refused(problems)
    return list(found.values())


def shares_published(rows: Sequence[Published]) -> list[Share]:
    """For each year and domain of published categories, over all areas in them."""
    groups: defaultdict[tuple[int, str], list[int | None]] = defaultdict(list)
    for row in rows:
        groups[row.year, row.domain].append(row.category)
    order = [ALL, *(domain.code for domain in domains())]
    return [
        share_of(year, domain, categories)
        for (year, domain), categories in sorted(groups.items(), key=lambda one: (one[0][0], order.index(one[0][1])))
    ]


def domain_code(text: str) -> str | None:
    """The code of a domain as published: alldomains, domain1 … domain6."""
    if plain(text) in {ALL, "all"}:
        return ALL
    domain = domain_of(text)
    return domain.code if domain else None


def _published(line: Line, problems: list[Problem]) -> Published | None:
    cells = line.cells
    wrong = [Problem(line.row, column, "something", "a blank cell") for column in COLUMNS if not cells[column]]
    if line.spilled:
        wrong.append(Problem(line.row, "", "as many cells as the header has", ", ".join(line.spilled)))
    domain = domain_code(cells["policy_domains"])
    if cells["policy_domains"] and domain is None:
        wrong.append(Problem(line.row, "policy_domains", "alldomains or domain1 to domain6", cells["policy_domains"]))
    year = year_of(cells["year"])
    if cells["year"] and year is None:
        wrong.append(Problem(line.row, "year", "a year of four digits, 1990 to 2100", cells["year"]))
    value = cells["sg_cpa_migrs"]
    silent = plain(value) in NOT_REPORTED
    bare = value.removesuffix(".0")
    if value and not silent and bare not in {"1", "2", "3", "4"}:
        wrong.append(Problem(line.row, "sg_cpa_migrs", "a category 1 to 4, or N where nothing is reported", value))
    problems += wrong
    if wrong or domain is None or year is None:
        return None
    return Published(
        line.row, cells["geo_area"], domain, year, None if silent else int(bare), cells.get("nature", "").upper()
    )
