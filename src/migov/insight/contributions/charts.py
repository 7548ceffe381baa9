"""The charts of a contribution report, each with its table and source line."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.places.boundaries import topology
from migov.insight.contributions.answer import Contribution, Figures
from migov.services.documents import Chart, Column, Table
from migov.services.documents.charts import bar_by_element, heat_map, region_map

ELSEWHERE = "Elsewhere"


def _label(figure: Figures) -> str:
    assert figure.element is not None  # noqa: S101 - rows always have one
    return f"{figure.element.code} {figure.element.title}"


def _source(answer: Contribution) -> str:
    return _("Project register, %(day)s; confirmed alignments, shares within projects.") % {
        "day": f"{answer.scope.today:%-d %B %Y}"
    }


def bar_cells(answer: Contribution) -> list[dict[str, Any]]:
    """Budget share by element, largest first."""
    rows = sorted(answer.worked_on, key=lambda f: (-f.budget, f.element.order if f.element else 0))
    return [{"label": _label(figure), "value": figure.budget / 100} for figure in rows]


def bar_chart(answer: Contribution) -> Chart:
    """Budget share by element, largest first."""
    currency = settings.MIGOV_REPORTING_CURRENCY
    rows = sorted(answer.worked_on, key=lambda f: (-f.budget, f.element.order if f.element else 0))
    cells = bar_cells(answer)
    top = rows[0]
    return Chart(
        _("Budget share by element (%(currency)s)") % {"currency": currency},
        _("Bars of the budget share of %(n)s elements; the largest is %(top)s.") % {"n": len(rows), "top": _label(top)},
        bar_by_element(cells),
        Table(
            _("Budget share by element"),
            [Column("label", _("Element"), width=5), Column("value", _("Budget share"), "money", currency, decimals=0)],
            cells,
            sheet_name=_("Bar chart"),
        ),
        source=_source(answer),
        print_table=False,
    )


def heat_cells(answer: Contribution) -> list[dict[str, Any]]:
    """Budget share by element and country; countries outside the office's territories are one column."""
    sums: dict[tuple[int, str], int] = {}
    names = [place.short_name for place in answer.country_order if place.is_territory]
    if any(not answer.places[place].is_territory for _element, place in answer.heat):
        names.append(_(ELSEWHERE))
    for (element, key), cents in answer.heat.items():
        place = answer.places[key]
        name = place.short_name if place.is_territory else _(ELSEWHERE)
        sums[element, name] = sums.get((element, name), 0) + cents
    return [
        {
            "element": _label(row),
            "country": name,
            "value": sums[row.element.pk, name] / 100 if row.element and (row.element.pk, name) in sums else None,
        }
        for row in answer.worked_on
        for name in names
    ]


def heat_chart(answer: Contribution) -> Chart:
    """Budget share by element and country, in thousands."""
    currency = settings.MIGOV_REPORTING_CURRENCY
    cells = heat_cells(answer)
    return Chart(
        _("Budget share by element and country (thousand %(currency)s)") % {"currency": currency},
        _("A grid of elements by countries; darker cells hold more money."),
        heat_spec(cells),
        Table(
            _("Budget share by element and country"),
            [
                Column("element", _("Element"), width=5),
                Column("country", _("Country"), width=2),
                Column("value", _("Budget share"), "money", currency, decimals=0),
            ],
            [cell for cell in cells if cell["value"] is not None],
            sheet_name=_("Element by country"),
        ),
        source=_source(answer),
        print_table=False,
    )


def map_rows(answer: Contribution) -> list[dict[str, Any]]:
    """Budget share by territory of the office."""
    sums: dict[str, int] = {}
    names = {place.code: place.short_name for place in answer.places.values() if place.is_territory}
    for (_element, key), cents in answer.heat.items():
        place = answer.places[key]
        if place.is_territory:
            sums[place.code] = sums.get(place.code, 0) + cents
    return [{"iso3": code, "country": names[code], "value": cents / 100} for code, cents in sorted(sums.items())]


def heat_spec(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """The grid, in thousands."""
    return heat_map([{**cell, "value": None if cell["value"] is None else cell["value"] / 1000} for cell in cells])


def map_spec(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The region with its notes."""
    return region_map(
        topology(),
        [{"iso3": row["iso3"], "value": row["value"]} for row in rows],
        value_title=_("Budget share"),
        footnotes=map_footnotes(),
    )


# What each picture is drawn from, and how. The data is small and can be kept; the drawing of the region is not.
PICTURES: dict[str, tuple[Callable[[Contribution], list[dict[str, Any]]], Callable[[Any], dict[str, Any]]]] = {
    "bar": (bar_cells, bar_by_element),
    "heat": (heat_cells, heat_spec),
    "map": (map_rows, map_spec),
}


def map_footnotes() -> list[str]:
    """The disclaimer on boundaries and the footnote on Kosovo, in lines that fit under the map."""
    return [line for note in ("map_disclaimer", "kosovo_footnote") for line in textwrap.wrap(notes()[note], 118)]


def map_chart(answer: Contribution) -> Chart:
    """The region, shaded by budget share."""
    currency = settings.MIGOV_REPORTING_CURRENCY
    rows = map_rows(answer)
    return Chart(
        _("Budget share by country (%(currency)s)") % {"currency": currency},
        _("Map of the region; darker territories hold more of the budget share."),
        map_spec(rows),
        Table(
            _("Budget share by country"),
            [
                Column("country", _("Country"), width=3),
                Column("value", _("Budget share"), "money", currency, decimals=0),
            ],
            sorted(rows, key=lambda row: -row["value"]),
            sheet_name=_("Map"),
        ),
        source=f"{_source(answer)} {notes()['boundary_source']}",
    )
