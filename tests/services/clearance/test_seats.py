"""Who sits among the reviewers: asking one more, giving a seat to another, giving it up, moving the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.services.clearance import actions, workdays
from migov.services.clearance.models import Review
from migov.services.clearance.subjects import Refused
from migov.services.notices.models import Notice
from tests.factories import UserFactory, person
from tests.services.clearance import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_one_more_person_is_asked(clearance, people):
    made = actions.assign(clearance, person=people["fatos"], seat="Second look", by=people["hana"])
    assert (made.reviewer, made.seat, made.required) == (people["fatos"], "Second look", False)
    assert made.because == "asked by hana"
    assert made.due == workdays.after(timezone.localdate(), 5)
    assert Notice.objects.filter(person=people["fatos"], kind="review-asked").exists()


@pytest.mark.parametrize(
    ("name", "said"), [("ana", "one of the authors"), ("carla", "reviews it already"), ("ion", "may not see")]
)
def test_who_cannot_review_is_not_asked(clearance, people, name, said):
    with pytest.raises(Refused, match=said):
        actions.assign(clearance, person=people[name], by=people["hana"])


def test_a_seat_is_given_to_another_and_what_was_said_in_it_stays(clearance, people):
    seat = desk.seat_of(clearance, people["carla"])
    actions.judge(seat, round=1, opinion="changes", note="No baseline.", by=people["carla"])
    made = actions.reassign(seat, to=people["fatos"], reason="Carla is ill.", by=people["hana"])
    seat.refresh_from_db()
    assert seat.ended_at is not None
    assert (made.seat, made.rule, made.because, made.required) == (seat.seat, seat.rule, seat.because, True)
    assert seat.verdicts.count() == 1
    assert Notice.objects.filter(person=people["carla"], kind="seat-given").exists()
    with pytest.raises(Refused, match="somebody else meanwhile"):
        actions.judge(seat, round=1, opinion="changes", note="x", by=people["carla"])


def test_an_empty_seat_is_filled_as_it_is(clearance, people):
    seat = desk.seat_of(clearance, people["carla"])
    empty = actions.give_up(seat, reason="I am on mission.", by=people["carla"])
    assert (empty.reviewer, empty.seat) == (None, "Specialist")
    assert Notice.objects.filter(kind="seat-empty", person=people["hana"]).exists()
    filled = actions.reassign(empty, to=people["galina"], by=people["hana"])
    assert (filled.pk, filled.reviewer) == (empty.pk, people["galina"])


def test_a_seat_that_is_not_required_ends_when_it_is_given_up(clearance, people):
    seat = actions.assign(clearance, person=people["fatos"], by=people["hana"])
    with pytest.raises(Refused, match="Say why"):
        actions.give_up(seat, reason="", by=people["fatos"])
    assert actions.give_up(seat, reason="No time.", by=people["fatos"]) is None
    assert not Review.objects.filter(clearance=clearance, reviewer=people["fatos"], ended_at__isnull=True).exists()


def test_a_seat_is_given_up_only_by_who_has_it(clearance, people):
    with pytest.raises(PermissionDenied):
        actions.give_up(desk.seat_of(clearance, people["carla"]), reason="x", by=people["hana"])


def test_days_are_moved_for_a_review_and_for_the_decision(clearance, people):
    day = timezone.localdate() + timedelta(days=20)
    seat = actions.set_due(desk.seat_of(clearance, people["carla"]), due=day, by=people["emil"])
    assert Review.objects.get(pk=seat.pk).due == day
    actions.set_due(clearance, due=day, by=people["emil"])
    clearance.refresh_from_db()
    assert clearance.due == day
    with pytest.raises(Refused, match="passed"):
        actions.set_due(clearance, due=date(2020, 1, 1), by=people["emil"])


def test_inactive_people_are_not_asked(clearance, people):
    gone = person("specialist", is_active=False)
    with pytest.raises(Refused):
        actions.assign(clearance, person=gone, by=people["hana"])
    with pytest.raises(Refused):
        actions.reassign(desk.seat_of(clearance, people["carla"]), to=UserFactory(), by=people["hana"])


def test_remarks_go_with_the_seat_to_who_takes_it(clearance, people):
    remark = actions.comment(clearance, round=1, anchor="budget", body="Dear.", by=people["carla"])
    actions.give_up(desk.seat_of(clearance, people["carla"]), reason="Ill.", by=people["carla"])
    empty = clearance.reviews.get(reviewer=None, ended_at=None)
    with pytest.raises(PermissionDenied):
        actions.settle(remark, by=people["galina"])
    actions.reassign(empty, to=people["galina"], by=people["hana"])
    with pytest.raises(PermissionDenied):
        actions.settle(remark, by=people["emil"])
    assert actions.settle(remark, by=people["galina"]).settled_by == people["galina"]
