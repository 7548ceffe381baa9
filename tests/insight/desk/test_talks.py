"""Assessments, meetings and inputs on the desk of those whom they wait for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from migov.foundation.people.models import User
from migov.insight.desk import talks
from migov.work.cooperation.models import InputState, MeetingTask
from migov.work.governance.assess.actions import life
from tests.factories import cast
from tests.work.cooperation import making as cooperation
from tests.work.governance import making as governance
from tests.work.governance.assess import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    return cast()


def titles(viewer: Any) -> list[str]:
    return [line.title for line in talks.waiting(viewer)]


def test_what_waits_stands_in_the_order_of_its_days_for_whom_it_waits_only(
    people: dict[str, User], client: Client
) -> None:
    fatos, today = people["fatos"], timezone.localdate()
    governance.assessment(title="Assessment of Moldova", owner=fatos, due=today + timedelta(days=9))
    cooperation.paper(title="Statement to write", owner=fatos, state=InputState.DRAFT, due=today + timedelta(days=2))
    meeting = cooperation.meeting(title="Forum", day=today + timedelta(days=20))
    MeetingTask.objects.create(meeting=meeting, text="Book a room", person=fatos, due=today - timedelta(days=1))
    assert titles(fatos) == ["Book a room", "Statement to write", "Assessment of Moldova"]
    assert [line.late for line in talks.waiting(fatos)] == [True, False, False]
    assert titles(people["boris"]) == [] == titles(people["nobody"])
    client.force_login(fatos)
    page = client.get("/").content.decode()
    assert "Assessments, meetings and inputs" in page and "Book a room" in page and "Statement to write" in page


def test_a_government_finds_its_own_assessment_on_its_desk(people: dict[str, User], client: Client) -> None:
    governance.assessment(title="Ours to answer", due=date(2027, 1, 31))
    governance.assessment(title="Of another country", country="ALB")
    client.force_login(people["ion"])
    page = client.get("/").content.decode()
    assert "Assessments to answer" in page and "Ours to answer" in page and "Of another country" not in page
    client.force_login(people["jan"])
    assert "Ours to answer" not in client.get("/").content.decode()


def test_a_government_whose_consent_is_asked_finds_that_on_its_desk(people: dict[str, User], client: Client) -> None:
    of = steps.cleared(people, title="Cleared and to be published")
    client.force_login(people["ion"])
    assert "Cleared and to be published" not in client.get("/").content.decode()
    life.ask_consent(of, by=people["fatos"])
    page = client.get("/").content.decode()
    assert "Cleared and to be published" in page and "does your government agree that it is published?" in page
    assert f"/governance/assessments/{of.pk}/state/" in page
