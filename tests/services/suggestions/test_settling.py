"""Settling: where a decision and a second opinion differ, somebody keeps the decision or changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.foundation.people.models import Office
from migov.foundation.records.models import JournalEntry
from migov.services.alignment import actions as alignment
from migov.services.alignment.models import Alignment
from migov.services.suggestions import agreement
from migov.services.suggestions.models import Opinion
from tests.services.suggestions.test_agreement import AGREEMENT, answer, decided

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]


def test_a_decision_that_is_kept_settles_the_difference(people: dict) -> None:
    row = decided(people["carla"])
    given = answer(row, people["fatos"], False)
    before = agreement.by_framework(agreement.pairs(people["emil"]))[0].differ
    settled = agreement.settle(given, keep=True, by=people["dora"])
    (pair,) = agreement.pairs(people["emil"])
    assert (settled.settled_by, pair.settled, pair.anew) == (people["dora"], True, False)
    assert Alignment.objects.current().get(record=row.record) == row
    assert agreement.by_framework([pair])[0].differ == before == 1  # the answers were what they were
    entry = JournalEntry.objects.get(verb="second opinion settled")
    assert entry.detail["decision"] == "kept" and entry.by_name == "dora"
    with pytest.raises(agreement.NoOpinion, match="settled already"):
        agreement.settle(given, keep=False, by=people["dora"])
    again = answer(row, people["fatos"], False)
    assert again == given and not agreement.disagreements(agreement.pairs(people["emil"]))[0]


@pytest.mark.parametrize(("confirmed", "stands"), [(True, "rejected"), (False, "confirmed")])
def test_a_decision_that_is_changed_says_what_the_opinion_said(people: dict, confirmed: bool, stands: str) -> None:
    row = decided(people["carla"], confirmed=confirmed)
    given = answer(row, people["fatos"], not confirmed)
    agreement.settle(given, keep=False, by=people["dora"])
    standing = Alignment.objects.current().get(record=row.record)
    assert (standing.status, standing.decided_by) == (stands, people["dora"])
    (pair,) = agreement.pairs(people["emil"])
    assert pair.settled and pair.anew and pair.decided_fits == confirmed


def test_what_agrees_or_was_decided_anew_is_not_settled(people: dict) -> None:
    same = answer(decided(people["carla"]), people["fatos"], True)
    row = decided(people["carla"])
    late = answer(row, people["fatos"], False)
    alignment.reject(row, by=people["dora"])
    for given in (same, late):
        with pytest.raises(agreement.NoOpinion, match="changed meanwhile"):
            agreement.settle(given, keep=False, by=people["dora"])
    assert not Opinion.objects.filter(settled_at__isnull=False).exists()


def test_the_database_knows_who_settled(people: dict) -> None:
    given = answer(decided(people["carla"]), people["fatos"], False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=given.pk).update(settled_at=timezone.now())


def test_only_who_decides_the_work_settles(people: dict, client_for: Browser, client: Client) -> None:
    row = decided(people["carla"], visibility="public", office=Office.objects.get(code="tirana"))
    given = answer(row, people["fatos"], False)
    page = reverse("suggestions:settle", args=[given.pk])
    assert "/accounts/login/" in client.post(page, {"choice": "keep"})["Location"]
    for who in ("boris", "galina", "hana", "ion", "jan", "nobody"):
        assert client_for(people[who]).post(page, {"choice": "keep"}).status_code == 403, who
        with pytest.raises(PermissionDenied):
            agreement.settle(given, keep=True, by=people[who])
        seen = client_for(people[who]).get(AGREEMENT)
        assert seen.status_code == 403 or page not in seen.content.decode(), who
    assert client_for(people["ana"]).get(page).status_code == 405
    assert agreement.pairs(people["emil"])[0].settled is False


def test_two_buttons_settle_a_difference(people: dict, client_for: Browser) -> None:
    given = [answer(decided(people["carla"], title=f"Work {n}"), people["fatos"], False) for n in range(2)]
    browser = client_for(people["carla"])
    html = browser.get(f"{AGREEMENT}?framework=gcm").content.decode()
    for one in given:
        assert reverse("suggestions:settle", args=[one.pk]) in html
    assert html.count('value="keep"') == html.count('value="change"') == 2 and "style=" not in html.split("<main")[1]
    for one, choice, said in zip(given, ("keep", "change"), ("kept", "changed"), strict=True):
        sent = {"choice": choice, "framework": "gcm"}
        done = browser.post(reverse("suggestions:settle", args=[one.pk]), sent, follow=True)
        assert done.redirect_chain[0][0] == f"{AGREEMENT}?framework=gcm#differ"
        assert f"“{one.record.title}” is {said}" in done.content.decode()
    html = done.content.decode()
    assert "2 more were settled since (kept: 1, decided anew: 1)" in html and "Nowhere that waits" in html
    again = browser.post(reverse("suggestions:settle", args=[given[0].pk]), {"choice": "keep"}, follow=True)
    assert "settled already" in again.content.decode()
    wrong = browser.post(reverse("suggestions:settle", args=[given[0].pk]), {"choice": "perhaps"}, follow=True)
    assert "Choose whether to keep or to change" in wrong.content.decode()
