"""Questions about documents: those of a record, one with its versions, its text by passages, what it speaks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.services.alignment.models import Alignment, Status
from migov.services.alignment.reading import is_reading
from migov.services.files.models import KIND, Document, Passage, Text
from migov.services.files.splitting import PAGE_ENDS

Marks = dict[int, list[tuple[int, int]]]


def documents_of(record: Record, user: Viewer) -> QuerySet[Document]:
    """The documents of a record that the user may see, in their latest version, newest first. One query."""
    found = Document.objects.visible_to(user).standing().filter(of=record)
    return found.select_related("record__owner").order_by("-record__created_at", "-pk")


def document_for(user: Viewer, key: int) -> Document:
    """A document with its record and the record it belongs to; also an earlier version, as long as its latest one is in the
    register. Raises Document.DoesNotExist where there is none, or the user may not see it. Two queries at most.
    """
    found = Document.objects.visible_to(user).select_related(
        "record__owner", "record__office", "record__parent", "of__office"
    )
    document = found.get(pk=key)
    if document.record.removed_at is not None:
        latest = Document.objects.visible_to(user).standing().filter(series=document.series)
        if not latest.filter(version__gt=document.version).exists():
            raise Document.DoesNotExist
    return document


def versions(document: Document, viewer: Viewer | None = None) -> list[Document]:
    """All versions of a document that the viewer may see, the latest first; without a viewer all. One query.

    A version can be kept to the office that a later one is not.
    """
    found = Document.objects.filter(series=document.series).select_related("record__owner")
    if viewer is not None:
        found = found.filter(record__in=Record.objects.visible_to(viewer))
    return list(found.order_by("-version"))


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a document that speaks for an element. span: as it is kept with the alignment (see alignment/reading.py).

    passage, page: where it stands; None where it was not kept, or the format has no pages.
    """

    span: Mapping[str, Any]
    passage: int | None
    page: int | None


@dataclass(frozen=True, slots=True)
class Speaks:
    """A document's alignment with the sentences that speak for it."""

    alignment: Alignment
    quotes: tuple[Quote, ...]


def speaks(document: Record) -> list[Speaks]:
    """What stands as proposed or confirmed between a document and elements, with its sentences. One query."""
    rows = Alignment.objects.current().filter(record=document).exclude(status=Status.REJECTED)
    rows = rows.select_related("element__framework").order_by("element__framework__order", "element__order", "pk")
    found = (Speaks(row, tuple(quotes(row.reasons))) for row in rows.defer("element__text", "element__terms"))
    return [one for one in found if one.quotes]


def quotes(reasons: Any) -> Iterator[Quote]:
    """The sentences that are kept with the reasons of a suggestion."""
    if is_reading(reasons):
        for span in reasons["spans"]:
            yield Quote(span, span.get("passage"), span.get("page"))


@dataclass(frozen=True, slots=True)
class SpokenFor:
    """An element that documents of a record are confirmed to speak for. declared: so is the record itself."""

    alignment: Alignment
    documents: tuple[tuple[Record, Quote | None], ...]
    declared: bool


def spoken_for(record: Record, user: Viewer) -> list[SpokenFor]:
    """What the documents of a record are confirmed as aligned with, element by element. Three queries."""
    keys = documents_of(record, user).order_by().values("pk")
    rows = Alignment.objects.current().filter(record__in=keys, status=Status.CONFIRMED)
    rows = rows.select_related("element__framework", "record")
    found: dict[int, list[Alignment]] = {}
    for row in rows.order_by("element__framework__order", "element__order", "record_id"):
        found.setdefault(row.element_id, []).append(row)
    if not found:
        return []
    own = Alignment.objects.current().filter(record=record, element__in=found).exclude(status=Status.PROPOSED)
    decided = dict(own.values_list("element_id", "status"))
    return [
        SpokenFor(
            same[0],
            tuple((row.record, next(quotes(row.reasons), None)) for row in same),
            decided.get(element) == Status.CONFIRMED,
        )
        for element, same in found.items()
        if decided.get(element) != Status.REJECTED
    ]


def alignment_counts(documents: Iterable[int]) -> dict[int, dict[str, int]]:
    """Document → how many of its alignments stand, by status. One query."""
    counts: dict[int, dict[str, int]] = {}
    rows = Alignment.objects.current().filter(record__in=list(documents), record__kind=KIND)
    for record, status, number in rows.values_list("record_id", "status").annotate(Count("pk")).order_by():
        counts.setdefault(record, {})[status] = number
    return counts


@dataclass(slots=True)
class Piece:
    """A stretch of a document's text. passage: its number, or None for what stands between passages. runs: text, and whether it
    is one of the words that spoke for an element. page: the number of the page that begins with it. elements: what it speaks for.
    """

    runs: list[tuple[str, bool]]
    passage: int | None = None
    page: int | None = None
    elements: list[Alignment] = field(default_factory=list)


def pieces(document: Document, passages: list[Passage], marked: Mapping[int, Marks]) -> list[Piece]:
    """The text of some passages that follow each other, with all that stands between them. One query.

    marked: passage → alignment's key → places of the words, as `marks_of` gives them.
    """
    if not passages:
        return []
    start, end = passages[0].start, passages[-1].end
    # Only this stretch of the text comes from the database.
    row = Text.objects.filter(document=document).annotate(part=Substr("content", start + 1, end - start))
    content = row.values_list("part", flat=True).first() or ""
    found: list[Piece] = []
    at, page = start, None
    for passage in passages:
        between = content[at - start : passage.start - start]
        if passage.page is not None and passage.page != page:
            ended, _, begun = between.rpartition(PAGE_ENDS)
            _gap(found, ended)
            between, page = begun, passage.page
            found.append(Piece([], page=page))
        _gap(found, between)
        marks = sorted(place for places in marked.get(passage.number, {}).values() for place in places)
        found.append(Piece(runs(passage.text, marks), passage.number))
        at = passage.end
    return found


def _gap(found: list[Piece], text: str) -> None:
    text = text.replace(PAGE_ENDS, "\n").strip()
    if text:
        found.append(Piece([(text, False)]))


def runs(text: str, marks: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """A text cut at the places of some words: each run with whether it is one of them. Places may overlap."""
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end in marks:
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        found += [(text[at:start], False), (text[start:end], True)]
        at = end
    found.append((text[at:], False))
    return [run for run in found if run[0]]


def marks_of(speaking: Iterable[Speaks]) -> dict[int, Marks]:
    """Passage → alignment's key → places of the words in the passage that spoke for it."""
    found: dict[int, Marks] = {}
    for one in speaking:
        for quote in one.quotes:
            if quote.passage is not None:
                places = [(int(start), int(end)) for start, end in quote.span.get("places", ())]
                found.setdefault(quote.passage, {}).setdefault(one.alignment.pk, []).extend(places)
    return found
