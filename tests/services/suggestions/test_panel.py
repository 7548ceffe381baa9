"""The matcher in the panel of a record: one button, what it said, and nothing for people who may not see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.people.models import Office
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignment
from migov.services.alignment.models import Alignment
from migov.services.suggestions.actions import suggest
from tests.factories import element, project, result
from tests.services.suggestions.conftest import PredictableMatcher

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def record(people: dict[str, Any], reader: PredictableMatcher) -> Record:
    """A project of Tirana that two governments could see."""
    return project(
        office=Office.objects.get(code="tirana"), visibility="partners", places={"ALB": 50, "MDA": 50},
        title="Referral", summary="Victims of <b>trafficking</b> are found.",
    ).record  # fmt: skip


def address(record: Record) -> str:
    return reverse("suggestions:suggest", args=[record.pk])


def page(record: Record) -> str:
    return reverse("alignment:record", args=[record.pk])


def test_one_button_proposes_and_shows_the_words_in_their_sentence(
    record: Record, people: dict, client_for: Browser
) -> None:
    client = client_for(people["ana"])
    html = client.get(page(record)).content.decode()
    assert "Not read yet" in html and 'data-key="m"' in html
    html = client.post(address(record), **HTMX).content.decode()
    assert html.strip().startswith('<section id="alignments"') and "<html" not in html
    assert "2 elements are proposed." in html
    assert "Victims of &lt;b&gt;<mark>trafficking</mark>&lt;/b&gt; are found." in html
    assert "Very likely fits" in html and "92 %" in html.replace("\xa0", " ") and "Suggested by gcm test 1." in html
    assert html.count('data-key="c"') == 2 == html.count('data-key="x"')


def test_nothing_fits_is_said_with_the_best_guess(
    people: dict, reader: PredictableMatcher, client_for: Browser
) -> None:
    record = project(title="Housing").record
    client = client_for(people["carla"])
    html = client.post(address(record), {"framework": "gcm"}, **HTMX).content.decode().replace("\xa0", " ")
    assert "Nothing fits in: GCM." in html and "Closest:" in html and "GCM 15 ·" in html
    assert "less likely than not (35 %)" in html
    html = client.get(page(record)).content.decode().replace("\xa0", " ")
    assert "Nothing fits." in html and "GCM 15 ·" in html and "less likely than not (35 %)" in html


def test_the_language_is_told(people: dict, reader: PredictableMatcher, client_for: Browser) -> None:
    record = project(title="La traite: trafficking").record
    html = client_for(people["carla"]).post(address(record), **HTMX).content.decode()
    assert "Read in French; the matcher knows English best." in html


def test_a_text_that_could_not_be_read_is_not_said_to_fit_nothing(
    people: dict, reader: PredictableMatcher, client_for: Browser
) -> None:
    record = project(title="La traite").record
    html = client_for(people["carla"]).post(address(record), {"framework": "gcm"}, **HTMX).content.decode()
    assert "Could not be read." in html and "Nothing fits" not in html and "Closest:" not in html
    html = client_for(people["carla"]).get(reverse("suggestions:backlog") + "?framework=gcm").content.decode()
    assert "could not read this text" in html and "Nothing fits" not in html


def test_the_button_stands_above_the_alignments(record: Record, people: dict, client_for: Browser) -> None:
    """What is below may be several screens long."""
    html = client_for(people["ana"]).post(address(record), **HTMX).content.decode()
    assert html.index("are proposed.") < html.index("What the matcher says") < html.index("not yet decided")


def test_a_weak_suggestion_says_why_it_is_shown_and_none_is_certain(
    record: Record,
    people: dict,
    reader: PredictableMatcher,
    client_for: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.services.suggestions.conftest.THRESHOLD", 0.4)
    reader.words = {"trafficking": {"gcm": {"10": 0.9999}, "migof": {"P1": 0.45}}}
    html = client_for(people["ana"]).post(address(record), **HTMX).content.decode().replace("\xa0", " ")
    assert "over 99 %" in html and "100 %" not in html
    assert html.count("shown from 40 % on, so that little is missed") == 1


def test_without_script_it_comes_back_to_the_alignments(record: Record, people: dict, client_for: Browser) -> None:
    response = client_for(people["ana"]).post(address(record), {"framework": "gcm"})
    assert (response.status_code, response["Location"]) == (302, page(record))
    assert [str(message) for message in get_messages(response.wsgi_request)] == ["1 element is proposed."]
    response = client_for(people["ana"]).post(address(record), {"framework": "gcm"})
    assert "Nothing new" in str(next(iter(get_messages(response.wsgi_request))))


def test_what_cannot_be_read_is_said(people: dict, reader: PredictableMatcher, client_for: Browser) -> None:
    html = client_for(people["carla"]).post(address(project(title=" ").record), **HTMX).content.decode()
    assert "note-bad" in html and "There is no text to read here yet" in html


def test_all_decided_is_said(record: Record, people: dict, client_for: Browser) -> None:
    for code, framework in (("10", "gcm"), ("P1", "migof")):
        alignment.declare(record, element(code, framework), by=people["ana"])
    html = client_for(people["ana"]).post(address(record), **HTMX).content.decode()
    assert "Everything is decided here already" in html


def test_results_have_it_too_and_other_reasons_still_show(
    people: dict, reader: PredictableMatcher, client_for: Browser
) -> None:
    part = result(project(title="Whole"), "Border guards are trained").record
    alignment.propose(part, element("23"), origin="sector", source="DAC 15190", reasons=["The purpose code says so"])
    html = client_for(people["carla"]).post(address(part), {"framework": "gcm"}, **HTMX).content.decode()
    assert "<mark>Border</mark> guards are trained" in html
    assert "The purpose code says so" in html and "DAC 15190" in html


def test_colleagues_who_may_not_decide_see_what_it_said_but_no_buttons(
    record: Record, people: dict, client_for: Browser
) -> None:
    suggest(record, by=people["ana"])
    for who in ("galina", "hana", "boris"):
        html = client_for(people[who]).get(page(record)).content.decode()
        assert "What the matcher says" in html and "<mark>trafficking</mark>" in html
        panel = html.split('id="alignments"')[1].split("</main>")[0]
        assert "<button" not in panel and 'tabindex="0"' not in panel


def test_people_from_outside_see_nothing_of_it(record: Record, people: dict, client_for: Browser) -> None:
    suggest(record, by=people["ana"])
    html = client_for(people["ion"]).get(page(record)).content.decode()
    for words in ("matcher", "Matcher", "<mark>", "GCM 10", "MiGOF P1"):
        assert words not in html, words


def test_only_those_who_declare_alignments_may_ask(
    record: Record, people: dict, client_for: Browser, client: Client
) -> None:
    assert "/accounts/login/" in client.post(address(record))["Location"]
    for who, status in {"nobody": 404, "jan": 404, "ion": 403, "boris": 403, "galina": 403, "hana": 403}.items():
        assert client_for(people[who]).post(address(record)).status_code == status, who
    elsewhere = project(visibility="partners", places={"ALB": 100}).record
    assert client_for(people["ion"]).post(address(elsewhere)).status_code == 404
    assert client_for(people["ana"]).get(address(record)).status_code == 405
    assert not Alignment.objects.exists()


def test_the_panel_costs_few_queries(
    record: Record, people: dict, client_for: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    suggest(record, by=people["ana"])
    client = client_for(people["ana"])
    client.get(page(record))
    with django_assert_max_num_queries(14):
        client.get(page(record))
