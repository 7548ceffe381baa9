"""Recommendations with management's response, and the follow-up of what it promised: shown, and edited in place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.services.alignment.access import person
from migov.services.documents import render
from migov.work.evaluations import response_report
from migov.work.evaluations.access import may_report
from migov.work.evaluations.actions import content, responding
from migov.work.evaluations.actions.ground import EvaluationError
from migov.work.evaluations.forms_rows import (
    ActionForm,
    AnswerForm,
    CloseForm,
    RecommendationForm,
    ResponseHeadForm,
    StatusForm,
)
from migov.work.evaluations.models import (
    Answer,
    Evaluation,
    KeyAction,
    ManagementResponse,
    Recommendation,
    ResponseForm,
)
from migov.work.evaluations.queries import followup as queries
from migov.work.evaluations.views import frame, rows

RESPOND = "evaluations.respond"


def _recommendation(evaluation: Evaluation, key: int) -> Recommendation | None:
    return Recommendation.objects.filter(evaluation=evaluation, pk=key).first()


def _head(evaluation: Evaluation, key: int) -> ManagementResponse | None:
    return ManagementResponse.objects.filter(evaluation=evaluation, pk=key).first()


def _answer(evaluation: Evaluation, key: int) -> Answer | None:
    return Answer.objects.filter(recommendation__evaluation=evaluation, pk=key).first()


def _action(evaluation: Evaluation, key: int) -> KeyAction | None:
    found = KeyAction.objects.filter(recommendation__evaluation=evaluation, pk=key)
    return found.select_related("recommendation").first()


def _save_recommendation(
    evaluation: Evaluation, values: Any, by: User, row: Any, _under: Any, seen: int | None
) -> Recommendation:
    said = dict(values)
    findings = said.pop("findings", None)
    return content.save_recommendation(evaluation, said, by=by, findings=findings, row=row, seen=seen)


def _save_answer(_evaluation: Evaluation, values: Any, by: User, row: Any, under: Any, seen: int | None) -> Answer:
    recommendation = row.recommendation if row is not None else under
    if recommendation is None:
        raise Http404(_("There is no such recommendation."))
    return responding.answer(recommendation, values, by=by, seen=seen)


def _save_action(_evaluation: Evaluation, values: Any, by: User, row: Any, under: Any, seen: int | None) -> KeyAction:
    recommendation = row.recommendation if row is not None else under
    if recommendation is None:
        raise Http404(_("There is no such recommendation."))
    return responding.save_action(recommendation, values, by=by, row=row, seen=seen)


def _report(_evaluation: Evaluation, values: Any, by: User, _row: Any, under: Any, _seen: int | None) -> KeyAction:
    if under is None:
        raise Http404(_("There is no such action."))
    responding.report_status(under, values["status"], by=by, text=values["text"], on=values["on"])
    return under


def _close(_evaluation: Evaluation, values: Any, by: User, _row: Any, under: Any, _seen: int | None) -> Recommendation:
    if under is None:
        raise Http404(_("There is no such recommendation."))
    responding.close(under, values["status"], by=by, comment=values["text"], on=values["on"])
    return under


def _may_report(request: HttpRequest, evaluation: Evaluation, action: Any) -> bool:
    if action is None:
        return access.allowed(request.user, RESPOND, evaluation.record)
    return may_report(request.user, action, evaluation.record)


THINGS = {
    "recommendation": rows.Thing(
        "recommendation", RecommendationForm, _recommendation, _save_recommendation,
        arrange=lambda row, removed, by: content.arrange(row, removed=removed, by=by),
    ),
    "head": rows.Thing(
        "head", ResponseHeadForm, _head,
        lambda evaluation, values, by, _row, _under, seen: responding.save_response(evaluation, values, by=by, seen=seen),
        permission=RESPOND,
    ),
    "answer": rows.Thing("answer", AnswerForm, _answer, _save_answer, under=_recommendation, permission=RESPOND),
    "action": rows.Thing(
        "action", ActionForm, _action, _save_action, under=_recommendation, permission=RESPOND,
        arrange=lambda row, removed, by: responding.arrange_action(row, removed=removed, by=by),
    ),
}  # fmt: skip
NOTES = {
    "note": rows.Thing("note", StatusForm, lambda _e, _k: None, _report, under=_action, may=_may_report),
    "close": rows.Thing("close", CloseForm, lambda _e, _k: None, _close, under=_recommendation, permission=RESPOND),
}


def _seen_response(request: HttpRequest, evaluation: Evaluation) -> ManagementResponse | None:
    """The response as far as the viewer may read it: a draft is for people of the office."""
    made: ManagementResponse | None = getattr(evaluation, "management_response", None)
    return made if made is not None and (made.is_issued or frame.inside(request)) else None


@require_http_methods(["GET", "HEAD", "POST"])
def response(request: HttpRequest, pk: int) -> HttpResponse:
    """The recommendations with management's response and the actions it promises."""
    evaluation = frame.evaluation_or_404(request, pk)
    address = reverse("evaluations:response", args=[pk])
    if request.method == "POST":
        done = rows.saved(request, evaluation, THINGS, address)
        if isinstance(done, HttpResponse):
            return done
    editing = done if request.method == "POST" else rows.opened(request, evaluation, THINGS)
    made = _seen_response(request, evaluation)
    may_respond = access.allowed(request.user, RESPOND, evaluation.record)
    removed = evaluation.recommendations.filter(removed_at__isnull=False) if frame.inside(request) else []
    return frame.show(
        request, evaluation, "response", "evaluations/response.html", status=422 if request.method == "POST" else 200,
        response=made, lines=queries.recommendations(evaluation), editing=editing, removed=removed,
        missing=queries.lacking(evaluation) if may_respond and made is not None and not made.is_issued else [],
        formats=response_report.FORMATS, today=timezone.localdate(),
    )  # fmt: skip


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the response, or take it back to draft."""
    evaluation = frame.evaluation_or_404(request, pk)
    access.require(request.user, RESPOND, evaluation.record)
    by = person(request)
    try:
        if request.POST.get("do") == "back":
            responding.take_back(evaluation, by=by, why=request.POST.get("why", ""))
            messages.success(request, _("The response is a draft again."))
        else:
            responding.issue(evaluation, by=by)
            messages.success(request, _("The response was issued. Its actions are followed up from now on."))
    except EvaluationError as refused:
        messages.error(request, str(refused))
    return redirect("evaluations:response", pk=pk)


@require_safe
def document(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The response as a document."""
    evaluation = frame.evaluation_or_404(request, pk)
    if fmt not in response_report.FORMATS or _seen_response(request, evaluation) is None:
        raise Http404(_("There is no such document."))
    base = request.build_absolute_uri("/").rstrip("/")
    made = render(response_report.report(evaluation, names=frame.inside(request), base_url=base), fmt)
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def followup(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of the actions of one evaluation."""
    evaluation = frame.evaluation_or_404(request, pk)
    address = reverse("evaluations:followup", args=[pk])
    if request.method == "POST":
        done = rows.saved(request, evaluation, NOTES, address)
        if isinstance(done, HttpResponse):
            return done
    editing = done if request.method == "POST" else rows.opened(request, evaluation, NOTES)
    made: ManagementResponse | None = getattr(evaluation, "management_response", None)
    issued = made is not None and made.is_issued
    lines = [line for line in queries.recommendations(evaluation) if line.actions] if issued else []
    actions = [one for line in lines for one in line.actions]
    reports = {one.action.pk for one in actions if may_report(request.user, one.action, evaluation.record)}
    return frame.show(
        request, evaluation, "followup", "evaluations/followup.html", status=422 if request.method == "POST" else 200,
        lines=lines, editing=editing, issued=issued, reports=reports, number=len(actions),
        open=sum(one.is_open for one in actions), overdue=sum(one.overdue for one in actions),
        closes=issued and made is not None and made.form == ResponseForm.OF_2024,
    )  # fmt: skip
