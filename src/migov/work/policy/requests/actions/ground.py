"""What every change of a request begins with: the request held, the right asked, and nobody quicker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records.models import Record
from migov.work.policy.models import AssistanceRequest

WORK, DECIDE = "requests.work", "requests.decide"


class RequestError(ValueError):
    """A change that cannot be made. The text says why, for people. field: the field of the form it concerns."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(RequestError):
    """Somebody else changed the same thing meanwhile."""


def held(key: int, by: Actor, permission: str) -> AssistanceRequest:
    """The request, read anew and held until the transaction ends, if `by` has the permission. Raises PermissionDenied, RequestError."""
    Record.objects.select_for_update().only("pk").get(pk=key)
    found = AssistanceRequest.objects.select_related("record__office", "record__owner", "country").get(pk=key)
    access.require(by, permission, found.record)
    if found.record.removed_at is not None:
        raise RequestError(_("This request was removed."))
    return found


def not_changed_meanwhile(found: AssistanceRequest, seen: int | None) -> None:
    """Raise Conflict where the request is not as the page showed it. seen: its revision on the page; None where nobody looked."""
    if seen is not None and found.revision != seen:
        raise Conflict(
            _("This request was changed meanwhile: it is “%(state)s” now. Look at it again; nothing of yours was saved twice.")
            % {"state": found.get_state_display()}
        )  # fmt: skip


def lay(found: AssistanceRequest, values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Write values on a request, if they differ; its revision grows. Returns field → {from, to} in words, for the journal."""
    changed: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        before = getattr(found, name)
        if before != value:
            changed[name] = {"from": words(before), "to": words(value)}
            setattr(found, name, value)
    if changed:
        found.revision += 1
        found.save(update_fields=[*changed, "revision"])
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
