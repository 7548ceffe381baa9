"""The pages of learned models: the card in words and figures, and the buttons for those who may."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.frameworks.models import Framework
from migov.foundation.records.models import Record
from migov.services.alignment import reading
from migov.services.jobs.models import Job
from migov.services.suggestions import cards, learning, shelf
from migov.services.suggestions.models import ModelVersion
from tests.services.suggestions.taught import (
    ACTIVE,
    BEFORE,
    FIGURES,
    REFUSED,
    RETIRED,
    Engine,
    decide,
    decide_enough,
    version,
)

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine()
    monkeypatch.setattr(learning, "_learn", made.learn)
    monkeypatch.setattr(learning, "_compare", made.compare)
    return made


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record says its title, whatever readers its room has registered."""

    def titles(records: Iterable[Record]) -> dict[int, str]:
        return dict(Record.objects.filter(pk__in=[record.pk for record in records]).values_list("pk", "title"))

    monkeypatch.setattr("migov.services.suggestions.sources.texts_of", titles)


@pytest.fixture
def gcm() -> Framework:
    return Framework.objects.get(code="gcm")


# The card in words


def test_a_good_model_can_be_trusted_at_a_glance(gcm: Framework) -> None:
    told = cards.verdict(version(gcm, 1, ACTIVE))
    assert (told.words, told.tone, told.doubts) == ("Can be trusted", "good", ())
    assert told.because == "Of 10 elements it proposes, about 9 are right."


@pytest.mark.parametrize(
    ("card", "doubt"),
    [
        ({"held_out": 12}, "Only 12 decisions were held out"),
        ({"learned": FIGURES | {"precision": 0.6}}, "than it aims at"),
        ({"learned": FIGURES | {"ece": 0.2}}, "off by 20.0\xa0% on average; at most 10\xa0% would be good"),
        (
            {"learned": FIGURES | {"ece": 0.095}},
            "further off than the base model's: by 9.5\xa0% on average instead of 9.0\xa0%",
        ),
        ({"learned": {}}, "not known how many"),
        ({"learned": None, "held_out": None}, "not known how far"),
    ],
)
def test_doubts_are_said_in_words(gcm: Framework, card: dict[str, Any], doubt: str) -> None:
    told = cards.verdict(version(gcm, 1, ACTIVE, **card))
    assert told.words == "Use with care" and any(doubt in words for words in told.doubts), told.doubts


def test_figures_before_and_after_say_which_is_better() -> None:
    rows = {row.measure.key: row for row in cards.rows({"base": BEFORE, "learned": FIGURES | {"brier": 0.2}})}
    assert rows["macro_f1"].change == rows["ece"].change == "better"
    assert rows["brier"].change == "worse" and rows["p_at_1"].change == "same"
    assert cards.rows({}) == cards.bins({}) == []


def test_what_is_shown_as_the_same_is_not_called_better() -> None:
    (row,) = cards.rows({"base": {"macro_f1": 0.6651}, "learned": {"macro_f1": 0.6654}})
    assert (row.shown_before, row.shown_after, row.change) == ("66.5\xa0%", "66.5\xa0%", "same")
    level = {"base": {"ece": 0.0901}, "learned": {"ece": 0.0904}}
    assert cards.miscalibrated(level) == []


@pytest.mark.parametrize(
    ("exact", "words"),
    [
        ("gcm base 1", "migov's model for GCM"),
        ("gcm base 1 + sentences, learned 3", "migov's model for GCM, with sentence meaning, learned 3"),
        ("generic base 1 + sentences", "migov's general model, with sentence meaning"),
        ("generic base 2, learned 12", "migov's general model, learned 12"),
        ("somebody else's model", "somebody else's model"),
        ("", ""),
    ],
)
def test_models_have_names_for_people(exact: str, words: str) -> None:
    assert reading.model_words(exact) == words
    assert reading.model_words("sdg base 1", "SDGs") == "migov's model for SDGs"


# The pages

PAGES = ["models", "model", "reliability"]


def address(name: str, of: ModelVersion) -> str:
    arguments: dict[str, list[Any]] = {"models": [], "model": [of.pk], "reliability": [of.pk, "svg"], "use": [of.pk]}
    return reverse(f"suggestions:{name}", args=arguments.get(name, [of.framework.code]))


@pytest.mark.parametrize("name", PAGES)
def test_colleagues_see_the_models_and_nobody_else_does(
    people: dict, gcm: Framework, client_for: Browser, client: Client, name: str
) -> None:
    page = address(name, version(gcm, 1, ACTIVE))
    assert client.get(page).status_code == 302
    for who in ("nobody", "ion", "jan"):
        assert client_for(people[who]).get(page).status_code == 403, who
    for who in ("ana", "galina", "emil"):
        assert client_for(people[who]).get(page).status_code == 200, who


@pytest.mark.parametrize("name", ["train", "use", "base"])
def test_the_buttons_work_only_for_those_who_may(
    people: dict, gcm: Framework, client_for: Browser, client: Client, engine: Engine, name: str
) -> None:
    decide_enough(people["carla"])
    old = version(gcm, 1, RETIRED)
    page = address(name, old)
    assert client.post(page).status_code == 302 and not Job.objects.exists()
    for who in ("nobody", "ion", "jan", "ana", "carla"):
        assert client_for(people[who]).post(page).status_code == 403, who
    assert client_for(people["emil"]).get(page).status_code == 405
    assert not Job.objects.exists() and learning.active(gcm) is None
    assert client_for(people["emil"]).post(page).status_code == 302
    assert Job.objects.exists() == (name == "train")
    assert (learning.active(gcm) == old) == (name == "use")


def test_the_list_says_what_is_in_use_and_what_was_decided_since(
    people: dict, gcm: Framework, client_for: Browser
) -> None:
    decide(2, people["carla"])
    made = version(gcm, 1, ACTIVE)
    decide(3, people["carla"], confirmed=False)
    row = next(row for row in shelf.in_use() if row.framework == gcm)
    assert (row.version, row.decisions, row.since, row.lacking) == (made, 5, 3, 17)
    assert (row.rejected, row.lacking_rejections) == (3, 7)
    html = client_for(people["emil"]).get(address("models", made)).content.decode()
    assert "17 more decisions needed" in html and "Can be trusted" in html
    assert "more decisions needed" not in client_for(people["ana"]).get(address("models", made)).content.decode()


@pytest.mark.parametrize(
    ("confirmed", "rejected", "words"),
    [
        (0, 0, "20 more decisions needed, at least 10 of them rejections"),
        (15, 2, "8 more rejections needed"),
        (30, 9, "1 more rejection needed"),
        (4, 10, "6 more decisions needed"),
        (9, 10, "1 more decision needed"),
        (10, 10, ""),
    ],
)
def test_there_is_no_button_where_too_little_was_decided(
    people: dict, gcm: Framework, client_for: Browser, confirmed: int, rejected: int, words: str
) -> None:
    decide(confirmed, people["carla"])
    decide(rejected, people["carla"], confirmed=False)
    assert next(row for row in shelf.in_use() if row.framework == gcm).needed == words
    html = client_for(people["emil"]).get(reverse("suggestions:models")).content.decode()
    assert words in html
    assert (reverse("suggestions:train", args=["gcm"]) in html) == (not words)


def test_the_pages_call_models_by_names_for_people(people: dict, gcm: Framework, client_for: Browser) -> None:
    made = version(gcm, 3, ACTIVE, base_model="gcm base 1 + sentences, learned 2")
    for name in ("models", "model"):
        html = client_for(people["ana"]).get(address(name, made)).content.decode().replace("&#x27;", "'")
        assert "migov's model for GCM" in html
    page, details = html.split("<summary>Exact name")
    assert "learned 3" in page and "gcm base" not in page
    assert "<code>gcm base 1 + sentences, learned 3</code>" in details


def test_the_card_warns_beside_the_picture_where_probabilities_are_off(
    people: dict, gcm: Framework, client_for: Browser
) -> None:
    good, bad = version(gcm, 1, RETIRED), version(gcm, 2, ACTIVE, learned=FIGURES | {"ece": 0.149})
    warning = "Read them as an order, the likeliest first, and not as percentages."
    html = client_for(people["ana"]).get(address("model", bad)).content.decode()
    assert warning in html and html.count("off by 14.9") == 2 and "Use with care" in html
    assert warning not in client_for(people["ana"]).get(address("model", good)).content.decode()


def test_the_card_shows_figures_table_picture_and_the_way_back(
    people: dict, gcm: Framework, client_for: Browser
) -> None:
    old, new = version(gcm, 1, RETIRED), version(gcm, 2, ACTIVE, before=1)
    html = client_for(people["emil"]).get(address("model", new)).content.decode()
    for words in (
        "Can be trusted",
        "Compared with the base model",
        "macro F1",
        "Go back to model 1",
        "data-confirm",
        "92",
    ):
        assert words in html, words
    assert address("reliability", new) in html and "style=" not in html.split("<main")[1]
    seen = client_for(people["ana"]).get(address("model", new)).content.decode()
    assert "Go back" not in seen
    assert f"Use model {old.number}" in client_for(people["emil"]).get(address("model", old)).content.decode()
    picture = client_for(people["ana"]).get(address("reliability", new))
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content


def test_the_card_shows_how_it_did_against_the_model_that_was_in_use(
    people: dict, gcm: Framework, client_for: Browser
) -> None:
    made = version(gcm, 2, ACTIVE, before=1, since={"decisions": 24, "base": BEFORE, "learned": FIGURES})
    html = client_for(people["ana"]).get(address("model", made)).content.decode()
    assert "Compared with model 1, which was in use" in html and "24 decisions taken since" in html


def test_a_model_without_figures_has_a_page_but_no_picture(people: dict, gcm: Framework, client_for: Browser) -> None:
    bare = version(gcm, 1, REFUSED, learned={}, base={}, reason="It was worse on rare elements.")
    html = client_for(people["emil"]).get(address("model", bare)).content.decode()
    assert "came without figures" in html and "It was worse on rare elements." in html
    assert "Use model" not in html
    assert client_for(people["emil"]).get(address("reliability", bare)).status_code == 404


def test_the_pages_take_few_queries(
    people: dict, gcm: Framework, client_for: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    decide(3, people["carla"])
    for number in range(1, 9):
        made = version(gcm, number, RETIRED)
    browser = client_for(people["emil"])
    for name in ("models", "model"):
        browser.get(address(name, made))
        with django_assert_max_num_queries(14):
            browser.get(address(name, made))
