"""Texts read as numbers, a whole chunk at once, say what a plain walk from word to word says."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migov.services.matching import Element, Framework, Matcher
from migov.services.matching.build import shipped_frameworks
from migov.services.matching.knowledge import knowledge_of
from migov.services.matching.lexicon import Lexicon, phrases_of
from migov.services.matching.numbered import Alphabet, Vocabulary
from migov.services.matching.reasons import reasons_of, without
from migov.services.matching.terms import STOP_STEMS, TfIdf, counts, weighed
from migov.services.matching.texts import Words, stem, words

FEW = ["alpha", "beta", "gamma", "of", "the", "delta", "omega"]
CHUNKS = st.lists(st.lists(st.sampled_from(FEW), max_size=14), min_size=1, max_size=6)
GRAMS = ["alpha", "beta", "alpha beta", "beta alpha", "beta beta", "gamma", "gamma delta"]
LETTERS = st.text(
    st.sampled_from("abzABZ éßİıК’'-_9.,\n\t“🙂Ждяш"), max_size=60
)  # Latin, Cyrillic, what grows in lower case, what joins words
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def spoken(chunk: list[list[str]]) -> list[Words]:
    return [words(" ".join(text)) for text in chunk]


@given(LETTERS | st.text(max_size=60))
def test_words_stand_where_they_are_said_to_stand(text: str) -> None:
    read, low = words(text), text.lower()
    found = list(WORD.finditer(low if len(low) == len(text) else text))
    assert list(zip(read.starts, read.ends, strict=True)) == [one.span() for one in found]
    assert read.stems == [stem(one.group().lower()) for one in found]


@given(CHUNKS)
def test_grams_are_found_and_counted_as_in_each_text_alone(chunk: list[list[str]]) -> None:
    alphabet = Alphabet(GRAMS)
    vocabulary = Vocabulary(GRAMS, alphabet)
    read = spoken(chunk)
    grams = vocabulary.find(alphabet.read([of.stems for of in read]))
    table = grams.counts.toarray()
    for row, of in enumerate(read):
        expected = {gram: times for gram, times in counts(of).items() if gram in GRAMS}
        assert {gram: table[row, at] for gram, at in vocabulary.at.items() if table[row, at]} == expected
    assert grams.each(grams.counts).tolist() == [
        table[row, at] for row, at in zip(grams.rows, grams.numbers, strict=True)
    ]


@given(CHUNKS)
def test_a_pair_has_the_places_of_its_two_words(chunk: list[list[str]]) -> None:
    alphabet = Alphabet(GRAMS)
    grams = Vocabulary(GRAMS, alphabet).find(alphabet.read([of.stems for of in spoken(chunk)]))
    kept = [
        (row, at, s)
        for row, of in enumerate(spoken(chunk))
        for at, s in enumerate(of.stems)
        if s not in STOP_STEMS
    ]  # fmt: skip
    starts = np.concatenate([[0], np.cumsum([len(text) for text in chunk])]).tolist()
    expected = [(row, s, starts[row] + at, starts[row] + at) for row, at, s in kept]
    expected += [
        (row, f"{a} {b}", starts[row] + i, starts[row] + j)
        for (row, i, a), (other, j, b) in pairwise(kept)
        if row == other
    ]
    found = zip(grams.rows, (GRAMS[n] for n in grams.numbers), grams.first, grams.last, strict=True)
    assert sorted(map(tuple, found)) == sorted(one for one in expected if one[1] in GRAMS)


@given(CHUNKS)
def test_rows_of_tfidf_are_those_of_the_counts(chunk: list[list[str]]) -> None:
    tfidf = TfIdf(GRAMS, np.linspace(1, 3, len(GRAMS)))
    alphabet = Alphabet(GRAMS)
    rows = weighed(
        Vocabulary(GRAMS, alphabet).find(alphabet.read([of.stems for of in spoken(chunk)])).counts, tfidf.idf
    )
    assert rows.toarray() == pytest.approx(tfidf.transform(list(map(counts, spoken(chunk)))).toarray())


PLAN = Framework(
    "plan", "Plan",
    (
        Element("A", "", main="A", terms=("alpha", "alpha beta", "alpha of the beta", "gamma gamma"), exclude=("beta",)),
        Element("B", "", main="B", terms=("beta gamma", "alpha beta gamma", "delta"), exclude=("gamma delta",)),
    ),
)  # fmt: skip


@given(CHUNKS)
def test_phrases_are_found_and_weighed_as_by_reading_each_text_alone(chunk: list[list[str]]) -> None:
    # A word after the last phrase: one that ends a text has a length of its own (see Lexicon.find).
    phrases, read = phrases_of(PLAN), spoken([[*text, "omega"] for text in chunk])
    alphabet = Alphabet(phrases)
    lexicon = Lexicon(phrases, alphabet, 2)
    numbered = alphabet.read([of.stems for of in read])
    good, bad = lexicon.features(lexicon.find(numbered), len(read))
    for row, of in enumerate(read):
        for column in (0, 1):
            found: Counter[str] = Counter()
            reach = 0
            for at in range(len(of.stems)):
                for end in range(len(of.stems), at, -1):
                    phrase = " ".join(of.stems[at:end])
                    if column in phrases.get(phrase, {}) and end > reach:
                        found[phrase] += 1
                        reach = end
            says = {phrase: phrases[phrase][column] * (1 + np.log(times)) for phrase, times in found.items()}
            assert good[row, column] == pytest.approx(sum(worth for worth in says.values() if worth > 0))
            assert bad[row, column] == pytest.approx(-sum(worth for worth in says.values() if worth < 0))


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(shipped_frameworks(), sentence_model=False)


PIECES = [piece for one in knowledge_of("gcm").examples[::40] for piece in re.split(r"(?<=[,.;])\s", one.text)]


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(PIECES), max_size=6), min_size=1, max_size=5), seed=st.integers(0, 22))
def test_the_test_of_reasons_reads_the_text_without_them(matcher: Matcher, texts: list[list[str]], seed: int) -> None:
    """Taking the words out of what was read is the same as reading the text that is left."""
    whole = ["\n".join(pieces) for pieces in texts]
    read = [words(text) for text in whole]
    reader = matcher.reader("gcm")
    seen = reader.see_numbered(reader.read(read))
    rows = np.repeat(np.arange(len(whole)), 2)
    columns = (np.arange(len(rows)) * 7 + seed) % len(reader.codes)
    why = reasons_of(reader, seen, rows, columns, read, whole, None)
    found = why.told(whole, read)
    assert set(found) == {(row, column) for row, column in zip(rows, columns, strict=True) if read[row].stems}
    left = [without(whole[row], reasons) for (row, _), reasons in found.items()]
    taken_out = reader.logits(reader.see_numbered(why.texts_without(np.arange(len(found)))))
    assert taken_out == pytest.approx(reader.logits(reader.see(left)), abs=1e-9)


def test_long_texts_are_read_in_smaller_parts_with_the_same_answers(
    matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [" ".join(PIECES[at : at + 5]) for at in range(12)]
    whole = matcher.match_many(texts, "gcm")
    monkeypatch.setattr("migov.services.matching.engine.MOST_AT_ONCE", 700)
    assert matcher.match_many(texts, "gcm") == whole
