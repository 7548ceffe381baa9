"""Signing in: the pages of django-allauth in our dress, lock-out after guessing, demonstration accounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp_auth
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from migov.foundation.people.models import User

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Any], Client]
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def nobody_has_tried_before() -> Iterator[None]:
    """Attempts are counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


def attempt(client: Client, login: str, password: str) -> Any:
    return client.post("/accounts/login/", {"login": login, "password": password})


def test_one_signs_in_with_name_or_address(people: dict[str, Any]) -> None:
    for login in ("emil", "emil@example.org", "EMIL"):
        client = Client()
        assert attempt(client, login, PASSWORD).status_code == 302
        assert client.get("/components/").status_code == 200


def test_guesses_under_different_spellings_count_together(people: dict[str, Any], settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    client = Client()
    for spelling in ("hana", "Hana", " HANA "):
        answer = attempt(client, spelling, "guess")
    assert answer.status_code == 429
    assert "Sign-in is locked for a while" in answer.content.decode()
    assert attempt(client, "hana", PASSWORD).status_code == 429


def test_a_lock_holds_one_name_and_not_the_whole_office(people: dict[str, Any], settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    client = Client()
    for _ in range(3):
        attempt(client, "hana", "guess")
    assert attempt(client, "emil", PASSWORD).status_code == 302


def test_an_unknown_name_is_answered_like_a_known_one(people: dict[str, Any]) -> None:
    def alerts(login: str) -> list[str]:
        page = attempt(Client(), login, "guess").content.decode()
        return re.findall(r'role="alert">(.*?)</div>', page, re.DOTALL)

    assert alerts("emil") == alerts("no-such-person")
    assert alerts("emil")


def test_no_one_can_sign_up(client: Client) -> None:
    assert "No sign-up here" in client.get("/accounts/signup/").content.decode()
    fields = {"email": "x@example.org", "username": "x", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", fields)
    assert not User.objects.filter(username="x").exists()


def test_accounts_are_listed_in_the_demonstration_only(
    people: dict[str, Any], client: Client, settings: Settings
) -> None:
    settings.MIGOV_DEMO = False
    assert "Demonstration" not in client.get("/accounts/login/").content.decode()
    settings.MIGOV_DEMO = True
    settings.MIGOV_DEMO_PASSWORD = "known to all"
    page = client.get("/accounts/login/").content.decode()
    assert "known to all" in page
    assert "M&amp;E officer" in page
    assert "<code>nobody</code>" not in page


def test_the_list_of_accounts_costs_few_queries(
    people: dict[str, Any], client: Client, settings: Settings, django_assert_max_num_queries: Any
) -> None:
    settings.MIGOV_DEMO = True
    with django_assert_max_num_queries(3):
        client.get("/accounts/login/")


def test_a_forgotten_password_is_replaced_by_a_link(people: dict[str, Any], client: Client) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "emil@example.org"}, follow=True)
    assert "Look in your mailbox" in answer.content.decode()
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    assert link
    form = client.get(link[1], follow=True)
    assert "New password" in form.content.decode()
    new = "staple staple 77"
    done = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert "Sign in with the new password." in done.content.decode()
    assert attempt(Client(), "emil", new).status_code == 302


def test_an_unknown_address_is_not_given_away(people: dict[str, Any], client: Client) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "stranger@example.org"}, follow=True)
    assert "Look in your mailbox" in answer.content.decode()


def test_an_old_link_says_so(client: Client) -> None:
    page = client.get("/accounts/password/reset/key/1-abc-def/").content.decode()
    assert "This link does not work any more" in page


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/", "/accounts/reauthenticate/", "/accounts/email/", "/accounts/logout/",
    ],
)  # fmt: skip
def test_every_account_page_is_dressed_and_closed_to_strangers(people: dict[str, Any], path: str) -> None:
    stranger = Client()
    assert stranger.get(path).status_code == 302
    client = Client()
    attempt(client, "emil", PASSWORD)
    page = client.get(path, follow=True).content.decode()
    assert "/static/shell/css/tokens.css" in page
    assert page.count("<h1") == 1
    assert "Menu:" not in page


def test_a_closed_account_is_told_so(people: dict[str, Any]) -> None:
    people["jan"].is_active = False
    people["jan"].save()
    client = Client()
    answer = client.post("/accounts/login/", {"login": "jan", "password": PASSWORD}, follow=True)
    assert "This account is closed" in answer.content.decode()
    assert client.get("/components/").status_code == 302


def test_codes_of_the_second_step_cannot_be_guessed_without_end(people: dict[str, Any]) -> None:
    secret = totp_auth.generate_totp_secret()
    totp_auth.TOTP.activate(people["hana"], secret)
    right = totp_auth.format_hotp_value(
        totp_auth.hotp_value(secret, next(iter(totp_auth.yield_hotp_counters_from_time())))
    )
    client = Client()
    attempt(client, "hana", PASSWORD)
    address = "/accounts/2fa/authenticate/"
    for guess in range(10):
        client.post(address, {"code": f"{(int(right) + 1 + guess) % 10**6:06d}"})
    assert client.post(address, {"code": right}).status_code == 200
    assert client.get("/components/").status_code == 302


def test_wrong_passwords_from_elsewhere_do_not_lock_a_colleague_out(people: dict[str, Any], settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # as behind a proxy, which names the address it saw last
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = Client().post(
            "/accounts/login/", {"login": "hana", "password": "guess"}, HTTP_X_FORWARDED_FOR="10.0.0.1, 198.51.100.7"
        )
    assert answer.status_code == 429
    known = Client().post(
        "/accounts/login/", {"login": "hana", "password": PASSWORD}, HTTP_X_FORWARDED_FOR="203.0.113.5"
    )
    assert known.status_code == 302


def test_without_a_proxy_nobody_chooses_the_address_that_is_counted(people: dict[str, Any], settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    for number in range(4):
        answer = Client().post(
            "/accounts/login/", {"login": "hana", "password": "guess"}, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}"
        )
    assert answer.status_code == 429
