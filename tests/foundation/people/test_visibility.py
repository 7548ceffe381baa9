"""Which records a person sees: every role, every visibility, own and other office, own and other country."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import EXTERNAL_ROLES, Membership, Role, User
from migov.foundation.records.models import Record, RecordPlace, Visibility
from tests.factories import OfficeFactory, PlaceFactory, RecordFactory, UserFactory, country_office, person

pytestmark = pytest.mark.django_db
INSIDE = sorted(set(Role.values) - EXTERNAL_ROLES)


@pytest.fixture
def records(db: None) -> None:
    """For each visibility: a project of Tirana in Albania and one of Chisinau in Moldova, each with a result."""
    for visibility in Visibility.values:
        for code, country in (("tirana", "ALB"), ("chisinau", "MDA")):
            office = country_office(code)
            whole = RecordFactory(reference=f"{visibility} {country}", visibility=visibility, office=office)
            RecordPlace.objects.create(record=whole, place=PlaceFactory(code=country))
            RecordFactory(
                kind="result",
                reference=f"{visibility} {country} result",
                visibility=visibility,
                office=office,
                parent=whole,
            )


def seen(viewer: Any) -> set[str]:
    """References of the projects that a viewer sees; results must follow their project."""
    found = set(Record.objects.visible_to(viewer).values_list("reference", flat=True))
    projects = {reference for reference in found if not reference.endswith(" result")}
    assert found - projects == {f"{reference} result" for reference in projects}
    return projects


def projects(visibilities: list[str], countries: list[str]) -> set[str]:
    return {f"{visibility} {country}" for visibility in visibilities for country in countries}


EVERYTHING = projects(Visibility.values, ["ALB", "MDA"])
SHARED = ["public", "partners", "internal"]


@pytest.mark.parametrize("role", INSIDE)
def test_the_regional_office_sees_all(records: None, role: str) -> None:
    assert seen(person(role, OfficeFactory())) == EVERYTHING


@pytest.mark.parametrize("role", sorted(set(INSIDE) - {Role.ADMINISTRATOR}))
def test_a_country_office_sees_all_but_what_another_keeps_to_itself(records: None, role: str) -> None:
    assert seen(person(role, country_office("tirana"))) == projects(SHARED, ["ALB", "MDA"]) | {"office ALB"}
    assert seen(person(role, country_office("chisinau"))) == projects(SHARED, ["ALB", "MDA"]) | {"office MDA"}


def test_an_administrator_sees_all_wherever_the_desk_stands(records: None) -> None:
    assert seen(person(Role.ADMINISTRATOR, country_office("tirana"))) == EVERYTHING


def test_an_office_sees_what_its_sub_office_keeps_and_not_the_other_way_round(records: None) -> None:
    below = OfficeFactory(code="shkodra", kind="sub", parent=country_office("tirana"))
    RecordFactory(reference="kept below", visibility=Visibility.OFFICE, office=below)
    above, inside = person(Role.DEVELOPER, country_office("tirana")), person(Role.DEVELOPER, below)
    assert Record.objects.visible_to(above).filter(reference__in=["kept below", "office ALB"]).count() == 2
    assert Record.objects.visible_to(inside).filter(reference__in=["kept below", "office ALB"]).count() == 1


def test_what_no_office_holds_and_an_office_keeps_is_for_the_regional_office() -> None:
    RecordFactory(reference="kept", visibility=Visibility.OFFICE, office=None)
    assert not Record.objects.visible_to(person(Role.DEVELOPER, country_office("tirana"))).exists()
    assert Record.objects.visible_to(person(Role.DEVELOPER, OfficeFactory())).exists()


@pytest.mark.parametrize("home", ["ro-vienna", "chisinau", "tirana"])
def test_a_focal_point_sees_what_is_shared_in_its_own_country(records: None, home: str) -> None:
    office = OfficeFactory() if home == "ro-vienna" else country_office(home)
    focal_point = person(Role.FOCAL_POINT, office, country=PlaceFactory(code="MDA"))
    assert seen(focal_point) == {"public MDA", "partners MDA"}


def test_a_focal_point_without_a_country_sees_nothing(records: None) -> None:
    assert seen(person(Role.FOCAL_POINT)) == set()


def test_a_focal_point_is_held_to_its_country_also_as_a_reader(records: None) -> None:
    guest = person(Role.FOCAL_POINT, country=PlaceFactory(code="MDA"))
    Membership.objects.create(user=guest, office=OfficeFactory(), role=Role.READER)
    assert seen(guest) == {"public MDA", "partners MDA"}


def test_a_focal_point_no_longer_sees_a_project_that_left_its_country(records: None) -> None:
    RecordPlace.objects.filter(record__reference="partners MDA").supersede(timezone.now())
    focal_point = person(Role.FOCAL_POINT, country=PlaceFactory(code="MDA"))
    assert set(Record.objects.visible_to(focal_point).values_list("reference", flat=True)) == {
        "public MDA",
        "public MDA result",
    }


@pytest.mark.parametrize("home", ["ro-vienna", "tirana"])
def test_a_reader_sees_what_is_public(records: None, home: str) -> None:
    office = OfficeFactory() if home == "ro-vienna" else country_office(home)
    assert seen(person(Role.READER, office)) == {"public ALB", "public MDA"}


def strangers() -> list[User | AnonymousUser]:
    former = UserFactory()
    Membership.objects.create(
        user=former, office=OfficeFactory(), role=Role.MANDE, valid_to=timezone.localdate() - timedelta(days=1)
    )
    return [AnonymousUser(), UserFactory(), former, person(Role.ADMINISTRATOR, is_active=False)]


def test_strangers_see_nothing_not_even_what_is_public(records: None) -> None:
    assert [seen(stranger) for stranger in strangers()] == [set()] * 4


def test_the_program_itself_sees_all(records: None) -> None:
    assert seen(SYSTEM) == EVERYTHING


@pytest.mark.parametrize("role", Role.values)
def test_seeing_costs_few_queries_and_is_asked_once(
    records: None, role: str, django_assert_max_num_queries: Callable[..., DjangoAssertNumQueries]
) -> None:
    viewer = person(role, country_office("tirana"), country=PlaceFactory(code="MDA"))
    with django_assert_max_num_queries(5):  # memberships, tree of offices, and three times the records
        for _ in range(3):
            assert list(Record.objects.visible_to(viewer))
