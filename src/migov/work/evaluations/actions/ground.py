"""What every change of an evaluation begins with: the record held, the right asked, and nobody quicker."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records.models import Record
from migov.work.evaluations.models import Evaluation

WRITE, RESPOND = "evaluations.write", "evaluations.respond"


class EvaluationError(ValueError):
    """A change that cannot be made. The text says why, for people. field: the field of the form it concerns."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(EvaluationError):
    """Somebody else changed the same thing meanwhile."""


def held(key: int, by: Actor, permission: str) -> Evaluation:
    """The evaluation, read anew and held until the transaction ends, if `by` has the permission. Raises PermissionDenied."""
    Record.objects.select_for_update().only("pk").get(pk=key)
    found = Evaluation.objects.select_related("record__office", "management_response").get(pk=key)
    access.require(by, permission, found.record)
    return found


def not_changed_meanwhile(row: Any, seen: int | None) -> None:
    """Raise Conflict where the row is not as the page showed it. seen: its revision on the page; None where nobody looked."""
    if seen is not None and row.revision != seen:
        raise Conflict(_("Somebody else changed this meanwhile. What stands now is shown; look at it and save again."))


def lay(row: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    """Write values on a row with a revision, if they differ; save it. Returns field → {from, to} in words, for the journal."""
    changed: dict[str, Any] = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changed[name] = {"from": words(before), "to": words(value)}
            setattr(row, name, value)
    if changed:
        row.revision += 1  # type: ignore[attr-defined]
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
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)[:500]
