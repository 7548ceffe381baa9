"""Two people at once: one clear winner, a clear message to the other, nothing lost. Needs a database with row locks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from migov.foundation.records.models import Record
from migov.services.clearance import actions
from migov.services.clearance.errors import Ended, JudgedMeanwhile, StaleRound
from migov.services.clearance.models import Clearance, Comment, Decision, Delegation, Review, Submission, Verdict
from migov.services.clearance.subjects import Refused
from migov.services.notices.models import Notice
from tests.factories import cast, person
from tests.racing import at_once
from tests.services.clearance import desk

if connection.vendor != "postgresql":
    pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL", allow_module_level=True)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def people(transactional_db: None) -> dict[str, Any]:
    return cast()


def kinds(outcomes: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in outcomes)


def test_of_four_first_submissions_one_is_made(record, people):
    outcomes = at_once(*[lambda: desk.submit(record, people["ana"])] * 4)
    assert kinds(outcomes) == ["StaleRound"] * 3 + ["Submission"]
    assert all("Nothing was handed in twice" in str(one) for one in outcomes if isinstance(one, StaleRound))
    assert (Clearance.objects.count(), Submission.objects.count(), Review.objects.count()) == (1, 1, 2)


def test_of_two_resubmissions_one_is_made(clearance, record, people):
    desk.write(record, "New words.")
    outcomes = at_once(*[lambda: desk.submit(record, people["ana"], seen_round=1)] * 3)
    assert kinds(outcomes) == ["StaleRound", "StaleRound", "Submission"]
    assert list(Submission.objects.values_list("number", flat=True)) == [1, 2]


def test_of_two_different_works_of_a_record_one_stands(record, people):
    outcomes = at_once(
        lambda: desk.submit(record, people["ana"]),
        lambda: actions.submit(record, subject="test-other", by=people["ana"]),
    )
    assert kinds(outcomes) == ["AlreadyStanding", "Submission"]


@pytest.mark.parametrize("outcome", ["refused", "cleared"])
def test_deciding_while_it_is_handed_in_again(record, people, outcome):
    for _n in range(4):
        Record.objects.filter(pk=record.pk).update(summary=desk.SUMMARY)
        clearance = desk.submit(record, people["ana"]).clearance
        desk.write(record, "New words.")

        def decide(key: int = clearance.pk) -> Any:
            return actions.decide(key, round=1, outcome=outcome, reason="x", override=True, by=people["dora"])

        outcomes = at_once(decide, lambda: desk.submit(record, people["ana"], seen_round=1))
        assert "StaleRound" in kinds(outcomes)
        clearance.refresh_from_db()
        if isinstance(outcomes[0], Decision):
            assert "is over" in str(outcomes[1])
            assert (clearance.state, clearance.round) == (outcome, 1)
        else:
            assert "Round 2 was handed in meanwhile" in str(outcomes[0])
            assert (clearance.state, clearance.round) == ("open", 2)
            actions.take_back(clearance, reason="x", by=people["ana"])


def test_of_two_decisions_one_stands(clearance, people):
    other = person("endorser", username="other")
    outcomes = at_once(
        lambda: actions.decide(clearance, round=1, outcome="refused", reason="No.", by=people["dora"]),
        lambda: actions.decide(clearance, round=1, outcome="cleared", reason="Yes.", override=True, by=other),
    )
    assert kinds(outcomes) == ["Decision", "Ended"]
    ended = next(one for one in outcomes if isinstance(one, Ended))
    made = Decision.objects.get()
    assert str(made.by) in str(ended)


def test_of_the_reviewers_and_the_stand_ins_verdict_one_stands(clearance, people):
    today = timezone.localdate()
    Delegation.objects.create(person=people["carla"], to=people["fatos"], starts=today, ends=today)
    seat = desk.seat_of(clearance, people["carla"])
    outcomes = at_once(
        lambda: actions.judge(seat, round=1, opinion="changes", note="Mine.", by=people["carla"]),
        lambda: actions.judge(seat, round=1, opinion="not-cleared", note="In her place.", by=people["fatos"]),
    )
    assert kinds(outcomes) == ["JudgedMeanwhile", "Verdict"]
    late = next(one for one in outcomes if isinstance(one, JudgedMeanwhile))
    assert late.verdict == Verdict.objects.get()


def test_one_person_who_presses_twice_leaves_one_current_verdict(clearance, people):
    seat = desk.seat_of(clearance, people["carla"])
    at_once(*[lambda: actions.judge(seat, round=1, opinion="changes", note="x", by=people["carla"])] * 3)
    assert Verdict.objects.current().count() == 1


def test_a_verdict_while_it_is_handed_in_again_belongs_to_the_round_it_was_about(clearance, record, people):
    seat = desk.seat_of(clearance, people["carla"])
    desk.write(record, "New words.")
    outcomes = at_once(
        lambda: actions.judge(seat, round=1, opinion="changes", note="x", by=people["carla"]),
        lambda: desk.submit(record, people["ana"], seen_round=1),
    )
    assert isinstance(outcomes[1], Submission)
    assert isinstance(outcomes[0], StaleRound) or outcomes[0].submission.number == 1


def test_wording_that_is_accepted_while_the_author_writes(clearance, record, people):
    remark = actions.comment(
        clearance,
        round=1,
        anchor="section:summary",
        body="x",
        quote="200 people",
        wording="300 people",
        by=people["carla"],
    )

    @transaction.atomic
    def write() -> None:
        locked = Record.objects.select_for_update().get(pk=record.pk)
        locked.summary += " And more."
        locked.save(update_fields=["summary"])

    outcomes = at_once(lambda: actions.accept_wording(remark, by=people["ana"]), write)
    assert kinds(outcomes) == ["Comment", "NoneType"]
    assert Record.objects.get(pk=record.pk).summary == desk.SUMMARY.replace("200", "300") + " And more."


def test_wording_that_two_accept_is_put_in_once(clearance, record, people):
    remark = actions.comment(
        clearance, round=1, anchor="section:summary", body="x", quote="200 people", wording="200 people and 200 people", by=people["carla"]
    )  # fmt: skip
    tina = person("developer", record.office, username="tina")
    outcomes = at_once(
        lambda: actions.accept_wording(remark, by=people["ana"]), lambda: actions.accept_wording(remark, by=tina)
    )
    assert kinds(outcomes) == ["Comment", "Refused"]
    assert Record.objects.get(pk=record.pk).summary.count("200 people") == 2
    assert "done meanwhile" in str(next(one for one in outcomes if isinstance(one, Refused)))


def test_comments_made_at_once_are_all_kept(clearance, people):
    def say(name: str) -> Any:
        return lambda: actions.comment(clearance, round=1, anchor="budget", body=name, by=people[name])

    outcomes = at_once(*(say(name) for name in ("carla", "emil", "dora", "fatos")))
    assert kinds(outcomes) == ["Comment"] * 4
    assert Comment.objects.count() == 4


def test_reminders_run_twice_at_once_tell_each_once(clearance, people):
    Review.objects.update(due=date(2026, 11, 5))
    Notice.objects.all().delete()
    at_once(*[lambda: actions.remind(date(2026, 11, 10))] * 3)
    assert Notice.objects.filter(kind="review-due").count() == 2
    assert Notice.objects.filter(kind="review-escalated").count() == 2 * 3


def test_two_who_stand_in_for_one_person_are_not_named_at_once(people):
    day = timezone.localdate()

    def name(who: str) -> Any:
        return lambda: actions.delegate(
            person=people["carla"], to=people[who], starts=day, ends=day, by=people["carla"]
        )

    assert kinds(at_once(name("emil"), name("fatos"))) == ["Delegation", "Refused"]
