"""What every change of a meeting or commitment begins with: the record held, the right asked, and nobody quicker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace
from migov.foundation.shell import typed
from migov.work.cooperation.meetings.months import FIRST_YEAR, LAST_YEAR
from migov.work.cooperation.models import Commitment, Meeting

LONGEST = 100_000  # forms allow less
JUST_NOW = timedelta(minutes=2)
WRITE, COMMITMENTS = "meetings.write", "commitments.write"


class MeetingError(ValueError):
    """A change that cannot be made. The text says why, for people. field: the field of the form it concerns."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(MeetingError):
    """Somebody else changed the same thing meanwhile."""


class Already(MeetingError):
    """The same thing is there already, as it is after the second of two clicks. there: its key; own: the same person has just made it."""

    def __init__(self, message: str, field: str, there: Record, own: bool) -> None:
        super().__init__(message, field)
        self.there, self.own = there.pk, own


def known_years(**days: date | None) -> None:
    """Raise MeetingError with the field for a day of a year that the calendar does not know: a year that was mistyped."""
    for field, day in days.items():
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            said = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise MeetingError(_("Write a day of the years %(first)d to %(last)d.") % said, field)


def line(text: str) -> str:
    """Text of one line as it is kept."""
    return typed.line(text)


def prose(text: str) -> str:
    """Text of several lines as it is kept."""
    return typed.tidy(text, LONGEST)


def one_at_a_time(by: Actor) -> None:
    """Let what a person enters wait for what the same person is entering, so that two clicks are seen as two."""
    if isinstance(by, User):
        User.objects.select_for_update().only("pk").get(pk=by.pk)


def not_twice(twins: models.QuerySet[Any], message: str, *, by: Actor, at: datetime) -> None:
    """Raise Already where one of these, with its record, stands and may be seen."""
    twins = twins.filter(record__removed_at__isnull=True)
    if isinstance(by, User):
        twins = twins.filter(record__in=Record.objects.visible_to(by))
    twin = twins.select_related("record").order_by("-record__created_at").first()
    if twin is not None:
        own = isinstance(by, User) and twin.record.owner_id == by.pk and at - twin.record.created_at < JUST_NOW
        raise Already(message, "title", twin.record, own)


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
