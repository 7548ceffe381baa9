"""Pages of results: the list of indicators, one indicator, the matrix as a workbook."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.services.documents.listing import LIST_FORMATS, list_response, xlsx_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.projects.models import Project
from migov.work.projects.page import project_for
from migov.work.projects.views import bar, filter_of, refused, see
from migov.work.results import exports, lists, plans, queries, reporting
from migov.work.results.models import Indicator
from migov.work.results.rules import PeriodValues

ENTRIES = 60  # of the newest periods


def _show(request: HttpRequest) -> str:
    show = request.GET.get("show", lists.ALL)
    if show not in lists.SHOWS:
        raise Http404(_("There is no such list of indicators."))
    return show


@see
def indicator_list(request: HttpRequest) -> HttpResponse:
    """The indicators of the projects that the filter keeps."""
    filter, errors = filter_of(request)
    show = _show(request)
    order = request.GET.get("sort", lists.DEFAULT_ORDER)
    keys: Any = [] if errors else lists.indicators(filter, request.user, show, order)
    page = Paginator(keys, lists.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **bar(request, filter, errors),
        "show": "" if show == lists.ALL else show,
        "shows": lists.SHOWS.items(),
        "shown": show,
        "page": page,
        "rows": lists.rows(list(page)),
        "formats": LIST_FORMATS,
        "has_duties": reporting.has_duties(request.user),
    }
    return render(request, "results/list.html", context)


@see
def list_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All indicators of the list as a file."""
    filter, errors = filter_of(request)
    if errors:
        return refused(errors)
    show = _show(request)
    keys = list(lists.indicators(filter, request.user, show, request.GET.get("sort", lists.DEFAULT_ORDER)))
    try:
        return list_response(exports.list_report(keys, filter, str(lists.SHOWS[show]), request), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


@see
def indicator_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One indicator: what it means, its periods, the parts of its values, and what its values were before."""
    try:
        indicator = queries.indicator_for(request.user, pk)
    except Indicator.DoesNotExist:
        raise Http404(_("There is no such indicator, or you may not see its project.")) from None
    row = queries.indicator_rows(Indicator.objects.filter(pk=pk))[0]
    shown = [period for period in row.periods if not period.is_empty]
    context = {
        "indicator": indicator, "project": indicator.project, "record": indicator.project.record, "row": row,
        "tone": row.tone, "periods": row.periods, "bars": queries.bars(shown),
        "plan": _by_plan(indicator, row),
        "slices": queries.slices(indicator), "history": queries.history(indicator), **_reported(request, indicator),
    }  # fmt: skip
    return render(request, "results/indicator.html", context)


def _by_plan(indicator: Indicator, row: queries.IndicatorRow) -> plans.ByPlan | None:
    """What the work plan foresees; nothing where there is none."""
    known = [
        PeriodValues(period.ends, period.target.value, period.actual.value) for period in row.periods if period.ends
    ]
    done = plans.done_by(indicator.project_id, indicator.result_id, timezone.localdate())
    return plans.by_plan(known, done, adds_up=row.adds_up, ascending=indicator.ascending)


def _reported(request: HttpRequest, indicator: Indicator) -> dict[str, Any]:
    """What people of the office see of the entries behind the values."""
    if not access.allowed(request.user, "journal.see"):
        return {}
    record = indicator.project.record
    entries = indicator.entries.select_related("period", "place", "submitted_by", "verified_by").order_by(
        "-period__ends", "number"
    )
    return {
        "entries": list(entries[:ENTRIES]), "entries_count": indicator.entries.count(),
        "may_report": access.allowed(request.user, "results.report", record),
        "may_unlock": access.allowed(request.user, "results.unlock", record),
    }  # fmt: skip


@see
def matrix_export(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The results matrix of a project as a workbook."""
    try:
        project = project_for(request.user, pk)
    except Project.DoesNotExist:
        raise Http404(_("There is no such project, or you may not see it.")) from None
    if fmt != "xlsx":
        raise Http404(_("The matrix is made as XLSX."))
    return xlsx_response(exports.matrix_report(project, request))
