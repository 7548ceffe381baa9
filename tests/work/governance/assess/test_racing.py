"""Two people at once lose nothing. Needs a database with row locks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from migov.foundation.people.models import User
from migov.work.governance.assess import actions
from migov.work.governance.assess.errors import AnswerConflict
from migov.work.governance.models import Answer, AssessmentState, Vote
from tests.factories import cast, person
from tests.racing import at_once
from tests.work.governance.assess.steps import moldova

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")
    return cast()


def test_of_two_different_answers_one_stands_and_the_other_is_handed_back(people: dict[str, User]) -> None:
    of = moldova()

    def says(option: str, by: User) -> Any:
        return lambda: actions.answer(of.pk, "1-1", side="office", option=option, note=option, number=0, by=by)

    outcomes = at_once(says("yes", people["fatos"]), says("no", people["carla"]))
    assert sorted(type(one).__name__ for one in outcomes) == ["Answer", "AnswerConflict"]
    lost = next(one for one in outcomes if isinstance(one, AnswerConflict))
    assert {lost.note, lost.stands.note} == {"yes", "no"}
    assert Answer.objects.count() == 1


def test_both_sides_and_many_questions_at_once_are_all_kept(people: dict[str, User]) -> None:
    of = moldova()
    codes = ["1-1", "1-2", "2-1", "2-2"]
    theirs = [
        lambda c=c: actions.answer(of.pk, c, side="government", option="yes", number=0, by=people["ion"]) for c in codes
    ]
    ours = [
        lambda c=c: actions.answer(of.pk, c, side="office", option="no", number=0, by=people["fatos"]) for c in codes
    ]
    outcomes = at_once(*theirs, *ours)
    assert [type(one).__name__ for one in outcomes] == ["Answer"] * 8
    assert Answer.objects.current().count() == 8


def test_a_device_that_votes_twice_at_once_has_one_voice(people: dict[str, User]) -> None:
    of = moldova(state=AssessmentState.VALIDATION, owner=people["fatos"])
    sitting = actions.open_workshop(of, place="", by=people["fatos"])
    key = sitting.question_id or 0
    outcomes = at_once(
        *[
            lambda o=o: actions.vote(sitting.pk, question=key, round=1, option=o, voter="device:a")
            for o in ("yes", "no", "yes")
        ]
    )
    assert [type(one).__name__ for one in outcomes] == ["Vote"] * 3
    assert Vote.objects.count() == 1


def test_two_workshops_opened_at_once_are_one(people: dict[str, User]) -> None:
    of = moldova(state=AssessmentState.VALIDATION, owner=people["fatos"])
    officers = [people["fatos"], person("policy")]
    outcomes = at_once(*[lambda by=by: actions.open_workshop(of.pk, place="", by=by) for by in officers])
    assert sorted(type(one).__name__ for one in outcomes) == ["AssessmentRefused", "Workshop"]
