"""The register, the table of the programme countries, and what was suggested; each as a page and as a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.services.documents import Report
from migov.services.documents import render as render_document
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.governance.models import CooperationFramework
from migov.work.governance.unsdcf import sheets
from migov.work.governance.unsdcf.programme import programme
from migov.work.governance.unsdcf.queries import register, suggestions
from migov.work.governance.unsdcf.queries.counting import FORMULA
from migov.work.governance.unsdcf.queries.register import Asked
from migov.work.governance.unsdcf.words import STATES

PER_PAGE = 25
REGION_FORMATS = ("xlsx", "csv", "docx", "pdf")


def asked_of(request: HttpRequest) -> Asked:
    """What the address asks for; what is not known means all."""
    get = {name: request.GET.get(name, "").replace("\x00", "").strip()[:100] for name in ("q", "country", "status")}
    status = get["status"] if get["status"] in CooperationFramework.Status.values else ""
    return Asked(" ".join(get["q"].split()), get["country"][:12], status)


@require_safe
def register_page(request: HttpRequest) -> HttpResponse:
    """The Cooperation Frameworks, filtered as the address says."""
    access.require(request.user, "unsdcf.list")
    asked = asked_of(request)
    page = Paginator(register.matching(asked, request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "part": "unsdcf", "asked": asked, "page": page, "lines": register.lines(page), "query": urlencode(asked.params()),
        "countries": register.countries(request.user), "statuses": CooperationFramework.Status.choices, "formats": LIST_FORMATS,
        "may_add": access.allowed(request.user, "unsdcf.add"), "any": bool(asked.params()) or page.paginator.count,
    }  # fmt: skip
    return render(request, "governance/unsdcf/list.html", context)


@require_safe
def register_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All rows of the filter as a file."""
    access.require(request.user, "unsdcf.list")
    lines = register.lines(register.matching(asked_of(request), request.user))
    return _list(sheets.register_report(lines, base_url=base_of(request)), fmt)


@require_safe
def region_page(request: HttpRequest) -> HttpResponse:
    """Each programme country with its latest framework."""
    access.require(request.user, "unsdcf.list")
    lines = register.region(request.user)
    have = [line for line in lines if line.framework is not None]
    context = {
        "part": "unsdcf", "lines": lines, "have": len(have), "programme": programme(), "formula": FORMULA, "formats": REGION_FORMATS,
        "judged": sum(line.outcomes.judged for line in have), "outcomes": sum(line.outcomes.total for line in have),
        "suggested": sum(line.taken.total for line in have), "up": sum(line.taken.up for line in have),
        "may_add": access.allowed(request.user, "unsdcf.add"),
    }  # fmt: skip
    return render(request, "governance/unsdcf/region.html", context)


@require_safe
def region_document(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same as a file."""
    access.require(request.user, "unsdcf.list")
    report = sheets.region_report(register.region(request.user), base_url=base_of(request))
    if fmt in LIST_FORMATS:
        return _list(report, fmt)
    if fmt not in REGION_FORMATS:
        raise Http404(_("There is no such document."))
    return saved(report, fmt)


@require_safe
def suggestions_page(request: HttpRequest) -> HttpResponse:
    """What was suggested and what became of it."""
    access.require(request.user, "unsdcf.list")
    country, state = _suggested(request)
    everything = suggestions.suggestions(request.user, country=country)
    found = [one for one in everything if not state or one.state == state]
    states = [one.state for one in everything]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "part": "unsdcf", "page": page, "country": country, "state": state, "any": bool(everything) or bool(country),
        "counts": [(code, label, states.count(code)) for code, (label, _tone) in STATES.items() if code in states],
        "countries": register.countries(request.user), "total": len(everything), "formats": LIST_FORMATS, "tones": STATES,
        "query": urlencode({name: value for name, value in (("country", country), ("state", state)) if value}),
    }  # fmt: skip
    return render(request, "governance/unsdcf/suggestions.html", context)


@require_safe
def suggestions_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All rows of the filter as a file."""
    access.require(request.user, "unsdcf.list")
    country, state = _suggested(request)
    found = suggestions.suggestions(request.user, country=country, state=state)
    return _list(sheets.suggestions_report(found, base_url=base_of(request)), fmt)


def _suggested(request: HttpRequest) -> tuple[str, str]:
    state = request.GET.get("state", "")
    country = request.GET.get("country", "").replace("\x00", "")[:12]
    return country, state if state in suggestions.STATES else ""


def base_of(request: HttpRequest) -> str:
    """Where this site is, for files that leave it."""
    return request.build_absolute_uri("/").rstrip("/")


def _list(report: Report, fmt: str) -> HttpResponseBase:
    try:
        return list_response(report, fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def saved(report: Report, fmt: str) -> HttpResponse:
    """A report as a file to save."""
    made = render_document(report, fmt)
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
