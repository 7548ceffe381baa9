"""What was measured is offered to who writes a report on the Global Compact, under its objective, and nothing internal is."""

from __future__ import annotations

from typing import Any

import pytest

from migov.foundation.people.models import User
from migov.foundation.places.actions import load_places
from migov.foundation.places.models import Place
from migov.insight.dossier.measured import measured
from migov.services.alignment.models import Alignment
from migov.work.governance.gcm.actions import reports
from migov.work.governance.gcm.known import Known
from migov.work.governance.gcm.shipped import load_rounds
from migov.work.governance.models import ReviewRound
from migov.work.results.models import StandardIndicator
from tests.factories import cast, element, indicator, project, result, values

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    load_places()
    load_rounds()
    return cast()


def told(by: User, country: Place | None) -> list[Known]:
    report = reports.start(ReviewRound.objects.get(code="imrf-2026"), country=country, by=by)
    return list(measured(report))


def trained(actual: int, places: tuple[str, ...] = ("MDA",), **more: Any) -> None:
    standard, _made = StandardIndicator.objects.get_or_create(
        code="trained", defaults={"title": "Officials trained", "unit": "people", "across_projects": "sum"}
    )
    made = project(title="Training", places=dict.fromkeys(places), stage="active", **more)
    of = result(made)
    Alignment.objects.create(record=made.record, element=element("6"), origin="declared", status="confirmed")
    values(
        indicator(of, "Trained", across_periods="sum", standard=standard, unit="people"), 2024, target=40, actual=actual
    )


def test_what_the_government_may_read_stands_under_its_objective_with_the_day_of_the_last_value(
    people: dict[str, User],
) -> None:
    moldova = Place.objects.get(code="MDA")
    trained(45, visibility="partners")
    trained(1000, visibility="internal")
    (one,) = told(people["fatos"], moldova)
    assert one.part == "objective-6" and one.topic == "data"
    assert (
        one.text.replace("\u00a0", " ")
        == f"Officials trained: 45 by 31 December 2024, in 1 project that works in {moldova.name} only."
    )
    assert one.evidence[0].address.startswith("/results/") and str(one.evidence[0].as_of) == "2024-12-31"
    assert told(people["fatos"], Place.objects.get(code="ALB")) == []


def test_the_value_of_a_project_in_several_countries_is_not_told_as_one_countrys(people: dict[str, User]) -> None:
    trained(45, visibility="partners")
    trained(1586, visibility="partners", places=("MDA", "ALB"))
    assert "45 by" in told(people["fatos"], Place.objects.get(code="MDA"))[0].text
    assert told(people["fatos"], Place.objects.get(code="ALB")) == []
    assert "1,631 by" in told(people["fatos"], None)[0].text


def test_a_report_of_the_region_counts_what_all_offices_share(people: dict[str, User]) -> None:
    trained(45, visibility="internal")
    trained(1000, visibility="office")
    (one,) = told(people["fatos"], None)
    assert "45 by" in one.text


def test_the_number_of_queries_does_not_grow(people: dict[str, User], django_assert_max_num_queries: Any) -> None:
    for _number in range(6):
        trained(10, visibility="partners")
    report = reports.start(
        ReviewRound.objects.get(code="imrf-2026"), country=Place.objects.get(code="MDA"), by=people["fatos"]
    )
    with django_assert_max_num_queries(24):
        assert len(list(measured(report))) == 1
