"""The lists of meetings and of commitments, with filter and export."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.cooperation.meetings import sheets
from migov.work.cooperation.meetings.conditions import BadFilter, Filter
from migov.work.cooperation.meetings.filters import CommitmentFilter, MeetingFilter
from migov.work.cooperation.meetings.queries import commitments as promises
from migov.work.cooperation.meetings.queries import register


def filter_of(request: HttpRequest, kind: type[Filter]) -> tuple[Any, dict[str, str]]:
    """The filter of the address, and what is wrong with it: parameter → message."""
    try:
        return kind.read(request.GET, request.user), {}
    except BadFilter as wrong:
        return wrong.filter, wrong.errors


def filter_context(request: HttpRequest, filter: Any, errors: dict[str, str]) -> dict[str, Any]:
    """What the filter bar needs."""
    names = filter.parameters()
    return {
        "filter": filter, "errors": errors, "chips": filter.chips(), "query": filter.to_query(), "sort": request.GET.get("sort", ""),
        "unknown": {name: text for name, text in errors.items() if name not in names},
        "typed": {name: request.GET.get(name, "") for name in names},
    }  # fmt: skip


def _tabs(filter: Any, counts: list[tuple[str, int]]) -> list[tuple[str, Any, int, str]]:
    return [
        (show, filter.SHOWS[show], number, replace(filter, show=show).to_query() or f"show={show}")
        for show, number in counts
    ]


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """The meetings, filtered and sorted as the address says."""
    access.require(request.user, "cooperation.enter")
    filter, errors = filter_of(request, MeetingFilter)
    sort = request.GET.get("sort", "")
    keys: Any = [] if errors else register.ordered(register.matching(filter, request.user), sort, filter.show)
    page = Paginator(keys, register.PER_PAGE).get_page(request.GET.get("page"))
    counts = register.tabs(filter, request.user)
    context = {
        "part": "meetings", "page": page, "rows": register.rows(list(page), request.user), "tabs": _tabs(filter, counts),
        "any": bool(filter) or any(number for _show, number in counts), "formats": LIST_FORMATS,
        "choices": register.choices(request.user, register.meetings_for(request.user), "country"),
        "may_add": access.allowed(request.user, "meetings.add"), **filter_context(request, filter, errors),
    }  # fmt: skip
    return render(request, "cooperation/meetings/list.html", context)


@require_safe
def export_meetings(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All meetings of the filter as a file."""
    access.require(request.user, "cooperation.enter")
    filter, errors = filter_of(request, MeetingFilter)
    if errors:
        return HttpResponse("\n".join(errors.values()), status=400, content_type="text/plain; charset=utf-8")
    keys = list(register.ordered(register.matching(filter, request.user), request.GET.get("sort", ""), filter.show))
    return _file(sheets.meetings_report(keys, filter, request), fmt)


@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """The commitments, filtered and sorted as the address says."""
    access.require(request.user, "cooperation.enter")
    filter, errors = filter_of(request, CommitmentFilter)
    sort = request.GET.get("sort", "")
    keys: Any = [] if errors else promises.ordered(promises.matching(filter, request.user), sort, filter.show)
    page = Paginator(keys, register.PER_PAGE).get_page(request.GET.get("page"))
    counts = promises.tabs(filter, request.user)
    context = {
        "part": "commitments", "page": page, "rows": promises.rows(list(page), request.user), "tabs": _tabs(filter, counts),
        "any": bool(filter) or any(number for _show, number in counts), "formats": LIST_FORMATS,
        "choices": register.choices(request.user, promises.commitments_for(request.user), "place"),
        "may_add": access.allowed(request.user, "commitments.add"), **filter_context(request, filter, errors),
    }  # fmt: skip
    return render(request, "cooperation/meetings/commitments.html", context)


@require_safe
def export_commitments(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All commitments of the filter as a file."""
    access.require(request.user, "cooperation.enter")
    filter, errors = filter_of(request, CommitmentFilter)
    if errors:
        return HttpResponse("\n".join(errors.values()), status=400, content_type="text/plain; charset=utf-8")
    keys = list(promises.ordered(promises.matching(filter, request.user), request.GET.get("sort", ""), filter.show))
    return _file(sheets.commitments_report(keys, filter, request), fmt)


def _file(report: Any, fmt: str) -> HttpResponseBase:
    try:
        return list_response(report, fmt)
    except UnknownFormat as unknown:
        raise Http404(_("There is no such file.")) from unknown
