"""What every change of a Cooperation Framework begins with: the framework held, the right asked, and nobody quicker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import typed
from migov.work.governance.models import CooperationFramework

ADD, WRITE, JUDGE = "unsdcf.add", "unsdcf.write", "unsdcf.judge"


class UnsdcfError(ValueError):
    """A change that cannot be made. The text says why, for people. field: the field of the form it concerns."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(UnsdcfError):
    """Somebody else changed the same thing meanwhile."""


def office_for(by: Actor, country: Place, office: Office | None) -> Office | None:
    """The office that keeps a new framework: the one that is named, else the country's own.

    Raises PermissionDenied where who adds it has no right to it, UnsdcfError for a country that is another office's.
    """
    own = Office.objects.filter(place=country, valid_to__isnull=True).order_by("pk").first()
    access.require(by, ADD, office or own)
    if own is not None and not access.allowed(by, ADD, own):
        raise UnsdcfError(_("Work of this country is added by its own office or the regional office."), "country")
    return office or own


def held(key: int, by: Actor, permission: str) -> CooperationFramework:
    """The framework, read anew and held until the transaction ends, if `by` has the permission. Raises PermissionDenied, UnsdcfError."""
    Record.objects.select_for_update().only("pk").get(pk=key)
    found = CooperationFramework.objects.select_related("record__office", "record__owner", "country").get(pk=key)
    access.require(by, permission, found.record)
    if found.record.removed_at is not None:
        raise UnsdcfError(_("This Cooperation Framework was removed."))
    return found


def not_changed_meanwhile(found: CooperationFramework, seen: int | None) -> None:
    """Raise Conflict where the framework is not as the page showed it. seen: its revision there; None where nobody looked."""
    if seen is not None and found.revision != seen:
        raise Conflict(
            _(
                "Somebody changed this Cooperation Framework meanwhile. Look at it again; nothing of yours was saved yet."
            )
        )


def grew(found: CooperationFramework) -> None:
    """Note that the framework or its structure is not as it was."""
    CooperationFramework.objects.filter(pk=found.pk).update(revision=F("revision") + 1)
    found.revision += 1


def line(text: str, field: str, longest: int) -> str:
    """Text of one line as it is kept. Raises UnsdcfError with the field."""
    try:
        return typed.line(text, longest)
    except typed.Unreadable as wrong:
        raise UnsdcfError(str(wrong), field) from wrong


def text(said: str, field: str, longest: int = typed.LONGEST_TEXT) -> str:
    """Text as it is kept. Raises UnsdcfError with the field."""
    try:
        return typed.tidy(said, longest)
    except typed.Unreadable as wrong:
        raise UnsdcfError(str(wrong), field) from wrong


def changes(thing: Any, values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Set values on a row where they differ; not saved. Returns field → {from, to} in words, for the journal."""
    changed = {}
    for name, value in values.items():
        before = getattr(thing, name)
        if before != value:
            changed[name] = {"from": words(before), "to": words(value)}
            setattr(thing, name, value)
    return changed


def words(value: Any) -> str:
    """A value for the journal."""
    if value is None or value == "":
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)[:500]


def person(by: Actor) -> User | None:
    """The person who acts; None for the program."""
    return by if isinstance(by, User) else None
