"""What a day brings: responses and actions that fall due, those that are late, and recommendations that stay open too long.

Everything is told once to each person (keys of notices). Those who answer are told first; heads of the office after thirty days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people.models import Membership, Office, Role, User
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.evaluations.models import (
    STILL_OPEN,
    Evaluation,
    KeyAction,
    Recommendation,
    ResponseForm,
    ResponseState,
    Status,
    promised,
)

RESPONSE_AHEAD = timedelta(days=7)
ACTION_AHEAD = timedelta(days=14)
ESCALATE_AFTER = timedelta(days=30)
CLOSURE_MONTHS = 15
KIND = "evaluation"
LONGEST = 80
HEADS = (Role.MANAGEMENT, Role.ENDORSER)


def remind(today: date) -> Mapping[str, int]:
    """Tell those concerned what a day brings. Returns how many notices of each kind were made."""
    people = _People(today)
    done: Counter[str] = Counter()
    done["management responses due"] = _responses(today, people)
    done["key actions due"] = _actions(today, people)
    done["key actions escalated"] = _escalated(today, people)
    done["closure decisions asked for"] = _closures(today, people)
    return {words: number for words, number in done.items() if number}


class _People:
    """Who answers for what, with the offices read once."""

    def __init__(self, today: date) -> None:
        self._parents = dict(Office.objects.values_list("pk", "parent_id"))
        self._held: dict[tuple[int, str], list[User]] = {}
        rows = (
            Membership.objects.filter(role__in=(*HEADS, Role.MANDE), user__is_active=True)
            .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today), Q(valid_to__isnull=True) | Q(valid_to__gte=today))
            .select_related("user")
        )  # fmt: skip
        for row in rows:
            self._held.setdefault((row.office_id, row.role), []).append(row.user)

    def in_charge(self, office: int | None, *roles: str) -> list[User]:
        """People with one of the roles in an office, else in the next one above it that has some; without an office: at the top."""
        at = (
            office if office is not None else next((pk for pk, parent in self._parents.items() if parent is None), None)
        )
        while at is not None:
            found = {person.pk: person for role in roles for person in self._held.get((at, role), ())}
            if found:
                return list(found.values())
            at = self._parents.get(at)
        return []

    def of_evaluation(self, evaluation: Evaluation) -> list[User]:
        """The owner of an evaluation, else the M&E officers of its office."""
        record = evaluation.record
        if record.owner is not None and record.owner.is_active:
            return [record.owner]
        return self.in_charge(record.office_id, Role.MANDE)

    def of_action(self, action: KeyAction) -> list[User]:
        """Who answers for an action: its owner, else the coordinator of the response, else who answers for the evaluation."""
        evaluation = action.recommendation.evaluation
        for person in (action.owner, evaluation.management_response.coordinator):
            if person is not None and person.is_active:
                return [person]
        return self.of_evaluation(evaluation)

    def heads(self, action: KeyAction) -> list[User]:
        """Heads of the office that answers for an action; its M&E officers where it has none."""
        office = action.office_id or action.recommendation.evaluation.record.office_id
        return self.in_charge(office, *HEADS) or self.in_charge(office, Role.MANDE)


def _responses(today: date, people: _People) -> int:
    waiting = (
        Evaluation.objects.filter(
            status=Status.COMPLETED, response_due__lte=today + RESPONSE_AHEAD, record__removed_at__isnull=True
        )
        .exclude(management_response__state=ResponseState.ISSUED)
        .select_related("record__owner")
    )
    made = 0
    for one in waiting:
        due = one.response_due
        late = due is not None and due < today
        title = (
            _("The management response to “%(title)s” was due on %(day)s.") if late
            else _("The management response to “%(title)s” is due on %(day)s.")
        )  # fmt: skip
        made += _tell(
            people.of_evaluation(one), one, title, due, reverse("evaluations:response", args=[one.pk]),
            f"evaluation-response-{'late' if late else 'due'}:{one.pk}:{due}",
        )  # fmt: skip
    return made


def _open_actions() -> Iterable[KeyAction]:
    return KeyAction.objects.filter(
        promised(), notes__superseded_at__isnull=True, notes__status__in=STILL_OPEN
    ).select_related(
        "owner", "recommendation__evaluation__record__owner", "recommendation__evaluation__management_response__coordinator"
    )  # fmt: skip


def _actions(today: date, people: _People) -> int:
    made = 0
    for action in _open_actions().filter(due__lte=today + ACTION_AHEAD):  # type: ignore[attr-defined]
        late = action.due < today
        title = _("Late since %(day)s: “%(title)s”") if late else _("Due on %(day)s: “%(title)s”")
        made += _tell_of_action(people.of_action(action), action, title, "late" if late else "due")
    return made


def _escalated(today: date, people: _People) -> int:
    made = 0
    for action in _open_actions().filter(due__lt=today - ESCALATE_AFTER):  # type: ignore[attr-defined]
        title = _("More than 30 days late, since %(day)s: “%(title)s”")
        made += _tell_of_action(people.heads(action), action, title, "escalated")
    return made


def _tell_of_action(to: list[User], action: KeyAction, title: str, key: str) -> int:
    evaluation = action.recommendation.evaluation
    words = {"day": formats.day(action.due), "title": action.text[:LONGEST]}
    notices = tell(
        to, kind=KIND, title=title % words, text=evaluation.record.title,
        url=f"{reverse('evaluations:followup', args=[evaluation.pk])}#action-{action.pk}", record=evaluation.record,
        key=f"evaluation-action-{key}:{action.pk}:{action.due}",
    )  # fmt: skip
    return len(notices)


def _closures(today: date, people: _People) -> int:
    """Recommendations (form of 2024) with open actions fifteen months after the response: complete, discard, or say why they stay open."""
    limit = months_before(today, CLOSURE_MONTHS)
    open_actions = KeyAction.objects.filter(
        promised(), notes__superseded_at__isnull=True, notes__status__in=STILL_OPEN
    ).values("recommendation_id")
    waiting = Recommendation.objects.filter(
        pk__in=open_actions,
        answer__final_status="",
        evaluation__management_response__form=ResponseForm.OF_2024,
        evaluation__management_response__date__lte=limit,
    ).select_related("evaluation__record__owner", "evaluation__management_response__coordinator")
    made = 0
    for row in waiting:
        evaluation = row.evaluation
        coordinator = evaluation.management_response.coordinator
        to = [coordinator] if coordinator is not None and coordinator.is_active else people.of_evaluation(evaluation)
        title = _("Open for 15 months: decide how recommendation %(number)s is closed.") % {"number": row.number}
        url = f"{reverse('evaluations:followup', args=[evaluation.pk])}#recommendation-{row.pk}"
        key = f"evaluation-closure:{row.pk}:{evaluation.management_response.date}"
        notices = tell(
            to, kind=KIND, title=title, text=evaluation.record.title, url=url, record=evaluation.record, key=key
        )
        made += len(notices)
    return made


def _tell(to: list[User], one: Evaluation, title: str, day: date | None, url: str, key: str) -> int:
    words = {"title": one.record.title[:LONGEST], "day": formats.day(day)}
    return len(tell(to, kind=KIND, title=title % words, url=url, record=one.record, key=key))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
