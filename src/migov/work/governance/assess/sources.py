"""Where evidence can be looked for: laws and articles, documents, figures, projects. Rooms that hold such things register here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from migov.foundation.places.models import Place

if TYPE_CHECKING:
    from migov.foundation.people.access import Viewer

MOST = 12  # of one source


@dataclass(frozen=True, slots=True)
class Found:
    """Something that may show an answer to be right. key: tells it from the others that its source finds for the same words.

    kind: of AnswerEvidence.Kind. record, document: primary keys. place: where in it; address: of that place inside migov.
    note: why it was found, shown in the list of what was found only.
    """

    key: str
    kind: str
    title: str
    record: int | None = None
    document: int | None = None
    place: str = ""
    address: str = ""
    url: str = ""
    quote: str = ""
    figure: str = ""
    source: str = ""
    as_of: date | None = None
    note: str = ""


Find = Callable[[Place, str, "Viewer"], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Source:
    """A place to look. label: what people call it."""

    code: str
    label: str
    find: Find


_SOURCES: dict[str, Source] = {}


def register(code: str, label: str, find: Find) -> None:
    """Add a source. find(country, words, viewer) answers for what the viewer may see only, best first.

    Raises ValueError when the code is taken by another.
    """
    made = Source(code, label, find)
    if code in _SOURCES and _SOURCES[code].find is not find:
        raise ValueError(f"source {code!r} is registered already")
    _SOURCES[code] = made


def sources() -> tuple[Source, ...]:
    """All sources, in the order of registration."""
    return tuple(_SOURCES.values())


def look(country: Place, words: str, viewer: Viewer) -> list[tuple[Source, Sequence[Found]]]:
    """What each source finds for some words; those that find nothing are left out."""
    if not words.strip():
        return []
    found = [(one, list(one.find(country, words, viewer))[:MOST]) for one in _SOURCES.values()]
    return [(one, hits) for one, hits in found if hits]


def fetch(code: str, key: str, country: Place, words: str, viewer: Viewer) -> Found | None:
    """One thing that was found, asked for anew, so that a viewer can only take what he or she may see; None where it is gone."""
    source = _SOURCES.get(code)
    if source is None or not words.strip():
        return None
    return next((one for one in source.find(country, words, viewer) if one.key == key), None)
