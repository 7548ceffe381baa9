"""Texts as numbers, so that a whole chunk of them is read at once: stems by their number in an alphabet, and the grams found among them.

A gram is a word that carries a theme, or two such words that follow one another but for small words. A reader knows only the grams of its
own models, so every other word is the same to it: number 0, which stands between its neighbours and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from migov.services.matching.terms import STOP_STEMS

UNKNOWN = 0
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Numbered:
    """The words of some texts, one text after another. `stems`: number of each word; `starts`: where each text begins, and the end."""

    stems: Places
    starts: Places

    @cached_property
    def rows(self) -> Places:
        """The text that each word stands in."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def copies(self, rows: Places, kept: NDArray[np.bool_]) -> Numbered:
        """Some of the texts, in this order and as often as named, with the words that are kept (a flag for each word of theirs)."""
        owner, at = runs(self.starts[rows], np.diff(self.starts)[rows])
        return Numbered(self.stems[at[kept]], _ends(np.bincount(owner[kept], minlength=len(rows))))


class Alphabet:
    """The stems that a reader knows, with their numbers from 1, and which of all of them are small words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """phrases: stems with blanks between them. Small words are always known."""
        stems = sorted(STOP_STEMS.union(*map(str.split, phrases)))
        self._numbers = {stem: number for number, stem in enumerate(stems, 1)}
        self.is_small = np.array([False, *(stem in STOP_STEMS for stem in stems)])

    def __len__(self) -> int:
        return len(self.is_small)

    def spell(self, phrase: str) -> list[int]:
        """The numbers of a phrase's stems."""
        return [self._numbers.get(stem, UNKNOWN) for stem in phrase.split()]

    def read(self, texts: Sequence[Sequence[str]]) -> Numbered:
        """Texts, given as their stems."""
        starts = _ends(np.array([len(stems) for stems in texts], dtype=np.int64))
        numbers = map(self._numbers.get, chain.from_iterable(texts), repeat(UNKNOWN))
        return Numbered(np.fromiter(numbers, dtype=np.int64, count=starts[-1]), starts)


@dataclass(frozen=True)
class Grams:
    """The grams found in a chunk of texts, text by text. For each: its number, the text it stands in, its first and last word's place."""

    numbers: Places
    rows: Places
    first: Places
    last: Places
    texts: int
    width: int

    @cached_property
    def _counted(self) -> tuple[Places, Places, Places]:
        keys, at, times = np.unique(self.rows * self.width + self.numbers, return_inverse=True, return_counts=True)
        return keys, at.ravel(), times

    @property
    def counts(self) -> sp.csr_matrix:
        """How often each text has each gram: shape (texts, grams)."""
        keys, _at, times = self._counted
        rows, columns = np.divmod(keys, max(self.width, 1))
        ends = _ends(np.bincount(rows, minlength=self.texts))
        return sp.csr_matrix((times.astype(np.float64), columns, ends), (self.texts, self.width))

    def each(self, counts: sp.csr_matrix) -> NDArray[np.float64]:
        """The value of each gram found, from a matrix made of `counts`."""
        return np.asarray(counts.data[self._counted[1]])

    @cached_property
    def starts(self) -> Places:
        """Where the grams of each text begin, and the end."""
        return _ends(np.bincount(self.rows, minlength=self.texts))


class Vocabulary:
    """Grams with their numbers, to be found in texts that an alphabet has read."""

    def __init__(self, grams: Sequence[str], alphabet: Alphabet) -> None:
        self.at = {gram: number for number, gram in enumerate(grams)}
        self._alphabet = alphabet
        self._single = np.full(len(alphabet), -1, dtype=np.int64)
        pairs: dict[tuple[int, int], int] = {}
        for gram, number in self.at.items():
            match alphabet.spell(gram):
                case [stem]:
                    self._single[stem] = number
                case [first, second]:
                    pairs[first, second] = number
        self._pairs = Steps(pairs, len(alphabet))

    def __len__(self) -> int:
        return len(self.at)

    def find(self, texts: Numbered) -> Grams:
        """The grams in some texts, of each text first the words and then the pairs."""
        places = np.flatnonzero(~self._alphabet.is_small[texts.stems])
        stems, rows = texts.stems[places], texts.rows[places]
        words = self._single[stems]
        known = np.flatnonzero(words >= 0)
        before, pairs = self._pairs.follow(stems[:-1], stems[1:], rows[:-1] == rows[1:])
        of = np.concatenate([rows[known], rows[before]])
        order = np.argsort(of, kind="stable")
        return Grams(
            numbers=np.concatenate([words[known], pairs])[order],
            rows=of[order],
            first=places[np.concatenate([known, before])[order]],
            last=places[np.concatenate([known, before + 1])[order]],
            texts=len(texts),
            width=len(self),
        )

    def aligned(self, values: NDArray[np.floating], places: Mapping[str, int]) -> NDArray[np.float64]:
        """Values of grams that stand elsewhere under `places`, by the numbers of this vocabulary; nought for those without a value."""
        out = np.zeros((len(self), *values.shape[1:]))
        held = [(number, places[gram]) for gram, number in self.at.items() if gram in places]
        if held:
            here, there = zip(*held, strict=True)
            out[list(here)] = values[list(there)]
        return out


class Steps:
    """A table of (state, stem) → what follows, looked up for many at once."""

    def __init__(self, steps: Mapping[tuple[int, int], int], stems: int) -> None:
        keys = np.array([state * stems + stem for state, stem in steps], dtype=np.int64)
        order = np.argsort(keys)
        self._keys, self._values = keys[order], np.array(list(steps.values()), dtype=np.int64)[order]
        self._stems = stems
        # Most stems begin nothing or end nothing; that is cheaper to see than to search for.
        self._leaves = np.zeros(max((state for state, _ in steps), default=0) + 1, dtype=bool)
        self._reached = np.zeros(stems, dtype=bool)
        for state, stem in steps:
            self._leaves[state] = self._reached[stem] = True

    def follow(self, states: Places, stems: Places, also: NDArray[np.bool_]) -> tuple[Places, Places]:
        """Which of the given have a step (of those where `also` holds), and what follows there."""
        beyond = len(self._leaves) - 1
        also = also & self._reached[stems] & self._leaves[np.minimum(states, beyond)] & (states <= beyond)
        asked = np.flatnonzero(also)
        if not len(self._keys) or not len(asked):
            return asked[:0], asked[:0]
        keys = states[asked] * self._stems + stems[asked]
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found = self._keys[at] == keys
        return asked[found], self._values[at[found]]


def runs(starts: Places, sizes: Places) -> tuple[Places, Places]:
    """The numbers start, start + 1, … of several runs one after another: the run that each belongs to, and the numbers."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return owner, np.arange(len(owner)) + (starts - np.cumsum(sizes) + sizes)[owner]


def _ends(sizes: NDArray[np.integer]) -> Places:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
