"""Phrases that speak for or against an element, found in a text by their stems. The longest one counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from migov.services.matching.answers import Framework
from migov.services.matching.knowledge import Term
from migov.services.matching.texts import Words, stems_of

PACK_TERM, PACK_EXCLUDED = 2.0, -2.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: from word `start` to before word `end`, for the element in column `column`."""

    start: int
    end: int
    column: int
    weight: float


class Lexicon:
    """The phrases of a framework, by their first word."""

    def __init__(self, framework: Framework, terms: Iterable[Term] = ()) -> None:
        columns = {element.code: at for at, element in enumerate(framework.main)}
        column_of = {e.code: columns[e.main] for e in framework.elements if e.main in columns}
        phrases: dict[str, dict[int, float]] = {}
        given = [Term(e.code, term, PACK_TERM) for e in framework.elements for term in e.terms]
        given += [Term(e.code, term, PACK_EXCLUDED) for e in framework.elements for term in e.exclude]
        for term in (*given, *terms):
            stems, column = stems_of(term.term), column_of.get(term.code)
            if not stems or column is None:
                continue
            weights = phrases.setdefault(" ".join(stems), {})
            if abs(term.weight) >= abs(weights.get(column, 0)):
                weights[column] = term.weight
        self.width = len(columns)
        self._phrases = {phrase: tuple(weights.items()) for phrase, weights in phrases.items()}
        longest: dict[str, set[int]] = {}
        for phrase in phrases:
            parts = phrase.split()
            longest.setdefault(parts[0], set()).add(len(parts))
        self._lengths = {first: tuple(sorted(lengths, reverse=True)) for first, lengths in longest.items()}

    def __len__(self) -> int:
        return len(self._phrases)

    def find(self, words: Words) -> list[Hit]:
        """The phrases in a text. One that lies inside a longer one for the same element is left out."""
        stems, found = words.stems, []
        reach: dict[int, tuple[int, int]] = {}  # column → the span of the last hit that was kept
        for at, stem in enumerate(stems):
            for length in self._lengths.get(stem, ()):
                phrase = stem if length == 1 else " ".join(stems[at : at + length])
                for column, weight in self._phrases.get(phrase, ()):
                    start, end = reach.get(column, (0, 0))
                    if at + length <= end and start <= at:
                        continue
                    reach[column] = (at, at + length)
                    found.append(Hit(at, at + length, column, weight))
        return found

    def features(
        self, hits: Sequence[Sequence[Hit]], words: Sequence[Words]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights for and against, each of shape (texts, elements). A phrase that comes again counts for less."""
        good = np.zeros((len(hits), self.width))
        bad = np.zeros((len(hits), self.width))
        for row, (found, of) in enumerate(zip(hits, words, strict=True)):
            counts: dict[tuple[int, str], list[float]] = {}
            for hit in found:
                key = (hit.column, " ".join(of.stems[hit.start : hit.end]))
                counts.setdefault(key, [hit.weight, 0])[1] += 1
            for (column, _), (weight, number) in counts.items():
                (good if weight > 0 else bad)[row, column] += abs(weight) * (1 + log(number))
        return good, bad
