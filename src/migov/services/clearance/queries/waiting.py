"""What waits for a person, and for what a person waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from migov.foundation.people import access
from migov.foundation.people.models import Theme, User
from migov.foundation.records.models import Record
from migov.services.clearance import workdays
from migov.services.clearance.models import STANDING, Clearance, CommentState, Review, State, Submission, Verdict
from migov.services.clearance.queries.people import decidable, stands_in_for, with_standing, written_by
from migov.services.clearance.rules import open_reviews

FAR = date.max


@dataclass(frozen=True)
class ReviewToDo:
    """A verdict that is owed. stood_for: whose seat it is, where the user stands in. again: a new round of what was seen before.

    themes: those of the work that are the user's own.
    """

    review: Review
    clearance: Clearance
    stood_for: User | None
    late: bool
    again: bool
    themes: tuple[Theme, ...] = ()

    @property
    def due(self) -> date | None:
        return self.review.due


@dataclass(frozen=True)
class DecisionToTake:
    """A decision that is owed. missing: required seats that have said nothing of the newest round. stood_for: see ReviewToDo."""

    clearance: Clearance
    stood_for: User | None
    late: bool
    missing: int
    seats: int

    @property
    def ready(self) -> bool:
        """Whether every required verdict is there."""
        return not self.missing

    @property
    def due(self) -> date | None:
        return self.clearance.due


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody, oldest due first."""

    reviews: Sequence[ReviewToDo] = ()
    decisions: Sequence[DecisionToTake] = ()

    def __len__(self) -> int:
        return len(self.reviews) + len(self.decisions)


def waiting_for(user: User, today: date | None = None) -> Waiting:
    """Reviews and decisions that wait for a user, with those of people the user stands in for. A bounded number of queries."""
    today = today or timezone.localdate()
    if not access.is_internal(user):
        return Waiting()
    stood_for = stands_in_for(user, today)
    return Waiting(_reviews(user, stood_for, today), _decisions(user, stood_for, today))


def _reviews(user: User, stood_for: Sequence[User], today: date) -> list[ReviewToDo]:
    whose = {one.pk: one for one in stood_for}
    earlier = Verdict.objects.filter(review=OuterRef("pk"))
    rows = (
        open_reviews()
        .filter(reviewer__in=[user.pk, *whose], clearance__record__in=Record.objects.visible_to(user))
        .select_related("reviewer", "theme", "clearance__record__office")
        .prefetch_related("clearance__record__themes")
        .annotate(judged=Exists(earlier))
    )
    own = {theme.pk for theme in user.themes.all()}
    found = [
        ReviewToDo(
            review=row,
            clearance=row.clearance,
            stood_for=whose.get(row.reviewer_id),
            late=row.due is not None and row.due < today,
            again=row.judged,
            themes=tuple(theme for theme in row.clearance.record.themes.all() if theme.pk in own),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.due or FAR, one.review.pk))


def _decisions(user: User, stood_for: Sequence[User], today: date) -> list[DecisionToTake]:
    may: dict[int, User] = {}  # clearance → in whose place the user decides: best in one's own
    rows: dict[int, Clearance] = {}
    for one in [user, *with_standing(stood_for)]:
        for row in _to_decide(one, user):
            rows.setdefault(row.pk, row)
            may.setdefault(row.pk, one)
    found = [
        DecisionToTake(
            clearance=row,
            stood_for=None if may[key].pk == user.pk else may[key],
            late=row.due is not None and row.due < today,
            missing=row.left,  # type: ignore[attr-defined]
            seats=row.asked,  # type: ignore[attr-defined]
        )
        for key, row in rows.items()
    ]
    return sorted(found, key=lambda one: (one.due or FAR, one.clearance.pk))


def _to_decide(endorser: User, user: User) -> Any:
    """Clearances in review that an endorser may decide, and that neither the endorser nor the user has written or handed in."""
    given = Verdict.objects.current().filter(review=OuterRef("pk"), submission__number=OuterRef("clearance__round"))
    missing = Review.objects.filter(ended_at__isnull=True, required=True).exclude(Exists(given)).values("pk")
    required = Q(reviews__ended_at__isnull=True, reviews__required=True)
    records = Record.objects.visible_to(user).filter(decidable(endorser)).exclude(written_by(user))
    return (
        Clearance.objects.filter(state=State.OPEN, record__in=records.values("pk"))
        .exclude(pk__in=Submission.objects.filter(by__in=(user, endorser)).values("clearance_id"))
        .select_related("record__office")
        .annotate(
            asked=Count("reviews", filter=required, distinct=True),
            left=Count("reviews", filter=required & Q(reviews__in=missing), distinct=True),
        )
    )


@dataclass(frozen=True)
class OwnWork:
    """Work of somebody's own that is in clearance, and whom it waits for: reviewers, who decides, or its authors (returned).

    waits_for: seats that owe a verdict. remarks: open ones. answered: those that wait for who made them.
    """

    clearance: Clearance
    waits_for: Sequence[Review] = ()
    remarks: int = 0
    answered: int = 0

    @property
    def to_change(self) -> bool:
        """Whether it was sent back and waits for its authors."""
        return self.clearance.state == State.RETURNED

    @property
    def to_decide(self) -> bool:
        """Whether all required verdicts are there, so that it waits for who decides."""
        return not self.to_change and not any(one.required for one in self.waits_for)


def waited_on_by(user: User) -> list[OwnWork]:
    """A user's own work in clearance and whom it waits for, the longest waiting first. Two queries."""
    unsettled = Q(comments__parent__isnull=True)
    rows = list(
        Clearance.objects.filter(state__in=STANDING)
        .filter(
            Q(record__in=Record.objects.filter(written_by(user)).values("pk"))
            | Q(opened_by=user)
            | Q(pk__in=Submission.objects.filter(by=user).values("clearance_id"))
        )
        .filter(record__in=Record.objects.visible_to(user))
        .select_related("record__office")
        .annotate(
            open_remarks=Count("comments", filter=unsettled & Q(comments__state=CommentState.OPEN), distinct=True),
            answered=Count("comments", filter=unsettled & Q(comments__state=CommentState.ANSWERED), distinct=True),
        )
        .order_by("opened_at", "pk")
    )
    waits: dict[int, list[Review]] = {}
    for seat in open_reviews().filter(clearance__in=[row.pk for row in rows]).select_related("reviewer"):
        waits.setdefault(seat.clearance_id, []).append(seat)
    return [OwnWork(row, waits.get(row.pk, ()), row.open_remarks, row.answered) for row in rows]


@dataclass(frozen=True)
class Late:
    """Something that is late: a review, or a decision (without review). who: by whom it is owed; days: working days."""

    clearance: Clearance
    review: Review | None
    who: User | None
    due: date
    days: int


def late(user: User, today: date | None = None) -> list[Late]:
    """What is late of all that a user may see, the latest first. Two queries beside the user's memberships."""
    today = today or timezone.localdate()
    if not access.is_internal(user):
        return []
    visible = Record.objects.visible_to(user).values("pk")
    reviews = open_reviews().filter(due__lt=today, clearance__record__in=visible)
    found = [
        Late(row.clearance, row, row.reviewer, row.due, workdays.between(row.due, today))
        for row in reviews.select_related("reviewer", "clearance__record__office")
    ]
    decisions = Clearance.objects.filter(state=State.OPEN, due__lt=today, record__in=visible)
    found += [
        Late(row, None, None, row.due, workdays.between(row.due, today))
        for row in decisions.select_related("record__office")
        if row.due is not None
    ]
    return sorted(found, key=lambda one: (one.due, one.clearance.pk))
