"""Dashboards: as a page, and as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from migov.insight.dashboards import report
from migov.services.documents import render as document
from migov.services.documents.html import fragment
from migov.work.projects.filters import BadFilter, PortfolioFilter, read_filter
from migov.work.projects.views import bar, refused, see

FORMATS = ("pdf", "docx", "xlsx")


def _asked(request: HttpRequest) -> tuple[PortfolioFilter, dict[str, str], str]:
    """The selection, what is wrong with it, and how its states are told apart."""
    data = request.GET.copy()
    by = (data.pop("by", ["office"]) or ["office"])[-1]
    if by not in report.WAYS:
        raise Http404(_("There is no such way to tell the indicators apart."))
    try:
        return read_filter(data, request.user), {}, by
    except BadFilter as wrong:
        return wrong.filter, wrong.errors, by


@see
def dashboard(request: HttpRequest) -> HttpResponse:
    """How the work of the region, or of what the filter keeps, stands today."""
    filter, errors, by = _asked(request)
    context = {
        **bar(request, filter, errors),
        "by": by,
        "ways": report.WAYS.items(),
        "formats": FORMATS,
        "kept": f"by={by}",
    }
    if not errors:
        context["made"] = fragment(report.dashboard(filter, request.user, request, by), top_level=2)
    return render(request, "dashboards/dashboard.html", context)


@see
def dashboard_file(request: HttpRequest, fmt: str) -> HttpResponse:
    """The dashboard as a file."""
    if fmt not in FORMATS:
        raise Http404(_("The dashboard is made as PDF, DOCX and XLSX."))
    filter, errors, by = _asked(request)
    if errors:
        return refused(errors)
    made = document(report.dashboard(filter, request.user, request, by), fmt)
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    return answer
