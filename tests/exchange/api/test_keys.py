"""Personal keys: shown once, kept as a digest, good for a time, revoked; a person's own affair."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from migov.exchange.api.actions import MOST_KEYS, KeyRefused, digest_of, key_for, make_key, revoke_key
from migov.exchange.api.models import ApiKey
from migov.foundation.records.models import JournalEntry

pytestmark = pytest.mark.django_db
LIST = "/api/v1/projects"


def asked(client: Any, text: str, address: str = LIST) -> int:
    status: int = client.get(address, headers={"Authorization": f"Bearer {text}"}).status_code
    return status


def test_only_the_digest_of_a_key_is_kept(people: Any) -> None:
    key, text = make_key(by=people["ana"], name="Kobo export", scope="write")
    assert key.digest == digest_of(text)
    kept = " ".join(map(str, ApiKey.objects.values_list().get()))
    assert text not in kept
    assert text.startswith(key.shown)
    assert text not in str(JournalEntry.objects.get(verb="API key made").detail)


def test_a_key_opens_until_it_expires_is_revoked_or_its_owner_leaves(client: Any, people: Any) -> None:
    for end in ("expired", "revoked", "left"):
        key, text = make_key(by=people["ana"], name=end)
        assert asked(client, text) == 200
        if end == "expired":
            before = timezone.now() - timedelta(days=2)
            ApiKey.objects.filter(pk=key.pk).update(created_at=before, expires_at=before + timedelta(days=1))
        elif end == "revoked":
            revoke_key(key.pk, by=people["ana"])
        else:
            people["ana"].is_active = False
            people["ana"].save()
        assert asked(client, text) == 401, end


def test_the_last_use_is_noted_but_not_with_every_request(
    client: Any, people: Any, django_assert_num_queries: Any
) -> None:
    _key, text = make_key(by=people["ana"], name="Reader")
    assert asked(client, text) == 200
    assert ApiKey.objects.get().used_at is not None
    with django_assert_num_queries(1):
        assert key_for(text) is not None


def test_the_sign_in_of_a_browser_opens_nothing(client_for: Any, people: Any) -> None:
    browser = client_for(people["kim"])
    answer = browser.get(LIST)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="migov"')
    assert "Authorization: Bearer" in answer.json()["errors"][0]["message"]
    assert browser.post("/api/v1/projects/1/values", {}, content_type="application/json").status_code == 401


@pytest.mark.parametrize("text", ["", "x", "migov_", "migov_" + "x" * 500, "migov_é"])
def test_what_is_no_key_opens_nothing(client: Any, people: Any, text: str) -> None:
    assert asked(client, text) == 401


def test_a_key_of_somebody_without_a_role_opens_nothing(client: Any, people: Any) -> None:
    with pytest.raises(PermissionDenied):
        make_key(by=people["nobody"], name="Mine")
    _key, text = make_key(by=people["ana"], name="Mine")
    people["ana"].memberships.all().delete()
    assert asked(client, text) == 403


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": " "}, "name"), ({"scope": "all"}, "scope"), ({"days": 0}, "days"), ({"days": 367}, "days")],
)
def test_keys_are_named_and_last_for_a_time(people: Any, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        make_key(by=people["ana"], **{"name": "Mine", **wrong})
    assert refused.value.field == field


def test_nobody_collects_keys(people: Any) -> None:
    for number in range(MOST_KEYS):
        make_key(by=people["ana"], name=f"Key {number}")
    with pytest.raises(KeyRefused, match="Revoke one first"):
        make_key(by=people["ana"], name="One more")


def test_the_database_refuses_a_key_that_ends_before_it_begins(people: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.create(
            person=people["ana"], name="x", shown="x", digest="x", expires_at=timezone.now() - timedelta(1)
        )


class TestPages:
    def test_a_key_is_made_shown_once_and_revoked(self, client: Any, client_for: Any, people: Any) -> None:
        browser = client_for(people["ana"])
        page = browser.post(reverse("api:keys"), {"name": "Kobo", "scope": "read", "days": "30"})
        text = page.context["made"]
        assert page.status_code == 201
        assert text in page.text
        assert "no-store" in page["Cache-Control"]
        assert asked(client, text) == 200
        again = browser.get(reverse("api:keys"))
        assert "Kobo" in again.text
        assert text not in again.text
        browser.post(reverse("api:revoke", args=[ApiKey.objects.get().pk]))
        assert asked(client, text) == 401

    def test_what_is_wrong_is_said_beside_the_field(self, client_for: Any, people: Any) -> None:
        page = client_for(people["ana"]).post(reverse("api:keys"), {"name": "", "scope": "read", "days": "1000"})
        assert page.status_code == 422
        assert page.context["form"].errors.keys() == {"name", "days"}

    def test_keys_of_others_are_neither_seen_nor_revoked(self, client_for: Any, people: Any) -> None:
        key, _text = make_key(by=people["ana"], name="Secret of Ana")
        browser = client_for(people["boris"])
        assert "Secret of Ana" not in browser.get(reverse("api:keys")).text
        assert browser.post(reverse("api:revoke", args=[key.pk])).status_code == 404
        with pytest.raises(PermissionDenied):
            revoke_key(key.pk, by=people["boris"])
        assert revoke_key(key.pk, by=people["kim"]).revoked_at  # who administers people may

    def test_strangers_have_no_pages(self, client: Any, client_for: Any, people: Any) -> None:
        for name in ("about", "keys"):
            assert client.get(reverse(f"api:{name}")).status_code == 302
            assert client_for(people["nobody"]).get(reverse(f"api:{name}")).status_code == 403
            assert client_for(people["jan"]).get(reverse(f"api:{name}")).status_code == 200
