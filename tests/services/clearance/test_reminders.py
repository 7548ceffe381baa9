"""Reminders: before it is due, on the day, after it; escalation; never twice."""

from __future__ import annotations

from datetime import date

import pytest

from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry
from migov.services.clearance import actions
from migov.services.clearance.models import Clearance, Delegation, Review
from migov.services.notices.models import Notice
from tests.services.clearance import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MONDAY, WEDNESDAY, THURSDAY = date(2026, 11, 2), date(2026, 11, 4), date(2026, 11, 5)


@pytest.fixture
def waiting(clearance):
    """Carla's review is due on Thursday; Emil's and the decision much later."""
    Review.objects.update(due=date(2027, 6, 1))
    Review.objects.filter(reviewer__username="carla").update(due=THURSDAY)
    Clearance.objects.update(due=date(2027, 6, 8))
    Notice.objects.all().delete()
    return clearance


def made(day: date) -> dict[str, int]:
    return {words: number for words, number in actions.remind(day).items() if number}


def test_the_days_on_which_something_is_said(waiting):
    assert made(MONDAY) == {}
    assert made(date(2026, 11, 3)) == {"reviews due soon": 1}  # Tuesday, two working days before
    assert made(WEDNESDAY) == {}
    assert made(THURSDAY) == {"reviews due": 1}
    assert made(date(2026, 11, 6)) == {"reviews overdue": 1}
    assert made(date(2026, 11, 7)) == made(date(2026, 11, 8)) == {}  # at the weekend
    assert made(date(2026, 11, 9)) == {}
    assert made(date(2026, 11, 10)) == {"reviews overdue": 1, "reviews escalated": 3}
    assert made(date(2026, 11, 11)) == {}
    assert made(date(2026, 11, 12)) == {"reviews overdue": 1}


def test_asking_again_on_a_day_says_nothing_twice(waiting):
    assert made(THURSDAY)
    assert made(THURSDAY) == {}
    assert Notice.objects.count() == 1


def test_escalation_tells_those_who_may_name_somebody_else_once(waiting):
    made(date(2026, 11, 10))
    told = Notice.objects.filter(kind="review-escalated")
    assert {notice.person.username for notice in told} == {"dora", "emil", "hana"}
    assert "3 working days late (Specialist, carla)" in told[0].title
    review = Review.objects.get(reviewer__username="carla")
    assert review.escalated_at is not None
    assert JournalEntry.objects.get(verb="review escalated").by_name == "system"
    made(date(2026, 11, 16))
    assert told.count() == 3


def test_who_has_said_something_is_not_reminded(waiting, people):
    actions.judge(
        desk.seat_of(waiting, people["carla"]), round=1, opinion="changes", note="No baseline.", by=people["carla"]
    )
    assert made(date(2026, 11, 10)) == {}


def test_nobody_is_reminded_while_it_is_sent_back_or_over(waiting, people):
    actions.decide(waiting, round=1, outcome="returned", reason="x", by=people["dora"])
    assert made(date(2026, 11, 10)) == {}


def test_the_stand_in_is_reminded_too(waiting, people):
    Delegation.objects.create(person=people["carla"], to=people["fatos"], starts=MONDAY, ends=THURSDAY)
    assert made(THURSDAY) == {"reviews due": 2}


def test_those_who_decide_are_reminded(waiting, people):
    Review.objects.update(due=date(2027, 6, 1))
    Clearance.objects.update(due=THURSDAY)
    assert made(WEDNESDAY) == {}
    assert made(THURSDAY) == {"decisions due": 1}
    assert made(date(2026, 11, 6)) == {}
    assert made(date(2026, 11, 9)) == {"decisions due": 1}
    assert Notice.objects.filter(kind="decision-due").first().person == people["dora"]


def test_a_new_round_begins_anew(waiting, record, people):
    made(date(2026, 11, 10))
    desk.write(record, "New words.")
    desk.submit(record, people["ana"], seen_round=1)
    Review.objects.filter(reviewer__username="carla").update(due=THURSDAY)
    assert made(date(2026, 11, 10)) == {"reviews overdue": 1, "reviews escalated": 3}


def test_an_empty_seat_that_is_late_is_escalated(waiting, people):
    Review.objects.filter(reviewer__username="carla").update(reviewer=None)
    assert made(date(2026, 11, 10)) == {"reviews escalated": 3}
    assert Review.objects.get(reviewer=None).escalated_at is not None


def test_those_who_may_name_somebody_else_are_told_once_of_a_reviewer_who_left(waiting, people):
    Delegation.objects.create(person=people["carla"], to=people["fatos"], starts=MONDAY, ends=date(2026, 12, 1))
    User.objects.filter(pk=people["carla"].pk).update(is_active=False)
    assert made(MONDAY) == {"seats left": 3}
    told = Notice.objects.filter(kind="seat-empty")
    assert {notice.person.username for notice in told} == {"dora", "emil", "hana"}
    assert told[0].title == "carla can no longer review (Specialist): Work after return"
    assert made(MONDAY) == made(THURSDAY) == {}  # who stood in may say nothing any more, and is not reminded
    actions.reassign(desk.seat_of(waiting, people["carla"]), to=people["galina"], by=people["hana"])
    assert made(date(2026, 11, 6)) == {}


def test_a_reviewer_who_no_longer_works_for_the_office_has_left_the_seat_too(waiting, people):
    people["carla"].memberships.all().delete()
    assert made(MONDAY) == {"seats left": 3}


def test_authors_who_stand_in_are_not_asked_about_their_own_work(waiting, people):
    for who in ("carla", "dora"):
        Delegation.objects.create(person=people[who], to=people["ana"], starts=MONDAY, ends=date(2026, 12, 1))
    Clearance.objects.update(due=THURSDAY)
    assert made(THURSDAY) == {"reviews due": 1, "decisions due": 1}
    desk.clear(waiting, people["carla"], people["emil"])
    assert not Notice.objects.filter(
        person=people["ana"], kind__in=("review-due", "decision-due", "to-decide")
    ).exists()
    assert Notice.objects.filter(person=people["dora"], kind="to-decide").exists()
