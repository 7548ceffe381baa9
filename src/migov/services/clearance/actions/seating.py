"""Who sits among the reviewers, and until when."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.services.clearance import workdays
from migov.services.clearance.actions import ground
from migov.services.clearance.actions.handing import USUAL_DAYS
from migov.services.clearance.models import Clearance, Comment, Review
from migov.services.clearance.queries.people import who_may
from migov.services.clearance.subjects import Refused


@transaction.atomic
def assign(
    clearance: Clearance | int,
    *,
    person: User,
    seat: str = "",
    because: str = "",
    required: bool = False,
    due: date | None = None,
    by: Actor,
) -> Review:
    """Ask one more person to review. Raises Ended, Refused, PermissionDenied."""
    clearance = ground.lock(clearance)
    access.require(by, "clearance.assign", clearance.record)
    ground.need_standing(clearance)
    _need_fit(clearance, person)
    made = Review.objects.create(
        clearance=clearance, reviewer=person, required=required, seat=(seat.strip() or _("Reviewer"))[:120],
        because=(because.strip() or _("asked by %s") % by)[:500],
        due=_day(due) if due else workdays.after(timezone.localdate(), USUAL_DAYS),
    )  # fmt: skip
    ground.note("reviewer asked", clearance, by=by, review=made.pk, seat=made.seat, person=str(person))
    _ask(made, by)
    return made


@transaction.atomic
def reassign(review: Review | int, *, to: User, reason: str = "", by: Actor) -> Review:
    """Give a seat to another person, or fill one that is empty. What was said in it stays. Raises Ended, Refused, PermissionDenied."""
    review = ground.lock_review(review)
    access.require(by, "clearance.assign", review.clearance.record)
    _need_fit(review.clearance, to)
    before = review.reviewer
    made = _hand_on(review, to)
    ground.note(
        "seat given to another", review.clearance, by=by, review=made.pk, seat=review.seat, person=str(to),
        before=str(before or ""), reason=reason.strip(),
    )  # fmt: skip
    _ask(made, by)
    title = _("%(person)s reviews in your place: %(title)s")
    words = {"person": to, "title": review.clearance.title}
    ground.inform([before], review.clearance, "seat-given", title % words, by=by, text=reason.strip())
    return made


@transaction.atomic
def give_up(review: Review | int, *, reason: str, by: Actor) -> Review | None:
    """Give up one's seat. A required one stays empty until somebody is named: that seat is returned, else nothing.

    Raises Ended, Refused, PermissionDenied.
    """
    review = ground.lock_review(review)
    ground.need_seat(review, by)
    reason = ground.words(reason, _("Say why, and whom you propose instead."))
    clearance = review.clearance
    made = _hand_on(review, None) if review.required else None
    if made is None:
        _end(review)
    ground.note("seat given up", clearance, by=by, review=review.pk, seat=review.seat, reason=reason)
    words = {"person": review.reviewer, "seat": review.seat, "title": clearance.title}
    ground.inform(
        who_may("clearance.assign", clearance.record), clearance, "seat-empty",
        _("%(person)s cannot review (%(seat)s): %(title)s") % words, by=by, text=reason,
    )  # fmt: skip
    return made


@transaction.atomic
def set_due(what: Review | Clearance, *, due: date, by: Actor) -> Review | Clearance:
    """Say when a review, or the decision, is due. Raises Ended, Refused for a day that is past, PermissionDenied."""
    due = _day(due)
    if isinstance(what, Review):
        review = ground.lock_review(what)
        access.require(by, "clearance.assign", review.clearance.record)
        before, review.due, review.escalated_at = review.due, due, None
        review.save(update_fields=["due", "escalated_at"])
        detail = {"review": review.pk, "seat": review.seat, "person": str(review.reviewer or "")}
        ground.note("review due changed", review.clearance, by=by, due=str(due), before=str(before or ""), **detail)
        title = _("Your review is due on %(day)s now: %(title)s") % {"day": due, "title": review.clearance.title}
        ground.inform(
            ground.with_stand_ins([review.reviewer], review.clearance), review.clearance, "due-changed", title, by=by
        )
        return review
    clearance = ground.lock(what)
    access.require(by, "clearance.assign", clearance.record)
    ground.need_standing(clearance)
    before, clearance.due = clearance.due, due
    clearance.save(update_fields=["due"])
    ground.note("decision due changed", clearance, by=by, due=str(due), before=str(before or ""))
    return clearance


def _day(due: date) -> date:
    if due < timezone.localdate():
        raise Refused(_("The day has passed already."))
    return due


def _need_fit(clearance: Clearance, who: User) -> None:
    """Raise Refused for somebody who cannot review this work."""
    if not who.is_active or not access.allowed(who, "clearance.comment", clearance.record):
        raise Refused(_("%s may not see this work, and so cannot review it.") % who)
    if ground.is_author(clearance, who):
        raise Refused(_("%s is one of the authors, and so cannot review it.") % who)
    if clearance.reviews.filter(reviewer=who, ended_at__isnull=True).exists():
        raise Refused(_("%s reviews it already.") % who)


def _end(review: Review) -> None:
    review.ended_at = timezone.now()
    review.save(update_fields=["ended_at"])


def _hand_on(review: Review, to: User | None) -> Review:
    """End a seat and open it again for another person, or for nobody yet. An empty one is filled as it is. Remarks go with the seat, so
    that who sits there now can settle them.
    """
    if review.reviewer_id is None:
        review.reviewer, review.asked_at = to, timezone.now()
        review.save(update_fields=["reviewer", "asked_at"])
        return review
    _end(review)
    earliest = workdays.after(timezone.localdate(), 2)  # who is asked late has two working days at least
    made = Review.objects.create(
        clearance=review.clearance, seat=review.seat, rule=review.rule, because=review.because, theme=review.theme,
        required=review.required, reviewer=to, due=max(review.due or earliest, earliest),
    )  # fmt: skip
    Comment.objects.filter(review=review).update(review=made)
    return made


def _ask(review: Review, by: Actor) -> None:
    clearance = review.clearance
    text = _("Your review is due on %s.") % (review.due.isoformat() if review.due else "–")
    ground.inform(
        ground.with_stand_ins([review.reviewer], clearance), clearance, "review-asked",
        _("Please review: %s") % clearance.title, by=by, text=text,
    )  # fmt: skip
