"""Writing the journal. Every action calls :func:`write` in its own transaction, so a change and its trace stand or fall together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from migov.foundation.people.access import Actor
from migov.foundation.records.models import JournalEntry, Record


def write(
    verb: str,
    *,
    by: Actor,
    record: Record | None = None,
    detail: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> JournalEntry:
    """Note that `by` did `verb` to `record`, and mark the record as changed so that caches notice.

    A part of a record (a result of a project) marks the whole as changed too.
    """
    at = at or timezone.now()
    if record is not None:
        keys = [record.pk] if record.parent_id is None else [record.pk, record.parent_id]
        Record.objects.filter(pk__in=keys).update(changed_at=at, revision=F("revision") + 1)
    return JournalEntry.objects.create(
        at=at,
        by_id=by.pk,
        by_name=str(by),
        record_id=record.pk if record else None,
        kind=record.kind if record else "",
        reference=record.reference if record else "",
        verb=verb,
        detail=detail or {},
    )


def entries_for(record: Record, parts: Iterable[int] = ()) -> Any:
    """The journal of a record and, when given, of its parts; newest first."""
    return JournalEntry.objects.filter(record_id__in=[record.pk, *parts])
