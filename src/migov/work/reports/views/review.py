"""The review of a report: what is missing, who is asked, handing in, taking back, and delivery."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.clearance import actions as clearance_actions
from migov.services.clearance import queries as clearance_queries
from migov.services.clearance import rules
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Refused, subject_of
from migov.services.writing.answers import number
from migov.services.writing.errors import Unwritable
from migov.work.reports import reading, subject
from migov.work.reports.actions import life
from migov.work.reports.actions.ground import ReportRefused
from migov.work.reports.facts import Facts
from migov.work.reports.forms import DeliverForm
from migov.work.reports.models import Report, ReportState
from migov.work.reports.views import frame


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the review stands, and what can be done next."""
    return _page(request, frame.report_or_404(request, pk))


def _page(request: HttpRequest, report: Report, *, status: int = 200, **more: Any) -> HttpResponse:
    record = report.record
    standing = clearance_queries.standing_clearance(record)
    facts = Facts(report)
    texts, _tables = subject.changed_since(standing, facts) if standing else ([], [])
    findings = reading.findings(report, facts) if report.is_open else []
    may_deliver = report.state == ReportState.ENDORSED and access.allowed(request.user, "reports.deliver", record)
    context: dict[str, Any] = {
        "clearance": standing, "changed": subject.changed_words(standing, texts) if standing and texts else "",
        "findings": findings, "must": sum(one.hinders for one in findings),
        "seats": clearance_queries.seats(standing) if standing else [],
        "counts": clearance_queries.counts(standing) if standing else None,
        "asked": _asked(report, standing) if report.is_open else [], "past": clearance_queries.clearances_of(record),
        "may_submit": report.is_open and access.allowed(request.user, "clearance.submit", record),
        "seen_round": standing.round if standing else 0, "note": "",
        "deliver_form": DeliverForm(initial={"on": timezone.localdate()}) if may_deliver else None,
    }  # fmt: skip
    return frame.show(request, report, "review", "reports/review.html", status=status, **context | more)


def _asked(report: Report, standing: Clearance | None) -> list[rules.Needed]:
    """Who would be asked; in a standing review only those that nobody has been asked for yet."""
    clearance = standing or Clearance(record=report.record, subject=subject.REPORT)
    how = subject_of(clearance)
    seats = list(standing.reviews.values_list("rule", "reviewer_id", "ended_at")) if standing else []
    asked_for = {code for codes, _reviewer, _ended in seats for code in codes.split()}
    needed = rules.explain(
        how.concerns(clearance), clearance.subject, record=report.record, authors=how.authors(clearance),
        seated=[reviewer for _codes, reviewer, ended in seats if reviewer and ended is None],
    )  # fmt: skip
    return [one for one in needed if not asked_for.issuperset(one.rules)]


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the report in."""
    report = frame.report_or_404(request, pk)
    note = request.POST.get("note", "")
    try:
        made = clearance_actions.submit(
            report.record, subject=subject.REPORT, note=note, seen_round=number(request, "round"), by=person(request)
        )
    except Refused as refused:
        return _page(request, frame.report_or_404(request, pk), status=409, refusal=str(refused), note=note)
    messages.success(request, _("Handed in as round %s. The reviewers were told.") % made.number)
    return redirect("reports:review", pk=pk)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the report back from review."""
    report = frame.report_or_404(request, pk)
    standing = clearance_queries.standing_clearance(report.record)
    reason = request.POST.get("reason", "")
    if standing is None:
        messages.warning(request, _("Nothing is in review any more."))
        return redirect("reports:review", pk=pk)
    try:
        clearance_actions.take_back(standing, reason=reason, by=person(request))
    except Refused as refused:
        again = frame.report_or_404(request, pk)
        return _page(request, again, status=409, refusal=str(refused), typed_reason=reason)
    messages.success(request, _("Taken back from review."))
    return redirect("reports:review", pk=pk)


@require_POST
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when the report was delivered."""
    report = frame.report_or_404(request, pk)
    form = DeliverForm(request.POST)
    if form.is_valid():
        try:
            life.deliver(report, by=person(request), **form.cleaned_data)
        except ReportRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        except Unwritable as refused:  # of the donor's schedule
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Noted as delivered. The report can no longer be changed."))
            return redirect("reports:review", pk=pk)
    access.require(request.user, "reports.deliver", report.record)
    return _page(request, report, status=422, deliver_form=form)


urlpatterns: list[URLPattern] = [
    path("<int:pk>/review/", review, name="review"),
    path("<int:pk>/review/submit/", submit, name="submit"),
    path("<int:pk>/review/take-back/", take_back, name="take-back"),
    path("<int:pk>/deliver/", deliver, name="deliver"),
]
