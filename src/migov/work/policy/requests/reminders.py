"""What a day brings for requests: new ones that nobody decides on, answers and steps that fall due, feedback that is not given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.policy.models import AssistanceRequest, RequestState, RequestStep
from migov.work.policy.models.requests import KIND
from migov.work.policy.requests import people
from migov.work.policy.requests.actions.filing import page_of
from migov.work.policy.requests.life import OWED

UNDECIDED_AFTER = timedelta(days=7)
AHEAD = timedelta(days=7)
STEP_AHEAD = timedelta(days=3)
FEEDBACK_AFTER = timedelta(days=14)
LONGEST = 80


def remind(today: date) -> Mapping[str, int]:
    """Tell those concerned, once for each thing. Returns how many notices of each kind were made. A few queries for each request."""
    done: Counter[str] = Counter()
    done["requests without a decision"] = _undecided(today)
    done["requests due"] = _due(today)
    done["steps of requests due"] = _steps(today)
    done["feedback asked for"] = _feedback(today)
    return {words: number for words, number in done.items() if number}


def _standing() -> QuerySet[AssistanceRequest]:
    return AssistanceRequest.objects.filter(record__removed_at__isnull=True).select_related("record__owner")


def _title(request: AssistanceRequest) -> str:
    return request.record.title[:LONGEST]


def _undecided(today: date) -> int:
    made = 0
    for one in _standing().filter(state=RequestState.FILED, received_on__lte=today - UNDECIDED_AFTER):
        made += len(
            tell(
                people.policy_officers(one), kind=KIND, record=one.record, url=page_of(one), key=f"request-undecided:{one.pk}",
                title=_("Waits for a decision since %(day)s: “%(title)s”") % {"day": formats.day(one.received_on), "title": _title(one)},
            )
        )  # fmt: skip
    return made


def _due(today: date) -> int:
    made = 0
    for one in _standing().filter(state__in=OWED, due__lte=today + AHEAD):
        late = one.due is not None and one.due < today
        title = (
            _("Late since %(day)s: the request “%(title)s”") if late else _("Due on %(day)s: the request “%(title)s”")
        )
        owner = one.record.owner
        to = [owner] if owner is not None and owner.is_active else people.policy_officers(one)
        made += len(
            tell(
                to, kind=KIND, record=one.record, url=page_of(one), text=one.sender,
                title=title % {"day": formats.day(one.due), "title": _title(one)},
                key=f"request-{'late' if late else 'due'}:{one.pk}:{one.due}",
            )
        )  # fmt: skip
    return made


def _steps(today: date) -> int:
    made = 0
    rows = RequestStep.objects.filter(
        request__state__in=(RequestState.PLANNED, RequestState.WORKED), request__record__removed_at__isnull=True,
        done_on__isnull=True, due__lte=today + STEP_AHEAD, person__isnull=False,
    ).select_related("person", "request__record")  # fmt: skip
    for row in rows:
        late = row.due is not None and row.due < today
        title = _("Late since %(day)s: “%(title)s”") if late else _("Due on %(day)s: “%(title)s”")
        made += len(
            tell(
                [row.person] if row.person else [], kind=KIND, record=row.request.record, url=f"{page_of(row.request)}#plan",
                text=row.request.record.title, title=title % {"day": formats.day(row.due), "title": row.text[:LONGEST]},
                key=f"request-step-{'late' if late else 'due'}:{row.pk}:{row.due}",
            )
        )  # fmt: skip
    return made


def _feedback(today: date) -> int:
    made = 0
    waiting = _standing().filter(
        state__in=(RequestState.DELIVERED, RequestState.CLOSED), score__isnull=True, delivered_on__lte=today - FEEDBACK_AFTER,
        delivered_on__gte=today - 6 * FEEDBACK_AFTER,
    )  # fmt: skip
    for one in waiting:
        made += len(
            tell(
                people.government(one), kind=KIND, record=one.record, url=f"{page_of(one)}#feedback",
                title=_("Was it useful? Tell the office about “%(title)s”") % {"title": _title(one)},
                key=f"request-feedback:{one.pk}",
            )
        )  # fmt: skip
    return made
