"""Reminders before a review is due, on the day and after it, and telling those who may name somebody else.

Every notice has a key, so that asking again on the same day says nothing twice. Working days are Monday to Friday (workdays.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people import access
from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Role, User
from migov.foundation.shell.formats import day as in_words
from migov.services.clearance import workdays
from migov.services.clearance.actions import ground
from migov.services.clearance.models import Clearance, Review, State
from migov.services.clearance.queries.people import ASSIGNERS, holders, with_standing
from migov.services.clearance.rules import open_reviews

BEFORE, AGAIN, ESCALATE = 2, 2, 3  # working days before it is due, between reminders after it, until others are told


def remind(today: date | None = None) -> dict[str, int]:
    """Remind reviewers and those who decide of what is due, and escalate what is late. Returns how many notices of each sort were made.

    reviews: 2 working days before they are due, on the day, then every 2 working days; 3 working days after it, those who may assign
    are told, once for each due date. decisions: on the day, then every 2 working days. seats: those whose reviewer has left or may not
    see the work any more, told to those who may assign, once. Nothing is said on Saturdays and Sundays.
    """
    today = today or timezone.localdate()
    counts = {"reviews due soon": 0, "reviews due": 0, "reviews overdue": 0, "reviews escalated": 0, "decisions due": 0}
    counts["seats left"] = 0
    if not workdays.is_working_day(today):
        return counts
    assigners, horizon = holders(ASSIGNERS), workdays.after(today, BEFORE)
    for key in _left():
        counts["seats left"] += _tell_left(key, assigners)
    for key in open_reviews().filter(due__lte=horizon).values_list("pk", flat=True):
        for sort, number in _remind_of(key, today, assigners).items():
            counts[sort] += number
    for key in Clearance.objects.filter(state=State.OPEN, due__lte=today).values_list("pk", flat=True):
        counts["decisions due"] += _remind_to_decide(key, today, assigners)
    return counts


def _left() -> list[int]:
    """Seats whose reviewer can no longer say anything. Two queries, and those for the offices of the reviewers."""
    rows = list(open_reviews().filter(reviewer__isnull=False).select_related("reviewer", "clearance__record"))
    known = {one.pk: one for one in with_standing(row.reviewer for row in rows)}
    for row in rows:
        row.reviewer = known[row.reviewer_id]
    return [row.pk for row in rows if not ground.may_review(row)]


@transaction.atomic
def _tell_left(key: int, assigners: Iterable[User]) -> int:
    """Say that a seat has to be given to somebody else."""
    ground.lock(Review.objects.values_list("clearance_id", flat=True).get(pk=key))
    review = open_reviews().filter(pk=key).select_related("reviewer", "clearance__record").first()
    if review is None or review.reviewer is None:
        return 0
    clearance = review.clearance
    words = {"person": review.reviewer, "seat": review.seat, "title": clearance.title}
    title = _("%(person)s can no longer review (%(seat)s): %(title)s") % words
    people = [one for one in assigners if access.allowed(one, "clearance.assign", clearance.record)]
    return ground.inform(people, clearance, "seat-empty", title, by=SYSTEM, key=f"review-{review.pk}-left")


@transaction.atomic
def _remind_of(key: int, today: date, assigners: Iterable[User]) -> dict[str, int]:
    """One review, in a transaction of its own, looked at again: it may have been given meanwhile."""
    ground.lock(Review.objects.values_list("clearance_id", flat=True).get(pk=key))
    review = open_reviews().filter(pk=key).select_related("reviewer", "clearance__record").first()
    if review is None or review.due is None:
        return {}
    clearance, late = review.clearance, workdays.between(review.due, today)
    title = {"title": clearance.title, "day": in_words(review.due)}
    if today < review.due:
        sort, step, text = "reviews due soon", "before", _("Your review is due on %(day)s: %(title)s") % title
    elif today == review.due:
        sort, step, text = "reviews due", "on", _("Your review is due today: %(title)s") % title
    else:
        sort, step, text = (
            "reviews overdue",
            f"late-{(late - 1) // AGAIN}",
            _("Your review was due on %(day)s: %(title)s") % title,
        )
    people = ground.with_stand_ins([review.reviewer], clearance, today)
    stamp = f"review-{review.pk}-{clearance.round}-{review.due}"
    done = {sort: ground.inform(people, clearance, "review-due", text, by=SYSTEM, key=f"{stamp}-{step}")}
    if late >= ESCALATE and review.escalated_at is None:
        done["reviews escalated"] = _escalate(review, late, assigners, f"{stamp}-escalated")
    return done


def _escalate(review: Review, late: int, assigners: Iterable[User], key: str) -> int:
    clearance = review.clearance
    review.escalated_at = timezone.now()
    review.save(update_fields=["escalated_at"])
    who = str(review.reviewer or _("nobody named yet"))
    ground.note("review escalated", clearance, by=SYSTEM, review=review.pk, seat=review.seat, person=who, late=late)
    words = {"seat": review.seat, "who": who, "n": late, "title": clearance.title}
    title = ngettext(
        "A review is %(n)s working day late (%(seat)s, %(who)s): %(title)s",
        "A review is %(n)s working days late (%(seat)s, %(who)s): %(title)s",
        late,
    )
    people = [one for one in assigners if access.allowed(one, "clearance.assign", clearance.record)]
    return ground.inform(people, clearance, "review-escalated", title % words, by=SYSTEM, key=key)


@transaction.atomic
def _remind_to_decide(key: int, today: date, assigners: Iterable[User]) -> int:
    clearance = ground.lock(key)
    if clearance.state != State.OPEN or clearance.due is None:
        return 0
    late = workdays.between(clearance.due, today)
    deciders = [
        one
        for one in assigners
        if any(row.role == Role.ENDORSER for row in one.standing)
        and access.allowed(one, "clearance.decide", clearance.record)
    ]
    people = ground.who_decide(clearance, deciders, today)
    text = _("A decision was due on %(day)s: %(title)s") if late > 0 else _("A decision is due today: %(title)s")
    words = {"day": in_words(clearance.due), "title": clearance.title}
    step = f"decision-{clearance.pk}-{clearance.round}-{clearance.due}-{max(late, 0) // AGAIN}"
    return ground.inform(people, clearance, "decision-due", text % words, by=SYSTEM, key=step)
