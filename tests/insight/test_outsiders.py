"""Gaps, briefing books and dossiers, asked for and sent to by people from outside and by colleagues of another office; and numbers that
no database has room for, sent to every form of governance, cooperation and briefings.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from migov.foundation.people.models import Role
from migov.insight.briefings import actions as books
from migov.insight.briefings.models import Book
from migov.work.governance.gcm.actions import reports
from migov.work.governance.gcm.shipped import load_rounds
from migov.work.governance.models import ReviewRound, Roadmap
from migov.work.governance.roadmaps.actions import drawing, lines
from tests.factories import PlaceFactory, cast, person, project
from tests.outsiders import HIDDEN, SHOWN, address, client, of_room, patterns, state, to_sign_in, words
from tests.work.cooperation import making
from tests.work.governance.assess import steps
from tests.work.governance.gcm.steps import pledge
from tests.work.governance.plans.making import plan
from tests.work.governance.unsdcf.making import unsdcf

pytestmark = pytest.mark.django_db
# For whom an address is: "office", or also the "government" of the country.
JUDGED = {
    "gaps:assessment": "government", "gaps:assessment-document": "government", "gaps:gap": "government", "gaps:concept-note": "office",
    "briefings:list": "office", "briefings:new": "office", "briefings:book": "office", "briefings:change": "office",
    "briefings:refresh": "office", "briefings:remove": "office", "briefings:edition": "office", "briefings:changes": "office",
    "briefings:document": "office",
}  # fmt: skip
TOO_MUCH = "9" * 30


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


def gaps_in(code: str, word: str, people: SimpleNamespace) -> SimpleNamespace:
    """An assessment with a gap, and a roadmap that answers it."""
    of = steps.in_validation(year=2026, title=f"{word} assessment", owner=people.fatos) if code == "MDA" else None
    if of is None:
        of = steps.all_answered(steps.assessment(country=code, title=f"{word} assessment", state="validation"))
    question = of.set.questions.get(code="1-1")
    for answer in of.answers.filter(question=question):
        type(answer)._default_manager.filter(pk=answer.pk).update(
            option=question.options.get(code="no"), note=f"{word} note"
        )
    roadmap = drawing.start(
        country=of.country, starts=2026, ends=2028, assessment=of, title=f"{word} roadmap", by=people.fatos
    )
    line = lines.add(roadmap, {"title": f"{word} action", "question": question}, by=people.fatos)
    return SimpleNamespace(assessment=of, question=question, roadmap=roadmap, line=line)


@pytest.fixture
def world(people: SimpleNamespace) -> SimpleNamespace:
    own, other = gaps_in("MDA", SHOWN, people), gaps_in("ALB", HIDDEN, people)
    book = books.begin(
        title=f"{HIDDEN} book",
        by=people.ana,
        places=[PlaceFactory(code="MDA")],
        parts=["projects"],
        note=f"{HIDDEN} note",
    )
    return SimpleNamespace(people=people, own=own, other=other, book=book)


def addresses(world: SimpleNamespace, of: SimpleNamespace) -> list[tuple[str, str]]:
    """Every address with the keys of a country's work, and of the book."""
    found = []
    for name in JUDGED:
        pk = (
            world.book.pk
            if name.startswith("briefings")
            else of.line.pk
            if name == "gaps:concept-note"
            else of.assessment.pk
        )
        given = {"pk": pk, "question": of.question.pk, "number": 1, "fmt": "docx"}
        found.append((name, address(name, **{key: given[key] for key in of_room("gaps", "briefings")[name]}) or ""))
    return found


def outsider(people: SimpleNamespace, who: str) -> Any:
    if who == "another government":
        return person(Role.FOCAL_POINT, country=PlaceFactory(code="GEO"), username="geo")
    named = {"its government": "ion", "reader": "jan", "nobody": "nobody", "another office": "boris"}
    return getattr(people, named[who]) if who in named else None


def test_of_every_address_it_is_said_for_whom_it_is() -> None:
    assert set(of_room("gaps", "briefings")) == set(JUDGED)


@pytest.mark.parametrize("who", ["its government", "another government", "reader", "nobody", "anonymous"])
def test_people_from_outside_reach_what_is_theirs_and_nothing_else(world: SimpleNamespace, who: str) -> None:
    browser, wrong, read, before = (
        client(outsider(world.people, who)),
        [],
        set(),
        state("governance", "briefings", "proposals"),
    )
    for of in (world.own, world.other):
        for name, at in addresses(world, of):
            may = who == "its government" and JUDGED[name] == "government" and of is world.own
            for answer in (browser.get(at), browser.options(at)):
                said = words(answer)
                refused = answer.status_code in (403, 404, 405) or to_sign_in(answer)
                if HIDDEN in said or (SHOWN in said and not may) or not (refused or may):
                    wrong.append(f"{name} {at} {answer.status_code}")
                if SHOWN in said:
                    read.add(name)
            if may and name == "gaps:gap":
                continue  # a government writes its own roadmap
            answer = browser.post(
                at, {"title": "x", "parts": "projects", "places": "1", "roadmap": "new", "revision": "1", "office": "1"}
            )
            if answer.status_code not in (403, 404, 405) and not to_sign_in(answer):
                wrong.append(f"sent {name} {at} {answer.status_code}")
    assert wrong == []
    assert state("governance", "briefings", "proposals") == before
    assert read == ({"gaps:assessment", "gaps:assessment-document", "gaps:gap"} if who == "its government" else set())


def test_a_book_is_for_the_office_that_made_it(world: SimpleNamespace) -> None:
    browser, before = client(world.people.boris), state("briefings")
    for name, at in addresses(world, world.own):
        if name.startswith("briefings") and name not in ("briefings:list", "briefings:new"):
            assert browser.get(at).status_code in (404, 405), name
            assert browser.post(at, {"title": "x", "revision": "1"}).status_code in (404, 405), name
    at = address("briefings:book", pk=world.book.pk) or ""
    assert at not in words(browser.get("/briefings/")) + words(browser.get("/search/?q=Zyxhidden+book"))
    assert state("briefings") == before


def test_no_other_address_shows_people_from_outside_a_book_or_another_roadmap(world: SimpleNamespace) -> None:
    elsewhere = {
        "/search/?q=Zyx",
        "/",
        "/countries/MDA/",
        "/countries/MDA/brief.docx",
        "/countries/ALB/",
        "/notices/",
        "/governance/",
    }
    for name, parts in patterns():
        if parts == ["pk"] and not name.startswith(("gaps", "briefings")):
            elsewhere |= {at for key in (world.book.pk, world.other.roadmap.pk) if (at := address(name, pk=key))}
    browser = client(world.people.ion)
    assert [at for at in sorted(elsewhere) if HIDDEN in words(browser.get(at, follow=True))] == []


def test_a_book_never_holds_what_its_office_may_not_see(people: SimpleNamespace) -> None:
    """Ana's book is read in Tirana: also when Fatos, who sees everything, draws it anew or changes it."""
    chisinau = people.boris.memberships.get().office
    project(title=f"{HIDDEN} project", visibility="office", office=chisinau, places={"MDA": None})
    project(title=f"{SHOWN} project", visibility="internal", office=chisinau, places={"MDA": None})
    wanted: dict[str, Any] = {"places": [PlaceFactory(code="MDA")], "parts": ["projects"]}
    book = books.begin(title="Moldova", by=people.ana, **wanted)
    at = f"/briefings/{book.pk}/"
    assert SHOWN in words(client(people.ana).get(at))
    client(people.fatos).post(f"{at}refresh/")
    assert HIDDEN not in words(client(people.ana).get(at))
    found = Book.objects.get(pk=book.pk)
    books.change(found, by=people.fatos, revision=found.revision, title="Moldova, anew", **wanted)
    newest = found.editions.order_by("-number").first()
    assert HIDDEN not in words(client(people.ana).get(at)) + words(
        client(people.ana).get(f"{at}editions/{newest.number}.docx")
    )


def test_a_dossier_names_no_mechanism_that_is_kept_to_another_office(people: SimpleNamespace) -> None:
    """A meeting, a commitment and a position that everybody sees, in a mechanism that is kept to Chisinau."""
    chisinau = people.boris.memberships.get().office
    of = making.mechanism("kept", title=f"{HIDDEN} mechanism", visibility="office", office=chisinau)
    moldova = PlaceFactory(code="MDA")
    making.meeting(of, day=timezone.localdate(), title=f"{SHOWN} meeting", country=moldova)
    making.position("We said so.", title=f"{SHOWN} position", mechanism=of, place=moldova)
    book = books.begin(
        title="Moldova", by=people.ana, places=[moldova], parts=["meetings", "positions", "contacts", "mechanisms"]
    )
    browser = client(people.ana)
    said = words(browser.get(f"/briefings/{book.pk}/")) + words(browser.get("/countries/MDA/"))
    assert SHOWN in said
    assert HIDDEN not in said


def test_keys_that_no_database_has_room_for_are_not_found(world: SimpleNamespace) -> None:
    browser = client(world.people.fatos)
    for name, keys in of_room("gaps", "briefings").items():
        values: dict[str, Any] = {"fmt": "docx", "number": 1, "question": 1}
        if "pk" in keys:
            at = address(name, **{key: int(TOO_MUCH) if key == "pk" else values[key] for key in keys})
            assert browser.get(at).status_code in (404, 405), name
    for asked in (TOO_MUCH, "9" * 4400, "\x00", "²"):
        # PostgreSQL cannot be asked for a NUL, SQLite can.
        assert browser.get("/briefings/new/", {"meeting": asked, "country": asked}).status_code in (200, 400)


def test_a_number_that_no_database_has_room_for_is_refused(people: SimpleNamespace) -> None:
    """A choice that is sent as a number with thirty digits is a wrong choice: the form comes back, or the request is refused."""
    load_rounds()
    fatos, moldova = people.fatos, PlaceFactory(code="MDA")
    roadmap: Roadmap = drawing.start(country=moldova, starts=2026, ends=2027, by=fatos)
    report = reports.start(ReviewRound.objects.get(code="imrf-2026"), country=moldova, by=fatos)
    meeting, paper = making.meeting(making.mechanism(), office=None), making.paper(state="draft", owner=fatos)
    forms = {
        "/governance/roadmaps/new/": "assessment", f"/governance/roadmaps/{roadmap.pk}/edit/": "assessment",
        f"/governance/pledges/{pledge(fatos).pk}/progress/": "document", f"/governance/unsdcfs/{unsdcf().pk}/edit/": "document",
        f"/governance/plans/{plan().pk}/actions/new/": "objectives", "/cooperation/meetings/new/": "mechanism",
        f"/cooperation/meetings/{meeting.pk}/edit/": "mechanism", "/cooperation/commitments/new/": "meeting",
        "/cooperation/inputs/new/": "meeting", "/cooperation/inputs/file/": "mechanism",
        f"/cooperation/inputs/{paper.pk}/change/": "meeting", f"/cooperation/inputs/{paper.pk}/ask/": "offices",
        "/briefings/new/": "places", f"/governance/gcm/{report.pk}/change/": "title",
    }  # fmt: skip
    browser, wrong = client(fatos), []
    browser.raise_request_exception = False
    for at, field in forms.items():
        answer = browser.post(at, {"title": "Some words", field: TOO_MUCH})
        if answer.status_code not in (400, 422) and field != "title":
            wrong.append(f"{at} {field}: {answer.status_code}")
    assert wrong == []
