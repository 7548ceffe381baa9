"""Deciding: with every verdict or openly without, on the round that was seen, never by an author."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.models import Membership, Office
from migov.foundation.records.models import JournalEntry, Record
from migov.services.clearance import actions
from migov.services.clearance.errors import Ended, StaleRound
from migov.services.clearance.models import Decision, Delegation, State
from migov.services.clearance.queries import abilities, waiting_for
from migov.services.clearance.subjects import Refused
from migov.services.notices.models import Notice
from tests.factories import person
from tests.services.clearance import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_it_is_cleared_when_every_required_verdict_is_there(clearance, record, people):
    desk.clear(clearance, people["carla"], people["emil"])
    made = actions.decide(clearance, round=1, outcome="cleared", reason="Sound.", by=people["dora"])
    clearance.refresh_from_db()
    assert (clearance.state, clearance.reason, clearance.ended_by) == (State.CLEARED, "Sound.", people["dora"])
    assert not made.overrode
    assert Record.objects.get(pk=record.pk).stage == "endorsed"
    told = Notice.objects.filter(kind="clearance-cleared")
    assert {notice.person.username for notice in told} == {"ana", "carla", "emil"}


def test_missing_verdicts_are_named_and_can_only_be_passed_over_openly(clearance, people):
    desk.clear(clearance, people["carla"])
    with pytest.raises(Refused, match=r"still missing: M&E \(emil\)"):
        actions.decide(clearance, round=1, outcome="cleared", reason="Sound.", by=people["dora"])
    made = actions.decide(
        clearance, round=1, outcome="cleared", reason="The donor closes tonight.", override=True, by=people["dora"]
    )
    assert (made.overrode, made.missing) == (True, "M&E (emil)")
    assert JournalEntry.objects.get(verb="clearance decided").detail["without"] == "M&E (emil)"


def test_a_verdict_on_an_earlier_round_does_not_count(clearance, record, people):
    desk.clear(clearance, people["carla"], people["emil"])
    desk.write(record, "New words.")
    desk.submit(record, people["ana"], seen_round=1)
    with pytest.raises(Refused, match="round 2 are still missing"):
        actions.decide(clearance, round=2, outcome="cleared", reason="Sound.", by=people["dora"])


def test_nothing_is_passed_over_where_nothing_is_missing(clearance, people):
    desk.clear(clearance, people["carla"], people["emil"])
    made = actions.decide(clearance, round=1, outcome="cleared", reason="Sound.", override=True, by=people["dora"])
    assert not made.overrode


def test_a_seat_that_is_not_required_is_not_waited_for(clearance, people):
    actions.assign(clearance, person=people["fatos"], by=people["dora"])
    desk.clear(clearance, people["carla"], people["emil"])
    assert actions.decide(clearance, round=1, outcome="cleared", reason="Sound.", by=people["dora"]).missing == ""


@pytest.mark.parametrize("outcome", ["cleared", "refused", "returned"])
def test_a_reason_is_needed(clearance, people, outcome):
    with pytest.raises(Refused, match="Give the reason"):
        actions.decide(clearance, round=1, outcome=outcome, reason="  ", override=True, by=people["dora"])


def test_a_decision_on_an_older_round_is_refused(clearance, record, people):
    desk.write(record, "New words.")
    desk.submit(record, people["ana"], seen_round=1)
    with pytest.raises(StaleRound, match="Round 2 was handed in meanwhile"):
        actions.decide(clearance, round=1, outcome="refused", reason="No.", by=people["dora"])
    assert not Decision.objects.exists()


def test_sent_back_it_waits_for_its_authors_and_opens_with_the_next_round(clearance, record, people):
    actions.decide(clearance, round=1, outcome="returned", reason="See comments.", by=people["dora"])
    clearance.refresh_from_db()
    assert (clearance.state, clearance.reason) == (State.RETURNED, "See comments.")
    assert Record.objects.get(pk=record.pk).stage == "proposal"
    for outcome in ("cleared", "returned"):
        with pytest.raises(Refused, match="sent back to be changed"):
            actions.decide(clearance, round=1, outcome=outcome, reason="x", override=True, by=people["dora"])
    desk.write(record, "New words.")
    desk.submit(record, people["ana"], seen_round=1)
    clearance.refresh_from_db()
    assert (clearance.state, clearance.round, clearance.reason) == (State.OPEN, 2, "")
    assert Decision.objects.get().reason == "See comments."


def test_what_is_over_is_not_decided_again(clearance, people):
    actions.decide(clearance, round=1, outcome="refused", reason="No.", by=people["dora"])
    with pytest.raises(Ended, match="is over: not endorsed, by dora"):
        actions.decide(clearance, round=1, outcome="cleared", reason="Yes.", override=True, by=people["dora"])


def test_an_author_does_not_decide_even_as_endorser(clearance, record, people):
    dora = people["dora"]
    Record.objects.filter(pk=record.pk).update(owner=dora)
    with pytest.raises(PermissionDenied, match="written themselves"):
        actions.decide(clearance, round=1, outcome="refused", reason="No.", by=dora)


def test_a_stand_in_of_an_endorser_decides_and_both_are_named(clearance, people):
    today = timezone.localdate()
    Delegation.objects.create(person=people["dora"], to=people["galina"], starts=today, ends=today + timedelta(days=1))
    made = actions.decide(clearance, round=1, outcome="refused", reason="No.", by=people["galina"])
    assert (made.by, made.stood_in_for) == (people["galina"], people["dora"])
    assert JournalEntry.objects.get(verb="clearance decided").detail["instead_of"] == "dora"


def test_a_stand_in_of_an_author_endorser_or_an_author_as_stand_in_does_not(clearance, record, people):
    today = timezone.localdate()
    Delegation.objects.create(person=people["dora"], to=people["ana"], starts=today, ends=today)
    with pytest.raises(PermissionDenied, match="written themselves"):
        actions.decide(clearance, round=1, outcome="refused", reason="No.", by=people["ana"])
    Record.objects.filter(pk=record.pk).update(owner=people["dora"])
    Delegation.objects.create(person=people["dora"], to=people["galina"], starts=today, ends=today)
    with pytest.raises(PermissionDenied):
        actions.decide(clearance, round=1, outcome="refused", reason="No.", by=people["galina"])


def test_who_handed_it_in_does_not_decide_whoever_owns_it_by_now(clearance, record, people):
    both = person("endorser", username="both")
    Membership.objects.create(user=both, office=record.office, role="developer")
    desk.write(record, "New words.")
    desk.submit(record, both, seen_round=1)
    assert abilities(both, clearance).author
    assert not waiting_for(both).decisions
    with pytest.raises(PermissionDenied, match="written themselves"):
        actions.decide(clearance, round=2, outcome="cleared", reason="Mine.", override=True, by=both)
    today = timezone.localdate()
    Delegation.objects.create(person=both, to=people["galina"], starts=today, ends=today)
    with pytest.raises(PermissionDenied):
        actions.decide(clearance, round=2, outcome="cleared", reason="His.", override=True, by=people["galina"])


def test_a_character_that_a_database_refuses_is_left_out(clearance, people):
    made = actions.decide(clearance, round=1, outcome="returned", reason="Say\x00 more.", by=people["dora"])
    assert made.reason == "Say more."


def test_an_endorser_of_another_country_office_does_not_decide(clearance, people):
    other = person("endorser", Office.objects.get(code="chisinau"))
    own = person("endorser", Office.objects.get(code="tirana"))
    with pytest.raises(PermissionDenied):
        actions.decide(clearance, round=1, outcome="refused", reason="No.", by=other)
    assert actions.decide(clearance, round=1, outcome="refused", reason="No.", by=own).by == own
    assert Membership.objects.filter(user=own).exists()


def test_an_outcome_that_does_not_exist_is_an_error(clearance, people):
    with pytest.raises(ValueError, match="maybe"):
        actions.decide(clearance, round=1, outcome="maybe", reason="x", by=people["dora"])
