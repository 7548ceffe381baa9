"""Two people who decide at once: one decides, the other is told what stands. Needs a database with row locks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office
from migov.foundation.records.models import JournalEntry, Record
from migov.services.alignment import actions
from migov.services.alignment.errors import AlreadyDecided, StaleDecision
from migov.services.alignment.models import Alignment
from tests.factories import cast, element, project
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def work(transactional_db: None) -> Record:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")
    cast()
    return project(office=Office.objects.get(code="tirana")).record


def test_of_two_declarations_one_stands_and_the_other_is_told(work: Record) -> None:
    ten = element("10")
    outcomes = at_once(*[lambda: actions.declare(work, ten, by=SYSTEM)] * 4)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Alignment", *["AlreadyDecided"] * 3]
    assert Alignment.objects.current().filter(record=work, element=ten).count() == 1
    assert JournalEntry.objects.filter(record_id=work.pk).count() == 1


def test_of_a_confirmation_and_a_rejection_one_wins(work: Record) -> None:
    for code in ("1", "2", "3", "4", "5"):
        proposal = actions.propose(work, element(code), origin="sector")
        outcomes = at_once(
            lambda key=proposal.pk: actions.confirm(key, by=SYSTEM),
            lambda key=proposal.pk: actions.reject(key, by=SYSTEM),
        )
        made = [outcome for outcome in outcomes if isinstance(outcome, Alignment)]
        late = [outcome for outcome in outcomes if isinstance(outcome, StaleDecision)]
        assert len(made) == len(late) == 1
        assert late[0].standing == made[0] == Alignment.objects.current().get(record=work, element=element(code))


def test_shares_are_never_left_beside_an_element_that_came_meanwhile(work: Record) -> None:
    nine, ten, eleven = element("9"), element("10"), element("11")
    for one in (nine, ten):
        actions.declare(work, one, by=SYSTEM)
    shares = {nine.pk: Decimal(50), ten.pk: Decimal(50)}
    at_once(
        lambda: actions.set_shares(work, nine.framework, shares, by=SYSTEM),
        lambda: actions.declare(work, eleven, by=SYSTEM),
    )
    assert Alignment.objects.current().filter(record=work, status="confirmed").count() == 3
    assert not Alignment.objects.current().filter(record=work, share__isnull=False).exists()


def test_a_proposal_and_a_declaration_at_once_leave_one_row(work: Record) -> None:
    ten = element("10")
    outcomes = at_once(
        lambda: actions.propose(work, ten, origin="sector"), lambda: actions.declare(work, ten, by=SYSTEM)
    )
    assert not any(isinstance(outcome, AlreadyDecided) for outcome in outcomes)
    assert Alignment.objects.current().get(record=work, element=ten).status == "confirmed"
