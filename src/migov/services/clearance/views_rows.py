"""The rows of the lists of reviews, whatever they are about: a verdict or a decision that is owed or was given, work that waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.foundation.shell.formats import day
from migov.services.clearance import queries, workdays
from migov.services.clearance.models import STANDING, Clearance, Decision, Outcome, Review, State, Submission, Verdict
from migov.services.clearance.rules import open_reviews


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list. what: in a few words; who: whom it waits for, or who did it; people: their keys; days: working days late, or
    those that it took.
    """

    clearance: Clearance
    url: str
    what: str
    who: str = ""
    people: tuple[int, ...] = ()
    due: date | None = None
    late: bool = False
    days: int | None = None
    note: str = ""
    on: date | None = None
    tone: str = ""


def _page(clearance: Clearance, name: str = "clearance") -> str:
    return reverse(f"clearance:{name}", args=[clearance.pk])


def waiting(user: User) -> list[Row]:
    """What waits for a user: reviews, decisions, and own work with comments to answer or that was sent back. Oldest due first."""
    found = queries.waiting_for(user)
    today = timezone.localdate()
    rows = []
    for one in found.reviews:
        again = one.again and one.clearance.round > 1
        note = [_("you stand in for %s") % one.stood_for] if one.stood_for else []
        note += [", ".join(str(theme) for theme in one.themes)] if one.themes else []
        what = (
            _("review, round %d: see what changed") % one.clearance.round
            if again
            else _("review: %s") % one.review.seat
        )
        rows.append(
            Row(
                one.clearance, _page(one.clearance, "changes" if again else "clearance"), what, str(one.review.reviewer or ""),
                (one.review.reviewer_id,) if one.review.reviewer_id else (), one.due, one.late, _late(one.due, today),
                " · ".join(note),
            )
        )  # fmt: skip
    for task in found.decisions:
        note = [_("you stand in for %s") % task.stood_for] if task.stood_for else []
        note.append(
            _("all verdicts are there")
            if task.ready
            else ngettext("%(n)s verdict of %(all)s is missing", "%(n)s verdicts of %(all)s are missing", task.missing)
            % {"n": task.missing, "all": task.seats}
        )
        who = task.stood_for or user
        rows.append(
            Row(
                task.clearance, _page(task.clearance, "decide"), _("decision"), str(who), (who.pk,), task.due, task.late,
                _late(task.due, today), " · ".join(note),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (row.due or date.max, row.clearance.pk))


def _late(due: date | None, today: date) -> int | None:
    return workdays.between(due, today) if due and due < today else None


def own(user: User) -> list[Row]:
    """The user's own work in review, and whom it waits for."""
    today = timezone.localdate()
    rows = []
    for one in queries.waited_on_by(user):
        note = []
        if one.remarks:
            note.append(ngettext("%d open comment", "%d open comments", one.remarks) % one.remarks)
        if one.answered:
            note.append(ngettext("%d answered", "%d answered", one.answered) % one.answered)
        due = one.clearance.due
        people: tuple[int, ...] = ()
        if one.to_change:
            what, who, people = _("sent back: change it"), str(user), (user.pk,)
        elif one.to_decide:
            what, who = _("waits for the decision"), ""
        else:
            what = _("waits for reviewers")
            due = min((seat.due for seat in one.waits_for if seat.due), default=due)
            if one.clearance.due and one.clearance.due != due:
                note.append(_("decision by %s") % day(one.clearance.due))
            who, people = _names(one.waits_for), tuple(seat.reviewer_id for seat in one.waits_for if seat.reviewer_id)
        late = bool(due and due < today and not one.to_change)
        rows.append(
            Row(
                one.clearance, _page(one.clearance), what, who, people, due, late,
                _late(due, today) if late else None, " · ".join(note),
            )
        )  # fmt: skip
    return rows


def _names(seats: Iterable[Review]) -> str:
    return ", ".join(str(seat.reviewer) if seat.reviewer else _("nobody named yet") for seat in seats)


def late(user: User) -> list[Row]:
    """What is late of all that the user may see."""
    return [
        Row(
            one.clearance, _page(one.clearance, "timeline" if one.review else "decide"),
            _("review: %s") % one.review.seat if one.review else _("decision"),
            str(one.who) if one.who else (_("nobody named yet") if one.review else ""),
            (one.who.pk,) if one.who else (), one.due, True, one.days,
        )
        for one in queries.late(user)
    ]  # fmt: skip


def standing(user: User) -> Any:
    """All that is in review and that the user may see, the next due first, as a queryset."""
    visible = Record.objects.visible_to(user).values("pk")
    rows = Clearance.objects.filter(state__in=STANDING, record__in=visible).select_related("record__office")
    return rows.order_by("due", "pk")


def of_standing(clearances: Sequence[Clearance]) -> list[Row]:
    """Work in review as rows. One query."""
    today = timezone.localdate()
    waits: dict[int, list[Review]] = {}
    for seat in open_reviews().filter(clearance__in=[one.pk for one in clearances]).select_related("reviewer"):
        waits.setdefault(seat.clearance_id, []).append(seat)
    rows = []
    for one in clearances:
        seats = waits.get(one.pk, [])
        required = any(seat.required for seat in seats)
        if one.state == State.RETURNED:
            what = _("sent back to be changed")
        else:
            what = _("waits for reviewers") if required else _("waits for the decision")
        late_seats = any(seat.due and seat.due < today for seat in seats)
        late_decision = bool(one.state == State.OPEN and one.due and one.due < today)
        rows.append(
            Row(
                one, _page(one), what, _names(seats), tuple(seat.reviewer_id for seat in seats if seat.reviewer_id), one.due,
                late_seats or late_decision, _late(one.due, today) if late_decision else None,
                _("round %d") % one.round,
            )
        )  # fmt: skip
    return rows


# Behind the figures of the workload, and counted as they are.


def open_seats(user: User) -> list[Row]:
    """Reviews that are owed, also those for which nobody is named yet."""
    today = timezone.localdate()
    rows = open_reviews().filter(clearance__record__in=_visible(user))
    return [
        Row(
            one.clearance, _page(one.clearance, "timeline"), _("review: %s") % one.seat, _names([one]),
            (one.reviewer_id,) if one.reviewer_id else (), one.due, one.due is not None and one.due < today, _late(one.due, today),
        )
        for one in rows.select_related("reviewer", "clearance__record__office").order_by("due", "pk")
    ]  # fmt: skip


def verdicts(user: User, since: date | None) -> list[Row]:
    """First verdicts of each seat and round, the newest first, with the working days that each took."""
    rows = queries.first_verdicts(_visible(user), since).select_related(
        "by", "review__clearance__record__office", "submission"
    )
    found = []
    for one in rows.defer("submission__content"):
        clearance = one.review.clearance
        asked = max(one.review.asked_at, one.submission.at)
        found.append(
            Row(
                clearance, f"{_page(clearance)}?round={one.submission.number}", _("verdict: %s") % one.get_opinion_display(),
                str(one.by), (one.by_id,) if one.by_id else (), days=_days(asked, one.recorded_at),
                note=_("round %d") % one.submission.number, on=timezone.localdate(one.recorded_at),
            )
        )  # fmt: skip
    return found[::-1]


def deciding(user: User) -> list[Row]:
    """Work whose required verdicts are there and that waits for who decides."""
    asked = open_reviews().filter(required=True).values("clearance_id")
    rows = standing(user).filter(state=State.OPEN).exclude(pk__in=asked)
    return of_standing(list(rows))


def changing(user: User) -> list[Row]:
    """Work that was sent back and waits for its authors."""
    return of_standing(list(standing(user).filter(state=State.RETURNED)))


def decisions(user: User, since: date | None) -> list[Row]:
    """Decisions that ended a review, the newest first, with the working days from the last verdict."""
    rows = list(_decided(user, since).exclude(outcome=Outcome.RETURNED))
    last: dict[int, datetime] = {}
    given = Verdict.objects.current().filter(submission__in=[row.submission_id for row in rows])
    for submission, at in given.values_list("submission_id", "recorded_at"):
        last[submission] = max(last.get(submission, at), at)
    return [_decision(row, min(last.get(row.submission_id, row.submission.at), row.at), row.at) for row in rows]


def mendings(user: User, since: date | None) -> list[Row]:
    """Work that was sent back and handed in again, with the working days that its authors needed."""
    rows = list(_decided(user, since).filter(outcome=Outcome.RETURNED))
    rounds = Submission.objects.filter(clearance__in={row.submission.clearance_id for row in rows})
    handed = {(key, number): at for key, number, at in rounds.values_list("clearance_id", "number", "at")}
    last: dict[tuple[int, int], Decision] = {}
    for row in reversed(rows):  # oldest first: one way back for each round
        last[row.submission.clearance_id, row.submission.number] = row
    found = [
        _decision(row, row.at, at)
        for (key, number), row in last.items()
        if (at := handed.get((key, number + 1))) is not None
    ]
    return found[::-1]


def _decided(user: User, since: date | None) -> Any:
    rows = Decision.objects.filter(submission__clearance__record__in=_visible(user)).filter(_from("at", since))
    related = rows.select_related("by", "submission__clearance__record__office").defer("submission__content")
    return related.order_by("-at", "-pk")


def _decision(row: Decision, begun: datetime, ended: datetime) -> Row:
    clearance = row.submission.clearance
    return Row(
        clearance, _page(clearance, "decide"), _("decision: %s") % row.get_outcome_display(), str(row.by or "migov"),
        (row.by_id,) if row.by_id else (), days=_days(begun, ended), note=_("round %d") % row.submission.number,
        on=timezone.localdate(ended),
    )  # fmt: skip


def _visible(user: User) -> Any:
    return Record.objects.visible_to(user).values("pk")


def _from(name: str, since: date | None) -> Q:
    return Q(**{f"{name}__date__gte": since}) if since else Q()


def _days(first: datetime, last: datetime) -> int:
    return max(workdays.between(timezone.localdate(first), timezone.localdate(last)), 0)
