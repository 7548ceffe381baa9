"""The page skeleton, its notices, its headers, and the pages shown when something is refused or breaks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from migov.foundation.shell import context, formats
from tests.factories import RecordFactory

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]


@pytest.fixture
def emil(people: dict[str, Any], client_for: ClientFor) -> Client:
    return client_for(people["emil"])


def test_a_page_has_its_landmarks_and_one_heading(emil: Client) -> None:
    page = emil.get("/components/").content.decode()
    for part in (
        '<a class="skip" href="#main">',
        '<main id="main"',
        '<footer class="foot">',
        'role="search"',
        '<html lang="en',
    ):
        assert part in page
    assert page.count("<h1") == 1
    assert "<title>GCM 10 · migov</title>" in page


def test_no_page_carries_script_or_style_inside(emil: Client) -> None:
    for path in (
        "/components/",
        "/search/?q=ab",
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/nothing",
        "/accounts/email/",
    ):
        page = emil.get(path, follow=True).content.decode()
        assert not re.search(r"\sstyle\s*=", page), path
        assert not re.search(r"\son\w+\s*=\s*[\"']", page), path
        assert "<style" not in page, path
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
            assert not body.strip() or 'type="application/json"' in attributes, path


def test_the_policy_refuses_inline_script_and_other_hosts(emil: Client) -> None:
    policy = emil.get("/components/")["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "script-src 'self'" in policy


def test_no_page_or_file_of_the_shell_names_another_host(emil: Client) -> None:
    shell = files("migov.foundation.shell")
    texts = [emil.get("/components/").content.decode()]
    texts += [file.read_text() for folder in ("css", "js") for file in (shell / "static" / "shell" / folder).iterdir()]
    for text in texts:
        assert set(re.findall(r"https?://[^\"'\s)]+", text)) <= {"http://www.w3.org/2000/svg"}


def test_the_illustrative_portfolio_is_named_on_every_page(emil: Client) -> None:
    assert "Illustrative portfolio." not in emil.get("/components/").content.decode()
    RecordFactory(illustrative=True)
    context.forget()
    page = emil.get("/components/").content.decode()
    assert "Illustrative portfolio." in page
    assert "no figure in it is real" in page


def test_whether_it_is_illustrative_is_asked_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("migov.foundation.shell.context.time.monotonic", lambda: now)
    assert not context.illustrative()
    RecordFactory(illustrative=True)
    assert not context.illustrative()
    now += context.REMEMBER_SECONDS + 1
    assert context.illustrative()


def test_a_fragment_pays_for_nothing(people: dict[str, Any], django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    request.user = people["emil"]
    with django_assert_num_queries(0):
        engines["django"].from_string("<p>{{ 1|number }}</p>").render({}, request)


def test_footnote_and_disclaimer_are_the_texts_kept_with_the_places(emil: Client) -> None:
    notes = tomllib.loads((files("migov.foundation.places") / "data" / "notes.toml").read_text(encoding="utf-8"))
    page = emil.get("/components/").content.decode()
    assert notes["kosovo_footnote"] == formats.KOSOVO_NOTE
    assert notes["kosovo_footnote"] in page
    assert notes["map_disclaimer"] in page


def test_messages_are_shown_once(emil: Client) -> None:
    answer = emil.post("/accounts/password/change/", {"oldpassword": "wrong", "password1": "x", "password2": "y"})
    assert "field-wrong" in answer.content.decode()
    answer = emil.post(
        "/accounts/password/change/",
        {"oldpassword": "correct horse battery", "password1": "staple staple 77", "password2": "staple staple 77"},
        follow=True,
    )
    assert "Password successfully changed." in answer.content.decode()
    assert "Password successfully changed." not in emil.get("/components/").content.decode()


def test_a_refusal_says_why_and_whom_to_ask(emil: Client, settings: Settings) -> None:
    answer = emil.get("/refused/")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Only the M&amp;E officer verifies values." in page
    assert "signed in as <strong>emil</strong>" in page
    assert "Ask an administrator of your office" in page
    settings.MIGOV_CONTACT = "helpdesk@example.org"
    assert "Ask helpdesk@example.org" in emil.get("/refused/").content.decode()


def test_a_missing_page_offers_the_search(emil: Client, client: Client) -> None:
    answer = emil.get("/no-such-page/")
    assert answer.status_code == 404
    assert 'href="/search/"' in answer.content.decode()
    assert 'href="/search/"' not in client.get("/no-such-page/").content.decode()


def test_an_error_page_needs_neither_database_nor_context(emil: Client, django_assert_num_queries: Any) -> None:
    emil.raise_request_exception = False
    assert emil.get("/broken/").status_code == 500
    with django_assert_num_queries(0):
        page = engines["django"].get_template("500.html").render()
    assert "Something broke on our side" in page
    assert "djlint" not in page


def test_a_bad_request_is_explained() -> None:
    assert "Nothing was changed." in engines["django"].get_template("400.html").render()


def test_a_form_without_its_key_is_explained(people: dict[str, Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "emil", "password": "correct horse battery"})
    assert answer.status_code == 403
    assert "This form was open too long" in answer.content.decode()
