"""How figures, money, dates and places are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.foundation.places.models import Place
from migov.foundation.shell import formats

GAP = formats.NBSP


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234567, "1,234,567"), (0, "0"), (-1200, "−1,200"), (2.5, "2.5"), (Decimal("2.50"), "2.5"), (Decimal("1E+3"), "1,000"),
        (0.005, "0.01"), (-0.001, "0"), (None, "–"), ("", "–"), ("n/a", "n/a"), (Decimal("NaN"), "NaN"),
    ],
)  # fmt: skip
def test_numbers_have_their_thousands_apart(value: Any, shown: str) -> None:
    assert formats.number(value) == shown


def test_decimals_can_be_asked_for() -> None:
    assert formats.number(2, 1) == "2.0"
    assert formats.number("2.449", 1) == "2.4"


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_no_digit_is_lost(value: int) -> None:
    assert int(formats.number(value).replace(",", "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (8_412_333, f"8.4{GAP}M"), (61_240, f"61.2{GAP}k"), (999, "999"), (999_949, f"999.9{GAP}k"), (999_950, f"1.0{GAP}M"),
        (2_100_000_000, f"2.1{GAP}bn"), (-8_412_333, f"−8.4{GAP}M"), (None, "–"),
    ],
)  # fmt: skip
def test_large_amounts_are_shortened(value: Any, shown: str) -> None:
    assert formats.compact(value) == shown


def test_money_says_its_currency() -> None:
    assert formats.money(Decimal("1240000.49"), "USD") == f"1,240,000{GAP}USD"
    assert formats.money(None, "USD") == "–"
    assert formats.money(5) == "5"


def test_shares_are_shown_as_percent() -> None:
    assert formats.percent(Decimal("0.654")) == f"65{GAP}%"
    assert formats.percent(1.11) == f"111{GAP}%"
    assert formats.percent(0.654, 1) == f"65.4{GAP}%"
    assert formats.percent(None) == "–"


def test_days_are_written_out() -> None:
    assert formats.day(date(2025, 3, 31)) == f"31{GAP}March 2025"
    assert formats.day("2025-03-31") == f"31{GAP}March 2025"
    assert formats.day("soon") == "soon"
    assert formats.day(None) == "–"


def test_moments_are_local() -> None:
    late = datetime(2025, 3, 31, 22, 30, tzinfo=UTC)  # already the next day in Vienna
    assert formats.moment(late) == f"1{GAP}April 2025, 00:30"
    assert formats.day(late) == f"1{GAP}April 2025"


@pytest.mark.parametrize(
    ("starts", "ends", "shown"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), "2023"),
        (date(2023, 1, 1), date(2025, 12, 31), "2023–2025"),
        (date(2025, 4, 1), date(2025, 6, 30), f"1{GAP}April – 30{GAP}June 2025"),
        (date(2024, 4, 1), date(2025, 6, 30), f"1{GAP}April 2024 – 30{GAP}June 2025"),
        (date(2024, 4, 1), date(2024, 4, 1), f"1{GAP}April 2024"),
        (date(2026, 12, 3), date(2026, 12, 4), f"3–4{GAP}December 2026"),
        (date(2024, 5, 1), None, f"from 1{GAP}May 2024"),
        (None, date(2024, 5, 1), f"until 1{GAP}May 2024"),
        (None, None, "–"),
    ],
)
def test_periods_take_the_fewest_words(starts: date | None, ends: date | None, shown: str) -> None:
    assert formats.period(starts, ends) == shown


def test_a_place_with_a_footnote_carries_its_asterisk_once() -> None:
    assert formats.place(Place(short_name="Kosovo", needs_footnote=True)) == "Kosovo*"
    assert formats.place(Place(short_name="Kosovo*", needs_footnote=True)) == "Kosovo*"
    assert formats.place(Place(short_name="Serbia")) == "Serbia"
    assert formats.place(None) == "–"
