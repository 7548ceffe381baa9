"""A month of the calendar: its weeks, and what stands on each day."""

from __future__ import annotations

from calendar import Calendar, monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import formats

from migov.work.cooperation.meetings.calendar_sources import CANCELLED, Event

FIRST_YEAR, LAST_YEAR = 1951, 2100
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Month:
    """A month. Raises ValueError for one that is not between FIRST_YEAR and LAST_YEAR."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.month <= 12):
            raise ValueError(f"{self.year}-{self.month}")

    @classmethod
    def read(cls, text: str) -> Month:
        """The month "2026-11". Raises ValueError for a text that is none."""
        year, _dash, month = text.partition("-")
        if not (year.isascii() and year.isdigit() and month.isascii() and month.isdigit()):
            raise ValueError(text)
        return cls(int(year[:5]), int(month[:3]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a day."""
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def words(self) -> str:
        """For people: "November 2026"."""
        return formats.date_format(self.first, "F Y")

    def plus(self, months: int) -> Month | None:
        """The month so many months later; None where the calendar has none."""
        count = self.year * 12 + self.month - 1 + months
        try:
            return Month(count // 12, count % 12 + 1)
        except ValueError:
            return None


@dataclass(slots=True)
class Day:
    """A day of the page. inside: of the month that is shown."""

    day: date
    inside: bool
    today: bool
    events: list[Event] = field(default_factory=list)


def weeks_of(month: Month, events: Iterable[Event], today: date) -> list[list[Day]]:
    """The weeks of a month from Monday, each day with its events; days of the months beside it have none."""
    days: dict[date, Day] = {}
    weeks = []
    for week in Calendar(MONDAY).monthdatescalendar(month.year, month.month):
        row = [Day(day, day.month == month.month, day == today) for day in week]
        days |= {one.day: one for one in row if one.inside}
        weeks.append(row)
    for event in events:
        if event.status == CANCELLED and event.code != "meeting":
            continue  # nothing is due any more
        day = max(event.starts, month.first)
        while day <= min(event.ends, month.last):
            days[day].events.append(event)
            day += timedelta(days=1)
    return weeks
