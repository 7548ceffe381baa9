"""The labelled pairs that the ranker is measured on, and the figure itself where the laws are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from benchmarks import provisions

TEXTS = Path(os.environ.get("MIGOV_REAL_DATA", Path(__file__).parents[5] / "shared" / "data")) / "policy" / "texts"


def test_every_pair_names_a_shipped_requirement_once():
    known = provisions.requirements({})
    pairs = provisions.pairs()
    assert not [pair.key for pair in pairs if pair.key not in known]
    assert len({(pair.key, pair.law) for pair in pairs}) == len(pairs)


def test_there_are_enough_of_them_with_and_without_an_answer():
    pairs = provisions.pairs()
    assert sum(bool(pair.right) for pair in pairs) >= 120
    assert any(not pair.right for pair in pairs)
    assert {pair.law for pair in pairs} == set(provisions.law_files())


def test_measures_count_places_from_one():
    found = provisions.score(
        [["1", "2"], ["9", "8", "7", "6", "5", "4"], []], [frozenset("2"), frozenset("4"), frozenset("1")]
    )
    assert (found.asked, found.first, found.among_five) == (3, 0, pytest.approx(1 / 3))
    assert found.reciprocal == pytest.approx((1 / 2 + 1 / 6) / 3)


@pytest.mark.parametrize("law", sorted(provisions.law_files()))
def test_the_right_article_is_among_the_first_five_for_four_of_five(law):
    path = TEXTS / provisions.law_files()[law]
    if not path.exists():
        pytest.skip(f"the real text is not at {path}: set MIGOV_REAL_DATA")
    known = provisions.requirements({})
    pairs = [pair for pair in provisions.pairs() if pair.law == law and pair.right]
    ranked = provisions.ranked_by_us(path.read_text(encoding="utf-8"), [known[pair.key] for pair in pairs])
    assert provisions.score(ranked, [pair.right for pair in pairs]).among_five >= 0.8
