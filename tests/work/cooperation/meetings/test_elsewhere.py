"""Meetings and commitments on pages of others, what a day brings, and what the matcher reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records import kinds, slots
from migov.services.notices.models import Notice
from migov.services.suggestions import sources
from migov.work.cooperation.meetings import queries, reminders
from migov.work.cooperation.models import Delegation, Mechanism, Meeting, MeetingTask, Membership
from tests.work.cooperation.making import meeting
from tests.work.cooperation.meetings.conftest import SOON, TODAY, commitment

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]


def titles(rows: list[Any]) -> list[str]:
    return [row.record.title for row in rows]


def test_meetings_of_a_country(people: People, prague: Mechanism, expected: Meeting) -> None:
    moldova = Place.objects.get(code="MDA")
    hosted = meeting(day=TODAY - timedelta(days=500), title="Hosted", country=moldova, state="held")
    attended = meeting(day=TODAY - timedelta(days=50), title="Attended", state="held")
    missed = meeting(day=TODAY - timedelta(days=60), title="Missed", state="held")
    Delegation.objects.create(meeting=attended, place=moldova, attendance="present")
    Delegation.objects.create(meeting=missed, place=moldova, attendance="absent")
    meeting(prague, day=TODAY - timedelta(days=70), title="Of the mechanism, over", state="held")
    meeting(day=None, title="Without a date", country=moldova)
    found = queries.of_country(moldova, people["fatos"])
    assert titles(found) == ["Hosted", "Attended", "Senior Officials Meeting", "Without a date"]
    assert titles(queries.of_country(moldova, people["fatos"], members=False)) == [
        "Hosted",
        "Attended",
        "Without a date",
    ]
    recent = queries.of_country(moldova, people["fatos"], since=TODAY - timedelta(days=100))
    assert titles(recent) == ["Attended", "Senior Officials Meeting", "Without a date"]
    Membership.objects.filter(place=moldova).update(part="observer")
    assert "Senior Officials Meeting" not in titles(queries.of_country(moldova, people["fatos"]))
    assert hosted.pk and queries.of_country(moldova, people["ion"]) == []


def test_commitments_of_a_country_and_of_a_mechanism(people: People, prague: Mechanism) -> None:
    moldova = Place.objects.get(code="MDA")
    commitment("Kept", state="kept", mechanism=prague)
    commitment("Open", due=TODAY - timedelta(days=1), mechanism=prague)
    found = queries.commitments_of(moldova, people["ana"])
    assert {row.record.title for row in found} == {"Kept", "Open"}
    (row,) = queries.commitments_of(moldova, people["ana"], open_only=True)
    assert row.late and row.late_words.startswith("late since")
    assert titles(queries.commitments_of_mechanism(prague, people["ana"], open_only=True)) == ["Open"]
    assert queries.commitments_of_mechanism(prague, people["jan"]) == []


def test_questions_of_others_are_few(people: People, prague: Mechanism) -> None:
    moldova = Place.objects.get(code="MDA")
    for number in range(8):
        Delegation.objects.create(
            meeting=meeting(prague, title=f"Meeting {number}", owner=people["ana"]), place=moldova
        )
        commitment(f"Commitment {number}", mechanism=prague, owner=people["ana"])
    viewer = User.objects.get(username="fatos")
    assert viewer.standing
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(queries.of_country(moldova, viewer)) == 8
        assert len(queries.of_mechanism(prague, viewer)) == 8
        assert len(queries.commitments_of(moldova, viewer)) == 8
        assert len(queries.commitments_of_mechanism(prague, viewer)) == 8
        queries.mine(viewer)
    assert len(asked) <= 9


def test_what_waits_for_a_person(people: People, expected: Meeting) -> None:
    MeetingTask.objects.create(
        meeting=expected, text="Late task", person=people["carla"], due=TODAY - timedelta(days=1)
    )
    MeetingTask.objects.create(meeting=expected, text="Done task", person=people["carla"], done_on=TODAY)
    meeting(day=TODAY - timedelta(days=1), title="Over", owner=people["carla"])
    commitment("Ours", place=None, ours=True, due=SOON, owner=people["carla"])
    commitment("Ours, far away", place=None, ours=True, due=TODAY + timedelta(days=300), owner=people["carla"])
    Meeting.objects.filter(pk=expected.pk).update(attends=people["carla"])
    found = [(one.title, one.of, one.late) for one in queries.mine(people["carla"])]
    assert found == [
        ("Late task", "Senior Officials Meeting", True),
        ("Over", "Was it held?", True),
        ("Senior Officials Meeting", "Inputs to a meeting", False),
        ("Ours", "Commitment of the office", False),
    ]
    Meeting.objects.filter(pk=expected.pk).update(state="cancelled")
    assert len(queries.mine(people["carla"])) == 2
    assert queries.mine(people["ion"]) == queries.mine(people["jan"]) == []


def test_a_mechanism_shows_its_meetings_and_commitments(people: People, prague: Mechanism, expected: Meeting) -> None:
    commitment("Promise", mechanism=prague)
    meeting(prague, day=TODAY - timedelta(days=30), title="Earlier", state="held")
    shown = {str(slot.title): slot for slot in slots.beside(prague.record, people["fatos"])}
    assert [link.label for link in shown["Meetings"].rows] == ["Senior Officials Meeting", "Earlier"]
    assert [link.label for link in shown["Open commitments"].rows] == ["Promise"]
    assert shown["Meetings"].actions[0].url.endswith("?mechanism=prague")
    reading = {str(slot.title): slot for slot in slots.beside(prague.record, people["hana"])}
    assert not reading["Meetings"].actions and not reading["Open commitments"].actions
    for who in ("ion", "jan", "nobody"):
        outside = {str(slot.title) for slot in slots.beside(prague.record, people[who])}
        assert not outside & {"Meetings", "Open commitments"}


def test_the_front_page_says_what_comes(people: People, client_for: ClientFor, expected: Meeting) -> None:
    MeetingTask.objects.create(meeting=expected, text="Write the list", person=people["fatos"])
    commitment("Late promise", due=TODAY - timedelta(days=1))
    page = client_for(people["fatos"]).get("/cooperation/").content.decode()
    for said in (
        "Next meetings",
        "Inputs to meetings, due soon",
        "My tasks for meetings",
        "Write the list",
        "Late promise",
    ):
        assert said in page, said
    assert "My tasks for meetings" not in client_for(people["hana"]).get("/cooperation/").content.decode()


# Reminders


def test_a_day_tells_each_thing_once(people: People, expected: Meeting) -> None:
    Meeting.objects.filter(pk=expected.pk).update(attends=people["carla"])
    MeetingTask.objects.create(meeting=expected, text="Soon", person=people["ana"], due=TODAY + timedelta(days=2))
    meeting(day=TODAY - timedelta(days=10), title="Forgotten", owner=people["hana"])
    commitment("Ours", place=None, ours=True, due=SOON, owner=people["emil"])
    commitment("Theirs", due=SOON, owner=people["emil"])
    done = reminders.remind(TODAY)
    assert done == {
        "inputs to meetings due": 2, "tasks of meetings due": 1, "meetings to close": 1, "own commitments due": 1,
    }  # fmt: skip
    told = {
        (notice.person.username, notice.title.partition(":")[0].partition("?")[0]) for notice in Notice.objects.all()
    }
    assert {who for who, _title in told} == {"carla", "fatos", "ana", "hana", "emil"}
    assert reminders.remind(TODAY) == {}
    later = reminders.remind(SOON + timedelta(days=1))
    assert later["tasks of meetings due"] == 1 and later["own commitments due"] == 1
    assert Notice.objects.filter(person=people["emil"], title__startswith="Late since").exists()


def test_nothing_is_said_of_what_is_cancelled_or_settled(people: People, expected: Meeting) -> None:
    MeetingTask.objects.create(meeting=expected, text="Soon", person=people["ana"], due=TODAY)
    Meeting.objects.filter(pk=expected.pk).update(state="cancelled")
    commitment("Kept", place=None, ours=True, due=TODAY, owner=people["emil"], state="kept")
    assert reminders.remind(TODAY) == {}


# Kinds and the matcher


def test_the_matcher_reads_titles_agenda_and_outcomes(people: People, expected: Meeting) -> None:
    expected.agenda.create(title="Ethical recruitment")
    expected.outcomes.create(kind="decision", text="Exchange figures on returns")
    promise = commitment("Share figures", summary="Every half year.")
    found = sources.wordings([expected.record, promise.record])
    for words in ("Senior Officials Meeting", "Ethical recruitment", "Exchange figures on returns", "Prague Process"):
        assert words in found[expected.pk].text
    assert found[promise.pk].text.startswith("Share figures")
    assert kinds.url_of(expected.record) == f"/cooperation/meetings/{expected.pk}/"
    assert kinds.url_of(promise.record) == f"/cooperation/commitments/{promise.pk}/"
