"""Writing the sections of a proposal: opening, saving, taking over. How it is done: services/writing."""

from __future__ import annotations

from migov.foundation.people.access import Actor
from migov.services.writing import saving
from migov.services.writing.desk import LONGEST, LockState, Saved
from migov.services.writing.errors import ClosedMeanwhile, NoSection, TextConflict
from migov.work.proposals.actions.desk import DESK
from migov.work.proposals.actions.settling import Held, accept_wording, restore, settle
from migov.work.proposals.models import Proposal, Section

__all__ = [
    "LONGEST", "ClosedMeanwhile", "Held", "LockState", "NoSection", "Saved", "TextConflict", "accept_wording", "open_section",
    "release", "restore", "save", "settle", "take_over", "write",
]  # fmt: skip


def open_section(proposal: Proposal | int, code: str, *, token: str, by: Actor) -> tuple[Section, LockState]:
    """Begin to write a section. Raises as `saving.open_section`."""
    return saving.open_section(DESK, _key(proposal), code, token=token, by=by)


def save(section: Section | int, *, text: str, revision: int, token: str, by: Actor, number: int = 0) -> Saved:
    """Keep what was written. Raises as `saving.save`."""
    return saving.save(DESK, section, text=text, revision=revision, token=token, by=by, number=number)


def write(proposal: Proposal | int, code: str, *, text: str, by: Actor) -> Saved:
    """Put a text in the place of what stands, as programs and imports do. Raises as `save`."""
    return saving.write(DESK, _key(proposal), code, text=text, by=by)


def take_over(section: Section | int, *, token: str, by: Actor) -> LockState:
    """Become the one who writes. Raises as `saving.take_over`."""
    return saving.take_over(DESK, section, token=token, by=by)


def release(section: Section | int, *, token: str, by: Actor) -> None:
    """Give the lock up, if this page holds it."""
    saving.release(DESK, section, token=token, by=by)


def _key(proposal: Proposal | int) -> int:
    return proposal if isinstance(proposal, int) else proposal.pk
