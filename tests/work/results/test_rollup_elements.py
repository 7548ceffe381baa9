"""Roll-ups by element: the nearest aligned result decides, else the project; only what was confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.services.alignment.models import Alignment
from migov.work.projects.filters import PortfolioFilter
from migov.work.results.models import StandardIndicator
from migov.work.results.rollups.elements import by_element
from migov.work.results.rollups.questions import ground
from migov.work.results.rollups.wholes import Window
from tests.factories import cast, element, indicator, project, result, values

pytestmark = pytest.mark.django_db
TODAY = Window(date(2026, 11, 22))


@pytest.fixture
def emil() -> User:
    return cast()["emil"]


@pytest.fixture
def standard() -> StandardIndicator:
    return StandardIndicator.objects.create(code="posts", title="Posts", across_periods="sum", across_projects="sum")


def align(record: Record, code: str, framework: str = "gcm", status: str = "confirmed") -> int:
    of = element(code, framework)
    Alignment.objects.create(record=record, element=of, origin="declared", status=status)
    return of.pk


def lines(emil: User, framework: int | None = None) -> dict[int, float | None]:
    return {line.element: line.found.value for line in by_element(ground(PortfolioFilter(), emil, TODAY), framework)}


def test_an_indicator_counts_under_each_element_of_its_project(emil: User, standard: StandardIndicator) -> None:
    keys = []
    for value, codes in ((10, ("10", "23")), (5, ("10",))):
        made = project()
        values(indicator(result(made), standard=standard, across_periods="sum"), 2024, actual=value)
        keys = [align(made.record, code) for code in codes] or keys
        align(made.record, "1", status="proposed")
    ten, other = element("10").pk, element("23").pk
    assert lines(emil) == {ten: 15, other: 10}


def test_the_nearest_aligned_result_decides_within_its_framework(emil: User, standard: StandardIndicator) -> None:
    made = project()
    ten, sdg = align(made.record, "10"), align(made.record, "16.2", "sdg")
    outcome = result(made)
    output = result(made, "Run", level="output", parent=outcome)
    other = align(outcome.record, "23")
    values(indicator(output, standard=standard, across_periods="sum"), 2024, actual=10)
    values(indicator(result(made, "Apart"), standard=standard, across_periods="sum"), 2024, actual=1)
    assert lines(emil) == {other: 10, ten: 1, sdg: 11}
    assert lines(emil, element("16.2", "sdg").framework_id) == {sdg: 11}


def test_queries_are_bounded(emil: User, standard: StandardIndicator, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        made = project()
        align(made.record, "10")
        align(result(made).record, f"{number + 1}")
        values(indicator(result(made), standard=standard, across_periods="sum"), 2024, actual=10)
    with django_assert_max_num_queries(18):
        assert lines(emil)[element("10").pk] == 60
