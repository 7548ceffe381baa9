"""Two people at the matrix at once: moves take turns and leave a whole tree; of two changes of a cell one wins and the other is told."""

from __future__ import annotations

import pytest
from django.db import connection

from migov.foundation.people.access import SYSTEM
from migov.work.proposals.actions import matrix as actions
from migov.work.proposals.actions.ground import Conflict
from migov.work.proposals.models import PlanResult, Proposal
from tests.racing import at_once
from tests.work.proposals.makers import measured, paper, tree

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def proposal(transactional_db: None) -> Proposal:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")
    return paper()


def test_two_moves_take_turns_and_the_order_stays_whole(proposal: Proposal) -> None:
    outputs = tree(proposal, outputs=6)
    parent = outputs[0].parent
    for turn in range(5):
        outcomes = at_once(
            lambda turn=turn: actions.move_result(outputs[turn], parent=parent, position=5, by=SYSTEM),
            lambda turn=turn: actions.move_result(outputs[5 - turn], parent=parent, position=0, by=SYSTEM),
            lambda: actions.add_result(proposal, level="output", parent=parent, by=SYSTEM),
        )
        assert all(isinstance(outcome, PlanResult) for outcome in outcomes), outcomes
        orders = sorted(parent.children.values_list("order", flat=True))
        assert orders == list(range(6 + turn + 1))


def test_a_row_removed_while_another_moves_below_it_leaves_no_orphan(proposal: Proposal) -> None:
    first, second = tree(proposal, outputs=2)
    activity = first.children.get()
    at_once(
        lambda: actions.remove(second, by=SYSTEM),
        lambda: actions.move_result(activity, parent=second, position=0, by=SYSTEM),
    )
    standing = {row.pk: row for row in PlanResult.objects.filter(proposal=proposal, removed_at__isnull=True)}
    assert all(row.parent_id is None or row.parent_id in standing for row in standing.values())


def test_of_two_changes_of_a_cell_one_wins_and_the_other_is_told(proposal: Proposal) -> None:
    one = measured(tree(proposal, outputs=1)[0], "First words")
    outcomes = at_once(*[
        lambda words=words: actions.change_indicator(one, field="title", was="First words", now=words, by=SYSTEM)
        for words in ("mine", "theirs", "hers")
    ])  # fmt: skip
    told = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    one.refresh_from_db()
    assert len(told) == 2
    assert {conflict.now for conflict in told} == {one.title}
    assert {one.title, *(conflict.mine for conflict in told)} == {"mine", "theirs", "hers"}
