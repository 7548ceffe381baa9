"""Cross-cutting markers: the rule that makes a level, answers one by one, what is missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from migov.foundation.records.models import Stage, Visibility
from migov.work.proposals.actions import markers as actions
from migov.work.proposals.actions.cells import WrongValue
from migov.work.proposals.actions.ground import Closed, Conflict
from migov.work.proposals.markers import markers, score
from migov.work.proposals.models import MarkerAnswer, Proposal
from migov.work.proposals.queries import markers as queries
from tests.work.proposals.makers import paper

pytestmark = pytest.mark.django_db
People = dict[str, Any]
HTMX = {"HX-Request": "true"}
EVERY = [(marker, question) for marker in markers().values() for question in marker.questions]


def say(
    plan: Proposal,
    by: Any,
    now: str,
    *,
    was: str = "",
    field: str = "answer",
    marker: str = "gender",
    question: str = "analysis",
) -> Any:
    return actions.answer(plan, marker=marker, question=question, field=field, was=was, now=now, by=by)


def test_seven_markers_with_three_to_five_questions_each() -> None:
    assert list(markers()) == [
        "gender",
        "rights",
        "protection",
        "environment",
        "accountability",
        "disability",
        "conflict",
    ]
    assert all(one.about and all(q.help and q.counts for q in one.questions) for one in markers().values())
    assert all(any(q.key for q in one.questions) for one in markers().values())


def test_the_rule() -> None:
    gender = markers()["gender"]  # points 2, 3 (key), 2, 2, 1 (optional)
    every = {one.code: "yes" for one in gender.questions}
    assert score(gender, every).level == 2
    assert score(gender, every | {"activities": "partly"}).level == 1  # most points, but the key question is not met
    assert score(gender, every | {"analysis": "no", "data": "no"}).level == 1  # 6 of 10
    assert score(gender, dict.fromkeys(every, "no") | {"activities": "yes"}).level == 0  # 3 of 10
    assert score(gender, dict.fromkeys(every, "no") | {"activities": "yes", "safety": "na"}).level == 1  # 3 of 9
    assert score(gender, {key: value for key, value in every.items() if key != "data"}).level is None
    assert score(gender, {**every, "data": "perhaps"}).level is None


answers = st.sampled_from(["yes", "partly", "no"])


@given(st.data())
def test_a_better_answer_never_lowers_the_level(data: st.DataObject) -> None:
    marker = data.draw(st.sampled_from(list(markers().values())))
    given_ = {one.code: data.draw(answers) for one in marker.questions}
    better = dict(given_)
    question = data.draw(st.sampled_from([one.code for one in marker.questions]))
    better[question] = {"no": "partly", "partly": "yes", "yes": "yes"}[given_[question]]
    assert (score(marker, better).level or 0) >= (score(marker, given_).level or 0)


def test_answers_are_kept_one_by_one_and_taken_back(people: People) -> None:
    plan, ana = paper(people["ana"]), people["ana"]
    say(plan, ana, "partly")
    say(plan, ana, "Interviews with 40 women", field="justification")
    line = queries.lines(plan)[0].answers[0]
    assert (line.answer, line.justification, line.wanting) == ("partly", "Interviews with 40 women", False)
    say(plan, ana, "", was="partly")
    assert queries.lines(plan)[0].score.answered == 0
    assert (
        MarkerAnswer.objects.get().justification == "Interviews with 40 women"
    )  # the words are not lost with the answer


@pytest.mark.parametrize(
    "wrong",
    [
        {"now": "maybe"}, {"now": "na"}, {"now": "yes", "marker": "none"}, {"now": "yes", "question": "none"},
        {"now": "yes", "field": "points"},
    ],
)  # fmt: skip
def test_what_is_not_asked_cannot_be_answered(people: People, wrong: dict[str, str]) -> None:
    with pytest.raises(WrongValue):
        say(paper(people["ana"]), people["ana"], **wrong)
    assert not MarkerAnswer.objects.exists()


def test_two_people_answer_the_same_question(people: People) -> None:
    plan, ana = paper(people["ana"]), people["ana"]
    say(plan, ana, "yes")
    with pytest.raises(Conflict):
        say(plan, ana, "no")


def test_what_is_missing_is_said(people: People) -> None:
    plan, ana = paper(people["ana"]), people["ana"]
    say(plan, ana, "yes")
    found = queries.findings(plan)
    assert [one.code for one in found] == ["marker-unanswered", "marker-no-justification", *["marker-unanswered"] * 6]
    assert found[0].text == "Gender equality: 4 of 5 questions are not answered."
    for marker, question in EVERY:
        say(plan, ana, "no", marker=marker.code, question=question.code, was="yes" if question == EVERY[0][1] else "")
    assert queries.findings(plan) == []
    assert {one.level for one in queries.lines(plan)} == {0}


def test_only_those_who_write_answer_and_only_while_it_is_open(people: People) -> None:
    plan = paper(people["ana"])
    for who in ("boris", "carla", "galina", "ion", "jan", "nobody"):
        with pytest.raises(PermissionDenied):
            say(plan, people[who], "yes")
    with pytest.raises(Closed):
        say(paper(people["ana"], stage=Stage.ACTIVE), people["ana"], "yes")


def test_the_page_saves_an_answer_and_shows_the_level(people: People, client_for: Any) -> None:
    plan = paper(people["ana"])
    ana, at = client_for(people["ana"]), f"/proposals/{plan.pk}/markers/"
    page = ana.get(at).content.decode()
    assert "at least two thirds of the points" in page
    for question in markers()["rights"].questions:
        answer = ana.post(
            f"{at}rights/{question.code}/",
            {"answer": "yes", "was-answer": "", "justification": "", "was-justification": ""}, headers=HTMX,
        ).content.decode()  # fmt: skip
    assert "2 significant" in answer
    assert "a reason is missing" in answer
    assert ana.post(f"{at}rights/named/", {"justification": "Law 12", "was-justification": ""}).status_code == 302
    assert ana.post(f"{at}rights/nothing/", {"answer": "yes"}).status_code == 404
    clash = ana.post(f"{at}rights/named/", {"answer": "no", "was-answer": ""})
    assert clash.status_code == 422
    assert "Now: yes. Yours: no." in clash.content.decode()


def test_outsiders_find_no_markers(people: People, client_for: Any, client: Client) -> None:
    plan = paper(people["ana"], visibility=Visibility.OFFICE)
    at = f"/proposals/{plan.pk}/markers/"
    assert "/accounts/login" in client.get(at).url
    for who in ("nobody", "jan", "ion", "boris"):
        browser = client_for(people[who])
        assert browser.get(at).status_code == 404
        assert browser.post(f"{at}rights/named/", {"answer": "yes"}).status_code == 404
    plan.project.record.visibility = Visibility.INTERNAL
    plan.project.record.save()
    boris = client_for(people["boris"])
    assert 'name="answer"' not in boris.get(at).content.decode()
    assert boris.post(f"{at}rights/named/", {"answer": "yes", "was-answer": ""}).status_code == 403


def test_all_answers_are_one_question(people: People, django_assert_num_queries: Any) -> None:
    plan = paper(people["ana"])
    MarkerAnswer.objects.bulk_create(
        MarkerAnswer(proposal=plan, marker=marker.code, question=question.code, answer="yes")
        for marker, question in EVERY
    )
    with django_assert_num_queries(1):
        assert {one.level for one in queries.lines(plan)} == {2}
