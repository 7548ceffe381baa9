"""Lessons that are like a text: TF-IDF over what every lesson says. For near duplicates, for offers, and for search by relevance.

The index is kept by each process. One query asks whether lessons changed; then only what changed is read again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp
from django.db.models import Count, Max, Sum
from numpy.typing import NDArray

from migov.foundation.records.models import Record
from migov.services.matching.terms import TfIdf, counts
from migov.services.matching.texts import words
from migov.work.knowledge import wording
from migov.work.knowledge.models import KIND

SHOWN_WORDS = 4
CHUNK = 500
SMALL = 500  # registers of so few lessons are weighed anew with every change
OUTWEIGHED = 0.05  # part of the register that may change before its words are weighed anew


@dataclass
class _Index:
    """The texts of lessons as rows of numbers. known: lesson → what tells whether it changed since it was read."""

    known: dict[int, Any] = field(default_factory=dict)
    counted: dict[int, dict[str, int]] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    weights: TfIdf | None = None
    rows: sp.csr_matrix | None = None
    drift: int = 0

    def refresh(self, stamps: Mapping[int, Any]) -> None:
        """Read again what changed. Words are weighed anew in a small register, and when much has changed since."""
        for key in self.known.keys() - stamps.keys():
            del self.counted[key]
        changed = [key for key, stamp in stamps.items() if self.known.get(key) != stamp]
        for start in range(0, len(changed), CHUNK):
            some = changed[start : start + CHUNK]
            read = wording.parts(some)
            for key in some:
                self.counted[key] = counts(words("\n\n".join(part.text for part in read.get(key, ()))))
        self.drift += len(changed) + len(self.known.keys() - stamps.keys())
        self.known = dict(stamps)
        if self.weights is None or self.rows is None or len(stamps) <= SMALL or self.drift > len(stamps) * OUTWEIGHED:
            self.order, self.drift = list(self.counted), 0
            self.weights = TfIdf.fit(self.counted.values(), at_least=1)
            self.rows = self.weights.transform([self.counted[key] for key in self.order])
            return
        new = set(changed)
        kept = [at for at, key in enumerate(self.order) if key in stamps and key not in new]
        more = self.weights.transform([self.counted[key] for key in changed])
        self.rows = sp.csr_matrix(sp.vstack((self.rows[kept], more)))
        self.order = [*(self.order[at] for at in kept), *changed]


@dataclass(frozen=True)
class Likeness:
    """How like each lesson is to a text. scores: lesson → 0 to 1, only those above 0."""

    text: str
    scores: Mapping[int, float]
    _places: Mapping[int, int]
    _rows: sp.csr_matrix
    _asked: sp.csr_matrix
    _vocabulary: Sequence[str]

    def shared(self, key: int) -> tuple[str, ...]:
        """The words that a lesson shares with the text, as the text has them, those that count most first."""
        both = self._rows[self._places[key]].multiply(self._asked).tocoo()
        stems = [self._vocabulary[both.col[at]] for at in np.argsort(-both.data, kind="stable")]
        return _as_written(stems, self.text)


NOTHING = Likeness("", {}, {}, sp.csr_matrix((0, 0)), sp.csr_matrix((0, 0)), ())
_lock = threading.Lock()
_index = _Index()
_state: Any = None


def like(text: str) -> Likeness:
    """What of all lessons in the register is like a text; who may see them is for others to ask. One query, more after changes."""
    order, weights, rows = _current()
    if weights is None or rows is None or not order:
        return NOTHING
    asked = weights.transform([counts(words(text))])
    found: NDArray[np.float64] = np.asarray((rows @ asked.T).todense()).ravel()
    places = {order[at]: int(at) for at in np.flatnonzero(found > 0)}
    scores = {key: min(float(found[at]), 1.0) for key, at in places.items()}
    return Likeness(text, scores, places, rows, asked, weights.vocabulary)


def closest(texts: Sequence[str], least: float) -> list[dict[int, float]]:
    """For each text the lessons that are at least so like it, with their likeness. One query, more after changes."""
    order, weights, rows = _current()
    if weights is None or rows is None or not order:
        return [{} for _text in texts]
    near: list[dict[int, float]] = [{} for _text in texts]
    scores = (rows @ weights.transform([counts(words(text)) for text in texts]).T).tocoo()
    for place, number, score in zip(scores.row, scores.col, scores.data, strict=True):
        if score >= least:
            near[int(number)][order[place]] = min(float(score), 1.0)
    return near


def _current() -> tuple[list[int], TfIdf | None, sp.csr_matrix | None]:
    """The index, brought up to date."""
    global _state
    lessons = Record.objects.standing().filter(kind=KIND)
    now = lessons.aggregate(number=Count("pk"), revisions=Sum("revision"), last=Max("changed_at"), key=Max("pk"))
    with _lock:
        if _state != now:
            stamps = {key: stamp for key, *stamp in lessons.values_list("pk", "revision", "changed_at")}
            _index.refresh(stamps)
            _state = now
        return _index.order, _index.weights, _index.rows


def _as_written(stems: Iterable[str], text: str) -> tuple[str, ...]:
    """Shared words as a text has them; a pair of words takes the place of its words."""
    read = words(text)
    written: dict[str, str] = {}
    for stem, start, end in zip(read.stems, read.starts, read.ends, strict=True):
        written.setdefault(stem, text[start:end].lower())
    kept: list[str] = []
    for stem in stems:
        said = " ".join(written.get(part, part) for part in stem.split(" "))
        if any(said in other.split(" ") for other in kept):
            continue
        kept = [other for other in kept if other not in said.split(" ")]
        kept.append(said)
    return tuple(kept[:SHOWN_WORDS])
