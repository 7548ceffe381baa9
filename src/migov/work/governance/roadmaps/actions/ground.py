"""What every change of a roadmap begins with: the roadmap held, the right asked, and nobody quicker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records.models import Record
from migov.foundation.shell.typed import LONGEST_LINE, Unreadable, tidy
from migov.foundation.shell.typed import line as read_line
from migov.work.governance.models import Roadmap, RoadmapAction, RoadmapState

WRITE, AGREE = "roadmaps.write", "roadmaps.agree"


class RoadmapError(ValueError):
    """A change that cannot be made. The text says why, for people. field: the field of the form it concerns."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(RoadmapError):
    """Somebody else changed the same thing meanwhile."""


def held(key: int, by: Actor, permission: str = WRITE) -> Roadmap:
    """The roadmap, read anew and held until the transaction ends, if `by` has the permission. Raises PermissionDenied, RoadmapError."""
    Record.objects.select_for_update().only("pk").get(pk=key)
    found = Roadmap.objects.select_related("record__office", "record__owner", "country", "assessment").get(pk=key)
    access.require(by, permission, found.record)
    if found.record.removed_at is not None:
        raise RoadmapError(_("This roadmap was removed."))
    return found


def held_open(key: int, by: Actor, permission: str = WRITE) -> Roadmap:
    """As `held`, for changes that a closed roadmap does not take."""
    found = held(key, by, permission)
    if found.state == RoadmapState.CLOSED:
        raise RoadmapError(_("This roadmap is closed. Reopen it to change it."))
    return found


def line(roadmap: Roadmap, key: int) -> RoadmapAction:
    """A line of a roadmap that is held, read anew. Raises RoadmapError where it was removed."""
    found = (
        RoadmapAction.objects.select_related("question", "person", "project").filter(roadmap=roadmap, pk=key).first()
    )
    if found is None:
        raise RoadmapError(_("This action is not there any more. Somebody may have removed it meanwhile."))
    return found


def not_changed_meanwhile(found: Roadmap | RoadmapAction, seen: int | None) -> None:
    """Raise Conflict where a row is not as the page showed it. seen: its revision on the page; None where nobody looked."""
    if seen is not None and found.revision != seen:
        raise Conflict(
            _("Somebody else changed this meanwhile. What you typed is still here: compare it with what stands now, and save again.")
        )  # fmt: skip


def one_line(said: str, field: str, longest: int = LONGEST_LINE) -> str:
    """A text of one line as it is kept. Raises RoadmapError with the field."""
    try:
        return read_line(said, longest)
    except Unreadable as unreadable:
        raise RoadmapError(str(unreadable), field) from unreadable


def text(said: str, field: str) -> str:
    """A text of several lines as it is kept. Raises RoadmapError with the field."""
    try:
        return tidy(said)
    except Unreadable as unreadable:
        raise RoadmapError(str(unreadable), field) from unreadable


def lay(row: Roadmap | RoadmapAction, values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Write values on a row, if they differ; its revision grows. Returns field → {from, to} in words, for the journal."""
    changed: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changed[name] = {"from": words(before), "to": words(value)}
            setattr(row, name, value)
    if changed:
        row.revision += 1
        row.save(update_fields=[*changed, "revision"])
    return changed


def words(value: Any) -> str:
    """A value for the journal."""
    if value is None or value == "":
        return ""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)[:500]
