"""Changes of the results matrix: rows added, changed field by field, moved, removed with all below and put back.

The tree is changed while the record of the proposal is held, so that two people who move rows take turns. A change of a field names what
stood on the page (`was`); where something else stands by now, nothing is saved and both values come back (ground.Conflict).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.services.clearance.models import Clearance
from migov.work.proposals import matrix_cells
from migov.work.proposals.actions.ground import Conflict, ProposalError, writable
from migov.work.proposals.actions.matrix_indicators import (
    add_indicator,
    add_standard,
    duplicate_indicator,
    move_indicator,
    set_periods,
    set_target,
)
from migov.work.proposals.actions.matrix_rows import OrderedRow, insert, note, save_order
from migov.work.proposals.models import PlanIndicator, PlanLevel, PlanResult, Proposal

__all__ = [
    "BELOW", "accept_wording", "add_indicator", "add_result", "add_standard", "change", "change_indicator", "change_result",
    "duplicate_indicator", "move_indicator", "move_result", "put_back", "remove", "set_periods", "set_target",
]  # fmt: skip

ABOVE: dict[str, str | None] = {
    PlanLevel.OBJECTIVE: None,
    PlanLevel.OUTCOME: PlanLevel.OBJECTIVE,
    PlanLevel.OUTPUT: PlanLevel.OUTCOME,
    PlanLevel.ACTIVITY: PlanLevel.OUTPUT,
}
BELOW: dict[str, str | None] = {above: level for level, above in ABOVE.items() if above} | {PlanLevel.ACTIVITY: None}
MOST_RESULTS = 400
AnyRow = TypeVar("AnyRow", bound=PlanResult | PlanIndicator)


@transaction.atomic
def add_result(
    proposal: int | Proposal,
    *,
    level: str,
    parent: PlanResult | None = None,
    title: str = "",
    after: PlanResult | None = None,
    by: Actor,
) -> PlanResult:
    """Add a row to the tree: below `parent`, directly after its sibling `after`, else as the last.

    Raises ProposalError where the level does not belong there, PermissionDenied, ground.Closed.
    """
    paper = writable(proposal, by, lock=True)
    level = PlanLevel(level)
    parent = _parent(paper, level, parent)
    if paper.results.filter(removed_at__isnull=True).count() >= MOST_RESULTS:
        raise ProposalError(_("A matrix holds at most %(most)d rows.") % {"most": MOST_RESULTS})
    made = PlanResult(proposal=paper, level=level, parent=parent, title=matrix_cells.line(title))
    siblings = _siblings(paper, parent)
    made.order = len(siblings)
    made.save()
    place = next((n + 1 for n, one in enumerate(siblings) if after is not None and one.pk == after.pk), len(siblings))
    save_order(PlanResult, insert(siblings, made, place))
    note(paper, "result added", made, {"level": level, "title": made.title}, by=by)
    return made


def change_result(result: PlanResult, *, field: str, was: str, now: str, by: Actor) -> PlanResult:
    """Write one field of a row: title, description, assumptions, responsible, first_month or last_month. See :func:`change`."""
    return change(result, field=field, was=was, now=now, by=by)


def change_indicator(indicator: PlanIndicator, *, field: str, was: str, now: str, by: Actor) -> PlanIndicator:
    """Write one field of an indicator; `field` is a key of matrix_cells.INDICATOR_CELLS. See :func:`change`."""
    return change(indicator, field=field, was=was, now=now, by=by)


@transaction.atomic
def change(row: AnyRow, *, field: str, was: str, now: str, by: Actor) -> AnyRow:
    """Write one cell of a result or an indicator; was, now: as text. Gives the row as it stands.

    Raises matrix_cells.WrongInput, ground.Conflict where neither `was` nor `now` is what stands, KeyError for an unknown field,
    PermissionDenied, ground.Closed.
    """
    matrix_cells.cells_of(row)[field]
    paper = writable(row.proposal_id, by, lock=True)
    found = _standing(paper, row)
    before = matrix_cells.shown(found, field)
    fields = matrix_cells.put(found, field, now)
    after = matrix_cells.shown(found, field)
    if after == before:
        return found
    if matrix_cells.tidy(was) != before:
        raise Conflict(_("Somebody else changed this meanwhile."), now=before, mine=now)
    found.save(update_fields=fields)
    note(paper, "matrix changed", found, {"field": field, "was": before, "now": after}, by=by)
    return found


@transaction.atomic
def move_result(result: PlanResult, *, parent: PlanResult | None, position: int, by: Actor) -> PlanResult:
    """Put a row, with all below it, under `parent` as the one at `position` (from 0; larger: the last).

    Raises ProposalError where its level does not belong there, PermissionDenied, ground.Closed.
    """
    paper = writable(result.proposal_id, by, lock=True)
    found = _standing(paper, result)
    before = found.parent_id
    parent = _parent(paper, found.level, parent)
    found.parent = parent
    siblings = [one for one in _siblings(paper, parent) if one.pk != found.pk]
    changed = save_order(PlanResult, insert(siblings, found, position), "parent")
    if changed or before != found.parent_id:
        note(paper, "result moved", found, {"from": before, "to": found.parent_id, "position": found.order}, by=by)
    return found


@transaction.atomic
def remove(row: AnyRow, *, by: Actor) -> AnyRow:
    """Take a row out of the matrix, a result with all below it. Nothing is deleted: :func:`put_back` brings the same rows back."""
    paper = writable(row.proposal_id, by, lock=True)
    found = _standing(paper, row)
    at = timezone.now()
    if isinstance(found, PlanResult):
        keys = _below(paper, found.pk)
        PlanResult.objects.filter(pk__in=keys, removed_at__isnull=True).update(removed_at=at)
        PlanIndicator.objects.filter(result__in=keys, removed_at__isnull=True).update(removed_at=at)
    else:
        PlanIndicator.objects.filter(pk=found.pk).update(removed_at=at)
    found.removed_at = at
    note(paper, "removed from the matrix", found, {"title": found.title}, by=by)
    return found


@transaction.atomic
def put_back(row: AnyRow, *, by: Actor) -> AnyRow:
    """Bring a removed row back, with what was removed together with it. Raises ProposalError where what it stood under is gone."""
    paper = writable(row.proposal_id, by, lock=True)
    found = type(row).objects.select_related("parent" if isinstance(row, PlanResult) else "result").get(
        pk=row.pk, proposal=paper
    )  # fmt: skip
    at = found.removed_at
    if at is None:
        return cast(AnyRow, found)
    above = found.parent if isinstance(found, PlanResult) else found.result
    if above is not None and above.removed_at is not None:
        raise ProposalError(
            _("Put back “%(title)s” first: this stood below it.") % {"title": above.title or _("untitled")}
        )
    if isinstance(found, PlanResult):
        keys = _below(paper, found.pk)
        PlanResult.objects.filter(pk__in=keys, removed_at=at).update(removed_at=None)
        PlanIndicator.objects.filter(result__in=keys, removed_at=at).update(removed_at=None)
    else:
        PlanIndicator.objects.filter(pk=found.pk).update(removed_at=None)
    found.removed_at = None
    note(paper, "put back into the matrix", found, {"title": found.title}, by=by)
    return cast(AnyRow, found)


@transaction.atomic
def accept_wording(clearance: Clearance, anchor: str, quote: str, wording: str, by: Actor) -> None:
    """Take up a reviewer's wording: the quoted words of a result's title, or an indicator's title or definition, are replaced once.

    anchor: "result:12" or "indicator:34". Raises ProposalError where the row or the words are no longer there, PermissionDenied,
    ground.Closed.
    """
    paper = writable(clearance.record_id, by, lock=True)
    kind, _colon, key = anchor.partition(":")
    models: dict[str, tuple[type[Any], tuple[str, ...]]] = {
        "result": (PlanResult, ("title",)),
        "indicator": (PlanIndicator, ("title", "definition")),
    }
    if kind not in models or not key.isdecimal():
        raise ProposalError(_("A wording can be taken up in a result or an indicator."))
    model, fields = models[kind]
    row = model.objects.filter(pk=int(key), proposal=paper, removed_at__isnull=True).first()
    if row is None:
        raise ProposalError(_("This row is no longer in the matrix."))
    words = matrix_cells.tidy(quote)
    for field in fields:
        text = getattr(row, field)
        if words and words in text:
            change(row, field=field, was=text, now=text.replace(words, wording, 1), by=by)
            return
    raise ProposalError(
        _("The words “%(words)s” are no longer there. Change the text by hand.") % {"words": words[:100]}
    )


def _standing(paper: Proposal, row: AnyRow) -> AnyRow:
    found = type(row).objects.select_for_update().filter(pk=row.pk, proposal=paper, removed_at__isnull=True).first()
    if found is None:
        raise ProposalError(_("Somebody removed this row meanwhile. It can be put back below the matrix."))
    return cast(AnyRow, found)


def _parent(paper: Proposal, level: str, parent: PlanResult | None) -> PlanResult | None:
    """What a row of a level stands under, read anew."""
    wanted = ABOVE[level]
    if wanted is None:
        if parent is not None:
            raise ProposalError(_("An objective stands at the top."))
        return None
    found = parent and paper.results.filter(pk=parent.pk, removed_at__isnull=True).first()
    if not found or found.level != wanted:
        raise ProposalError(
            _("An item of the level “%(level)s” stands below one of the level “%(above)s”.")
            % {"level": PlanLevel(level).label, "above": PlanLevel(wanted).label}
        )
    return found


def _siblings(paper: Proposal, parent: PlanResult | None) -> list[OrderedRow]:
    return list(paper.results.filter(parent=parent, removed_at__isnull=True))


def _below(paper: Proposal, key: int) -> Sequence[int]:
    """A row and all below it, by key."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in paper.results.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found = [key]
    for one in found:
        found += children.get(one, [])
    return found
