"""The life of a request: every step, who may take it, what it asks, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry
from migov.services.notices.models import Notice
from migov.work.policy.models import AssistanceRequest, Product, RequestNote
from migov.work.policy.requests.actions import moving
from migov.work.policy.requests.actions.ground import Conflict, RequestError
from migov.work.policy.requests.life import STEPS, steps_from
from tests.work.policy.making import assistance_request

pytestmark = pytest.mark.django_db
People = dict[str, User]
TODAY = timezone.localdate()


def said(people: People) -> dict[str, dict[str, Any]]:
    """What each step is given."""
    return {
        "accept": {"lead": people["carla"], "due": TODAY + timedelta(days=30)},
        "plan": {"plan": "Read it.", "planned_hours": Decimal(20), "due": None},
        "begin": {},
        "deliver": {"day": TODAY, "message": "Here it is."},
        "close": {"result": "The law was changed.", "day": TODAY},
        "again": {"why": "They ask for more."},
        "decline": {"reason": "Outside the mandate."},
        "withdraw": {"reason": "No longer needed."},
        "reopen": {"why": "It was a misunderstanding."},
    }


def product(of: AssistanceRequest, title: str = "Opinion", **fields: Any) -> Product:
    return Product.objects.create(request=of, kind="opinion", title=title, **fields)


def standing(state: str, owner: User, **fields: Any) -> AssistanceRequest:
    made = assistance_request(state=state, owner=owner, received_on=date(2026, 1, 5), **fields)
    product(made)
    return made


# Who may take each step of a request that Carla leads.
ALWAYS = {"fatos", "dora", "kim"}
MAY = {
    "accept": {*ALWAYS, "hana"}, "decline": {*ALWAYS, "hana"}, "reopen": {*ALWAYS, "hana"},
    "plan": {*ALWAYS, "carla"}, "begin": {*ALWAYS, "carla"}, "deliver": {*ALWAYS, "carla"}, "close": {*ALWAYS, "carla"},
    "again": {*ALWAYS, "carla"}, "withdraw": {*ALWAYS, "ion"},
}  # fmt: skip
EVERYBODY = ("ana", "boris", "carla", "dora", "emil", "fatos", "galina", "hana", "ion", "jan", "kim", "nobody")


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("code", STEPS)
def test_who_takes_a_step(people: People, code: str, who: str) -> None:
    step = STEPS[code]
    found = standing(sorted(step.sources)[0], people["carla"])
    if who in MAY[code]:
        assert moving.move(found, code, by=people[who], said=said(people)[code]).state == step.to
        assert AssistanceRequest.objects.get(pk=found.pk).state == step.to
        return
    with pytest.raises(PermissionDenied):
        moving.move(found, code, by=people[who], said=said(people)[code])
    assert AssistanceRequest.objects.get(pk=found.pk).state == found.state


def test_the_focal_point_of_another_country_withdraws_nothing(people: People, point_of: Callable[[str], User]) -> None:
    found = standing("filed", people["carla"])
    with pytest.raises(PermissionDenied):
        moving.move(found, "withdraw", by=point_of("ALB"), said={"reason": "Mine"})


@pytest.mark.parametrize(
    "state", ["filed", "accepted", "planned", "worked", "delivered", "closed", "declined", "withdrawn"]
)
def test_only_the_steps_of_a_state_lead_on(people: People, state: str) -> None:
    codes = {step.code for step in steps_from(state)}
    for code in set(STEPS) - codes:
        found = standing(state, people["carla"])
        with pytest.raises(RequestError, match="cannot take this step"):
            moving.move(found, code, by=people["kim"], said=said(people)[code])


def test_a_way_from_letter_to_result(people: People) -> None:
    found = assistance_request(state="filed", received_on=date(2026, 1, 5))
    for code in ("accept", "plan", "begin"):
        found = moving.move(found, code, by=people["fatos"], said=said(people)[code], seen=found.revision)
    product(found)
    found = moving.move(found, "deliver", by=people["carla"], said=said(people)["deliver"], seen=found.revision)
    assert found.delivered_on == TODAY and Product.objects.get(request=found).handed_on == TODAY
    assert RequestNote.objects.get(request=found, internal=False).text == "Here it is."
    moving.give_feedback(found, score=4, text="Useful.", by=people["ion"])
    found = moving.move(found, "close", by=people["carla"], said=said(people)["close"])
    assert (found.state, found.result, found.closed_on) == ("closed", "The law was changed.", TODAY)
    assert found.record.owner == people["carla"]
    verbs = list(JournalEntry.objects.filter(record_id=found.pk).order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "request accepted", "request planned", "request begun", "request delivered", "feedback given", "request closed",
    ]  # fmt: skip


def test_who_is_told(people: People) -> None:
    found = assistance_request(state="filed", received_on=date(2026, 1, 5))
    moving.move(found, "accept", by=people["fatos"], said=said(people)["accept"])
    told = dict(Notice.objects.values_list("person__username", "title"))
    assert "accepted" in told["ion"] and "You lead the work" in told["carla"] and set(told) == {"ion", "carla"}
    other = assistance_request(state="filed", title="Cars")
    moving.move(other, "decline", by=people["fatos"], said=said(people)["decline"])
    assert Notice.objects.get(person=people["ion"], title__contains="Cars").text == "Outside the mandate."


@pytest.mark.parametrize(
    ("state", "code", "wrong", "field"),
    [
        ("filed", "accept", {"lead": None}, "lead"),
        ("filed", "accept", {"due": date(2020, 1, 1)}, "due"),
        ("filed", "decline", {"reason": "  "}, "reason"),
        ("accepted", "plan", {"plan": ""}, "plan"),
        ("worked", "deliver", {"day": TODAY + timedelta(days=1)}, "day"),
        ("worked", "deliver", {"day": date(2026, 1, 4)}, "day"),
        ("delivered", "close", {"result": ""}, "result"),
        ("delivered", "close", {"day": date(2026, 1, 2)}, "day"),
    ],
)
def test_what_is_missing_names_its_field(
    people: People, state: str, code: str, wrong: dict[str, Any], field: str
) -> None:
    found = standing(state, people["carla"])
    with pytest.raises(RequestError) as refused:
        moving.move(found, code, by=people["fatos"], said=said(people)[code] | wrong)
    assert refused.value.field == field
    assert AssistanceRequest.objects.get(pk=found.pk).state == state


def test_nobody_outside_leads_the_work(people: People) -> None:
    found = standing("filed", people["carla"])
    with pytest.raises(RequestError, match="Only a colleague"):
        moving.move(found, "accept", by=people["fatos"], said={"lead": people["ion"]})


def test_nothing_is_delivered_without_a_product(people: People) -> None:
    found = assistance_request(state="worked", owner=people["carla"])
    with pytest.raises(RequestError, match="at least one product"):
        moving.move(found, "deliver", by=people["carla"], said={"day": TODAY})


def test_a_second_click_is_told_kindly(people: People) -> None:
    found = standing("planned", people["carla"])
    moving.move(found, "begin", by=people["carla"], seen=1)
    with pytest.raises(Conflict, match="being worked on"):
        moving.move(found, "begin", by=people["carla"], seen=1)
    assert JournalEntry.objects.filter(record_id=found.pk, verb="request begun").count() == 1


def test_feedback_is_given_once_something_was_delivered(people: People, point_of: Callable[[str], User]) -> None:
    early = standing("worked", people["carla"])
    with pytest.raises(RequestError):
        moving.give_feedback(early, score=5, by=people["ion"])
    found = standing("delivered", people["carla"])
    for score in (0, 6):
        with pytest.raises(RequestError):
            moving.give_feedback(found, score=score, by=people["ion"])
    for who in (people["jan"], people["nobody"], people["ana"], point_of("ALB")):
        with pytest.raises(PermissionDenied):
            moving.give_feedback(found, score=5, by=who)
    moving.give_feedback(found, score=3, text="So so.", by=people["ion"])
    assert Notice.objects.get(person=people["carla"]).title.startswith("Feedback 3 of 5")


def test_the_governments_own_feedback_is_not_written_over_by_the_office(people: People) -> None:
    found = standing("delivered", people["carla"])
    moving.give_feedback(found, score=2, text="As told by phone.", by=people["fatos"])
    moving.give_feedback(found, score=4, text="Ours.", by=people["ion"])
    with pytest.raises(RequestError, match="not written over"):
        moving.give_feedback(found, score=5, by=people["fatos"])
    stands = AssistanceRequest.objects.get(pk=found.pk)
    assert (stands.score, stands.feedback, stands.feedback_by) == (4, "Ours.", people["ion"])
    before = JournalEntry.objects.get(record_id=found.pk, verb="feedback given").detail
    assert before["score"] == {"from": "2", "to": "4"}
