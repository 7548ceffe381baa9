"""The themes of a record: which stand, and putting others in their place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from migov.foundation.people.models import Theme
from migov.foundation.records.models import Record, RecordTheme


def themes_of(record: Record) -> list[Theme]:
    """The themes that stand, in the office's order. One query."""
    rows = RecordTheme.objects.current().filter(record=record).select_related("theme")
    return [row.theme for row in rows.order_by("theme__order", "theme__name")]


def set_themes(record: Record, wanted: Iterable[Theme], at: datetime) -> dict[str, dict[str, str]]:
    """Let a record have these themes and no others; what no longer stands is superseded.

    Returns what to write in the journal: empty where nothing changed. The caller has asked for the permission and holds the record.
    """
    rows = {row.theme: row for row in RecordTheme.objects.current().filter(record=record).select_related("theme")}
    themes = set(wanted)
    if set(rows) == themes:
        return {}
    gone = [row.pk for theme, row in rows.items() if theme not in themes]
    RecordTheme.objects.filter(pk__in=gone).update(superseded_at=at)
    RecordTheme.objects.bulk_create(
        RecordTheme(record=record, theme=theme, recorded_at=at) for theme in sorted(themes - set(rows), key=str)
    )
    return {"themes": {"from": ", ".join(sorted(map(str, rows))), "to": ", ".join(sorted(map(str, themes)))}}
