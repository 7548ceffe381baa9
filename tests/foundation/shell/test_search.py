"""The search page: it asks the rooms, groups what they find, and shows only what they say the viewer may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.test import Client

from migov.foundation.people.access import is_internal
from migov.foundation.shell import search
from migov.foundation.shell.search import Hit

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]


def projects(query: str, user: Any, limit: int) -> Iterable[Hit]:
    if is_internal(user):
        for n in range(limit):
            yield Hit(f"Project {n} on {query}", f"/portfolio/{n}/", "Projects", "Tirana, active")


def places(query: str, user: Any, limit: int) -> Iterable[Hit]:
    return [Hit("Moldova", "/countries/MDA/", "Countries")]


def test_hits_are_grouped_by_kind(people: dict[str, Any], client_for: ClientFor) -> None:
    search.register(projects)
    search.register(places)
    page = client_for(people["emil"]).get("/search/", {"q": "traffic"}).content.decode()
    assert page.index("Projects</h2>") < page.index("Countries</h2>")
    assert "Project 7 on traffic" in page
    assert "Project 8 on traffic" not in page
    assert "Tirana, active" in page
    assert 'href="?q=traffic&amp;kind=Projects"' in page


def test_one_kind_can_be_seen_in_full(people: dict[str, Any], client_for: ClientFor) -> None:
    search.register(projects)
    search.register(places)
    page = client_for(people["emil"]).get("/search/", {"q": "traffic", "kind": "Projects"}).content.decode()
    assert "Project 99 on traffic" in page
    assert "Moldova" not in page
    assert "There are more." in page


def test_the_viewer_is_handed_to_the_rooms(people: dict[str, Any], client_for: ClientFor) -> None:
    search.register(projects)
    page = client_for(people["nobody"]).get("/search/", {"q": "traffic"}).content.decode()
    assert "Nothing found." in page


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    search.register(projects)
    answer = client.get("/search/", {"q": "traffic"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_one_letter_asks_nobody(people: dict[str, Any], client_for: ClientFor) -> None:
    def never(query: str, user: Any, limit: int) -> Iterable[Hit]:
        raise AssertionError("asked")

    search.register(never)
    for query in ("", " ", "a", " a "):
        assert "at least two letters" in client_for(people["emil"]).get("/search/", {"q": query}).content.decode()


def test_odd_queries_do_no_harm(people: dict[str, Any], client_for: ClientFor) -> None:
    search.register(projects)
    client = client_for(people["emil"])
    for query in ("\x00traffic", "<script>alert(1)</script>", "%%%", "x" * 5000, "\u202e", "'\";--"):
        answer = client.get("/search/", {"q": query})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_a_provider_registered_twice_answers_once() -> None:
    search.register(places)
    search.register(places)
    assert [len(group.hits) for group in search.search("mol", None)] == [1]


def test_the_page_itself_asks_little_of_the_database(
    people: dict[str, Any], client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    search.register(projects)
    client = client_for(people["emil"])
    client.get("/search/", {"q": "traffic"})
    with django_assert_max_num_queries(4):
        client.get("/search/", {"q": "traffic"})
