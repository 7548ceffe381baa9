"""How answers become scores: the strict rule of SDG indicator 10.7.2, and the mean of what is answered for other sets."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.work.governance.scoring import DomainIn, QuestionIn, category_of, rounded, score_set

Points = str | int | None


def domain(code: str, *points: Points) -> DomainIn:
    """A domain with answers: points, "na", or None where there is no answer."""
    questions = []
    for number, one in enumerate(points, start=1):
        state = "open" if one is None else "na" if one == "na" else "scored"
        questions.append(QuestionIn(f"{code}-{number}", Decimal(one) if state == "scored" else None, state))  # type: ignore[arg-type]
    return DomainIn(code, code.upper(), questions)


def six(*points: Points) -> list[DomainIn]:
    """Six domains of five."""
    return [domain(f"d{n}", *points[n * 5 : n * 5 + 5]) for n in range(6)]


@pytest.mark.parametrize(
    ("percent", "category"),
    [
        (0, 1),
        (Fraction(3999, 100), 1),
        (40, 2),
        (Fraction(7999, 100), 2),
        (80, 3),
        (Fraction(29, 30) * 100, 3),
        (100, 4),
    ],
)
def test_a_category_begins_at_its_cut_off(percent: Fraction | int, category: int) -> None:
    assert category_of(percent) == category


@pytest.mark.parametrize("percent", [-1, Fraction(10001, 100)])
def test_a_score_outside_a_hundred_has_no_category(percent: Fraction | int) -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        category_of(percent)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(541, 10), 1, "54.1"),
        (Fraction(20, 3), 1, "6.7"),
        (Fraction(5495, 100), 1, "55.0"),
    ],
)
def test_halves_are_rounded_up(value: Fraction, places: int, expected: str) -> None:
    assert str(rounded(value, places)) == expected


class TestStrict:
    def test_a_domain_is_the_sum_of_five_in_percent(self) -> None:
        scores = score_set([domain("d1", "1", "0.5", "0.5", "0", "1")], strict=True)
        assert (scores.domains[0].score, scores.domains[0].category) == (Decimal("60.00"), 2)

    @pytest.mark.parametrize(
        ("ones", "overall", "category"), [(12, "40.00", 2), (24, "80.00", 3), (30, "100.00", 4), (11, "36.67", 1), (23, "76.67", 2)]
    )  # fmt: skip
    def test_the_country_is_the_mean_over_thirty(self, ones: int, overall: str, category: int) -> None:
        scores = score_set(six(*([1] * ones + [0] * (30 - ones))), strict=True)
        assert (scores.overall, scores.category, scores.provisional) == (Decimal(overall), category, False)

    def test_half_a_point_below_a_cut_off_stays_below(self) -> None:
        scores = score_set(six("0.5", *([1] * 29)), strict=True)
        assert scores.overall == Decimal("98.33")
        assert (scores.category, scores.domains[0].category) == (3, 3)

    @pytest.mark.parametrize("answer", [None, "na"])
    def test_without_an_answer_there_is_no_score_and_it_says_which_is_missing(self, answer: Points) -> None:
        scores = score_set(six(1, 1, answer, 1, 1, *([1] * 25)), strict=True)
        first = scores.domains[0]
        assert (first.score, first.category, first.missing, first.answered) == (None, None, ("d0-3",), 4)
        assert (scores.overall, scores.category, scores.provisional) == (None, None, True)
        assert scores.domains[1].category == 4


class TestOtherSets:
    def test_a_domain_is_the_mean_of_what_is_answered(self) -> None:
        scores = score_set([domain("p1", "1", "0.5", None, "na")])
        one = scores.domains[0]
        assert (one.score, one.category) == (Decimal("75.00"), 2)
        assert (one.answered, one.not_applicable, one.asked, one.missing) == (2, 1, 4, ("p1-3",))
        assert scores.provisional

    def test_not_applicable_is_left_out_and_is_an_answer(self) -> None:
        scores = score_set([domain("p1", 1, "na"), domain("p2", "na", "na")])
        assert not scores.provisional
        assert (scores.overall, scores.domains[1].score) == (Decimal("100.00"), None)
        assert (scores.asked, scores.answered, scores.not_applicable) == (4, 1, 3)

    def test_each_domain_counts_the_same(self) -> None:
        scores = score_set([domain("p1", 1), domain("p2", 0, 0, 0)])
        assert scores.overall == Decimal("50.00")

    def test_nothing_answered_is_no_score(self) -> None:
        scores = score_set([domain("p1", None)])
        assert (scores.overall, scores.category, scores.provisional) == (None, None, True)
        assert score_set([]).overall is None

    def test_thirds_are_not_lost(self) -> None:
        assert score_set([domain("p1", 1, 1, 0)]).domains[0].exact == Fraction(200, 3)

    @given(st.lists(st.sampled_from(["0", "0.25", "0.5", "0.75", "1", "na", None]), min_size=1, max_size=20))
    def test_the_score_lies_between_the_worst_and_the_best_answer(self, points: list[Points]) -> None:
        scores = score_set([domain("p1", *points)])
        found = [Decimal(one) * 100 for one in points if one not in ("na", None)]
        one = scores.domains[0]
        assert one.answered + one.not_applicable + len(one.missing) == one.asked == len(points)
        assert (one.score is None) == (not found)
        if one.score is not None:
            assert min(found) <= one.score <= max(found)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="comes twice"):
        score_set([domain("p1", 1), domain("p1", 1)])
    for score in (Decimal("1.1"), Decimal("-0.1"), None):
        with pytest.raises(ValueError, match="0 to 1"):
            score_set([DomainIn("p1", "P1", [QuestionIn("q", score, "scored")])])
