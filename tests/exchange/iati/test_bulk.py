"""Writing in bulk: keys that nobody else has, rows in order, constraints on."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from migov.foundation.bulk import BulkWriter
from migov.foundation.records.models import Record, RecordState
from migov.work.projects.models import Location, Organisation
from tests.factories import project

pytestmark = pytest.mark.django_db
NAMES = ("id", "ref", "name", "kind")


def test_rows_are_written_with_the_keys_given_out() -> None:
    writer = BulkWriter()
    table = writer.table(Organisation, NAMES)
    keys = list(islice(writer.ids(Organisation), 2500))
    assert len(set(keys)) == 2500
    table.rows.extend((key, f"R{key}", "Ünïcode\t\n\\N 'quoted'", "") for key in keys)
    assert writer.waiting == 2500
    writer.flush()
    assert (writer.waiting, writer.written()) == (0, {"projects.Organisation": 2500})
    assert Organisation.objects.count() == 2500
    assert Organisation.objects.get(pk=keys[-1]).name == "Ünïcode\t\n\\N 'quoted'"


def test_rows_made_later_in_the_usual_way_get_fresh_keys() -> None:
    writer = BulkWriter()
    table = writer.table(Organisation, NAMES)
    key = next(writer.ids(Organisation))
    table.rows.append((key, "A", "", ""))
    writer.flush()
    assert Organisation.objects.create(ref="B").pk > key


def test_keys_of_deleted_rows_are_not_given_out_again() -> None:
    gone = Organisation.objects.create(ref="gone")
    pk = gone.pk
    gone.delete()
    assert next(BulkWriter().ids(Organisation)) > pk


def test_tables_without_keys_of_ours_get_the_databases() -> None:
    place = project()
    writer = BulkWriter()
    table = writer.table(Location, ("project", "ref", "name", "latitude", "longitude", "order", "details"))
    table.rows.append((place.pk, "L", "", 47.5, None, 0, '{"a":[1]}'))
    writer.flush()
    found = Location.objects.get()
    assert (found.latitude, found.longitude, found.details) == (47.5, None, {"a": [1]})


def test_moments_are_written_as_the_database_takes_them() -> None:
    record = project().record
    moment = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    RecordState.objects.all().delete()
    writer = BulkWriter()
    table = writer.table(RecordState, ("record", "office", "stage", "starts", "ends", "recorded_at"))
    table.rows.append((record.pk, None, "active", "2026-01-01", None, writer.moment(moment)))
    writer.flush()
    state = RecordState.objects.get()
    assert state.recorded_at == moment
    assert str(state.starts) == "2026-01-01"
    assert writer.moment(None) is None


def test_constraints_stay_on() -> None:
    Organisation.objects.create(ref="A")
    for row in [(next(BulkWriter().ids(Organisation)), "A", "", "")]:
        writer = BulkWriter()
        writer.table(Organisation, NAMES).rows.append(row)
        with pytest.raises(IntegrityError), transaction.atomic():
            writer.flush()
    writer = BulkWriter()
    writer.table(RecordState, ("record", "stage", "recorded_at")).rows.append(
        (999_999, "active", writer.moment(datetime.now(UTC)))
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        writer.flush()
        connection.check_constraints()


def test_mistakes_are_told_before_anything_is_written() -> None:
    writer = BulkWriter()
    with pytest.raises(ValueError, match="no field 'nonsense'"):
        writer.table(Organisation, ("nonsense",))
    with pytest.raises(ValueError, match="rows need a value for kind, title"):
        writer.table(Record, ("id", "reference"))
    with pytest.raises(ValueError, match="not a column"):
        writer.table(Record, ("themes",))
    writer.table(Organisation, NAMES)
    with pytest.raises(ValueError, match="announced already"):
        writer.table(Organisation, NAMES)


@pytest.mark.django_db(transaction=True)
def test_there_is_no_bulk_writing_outside_a_transaction() -> None:
    with pytest.raises(TransactionManagementError):
        BulkWriter()


def test_rows_written_behind_are_there_after_waiting() -> None:
    with BulkWriter(behind=True) as writer:
        table = writer.table(Organisation, NAMES)
        keys = writer.ids(Organisation)
        for round_ in range(3):
            table.rows.extend((next(keys), f"R{round_}-{n}", "", "") for n in range(500))
            writer.flush()
        writer.wait()
        assert Organisation.objects.count() == 1500


def test_faults_of_rows_written_behind_are_raised_when_waiting() -> None:
    Organisation.objects.create(ref="A")
    with pytest.raises(IntegrityError), transaction.atomic(), BulkWriter(behind=True) as writer:
        writer.table(Organisation, NAMES).rows.append((next(writer.ids(Organisation)), "A", "", ""))
        writer.flush()
        writer.wait()
    assert Organisation.objects.count() == 1
