"""The list of requests with its filter and export, and the figures of a year."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.services.documents import render as render_document
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.policy.models import RequestKind, RequestState
from migov.work.policy.requests import overview, sheets
from migov.work.policy.requests.filters import (
    FIRST_YEAR,
    LAST_YEAR,
    PARAMETERS,
    SEVERAL,
    SHOWS,
    BadFilter,
    RequestFilter,
    read_filter,
)
from migov.work.policy.requests.life import TONES
from migov.work.policy.requests.queries import figures, register


def filter_of(request: HttpRequest) -> tuple[RequestFilter, dict[str, str]]:
    """The filter of the address, and what is wrong with it: parameter → message."""
    try:
        return read_filter(request.GET, request.user), {}
    except BadFilter as wrong:
        return wrong.filter, wrong.errors


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """The requests, filtered and sorted as the address says."""
    access.require(request.user, "policy.enter")
    filter, errors = filter_of(request)
    sort = request.GET.get("sort", "")
    keys: Any = [] if errors else register.ordered(register.matching(filter, request.user), sort, filter.show)
    page = Paginator(keys, register.PER_PAGE).get_page(request.GET.get("page"))
    counts = register.tabs(filter, request.user)
    context = {
        "part": "requests", "filter": filter, "errors": errors, "chips": filter.chips(), "sort": sort, "page": page,
        "unknown": {name: text for name, text in errors.items() if name not in PARAMETERS},
        "typed": {name: request.GET.get(name, "") for name in PARAMETERS},
        "rows": register.rows(list(page), request.user), "query": filter.to_query(), "tones": TONES,
        "tabs": [(show, SHOWS[show], number, replace(filter, show=show).to_query()) for show, number in counts],
        "any": bool(filter) or any(number for _show, number in counts),
        "choices": register.choices(request.user), "several": SEVERAL, "kinds": RequestKind.choices,
        "states": RequestState.choices, "formats": LIST_FORMATS, "internal": access.is_internal(request.user),
        "may_file": access.allowed(request.user, "requests.file"),
        "may_count": access.allowed(request.user, "requests.figures"),
    }  # fmt: skip
    return render(request, "policy/requests/list.html", context)


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All rows of the filter as a file, with the columns that the viewer sees."""
    access.require(request.user, "policy.enter")
    filter, errors = filter_of(request)
    if errors:
        return HttpResponse("\n".join(errors.values()), status=400, content_type="text/plain; charset=utf-8")
    keys = list(register.ordered(register.matching(filter, request.user), request.GET.get("sort", ""), filter.show))
    try:
        return list_response(sheets.requests_report(keys, filter, request), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def _year(request: HttpRequest) -> tuple[int, list[int]]:
    """The year that the address names, else the last with requests; and all of them. Raises Http404 for what is no year."""
    years = figures.years(request.user)
    said = request.GET.get("year", "")
    if not said:
        return (years[0] if years else timezone.localdate().year), years
    if not (said.isascii() and said.isdigit() and len(said) == 4 and FIRST_YEAR <= int(said) <= LAST_YEAR):
        raise Http404(_("There is no such year."))
    return int(said), years


@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """The requests of a year in figures, each with the rows behind it."""
    access.require(request.user, "requests.figures")
    chosen, years = _year(request)
    found = figures.year_of(chosen, request.user)
    context = {
        "part": "requests", "year": found, "years": sorted({*years, chosen}, reverse=True), "formats": overview.FORMATS,
        "parts": [(code, overview.headings()[code], overview.first_columns()[code], lines) for code, lines in found.parts],
    }  # fmt: skip
    return render(request, "policy/requests/year.html", context)


@require_safe
def year_document(request: HttpRequest, fmt: str) -> HttpResponse:
    """The same as a document."""
    access.require(request.user, "requests.figures")
    if fmt not in overview.FORMATS:
        raise Http404(_("There is no such document."))
    chosen, _years = _year(request)
    base = request.build_absolute_uri("/").rstrip("/")
    made = render_document(overview.report(figures.year_of(chosen, request.user), base_url=base), fmt)
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
