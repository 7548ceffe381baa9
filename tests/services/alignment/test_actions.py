"""Deciding alignments: what each decision leaves behind, and what it refuses."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from migov.foundation.frameworks.models import Framework
from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office
from migov.foundation.records.models import JournalEntry, Record
from migov.services.alignment import actions, ledger
from migov.services.alignment.errors import AlignmentError, AlreadyDecided, StaleDecision, WrongShares
from migov.services.alignment.models import Alignment
from tests.factories import element, project, result

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(people: dict[str, Any]) -> Record:
    """A project of the office in Tirana."""
    return project(office=Office.objects.get(code="tirana")).record


def current(record: Record, code: str = "10") -> Alignment | None:
    return Alignment.objects.current().filter(record=record, element=element(code)).first()


def test_a_declaration_is_confirmed_at_once_and_journalled(work: Record, people: dict[str, Any]) -> None:
    made = actions.declare(work, element("10"), significance="principal", note="Words", by=people["ana"])
    assert (made.status, made.origin, made.significance, made.note) == ("confirmed", "declared", "principal", "Words")
    assert (made.decided_by, made.decided_at) == (people["ana"], made.recorded_at)
    entry = JournalEntry.objects.get(record_id=work.pk)
    assert (entry.verb, entry.by_name, entry.detail["element"]) == ("alignment declared", "ana", "10")


def test_every_decision_grows_the_revision_of_the_record_and_of_its_whole(work: Record) -> None:
    part = result(work.project).record
    actions.declare(part, element("10"), by=SYSTEM)
    for record in (work, part):
        before = record.revision
        record.refresh_from_db()
        assert record.revision == before + 1


def test_a_declaration_takes_up_a_proposal_with_its_reasons(work: Record, people: dict[str, Any]) -> None:
    proposal = actions.propose(work, element("10"), origin="sector", source="DAC 15190", reasons=["why"])
    made = actions.declare(work, element("10"), by=people["ana"])
    proposal.refresh_from_db()
    assert proposal.superseded_at == made.recorded_at
    assert (made.origin, made.source, made.reasons) == ("declared", "DAC 15190", ["why"])


def test_what_is_decided_cannot_be_declared_again(work: Record, people: dict[str, Any]) -> None:
    actions.declare(work, element("10"), by=people["ana"], significance="principal")
    with pytest.raises(AlreadyDecided, match="confirmed as principal by ana on") as caught:
        actions.declare(work, element("10"), by=people["carla"])
    assert caught.value.standing == current(work)
    actions.reject(current(work), by=people["carla"])
    with pytest.raises(AlreadyDecided, match="rejected by carla"):
        actions.declare(work, element("10"), by=people["ana"])


def test_an_element_that_was_retired_cannot_be_declared(work: Record) -> None:
    gone = element("10")
    gone.retired_at = timezone.now()
    gone.save()
    with pytest.raises(AlignmentError, match="no longer part"):
        actions.declare(work, gone, by=SYSTEM)


def test_a_removed_record_is_not_decided_about(work: Record) -> None:
    proposal = actions.propose(work, element("10"), origin="sector")
    Record.objects.filter(pk=work.pk).update(removed_at=timezone.now())
    with pytest.raises(AlignmentError, match="was removed"):
        actions.confirm(proposal, by=SYSTEM)


def test_a_proposal_is_confirmed_by_appending(work: Record, people: dict[str, Any]) -> None:
    proposal = actions.propose(work, element("10"), origin="suggested", source="matcher", reasons=["word"])
    made = actions.confirm(proposal.pk, by=people["dora"], significance="principal")
    assert Alignment.objects.filter(record=work).count() == 2
    assert (made.origin, made.significance, made.reasons) == ("suggested", "principal", ["word"])
    assert Alignment.objects.as_of(made.recorded_at).get(record=work) == proposal
    assert Alignment.objects.current().get(record=work) == made


def test_confirming_again_is_refused_but_the_role_can_be_changed(work: Record, people: dict[str, Any]) -> None:
    first = actions.declare(work, element("10"), by=people["ana"])
    with pytest.raises(AlreadyDecided):
        actions.confirm(first, by=people["dora"])
    assert actions.confirm(first, significance="principal", by=people["dora"]).significance == "principal"


def test_a_rejection_keeps_its_reason_and_can_be_overturned(work: Record, people: dict[str, Any]) -> None:
    proposal = actions.propose(work, element("10"), origin="sector")
    rejected = actions.reject(proposal, by=people["carla"], note="Only the sector code fits")
    assert (rejected.status, rejected.note) == ("rejected", "Only the sector code fits")
    with pytest.raises(AlreadyDecided):
        actions.reject(rejected, by=people["carla"])
    assert actions.confirm(rejected, by=people["dora"]).status == "confirmed"


def test_what_people_decided_is_never_proposed_anew(work: Record, people: dict[str, Any]) -> None:
    rejected = actions.reject(actions.propose(work, element("10"), origin="sector"), by=people["carla"])
    assert actions.propose(work, element("10"), origin="suggested", reasons=["more"]) == rejected
    assert current(work) == rejected


def test_the_same_proposal_twice_changes_nothing_and_a_new_reason_supersedes(work: Record) -> None:
    first = actions.propose(work, element("10"), origin="suggested", reasons=["a"])
    assert actions.propose(work, element("10"), origin="suggested", reasons=["a"]) == first
    second = actions.propose(work, element("10"), origin="suggested", reasons=["b"])
    assert current(work) == second != first


def test_taking_back_leaves_nothing_standing_but_the_trace(work: Record, people: dict[str, Any]) -> None:
    made = actions.declare(work, element("10"), by=people["ana"])
    actions.withdraw(made, by=people["ana"], note="Wrong project")
    assert current(work) is None
    assert Alignment.objects.filter(record=work).count() == 1
    assert JournalEntry.objects.filter(
        record_id=work.pk, verb="alignment withdrawn", detail__note="Wrong project"
    ).exists()


@pytest.mark.parametrize("action", [actions.confirm, actions.reject, actions.withdraw])
def test_a_decision_about_a_superseded_row_is_told_what_stands(
    action: Any, work: Record, people: dict[str, Any]
) -> None:
    proposal = actions.propose(work, element("10"), origin="sector")
    rejected = actions.reject(proposal, by=people["carla"])
    with pytest.raises(StaleDecision, match="rejected by carla") as caught:
        action(proposal.pk, by=people["dora"])
    assert caught.value.standing == rejected == current(work)


def test_a_decision_about_a_row_taken_back_says_so(work: Record, people: dict[str, Any]) -> None:
    made = actions.declare(work, element("10"), by=people["ana"])
    actions.withdraw(made, by=people["ana"])
    with pytest.raises(StaleDecision, match="not aligned"):
        actions.reject(made, by=people["dora"])


def test_the_database_holds_one_current_row(work: Record) -> None:
    actions.declare(work, element("10"), by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alignment.objects.create(record=work, element=element("10"), origin="declared")


def test_a_row_that_slipped_in_is_named_and_not_a_crash(work: Record, people: dict[str, Any]) -> None:
    slipped = Alignment.objects.create(
        record=work, element=element("10"), origin="declared", status="confirmed", decided_by=people["emil"]
    )
    with pytest.raises(AlreadyDecided, match="by emil") as caught:
        ledger.append(
            work, element("10"), None, by=people["ana"], at=timezone.now(), origin="declared", status="confirmed",
            significance="principal",
        )  # fmt: skip
    assert caught.value.standing == slipped


def test_history_cannot_run_backwards(work: Record) -> None:
    made = actions.declare(work, element("10"), by=SYSTEM)
    with pytest.raises(ValueError, match="is before"):
        actions.reject(made, by=SYSTEM, at=made.recorded_at - timedelta(days=1))


def test_decisions_of_an_earlier_day_can_be_entered_and_asked(work: Record) -> None:
    day = timezone.now() - timedelta(days=400)
    proposal = actions.propose(work, element("10"), origin="sector", at=day)
    actions.confirm(proposal, by=SYSTEM, at=day + timedelta(days=10))
    statuses = [
        Alignment.objects.as_of(day + timedelta(days=days)).values_list("status", flat=True).first()
        for days in (0, 5, 11)
    ]
    assert statuses == [None, "proposed", "confirmed"]


# Shares


def gcm() -> Framework:
    return Framework.objects.get(code="gcm")


@pytest.fixture
def shared(work: Record, people: dict[str, Any]) -> Record:
    """The project with objectives 9 and 10 confirmed, 10 principal, and shares of 25 and 75 percent."""
    actions.declare(work, element("9"), by=people["ana"])
    actions.declare(work, element("10"), significance="principal", by=people["ana"])
    actions.set_shares(work, gcm(), {element("9").pk: Decimal(25), element("10").pk: Decimal(75)}, by=people["dora"])
    return work


def test_setting_shares_appends_and_keeps_who_decided_the_alignment(shared: Record, people: dict[str, Any]) -> None:
    nine = current(shared, "9")
    assert (nine.share, nine.decided_by) == (Decimal(25), people["ana"])
    assert Alignment.objects.filter(record=shared, element=element("9")).count() == 2
    entry = JournalEntry.objects.get(record_id=shared.pk, verb="shares set")
    assert entry.detail == {"framework": "gcm", "shares": {"9": "25", "10": "75"}}


def test_setting_the_same_shares_again_changes_nothing(shared: Record, people: dict[str, Any]) -> None:
    before = Alignment.objects.count(), JournalEntry.objects.count()
    actions.set_shares(shared, gcm(), {element("9").pk: Decimal(25), element("10").pk: Decimal(75)}, by=people["dora"])
    assert (Alignment.objects.count(), JournalEntry.objects.count()) == before


@pytest.mark.parametrize(
    ("percents", "message", "wrong"),
    [
        ({"9": 50, "10": 49}, "99 %", set()),
        ({"9": 50}, "needs a share", {"10"}),
        ({"9": 50, "10": 25, "11": 25}, "needs a share", {"11"}),
        ({"9": 150, "10": -50}, "needs a share", {"9", "10"}),
    ],
)
def test_shares_that_are_not_whole_are_refused(
    shared: Record, percents: dict[str, int], message: str, wrong: set[str]
) -> None:
    given = {element(code).pk: Decimal(percent) for code, percent in percents.items()}
    with pytest.raises(WrongShares, match=message) as caught:
        actions.set_shares(shared, gcm(), given, by=SYSTEM)
    assert caught.value.fields.keys() == {element(code).pk for code in wrong}
    assert current(shared, "9").share == 25


def test_a_hundredth_off_is_accepted(shared: Record) -> None:
    given = {element("9").pk: Decimal("33.33"), element("10").pk: Decimal("66.66")}
    actions.set_shares(shared, gcm(), given, by=SYSTEM)
    assert current(shared, "10").share == Decimal("66.66")


def test_results_and_frameworks_without_alignments_share_no_money(work: Record) -> None:
    part = result(work.project).record
    made = actions.declare(part, element("10"), by=SYSTEM)
    with pytest.raises(WrongShares, match="not its results"):
        actions.set_shares(part, gcm(), {made.element_id: Decimal(100)}, by=SYSTEM)
    with pytest.raises(WrongShares, match="nothing to share"):
        actions.set_shares(work, gcm(), {}, by=SYSTEM)


@pytest.mark.parametrize("event", ["declare", "confirm", "reject", "withdraw"])
def test_shares_are_dropped_when_the_confirmed_elements_change(
    event: str, shared: Record, people: dict[str, Any]
) -> None:
    if event == "declare":
        actions.declare(shared, element("11"), by=people["ana"])
    elif event == "confirm":
        actions.confirm(actions.propose(shared, element("11"), origin="sector"), by=people["ana"])
    elif event == "reject":
        actions.reject(current(shared, "9"), by=people["ana"])
    else:
        actions.withdraw(current(shared, "9"), by=people["ana"])
    assert not Alignment.objects.current().filter(record=shared, share__isnull=False).exists()
    entry = JournalEntry.objects.filter(record_id=shared.pk).first()
    assert "10" in entry.detail["shares_dropped"]


def test_shares_stay_when_another_framework_or_only_a_role_changes(shared: Record, people: dict[str, Any]) -> None:
    actions.declare(shared, element("10.7", "sdg"), by=people["ana"])
    actions.propose(shared, element("11"), origin="sector")
    actions.confirm(current(shared, "9"), significance="principal", by=people["ana"])
    assert {row.share for row in Alignment.objects.current().filter(share__isnull=False)} == {Decimal(25), Decimal(75)}


def test_shares_can_be_cleared(shared: Record, people: dict[str, Any]) -> None:
    assert actions.clear_shares(shared, gcm(), by=people["dora"]) == 2
    assert actions.clear_shares(shared, gcm(), by=people["dora"]) == 0
    assert current(shared, "9").share is None and current(shared, "9").status == "confirmed"


def test_shares_given_with_declarations_add_up_and_do_not_pass_the_whole(work: Record) -> None:
    actions.declare(work, element("9"), share=Decimal(40), by=SYSTEM)
    with pytest.raises(WrongShares, match=r"110"):
        actions.declare(work, element("10"), share=Decimal(70), by=SYSTEM)
    actions.declare(work, element("10"), share=Decimal(60), by=SYSTEM)
    assert current(work, "9").share == 40


# Who may


ACTIONS = {
    "declare": lambda work, row, by: actions.declare(work, element("12"), by=by),
    "propose": lambda work, row, by: actions.propose(work, element("13"), origin="suggested", by=by),
    "confirm": lambda work, row, by: actions.confirm(row, by=by),
    "reject": lambda work, row, by: actions.reject(row, by=by),
    "withdraw": lambda work, row, by: actions.withdraw(row, by=by),
    "set shares": lambda work, row, by: actions.set_shares(work, gcm(), {element("9").pk: Decimal(100)}, by=by),
    "clear shares": lambda work, row, by: actions.clear_shares(work, gcm(), by=by),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_only_those_who_decide_for_the_office_decide(name: str, work: Record, people: dict[str, Any]) -> None:
    actions.declare(work, element("9"), by=SYSTEM)
    row = actions.propose(work, element("10"), origin="sector")
    before = Alignment.objects.count()
    for who, person in people.items():
        if who in {"ana", "carla", "dora", "emil", "fatos", "kim"}:
            with transaction.atomic():
                ACTIONS[name](work, row, person)
                transaction.set_rollback(True)
        else:
            with pytest.raises(PermissionDenied):
                ACTIONS[name](work, row, person)
    assert Alignment.objects.count() == before


def test_many_are_decided_and_those_that_cannot_be_are_named(work: Record, people: dict[str, Any]) -> None:
    elsewhere = project(office=Office.objects.get(code="chisinau")).record
    keys = [actions.propose(work, element(code), origin="sector").pk for code in ("1", "2", "3")]
    foreign = actions.propose(elsewhere, element("1"), origin="sector").pk
    actions.reject(keys[2], by=people["carla"])
    outcome = actions.decide_many([*keys, foreign, 10**9], confirmed=True, by=people["ana"])
    assert [row.element.code for row in outcome.done] == ["1", "2"]
    reasons = dict(outcome.refused)
    assert reasons.keys() == {keys[2], foreign, 10**9}
    assert "rejected by carla" in reasons[keys[2]] and "role" in reasons[foreign]
