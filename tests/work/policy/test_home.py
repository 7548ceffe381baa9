"""The front page of policy support, the country page and the desk: what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from migov.foundation.people.models import User
from migov.work.policy import slots
from migov.work.policy.models import RequestStep
from migov.work.policy.requests.queries.about import waiting_for
from tests.work.policy.making import assistance_request, legal_text

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
TODAY = timezone.localdate()


def words(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_office_sees_what_waits(people: People, client_for: ClientFor) -> None:
    assistance_request(title="Brand new")
    assistance_request(title="Overdue one", state="worked", due=TODAY - timedelta(days=2), country="ALB")
    assistance_request(title="Her own", state="planned", owner=people["carla"])
    page = words(client_for(people["carla"]), "/policy/")
    for said in (
        "New: decide on them",
        "Brand new",
        "Overdue one",
        "late since",
        "My requests",
        "Her own",
        "File a request",
    ):
        assert said in page, said
    other = words(client_for(people["fatos"]), "/policy/")
    assert "Brand new" in other and "My requests" not in other


def test_a_government_sees_its_own(people: People, client_for: ClientFor) -> None:
    assistance_request(title="Ours")
    assistance_request(title="Theirs", country="ALB")
    page = words(client_for(people["ion"]), "/policy/")
    assert "Our requests" in page and "Ours" in page and "Theirs" not in page and "File a request" in page


def test_empty_pages_offer_the_first_step(people: People, client_for: ClientFor) -> None:
    for who in ("fatos", "ion"):
        page = words(client_for(people[who]), "/policy/")
        assert "yet." in page and page.count("/policy/requests/new/") >= 2
    assistance_request(title="Done", state="closed")
    assert "No request waits" in words(client_for(people["fatos"]), "/policy/")


def test_parts_show_what_they_have_on_it(
    people: People, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        slots, "_of_home",
        [
            lambda viewer: slots.Slot("Reviews under way", empty="No review is under way.", more=slots.Link("All", "/x/")),
            lambda viewer: None,
        ],
    )  # fmt: skip
    page = words(client_for(people["fatos"]), "/policy/")
    assert "Reviews under way" in page and "No review is under way." in page and 'href="/x/"' in page


def test_a_slot_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_of_home", [])
    monkeypatch.setattr(slots, "_of_request", [])
    for register, kept in (
        (slots.register_home_slot, slots._of_home),
        (slots.register_request_slot, slots._of_request),
    ):

        def fill(*given: Any) -> None: ...

        register(fill)
        register(fill)
        assert kept == [fill]


def test_a_reader_is_led_to_what_is_for_everybody(people: People, client_for: ClientFor) -> None:
    answer = client_for(people["jan"]).get("/policy/", follow=True)
    assert answer.redirect_chain == [("/policy/instruments/", 302)]
    tabs = answer.content.decode().split('aria-label="Parts of policy support"')[1].split("</nav>")[0]
    assert "Instruments" in tabs and "Requests" not in tabs and "Overview" not in tabs


@pytest.mark.parametrize("who", ["nobody"])
def test_outsiders_do_not_enter(people: People, client_for: ClientFor, who: str) -> None:
    assert client_for(people[who]).get("/policy/").status_code == 403


def test_many_requests_do_not_ask_more(
    people: People, client_for: ClientFor, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "_of_home", [])
    for number in range(20):
        assistance_request(title=f"Request {number}", due=TODAY - timedelta(days=1), owner=people["fatos"])
    for who, most in (("fatos", 15), ("ion", 12)):
        client = client_for(people[who])
        words(client, "/policy/")
        with django_assert_max_num_queries(most):
            words(client, "/policy/")


def test_what_waits_for_a_person(people: People) -> None:
    new = assistance_request(title="New")
    led = assistance_request(title="Led", state="worked", owner=people["carla"])
    step = assistance_request(title="Step", state="worked", owner=people["dora"])
    RequestStep.objects.create(request=step, text="Read", person=people["emil"])
    RequestStep.objects.create(request=led, text="Read", person=people["emil"], done_on=TODAY)
    assistance_request(title="Done", state="closed", owner=people["carla"])
    assert list(waiting_for(people["fatos"])) == [new]
    assert list(waiting_for(people["carla"])) == [led]
    assert list(waiting_for(people["emil"])) == [step]
    for who in ("ana", "ion", "jan", "nobody"):
        assert list(waiting_for(people[who])) == []


def test_the_desk_says_what_waits(people: People, client_for: ClientFor) -> None:
    assistance_request(title="Brand new", country="MDA", due=TODAY - timedelta(days=1))
    page = words(client_for(people["fatos"]), "/")
    assert "Requests of governments" in page and "Brand new" in page and "waits for a decision" in page
    assert "Brand new" not in words(client_for(people["carla"]), "/")
    outside = words(client_for(people["ion"]), "/")
    assert "What we have asked of the office" in outside and "Brand new" in outside
    assert "Brand new" not in words(client_for(people["jan"]), "/")


def test_the_country_page_counts_requests_and_texts(people: People, client_for: ClientFor) -> None:
    assistance_request(title="One")
    assistance_request(title="Two", state="closed")
    legal_text()
    for who in ("fatos", "ion"):
        page = words(client_for(people[who]), "/countries/mda/")
        assert "Requests for assistance" in page and "?country=MDA&amp;show=all" in page and "1 open" in page
        assert "Laws and policies" in page
    assert "Requests for assistance" not in words(client_for(people["jan"]), "/countries/mda/")
    elsewhere = words(client_for(people["fatos"]), "/countries/alb/")
    assert "No request that is open." in elsewhere and "1 open" not in elsewhere
