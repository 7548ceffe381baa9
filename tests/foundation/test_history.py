"""Facts: what stood on an earlier day can be asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from migov.foundation.history import end_of_day, known_at
from migov.foundation.records.models import Record, RecordState
from tests.factories import RecordFactory

pytestmark = pytest.mark.django_db
FIRST = datetime(2025, 1, 10, 9, tzinfo=UTC)
SECOND = datetime(2025, 6, 3, 9, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def record() -> Record:
    """A record that was a proposal until it became active on 3 June."""
    record: Record = RecordFactory()
    RecordState.objects.create(record=record, stage="proposal", recorded_at=FIRST, superseded_at=SECOND)
    RecordState.objects.create(record=record, stage="active", recorded_at=SECOND)
    return record


@pytest.mark.parametrize(
    ("moment", "stages"),
    [
        (FIRST, []),
        (FIRST + INSTANT, ["proposal"]),
        (SECOND, ["proposal"]),
        (SECOND + INSTANT, ["active"]),
        (None, ["active"]),
    ],
)
def test_as_of_gives_what_stood_just_before_a_moment(
    record: Record, moment: datetime | None, stages: list[str]
) -> None:
    assert [state.stage for state in record.states.as_of(moment)] == stages  # type: ignore[attr-defined]


def test_one_row_stands_at_every_moment_after_the_first(record: Record) -> None:
    for hours in range(1, 24 * 200, 7):
        assert RecordState.objects.as_of(FIRST + timedelta(hours=hours)).filter(record=record).count() == 1


def test_current_is_what_stands_today(record: Record) -> None:
    assert [state.stage for state in RecordState.objects.current()] == ["active"]


def test_known_at_reaches_through_a_relation(record: Record) -> None:
    was_proposal = Record.objects.filter(known_at(SECOND, "states__"), states__stage="proposal")
    assert list(was_proposal) == [record]
    assert not Record.objects.filter(known_at(None, "states__"), states__stage="proposal").exists()


def test_superseding_marks_only_what_stands_and_keeps_it_for_earlier_days(record: Record) -> None:
    later = SECOND + timedelta(days=30)
    assert RecordState.objects.filter(record=record).supersede(later) == 1
    assert RecordState.objects.filter(record=record).supersede(later + timedelta(days=1)) == 0
    assert not RecordState.objects.current().exists()
    assert [state.stage for state in RecordState.objects.as_of(later)] == ["active"]
    assert RecordState.objects.get(stage="proposal").superseded_at == SECOND


def test_superseding_without_a_moment_means_now(record: Record) -> None:
    before = timezone.now()
    RecordState.objects.filter(record=record).supersede()
    superseded = RecordState.objects.get(stage="active").superseded_at
    assert superseded is not None and before <= superseded <= timezone.now()


@pytest.mark.parametrize("day", [date(2025, 3, 30), date(2025, 10, 26), date(2024, 12, 31), date(2024, 2, 29)])
def test_the_end_of_a_day_is_midnight_where_the_office_is(day: date) -> None:
    """Also on the days when clocks change and at the end of a year."""
    end = timezone.localtime(end_of_day(day))
    assert end.date() == day + timedelta(days=1)
    assert (end.hour, end.minute, end.second) == (0, 0, 0)


def test_what_was_recorded_late_in_the_evening_belongs_to_its_day() -> None:
    late = timezone.make_aware(datetime(2025, 3, 31, 23, 59, 59))  # noqa: DTZ001
    state = RecordState.objects.create(record=RecordFactory(), stage="active", recorded_at=late)
    assert state in RecordState.objects.as_of(end_of_day(date(2025, 3, 31)))
    assert state not in RecordState.objects.as_of(end_of_day(date(2025, 3, 30)))
