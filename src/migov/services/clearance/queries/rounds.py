"""One clearance: its rounds, its seats, its threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.services.clearance.comparison import Comparison, Met, compare, how_met
from migov.services.clearance.content import Content, from_json
from migov.services.clearance.models import (
    STANDING,
    ChecklistAnswer,
    Clearance,
    Comment,
    CommentState,
    Review,
    State,
    Submission,
    Verdict,
)
from migov.services.clearance.queries.people import stand_ins, stands_in_for, wrote
from migov.services.clearance.subjects import subject_of


def clearance_for(user: Viewer, key: int) -> Clearance:
    """A clearance that a user may see. Two queries at most beside the user's memberships.

    Raises Clearance.DoesNotExist for one that is not there or whose record is hidden from the user, PermissionDenied for who does not
    work for the office.
    """
    found = Clearance.objects.select_related("record__office", "record__owner", "opened_by", "ended_by")
    clearance = found.filter(record__in=Record.objects.visible_to(user)).get(pk=key)
    access.require(user, "clearance.see", clearance.record)
    return clearance


def standing_clearance(record: Record) -> Clearance | None:
    """What of a record is in review now. One query."""
    return Clearance.objects.filter(record=record, state__in=STANDING).select_related("record__office").first()


def clearances_of(record: Record) -> list[Clearance]:
    """Every clearance of a record, the newest first, with its rounds and their decisions. Three queries."""
    found = Clearance.objects.filter(record=record).select_related("opened_by", "ended_by")
    rounds = Submission.objects.defer("content").select_related("by").prefetch_related("decisions__by")
    return list(found.prefetch_related(Prefetch("submissions", rounds)))


def round_of(clearance: Clearance, number: int | None = None) -> Submission:
    """A round, the newest without a number; with its content. One query. Raises Submission.DoesNotExist."""
    rounds = clearance.submissions.select_related("by")
    return rounds.get(number=clearance.round if number is None else number)


def content_of(submission: Submission) -> Content:
    """What was handed in. No query."""
    return from_json(submission.content)


def changes(
    clearance: Clearance, number: int | None = None, since: int | None = None
) -> tuple[Comparison, list[Met]] | None:
    """What changed in a round (the newest) since another one (the one before), and how the remarks made until then were met.

    None for the first round. At most four queries.
    """
    number = clearance.round if number is None else number
    since = number - 1 if since is None else since
    rounds = {one.number: one for one in clearance.submissions.filter(number__in=(number, since))}
    if number not in rounds or since not in rounds:
        return None
    found = compare(from_json(rounds[since].content), from_json(rounds[number].content))
    remarks = clearance.comments.filter(parent__isnull=True, submission__number__lte=since)
    said = Prefetch(
        "answers", Comment.objects.filter(submission__number__lte=number).select_related("by").order_by("at", "pk")
    )
    return found, how_met(found, remarks.select_related("by", "submission").prefetch_related(said))


@dataclass(frozen=True)
class Seat:
    """A seat with all that is said in it. verdict: on the round asked for; before: on the newest earlier round that has one.

    answers: question's code → answer. late: working days do not matter here: past due and nothing said.
    """

    review: Review
    stand_in: User | None
    verdict: Verdict | None
    before: Verdict | None
    answers: Mapping[str, ChecklistAnswer]
    questions: int
    late: bool

    @property
    def answered(self) -> int:
        """How many questions of the checklist are answered."""
        return len(self.answers)

    @property
    def stood_in(self) -> bool:
        """Whether somebody else than the reviewer gave the verdict."""
        return self.verdict is not None and self.verdict.by_id != self.review.reviewer_id


def seats(clearance: Clearance, round: int | None = None, *, ended: bool = False) -> list[Seat]:
    """Who reviews, and what each said of a round (the newest). ended: also seats that were given up or away. Four queries."""
    number = clearance.round if round is None else round
    found = clearance.reviews.select_related("reviewer", "theme")
    rows = list(found if ended else found.filter(ended_at__isnull=True))
    said: dict[int, dict[int, Verdict]] = {}
    given = Verdict.objects.current().filter(review__in=rows, submission__number__lte=number)
    for verdict in given.select_related("by", "submission"):
        said.setdefault(verdict.review_id, {})[verdict.submission.number] = verdict
    answers: dict[int, dict[str, ChecklistAnswer]] = {}
    for answer in ChecklistAnswer.objects.current().filter(review__in=rows, submission__number=number):
        answers.setdefault(answer.review_id, {})[answer.question] = answer
    away = stand_ins([row.reviewer_id for row in rows if row.reviewer_id])
    questions = {one.code for one in subject_of(clearance).checklist}
    return [
        _seat(row, number, said.get(row.pk, {}), answers.get(row.pk, {}), questions, away, clearance) for row in rows
    ]


def _seat(
    row: Review,
    number: int,
    said: Mapping[int, Verdict],
    answers: Mapping[str, ChecklistAnswer],
    questions: set[str],
    away: Mapping[int, User],
    clearance: Clearance,
) -> Seat:
    verdict = said.get(number)
    earlier = [one for one in said if one < number]
    waits = verdict is None and clearance.state == State.OPEN and number == clearance.round and row.ended_at is None
    return Seat(
        review=row,
        stand_in=away.get(row.reviewer_id) if row.reviewer_id else None,
        verdict=verdict,
        before=said[max(earlier)] if earlier else None,
        answers={code: answer for code, answer in answers.items() if code in questions},
        questions=len(questions),
        late=waits and row.due is not None and row.due < timezone.localdate(),
    )


@dataclass(frozen=True)
class Thread:
    """A remark with its answers, in time order. round: in which it was made."""

    remark: Comment
    answers: Sequence[Comment] = ()
    round: int = 1
    seat: str = ""


def threads(clearance: Clearance, round: int | None = None, anchor: str | None = None) -> list[Thread]:
    """The remarks of a clearance, of one round or place where asked, oldest first. Two queries."""
    remarks = clearance.comments.filter(parent__isnull=True)
    if round is not None:
        remarks = remarks.filter(submission__number=round)
    if anchor is not None:
        remarks = remarks.filter(anchor=anchor)
    answers = Comment.objects.select_related("by").order_by("at", "pk")
    found = remarks.select_related("by", "settled_by", "review").prefetch_related(Prefetch("answers", answers))
    numbers = found.values_list("pk", "submission__number")
    rounds = dict(numbers)
    return [
        Thread(one, list(one.answers.all()), rounds[one.pk], one.review.seat if one.review else "") for one in found
    ]


@dataclass(frozen=True)
class Counts:
    """Remarks by state (withdrawn ones apart), and open or answered ones by place."""

    open: int = 0
    answered: int = 0
    accepted: int = 0
    settled: int = 0
    withdrawn: int = 0
    by_place: Mapping[str, int] = field(default_factory=dict)

    @property
    def unsettled(self) -> int:
        return self.open + self.answered


def counts(clearance: Clearance) -> Counts:
    """How many remarks a clearance has, by state and place. One query."""
    states = dict.fromkeys(CommentState.values, 0)
    places: dict[str, int] = {}
    for state, anchor in clearance.comments.filter(parent__isnull=True).values_list("state", "anchor"):
        states[state] += 1
        if state in (CommentState.OPEN, CommentState.ANSWERED):
            places[anchor] = places.get(anchor, 0) + 1
    return Counts(by_place=places, **states)


@dataclass(frozen=True)
class Abilities:
    """What a user may do with a clearance now. seat: the one in which the user acts; stands_in_for: whose it is, if another's."""

    comment: bool = False
    submit: bool = False
    assign: bool = False
    decide: bool = False
    author: bool = False
    seat: Review | None = None
    stands_in_for: User | None = None
    decides_for: User | None = None


def abilities(user: User, clearance: Clearance, today: date | None = None) -> Abilities:
    """What a user may do with a clearance now, for pages that offer the steps; the actions ask again. At most six queries."""
    record = clearance.record
    author = wrote(clearance, user)
    may = {
        name: access.allowed(user, f"clearance.{name}", record) for name in ("comment", "submit", "assign", "decide")
    }
    if not clearance.stands:
        return Abilities(author=author)
    stood_for = stands_in_for(user, today) if may["comment"] else []
    seat, whose = None, None
    if not author and may["comment"]:
        held = {
            row.reviewer_id: row for row in clearance.reviews.filter(ended_at__isnull=True).select_related("reviewer")
        }
        seat = held.get(user.pk)
        if seat is None:
            whose = next((one for one in stood_for if one.pk in held), None)
            seat = held[whose.pk] if whose else None
    decides_for = None
    if not may["decide"] and not author:
        decides_for = next(
            (one for one in stood_for if access.allowed(one, "clearance.decide", record) and not wrote(clearance, one)),
            None,
        )
    return Abilities(
        comment=may["comment"],
        submit=may["submit"],
        assign=may["assign"],
        decide=(may["decide"] or decides_for is not None) and not author,
        author=author,
        seat=seat,
        stands_in_for=whose,
        decides_for=decides_for,
    )
