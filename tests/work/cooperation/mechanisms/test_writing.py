"""Writing the register: who may, facts stated and stated anew, withdrawing, contacts, and two people at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from migov.foundation.records.models import JournalEntry
from migov.foundation.records.themes import themes_of
from migov.work.cooperation.mechanisms import actions
from migov.work.cooperation.mechanisms.actions import Head, MechanismError
from migov.work.cooperation.models import Body, CardFact, Chair, Contact, Mechanism, Membership

pytestmark = pytest.mark.django_db
WRITERS = ("dora", "emil", "fatos", "kim")
OTHERS = ("ana", "carla", "galina", "hana", "jan", "ion", "nobody")


def url(name: str, *args: Any) -> str:
    return reverse(f"cooperation:{name}", args=args)


def forms_of(one: Mechanism) -> list[str]:
    fact, contact = CardFact.objects.filter(mechanism=one).first(), Contact.objects.filter(mechanism=one).first()
    assert fact is not None
    assert contact is not None
    return [
        url("mechanism-new"), url("mechanism-change", one.code),
        *(url("mechanism-row-new", one.code, what) for what in ("facts", "members", "chairs", "contacts")),
        url("mechanism-row", one.code, "facts", fact.pk), url("mechanism-row", one.code, "contacts", contact.pk),
        url("mechanism-row-withdraw", one.code, "facts", fact.pk),
    ]  # fmt: skip


def test_people_who_keep_the_register_see_the_forms(prague: Mechanism, signed_in: Any, people: Any) -> None:
    from migov.foundation.people import access

    for name in people:
        allowed = access.allowed(people[name], "mechanisms.write")
        for address in forms_of(prague):
            assert signed_in(name).get(address).status_code == (200 if allowed else 403), (name, address)
    assert {name for name in people if access.allowed(people[name], "mechanisms.write")} == set(WRITERS)


@pytest.mark.parametrize("name", OTHERS)
def test_others_change_nothing(name: str, prague: Mechanism, signed_in: Any, people: Any) -> None:
    before = (CardFact.objects.current().count(), Contact.objects.count(), Mechanism.objects.count())
    for address in forms_of(prague):
        assert signed_in(name).post(address, {"title": "X", "why": "because"}).status_code == 403
    fact = CardFact(mechanism=prague, field="region", value="X", source="Y")
    for call in (
        lambda: actions.add_mechanism(Head("X", "initiative"), by=people[name]),
        lambda: actions.keep(fact, by=people[name]),
        lambda: actions.withdraw(CardFact.objects.all()[0], why="x", by=people[name]),
        lambda: actions.remove_contact(Contact.objects.all()[0], by=people[name]),
        lambda: actions.add_body("X", by=people[name]),
    ):
        with pytest.raises(PermissionDenied):
            call()
    assert before == (CardFact.objects.current().count(), Contact.objects.count(), Mechanism.objects.count())


def test_a_mechanism_is_added_and_changed(signed_in: Any, people: Any) -> None:
    client = signed_in("fatos")
    given = {
        "title": "Black Sea Dialogue",
        "short_name": "BSD",
        "type": "consultation",
        "state": "active",
        "themes": ["labour"],
    }
    answer = client.post(url("mechanism-new"), given, follow=True)
    one = Mechanism.objects.get(code="bsd")
    assert "each with its source" in answer.content.decode()
    assert (one.record.title, one.record.visibility, one.shipped) == ("Black Sea Dialogue", "internal", "")
    assert [theme.code for theme in themes_of(one.record)] == ["labour"]
    again = client.post(url("mechanism-new"), given)
    assert again.status_code == 422
    assert "in the register already" in again.content.decode()
    client.post(url("mechanism-change", "bsd"), {**given, "title": "Black Sea Migration Dialogue", "revision": 1})
    one.refresh_from_db()
    assert (one.record.title, one.revision) == ("Black Sea Migration Dialogue", 2)
    assert JournalEntry.objects.filter(verb="mechanism changed", record_id=one.pk).exists()


def test_two_people_who_change_a_mechanism_at_once(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("fatos")
    given = {"title": "First", "type": "consultation", "state": "active", "revision": 1}
    assert client.post(url("mechanism-change", "prague"), given).status_code == 302
    second = client.post(url("mechanism-change", "prague"), {**given, "title": "Second"})
    page = second.content.decode()
    assert second.status_code == 409
    assert "Somebody has changed this mechanism meanwhile" in page
    assert "It says now:" in page
    assert 'value="Second"' in page
    prague.record.refresh_from_db()
    assert prague.record.title == "First"
    seen = second.context["form"]["revision"].value()  # who has looked saves over it
    assert (
        client.post(url("mechanism-change", "prague"), {**given, "title": "Second", "revision": seen}).status_code
        == 302
    )
    prague.record.refresh_from_db()
    assert prague.record.title == "Second"


def test_a_mechanism_does_not_take_the_name_of_another(prague: Mechanism, signed_in: Any) -> None:
    given = {"title": "Prague Process on Migration", "type": "organisation", "state": "active", "revision": 1}
    answer = signed_in("fatos").post(url("mechanism-change", "guam"), given)
    assert answer.status_code == 422
    assert "in the register already" in answer.content.decode()


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("facts", {"field": "established", "value": "2011", "source": "S"}),
        ("chairs", {"who": "p:POL", "role": "chair", "since": "2020", "until": "2021", "source": "S"}),
        ("members", {"who": "p:AUT", "part": "observer", "source": "S"}),
        ("contacts", {"function": "Desk", "email": "desk@example.org"}),
    ],
)
def test_two_clicks_state_one_row(prague: Mechanism, signed_in: Any, what: str, given: dict[str, str]) -> None:
    client = signed_in("fatos")
    address = url("mechanism-row-new", "prague", what)
    assert client.post(address, given).status_code == 302
    again = client.post(address, given)
    assert again.status_code == 422
    assert "already" in again.content.decode()


def test_what_was_typed_for_a_row_that_is_superseded_is_kept(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("fatos")
    row = CardFact.objects.get(mechanism=prague, value="2010")
    address = url("mechanism-row", "prague", "facts", row.pk)
    given = {"field": "established", "source": "Study", "as_of": "2022"}
    assert client.post(address, {**given, "value": "2012"}).status_code == 302
    late = client.post(address, {**given, "value": "2013, the second edition"})
    page = late.content.decode()
    assert late.status_code == 409
    assert "2013, the second edition" in page
    assert f'action="{url("mechanism-row-new", "prague", "facts")}"' in page
    assert client.get(address).status_code == 404


def test_a_refused_row_leaves_no_organisation(prague: Mechanism, signed_in: Any) -> None:
    given = {"new_body": "Never Heard Of", "part": "member", "source": "S", "since": "2020", "until": "2010"}
    assert signed_in("fatos").post(url("mechanism-row-new", "prague", "members"), given).status_code == 422
    assert not Body.objects.filter(name="Never Heard Of").exists()


def test_what_turns_text_round_is_not_kept(prague: Mechanism, signed_in: Any) -> None:
    given = {"field": "region", "value": "Eu\u202erope", "source": "A\u200b page"}
    signed_in("fatos").post(url("mechanism-row-new", "prague", "facts"), given)
    row = CardFact.objects.get(mechanism=prague, field="region")
    assert (row.value, row.source) == ("Europe", "A page")


def test_addresses_of_the_room_are_no_codes(people: Any) -> None:
    assert actions.add_mechanism(Head("Matrix", "initiative"), by=people["fatos"]).code == "matrix-2"


def test_a_fact_is_stated_and_stated_anew(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("fatos")
    address = url("mechanism-row-new", "prague", "facts")
    wrong = client.post(address, {"field": "region", "value": "Europe", "source": " ", "as_of": "2024-13"})
    assert wrong.status_code == 422
    assert "is no date" in wrong.content.decode()
    assert "Europe" in wrong.content.decode()
    given = {"field": "region", "value": "Europe", "source": "Secretariat", "as_of": "2024"}
    assert client.post(address, given).status_code == 302
    fact = CardFact.objects.get(value="Europe")
    client.post(
        url("mechanism-row", "prague", "facts", fact.pk), {**given, "value": "Europe and Asia", "as_of": "2026"}
    )
    fact.refresh_from_db()
    assert fact.superseded_at is not None
    assert CardFact.objects.current().filter(field="region").get().value == "Europe and Asia"
    assert client.get(url("mechanism-row", "prague", "facts", fact.pk)).status_code == 404
    assert "said before, no longer" in client.get(url("mechanism", "prague")).content.decode()


def test_what_is_to_come_is_no_source(prague: Mechanism, signed_in: Any) -> None:
    given = {"field": "region", "value": "Europe", "source": "Secretariat", "as_of": "2999"}
    answer = signed_in("fatos").post(url("mechanism-row-new", "prague", "facts"), given)
    assert "in the future" in answer.content.decode()


def test_a_membership_by_a_second_source_stands_beside_the_first(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("fatos")
    address = url("mechanism-row-new", "prague", "members")
    given = {"who": "p:MDA", "part": "observer", "source": "Ministry", "as_of": "2025"}
    assert client.post(address, given).status_code == 302
    assert Membership.objects.current().filter(mechanism=prague, place__code="MDA").count() == 2
    twice = client.post(address, given)
    assert twice.status_code == 422
    assert "says this already" in twice.content.decode()
    neither = client.post(address, {**given, "who": ""})
    assert "one of the two" in neither.content.decode()
    backwards = client.post(address, {**given, "source": "Other", "since": "2020", "until": "2019"})
    assert "cannot end before it begins" in backwards.content.decode()


def test_an_organisation_that_is_new_is_added_once(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("fatos")
    given = {"new_body": "Black Sea University", "part": "partner", "source": "Secretariat"}
    client.post(url("mechanism-row-new", "prague", "members"), given)
    client.post(
        url("mechanism-row-new", "budapest", "chairs"),
        {"new_body": "black sea university", "role": "chair", "source": "S"},
    )
    assert Body.objects.filter(name="Black Sea University").count() == 1
    assert Chair.objects.filter(mechanism__code="budapest", body__name="Black Sea University").exists()


def test_a_chair_is_stated_anew(prague: Mechanism, signed_in: Any) -> None:
    old = Chair.objects.get(mechanism=prague, place__code="CZE")
    given = {
        "who": "p:CZE",
        "role": "chair",
        "since": "2021",
        "until": "2023",
        "source": "Secretariat",
        "as_of": "2024",
    }
    signed_in("emil").post(url("mechanism-row", "prague", "chairs", old.pk), given)
    assert Chair.objects.current().filter(mechanism=prague, place__code="CZE").get().until == "2023"


def test_a_row_is_withdrawn_with_a_reason(prague: Mechanism, signed_in: Any, people: Any) -> None:
    client = signed_in("fatos")
    row = Membership.objects.get(mechanism=prague, place__code="ALB")
    address = url("mechanism-row-withdraw", "prague", "members", row.pk)
    assert client.post(address, {"why": ""}).status_code == 422
    assert client.post(address, {"why": "Read wrongly"}).status_code == 302
    row.refresh_from_db()
    assert row.superseded_at is not None
    entry = JournalEntry.objects.get(verb="mechanism fact withdrawn")
    assert entry.detail["why"] == "Read wrongly"
    with pytest.raises(MechanismError, match="meanwhile"):
        actions.withdraw(row, why="Again", by=people["fatos"])


def test_contacts_are_by_function_and_checked(prague: Mechanism, signed_in: Any) -> None:
    client = signed_in("fatos")
    address = url("mechanism-row-new", "prague", "contacts")
    empty = client.post(address, {"function": "Desk officer"})
    assert "Give a unit, an address or a telephone number" in empty.content.decode()
    future = client.post(address, {"function": "Desk officer", "unit": "Secretariat", "checked_on": "2999-01-01"})
    assert "in the future" in future.content.decode()
    assert client.post(address, {"function": "Desk officer", "unit": "Secretariat", "who": "p:MDA"}).status_code == 302
    one = Contact.objects.get(function="Desk officer")
    client.post(
        url("mechanism-row", "prague", "contacts", one.pk),
        {"function": "Desk officer", "unit": "Secretariat", "checked_on": "2026-01-05"},
    )
    one.refresh_from_db()
    assert (str(one.checked_on), one.place) == ("2026-01-05", None)
    gone = url("mechanism-row-withdraw", "prague", "contacts", one.pk)
    assert client.get(gone).status_code == 403
    client.post(gone)
    assert not Contact.objects.filter(pk=one.pk).exists()


def test_rows_of_another_mechanism_are_not_reached(prague: Mechanism, signed_in: Any) -> None:
    row = Membership.objects.filter(mechanism=prague).first()
    assert row is not None
    assert signed_in("fatos").get(url("mechanism-row", "budapest", "members", row.pk)).status_code == 404
