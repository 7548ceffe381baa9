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
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from migov.services.matching.answers import Framework
from migov.services.matching.base import Base, Weights
from migov.services.matching.knowledge import knowledge_of
from migov.services.matching.lexicon import Hits, Lexicon, phrases_of
from migov.services.matching.numbered import Alphabet, Grams, Numbered, Vocabulary
from migov.services.matching.terms import Descriptions, TfIdf, counts, standing_out, weighed
from migov.services.matching.texts import Words, words
from migov.services.matching.vectors import recent_vectors, vectors_of

CLOSEST, ALIKE = 3, 10
REL_SCALE, LIKE_SCALE = 4.0, 10.0
BM_DOUBT, NEAR_DOUBT = 2.0, 0.02
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """A chunk of texts as seen for a framework. `spread`: of each text's BM25; `features`: name → (texts, elements)."""

    texts: Numbered
    grams: Grams
    hits: Hits
    good: Numbers
    bad: Numbers
    tfidf: sp.csr_matrix | None
    spread: Numbers
    features: dict[str, Numbers]
    words: Sequence[Words] = ()

    @cached_property
    def counts(self) -> list[dict[str, int]]:
        """How often each text has each gram, known here or not, as `Learned.adjust` takes it. Only of texts that `see` has read."""
        return [counts(of) for of in self.words]


class Reader:
    """Reads texts for one framework. `learned`: what was learnt as a correction of the base model, whose words are then known too."""

    def __init__(
        self, framework: Framework, base: Base, *, sentences: bool, kept: Path | None = None, learned: TfIdf | None = None
    ) -> None:  # fmt: skip
        known = knowledge_of(framework.code)
        self.framework, self.base, self.sentences = framework, base, sentences
        self.codes = [element.code for element in framework.main]
        # A framework may have lost or gained elements since the base model was built: columns are joined by code.
        places = {code: at for at, code in enumerate(base.codes)}
        self.columns = np.array([places.get(code, -1) for code in self.codes], dtype=int)
        self.learnt = base.words is not None and bool((self.columns >= 0).any())
        phrases = phrases_of(framework, known.terms)
        described, below = Descriptions(framework, known.terms), Descriptions(framework, below=True)
        words = base.words if base.words is not None and self.learnt else TfIdf([], np.zeros(0))
        grams = list(dict.fromkeys([*words.vocabulary, *described.vocabulary, *below.vocabulary]))
        extra = learned.vocabulary if learned is not None else ()
        self.alphabet = Alphabet([*phrases, *grams, *extra])
        self.lexicon = Lexicon(phrases, self.alphabet, len(self.codes))
        self.vocabulary = Vocabulary(grams, self.alphabet)
        self.learned_vocabulary = Vocabulary(extra, self.alphabet)
        self.described = self.vocabulary.aligned(described.weights, described.vocabulary)
        self.below, self.described_below = below, self.vocabulary.aligned(below.weights, below.vocabulary)
        self.idf = self.vocabulary.aligned(words.idf, words.at)
        self.word_heads = (
            self.vocabulary.aligned(base.word_heads, words.at) if self.learnt else np.zeros((len(grams), 0))
        )
        self._describing: list[NDArray[np.float32]] = []
        if sentences:
            self._describing = _describing(framework, kept)

    @property
    def weights(self) -> Weights:
        return self.base.sentences if self.sentences else self.base.plain

    def read(self, texts: Sequence[Words]) -> Numbered:
        """Texts as numbers."""
        return self.alphabet.read([of.stems for of in texts])

    def see(self, texts: Sequence[str], vectors: NDArray[np.float32] | None = None) -> Seen:
        """All features of some texts. `vectors`: their sentence vectors, where known already."""
        if self.sentences and vectors is None:
            vectors = recent_vectors(texts)
        read = [words(text) for text in texts]
        return replace(self.see_numbered(self.read(read), vectors), words=read)

    def see_numbered(self, texts: Numbered, vectors: NDArray[np.float32] | None = None) -> Seen:
        """The same of texts that were read. The sentence model needs their vectors."""
        grams, hits = self.vocabulary.find(texts), self.lexicon.find(texts)
        good, bad = self.lexicon.features(hits, len(texts))
        counted = grams.counts
        bm = _once(counted) @ self.described
        features = {
            "net": np.log1p(np.maximum(0.0, good - bad)),
            "rel": good / (good.sum(axis=1, keepdims=True) + 1) * REL_SCALE,
            "bm": standing_out(bm, BM_DOUBT),
        }
        tfidf = None
        if self.learnt:
            tfidf = weighed(counted, self.idf)
            features["words"] = self._spread_out(tfidf @ self.word_heads + self.base.word_starts)
        if self.sentences:
            assert vectors is not None  # noqa: S101
            features["near"] = standing_out(self._near(vectors), NEAR_DOUBT)
            if self.learnt:
                features["head"] = self._spread_out(vectors @ self.base.sentence_heads + self.base.sentence_starts)
                features["like"] = self._spread_out(alike(vectors @ self.base.passages.T, self.base.passage_fits))
        return Seen(texts, grams, hits, good, bad, tfidf, bm.std(axis=1) + BM_DOUBT, features)

    def scores_below(self, seen: Seen) -> Numbers:
        """BM25 of some texts against the elements below the main level (`below.codes`): shape (texts, elements)."""
        return np.asarray(_once(seen.grams.counts) @ self.described_below)

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


def _once(counts: sp.csr_matrix) -> sp.csr_matrix:
    """A gram counts once, however often a text has it."""
    return sp.csr_matrix((np.ones(len(counts.data)), counts.indices, counts.indptr), counts.shape)


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
