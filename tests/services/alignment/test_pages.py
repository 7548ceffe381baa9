"""The panel, the triage list and their endpoints: who may, what comes back with and without htmx, what is said when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office
from migov.foundation.records.models import Record
from migov.services.alignment import actions, panel
from migov.services.alignment.models import Alignment
from tests.factories import RecordFactory, element, project

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def work(people: dict[str, Any]) -> Record:
    """A project of Tirana that Albania's government could see, with one proposal, one rejection and two confirmed elements."""
    record = project(
        office=Office.objects.get(code="tirana"), visibility="partners", places={"ALB": 50, "MDA": 50}, title="Referral"
    ).record
    actions.declare(record, element("9"), by=people["ana"], significance="principal", note="Words of the project")
    actions.declare(record, element("11"), by=people["ana"])
    actions.propose(record, element("10"), origin="sector", source="DAC 15190", reasons=["The purpose code says so"])
    actions.reject(actions.propose(record, element("12"), origin="sector"), by=people["carla"])
    return record


def row(record: Record, code: str = "10") -> Alignment:
    return Alignment.objects.current().get(record=record, element=element(code))


def page(record: Record, name: str = "record", *more: Any) -> str:
    return reverse(f"alignment:{name}", args=[record.pk, *more])


def said(response: HttpResponse) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


# Seeing


def test_colleagues_see_decisions_proposals_and_what_follows(work: Record, people: dict, client_for: Browser) -> None:
    html = client_for(people["galina"]).get(page(work)).content.decode()
    for words in (
        "Words of the project",
        "The purpose code says so",
        "DAC 15190",
        "ana, ",
        "1 rejected",
        "derived",
        "66.7",
    ):
        assert words in html, words
    assert "<button" not in html.split('id="alignments"')[1].split("</section>")[0]


def test_people_from_outside_see_only_what_is_confirmed(work: Record, people: dict, client_for: Browser) -> None:
    html = client_for(people["ion"]).get(page(work)).content.decode()
    assert "GCM 9" in html
    for words in ("GCM 10<", "GCM 12<", "DAC 15190", "ana, ", "rejected", "How it came about"):
        assert words not in html, words
    assert client_for(people["ion"]).get(page(work, "history")).status_code == 403


def test_strangers_and_other_countries_see_nothing(
    work: Record, people: dict, client_for: Browser, client: Client
) -> None:
    elsewhere = project(visibility="partners", places={"ALB": 100}).record
    assert client.get(page(work)).status_code == 302
    for address in (page(work), page(work, "history"), page(work, "declare")):
        assert client_for(people["nobody"]).get(address).status_code == 404
        assert client_for(people["jan"]).get(address).status_code == 404
    assert client_for(people["ion"]).get(page(elsewhere)).status_code == 404


def test_the_panel_alone_is_given_to_htmx_and_to_other_rooms(work: Record, people: dict, client_for: Browser) -> None:
    html = client_for(people["ana"]).get(page(work), **HTMX).content.decode()
    assert html.strip().startswith('<section id="alignments"') and "<html" not in html
    request = RequestFactory().get("/")
    request.user = people["ana"]
    assert "Referral" not in panel.render(request, work) and "GCM 9" in panel.render(request, work)


def test_every_panel_costs_few_queries(
    work: Record, people: dict, client_for: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(people["ana"])
    client.get(page(work))
    with django_assert_max_num_queries(12):
        client.get(page(work))


def test_the_history_names_every_decision(work: Record, people: dict, client_for: Browser) -> None:
    html = client_for(people["hana"]).get(page(work, "history")).content.decode()
    assert html.count("<time") == 5 and "carla" in html


# Deciding


@pytest.mark.parametrize(("name", "status"), [("confirm", "confirmed"), ("reject", "rejected")])
def test_a_decision_without_htmx_comes_back_to_where_it_was_taken(
    name: str, status: str, work: Record, people: dict, client_for: Browser
) -> None:
    response = client_for(people["ana"]).post(page(row(work), name), {"next": "/alignments/?framework=gcm"})
    assert (response.status_code, response["Location"]) == (302, "/alignments/?framework=gcm")
    assert row(work).status == status and status in said(response)


def test_nobody_is_sent_to_another_site(work: Record, people: dict, client_for: Browser) -> None:
    for bad in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
        response = client_for(people["ana"]).post(page(row(work, "9"), "confirm"), {"next": bad})
        assert response["Location"] == panel.page_of(work)


def test_significant_only_is_a_confirmation(work: Record, people: dict, client_for: Browser) -> None:
    client_for(people["ana"]).post(page(row(work), "confirm"), {"significance": "significant"})
    assert (row(work).status, row(work).significance) == ("confirmed", "significant")


def test_htmx_gets_the_panel_or_in_the_triage_list_the_row(work: Record, people: dict, client_for: Browser) -> None:
    client = client_for(people["ana"])
    html = client.post(page(row(work), "confirm"), {"significance": "principal"}, **HTMX).content.decode()
    assert html.strip().startswith('<section id="alignments"') and "confirmed as principal by ana" in html
    html = client.post(page(row(work), "reject"), {"view": "triage"}, **HTMX).content.decode()
    assert "alignments-heading" not in html and "Referral" in html and "rejected" in html


def test_who_is_late_is_told_what_stands(work: Record, people: dict, client_for: Browser) -> None:
    late = row(work)
    actions.reject(late, by=people["carla"])
    client = client_for(people["ana"])
    html = client.post(page(late, "confirm"), {"view": "triage"}, **HTMX).content.decode()
    assert "note-bad" in html and "rejected by carla" in html
    assert "rejected by carla" in said(client.post(page(late, "confirm")))
    assert row(work).status == "rejected"


def test_nonsense_is_refused_in_words(work: Record, people: dict, client_for: Browser) -> None:
    response = client_for(people["ana"]).post(page(row(work), "confirm"), {"significance": "huge"})
    assert "not one of the available choices" in said(response) and row(work).status == "proposed"


@pytest.mark.parametrize("name", ["confirm", "reject", "withdraw"])
def test_others_decide_nothing(name: str, work: Record, people: dict, client_for: Browser, client: Client) -> None:
    address = page(row(work), name)
    assert client.post(address).status_code == 302 and "/accounts/login/" in client.post(address)["Location"]
    for who, status in {"nobody": 404, "jan": 404, "ion": 403, "boris": 403, "galina": 403, "hana": 403}.items():
        assert client_for(people[who]).post(address).status_code == status, who
    assert client_for(people["ana"]).get(address).status_code == 405
    assert row(work).status == "proposed"


def test_a_decision_taken_back_disappears(work: Record, people: dict, client_for: Browser) -> None:
    client_for(people["ana"]).post(page(row(work, "9"), "withdraw"))
    assert not Alignment.objects.current().filter(record=work, element=element("9")).exists()


# Declaring


def test_an_element_is_found_and_added(work: Record, people: dict, client_for: Browser) -> None:
    client = client_for(people["ana"])
    html = client.get(page(work, "declare"), {"q": "GCM 23"}).content.decode()
    assert f'value="{element("23").pk}"' in html and "<html" in html
    sent = {"element": element("23").pk, "significance": "principal", "note": "Because"}
    assert client.post(page(work, "declare"), sent)["Location"] == panel.page_of(work)
    assert (row(work, "23").significance, row(work, "23").note) == ("principal", "Because")


def test_the_finder_marks_what_is_decided_and_says_when_it_finds_nothing(
    work: Record, people: dict, client_for: Browser
) -> None:
    client = client_for(people["ana"])
    html = client.get(page(work, "declare"), {"q": "GCM 9"}, **HTMX).content.decode()
    assert "disabled" in html and "confirmed" in html and "<html" not in html
    assert "No element has these words" in client.get(page(work, "declare"), {"q": "zzz"}, **HTMX).content.decode()


def test_what_is_wrong_with_a_declaration_stands_beside_the_field(
    work: Record, people: dict, client_for: Browser
) -> None:
    client = client_for(people["ana"])
    sent = {"q": "GCM 9", "element": element("9").pk, "significance": "principal", "note": "Typed words"}
    response = client.post(page(work, "declare"), sent, **HTMX)
    html = response.content.decode()
    assert response["HX-Retarget"] == "#alignment-picker" and response["HX-Reswap"] == "innerHTML"
    assert "confirmed as principal by ana" in html and "Typed words" in html
    html = client.post(page(work, "declare"), {"q": "GCM 9", "significance": "principal"}).content.decode()
    assert "Choose an element." in html and "<html" in html


def test_others_declare_nothing(work: Record, people: dict, client_for: Browser) -> None:
    sent = {"element": element("23").pk, "significance": "principal"}
    for who, status in {"nobody": 404, "jan": 404, "ion": 403, "boris": 403, "hana": 403}.items():
        assert client_for(people[who]).post(page(work, "declare"), sent).status_code == status, who
    assert not Alignment.objects.filter(record=work, element=element("23")).exists()


def test_words_of_people_are_never_markup(work: Record, people: dict, client_for: Browser) -> None:
    actions.declare(work, element("23"), note="<script>x</script>", by=SYSTEM)
    actions.propose(work, element("22"), origin="suggested", source="<b>", reasons=[{"text": "<i>"}])
    html = client_for(people["ana"]).get(page(work)).content.decode()
    assert "&lt;script&gt;" in html and not any(tag in html for tag in ("<script>x", "<b>", "<i>"))


# Shares


def test_shares_are_set_and_cleared(work: Record, people: dict, client_for: Browser) -> None:
    client = client_for(people["dora"])
    sent = {f"share-{element('9').pk}": "30", f"share-{element('11').pk}": "70"}
    client.post(page(work, "shares", "gcm"), sent)
    assert (row(work, "9").share, row(work, "11").share) == (30, 70)
    assert "Together: 100 percent" in client.get(page(work)).content.decode()
    client.post(page(work, "shares", "gcm"), {"clear": "1"})
    assert row(work, "9").share is None


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_shares_that_are_wrong_keep_what_was_typed(
    headers: dict[str, str], work: Record, people: dict, client_for: Browser
) -> None:
    sent = {f"share-{element('9').pk}": "30", f"share-{element('11').pk}": "60.5"}
    html = client_for(people["dora"]).post(page(work, "shares", "gcm"), sent, **headers).content.decode()
    assert "they have to be 100 %" in html and 'value="60.5"' in html and "Together: 90.5 percent" in html
    sent[f"share-{element('11').pk}"] = "many"
    html = client_for(people["dora"]).post(page(work, "shares", "gcm"), sent, **headers).content.decode()
    assert "Enter a number" in html and row(work, "9").share is None


def test_others_set_no_shares(work: Record, people: dict, client_for: Browser) -> None:
    for who, status in {"nobody": 404, "jan": 404, "ion": 403, "boris": 403, "hana": 403}.items():
        response = client_for(people[who]).post(page(work, "shares", "gcm"), {"clear": "1"})
        assert response.status_code == status, who
    assert client_for(people["dora"]).post(page(work, "shares", "none"), {"clear": "1"}).status_code == 404


# Triage


def test_the_triage_list_is_for_those_who_decide(
    work: Record, people: dict, client_for: Browser, client: Client
) -> None:
    address = reverse("alignment:triage")
    assert client.get(address).status_code == 302
    for who in ("nobody", "jan", "ion", "hana", "galina"):
        assert client_for(people[who]).get(address).status_code == 403, who
        assert client_for(people[who]).post(reverse("alignment:decide")).status_code == 403, who
    assert "Referral" in client_for(people["ana"]).get(address).content.decode()
    assert "Referral" not in client_for(people["boris"]).get(address).content.decode()


def test_the_triage_list_can_be_narrowed_and_offers_keys(work: Record, people: dict, client_for: Browser) -> None:
    client = client_for(people["carla"])
    html = client.get(reverse("alignment:triage"), {"framework": "gcm", "place": "ALB"}).content.decode()
    assert all(f'data-key="{key}"' in html for key in "csx") and "The purpose code says so" in html
    assert "with these filters" in client.get(reverse("alignment:triage"), {"framework": "sdg"}).content.decode()


def test_the_triage_list_costs_the_same_for_one_and_for_many(
    work: Record, people: dict, client_for: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        record = RecordFactory(office=work.office)
        actions.propose(record, element("10"), origin="sector")
        actions.propose(record, element("10.7", "sdg"), origin="sector")
    client = client_for(people["carla"])
    with django_assert_max_num_queries(16):
        html = client.get(reverse("alignment:triage")).content.decode()
    assert html.count("<article") == 25 and "of 61" in html


def test_ticked_proposals_are_decided_together(work: Record, people: dict, client_for: Browser) -> None:
    keys = [row(work).pk]
    keys += [actions.propose(work, element(code), origin="sector").pk for code in ("1", "2")]
    kept = project(office=Office.objects.get(code="chisinau"), visibility="office").record
    hidden = actions.propose(kept, element("1"), origin="sector")
    sent = {"key": [*keys, hidden.pk, "x"], "decision": "confirm", "filters": "framework=gcm&page=2&next=//evil"}
    response = client_for(people["ana"]).post(reverse("alignment:decide"), sent)
    assert response["Location"] == "/alignments/?framework=gcm&page=2"
    assert "3 proposals were confirmed" in said(response)
    hidden.refresh_from_db()
    assert hidden.superseded_at is None
    assert [row(work, code).status for code in ("10", "1", "2")] == ["confirmed"] * 3


def test_those_that_could_not_be_decided_are_named(work: Record, people: dict, client_for: Browser) -> None:
    stale = row(work)
    actions.reject(stale, by=people["carla"])
    response = client_for(people["ana"]).post(reverse("alignment:decide"), {"key": [stale.pk], "decision": "reject"})
    assert "Referral → GCM 10" in said(response) and "rejected by carla" in said(response)


def test_without_ticks_or_decision_the_list_says_what_to_do(work: Record, people: dict, client_for: Browser) -> None:
    client = client_for(people["ana"])
    assert "Tick at least one" in said(client.post(reverse("alignment:decide"), {"decision": "confirm"}))
    assert "Choose what to do" in said(client.post(reverse("alignment:decide"), {"key": [row(work).pk]}))
    with transaction.atomic():
        assert row(work).status == "proposed"
