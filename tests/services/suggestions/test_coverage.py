"""Coverage: each record in one state, every figure the number of its rows, what nobody works on, and who sees it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any
from zipfile import ZipFile

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.frameworks.models import Framework
from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignment
from migov.services.suggestions import coverage
from migov.services.suggestions.coverage import NO_OFFICE, BadSelection, Selection, State, in_state, read_selection
from migov.services.suggestions.models import Examined
from tests.factories import element, project, result

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]
PAGE, ROWS, FILE = "/matching/coverage/", "/matching/coverage/rows/", "/matching/coverage/download/"


@pytest.fixture
def gcm() -> Framework:
    return Framework.objects.get(code="gcm")


def read(record: Record, framework: Framework) -> None:
    Examined.objects.create(record=record, framework=framework, at=timezone.now(), best=0.1)


@pytest.fixture
def work(people: dict, gcm: Framework) -> dict[str, Record]:
    """Seven projects, at least one in each state; all of Tirana but the last, which is of Chisinau."""
    tirana, chisinau = Office.objects.get(code="tirana"), Office.objects.get(code="chisinau")
    made = {
        name: project(title=name, office=tirana, places={"ALB": 100}).record
        for name in ("aligned", "also waiting", "waiting", "read", "all rejected", "unread")
    }
    made["elsewhere"] = project(title="elsewhere", office=chisinau, places={"MDA": 100}).record
    by = people["carla"]
    alignment.declare(made["aligned"], element("10"), by=by)
    alignment.declare(made["also waiting"], element("9"), by=by)
    alignment.propose(made["also waiting"], element("10"), origin="suggested")
    alignment.propose(made["waiting"], element("10"), origin="suggested")
    alignment.reject(alignment.propose(made["waiting"], element("7"), origin="suggested"), by=by)
    read(made["waiting"], gcm)
    read(made["read"], gcm)
    alignment.reject(alignment.propose(made["all rejected"], element("10"), origin="suggested"), by=by)
    return made


def names(selection: Selection, state: str = "", viewer: Any = SYSTEM) -> list[str]:
    return [record.title for record in in_state(viewer, selection, state)]


def test_each_record_is_in_one_state(work: dict, gcm: Framework) -> None:
    chosen = Selection(framework=gcm)
    assert names(chosen, State.ALIGNED) == ["aligned", "also waiting"]
    assert names(chosen, State.WAITING) == ["waiting"]
    assert names(chosen, State.NOTHING) == ["all rejected", "read"]
    assert names(chosen, State.UNREAD) == ["elsewhere", "unread"]
    assert len(names(chosen)) == 7


def test_what_the_matcher_could_not_read_is_a_number_of_its_own(
    work: dict, people: dict, gcm: Framework, client_for: Browser
) -> None:
    """Nobody has found that nothing fits a text in Russian, or one without words."""
    Examined.objects.create(record=work["unread"], framework=gcm, at=timezone.now(), best=0.1, language="ru")
    Examined.objects.create(record=work["elsewhere"], framework=gcm, at=timezone.now(), best=0.1, language="und")
    Examined.objects.filter(record=work["read"]).update(language="en")
    Examined.objects.create(record=work["all rejected"], framework=gcm, at=timezone.now(), best=0.1, language="ru")
    Examined.objects.create(record=work["aligned"], framework=gcm, at=timezone.now(), best=0.1, language="ru")
    chosen = Selection(framework=gcm)
    assert names(chosen, State.FOREIGN) == ["elsewhere", "unread"]
    assert names(chosen, State.NOTHING) == ["all rejected", "read"] and names(chosen, State.UNREAD) == []
    (line,) = coverage.coverage(SYSTEM, chosen)
    assert (line.counts.foreign, line.counts.unread, line.counts.total) == (2, 0, 7)
    browser = client_for(people["emil"])
    html = browser.get(f"{PAGE}?framework=gcm").content.decode()
    assert f'{ROWS}?framework=gcm&amp;state=foreign">2</a>' in html and "Not read: other language" in html
    assert "GCM: not read: other language" in browser.get(f"{ROWS}?framework=gcm&state=foreign").content.decode()


def test_another_framework_knows_nothing_of_it(work: dict) -> None:
    assert len(names(Selection(framework=Framework.objects.get(code="sdg")), State.UNREAD)) == 7


@pytest.mark.parametrize("narrowed", [{}, {"office": "tirana"}, {"place": "MDA"}, {"year": 2024}, {"kind": "project"}])
def test_every_figure_is_the_number_of_its_rows(work: dict, narrowed: dict[str, Any]) -> None:
    """All over the page: whoever clicks a number finds as many rows."""
    given = QueryDict(mutable=True)
    given.update({name: str(value) for name, value in narrowed.items()})
    for line in coverage.coverage(SYSTEM, read_selection(given, SYSTEM)):
        for office, counts in [(None, line.counts), *line.offices]:
            asked = given.copy()
            asked["framework"] = line.framework.code
            if office is not None:
                asked["office"] = office.code
            selection = read_selection(asked, SYSTEM)
            for state in State:
                assert getattr(counts, state.value) == len(names(selection, state.value)), (
                    line.framework,
                    office,
                    state,
                )


def test_the_counts_of_a_framework_by_office(work: dict, gcm: Framework) -> None:
    (line,) = coverage.coverage(SYSTEM, Selection(framework=gcm))
    assert vars(line.counts) == {"aligned": 2, "waiting": 1, "nothing": 2, "foreign": 0, "unread": 2}
    assert [(str(office), counts.total, counts.aligned) for office, counts in line.offices] == [
        ("Tirana", 6, 2),
        ("Chisinau", 1, 0),
    ]
    assert line.counts.share == pytest.approx(2 / 7) and coverage.Counts().share is None


def test_parts_are_counted_on_request_and_stand_where_their_whole_does(people: dict, gcm: Framework) -> None:
    whole = project(title="whole", places={"ALB": 100}, starts=date(2019, 1, 1), ends=date(2020, 12, 31))
    result(whole, "part", starts=None, ends=None)
    assert names(Selection(framework=gcm)) == ["whole"]
    results = Selection(framework=gcm, kind="result")
    assert names(results) == ["part"]
    albania = Place.objects.get(code="ALB")
    assert names(Selection(framework=gcm, kind="result", place=albania)) == ["part"]
    assert names(Selection(framework=gcm, kind="result", year=2020)) == ["part"]
    assert names(Selection(framework=gcm, kind="result", year=2021)) == []


def test_work_that_began_after_a_framework_ended_waits_for_nobody(people: dict, gcm: Framework) -> None:
    Framework.objects.filter(pk=gcm.pk).update(valid_to=date(2022, 12, 31))
    gcm.refresh_from_db()
    late, old = project(title="late").record, project(title="old", starts=date(2022, 5, 1)).record
    chosen = Selection(framework=gcm)
    assert names(chosen) == ["old"]
    assert coverage.coverage(SYSTEM, chosen)[0].counts.total == 1
    alignment.declare(late, element("10"), by=people["carla"])
    assert names(chosen, State.ALIGNED) == ["late"] and names(chosen, State.UNREAD) == [old.title]
    assert coverage.coverage(SYSTEM, chosen)[0].counts.total == 2


def test_records_without_an_office_have_a_line_of_their_own(gcm: Framework) -> None:
    project(title="of nobody")
    (line,) = coverage.coverage(SYSTEM, Selection(framework=gcm))
    assert [(office, counts.total) for office, counts in line.offices] == [(None, 1)]
    assert names(read_selection(QueryDict(f"framework=gcm&office={NO_OFFICE}"), SYSTEM)) == ["of nobody"]


def test_elements_nobody_works_on(work: dict, people: dict, gcm: Framework) -> None:
    missing, number = coverage.gaps(SYSTEM, Selection(framework=gcm))
    assert number == 23 and {one.code for one in missing} == {str(n) for n in range(1, 24)} - {"9", "10"}
    part = result(work["unread"].project).record
    alignment.declare(part, element("7"), by=people["carla"])
    missing, _number = coverage.gaps(SYSTEM, Selection(framework=gcm))
    assert "7" not in {one.code for one in missing}
    sdg = Framework.objects.get(code="sdg")
    alignment.declare(work["read"], element("10.7", "sdg"), by=people["carla"])
    assert "10" not in {one.code for one in coverage.gaps(SYSTEM, Selection(framework=sdg))[0]}


def test_the_counts_take_one_query_for_each_framework(
    work: dict, gcm: Framework, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    most = Framework.objects.count() + 2
    with django_assert_max_num_queries(most):
        coverage.coverage(SYSTEM, Selection())
    for n in range(20):
        alignment.declare(project(title=f"more {n}").record, element("10"), by=SYSTEM)
    with django_assert_max_num_queries(most):
        coverage.coverage(SYSTEM, Selection())


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("framework=nothing", "framework"),
        ("office=nothing", "office"),
        ("place=nothing%00", "place"),
        ("year=20x4", "year"),
        ("year=99999", "year"),
        ("year=%C2%B2024", "year"),
        ("kind=nothing", "kind"),
    ],
)
def test_a_selection_that_cannot_be_read_is_named(
    work: dict, people: dict, client_for: Browser, query: str, wrong: str
) -> None:
    with pytest.raises(BadSelection) as told:
        read_selection(QueryDict(query), SYSTEM)
    assert list(told.value.errors) == [wrong]
    browser = client_for(people["emil"])
    page = browser.get(f"{PAGE}?{query}")
    assert page.status_code == 400 and told.value.errors[wrong] in page.content.decode().replace("&#x27;", "'")
    assert browser.get(f"{FILE}csv/?{query}").status_code == 404


def test_a_selection_survives_its_address(work: dict) -> None:
    query = QueryDict("framework=gcm&office=tirana&place=ALB&year=2024&kind=project")
    selection = read_selection(query, SYSTEM)
    assert read_selection(QueryDict(selection.query()), SYSTEM) == selection


# The pages


@pytest.mark.parametrize(
    "page", [PAGE, f"{PAGE}?framework=gcm", f"{ROWS}?framework=gcm", f"{FILE}csv/", f"{FILE}xlsx/"]
)
def test_colleagues_see_coverage_and_nobody_else_does(
    work: dict, people: dict, client_for: Browser, client: Client, page: str
) -> None:
    assert client.get(page).status_code == 302
    for who in ("nobody", "ion", "jan"):
        assert client_for(people[who]).get(page).status_code == 403, who
    for who in ("ana", "galina", "hana"):
        assert client_for(people[who]).get(page).status_code == 200, who


def test_only_what_a_person_sees_is_counted(work: dict, people: dict, client_for: Browser, gcm: Framework) -> None:
    Record.objects.filter(pk=work["aligned"].pk).update(visibility="office")
    chosen = Selection(framework=gcm)
    assert len(names(chosen, viewer=people["ana"])) == 7 and len(names(chosen, viewer=people["boris"])) == 6
    assert coverage.coverage(people["boris"], chosen)[0].counts.aligned == 1
    gone = {one.code for one in coverage.gaps(people["boris"], chosen)[0]}
    assert "10" in gone and "9" not in gone
    html = client_for(people["boris"]).get(f"{ROWS}?framework=gcm&state=aligned").content.decode()
    assert "also waiting" in html and ">aligned</a>" not in html


def test_one_click_leads_from_a_figure_to_its_rows(work: dict, people: dict, client_for: Browser) -> None:
    browser = client_for(people["emil"])
    html = browser.get(f"{PAGE}?framework=gcm").content.decode()
    for link in (
        f"{ROWS}?framework=gcm&amp;state=aligned",
        f"{ROWS}?framework=gcm&amp;office=tirana&amp;state=nothing",
        "Elements nobody works on",
        "GCM by office",
    ):
        assert link in html, link
    assert "style=" not in html.split("<main")[1]
    page = browser.get(f"{ROWS}?framework=gcm&office=tirana&state=nothing")
    assert [record.title for record in page.context["page"]] == ["all rejected", "read"]


def test_rows_need_a_framework_and_a_state_that_exists(work: dict, people: dict, client_for: Browser) -> None:
    browser = client_for(people["emil"])
    for query in ("", "framework=gcm&state=perhaps", "framework=gcm&year=x", "framework=gcm&download=pdf"):
        assert browser.get(f"{ROWS}?{query}").status_code == 404, query
    assert browser.get(f"{FILE}pdf/").status_code == 404


def test_files_hold_what_the_page_shows(work: dict, people: dict, client_for: Browser) -> None:
    browser = client_for(people["emil"])
    text = b"".join(browser.get(f"{FILE}csv/?framework=gcm").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == [
        "Framework", "Office", "Records", "Aligned", "Waiting for a decision", "Nothing fits", "Not read: other language",
        "Not examined", "Share aligned",
    ]  # fmt: skip
    assert [(row["Office"], row["Records"], row["Aligned"], row["Not examined"]) for row in rows] == [
        ("Tirana", "6", "2", "1"),
        ("Chisinau", "1", "0", "1"),
    ]
    text = b"".join(browser.get(f"{ROWS}?framework=gcm&state=nothing&download=csv").streaming_content).decode(
        "utf-8-sig"
    )  # type: ignore[attr-defined]
    assert [row["Title"] for row in csv.DictReader(io.StringIO(text))] == ["all rejected", "read"]
    for address in (f"{FILE}xlsx/?framework=gcm", f"{ROWS}?framework=gcm&download=xlsx"):
        assert ZipFile(io.BytesIO(browser.get(address).content)).testzip() is None


def test_the_pages_take_few_queries(
    work: dict, people: dict, client_for: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(30):
        project(title=f"more {n}", office=Office.objects.get(code="tirana"))
    for page, most in ((PAGE, 20), (f"{PAGE}?framework=gcm", 22), (f"{ROWS}?framework=gcm", 12)):
        browser = client_for(people["emil"])
        browser.get(page)
        with django_assert_max_num_queries(most):
            browser.get(page)
