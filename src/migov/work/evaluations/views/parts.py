"""Criteria, findings and quality of an evaluation: shown, and edited in place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.services.alignment.access import person
from migov.work.evaluations import quality as checklist
from migov.work.evaluations.actions import content
from migov.work.evaluations.actions.ground import EvaluationError
from migov.work.evaluations.forms_rows import CriterionForm, FindingForm
from migov.work.evaluations.models import Criterion, Evaluation, Finding, FindingKind, Met, QualityAnswer
from migov.work.evaluations.views import frame, rows


def _criterion(evaluation: Evaluation, key: int) -> Criterion | None:
    return Criterion.objects.filter(evaluation=evaluation, pk=key).first()


def _finding(evaluation: Evaluation, key: int) -> Finding | None:
    return Finding.objects.filter(evaluation=evaluation, pk=key).first()


def _remove_criterion(row: Criterion, removed: bool, by: User) -> None:
    if removed:
        content.remove_criterion(row, by=by)


CRITERIA = {
    "criterion": rows.Thing(
        "criterion", CriterionForm, _criterion,
        lambda evaluation, values, by, row, _under, seen: content.save_criterion(evaluation, values, by=by, row=row, seen=seen),
        arrange=_remove_criterion,
    )
}  # fmt: skip
FINDINGS = {
    "finding": rows.Thing(
        "finding", FindingForm, _finding,
        lambda evaluation, values, by, row, _under, seen: content.save_finding(evaluation, values, by=by, row=row, seen=seen),
        arrange=lambda row, removed, by: content.arrange(row, removed=removed, by=by),
    )
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def criteria(request: HttpRequest, pk: int) -> HttpResponse:
    """What the evaluation judges by, its questions, and its ratings."""
    evaluation = frame.evaluation_or_404(request, pk)
    address = reverse("evaluations:criteria", args=[pk])
    if request.method == "POST":
        done = rows.saved(request, evaluation, CRITERIA, address)
        if isinstance(done, HttpResponse):
            return done
    editing = done if request.method == "POST" else rows.opened(request, evaluation, CRITERIA)
    found = list(evaluation.criteria.all())
    return frame.show(
        request, evaluation, "criteria", "evaluations/criteria.html", status=_status(request), criteria=found, editing=editing,
        rated=sum(bool(one.rating) for one in found),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """What the evaluation found and concluded."""
    evaluation = frame.evaluation_or_404(request, pk)
    address = reverse("evaluations:findings", args=[pk])
    if request.method == "POST":
        done = rows.saved(request, evaluation, FINDINGS, address)
        if isinstance(done, HttpResponse):
            return done
    editing = done if request.method == "POST" else rows.opened(request, evaluation, FINDINGS)
    known = list(evaluation.findings.select_related("criterion").prefetch_related("recommendations"))
    standing = [one for one in known if one.removed_at is None]
    groups = [
        (kind, label, [one for one in standing if one.kind == kind])
        for kind, label in ((FindingKind.FINDING, _("Findings")), (FindingKind.CONCLUSION, _("Conclusions")))
    ]
    return frame.show(
        request, evaluation, "findings", "evaluations/findings.html", status=_status(request), groups=groups, editing=editing,
        removed=[one for one in known if one.removed_at is not None],
    )  # fmt: skip


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


@require_http_methods(["GET", "HEAD", "POST"])
def quality(request: HttpRequest, pk: int) -> HttpResponse:
    """The quality checklist of the report; for people of the office."""
    evaluation = frame.evaluation_or_404(request, pk)
    if not frame.inside(request):
        raise Http404(_("There is no such page."))
    typed: dict[str, dict[str, str]] = {}
    if request.method == "POST":
        access.require(request.user, "evaluations.write", evaluation.record)
        typed = _answer(request, evaluation)
        if not typed:
            messages.success(request, _("Saved."))
            return redirect("evaluations:quality", pk=pk)
    standing = {one.question: one for one in QualityAnswer.objects.current().filter(evaluation=evaluation)}
    questions = []
    for question in checklist.QUESTIONS:
        answer = standing.get(question.code)
        said: dict[str, Any] = {
            "answer": answer.answer if answer else "",
            "why": answer.justification if answer else "",
        }
        questions.append((question, answer, said | typed.get(question.code, {})))
    return frame.show(
        request, evaluation, "quality", "evaluations/quality.html", status=_status(request), questions=questions,
        answers=Met.choices, score=checklist.score(standing), number=len(checklist.QUESTIONS), wrong=len(typed),
    )  # fmt: skip


def _answer(request: HttpRequest, evaluation: Evaluation) -> dict[str, dict[str, str]]:
    """Save every answer that was given; what could not be saved is returned with what was typed and why."""
    by = person(request)
    wrong = {}
    for question in checklist.QUESTIONS:
        answer = request.POST.get(f"answer-{question.code}", "")
        why = request.POST.get(f"why-{question.code}", "")[:5000]
        if not answer:
            if why.strip():
                wrong[question.code] = {"answer": "", "why": why, "problem": _("Choose an answer.")}
            continue
        try:
            content.answer_quality(evaluation, question.code, answer, justification=why, by=by)
        except EvaluationError as refused:
            wrong[question.code] = {"answer": answer, "why": why, "problem": str(refused)}
    return wrong
