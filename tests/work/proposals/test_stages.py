"""Two people who take a step at the same time: one takes it, the other is told. Needs a database with row locks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import JournalEntry, Record, RecordState
from migov.work.proposals.actions import life
from migov.work.proposals.models import Proposal
from tests.factories import OfficeFactory, proposal
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture(autouse=True)
def row_locks(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")


def raced(*acts: Any) -> list[str]:
    """What each of the acts, started at the same moment, ended with: "" where it was done."""
    return [str(said) if isinstance(said, Exception) else "" for said in at_once(*acts)]


def test_one_step_is_taken_and_the_other_is_told() -> None:
    made = proposal(stage="idea", office=OfficeFactory())

    def step(code: str) -> Any:
        return lambda: life.move(Proposal(pk=made.pk), code, reason="So", by=SYSTEM)

    said = raced(step("concept"), step("concept"))
    assert sorted(bool(text) for text in said) == [False, True]
    assert "does not lead on" in "".join(said)
    assert Record.objects.get(pk=made.pk).stage == "concept"
    assert JournalEntry.objects.filter(record_id=made.pk, verb="stage changed").count() == 1
    assert RecordState.objects.current().filter(record=made.pk).count() == 1


def test_proposals_that_begin_at_once_have_references_of_their_own() -> None:
    office = OfficeFactory()
    found: list[str] = []

    def begin() -> None:
        found.append(life.start("Mine", office=office, by=SYSTEM).project.record.reference)

    assert raced(begin, begin, begin) == ["", "", ""]
    assert len(set(found)) == 3
