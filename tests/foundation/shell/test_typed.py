"""What people type is read by one rule, whether it comes from a form, a sheet or the clipboard."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.foundation.shell import typed


@pytest.mark.parametrize(("text", "value"), [
    ("1200", "1200"), ("1 200", "1200"), ("1\u00a0200,5", "1200.5"), ("1,200.5", "1200.5"), ("1.200,5", "1200.5"), ("1,200", "1200"),
    ("1'200'000", "1200000"), ("1,200,000", "1200000"), ("1.200.000", "1200000"), ("0,5", "0.5"), ("0.125", "0.125"), ("45 %", "45"),
    ("−3", "-3"), ("+4", "4"), ("12,5", "12.5"), ("1,2345", "1.2345"), ("5.", "5"), ("1234.567", "1234.567"), ("-0", "0"),
    (".5", "0.5"), (",25", "0.25"), (".500", "0.5"), ("1'200.5", "1200.5"),
])  # fmt: skip
def test_numbers_are_read_as_offices_write_them(text: str, value: str) -> None:
    assert typed.number(text) == Decimal(value)


@pytest.mark.parametrize("text", [
    "", "many", "12 of 30", "1,20,000", "1.2.3", "1,200,5.5", "1e5", "1/2", "9" * 19, "0.1234567", "٣", "1,2,3", "1,2.3,4", "--1", "one",
    "1,23.456,7", ".", ",", "1.200",
])  # fmt: skip
def test_what_is_no_number_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(typed.Unreadable):
        typed.number(text)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_a_number_is_read_back_as_formats_write_it(amount: Decimal) -> None:
    assert typed.number(f"{amount:,.2f}") == amount
    assert typed.number(f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))) == amount


@pytest.mark.parametrize(
    ("text", "value"), [("2026-12-31", date(2026, 12, 31)), ("31.12.2026", date(2026, 12, 31)), ("", None)]
)
def test_days_are_read_in_two_ways(text: str, value: date | None) -> None:
    assert typed.day(text) == value


@pytest.mark.parametrize("text", ["31.2.2026", "12/31/2026", "soon", "2026-13-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(typed.Unreadable, match="is not a date"):
        typed.day(text)


def test_text_is_kept_without_what_nobody_sees_and_refused_when_too_long() -> None:
    assert typed.tidy(" a\x00b\r\nc ") == "ab\nc"
    assert typed.line("a \n  b") == "a b"
    with pytest.raises(typed.Unreadable, match="at most 3"):
        typed.tidy("four", 3)


@pytest.mark.parametrize("code", [0x200B, 0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF])
def test_what_turns_words_round_or_hides_between_them_is_not_kept(code: int) -> None:
    assert typed.tidy(f"pay {chr(code)}100{chr(code)} EUR") == "pay 100 EUR"
    assert typed.line(f"a{chr(code)}b") == "ab"


def test_joiners_that_scripts_need_are_kept() -> None:
    assert typed.tidy("\u0645\u06cc\u200c\u062e") == "\u0645\u06cc\u200c\u062e"
