"""A dossier on paper: where each line comes from, what is left out, what is late, what fits on two pages."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from migov.foundation.people.models import User
from migov.foundation.places.actions import load_places
from migov.foundation.places.models import Place
from migov.insight.dossier import blocks, printed
from migov.insight.dossier.blocks import Ask, Block, Line
from migov.services.documents import Link, Paragraph, Section, Table
from migov.work.cooperation.models import Commitment, Contact, Input, Meeting
from migov.work.results.models import StandardIndicator
from tests.factories import cast, indicator, project, result, values
from tests.work.cooperation import making as talks
from tests.work.policy.making import legal_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    load_places()
    return cast()


@pytest.fixture
def moldova(people: dict[str, User]) -> Place:
    return Place.objects.get(code="MDA")


def line(key: str, *cells: str, **more: Any) -> Line:
    return Line(key, cells, f"{cells[0]}.", **more)


def block(*lines: Line) -> Block:
    return Block("test", "Things", ("What", "State"), lines)


def columns(table: Table) -> list[str]:
    return [column.label for column in table.columns]


def test_a_day_that_the_source_names_itself_is_not_said_twice() -> None:
    assert (
        printed.source_of(line("a", "x", source="Overview of mechanisms, 2017", as_of="2017"))
        == "Overview of mechanisms, 2017"
    )
    assert (
        printed.source_of(line("a", "x", source="Report of October 2024", as_of="2024-10")) == "Report of October 2024"
    )
    said = printed.source_of(line("a", "x", source="Register", as_of=date(2026, 3, 1)))
    assert said.replace("\u00a0", " ") == "Register, 1 March 2026"


def test_several_sources_are_numbered_through_the_document_and_one_stands_below() -> None:
    sources = printed.Sources()
    one = printed.table(block(line("a", "A", "open", source="One"), line("b", "B", "done", source="Two")), sources)
    two = printed.table(block(line("c", "C", "open", source="Two"), line("d", "D", "done", source="Three")), sources)
    assert columns(one) == ["What", "State", "Source"] and not one.source
    assert [row["source"] for row in [*one.rows, *two.rows]] == ["[1]", "[2]", "[2]", "[3]"]
    assert sources.listed == ["[1] One", "[2] Two", "[3] Three"]
    same = printed.table(block(line("a", "A", "open", source="One"), line("b", "B", "done", source="One")), sources)
    assert columns(same) == ["What", "State"] and same.source == "One"
    days = [line(key, key, "open", source="One", as_of=date(2026, 1, number)) for number, key in enumerate("ab", 1)]
    dated = printed.table(block(*days), sources)
    assert columns(dated) == ["What", "State", "As of"] and dated.source == "One"


def test_columns_that_say_nothing_and_links_that_all_lead_to_one_place_are_left_out() -> None:
    sources = printed.Sources()
    silent = printed.table(block(line("a", "A", "–", url="/a/"), line("b", "B", "", url="/b/")), sources)
    assert columns(silent) == ["What"] and [type(row["c0"]) for row in silent.rows] == [Link, Link]
    shared = printed.table(block(line("a", "A", "open", url="/a/"), line("b", "B", "open", url="/a/")), sources)
    assert [row["c0"] for row in shared.rows] == ["A", "B"]


def test_parts_stand_in_groups_and_what_is_not_known_is_named_shortly(people: dict[str, User], moldova: Place) -> None:
    legal_text(title="Law on Asylum")
    talks.meeting(country=moldova, day=date(2099, 1, 1), title="Forum")
    found = blocks.of_country(moldova, Ask(people["hana"]), ["laws", "meetings", "ratifications"])
    made = printed.grouped(found, printed.Sources())
    assert [one.title for one in made if isinstance(one, Section)] == ["Law and policy", "Cooperation"]
    last = made[-1]
    assert isinstance(last, Paragraph) and last.runs == "Nothing is known here on: Instruments."


def test_what_is_late_says_so(people: dict[str, User], moldova: Place) -> None:
    today = timezone.localdate()
    for number, due in ((1, today - timedelta(days=1)), (2, today)):
        Commitment.objects.create(record=talks.record("commitment", title=f"Number {number}"), place=moldova, due=due)
    (found,) = blocks.of_country(moldova, Ask(people["hana"]), ["commitments"])
    assert [one.cells[3] for one in found.lines] == ["open, overdue", "open"]


def test_positions_say_what_was_said(people: dict[str, User], moldova: Place) -> None:
    talks.position(
        "No worker should pay for a job. Fees are borne by the employer.", title="On recruitment", place=moldova
    )
    (found,) = blocks.of_country(moldova, Ask(people["hana"]), ["positions"])
    assert "No worker should pay for a job." in found.lines[0].cells[1]


def test_a_meeting_knows_what_we_bring(people: dict[str, User]) -> None:
    meeting: Meeting = talks.meeting(talks.mechanism(), day=date(2099, 5, 1))
    talks.paper(meeting, title="Talking points", type="points", state="draft")
    never = talks.paper(meeting, title="Never wanted", state="draft")
    Input.objects.filter(pk=never.pk).update(state="declined", reason="No time.")
    (found,) = blocks.of_meeting(meeting, Ask(people["hana"]), ["inputs"])
    assert [one.cells[:3] for one in found.lines] == [("Talking points", "talking points", "being written")]


def test_a_mechanism_that_is_kept_to_another_office_is_not_named(people: dict[str, User], moldova: Place) -> None:
    kept = talks.mechanism("kept", title="Hidden", visibility="office", office=people["boris"].standing[0].office)
    meeting = talks.meeting(kept, day=date(2099, 1, 1), country=moldova)
    Contact.objects.create(place=moldova, mechanism=kept, function="Coordinator of what is hidden")
    for who, named in (("ana", False), ("boris", True)):
        ask = Ask(people[who])
        found = [*blocks.of_country(moldova, ask, ["meetings", "contacts"]), *blocks.of_meeting(meeting, ask)]
        words = [text for one in found for said in one.lines for text in said.cells]
        assert ("Hidden" in words) is named and ("Coordinator of what is hidden" in words) is named, who


def test_results_speak_to_the_end_of_the_last_period_with_a_value(people: dict[str, User], moldova: Place) -> None:
    standard = StandardIndicator.objects.create(
        code="s1", title="Officials trained", unit="people", across_projects="sum"
    )
    of = result(project(title="Training", places={"MDA": None}, stage="active"))
    trained = indicator(of, "Trained", across_periods="sum", standard=standard, unit="people")
    values(trained, 2024, target=40, actual=45)
    (found,) = blocks.of_country(moldova, Ask(people["hana"]), ["results"])
    assert found.lines[0].known.replace("\u00a0", " ") == "31 December 2024"
    assert "45 by 31" in found.lines[0].text


def test_the_brief_begins_with_figures_and_fills_its_pages(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    project(title="Fair recruitment", places={"MDA": None}, stage="active")
    for number in range(20):
        legal_text(title=f"Law number {number}")
    client.force_login(people["hana"])
    pages = PdfReader(BytesIO(client.get("/countries/MDA/brief.pdf").content)).pages
    text = " ".join(page.extract_text() for page in pages)
    assert len(pages) <= 2 and "Law and policy" in text and "Budget share" in text
    assert text.count("Law number") == 9, "three times the usual lines, since there is room"
    assert "11 further lines are not shown" in text
    kosovo = PdfReader(BytesIO(client.get("/countries/XKX/brief.pdf").content)).pages[0].extract_text()
    assert "Country brief" not in kosovo and "Brief" in kosovo
