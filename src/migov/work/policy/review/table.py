"""A concordance as data: what a review says, row by row, without anything internal. Pages, documents and releases are made from it.

The office's own table comes from the rows as they stand, the government's from a release (:class:`~migov.work.policy.models.Release`);
both are a :class:`Concordance`, so that every product is written once and a release can only show what was released.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Cited:
    """A provision that answers a row. text: all its words, those below it included. eid: of the version (Akoma Ntoso)."""

    label: str
    eid: str
    heading: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the government said to a row. stance: code of models.Stance. on: the day."""

    stance: str
    text: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An instrument or framework that the text was compared with. kind: "instrument" or "framework"."""

    code: str
    short_title: str
    title: str
    kind: str = "instrument"
    weight: str = "binding"
    number: str = ""
    celex: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row. row: key of models.Row. place: "16(4)" of an instrument, the code of an element. heading: of the article or element.

    obligation: our line, or the element's title. content: official words of the article where they are loaded, else empty.
    type, addressee, weight, judgement: codes (judgement empty: not judged yet). paragraphs and guidance as cited ("CMW/C/GC/2, 23-28").
    """

    row: int
    source: str
    place: str
    obligation: str
    heading: str = ""
    content: str = ""
    type: str = "shall"
    addressee: str = "state"
    weight: str = "binding"
    judgement: str = ""
    provisions: tuple[Cited, ...] = ()
    comment: str = ""
    wording: str = ""
    planned_act: str = ""
    planned_for: str = ""
    guidance: tuple[str, ...] = ()
    answer: Answered | None = None


@dataclass(frozen=True, slots=True)
class Concordance:
    """A whole table. review, version: keys. release: number of the release it is, None for the office's own.

    text_title, citation: of the text; version_label: which version. country: code of the place, empty where there is none.
    kind: of the text, a code of models.TextKind. on: the day for which it holds. footnotes: of the places it names.
    """

    review: int
    version: int
    title: str
    text_title: str
    citation: str
    version_label: str
    on: date
    sources: tuple[Source, ...]
    lines: tuple[Line, ...]
    country: str = ""
    country_name: str = ""
    summary: str = ""
    release: int | None = None
    answer_by: date | None = None
    illustrative: bool = False
    footnotes: tuple[str, ...] = ()
    kind: str = "law"

    @property
    def judged(self) -> int:
        """How many rows are judged."""
        return sum(1 for line in self.lines if line.judgement)

    def of(self, source: str) -> tuple[Line, ...]:
        """The rows of one instrument or framework, by its code."""
        return tuple(line for line in self.lines if line.source == source)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows have each judgement (code → count, "" for those not judged)."""

    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def tally(lines: Sequence[Line]) -> Tally:
    """Rows by judgement."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.judgement] = counts.get(line.judgement, 0) + 1
    return Tally(counts)


def as_json(line: Line) -> dict[str, Any]:
    """A row as a release keeps it. The government's answer is not part of it: it comes after."""
    said = asdict(line)
    del said["answer"]
    return said


ABOUT = ("text_title", "citation", "version_label", "kind", "country", "country_name", "illustrative")


def about_json(table: Concordance) -> dict[str, Any]:
    """What a release keeps of a table beside its rows: what the text was called, its country, and what it was compared with."""
    kept: dict[str, Any] = {name: getattr(table, name) for name in ABOUT}
    return kept | {"sources": [asdict(one) for one in table.sources], "footnotes": list(table.footnotes)}


def about_from_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The same as fields of a :class:`Concordance`. Raises KeyError for what was not written by :func:`about_json`."""
    found: dict[str, Any] = {name: kept[name] for name in ABOUT}
    return found | {"sources": tuple(Source(**one) for one in kept["sources"]), "footnotes": tuple(kept["footnotes"])}


def from_json(said: Mapping[str, Any], answer: Answered | None = None) -> Line:
    """A released row. Raises TypeError for one that was not written by :func:`as_json`."""
    fields = dict(said)
    fields["provisions"] = tuple(Cited(**one) for one in fields.get("provisions", ()))
    fields["guidance"] = tuple(fields.get("guidance", ()))
    return Line(**fields, answer=answer)
