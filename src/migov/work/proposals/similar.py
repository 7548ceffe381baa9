"""Earlier projects that are like the text being written: TF-IDF over what the matcher reads of every project.

The index is kept by each process. One query asks whether the register changed; then only what changed is read again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from django.db.models import Count, Sum

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record, RecordPlace, RecordTheme
from migov.services.matching.terms import TfIdf, counts
from migov.services.matching.texts import words
from migov.services.suggestions import sources
from migov.work.projects.models import KIND

MOST = 5
SHOWN_WORDS = 5
LOOKED_AT = 100  # of which the viewer may not see all
LEAST = 0.06  # below this likeness two texts share only common words
EQUAL = 0.05  # likenesses this close are equal: then the same country and theme come first
OUTWEIGHED = 0.05  # part of the register that may change before the weights of words are made anew
SMALL = 500  # registers of so few projects are weighed anew with every change
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier project. likeness: 0 to 1. shared: the words that both texts have, as they are written here, the strongest first."""

    record: Record
    likeness: float
    shared: tuple[str, ...]
    same_place: bool
    same_theme: bool


@dataclass
class Index:
    """The register's texts as rows of numbers. known: record → its revision when it was read."""

    known: dict[int, int] = field(default_factory=dict)
    counted: dict[int, dict[str, int]] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    weights: TfIdf | None = None
    rows: sp.csr_matrix | None = None
    drift: int = 0

    def refresh(self, revisions: Mapping[int, int]) -> None:
        """Read again what changed. A fixed number of queries for every 500 records that did."""
        gone = self.known.keys() - revisions.keys()
        changed = [key for key, revision in revisions.items() if self.known.get(key) != revision]
        for key in gone:
            del self.counted[key]
        for start in range(0, len(changed), CHUNK):
            some = Record.objects.filter(pk__in=changed[start : start + CHUNK]).only("pk", "kind")
            read = sources.texts_of(some)
            for key in changed[start : start + CHUNK]:
                self.counted[key] = counts(words(read.get(key, "")))
        self.known, self.order = dict(revisions), list(self.counted)
        self.drift += len(gone) + len(changed)
        if self.weights is None or len(self.order) <= SMALL or self.drift > len(self.order) * OUTWEIGHED:
            self.weights, self.drift = TfIdf.fit(self.counted.values()), 0
            self.rows = None
        if self.rows is None or gone or len(changed) > len(self.order) // 2:
            self.rows = self.weights.transform([self.counted[key] for key in self.order])
        elif changed:
            self._put(changed)

    def _put(self, changed: Sequence[int]) -> None:
        """New rows in the place of old ones, without making the others again."""
        assert self.weights is not None and self.rows is not None  # noqa: S101
        at = {key: place for place, key in enumerate(self.order)}
        made = self.weights.transform([self.counted[key] for key in changed])
        self.rows = _replaced(self.rows, {at[key]: made[number] for number, key in enumerate(changed)})

    def closest(self, text: str, without: int) -> Closest | None:
        """What is like the text; None where nothing is."""
        if self.weights is None or self.rows is None or not self.order:
            return None
        asked = self.weights.transform([counts(words(text))])
        scores = np.asarray((self.rows @ asked.T).todense()).ravel()
        best = [place for place in np.argsort(-scores, kind="stable")[:LOOKED_AT] if scores[place] >= LEAST]
        places = {self.order[place]: int(place) for place in best if self.order[place] != without}
        likeness = {key: float(scores[place]) for key, place in places.items()}
        return Closest(likeness, places, self.rows, asked, self.weights.vocabulary) if places else None


@dataclass(frozen=True)
class Closest:
    """Records like a text. likeness: best first. It keeps the rows that it was made of, so that the index may change meanwhile."""

    likeness: Mapping[int, float]
    places: Mapping[int, int]
    rows: sp.csr_matrix
    asked: sp.csr_matrix
    vocabulary: Sequence[str]

    def shared(self, key: int) -> list[str]:
        """The stems that a record shares with the text, those that count most first."""
        both = self.rows[self.places[key]].multiply(self.asked).tocoo()
        return [self.vocabulary[both.col[at]] for at in np.argsort(-both.data, kind="stable")]


def _replaced(rows: sp.csr_matrix, new: Mapping[int, sp.csr_matrix]) -> sp.csr_matrix:
    """The rows with some of them new or added at the end, joined from slices, so that thousands of others are not touched one by one."""
    parts, at = [], 0
    for place in sorted(new):
        if place > at:
            parts.append(rows[at:place])
        parts.append(new[place])
        at = place + 1
    if at < rows.shape[0]:
        parts.append(rows[at:])
    return sp.csr_matrix(sp.vstack(parts))


_lock = threading.Lock()
_index = Index()
_state: tuple[int, int] | None = None


def forget() -> None:
    """Let go of the index of this process."""
    global _index, _state
    with _lock:
        _index, _state = Index(), None


def similar(record: Record, text: str, viewer: Viewer, *, most: int = MOST) -> list[Similar]:
    """Projects that the viewer may see and that are like the text, best first; among equals those of the same country and theme.

    Five queries once the index is made, and those that read what changed since.
    """
    global _state
    projects = Record.objects.standing().filter(kind=KIND)
    state = projects.aggregate(number=Count("pk"), revisions=Sum("revision"))
    now = (int(state["number"]), int(state["revisions"] or 0))
    with _lock:
        if _state != now:
            _index.refresh(dict(projects.values_list("pk", "revision")))
            _state = now
        found = _index.closest(text, record.pk)
    if found is None:
        return []
    keys = list(found.likeness)
    visible = Record.objects.visible_to(viewer).filter(pk__in=keys).select_related("office").defer("summary")
    records = {row.pk: row for row in visible}
    here, there = _joined(RecordPlace, "place_id", record.pk, keys), _joined(RecordTheme, "theme_id", record.pk, keys)

    def same(joined: Mapping[int, set[int]], key: int) -> bool:
        return bool(joined[record.pk] & joined.get(key, set()))

    def rank(key: int) -> tuple[float, int, float]:
        likeness = found.likeness[key]
        return -round(likeness / EQUAL), -(same(here, key) + same(there, key)), -likeness

    written = _as_written(text)
    return [
        Similar(records[key], found.likeness[key], _said(found.shared(key), written), same(here, key), same(there, key))
        for key in sorted(records, key=rank)[:most]
    ]


def _joined(
    model: type[RecordPlace] | type[RecordTheme], of: str, own: int, keys: Iterable[int]
) -> dict[int, set[int]]:
    """Record → its places or themes. One query."""
    found: dict[int, set[int]] = {own: set()}
    for key, value in model.objects.current().filter(record_id__in=[own, *keys]).values_list("record_id", of):
        found.setdefault(key, set()).add(value)
    return found


def _as_written(text: str) -> dict[str, str]:
    """Stem → the word as the text has it first."""
    read = words(text)
    found: dict[str, str] = {}
    for stem, start, end in zip(read.stems, read.starts, read.ends, strict=True):
        found.setdefault(stem, text[start:end].lower())
    return found


def _said(stems: Iterable[str], written: Mapping[str, str]) -> tuple[str, ...]:
    """Shared words as people write them; a pair of words takes the place of its words."""
    kept: list[str] = []
    for stem in stems:
        parts = stem.split(" ")
        said = " ".join(written.get(part, part) for part in parts)
        if any(said in other for other in kept):
            continue
        inside = [other for other in kept if other in said.split(" ")]
        place = kept.index(inside[0]) if inside else len(kept)
        kept = [other for other in kept if other not in inside]
        kept.insert(place, said)
        if len(kept) == SHOWN_WORDS:
            break
    return tuple(kept)
