"""One rule for numbers, dates and choices, whether they are typed or come from a file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.work.proposals import matrix_cells
from migov.work.proposals.matrix_cells import WrongInput


def test_a_matrix_refuses_what_can_be_read_in_two_ways_with_both() -> None:
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
