"""What other parts have to show beside a text: a part above (reviews) registers a function that says it."""

from __future__ import annotations

from collections.abc import Callable

from migov.foundation.people.access import Viewer
from migov.work.policy.models import LegalText
from migov.work.policy.slots import Slot

TextSlot = Callable[[LegalText, Viewer], Slot | None]
_of_text: list[TextSlot] = []


def register_text_slot(fill: TextSlot) -> None:
    """Have a part asked on the page of every text. The function answers for what the viewer may see only; None for nothing."""
    if fill not in _of_text:
        _of_text.append(fill)


def of_text(text: LegalText, viewer: Viewer) -> list[Slot]:
    """What the parts have to show beside a text, in the order in which they were loaded."""
    return [slot for fill in _of_text if (slot := fill(text, viewer)) is not None]
