"""What is odd about reported values is said, and only what cannot be right hinders handing in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.work.results.checks import Part, Reported, check, hindering, words_of
from migov.work.results.models import AcrossPeriods, Measure
from migov.work.results.shapes import Amount


def of(whole: Any = None, *, parts: dict[str, Any] | None = None, complete: bool = False, **more: Any) -> Reported:
    """An entry with a whole and parts by sex; numbers or (numerator, denominator)."""
    facts: dict[str, Any] = {
        "measure": Measure.NUMBER, "across_periods": AcrossPeriods.SUM, "counts_people": True, "ascending": True
    }  # fmt: skip
    more["earlier"] = [Decimal(one) for one in more.get("earlier", ())]
    return Reported(
        whole=amount(whole),
        parts=[Part(f"sex={key}", "sex", amount(value), complete) for key, value in (parts or {}).items()],
        **facts | more,
    )


def amount(value: Any) -> Amount:
    if isinstance(value, tuple):
        above, below = (None if one is None else Decimal(one) for one in value)
        return Amount(above * 100 / below if above is not None and below else None, above, below)
    return Amount() if value is None else Amount(Decimal(value))


def codes(reported: Reported) -> set[str]:
    return {finding.code for finding in check(reported)}


@pytest.mark.parametrize(
    ("reported", "code", "hinders"),
    [
        (of(), "empty", True),
        (of(-1), "negative", True),
        (of("2.5"), "fraction", False),
        (of(100, parts={"f": 60, "m": 50}), "parts-over", True),
        (of(100, parts={"f": 60, "m": 30}, complete=True), "parts-under", False),
        (of(None, parts={"f": 60}), "no-whole", False),
        (of((30, None), measure=Measure.PERCENTAGE, counts_people=False), "half", True),
        (of(75, measure=Measure.PERCENTAGE, counts_people=False), "alone", False),
        (of((130, 100), measure=Measure.PERCENTAGE, counts_people=False), "over-100", True),
        (
            of((30, 40), parts={"f": (10, 30), "m": (20, 30)}, measure=Measure.PERCENTAGE, counts_people=False),
            "parts-over",
            True,
        ),
        (of(90, earlier=[50, 100], across_periods=AcrossPeriods.LATEST), "fall", False),
        (of(1000, earlier=[10, 12, 11, 9]), "outlier", False),
        (of(200, earlier=[10]), "outlier", False),
        (of(10, earlier=[5, 10, 10]), "stale", False),
        (of(600, target=Decimal(100)), "beyond", False),
    ],
)
def test_each_check_finds_what_it_looks_for(reported: Reported, code: str, hinders: bool) -> None:
    found = {finding.code: finding for finding in check(reported)}
    assert found[code].must == hinders
    assert found[code].text


@pytest.mark.parametrize(
    "reported",
    [
        of(100, parts={"f": 60, "m": 40}, complete=True),
        of(100, parts={"f": 60}),
        of(0),
        of(90, earlier=[50, 100]),
        of(90, earlier=[50, 100], across_periods=AcrossPeriods.LATEST, ascending=False),
        of(13, earlier=[10, 12, 11, 9]),
        of(0, earlier=[0, 0, 0]),
        of((30, 40), measure=Measure.PERCENTAGE, counts_people=False),
        of("2.5", measure=Measure.INDEX, counts_people=False),
    ],
)
def test_what_is_ordinary_is_left_in_peace(reported: Reported) -> None:
    assert codes(reported) == set()


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_parts_that_make_the_total_are_never_refused(numbers: list[int]) -> None:
    reported = of(sum(numbers), parts={f"p{place}": number for place, number in enumerate(numbers)}, complete=True)
    assert not {"parts-over", "parts-under"} & codes(reported)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.integers(1, 10**6))
def test_parts_over_the_total_always_are(numbers: list[int], over: int) -> None:
    parts = {f"p{place}": number for place, number in enumerate(numbers)}
    assert "parts-over" in codes(of(max(sum(numbers) - over, 0), parts=parts))


def test_findings_are_told_with_the_part_they_are_about() -> None:
    found = hindering(check(of(100, parts={"f": -1})))
    assert words_of(found, {"sex=f": "Women"}) == "Women: A number of people cannot be below zero."
