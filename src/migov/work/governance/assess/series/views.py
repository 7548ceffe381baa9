"""Pages of the official series: the region, the countries behind a share, one country, and all of it as a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.foundation.places.models import Place
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.governance.assess.series import exports, queries
from migov.work.governance.models import PolicyDomain


def see(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Reading pages of people who hold a role: the series is published."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access.require(request.user, "scores.see")
        return view(request, *args, **kwargs)

    return guarded


@see
def series(request: HttpRequest) -> HttpResponse:
    """The territories and their categories in a year, the share over them, and published shares beside it."""
    context = _chosen(request)
    if context["year"] is not None:
        year = context["year"]
        lines = queries.region(context["places"], year)
        areas = queries.shares(year)
        context |= {
            "groups": _by_subregion(lines),
            "shares": queries.region_shares(lines, year),
            "reporting": sum(line.reports for line in lines),
            "near": [area for area in areas if area.code in queries.NEAR],
            "far": [area for area in areas if area.code not in queries.NEAR],
            "as_of": queries.as_of(cell.fact for line in lines for cell in line.cells),
            "areas_as_of": queries.as_of(fact for area in areas for fact in area.shares),
        }
    return render(request, "governance/series/region.html", context)


@see
def share(request: HttpRequest, domain: str) -> HttpResponse:
    """The countries that a share is made of."""
    if domain not in PolicyDomain.values:
        raise Http404(_("There is no such domain."))
    context = _chosen(request)
    if context["year"] is None:
        raise Http404(_("The series has not been loaded."))
    own = queries.own_shares(context["places"], domain, context["year"])
    context |= {
        "domain": domain,
        "label": PolicyDomain(domain).label,
        "own": own,
        "as_of": queries.as_of(cell.fact for _place, cell in own.lines),
    }
    return render(request, "governance/series/share.html", context)


@see
def place(request: HttpRequest, code: str) -> HttpResponse:
    """The series of one territory, year by year."""
    try:
        where = Place.objects.get(code=code.upper(), is_territory=True)
    except Place.DoesNotExist:
        raise Http404(_("This is none of the territories that the office supports.")) from None
    found = queries.series_of(where)
    context = {
        "part": "series", "place": where, "years": found, "domains": queries.domain_choices(),
        "as_of": queries.as_of(cell.fact for _year, cells in found for cell in cells),
        "loaded": bool(found) or bool(queries.years()),
    }  # fmt: skip
    return render(request, "governance/series/place.html", context)


@see
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The region as a file, as the page shows it."""
    context = _chosen(request)
    year = context["year"]
    lines = queries.region(context["places"], year) if year is not None else []
    areas = queries.shares(year) if year is not None else []
    try:
        return list_response(exports.region_report(lines, areas, year, context["subregion_name"], request), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def _chosen(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for: a year that there is (else the latest), a sub-region that there is (else all)."""
    years = queries.years()
    asked = request.GET.get("year", "")
    year = next((one for one in years if str(one) == asked), years[0] if years else None)
    subregions = queries.subregions()
    subregion = request.GET.get("subregion", "")
    subregion = subregion if subregion in dict(subregions) else ""
    query = request.GET.copy()
    query.clear()
    if year is not None:
        query["year"] = str(year)
    if subregion:
        query["subregion"] = subregion
    return {
        "part": "series", "year": year, "years": years, "subregion": subregion, "subregions": subregions,
        "subregion_name": dict(subregions).get(subregion, ""), "places": queries.territories(subregion),
        "domains": [(code, queries.short_label(code), label) for code, label in queries.domain_choices()],
        "categories": queries.category_choices(), "formats": LIST_FORMATS, "query": query.urlencode(),
    }  # fmt: skip


def _by_subregion(lines: list[queries.Line]) -> list[tuple[str, list[queries.Line]]]:
    groups: dict[str, list[queries.Line]] = {}
    for line in lines:
        groups.setdefault(str(line.place.subregion or ""), []).append(line)
    return list(groups.items())


urlpatterns = [
    path("series/", series, name="series"),
    path("series/export/<slug:fmt>/", export, name="series-export"),
    path("series/shares/<slug:domain>/", share, name="series-share"),
    path("series/countries/<slug:code>/", place, name="series-place"),
]
