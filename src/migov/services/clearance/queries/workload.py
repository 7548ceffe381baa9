"""Who reviews how much and how fast, and at which step work waits longest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.services.clearance import workdays
from migov.services.clearance.models import Clearance, Decision, Outcome, Review, State, Submission, Verdict
from migov.services.clearance.rules import open_reviews


@dataclass(frozen=True)
class WorkloadLine:
    """One reviewer: reviews that are open, those of them late, verdicts given, and the median of working days from asked to verdict."""

    person: User
    open: int
    late: int
    done: int
    median_days: float | None


@dataclass(frozen=True)
class StepLoad:
    """A step of the way. waiting: how many wait at it now, late: those past due; done: how often it was taken; median_days: how long
    it took, in working days.
    """

    code: str
    label: str | Promise
    waiting: int
    late: int
    done: int
    median_days: float | None


@dataclass(frozen=True)
class Workload:
    """reviewers: who has most open first. steps: in the order of the way. bottleneck: the slowest step, where any was taken."""

    reviewers: Sequence[WorkloadLine]
    steps: Sequence[StepLoad]
    since: date | None = None

    @property
    def bottleneck(self) -> StepLoad | None:
        taken = [step for step in self.steps if step.median_days is not None]
        return max(taken, key=lambda step: (step.median_days or 0, step.waiting), default=None)


def workload(user: User, since: date | None = None, today: date | None = None) -> Workload:
    """Load and pace of the reviewers and of each step, over what the user may see. Seven queries. Raises PermissionDenied.

    since: verdicts and decisions from that day on. A verdict that a stand-in gave counts for who gave it; the days run from the round's
    submission, or from when the seat was given, whichever is later.
    """
    access.require(user, "clearance.load")
    today = today or timezone.localdate()
    visible = Record.objects.visible_to(user).values("pk")
    reviews = _reviews(visible, today)
    taken = _verdicts(visible, since)
    lines = _lines(reviews, taken)
    return Workload(lines, _steps(visible, since, today, taken), since)


@dataclass
class _Taken:
    """What one person did: working days of each verdict."""

    person: User
    days: list[int]


def _reviews(visible: Any, today: date) -> dict[int, list[Review]]:
    rows = open_reviews().filter(clearance__record__in=visible, reviewer__isnull=False).select_related("reviewer")
    found: dict[int, list[Review]] = {}
    for row in rows:
        row.is_late = row.due is not None and row.due < today
        found.setdefault(row.reviewer_id, []).append(row)
    return found


def first_verdicts(visible: Any, since: date | None) -> QuerySet[Verdict]:
    """First verdicts of each seat and round on some records, from a day on: one that was changed later was there all the same."""
    given = Verdict.objects.filter(by__isnull=False).order_by("recorded_at", "pk")
    first = given.filter(review=OuterRef("review"), submission=OuterRef("submission")).values("pk")[:1]
    rows = given.filter(review__clearance__record__in=visible, pk=Subquery(first))
    return rows.filter(_since("recorded_at", since)) if since else rows


def _verdicts(visible: Any, since: date | None) -> dict[int, _Taken]:
    found: dict[int, _Taken] = {}
    rows = first_verdicts(visible, since).select_related("by", "review", "submission").defer("submission__content")
    for row in rows.iterator():
        asked = max(row.review.asked_at, row.submission.at)
        if row.by is None:
            continue
        found.setdefault(row.by.pk, _Taken(row.by, [])).days.append(_days(asked, row.recorded_at))
    return found


def _since(name: str, day: date) -> Q:
    return Q(**{f"{name}__date__gte": day})


def _days(first: datetime, last: datetime) -> int:
    return max(workdays.between(timezone.localdate(first), timezone.localdate(last)), 0)


def _median(days: Iterable[int]) -> float | None:
    values = list(days)
    return float(median(values)) if values else None


def _lines(reviews: dict[int, list[Review]], taken: dict[int, _Taken]) -> list[WorkloadLine]:
    people = {one.person.pk: one.person for one in taken.values()}
    people.update((key, row.reviewer) for key, rows in reviews.items() for row in rows if row.reviewer)
    lines = [
        WorkloadLine(
            person=person,
            open=len(reviews.get(key, ())),
            late=sum(row.is_late for row in reviews.get(key, ())),  # type: ignore[attr-defined]
            done=len(taken[key].days) if key in taken else 0,
            median_days=_median(taken[key].days) if key in taken else None,
        )
        for key, person in people.items()
    ]
    return sorted(lines, key=lambda line: (-line.open, -line.late, str(line.person)))


def _steps(visible: Any, since: date | None, today: date, taken: dict[int, _Taken]) -> list[StepLoad]:
    # Also seats for which nobody is named yet: a decision waits for them like for the others.
    all_reviews = list(open_reviews().filter(clearance__record__in=visible))
    all_days = [day for one in taken.values() for day in one.days]
    standing = list(
        Clearance.objects.filter(record__in=visible, state__in=(State.OPEN, State.RETURNED)).only("pk", "state", "due")
    )
    busy = {row.clearance_id for row in all_reviews if row.required}
    deciding = [row for row in standing if row.state == State.OPEN and row.pk not in busy]
    to_change = [row for row in standing if row.state == State.RETURNED]
    decided, changed = _paces(visible, since)
    return [
        StepLoad(
            "review", _("review"), len(all_reviews), sum(row.due is not None and row.due < today for row in all_reviews),
            len(all_days), _median(all_days),
        ),
        StepLoad(
            "decision", _("decision, after the last verdict"), len(deciding),
            sum(row.due is not None and row.due < today for row in deciding), len(decided), _median(decided),
        ),
        StepLoad("change", _("change by the authors, after it was sent back"), len(to_change), 0, len(changed), _median(changed)),
    ]  # fmt: skip


def _paces(visible: Any, since: date | None) -> tuple[list[int], list[int]]:
    """Working days from the last verdict (or the submission) to the decision, and from a return to the next submission."""
    decisions = Decision.objects.filter(submission__clearance__record__in=visible)
    if since:
        decisions = decisions.filter(_since("at", since))
    rows = list(decisions.select_related("submission").defer("submission__content"))
    last: dict[int, datetime] = {}
    verdicts = Verdict.objects.current().filter(submission__in=[row.submission_id for row in rows])
    for submission, at in verdicts.values_list("submission_id", "recorded_at"):
        last[submission] = max(last.get(submission, at), at)
    decided = [
        _days(min(last.get(row.submission_id, row.submission.at), row.at), row.at)
        for row in rows
        if row.outcome != Outcome.RETURNED
    ]
    returned = {
        (row.submission.clearance_id, row.submission.number): row.at for row in rows if row.outcome == Outcome.RETURNED
    }
    rounds = Submission.objects.filter(clearance__in={clearance for clearance, _number in returned})
    handed = {(clearance, number): at for clearance, number, at in rounds.values_list("clearance_id", "number", "at")}
    changed = [
        _days(at, handed[clearance, number + 1])
        for (clearance, number), at in returned.items()
        if (clearance, number + 1) in handed
    ]
    return decided, changed
