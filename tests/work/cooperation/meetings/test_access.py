"""Meetings and commitments are the office's own: nobody from outside finds one, by any address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from migov.foundation.people.models import Office, User
from migov.foundation.records.models import JournalEntry, Record, RecordPlace
from migov.foundation.shell.search import search
from migov.work.cooperation.meetings import queries
from migov.work.cooperation.models import Commitment, Mechanism, Meeting
from tests.factories import PlaceFactory
from tests.work.cooperation.making import meeting
from tests.work.cooperation.meetings.conftest import SOON, commitment

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
GENERAL = [
    "meetings/", "meetings/?show=all", "meetings/export.csv", "meetings/export.xlsx", "meetings/new/", "calendar/",
    "calendar/?view=list", "calendar/subscribe/", "commitments/", "commitments/export.csv", "commitments/new/",
]  # fmt: skip
OF_MEETING: list[tuple[str, str, dict[str, Any]]] = [
    ("get", "", {}),
    ("get", "edit/", {}),
    ("get", "agenda/", {}),
    ("get", "meeting.ics", {}),
    ("post", "edit/", {"title": "Mine"}),
    ("post", "step/", {"step": "cancel", "why": "Mine", "seen": 1}),
    ("post", "row/", {"thing": "item", "title": "Mine"}),
    ("post", "row/", {"thing": "task", "do": "done", "row": 1}),
    ("post", "members/", {}),
    ("post", "agenda/", {"do": "read", "text": "1. Mine"}),
]
OF_COMMITMENT: list[tuple[str, str, dict[str, Any]]] = [
    ("get", "", {}),
    ("get", "edit/", {}),
    ("post", "edit/", {"title": "Mine", "ours": "on"}),
    ("post", "row/", {"thing": "progress", "day": "2026-01-01", "state": "kept", "text": "Mine"}),
]


@pytest.fixture
def promised(people: People) -> Commitment:
    return commitment(office=Office.objects.get(code="ro-vienna"), visibility="partners")


@pytest.mark.parametrize("who", ["ion", "jan", "nobody"])
@pytest.mark.parametrize(("method", "route", "sent"), OF_MEETING)
def test_outsiders_reach_no_meeting(
    people: People, client_for: ClientFor, expected: Meeting, who: str, method: str, route: str, sent: dict[str, Any]
) -> None:
    Record.objects.filter(pk=expected.pk).update(visibility="partners")
    RecordPlace.objects.create(record=expected.record, place=PlaceFactory(code="MDA"))
    answer = getattr(client_for(people[who]), method)(f"/cooperation/meetings/{expected.pk}/{route}", sent)
    assert answer.status_code == 403 and "Senior Officials" not in answer.content.decode()
    assert not JournalEntry.objects.filter(record_id=expected.pk).exists()


@pytest.mark.parametrize("who", ["ion", "jan", "nobody"])
@pytest.mark.parametrize(("method", "route", "sent"), OF_COMMITMENT)
def test_outsiders_reach_no_commitment(
    people: People, client_for: ClientFor, promised: Commitment, who: str, method: str, route: str, sent: dict[str, Any]
) -> None:
    answer = getattr(client_for(people[who]), method)(f"/cooperation/commitments/{promised.pk}/{route}", sent)
    assert answer.status_code == 403 and "Share figures" not in answer.content.decode()
    assert not JournalEntry.objects.filter(record_id=promised.pk).exists()


@pytest.mark.parametrize("path", GENERAL)
def test_outsiders_do_not_enter(people: People, client_for: ClientFor, client: Client, path: str) -> None:
    for who in ("ion", "jan", "nobody"):
        assert client_for(people[who]).get(f"/cooperation/{path}").status_code == 403
    answer = client.get(f"/cooperation/{path}")
    assert answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]


def test_strangers_are_led_to_the_door(client: Client, expected: Meeting, promised: Commitment) -> None:
    for path in (f"meetings/{expected.pk}/", f"meetings/{expected.pk}/meeting.ics", f"commitments/{promised.pk}/"):
        assert client.get(f"/cooperation/{path}").status_code == 302


def test_what_is_kept_to_another_office_is_not_found(
    people: People, client_for: ClientFor, expected: Meeting, promised: Commitment
) -> None:
    Record.objects.filter(pk__in=(expected.pk, promised.pk)).update(
        visibility="office", office=Office.objects.get(code="chisinau")
    )
    for who, status in (("ana", 404), ("boris", 200), ("fatos", 200)):
        client = client_for(people[who])
        assert client.get(f"/cooperation/meetings/{expected.pk}/").status_code == status
        assert client.get(f"/cooperation/commitments/{promised.pk}/").status_code == status
        shown = client.get("/cooperation/meetings/?show=all").content.decode()
        shown += client.get("/cooperation/commitments/").content.decode()
        shown += client.get("/cooperation/").content.decode()
        assert ("Senior Officials Meeting" in shown) == (status == 200), who
        assert ("Share figures on returns" in client.get("/cooperation/commitments/").content.decode()) == (
            status == 200
        )
    sent = {"title": "Promise", "ours": "on", "meeting": expected.pk}
    assert client_for(people["ana"]).post("/cooperation/commitments/new/", sent).status_code == 422


@pytest.mark.parametrize("who", ["hana", "galina", "boris"])
def test_colleagues_without_the_role_or_office_read_only(
    people: People, client_for: ClientFor, expected: Meeting, promised: Commitment, who: str
) -> None:
    client = client_for(people[who])
    page = client.get(f"/cooperation/meetings/{expected.pk}/").content.decode()
    assert "Senior Officials Meeting" in page and "Add an item" not in page and "Confirm the meeting" not in page
    for method, route, sent in OF_MEETING[1:3] + OF_MEETING[4:]:
        if sent.get("thing") == "task":
            continue
        answer = getattr(client, method)(f"/cooperation/meetings/{expected.pk}/{route}", sent)
        assert answer.status_code == 403, route
    for method, route, sent in OF_COMMITMENT[1:]:
        answer = getattr(client, method)(f"/cooperation/commitments/{promised.pk}/{route}", sent)
        assert answer.status_code == 403, route


def test_search_and_public_questions_answer_colleagues_only(
    people: People, expected: Meeting, promised: Commitment
) -> None:
    moldova = PlaceFactory(code="MDA")
    for who, found in (("fatos", True), ("ana", True), ("ion", False), ("jan", False), ("nobody", False)):
        hits = {hit.title for group in search("senior officials", people[who]) for hit in group.hits}
        hits |= {hit.title for group in search("share figures", people[who]) for hit in group.hits}
        assert bool(hits & {"Senior Officials Meeting", "Share figures on returns"}) == found
        assert bool(queries.of_country(moldova, people[who])) == found
        assert bool(queries.commitments_of(moldova, people[who])) == found
        assert expected.mechanism is not None
        assert bool(queries.of_mechanism(expected.mechanism, people[who])) == found


def test_what_stands_beside_is_kept_too_and_not_lost(
    people: People, client_for: ClientFor, expected: Meeting, prague: Mechanism
) -> None:
    """A mechanism and a meeting that are kept to another office are not named on what hangs on them, and stay when it is changed."""
    tirana = people["ana"].standing[0].office
    promised = commitment("Our promise", meeting=expected, mechanism=prague, office=tirana, owner=people["ana"])
    later = meeting(prague, title="Later meeting", previous=expected, office=tirana, day=SOON)
    away = Office.objects.get(code="chisinau")
    Record.objects.filter(pk__in=(expected.pk, prague.pk)).update(visibility="office", office=away)
    ana, boris = client_for(people["ana"]), client_for(people["boris"])
    paths = [
        f"commitments/{promised.pk}/", "commitments/", "commitments/export.csv", f"meetings/{later.pk}/", "meetings/",
        "meetings/export.csv", "calendar/?view=list", f"meetings/{later.pk}/meeting.ics", f"meetings/{later.pk}/edit/",
        f"commitments/{promised.pk}/edit/", "",
    ]  # fmt: skip
    for path in paths:
        for client, sees in ((ana, False), (boris, True)):
            answer = client.get(f"/cooperation/{path}")
            if sees and answer.status_code == 403:
                continue
            content = b"".join(answer) if answer.streaming else answer.content
            page = content.decode()
            assert answer.status_code == 200, path
            named = "Senior Officials Meeting" in page or "Prague Process" in page or ">PP<" in page
            assert not named or sees, path
    sent = {"title": "Better promise", "responsible": "Ministry", "seen": 1}
    assert ana.post(f"/cooperation/commitments/{promised.pk}/edit/", sent).status_code == 302
    promised.refresh_from_db()
    assert (promised.meeting, promised.mechanism) == (expected, prague) and promised.record.title == "Better promise"
    begun = {"title": "Later", "kind": "senior", "starts": SOON.isoformat(), "seen": 1}
    assert ana.post(f"/cooperation/meetings/{later.pk}/edit/", begun).status_code == 302
    later.refresh_from_db()
    assert later.mechanism == prague
