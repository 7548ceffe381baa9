"""Two people who decide on one lesson at once: one decides, the other is told. Needs a database with row locks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import JournalEntry
from migov.work.knowledge import actions, usage
from migov.work.knowledge.actions import LessonError
from migov.work.knowledge.models import Answer, Lesson, Offer, Said, State
from tests.factories import cast, person, proposal
from tests.racing import at_once
from tests.work.knowledge.makers import draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def proposed(transactional_db: None) -> Lesson:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")
    cast()
    return actions.add(draft(), by=SYSTEM)


def told(outcomes: list[Any]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_of_two_who_validate_one_does(proposed: Lesson) -> None:
    one, other = person("mande"), person("mande")
    outcomes = at_once(*[lambda by=by: actions.move(proposed, "validate", by=by) for by in (one, other)])
    assert told(outcomes) == ["Lesson", "LessonError"]
    assert JournalEntry.objects.filter(record_id=proposed.pk, verb="lesson validated").count() == 1


def test_of_validating_and_returning_one_wins(proposed: Lesson) -> None:
    outcomes = at_once(
        lambda: actions.move(proposed, "validate", by=SYSTEM),
        lambda: actions.move(proposed, "return", by=SYSTEM, reason="Vague"),
    )
    assert told(outcomes) == ["Lesson", "LessonError"]
    standing = Lesson.objects.get(pk=proposed.pk)
    assert (standing.state == State.RETURNED) == bool(standing.reason)
    assert any(isinstance(outcome, LessonError) for outcome in outcomes)


def test_of_two_answers_for_one_project_one_stands(proposed: Lesson) -> None:
    actions.move(proposed, "validate", by=SYSTEM)
    record = proposal().project.record
    outcomes = at_once(
        lambda: usage.say(proposed, record, Said.USED, by=SYSTEM),
        lambda: usage.say(proposed, record, Said.DISMISSED, by=SYSTEM),
        lambda: usage.say(proposed, record, Said.USED, by=SYSTEM),
    )
    assert told(outcomes) == ["Answer"] * 3
    assert Answer.objects.current().filter(lesson=proposed, record=record).count() == 1


def test_offers_counted_at_once_count_once(proposed: Lesson) -> None:
    record = proposal().project.record
    outcomes = at_once(*[lambda: usage.count_offers(record.pk, "risks", [proposed.pk])] * 4)
    assert outcomes == [None] * 4 and Offer.objects.count() == 1
