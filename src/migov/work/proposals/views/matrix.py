"""The results matrix: the page, its cells one by one, rows added, moved, removed and put back, and the library of indicators."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap

from migov.foundation.people import access
from migov.work.proposals import matrix_checks
from migov.work.proposals.actions import matrix as actions
from migov.work.proposals.actions.ground import Conflict, ProposalError
from migov.work.proposals.matrix_periods import Span
from migov.work.proposals.models import PlanIndicator, PlanResult, Proposal, TargetStep
from migov.work.proposals.queries import matrix as queries
from migov.work.proposals.queries import papers
from migov.work.proposals.views import frame, matrix_files, matrix_moves
from migov.work.proposals.views.matrix_cards import Card, Maker, Trouble, summary, target_key
from migov.work.proposals.views.matrix_tree import context

Row = PlanResult | PlanIndicator
MODELS: dict[str, type[Any]] = {"result": PlanResult, "indicator": PlanIndicator}


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole matrix."""
    proposal = frame.proposal_or_404(request, pk)
    return frame.show(request, proposal, "matrix", "proposals/matrix.html", **context(request, proposal))


@require_safe
def row_page(request: HttpRequest, pk: int, kind: str, key: int) -> HttpResponse:
    """All cells of one row: into the open matrix, or as a page of its own."""
    proposal = frame.proposal_or_404(request, pk)
    card = _full_card(request, proposal, kind, key)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "proposals/matrix_details.html", {"card": card, "proposal": proposal})
    return frame.show(request, proposal, "matrix", "proposals/matrix_row.html", card=card)


def _full_card(
    request: HttpRequest, proposal: Proposal, kind: str, key: int, trouble: dict[str, Trouble] | None = None
) -> Card:
    tree = queries.matrix_of(proposal)
    findings = matrix_checks.beside(matrix_checks.checks_of(proposal, tree))
    maker = Maker(tree, findings, papers.may_write(request.user, proposal), trouble=trouble or {})
    for node in tree.results():
        if kind == "result" and node.row.pk == key:
            return maker.full_result(node)
        for one in node.indicators:
            if kind == "indicator" and one.row.pk == key:
                return maker.full_indicator(one)
    raise Http404(_("This row is no longer in the matrix."))


def _row(proposal: Proposal, kind: str, key: int) -> Any:
    found = MODELS[kind].objects.filter(pk=key, proposal=proposal).first() if kind in MODELS else None
    if found is None:
        raise Http404(_("There is no such row in this matrix."))
    return found


@require_POST
def set_cell(request: HttpRequest, pk: int, kind: str, key: int) -> HttpResponse:
    """Save one cell of a result or an indicator."""
    proposal = frame.proposal_or_404(request, pk)
    row = _row(proposal, kind, key)
    name, was = request.POST.get("field", ""), request.POST.get("was", "")
    now = ", ".join(filter(None, request.POST.getlist("now"))) if name == "dimensions" else request.POST.get("now", "")
    cell = f"{kind}-{key}-{name}"
    try:
        actions.change(row, field=name, was=was, now=now, by=request.user)  # type: ignore[arg-type]
    except KeyError:
        return HttpResponseBadRequest(_("There is no such cell."))
    except ProposalError as problem:
        return _not_saved(request, proposal, kind, key, cell, problem, now)
    return _saved(request, proposal, kind, key, cell, "title" if name == "title" else "")


@require_POST
def set_target(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Save the target of one indicator for one period."""
    proposal = frame.proposal_or_404(request, pk)
    row = _row(proposal, "indicator", key)
    try:
        span = Span(
            date.fromisoformat(request.POST.get("starts", "")), date.fromisoformat(request.POST.get("ends", ""))
        )
    except ValueError:
        return HttpResponseBadRequest(_("There is no such period."))
    was, now = request.POST.get("was", ""), request.POST.get("now", "")
    cell = target_key(row, span)
    try:
        actions.set_target(row, starts=span.starts, ends=span.ends, was=was, now=now, by=request.user)  # type: ignore[arg-type]
    except ProposalError as problem:
        return _not_saved(request, proposal, "indicator", key, cell, problem, now)
    return _saved(request, proposal, "indicator", key, cell, "")


def _saved(request: HttpRequest, proposal: Proposal, kind: str, key: int, cell: str, field: str) -> HttpResponse:
    if request.POST.get("then") == "add" and request.htmx:  # type: ignore[attr-defined]
        return matrix_moves.answer(request, proposal, kind, key, "add-next")
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Saved."))
        if field == "title":
            return redirect(f"{reverse('proposals:matrix', args=[proposal.pk])}#{kind}-{key}")
        return redirect("proposals:matrix-row", proposal.pk, kind, key)
    return _cell_answer(request, proposal, kind, key, cell, {})


def _not_saved(
    request: HttpRequest, proposal: Proposal, kind: str, key: int, cell: str, problem: ProposalError, mine: str
) -> HttpResponse:
    trouble = {cell: Trouble(str(problem), mine, problem.now if isinstance(problem, Conflict) else None)}
    if request.htmx:  # type: ignore[attr-defined]
        return _cell_answer(request, proposal, kind, key, cell, trouble)
    messages.error(request, str(problem))
    card = _full_card(request, proposal, kind, key, trouble)
    status = 409 if isinstance(problem, Conflict) else 400
    return frame.show(request, proposal, "matrix", "proposals/matrix_row.html", status=status, card=card)


def _cell_answer(
    request: HttpRequest, proposal: Proposal, kind: str, key: int, cell: str, trouble: dict[str, Trouble]
) -> HttpResponse:
    """What changes on the page when a cell was saved, or was not: its note, the row's findings, the numbers of the checks."""
    tree = queries.matrix_of(proposal)
    findings = matrix_checks.checks_of(proposal, tree)
    maker = Maker(tree, matrix_checks.beside(findings), papers.may_write(request.user, proposal), trouble=trouble)
    cards = maker.cards()
    flat = [one for card in cards for one in (card, *card.indicators)]
    card = next((one for one in flat if one.kind == kind and one.key == key), None)
    if card is None:
        return reswap(
            render(request, "proposals/matrix_gone.html", {"cell": cell, "trouble": trouble.get(cell)}), "none"
        )
    full = _full_from(maker, kind, key)
    view = next((one for one in (full.title, *full.cells, *full.targets) if one.key == cell), None)
    shown = {
        "card": card, "cell": view, "summary": summary(findings, cards), "whole": "whole" in request.POST, "proposal": proposal,
    }  # fmt: skip
    return reswap(render(request, "proposals/matrix_saved.html", shown), "none")  # all of it goes to its own places


def _full_from(maker: Maker, kind: str, key: int) -> Card:
    for node in maker.matrix.results():
        if kind == "result" and node.row.pk == key:
            return maker.full_result(node)
        for one in node.indicators:
            if kind == "indicator" and one.row.pk == key:
                return maker.full_indicator(one)
    raise Http404(_("This row is no longer in the matrix."))


@require_POST
def do(request: HttpRequest, pk: int, kind: str, key: int) -> HttpResponse:
    """A button of a row: add below or after it, move, duplicate, remove, put back."""
    proposal = frame.proposal_or_404(request, pk)
    _row(proposal, kind, key)
    return matrix_moves.answer(request, proposal, kind, key, request.POST.get("do", ""))


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the matrix with an objective."""
    proposal = frame.proposal_or_404(request, pk)
    return matrix_moves.answer(request, proposal, "", 0, "objective")


@require_POST
def periods(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose how long the periods of targets are, and bring targets to the dates of the project."""
    proposal = frame.proposal_or_404(request, pk)
    step = request.POST.get("step", "")
    if step not in TargetStep.values:
        return HttpResponseBadRequest(_("There is no such length of periods."))
    try:
        moved = actions.set_periods(proposal, step=step, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Periods set; %(count)d targets moved with them.") % {"count": moved})
    except ProposalError as problem:
        messages.error(request, str(problem))
    return redirect("proposals:matrix", proposal.pk)


@require_safe
def library(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Standard indicators to choose from for one result."""
    proposal = frame.proposal_or_404(request, pk)
    access.require(request.user, "proposals.write", proposal.project.record)
    result = _row(proposal, "result", key)
    words = request.GET.get("q", "")
    above = result.parent.title if result.parent else ""
    themes = [str(one.theme) for one in proposal.project.record.record_themes.current().select_related("theme")]
    found = queries.library(
        words, title=result.title, around="\n".join([proposal.project.record.title, above, *themes])
    )
    shown_at_most = len(found) if "all" in request.GET else queries.FOUND_AT_MOST
    taken = set(result.indicators.filter(removed_at__isnull=True).values_list("standard_id", flat=True))
    shown = {
        "result": result, "found": found[:shown_at_most], "number": len(found), "words": words, "taken": taken,
    }  # fmt: skip
    if request.htmx:  # type: ignore[attr-defined]
        part = "found" if "q" in request.GET else "library"
        return render(request, f"proposals/matrix_{part}.html", shown | {"proposal": proposal})
    return frame.show(request, proposal, "matrix", "proposals/matrix_library_page.html", **shown)


ROW = "<int:pk>/matrix/<str:kind>/<int:key>/"
urlpatterns = [
    path("<int:pk>/matrix/", page, name="matrix"),
    path("<int:pk>/matrix/start/", start, name="matrix-start"),
    path("<int:pk>/matrix/periods/", periods, name="matrix-periods"),
    path("<int:pk>/matrix/result/<int:key>/library/", library, name="matrix-library"),
    path("<int:pk>/matrix/indicator/<int:key>/target/", set_target, name="matrix-target"),
    *matrix_files.urlpatterns,
    path(ROW, row_page, name="matrix-row"),
    path(f"{ROW}set/", set_cell, name="matrix-set"),
    path(f"{ROW}do/", do, name="matrix-do"),
]
