"""The map of the region: projects, or their budgets, by territory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from migov.foundation.money.queries import Converter
from migov.foundation.people.access import Viewer, own_country
from migov.foundation.places.actions import notes
from migov.foundation.places.boundaries import topology
from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordPlace
from migov.services.documents.charts import region_map, render_svg
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.money import budgets_of
from migov.work.projects.queries import matching
from migov.work.projects.sharing import parts_of

PROJECTS, BUDGET = "projects", "budget"
MEASURES = (PROJECTS, BUDGET)


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """A territory of the office with its projects and their budgets held to it, in the reporting currency (None: no rate)."""

    place: Place
    projects: int
    budget: float | None

    def value(self, measure: str) -> float | None:
        return self.budget if measure == BUDGET else self.projects


def by_territory(filter: PortfolioFilter, user: Viewer, measure: str = PROJECTS) -> list[TerritoryRow]:
    """Every territory of the office (for a focal point, its own), by name, with the projects of the filter that work there.

    At most seven queries.

    Budgets are shared between the countries of a project by the shares stated, in proportion where they miss 100, evenly
    where none or only some are stated. They are left at None unless `measure` is BUDGET.
    """
    territories = Place.objects.filter(is_territory=True).order_by("short_name")
    if (own := own_country(user)) is not None:  # a focal point is told of no other country
        territories = territories.filter(pk=own)
    here = RecordPlace.objects.current().filter(record__in=matching(filter, user))
    counts = dict(here.values_list("place_id").annotate(Count("record_id")).order_by())
    money = _budgets(here) if measure == BUDGET else {}
    return [
        TerritoryRow(place, counts.get(place.pk, 0), money.get(place.pk) if measure == BUDGET else None)
        for place in territories
    ]


def elsewhere(filter: PortfolioFilter, user: Viewer) -> int:
    """How many projects of the filter work in none of the office's territories, or say nowhere. One query."""
    here = RecordPlace.objects.current().filter(place__is_territory=True).values("record_id")
    return matching(filter, user).exclude(pk__in=here).count()


def _budgets(here: Any) -> dict[int, float]:
    stated: dict[int, list[tuple[int, Decimal | None]]] = defaultdict(list)
    for record, place, share in here.values_list("record_id", "place_id", "share").order_by("record_id", "place_id"):
        stated[record].append((place, share))
    found: dict[int, float] = defaultdict(float)
    for record, total in budgets_of(list(stated), Converter()).items():
        if total.converted is None or record not in stated:
            continue
        split = parts_of(stated[record])
        for place, part in split.parts:
            found[place] += float(total.converted) * part / split.whole
    return dict(found)


def picture(rows: Sequence[TerritoryRow], measure: str, currency: str) -> str:
    """The map as SVG. Territories without a project are grey."""
    title = _("Budget (%(currency)s)") % {"currency": currency} if measure == BUDGET else _("Projects")
    known = {str(shape["id"]) for shape in topology()["objects"]["territories"]["geometries"]}
    values = [{"iso3": row.place.code, "value": row.value(measure) or None} for row in rows if row.place.code in known]
    spec = region_map(topology(), values, value_title=title, no_data_label=_("None"))
    return render_svg(spec)


def source_line() -> str:
    """Where the boundaries come from."""
    return str(notes()["boundary_source"])
