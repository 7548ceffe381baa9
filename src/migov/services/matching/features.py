"""What is seen in a text for each element of a framework: phrases, description, words, and where installed the sentence model.

Every feature is a number for each text and element; `base.Weights` makes a logit of them.

    net     phrases for it less those against it (logarithm)
    rel     its part of all phrases found
    bm      BM25 against its description, as it stands out among the elements
    words   the head over TF-IDF of words, learnt from labelled passages
    near    likeness to its three closest descriptions (title, scope, narrower elements), as it stands out
    head    the head over sentence vectors, learnt from labelled passages
    like    likeness to labelled passages that fit it, less that to those that do not
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from migov.services.matching.answers import Framework
from migov.services.matching.base import Base, Weights
from migov.services.matching.knowledge import knowledge_of
from migov.services.matching.lexicon import Hit, Lexicon
from migov.services.matching.terms import Descriptions, counts, standing_out
from migov.services.matching.texts import Words, words
from migov.services.matching.vectors import recent_vectors, vectors_of

CLOSEST, ALIKE = 3, 10
REL_SCALE, LIKE_SCALE = 4.0, 10.0
BM_DOUBT, NEAR_DOUBT = 2.0, 0.02
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """A chunk of texts as seen for a framework. `features`: name → (texts, elements)."""

    words: list[Words]
    counts: list[dict[str, int]]
    hits: list[list[Hit]]
    good: Numbers
    bad: Numbers
    tfidf: sp.csr_matrix | None
    spread: Numbers
    vectors: NDArray[np.float32] | None
    features: dict[str, Numbers]


class Reader:
    """Reads texts for one framework."""

    def __init__(self, framework: Framework, base: Base, *, sentences: bool, kept: Path | None = None) -> None:
        known = knowledge_of(framework.code)
        self.framework, self.base, self.sentences = framework, base, sentences
        self.codes = [element.code for element in framework.main]
        self.lexicon = Lexicon(framework, known.terms)
        self.descriptions = Descriptions(framework, known.terms)
        # A framework may have lost or gained elements since the base model was built: columns are joined by code.
        places = {code: at for at, code in enumerate(base.codes)}
        self.columns = np.array([places.get(code, -1) for code in self.codes], dtype=int)
        self.learnt = base.words is not None and bool((self.columns >= 0).any())
        self._describing: list[NDArray[np.float32]] = []
        if sentences:
            self._describing = _describing(framework, kept)

    @property
    def weights(self) -> Weights:
        return self.base.sentences if self.sentences else self.base.plain

    def see(
        self, texts: Sequence[str], vectors: NDArray[np.float32] | None = None, of: list[Words] | None = None
    ) -> Seen:
        """All features of some texts. `vectors`, `of`: their sentence vectors and their words, where known already."""
        if of is None:
            of = [words(text) for text in texts]
        counted = [counts(one) for one in of]
        hits = [self.lexicon.find(one) for one in of]
        good, bad = self.lexicon.features(hits, of)
        bm = self.descriptions.scores(counted)
        features = {
            "net": np.log1p(np.maximum(0.0, good - bad)),
            "rel": good / (good.sum(axis=1, keepdims=True) + 1) * REL_SCALE,
            "bm": standing_out(bm, BM_DOUBT),
        }
        tfidf = None
        if self.learnt and self.base.words is not None:
            tfidf = self.base.words.transform(counted)
            features["words"] = self._spread_out(tfidf @ self.base.word_heads + self.base.word_starts)
        if self.sentences:
            if vectors is None:
                vectors = recent_vectors(texts)
            features["near"] = standing_out(self._near(vectors), NEAR_DOUBT)
            if self.learnt:
                features["head"] = self._spread_out(vectors @ self.base.sentence_heads + self.base.sentence_starts)
                features["like"] = self._spread_out(alike(vectors @ self.base.passages.T, self.base.passage_fits))
        return Seen(of, counted, hits, good, bad, tfidf, bm.std(axis=1) + BM_DOUBT, vectors, features)

    def logits(self, seen: Seen) -> Numbers:
        """Shape (texts, elements)."""
        weights = self.weights
        total = np.full(seen.good.shape, weights.start)
        for name, value in zip(weights.names, weights.values, strict=True):
            total += value * seen.features[name]
        return total

    def _spread_out(self, of_base: NDArray[Any]) -> Numbers:
        """Columns of the base model as columns of the framework; elements that it does not know get the row's mean."""
        known = self.columns >= 0
        out = np.repeat(of_base.mean(axis=1, keepdims=True), len(self.columns), axis=1)
        out[:, known] = of_base[:, self.columns[known]]
        return np.asarray(out, dtype=np.float64)

    def _near(self, vectors: NDArray[np.float32]) -> Numbers:
        near = np.zeros((len(vectors), len(self.codes)))
        for at, describing in enumerate(self._describing):
            likeness = np.sort(vectors @ describing.T, axis=1)[:, -CLOSEST:]
            near[:, at] = likeness.mean(axis=1)
        return near


def describing_texts(framework: Framework) -> list[list[str]]:
    """What describes each element of the main level: its own title, scope and text, and those of the elements below it."""
    found: dict[str, list[str]] = {element.code: [] for element in framework.main}
    for element in framework.elements:
        if element.main in found:
            found[element.main] += [part for part in (element.title, element.scope, element.text) if part]
    return list(found.values())


def _describing(framework: Framework, kept: Path | None) -> list[NDArray[np.float32]]:
    texts = describing_texts(framework)
    rows = vectors_of([text for some in texts for text in some], kept)
    ends = np.cumsum([len(some) for some in texts])
    return [rows[end - len(some) : end] for some, end in zip(texts, ends, strict=True)]


def alike(likeness: NDArray[np.float32], fits: NDArray[np.bool_]) -> Numbers:
    """Mean likeness to the ten closest passages that fit an element, less that to the ten closest that do not. Scaled by ten."""
    out = np.zeros((len(likeness), fits.shape[1]))
    for at in range(fits.shape[1]):
        yes, no = likeness[:, fits[:, at]], likeness[:, ~fits[:, at]]
        out[:, at] = _top(yes) - _top(no)
    return out * LIKE_SCALE


def _top(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    if rows.shape[1] == 0:
        return np.zeros(len(rows))
    if rows.shape[1] > ALIKE:
        rows = np.partition(rows, -ALIKE, axis=1)[:, -ALIKE:]
    return np.asarray(rows.mean(axis=1), dtype=np.float64)
