"""Pages of mechanisms to read: the list, the card, the matrix, the graph, and one country."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records import slots
from migov.services.documents import Report
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.cooperation.mechanisms import exports, queries
from migov.work.cooperation.mechanisms import graph as together
from migov.work.cooperation.mechanisms import matrix as table
from migov.work.cooperation.mechanisms.filters import read_filter
from migov.work.cooperation.models import Mechanism, MechanismState, MechanismType

MOST_LEAST = 60


def enter(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Reading pages of people who work for the office."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access.require(request.user, "cooperation.enter")
        return view(request, *args, **kwargs)

    return guarded


def mechanism_of(request: HttpRequest, code: str) -> Mechanism:
    """The mechanism that an address names, where the viewer may see it."""
    found = queries.visible(request.user).select_related("successor__record", "body").filter(code=code).first()
    if found is None:
        raise Http404(_("There is no such mechanism."))
    access.require(request.user, "mechanisms.see", found.record)
    return found


def file_of(report: Report, fmt: str) -> HttpResponseBase:
    """A list as a file. Raises Http404 for a format that lists are not made in."""
    try:
        return list_response(report, fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def day_of(request: HttpRequest) -> date:
    """The day that an address asks about; today where it names none that can be read."""
    try:
        return parse_date(request.GET.get("on", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


def _type_of(request: HttpRequest) -> str:
    asked = request.GET.get("type", "")
    return asked if asked in MechanismType.values else ""


@enter
def mechanism_list(request: HttpRequest) -> HttpResponse:
    """All mechanisms, filtered as the address says."""
    filter = read_filter(request.GET)
    rows = queries.rows_of(filter, request.user)
    context = {
        "part": "mechanisms", "filter": filter, "rows": rows, "types": MechanismType.choices, "states": MechanismState.choices,
        "themes": Theme.objects.all(), "places": queries.territories(), "formats": LIST_FORMATS,
        "may_write": access.allowed(request.user, "mechanisms.write"),
    }  # fmt: skip
    return render(request, "cooperation/mechanisms/list.html", context)


@enter
def mechanism_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The list as a file."""
    filter = read_filter(request.GET)
    if filter.wrong:
        return HttpResponse("\n".join(filter.wrong.values()), status=400, content_type="text/plain; charset=utf-8")
    return file_of(exports.mechanism_list(queries.rows_of(filter, request.user), filter, request), fmt)


@enter
def mechanism_page(request: HttpRequest, code: str) -> HttpResponse:
    """The card of a mechanism: facts by field with their sources, who takes part, who chairs, contacts, documents, what others add."""
    one, on = mechanism_of(request, code), day_of(request)
    may_write = access.allowed(request.user, "mechanisms.write")
    context = {
        "part": "mechanisms", "mechanism": one, "record": one.record, "card": queries.card(one, on), "on": on,
        "today": timezone.localdate(), "slots": slots.beside(one.record, request.user),
        "may_write": may_write, "editing": may_write and request.GET.get("edit") == "1",
    }  # fmt: skip
    return render(request, "cooperation/mechanisms/mechanism.html", context)


@enter
def matrix_page(request: HttpRequest) -> HttpResponse:
    """Mechanisms × countries, as of a day."""
    type, ended, on = _type_of(request), request.GET.get("ended") == "1", day_of(request)
    context = {
        "part": "matrix", "found": table.matrix(request.user, type=type, ended=ended, on=on), "type": type, "ended": ended, "on": on,
        "types": MechanismType.choices, "legend": table.legend(), "formats": LIST_FORMATS, "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "cooperation/mechanisms/matrix.html", context)


@enter
def matrix_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The matrix as a file, each cell in words."""
    type, ended = _type_of(request), request.GET.get("ended") == "1"
    found = table.matrix(request.user, type=type, ended=ended, on=day_of(request))
    kept = "; ".join(filter(None, [_typed(type), _("with ended ones") if ended else ""]))
    return file_of(exports.matrix_report(found, kept, request), fmt)


def _typed(type: str) -> str:
    return str(MechanismType(type).label) if type else _("all types")


def _least_of(request: HttpRequest) -> int | None:
    asked = request.GET.get("least", "")
    return min(max(int(asked), 1), MOST_LEAST) if asked.isascii() and asked.isdigit() and len(asked) < 4 else None


def _graph(request: HttpRequest) -> tuple[together.Graph, str, str]:
    type, theme = _type_of(request), request.GET.get("theme", "").replace("\x00", "")[:40]
    found = together.graph(request.user, type=type, theme=theme, least=_least_of(request), on=day_of(request))
    return found, type, theme


@enter
def graph_page(request: HttpRequest) -> HttpResponse:
    """Who sits with whom: the drawing, and the table behind it."""
    found, type, theme = _graph(request)
    types = [choice for choice in MechanismType.choices if choice[0] != MechanismType.NETWORK]
    context = {
        "part": "matrix", "found": found, "type": type, "theme": theme, "types": types, "themes": Theme.objects.all(),
        "formats": LIST_FORMATS, "query": request.GET.urlencode(), "width": together.WIDTH, "height": together.HEIGHT,
        "may_narrow": found.most > 1,
    }  # fmt: skip
    return render(request, "cooperation/mechanisms/graph.html", context)


@enter
def graph_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The pairs as a file."""
    found, type, theme = _graph(request)
    return file_of(exports.pairs_report(found, "; ".join(filter(None, [_typed(type), theme])), request), fmt)


@enter
def country_page(request: HttpRequest, code: str) -> HttpResponse:
    """What one country takes part in, and where it sits in the chair."""
    place = Place.objects.filter(code=code.upper(), is_territory=True).first() if code.isalnum() else None
    if place is None:
        raise Http404(_("This is none of the territories that the office supports."))
    on = day_of(request)
    context = {
        "part": "matrix", "place": place, "on": on, "rows": queries.of_country(place, request.user, on),
        "places": queries.territories(),
    }  # fmt: skip
    return render(request, "cooperation/mechanisms/country.html", context)
