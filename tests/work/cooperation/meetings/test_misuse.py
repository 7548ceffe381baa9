"""What goes wrong in a day: two clicks, two tabs, a mistyped year, a key that no database has room for, a row that is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from migov.foundation.people.models import User
from migov.work.cooperation.models import (
    AgendaItem,
    Commitment,
    CommitmentProgress,
    Delegation,
    Mechanism,
    Meeting,
    MeetingTask,
    Outcome,
)
from tests.factories import PlaceFactory
from tests.work.cooperation.meetings.conftest import SOON, TODAY, commitment

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
NEW, PROMISE = "/cooperation/meetings/new/", "/cooperation/commitments/new/"
HUGE = "9" * 30


def row(client: Client, found: Meeting, thing: str, **sent: Any) -> Any:
    return client.post(f"/cooperation/meetings/{found.pk}/row/", {"thing": thing, **sent})


def test_two_clicks_enter_one_meeting(people: People, client_for: ClientFor, form: dict[str, Any]) -> None:
    client = client_for(people["fatos"])
    first, second = client.post(NEW, form), client.post(NEW, form)
    assert first["Location"] == second["Location"]
    assert Meeting.objects.count() == 1


def test_a_colleague_is_told_that_the_meeting_is_entered(
    people: People, client_for: ClientFor, form: dict[str, Any]
) -> None:
    client_for(people["fatos"]).post(NEW, form)
    answer = client_for(people["carla"]).post(NEW, form)
    assert answer.status_code == 422
    assert "is entered already" in answer.content.decode()
    other = form | {"starts": (SOON + timedelta(days=60)).isoformat()}
    assert client_for(people["carla"]).post(NEW, other).status_code == 302


def test_two_clicks_enter_one_commitment_outcome_task_and_line(
    people: People, client_for: ClientFor, expected: Meeting
) -> None:
    client = client_for(people["fatos"])
    sent = {"title": "Share figures", "place": PlaceFactory(code="MDA").pk, "due": SOON.isoformat()}
    assert client.post(PROMISE, sent)["Location"] == client.post(PROMISE, sent)["Location"]
    assert Commitment.objects.count() == 1
    assert client.post(PROMISE, sent | {"place": PlaceFactory(code="GEO").pk}).status_code == 302
    assert Commitment.objects.count() == 2
    for _click in range(2):
        row(client, expected, "outcome", kind="decision", text="To meet again.")
        row(client, expected, "task", text="Book the room", person=people["carla"].pk)
        row(client, expected, "item", title="Break")
        line = {"thing": "progress", "day": TODAY.isoformat(), "state": "begun", "text": "A unit is named."}
        client.post(f"/cooperation/commitments/{Commitment.objects.first().pk}/row/", line)  # type: ignore[union-attr]
    assert (Outcome.objects.count(), MeetingTask.objects.count(), CommitmentProgress.objects.count()) == (1, 1, 1)
    assert AgendaItem.objects.count() == 2  # an agenda may have two breaks


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("starts", {"starts": "0001-01-01", "from_time": "00:30"}),
        ("starts", {"starts": "9999-12-31", "from_time": "23:30", "zone": "America/New_York"}),
        ("ends", {"ends": "9999-12-31"}),
        ("ends", {"ends": (SOON + timedelta(days=900)).isoformat()}),
        ("invited_on", {"invited_on": "0206-11-20"}),
        ("inputs_due", {"inputs_due": "0206-11-20"}),
        ("dated", {"starts": "", "from_time": "", "to_time": "", "dated": "0206-11"}),
    ],
)
def test_a_mistyped_year_is_refused_beside_its_field(
    people: People, client_for: ClientFor, form: dict[str, Any], field: str, sent: dict[str, str]
) -> None:
    answer = client_for(people["fatos"]).post(NEW, form | sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not Meeting.objects.exists()


def test_a_mistyped_year_of_a_commitment_task_or_line_is_refused(
    people: People, client_for: ClientFor, expected: Meeting
) -> None:
    client = client_for(people["fatos"])
    answer = client.post(PROMISE, {"title": "Share figures", "ours": "on", "due": "0206-11-20"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["due"])
    assert row(client, expected, "task", text="Book", due="0206-11-20").status_code == 422
    assert not MeetingTask.objects.exists()


def test_a_key_that_no_database_has_room_for_is_no_choice(
    people: People, client_for: ClientFor, form: dict[str, Any], expected: Meeting
) -> None:
    client = client_for(people["fatos"])
    for path, sent in (
        (NEW, form | {"mechanism": HUGE}), (NEW, form | {"country": HUGE}), (PROMISE, {"title": "A", "ours": "on", "meeting": HUGE}),
        (PROMISE, {"title": "A", "ours": "on", "mechanism": HUGE}),
    ):  # fmt: skip
        answer = client.post(path, sent)
        assert answer.status_code == 422
        assert "Select a valid choice" in answer.content.decode()
    assert row(client, expected, "outcome", kind="decision", text="x", document=HUGE).status_code == 422


def test_what_was_typed_for_a_row_that_is_gone_is_kept(
    people: People, client_for: ClientFor, expected: Meeting
) -> None:
    client = client_for(people["fatos"])
    item = AgendaItem.objects.create(meeting=expected, title="Opening")
    key = item.pk
    item.delete()
    answer = row(client, expected, "item", row=key, title="Opening by the chair", seen="x")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody removed or corrected this meanwhile" in page
    assert 'value="Opening by the chair"' in page
    row(client, expected, "item", row="0", title="Opening by the chair")
    assert AgendaItem.objects.get().title == "Opening by the chair"


def test_what_turns_text_round_is_not_kept(people: People, client_for: ClientFor, form: dict[str, Any]) -> None:
    sent = form | {"title": "Senior\u202e Officials\x07 Meeting", "city": "Vien\u200bna"}
    client_for(people["fatos"]).post(NEW, sent)
    made = Meeting.objects.get()
    assert (made.record.title, made.city) == ("Senior Officials Meeting", "Vienna")


# Many delegations


@pytest.fixture
def many(expected: Meeting) -> Meeting:
    """Twelve delegations, of which Moldova's functions are known and Albania's is coming."""
    for at in range(12):
        Delegation.objects.create(meeting=expected, place=PlaceFactory(code=f"T{at:02}", short_name=f"Land {at:02}"))
    Delegation.objects.filter(place__code="T07").update(functions="Head of unit, ministry", size=3)
    Delegation.objects.filter(place__code="T09").update(attendance="coming")
    return expected


def test_of_many_delegations_those_that_say_something_come_first(
    people: People, client_for: ClientFor, many: Meeting
) -> None:
    page = client_for(people["fatos"]).get(f"/cooperation/meetings/{many.pk}/").content.decode()
    folded = page.index("10 more, invited")
    assert page.index("Land 07") < folded < page.index("Land 00")
    assert page.index("Land 09") < folded
    assert page.count("<details") > page.count("<details open")
    assert page.count('id="delegation-') == 12


def test_attendance_is_noted_for_all_that_are_left(people: People, client_for: ClientFor, many: Meeting) -> None:
    client = client_for(people["fatos"])
    page = client.get(f"/cooperation/meetings/{many.pk}/?add=attendance").content.decode()
    assert "All that are left as invited" in page
    assert 'id="delegation-' not in page  # the list would say the same again
    at = {f"at-{one.pk}": one.attendance for one in many.delegations.all()}
    absent = many.delegations.get(place__code="T03")
    assert row(client, many, "attendance", **at | {f"at-{absent.pk}": "absent", "others": "present"}).status_code == 302
    said = dict(many.delegations.values_list("place__code", "attendance"))
    assert (said.pop("T03"), said.pop("T09")) == ("absent", "coming")
    assert set(said.values()) == {"present"}


def test_a_calendar_holds_an_event_that_never_ends(people: People, client_for: ClientFor, prague: Mechanism) -> None:
    from tests.work.cooperation.making import meeting  # as older data may hold it

    found = meeting(prague, day=SOON, owner=people["fatos"])
    type(found.record).objects.filter(pk=found.pk).update(ends=date.max)
    answer = client_for(people["fatos"]).get(f"/cooperation/meetings/{found.pk}/meeting.ics")
    assert answer.status_code == 200
    assert b"BEGIN:VEVENT" in answer.content


def test_a_commitment_that_a_colleague_corrected_keeps_what_was_typed(people: People, client_for: ClientFor) -> None:
    owed = commitment(owner=people["fatos"])
    client = client_for(people["fatos"])
    path = f"/cooperation/commitments/{owed.pk}/row/"
    line = {"thing": "progress", "day": TODAY.isoformat(), "state": "begun", "text": "A unit is named."}
    client.post(path, line)
    entry = CommitmentProgress.objects.get()
    client.post(path, line | {"row": entry.pk, "text": "Two units are named."})
    late = client.post(path, line | {"row": entry.pk, "text": "Three units are named."})
    assert late.status_code == 422
    assert "Three units are named." in late.content.decode()
