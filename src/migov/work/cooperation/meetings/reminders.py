"""What a day brings for meetings and commitments: inputs and tasks that fall due, meetings that nobody closed, our own commitments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.cooperation.meetings import people, when
from migov.work.cooperation.meetings.addresses import commitment_page, meeting_page
from migov.work.cooperation.meetings.life import EXPECTED, PENDING
from migov.work.cooperation.models import Commitment, Meeting, MeetingTask
from migov.work.cooperation.models.meetings import COMMITMENT, KIND

INPUTS_AHEAD = timedelta(days=7)
TASK_AHEAD = timedelta(days=3)
FORGOTTEN_AFTER = timedelta(days=3)
AHEAD, CLOSE = timedelta(days=30), timedelta(days=7)
LONGEST = 80


def remind(today: date) -> Mapping[str, int]:
    """Tell those concerned, once for each thing. Returns how many notices of each kind were made. A few queries for each meeting."""
    done: Counter[str] = Counter()
    done["inputs to meetings due"] = _inputs(today)
    done["tasks of meetings due"] = _tasks(today)
    done["meetings to close"] = _forgotten(today)
    done["own commitments due"] = _commitments(today)
    return {words: number for words, number in done.items() if number}


def _late_or_due(late: bool) -> str:
    return _("Late since %(day)s: %(what)s") if late else _("Due on %(day)s: %(what)s")


def _expected() -> list[Meeting]:
    found = Meeting.objects.filter(state__in=EXPECTED, record__removed_at__isnull=True)
    return list(found.select_related("record__owner", "attends"))


def _inputs(today: date) -> int:
    made = 0
    for one in _expected():
        if one.inputs_due is None or one.inputs_due > today + INPUTS_AHEAD or when.is_over(one, today):
            continue
        late = one.inputs_due < today
        what = _("inputs to “%(title)s”") % {"title": one.record.title[:LONGEST]}
        to = people.without([one.attends, *people.keeper(one.record)], None)
        made += len(
            tell(
                to, kind=KIND, record=one.record, url=meeting_page(one.record), text=when.days(one),
                title=_late_or_due(late) % {"day": formats.day(one.inputs_due), "what": what},
                key=f"meeting-inputs-{'late' if late else 'due'}:{one.pk}:{one.inputs_due}",
            )
        )  # fmt: skip
    return made


def _tasks(today: date) -> int:
    made = 0
    rows = MeetingTask.objects.filter(
        done_on__isnull=True,
        due__lte=today + TASK_AHEAD,
        person__isnull=False,
        meeting__record__removed_at__isnull=True,
    ).exclude(meeting__state="cancelled")
    for row in rows.select_related("person", "meeting__record"):
        late = row.due is not None and row.due < today
        made += len(
            tell(
                [row.person] if row.person else [], kind=KIND, record=row.meeting.record, text=row.meeting.record.title,
                url=f"{meeting_page(row.meeting.record)}#tasks",
                title=_late_or_due(late) % {"day": formats.day(row.due), "what": f"“{row.text[:LONGEST]}”"},
                key=f"meeting-task-{'late' if late else 'due'}:{row.pk}:{row.due}",
            )
        )  # fmt: skip
    return made


def _forgotten(today: date) -> int:
    made = 0
    for one in _expected():
        if not when.is_over(one, today - FORGOTTEN_AFTER):
            continue
        made += len(
            tell(
                people.keeper(one.record), kind=KIND, record=one.record, url=meeting_page(one.record),
                title=_("Was it held? %(title)s, %(days)s") % {"title": one.record.title[:LONGEST], "days": when.days(one)},
                key=f"meeting-over:{one.pk}:{one.record.ends or one.dated}",
            )
        )  # fmt: skip
    return made


def _commitments(today: date) -> int:
    made = 0
    rows = Commitment.objects.filter(
        ours=True, state__in=PENDING, due__lte=today + AHEAD, record__removed_at__isnull=True
    )
    for one in rows.select_related("record__owner"):
        if one.due is None:
            continue
        near = "late" if one.due < today else "close" if one.due <= today + CLOSE else "due"
        what = _("the office's commitment “%(title)s”") % {"title": one.record.title[:LONGEST]}
        made += len(
            tell(
                people.keeper(one.record), kind=COMMITMENT, record=one.record, url=commitment_page(one.record),
                title=_late_or_due(near == "late") % {"day": formats.day(one.due), "what": what},
                key=f"commitment-{near}:{one.pk}:{one.due}",
            )
        )  # fmt: skip
    return made
