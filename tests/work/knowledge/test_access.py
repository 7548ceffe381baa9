"""Who may see, write and validate lessons: one table over people and doors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.foundation.records.models import Visibility
from migov.work.knowledge import actions, queries
from migov.work.knowledge.drafts import WrongDraft, draft_of
from migov.work.knowledge.models import Lesson, State
from tests.work.knowledge.makers import draft, lesson

People = dict[str, User]
ClientFor = Callable[[Any], Client]
OUTSIDERS = ("ion", "jan", "nobody")
COLLEAGUES = ("ana", "boris", "carla", "dora", "emil", "fatos", "galina", "hana", "kim")


@pytest.fixture
def hers(people: People) -> Lesson:
    """A proposed lesson that Ana wrote in Tirana, for all offices."""
    return actions.add(draft(office="tirana"), by=people["ana"])


VERBS: dict[str, tuple[Callable[[Lesson, User], Any], set[str]]] = {
    "add": (lambda made, by: actions.add(draft(office=_office(by)), by=by), set(COLLEAGUES)),
    "change": (
        lambda made, by: actions.change(made, replace(draft_of(made), context="More"), by=by), {"ana", "emil", "kim"},
    ),
    "withdraw": (lambda made, by: actions.move(made, "withdraw", by=by, reason="Twice"), {"ana", "emil", "kim"}),
    "validate": (lambda made, by: actions.move(made, "validate", by=by), {"emil", "kim"}),
    "return": (lambda made, by: actions.move(made, "return", by=by, reason="Vague"), {"emil", "kim"}),
}  # fmt: skip


def _office(user: User) -> str:
    return str(next((one.office.code for one in user.standing), "ro-vienna"))


@pytest.mark.parametrize("who", [*COLLEAGUES, *OUTSIDERS])
@pytest.mark.parametrize("verb", VERBS)
def test_verbs(people: People, hers: Lesson, verb: str, who: str) -> None:
    deed, may = VERBS[verb]
    if who in may:
        deed(hers, people[who])
        return
    with pytest.raises((PermissionDenied, WrongDraft)):
        deed(hers, people[who])
    assert Lesson.objects.get(pk=hers.pk).state == State.PROPOSED


SEEN: dict[tuple[str, str], set[str]] = {
    (Visibility.PUBLIC, "MDA"): {*COLLEAGUES, "ion", "jan"},
    (Visibility.PUBLIC, "ALB"): {*COLLEAGUES, "jan"},
    (Visibility.PARTNERS, "MDA"): {*COLLEAGUES, "ion"},
    (Visibility.PARTNERS, "ALB"): {*COLLEAGUES},
    (Visibility.INTERNAL, "MDA"): {*COLLEAGUES},
    (Visibility.OFFICE, "MDA"): {*COLLEAGUES} - {"boris"},
}


@pytest.mark.parametrize(("audience", "place"), SEEN)
def test_pages_lists_and_files_show_validated_lessons_to_these(
    people: People, client_for: ClientFor, audience: str, place: str
) -> None:
    made = lesson(office="tirana", places=[place], audience=audience)
    for who in (*COLLEAGUES, "ion", "jan"):
        client, seen = client_for(people[who]), who in SEEN[audience, place]
        assert client.get(f"/lessons/{made.pk}/").status_code == (200 if seen else 404), who
        assert (made.record.title in client.get("/lessons/").content.decode()) is seen, who
        sent = b"".join(client.get("/lessons/export.csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert (made.record.title in sent) is seen, who


def test_people_without_a_role_are_refused_and_strangers_asked_to_sign_in(
    people: People, client_for: ClientFor
) -> None:
    made = lesson(audience=Visibility.PUBLIC)
    for path in (
        "/lessons/",
        "/lessons/export.csv",
        f"/lessons/{made.pk}/",
        f"/lessons/{made.pk}/edit/",
        "/lessons/new/",
    ):
        assert client_for(people["nobody"]).get(path).status_code == 403, path
        assert Client().get(path).status_code == 302, path


@pytest.mark.parametrize("who", ["ion", "jan"])
def test_outsiders_write_nothing(people: People, client_for: ClientFor, who: str) -> None:
    made = lesson(audience=Visibility.PUBLIC, places=["MDA"])
    client = client_for(people[who])
    assert client.get("/lessons/new/").status_code == 403
    assert client.get(f"/lessons/{made.pk}/edit/").status_code == 403
    assert client.post(f"/lessons/{made.pk}/step/", {"step": "retire", "reason": "x"}).status_code == 403
    page = client.get(f"/lessons/{made.pk}/").content.decode()
    assert "Proposed by" not in page and ">History<" not in page and "Retire" not in page


def test_what_waits_is_what_one_may_validate(people: People, hers: Lesson) -> None:
    lesson(state=State.PROPOSED, by=people["emil"])
    for who in COLLEAGUES:
        user = people[who]
        may = {one.pk for one in queries.lessons_for(user) if access.allowed(user, "lessons.validate", one.record)
               and one.state == State.PROPOSED}  # fmt: skip
        assert {one.pk for one in queries.waiting_for(user)} == may, who
