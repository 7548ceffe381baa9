"""Questions about the sections of a paper: how far they are, who writes them, and what lies beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import User
from migov.services.writing import prose
from migov.services.writing.desk import Desk

EMPTY, SHORT, FITS, LONG = "empty", "short", "fits", "long"
SHORT_BELOW = 0.2  # of the limit


class Part(Protocol):
    """A section as a kind of paper describes it. limit: most words. anchor: its place in the content that is cleared."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def limit(self) -> int: ...
    @property
    def required(self) -> bool: ...
    @property
    def anchor(self) -> str: ...


P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Standing(Generic[P]):
    """A section as it stands. state: "empty", "short", "fits" or "long". writer: who writes now. aside: the viewer's words that wait.

    row: None where nobody has written yet. saved_by: None for changes made elsewhere.
    """

    part: P
    text: str
    words: int
    revision: int
    row: Any = None
    writer: User | None = None
    aside: tuple[Any, ...] = ()

    @property
    def state(self) -> str:
        if not self.words:
            return EMPTY
        if self.words > self.part.limit:
            return LONG
        return SHORT if self.words < self.part.limit * SHORT_BELOW else FITS

    @property
    def saved_at(self) -> datetime | None:
        return self.row.saved_at if self.row else None

    @property
    def saved_by(self) -> User | None:
        return self.row.saved_by if self.row else None

    @property
    def begins(self) -> str:
        """The first words, for lists."""
        return " ".join(self.text.split()[:24])


def sections_of(desk: Desk, paper: Any, parts: Sequence[P], user: Viewer | None = None) -> list[Standing[P]]:
    """Some sections of a paper as they stand, in the order given. One query; a second for the words set aside of a user."""
    rows = {row.code: row for row in _rows(desk, paper)}
    aside: dict[int, list[Any]] = {}
    if user is not None and user.pk is not None and rows:
        waiting = desk.set_aside.objects.filter(
            **{f"section__{desk.paper_field}": paper}, by_id=user.pk, settled_at__isnull=True
        )
        for kept in waiting:
            aside.setdefault(kept.section_id, []).append(kept)
    return [_standing(desk, paper, part, rows.get(part.code), aside) for part in parts]


def section_of(desk: Desk, paper: Any, part: P, user: Viewer | None = None) -> Standing[P]:
    """One section of a paper as it stands. Two queries."""
    row = _rows(desk, paper).filter(code=part.code).first()
    aside: dict[int, list[Any]] = {}
    if row is not None and user is not None and user.pk is not None:
        aside[row.pk] = list(row.set_aside.filter(by_id=user.pk, settled_at__isnull=True))
    return _standing(desk, paper, part, row, aside)


def editions_of(section: Any) -> Sequence[Any]:
    """The earlier texts of a section, newest first. One query."""
    return list(section.editions.select_related("saved_by"))


def kept_beside(section: Any) -> Sequence[Any]:
    """All words that were set aside in a section, those that wait first. One query."""
    rows = section.set_aside.select_related("by")
    return sorted(rows, key=lambda kept: kept.settled_at is not None)


def _rows(desk: Desk, paper: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = desk.section.objects.filter(**{desk.paper_field: paper})
    return rows.select_related("saved_by", "lock__holder")


def _standing(desk: Desk, paper: Any, part: P, row: Any, aside: dict[int, list[Any]]) -> Standing[P]:
    text, revision = (row.text, row.revision) if row else ("", 0)
    elsewhere = desk.elsewhere(paper, part.code)
    if elsewhere is not None:
        # Changed there: the next save takes it over as a revision of its own (desk.py).
        text, revision = elsewhere, revision + (elsewhere != text)
    lock = getattr(row, "lock", None)
    writer = lock.holder if lock is not None and lock.until > timezone.now() else None
    kept = tuple(aside.get(row.pk, ())) if row else ()
    return Standing(part, text, prose.count(text), revision, row, writer, kept)
