"""Long documents: cut into passages, matched passage by passage, built together with page and place."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.services.matching import Matcher, match_document, split
from migov.services.matching.build import shipped_frameworks
from migov.services.matching.texts import PASSAGE_WORDS, WORD, language_of, stems_of

FILLER = "The meeting took place in the hall and lasted for two hours, after which all went home by train. "
TRAFFICKING = "Victims of trafficking in persons are identified early and referred to shelters with legal aid. "


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(shipped_frameworks(), sentence_model=False)


def test_short_texts_are_one_passage_and_empty_ones_none() -> None:
    assert [p.text for p in split(TRAFFICKING.strip())] == [TRAFFICKING.strip()]
    assert split("") == split(" \n\n ") == []


@given(
    st.text(max_size=3000) | st.lists(st.sampled_from([FILLER, TRAFFICKING, "\n\n", "word "]), max_size=80).map("".join)
)
def test_passages_stand_where_they_say_and_lose_no_word(text: str) -> None:
    passages = split(text)
    assert all(text[p.start : p.end] == p.text for p in passages)
    assert all(a.end <= b.start for a, b in itertools.pairwise(passages))
    assert sum(len(WORD.findall(p.text)) for p in passages) == len(WORD.findall(text))


def test_passages_are_of_a_size_to_read() -> None:
    sizes = [len(WORD.findall(p.text)) for p in split(FILLER * 100)]
    assert max(sizes) <= PASSAGE_WORDS * 1.5
    assert min(sizes[:-1]) >= PASSAGE_WORDS * 0.5
    assert max(len(WORD.findall(p.text)) for p in split("word " * 5000)) <= PASSAGE_WORDS * 2


def test_a_document_is_aligned_by_its_passages_with_page_and_place(matcher: Matcher) -> None:
    pages = [FILLER * 12, FILLER * 6 + "\n\n" + TRAFFICKING * 3 + "\n\n" + FILLER * 6, FILLER * 9]
    found = match_document(matcher, pages, "gcm")
    assert found.matches[0].code == "10"
    assert {match.code for match in found.matches} <= {"10", "7"}
    passage, match = found.matches[0].passages[0]
    assert passage.page == 2
    assert pages[1][passage.start : passage.end] == passage.text
    assert "trafficking" in passage.text
    assert match.reasons
    assert not found.nothing_fits
    assert found.read == sum(len(split(page)) for page in pages)


def test_a_document_that_nothing_fits_gives_its_best_guess_unsuggested(matcher: Matcher) -> None:
    found = match_document(matcher, [FILLER * 10], "gcm")
    assert found.nothing_fits
    assert len(found.matches) == 1
    assert not found.matches[0].suggested


def test_an_empty_document_is_answered(matcher: Matcher) -> None:
    found = match_document(matcher, ["", "  "], "gcm")
    assert found.matches == ()
    assert found.note


def test_stems_bring_forms_of_a_word_together() -> None:
    assert stems_of("Migrants’ remittances") == stems_of("migrant remittance")
    assert stems_of("naïve café 2030") == ["naïv", "café"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Reintegration of returnees", "en"),
        ("", "und"),
        ("Göçmenlerin sağlık hizmetlerine erişimi ve korunması için proje", "tr"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert language_of(text) == language
