"""Why a text cannot be changed. Every error says it in a sentence for people."""

from __future__ import annotations

from typing import Any

from migov.foundation.people.models import User


class Unwritable(ValueError):
    """A change of a paper that cannot be made. The text says why, for people."""


class Closed(Unwritable):
    """The paper cannot be changed at this stage."""


class NoSection(Unwritable):
    """The paper has no such section."""


class Conflict(Unwritable):
    """Somebody else changed the same thing meanwhile. now: what stands; mine: what was not saved."""

    def __init__(self, message: str, *, now: str, mine: str) -> None:
        super().__init__(message)
        self.now, self.mine = now, mine


class TextConflict(Conflict):
    """Somebody else went on with the section. kept: where the words are that were not saved; holder: who writes now, if anybody."""

    def __init__(self, message: str, *, kept: Any, now: str, mine: str, holder: User | None = None) -> None:
        super().__init__(message, now=now, mine=mine)
        self.kept, self.holder = kept, holder


class ClosedMeanwhile(Closed):
    """The paper was closed while somebody wrote. kept: where the words are."""

    def __init__(self, message: str, *, kept: Any) -> None:
        super().__init__(message)
        self.kept = kept
