"""Deciding on what was handed in."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.services.clearance.actions import ground
from migov.services.clearance.models import Clearance, Decision, Outcome, Review, State, Submission, Verdict
from migov.services.clearance.queries.people import stands_in_for
from migov.services.clearance.subjects import Refused, subject_of


@transaction.atomic
def decide(
    clearance: Clearance | int, *, round: int, outcome: str, reason: str, override: bool = False, by: Actor
) -> Decision:
    """Clear what was handed in, refuse it, or send it back to be changed.

    round: the one that was looked at. To clear it, every required seat needs a verdict on that round, unless `override` says that
    the decision does not wait; that is kept and shown with the reason. Who stands in for somebody who may decide may decide too, and
    both are named. Raises StaleRound, Ended, Refused, PermissionDenied; ValueError for an outcome that does not exist.
    """
    result = Outcome(outcome)
    clearance = ground.lock(clearance)
    instead_of = _decides_for(clearance, by)
    submission = ground.need_newest(clearance, round)
    reason = ground.words(reason, _("Give the reason for the decision."))
    if clearance.state == State.RETURNED and result != Outcome.REFUSED:
        raise Refused(
            _("Round %d was sent back to be changed. It can be decided when it is handed in again.") % clearance.round
        )
    missing = seats_without_verdict(submission) if result == Outcome.CLEARED else []
    if missing and not override:
        seats = "; ".join(f"{one.seat} ({one.reviewer or _('nobody named yet')})" for one in missing)
        raise Refused(
            _("These verdicts on round %(round)s are still missing: %(seats)s. Wait for them, or decide without them.")
            % {"round": clearance.round, "seats": seats}
        )
    made = Decision.objects.create(
        submission=submission, outcome=result, reason=reason, overrode=bool(missing), by=ground.person(by),
        missing="; ".join(f"{one.seat} ({one.reviewer or _('nobody named yet')})" for one in missing), stood_in_for=instead_of,
    )  # fmt: skip
    _follow(clearance, result, reason, by)
    ground.note(
        f"clearance {'sent back' if result == Outcome.RETURNED else 'decided'}", clearance, by=by, outcome=result,
        reason=reason, without=made.missing, instead_of=str(instead_of or ""),
    )  # fmt: skip
    _tell(clearance, made, by)
    return made


def _decides_for(clearance: Clearance, by: Actor) -> User | None:
    """None where somebody may decide, else the person in whose place. Raises PermissionDenied."""
    if ground.is_author(clearance, by):
        raise PermissionDenied(_("Nobody decides on what they have written themselves."))
    if access.allowed(by, "clearance.decide", clearance.record):
        return None
    if isinstance(by, User) and access.allowed(by, "clearance.see", clearance.record):
        for one in stands_in_for(by):
            if access.allowed(one, "clearance.decide", clearance.record) and not ground.is_author(clearance, one):
                return one
    access.require(by, "clearance.decide", clearance.record)
    return None


def seats_without_verdict(submission: Submission) -> list[Review]:
    """Required seats that have said nothing of a version yet. One query."""
    given = Verdict.objects.current().filter(submission=submission).values("review_id")
    seats = Review.objects.filter(clearance=submission.clearance_id, required=True, ended_at__isnull=True)
    return list(seats.exclude(pk__in=given).select_related("reviewer"))


def _follow(clearance: Clearance, result: Outcome, reason: str, by: Actor) -> None:
    how = subject_of(clearance)
    if result == Outcome.RETURNED:
        clearance.state, clearance.reason = State.RETURNED, reason
        clearance.save(update_fields=["state", "reason"])
        how.returned(clearance, by)
    elif result == Outcome.CLEARED:
        ground.end(clearance, State.CLEARED, reason, by)
        how.cleared(clearance, by)
    else:
        ground.end(clearance, State.REFUSED, reason, by)
        how.refused(clearance, by)


def _tell(clearance: Clearance, made: Decision, by: Actor) -> None:
    seats = clearance.reviews.filter(ended_at__isnull=True, reviewer__isnull=False).select_related("reviewer")
    titles = {
        Outcome.CLEARED: _("Endorsed: %s"),
        Outcome.REFUSED: _("Not endorsed: %s"),
        Outcome.RETURNED: _("Sent back to be changed: %s"),
    }
    ground.inform(
        [*ground.authors(clearance), *(one.reviewer for one in seats)], clearance, f"clearance-{made.outcome}",
        titles[Outcome(made.outcome)] % clearance.title, by=by, text=made.reason,
    )  # fmt: skip
