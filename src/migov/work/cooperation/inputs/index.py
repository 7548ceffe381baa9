"""The words of all delivered inputs, paragraph by paragraph, kept by each process for search and comparison.

One query asks whether an input was delivered, followed up or taken out since; then only what changed is read again.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp
from django.db.models import Count, Max, Sum
from numpy.typing import NDArray

from migov.foundation.records.models import Record, RecordTheme
from migov.services.files.models import Document, Passage
from migov.services.matching.terms import counts, weighed
from migov.services.matching.texts import split, words
from migov.services.writing import prose
from migov.work.cooperation.inputs import templates
from migov.work.cooperation.models import Input, InputState, Section
from migov.work.cooperation.models.inputs import KIND

K1, B = 1.5, 0.75  # of BM25, as usual
CONTEXT = 0.6  # what a word in the title, mechanism, meeting, country or themes counts against one in the paragraph
LONGEST_PARAGRAPH = 150  # words; longer ones are cut between sentences
CHUNK = 500
NOTE = re.compile(r"[ \t]?\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph of a delivered input. number: from 1. heading: of its section; empty in a document. document: its key, with the
    page where there are pages."""

    paper: int
    number: int
    text: str
    heading: str = ""
    document: int | None = None
    page: int | None = None


Counts = dict[str, int]


@dataclass(frozen=True)
class Rows:
    """Counts of words as rows, and what a search needs of them."""

    counts: sp.csr_matrix
    by_word: sp.csc_matrix
    lengths: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Sequence[tuple[NDArray[np.int32], NDArray[np.float64]]], width: int) -> Rows:
        """rows: columns and how often each comes, row by row."""
        ends = np.concatenate(([0], np.cumsum([len(columns) for columns, _times in rows]))) if rows else np.array([0])
        columns = np.concatenate([columns for columns, _times in rows]) if rows else np.array([], dtype=np.int32)
        times = np.concatenate([times for _columns, times in rows]) if rows else np.array([], dtype=np.float64)
        made = sp.csr_matrix((times, columns, ends), (len(rows), width))
        return cls(made, made.tocsc(), np.asarray(made.sum(axis=1)).ravel())

    def rarity(self) -> NDArray[np.float64]:
        """How much each word tells: the fewer rows have it, the more."""
        having = np.diff(self.by_word.indptr)
        number = self.counts.shape[0]
        return np.asarray(np.log(1 + (number - having + 0.5) / (having + 0.5)))

    def bm25(self, columns: Sequence[int]) -> NDArray[np.float64]:
        """How well each row answers some words (Robertson et al. 1994)."""
        scores = np.zeros(self.counts.shape[0])
        if not len(scores) or not columns:
            return scores
        usual = self.lengths.mean() or 1.0
        number = len(scores)
        for column in columns:
            start, end = self.by_word.indptr[column], self.by_word.indptr[column + 1]
            at, times = self.by_word.indices[start:end], self.by_word.data[start:end]
            tells = np.log(1 + (number - len(at) + 0.5) / (len(at) + 0.5))
            scores[at] += tells * times * (K1 + 1) / (times + K1 * (1 - B + B * self.lengths[at] / usual))
        return scores


@dataclass
class Index:
    """What was said, with its words. papers: the input of each passage. contexts: a row for each input, in the order of `keys`."""

    known: dict[int, Any] = field(default_factory=dict)
    said: dict[int, list[Said]] = field(default_factory=dict)
    vocabulary: dict[str, int] = field(default_factory=dict)
    passages: list[Said] = field(default_factory=list)
    papers: NDArray[np.int64] = field(default_factory=lambda: np.array([], dtype=np.int64))
    keys: list[int] = field(default_factory=list)
    rows: Rows | None = None
    contexts: Rows | None = None
    weights: sp.csr_matrix | None = None
    idf: NDArray[np.float64] | None = None
    _rows: dict[int, list[tuple[NDArray[np.int32], NDArray[np.float64]]]] = field(default_factory=dict)
    _context: dict[int, tuple[NDArray[np.int32], NDArray[np.float64]]] = field(default_factory=dict)

    def refresh(self, stamps: Mapping[int, Any]) -> None:
        """Read again what changed, and lay the rows together. stamps: input → what tells whether it changed."""
        for key in self.known.keys() - stamps.keys():
            del self.said[key], self._rows[key], self._context[key]
        changed = [key for key, stamp in stamps.items() if self.known.get(key) != stamp]
        for start in range(0, len(changed), CHUNK):
            for key, (context, said) in read(changed[start : start + CHUNK]).items():
                self.said[key] = said
                self._rows[key] = [self._row(counts(words(one.text))) for one in said]
                self._context[key] = self._row(counts(words(context)))
        self.known = {key: stamp for key, stamp in stamps.items() if key in self.said}
        self.keys = list(self.known)
        self.passages = [one for key in self.keys for one in self.said[key]]
        self.papers = np.array([one.paper for one in self.passages], dtype=np.int64)
        width = len(self.vocabulary)
        self.rows = Rows.of([row for key in self.keys for row in self._rows[key]], width)
        self.contexts = Rows.of([self._context[key] for key in self.keys], width)
        self.idf = self.rows.rarity()
        self.weights = weighed(self.rows.counts, self.idf)

    def _row(self, of: Counts) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        known = self.vocabulary
        columns = np.array([known.setdefault(gram, len(known)) for gram in of], dtype=np.int32)
        return columns, np.array(list(of.values()), dtype=np.float64)

    def columns(self, text: str) -> list[int]:
        """The columns of the words of a text that are known."""
        return [self.vocabulary[gram] for gram in counts(words(text)) if gram in self.vocabulary]

    def scores(self, text: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """For each passage how well its own words answer a text, and how well what stands around it does."""
        asked = self.columns(text)
        if self.rows is None or self.contexts is None or not self.passages:
            return np.array([]), np.array([])
        around = self.contexts.bm25(asked)
        place = {key: at for at, key in enumerate(self.keys)}
        return self.rows.bm25(asked), CONTEXT * around[[place[one.paper] for one in self.passages]]

    def likeness(self, texts: Sequence[str]) -> sp.csr_matrix:
        """How like each text is to each passage: a row for each text, 0 to 1."""
        if self.weights is None or self.idf is None:
            return sp.csr_matrix((len(texts), 0))
        rows = []
        for text in texts:
            of = {gram: times for gram, times in counts(words(text)).items() if gram in self.vocabulary}
            columns = np.array([self.vocabulary[gram] for gram in of], dtype=np.int32)
            rows.append((columns, np.array(list(of.values()), dtype=np.float64)))
        asked = weighed(Rows.of(rows, len(self.vocabulary)).counts, self.idf)
        return sp.csr_matrix(asked @ self.weights.T)


_lock = threading.Lock()
_index = Index()
_state: Any = None


def current() -> Index:
    """The index, brought up to date. One query; a few more after changes."""
    global _index, _state
    delivered = Record.objects.standing().filter(kind=KIND, input__state=InputState.DELIVERED)
    now = delivered.aggregate(number=Count("pk"), revisions=Sum("revision"), last=Max("changed_at"), key=Max("pk"))
    with _lock:
        if _state != now:
            stamps = {key: stamp for key, *stamp in delivered.values_list("pk", "revision", "changed_at")}
            made = Index(dict(_index.known), dict(_index.said), dict(_index.vocabulary))
            made._rows, made._context = dict(_index._rows), dict(_index._context)
            made.refresh(stamps)
            _index, _state = made, now  # who reads the one before goes on reading it
        return _index


def read(keys: Iterable[int]) -> dict[int, tuple[str, list[Said]]]:
    """Inputs as what stands around them (title, mechanism, meeting, country, themes) and their paragraphs. Five queries."""
    papers = Input.objects.filter(pk__in=list(keys)).select_related(
        "record", "meeting__record", "mechanism__record", "place", "submission"
    )
    found = {paper.pk: paper for paper in papers}
    filed = [key for key, paper in found.items() if paper.filed]
    texts = dict(Section.objects.filter(input__in=filed, code=templates.FILED).values_list("input_id", "text"))
    documents: dict[int, list[Passage]] = {}
    standing = Document.objects.standing().filter(of__in=filed).values("pk")
    for passage in (
        Passage.objects.filter(document__in=standing).select_related("document").order_by("document", "number")
    ):
        documents.setdefault(passage.document.of_id, []).append(passage)
    themes: dict[int, list[str]] = {}
    named = RecordTheme.objects.current().filter(record__in=found)
    for key, title in named.values_list("record_id", "theme__name"):
        themes.setdefault(key, []).append(title)
    return {
        key: (_around(paper, themes.get(key, ())), list(_paragraphs(paper, texts.get(key, ""), documents.get(key, ()))))
        for key, paper in found.items()
    }


def _around(paper: Input, themes: Iterable[str]) -> str:
    mechanism, meeting, place = paper.mechanism, paper.meeting, paper.place
    named = [
        paper.record.title, *((mechanism.record.title, mechanism.short_name) if mechanism else ()),
        meeting.record.title if meeting else "", *((place.name, place.short_name) if place else ()), *themes,
    ]  # fmt: skip
    return ". ".join(filter(None, named))


def _paragraphs(paper: Input, text: str, documents: Iterable[Passage]) -> Iterator[Said]:
    """What was said, without what is for the speaker only."""
    number = 0
    parts = [("", text)] if paper.filed else _cleared(paper)
    for heading, words_ in parts:
        for piece in pieces(words_):
            number += 1
            yield Said(paper.pk, number, piece, heading)
    for passage in documents:
        number += 1
        yield Said(paper.pk, number, passage.text, "", passage.document_id, passage.page)


def _cleared(paper: Input) -> Iterator[tuple[str, str]]:
    """Titles and texts of the sections as they were cleared."""
    if paper.submission is None:
        return
    own = {part.anchor: part for part in templates.parts_of(paper)}
    for part in paper.submission.content["parts"]:
        known = own.get(part["anchor"])
        if "text" in part and known is not None and not known.internal:
            yield part["title"], part["text"]


def pieces(text: str) -> Iterator[str]:
    """The paragraphs and items of a text, without the numbers of notes; long ones cut between sentences."""
    for block in prose.blocks(NOTE.sub("", text)):
        for item in block.items:
            if prose.count(item) <= LONGEST_PARAGRAPH:
                yield item
            else:
                yield from (one.text for one in split(item))
