"""Rounds of review of the Global Compact in the calendar of cooperation: the days they take, and the day by which reports are awaited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer, allowed
from migov.work.cooperation.meetings import calendar_sources
from migov.work.cooperation.meetings.calendar_sources import TENTATIVE, Event
from migov.work.governance.models import ReviewRound


def rounds(start: date, end: date, viewer: Viewer) -> Iterator[Event]:
    """Rounds that touch the days, and reports awaited on them. One query."""
    if not allowed(viewer, "governance.enter"):
        return
    within = Q(starts__lte=end, ends__gte=start) | Q(starts__range=(start, end)) | Q(inputs_due__range=(start, end))
    url = reverse("governance:gcm")
    for one in ReviewRound.objects.filter(within):
        known = timezone.make_aware(datetime.combine(date(one.year, 1, 1), time.min))
        status = TENTATIVE if one.to_check else calendar_sources.CONFIRMED
        if one.starts is not None and one.starts <= end and (one.ends or one.starts) >= start:
            yield Event(
                f"round-{one.code}", one.title, one.starts, one.ends or one.starts, url, _("round of review"), "round", known,
                where=one.venue, status=status,
            )  # fmt: skip
        if one.inputs_due is not None and start <= one.inputs_due <= end:
            title = _("National reports due: %s") % one.title
            yield Event(
                f"round-{one.code}-reports",
                title,
                one.inputs_due,
                one.inputs_due,
                url,
                _("reports due"),
                "inputs",
                known,
                status=status,
            )


def register() -> None:
    """Called once, when the house is loaded."""
    calendar_sources.register(rounds)
