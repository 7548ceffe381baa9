"""The pages and files of the contribution report."""

import io
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from migov.foundation.records.models import Evidence
from migov.services.alignment.models import Status
from tests.factories import cast, indicator, project, result, values
from tests.insight.contributions.conftest import align, ask, budget, row, spend

pytestmark = pytest.mark.django_db

FRAMEWORK = reverse("contributions:framework", args=["gcm"])
ELEMENT = reverse("contributions:element", args=["gcm", "10"])
ROWS = reverse("contributions:rows", args=["gcm"])
BAD = [
    ("from=20x4", "is not a year"),
    ("from=999999", "is not a year"),
    ("from=2025&to=2023", "before the first"),
    ("as_of=2024-02-31", "is not a date"),
    ("as_of=2999-01-01", "still to come"),
    ("country=ATL", "is not a country we know"),
    ("office=atlantis", "is not an office we know"),
    ("theme=magic", "is not a theme we know"),
    ("subregion=XX", "is not a sub-region we know"),
    ("donor=999999", "not in the register"),
    ("donor=%27%20OR%201=1", "not in the register"),
]


@pytest.fixture
def office(client, two_projects):
    """A signed-in member of the regional office and a portfolio with money, values and a document."""
    client.force_login(cast()["hana"])
    i = indicator(result(two_projects.a), "Victims assisted", counts_people=True, across_periods="sum")
    values(i, 2024, target=100, actual=120)
    values(indicator(result(two_projects.b)), 2024, target=100)
    spend(two_projects.a, date(2024, 3, 1), 450)
    Evidence.objects.create(record=two_projects.a.record, title="Final report", url="https://example.org/report")
    Evidence.objects.create(record=two_projects.a.record, title="Bad link", url="javascript:alert(1)")
    return client


def text(response) -> str:
    return response.content.decode()


def test_the_page_shows_elements_gaps_method_and_what_was_left_out(office):
    project(places={"UKR": 100}, title="Unaligned")
    align(project(places={"UKR": 100}), "5", status=Status.PROPOSED)
    page = text(office.get(FRAMEWORK))
    assert "Prevent, combat and eradicate trafficking" in page
    assert "works on 21 of 23 elements" in page
    assert "2 projects without an alignment" in page
    assert "1 proposed alignment" in page
    assert "principal counts twice significant" in page


@pytest.mark.parametrize(("query", "message"), BAD)
@pytest.mark.parametrize("address", [FRAMEWORK, ELEMENT])
def test_a_bad_filter_says_so_beside_the_field_and_keeps_what_was_typed(office, address, query, message):
    response = office.get(f"{address}?{query}")
    assert response.status_code == 400
    assert message in text(response)


@pytest.mark.parametrize(("query", "message"), BAD)
def test_files_and_rows_with_a_bad_filter_are_refused(office, query, message):
    assert office.get(f"{ROWS}?figure=budget&{query}").status_code == 404
    assert office.get(reverse("contributions:download", args=["gcm", "json"]) + f"?{query}").status_code == 404


def test_unknown_frameworks_elements_figures_charts_and_formats_are_not_found(office):
    for address in (
        reverse("contributions:framework", args=["atlantis"]),
        reverse("contributions:element", args=["gcm", "99"]),
        f"{ROWS}?figure=luck",
        f"{ROWS}?figure=results&state=luck",
        f"{ROWS}?figure=budget&download=exe",
        reverse("contributions:chart", args=["gcm", "pie", "svg"]),
        reverse("contributions:chart", args=["gcm", "bar", "gif"]),
        reverse("contributions:download", args=["gcm", "exe"]),
    ):
        assert office.get(address).status_code == 404, address


@pytest.mark.parametrize("figure", ["projects", "budget", "spending", "results", "people", "evidence"])
@pytest.mark.parametrize("element", ["", "&element=10"])
def test_every_figure_opens_to_its_rows(office, figure, element):
    page = text(office.get(f"{ROWS}?figure={figure}{element}"))
    assert "Referral" in page
    assert "javascript:" not in page


def test_the_rows_behind_money_add_up_to_the_figure(office):
    figure = row(ask(), "10").budget
    book = openpyxl.load_workbook(io.BytesIO(office.get(f"{ROWS}?figure=budget&element=10&download=xlsx").content))
    sheet = book["Budget share"]
    head = [cell.value for cell in sheet[1]]
    at = next(n for n, name in enumerate(head) if name.startswith("Counted"))
    assert sum(Decimal(str(r[at].value)) for r in sheet.iter_rows(min_row=2) if r[at].value is not None) * 100 == figure


def test_the_same_figures_stand_in_the_page_and_in_every_file(office):
    made = json.loads(office.get(reverse("contributions:download", args=["gcm", "json"])).content)
    body = json.dumps(made)
    assert "Victims assisted" not in body  # indicators are in the rows, not in the report
    assert '"budget": 700' in body or '"budget": 700.0' in body
    for fmt, start in (("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        response = office.get(reverse("contributions:download", args=["gcm", fmt]))
        assert response.content.startswith(start)
        assert response["Content-Disposition"].startswith("attachment")


def test_the_rows_of_a_figure_say_their_rule_in_a_sentence(office):
    for figure in ("projects", "budget", "spending", "results", "people", "evidence"):
        page = text(office.get(f"{ROWS}?figure={figure}"))
        assert re.search(r'class="why">[A-Z]', page), figure


def test_the_last_row_of_the_table_leads_to_its_rows(office):
    foot = text(office.get(FRAMEWORK)).split("<tfoot>")[1].split("</tfoot>")[0]
    for figure in ("projects", "budget", "spending", "results", "people", "evidence"):
        assert f"figure={figure}" in foot


def test_a_report_on_one_element_can_be_downloaded(office):
    made = office.get(reverse("contributions:download", args=["gcm", "json"]) + "?element=10").content.decode()
    assert "trafficking" in made


def test_charts_are_drawn_and_hold_nothing_foreign(office):
    for name in ("bar", "heat", "map"):
        svg = office.get(reverse("contributions:chart", args=["gcm", name, "svg"]))
        assert svg["Content-Type"] == "image/svg+xml"
        assert b"<svg" in svg.content
        assert b"http://www.w3.org" in svg.content
        assert b"<script" not in svg.content
    assert office.get(reverse("contributions:chart", args=["gcm", "bar", "png"])).content.startswith(b"\x89PNG")


def test_kosovo_carries_its_footnote_in_page_and_file(office):
    p = project(places={"XKX": 100})
    align(p, "10")
    budget(p, 2024, 5)
    assert "Kosovo*" in text(office.get(ELEMENT))
    assert "resolution 1244 (1999)" in text(office.get(ELEMENT))
    assert "1244 (1999)" in text(office.get(reverse("contributions:download", args=["gcm", "json"])))


def test_hostile_words_stay_words(office):
    p = project(places={"ALB": 100}, title="<script>alert(1)</script>")
    align(p, "10")
    budget(p, 2024, 5)
    assert "<script>alert(1)" not in text(office.get(ELEMENT))


def test_an_earlier_day_before_the_register_shows_nothing(office):
    page = text(office.get(f"{FRAMEWORK}?as_of=2020-01-01"))
    assert "As reported on" in page
    assert "No project matches this selection" in page


def test_the_element_page_of_the_framework_says_who_contributes(office):
    page = text(office.get(reverse("frameworks:element", args=["gcm", "10"])))
    assert "Who contributes" in page
    assert reverse("contributions:element", args=["gcm", "10"]) in page


def test_query_counts_do_not_grow_with_the_portfolio(office, django_assert_max_num_queries):
    for n in range(30):
        p = project(places={"ALB": 50, "SRB": 50})
        align(p, "10", principal=n % 2 == 0)
        align(p, "23")
        budget(p, 2024, 1000 + n)
        values(indicator(result(p), counts_people=True), 2024, target=10, actual=n)
        Evidence.objects.create(record=p.record, title=f"Report {n}", recorded_at=datetime(2024, 1, 1, tzinfo=UTC))
    for address in (FRAMEWORK, ELEMENT, f"{ROWS}?figure=budget", f"{ROWS}?figure=results", f"{ROWS}?figure=people"):
        office.get(address)
        with django_assert_max_num_queries(36):
            assert office.get(address).status_code == 200
