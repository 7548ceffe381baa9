"""How like things are to a gap by their words: TF-IDF over the gaps and the things that are compared, with the words they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from migov.services.matching.terms import TfIdf, counts
from migov.services.matching.texts import words

LEAST = 0.06  # below this two texts share only common words
SHOWN_WORDS = 4
LONGEST = 4000  # characters of a text that are compared


class Likeness:
    """Some things by their words. things: key → text. One index is made for all gaps that are asked."""

    def __init__(self, things: Mapping[str, str], gaps: Mapping[int, str]) -> None:
        self.keys = list(things)
        self.at = {key: place for place, key in enumerate(self.keys)}
        self.gap_texts = dict(gaps)
        read = {key: words(text[:LONGEST]) for key, text in gaps.items()}
        counted = [counts(words(text[:LONGEST])) for text in things.values()]
        asked = {key: counts(one) for key, one in read.items()}
        self.weights = TfIdf.fit([*counted, *asked.values()], at_least=1)
        self.rows = self.weights.transform(counted)
        self.asked = dict(zip(asked, self.weights.transform(list(asked.values())), strict=True)) if asked else {}

    def of(self, gap: int, keys: Sequence[str]) -> dict[str, tuple[float, tuple[str, ...]]]:
        """Thing → how like it is to the gap (0 to 1), and the words both have; only those that are like it at all."""
        if not keys or gap not in self.asked:
            return {}
        asked = self.asked[gap]
        places = [self.at[key] for key in keys]
        scores = np.asarray((self.rows[places] @ asked.T).todense()).ravel()
        return {
            key: (min(float(score), 1.0), self._shared(gap, self.at[key]))
            for key, score in zip(keys, scores, strict=True)
            if score >= LEAST
        }

    def _shared(self, gap: int, place: int) -> tuple[str, ...]:
        both = self.rows[place].multiply(self.asked[gap]).tocoo()
        stems = [self.weights.vocabulary[both.col[at]] for at in np.argsort(-both.data, kind="stable")]
        text = self.gap_texts[gap]
        read = words(text)
        written: dict[str, str] = {}
        for stem, start, end in zip(read.stems, read.starts, read.ends, strict=True):
            written.setdefault(stem, text[start:end].lower())
        kept = [written.get(stem, stem) for stem in stems if " " not in stem and len(stem) > 2]
        return tuple(dict.fromkeys(kept))[:SHOWN_WORDS]
