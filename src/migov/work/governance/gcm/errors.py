"""Why a step of a review cannot be taken. Every error says it in a sentence for people."""

from __future__ import annotations

from migov.services.writing.errors import Unwritable


class GcmRefused(Unwritable):
    """A step that cannot be taken. field: of the form that is wrong; empty: none."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Changed(GcmRefused):
    """Somebody else changed the same words meanwhile. theirs: what stands, with its revision; mine: what was not saved."""

    def __init__(self, message: str, *, theirs: str, mine: str, revision: int) -> None:
        super().__init__(message)
        self.theirs, self.mine, self.revision = theirs, mine, revision


class LinkClosed(GcmRefused):
    """A link that takes nothing any more. why: "late", "withdrawn", "handed-in", "done" or "report"."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why
