"""The tables an activity is written to, parents first, and the fields its rows give."""

from __future__ import annotations

from typing import Any

from django.db import models

from migov.foundation.bulk import BulkTable, BulkWriter
from migov.foundation.places.models import Place
from migov.foundation.records.models import Evidence, JournalEntry, Record, RecordPlace, RecordState
from migov.services.alignment.models import Alignment
from migov.work.projects.models import (
    Budget,
    Classification,
    Location,
    Organisation,
    Participation,
    Project,
    RelatedProject,
    Transaction,
)
from migov.work.results.models import Indicator, Measurement, Period, Result, Slice

# Shared rows: interned while parsing.
SHARED: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "place": (
        Place,
        ("id", "code", "iso2", "m49", "kind", "name", "short_name", "is_territory", "needs_footnote", "source"),
    ),
    "organisation": (Organisation, ("id", "ref", "name", "kind")),
    "slice": (Slice, ("id", "key", "family", "parts", "sex", "age")),
}

# Rows of an activity. Where the first field is "id", the row is pointed at by others.
TABLES: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "record": (
        Record,
        (
            "id", "kind", "reference", "title", "summary", "office", "parent", "stage", "visibility", "starts", "ends",
            "illustrative", "source", "created_at", "changed_at", "revision",
        ),
    ),
    "state": (RecordState, ("record", "office", "stage", "starts", "ends", "recorded_at")),
    "place": (RecordPlace, ("record", "place", "share", "details", "recorded_at")),
    "project": (
        Project,
        (
            "record", "reporting_organisation", "file", "content_hash", "hierarchy", "language", "default_currency",
            "humanitarian", "status", "scope", "planned_start", "actual_start", "planned_end", "actual_end",
            "updated_at_source", "published",
        ),
    ),
    "participation": (Participation, ("project", "organisation", "role", "order", "details")),
    "classification": (
        Classification,
        ("project", "kind", "vocabulary", "code", "name", "percentage", "significance", "order", "details"),
    ),
    "related": (RelatedProject, ("project", "reference", "kind", "order")),
    "location": (Location, ("project", "ref", "name", "latitude", "longitude", "order", "details")),
    "budget": (
        Budget,
        (
            "project", "kind", "status", "starts", "ends", "amount", "currency", "value_date", "order", "details",
            "recorded_at",
        ),
    ),
    "transaction": (
        Transaction,
        (
            "project", "kind", "date", "amount", "currency", "value_date", "ref", "description", "provider", "receiver",
            "place", "order", "details", "recorded_at",
        ),
    ),
    "result": (Result, ("record", "project", "level", "order", "published")),
    "indicator": (
        Indicator,
        (
            "id", "result", "project", "order", "title", "definition", "unit", "measure", "ascending", "across_periods",
            "counts_people", "counts_people_because", "aggregable", "published",
        ),
    ),
    "period": (Period, ("id", "indicator", "starts", "ends", "order", "published")),
    "measurement": (
        Measurement,
        (
            "indicator", "period", "kind", "value", "words", "slice", "location_ref", "year", "date", "comment", "order",
            "published", "recorded_at",
        ),
    ),
    "evidence": (
        Evidence,
        ("record", "title", "url", "format", "category", "language", "document_date", "source", "details", "recorded_at"),
    ),
    "alignment": (
        Alignment,
        (
            "record", "element", "origin", "significance", "status", "share", "note", "source", "reasons", "decided_at",
            "recorded_at",
        ),
    ),
    "journal": (JournalEntry, ("at", "by_id", "by_name", "record_id", "kind", "reference", "verb", "detail")),
}  # fmt: skip

Row = tuple[Any, ...]
NAMES = tuple(TABLES)


class Rows:
    """The rows of one activity, by table. Fixed lists, because they are filled some hundred thousand times."""

    __slots__ = NAMES

    def __init__(self) -> None:
        for name in NAMES:
            setattr(self, name, [])

    record: list[Row]
    state: list[Row]
    place: list[Row]
    project: list[Row]
    participation: list[Row]
    classification: list[Row]
    related: list[Row]
    location: list[Row]
    budget: list[Row]
    transaction: list[Row]
    result: list[Row]
    indicator: list[Row]
    period: list[Row]
    measurement: list[Row]
    evidence: list[Row]
    alignment: list[Row]
    journal: list[Row]


def announce(writer: BulkWriter) -> dict[str, BulkTable]:
    """Announce all tables to a writer; shared ones under ``shared_<name>``."""
    tables = {f"shared_{name}": writer.table(model, columns) for name, (model, columns) in SHARED.items()}
    return tables | {name: writer.table(model, columns) for name, (model, columns) in TABLES.items()}
