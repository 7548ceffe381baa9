"""Two who act at once on a meeting or commitment: one acts, the other is told. Needs a database with row locks."""

from __future__ import annotations

import pytest
from django.db import connection

from migov.foundation.people.models import User
from migov.work.cooperation.meetings.actions import committing, delegations, moving, rows
from migov.work.cooperation.meetings.agenda_text import Line
from migov.work.cooperation.models import Delegation
from tests.factories import cast
from tests.racing import at_once
from tests.work.cooperation.making import mechanism, meeting, member
from tests.work.cooperation.meetings.conftest import TODAY, commitment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")
    return cast()


def test_of_confirming_and_cancelling_one_wins(people: dict[str, User]) -> None:
    found = meeting()
    outcomes = at_once(
        lambda: moving.move(found, "confirm", by=people["fatos"], seen=1),
        lambda: moving.move(found, "cancel", by=people["dora"], said={"why": "No"}, seen=1),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Meeting"]


def test_members_are_invited_once(people: dict[str, User]) -> None:
    prague = mechanism()
    for code in ("MDA", "GEO", "ALB"):
        member(prague, code)
    found = meeting(prague)
    outcomes = at_once(*[lambda: delegations.add_members(found, by=people["fatos"])] * 3)
    assert sorted(len(one) for one in outcomes) == [0, 0, 3]
    assert Delegation.objects.count() == 3


def test_items_taken_in_at_once_stand_one_after_the_other(people: dict[str, User]) -> None:
    found = meeting()
    at_once(*[lambda: rows.take_agenda(found, [(Line("One"), False), (Line("Two"), False)], by=people["fatos"])] * 3)
    assert sorted(found.agenda.values_list("order", flat=True)) == [0, 1, 2, 3, 4, 5]


def test_an_entry_is_corrected_once(people: dict[str, User]) -> None:
    found = commitment()
    said = {"day": TODAY, "state": "begun", "text": "Begun"}
    first = committing.note_progress(found, said, by=people["fatos"])
    outcomes = at_once(
        *[lambda: committing.note_progress(found, said | {"state": "kept"}, by=people["fatos"], corrects=first)] * 2
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["CommitmentProgress", "Conflict"]
