"""How many questions a page asks of the database, however many questions the assessment asks of people."""

from __future__ import annotations

from typing import Any

import pytest

from migov.work.governance.assess.queries import lists
from migov.work.governance.models import AnswerEvidence, Assessment
from tests.work.governance.assess.steps import all_answered, moldova
from tests.work.governance.making import assessment, question_set

pytestmark = pytest.mark.django_db


def filled(questions: int, code: str) -> Assessment:
    """An assessment with so many questions in each of three domains, all answered, with evidence; one before it."""
    of = question_set(code=code, domains=3, questions=questions)
    before = all_answered(assessment(country="MDA", year=2022, of=of))
    made = all_answered(moldova(of=of, previous=before))
    AnswerEvidence.objects.bulk_create(
        AnswerEvidence(assessment=made, question=one, side="office", kind="article", title="Law")
        for one in of.questions.all()
    )
    return made


@pytest.mark.parametrize("tail", ["", "questions/", "domains/1/", "questions/1-1/", "profile/", "state/"])
@pytest.mark.parametrize("who", ["fatos", "ion"])
def test_pages_ask_the_same_however_many_questions(
    people: dict[str, Any], client_for: Any, django_assert_max_num_queries: Any, tail: str, who: str
) -> None:
    client, of = client_for(people[who]), filled(12, "large")
    with django_assert_max_num_queries(40):
        assert client.get(f"/governance/assessments/{of.pk}/{tail}").status_code == 200


def test_saving_an_answer_is_bounded(
    people: dict[str, Any], client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client, of = client_for(people["fatos"]), filled(12, "large")
    said = {"side": "office", "option": "no", "number": "1"}
    with django_assert_max_num_queries(40):
        done = client.post(f"/governance/assessments/{of.pk}/questions/1-1/answer/", said, HTTP_HX_REQUEST="true")
    assert "Saved." in done.text


def test_the_list_asks_the_same_for_many(
    people: dict[str, Any], client_for: Any, django_assert_max_num_queries: Any
) -> None:
    for year in range(2000, 2024):
        assessment(country="MDA", year=year)
    with django_assert_max_num_queries(32):
        page = client_for(people["ion"]).get("/governance/assessments/")
    assert page.status_code == 200
    keys = list(lists.listed(people["ion"]).values_list("pk", flat=True))
    with django_assert_max_num_queries(6):
        assert len(lists.rows(keys, people["ion"])) == 24
