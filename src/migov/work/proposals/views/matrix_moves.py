"""Buttons and keys of the rows of a matrix: what each does, and the tree as it stands afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.work.proposals.actions import matrix as actions
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.models import PlanIndicator, PlanLevel, PlanResult, Proposal
from migov.work.proposals.queries import matrix as queries
from migov.work.proposals.queries.matrix import ResultNode
from migov.work.proposals.views.matrix_tree import context
from migov.work.results.models import StandardIndicator

Row = PlanResult | PlanIndicator


@dataclass(slots=True)
class Done:
    """What became of it. said: for people. row: where the cursor goes. undo: the removed row that can be put back at once."""

    said: str
    row: Row | None = None
    undo: Row | None = None


class Unknown(ValueError):
    """There is no such button."""


def answer(request: HttpRequest, proposal: Proposal, kind: str, key: int, what: str) -> HttpResponse:
    """Do it, and answer with the tree (htmx) or lead back to the page."""
    access.require(request.user, "proposals.write", proposal.project.record)
    try:
        done = _do(request, proposal, kind, key, what)
    except Unknown:
        return HttpResponseBadRequest(_("There is no such button."))
    except ProposalError as problem:
        done, failed = Done(str(problem)), True
    else:
        failed = False
    focus = f"{_kind(done.row)}-{done.row.pk}" if done.row else ""
    if request.htmx:  # type: ignore[attr-defined]
        shown: dict[str, Any] = {
            "proposal": proposal,
            "done": done,
            "failed": failed,
            "undo_kind": _kind(done.undo) if done.undo else "",
            "fragment": True,
        }
        return render(request, "proposals/matrix_tree.html", context(request, proposal, focus) | shown)
    (messages.error if failed else messages.success)(request, done.said)
    return redirect(f"{reverse('proposals:matrix', args=[proposal.pk])}{f'#{focus}' if focus else ''}")


def _kind(row: Row) -> str:
    return "result" if isinstance(row, PlanResult) else "indicator"


def _do(request: HttpRequest, proposal: Proposal, kind: str, key: int, what: str) -> Done:
    by: Any = request.user
    if what == "objective":
        there = proposal.results.filter(level=PlanLevel.OBJECTIVE, removed_at__isnull=True).first()
        if there is not None:  # a second click, or a second window
            return Done(_("The objective is there."), there)
        return Done(_("Objective added."), actions.add_result(proposal, level=PlanLevel.OBJECTIVE, by=by))
    if kind == "result":
        result = PlanResult.objects.select_related("parent").get(pk=key, proposal=proposal)
        return _on_result(request, proposal, result, what, by)
    indicator = PlanIndicator.objects.select_related("result").get(pk=key, proposal=proposal)
    return _on_indicator(request, proposal, indicator, what, by)


def _on_result(request: HttpRequest, proposal: Proposal, row: PlanResult, what: str, by: Any) -> Done:
    below = actions.BELOW[row.level]
    if what == "add-next" and row.level == PlanLevel.OBJECTIVE:
        first = row.children.filter(removed_at__isnull=True).first()  # a proposal has one objective
        if first is not None:
            return Done(_("The first row below it."), first)
        what = "add-below"
    if what == "add-next":
        return Done(_("Added."), actions.add_result(proposal, level=row.level, parent=row.parent, after=row, by=by))
    if what == "add-below" and below:
        return Done(_("Added."), actions.add_result(proposal, level=below, parent=row, by=by))
    if what == "add-indicator":
        return Done(_("Indicator added."), actions.add_indicator(row, by=by))
    if what == "add-standard":
        standard = StandardIndicator.objects.filter(pk=_number(request, "standard")).first()
        if standard is None:
            raise Unknown
        return Done(_("Indicator added from the library."), actions.add_standard(row, standard=standard, by=by))
    if what in ("up", "down", "under", "drop"):
        return _move_result(request, proposal, row, what, by)
    return _common(row, what, by)


def _on_indicator(request: HttpRequest, proposal: Proposal, row: PlanIndicator, what: str, by: Any) -> Done:
    if what == "add-next":
        return Done(_("Indicator added."), actions.add_indicator(row.result, after=row, by=by))
    if what == "duplicate":
        return Done(_("Indicator duplicated."), actions.duplicate_indicator(row, by=by))
    if what in ("up", "down", "under", "drop"):
        return _move_indicator(request, proposal, row, what, by)
    return _common(row, what, by)


def _common(row: Row, what: str, by: Any) -> Done:
    if what == "remove":
        actions.remove(row, by=by)
        return Done(_("Removed: “%(title)s”.") % {"title": row.title or _("untitled")}, undo=row)
    if what == "put-back":
        return Done(_("Put back: “%(title)s”.") % {"title": row.title or _("untitled")}, actions.put_back(row, by=by))
    raise Unknown


def _move_result(request: HttpRequest, proposal: Proposal, row: PlanResult, what: str, by: Any) -> Done:
    nodes = list(queries.matrix_of(proposal).results())
    if what in ("under", "drop"):
        parent = _named(nodes, request, "parent")
        place = _number(request, "position", 10_000)
        if what == "under" and parent is not None and parent.pk == row.parent_id:
            return Done(_("It stands there already."), row)
    else:
        groups = [(node.row, node.children) for node in nodes if node.row.level == actions.ABOVE[row.level]]
        if row.level == PlanLevel.OBJECTIVE:
            found = _step([(None, [node for node in nodes if node.depth == 0])], row.pk, what, lambda node: node.row.pk)
        else:
            found = _step(groups, row.pk, what, lambda node: node.row.pk)
        if found is None:
            return Done(_("It is the first one already.") if what == "up" else _("It is the last one already."), row)
        parent, place = found
    moved = actions.move_result(row, parent=parent, position=place, by=by)
    return Done(_("Moved to place %(place)d.") % {"place": moved.order + 1}, moved)


def _move_indicator(request: HttpRequest, proposal: Proposal, row: PlanIndicator, what: str, by: Any) -> Done:
    nodes = list(queries.matrix_of(proposal).results())
    if what in ("under", "drop"):
        under = _named(nodes, request, "parent")
        place = _number(request, "position", 10_000)
        if under is None:
            raise Unknown
        if what == "under" and under.pk == row.result_id:
            return Done(_("It stands there already."), row)
    else:
        found = _step([(node.row, node.indicators) for node in nodes], row.pk, what, lambda one: one.row.pk)
        if found is None:
            return Done(_("It is the first one already.") if what == "up" else _("It is the last one already."), row)
        under, place = found
    moved = actions.move_indicator(row, result=under, position=place, by=by)
    words = {"place": moved.order + 1, "title": under.title or _("untitled")}
    return Done(_("Moved to place %(place)d under “%(title)s”.") % words, moved)


def _step(groups: list[tuple[Any, list[Any]]], key: int, what: str, pk: Callable[[Any], int]) -> tuple[Any, int] | None:
    """One place up or down: past a neighbour, else into the group before or after. None where there is no further place."""
    for number, (_parent, members) in enumerate(groups):
        keys = [pk(one) for one in members]
        if key not in keys:
            continue
        place = keys.index(key) + (-1 if what == "up" else 1)
        if 0 <= place < len(keys):
            return groups[number][0], place
        other = number + (-1 if what == "up" else 1)
        if 0 <= other < len(groups):
            return groups[other][0], len(groups[other][1]) if what == "up" else 0
    return None


def _named(nodes: list[ResultNode], request: HttpRequest, name: str) -> PlanResult | None:
    key = _number(request, name)
    return next((node.row for node in nodes if node.row.pk == key), None)


def _number(request: HttpRequest, name: str, default: int = 0) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 12 else default
