"""Periods follow from how often an indicator is measured; what already holds something stays."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.records.models import JournalEntry
from migov.work.results.actions import entering
from migov.work.results.actions.ground import ReportingError
from migov.work.results.actions.periods import set_frequency, spans
from migov.work.results.models import Frequency, Indicator
from tests.factories import indicator, project, result, values

D = date


class TestSpans:
    def test_calendar_quarters_are_cut_to_the_project(self) -> None:
        assert spans("quarter", D(2025, 2, 10), D(2025, 8, 20)) == [
            (D(2025, 2, 10), D(2025, 3, 31)), (D(2025, 4, 1), D(2025, 6, 30)), (D(2025, 7, 1), D(2025, 8, 20)),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("frequency", "number"), [("month", 24), ("quarter", 8), ("half", 4), ("year", 2), ("once", 1)]
    )
    def test_periods_touch_and_cover_the_whole_time(self, frequency: str, number: int) -> None:
        found = spans(frequency, D(2024, 1, 1), D(2025, 12, 31))
        assert len(found) == number
        assert (found[0][0], found[-1][1]) == (D(2024, 1, 1), D(2025, 12, 31))
        assert all(later[0].toordinal() == earlier[1].toordinal() + 1 for earlier, later in pairwise(found))

    def test_a_february_with_29_days(self) -> None:
        assert spans("month", D(2024, 2, 1), D(2024, 2, 29)) == [(D(2024, 2, 1), D(2024, 2, 29))]

    def test_endless_projects_and_unknown_frequencies_are_refused(self) -> None:
        with pytest.raises(ReportingError, match="more than 400"):
            spans("month", D(1900, 1, 1), D(2025, 1, 1))
        with pytest.raises(ValueError, match="daily"):
            spans("daily", D(2025, 1, 1), D(2025, 2, 1))


@pytest.fixture
def measured(people: Any) -> Indicator:
    office = people["ana"].memberships.get().office
    return indicator(result(project(office=office, stage="active", starts=D(2024, 1, 1), ends=D(2025, 12, 31))))


def ends(of: Indicator) -> list[date | None]:
    return list(of.periods.order_by("order").values_list("ends", flat=True))


@pytest.mark.django_db
class TestSetting:
    def test_periods_are_made_in_order_and_noted(self, measured: Indicator, people: Any) -> None:
        assert set_frequency(measured, "half", by=people["ana"]) == 4
        assert ends(measured) == [D(2024, 6, 30), D(2024, 12, 31), D(2025, 6, 30), D(2025, 12, 31)]
        assert Indicator.objects.get().frequency == Frequency.HALF_YEARLY
        assert JournalEntry.objects.get(verb="periods set").detail["added"] == 4
        assert set_frequency(measured, "half", by=people["ana"]) == 0

    def test_idle_periods_go_and_those_that_hold_something_stay(self, measured: Indicator, people: Any) -> None:
        set_frequency(measured, "quarter", by=people["ana"])
        first = measured.periods.order_by("order").first()
        assert first is not None
        entering.put(measured, first, part=None, field="value", was="", now="5", by=people["ana"])
        values(measured, 2024, target=10)
        set_frequency(measured, "year", by=people["ana"])
        assert ends(measured) == [D(2024, 3, 31), D(2024, 12, 31), D(2025, 12, 31)]

    def test_actual_dates_of_the_project_go_before_planned_ones(self, measured: Indicator, people: Any) -> None:
        measured.project.actual_start, measured.project.planned_end = D(2025, 1, 1), D(2026, 12, 31)
        measured.project.save()
        set_frequency(measured, "year", by=people["ana"])
        assert ends(measured) == [D(2025, 12, 31), D(2026, 12, 31)]

    def test_a_project_without_dates_is_refused(self, measured: Indicator, people: Any) -> None:
        record = measured.project.record
        record.starts = None
        record.save()
        with pytest.raises(ReportingError, match="Give both first"):
            set_frequency(measured, "year", by=people["ana"])

    @pytest.mark.parametrize("who", ["boris", "ion", "jan", "nobody"])
    def test_outsiders_set_nothing(self, measured: Indicator, people: Any, who: str) -> None:
        with pytest.raises(PermissionDenied):
            set_frequency(measured, "year", by=people[who])
        assert not measured.periods.exists()
