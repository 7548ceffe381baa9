"""Why a step of a review cannot be taken. Every error says it in a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migov.services.writing.errors import Unwritable


class ReviewRefused(Unwritable):
    """A step that cannot be taken. field: of the form that is wrong; empty: none."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that somebody else changed meanwhile. theirs: what stands; mine: what was not saved."""

    label: str
    theirs: str
    mine: str


class RowConflict(ReviewRefused):
    """A row was changed meanwhile in the very fields that were typed in. Nothing of the change was saved."""

    def __init__(self, message: str, clashes: Mapping[str, Clash]) -> None:
        super().__init__(message)
        self.clashes = clashes
