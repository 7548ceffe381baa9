"""Verdicts and the checklist: who may give them, on which round, and what they need."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.services.clearance import actions
from migov.services.clearance.errors import Ended, JudgedMeanwhile, StaleRound
from migov.services.clearance.models import ChecklistAnswer, Delegation, Verdict
from migov.services.clearance.subjects import Refused
from migov.services.notices.models import Notice
from tests.factories import person
from tests.services.clearance import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def seat(clearance, people):
    return desk.seat_of(clearance, people["carla"])


@pytest.fixture
def stand_in(people):
    """Carla is absent today; Gregor stands in for her."""
    gregor, today = person("specialist", username="gregor"), timezone.localdate()
    Delegation.objects.create(person=people["carla"], to=gregor, starts=today, ends=today + timedelta(days=3))
    return gregor


def test_clear_needs_every_question_answered(seat, people, clearance):
    carla = people["carla"]
    with pytest.raises(Refused, match="2 questions of the checklist are not answered yet: Is the need shown"):
        actions.judge(seat, round=1, opinion="clear", by=carla)
    actions.answer_checklist(seat, round=1, question="clear-need", answer="yes", by=carla)
    with pytest.raises(Refused, match="1 question of the checklist is not answered yet: Is the money well spent"):
        actions.judge(seat, round=1, opinion="comments", note="Fine.", by=carla)
    actions.answer_checklist(seat, round=1, question="money", answer="na", by=carla)
    verdict = actions.judge(seat, round=1, opinion="clear", by=carla)
    assert (verdict.opinion, verdict.submission.number, verdict.by) == ("clear", 1, carla)


def test_changes_need_a_note_or_an_open_comment_and_no_checklist(seat, people, clearance):
    carla = people["carla"]
    for opinion in ("changes", "not-cleared"):
        with pytest.raises(Refused, match="Say in a note or a comment"):
            actions.judge(seat, round=1, opinion=opinion, note="  ", by=carla)
    remark = actions.comment(clearance, round=1, anchor="budget", body="Too dear.", by=carla)
    assert actions.judge(seat, round=1, opinion="changes", by=carla).opinion == "changes"
    actions.settle(remark, by=carla)
    with pytest.raises(Refused):
        actions.judge(seat, round=1, opinion="not-cleared", by=carla)
    assert actions.judge(seat, round=1, opinion="not-cleared", note="Not in this form.", by=carla).note


def test_a_verdict_that_was_changed_is_kept(seat, people):
    carla = people["carla"]
    actions.judge(seat, round=1, opinion="changes", note="No baseline.", by=carla)
    actions.judge(seat, round=1, opinion="not-cleared", note="Worse than I thought.", by=carla)
    assert Verdict.objects.count() == 2
    assert Verdict.objects.current().get().opinion == "not-cleared"


def test_a_verdict_on_an_older_round_is_refused_with_the_newest(seat, record, people):
    desk.write(record, "New words.")
    desk.submit(record, people["ana"], seen_round=1)
    with pytest.raises(StaleRound, match="Round 2 was handed in meanwhile, and your page shows round 1"):
        actions.judge(seat, round=1, opinion="changes", note="x", by=people["carla"])
    with pytest.raises(StaleRound):
        actions.answer_checklist(seat, round=1, question="money", answer="yes", by=people["carla"])
    with pytest.raises(StaleRound, match="There is no round 7"):
        actions.judge(seat, round=7, opinion="changes", note="x", by=people["carla"])


def test_nothing_is_judged_after_the_end_or_while_it_is_sent_back(seat, clearance, people):
    actions.decide(clearance, round=1, outcome="returned", reason="See comments.", by=people["dora"])
    with pytest.raises(Refused, match="sent back"):
        actions.judge(seat, round=1, opinion="changes", note="x", by=people["carla"])
    actions.decide(clearance, round=1, outcome="refused", reason="No.", by=people["dora"])
    with pytest.raises(Ended, match="is over"):
        actions.judge(seat, round=1, opinion="changes", note="x", by=people["carla"])


def test_only_the_reviewer_and_the_stand_in_have_the_seat(seat, people, stand_in):
    for name in ("emil", "dora", "kim", "boris"):
        with pytest.raises(PermissionDenied):
            actions.judge(seat, round=1, opinion="changes", note="x", by=people[name])
    verdict = actions.judge(seat, round=1, opinion="changes", note="In her place.", by=stand_in)
    assert (verdict.by, verdict.review.reviewer) == (stand_in, people["carla"])
    assert Notice.objects.filter(person=people["carla"], kind="verdict").exists()


def test_reviewer_and_stand_in_do_not_overwrite_each_other_unseen(seat, people, stand_in):
    first = actions.judge(seat, round=1, opinion="changes", note="In her place.", by=stand_in)
    with pytest.raises(JudgedMeanwhile, match="gregor gave the verdict of this seat meanwhile: changes needed"):
        actions.judge(seat, round=1, opinion="not-cleared", note="No.", by=people["carla"])
    second = actions.judge(seat, round=1, opinion="not-cleared", note="No.", replaces=first.pk, by=people["carla"])
    assert list(Verdict.objects.current()) == [second]


def test_a_stand_in_of_yesterday_has_the_seat_no_more(seat, people, stand_in):
    yesterday = timezone.localdate() - timedelta(days=1)
    Delegation.objects.update(starts=yesterday, ends=yesterday)
    with pytest.raises(PermissionDenied):
        actions.judge(seat, round=1, opinion="changes", note="x", by=stand_in)


def test_an_author_who_stands_in_does_not_review(seat, people):
    today = timezone.localdate()
    Delegation.objects.create(person=people["carla"], to=people["ana"], starts=today, ends=today)
    with pytest.raises(PermissionDenied, match="written themselves"):
        actions.judge(seat, round=1, opinion="changes", note="x", by=people["ana"])


def test_answers_are_changed_by_a_new_row_and_saying_the_same_makes_none(seat, people):
    def answer(value, note=""):
        return actions.answer_checklist(seat, round=1, question="money", answer=value, note=note, by=people["carla"])

    answer("yes")
    answer("yes")
    assert ChecklistAnswer.objects.count() == 1
    answer("no", "Half of it is travel.")
    assert ChecklistAnswer.objects.count() == 2
    assert ChecklistAnswer.objects.current().get().note == "Half of it is travel."


def test_questions_and_answers_that_do_not_exist_are_refused(seat, people):
    with pytest.raises(Refused, match="has no question"):
        actions.answer_checklist(seat, round=1, question="colour", answer="yes", by=people["carla"])
    with pytest.raises(ValueError, match="maybe"):
        actions.answer_checklist(seat, round=1, question="money", answer="maybe", by=people["carla"])


def test_with_the_last_required_verdict_those_who_decide_are_told_once(clearance, people):
    desk.clear(clearance, people["carla"])
    assert not Notice.objects.filter(kind="to-decide").exists()
    desk.clear(clearance, people["emil"])
    desk.clear(clearance, people["emil"])
    assert [notice.person.username for notice in Notice.objects.filter(kind="to-decide")] == ["dora"]
