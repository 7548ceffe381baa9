"""What the search page finds among meetings and commitments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.foundation.people import access
from migov.foundation.records.kinds import url_of
from migov.foundation.shell.search import Hit
from migov.work.cooperation.meetings import when
from migov.work.cooperation.meetings.filters import ALL, CommitmentFilter, MeetingFilter
from migov.work.cooperation.meetings.queries import commitments, register
from migov.work.cooperation.meetings.queries.unseen import hide


def find_meetings(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Meetings that hold every word, the last first. Two queries."""
    if not access.allowed(user, "cooperation.enter"):
        return
    found = register.matching(MeetingFilter(q=query, show=ALL), user).select_related(
        "record", "country", "mechanism__record"
    )
    shown = list(found.order_by(*register.ORDERS["-when"])[:limit])
    hide(shown, user, "mechanism")
    for one in shown:
        said = [when.days(one), when.where(one), str(one.mechanism or ""), str(one.get_state_display())]
        yield Hit(one.record.title, url_of(one.record), _("Meetings"), " · ".join(filter(None, said))[:200])


def find_commitments(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Commitments that hold every word, what is due first. Two queries."""
    if not access.allowed(user, "cooperation.enter"):
        return
    found = commitments.matching(CommitmentFilter(q=query, show=ALL), user)
    found = found.select_related("record", "place", "body", "mechanism__record")
    shown = list(found.order_by(*commitments.ORDERS["due"])[:limit])
    hide(shown, user, "mechanism", "meeting")
    for one in shown:
        said = [commitments.who(one), str(one.mechanism or ""), str(one.get_state_display())]
        yield Hit(one.record.title, url_of(one.record), _("Commitments"), " · ".join(filter(None, said))[:200])
