"""Who may see and change the text of a proposal, address by address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from migov.foundation.people.models import User
from migov.work.proposals.models import Edition
from tests.factories import element
from tests.work.proposals.test_writing_pages import aside, url
from tests.work.proposals.writers import Desk, desk

ClientFor = Callable[[Any], Client]


@pytest.fixture
def at(people: dict[str, User]) -> Desk:
    return desk(people)


def _routes(at: Desk) -> dict[str, tuple[str, str, dict[str, Any]]]:
    kept = aside(at)
    edition = Edition.objects.create(section=at.row(), text="Earlier.", revision=99, saved_at=timezone.now())
    save = {"text": "By an outsider.", "revision": "1", "token": "t"}
    return {
        "text": ("get", url(at, "text"), {}),
        "section": ("get", url(at), {}),
        "save plainly": ("post", url(at), save),
        "save": ("post", url(at, "section-save"), save),
        "leave": ("post", url(at, "section-save"), {"leave": "1"}),
        "open": ("post", url(at, "section-open"), {"token": "t"}),
        "state": ("get", url(at, "section-state"), {}),
        "take": ("post", url(at, "section-take"), {"token": "t"}),
        "editions": ("get", url(at, "section-editions"), {}),
        "restore": ("post", url(at, "section-restore", edition.pk), {}),
        "aside": ("get", url(at, "aside", kept.pk), {}),
        "settle": ("post", url(at, "aside", kept.pk), {"choice": "mine", "revision": "1"}),
        "elements": ("post", url(at, "section-elements"), {"text": "x"}),
        "declare": ("post", url(at, "section-declare"), {"element": str(element("10").pk)}),
        "similar": ("get", url(at, "section-similar"), {}),
    }


READING = {"text", "section", "state", "editions", "elements", "similar"}


@pytest.mark.parametrize("who", ["nobody", "ion", "jan"])
def test_people_from_outside_find_nothing(at: Desk, people: dict[str, User], client_for: ClientFor, who: str) -> None:
    client = client_for(people[who])
    for name, (method, where, data) in _routes(at).items():
        assert getattr(client, method)(where, data).status_code in (403, 404), name
    assert at.row().text == "Guards are trained each year."


def test_who_is_not_signed_in_is_sent_to_sign_in(at: Desk) -> None:
    for name, (method, where, data) in _routes(at).items():
        answer = getattr(Client(), method)(where, data)
        assert answer.status_code == 302, name
        assert "/accounts/login/" in answer["Location"]


def test_another_office_reads_and_does_not_write(at: Desk, people: dict[str, User], client_for: ClientFor) -> None:
    client = client_for(people["boris"])
    for name, (method, where, data) in _routes(at).items():
        assert getattr(client, method)(where, data).status_code == (200 if name in READING else 403), name
    page = client.get(url(at)).content.decode()
    assert "Guards are trained each year." in page
    assert "<textarea" not in page
    assert at.row().text == "Guards are trained each year."


def test_an_office_does_not_see_what_another_keeps_to_itself(people: dict[str, User], client_for: ClientFor) -> None:
    at = desk(people, visibility="office")
    for name, (method, where, data) in _routes(at).items():
        assert getattr(client_for(people["boris"]), method)(where, data).status_code == 404, name
