"""Events as an iCalendar file (RFC 5545). The same events give the same bytes, so that a calendar can be told that nothing changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, vText
from icalendar import Event as Entry

from migov.work.cooperation.meetings.calendar_sources import CANCELLED, Event

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=6)


def calendar_of(events: Iterable[Event], *, name: str) -> bytes:
    """The calendar with a name, as bytes. Days are whole days; hours stand in their time zone, which is described in the file."""
    made = Calendar()
    made.add("prodid", f"-//migov//{settings.MIGOV_ORGANISATION}//{(get_language() or 'en').upper()}")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", vText(one_line(name)))
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    for event in events:
        made.add_component(_entry(event))
    made.add_missing_timezones()
    return made.to_ical()


def _entry(event: Event) -> Entry:
    host = urlsplit(settings.MIGOV_ADDRESS).hostname or "migov"
    entry = Entry()
    entry.add("uid", f"{event.uid}@{host}")
    # When the entry was last revised, not when the file was made: see above.
    stamp = event.changed_at.astimezone(UTC).replace(microsecond=0)
    entry.add("dtstamp", stamp)
    entry.add("last-modified", stamp)
    entry.add("sequence", event.sequence)
    if event.starts_at is not None:
        entry.add("dtstart", event.starts_at)
        if event.ends_at is not None:
            entry.add("dtend", event.ends_at)
    else:
        entry.add("dtstart", event.starts)
        if event.ends < date.max:
            entry.add("dtend", event.ends + timedelta(days=1))  # the end is not counted
    title = _("Cancelled: %(title)s") % {"title": event.title} if event.status == CANCELLED else event.title
    entry.add("summary", one_line(title))
    entry.add("status", event.status)
    entry.add("categories", [word for word in (event.kind, event.mechanism_name) if word])
    if event.where:
        entry.add("location", one_line(event.where))
    if event.about:
        entry.add("description", event.about)
    entry.add("url", f"{settings.MIGOV_ADDRESS}{event.url}")
    # A day until which something is due, or a meeting that does not take place, does not make a person busy.
    free = event.code != "meeting" or event.status == CANCELLED
    entry.add("transp", "TRANSPARENT" if free else "OPAQUE")
    return entry


def one_line(text: str) -> str:
    """Text without line breaks."""
    return " ".join(text.split())
