"""The budget in the browser's terms: addresses, forms with and without htmx, who may see it, how much it asks of the database."""

from __future__ import annotations

import gzip
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from migov.foundation.records.models import Visibility
from migov.work.proposals.models import PlanCost
from tests.work.proposals.makers import cost, paper, tree

pytestmark = pytest.mark.django_db
People = dict[str, Any]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ana(people: People, client_for: Any) -> Client:
    return client_for(people["ana"])


def words(answer: Any) -> str:
    """What came back, its white space as single spaces."""
    return " ".join(answer.content.decode().split())


def url(plan: Any, rest: str = "") -> str:
    return f"/proposals/{plan.pk}/budget/{rest}"


def test_the_page_shows_lines_sums_and_what_breaks_the_rules(people: People, ana: Client) -> None:
    plan = paper(people["ana"], rules="share-30")
    (output, _other) = tree(plan)
    cost(plan, 4000, title="Project manager")
    cost(plan, 6000, "operational", title="Training", output=output)
    page = ana.get(url(plan)).content.decode().replace("\u00a0", " ")
    assert "Project manager" in page
    assert "10,000 EUR" in page
    assert "Staff and office take 40.0 % of what is asked of the donor" in page
    assert "Output 1.2 Output number 2 has no costs." in page


def test_a_cell_is_saved_and_only_what_changed_comes_back(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    line = cost(plan, 100)
    row = {"quantity": "3", "was-quantity": "1", "title": "Line", "was-title": "Line"}
    answer = words(ana.post(url(plan, f"lines/{line.pk}/"), row, headers=HTMX))
    assert f'<output id="amount-cost-{line.pk}" hx-swap-oob="true">300.00</output>' in answer
    assert 'name="was-quantity" value="3"' in answer
    assert f'<tr id="cost-{line.pk}"' not in answer
    line.refresh_from_db()
    assert line.amount == 300


def test_a_refused_cell_says_why_keeps_what_was_typed_and_saves_the_others(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    line = cost(plan, 100)
    row = {"quantity": "lots", "was-quantity": "1", "title": "Driver", "was-title": "Line"}
    answer = words(ana.post(url(plan, f"lines/{line.pk}/"), row, headers=HTMX))
    assert "“lots” is not a number." in answer
    assert 'name="was-title" value="Driver"' in answer
    plain = ana.post(url(plan, f"lines/{line.pk}/"), {"quantity": "lots", "was-quantity": "1"})
    assert plain.status_code == 422
    assert 'value="lots"' in plain.content.decode()
    line.refresh_from_db()
    assert (line.title, line.quantity) == ("Driver", 1)


def test_a_conflict_shows_both_and_either_can_be_chosen(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    line = cost(plan, 100)
    at = url(plan, f"lines/{line.pk}/")
    ana.post(at, {"title": "Theirs", "was-title": "Line"})
    for headers in ({}, HTMX):
        answer = words(ana.post(at, {"title": "Mine", "was-title": "Line"}, headers=headers))
        assert "Now: Theirs. Yours: Mine." in answer
        assert 'name="was-title" value="Theirs"' in answer  # of the button that says “use mine”
    # What the other page shows of untouched cells does not undo what was changed meanwhile.
    ana.post(at, {"title": "Line", "was-title": "Line", "unit": "month", "was-unit": ""}, headers=HTMX)
    line.refresh_from_db()
    assert (line.title, line.unit) == ("Theirs", "month")
    ana.post(at, {"title": "Mine", "was-title": "Theirs", "whole": "1"}, headers=HTMX)
    line.refresh_from_db()
    assert line.title == "Mine"


def test_a_line_goes_to_an_output_and_back_to_staff(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    (output, _other) = tree(plan)
    line = cost(plan, 100)
    at = url(plan, f"lines/{line.pk}/")
    answer = ana.post(at, {"place": f"output:{output.pk}", "was-place": "staff"}, headers=HTMX).content.decode()
    assert 'id="budget-lines"' in answer
    line.refresh_from_db()
    assert (line.category, line.output_id) == ("operational", output.pk)
    ana.post(at, {"place": "staff", "was-place": f"output:{output.pk}"})
    line.refresh_from_db()
    assert (line.category, line.output_id) == ("staff", None)


def test_a_line_whose_output_was_removed_can_be_given_another(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    (gone, other) = tree(plan)
    line = cost(plan, 100, "operational", output=gone)
    gone.removed_at = plan.created_at
    gone.save()
    ana.post(url(plan, f"lines/{line.pk}/"), {"place": f"output:{other.pk}", "was-place": "astray"}, headers=HTMX)
    line.refresh_from_db()
    assert line.output_id == other.pk


def test_lines_are_added_moved_removed_and_put_back(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    new = {"place": "staff", "title": "Driver", "quantity": "12", "unit_cost": "800"}
    assert ana.post(url(plan, "add/"), new).status_code == 302
    wrong = ana.post(url(plan, "add/"), new | {"unit_cost": "", "title": "Cook"})
    assert wrong.status_code == 422
    assert 'value="Cook"' in wrong.content.decode()
    assert "Write a number." in wrong.content.decode()
    line = PlanCost.objects.get()
    other = cost(plan, 5, title="Other")
    ana.post(url(plan, f"lines/{other.pk}/arrange/"), {"do": "up"}, headers=HTMX)
    other.refresh_from_db()
    line.refresh_from_db()
    assert other.order < line.order
    answer = ana.post(url(plan, f"lines/{line.pk}/arrange/"), {"do": "remove"}, headers=HTMX).content.decode()
    assert "Put back" in answer
    ana.post(url(plan, f"lines/{line.pk}/arrange/"), {"do": "back"})
    line.refresh_from_db()
    assert line.removed_at is None


def test_pasted_rows_that_are_refused_stay_with_their_reasons(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    answer = ana.post(url(plan, "paste/"), {"rows": "staff\tDriver\tmonth\t12\t800\nkitchen\tCook\tmonth\tx\t800"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 lines were added." in page
    assert "“x” is not a number." in page
    assert "Write staff, office, operational" in page
    assert "kitchen\tCook\tmonth\tx\t800" in page
    assert PlanCost.objects.get().title == "Driver"


def test_another_currency_asks_first(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    cost(plan, 100)
    form = {"rules": "idf", "was-rules": "none", "currency": "USD", "was-currency": "EUR"}
    page = ana.post(url(plan, "settings/"), form).content.decode()
    assert "Nothing is converted: 100 EUR would become 100 USD" in page
    plan.refresh_from_db()
    assert (plan.currency, plan.rules) == ("EUR", "idf")
    ana.post(url(plan, "settings/"), {"currency": "USD", "was-currency": "EUR", "confirmed": "1"})
    plan.refresh_from_db()
    assert plan.currency == "USD"


def test_the_workbook_holds_the_lines(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    cost(plan, 123, title="=HYPERLINK(1)")
    book = openpyxl.load_workbook(io.BytesIO(ana.get(url(plan, "budget.xlsx")).content))
    cells = [cell.value for row in book["Budget"].iter_rows() for cell in row]
    assert 123 in cells
    assert {cell.data_type for row in book["Budget"].iter_rows() for cell in row} <= {"s", "n", "d"}  # no formula


@pytest.mark.parametrize("rest", ["", "budget.xlsx", "add/", "paste/", "settings/", "lines/{}/", "lines/{}/arrange/"])
def test_outsiders_find_nothing(people: People, client_for: Any, client: Client, rest: str) -> None:
    plan = paper(people["ana"], visibility=Visibility.OFFICE)
    rest = rest.format(cost(plan, 1).pk)
    ask = (
        (lambda browser: browser.get(url(plan, rest)))
        if rest in ("", "budget.xlsx")
        else (lambda browser: browser.post(url(plan, rest), {"rows": "x"}))
    )
    assert "/accounts/login" in ask(client).url
    for who in ("nobody", "jan", "ion", "boris"):
        assert ask(client_for(people[who])).status_code == 404


def test_a_developer_of_another_office_reads_and_does_not_write(people: People, client_for: Any) -> None:
    plan = paper(people["ana"])
    line = cost(plan, 100)
    boris = client_for(people["boris"])
    page = boris.get(url(plan)).content.decode()
    assert "Line" in page
    assert "data-row-editor" not in page
    for rest, form in (
        ("add/", {"place": "staff", "title": "x", "quantity": "1", "unit_cost": "1"}), ("paste/", {"rows": "staff\tA\tm\t1\t1"}),
        ("settings/", {"rules": "idf"}), (f"lines/{line.pk}/", {"title": "x", "was-title": "Line"}),
        (f"lines/{line.pk}/arrange/", {"do": "remove"}),
    ):  # fmt: skip
        assert boris.post(url(plan, rest), form).status_code == 403, rest


def test_a_line_of_another_proposal_is_not_reached_through_this_one(people: People, ana: Client) -> None:
    line = cost(paper(people["boris"]), 100)
    assert ana.post(url(paper(people["ana"]), f"lines/{line.pk}/"), {"title": "x"}).status_code == 404


def test_the_page_asks_no_more_for_two_hundred_lines(
    people: People, ana: Client, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    plan = paper(people["ana"], rules="idf")
    outputs = tree(plan, outputs=8)
    cost(plan, 1)
    ana.get(url(plan))  # what every process asks once
    with CaptureQueriesContext(connection) as few:
        assert ana.get(url(plan)).status_code == 200
    for number in range(200):
        cost(plan, 10, "operational", output=outputs[number % 8])
    with django_assert_max_num_queries(len(few) + 1):  # what a cache held before may have to be asked again
        assert ana.get(url(plan)).status_code == 200
    assert len(few) <= 20


def test_rows_drawn_together_show_each_line_its_own_words_escaped(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    (first, second) = tree(plan)
    hostile = '<b>"slot" & \ue000id\ue001'
    cost(plan, 100, title=hostile)
    cost(plan, 200, "operational", title="Desk", output=second, note="\n  indented\n    note")
    page = ana.get(url(plan)).content.decode()
    assert 'value="&lt;b&gt;&quot;slot&quot; &amp; \ue000id\ue001"' in page
    assert "<b>&quot;slot" not in page
    assert "\n\n  indented\n    note</textarea>" in page
    row = page[page.index('value="Desk"') :]
    assert f'<option value="output:{second.pk}" selected>' in row
    assert f'<option value="output:{first.pk}">' in row
    assert page.count("\ue000") == page.count(
        hostile.replace("<b>", "&lt;b&gt;").replace('"', "&quot;").replace(" & ", " &amp; ")
    )


def test_pages_travel_compressed_and_workbooks_keep_their_length(people: People, ana: Client) -> None:
    plan = paper(people["ana"])
    accepts = {"Accept-Encoding": "gzip"}
    page = ana.get(url(plan), headers=accepts)
    assert page["Content-Encoding"] == "gzip"
    assert b"Budget" in gzip.decompress(page.content)
    workbook = ana.get(url(plan, "budget.xlsx"), headers=accepts)
    assert not workbook.has_header("Content-Encoding")
    assert ana.get(url(plan)).headers.get("Content-Encoding") is None
