"""Who takes part in a meeting: States and bodies, invited one by one or all members of the mechanism at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.shell import formats
from migov.work.cooperation.mechanisms import queries as mechanisms
from migov.work.cooperation.mechanisms.actions import add_body
from migov.work.cooperation.meetings.actions import ground
from migov.work.cooperation.meetings.actions.ground import MeetingError
from migov.work.cooperation.meetings.actions.rows import standing, write
from migov.work.cooperation.models import Body, Delegation, Meeting

FIELDS = ("place", "body", "attendance", "functions", "size")
Attendance = Delegation.Attendance


def name_of(row: Delegation) -> str:
    """The State or body, by its name in tables."""
    return formats.place(row.place) if row.place is not None else str(row.body)


@transaction.atomic
def write_delegation(
    meeting: Meeting, values: Mapping[str, Any], *, by: Actor, row: Delegation | None = None, seen: str | None = None,
    at: datetime | None = None,
) -> Delegation:  # fmt: skip
    """Add a delegation of a place or a body, or change one. values: of FIELDS; new_body: the name of a body that is not in the register,
    where those who write mechanisms add it. Raises PermissionDenied, Conflict, MeetingError with the field.
    """
    found = ground.held(meeting.pk, by)
    given = {name: values[name] for name in FIELDS if name in values}
    if new_body := str(values.get("new_body") or "").strip():
        given["body"], given["place"] = _body(new_body, by), None
    place = given.get("place", row.place if row else None)
    body = given.get("body", row.body if row else None)
    if (place is None) == (body is None):
        raise MeetingError(_("Name one State or one body."), "who")
    given["functions"] = ground.prose(str(given.get("functions", row.functions if row else "")))
    given["size"] = given.get("size", row.size if row else None)
    try:
        with transaction.atomic():
            return write(found, Delegation, given, noun="delegation", row=row, seen=seen, by=by, at=at)
    except IntegrityError:
        raise MeetingError(_("This delegation is in the list already."), "who") from None


def _body(name: str, by: Actor) -> Body:
    if not access.allowed(by, "mechanisms.write"):
        raise MeetingError(
            _("Policy officers add bodies to the register. Choose one in the list, or ask them."), "new_body"
        )
    return add_body(name, by=by)


@transaction.atomic
def remove_delegation(meeting: Meeting, row: Delegation, *, by: Actor, at: datetime | None = None) -> None:
    """Take a delegation from the list. Raises PermissionDenied, MeetingError."""
    found = ground.held(meeting.pk, by)
    now = standing(Delegation, found, row)
    journal.write("delegation removed", by=by, record=found.record, detail={"text": name_of(now)}, at=at)
    now.delete()


@transaction.atomic
def add_members(meeting: Meeting, *, by: Actor, on: date | None = None, at: datetime | None = None) -> list[Delegation]:
    """Add every member of the mechanism that is not in the list yet, as invited. on: members on that day; else on the day of the meeting.

    Returns those that were added. Raises PermissionDenied, MeetingError for a meeting of no mechanism.
    """
    found = ground.held(meeting.pk, by)
    if found.mechanism is None:
        raise MeetingError(_("This meeting belongs to no mechanism."))
    on = on or found.record.starts or timezone.localdate(at)
    there = set(found.delegations.values_list("place_id", "body_id"))
    wanted = [
        (one.place, one.body)
        for one in mechanisms.members(found.mechanism, on)
        if (one.place.pk if one.place else None, one.body.pk if one.body else None) not in there
    ]
    made = Delegation.objects.bulk_create(Delegation(meeting=found, place=place, body=body) for place, body in wanted)
    if made:
        journal.write("members invited", by=by, record=found.record, detail={"number": len(made)}, at=at)
    return made


@transaction.atomic
def note_attendance(meeting: Meeting, said: Mapping[int, str], *, by: Actor, at: datetime | None = None) -> int:
    """Note for several delegations at once whether they come or were there: key → attendance. Returns how many changed.

    Raises PermissionDenied, MeetingError for a word that is unknown.
    """
    found = ground.held(meeting.pk, by)
    if set(said.values()) - set(Attendance.values):
        raise MeetingError(_("This word is not known."))
    changed, words = [], []
    for row in found.delegations.select_related("place", "body"):
        attendance = said.get(row.pk)
        if attendance and attendance != row.attendance:
            row.attendance = attendance
            changed.append(row)
            words.append(f"{name_of(row)}: {row.get_attendance_display()}")
    Delegation.objects.bulk_update(changed, ["attendance"])
    if changed:
        journal.write("attendance noted", by=by, record=found.record, detail={"text": "; ".join(words)[:2000]}, at=at)
    return len(changed)
