"""Pages of network plans as people of the office meet them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

from migov.foundation.people.models import User
from migov.foundation.shell.search import search
from migov.work.governance.models import PlanAction, PlanUpdate, WorkPlan
from tests.factories import country_office, element
from tests.work.governance.plans.making import action, plan

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
CSV = "Number,Action,Lead,State\n1,Train inspectors,ILO,planned\n2,,IOM,planned\n"


def url(name: str, *args: int | str) -> str:
    return reverse(f"governance:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def fatos(people: People, client_for: ClientFor) -> Client:
    return client_for(people["fatos"])


def addresses(made: WorkPlan, one: PlanAction) -> list[tuple[str, str]]:
    pk = made.pk
    return [
        ("get", url("plans")),
        ("get", url("plan-new")),
        ("post", url("plan-new")),
        ("get", url("plans-export", "csv")),
        ("get", url("plan-actions")),
        ("get", url("plan-actions-export", "csv")),
        ("get", url("plan-import-example", "csv")),
        ("get", url("plan", pk)),
        ("get", url("plan-edit", pk)),
        ("post", url("plan-edit", pk)),
        ("post", url("plan-remove", pk)),
        ("get", url("plan-export", pk, "docx")),
        ("get", url("plan-import", pk)),
        ("post", url("plan-import", pk)),
        ("post", url("plan-import-apply", pk, "0" * 32)),
        ("get", url("plan-action-new", pk)),
        ("post", url("plan-action-new", pk)),
        ("get", url("plan-action", pk, one.pk)),
        ("get", url("plan-action-edit", pk, one.pk)),
        ("post", url("plan-action-edit", pk, one.pk)),
        ("post", url("plan-action-report", pk, one.pk)),
        ("post", url("plan-action-do", pk, one.pk)),
    ]


@pytest.mark.parametrize("name", ["ion", "jan", "nobody"])
def test_people_from_outside_are_refused_at_every_address(people: People, client_for: ClientFor, name: str) -> None:
    made = plan(visibility="public")
    one = action(made)
    browser = client_for(people[name])
    for way, address in addresses(made, one):
        assert getattr(browser, way)(address).status_code == 403, address
    assert (WorkPlan.objects.count(), PlanAction.objects.count(), PlanUpdate.objects.count()) == (1, 1, 0)


def test_strangers_are_led_to_sign_in(db: None) -> None:
    made = plan()
    for way, address in addresses(made, action(made)):
        assert getattr(Client(), way)(address).status_code == 302, address


@pytest.mark.parametrize("name", ["boris", "galina"])
def test_who_does_not_work_on_it_reads_and_changes_nothing(people: People, client_for: ClientFor, name: str) -> None:
    made = plan(office=country_office("tirana"))
    one = action(made)
    browser = client_for(people[name])
    for way, address in addresses(made, one):
        if way == "post" and f"/{made.pk}/" in address:
            assert browser.post(address).status_code == 403, address
    page = words(browser.get(url("plan-action", made.pk, one.pk)))
    assert "Train inspectors" in page
    assert "How does it stand?" not in page


def test_the_list_is_filtered_exported_and_costs_the_same_for_many(
    fatos: Client, django_assert_max_num_queries
) -> None:
    for country in ("ALB", "ARM", "GEO", "KAZ", "SRB", ""):
        made = plan(country)
        action(made, needed=Decimal(100), secured=Decimal(40), currency="USD", due=date(2026, 1, 1))
    fatos.get(url("plans"))
    with django_assert_max_num_queries(16):
        page = words(fatos.get(url("plans")))
    assert "Work plan ALB 2026" in page
    assert "1 late" in page
    assert "60 USD" in page
    page = words(fatos.get(url("plans"), {"country": "regional"}))
    assert "Work plan regional" in page
    assert "Work plan ALB" not in page
    assert "No plan matches" in words(fatos.get(url("plans"), {"q": "nothing of it"}))
    csv = b"".join(fatos.get(url("plans-export", "csv"), {"country": "GEO"}).streaming_content).decode()
    assert "Work plan GEO" in csv
    assert "Work plan ALB" not in csv
    assert fatos.get(url("plans-export", "odd")).status_code == 404


def test_an_empty_register_offers_the_first_step(fatos: Client) -> None:
    assert url("plan-new") in words(fatos.get(url("plans")))
    assert "No network plan has an action yet" in words(fatos.get(url("plan-actions")))


def test_a_plan_is_added_and_described_and_a_clash_keeps_what_was_typed(fatos: Client, people: People) -> None:
    sent = {
        "title": "Plan of Moldova", "network": "UN Network", "starts": "2027", "ends": "2026",
        "office": people["fatos"].standing[0].office_id,
    }  # fmt: skip
    answer = fatos.post(url("plan-new"), sent)
    assert (answer.status_code, "Plan of Moldova" in words(answer)) == (422, True)
    assert fatos.post(url("plan-new"), {**sent, "ends": "2028"}).status_code == 302
    made = WorkPlan.objects.get()
    change = {**sent, "ends": "2028", "title": "Better", "seen": "1"}
    assert fatos.post(url("plan-edit", made.pk), change).status_code == 302
    answer = fatos.post(url("plan-edit", made.pk), {**change, "title": "Other words"})
    assert (answer.status_code, "Other words" in words(answer)) == (409, True)
    assert "Better" in words(fatos.get(url("plan", made.pk)))


def test_an_action_is_written_and_reported_on(fatos: Client) -> None:
    made = plan()
    sent = {
        "text": "Train inspectors",
        "lead": "ILO",
        "objectives": [element("6").pk],
        "needed": "1000",
        "currency": "",
    }
    answer = fatos.post(url("plan-action-new", made.pk), sent)
    assert (answer.status_code, "Say in which currency" in words(answer)) == (422, True)
    assert fatos.post(url("plan-action-new", made.pk), {**sent, "currency": "USD"}).status_code == 302
    one = made.actions.get()
    page = words(fatos.get(url("plan", made.pk)))
    assert "GCM 6" in page
    assert "1,000 USD" in page
    assert 'value="1000.00"' in words(fatos.get(url("plan-action-edit", made.pk, one.pk)))
    report = {"state": "stopped", "text": "", "day": "2026-03-01", "seen": str(one.revision)}
    address = url("plan-action-report", made.pk, one.pk)
    assert fatos.post(address, report).status_code == 422
    assert fatos.post(address, {**report, "text": "No money came"}).status_code == 302
    clash = fatos.post(address, {**report, "state": "done", "text": "My words"})
    assert (clash.status_code, "My words" in words(clash)) == (409, True)
    page = words(fatos.get(url("plan-action", made.pk, one.pk)))
    assert "No money came" in page
    update = PlanUpdate.objects.get()
    fatos.post(url("plan-action-do", made.pk, one.pk), {"do": "withdraw", "update": update.pk})
    one.refresh_from_db()
    assert one.state == "planned"
    assert fatos.post(url("plan-action-do", made.pk, one.pk), {"do": "odd"}).status_code == 404


def test_the_page_is_filtered_and_exported_as_it_is_seen(fatos: Client, django_assert_max_num_queries) -> None:
    made = plan()
    for number in range(20):
        action(
            made,
            f"Action of number {number}",
            ["6"],
            lead="ILO",
            due=date(2026, 1, 1),
            needed=Decimal(10),
            currency="USD",
        )
    action(made, "The only one done", ["7"], state="done", lead="IOM")
    fatos.get(url("plan", made.pk))
    with django_assert_max_num_queries(36):
        page = words(fatos.get(url("plan", made.pk)))
    assert "late since 1 January 2026" in page
    page = words(fatos.get(url("plan", made.pk), {"objective": "7"}))
    assert "The only one done" in page
    assert "Action of number 3" not in page
    assert "No action matches" in words(fatos.get(url("plan", made.pk), {"q": "nothing at all"}))
    csv = b"".join(fatos.get(url("plan-export", made.pk, "csv"), {"state": "done"}).streaming_content).decode()
    assert "The only one done" in csv
    assert "Action of number" not in csv
    book = Document(io.BytesIO(fatos.get(url("plan-export", made.pk, "docx")).content))
    text = " ".join(cell.text for table in book.tables for row in table.rows for cell in row.cells)
    for said in ("Action of number 3", "GCM 6", "late since", "200"):
        assert said in text
    assert fatos.get(url("plan-export", made.pk, "pdf")).content.startswith(b"%PDF")
    assert fatos.get(url("plan-export", made.pk, "odd")).status_code == 404


def test_actions_of_all_plans_are_one_list(fatos: Client) -> None:
    action(plan(), "Train inspectors", ["6"])
    action(plan(""), "Meet once a year", ["23"])
    page = words(fatos.get(url("plan-actions"), {"country": "regional"}))
    assert "Meet once a year" in page
    assert "Train inspectors" not in page
    csv = b"".join(fatos.get(url("plan-actions-export", "csv")).streaming_content).decode()
    assert "Train inspectors" in csv


def test_actions_are_read_from_a_file_with_a_preview(fatos: Client, people: People, client_for: ClientFor) -> None:
    made = plan()
    answer = fatos.post(url("plan-import", made.pk), {"file": SimpleUploadedFile("plan.csv", CSV.encode())})
    page = words(answer)
    assert "1 good row" in page
    assert "Say what is to be done" in page
    assert not made.actions.exists()
    token = page.split(f"/plans/{made.pk}/import/")[1].split("/")[0]
    client_for(people["emil"]).post(url("plan-import-apply", made.pk, token))
    assert not made.actions.exists()
    assert "1 action was added" in words(fatos.post(url("plan-import-apply", made.pk, token), follow=True))
    answer = fatos.post(url("plan-import", made.pk), {"file": SimpleUploadedFile("plan.txt", b"none")})
    assert (answer.status_code, "choose an Excel workbook" in words(answer)) == (422, True)
    assert fatos.get(url("plan-import-example", "xlsx")).status_code == 200


def test_a_plan_that_is_not_there_is_not_found(fatos: Client) -> None:
    made, other = plan(), plan("ALB")
    one = action(other)
    assert fatos.get(url("plan", 10**17)).status_code == 404
    assert fatos.get(url("plan-action", made.pk, one.pk)).status_code == 404
    fatos.post(url("plan-remove", made.pk))
    assert fatos.get(url("plan", made.pk)).status_code == 404


def test_the_search_and_the_front_page_are_for_colleagues(people: People, fatos: Client) -> None:
    action(plan(), "Train labour inspectors", due=date(2026, 1, 1))
    assert "Network plans" in {group.label for group in search("inspectors", people["fatos"])}
    assert "Network plans" not in {group.label for group in search("inspectors", people["ion"])}
    assert "0 of 1 actions done, 1 late" in words(fatos.get(url("home")))


def test_the_document_has_no_empty_column_and_no_footnote_on_what_it_does_not_name(fatos: Client) -> None:
    made, other = plan(), plan("XKX")
    action(made, "Train inspectors", due=date(2026, 1, 1))
    tables = Document(io.BytesIO(fatos.get(url("plan-export", made.pk, "docx")).content)).tables
    heads = [cell.text for cell in tables[-1].rows[0].cells]
    assert heads[:2] == ["Action", "Lead"]
    assert "Late" not in heads
    state = tables[-1].rows[1].cells[heads.index("State")].text
    assert state.replace("\u00a0", " ") == "planned, late since 1 January 2026"
    for one, named in ((made, False), (other, True)):
        found = Document(io.BytesIO(fatos.get(url("plan-export", one.pk, "docx")).content))
        assert any("1244" in paragraph.text for paragraph in found.paragraphs) is named
