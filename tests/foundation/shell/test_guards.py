"""What holds for every request: no NUL characters, nothing private kept by browsers, the policy on refusals too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]


@pytest.mark.parametrize("address", ["/%00/", "/components/%00", "/chart%00.svg"])
def test_a_path_with_a_null_character_is_refused(address: str, people: dict[str, Any], client_for: ClientFor) -> None:
    assert client_for(people["hana"]).get(address).status_code == 400


@pytest.mark.parametrize("address", ["/components/", "/chart.svg", "/refused/", "/nowhere/"])
def test_what_a_person_sees_is_kept_by_no_browser(address: str, people: dict[str, Any], client_for: ClientFor) -> None:
    assert client_for(people["hana"]).get(address)["Cache-Control"] == "private, no-store"


def test_a_stranger_is_redirected_as_before(client: Client) -> None:
    answer = client.get("/components/")
    assert answer.status_code == 302
    assert not answer.has_header("Cache-Control")


def test_refusals_before_any_room_carry_the_policy(client: Client) -> None:
    for answer in (client.get("/", HTTP_HOST="evil.example"), client.get("/%00/")):
        assert answer.status_code == 400
        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"


def test_who_sends_a_form_when_the_session_has_ended_comes_back_to_its_page(client: Client) -> None:
    answer = client.post("/refused/", HTTP_REFERER="http://testserver/components/?page=2")
    assert answer["Location"] == "/accounts/login/?next=/components/%3Fpage%3D2"


@pytest.mark.parametrize("referer", ["https://evil.example/components/", "", "http://[::1/components/"])
def test_a_page_of_somebody_else_is_not_come_back_to(referer: str, client: Client) -> None:
    answer = client.post("/refused/", HTTP_REFERER=referer)
    assert answer["Location"] == "/accounts/login/?next=/refused/"


def test_a_request_from_within_a_page_is_told_that_its_sender_is_signed_out(client: Client) -> None:
    answer = client.post("/refused/", HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer.content) == (401, b"You are signed out.")
