"""Words and pairs of words as numbers: TF-IDF for the learned heads, BM25 of the elements' own descriptions."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log

import bm25s
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from migov.services.matching.answers import Framework
from migov.services.matching.knowledge import Term
from migov.services.matching.texts import STOP, Words, stem, words

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells of every index on stderr

STOP_STEMS = frozenset(stem(word) for word in STOP)


def grams(of: Words) -> list[tuple[str, int, int]]:
    """The words that carry a theme and the pairs of neighbours among them, each with the first and the last word's place."""
    kept = [(s, at) for at, s in enumerate(of.stems) if s not in STOP_STEMS]
    singles = [(s, at, at) for s, at in kept]
    return singles + [(f"{a} {b}", i, j) for (a, i), (b, j) in pairwise(kept)]


def counts(of: Words) -> dict[str, int]:
    """How often each gram comes."""
    kept = [s for s in of.stems if s not in STOP_STEMS]
    return dict(Counter([*kept, *map(" ".join, pairwise(kept))]))


class TfIdf:
    """Sublinear TF-IDF, length 1, over a fixed vocabulary (Salton and Buckley 1988; weights as in scikit-learn)."""

    def __init__(self, vocabulary: Sequence[str], idf: NDArray[np.float64]) -> None:
        self.vocabulary = tuple(vocabulary)
        self.idf = idf
        self.at = {gram: place for place, gram in enumerate(vocabulary)}

    @classmethod
    def fit(cls, texts: Iterable[dict[str, int]], *, at_least: int = 2) -> TfIdf:
        """The vocabulary of some texts: grams that stand in `at_least` of them."""
        number, seen = 0, dict[str, int]()
        for text in texts:
            number += 1
            for gram in text:
                seen[gram] = seen.get(gram, 0) + 1
        kept = sorted(gram for gram, times in seen.items() if times >= at_least)
        return cls(kept, np.array([log((1 + number) / (1 + seen[gram])) + 1 for gram in kept]))

    def transform(self, texts: Sequence[dict[str, int]]) -> sp.csr_matrix:
        """Rows of length 1 over the vocabulary."""
        data: list[float] = []
        columns: list[int] = []
        ends = [0]
        at = self.at
        for text in texts:
            for gram, times in text.items():
                place = at.get(gram)
                if place is not None:
                    columns.append(place)
                    data.append(times)
            ends.append(len(columns))
        rows = sp.csr_matrix(
            (np.array(data, dtype=np.float64), np.array(columns, dtype=np.int32), np.array(ends)), (len(texts), len(at))
        )
        return weighed(rows, self.idf)


class Descriptions:
    """BM25 of a text against what describes each element (Robertson et al. 1994; weights made by bm25s)."""

    def __init__(self, framework: Framework, terms: Iterable[Term] = (), *, below: bool = False) -> None:
        """below: one description for each element below the main level, instead of one for each of the main level."""
        if below:
            self.codes = [e.code for e in framework.elements if e.main and e.main != e.code]
            describes = {code: code for code in self.codes}
        else:
            self.codes = [e.code for e in framework.main]
            describes = {e.code: e.main for e in framework.elements if e.main}
        mains = {element.code: element.main for element in framework.elements}
        self.under: dict[str, list[int]] = {}  # element of the main level → where what describes it stands
        for at, code in enumerate(self.codes):
            self.under.setdefault(str(mains[code]), []).append(at)
        texts: dict[str, list[str]] = {code: [] for code in self.codes}
        for element in framework.elements:
            if element.code in describes and describes[element.code] in texts:
                texts[describes[element.code]] += [element.title, element.scope, element.text, *element.terms]
        for term in terms:
            if term.weight > 0 and describes.get(term.code) in texts:
                texts[describes[term.code]].append(term.term)
        documents = [[g for part in texts[code] if part for g, _, _ in grams(words(part))] for code in self.codes]
        self.vocabulary: dict[str, int] = {}
        self.weights: NDArray[np.float32] = np.zeros((0, len(self.codes)), dtype=np.float32)
        if any(documents):
            index = bm25s.BM25()
            index.index(documents, show_progress=False)
            scores = index.scores
            number = len(scores["indptr"]) - 1
            by_gram = sp.csc_matrix((scores["data"], scores["indices"], scores["indptr"]), (len(self.codes), number))
            self.vocabulary = {gram: at for gram, at in index.vocab_dict.items() if at < number}
            self.weights = np.ascontiguousarray(by_gram.toarray().T, dtype=np.float32)


def weighed(counts: sp.csr_matrix, idf: NDArray[np.float64]) -> sp.csr_matrix:
    """Counts of grams as rows of length 1; what has no idf in this vocabulary (0) counts for nothing."""
    data = (1 + np.log(counts.data)) * idf[counts.indices]
    rows = sp.csr_matrix((data, counts.indices, counts.indptr), counts.shape)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.maximum(lengths, 1e-12), np.diff(rows.indptr))
    return rows


def standing_out(rows: NDArray[np.float64], doubt: float) -> NDArray[np.float64]:
    """How far an element stands out among all of them for one text: distance from the row's mean in units of its spread.

    `doubt` is added to the spread, so that one small word which only one element has does not count as much as a page that speaks for it.
    """
    return np.asarray((rows - rows.mean(axis=1, keepdims=True)) / (rows.std(axis=1, keepdims=True) + doubt))
