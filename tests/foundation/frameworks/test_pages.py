"""The pages of frameworks, who may open them, and what can be taken away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils.safestring import mark_safe
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.frameworks import panels
from migov.foundation.frameworks.actions import load_pack
from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import SYSTEM
from tests.factories import element
from tests.foundation.frameworks.packing import TOML, write_pack

pytestmark = pytest.mark.django_db

PAGES = ["/frameworks/", "/frameworks/gcm/", "/frameworks/gcm/10/", "/frameworks/gcm.csv", "/frameworks/gcm.jsonld"]
Browser = Callable[[object], Client]


@pytest.mark.parametrize("page", PAGES)
def test_only_people_with_a_role_see_frameworks(page: str, people: dict, client_for: Browser, client: Client) -> None:
    assert client.get(page).status_code == 302
    assert client_for(people["nobody"]).get(page).status_code == 403
    for name in ("ana", "ion", "jan", "hana"):
        assert client_for(people[name]).get(page).status_code == 200


@pytest.mark.parametrize(
    "page", ["/frameworks/none/", "/frameworks/gcm/99/", "/frameworks/none.csv", "/frameworks/none.jsonld"]
)
def test_what_is_not_there_is_not_found(page: str, people: dict, client_for: Browser) -> None:
    assert client_for(people["ana"]).get(page).status_code == 404


def test_pages_change_nothing(people: dict, client_for: Browser) -> None:
    assert all(client_for(people["kim"]).post(page).status_code == 405 for page in PAGES)


def test_the_list_says_what_each_framework_is(people: dict, client_for: Browser) -> None:
    html = client_for(people["ana"]).get("/frameworks/").content.decode()
    assert "Global Compact for Safe, Orderly and Regular Migration" in html
    assert "to be checked against the official text" in html
    assert "23 × objective" in html


def test_the_tree_can_be_filtered(people: dict, client_for: Browser) -> None:
    client = client_for(people["ana"])
    html = client.get("/frameworks/sdg/", {"q": "10.7"}).content.decode()
    assert "/frameworks/sdg/10.7/" in html and "/frameworks/sdg/14.1/" not in html
    html = client.get("/frameworks/sdg/", {"migration": "1"}).content.decode()
    assert "/frameworks/sdg/10.7/" in html and "/frameworks/sdg/14.1/" not in html
    assert "Nothing here has these words" in client.get("/frameworks/sdg/", {"q": "zzz"}).content.decode()
    assert "Only what migration" not in client.get("/frameworks/gcm/").content.decode()


def test_an_element_shows_its_links_in_words(people: dict, client_for: Browser) -> None:
    html = client_for(people["ana"]).get("/frameworks/gcm/10/").content.decode()
    assert "match" in html and "Our own link" in html and "/frameworks/sdg/" in html
    assert "/frameworks/gcm/9/" in html and "/frameworks/gcm/11/" in html


def test_an_element_to_be_checked_says_so(people: dict, client_for: Browser) -> None:
    html = client_for(people["ana"]).get("/frameworks/mcof/S1/").content.decode()
    assert "to be checked against the official text" in html


def test_words_of_a_pack_are_never_markup(people: dict, client_for: Browser, tmp_path: Path) -> None:
    rows = "code,parent,kind,title,scope,text,terms\n1,,goal,<script>x</script>,<b>,<i>,<u>\n"
    load_pack(write_pack(tmp_path, rows), by=SYSTEM)
    html = client_for(people["ana"]).get("/frameworks/tiny/1/").content.decode()
    assert "&lt;script&gt;x" in html
    assert not any(markup in html for markup in ("<script>x", "<b>", "<i>", "<u>"))


@pytest.fixture
def no_panels(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(panels, "_PANELS", [])
    yield


def test_higher_rooms_add_panels(no_panels: None, people: dict, client_for: Browser) -> None:
    def contributors(request: object, shown: Element) -> str:
        return mark_safe(f"<p>who works on {shown.code}</p>")  # noqa: S308

    panels.register(contributors)
    panels.register(contributors)
    panels.register(lambda request, shown: None, order=1)
    html = client_for(people["ana"]).get("/frameworks/gcm/10/").content.decode()
    assert html.count("<p>who works on 10</p>") == 1


def test_the_csv_of_a_framework_can_be_loaded_again(people: dict, client_for: Browser, tmp_path: Path) -> None:
    response = client_for(people["ana"]).get("/frameworks/migof.csv")
    content = b"".join(response.streaming_content)
    assert response["Content-Type"].startswith("text/csv") and content.startswith(b"\xef\xbb\xbf")
    toml = TOML.replace('"tiny"', '"migof"').replace('["goal"]', '["principle", "objective"]')
    before = list(Element.objects.filter(framework__code="migof").values())
    load_pack(write_pack(tmp_path, content, toml=toml), by=SYSTEM)
    assert list(Element.objects.filter(framework__code="migof").values()) == before


def test_a_cell_that_looks_like_a_formula_is_disarmed(people: dict, client_for: Browser) -> None:
    Element.objects.filter(pk=element("10").pk).update(title="=cmd()")
    words = b"".join(client_for(people["ana"]).get("/frameworks/gcm.csv").streaming_content).decode("utf-8-sig")
    assert next(row for row in csv.DictReader(io.StringIO(words)) if row["code"] == "10")["title"] == "'=cmd()"


def test_skos_has_every_concept_with_its_matches(people: dict, client_for: Browser) -> None:
    response = client_for(people["ana"]).get("/frameworks/gcm.jsonld")
    graph = json.loads(response.content)["@graph"]
    assert graph[0]["@type"] == "skos:ConceptScheme" and len(graph) == 34
    ten = next(concept for concept in graph if concept.get("skos:notation") == "10")
    assert ten["@id"] == "http://testserver/frameworks/gcm/10/"
    matches = [uri for name, ends in ten.items() if name.endswith("Match") for uri in ends]
    assert any("/frameworks/migof/" in uri for uri in matches) and any("/frameworks/sdg/" in uri for uri in matches)


def test_pages_ask_few_questions(
    people: dict, client_for: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(people["ana"])
    for page, most in (("/frameworks/", 12), ("/frameworks/sdg/", 12), ("/frameworks/gcm/10/", 19)):
        with django_assert_max_num_queries(most):
            client.get(page)
