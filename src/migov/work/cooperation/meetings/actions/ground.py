"""What every change of a meeting or commitment begins with: the record held, the right asked, and nobody quicker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace
from migov.work.cooperation.models import Commitment, Meeting

WRITE, COMMITMENTS = "meetings.write", "commitments.write"


class MeetingError(ValueError):
    """A change that cannot be made. The text says why, for people. field: the field of the form it concerns."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(MeetingError):
    """Somebody else changed the same thing meanwhile."""


def _record(key: int, by: Actor, permission: str) -> Record:
    Record.objects.select_for_update().only("pk").get(pk=key)
    record = Record.objects.select_related("office", "owner").get(pk=key)
    access.require(by, permission, record)
    if record.removed_at is not None:
        raise MeetingError(_("This was removed meanwhile."))
    return record


def held(key: int, by: Actor, permission: str = WRITE) -> Meeting:
    """The meeting, read anew and held until the transaction ends, if `by` has the permission. Raises PermissionDenied, MeetingError."""
    record = _record(key, by, permission)
    found = Meeting.objects.select_related("country", "mechanism__record", "attends").get(pk=key)
    found.record = record
    return found


def held_commitment(key: int, by: Actor, permission: str = COMMITMENTS) -> Commitment:
    """The commitment, as `held`."""
    record = _record(key, by, permission)
    found = Commitment.objects.select_related("mechanism__record", "meeting__record", "place", "body").get(pk=key)
    found.record = record
    return found


def not_changed_meanwhile(found: Meeting | Commitment, seen: int | None) -> None:
    """Raise Conflict where it is not as the page showed it. seen: its revision on the page; None where nobody looked."""
    if seen is not None and found.revision != seen:
        raise Conflict(
            _("This was changed meanwhile: it is “%(state)s” now. Look at it again; nothing of yours was saved.")
            % {"state": found.get_state_display()}
        )


def lay(found: Meeting | Commitment, values: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """Write values on a meeting or commitment and on its record, if they differ; its revision grows by one.

    Returns field → {from, to} in words, for the journal; empty where nothing differs.
    """
    changed: dict[str, Any] = {}
    for target, given in ((found.record, record), (found, values)):
        for name, value in given.items():
            before = getattr(target, name)
            if before != value:
                changed[name] = {"from": words(before), "to": words(value)}
                setattr(target, name, value)
    if changed:
        on_record = [name for name in record if name in changed]
        if on_record:
            found.record.save(update_fields=on_record)
        found.revision += 1
        found.save(update_fields=[*(name for name in values if name in changed), "revision"])
    return changed


def touch(found: Meeting | Commitment) -> None:
    """Let the revision grow where something beside the row itself was changed."""
    type(found)._default_manager.filter(pk=found.pk).update(revision=models.F("revision") + 1)
    found.revision += 1


def set_places(record: Record, places: Iterable[Place | None], at: datetime) -> None:
    """Let a record be in these places and no others; what no longer stands is superseded."""
    wanted = {place.pk for place in places if place is not None}
    standing = dict(RecordPlace.objects.current().filter(record=record).values_list("place_id", "pk"))
    gone = [pk for place, pk in standing.items() if place not in wanted]
    RecordPlace.objects.filter(pk__in=gone).supersede(at)
    RecordPlace.objects.bulk_create(
        RecordPlace(record=record, place_id=place, recorded_at=at) for place in sorted(wanted - set(standing))
    )


def fingerprint(row: models.Model | None) -> str:
    """What a row says, in a few letters: two pages that show the same row carry the same. Empty for no row."""
    if row is None:
        return ""
    said = "\x1f".join(f"{field.attname}={getattr(row, field.attname)}" for field in row._meta.concrete_fields)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def words(value: Any) -> str:
    """A value for the journal."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)[:500]
