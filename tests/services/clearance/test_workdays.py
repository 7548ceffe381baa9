"""Counting working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.services.clearance import workdays

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize(
    ("first", "count", "last"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday, Monday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # Saturday, Monday
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 11, 25), 3, date(2026, 11, 30)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_known_days(first: date, count: int, last: date) -> None:
    assert workdays.after(first, count) == last


@given(DAYS, st.integers(0, 60))
def test_after_and_between_agree(day: date, count: int) -> None:
    last = workdays.after(day, count)
    assert workdays.is_working_day(last)
    if workdays.is_working_day(day):
        assert workdays.between(day, last) == count
        assert workdays.between(last, day) == -count


@given(DAYS, st.integers(0, 400))
def test_between_counts_each_working_day_once(day: date, span: int) -> None:
    days = [day + timedelta(days=n) for n in range(1, span + 1)]
    assert workdays.between(day, day + timedelta(days=span)) == sum(map(workdays.is_working_day, days))
