"""The workshop: one question on the screen, votes by device and by hand, what is agreed, the minutes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client

from migov.work.governance.assess import actions
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.assess.queries import workshops as queries
from migov.work.governance.assess.views import voting
from migov.work.governance.models import Answer, AssessmentState, Vote, Workshop
from tests.work.governance.assess.steps import moldova
from tests.work.governance.making import answered

pytestmark = pytest.mark.django_db
VOTE = "/governance/vote/"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def sitting(people: dict[str, Any]) -> Workshop:
    """An open workshop in which the sides differ on the first question."""
    of = moldova(state=AssessmentState.VALIDATION, owner=people["fatos"])
    answered(of, "1-1", "yes", "government")
    answered(of, "1-1", "no", "office")
    return actions.open_workshop(of, place="Chisinau", by=people["fatos"])


def cast_vote(sitting: Workshop, option: str, voter: str) -> Vote:
    return actions.vote(sitting, question=sitting.question_id or 0, round=sitting.round, option=option, voter=voter)


def test_one_workshop_is_open_at_a_time(people: dict[str, Any], sitting: Workshop) -> None:
    assert sitting.question is not None and sitting.question.code == "1-1"
    with pytest.raises(AssessmentRefused, match="open already"):
        actions.open_workshop(sitting.assessment, place="", by=people["fatos"])
    actions.close_workshop(sitting, by=people["fatos"])
    again = actions.open_workshop(sitting.assessment, place="", by=people["fatos"])
    assert again.code != sitting.code


def test_only_in_validation_and_only_by_who_leads_it(people: dict[str, Any]) -> None:
    of = moldova()
    with pytest.raises(AssessmentRefused, match="being answered"):
        actions.open_workshop(of, place="", by=people["fatos"])
    for who in ("ion", "jan", "nobody", "boris"):
        with pytest.raises(PermissionDenied):
            actions.open_workshop(of, place="", by=people[who])


def test_one_voice_a_device_which_may_change_its_mind(people: dict[str, Any], sitting: Workshop) -> None:
    cast_vote(sitting, "yes", "device:a")
    cast_vote(sitting, "no", "device:a")
    cast_vote(sitting, "no", "device:b")
    actions.count_hands(sitting, {"yes": 3}, by=people["fatos"])
    assert sitting.question is not None
    counted = queries.tally(sitting, sitting.question, 1)
    assert [(bar.option.code, bar.devices, bar.hands) for bar in counted.bars] == [
        ("yes", 0, 3), ("partly", 0, 0), ("no", 2, 0),
    ]  # fmt: skip
    assert counted.votes == 5


def test_a_vote_that_comes_late_is_refused(people: dict[str, Any], sitting: Workshop) -> None:
    first = sitting.question_id or 0
    actions.show_tally(sitting, by=people["fatos"])
    with pytest.raises(AssessmentRefused, match="closed"):
        cast_vote(sitting, "yes", "device:a")
    actions.put_on_screen(sitting, "1-2", by=people["fatos"])
    with pytest.raises(AssessmentRefused, match="next question"):
        actions.vote(sitting, question=first, round=1, option="yes", voter="device:a")
    actions.close_workshop(sitting, by=people["fatos"])
    with pytest.raises(AssessmentRefused, match="workshop is closed"):
        cast_vote(Workshop.objects.get(), "yes", "device:a")


def test_a_new_vote_keeps_the_earlier_for_the_minutes(people: dict[str, Any], sitting: Workshop) -> None:
    cast_vote(sitting, "no", "device:a")
    again = actions.vote_again(actions.show_tally(sitting, by=people["fatos"]), by=people["fatos"])
    assert again.round == 2
    cast_vote(again, "yes", "device:a")
    actions.agree(again, option="yes", number=0, note="Read together", by=people["fatos"])
    agreed = Answer.objects.get(side="agreed")
    assert (str(agreed.option), agreed.note) == ("Yes", "Read together")
    line = queries.minutes(actions.close_workshop(again, by=people["fatos"])).lines[0]
    assert [(tally.round, tally.votes) for tally in line.rounds] == [(1, 1), (2, 1)]
    assert line.agreed == agreed


def test_hands_beyond_reason_are_refused(people: dict[str, Any], sitting: Workshop) -> None:
    for wrong in ({"yes": -1}, {"yes": 501}, {"maybe": 1}):
        with pytest.raises(AssessmentRefused, match="whole number"):
            actions.count_hands(sitting, wrong, by=people["fatos"])


def test_the_big_screen_leads_through_the_questions(people: dict[str, Any], sitting: Workshop, client_for: Any) -> None:
    client, here = client_for(people["fatos"]), f"/governance/assessments/{sitting.assessment_id}/workshops"
    page = client.get(f"{here}/screen/").text
    assert "Is there a law on matter 1.1?" in page and sitting.code in page and "<svg" in page
    client.post(f"{here}/step/", {"question": "2-1"})
    assert "Is there a law on matter 2.1?" in client.get(f"{here}/screen/").text
    client.post(f"{here}/step/", {"agree": "no", "number": "0", "note": "No law"})
    assert "No law" in client.get(f"{here}/screen/").text
    done = client.post(f"{here}/step/", {"agree": "yes", "number": "0"})
    assert done.status_code == 409 and "Look again" in done.text
    assert client.post(f"{here}/step/", {"hands": "1", "hands-yes": "many"}).status_code == 422
    closed = client.post(f"{here}/close/", follow=True)
    assert "Minutes of the validation workshop" in closed.text and "No law" in closed.text
    for fmt, begins in (("docx", b"PK"), ("pdf", b"%PDF")):
        assert client.get(f"{here}/{sitting.pk}/minutes.{fmt}").content.startswith(begins)
    assert client.get(f"{here}/{sitting.pk}/minutes.xlsx").status_code == 404


def test_a_disagreement_from_the_screen_needs_words(people: dict[str, Any], sitting: Workshop, client_for: Any) -> None:
    client, here = client_for(people["fatos"]), f"/governance/assessments/{sitting.assessment_id}/workshops/step/"
    assert client.post(here, {"agree": "-", "number": "0"}).status_code == 422
    client.post(here, {"agree": "-", "number": "0", "note": "Both hold on"})
    assert Answer.objects.get(side="agreed").disputed


def test_a_guest_votes_with_the_code_and_sees_the_question_alone(sitting: Workshop) -> None:
    guest = Client()
    assert "The code on the screen" in guest.get(VOTE).text
    page = guest.get(VOTE, {"code": sitting.code.lower()}, follow=True).text
    assert "Is there a law on matter 1.1?" in page
    assert sitting.assessment.record.title not in page and "MDA" not in page and "Government" not in page
    for option in ("yes", "no"):
        guest.post(VOTE, {"question": sitting.question_id, "round": 1, "option": option})
    assert "You voted: No" in guest.get(VOTE).text
    assert Vote.objects.get().option.code == "no"
    late = guest.post(VOTE, {"question": "x", "round": "1", "option": "yes"})
    assert late.status_code == 409


def test_two_devices_are_two_voices_and_a_person_is_one(
    people: dict[str, Any], sitting: Workshop, client_for: Any
) -> None:
    for client in (Client(), Client(), client_for(people["ion"]), client_for(people["ion"])):
        client.post(VOTE, {"code": sitting.code})
        client.post(VOTE, {"question": sitting.question_id, "round": 1, "option": "yes"})
    assert Vote.objects.count() == 3
    assert Vote.objects.filter(voter=f"user:{people['ion'].pk}").count() == 1


def test_a_wrong_code_says_so_and_many_are_stopped(sitting: Workshop) -> None:
    guest = Client()
    assert guest.post(VOTE, {"code": "NOPE99"}).status_code == 422
    for _attempt in range(40):
        last = guest.post(VOTE, {"code": "NOPE99"})
    assert last.status_code == 429
    assert guest.post(VOTE, {"code": sitting.code}).status_code == 429


def test_votes_of_a_device_are_limited(sitting: Workshop) -> None:
    guest = Client()
    guest.post(VOTE, {"code": sitting.code})
    said = {"question": sitting.question_id, "round": 1, "option": "yes"}
    answers = [guest.post(VOTE, said).status_code for _vote in range(45)]
    assert answers[0] == 302 and answers[-1] == 429


def test_the_ballot_changes_with_the_screen(people: dict[str, Any], sitting: Workshop) -> None:
    guest = Client()
    guest.post(VOTE, {"code": sitting.code})
    seen = f"{sitting.question_id}.1.False"
    assert guest.get(f"{VOTE}watch/", {"seen": seen}).status_code == 204
    actions.put_on_screen(sitting, "1-2", by=people["fatos"])
    assert "matter 1.2" in guest.get(f"{VOTE}watch/", {"seen": seen}).text
    actions.close_workshop(sitting, by=people["fatos"])
    assert "The workshop is closed" in guest.get(f"{VOTE}watch/", {"seen": seen}).text
    assert "The workshop is closed" in guest.get(VOTE).text
    assert Client().post(VOTE, {"code": sitting.code}).status_code == 422


def test_who_throws_the_cookie_away_does_not_vote_without_end(sitting: Workshop, monkeypatch: Any) -> None:
    monkeypatch.setattr(voting, "NEW_VOTERS", 3)
    statuses = []
    for _device in range(5):
        client = Client()
        client.get("/governance/vote/", {"code": sitting.code})
        said = {"question": sitting.question_id, "round": 1, "option": "yes"}
        statuses.append(client.post("/governance/vote/", said).status_code)
    assert statuses[-2:] == [429, 429] and sitting.votes.count() == 3


def test_the_screen_names_an_address_that_guests_reach(
    people: dict[str, Any], sitting: Workshop, client_for: Any, settings: Any
) -> None:
    here, client = f"/governance/assessments/{sitting.assessment_id}/workshops/screen/", client_for(people["fatos"])
    settings.MIGOV_ADDRESS = "http://127.0.0.1:8000"
    assert "http://testserver/governance/vote/" in client.get(here).text
    settings.MIGOV_ADDRESS = "https://migov.example.org"
    assert "https://migov.example.org/governance/vote/" in client.get(here).text
