"""Adding offices and accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.actions import NotAdded, add_office, add_user, load_themes
from migov.foundation.people.models import Membership, Office, Theme, User
from migov.foundation.records.models import JournalEntry
from tests.factories import OfficeFactory, country_office

pytestmark = pytest.mark.django_db
STRONG = "a long enough secret 7"


@pytest.fixture(autouse=True)
def regional(db: None) -> Office:
    office: Office = OfficeFactory()
    return office


def account(**fields: Any) -> dict[str, Any]:
    return {"email": "lira@example.org", "role": "developer", "office": "ro-vienna", "by": SYSTEM, **fields}


def test_an_office_joins_the_tree(people: dict[str, Any]) -> None:
    office = add_office(
        "osh",
        "Sub-office, Osh",
        kind="sub",
        parent="tirana",
        place="kgz",
        valid_from=date(2011, 1, 1),
        by=people["kim"],
    )
    kept = Office.objects.get(code="osh")
    assert kept == office and kept.parent == Office.objects.get(code="tirana")
    assert (kept.kind, kept.name, kept.place and kept.place.code, kept.valid_from) == (
        "sub", "Sub-office, Osh", "KGZ", date(2011, 1, 1),
    )  # fmt: skip
    entry = JournalEntry.objects.get(verb="office added")
    assert (entry.by_name, entry.detail["office"]) == ("kim", "osh")


def test_a_regional_office_stands_by_itself() -> None:
    assert add_office("ro-other", "Another regional office", kind="regional", by=SYSTEM).parent is None


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"code": "ro-vienna"}, "There is an office “ro-vienna” already"),
        ({"kind": "embassy"}, "no kind of office “embassy”; known: regional, country, sub"),
        ({"parent": None}, "needs the office above it"),
        ({"parent": "nowhere"}, "no office “nowhere”; known: ro-vienna"),
        ({"place": "XXX"}, "no country or area “XXX”"),
        ({"code": "not a code"}, "valid"),
        ({"name": "x" * 121}, "120"),
    ],
)
def test_an_office_that_cannot_be_added(fields: dict[str, Any], why: str) -> None:
    given = {"code": "osh", "name": "Osh", "kind": "country", "parent": "ro-vienna", "place": None, **fields}
    code, name = given.pop("code"), given.pop("name")
    with pytest.raises(NotAdded, match=why):
        add_office(code, name, by=SYSTEM, **given)
    assert not Office.objects.filter(name=name).exists()
    assert not JournalEntry.objects.filter(verb="office added").exists()


def test_an_account_has_role_office_themes_and_country(people: dict[str, Any]) -> None:
    user = add_user(
        "lira",
        **account(
            by=people["kim"], name="Lira Dema Hoxha", office="tirana", themes=["labour", "protection"], country="alb"
        ),
        password=STRONG,
    )
    kept = User.objects.get(username="lira")
    assert kept == user
    assert (str(kept), kept.first_name, kept.email) == ("Lira Dema Hoxha", "Lira", "lira@example.org")
    assert kept.country is not None and kept.country.code == "ALB"
    assert set(kept.themes.values_list("code", flat=True)) == {"labour", "protection"}
    assert [(m.role, m.office.code) for m in kept.standing] == [("developer", "tirana")]
    assert authenticate(RequestFactory().post("/"), username="lira", password=STRONG) == kept
    entry = JournalEntry.objects.get(verb="account added")
    assert (entry.by_name, entry.detail) == ("kim", {"username": "lira", "role": "developer", "office": "tirana"})


def test_an_account_without_a_password_cannot_be_used_yet() -> None:
    user = add_user("lira", **account())
    assert not user.has_usable_password()
    assert authenticate(RequestFactory().post("/"), username="lira", password="") is None


@pytest.mark.parametrize(
    ("username", "fields", "why"),
    [
        ("lira", {"role": "king"}, "no role “king”; known: developer, "),
        ("lira", {"office": "nowhere"}, "no office “nowhere”; known: ro-vienna"),
        ("lira", {"themes": ["astrology"]}, "no theme “astrology”; known: "),
        ("lira", {"country": "XXX"}, "no country or area “XXX”"),
        ("lira", {"role": "focal-point"}, "needs the country"),
        ("lira", {"email": "no address"}, "valid email"),
        ("lira", {"email": ""}, "valid email"),
        ("TAKEN", {}, "an account “TAKEN” already"),
        ("lira", {"email": "Taken@Example.org"}, "an account with the address Taken@Example.org already"),
        ("not a name", {}, "valid username"),
        ("", {}, "cannot be blank"),
        ("lira", {"password": "short"}, "too short"),
        ("lira", {"password": "1234567890123"}, "entirely numeric"),
        ("lira", {"password": "lira@example.org"}, "too similar"),
    ],
)
def test_an_account_that_cannot_be_added(username: str, fields: dict[str, Any], why: str) -> None:
    add_user("taken", **account(email="taken@example.org"))
    before = (User.objects.count(), Membership.objects.count(), JournalEntry.objects.count())
    with pytest.raises(NotAdded, match=why):
        add_user(username, **account(**fields))
    assert (User.objects.count(), Membership.objects.count(), JournalEntry.objects.count()) == before


@pytest.mark.parametrize("who", ["ana", "carla", "dora", "emil", "hana", "ion", "jan", "nobody"])
@pytest.mark.parametrize(
    "add",
    [
        lambda by: add_user("lira", **account(by=by)),
        lambda by: add_office("osh", "Osh", kind="country", parent="ro-vienna", by=by),
    ],
)
def test_only_an_administrator_adds(people: dict[str, Any], who: str, add: Callable[[Any], Any]) -> None:
    with pytest.raises(PermissionDenied, match="Only an administrator"):
        add(people[who])
    assert not User.objects.filter(username="lira").exists() and not Office.objects.filter(code="osh").exists()


def test_themes_are_loaded_once_and_put_right() -> None:
    number = load_themes()
    Theme.objects.filter(code="labour").update(name="Work")
    assert load_themes() == number == Theme.objects.count()
    assert Theme.objects.get(code="labour").name != "Work"


def test_the_roles_of_a_country_office_stay_there() -> None:
    country_office("tirana")
    user = add_user("lira", **account(office="tirana"))
    assert [m.office.code for m in user.memberships.all()] == ["tirana"]
