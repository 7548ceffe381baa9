"""The registry of kinds of work. Each room registers its kind; lists, search and links ask here instead of knowing the rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from migov.foundation.records.models import Record


@dataclass(frozen=True)
class Kind:
    """One kind of work: its code, what people call it, and where its page is."""

    code: str
    label: str
    label_plural: str
    url: Callable[[Record], str]


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known. Raises ValueError when the code is taken by another."""
    if _KINDS.get(kind.code, kind) != kind:
        raise ValueError(f"kind {kind.code!r} is registered already")
    _KINDS[kind.code] = kind


def kind_of(record: Record) -> Kind:
    """The kind of a record. Raises KeyError for one that no room has registered."""
    return _KINDS[record.kind]


def url_of(record: Record) -> str:
    """Address of the record's page."""
    return kind_of(record).url(record)
