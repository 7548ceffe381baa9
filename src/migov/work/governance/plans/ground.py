"""What every change of a network plan begins with: the plan held, the right asked, and nobody quicker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import typed
from migov.work.governance.models import WorkPlan

ADD, WRITE = "plans.add", "plans.write"


class PlanError(ValueError):
    """A change that cannot be made. The text says why, for people. field: the field of the form it concerns."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(PlanError):
    """Somebody else changed the same thing meanwhile."""


def office_for(by: Actor, country: Place | None, office: Office | None) -> Office | None:
    """The office that keeps a new plan: the one that is named, else the country's own.

    Raises PermissionDenied where who adds it has no right to it, PlanError for a country that is another office's.
    """
    own = Office.objects.filter(place=country, valid_to__isnull=True).order_by("pk").first() if country else None
    access.require(by, ADD, office or own)
    if own is not None and not access.allowed(by, ADD, own):
        raise PlanError(_("Work of this country is added by its own office or the regional office."), "country")
    return office or own


def held(key: int, by: Actor) -> WorkPlan:
    """The plan, read anew and held until the transaction ends, if `by` may write it. Raises PermissionDenied, PlanError."""
    Record.objects.select_for_update().only("pk").get(pk=key)
    found = WorkPlan.objects.select_related("record__office", "record__owner", "country").get(pk=key)
    access.require(by, WRITE, found.record)
    if found.record.removed_at is not None:
        raise PlanError(_("This plan was removed."))
    return found


def line(said: str, field: str, longest: int) -> str:
    """Text of one line as it is kept. Raises PlanError with the field."""
    try:
        return typed.line(said, longest)
    except typed.Unreadable as wrong:
        raise PlanError(str(wrong), field) from wrong


def text(said: str, field: str) -> str:
    """Text as it is kept. Raises PlanError with the field."""
    try:
        return typed.tidy(said)
    except typed.Unreadable as wrong:
        raise PlanError(str(wrong), field) from wrong


def changes(thing: Any, values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Set values on a row where they differ; not saved. Returns field → {from, to} in words, for the journal."""
    changed = {}
    for name, value in values.items():
        before = getattr(thing, name)
        if before != value:
            changed[name] = {"from": _words(before), "to": _words(value)}
            setattr(thing, name, value)
    return changed


def _words(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)[:500]


def person(by: Actor) -> User | None:
    """The person who acts; None for the program."""
    return by if isinstance(by, User) else None
