"""Commitments: entered, followed by facts from which their state follows, found and counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry, RecordPlace
from migov.services.notices.models import Notice
from migov.work.cooperation.meetings.actions import committing
from migov.work.cooperation.meetings.actions.committing import Promise
from migov.work.cooperation.meetings.actions.ground import Conflict, MeetingError
from migov.work.cooperation.models import Commitment, Mechanism, Meeting
from tests.factories import PlaceFactory
from tests.work.cooperation.making import body, mechanism, meeting
from tests.work.cooperation.meetings.conftest import SOON, TODAY, commitment

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
NEW = "/cooperation/commitments/new/"


def path_of(found: Commitment, rest: str = "") -> str:
    return f"/cooperation/commitments/{found.pk}/{rest}"


def progress(state: str = "begun", text: str = "The first figures came.", **more: Any) -> dict[str, Any]:
    return {"thing": "progress", "day": TODAY.isoformat(), "state": state, "text": text, **more}


def test_a_commitment_is_entered_from_its_meeting(people: People, client_for: ClientFor, prague: Mechanism) -> None:
    found = meeting(prague, day=TODAY - timedelta(days=3), state="held")
    client = client_for(people["fatos"])
    page = client.get(f"{NEW}?meeting={found.pk}").content.decode()
    assert f'value="{found.pk}" selected' in page
    sent = {
        "title": "Share figures on returns", "words": "States will share figures once a year.", "meeting": found.pk,
        "place": Place.objects.get(code="MDA").pk, "responsible": "Bureau for Migration", "due": SOON.isoformat(),
        "follows": people["carla"].pk,
    }  # fmt: skip
    answer = client.post(NEW, sent, follow=True)
    made = Commitment.objects.get()
    page = answer.content.decode()
    assert (
        "The commitment is entered" in page
        and f"{Place.objects.get(code='MDA').short_name}, Bureau for Migration" in page
        and "Prague Process" in page
    )
    assert (made.mechanism, made.made_on, made.state) == (prague, TODAY - timedelta(days=3), "open")
    assert list(RecordPlace.objects.filter(record=made.pk).values_list("place__code", flat=True)) == ["MDA"]
    assert Notice.objects.get(person=people["carla"]).title == "You follow up a commitment: Share figures on returns"
    assert "Share figures on returns" in client.get(f"/cooperation/meetings/{found.pk}/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"responsible": ""}, "Say who committed"),
        ({"made_on": SOON.isoformat()}, "still to come"),
        ({"made_on": TODAY.isoformat(), "due": "2001-01-01"}, "before it was made"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    people: People, client_for: ClientFor, wrong: dict[str, Any], said: str
) -> None:
    sent = {"title": "Promise", "words": "Keep these words", "responsible": "Ministry"} | wrong
    answer = client_for(people["fatos"]).post(NEW, sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "Keep these words" in page
    assert not Commitment.objects.exists()


def test_a_meeting_of_another_mechanism_is_refused(people: People, expected: Meeting) -> None:
    other = mechanism("budapest")
    with pytest.raises(MeetingError, match="another mechanism"):
        committing.commit(Promise("Promise", meeting=expected, mechanism=other, ours=True), by=people["fatos"])


def test_the_state_is_that_of_the_last_day(people: People, client_for: ClientFor) -> None:
    found = commitment(owner=people["fatos"])
    client = client_for(people["fatos"])
    row = path_of(found, "row/")
    assert client.post(row, progress("kept")).status_code == 302
    earlier = (TODAY - timedelta(days=10)).isoformat()
    assert client.post(row, progress("begun", day=earlier)).status_code == 302
    found.refresh_from_db()
    assert found.state == "kept"
    last = found.progress.get(state="kept")
    assert client.post(row, progress("not-kept", "It was not kept.", row=last.pk)).status_code == 302
    found.refresh_from_db()
    assert found.state == "not-kept" and found.progress.count() == 3
    page = client.get(path_of(found)).content.decode()
    assert "It was not kept." in page and "1 entry was corrected or taken back" in page
    for entry in list(found.progress.filter(superseded_at__isnull=True)):
        client.post(row, {"thing": "progress", "row": entry.pk, "do": "remove"})
    found.refresh_from_db()
    assert found.state == "open"
    gone = client.post(row, {"thing": "progress", "row": last.pk, "do": "remove"})
    assert gone.status_code == 409


def test_progress_that_cannot_be_keeps_what_was_typed(people: People, client_for: ClientFor) -> None:
    found = commitment(owner=people["fatos"], made_on=TODAY - timedelta(days=2))
    row = path_of(found, "row/")
    client = client_for(people["fatos"])
    for wrong, said in (
        ({"day": SOON.isoformat()}, "still to come"),
        ({"day": (TODAY - timedelta(days=9)).isoformat()}, "before it was made"),
        ({"state": "forgotten"}, "valid choice"),
    ):
        answer = client.post(row, progress(text="Keep my words") | wrong)
        page = answer.content.decode()
        assert answer.status_code == 422 and said in page and "Keep my words" in page
    assert not found.progress.exists()


def test_two_who_change_or_correct_at_once(people: People) -> None:
    found = commitment(owner=people["fatos"])
    committing.restate(found, Promise("Better title", ours=True), by=people["fatos"], seen=1)
    with pytest.raises(Conflict):
        committing.restate(found, Promise("Other title", ours=True), by=people["carla"], seen=1)
    said = {"day": TODAY, "state": "begun", "text": "Begun"}
    first = committing.note_progress(found, said, by=people["fatos"])
    committing.note_progress(found, said, by=people["fatos"], corrects=first)
    with pytest.raises(Conflict):
        committing.note_progress(found, said, by=people["carla"], corrects=first)
    assert found.progress.filter(superseded_at__isnull=True).count() == 1
    verbs = list(JournalEntry.objects.filter(record_id=found.pk).values_list("verb", flat=True))
    assert verbs == ["progress corrected", "progress noted", "commitment changed"]


def test_who_may_change_a_commitment(people: People) -> None:
    found = commitment(owner=people["fatos"], office=people["ana"].standing[0].office)
    promise = Promise("Better title", ours=True)
    for name in ("hana", "galina", "boris", "ion", "jan", "nobody"):
        with pytest.raises(PermissionDenied):
            committing.restate(found, promise, by=people[name])
        with pytest.raises(PermissionDenied):
            committing.commit(promise, by=people[name]) if name != "boris" else committing.note_progress(
                found, {"day": TODAY, "state": "kept", "text": "Kept"}, by=people[name]
            )
    assert committing.restate(found, promise, by=people["ana"]).record.title == "Better title"


@pytest.fixture
def several(people: People, prague: Mechanism) -> None:
    commitment("Open one", due=SOON, mechanism=prague)
    commitment("Late one", due=TODAY - timedelta(days=4), state="begun", place=PlaceFactory(code="GEO"))
    commitment("Ours", place=None, ours=True)
    commitment("Kept one", state="kept", due=TODAY - timedelta(days=4), place=None, body=body("icmpd"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Open one", "Late one", "Ours"}),
        ("show=late", {"Late one"}),
        ("show=ours", {"Ours"}),
        ("show=settled", {"Kept one"}),
        ("show=all", {"Open one", "Late one", "Ours", "Kept one"}),
        ("mechanism=prague", {"Open one"}),
        ("country=GEO", {"Late one"}),
        ("state=kept", {"Kept one"}),
        (f"until={TODAY}", {"Late one", "Kept one"}),
        ("q=late", {"Late one"}),
    ],
)
def test_the_list_and_its_file_hold_the_same(
    people: People, client_for: ClientFor, several: None, query: str, found: set[str]
) -> None:
    client = client_for(people["fatos"])
    page = client.get(f"/cooperation/commitments/?{query}").content.decode()
    titles = {"Open one", "Late one", "Ours", "Kept one"}
    assert {title for title in titles if f">{title}</a>" in page} == found
    assert ("late since" in page) == ("Late one" in found)
    answer = client.get(f"/cooperation/commitments/export.csv?{query}")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert {row["Commitment"] for row in csv.DictReader(io.StringIO(content))} == found
