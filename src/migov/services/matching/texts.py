"""From text to words: stems with their place in the text, runs of words, passages, and which language it is."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import py3langid
import snowballstemmer

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
CUT = re.compile(f"({WORD.pattern})")  # cuts a text into what lies between words and, by turns, the words
ASCII_CUT = re.compile(r"([a-z]+(?:'[a-z]+)?)")  # the same for lower case without accents, in less time
BREAK = re.compile(r"\n\s*\n")
SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[\"'“(]?[A-Z0-9])|\n+")
# Words that carry no theme. They stand in phrases ("end of trafficking") but are not counted alone.
STOP = frozenset(
    """a about across after all also an and any are as at be been before being between both but by can could did do does each
    for from had has have he her his how however i if in into is it its many may more most much no not of on one only or
    other our out over per s she should since so some such t than that the their them then there these they this those
    through to under until up was we were what when where which while who will with within without would you""".split()  # noqa: SIM905
)
ENGLISH = frozenset("the of and to that are with by from their this were have which".split())  # noqa: SIM905
# Of these no other language has more than one or two; a text in several languages is read for its English part.
ONLY_ENGLISH = frozenset("the and that with from their this which".split())  # noqa: SIM905
ENOUGH_ENGLISH = 3
MOST_WORDS = 20_000
MOST_STEMS = 500_000
FEW_WORDS = 6
PASSAGE_WORDS = 120


class _Stemmers(threading.local):
    """A stemmer for each thread: it holds the word that it works on, so two threads would cut each other's words."""

    def __init__(self) -> None:
        self.english: Any = snowballstemmer.stemmer("english")


_stemmers = _Stemmers()


class _Stems(dict[str, str]):
    """The stem of every word that was met; found on the first meeting."""

    def __missing__(self, word: str) -> str:
        if len(self) > MOST_STEMS:
            self.clear()
        found = self[word] = str(_stemmers.english.stemWord(word.replace("’", "'").removesuffix("'s")))
        return found


_stems = _Stems()


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: their stems, where each starts and ends, and which carry a theme."""

    stems: list[str]
    starts: list[int]
    ends: list[int]
    length: int


def stem(word: str) -> str:
    """A word without its English ending, lower case (Porter's second stemmer)."""
    return _stems[word]


def words(text: str) -> Words:
    """The words of a text, of a very long one the first twenty thousand."""
    # Characters that change their number when put in lower case would move all places after them: word by word then.
    low = text.lower()
    same = len(low) == len(text)
    cut = (ASCII_CUT if same and low.isascii() else CUT).split(low if same else text, MOST_WORDS)
    found = cut[1::2] if same else [word.lower() for word in cut[1::2]]
    places = list(accumulate(map(len, cut)))  # where what lies between words ends, and where a word ends, by turns
    return Words(list(map(_stems.__getitem__, found)), places[:-1:2], places[1::2], len(text))


def stems_of(text: str) -> list[str]:
    """Only the stems."""
    return words(text).stems


def language_of(text: str, of: Words | None = None) -> str:
    """ISO 639-1 code of the language; "en" also for texts with an English part and for short ones of plain letters, "und" without words.

    of: the words of the text, where they are known already.
    """
    low = (words(text) if of is None else of).stems[:400]
    if not low:
        return "und"
    # Small English words are their own stems.
    common = sum(map(ENGLISH.__contains__, low)) / len(low)
    plain = "".join(low).isascii() or sum(word.isascii() for word in low) / len(low) > 0.9
    if plain and (common >= 0.08 or len(low) < FEW_WORDS):
        return "en"
    if "the" in low and len(ONLY_ENGLISH.intersection(low)) >= ENOUGH_ENGLISH:
        return "en"
    code, _ = py3langid.classify(text[:2000])
    return "en" if code == "la" and plain else str(code)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document: its text, where it starts and ends in its page or text (characters), and the page's number from 1."""

    text: str
    start: int
    end: int
    page: int | None = None


def split(text: str, *, page: int | None = None) -> list[Passage]:
    """A long text as passages of about 120 words, cut between paragraphs and sentences. A short one is one passage."""
    found: list[Passage] = []
    start: int | None = None
    end = count = 0
    for first, last, paragraph_ends in _sentences(text):
        number = len(WORD.findall(text, first, last))
        if not number:
            continue
        if start is not None and count + number > PASSAGE_WORDS * 1.5:
            found.append(Passage(text[start:end], start, end, page))
            start, count = None, 0
        if start is None:
            start = first
        end, count = last, count + number
        if (paragraph_ends and count >= PASSAGE_WORDS * 0.6) or count >= PASSAGE_WORDS:
            found.append(Passage(text[start:end], start, end, page))
            start, count = None, 0
    if start is not None:
        found.append(Passage(text[start:end], start, end, page))
    return found


def _sentences(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each sentence, and whether a paragraph ends with it. Sentences of thousands of words are cut."""
    at = 0
    breaks = [*((b.start(), b.end()) for b in BREAK.finditer(text)), (len(text), len(text))]
    for paragraph_end, following in breaks:
        cuts = [m.span() for m in SENTENCE.finditer(text, at, paragraph_end)]
        for cut, after in [*cuts, (paragraph_end, following)]:
            yield from _pieces(text, at, cut, cut == paragraph_end)
            at = after


def _pieces(text: str, start: int, end: int, last: bool) -> Iterator[tuple[int, int, bool]]:
    places = [m.end() for m in WORD.finditer(text, start, end)]
    step = PASSAGE_WORDS
    while len(places) > PASSAGE_WORDS * 2:
        yield start, places[step - 1], False
        start, places = places[step - 1], places[step:]
    yield start, end, last
