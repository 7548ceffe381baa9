"""Pages of an assessment as people use them: starting, answering with and without JavaScript, what is open, handing in."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from migov.services.clearance import actions as clearing
from migov.services.clearance.models import Clearance
from migov.work.governance.assess import actions
from migov.work.governance.models import Answer, AnswerEvidence, Assessment, AssessmentState, QuestionComment
from tests.factories import PlaceFactory
from tests.work.governance.assess.steps import all_answered, in_validation, moldova
from tests.work.governance.making import answered, question_set

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def at(of: Assessment, tail: str = "") -> str:
    return f"/governance/assessments/{of.pk}/{tail}"


def plain(answer: Any) -> str:
    """A page with every run of white space as one space."""
    return " ".join(answer.text.split())


def test_starting_from_the_form(people: dict[str, Any], client_for: Any) -> None:
    of, client = question_set(), client_for(people["fatos"])
    PlaceFactory(code="MDA")
    new = reverse("governance:assessment-new")
    wrong = client.post(new, {"country": "MDA", "year": "1066", "of": of.pk, "title": "Mine"})
    assert wrong.status_code == 422 and 'value="Mine"' in wrong.text and "1990" in wrong.text
    ahead = str(timezone.localdate().year + 2)
    assert "between 1990 and" in client.post(new, {"country": "MDA", "year": ahead, "of": of.pk}).text
    done = client.post(new, {"country": "MDA", "year": "2026", "of": of.pk}, follow=True)
    made = Assessment.objects.get()
    assert done.redirect_chain[-1][0] == at(made) and "0 of 4 questions" in done.text
    twice = client.post(new, {"country": "MDA", "year": "2026", "of": of.pk})
    assert twice.status_code == 422 and "already" in twice.text


def test_a_country_is_assessed_by_its_own_office_or_the_one_above(people: dict[str, Any], client_for: Any) -> None:
    of, tirana = question_set(), people["ana"].memberships.get().office
    albania = PlaceFactory(code="ALB")
    tirana.place = albania
    tirana.save()
    said = {"country": "ALB", "year": "2026", "of": of.pk}
    foreign = client_for(people["boris"]).post(reverse("governance:assessment-new"), said)
    assert foreign.status_code == 422 and "own office" in foreign.text and not Assessment.objects.exists()
    assert client_for(people["ana"]).post(reverse("governance:assessment-new"), said).status_code == 302
    assert Assessment.objects.get().record.office == tirana
    assert Assessment.objects.get().record.title.startswith("A short set, Albania")


def test_the_front_page_says_what_is_open(people: dict[str, Any], client_for: Any) -> None:
    of = moldova()
    answered(of, "1-1", "yes", "government")
    answered(of, "1-1", "no", "office")
    answered(of, "1-2", "yes", "office")
    page = client_for(people["ion"]).get(at(of)).text
    assert "answers differ" in page and "answered by one side only" in page and "no answer yet" in page
    assert "3 questions wait for your answer." in page
    assert "Begin validation" not in page
    assert "Begin validation" in client_for(people["fatos"]).get(at(of)).text
    narrowed = client_for(people["ion"]).get(at(of, "questions/?show=differs")).text
    assert "matter 1.1" in narrowed and "matter 1.2" not in narrowed


def test_answering_without_javascript(people: dict[str, Any], client_for: Any) -> None:
    of, client = moldova(), client_for(people["ion"])
    page = client.get(at(of, "domains/1/")).text
    assert "You answer for the government." in page and "matter 2.1" not in page
    said = {"side": "government", "option": "yes", "note": "Law 200", "number": "0", "next": at(of, "domains/1/")}
    done = client.post(at(of, "questions/1-1/answer/"), said)
    assert done.url == f"{at(of, 'domains/1/')}#q-1-1"
    page = client_for(people["fatos"]).get(at(of, "domains/1/")).text
    assert "Law 200" in page and "one side only, provisional" in page
    elsewhere = client.post(at(of, "questions/1-2/answer/"), said | {"next": "https://elsewhere.example/"})
    assert elsewhere.url == f"{at(of, 'questions/1-2/')}#q-1-2"


def test_saving_in_place_says_so_and_brings_the_new_number(people: dict[str, Any], client_for: Any) -> None:
    of, client = moldova(), client_for(people["fatos"])
    said = {"side": "office", "option": "yes", "number": "0"}
    page = plain(client.post(at(of, "questions/1-1/answer/"), said, **HTMX))
    assert "Saved." in page and 'id="number-1-1" name="number" value="1"' in page and "one side only" in page
    assert "<html" not in page


def test_two_of_the_same_side_both_answers_are_shown_and_one_is_chosen(people: dict[str, Any], client_for: Any) -> None:
    of, client = moldova(), client_for(people["fatos"])
    actions.answer(of, "1-1", side="office", option="yes", note="In force", number=0, by=people["carla"])
    said = {"side": "office", "option": "no", "note": "Not applied", "number": "0"}
    here = at(of, "questions/1-1/answer/")
    for extra, status in (({}, 409), (HTMX, 200)):
        page = client.post(here, said, **extra)
        assert page.status_code == status
        for words in ("not saved yet", "carla", "In force", "Not applied", "Put mine in its place"):
            assert words in page.text, words
    assert Answer.objects.count() == 1
    page = plain(client.post(here, said))
    assert 'id="number-1-1" name="number" value="0"' in page  # pressing Save alone does not overrule
    client.post(here, said | {"over": "1"})
    assert str(Answer.objects.current().get().option) == "No"


def test_a_note_that_is_too_long_is_kept_on_the_page(people: dict[str, Any], client_for: Any) -> None:
    of, client = moldova(), client_for(people["fatos"])
    said = {"side": "office", "option": "yes", "note": "long " * 3000, "number": "0"}
    page = client.post(at(of, "questions/1-1/answer/"), said)
    assert page.status_code == 422 and "at most 10000" in page.text and "long long" in page.text
    assert not Answer.objects.exists()


def test_evidence_and_comments_from_the_page(people: dict[str, Any], client_for: Any) -> None:
    of, client = moldova(), client_for(people["ion"])
    here = at(of, "questions/1-1/")
    wrong = client.post(f"{here}evidence/", {"kind": "link", "title": "Register"})
    assert wrong.status_code == 422 and "Give the address" in wrong.text and 'value="Register"' in wrong.text
    client.post(f"{here}evidence/", {"kind": "link", "title": "Register", "url": "https://example.org/r"})
    made = AnswerEvidence.objects.get()
    page = client.post(f"{here}comments/", {"text": "See the <b>register</b>"}, **HTMX).text
    assert "Register" in page and "See the &lt;b&gt;" in page and 'id="talk-1-1"' in page
    client.post(f"{here}comments/{QuestionComment.objects.get().pk}/withdraw/")
    client.post(f"{here}evidence/{made.pk}/remove/")
    assert not AnswerEvidence.objects.current().exists() and not QuestionComment.objects.current().exists()


def test_the_next_question_that_waits(people: dict[str, Any], client_for: Any) -> None:
    of, client = moldova(), client_for(people["ion"])
    answered(of, "1-1", "yes", "government")
    assert client.get(at(of, "next/")).url == f"{at(of, 'domains/1/')}#q-1-2"
    assert client.get(at(of, "next/?after=1-2")).url == f"{at(of, 'domains/2/')}#q-2-1"
    all_done = all_answered(moldova(year=2025))
    assert "No question waits for you." in client.get(at(all_done, "next/"), follow=True).text


def test_validation_agrees_on_the_questions_page_too(people: dict[str, Any], client_for: Any) -> None:
    of, client = in_validation(owner=people["fatos"]), client_for(people["fatos"])
    page = client.get(at(of, "questions/")).text
    assert "You note what is agreed." in page and "Both maintain their answers" in page
    wrong = client.post(
        at(of, "questions/1-1/answer/"), {"side": "agreed", "option": "", "disputed": "yes", "number": "0"}
    )
    assert wrong.status_code == 422 and "in words" in wrong.text
    client.post(
        at(of, "questions/1-1/answer/"), {"side": "agreed", "option": "no", "number": "0", "note": "After the vote"}
    )
    assert "After the vote" in client_for(people["ion"]).get(at(of, "questions/1-1/")).text


def test_from_handing_in_to_publication_on_the_page(people: dict[str, Any], client_for: Any) -> None:
    of, office, ion = in_validation(owner=people["fatos"]), client_for(people["fatos"]), client_for(people["ion"])
    assert "Second reader, policy" in office.get(at(of, "state/")).text
    office.post(at(of, "submit/"), {"round": "0", "note": ""})
    clearance = Clearance.objects.get(record=of.record)
    assert "Open the review" in office.get(at(of, "state/")).text
    assert "Open the review" not in ion.get(at(of, "state/")).text
    assert client_for(people["dora"]).get(f"/clearance/{clearance.pk}/").status_code == 200
    office.post(at(of, "take-back/"), {"reason": "A typing error"})
    of.refresh_from_db()
    assert of.state == AssessmentState.VALIDATION
    office.post(at(of, "submit/"), {"round": "0", "note": "Again"})
    clearing.decide(
        Clearance.objects.get(record=of.record, state="open"), outcome="cleared", reason="Good", round=1, override=True,
        by=people["dora"],
    )  # fmt: skip
    office.post(at(of, "ask-consent/"))
    asked = ion.get(at(of, "state/")).text
    assert "Say whether it may be published" in asked and "Publish" not in asked.replace("Published", "").replace(
        "Publication", ""
    )
    wrong = ion.post(at(of, "consent/"), {"given": "no", "who": "Ministry of Labour"})
    assert wrong.status_code == 422 and "Say why" in wrong.text and 'value="Ministry of Labour"' in wrong.text
    ion.post(at(of, "consent/"), {"given": "yes", "who": "Ministry of Labour, secretary"})
    assert "Publish" in office.get(at(of, "state/")).text
    done = office.post(at(of, "publish/"), follow=True)
    assert "What everybody reads" in done.text
    of.refresh_from_db()
    assert of.state == AssessmentState.PUBLISHED
    refused = office.post(at(of, "publish/"))
    assert refused.status_code == 409 and "published" in refused.text


def test_the_head_is_changed_with_what_somebody_else_wrote_shown(people: dict[str, Any], client_for: Any) -> None:
    of, client = moldova(), client_for(people["fatos"])
    said = {"title": "A", "summary": "Mine", "revision": "1"}
    client.post(at(of, "change/"), said)
    clash = client.post(at(of, "change/"), said | {"title": "B"})
    assert clash.status_code == 422 and "meanwhile" in clash.text and 'value="B"' in clash.text
    assert 'name="revision" value="2"' in clash.text


def test_the_front_page_of_the_room_lists_what_is_under_way(people: dict[str, Any], client_for: Any) -> None:
    of = moldova()
    for who in ("fatos", "ion"):
        page = client_for(people[who]).get("/governance/").text
        assert of.record.title in page and "0 of 4 questions answered" in page
    assert "Start an assessment" not in client_for(people["ion"]).get("/governance/").text


@pytest.mark.parametrize("tail", ["questions/9-9/", "domains/nothing/", "questions/9-9/talk/"])
def test_what_is_not_there_is_not_found(people: dict[str, Any], client_for: Any, tail: str) -> None:
    of = moldova()
    assert client_for(people["fatos"]).get(at(of, tail), **(HTMX if "talk" in tail else {})).status_code == 404


def test_the_list_is_narrowed_and_sorted(people: dict[str, Any], client_for: Any) -> None:
    moldova(title="Older", year=2020)
    moldova(title="Newer", year=2026)
    client, here = client_for(people["fatos"]), reverse("governance:assessments")
    page = client.get(here).text
    assert page.index("Newer") < page.index("Older")
    assert "Older" not in client.get(here, {"year": "2026"}).text
    assert "No assessment matches." in client.get(here, {"q": "nothing like it"}).text
    assert client.get(here, {"year": "x", "state": "y", "sort": "z", "page": "w"}).status_code == 200
    assert client.get(reverse("governance:assessments-export", args=["xlsx"])).content.startswith(b"PK")
    assert client.get(reverse("governance:assessments-export", args=["pdf"])).status_code == 404


def test_what_a_question_asks_stands_in_paragraphs_and_nothing_typed_becomes_markup(
    people: dict[str, Any], client_for: Any
) -> None:
    of = moldova()
    of.set.questions.filter(code="1-1").update(scope="First, <b>in law</b>.\n\nThen in practice.")
    actions.answer(of, "1-1", side="government", option="yes", number=0, note="<i>Note</i>", by=people["ion"])
    page = client_for(people["fatos"]).get(at(of, "questions/")).text
    assert "<p>First, &lt;b&gt;in law&lt;/b&gt;.</p>" in page and "<p>Then in practice.</p>" in page
    assert "&lt;i&gt;Note&lt;/i&gt;" in page and "<i>Note" not in page and "<b>in law" not in page
    mine = client_for(people["ion"]).get(at(of, "questions/")).text
    assert "data-note>&lt;i&gt;Note&lt;/i&gt;</textarea>" in mine and 'name="csrfmiddlewaretoken" value=""' not in mine
