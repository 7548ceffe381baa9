"""The calendar, files of single meetings, and the feed with its secret address, read as calendar programs read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from migov.foundation.people.models import Membership, Office, User
from migov.foundation.people.models import Membership as Role
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace
from migov.foundation.records.themes import set_themes
from migov.work.cooperation.meetings import calendar_sources
from migov.work.cooperation.meetings.actions import feeding
from migov.work.cooperation.meetings.calendar_sources import Event
from migov.work.cooperation.models import CalendarFeed, Delegation, Mechanism, Meeting
from tests.factories import ThemeFactory
from tests.work.cooperation.making import meeting
from tests.work.cooperation.meetings.conftest import SOON, TODAY, commitment

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
TASHKENT = ZoneInfo("Asia/Tashkent")


def entries(content: bytes) -> dict[str, Any]:
    """Entry by the beginning of its UID."""
    found = Calendar.from_ical(content)
    return {str(entry["UID"]).partition("@")[0]: entry for entry in found.walk("VEVENT")}


def feed_of(person: User) -> str:
    return f"/cooperation/calendar/feed/{feeding.make_feed(by=person)}.ics"


# One meeting as a file


def test_hours_stand_in_their_time_zone(people: People, client_for: ClientFor, prague: Mechanism) -> None:
    found = meeting(
        prague, day=date(2027, 3, 2), title="Überprüfung; «Return, Readmission» \\ 1st\nround " + "long " * 40,
        starts_at=datetime(2027, 3, 2, 10, tzinfo=TASHKENT), ends_at=datetime(2027, 3, 2, 16, 30, tzinfo=TASHKENT),
        zone="Asia/Tashkent", city="Tashkent", state="confirmed", revision=7, link="https://join.example.org/secret",
    )  # fmt: skip
    answer = client_for(people["fatos"]).get(f"/cooperation/meetings/{found.pk}/meeting.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    content = answer.content
    assert all(len(line) <= 75 for line in content.split(b"\r\n")) and b"\n" not in content.replace(b"\r\n", b"")
    assert b"BEGIN:VTIMEZONE" in content and b"TZID:Asia/Tashkent" in content and b"secret" not in content
    (entry,) = entries(content).values()
    assert (
        entry["DTSTART"].dt == datetime(2027, 3, 2, 5, tzinfo=UTC)
        and str(entry["DTSTART"].dt.tzinfo) == "Asia/Tashkent"
    )
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(hours=6, minutes=30)
    assert entry["SUMMARY"] == " ".join(found.record.title.split())
    assert "X-WR-CALNAME:Überprüfung\\; «Return\\, Readmission»".encode() in content
    assert (entry["STATUS"], entry["SEQUENCE"], entry["LOCATION"]) == ("CONFIRMED", 7, "Tashkent")
    assert [str(word) for word in entry["CATEGORIES"].cats] == ["meeting", "PP"]
    assert entry["URL"] == f"{settings.MIGOV_ADDRESS}/cooperation/meetings/{found.pk}/"
    assert entry["DTSTAMP"].dt == found.record.changed_at.replace(microsecond=0)


def test_whole_days_end_on_the_day_after(people: People, client_for: ClientFor) -> None:
    found = meeting(day=date(2027, 3, 2), ends=date(2027, 3, 4), state="cancelled")
    (entry,) = entries(client_for(people["ana"]).get(f"/cooperation/meetings/{found.pk}/meeting.ics").content).values()
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (date(2027, 3, 2), date(2027, 3, 5))
    assert entry["STATUS"] == "CANCELLED" and entry["SUMMARY"].startswith("Cancelled: ")
    assert entry["TRANSP"] == "TRANSPARENT"


# The feed


def test_a_feed_holds_meetings_deadlines_and_commitments(people: People, client: Client, expected: Meeting) -> None:
    owed = commitment(due=SOON)
    kept = commitment("Kept already", due=SOON, state="kept")
    month = meeting(day=None, title="Some day", dated="2027-05")
    answer = client.get(feed_of(people["fatos"]))
    assert answer.status_code == 200 and answer.headers["Cache-Control"].startswith("private")
    found = entries(answer.content)
    assert set(found) == {f"meeting-{expected.pk}", f"inputs-due-{expected.pk}", f"commitment-{owed.pk}"}
    assert f"meeting-{month.pk}" not in found and f"commitment-{kept.pk}" not in found
    assert found[f"meeting-{expected.pk}"]["STATUS"] == "TENTATIVE"
    assert found[f"inputs-due-{expected.pk}"]["DTSTART"].dt == expected.inputs_due
    uid = str(found[f"meeting-{expected.pk}"]["UID"])
    Meeting.objects.filter(pk=expected.pk).update(state="cancelled", revision=5)
    later = entries(client.get(feed_of(people["fatos"])).content)
    assert str(later[f"meeting-{expected.pk}"]["UID"]) == uid
    assert (later[f"meeting-{expected.pk}"]["SEQUENCE"], later[f"inputs-due-{expected.pk}"]["STATUS"]) == (
        5,
        "CANCELLED",
    )


def test_nothing_internal_leaves_by_the_feed(people: People, client: Client, expected: Meeting) -> None:
    Meeting.objects.filter(pk=expected.pk).update(
        outcome="SECRETOUTCOME", link="https://secret.example.org/1", source="SECRETSOURCE"
    )
    Record.objects.filter(pk=expected.pk).update(summary="SECRETSUMMARY")
    expected.tasks.create(text="SECRETTASK", person=people["fatos"])
    expected.agenda.create(title="SECRETITEM")
    Delegation.objects.create(meeting=expected, place=Place.objects.get(code="MDA"), functions="SECRETFUNCTION")
    commitment("Seen", summary="SECRETWORDS", due=SOON, source="SECRETSOURCE")
    content = client.get(feed_of(people["fatos"])).content.decode()
    assert "SECRET" not in content and "secret" not in content


def test_a_feed_shows_what_its_person_may_see_now(people: People, client: Client, expected: Meeting) -> None:
    address = feed_of(people["ana"])
    assert f"meeting-{expected.pk}" in entries(client.get(address).content)
    Record.objects.filter(pk=expected.pk).update(visibility="office", office=Office.objects.get(code="chisinau"))
    assert f"meeting-{expected.pk}" not in entries(client.get(address).content)
    Record.objects.filter(pk=expected.pk).update(visibility="internal", removed_at=timezone.now())
    assert not entries(client.get(address).content)


@pytest.mark.parametrize("ending", ["inactive", "role ended", "reader now", "stopped", "made anew"])
def test_a_feed_ends_with_its_person(people: People, client: Client, expected: Meeting, ending: str) -> None:
    person = people["fatos"]
    address = feed_of(person)
    assert client.get(address).status_code == 200
    if ending == "inactive":
        User.objects.filter(pk=person.pk).update(is_active=False)
    elif ending == "role ended":
        Membership.objects.filter(user=person).update(valid_to=TODAY - timedelta(days=1))
    elif ending == "reader now":
        Role.objects.filter(user=person).update(role="reader")
    elif ending == "stopped":
        feeding.stop_feed(by=person)
    else:
        feeding.make_feed(by=person)
    answer = client.get(address)
    assert answer.status_code == 404 and expected.record.title not in answer.content.decode()


def test_an_address_that_is_guessed_opens_nothing(people: People, client: Client) -> None:
    feeding.make_feed(by=people["fatos"])
    digest = CalendarFeed.objects.get().digest
    for token in ("a", "x" * 43, digest, str(people["fatos"].pk)):
        assert client.get(f"/cooperation/calendar/feed/{token}.ics").status_code == 404
    assert client.post(f"/cooperation/calendar/feed/{'x' * 43}.ics").status_code == 405


@pytest.mark.parametrize("who", ["ion", "jan", "nobody"])
def test_outsiders_get_no_feed(people: People, client_for: ClientFor, client: Client, who: str) -> None:
    assert client_for(people[who]).post("/cooperation/calendar/subscribe/", {"do": "make"}).status_code == 403
    assert not CalendarFeed.objects.exists()
    feed = CalendarFeed.objects.create(person=people[who], digest=feeding.digest_of("token"))
    assert client.get("/cooperation/calendar/feed/token.ics").status_code == 404
    feed.refresh_from_db()
    assert feed.read_at is None


def test_the_address_is_shown_once_and_its_token_is_not_kept(
    people: People, client_for: ClientFor, client: Client
) -> None:
    mine = client_for(people["fatos"])
    assert "no feed yet" in mine.get("/cooperation/calendar/subscribe/").content.decode()
    answer = mine.post("/cooperation/calendar/subscribe/", {"do": "make"})
    page = answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    token = page.partition("/cooperation/calendar/feed/")[2].partition(".ics")[0]
    assert len(token) >= 40 and CalendarFeed.objects.get().digest == feeding.digest_of(token)
    assert token not in mine.get("/cooperation/calendar/subscribe/").content.decode()
    assert client.get(f"/cooperation/calendar/feed/{token}.ics").status_code == 200
    assert "Last read on" in mine.get("/cooperation/calendar/subscribe/").content.decode()
    mine.post("/cooperation/calendar/subscribe/", {"do": "stop"})
    assert client.get(f"/cooperation/calendar/feed/{token}.ics").status_code == 404


def test_a_program_that_asks_again_is_told_that_nothing_changed(
    people: People, client: Client, expected: Meeting
) -> None:
    address = feed_of(people["fatos"])
    first = client.get(address)
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert client.get(address).content == first.content
    again = client.get(address, headers={"if-none-match": tag})
    assert again.status_code == 304 and not again.content and again.headers["ETag"] == tag
    assert client.get(address, headers={"if-modified-since": modified}).status_code == 304
    Record.objects.filter(pk=expected.pk).update(changed_at=timezone.now() + timedelta(minutes=5), title="Moved")
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200
    assert client.get(address, headers={"if-modified-since": modified}).status_code == 200


def test_a_feed_takes_the_conditions_of_the_calendar(
    people: People, client: Client, expected: Meeting, prague: Mechanism
) -> None:
    other = meeting(day=SOON, title="Another", attends=people["fatos"])
    RecordPlace.objects.create(record=other.record, place=Place.objects.get(code="GEO"))
    set_themes(other.record, [ThemeFactory(code="labour")], timezone.now())
    Delegation.objects.create(meeting=expected, place=Place.objects.get(code="MDA"))
    address = feed_of(people["fatos"])

    def meetings(query: str) -> set[str]:
        return {uid for uid in entries(client.get(f"{address}?{query}").content) if uid.startswith("meeting")}

    one, two = f"meeting-{expected.pk}", f"meeting-{other.pk}"
    assert meetings("mechanism=prague") == {one} and meetings("country=MDA") == {one}
    assert meetings("country=GEO") == {two} and meetings("theme=labour") == {two}
    assert meetings("mine=yes") == {one, two} and meetings("q=ANOTH") == {two}
    assert client.get(f"{address}?country=XYZ").status_code == 400


# The page


def test_the_month_shows_each_day_of_a_meeting(people: People, client_for: ClientFor) -> None:
    meeting(day=date(2027, 4, 29), ends=date(2027, 5, 2), title="Across the months", state="confirmed")
    meeting(day=None, title="Some day in May", dated=f"{TODAY.year + 1}-05")
    client = client_for(people["ana"])
    page = client.get("/cooperation/calendar/?month=2027-05").content.decode()
    assert page.count(">Across the months</a>") == 2 and "Saturday 1 May" in page and "May 2027" in page
    assert "Some day in May" in page and "Day still open" in page
    assert client.get("/cooperation/calendar/?month=2027-04").content.decode().count(">Across the months</a>") == 2
    listed = client.get("/cooperation/calendar/?month=2027-04&view=list").content.decode()
    assert listed.count(">Across the months</a>") == 1 and "29" in listed
    for wrong in ("2027-13", "soon", "99999-01", "2027-5-5", "-1-1"):
        assert client.get(f"/cooperation/calendar/?month={wrong}").status_code == 404, wrong
    for edge in ("1951-01", "2100-12"):
        assert client.get(f"/cooperation/calendar/?month={edge}").status_code == 200
        assert client.get(f"/cooperation/calendar/?month={edge}&view=list").status_code == 200


def test_other_rooms_add_what_the_calendar_shows(people: People, client_for: ClientFor, monkeypatch: Any) -> None:
    monkeypatch.setattr(calendar_sources, "_SOURCES", list(calendar_sources._SOURCES))

    def rounds(start: date, end: date, viewer: Any) -> list[Event]:
        day = date(2028, 3, 11)
        made = Event(
            "round-1", "Regional review", day, day, "/governance/gcm/", "review round", "round", timezone.now()
        )
        return [made] if start <= day <= end else []

    calendar_sources.register(rounds)
    client = client_for(people["ana"])
    assert "Regional review" in client.get("/cooperation/calendar/?month=2028-03").content.decode()
    assert "Regional review" not in client.get("/cooperation/calendar/?month=2028-04").content.decode()


def test_the_calendar_asks_a_bounded_number_of_questions(
    people: People, client_for: ClientFor, client: Client, prague: Mechanism, django_assert_max_num_queries: Any
) -> None:
    for number in range(15):
        made = meeting(prague, day=TODAY, title=f"Meeting {number}", inputs_due=TODAY)
        Delegation.objects.create(meeting=made, place=Place.objects.get(code="MDA"))
        commitment(f"Commitment {number}", due=TODAY)
    mine = client_for(people["fatos"])
    mine.get("/cooperation/calendar/")
    with django_assert_max_num_queries(26):
        mine.get("/cooperation/calendar/")
    address = feed_of(people["fatos"])
    with django_assert_max_num_queries(20):
        client.get(address)
