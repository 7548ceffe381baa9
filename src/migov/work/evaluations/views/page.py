"""Pages of one evaluation: what it is, its documents, alignments and history; registering and editing it; steps of its life."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.services.alignment import panel as alignment_panel
from migov.services.alignment.access import person
from migov.work.evaluations.actions import register as actions
from migov.work.evaluations.actions.ground import Conflict, EvaluationError
from migov.work.evaluations.forms import EvaluationForm
from migov.work.evaluations.models import Evaluation, Status
from migov.work.evaluations.published.reading import COLUMNS
from migov.work.evaluations.published.remarks import done_words, problem_words
from migov.work.evaluations.queries import about
from migov.work.evaluations.views import frame
from migov.work.projects import history as journal
from migov.work.projects.queries import projects_for

PER_PAGE = 100


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """An evaluation at a glance."""
    evaluation = frame.evaluation_or_404(request, pk)
    row, earlier = about.register_row(evaluation)
    published = [(COLUMNS.get(name, name), text) for name, text in row.values.items() if text] if row else []
    remarks = [
        {"column": COLUMNS.get(one["column"], one["column"]), "value": one["value"], "what": problem_words(one["code"]),
         "done": done_words(one)}
        for one in (row.remarks if row else ())
    ]  # fmt: skip
    labels = about.labels(evaluation)
    return frame.show(
        request, evaluation, "page", "evaluations/about.html", facts=about.facts(evaluation, labels), row=row, earlier=earlier,
        published=published, remarks=remarks, places=about.places(evaluation), unplaced=labels.get("country", []),
        projects=about.projects(evaluation, request.user), response_words=_response(evaluation, frame.inside(request)),
        steps=_steps(evaluation), today=timezone.localdate(),
    )  # fmt: skip


def _steps(evaluation: Evaluation) -> list[tuple[str, Any]]:
    """The steps that may follow, each with its words; none where an issued response holds the evaluation as it is."""
    made = getattr(evaluation, "management_response", None)
    if evaluation.is_completed and made is not None and made.is_issued:
        return []
    now = Status(evaluation.status)
    return [(code, actions.STEP_WORDS[now, code]) for code in actions.STEPS[now]]


def _response(evaluation: Evaluation, internal: bool) -> str:
    made = getattr(evaluation, "management_response", None)
    if made is not None and made.is_issued:
        return _("issued on %(day)s") % {"day": formats.day(made.date)}
    if made is not None and internal:
        return _("draft, due on %(day)s") % {"day": formats.day(evaluation.response_due)}
    if evaluation.has_response:
        return _("published with the report")
    return _("due on %(day)s") % {"day": formats.day(evaluation.response_due)} if evaluation.response_due else _("none")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register an evaluation."""
    access.require(request.user, "evaluations.start")
    user = person(request)
    form = EvaluationForm(request.POST or None, user=user, initial=_of_project(request))
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            made = actions.start(values["title"], office=values["office"], values=values, by=user)
        except PermissionDenied:
            form.add_error(
                "office", _("Choose the office that it belongs to; you may register evaluations for your own.")
            )
        except EvaluationError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("The evaluation was registered. Its criteria are listed; add the questions."))
            return redirect("evaluations:page", pk=made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "evaluations/edit.html", {"form": form, "evaluation": None}, status=status)


def _of_project(request: HttpRequest) -> dict[str, Any]:
    """What is known of an evaluation that is begun from a project's page."""
    said = request.GET.get("project", "")
    if not (said.isascii() and said.isdigit() and len(said) < 18):
        return {"owner": request.user.pk}
    found = projects_for(request.user).filter(pk=said).first()
    if found is None:
        return {"owner": request.user.pk}
    places, themes = about.places_and_themes(found)
    return {
        "owner": request.user.pk, "title": _("Evaluation of %(title)s") % {"title": found.title}, "projects": found.reference,
        "office": found.office_id, "places": places, "themes": themes, "visibility": found.visibility, "scope": ["project"],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the register says of an evaluation."""
    evaluation = frame.evaluation_or_404(request, pk)
    access.require(request.user, "evaluations.write", evaluation.record)
    user = person(request)
    form = EvaluationForm(request.POST or None, user=user, evaluation=evaluation)
    seen = evaluation.revision
    if request.method == "POST" and form.is_valid():
        said = request.POST.get("seen", "")
        try:
            actions.describe(
                evaluation, form.values(), by=user, seen=int(said) if said.isascii() and said.isdigit() else None
            )
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            seen = Evaluation.objects.get(pk=pk).revision
        except PermissionDenied:
            form.add_error("office", _("You may give it to offices of your own only."))
        except EvaluationError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("evaluations:page", pk=pk)
    status = 422 if request.method == "POST" else 200
    return frame.show(request, evaluation, "page", "evaluations/edit.html", status=status, form=form, seen=seen)


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an evaluation a step."""
    evaluation = frame.evaluation_or_404(request, pk)
    access.require(request.user, "evaluations.write", evaluation.record)
    try:
        actions.move(
            evaluation, request.POST.get("to", ""), by=person(request), on=_day(request.POST.get("on", "")),
            why=request.POST.get("why", ""),
        )  # fmt: skip
    except EvaluationError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Saved."))
    return redirect("evaluations:page", pk=pk)


def _day(text: str) -> date | None:
    """A day of a date field; None for nothing. Raises EvaluationError for anything else."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise EvaluationError(_("“%(text)s” is not a day.") % {"text": text[:20]}, "on") from None


@require_safe
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """Documents kept here, and the files that were published with it."""
    evaluation = frame.evaluation_or_404(request, pk)
    kinds = about.labels(evaluation).get("subtype", [])
    return frame.show(
        request, evaluation, "documents", "evaluations/documents.html", links=about.links(evaluation), kinds=kinds
    )


@require_safe
def alignments(request: HttpRequest, pk: int) -> HttpResponse:
    """What the evaluation says about elements of the frameworks."""
    evaluation = frame.evaluation_or_404(request, pk)
    content = alignment_panel.render(request, evaluation.record)
    return frame.show(request, evaluation, "alignments", "evaluations/panel.html", content=content)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who changed what, when."""
    access.require(request.user, "journal.see")
    evaluation = frame.evaluation_or_404(request, pk)
    record: Record = evaluation.record
    found = Paginator(journal.entries(record), PER_PAGE).get_page(request.GET.get("page"))
    lines = journal.lines(list(found), record)
    return frame.show(request, evaluation, "history", "evaluations/history.html", page=found, lines=lines)
