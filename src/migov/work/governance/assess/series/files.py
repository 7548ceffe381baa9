"""Reading the published files: sg_cpa_migrs.csv (categories), sg_cpa_migrp.csv (regional shares), geo_area.csv (names of areas)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.utils.translation import gettext as _

from migov.foundation.frameworks.faults import SHOWN, Fault
from migov.foundation.places.models import Place, PlaceKind
from migov.work.governance.indicator.shares import NOT_REPORTED, Published, domain_code, read_published
from migov.work.governance.indicator.tables import Refused, lines, year_of

CATEGORIES, SHARES, AREAS = "sg_cpa_migrs.csv", "sg_cpa_migrp.csv", "geo_area.csv"
OF_SHARES = {
    "geo_area": (),
    "policy_domains": ("policy domain", "domain"),
    "year": (),
    "sg_cpa_migrp": ("percent", "value"),
}
OF_AREAS = {"geo_area": ("code",), "name": ("area name",)}
LARGEST = 20_000_000  # bytes


class SeriesRefused(ValueError):
    """Files were refused as a whole; nothing was changed. `faults` holds the first 50, `total` counts them all."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults[:SHOWN])
        self.total = len(faults)
        said = [_("The series was refused; nothing was changed."), *map(str, self.faults)]
        if self.total > SHOWN:
            said.append(_("… and %(count)s more.") % {"count": self.total - SHOWN})
        super().__init__("\n".join(said))


@dataclass(frozen=True)
class StatedCategory:
    """A row about one of our places. category: None where it has not reported."""

    place: int
    domain: str
    year: int
    category: int | None
    nature: str


@dataclass(frozen=True)
class StatedShare:
    """A row about an area. percent: None where there is no figure."""

    area: str
    name: str
    domain: str
    year: int
    percent: Decimal | None
    nature: str


@dataclass
class Stated:
    """What the files say. not_covered: areas with rows that are no country or area of migov, by name."""

    categories: list[StatedCategory] = field(default_factory=list)
    shares: list[StatedShare] = field(default_factory=list)
    not_covered: list[str] = field(default_factory=list)


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of the series in a folder, by name in small letters. Raises SeriesRefused without one that has figures."""
    found = {
        file.name.casefold(): file
        for file in sorted(folder.iterdir())
        if file.is_file() and file.name.casefold() in (CATEGORIES, SHARES, AREAS)
    }
    large = [file.name for file in found.values() if file.stat().st_size > LARGEST]
    if large:
        raise SeriesRefused([Fault(name, None, "", _("a file of at most 20 MB")) for name in large])
    if not {CATEGORIES, SHARES} & set(found):
        raise SeriesRefused([Fault(folder.name, None, "", f"{CATEGORIES}, {SHARES}")])
    return {name: file.read_bytes() for name, file in found.items()}


def read_series(files: Mapping[str, bytes]) -> Stated:
    """Read the files together. Raises SeriesRefused with every fault in any of them."""
    faults: list[Fault] = []
    names = _names(files.get(AREAS, b""), faults)
    stated = Stated()
    if CATEGORIES in files:
        _categories(files[CATEGORIES], names, stated, faults)
    if SHARES in files:
        _shares(files[SHARES], names, stated, faults)
    if faults:
        raise SeriesRefused(faults)
    return stated


def m49(code: str) -> str:
    """A code as the list of places has it: three digits."""
    return code.zfill(3) if code.isascii() and code.isdigit() else code


def _names(content: bytes, faults: list[Fault]) -> dict[str, str]:
    if not content:
        return {}
    try:
        found = lines(content, OF_AREAS)
    except Refused as refused:
        faults += _faults(AREAS, refused)
        return {}
    return {m49(line.cells["geo_area"]): line.cells["name"] for line in found}


def _categories(content: bytes, names: Mapping[str, str], stated: Stated, faults: list[Fault]) -> None:
    try:
        rows = read_published(content)
    except Refused as refused:
        faults += _faults(CATEGORIES, refused)
        return
    places = {code: key for code, key in Place.objects.filter(kind=PlaceKind.COUNTRY).values_list("m49", "pk") if code}
    places |= dict(Place.objects.filter(kind=PlaceKind.COUNTRY).values_list("code", "pk"))
    seen: dict[tuple[int, str, int], Published] = {}
    for row in rows:
        key = places.get(m49(row.area), places.get(row.area.upper()))
        if key is None:
            if m49(row.area) not in names:
                faults.append(Fault(CATEGORIES, row.row, "geo_area", _("the M49 code of a country or area"), row.area))
            elif names[m49(row.area)] not in stated.not_covered:
                stated.not_covered.append(names[m49(row.area)])
            continue
        if (before := seen.setdefault((key, row.domain, row.year), row)) is not row:
            expected = _("one row for each area, domain and year; row %(row)s is the same") % {"row": before.row}
            faults.append(Fault(CATEGORIES, row.row, "geo_area", expected, row.area))
        stated.categories.append(StatedCategory(key, row.domain, row.year, row.category, row.nature[:4]))


def _shares(content: bytes, names: Mapping[str, str], stated: Stated, faults: list[Fault]) -> None:
    try:
        found = lines(content, OF_SHARES, {"nature": ()})
    except Refused as refused:
        faults += _faults(SHARES, refused)
        return
    seen: dict[tuple[str, str, int], int] = {}
    for line in found:
        cells = line.cells
        area, domain, year = cells["geo_area"], domain_code(cells["policy_domains"]), year_of(cells["year"])
        percent, readable = None, True
        try:
            percent = _percent(cells["sg_cpa_migrp"])
        except ValueError:
            readable = False
        wrong = [
            (name, expected)
            for name, bad, expected in (
                ("geo_area", names and m49(area) not in names, _("the M49 code of an area of geo_area.csv")),
                ("geo_area", not (area.isascii() and area.isdigit() and len(area) <= 4), _("the M49 code of an area")),
                ("policy_domains", domain is None, _("alldomains or domain1 to domain6")),
                ("year", year is None, _("a year of four digits")),
                ("sg_cpa_migrp", not readable, _("a percentage from 0 to 100 with one decimal, or N")),
            )
            if bad
        ]
        faults += [Fault(SHARES, line.row, name, expected, cells[name]) for name, expected in wrong]
        if wrong or domain is None or year is None:
            continue
        before = seen.setdefault((area, domain, year), line.row)
        if before != line.row:
            expected = _("one row for each area, domain and year; row %(row)s is the same") % {"row": before}
            faults.append(Fault(SHARES, line.row, "geo_area", expected, area))
        nature = cells.get("nature", "").upper()[:4]
        name = names.get(m49(area), area)[:200]
        stated.shares.append(StatedShare(area, name, domain, year, percent, nature))


def _percent(text: str) -> Decimal | None:
    """A percentage; None where there is none. Raises ValueError where it cannot be one."""
    if text.casefold() in NOT_REPORTED:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or not 0 <= value <= 100 or value != round(value, 1):
        raise ValueError(text)
    return round(value, 1)


def _faults(file: str, refused: Refused) -> list[Fault]:
    return [Fault(file, one.row, one.column, one.expected, one.found) for one in refused.problems]
