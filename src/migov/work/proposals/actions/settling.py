"""What becomes of texts of a proposal beside the one that stands. How it is done: services/writing."""

from __future__ import annotations

from migov.foundation.people.access import Actor
from migov.services.clearance.models import Clearance
from migov.services.writing import settling
from migov.services.writing.desk import Saved
from migov.services.writing.settling import Held
from migov.work.proposals.actions.desk import DESK
from migov.work.proposals.models import Edition, SetAside

__all__ = ["Held", "accept_wording", "restore", "settle"]


def settle(kept: SetAside | int, *, text: str | None, revision: int, by: Actor, take_over: bool = False) -> Saved:
    """Decide what becomes of words that were set aside. Raises as `settling.settle`."""
    return settling.settle(DESK, kept, text=text, revision=revision, by=by, take_over=take_over)


def restore(edition: Edition | int, *, by: Actor) -> Saved:
    """Put an earlier text in the place of what stands. Raises as `settling.restore`."""
    return settling.restore(DESK, edition, by=by)


def accept_wording(clearance: Clearance, anchor: str, quote: str, wording: str, by: Actor) -> None:
    """Put a reviewer's wording in the place of the words it is about. Raises as `settling.accept_wording`."""
    settling.accept_wording(DESK, clearance, anchor, quote, wording, by)
