"""When a meeting is: days, hours in the time zone in which they were announced, or a month; and what that means for lists."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Case, CharField, F, Q, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation import partial_dates
from migov.foundation.shell import formats
from migov.work.cooperation.models import Meeting

# The capitals of the region and the cities where its meetings are convened; any other IANA name is accepted too.
ZONES = (
    "UTC", "Asia/Almaty", "Asia/Ashgabat", "Asia/Baku", "Asia/Bishkek", "Asia/Dushanbe", "Asia/Jerusalem", "Asia/Tashkent",
    "Asia/Tbilisi", "Asia/Yerevan", "America/New_York", "Europe/Belgrade", "Europe/Brussels", "Europe/Bucharest",
    "Europe/Budapest", "Europe/Chisinau", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Minsk",
    "Europe/Moscow", "Europe/Paris", "Europe/Podgorica", "Europe/Prague", "Europe/Rome", "Europe/Sarajevo", "Europe/Skopje",
    "Europe/Sofia", "Europe/Tirane", "Europe/Vienna", "Europe/Warsaw", "Europe/Zurich",
)  # fmt: skip
CITIES = {
    "Europe/Zurich": "Geneva",
    "Europe/Tirane": "Tirana",
    "America/New_York": "New York",
    "Asia/Jerusalem": "Jerusalem",
}


class NoSuchTime(ValueError):
    """An hour that does not exist on that day: the clocks are put forward over it."""


def zone(name: str) -> ZoneInfo:
    """The time zone with a name; that of this installation for an empty one. Raises ValueError for a name that is none."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(name) from error


def zone_of(meeting: Meeting) -> ZoneInfo:
    """The time zone in which the hours of a meeting were announced."""
    return zone(meeting.zone)


def city(name: str) -> str:
    """A time zone by its city: "Europe/Zurich" → "Geneva"."""
    name = name or settings.TIME_ZONE
    return CITIES.get(name, name.rpartition("/")[2].replace("_", " "))


def zones() -> list[tuple[str, str]]:
    """Time zones to choose from, by city."""
    names = {*ZONES, settings.TIME_ZONE}
    return sorted(((name, _("%(city)s time") % {"city": city(name)}) for name in names), key=lambda pair: pair[1])


def moment(day: date, hour: time, name: str) -> datetime:
    """An hour of a day in a time zone, as a moment. Raises NoSuchTime where the clocks are put forward over it, ValueError for an
    unknown zone.
    """
    found = datetime.combine(day, hour, zone(name))
    if found.astimezone(ZoneInfo("UTC")).astimezone(found.tzinfo).replace(tzinfo=None) != found.replace(tzinfo=None):
        raise NoSuchTime(str(found))
    return found


def days(meeting: Meeting) -> str:
    """The days of a meeting, in the fewest words; the month or year where no day is known; that its date is open."""
    record = meeting.record
    if record.starts is not None:
        return formats.period(record.starts, record.ends or record.starts)
    return partial_dates.words(meeting.dated) if meeting.dated else _("date open")


def hours(meeting: Meeting) -> str:
    """The hours of a meeting with the time zone, empty where they are not known: "10:00–12:30, Tashkent time"."""
    if meeting.starts_at is None:
        return ""
    here = zone_of(meeting)
    words = f"{meeting.starts_at.astimezone(here):%H:%M}"
    if meeting.ends_at is not None:
        words += f"–{meeting.ends_at.astimezone(here):%H:%M}"
    return _("%(hours)s, %(city)s time") % {"hours": words, "city": city(meeting.zone)}


def hours_here(meeting: Meeting) -> str:
    """The hours on the clocks of this installation, where these differ; else empty."""
    if meeting.starts_at is None:
        return ""
    there, here = meeting.starts_at.astimezone(zone_of(meeting)), timezone.localtime(meeting.starts_at)
    if there.utcoffset() == here.utcoffset():
        return ""
    words = formats.moment(meeting.starts_at) if there.date() != here.date() else f"{here:%H:%M}"
    return _("%(hours)s in %(city)s") % {"hours": words, "city": city("")}


def where(meeting: Meeting) -> str:
    """City and country, or that it is online; empty where nothing is known. The country has to be selected with the meeting."""
    country = formats.place(meeting.country) if meeting.country is not None else ""
    said = [part for part in (meeting.city, country) if part]
    if meeting.online:
        said.append(_("online"))
    return ", ".join(said)


def is_over(meeting: Meeting, today: date) -> bool:
    """Whether its last day has passed; not where its date is open."""
    record = meeting.record
    last = record.ends or record.starts
    if last is None:
        last = partial_dates.last_day(meeting.dated) if meeting.dated else None
    return last is not None and last < today


def has_begun(meeting: Meeting, today: date) -> bool:
    """Whether its first day has come, or may have; so too where its date is open."""
    first = meeting.record.starts or (partial_dates.first_day(meeting.dated) if meeting.dated else None)
    return first is None or first <= today


# For lists. A day is compared as text with a month or a year, which sorts as they do in time.


def begins() -> Any:
    """An expression to order by: the first day, or the month or year that is known; null where nothing is."""
    return Case(
        When(record__starts__isnull=False, then=Cast("record__starts", CharField())),
        When(dated="", then=None),
        default=F("dated"),
        output_field=CharField(),
    )


def until(day: date) -> Q:
    """Meetings that begin on a day or earlier, or may do so."""
    return Q(record__starts__lte=day) | (Q(record__starts__isnull=True) & ~Q(dated="") & Q(dated__lte=day.isoformat()))


def since(day: date) -> Q:
    """Meetings that end on a day or later, or may do so."""
    known = Q(record__ends__gte=day) | Q(record__ends__isnull=True, record__starts__gte=day)
    month = Q(dated__gte=f"{day:%Y-%m}") | Q(dated=f"{day:%Y}")
    return known | (Q(record__starts__isnull=True) & ~Q(dated="") & month)


def without_date() -> Q:
    """Meetings of which not even the year is known."""
    return Q(record__starts__isnull=True, dated="")


def only_month() -> Q:
    """Meetings whose day is open: they stand in lists, not in calendars."""
    return Q(record__starts__isnull=True)
