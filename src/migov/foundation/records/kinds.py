"""The registry of kinds of work. Each room registers its kind; lists, search and links ask here instead of knowing the rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from migov.foundation.records.models import Record


@dataclass(frozen=True)
class Kind:
    """One kind of work: its code, what people call it, and where its page is.

    place: address of the place that a sentence comes from, for kinds whose text has pages of its own (see alignment/reading.py).
    """

    code: str
    label: str
    label_plural: str
    url: Callable[[Record], str]
    place: Callable[[Record, Mapping[str, Any]], str] | None = None


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known. Raises ValueError when the code is taken by another."""
    if _KINDS.get(kind.code, kind) != kind:
        raise ValueError(f"kind {kind.code!r} is registered already")
    _KINDS[kind.code] = kind


def kind_of(record: Record) -> Kind:
    """The kind of a record. Raises KeyError for one that no room has registered."""
    return _KINDS[record.kind]


def place_of(record: Record, span: Mapping[str, Any]) -> str:
    """Address of the place that a sentence comes from; empty where the kind has none of its own."""
    kind = _KINDS.get(record.kind)
    return kind.place(record, span) if kind is not None and kind.place is not None else ""


def url_of(record: Record) -> str:
    """Address of the record's page."""
    return kind_of(record).url(record)
