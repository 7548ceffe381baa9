"""Who reaches which page: the office, the government of the country, other governments, readers, strangers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from migov.foundation.people.models import Role
from migov.foundation.shell.search import search
from migov.work.governance.assess import actions
from migov.work.governance.assess.queries import lists
from migov.work.governance.models import AnswerEvidence, Assessment, QuestionComment
from tests.factories import PlaceFactory, UserFactory, country_office, person
from tests.work.governance.assess.steps import all_answered, in_validation, moldova, published
from tests.work.governance.making import assessment, record

pytestmark = pytest.mark.django_db

GET = (
    "", "questions/", "domains/1/", "questions/1-1/", "questions/1-1/talk/", "questions/1-1/find/", "next/", "profile/",
    "profile.xlsx", "state/",
)  # fmt: skip
OFFICE_GET = ("workshops/", "workshops/screen/", "workshops/live/")
POST = (
    "change/", "validate/", "answer-again/", "agree-unopposed/", "questions/1-1/answer/", "questions/1-1/evidence/",
    "questions/1-1/evidence/take/", "questions/1-1/comments/", "workshops/open/", "workshops/step/", "workshops/close/",
    "submit/", "take-back/", "ask-consent/", "consent/", "publish/", "reopen/", "withdraw/",
)  # fmt: skip


def at(of: Assessment, tail: str) -> str:
    return f"/governance/assessments/{of.pk}/{tail}"


@pytest.fixture
def lia(people: dict[str, Any]) -> Any:
    """The focal point of another government."""
    return person(Role.FOCAL_POINT, country=PlaceFactory(code="GEO"))


def test_strangers_sign_in_first(people: dict[str, Any]) -> None:
    of = moldova()
    for tail in (*GET, *OFFICE_GET, "published/"):
        assert Client().get(at(of, tail)).status_code == 302, tail
    for tail in POST:
        assert Client().post(at(of, tail)).status_code == 302, tail
    assert Client().get("/governance/vote/").status_code == 200


@pytest.mark.parametrize("who", ["nobody", "jan", "lia"])
def test_outsiders_reach_nothing(people: dict[str, Any], lia: Any, client_for: Any, who: str) -> None:
    of = moldova()
    client = client_for(lia if who == "lia" else people[who])
    refused = {403, 404}
    for tail in (*GET, *OFFICE_GET, "published/", "published.xlsx"):
        assert client.get(at(of, tail)).status_code in refused, tail
    for tail in POST:
        assert client.post(at(of, tail), {"side": "office", "reason": "x", "text": "x"}).status_code in refused, tail
    of.refresh_from_db()
    assert of.revision == 1 and not QuestionComment.objects.exists()


def test_the_government_of_the_country_reads_and_answers(people: dict[str, Any], client_for: Any) -> None:
    of = in_validation()
    client = client_for(people["ion"])
    for tail in GET:
        assert client.get(at(of, tail)).status_code in (200, 302), tail
    for tail in OFFICE_GET:
        assert client.get(at(of, tail)).status_code == 404, tail
    for tail in (
        "validate/",
        "answer-again/",
        "agree-unopposed/",
        "ask-consent/",
        "publish/",
        "reopen/",
        "withdraw/",
        "change/",
    ):
        assert client.post(at(of, tail), {"reason": "x"}).status_code == 403, tail
    for tail in ("submit/", "take-back/", "workshops/open/", "workshops/step/", "workshops/close/"):
        assert client.post(at(of, tail)).status_code == 404, tail
    assert client.get("/governance/assessments/new/").status_code == 404


def test_what_is_the_offices_alone_never_reaches_the_government(people: dict[str, Any], client_for: Any) -> None:
    of = moldova(owner=people["fatos"])
    all_answered(of)
    inside = record("project", "MDA", title="SECRET project", visibility="internal")
    actions.add_evidence(of, "1-1", kind="work", title="SECRET project", record=inside, by=people["fatos"])
    actions.comment(of, "1-1", text="SECRET doubt", internal=True, by=people["fatos"])
    assert "SECRET doubt" in client_for(people["fatos"]).get(at(of, "questions/1-1/")).text
    client = client_for(people["ion"])
    for tail in GET:
        answer = client.get(at(of, tail), headers={"HX-Request": "true"} if "talk" in tail else {})
        assert b"SECRET" not in answer.content, tail
    state = client.get(at(of, "state/")).text
    assert "Hand in for clearance" not in state and "Second reader" not in state


def test_everybody_with_a_role_reads_what_was_published_and_nothing_else(
    people: dict[str, Any], lia: Any, client_for: Any
) -> None:
    of = published(people)
    actions_after = AnswerEvidence.objects.count()
    for viewer in (people["jan"], lia):
        client = client_for(viewer)
        assert client.get(at(of, "")).url == at(of, "published/")
        page = client.get(at(of, "published/"))
        assert "by consent of Ministry, secretary" in page.text
        for tail in GET[1:]:
            assert client.get(at(of, tail)).status_code in (403, 404), tail
        rows = lists.rows(list(lists.listed(viewer).values_list("pk", flat=True)), viewer)
        assert [(row.live, row.overall) for row in rows] == [(False, 100)]
    assert client_for(people["nobody"]).get(at(of, "published/")).status_code == 403
    assert AnswerEvidence.objects.count() == actions_after
    actions.withdraw(of, reason="An error", by=people["fatos"])
    assert client_for(people["jan"]).get(at(of, "published/")).status_code == 404
    assert client_for(people["jan"]).get(at(of, "published.xlsx")).status_code == 404


def test_lists_exports_and_search_show_what_one_may_see(people: dict[str, Any], lia: Any, client_for: Any) -> None:
    moldova(title="Chisinau assessment")
    assessment(country="GEO", title="Tbilisi assessment")
    seen = {
        "fatos": {"Chisinau assessment", "Tbilisi assessment"}, "ion": {"Chisinau assessment"},
        "lia": {"Tbilisi assessment"}, "jan": set[str](),
    }  # fmt: skip
    for who, titles in seen.items():
        viewer = lia if who == "lia" else people[who]
        client = client_for(viewer)
        page = client.get(reverse("governance:assessments")).text
        csv = b"".join(client.get(reverse("governance:assessments-export", args=["csv"]))).decode()
        hits = {
            hit.title for group in search("assessment", viewer) for hit in group.hits if group.label == "Assessments"
        }
        for title in ("Chisinau assessment", "Tbilisi assessment"):
            assert (title in page) == (title in csv) == (title in titles), (who, title)
        assert hits == titles, who
    assert client_for(people["nobody"]).get(reverse("governance:assessments")).status_code == 403
    assert client_for(UserFactory()).get(reverse("governance:assessments-export", args=["csv"])).status_code == 403


def test_the_country_office_of_another_country_reads_but_does_not_answer(
    people: dict[str, Any], client_for: Any
) -> None:
    of = moldova(office=country_office("chisinau"))
    assert client_for(people["ana"]).get(at(of, "questions/")).status_code == 200
    said = {"side": "office", "option": "yes", "number": "0"}
    assert client_for(people["ana"]).post(at(of, "questions/1-1/answer/"), said).status_code == 403
    assert client_for(people["boris"]).post(at(of, "questions/1-1/answer/"), said).status_code == 302


@pytest.mark.parametrize("tail", ["", "questions/", "published/"])
def test_a_key_that_no_database_has_room_for_is_not_found(people: dict[str, Any], client_for: Any, tail: str) -> None:
    assert client_for(people["fatos"]).get(f"/governance/assessments/{10**30}/{tail}").status_code == 404
