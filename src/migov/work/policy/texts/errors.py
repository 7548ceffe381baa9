"""What can be wrong with a change of a text."""

from __future__ import annotations


class TextError(ValueError):
    """A change that cannot be made. The text says why, for people. field: the field of the form it concerns."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(TextError):
    """Somebody else corrected the same version meanwhile."""
