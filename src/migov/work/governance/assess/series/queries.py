"""What the published series says: of a country, of the region, of published areas, and the region's own share by the same rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from migov.foundation.places.models import Place, SubRegion
from migov.work.governance.indicator.shares import MEETS, Share, share_of
from migov.work.governance.models import Category, PolicyDomain, PublishedCategory, PublishedShare

# Published areas that the office's territories belong to, or that they are compared with first.
WORLD = "1"
NEAR = (WORLD, "150", "151", "39", "145", "143", "747", "513", "432")


@dataclass(frozen=True)
class Cell:
    """A domain of a territory in a year. fact: None where the series has no category."""

    domain: str
    fact: PublishedCategory | None

    @property
    def category(self) -> int | None:
        """1 to 4, or None."""
        return self.fact.category if self.fact else None

    @property
    def label(self) -> str:
        """The category in words; a dash where there is none."""
        return str(self.fact.get_category_display()) if self.fact else "–"

    @property
    def meets(self) -> bool:
        """Whether it counts in the share: meets or fully meets."""
        return (self.category or 0) >= MEETS


@dataclass(frozen=True)
class Line:
    """A territory in a year, the domains in order. It is in the series when any year has a category."""

    place: Place
    cells: Sequence[Cell]
    in_series: bool

    @property
    def reports(self) -> bool:
        """Whether it has a category in this year."""
        return any(cell.fact for cell in self.cells)

    @property
    def why_empty(self) -> str:
        """Why there is no category; never that no progress was made."""
        return _("not in this year") if self.in_series else _("not in the series")


@dataclass(frozen=True)
class AreaLine:
    """The published shares of an area in a year, the domains in order."""

    code: str
    name: str
    shares: Sequence[PublishedShare | None]


@dataclass(frozen=True)
class OwnShare:
    """The share over some places by the rule, with the published row of an area beside it."""

    share: Share
    of: int
    lines: Sequence[tuple[Place, Cell]]
    published: PublishedShare | None = None

    @property
    def told(self) -> str:
        """How the figure comes about."""
        if not self.share.countries:
            return _("None of %(of)s reports.") % {"of": self.of}
        return _("%(met)s of %(countries)s that report meet or fully meet; %(of)s territories in all.") % {
            "met": self.share.met,
            "countries": self.share.countries,
            "of": self.of,
        }


def domain_choices() -> list[tuple[str, str]]:
    """The columns: all domains, then the six."""
    return [(code, capfirst(str(label))) for code, label in PolicyDomain.choices]


def category_choices() -> list[tuple[int, str]]:
    """The four categories in words."""
    return [(int(code), str(label)) for code, label in Category.choices]


def years() -> list[int]:
    """Years with a category or a share, the newest first. Two queries at most."""
    found = set(PublishedCategory.objects.current().order_by().values_list("year", flat=True).distinct())
    found |= set(PublishedShare.objects.current().order_by().values_list("year", flat=True).distinct())
    return sorted(found, reverse=True)


def territories(subregion: str = "") -> list[Place]:
    """The territories the office supports, by sub-region. One query."""
    found = Place.objects.filter(is_territory=True).select_related("subregion")
    if subregion:
        found = found.filter(subregion__code=subregion)
    return list(found.order_by("subregion__order", "short_name"))


def subregions() -> list[tuple[str, str]]:
    """The sub-regions to choose from. One query."""
    return list(SubRegion.objects.values_list("code", "name"))


def region(places: Sequence[Place], year: int) -> list[Line]:
    """The territories in a year. Two queries."""
    facts = {
        (fact.place_id, fact.domain): fact
        for fact in PublishedCategory.objects.current().filter(place__in=places, year=year)
    }
    known = set(
        PublishedCategory.objects.current()
        .filter(place__in=places)
        .order_by()
        .values_list("place", flat=True)
        .distinct()
    )
    return [
        Line(place, [Cell(domain, facts.get((place.pk, domain))) for domain in PolicyDomain.values], place.pk in known)
        for place in places
    ]


def series_of(place: Place) -> list[tuple[int, list[Cell]]]:
    """All years of a country, the newest first, the domains in order. One query."""
    by_year: defaultdict[int, dict[str, PublishedCategory]] = defaultdict(dict)
    for fact in PublishedCategory.objects.current().filter(place=place):
        by_year[fact.year][fact.domain] = fact
    return [
        (year, [Cell(domain, by_year[year].get(domain)) for domain in PolicyDomain.values])
        for year in sorted(by_year, reverse=True)
    ]


def region_shares(lines: Sequence[Line], year: int) -> list[Share]:
    """The share over the lines for each domain, computed from their categories. No query."""
    return [
        share_of(year, domain, [line.cells[at].category for line in lines])
        for at, domain in enumerate(PolicyDomain.values)
    ]


def own_shares(places: Sequence[Place], domain: str, year: int, *, beside: str = WORLD) -> OwnShare:
    """The share of `places` in a domain, with the countries it is made of, and the published share of an area. Two queries."""
    facts = {
        fact.place_id: fact
        for fact in PublishedCategory.objects.current().filter(place__in=places, year=year, domain=domain)
    }
    lines = [(place, Cell(domain, facts.get(place.pk))) for place in places]
    published = PublishedShare.objects.current().filter(area=beside, domain=domain, year=year).first()
    return OwnShare(share_of(year, domain, [cell.category for _place, cell in lines]), len(places), lines, published)


def shares(year: int, areas: Iterable[str] | None = None) -> list[AreaLine]:
    """Published shares by area; near areas first in their order, then the others by name. One query."""
    found: defaultdict[str, dict[str, PublishedShare]] = defaultdict(dict)
    rows = PublishedShare.objects.current().filter(year=year)
    for row in rows if areas is None else rows.filter(area__in=list(areas)):
        found[row.area][row.domain] = row
    made = [
        AreaLine(area, next(iter(of.values())).name, [of.get(domain) for domain in PolicyDomain.values])
        for area, of in found.items()
    ]
    return sorted(made, key=lambda one: (NEAR.index(one.code) if one.code in NEAR else len(NEAR), one.name))


def as_of(facts: Iterable[Any]) -> tuple[date, bool] | None:
    """The latest day that facts are good for, and whether a source gave it (else it is the day of loading). None without facts."""
    given = [fact for fact in facts if fact]
    if not given:
        return None
    stated = [fact.as_of for fact in given if fact.as_of]
    if stated:
        return max(stated), True
    return max(timezone.localdate(fact.recorded_at) for fact in given), False


def short_label(domain: str) -> str:
    """The head of a narrow column: "All", "D1" …"""
    return pgettext("domains", "All") if domain == PolicyDomain.ALL else f"D{domain.removeprefix('domain')}"
