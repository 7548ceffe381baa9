"""The library of past positions: what did we say, when, where; and what was found as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import MINYEAR
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.cooperation.inputs import exports, positions, queries
from migov.work.cooperation.inputs.positions import Hit, Narrowing
from migov.work.cooperation.inputs.views import lists
from migov.work.cooperation.models import Input

PER_PAGE = 20


def _found(request: HttpRequest) -> tuple[list[Hit], queries.Asked, int | None, dict[str, str]]:
    """What the address asks for: hits, the filter, the year, and what is wrong with it."""
    asked = lists.read(request)
    errors, year = dict(asked.errors), None
    if said := request.GET.get("year", "").strip():
        if said.isascii() and said.isdigit() and len(said) == 4 and int(said) >= MINYEAR:
            year = int(said)
        else:
            errors["year"] = _("Write a year, such as 2026.")
    if errors:
        return [], asked, year, errors
    to = Narrowing(theme=asked.theme, mechanism=asked.mechanism, place=asked.place, type=asked.type, year=year)
    return positions.search(asked.words, request.user, to), asked, year, errors


def _by_paper(hits: Iterable[Hit]) -> list[tuple[Input, list[Hit]]]:
    """Paragraphs with the input that they stand in, each input once, where its best one stands."""
    found: dict[int, tuple[Input, list[Hit]]] = {}
    for hit in hits:
        found.setdefault(hit.paper.pk, (hit.paper, []))[1].append(hit)
    return list(found.values())


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What we said: the paragraphs that answer a question best."""
    access.require(request.user, "cooperation.enter")
    hits, asked, year, errors = _found(request)
    page = Paginator(hits, PER_PAGE).get_page(request.GET.get("page"))
    years = positions.delivered(request.user).dates("delivered_on", "year", order="DESC")
    context: dict[str, Any] = {
        "part": "positions", "asked": asked, "page": page, "groups": _by_paper(page), "errors": errors, "year": year,
        "years": [day.year for day in years], "choices": lists.choices(request.user), "formats": LIST_FORMATS,
        "filtered": bool(asked.words or asked.type or asked.place or asked.mechanism or asked.theme or year or errors),
        "may_file": lists.may_file(request.user), "papers": len({hit.paper.pk for hit in hits}),
        "literal": any(is_word for hit in hits for _text, is_word in hit.runs),
    }  # fmt: skip
    return render(request, "cooperation/inputs/positions.html", context)


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """What was found as a file."""
    access.require(request.user, "cooperation.enter")
    hits, asked, year, errors = _found(request)
    if errors:
        return HttpResponse("\n".join(errors.values()), status=400, content_type="text/plain; charset=utf-8")
    shown = "; ".join(filter(None, [lists.conditions(asked), str(year or "")])) or _("all")
    base_url = request.build_absolute_uri("/").rstrip("/")
    try:
        return list_response(exports.hits_document(hits, shown, base_url=base_url), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


urlpatterns: list[URLPattern] = [
    path("positions/", search, name="positions"),
    path("positions/export.<slug:fmt>", export, name="positions-export"),
]
