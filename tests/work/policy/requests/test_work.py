"""The work on a request: people, steps, hours, products, documents and messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import timezone

from migov.foundation.people.models import User
from migov.foundation.records.models import Record, Visibility
from migov.services.files import actions as files
from migov.services.files.models import Document
from migov.services.notices.models import Notice
from migov.work.policy.models import AssistanceRequest, Hours, Product, RequestNote, RequestPerson, RequestStep
from migov.work.policy.requests.actions import products, working
from migov.work.policy.requests.actions.ground import Conflict, RequestError
from tests.work.policy.making import assistance_request
from tests.work.policy.requests.conftest import document, upload

pytestmark = pytest.mark.django_db
People = dict[str, User]
TODAY = timezone.localdate()


def hours(person: User, number: str = "4", **more: Any) -> dict[str, Any]:
    return {"person": person, "day": TODAY, "hours": Decimal(number), "note": "", **more}


def seen_by(user: User) -> set[str]:
    return set(Document.objects.visible_to(user).values_list("name", flat=True))


VERBS: dict[str, Callable[[AssistanceRequest, User, People], Any]] = {
    "plan": lambda of, by, people: working.change_plan(of, plan="New", planned_hours=None, due=None, by=by),
    "person": lambda of, by, people: working.name_person(of, people["emil"], by=by),
    "step": lambda of, by, people: working.write_step(of, {"text": "Read"}, by=by),
    "hours": lambda of, by, people: working.note_hours(of, hours(people["carla"]), by=by),
    "product": lambda of, by, people: products.write_product(of, {"kind": "paper", "title": "Paper"}, by=by),
    "share": lambda of, by, people: products.share_document(of, document(of, people["carla"]), True, by=by),
}


@pytest.mark.parametrize("who", ["ana", "galina", "hana", "ion", "jan", "nobody"])
@pytest.mark.parametrize("verb", VERBS)
def test_others_do_no_work_on_it(people: People, asked: AssistanceRequest, verb: str, who: str) -> None:
    with pytest.raises(PermissionDenied):
        VERBS[verb](asked, people[who], people)


@pytest.mark.parametrize("who", ["carla", "fatos", "dora", "kim"])
@pytest.mark.parametrize("verb", VERBS)
def test_those_who_work_on_it_do(people: People, asked: AssistanceRequest, verb: str, who: str) -> None:
    VERBS[verb](asked, people[who], people)


@pytest.mark.parametrize("verb", ["plan", "person", "step", "hours", "product"])
def test_no_work_before_it_is_accepted(people: People, verb: str) -> None:
    early = assistance_request(state="filed")
    with pytest.raises(RequestError):
        VERBS[verb](early, people["fatos"], people)


def test_who_is_named_may_work_on_it(people: People, asked: AssistanceRequest) -> None:
    made = working.name_person(asked, people["ana"], part="Labour law", by=people["carla"])
    assert Notice.objects.get(person=people["ana"]).text == "Labour law"
    working.note_hours(asked, hours(people["ana"]), by=people["ana"])
    working.release_person(asked, made, by=people["carla"])
    assert not RequestPerson.objects.exists() and Hours.objects.current().count() == 1
    with pytest.raises(PermissionDenied):
        working.note_hours(asked, hours(people["ana"]), by=people["ana"])


def test_only_colleagues_are_named(people: People, asked: AssistanceRequest) -> None:
    for deed in (
        lambda: working.name_person(asked, people["ion"], by=people["carla"]),
        lambda: working.write_step(asked, {"text": "Read", "person": people["jan"]}, by=people["carla"]),
        lambda: working.note_hours(asked, hours(people["ion"]), by=people["carla"]),
    ):
        with pytest.raises(RequestError, match="colleague"):
            deed()


def test_the_plan_changes_and_two_who_change_it_at_once_are_told(people: People, asked: AssistanceRequest) -> None:
    made = working.change_plan(
        asked, plan="Read, write, talk.", planned_hours=Decimal("12.5"), due=TODAY, by=people["carla"], seen=1
    )
    assert (made.plan, made.planned_hours, made.due) == ("Read, write, talk.", Decimal("12.5"), TODAY)
    with pytest.raises(Conflict):
        working.change_plan(asked, plan="Mine", planned_hours=None, due=None, by=people["fatos"], seen=1)


def test_steps_are_written_done_and_taken_away(people: People, asked: AssistanceRequest) -> None:
    one = working.write_step(asked, {"text": "Read", "person": people["carla"], "due": TODAY}, by=people["carla"])
    two = working.write_step(asked, {"text": "Write"}, by=people["carla"])
    assert [step.text for step in asked.steps.all()] == ["Read", "Write"]
    assert working.tick_step(asked, one, True, by=people["carla"]).done_on == TODAY
    assert working.tick_step(asked, one, False, by=people["carla"]).done_on is None
    assert working.write_step(asked, {"text": "Read twice"}, by=people["carla"], row=one).person == people["carla"]
    working.remove_step(asked, two, by=people["carla"])
    assert [step.text for step in asked.steps.all()] == ["Read twice"]
    with pytest.raises(RequestError, match="not there any more"):
        working.tick_step(asked, two, True, by=people["carla"])
    with pytest.raises(RequestError):
        working.write_step(asked, {"text": "  "}, by=people["carla"])


def test_a_step_of_another_request_is_not_touched(people: People, asked: AssistanceRequest) -> None:
    other = assistance_request(title="Other", owner=people["carla"], state="worked")
    step = RequestStep.objects.create(request=other, text="Theirs")
    with pytest.raises(RequestError):
        working.remove_step(asked, step, by=people["carla"])
    assert RequestStep.objects.filter(pk=step.pk).exists()


def test_hours_are_corrected_by_superseding(people: People, asked: AssistanceRequest) -> None:
    first = working.note_hours(asked, hours(people["carla"], "4"), by=people["carla"])
    second = working.note_hours(asked, hours(people["carla"], "6"), by=people["carla"], corrects=first)
    assert [row.hours for row in Hours.objects.current()] == [Decimal("6.0")] and Hours.objects.count() == 2
    with pytest.raises(RequestError, match="meanwhile"):
        working.note_hours(asked, hours(people["carla"], "8"), by=people["carla"], corrects=first)
    working.withdraw_hours(asked, second, by=people["carla"])
    assert not Hours.objects.current().exists() and Hours.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"hours": Decimal(0)}, "hours"),
        ({"hours": Decimal("24.5")}, "hours"),
        ({"day": TODAY + timedelta(days=1)}, "day"),
    ],
)
def test_hours_that_cannot_be(people: People, asked: AssistanceRequest, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(RequestError) as refused:
        working.note_hours(asked, hours(people["carla"]) | wrong, by=people["carla"])
    assert refused.value.field == field


def test_a_day_has_24_hours(people: People, asked: AssistanceRequest) -> None:
    working.note_hours(asked, hours(people["carla"], "20"), by=people["carla"])
    with pytest.raises(RequestError, match="more than 24"):
        working.note_hours(asked, hours(people["carla"], "5"), by=people["carla"])
    working.note_hours(asked, hours(people["emil"], "5"), by=people["carla"])


def test_a_product_stays_within_the_office_until_it_is_handed_over(people: People, asked: AssistanceRequest) -> None:
    made = products.write_product(
        asked, {"kind": "opinion", "title": "Opinion"}, by=people["carla"], file=upload("opinion.txt")
    )
    assert seen_by(people["ion"]) == set() and seen_by(people["ana"]) == {"opinion.txt"}
    products.hand_over(asked, made, by=people["carla"])
    assert seen_by(people["ion"]) == {"opinion.txt"}
    assert "The office hands over: Opinion" in Notice.objects.get(person=people["ion"]).title
    with pytest.raises(RequestError, match="was handed over"):
        products.hand_over(asked, made, by=people["carla"])
    with pytest.raises(RequestError, match="stays"):
        products.remove_product(asked, made, by=people["carla"])


def test_a_product_that_was_not_handed_over_goes(people: People, asked: AssistanceRequest) -> None:
    made = products.write_product(asked, {"kind": "paper", "title": "Paper"}, by=people["carla"])
    products.write_product(asked, {"title": "Options paper"}, by=people["carla"], product=made)
    assert Product.objects.get().title == "Options paper"
    products.remove_product(asked, made, by=people["carla"])
    assert not Product.objects.exists()


def test_a_product_with_a_file_that_is_not_kept_is_not_made(people: People, asked: AssistanceRequest) -> None:
    with pytest.raises(RequestError) as refused:
        products.write_product(
            asked, {"kind": "paper", "title": "Paper"}, by=people["carla"], file=upload("virus.exe", "MZ")
        )
    assert refused.value.field == "file" and not Product.objects.exists()


def test_a_document_of_another_request_is_no_product_of_this_one(people: People, asked: AssistanceRequest) -> None:
    other = assistance_request(title="Other", owner=people["carla"], state="worked", country="ALB")
    theirs = document(other, people["carla"])
    with pytest.raises(RequestError, match="does not belong"):
        products.write_product(asked, {"kind": "paper", "title": "P", "document": theirs}, by=people["carla"])


def test_what_the_office_adds_stays_within_wherever_it_is_added(people: People, asked: AssistanceRequest) -> None:
    files.add(asked.record, ContentFile(b"Notes of ours.", name="notes.txt"), by=people["carla"])
    files.add(asked.record, ContentFile(b"Our annex.", name="annex.txt"), by=people["ion"])
    assert seen_by(people["ion"]) == {"annex.txt"}
    assert seen_by(people["boris"]) == {"notes.txt", "annex.txt"}


def test_a_new_version_is_seen_by_whoever_saw_the_one_before(people: People, asked: AssistanceRequest) -> None:
    notes = document(asked, people["carla"], "notes.txt")
    later = files.add(asked.record, ContentFile(b"Second.", name="notes2.txt"), by=people["carla"], replaces=notes)
    assert seen_by(people["ion"]) == set()
    products.share_document(asked, later, True, by=people["carla"])
    files.add(asked.record, ContentFile(b"Third.", name="notes3.txt"), by=people["carla"], replaces=later)
    assert "notes3.txt" in seen_by(people["ion"]) and "notes.txt" not in seen_by(people["ion"])


def test_saving_the_request_shares_nothing(people: People, asked: AssistanceRequest) -> None:
    document(asked, people["carla"], "notes.txt")
    document(asked, people["ion"], "annex.txt")
    record = Record.objects.get(pk=asked.pk)
    record.title = "Another"
    record.save()
    assert seen_by(people["ion"]) == {"annex.txt"}


def test_documents_are_shared_and_kept_again(people: People, asked: AssistanceRequest) -> None:
    notes = document(asked, people["carla"], "notes.txt")
    products.share_document(asked, notes, True, by=people["carla"])
    assert seen_by(people["ion"]) == {"notes.txt"}
    assert "shares a document" in Notice.objects.get(person=people["ion"]).title
    products.share_document(asked, notes, False, by=people["carla"])
    assert seen_by(people["ion"]) == set()


def test_what_is_the_governments_own_is_not_taken_from_its_sight(people: People, asked: AssistanceRequest) -> None:
    annex = document(asked, people["ion"], "annex.txt")
    with pytest.raises(RequestError, match="sent this document itself"):
        products.share_document(asked, annex, False, by=people["carla"])
    made = products.write_product(asked, {"kind": "paper", "title": "Paper"}, by=people["carla"], file=upload("p.txt"))
    products.hand_over(asked, made, by=people["carla"])
    paper = Document.objects.get(name="p.txt")
    with pytest.raises(RequestError, match="handed over with a product"):
        products.share_document(asked, paper, False, by=people["carla"])
    assert Record.objects.get(pk=paper.pk).visibility == Visibility.PARTNERS


def test_messages_reach_the_other_side_and_notes_do_not(people: People, asked: AssistanceRequest) -> None:
    working.say(asked, "We begin on Monday.", internal=False, by=people["carla"])
    assert Notice.objects.get(person=people["ion"]).text == "We begin on Monday."
    working.say(asked, "They are slow.", internal=True, by=people["fatos"])
    assert Notice.objects.filter(text="They are slow.").values_list("person__username", flat=True).get() == "carla"
    working.say(asked, "Thank you.", internal=True, by=people["ion"])
    assert not RequestNote.objects.get(text="Thank you.").internal
    assert Notice.objects.filter(text="Thank you.", person=people["carla"]).exists()


def test_who_says_something(people: People, asked: AssistanceRequest, point_of: Callable[[str], User]) -> None:
    working.say(asked, "From a colleague.", internal=True, by=people["ana"])
    for who in (people["jan"], people["nobody"], point_of("ALB")):
        with pytest.raises(PermissionDenied):
            working.say(asked, "Hello", internal=False, by=who)
    with pytest.raises(RequestError):
        working.say(asked, "  ", internal=False, by=people["ion"])
