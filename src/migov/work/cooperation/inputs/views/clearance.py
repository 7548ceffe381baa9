"""The clearance of an input: what is missing, who is asked, handing in, taking back; and its delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.clearance import actions as clearance_actions
from migov.services.clearance import queries as clearance_queries
from migov.services.clearance import rules, workdays
from migov.services.clearance.actions.handing import DECISION_DAYS
from migov.services.clearance.models import Clearance, State
from migov.services.clearance.subjects import Refused, subject_of
from migov.services.writing.answers import number
from migov.work.cooperation.inputs import consistency, forms, reading, subject
from migov.work.cooperation.inputs.views import frame
from migov.work.cooperation.models import Input, InputState


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where clearance stands, and what can be done next."""
    return show_page(request, frame.input_or_404(request, pk))


def show_page(request: HttpRequest, paper: Input, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of clearance. more: forms with what was typed, where something could not be done."""
    record = paper.record
    standing = clearance_queries.standing_clearance(record)
    changed = subject.changed_since(standing) if standing and paper.is_open else []
    findings = reading.findings(paper) if paper.is_open else []
    asked = _asked(paper, standing) if paper.is_open else []
    may_deliver = paper.state == InputState.CLEARED and access.allowed(request.user, "inputs.deliver", record)
    context: dict[str, Any] = {
        "clearance": standing, "changed": subject.changed_words(changed) if changed else "",
        "findings": findings, "must": sum(one.must for one in findings),
        "open_hints": len(consistency.open_hints(consistency.check(paper, request.user))) if paper.is_open else 0,
        "seats": clearance_queries.seats(standing) if standing else [],
        "asked": asked, "past": clearance_queries.clearances_of(record),
        "too_late": subject.too_late(paper, _decided(standing, asked)) if paper.is_open else "",
        "may_submit": paper.is_open and access.allowed(request.user, "clearance.submit", record),
        "seen_round": standing.round if standing else 0, "note": "",
        "submit_url": reverse("cooperation:input-submit", args=[paper.pk]),
        "take_back_url": reverse("cooperation:input-take-back", args=[paper.pk]),
        "deliver_form": forms.DeliverForm(initial=_when(paper)) if may_deliver else None,
        "reopen_form": forms.ReasonForm() if may_deliver else None,
    }  # fmt: skip
    return frame.show(request, paper, "clearance", "cooperation/inputs/clearance.html", status=status, **context | more)


def _decided(standing: Clearance | None, asked: Sequence[rules.Needed]) -> date | None:
    """When the decision is due: of what is in review; else as if it were handed in today."""
    if standing is not None and standing.state == State.OPEN:
        return standing.due
    last = max((one.due() for one in asked), default=None)
    return workdays.after(last, DECISION_DAYS) if last else None


def _when(paper: Input) -> dict[str, Any]:
    held = paper.meeting.record.starts if paper.meeting else None
    return {"on": held} if held and held <= timezone.localdate() else {}


def _asked(paper: Input, standing: Clearance | None) -> list[rules.Needed]:
    """Who would be asked; in a standing review only those that nobody has been asked for yet."""
    clearance = standing or Clearance(record=paper.record, subject=subject.SUBJECT)
    how = subject_of(clearance)
    seats = list(standing.reviews.values_list("rule", "reviewer_id", "ended_at")) if standing else []
    asked_for = {code for codes, _reviewer, _ended in seats for code in codes.split()}
    needed = rules.explain(
        how.concerns(clearance), clearance.subject, record=paper.record, authors=how.authors(clearance),
        seated=[reviewer for _codes, reviewer, ended in seats if reviewer and ended is None],
    )  # fmt: skip
    return [one for one in needed if not asked_for.issuperset(one.rules)]


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the input in."""
    paper = frame.input_or_404(request, pk)
    note = request.POST.get("note", "")
    try:
        made = clearance_actions.submit(
            paper.record, subject=subject.SUBJECT, note=note, seen_round=number(request, "round"), by=person(request)
        )
    except Refused as refused:
        return show_page(request, frame.input_or_404(request, pk), status=409, refusal=str(refused), note=note)
    messages.success(request, _("Handed in as round %s. The reviewers were told.") % made.number)
    return redirect("cooperation:input-clearance", pk=pk)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the input back from clearance."""
    paper = frame.input_or_404(request, pk)
    standing = clearance_queries.standing_clearance(paper.record)
    reason = request.POST.get("reason", "")
    if standing is None:
        messages.warning(request, _("Nothing is in clearance any more."))
        return redirect("cooperation:input-clearance", pk=pk)
    try:
        clearance_actions.take_back(standing, reason=reason, by=person(request))
    except Refused as refused:
        again = frame.input_or_404(request, pk)
        return show_page(request, again, status=409, refusal=str(refused), typed_reason=reason)
    messages.success(request, _("Taken back from clearance."))
    return redirect("cooperation:input-clearance", pk=pk)


urlpatterns: list[URLPattern] = [
    path("inputs/<int:pk>/clearance/", page, name="input-clearance"),
    path("inputs/<int:pk>/clearance/submit/", submit, name="input-submit"),
    path("inputs/<int:pk>/clearance/take-back/", take_back, name="input-take-back"),
]
