"""One report: its sections, its preview, its files, and changing what it is about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.clearance import queries as clearance_queries
from migov.services.documents import html, render
from migov.work.reports import exports, reading
from migov.work.reports.actions import life
from migov.work.reports.actions.ground import ReportRefused
from migov.work.reports.facts import Facts
from migov.work.reports.forms import ChangeForm
from migov.work.reports.models import Report
from migov.work.reports.views import frame


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """All sections with their length, who writes, and figures that changed; of one that is endorsed, what was endorsed."""
    report = frame.report_or_404(request, pk)
    if not report.is_open:
        return redirect("reports:preview", pk=pk)
    facts = Facts(report)
    clearance = clearance_queries.standing_clearance(report.record)
    remarks = clearance_queries.counts(clearance).by_place if clearance else {}
    sections = [reading.read(one, facts) for one in reading.sections_of(report, request.user, facts=facts)]
    context: dict[str, Any] = {
        "sections": [(one, remarks.get(one.standing.part.anchor, 0)) for one in sections], "facts": facts,
        "words": sum(one.standing.words for one in sections), "written": sum(bool(one.standing.words) for one in sections),
        "carried": reading.carried(report, [one.standing.part for one in sections]),
    }  # fmt: skip
    return frame.show(request, report, "page", "reports/page.html", **context)


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it reads: what was endorsed, else what it says now."""
    report = frame.report_or_404(request, pk)
    made = html.fragment(exports.document(report), top_level=2)
    return frame.show(request, report, "preview", "reports/preview.html", made=made)


@require_safe
def export(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The report as DOCX or PDF."""
    report = frame.report_or_404(request, pk)
    if fmt not in exports.FORMATS:
        raise Http404(_("A report comes as DOCX or PDF."))
    made = render(exports.document(report, base_url=request.build_absolute_uri("/").rstrip("/")), fmt)
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title, period, due day and owner."""
    report = frame.report_or_404(request, pk)
    access.require(request.user, "reports.write", report.record)
    record = report.record
    initial = {
        "title": record.title,
        "starts": report.starts,
        "ends": report.ends,
        "due": report.due,
        "owner": record.owner_id,
    }
    form = ChangeForm(request.POST or None, initial=initial, owner=record.owner_id)
    if request.method == "POST" and form.is_valid():
        try:
            life.change(report, form.cleaned_data, by=person(request))
        except ReportRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        except ValueError as refused:  # it is closed
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Changed."))
            return redirect("reports:page", pk=pk)
    return _changing(request, report, form, status=422 if form.is_bound else 200)


def _changing(request: HttpRequest, report: Report, form: ChangeForm, *, status: int, **more: Any) -> HttpResponse:
    return frame.show(request, report, "change", "reports/change.html", status=status, form=form, **more)


@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a report out that is not needed."""
    report = frame.report_or_404(request, pk)
    reason = request.POST.get("reason", "")
    try:
        life.take_out(report, reason=reason, by=person(request))
    except ReportRefused as refused:
        record = report.record
        initial = {
            "title": record.title,
            "starts": report.starts,
            "ends": report.ends,
            "due": report.due,
            "owner": record.owner_id,
        }
        form = ChangeForm(initial=initial, owner=record.owner_id)
        return _changing(request, report, form, status=409, refusal=str(refused), typed_reason=reason)
    messages.success(request, _("The report was taken out. It stays in the journal of the project."))
    return redirect("projects:panel", pk=report.project_id, code="reports")


urlpatterns: list[URLPattern] = [
    path("<int:pk>/", page, name="page"),
    path("<int:pk>/preview/", preview, name="preview"),
    path("<int:pk>/report.<slug:fmt>", export, name="export"),
    path("<int:pk>/change/", change, name="change"),
    path("<int:pk>/take-out/", take_out, name="take-out"),
]
