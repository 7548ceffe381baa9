"""Two who do the same at once. Needs a database with row locks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from migov.foundation.people.models import Role
from migov.work.cooperation.inputs.actions import life, offices, writing
from migov.work.cooperation.inputs.facts import Offered
from migov.work.cooperation.models import Input, PulledFact
from tests.factories import cast, person
from tests.racing import at_once
from tests.work.cooperation.inputs.conftest import Ground
from tests.work.cooperation.making import mechanism, meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def ground(transactional_db: None) -> Ground:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")
    people = cast()
    people["peter"] = person(Role.POLICY, username="peter")
    prague = mechanism()
    return Ground(people, prague, meeting(prague), people["ana"].memberships.get().office)


def test_of_two_who_take_it_on_one_does(ground: Ground) -> None:
    paper = ground.request()
    outcomes = at_once(
        *[lambda by=name: life.take(paper.pk, seen=1, by=ground.people[by]) for name in ("fatos", "peter")]
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Input", "Meanwhile"]


def test_facts_pulled_at_once_have_different_notes(ground: Ground) -> None:
    paper = ground.draft()
    codes = ("opening", "message", "commitment", "closing")
    outcomes = at_once(
        *[
            lambda n=n, code=code: writing.pull(
                paper.pk, code, Offered(f"k{n}", f"Fact {n}.", "S"), by=ground.people["fatos"]
            )
            for n, code in enumerate(codes)
        ]
    )
    assert {type(one).__name__ for one in outcomes} == {"PulledFact"}
    assert sorted(PulledFact.objects.values_list("note", flat=True)) == [1, 2, 3, 4]


def test_of_two_answers_at_once_one_is_kept_and_the_other_told(ground: Ground) -> None:
    (asked,) = offices.ask(ground.draft(), [ground.tirana], question="How many?", by=ground.people["fatos"])
    outcomes = at_once(
        *[
            lambda text=text: offices.answer(asked.pk, text=text, seen=1, by=ground.people["ana"])
            for text in ("Three.", "Four.")
        ]
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Meanwhile", "OfficeAsked"]


def test_of_delivering_and_opening_again_one_wins(ground: Ground) -> None:
    paper = ground.cleared()
    outcomes = at_once(
        lambda: life.deliver(paper.pk, on=timezone.localdate(), function="Director", by=ground.people["fatos"]),
        lambda: life.reopen(paper.pk, reason="Once more.", by=ground.people["peter"]),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Input", "InputRefused"]
    assert Input.objects.get(pk=paper.pk).state in ("delivered", "draft")
