"""Working days: Monday to Friday. Public holidays differ from country to country and are not known to migov, so they count."""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether a day is from Monday to Friday."""
    return day.weekday() < SATURDAY


def after(day: date, count: int) -> date:
    """The day that is `count` working days after another; `count` 0 gives that day, or the next working day."""
    if count < 0:
        raise ValueError("count is 0 or more")
    while not is_working_day(day):
        day += timedelta(days=1)
        if is_working_day(day) and count:
            count -= 1
    weeks, rest = divmod(count, SATURDAY)
    day += timedelta(weeks=weeks)
    while rest:
        day += timedelta(days=1)
        rest -= is_working_day(day)
    return day


def between(first: date, last: date) -> int:
    """Working days from one day (not counted) to another (counted); below 0 when `last` is before `first`."""
    if last < first:
        return -between(last, first)
    weeks, rest = divmod((last - first).days, 7)
    return weeks * SATURDAY + sum(is_working_day(first + timedelta(days=n)) for n in range(1, rest + 1))
