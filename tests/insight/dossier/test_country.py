"""What is known of a country: each part from its own room, for the viewer, with source and day."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import User
from migov.foundation.places.actions import load_places
from migov.foundation.places.models import Place
from migov.foundation.records.models import Visibility
from migov.insight.dossier import blocks, printed
from migov.insight.dossier.blocks import Ask, Block
from migov.work.cooperation.models import Commitment, Contact
from migov.work.governance.models import PlanAction, Pledge, PublishedCategory, Roadmap, RoadmapAction, WorkPlan
from tests.factories import cast
from tests.work.cooperation import making as talks
from tests.work.governance import making as governance
from tests.work.policy.making import assistance_request, legal_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    load_places()
    return cast()


@pytest.fixture
def moldova(people: dict[str, User]) -> Place:
    return Place.objects.get(code="MDA")


def plain(words: str) -> str:
    """Words without the spaces that keep a day on one line."""
    return words.replace("\u00a0", " ")


def part(code: str, place: Place, viewer: Any, **more: Any) -> Block | None:
    found = blocks.of_country(place, Ask(viewer, **more), [code])
    return found[0] if found else None


def lines(code: str, place: Place, viewer: Any, **more: Any) -> list[str]:
    block = part(code, place, viewer, **more)
    return [line.cells[0] for line in block.lines] if block else []


def test_the_official_series_shows_the_latest_year_with_its_source(people: dict[str, User], moldova: Place) -> None:
    for year, category in ((2019, 2), (2021, 3)):
        PublishedCategory.objects.create(
            place=moldova,
            domain="domain1",
            year=year,
            category=category,
            source="Global SDG database",
            as_of=date(2025, 7, 1),
        )
    block = part("series", moldova, people["hana"])
    assert block is not None
    (line,) = block.lines
    assert line.cells == ("1 Migrant rights", "meets", "2021", "2019: partially meets")
    assert plain(printed.source_of(line)) == "Global SDG database, 1 July 2025"
    assert part("series", Place.objects.get(code="ALB"), people["hana"]).lines == ()  # type: ignore[union-attr]


def test_a_government_reads_what_is_shared_with_it_and_nothing_of_the_offices_own(
    people: dict[str, User], moldova: Place
) -> None:
    roadmap = Roadmap.objects.create(
        record=governance.record("roadmap", "MDA", visibility=Visibility.PARTNERS),
        country=moldova,
        starts=2026,
        ends=2028,
    )
    RoadmapAction.objects.create(roadmap=roadmap, title="Law on guardianship", owner="Ministry of Labour")
    RoadmapAction.objects.create(roadmap=roadmap, title="Dropped", state="dropped", reason="No money.")
    Pledge.objects.create(
        record=governance.record("pledge", "MDA", title="Ours", visibility=Visibility.INTERNAL), country=moldova
    )
    Pledge.objects.create(
        record=governance.record("pledge", "MDA", title="Theirs", visibility=Visibility.PARTNERS), country=moldova
    )
    plan = WorkPlan.objects.create(
        record=governance.record("network-plan", "MDA"), country=moldova, network="Network", starts=2026, ends=2027
    )
    PlanAction.objects.create(plan=plan, text="Joint training")
    talks.meeting(country=moldova, day=date(2099, 1, 2))
    ion, hana = people["ion"], people["hana"]
    assert lines("roadmap", moldova, ion) == lines("roadmap", moldova, hana) == ["Law on guardianship"]
    pledges = {
        who: [line.cells[0] for line in part("gcm", moldova, viewer).lines]
        for who, viewer in (("ion", ion), ("hana", hana))
    }  # type: ignore[union-attr]
    assert pledges["ion"] == ["Theirs"] and sorted(pledges["hana"]) == ["Ours", "Theirs"]
    assert lines("network", moldova, hana) == ["Joint training"] and part("network", moldova, ion) is None
    assert len(lines("meetings", moldova, hana)) == 1
    for code in ("meetings", "commitments", "positions", "contacts"):
        assert part(code, moldova, ion) is None, code
    for code in ("projects", "roadmap", "gcm", "laws", "requests"):
        assert part(code, moldova, people["nobody"]) is None, code


def test_laws_and_requests_of_the_country(people: dict[str, User], moldova: Place) -> None:
    legal_text(title="Law on Asylum")
    legal_text(country="ALB", title="Albanian law")
    assistance_request(title="Review the draft")
    assistance_request(title="Long closed", state="closed")
    assert lines("laws", moldova, people["hana"]) == ["Law on Asylum"]
    assert lines("requests", moldova, people["hana"]) == ["Review the draft"]
    assert lines("requests", moldova, people["hana"], starts=date(2020, 1, 1)) == ["Long closed", "Review the draft"]


def test_what_a_country_committed_to_what_we_said_and_whom_to_write_to(people: dict[str, User], moldova: Place) -> None:
    process = talks.mechanism()
    record = talks.record("commitment", "MDA", title="A visa centre by 2027")
    Commitment.objects.create(
        record=record, place=moldova, mechanism=process, due=date(2027, 1, 1), source="Declaration, point 4"
    )
    Commitment.objects.create(
        record=talks.record("commitment", title="Done"), place=moldova, mechanism=process, state="kept"
    )
    talks.paper(
        place=moldova,
        mechanism=process,
        title="Statement of 2024",
        state="delivered",
        filed=True,
        delivered_on=date(2024, 5, 3),
        became="Taken up.",
    )
    talks.paper(place=moldova, mechanism=process, title="Still a draft", state="draft")
    Contact.objects.create(
        place=moldova, mechanism=process, function="National coordinator", email="coordinator@example.org"
    )
    hana = people["hana"]
    assert lines("commitments", moldova, hana) == ["A visa centre by 2027"]
    block = part("positions", moldova, hana)
    assert block is not None and [tuple(map(plain, line.cells)) for line in block.lines] == [
        ("Statement of 2024", "–", "Prague Process, 3 May 2024", "Taken up.")
    ]
    assert lines("positions", moldova, hana, starts=date(2025, 1, 1)) == []
    assert lines("contacts", moldova, hana) == ["National coordinator"]


def test_more_than_is_shown_is_counted_and_nothing_known_is_said(people: dict[str, User], moldova: Place) -> None:
    for number in range(5):
        talks.meeting(country=moldova, day=date(2099, 1, 1 + number))
    block = part("meetings", moldova, people["hana"], most=2)
    assert block is not None and len(block.lines) == 2 and block.total == 5 and block.left_out == 3
    empty = part("meetings", Place.objects.get(code="ALB"), people["hana"])
    assert empty is not None and not empty.lines and empty.empty == "No meeting is entered."


def test_the_page_of_a_country_shows_the_parts_in_a_bounded_number_of_queries(
    people: dict[str, User], moldova: Place, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        talks.meeting(country=moldova, day=date(2099, 1, 1 + number), title=f"Forum {number}")
        legal_text(title=f"Law {number}")
    client.force_login(people["hana"])
    client.get("/countries/MDA/")
    with django_assert_max_num_queries(95):
        page = client.get("/countries/MDA/").content.decode()
    assert "Forum 0" in page and "Law 7" in page and "All 8" in page
    client.force_login(people["ion"])
    page = client.get("/countries/MDA/").content.decode()
    assert "Forum 0" not in page and "Law 7" in page
    assert client.get("/countries/ALB/").status_code == 403


def test_the_brief_has_two_pages_at_most_and_says_what_is_not_known(
    people: dict[str, User], moldova: Place, client: Client
) -> None:
    for number in range(30):
        talks.meeting(
            country=moldova,
            day=date(2099, 1, 1 + number % 28),
            title=f"Meeting with a long title on many things {number} " * 2,
        )
        legal_text(title=f"Law on one matter after another, number {number} " * 3)
    client.force_login(people["hana"])
    answer = client.get("/countries/MDA/brief.pdf")
    text = [page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages]
    assert answer["Content-Type"] == "application/pdf" and len(text) <= 2
    assert "further line" in " ".join(text) and "Nothing is known here on" in " ".join(text)
    assert client.get("/countries/MDA/brief.docx").content[:2] == b"PK"
    assert client.get("/countries/MDA/brief.xlsx").status_code == 404
    for who, status in (("ion", 200), ("nobody", 403)):
        client.force_login(people[who])
        assert client.get("/countries/MDA/brief.docx").status_code == status, who
    client.force_login(people["ion"])
    assert client.get("/countries/ALB/brief.docx").status_code == 403


def test_the_program_sees_every_part(moldova: Place) -> None:
    found = blocks.of_country(moldova, Ask(SYSTEM))  # type: ignore[arg-type]
    assert len(found) == len(blocks.country_parts())
