"""Changes of what was agreed: opened, written on the proposal's rows, decided by clearance, and put back where not approved."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Record, RecordState
from migov.services.clearance import actions as clearance
from migov.work.projects.models import Budget, Project
from migov.work.proposals.actions import amendments, costs, ground
from migov.work.proposals.actions.amendments import AmendmentRefused
from migov.work.proposals.models import Amendment, PlanCost, Proposal
from tests.work.proposals.test_register import activated

END = date(2028, 6, 30)


def opened(**more: Any) -> Amendment:
    made = activated(**more)
    return amendments.open_amendment(made, kinds=["extension", "budget"], reason="Floods", new_end=END, by=SYSTEM)


def cheaper(amendment: Amendment) -> None:
    """A change of the budget on the proposal's own page."""
    rent = PlanCost.objects.get(proposal=amendment.proposal_id, title="Rent")
    costs.change(rent, field="unit_cost", was="5000", now="3000", by=SYSTEM)


def submitted(amendment: Amendment) -> Any:
    record = amendment.proposal.project.record
    return clearance.submit(record, subject="amendment", item=amendment.pk, by=SYSTEM).clearance


def rent(of: Amendment) -> Any:
    return PlanCost.objects.get(proposal=of.proposal_id, title="Rent").amount


def test_rows_are_closed_until_an_amendment_is_open(db: None) -> None:
    made = activated()
    line = made.costs.get(title="Rent")
    with pytest.raises(ground.Closed):
        costs.change(line, field="unit_cost", was="5000", now="3000", by=SYSTEM)
    one = amendments.open_amendment(made, kinds=["budget"], reason="Prices", by=SYSTEM)
    assert one.number == 1
    assert one.before is not None
    costs.change(line, field="unit_cost", was="5000", now="3000", by=SYSTEM)


def test_one_that_is_approved_is_written_into_the_register(people: dict[str, Any]) -> None:
    one = opened()
    cheaper(one)
    standing = submitted(one)
    one.refresh_from_db()
    assert one.state == "review"
    assert sum(row.amount for row in Budget.objects.current().filter(project=one.proposal_id)) == 95000, (
        "drafts do not count"
    )
    clearance.decide(standing, round=1, outcome="cleared", reason="Fine", override=True, by=people["dora"])
    one.refresh_from_db()
    record = Record.objects.get(pk=one.proposal_id)
    assert (one.state, record.ends, record.stage) == ("approved", END, "active")
    assert one.ended_at is not None
    assert RecordState.objects.current().get(record=record).ends == END
    assert Project.objects.get(pk=one.proposal_id).planned_end == END
    assert Proposal.objects.get(pk=one.proposal_id).months == 30
    assert sum(row.amount for row in Budget.objects.current().filter(project=one.proposal_id)) == 93000


@pytest.mark.parametrize(("outcome", "state"), [("refused", "refused"), ("withdrawn", "withdrawn")])
def test_one_that_is_not_approved_leaves_what_was_agreed(people: dict[str, Any], outcome: str, state: str) -> None:
    one = opened()
    cheaper(one)
    one.proposal.risks.update(likelihood=5)
    standing = submitted(one)
    if outcome == "withdrawn":
        clearance.take_back(standing, reason="Later", by=SYSTEM)
    else:
        clearance.decide(standing, round=1, outcome=outcome, reason="Too dear", by=people["dora"])
    one.refresh_from_db()
    record = Record.objects.get(pk=one.proposal_id)
    assert (one.state, rent(one), record.ends) == (state, 5000, date(2027, 12, 31))
    assert one.proposal.risks.get().likelihood == 5, "risks are looked after all the time"
    assert sum(row.amount for row in Budget.objects.current().filter(project=one.proposal_id)) == 95000


def test_one_that_was_sent_back_is_changed_and_handed_in_again(people: dict[str, Any]) -> None:
    one = opened()
    standing = submitted(one)
    clearance.decide(standing, round=1, outcome="returned", reason="Say more", by=people["dora"])
    one.refresh_from_db()
    assert one.state == "draft"
    amendments.change_amendment(one, kinds=["extension"], reason="Floods in May", new_end=END, by=SYSTEM)
    clearance.submit(one.proposal.project.record, subject="amendment", item=one.pk, seen_round=1, by=SYSTEM)
    one.refresh_from_db()
    assert (one.state, one.reason) == ("review", "Floods in May")


def test_one_is_given_up_before_it_is_handed_in(db: None) -> None:
    one = opened()
    cheaper(one)
    amendments.drop(one, by=SYSTEM)
    assert rent(one) == 5000
    with pytest.raises(AmendmentRefused, match="already"):
        amendments.drop(one, by=SYSTEM)


def test_one_in_review_is_not_given_up_beside_it(db: None) -> None:
    one = opened()
    submitted(one)
    with pytest.raises(AmendmentRefused, match="being reviewed"):
        amendments.drop(one, by=SYSTEM)


def test_only_one_is_open_at_a_time(db: None) -> None:
    one = opened()
    with pytest.raises(AmendmentRefused, match="open already"):
        amendments.open_amendment(one.proposal, kinds=["budget"], reason="Again", by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.create(proposal=one.proposal, number=2, reason="Again")


@pytest.mark.parametrize(
    ("kinds", "reason", "end", "field"),
    [
        ([], "Floods", None, "kinds"), (["other"], "Floods", None, "kinds"), (["budget"], " ", None, "reason"),
        (["extension"], "Floods", None, "new_end"), (["extension"], "Floods", date(2027, 12, 31), "new_end"),
        (["budget"], "Floods", END, "new_end"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(
    db: None, kinds: list[str], reason: str, end: date | None, field: str
) -> None:
    made = activated()
    with pytest.raises(AmendmentRefused) as refused:
        amendments.open_amendment(made, kinds=kinds, reason=reason, new_end=end, by=SYSTEM)
    assert refused.value.field == field
    assert not made.amendments.exists()


def test_a_project_that_is_not_carried_out_is_not_amended(db: None) -> None:
    made = activated()
    Record.objects.filter(pk=made.pk).update(stage="closing")
    with pytest.raises(AmendmentRefused, match="carried out"):
        amendments.open_amendment(made, kinds=["budget"], reason="Floods", by=SYSTEM)


@pytest.mark.parametrize("name", ["boris", "carla", "dora", "hana", "ion", "jan", "nobody"])
def test_others_open_none(people: dict[str, Any], name: str) -> None:
    made = activated(office=people["ana"].memberships.get().office, visibility="internal")
    with pytest.raises(PermissionDenied):
        amendments.open_amendment(made, kinds=["budget"], reason="Floods", by=people[name])
