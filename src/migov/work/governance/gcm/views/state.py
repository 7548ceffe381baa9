"""Where a report stands: clearance, submission to the round, and what comes after. For the office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.clearance import actions as clearance_actions
from migov.services.clearance import queries as clearance_queries
from migov.services.clearance import rules
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Refused, subject_of
from migov.work.governance.gcm import ground, subject
from migov.work.governance.gcm.actions import reports
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.gcm.forms import SubmitForm
from migov.work.governance.gcm.views import frame
from migov.work.governance.models import GcmReport, GcmReportState


@require_safe
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the report stands, and what can be done next."""
    return _page(request, frame.report_or_404(request, pk, office=True))


def _page(request: HttpRequest, report: GcmReport, *, status: int = 200, **more: Any) -> HttpResponse:
    record = report.record
    standing = clearance_queries.standing_clearance(record)
    for_clearance = standing or Clearance(record=record, subject=subject.SUBJECT)
    is_open = ground.is_open(report)
    changed = subject.changed_since(standing) if standing and is_open else []
    may_submit = access.allowed(request.user, "gcm.submit", record)
    context: dict[str, Any] = {
        "clearance": standing, "hinders": subject.hinders(for_clearance) if is_open else [],
        "weak": subject.weaknesses(report) if is_open else [], "is_open": is_open,
        "changed": subject.changed_words(changed) if changed else "",
        "seats": clearance_queries.seats(standing) if standing else [],
        "asked": _asked(report, standing) if is_open else [], "past": clearance_queries.clearances_of(record),
        "may_hand_in": is_open and access.allowed(request.user, "clearance.submit", record),
        "seen_round": standing.round if standing else 0,
        "submit_form": SubmitForm() if may_submit and report.state == GcmReportState.CLEARED else None,
        "may_reopen": may_submit and not is_open,
        "may_take_out": may_submit and report.state == GcmReportState.DRAFT and standing is None,
    }  # fmt: skip
    return frame.show(request, report, "state", "governance/gcm/state.html", status=status, **context | more)


def _asked(report: GcmReport, standing: Clearance | None) -> list[rules.Needed]:
    """Who would be asked; in a standing clearance only those that nobody has been asked for yet."""
    clearance = standing or Clearance(record=report.record, subject=subject.SUBJECT)
    how = subject_of(clearance)
    seats = list(standing.reviews.values_list("rule", "reviewer_id", "ended_at")) if standing else []
    asked_for = {code for codes, _reviewer, _ended in seats for code in codes.split()}
    needed = rules.explain(
        how.concerns(clearance), clearance.subject, record=report.record, authors=how.authors(clearance),
        seated=[reviewer for _codes, reviewer, ended in seats if reviewer and ended is None],
    )  # fmt: skip
    return [one for one in needed if not asked_for.issuperset(one.rules)]


@require_POST
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the report in for clearance."""
    report = frame.report_or_404(request, pk, office=True)
    note = request.POST.get("note", "")
    try:
        made = clearance_actions.submit(
            report.record, subject=subject.SUBJECT, note=note, seen_round=frame.number(request, "round") or 0,
            by=person(request),
        )  # fmt: skip
    except Refused as refused:
        return _page(request, frame.report_or_404(request, pk), status=409, refusal=str(refused), note=note)
    messages.success(request, _("Handed in as round %s. The reviewers were told.") % made.number)
    return redirect("governance:gcm-state", pk=pk)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the report back from clearance."""
    report = frame.report_or_404(request, pk, office=True)
    standing = clearance_queries.standing_clearance(report.record)
    reason = request.POST.get("reason", "")
    if standing is None:
        messages.warning(request, _("Nothing is in clearance any more."))
        return redirect("governance:gcm-state", pk=pk)
    try:
        clearance_actions.take_back(standing, reason=reason, by=person(request))
    except Refused as refused:
        return _page(request, frame.report_or_404(request, pk), status=409, refusal=str(refused), typed_reason=reason)
    messages.success(request, _("Taken back from clearance."))
    return redirect("governance:gcm-state", pk=pk)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the report was submitted to the round."""
    report = frame.report_or_404(request, pk, office=True)
    form = SubmitForm(request.POST)
    if form.is_valid():
        try:
            reports.submit_to_round(report, by=person(request), **form.cleaned_data)
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            messages.success(request, _("Noted as submitted."))
            return redirect("governance:gcm-state", pk=pk)
    access.require(request.user, "gcm.submit", report.record)
    return _page(request, report, status=422, submit_form=form)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the words again for corrections."""
    report = frame.report_or_404(request, pk, office=True)
    reason = request.POST.get("reason", "")
    try:
        reports.reopen(report, reason=reason, by=person(request))
    except GcmRefused as refused:
        return _page(request, report, status=422, refusal=str(refused), typed_reopen=reason)
    messages.success(request, _("The report can be written again."))
    return redirect("governance:gcm-state", pk=pk)


@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the report out."""
    report = frame.report_or_404(request, pk, office=True)
    reason = request.POST.get("reason", "")
    try:
        reports.take_out(report, reason=reason, by=person(request))
    except GcmRefused as refused:
        return _page(request, report, status=422, refusal=str(refused), typed_out=reason)
    messages.success(request, _("The report was taken out. Starting it again puts it back."))
    return redirect("governance:gcm")


urlpatterns: list[URLPattern] = [
    path("gcm/<int:pk>/state/", state, name="gcm-state"),
    path("gcm/<int:pk>/hand-in/", hand_in, name="gcm-hand-in"),
    path("gcm/<int:pk>/take-back/", take_back, name="gcm-take-back"),
    path("gcm/<int:pk>/submit/", submit, name="gcm-submit"),
    path("gcm/<int:pk>/reopen/", reopen, name="gcm-reopen"),
    path("gcm/<int:pk>/take-out/", take_out, name="gcm-take-out"),
]
