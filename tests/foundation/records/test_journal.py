"""The journal: who did what, when; and the mark on the record that caches look for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from migov.foundation.people.access import SYSTEM
from migov.foundation.records import journal
from migov.foundation.records.models import JournalEntry, Record
from tests.factories import RecordFactory, project, result

pytestmark = pytest.mark.django_db
THEN = datetime(2025, 3, 31, 12, tzinfo=UTC)


def test_an_entry_says_who_did_what_to_which_record(people: dict[str, Any]) -> None:
    record = RecordFactory(reference="T-1")
    entry = journal.write("changed", by=people["ana"], record=record, detail={"stage": ["proposal", "active"]}, at=THEN)
    kept = JournalEntry.objects.get(pk=entry.pk)
    assert (kept.by_id, kept.by_name, kept.verb, kept.at) == (people["ana"].pk, "ana", "changed", THEN)
    assert (kept.record_id, kept.kind, kept.reference) == (record.pk, "project", "T-1")
    assert kept.detail == {"stage": ["proposal", "active"]}


def test_the_program_itself_is_named_system() -> None:
    entry = journal.write("places loaded", by=SYSTEM)
    assert (entry.by_id, entry.by_name, entry.record_id, entry.kind, entry.detail) == (None, "system", None, "", {})


def test_writing_marks_the_record_as_changed() -> None:
    record, other = RecordFactory(), RecordFactory()
    journal.write("changed", by=SYSTEM, record=record, at=THEN)
    journal.write("changed", by=SYSTEM, record=record, at=THEN)
    record.refresh_from_db()
    assert (record.revision, record.changed_at) == (3, THEN)
    assert Record.objects.get(pk=other.pk).revision == 1


def test_a_part_that_changes_marks_the_whole() -> None:
    whole = project()
    part, sibling = result(whole, "one"), result(whole, "two")
    journal.write("value reported", by=SYSTEM, record=part.record, at=THEN)
    assert Record.objects.get(pk=whole.pk).revision == 2
    assert Record.objects.get(pk=whole.pk).changed_at == THEN
    assert Record.objects.get(pk=part.pk).revision == 2
    assert Record.objects.get(pk=sibling.pk).revision == 1


def test_entries_of_a_record_come_newest_first_and_with_those_of_its_parts_when_asked() -> None:
    whole = project()
    part = result(whole)
    first = journal.write("created", by=SYSTEM, record=whole.record, at=datetime(2024, 1, 1, tzinfo=UTC))
    of_part = journal.write("value reported", by=SYSTEM, record=part.record, at=datetime(2024, 6, 1, tzinfo=UTC))
    last = journal.write("changed", by=SYSTEM, record=whole.record, at=THEN)
    same_time = journal.write("changed", by=SYSTEM, record=whole.record, at=THEN)
    assert list(journal.entries_for(whole.record)) == [same_time, last, first]
    assert list(journal.entries_for(whole.record, [part.pk])) == [same_time, last, of_part, first]


def test_change_and_trace_stand_or_fall_together() -> None:
    record = RecordFactory()
    with pytest.raises(RuntimeError), transaction.atomic():
        journal.write("changed", by=SYSTEM, record=record)
        raise RuntimeError
    assert not JournalEntry.objects.filter(record_id=record.pk).exists()
    assert Record.objects.get(pk=record.pk).revision == 1


def test_the_journal_outlives_record_and_person(people: dict[str, Any]) -> None:
    record = RecordFactory(reference="T-2")
    journal.write("changed", by=people["ana"], record=record)
    record.delete()
    people["ana"].delete()
    assert JournalEntry.objects.get(reference="T-2").by_name == "ana"
