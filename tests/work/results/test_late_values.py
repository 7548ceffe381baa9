"""Late values, values that came back and values to verify reach the people they wait for: on the desk and once as a notice."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from migov.services.notices.models import Notice
from migov.services.notices.reminders import remind
from migov.work.results import reminders
from migov.work.results.actions import checking
from migov.work.results.models import Entry
from tests.factories import values
from tests.work.results.reporting_desk import Measured

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 1)


@pytest.fixture
def desk(people: Any) -> Measured:
    return Measured(people)


def told(who: Any) -> list[str]:
    return list(Notice.objects.filter(person=who).order_by("pk").values_list("title", flat=True))


def test_who_reports_is_told_once_of_late_values(desk: Measured) -> None:
    assert reminders.remind(DAY) == {"late values": 1}
    assert told(desk.ana) == ["2 values are late: “Shelter in Tirana”"]
    assert told(desk.people["boris"]) == []
    assert reminders.remind(DAY) == {}, "asking again says nothing twice"


def test_the_next_period_is_told_anew(desk: Measured) -> None:
    reminders.remind(DAY)
    assert reminders.remind(date(2027, 2, 1)) == {"late values": 1}
    assert told(desk.ana)[1] == "2 values are late: “Shelter in Tirana”"


def test_the_owner_is_told_in_the_place_of_the_office(desk: Measured) -> None:
    desk.project.record.owner = desk.people["carla"]
    desk.project.record.save()
    reminders.remind(DAY)
    assert len(told(desk.people["carla"])) == 1
    assert told(desk.ana) == []


@pytest.mark.parametrize("stage", ["proposal", "closed", ""])
def test_projects_that_are_not_carried_out_are_not_late(people: Any, stage: str) -> None:
    Measured(people, stage=stage)
    assert reminders.remind(DAY) == {}


def test_days_of_grace_are_given(desk: Measured) -> None:
    assert reminders.remind(date(2026, 1, 10)) == {}


def test_what_waits_long_to_be_verified_is_told(desk: Measured) -> None:
    for year in (2024, 2025):
        values(desk.percent, year, actual=5)
        desk.verified(year=2024) if year == 2024 else desk.submitted(year=year)
    Entry.objects.filter(status="submitted").update(submitted_at=datetime(2026, 1, 5, 12, tzinfo=ZoneInfo("UTC")))
    assert reminders.remind(DAY) == {"values to verify": 1}
    assert told(desk.emil) == ["1 value waits to be verified: “Shelter in Tirana”"]
    assert reminders.remind(DAY) == {}


def test_the_daily_reminders_know_of_values(desk: Measured) -> None:
    assert remind(DAY)["late values"] == 1


def test_the_desk_shows_what_came_back_and_what_waits(desk: Measured, client_for: Any) -> None:
    entry = desk.submitted()
    page = client_for(desk.emil).get("/").text
    assert "Values to verify" in page
    assert f"/results/verify/?project={desk.project.pk}" in page
    assert "Values to verify" not in client_for(desk.ana).get("/").text
    checking.take("return", [entry.pk], by=desk.emil, reason="Half of the list is missing.")
    page = client_for(desk.ana).get("/").text
    assert "Values returned to you" in page
    assert "Half of the list is missing." in page
    assert "Half of the list is missing." not in client_for(desk.people["boris"]).get("/").text


def test_the_matrix_and_the_indicator_lead_to_the_grid_for_who_reports(desk: Measured, client_for: Any) -> None:
    entry = desk.verified()
    matrix, page = f"/portfolio/{desk.project.pk}/results/", f"/results/indicators/{desk.number.pk}/"
    ana, boris = client_for(desk.ana), client_for(desk.people["boris"])
    for url in (matrix, page):
        assert desk.url() in ana.get(url).text
        assert desk.url() not in boris.get(url).text
    assert "What was entered" in ana.get(page).text
    assert f"/results/entries/{entry.pk}/" in boris.get(page).text
    assert "emil" in ana.get(page).text


def test_people_outside_the_office_see_no_entries(people: Any, client_for: Any) -> None:
    desk = Measured(people, visibility="public", places={"MDA": 100})
    desk.verified()
    page = client_for(people["ion"]).get(f"/results/indicators/{desk.number.pk}/")
    assert page.status_code == 200
    assert "What was entered" not in page.text
