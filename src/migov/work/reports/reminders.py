"""What a day brings: reports that fall due in a fortnight, and those that are late. Told once each, to whose work it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.reports.models import Report, ReportState

AHEAD = timedelta(days=14)
KIND = "report-due"


def remind(today: date) -> Mapping[str, int]:
    """Tell the owner of each report that falls due; of one that is late, the owner of its project too. Returns how many were told."""
    rows = (
        Report.objects.filter(due__lte=today + AHEAD, record__removed_at__isnull=True)
        .exclude(state=ReportState.DELIVERED)
        .select_related("record__owner", "project__record__owner")
    )
    done = {"reports due": 0, "reports late": 0}
    for one in rows:
        late = one.due is not None and one.due < today
        owner, manager = one.record.owner, one.project.record.owner
        people = {person.pk: person for person in (owner, manager if late or owner is None else None) if person}
        words = _("Late since %(day)s: %(title)s") if late else _("Due on %(day)s: %(title)s")
        told = tell(
            people.values(), kind=KIND, title=words % {"day": formats.day(one.due), "title": one.record.title},
            text=str(one.get_state_display()), url=reverse("reports:page", args=[one.pk]), record=one.record,
            key=f"report-{one.pk}-{'late' if late else 'due'}-{one.due}",
        )  # fmt: skip
        done["reports late" if late else "reports due"] += len(told)
    return {words: number for words, number in done.items() if number}
