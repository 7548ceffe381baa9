"""The pages of meetings, as people read and fill them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordPlace
from migov.services.files.models import Document
from migov.services.notices.models import Notice
from migov.work.cooperation.models import AgendaItem, Delegation, Mechanism, Meeting, MeetingTask, Outcome
from tests.work.cooperation.making import meeting
from tests.work.cooperation.meetings.conftest import SOON, TODAY, commitment

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
NEW = "/cooperation/meetings/new/"


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def path_of(found: Meeting, rest: str = "") -> str:
    return f"/cooperation/meetings/{found.pk}/{rest}"


def act(client: Client, found: Meeting, thing: str, **sent: Any) -> Any:
    return client.post(path_of(found, "row/"), {"thing": thing, **sent})


# Entering


def test_an_officer_enters_a_meeting_from_its_invitation(
    people: People, client_for: ClientFor, prague: Mechanism, form: dict[str, Any]
) -> None:
    client = client_for(people["fatos"])
    assert f'value="{prague.pk}" selected' in words(client, f"{NEW}?mechanism=prague")
    sent = form | {
        "mechanism": prague.pk, "country": Place.objects.get(code="UZB").pk, "attends": people["carla"].pk,
        "invitation": SimpleUploadedFile("invitation.txt", b"We have the honour to invite you."),
    }  # fmt: skip
    answer = client.post(NEW, sent, follow=True)
    page = answer.content.decode()
    made = Meeting.objects.get()
    assert "The meeting is entered" in page and "In 10 days" in page and "10:00–16:30, Tashkent time" in page
    assert "Inputs are due on" in page and "Prague Process" in page and "Tashkent, Uzbekistan" in page
    assert made.starts_at is not None and made.starts_at.astimezone(ZoneInfo("Asia/Tashkent")).hour == 10
    assert made.record.starts == made.record.ends == SOON and made.record.owner == people["fatos"]
    assert list(RecordPlace.objects.filter(record=made.pk).values_list("place__code", flat=True)) == ["UZB"]
    assert Document.objects.get(of=made.record).record.title == "Invitation"
    assert Notice.objects.get(person=people["carla"]).title.startswith("You attend: Senior Officials Meeting")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"ends": "2001-01-01"}, "before the first day"),
        ({"dated": "2027-05"}, "not both"),
        ({"starts": "", "dated": "2027-13", "from_time": "", "to_time": ""}, "is no date"),
        ({"to_time": "09:00"}, "not after its beginning"),
        ({"from_time": ""}, "when it begins too"),
        ({"inputs_due": (SOON + timedelta(days=1)).isoformat()}, "after the meeting"),
        ({"invited_on": SOON.isoformat()}, "still to come"),
        ({"link": "javascript:alert(1)"}, "valid URL"),
        ({"zone": "Mars/Base"}, "valid choice"),
        ({"starts": "2027-03-28", "from_time": "02:30", "zone": "Europe/Vienna", "inputs_due": ""}, "put forward"),
        ({"invitation": SimpleUploadedFile("tool.exe", b"MZ")}, "tool.exe"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(
    people: People, client_for: ClientFor, form: dict[str, Any], wrong: dict[str, Any], said: str
) -> None:
    answer = client_for(people["fatos"]).post(NEW, form | {"about": "Keep these words"} | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "Keep these words" in page
    assert page.count('class="errors"') >= 1 and not Meeting.objects.exists()


def test_only_the_month_is_known(people: People, client_for: ClientFor) -> None:
    client = client_for(people["ana"])
    answer = client.post(NEW, {"title": "Ministerial", "kind": "ministerial", "dated": "2027-05"}, follow=True)
    made = Meeting.objects.get()
    assert "May 2027" in answer.content.decode() and made.record.starts is None
    assert made.record.office is not None and made.record.office.code == "tirana"
    assert client.get(path_of(made, "meeting.ics")).status_code == 404


def test_two_who_change_a_meeting_at_once(people: People, client_for: ClientFor, expected: Meeting) -> None:
    first, second = client_for(people["fatos"]), client_for(people["carla"])
    begun = {"title": "Changed title", "kind": "senior", "starts": SOON.isoformat(), "seen": expected.revision}
    assert first.post(path_of(expected, "edit/"), begun).status_code == 302
    answer = second.post(path_of(expected, "edit/"), begun | {"title": "My words stay"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "changed meanwhile" in page and "My words stay" in page
    expected.refresh_from_db()
    assert expected.record.title == "Changed title"
    again = second.post(path_of(expected, "edit/"), begun | {"title": "Mine", "seen": expected.revision})
    assert again.status_code == 302


def test_other_days_are_told_to_who_attends(people: People, client_for: ClientFor, expected: Meeting) -> None:
    Meeting.objects.filter(pk=expected.pk).update(attends=people["carla"])
    later = SOON + timedelta(days=30)
    sent = {
        "title": "Senior Officials Meeting",
        "kind": "senior",
        "starts": later.isoformat(),
        "attends": people["carla"].pk,
    }
    assert client_for(people["fatos"]).post(path_of(expected, "edit/"), sent | {"seen": 1}).status_code == 302
    assert Notice.objects.get(person=people["carla"]).title.startswith("Now ")


def test_the_next_of_the_series_takes_over_agenda_and_delegations(
    people: People, client_for: ClientFor, expected: Meeting
) -> None:
    AgendaItem.objects.create(meeting=expected, title="Opening", note="Not carried")
    Delegation.objects.create(meeting=expected, place=Place.objects.get(code="MDA"), attendance="present", size=3)
    client = client_for(people["fatos"])
    page = words(client, f"{NEW}?after={expected.pk}")
    assert "Next meeting of the series" in page and 'value="Senior Officials Meeting"' in page
    sent = {"title": "Next", "kind": "senior", "after": expected.pk, "carry": ["agenda", "delegations"]}
    client.post(NEW, sent)
    made = Meeting.objects.get(record__title="Next")
    assert made.previous == expected
    assert [(row.title, row.note) for row in made.agenda.all()] == [("Opening", "")]
    assert [(row.attendance, row.size) for row in made.delegations.all()] == [("invited", None)]
    assert "Next" in words(client, path_of(expected)) and "Senior Officials Meeting" in words(client, path_of(made))
    assert client.get(f"{NEW}?after=999999").status_code == 404


# Its life


def test_a_meeting_is_confirmed_and_held(people: People, client_for: ClientFor, prague: Mechanism) -> None:
    found = meeting(prague, day=TODAY - timedelta(days=1), owner=people["fatos"])
    client = client_for(people["fatos"])
    assert "Was it held?" in words(client, path_of(found))
    step = path_of(found, "step/")
    assert client.post(step, {"step": "confirm", "seen": 1}).status_code == 302
    again = client.post(step, {"step": "confirm", "seen": 1})
    assert again.status_code == 409 and "changed meanwhile" in again.content.decode()
    answer = client.post(step, {"step": "hold", "seen": 2, "outcome": "All agreed."}, follow=True)
    assert "All agreed." in answer.content.decode()
    found.refresh_from_db()
    assert (found.state, found.outcome) == ("held", "All agreed.")


def test_a_meeting_to_come_was_not_held(people: People, client_for: ClientFor, expected: Meeting) -> None:
    answer = client_for(people["fatos"]).post(path_of(expected, "step/"), {"step": "hold", "seen": 1})
    assert answer.status_code == 409 and "has not begun yet" in answer.content.decode()


def test_cancelling_asks_why_and_tells(people: People, client_for: ClientFor, expected: Meeting) -> None:
    MeetingTask.objects.create(meeting=expected, text="Write", person=people["carla"])
    client = client_for(people["fatos"])
    step = path_of(expected, "step/")
    assert client.post(step, {"step": "cancel", "seen": 1}).status_code == 422
    client.post(step, {"step": "cancel", "seen": 1, "why": "The chair withdrew."})
    assert "The chair withdrew." in words(client, path_of(expected))
    assert Notice.objects.get(person=people["carla"]).text == "The chair withdrew."
    assert client.post(step, {"step": "reopen", "seen": 2}).status_code == 302
    expected.refresh_from_db()
    assert (expected.state, expected.outcome) == ("planned", "")
    assert client.post(step, {"step": "fly", "seen": 3}).status_code == 404


# Its rows


def test_the_agenda_is_pasted_looked_at_and_added(people: People, client_for: ClientFor, expected: Meeting) -> None:
    client = client_for(people["fatos"])
    address = path_of(expected, "agenda/")
    text = "1. 09:00–09:30 Opening\nBy the Chair\n2. 09:30 Labour mobility\n3. Any other business"
    page = client.post(address, {"do": "read", "text": text}).content.decode()
    assert "3 items were read" in page and 'value="Labour mobility"' in page and "By the Chair" in page
    sent: dict[str, Any] = {"do": "add", "text": text, "line-TOTAL_FORMS": 3, "line-INITIAL_FORMS": 3}
    for place, title in enumerate(("Opening", "Labour mobility", "Any other business")):
        sent |= {f"line-{place}-title": title, f"line-{place}-number": str(place + 1), f"line-{place}-keep": "on"}
    sent |= {"line-1-ours": "on"}
    del sent["line-2-keep"]
    wrong = client.post(address, sent | {"line-0-title": ""})
    assert wrong.status_code == 422 and "Say what the item is" in wrong.content.decode()
    assert client.post(address, sent).status_code == 302
    assert [(row.title, row.ours) for row in expected.agenda.all()] == [("Opening", False), ("Labour mobility", True)]
    assert "we speak" in words(client, path_of(expected))
    client.post(address, sent | {"do": "replace", "line-0-title": "Other opening"})
    assert [row.title for row in expected.agenda.all()] == ["Other opening", "Labour mobility"]
    assert client.post(address, {"do": "read", "text": "   "}).status_code == 422


def test_items_are_added_changed_moved_and_removed(people: People, client_for: ClientFor, expected: Meeting) -> None:
    client = client_for(people["fatos"])
    for title in ("First", "Second", "Third"):
        assert act(client, expected, "item", title=title).status_code == 302
    last = expected.agenda.get(title="Third")
    act(client, expected, "item", row=last.pk, do="up")
    assert [row.title for row in expected.agenda.all()] == ["First", "Third", "Second"]
    page = words(client, f"{path_of(expected)}?edit=item-{last.pk}")
    seen = page.partition('id="open-form"')[2].partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    assert act(client, expected, "item", row=last.pk, title="Third, changed", seen=seen).status_code == 302
    conflict = act(client, expected, "item", row=last.pk, title="My words", seen=seen)
    assert conflict.status_code == 422
    assert "changed meanwhile" in conflict.content.decode() and "My words" in conflict.content.decode()
    act(client, expected, "item", row=last.pk, do="remove")
    assert [row.title for row in expected.agenda.all()] == ["First", "Second"]
    gone = act(client, expected, "item", row=last.pk, do="remove")
    assert gone.status_code == 409 and "no such row" in gone.content.decode()


def test_members_are_added_in_one_go_and_attendance_is_noted(
    people: People, client_for: ClientFor, expected: Meeting
) -> None:
    client = client_for(people["fatos"])
    answer = client.post(path_of(expected, "members/"), follow=True)
    assert "3 delegations were added" in answer.content.decode()
    assert "All members were there already" in client.post(path_of(expected, "members/"), follow=True).content.decode()
    rows = {row.place.code: row for row in expected.delegations.select_related("place") if row.place}
    assert sorted(rows) == ["ALB", "GEO", "MDA"]
    page = words(client, f"{path_of(expected)}?add=attendance")
    assert page.count('name="at-') == 3
    said = {f"at-{rows['ALB'].pk}": "present", f"at-{rows['GEO'].pk}": "absent", f"at-{rows['MDA'].pk}": "coming"}
    assert act(client, expected, "attendance", **said).status_code == 302
    assert "1 were there" in words(client, path_of(expected))
    wrong = act(client, expected, "attendance", **said | {f"at-{rows['GEO'].pk}": "asleep"})
    assert wrong.status_code == 422


def test_delegations_of_states_and_bodies(people: People, client_for: ClientFor, expected: Meeting) -> None:
    client = client_for(people["fatos"])
    who = f"p{Place.objects.get(code='MDA').pk}"
    sent = {"who": who, "attendance": "coming", "size": 4, "functions": "Head of unit\nMinistry of Labour"}
    assert act(client, expected, "delegation", **sent).status_code == 302
    twice = act(client, expected, "delegation", **sent)
    assert twice.status_code == 422 and "in the list already" in twice.content.decode()
    act(client, expected, "delegation", new_body="Regional Secretariat", attendance="invited")
    assert expected.delegations.get(body__isnull=False).body.name == "Regional Secretariat"  # type: ignore[union-attr]
    neither = act(client, expected, "delegation", attendance="invited")
    assert neither.status_code == 422 and "one State or one body" in neither.content.decode()
    page = words(client, path_of(expected))
    assert "2 delegations" in page and "4 people" in page and "Regional Secretariat" in page


def test_outcomes_with_their_documents(people: People, client_for: ClientFor, expected: Meeting) -> None:
    client = client_for(people["fatos"])
    file = SimpleUploadedFile("declaration.txt", b"We declare.")
    assert act(client, expected, "outcome", kind="declaration", text="Joint declaration", file=file).status_code == 302
    made = Outcome.objects.get()
    assert made.document is not None and made.document.name == "declaration.txt"
    page = words(client, path_of(expected))
    assert "Joint declaration" in page and f"/documents/{made.document.pk}/" in page
    refused = act(client, expected, "outcome", kind="plan", text="Keep me", file=SimpleUploadedFile("x.exe", b"MZ"))
    assert refused.status_code == 422 and "Keep me" in refused.content.decode() and Outcome.objects.count() == 1


def test_whose_task_it_is_ticks_it(people: People, client_for: ClientFor, expected: Meeting) -> None:
    client = client_for(people["fatos"])
    sent = {"text": "Send the list", "person": people["hana"].pk, "due": (TODAY - timedelta(days=1)).isoformat()}
    assert act(client, expected, "task", **sent).status_code == 302
    task = MeetingTask.objects.get()
    assert Notice.objects.get(person=people["hana"]).title == "Your task: Send the list"
    theirs = client_for(people["hana"])
    page = words(theirs, path_of(expected))
    assert "late since" in page and "Add a task" not in page
    assert act(theirs, expected, "task", row=task.pk, do="done").status_code == 302
    task.refresh_from_db()
    assert task.done_on == TODAY
    assert act(client_for(people["galina"]), expected, "task", row=task.pk, do="undone").status_code == 403


# Lists


@pytest.fixture
def several(people: People, prague: Mechanism, expected: Meeting) -> dict[str, Meeting]:
    past = meeting(prague, day=TODAY - timedelta(days=400), title="Old ministerial", kind="ministerial", state="held")
    month = meeting(day=None, title="Some day", dated=f"{TODAY.year + 1}-05", attends=people["carla"])
    over = meeting(day=TODAY - timedelta(days=5), title="Forgotten", owner=people["fatos"])
    Delegation.objects.create(meeting=past, place=Place.objects.get(code="MDA"))
    return {"expected": expected, "past": past, "month": month, "over": over}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Senior Officials Meeting", "Some day"}),
        ("show=past", {"Old ministerial", "Forgotten"}),
        ("show=open-date", {"Some day"}),
        ("show=all", {"Senior Officials Meeting", "Some day", "Old ministerial", "Forgotten"}),
        ("show=mine", {"Senior Officials Meeting"}),
        ("mechanism=prague&show=all", {"Senior Officials Meeting", "Old ministerial"}),
        ("kind=ministerial&show=all", {"Old ministerial"}),
        ("state=held", {"Old ministerial"}),
        ("country=MDA&show=all", {"Old ministerial"}),
        (f"since={TODAY}", {"Senior Officials Meeting", "Some day"}),
        (f"until={TODAY}", {"Old ministerial", "Forgotten"}),
        (f"since={TODAY.year + 1}-05-20&until={TODAY.year + 1}-12-31", {"Some day"}),
        ("q=forgot&show=all", {"Forgotten"}),
    ],
)
def test_the_list_and_its_file_hold_the_same(
    people: People, client_for: ClientFor, several: dict[str, Meeting], query: str, found: set[str]
) -> None:
    client = client_for(people["fatos"])
    page = words(client, f"/cooperation/meetings/?{query}")
    shown = {one.record.title for one in several.values() if f">{one.record.title}</a>" in page}
    assert shown == found
    answer = client.get(f"/cooperation/meetings/export.csv?{query}")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert {row["Meeting"] for row in csv.DictReader(io.StringIO(content))} == found
    assert client.get(f"/cooperation/meetings/export.xlsx?{query}").status_code == 200


def test_a_filter_that_is_wrong_is_said(people: People, client_for: ClientFor, several: dict[str, Meeting]) -> None:
    client = client_for(people["fatos"])
    page = words(client, "/cooperation/meetings/?country=XYZ&since=soon&colour=blue")
    assert "“XYZ” is not known here" in page and "Write a day" in page and "no condition of that name" in page
    assert client.get("/cooperation/meetings/export.csv?country=XYZ").status_code == 400
    assert client.get("/cooperation/meetings/export.pdf").status_code == 404


def test_lists_and_pages_ask_a_bounded_number_of_questions(
    people: People, client_for: ClientFor, several: dict[str, Meeting], django_assert_max_num_queries: Any
) -> None:
    found = several["expected"]
    places = list(Place.objects.all()[:20])
    Delegation.objects.bulk_create(Delegation(meeting=found, place=place) for place in places)
    AgendaItem.objects.bulk_create(AgendaItem(meeting=found, order=n, title=f"Item {n}") for n in range(30))
    for number in range(12):
        MeetingTask.objects.create(meeting=found, text=f"Task {number}", person=people["carla"])
        commitment(f"Commitment {number}", meeting=found, mechanism=found.mechanism)
        meeting(found.mechanism, day=SOON, title=f"Other {number}", attends=people["ana"])
    client = client_for(people["fatos"])
    client.get("/cooperation/meetings/")
    with django_assert_max_num_queries(16):
        client.get("/cooperation/meetings/")
    with django_assert_max_num_queries(26):
        client.get(path_of(found))
    with django_assert_max_num_queries(16):
        client.get("/cooperation/commitments/")
    with django_assert_max_num_queries(26):
        client.get(f"/cooperation/commitments/{commitment('One').pk}/")


def test_the_front_page_asks_no_more_for_more_meetings(
    people: People, client_for: ClientFor, expected: Meeting
) -> None:
    client = client_for(people["fatos"])
    client.get("/cooperation/")
    asked = []
    for number in (2, 4):
        for one in range(number):
            more = meeting(
                expected.mechanism, day=SOON, title=f"{number}.{one}", inputs_due=TODAY, attends=people["fatos"]
            )
            MeetingTask.objects.create(meeting=more, text="Write", person=people["fatos"])
            commitment(f"Late {number}.{one}", due=TODAY - timedelta(days=1), ours=True, owner=people["fatos"])
        with CaptureQueriesContext(connection) as queries:
            client.get("/cooperation/")
        asked.append(len(queries))
    assert asked[0] == asked[1]
