"""Handing in: a frozen version, seats, due dates; and what stands in the way."""

from __future__ import annotations

from datetime import date

import pytest
import reversion
from django.utils import timezone
from reversion.models import Version

from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry, Record
from migov.services.clearance import actions, workdays
from migov.services.clearance.actions.handing import freeze
from migov.services.clearance.errors import AlreadyStanding, Ended, Hindered, StaleRound
from migov.services.clearance.models import Clearance, State
from migov.services.clearance.queries import content_of
from migov.services.clearance.subjects import Refused
from migov.services.notices.models import Notice
from tests.factories import RecordFactory
from tests.services.clearance import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_first_round_freezes_what_was_handed_in_and_asks_those_whom_the_rules_name(record, people):
    made = desk.submit(record, people["ana"], note="First try.")
    clearance = made.clearance
    assert (clearance.state, clearance.round, clearance.title) == (State.OPEN, 1, "Work after return")
    seats = list(clearance.reviews.all())
    assert {(seat.seat, seat.reviewer) for seat in seats} == {("Specialist", people["carla"]), ("M&E", people["emil"])}
    assert seats[0].because == "theme: Labour migration and human development"
    assert {seat.due for seat in seats} == {
        workdays.after(timezone.localdate(), 5),
        workdays.after(timezone.localdate(), 3),
    }
    assert clearance.due == workdays.after(workdays.after(timezone.localdate(), 5), 3)
    assert Record.objects.get(pk=record.pk).stage == "review"
    desk.write(record, "Something else.")
    assert content_of(made).parts[0].text == desk.SUMMARY
    frozen = Version.objects.get(revision=made.revision)
    assert frozen.field_dict["summary"] == desk.SUMMARY
    assert frozen.revision.user == people["ana"]


def test_it_is_journalled_and_reviewers_are_told(record, people):
    desk.submit(record, people["ana"])
    entry = JournalEntry.objects.get(record_id=record.pk)
    assert (entry.verb, entry.by_name, entry.detail["round"]) == ("clearance submitted", "ana", 1)
    assert {notice.person.username for notice in Notice.objects.filter(kind="review-asked")} == {"carla", "emil"}


def test_a_second_round_keeps_the_seats_adds_what_is_newly_needed_and_is_due_anew(clearance, record, people):
    clearance.reviews.update(due=date(2020, 1, 1), escalated_at=timezone.now())
    desk.ReviewRule.objects.create(
        code="t-policy", subject="test-paper", seat="Policy", role="policy", flag="regional", days=2
    )
    Record.objects.filter(pk=record.pk).update(source="regional", summary="Other words.")
    made = desk.submit(record, people["ana"], seen_round=1)
    assert made.number == 2
    seats = {seat.seat: seat for seat in clearance.reviews.all()}
    assert set(seats) == {"Specialist", "M&E", "Policy"}
    assert seats["Policy"].reviewer == people["fatos"]
    assert "several countries" in seats["Policy"].because
    assert all(seat.due >= timezone.localdate() and seat.escalated_at is None for seat in seats.values())


def test_a_rule_that_was_met_before_is_not_met_twice(clearance, record, people):
    for number in (1, 2):
        desk.submit(record, people["ana"], seen_round=number, note="Again.")
    assert clearance.reviews.count() == 2


def test_what_did_not_change_needs_a_note(clearance, record, people):
    with pytest.raises(Refused, match="Nothing has changed since round 1"):
        desk.submit(record, people["ana"], seen_round=1)
    assert desk.submit(record, people["ana"], seen_round=1, note="Answers are in the comments.").number == 2


def test_what_hinders_is_said_and_nothing_is_kept(record, people):
    desk.write(record, "")
    with pytest.raises(Hindered, match="The summary is empty") as refusal:
        desk.submit(record, people["ana"])
    assert refusal.value.reasons == ["The summary is empty."]
    assert not Clearance.objects.exists()


def test_a_double_submit_is_told_of_the_first(clearance, record, people):
    with pytest.raises(StaleRound, match="handed in meanwhile, as round 1") as stale:
        desk.submit(record, people["ana"])
    assert stale.value.newest == 1
    desk.write(record, "New.")
    desk.submit(record, people["ana"], seen_round=1)
    with pytest.raises(StaleRound, match="Round 2 was handed in meanwhile"):
        desk.submit(record, people["ana"], seen_round=1)


def test_a_resubmission_after_the_end_is_told_of_the_decision(clearance, record, people):
    actions.decide(clearance, round=1, outcome="refused", reason="No.", by=people["dora"])
    with pytest.raises(StaleRound, match="is over: not endorsed, by dora"):
        desk.submit(record, people["ana"], seen_round=1, note="Again.")
    assert desk.submit(record, people["ana"]).number == 1  # who has seen that it is over begins anew
    assert Clearance.objects.filter(record=record).count() == 2


def test_a_round_that_never_was_is_refused(record, people):
    with pytest.raises(StaleRound, match="no open clearance"):
        desk.submit(record, people["ana"], seen_round=3)


def test_two_works_of_one_record_do_not_stand_at_once(clearance, record, people):
    with pytest.raises(AlreadyStanding, match="is in clearance already"):
        actions.submit(record, subject="test-other", by=people["ana"])
    with pytest.raises(AlreadyStanding):
        desk.submit(record, people["ana"], item=5, seen_round=1)


def test_a_removed_record_cannot_be_handed_in(record, people):
    Record.objects.filter(pk=record.pk).update(removed_at=timezone.now())
    with pytest.raises(Refused, match="removed from the register"):
        desk.submit(record, people["ana"])


def test_a_seat_for_which_nobody_is_found_is_made_and_said(record, people):
    people["carla"].themes.clear()
    clearance = desk.submit(record, people["ana"]).clearance
    assert clearance.reviews.get(seat="Specialist").reviewer is None
    told = Notice.objects.filter(kind="seat-empty")
    assert {notice.person.username for notice in told} >= {"dora", "emil", "hana"}


def test_taking_back_ends_it_and_tells_the_reviewers(clearance, record, people):
    with pytest.raises(Refused, match="Say why"):
        actions.take_back(clearance, reason=" ", by=people["ana"])
    actions.take_back(clearance, reason="Budget is wrong.", by=people["ana"])
    clearance.refresh_from_db()
    assert (clearance.state, clearance.reason, clearance.ended_by) == (
        State.WITHDRAWN,
        "Budget is wrong.",
        people["ana"],
    )
    assert Record.objects.get(pk=record.pk).stage == "proposal"
    assert Notice.objects.filter(kind="clearance-withdrawn").count() == 2
    with pytest.raises(Ended):
        actions.take_back(clearance, reason="Again.", by=people["ana"])


def test_six_hundred_rows_are_frozen_in_few_statements(people, django_assert_max_num_queries):
    rows = [RecordFactory(summary="word " * 50) for _ in range(600)]
    with django_assert_max_num_queries(12):
        revision = freeze(rows, by=people["ana"])
    assert Version.objects.filter(revision=revision).count() == 600
    assert reversion.is_registered(Record)


def test_a_reviewer_who_left_is_named_when_it_is_handed_in_again(record, people):
    clearance = desk.submit(record, people["ana"]).clearance
    User.objects.filter(pk=people["carla"].pk).update(is_active=False)
    Notice.objects.all().delete()
    desk.submit(record, people["ana"], seen_round=1, note="Again.")
    told = Notice.objects.filter(kind="seat-empty")
    assert {notice.person.username for notice in told} == {"dora", "emil", "hana"}
    assert told[0].text == "Name a reviewer for: Specialist (carla)."
    assert desk.seat_of(clearance, people["carla"]).required
