"""Standing in for somebody: who may arrange it, for which days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry
from migov.services.clearance import actions
from migov.services.clearance.queries import delegations_of, stand_ins, stands_in_for
from migov.services.clearance.subjects import Refused
from migov.services.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def arrange(people, who="carla", to="emil", by="carla", starts=0, ends=5):
    today = timezone.localdate()
    return actions.delegate(
        person=people[who], to=people[to], starts=today + timedelta(days=starts), ends=today + timedelta(days=ends),
        note="On leave.", by=people[by],
    )  # fmt: skip


def test_it_holds_for_its_days_and_is_told_and_journalled(people):
    today = timezone.localdate()
    arrange(people, starts=1, ends=3)
    assert stands_in_for(people["emil"]) == []
    assert stands_in_for(people["emil"], today + timedelta(days=1)) == [people["carla"]]
    assert stand_ins([people["carla"].pk], today + timedelta(days=3)) == {people["carla"].pk: people["emil"]}
    assert stands_in_for(people["emil"], today + timedelta(days=4)) == []
    assert Notice.objects.get().person == people["emil"]
    assert JournalEntry.objects.get(verb="delegated").by_name == "carla"


def test_it_is_not_passed_on(people):
    arrange(people)
    arrange(people, who="emil", to="fatos", by="emil")
    assert stands_in_for(people["fatos"]) == [people["emil"]]


def test_it_ends_at_once(people):
    made = arrange(people)
    actions.end_delegation(made, by=people["carla"])
    assert stands_in_for(people["emil"]) == delegations_of(people["carla"]) == []
    with pytest.raises(Refused, match="ended already"):
        actions.end_delegation(made, by=people["carla"])
    assert arrange(people, to="fatos").to == people["fatos"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts": 3, "ends": 2}, "before the first"),
        ({"starts": -5, "ends": -1}, "passed already"),
        ({"to": "carla"}, "for themselves"),
        ({"to": "jan"}, "does not work for the office"),
        ({"to": "ion"}, "does not work for the office"),
        ({"to": "nobody"}, "does not work for the office"),
    ],
)
def test_what_makes_no_sense_is_refused(people, fields, said):
    with pytest.raises(Refused, match=said):
        arrange(people, **fields)


def test_one_person_at_a_time(people):
    arrange(people, starts=0, ends=5)
    with pytest.raises(Refused, match="emil stands in from"):
        arrange(people, to="fatos", starts=5, ends=9)
    arrange(people, to="fatos", starts=6, ends=9)


def test_only_oneself_and_administrators_arrange_it(people):
    for name in ("emil", "dora", "hana", "ana"):
        with pytest.raises(PermissionDenied):
            arrange(people, by=name)
    made = arrange(people, by="kim")
    with pytest.raises(PermissionDenied):
        actions.end_delegation(made, by=people["emil"])
    for name in ("jan", "ion", "nobody"):
        with pytest.raises((PermissionDenied, Refused)):
            arrange(people, who=name, by=name)


def test_nobody_stands_in_for_who_has_left(people):
    arrange(people)
    assert stand_ins([people["carla"].pk]) == {people["carla"].pk: people["emil"]}
    User.objects.filter(pk=people["carla"].pk).update(is_active=False)
    assert stand_ins([people["carla"].pk]) == {}
    assert stands_in_for(people["emil"]) == []
