"""Where two sentences may disagree, and where they must not be said to. The texts are made up."""

from __future__ import annotations

from itertools import permutations

import pytest

from migov.work.cooperation.inputs import claims
from tests.work.cooperation.inputs.speeches import AGREE, CONTRARY, DISAGREE, REWORDED, SUBJECTS


@pytest.mark.parametrize(("kind", "now", "then"), DISAGREE)
def test_what_disagrees_is_hinted_at(kind: str, now: str, then: str) -> None:
    assert kind in {one.kind for one in claims.differences(now, then)}
    assert kind in {one.kind for one in claims.differences(then, now)}


@pytest.mark.parametrize(("why", "now", "then"), AGREE, ids=[row[0] for row in AGREE])
def test_what_agrees_or_is_about_something_else_is_left_alone(why: str, now: str, then: str) -> None:
    assert claims.differences(now, then) == []
    assert claims.differences(then, now) == []


def test_a_hint_says_what_differs_in_words() -> None:
    (found,) = claims.differences(DISAGREE[0][1], DISAGREE[0][2])
    assert found.words == "The figures differ: “12,000 seasonal workers” here, “9,000 seasonal workers” then."
    (found,) = claims.differences(DISAGREE[6][1], DISAGREE[6][2])
    assert found.words == "The obligation differs: “must” here, “should” then."


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("Fees are to be borne by the employer.", "Fees are to be borne by the employer, not by the worker."),
        ("Counselling before return is a duty.", "Counselling before return is not a formality but a duty."),
    ],
)
def test_a_contrast_denies_nothing(now: str, then: str) -> None:
    assert claims.differences(now, then) == [] == claims.differences(then, now)


def test_a_figure_is_quoted_with_what_it_counts_and_no_more() -> None:
    said = "Inspections should tell each other within %d days when a licence is withdrawn."
    (found,) = claims.differences(said % 14, said % 30)
    assert found.words == "The figures differ: “14 days” here, “30 days” then."


def test_the_right_sentence_of_a_paragraph_is_named() -> None:
    now = f"Thank you, Chair. {DISAGREE[6][1]} We remain at your disposal."
    (found,) = claims.differences(now, f"We are glad to be here. {DISAGREE[6][2]}")
    assert (found.now, found.then) == (DISAGREE[6][1], DISAGREE[6][2])


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("19 countries and 1,250 experts took part", [("19", "countri"), ("1250", "expert")]),
        ("twenty-one member States, 2.5 million people", [("21", "state"), ("2500000", "peopl")]),
        ("45 per cent of women", [("45", "women")]),
        ("on 3 May 2024, under Article 12, in 2023", []),
        ("resolution 73/195 of 19 December 2018", []),
    ],
)
def test_numbers_are_read_with_what_they_count(sentence: str, expected: list[tuple[str, str]]) -> None:
    found = [(str(one.value.normalize().__format__("f")), one.thing) for one in claims.quantities(sentence)]
    assert [value for value, _thing in found] == [value for value, _thing in expected]


class TestMeasured:
    """How often the check is wrong on texts that were made up before it was measured (speeches.py)."""

    def test_paragraphs_of_statements_that_agree_raise_no_alarm(self) -> None:
        paragraphs = [one for subject in SUBJECTS for one in subject]
        alarms = [(a, b) for a, b in permutations(paragraphs, 2) if claims.differences(a, b)]
        assert len(paragraphs) == 30
        assert alarms == []

    def test_the_same_point_in_other_words_raises_hardly_any(self) -> None:
        assert sum(bool(claims.differences(now, then)) for now, then in REWORDED) <= 1

    def test_the_contrary_in_other_words_is_mostly_found(self) -> None:
        assert sum(bool(claims.differences(now, then)) for now, then in CONTRARY) >= 0.75 * len(CONTRARY)
