"""The desk shows what waits for this person, and nothing that is not theirs."""

from datetime import date

import pytest
from django.urls import reverse

from migov.foundation.people.access import SYSTEM
from migov.foundation.records import journal
from migov.foundation.records.models import Visibility
from migov.services.alignment.models import Status
from tests.factories import cast, country_office, indicator, project, result, values
from tests.insight.contributions.conftest import align
from tests.work.evaluations.makers import completed, issued
from tests.work.knowledge.makers import lesson

pytestmark = pytest.mark.django_db
DESK = reverse("desk:desk")


@pytest.fixture
def people():
    return cast()


def read(client, user) -> str:
    client.force_login(user)
    response = client.get(DESK)
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_signs_in_first(client):
    assert client.get(DESK).status_code == 302


def test_an_account_without_a_role_is_told_so(client, people):
    client.force_login(people["nobody"])
    response = client.get(DESK)
    assert response.status_code == 403
    assert "no role yet" in response.content.decode()


def test_each_office_sees_its_own_and_the_regional_office_all(client, people):
    for code in ("tirana", "chisinau"):
        p = project(title=f"Shelter in {code}", office=country_office(code))
        align(p, "10", status=Status.PROPOSED)
    ana, boris, hana = (read(client, people[name]) for name in ("ana", "boris", "hana"))
    assert "Shelter in tirana" in ana
    assert "Shelter in chisinau" not in ana
    assert "Shelter in chisinau" in boris
    assert "Shelter in tirana" in hana
    assert "Shelter in chisinau" in hana


def test_only_those_who_decide_are_led_to_the_list_of_proposals(client, people):
    align(project(title="Shelter", office=country_office("tirana")), "10", status=Status.PROPOSED)
    decide = f'href="{reverse("alignment:triage")}"'
    assert decide in read(client, people["ana"])
    manager = read(client, people["hana"])
    assert "Shelter" in manager
    assert decide not in manager


def test_late_values_are_listed_with_their_number_and_since_when(client, people):
    p = project(title="Late one", office=country_office("tirana"))
    align(p, "10")
    outcome = result(p)
    for _ in range(3):
        values(indicator(outcome), 2024, target=10)
    done = project(title="Closed one", office=country_office("tirana"), stage="closed", ends=date(2024, 12, 31))
    values(indicator(result(done)), 2024, target=10)
    page = read(client, people["ana"])
    assert "3 since 31" in page.replace("\xa0", " ")
    assert "Late one" in page
    late = page.split("Values that are late")[1].split("</section>")[0]
    assert "Closed one" not in late


def test_projects_without_an_alignment_are_named_until_one_is_confirmed(client, people):
    p = project(title="Forgotten project", office=country_office("tirana"))
    assert "Forgotten project" in read(client, people["ana"])
    align(p, "10")
    assert "Every project of yours is aligned" in read(client, people["ana"])


def test_the_journal_of_others_is_not_shown(client, people):
    p = project(title="SECRET-1", office=country_office("chisinau"), visibility=Visibility.OFFICE)
    journal.write("renamed", by=SYSTEM, record=p.record)
    assert "SECRET-1" not in read(client, people["ana"])
    assert "SECRET-1" in read(client, people["boris"])


def test_a_focal_point_sees_its_country_and_a_reader_the_public(client, people):
    project(title="Shared with Moldova", places={"MDA": 100}, visibility=Visibility.PARTNERS)
    project(title="Albanian work", places={"ALB": 100}, visibility=Visibility.PARTNERS)
    project(title="Public work", places={"SRB": 100}, visibility=Visibility.PUBLIC)
    ion, jan = read(client, people["ion"]), read(client, people["jan"])
    assert "Shared with Moldova" in ion
    assert "Albanian work" not in ion
    assert "Public work" not in ion
    assert "Public work" in jan
    assert "Shared with Moldova" not in jan


def test_the_number_of_queries_does_not_grow_with_the_portfolio(client, people, django_assert_max_num_queries):
    for n in range(12):
        p = project(office=country_office("tirana"))
        align(p, "10", status=Status.PROPOSED)
        values(indicator(result(p)), 2023, target=n + 1)
    client.force_login(people["hana"])
    client.get(DESK)
    with django_assert_max_num_queries(43):
        client.get(DESK)


def test_promised_actions_stand_on_the_desk_of_who_answers_for_them(client, people):
    action = issued(completed("Evaluation of the shelters"), due=date(2026, 9, 30), owner=people["ana"])
    page = read(client, people["ana"])
    assert "Promised after evaluations" in page
    assert f"/evaluations/{action.recommendation.evaluation_id}/follow-up/#action-{action.pk}" in page
    assert "Promised after evaluations" not in read(client, people["boris"])


def test_lessons_wait_on_the_desk_of_who_may_validate_them(client, people):
    lesson("Name deputies early.", state="proposed", office="tirana", by=people["ana"])
    assert "Name deputies early." in read(client, people["emil"])
    for who in ("ana", "hana"):
        assert "Lessons to validate" not in read(client, people[who])
