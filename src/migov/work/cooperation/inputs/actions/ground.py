"""What every change of an input begins with: the input held, the right asked, and nobody quicker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.foundation.shell.typed import Unreadable, line, tidy
from migov.services.writing.errors import Closed, Unwritable
from migov.work.cooperation.models import Input

SEE, REQUEST, TAKE, WRITE, DELIVER, ANSWER = (
    "inputs.see", "inputs.request", "inputs.take", "inputs.write", "inputs.deliver", "inputs.answer",
)  # fmt: skip
LONGEST_TITLE, LONGEST = 300, 20_000
EARLIEST = date(1950, 1, 1)  # migov keeps nothing that was said before


class InputRefused(Unwritable):
    """A change that cannot be made. The text says why, for people. field: of the form that is wrong; empty: none."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Meanwhile(InputRefused):
    """Somebody else changed the same thing meanwhile."""


def held(key: int, by: Actor, permission: str) -> Input:
    """An input read anew with its record's row held until the transaction ends.

    Raises Input.DoesNotExist, InputRefused for one that was taken out, PermissionDenied.
    """
    Record.objects.select_for_update().only("pk").filter(pk=key).first()
    found = Input.objects.select_related(
        "record__office", "record__owner", "meeting__record", "mechanism__record", "place", "submission"
    ).get(pk=key)
    access.require(by, permission, found.record)
    if found.record.removed_at is not None:
        raise InputRefused(_("This input was taken out."))
    return found


def writable(key: int, by: Actor) -> Input:
    """An input as `held`, if its text may be changed now. Raises Closed beside what `held` raises."""
    found = held(key, by, WRITE)
    if not found.is_open:
        raise Closed(_("The input is “%s” and cannot be changed.") % found.get_state_display())
    return found


def not_meanwhile(found: Input, seen: int | None) -> None:
    """Raise Meanwhile where the input is not as the page showed it. seen: its revision there; None where nobody looked."""
    if seen is not None and found.revision != seen:
        said = _("This input was changed meanwhile: it is “%s” now. Look at it again; nothing of yours was saved.")
        raise Meanwhile(said % found.get_state_display())


def lay(found: Input, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Write values on an input, if they differ; its revision grows. Returns field → [before, now] for the journal."""
    changed = {
        name: [str(getattr(found, name) or ""), str(value or "")]
        for name, value in values.items()
        if getattr(found, name) != value
    }
    if changed:
        for name, value in values.items():
            setattr(found, name, value)
        found.revision += 1
        found.save(update_fields=[*values, "revision"])
    return changed


def one_line(text: str, field: str, longest: int = LONGEST_TITLE) -> str:
    """Text of one line as it is kept. Raises InputRefused with the field."""
    try:
        return line(text, longest)
    except Unreadable as error:
        raise InputRefused(str(error), field) from error


def words(text: str, field: str, needed: str = "") -> str:
    """Text of several lines as it is kept. needed: what to say where it is empty. Raises InputRefused with the field."""
    try:
        said = tidy(text, LONGEST)
    except Unreadable as error:
        raise InputRefused(str(error), field) from error
    if needed and not said:
        raise InputRefused(needed, field)
    return said


def a_day(day: date | None, field: str) -> date | None:
    """A day that can be meant: not before there was such an office. Raises InputRefused with the field."""
    if day is not None and day < EARLIEST:
        raise InputRefused(_("Is the year right? Write a day after %s.") % formats.day(EARLIEST), field)
    return day


def to_come(day: date | None, field: str) -> date | None:
    """A day by which something is needed: not one that has passed. Raises InputRefused with the field."""
    if day is not None and day < timezone.localdate():
        raise InputRefused(_("This day has passed."), field)
    return day


def key(paper: Input | int) -> int:
    """The key of an input that is given itself or by its key."""
    return paper if isinstance(paper, int) else paper.pk
