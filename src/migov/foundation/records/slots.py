"""Places on pages that others fill: on the front page of a room, and beside a piece of work.

The parts of a room, and the rooms themselves, do not import each other. Each registers, when it is loaded, a function that says
what it has to show; the page asks all of them. Shown by the template shell/slot.html.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migov.foundation.people.access import Viewer
    from migov.foundation.records.models import Record


@dataclass(frozen=True)
class Link:
    """A line that leads somewhere. note: a few words after it. late: its day has passed; said with a word, not by colour alone."""

    label: str
    url: str
    note: str = ""
    late: bool = False


@dataclass(frozen=True)
class Slot:
    """What a part has to show: rows to read on, actions to begin something (addresses of forms).

    empty: what to say where there are no rows. more: where the whole list is.
    """

    title: str
    rows: Sequence[Link] = ()
    actions: Sequence[Link] = ()
    empty: str = ""
    more: Link | None = None


HomeSlot = Callable[["Viewer"], Slot | None]
RecordSlot = Callable[["Record", "Viewer"], Slot | None]

_home: dict[str, list[HomeSlot]] = {}
_beside: dict[str, list[RecordSlot]] = {}


def register_home(room: str, fill: HomeSlot) -> None:
    """Have a part asked on the front page of a room (its application's label); None where it has nothing to show to this viewer."""
    rows = _home.setdefault(room, [])
    if fill not in rows:
        rows.append(fill)


def register_beside(kind: str, fill: RecordSlot) -> None:
    """Have a part asked on the page of every record of a kind. It answers for what the viewer may see only; None for nothing."""
    rows = _beside.setdefault(kind, [])
    if fill not in rows:
        rows.append(fill)


def of_home(room: str, viewer: Viewer) -> list[Slot]:
    """What the parts have to show on the front page of a room, in the order in which they were loaded."""
    return [slot for fill in _home.get(room, ()) if (slot := fill(viewer)) is not None]


def beside(record: Record, viewer: Viewer) -> list[Slot]:
    """What the parts have to show beside a piece of work, in the order in which they were loaded."""
    return [slot for fill in _beside.get(record.kind, ()) if (slot := fill(record, viewer)) is not None]
