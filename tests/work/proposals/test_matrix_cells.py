"""One rule for numbers, dates and choices, whether they are typed or come from a file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.work.proposals import matrix_cells
from migov.work.proposals.matrix_cells import WrongInput


@pytest.mark.parametrize(("text", "value"), [
    ("1200", "1200"), ("1 200", "1200"), ("1\u00a0200,5", "1200.5"), ("1,200.5", "1200.5"), ("1.200,5", "1200.5"), ("1,200", "1200"),
    ("1'200'000", "1200000"), ("1,200,000", "1200000"), ("1.200.000", "1200000"), ("0,5", "0.5"), ("0.125", "0.125"), ("45 %", "45"),
    ("−3", "-3"), ("+4", "4"), ("12,5", "12.5"), ("1,2345", "1.2345"), ("5.", "5"), ("1234.567", "1234.567"), ("-0", "0"),
])  # fmt: skip
def test_numbers_are_read_by_one_rule(text: str, value: str) -> None:
    assert matrix_cells.number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "many", "12 of 30", "1,20,000", "1.2.3", "1,200,5.5", "1e5", "1/2", "9" * 19, "0.1234567", "٣"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(WrongInput):
        matrix_cells.number(text)


def test_what_can_be_read_in_two_ways_is_refused_with_both() -> None:
    with pytest.raises(WrongInput, match=r"Write 1200 or 1\.2000"):
        matrix_cells.number("1.200")


@given(
    st.decimals(min_value=-(10**17), max_value=10**17, places=6)
    | st.decimals(min_value=-2000, max_value=2000, places=3)
)
def test_a_number_that_is_shown_reads_back_as_itself(value: Decimal) -> None:
    assert matrix_cells.number(matrix_cells.digits(value)) == value


@pytest.mark.parametrize("text", ["2026-12-31", "31.12.2026", "31. 12. 2026", "31/12/2026"])
def test_dates_are_read_in_the_usual_ways(text: str) -> None:
    assert matrix_cells.day(text) == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["12/31/2026", "2026", "31.02.2026", "soon"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(WrongInput, match="is not a date"):
        matrix_cells.day(text)


@given(st.text(max_size=300))
def test_kept_text_is_kept_as_it_is(text: str) -> None:
    once = matrix_cells.tidy(text)
    assert matrix_cells.tidy(once) == once


def test_dimensions_are_known_by_their_usual_names_each_once() -> None:
    assert matrix_cells.dimensions("Gender, age group; sex\nRegion of origin, , region of origin") == [
        "sex", "age", "Region of origin", "region of origin",
    ]  # fmt: skip


@pytest.mark.parametrize(("measure", "text", "expected"), [
    ("number", "200", (Decimal(200), "")), ("number", "to be agreed", (None, "to be agreed")),
    ("qualitative", "3 laws in force", (None, "3 laws in force")), ("percentage", "40%", (Decimal(40), "")), ("number", "", (None, "")),
])  # fmt: skip
def test_a_target_is_a_number_or_words(measure: str, text: str, expected: tuple[Decimal | None, str]) -> None:
    assert matrix_cells.amount(text, measure) == expected
