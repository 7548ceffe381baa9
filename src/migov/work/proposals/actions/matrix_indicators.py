"""Changes of indicators of the results matrix and of their targets."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.work.proposals import matrix_cells, matrix_periods
from migov.work.proposals.actions.ground import Conflict, ProposalError, writable
from migov.work.proposals.actions.matrix_rows import insert, note, save_order
from migov.work.proposals.matrix_periods import Span
from migov.work.proposals.models import PlanIndicator, PlanResult, PlanTarget, Proposal, TargetStep
from migov.work.results.models import StandardIndicator

MOST_INDICATORS = 1000
COPIED = ("title", "definition", "unit", "measure", "across_periods", "counts_people")


@transaction.atomic
def add_indicator(
    result: PlanResult, *, title: str = "", after: PlanIndicator | None = None, by: Actor
) -> PlanIndicator:
    """Add an indicator of one's own under a result. Raises ProposalError, PermissionDenied, ground.Closed."""
    return _add(result, {"title": matrix_cells.line(title)}, after, by)


@transaction.atomic
def add_standard(result: PlanResult, *, standard: StandardIndicator, by: Actor) -> PlanIndicator:
    """Add an indicator of the library under a result: its fields are copied, and the two stay linked so that values can be added up.

    Raises ProposalError where the result has it already, PermissionDenied, ground.Closed.
    """
    paper = writable(result.proposal_id, by, lock=True)
    if paper.indicators.filter(result=result, standard=standard, removed_at__isnull=True).exists():
        raise ProposalError(_("“%(title)s” is under this result already.") % {"title": standard.title})
    values: dict[str, Any] = {name: getattr(standard, name) for name in COPIED}
    if standard.counts_people:
        values["dimensions"] = ["sex", "age"]
    return _add(result, values | {"standard": standard}, None, by)


@transaction.atomic
def duplicate_indicator(indicator: PlanIndicator, *, by: Actor) -> PlanIndicator:
    """A copy directly below an indicator, with its targets; it is linked to nothing in the register."""
    paper = writable(indicator.proposal_id, by, lock=True)
    found = _standing(paper, indicator)
    kept = {"id", "order", "indicator", "removed_at", "result", "proposal"}
    values = {field.name: getattr(found, field.name) for field in found._meta.concrete_fields if field.name not in kept}
    values["dimensions"] = list(found.dimensions)
    made = _add(found.result, values, found, by)
    PlanTarget.objects.bulk_create(
        PlanTarget(indicator=made, starts=one.starts, ends=one.ends, value=one.value, words=one.words)
        for one in found.targets.all()
    )
    return made


@transaction.atomic
def move_indicator(indicator: PlanIndicator, *, result: PlanResult, position: int, by: Actor) -> PlanIndicator:
    """Put an indicator under a result as the one at `position` (from 0; larger: the last). Raises as `add_indicator` does."""
    paper = writable(indicator.proposal_id, by, lock=True)
    found = _standing(paper, indicator)
    before = found.result_id
    found.result = _result(paper, result)
    others = [one for one in _of(found.result) if one.pk != found.pk]
    changed = save_order(PlanIndicator, insert(others, found, position), "result")
    if changed or before != found.result_id:
        note(paper, "indicator moved", found, {"from": before, "to": found.result_id, "position": found.order}, by=by)
    return found


@transaction.atomic
def set_target(
    indicator: PlanIndicator, *, starts: date, ends: date, was: str, now: str, by: Actor
) -> PlanTarget | None:
    """Write the target of an indicator for a period: a number, or words where there is none; empty takes it out (None).

    was: what the page showed. Raises matrix_cells.WrongInput, ground.Conflict, ProposalError for a period that the proposal does
    not have, PermissionDenied, ground.Closed.
    """
    paper = writable(indicator.proposal_id, by, lock=True)
    found = _standing(paper, indicator)
    span = Span(starts, ends)
    standing = found.targets.filter(starts=starts, ends=ends).first()
    value, words = matrix_cells.amount(now, found.measure)
    before, after = matrix_cells.target_shown(standing), matrix_cells.amount_shown(value, words)
    if before == after:
        return standing
    if matrix_cells.tidy(was) != before:
        raise Conflict(_("Somebody else changed this meanwhile."), now=before, mine=now)
    if standing is None and span not in matrix_periods.spans(paper):
        raise ProposalError(_("The proposal has no period %(period)s. Load the page anew.") % {"period": span})
    note(paper, "target changed", found, {"period": span.key, "was": before, "now": after}, by=by)
    if not after:
        if standing is not None:
            standing.delete()
        return None
    made = standing or PlanTarget(indicator=found, starts=starts, ends=ends)
    made.value, made.words = value, words
    made.save()
    return made


@transaction.atomic
def set_periods(proposal: int | Proposal, *, step: str, by: Actor) -> int:
    """Choose how long the periods are, and bring targets that stand for other periods to those of today. Gives how many were moved.

    A target moves to the new period that ends on the same day. Where only the dates of the project have changed, the periods of
    before become those of now in their order where there are as many, else each becomes the one it overlaps for the most part. What
    finds no period, or finds a target there, stays for the period it was written for.
    """
    paper = writable(proposal, by, lock=True)
    same = paper.target_step == TargetStep(step)
    paper.target_step = TargetStep(step)
    paper.save(update_fields=["target_step"])
    now = matrix_periods.spans(paper)
    targets = list(PlanTarget.objects.filter(indicator__proposal=paper, indicator__removed_at__isnull=True))
    there = {(one.indicator_id, one.starts, one.ends) for one in targets}
    places = _new_places(sorted({Span(one.starts, one.ends) for one in targets}), now, same)
    moved = []
    for one in targets:
        to = places.get(Span(one.starts, one.ends))
        if to and (one.indicator_id, to.starts, to.ends) not in there:
            one.starts, one.ends = to.starts, to.ends
            there.add((one.indicator_id, to.starts, to.ends))
            moved.append(one)
    PlanTarget.objects.bulk_update(moved, ["starts", "ends"])
    note(paper, "periods of the matrix set", None, {"step": step, "targets_moved": len(moved)}, by=by)
    return len(moved)


def _new_places(before: list[Span], now: list[Span], same_step: bool) -> dict[Span, Span]:
    if same_step and len(before) == len(now) and not set(before) & set(now):
        return dict(zip(before, now, strict=True))
    by_end = {span.ends: span for span in now}
    places = {span: by_end[span.ends] for span in before if span.ends in by_end}
    if same_step:
        for span in before:
            nearest = max(now, key=span.overlap, default=None)
            if span not in places and nearest and 2 * span.overlap(nearest) > span.overlap(span):
                places[span] = nearest
    return places


def _add(result: PlanResult, values: dict[str, Any], after: PlanIndicator | None, by: Actor) -> PlanIndicator:
    paper = writable(result.proposal_id, by, lock=True)
    under = _result(paper, result)
    if paper.indicators.filter(removed_at__isnull=True).count() >= MOST_INDICATORS:
        raise ProposalError(_("A matrix holds at most %(most)d indicators.") % {"most": MOST_INDICATORS})
    others = _of(under)
    made = PlanIndicator(proposal=paper, result=under, order=len(others), **values)
    made.save()
    place = next((n + 1 for n, one in enumerate(others) if after is not None and one.pk == after.pk), len(others))
    save_order(PlanIndicator, insert(others, made, place))
    note(paper, "indicator added", made, {"title": made.title, "under": under.pk}, by=by)
    return made


def _of(result: PlanResult) -> list[Any]:
    return list(result.indicators.filter(removed_at__isnull=True))


def _result(paper: Proposal, result: PlanResult) -> PlanResult:
    found = paper.results.filter(pk=result.pk, removed_at__isnull=True).first()
    if found is None:
        raise ProposalError(_("Somebody removed this result meanwhile. It can be put back below the matrix."))
    return found


def _standing(paper: Proposal, indicator: PlanIndicator) -> PlanIndicator:
    found = paper.indicators.select_related("result").filter(pk=indicator.pk, removed_at__isnull=True).first()
    if found is None:
        raise ProposalError(_("Somebody removed this indicator meanwhile. It can be put back below the matrix."))
    return found
