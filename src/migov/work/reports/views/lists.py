"""The list of reports, its export, and starting a report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.projects.models import Project
from migov.work.proposals.models import DonorReport
from migov.work.reports import exports, queries
from migov.work.reports.actions import life
from migov.work.reports.actions.ground import ReportRefused
from migov.work.reports.forms import StartForm
from migov.work.reports.models import ReportType

PER_PAGE = 25
LONGEST = 200


def _asked(request: HttpRequest) -> queries.Asked:
    which = request.GET.get("which", queries.MINE)
    words = request.GET.get("q", "").replace("\x00", "")[:LONGEST]
    return queries.Asked(which if which in queries.WHICH else queries.MINE, words)


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The reports: mine, due, in clearance, delivered, or all."""
    access.require(request.user, "reports.list")
    what = _asked(request)
    page = Paginator(queries.asked(request.user, what), PER_PAGE).get_page(request.GET.get("page"))
    may_start = queries.projects_to_report(request.user).exists()
    context: dict[str, Any] = {
        "asked": what, "which": list(queries.WHICH.items()), "page": page, "rows": [(one, queries.is_late(one)) for one in page],
        "may_start": may_start, "formats": LIST_FORMATS, "nothing_yet": not page.paginator.count and not what.words,
    }  # fmt: skip
    return render(request, "reports/list.html", context)


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All reports of the list as a file."""
    access.require(request.user, "reports.list")
    what = _asked(request)
    shown = "; ".join(filter(None, [str(queries.WHICH[what.which]), what.words]))
    base_url = request.build_absolute_uri("/").rstrip("/")
    try:
        return list_response(exports.list_document(queries.asked(request.user, what), shown, base_url=base_url), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def _project(request: HttpRequest) -> Project:
    """The project that the address names. Raises Http404 where the viewer may not start a report on it."""
    key = request.GET["project"]
    known = key.isascii() and key.isdigit() and len(key) < 10
    found = queries.projects_to_report(request.user).filter(pk=int(key)).first() if known else None
    if found is None:
        raise Http404(_("There is no such project, or you may not report on it."))
    return found


def _choose(request: HttpRequest) -> HttpResponse:
    """The projects that a report may be started on, by words of their title or reference."""
    words = request.GET.get("q", "").replace("\x00", "")[:LONGEST]
    page = Paginator(queries.projects_to_report(request.user, words), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/choose.html", {"page": page, "words": words})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Start a report on the project of the address (?project=), else choose one; ?owed= fills the form from the donor's schedule."""
    access.require(request.user, "reports.list")
    if not queries.projects_to_report(request.user).exists():
        access.require(request.user, "projects.manage")
    if "project" not in request.GET:
        return _choose(request)
    project = _project(request)
    owed = next(
        (one for one in queries.owed_without_report(project) if str(one.pk) == request.GET.get("owed", "")), None
    )
    initial: dict[str, Any] = {}
    if owed is not None:
        final = owed.kind == DonorReport.Kind.FINAL
        initial = {
            "type": ReportType.DONOR_FINAL if final else ReportType.DONOR_INTERIM, "starts": owed.starts, "ends": owed.ends,
            "due": owed.due, "owed": owed,
        }  # fmt: skip
    form = StartForm(request.POST or None, initial=initial, user=request.user, project=project)
    if request.method == "POST" and form.is_valid():
        try:
            made = life.start(project, by=person(request), **form.cleaned_data)
        except ReportRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("The report is begun. Its figures come from the register."))
            return redirect("reports:page", pk=made.pk)
    context = {"form": form, "project": project}
    return render(request, "reports/new.html", context, status=422 if form.is_bound else 200)


urlpatterns: list[URLPattern] = [
    path("", reports, name="list"),
    path("export.<slug:fmt>", export, name="export-list"),
    path("new/", new, name="new"),
]
