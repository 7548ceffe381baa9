"""The whole story of a clearance, in time order.

Told from the rows themselves; what leaves no row of its own (a seat given away, a day moved, an escalation) from the journal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry
from migov.foundation.shell.formats import day as in_words
from migov.services.clearance.models import (
    Clearance,
    Comment,
    CommentState,
    Decision,
    Delegation,
    Outcome,
    Review,
    State,
    Submission,
    Verdict,
)

FROM_JOURNAL = {
    "seat given to another": gettext_lazy("gave the seat “%(seat)s” to %(person)s"),
    "seat given up": gettext_lazy("gave up the seat “%(seat)s”"),
    "review due changed": gettext_lazy("set the review of %(person)s (%(seat)s) due on %(due)s"),
    "decision due changed": gettext_lazy("set the decision due on %(due)s"),
    "review escalated": gettext_lazy("told those who may name somebody else: %(person)s (%(seat)s) is late"),
    "comment opened again": gettext_lazy("opened the comment on %(place)s again"),
}

KINDS = {
    "review escalated": "escalated",
    "review due changed": "due",
    "decision due changed": "due",
    "comment opened again": "answered",
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. kind: "submitted", "asked", "commented", "answered", "settled", "accepted", "withdrawn", "judged",
    "delegated", "decided", "escalated", "seat", "due". who: empty where migov did it. text: words that were written with it.
    """

    at: datetime
    kind: str
    who: str
    words: str
    text: str = ""
    round: int | None = None
    anchor: str = ""
    order: int = 0


def timeline(clearance: Clearance) -> list[Event]:
    """All that happened, oldest first. Seven queries."""
    reviews = list(clearance.reviews.select_related("reviewer", "theme"))
    events = [
        *_submissions(clearance),
        *_asked(reviews),
        *_comments(clearance),
        *_verdicts(clearance),
        *_decisions(clearance),
        *_delegations(clearance, reviews),
        *_journal(clearance),
    ]
    if clearance.state == State.WITHDRAWN and clearance.ended_at:
        words = _("took it back")
        events.append(
            Event(clearance.ended_at, "withdrawn", _name(clearance.ended_by), words, clearance.reason, order=9)
        )
    return sorted(events, key=lambda one: (one.at, one.order))


def _name(who: User | None) -> str:
    return str(who) if who else ""


def _submissions(clearance: Clearance) -> Iterator[Event]:
    for one in Submission.objects.filter(clearance=clearance).defer("content").select_related("by"):
        words = _("handed it in") if one.number == 1 else _("handed it in again, round %d") % one.number
        yield Event(one.at, "submitted", _name(one.by), words, one.note, one.number)


def _asked(reviews: list[Review]) -> Iterator[Event]:
    for one in reviews:
        words = {"who": one.reviewer or _("nobody named yet"), "seat": one.seat, "because": one.because}
        text = (
            _("%(who)s was asked to review: %(seat)s (%(because)s)")
            if one.because
            else _("%(who)s was asked to review: %(seat)s")
        )
        if one.reviewer is None:
            text = _("A reviewer is looked for: %(seat)s (%(because)s)")
        yield Event(one.asked_at, "asked", "", text % words, order=1)


def _comments(clearance: Clearance) -> Iterator[Event]:
    rows = Comment.objects.filter(clearance=clearance).select_related("by", "settled_by", "submission")
    for one in rows.defer("submission__content"):
        number = one.submission.number
        if one.parent_id:
            yield Event(
                one.at, "answered", _name(one.by), _("answered on %s") % one.place, one.body, number, one.anchor, 2
            )
            continue
        text = one.body or _("Suggested: %s") % one.wording
        yield Event(one.at, "commented", _name(one.by), _("commented on %s") % one.place, text, number, one.anchor, 2)
        if one.settled_at is None:
            continue
        kind, words = {
            CommentState.ACCEPTED: ("accepted", _("took the suggested wording on %s")),
            CommentState.WITHDRAWN: ("withdrawn", _("withdrew the comment on %s")),
        }.get(CommentState(one.state), ("settled", _("settled the comment on %s")))
        yield Event(one.settled_at, kind, _name(one.settled_by), words % one.place, "", number, one.anchor, 3)


def _verdicts(clearance: Clearance) -> Iterator[Event]:
    rows = Verdict.objects.filter(review__clearance=clearance).select_related("by", "review__reviewer", "submission")
    for one in rows.defer("submission__content"):
        words: dict[str, Any] = {
            "seat": one.review.seat, "opinion": one.get_opinion_display(), "reviewer": one.review.reviewer, "round": one.submission.number,
        }  # fmt: skip
        text = _("gave the verdict “%(opinion)s” on round %(round)s (%(seat)s)")
        if one.by_id != one.review.reviewer_id and one.review.reviewer_id:
            text = _("gave the verdict “%(opinion)s” on round %(round)s in the place of %(reviewer)s (%(seat)s)")
        yield Event(one.recorded_at, "judged", _name(one.by), text % words, one.note, one.submission.number, order=4)


def _decisions(clearance: Clearance) -> Iterator[Event]:
    rows = Decision.objects.filter(submission__clearance=clearance).select_related("by", "stood_in_for", "submission")
    said = {
        Outcome.CLEARED: _("cleared round %(round)s"),
        Outcome.REFUSED: _("did not clear round %(round)s"),
        Outcome.RETURNED: _("sent round %(round)s back to be changed"),
    }
    for one in rows.defer("submission__content"):
        number = one.submission.number
        words = said[Outcome(one.outcome)] % {"round": number}
        if one.stood_in_for:
            words += " " + _("in the place of %s") % one.stood_in_for
        if one.overrode:
            words += ", " + _("without these verdicts: %s") % one.missing
        yield Event(one.at, "decided", _name(one.by), words, one.reason, number, order=5)


def _delegations(clearance: Clearance, reviews: list[Review]) -> Iterator[Event]:
    """Of reviewers, for days on which the clearance stood, by the calendar of the office."""
    people = {one.reviewer_id for one in reviews if one.reviewer_id}
    rows = Delegation.objects.filter(person__in=people, ends__gte=timezone.localdate(clearance.opened_at))
    if clearance.ended_at:
        rows = rows.filter(starts__lte=timezone.localdate(clearance.ended_at))
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=clearance.opened_at))
    for one in rows.select_related("person", "to"):
        words = {"to": one.to, "starts": in_words(one.starts), "ends": in_words(one.ends), "person": one.person}
        text = _("%(to)s stands in for %(person)s from %(starts)s to %(ends)s") % words
        at = max(_morning(one), clearance.opened_at)
        yield Event(at, "delegated", "", text, one.note, order=2)


def _morning(one: Delegation) -> datetime:
    return timezone.make_aware(datetime.combine(one.starts, time.min))


def _journal(clearance: Clearance) -> Iterator[Event]:
    """The journal's index is by record; whose clearance a line is about is in its detail."""
    rows = JournalEntry.objects.filter(record_id=clearance.record_id, verb__in=FROM_JOURNAL)
    for one in rows.order_by("at", "pk"):
        if one.detail.get("clearance") != clearance.pk:
            continue
        words: dict[str, Any] = {"seat": "", "person": "", "due": "", "place": "", **one.detail}
        who = one.by_name if one.by_id else ""
        text = str(FROM_JOURNAL[one.verb]) % words
        yield Event(
            one.at,
            KINDS.get(one.verb, "seat"),
            who,
            text,
            one.detail.get("reason", ""),
            one.detail.get("round"),
            order=3,
        )
