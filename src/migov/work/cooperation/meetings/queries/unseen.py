"""What stands beside a meeting or commitment and is kept from the viewer: its mechanism, its meeting, the meeting before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record


def hide(rows: Iterable[Any], viewer: Viewer, *fields: str) -> None:
    """Forget, on rows that are only shown, those of the related rows that the viewer may not see. Nothing is written; one query, none for
    people of the regional office, who see everything.
    """
    if access.works_regionally(viewer):
        return
    held = list(rows)
    keys = {getattr(row, f"{field}_id") for row in held for field in fields} - {None}
    if not keys:
        return
    seen = set(Record.objects.visible_to(viewer).standing().filter(pk__in=keys).values_list("pk", flat=True))
    for row in held:
        for field in fields:
            key = getattr(row, f"{field}_id")
            if key is not None and key not in seen:
                setattr(row, field, None)
