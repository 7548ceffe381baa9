"""Answers to the checklist in the next round: they stand where nothing changed."""

from __future__ import annotations

import pytest

from migov.services.clearance import actions, queries
from migov.services.clearance.models import ChecklistAnswer
from migov.services.clearance.subjects import Refused
from tests.services.clearance import desk

pytestmark = pytest.mark.django_db


def answered(clearance, person):
    """Question → answer of a person's seat on the newest round."""
    seats = queries.seats(clearance, clearance.round)
    own = next(one for one in seats if one.review.reviewer_id == person.pk)
    return {code: given.answer for code, given in own.answers.items()}


def test_answers_about_unchanged_places_stand_with_their_time(record, people, clearance):
    carla = people["carla"]
    desk.answer_all(clearance, carla)
    desk.submit(record, people["ana"], seen_round=1, note="Nothing changed, but the letter came.")
    clearance.refresh_from_db()
    assert answered(clearance, carla) == {"clear-need": "yes", "money": "yes"}
    first, again = ChecklistAnswer.objects.filter(question="money").order_by("submission__number")
    assert again.recorded_at == first.recorded_at
    assert actions.judge(desk.seat_of(clearance, carla), round=2, opinion="clear", by=carla)


def test_questions_about_changed_places_are_asked_again(record, people, clearance):
    carla = people["carla"]
    desk.answer_all(clearance, carla)
    desk.write(record, desk.SUMMARY.replace("\n\n", "\n\n\n\n"))  # another text, the same lines of the budget
    desk.submit(record, people["ana"], seen_round=1)
    clearance.refresh_from_db()
    assert answered(clearance, carla) == {"money": "yes"}
    with pytest.raises(Refused, match="1 question of the checklist is not answered yet: Is the need shown"):
        actions.judge(desk.seat_of(clearance, carla), round=2, opinion="clear", by=carla)
