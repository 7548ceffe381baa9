"""What a day brings: national reports awaited, contributions due or late, pledges due or late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people.models import User
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.governance.gcm import addresses, ground
from migov.work.governance.gcm.queries.pledges import OPEN as OPEN_PLEDGES
from migov.work.governance.models import GcmReport, GcmReportState, Invitation, Pledge

NOTICE = "gcm"
REPORT_AHEAD, CONTRIBUTION_AHEAD, PLEDGE_AHEAD = timedelta(days=30), timedelta(days=3), timedelta(days=30)


def remind(today: date) -> Mapping[str, int]:
    """Tell those concerned, each thing once. Returns how many notices of each kind were made."""
    done: Counter[str] = Counter()
    done["Global Compact reports due"] = _reports(today)
    done["contributions due"] = _contributions(today)
    done["pledges due"] = _pledges(today)
    return {words: number for words, number in done.items() if number}


def _people(*people: User | None) -> Iterable[User]:
    return [one for one in people if one is not None]


def _reports(today: date) -> int:
    made = 0
    waiting = GcmReport.objects.filter(
        round__inputs_due__lte=today + REPORT_AHEAD, record__removed_at__isnull=True
    ).exclude(state=GcmReportState.SUBMITTED)
    for one in waiting.select_related("record__owner", "round"):
        due = one.round.inputs_due
        if due is None:
            continue
        late = due < today
        title = (
            _("The report “%(title)s” was awaited by %(day)s.")
            if late
            else _("The report “%(title)s” is awaited by %(day)s.")
        )
        made += len(
            tell(
                _people(one.record.owner), kind=NOTICE, url=addresses.report_page(one.record), record=one.record,
                title=title % {"title": one.record.title, "day": formats.day(due)},
                key=f"gcm-report-{'late' if late else 'due'}:{one.pk}:{due}",
            )
        )  # fmt: skip
    return made


def _contributions(today: date) -> int:
    """Contributions that are not handed in: who leads the report is told shortly before the day, and after it."""
    made = 0
    waiting = Invitation.objects.filter(
        handed_in_at__isnull=True, withdrawn_at__isnull=True, deadline__lte=today + CONTRIBUTION_AHEAD,
        report__state__in=ground.OPEN, report__record__removed_at__isnull=True,
    ).select_related("report__record__owner", "made_by")  # fmt: skip
    for one in waiting:
        late = one.deadline < today
        words = (
            _("%(body)s has not contributed to “%(title)s”; the day was %(day)s.")
            if late
            else _("%(body)s is asked to contribute to “%(title)s” by %(day)s, and has not yet.")
        )
        record = one.report.record
        made += len(
            tell(
                _people(record.owner, one.made_by), kind=NOTICE, record=record,
                title=words % {"body": one.body, "title": record.title, "day": formats.day(one.deadline)},
                url=reverse("governance:gcm-contributions", args=[one.report_id]),
                key=f"gcm-contribution-{'late' if late else 'due'}:{one.pk}:{one.deadline}",
            )
        )  # fmt: skip
    return made


def _pledges(today: date) -> int:
    made = 0
    waiting = Pledge.objects.filter(
        state__in=OPEN_PLEDGES, due__lte=today + PLEDGE_AHEAD, record__removed_at__isnull=True
    ).select_related("record__owner")
    for one in waiting:
        if one.due is None:
            continue
        late = one.due < today
        title = (
            _("The pledge “%(title)s” was due on %(day)s.") if late else _("The pledge “%(title)s” is due on %(day)s.")
        )
        made += len(
            tell(
                _people(one.record.owner), kind=NOTICE, url=addresses.pledge_page(one.record), record=one.record,
                title=title % {"title": one.record.title, "day": formats.day(one.due)},
                key=f"pledge-{'late' if late else 'due'}:{one.pk}:{one.due}",
            )
        )  # fmt: skip
    return made
