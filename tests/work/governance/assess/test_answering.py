"""Answers: appended side by side, never lost, refused where they come too late or from the wrong side."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.records.models import JournalEntry
from migov.services.notices.models import Notice
from migov.work.governance.assess import actions
from migov.work.governance.assess.errors import AnswerConflict, AssessmentRefused
from migov.work.governance.models import Answer, Assessment, AssessmentState, QuestionComment
from tests.factories import PlaceFactory
from tests.work.governance.assess.steps import moldova
from tests.work.governance.making import answered, question_set

pytestmark = pytest.mark.django_db


def test_starting_shares_with_the_government_and_tells_it(people: dict[str, Any]) -> None:
    before = moldova(year=2024)
    made = actions.start(country=PlaceFactory(code="MDA"), year=2026, of=question_set(), by=people["fatos"])
    assert made.previous == before
    assert (made.record.visibility, made.record.owner) == ("partners", people["fatos"])
    assert list(made.record.places.values_list("place__code", flat=True)) == ["MDA"]
    told = Notice.objects.get(person=people["ion"])
    assert made.record.title in told.title and told.url == f"/governance/assessments/{made.pk}/"
    assert JournalEntry.objects.filter(record_id=made.pk, verb="created").exists()


def test_one_assessment_a_country_a_year_and_a_set(people: dict[str, Any]) -> None:
    moldova()
    with pytest.raises(AssessmentRefused, match="already") as refused:
        actions.start(country=PlaceFactory(code="MDA"), year=2026, of=question_set(), by=people["fatos"])
    assert refused.value.field == "year"
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize("who", ["ion", "jan", "nobody", "galina", "hana"])
def test_who_may_not_start(people: dict[str, Any], who: str) -> None:
    with pytest.raises(PermissionDenied):
        actions.start(country=PlaceFactory(code="MDA"), year=2026, of=question_set(), by=people[who])


def test_each_side_answers_for_itself(people: dict[str, Any]) -> None:
    of = moldova()
    theirs = actions.answer(of, "1-1", side="government", option="yes", note="Law 1", number=0, by=people["ion"])
    ours = actions.answer(of, "1-1", side="office", option="partly", number=0, by=people["fatos"])
    assert theirs and ours and (theirs.by, ours.by) == (people["ion"], people["fatos"])
    with pytest.raises(PermissionDenied):
        actions.answer(of, "1-1", side="office", option="no", number=1, by=people["ion"])
    with pytest.raises(PermissionDenied):
        actions.answer(of, "1-1", side="government", option="no", number=1, by=people["fatos"])
    with pytest.raises(PermissionDenied):
        actions.answer(of, "1-1", side="agreed", option="no", number=0, by=people["ion"])


def test_a_new_answer_supersedes_and_keeps_the_old(people: dict[str, Any]) -> None:
    of = moldova()
    actions.answer(of, "1-1", side="office", option="yes", number=0, by=people["fatos"])
    actions.answer(of, "1-1", side="office", option="no", note="Repealed", number=1, by=people["carla"])
    rows = [(one.number, str(one.option), one.superseded_at is None) for one in Answer.objects.order_by("number")]
    assert rows == [(1, "Yes", False), (2, "No", True)]


def test_another_answer_of_the_same_side_meanwhile_is_refused_with_what_stands(people: dict[str, Any]) -> None:
    of = moldova()
    actions.answer(of, "1-1", side="office", option="yes", note="In force", number=0, by=people["carla"])
    with pytest.raises(AnswerConflict) as conflict:
        actions.answer(of, "1-1", side="office", option="no", note="Not applied", number=0, by=people["fatos"])
    assert (conflict.value.stands.note, conflict.value.note) == ("In force", "Not applied")
    assert conflict.value.option is not None and conflict.value.option.code == "no"
    again = actions.answer(of, "1-1", side="office", option="yes", note="In force", number=0, by=people["fatos"])
    assert again is not None and again.number == 1  # the same answer twice is one answer
    over = actions.answer(of, "1-1", side="office", option="no", note="Not applied", number=1, by=people["fatos"])
    assert over is not None and over.number == 2


def test_taking_an_answer_back(people: dict[str, Any]) -> None:
    of = moldova()
    assert actions.answer(of, "1-1", side="office", option="", number=0, by=people["fatos"]) is None
    actions.answer(of, "1-1", side="office", option="yes", number=0, by=people["fatos"])
    back = actions.answer(of, "1-1", side="office", option="", number=1, by=people["fatos"])
    assert back is not None and back.option is None and Answer.objects.count() == 2


@pytest.mark.parametrize("option", ["maybe", "YES"])
def test_only_the_answers_of_the_question_can_be_chosen(people: dict[str, Any], option: str) -> None:
    with pytest.raises(AssessmentRefused, match="Choose one"):
        actions.answer(moldova(), "1-1", side="office", option=option, number=0, by=people["fatos"])


def test_a_question_of_another_set_is_refused(people: dict[str, Any]) -> None:
    other = question_set(code="other", domains=1).questions.get(code="1-1")
    with pytest.raises(AssessmentRefused, match="not asked"):
        actions.answer(moldova(), other, side="office", option="yes", number=0, by=people["fatos"])


def test_the_sides_answer_only_while_it_is_being_answered(people: dict[str, Any]) -> None:
    of = moldova(state=AssessmentState.VALIDATION)
    with pytest.raises(AssessmentRefused, match="being validated"):
        actions.answer(of, "1-1", side="government", option="yes", number=0, by=people["ion"])
    agreed = actions.answer(of, "1-1", side="agreed", option="yes", number=0, by=people["fatos"])
    assert agreed is not None and agreed.side == "agreed"


def test_a_disagreement_is_recorded_in_words(people: dict[str, Any]) -> None:
    of = moldova(state=AssessmentState.VALIDATION)
    said = {"side": "agreed", "option": "", "number": 0, "disputed": True, "by": people["fatos"]}
    with pytest.raises(AssessmentRefused, match="in words") as refused:
        actions.answer(of, "1-1", **said)
    assert refused.value.field == "note"
    made = actions.answer(of, "1-1", note="The ministry counts the decree; we do not.", **said)
    assert made is not None and made.disputed


def test_comments_internal_ones_are_the_offices(people: dict[str, Any]) -> None:
    of = moldova()
    actions.comment(of, "1-1", text="Which law?", by=people["ion"])
    actions.comment(of, "1-1", text="Ask the desk", internal=True, by=people["fatos"])
    with pytest.raises(AssessmentRefused, match="Only the office"):
        actions.comment(of, "1-1", text="Mine", internal=True, by=people["ion"])
    with pytest.raises(AssessmentRefused, match="Write something"):
        actions.comment(of, "1-1", text="  ", by=people["ion"])
    mine = QuestionComment.objects.get(by=people["ion"])
    with pytest.raises(AssessmentRefused, match="own comments"):
        actions.withdraw_comment(of, mine.pk, by=people["fatos"])
    actions.withdraw_comment(of, mine.pk, by=people["ion"])
    assert not QuestionComment.objects.current().filter(by=people["ion"]).exists()


def test_validation_begins_with_an_answer_and_goes_back_with_a_reason(people: dict[str, Any]) -> None:
    of = moldova()
    with pytest.raises(AssessmentRefused, match="No question is answered"):
        actions.validate(of, by=people["fatos"])
    answered(of, "1-1", "yes", "office")
    with pytest.raises(PermissionDenied):
        actions.validate(of, by=people["ion"])
    assert actions.validate(of, by=people["fatos"]).state == AssessmentState.VALIDATION
    assert Notice.objects.filter(person=people["ion"], title__contains="Validation has begun").exists()
    with pytest.raises(AssessmentRefused, match="Say why"):
        actions.answer_again(of, reason=" ", by=people["fatos"])
    assert actions.answer_again(of, reason="A new law", by=people["fatos"]).state == AssessmentState.ANSWERING


def test_what_nobody_objects_to_is_agreed_at_once(people: dict[str, Any]) -> None:
    of = moldova(state=AssessmentState.VALIDATION)
    answered(of, "1-1", "yes", "office")
    answered(of, "1-2", "yes", "office")
    answered(of, "1-2", "no", "government")
    assert actions.agree_unopposed(of, by=people["fatos"]) == 1
    agreed = Answer.objects.get(side="agreed")
    assert (agreed.question.code, agreed.option.code if agreed.option else "") == ("1-1", "yes")
    assert agreed.note


def test_a_head_that_somebody_else_changed_meanwhile_is_refused(people: dict[str, Any]) -> None:
    of = moldova()
    actions.change(of, title="New title", due=None, summary="", revision=1, by=people["fatos"])
    with pytest.raises(AssessmentRefused, match="meanwhile"):
        actions.change(of, title="Other title", due=None, summary="", revision=1, by=people["carla"])
