"""The front page of an assessment: where it stands, what is open, the next step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records import slots
from migov.services.alignment.access import person
from migov.work.governance.assess import actions, ground
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.assess.forms import HeadForm
from migov.work.governance.assess.queries.sheets import Line, Sheet, sheet, unsettled
from migov.work.governance.assess.standing import How
from migov.work.governance.assess.views import frame
from migov.work.governance.models import Assessment, Side


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The assessment; who reads only what was published is led on to that."""
    try:
        assessment = frame.assessment_or_404(request, pk)
    except (Http404, PermissionDenied):
        return redirect("governance:assessment-published", pk=frame.published_or_404(request, pk).pk)
    return _page(request, assessment)


def _page(request: HttpRequest, assessment: Assessment, *, status: int = 200, **more: Any) -> HttpResponse:
    found = sheet(assessment, request.user)
    left = unsettled(found.lines)
    side = frame.speaks_now(request, assessment)
    may_manage = access.allowed(request.user, ground.MANAGE, assessment.record)
    questions = reverse("governance:assessment-questions", args=[assessment.pk])
    waits = [
        (How.DIFFERS, _("answers differ"), left[How.DIFFERS]), ("since", _("changed after it was agreed"), left["since"]),
        (How.ONE, _("answered by one side only"), left[How.ONE]), (How.OPEN, _("no answer yet"), left[How.OPEN]),
    ]  # fmt: skip
    head = {
        "title": assessment.record.title, "due": assessment.due, "summary": assessment.summary,
        "revision": assessment.revision,
    }  # fmt: skip
    context = {
        "sheet": found, "side": side, "mine_left": len(open_for(found, side)) if side else 0,
        "waits": [(f"{questions}?show={code}", words, len(lines)) for code, words, lines in waits if lines],
        "slots": slots.beside(assessment.record, request.user), "may_manage": may_manage,
        "may_validate": frame.may_validate(request, assessment), "head_form": HeadForm(initial=head) if may_manage else None,
        "evidence": sum(len(line.evidence) for line in found.lines),
    }  # fmt: skip
    return frame.show(request, assessment, "overview", "governance/assess/page.html", status=status, **context | more)


def open_for(found: Sheet, side: Side) -> list[Line]:
    """Questions that wait for a side: not answered by it, or in validation not settled."""
    if side == Side.AGREED:
        return [line for line in found.lines if not line.standing.settled]
    return [line for line in found.lines if (mine := line.answers.get(side)) is None or mine.option_id is None]


@require_safe
def next_open(request: HttpRequest, pk: int) -> HttpResponse:
    """To the next question that waits for the viewer."""
    assessment = frame.assessment_or_404(request, pk)
    side = frame.speaks_now(request, assessment)
    found = sheet(assessment, request.user)
    waiting = open_for(found, side) if side else []
    after = request.GET.get("after", "")
    codes = [line.question.code for line in found.lines]
    place = codes.index(after) if after in codes else -1
    later = [line for line in waiting if codes.index(line.question.code) > place] or waiting
    if not later:
        messages.success(request, _("No question waits for you."))
        return redirect("governance:assessment", pk=pk)
    question = later[0].question
    here = reverse("governance:assessment-domain", args=[pk, question.domain.code])
    return redirect(f"{here}#q-{question.code}")


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title, due day and summary."""
    assessment = frame.assessment_or_404(request, pk)
    access.require(request.user, ground.MANAGE, assessment.record)
    form = HeadForm(request.POST)
    if form.is_valid():
        try:
            actions.change(assessment, by=person(request), **form.cleaned_data)
        except AssessmentRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            typed = request.POST.copy()
            typed["revision"] = str(frame.assessment_or_404(request, pk).revision)
            form.data = typed
        else:
            messages.success(request, _("Saved."))
            return redirect("governance:assessment", pk=pk)
    return _page(request, assessment, status=422, head_form=form)


@require_POST
def validate(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin validation."""
    assessment = frame.assessment_or_404(request, pk)
    try:
        actions.validate(assessment, by=person(request))
    except AssessmentRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Validation has begun. The sides' answers stand as they are."))
    return redirect("governance:assessment", pk=pk)


@require_POST
def answer_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from validation to answering."""
    assessment = frame.assessment_or_404(request, pk)
    reason = request.POST.get("reason", "")
    try:
        actions.answer_again(assessment, reason=reason, by=person(request))
    except AssessmentRefused as refused:
        return _page(request, assessment, status=422, refusal=str(refused), typed_reason=reason)
    messages.success(request, _("Both sides can answer again."))
    return redirect("governance:assessment", pk=pk)


@require_POST
def agree_unopposed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what only one side answered as agreed."""
    assessment = frame.assessment_or_404(request, pk)
    try:
        done = actions.agree_unopposed(assessment, by=person(request))
    except AssessmentRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Noted as agreed: %d.") % done)
    return redirect("governance:assessment", pk=pk)


urlpatterns: list[URLPattern] = [
    path("assessments/<int:pk>/", page, name="assessment"),
    path("assessments/<int:pk>/next/", next_open, name="assessment-next"),
    path("assessments/<int:pk>/change/", change, name="assessment-change"),
    path("assessments/<int:pk>/validate/", validate, name="assessment-validate"),
    path("assessments/<int:pk>/answer-again/", answer_again, name="assessment-answer-again"),
    path("assessments/<int:pk>/agree-unopposed/", agree_unopposed, name="assessment-agree-unopposed"),
]
