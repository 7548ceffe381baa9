"""Phrases that speak for or against an element, found in texts by their stems. The longest one counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migov.services.matching.answers import Framework
from migov.services.matching.knowledge import Term
from migov.services.matching.numbered import Alphabet, Numbered, Places, Steps, runs
from migov.services.matching.texts import MOST_WORDS, stems_of

PACK_TERM, PACK_EXCLUDED = 2.0, -2.0
Phrases = dict[str, dict[int, float]]


@dataclass(frozen=True)
class Hits:
    """Phrases found in a chunk of texts: from word `starts` to before word `ends`, for the element in column `columns`.

    Ordered by text, element and place.
    """

    rows: Places
    columns: Places
    starts: Places
    ends: Places
    phrases: Places
    weights: NDArray[np.float64]


def phrases_of(framework: Framework, terms: Iterable[Term] = ()) -> Phrases:
    """The stems of each phrase → the elements (by column) that it speaks for or against, and how much."""
    columns = {element.code: at for at, element in enumerate(framework.main)}
    column_of = {e.code: columns[e.main] for e in framework.elements if e.main in columns}
    phrases: Phrases = {}
    given = [Term(e.code, term, PACK_TERM) for e in framework.elements for term in e.terms]
    given += [Term(e.code, term, PACK_EXCLUDED) for e in framework.elements for term in e.exclude]
    for term in (*given, *terms):
        stems, column = stems_of(term.term), column_of.get(term.code)
        if not stems or column is None:
            continue
        weights = phrases.setdefault(" ".join(stems), {})
        if abs(term.weight) >= abs(weights.get(column, 0)):
            weights[column] = term.weight
    return phrases


class Lexicon:
    """Phrases as a tree of their words: a state for each beginning of a phrase, steps from one to the next."""

    def __init__(self, phrases: Phrases, alphabet: Alphabet, width: int) -> None:
        """width: how many elements there are."""
        self.width = width
        self._first = np.zeros(len(alphabet), dtype=np.int64)  # state 0: no phrase begins so
        states: dict[tuple[int, ...], int] = {(): 0}
        steps: dict[tuple[int, int], int] = {}
        said: dict[int, tuple[tuple[int, float], ...]] = {}
        for phrase, weights in phrases.items():
            stems = tuple(alphabet.spell(phrase))
            for length in range(1, len(stems) + 1):
                state = states.setdefault(stems[:length], len(states))
                if length == 1:
                    self._first[stems[0]] = state
                else:
                    steps[states[stems[: length - 1]], stems[length - 1]] = state
            said[states[stems]] = tuple(weights.items())
        self._steps = Steps(steps, len(alphabet))
        self._longest = max(map(len, states))
        self._longest_from = np.zeros(len(alphabet), dtype=np.int64)
        for phrase in phrases:
            first, *others = alphabet.spell(phrase)
            self._longest_from[first] = max(self._longest_from[first], 1 + len(others))
        # What the phrase of each state says: from which entry, how many entries.
        sizes = [len(said.get(state, ())) for state in range(len(states))]
        entries = [entry for state in range(len(states)) for entry in said.get(state, ())]
        self._sizes = np.array(sizes, dtype=np.int64)
        self._from = np.cumsum(self._sizes) - self._sizes
        self._columns = np.array([column for column, _ in entries], dtype=np.int64)
        self._weights = np.array([weight for _, weight in entries], dtype=np.float64)

    def find(self, texts: Numbered) -> Hits:
        """The phrases in some texts. One that lies inside a longer one for the same element is left out."""
        states = self._first[texts.stems]
        places = np.flatnonzero(states)
        states, ends = states[places], texts.starts[1:][texts.rows[places]]
        found: list[tuple[Places, Places, Places]] = []
        length = 1
        while len(places):
            whole = self._sizes[states] > 0
            follows = places + length < ends
            # A phrase that ends the text is given the length of the longest with its first word, as it was when the models were built:
            # its words weigh less as reasons, and one inside it may count beside it.
            lengths = np.where(follows, length, self._longest_from[texts.stems[places]])
            found.append((places[whole], lengths[whole], states[whole]))
            stems = texts.stems[np.where(follows, places + length, 0)]
            on, states = self._steps.follow(states, stems, follows)
            places, ends = places[on], ends[on]
            length += 1
        if not found:
            found = [(places, places, places)]
        places, lengths, states = (np.concatenate(some) for some in zip(*found, strict=True))
        phrase, entries = runs(self._from[states], self._sizes[states])
        return self._outermost(texts, places[phrase], lengths[phrase], states[phrase], entries)

    def _outermost(self, texts: Numbered, places: Places, lengths: Places, states: Places, entries: Places) -> Hits:
        rows, columns = texts.rows[places], self._columns[entries]
        of = rows * self.width + columns
        order = np.argsort((of * MOST_WORDS + places - texts.starts[rows]) * (self._longest + 1) - lengths)
        of, ends = of[order], (places + lengths)[order]
        # Those of one element follow one another by their first word, the longest first: one that reaches no further lies inside.
        reach = np.maximum.accumulate(ends + of * (len(texts.stems) + self._longest + 1))
        kept = order[np.concatenate([[True], reach[1:] > reach[:-1]])] if len(order) else order
        return Hits(
            rows[kept], columns[kept], places[kept], (places + lengths)[kept], states[kept], self._weights[entries[kept]]
        )  # fmt: skip

    def features(self, hits: Hits, texts: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights for and against, each of shape (texts, elements). A phrase that comes again counts for less."""
        of = hits.rows * self.width + hits.columns
        _keys, at, times = np.unique(of * len(self._sizes) + hits.phrases, return_index=True, return_counts=True)
        of, worth = of[at], hits.weights[at] * (1 + np.log(times))
        shape, size = (texts, self.width), texts * self.width
        good = np.bincount(of, weights=np.maximum(worth, 0), minlength=size).reshape(shape)
        bad = np.bincount(of, weights=np.maximum(-worth, 0), minlength=size).reshape(shape)
        return np.asarray(good, dtype=np.float64), np.asarray(bad, dtype=np.float64)
