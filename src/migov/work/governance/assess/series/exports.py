"""The series as a file: territories and domains, the shares, and published shares beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Column, Report, Table
from migov.work.governance.assess.series import queries
from migov.work.governance.models import Category, PolicyDomain


def region_report(
    lines: Sequence[queries.Line],
    areas: Sequence[queries.AreaLine],
    year: int | None,
    subregion: str,
    request: HttpRequest,
) -> Report:
    """The page of the region: first the categories, then shares."""
    said = {_("Year"): str(year) if year else _("not loaded"), _("Sub-region"): subregion or _("All")}
    return Report(
        title=_("SDG indicator 10.7.2: official series"), name=f"sdg-10-7-2-{year or 'none'}", metadata=said, cover=False,
        blocks=[_categories(lines, year), _shares(lines, areas, year)], organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(), base_url=request.build_absolute_uri("/").rstrip("/"),
        footnotes=[notes()["kosovo_footnote"]], landscape=True,
    )  # fmt: skip


def _categories(lines: Sequence[queries.Line], year: int | None) -> Table:
    columns = [
        Column("code", _("Code"), width=1.5), Column("place", _("Country or area"), width=4),
        Column("subregion", _("Sub-region"), width=4), Column("year", _("Year"), width=1.5), Column("standing", _("Series"), width=3),
    ]  # fmt: skip
    columns += [Column(code, label, width=4) for code, label in queries.domain_choices()]
    columns += [
        Column("as_of", _("As of"), "date", width=2), Column("loaded", _("Loaded on"), "date", width=2),
        Column("source", _("Source"), width=9),
    ]  # fmt: skip
    legend = "; ".join(f"{code} {label}" for code, label in Category.choices)
    return Table(
        _("Categories by territory"), columns, list(_category_rows(lines, year)),
        note=_("Categories: %(legend)s. An empty cell means that nothing is published.") % {"legend": legend}, wrap=True,
    )  # fmt: skip


def _category_rows(lines: Sequence[queries.Line], year: int | None) -> Iterator[dict[str, Any]]:
    for line in lines:
        facts = [cell.fact for cell in line.cells if cell.fact]
        stated = [fact.as_of for fact in facts if fact.as_of]
        row: dict[str, Any] = {
            "code": line.place.code, "place": formats.place(line.place),
            "subregion": str(line.place.subregion or ""), "year": str(year),
            "standing": _("reports") if line.reports else line.why_empty, "as_of": max(stated) if stated else None,
            "loaded": max(timezone.localdate(fact.recorded_at) for fact in facts) if facts else None,
            "source": facts[0].source if facts else None,
        }  # fmt: skip
        row |= {cell.domain: f"{cell.category} {cell.label}" if cell.fact else None for cell in line.cells}
        yield row


def _shares(lines: Sequence[queries.Line], areas: Sequence[queries.AreaLine], year: int | None) -> Table:
    columns = [
        Column("code", _("M49"), width=1.5),
        Column("area", _("Area"), width=8),
        Column("basis", _("Basis"), width=5),
    ]
    columns += [
        Column(code, label, "number", unit="%", width=4, decimals=1) for code, label in queries.domain_choices()
    ]
    own = queries.region_shares(lines, year) if year else []
    rows: list[dict[str, Any]] = []
    if own:
        rows.append(
            {
                "code": None, "area": _("Territories of the office"), "basis": _("computed: %(count)s report, of %(of)s") % {
                    "count": own[0].countries, "of": len(lines)
                },
                **{share.domain: share.percent for share in own},
            }
        )  # fmt: skip
    rows += [
        {
            "code": area.code, "area": area.name, "basis": _("as published"),
            **{code: fact.percent if fact else None for code, fact in zip(PolicyDomain.values, area.shares, strict=True)},
        }
        for area in areas
    ]  # fmt: skip
    return Table(
        _("Share of reporting countries that meet or fully meet"), columns, rows,
        note=_("Unweighted share of the countries with a category that are in category 3 or 4, one decimal."), wrap=True,
    )  # fmt: skip
