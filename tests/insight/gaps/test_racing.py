"""Two who make a concept note of one line at the same moment: one is made. Needs a database with row locks."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from migov.foundation.people.models import Office, Role, User
from migov.insight.gaps import actions
from migov.work.governance.models import FollowUp
from migov.work.governance.roadmaps.actions import drawing, following, lines
from migov.work.governance.roadmaps.actions.following import Said
from migov.work.proposals.models import Proposal
from tests.factories import PlaceFactory, cast, person
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")
    return cast()


def test_one_note_of_two_made_at_once(people: dict[str, User]) -> None:
    office = Office.objects.get(code="ro-vienna")
    writers = [person(Role.DEVELOPER, office), person(Role.DEVELOPER, office), people["emil"]]
    roadmap = drawing.start(country=PlaceFactory(code="MDA"), starts=2026, ends=2027, by=people["fatos"])
    line = lines.add(roadmap, {"title": "Open an office"}, by=people["fatos"])
    outcomes = at_once(*[lambda by=by: actions.concept_note(line, office=office, by=by) for by in writers])  # type: ignore[misc]
    assert sorted(type(one).__name__ for one in outcomes) == ["MadeAlready", "MadeAlready", "Proposal"]
    assert Proposal.objects.count() == 1


def test_two_who_follow_up_at_once_lose_nothing(people: dict[str, User]) -> None:
    roadmap = drawing.start(country=PlaceFactory(code="MDA"), starts=2025, ends=2027, by=people["fatos"])
    line = lines.add(roadmap, {"title": "Open an office"}, by=people["fatos"])
    drawing.agree(roadmap, on=date(2025, 1, 1), agreed_with="Ministry", by=people["fatos"])
    outcomes = at_once(
        *[
            lambda by=by, value=value: following.follow(roadmap, 2025, [Said(line.pk, "begun", value)], by=by)  # type: ignore[misc]
            for by, value in ((people["ion"], "1"), (people["emil"], "2"))
        ]
    )
    assert sorted(len(one.saved) for one in outcomes) == [0, 1]
    assert FollowUp.objects.current().filter(action=line).count() == 1
