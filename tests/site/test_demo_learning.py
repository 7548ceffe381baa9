"""Measuring, reporting, evaluating and learning in the demonstration: written once, and marked as not real."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from migov.foundation.frameworks.actions import load_shipped
from migov.foundation.people.models import Membership, OfficeKind
from migov.foundation.places.actions import load_places
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.clearance.rules import load_rules
from migov.site.demo.learning import write_learning
from migov.site.demo.proposals import write_proposals
from migov.work.evaluations.models import Evaluation, KeyAction, overdue
from migov.work.knowledge.models import Lesson
from migov.work.reports.models import Report
from migov.work.results.models import Entry, Measurement
from tests.factories import OfficeFactory, ThemeFactory, UserFactory, country_office, project

pytestmark = pytest.mark.django_db

NOTHING = {"values": 0, "reports": 0, "evaluations": 0, "lessons": 0}


@pytest.fixture
def portfolio(db: None) -> None:
    """The offices, people and projects that the words speak of."""
    load_places()
    load_shipped()
    load_rules()
    offices = {code: country_office(code) for code in ("tirana", "gaziantep")}
    offices["ro-vienna"] = OfficeFactory(code="ro-vienna", kind=OfficeKind.REGIONAL)
    offices["tirana"].place = Place.objects.get(code="ALB")
    offices["tirana"].save()
    for code in ("labour", "assistance", "emergency", "protection", "data"):
        ThemeFactory(code=code)
    roles = {
        "elira": "developer", "katarina": "specialist", "davit": "specialist", "annelies": "endorser", "aigerim": "mande",
    }  # fmt: skip
    for name, role in roles.items():
        office = offices["tirana" if name == "elira" else "ro-vienna"]
        Membership.objects.create(user=UserFactory(username=name), office=office, role=role)
    of_office = {"tirana": ("MG-0101", "MG-0102"), "gaziantep": ("MG-0110",), "ro-vienna": ("MG-0305", "MG-0602")}
    for reference, office in [(one, office) for office, some in of_office.items() for one in some]:
        project(reference=reference, office=offices[office], illustrative=True)


def test_every_part_is_written_once_and_marked(portfolio: None) -> None:
    write_proposals()
    today = timezone.localdate()
    assert write_learning(today=today) == {"values": 6, "reports": 2, "evaluations": 3, "lessons": 6}
    assert write_learning(today=today) == NOTHING
    assert mail.outbox == []
    kinds = ("report", "evaluation", "lesson")
    assert not Record.objects.filter(kind__in=kinds, illustrative=False).exists()
    assert Record.objects.filter(kind__in=kinds, illustrative=True).count() == 11


def test_the_values_are_at_different_points_of_their_way(portfolio: None) -> None:
    write_proposals()
    write_learning()
    states = sorted(Entry.objects.values_list("status", flat=True))
    assert states == ["returned", "submitted", "verified", "verified", "verified", "verified"]
    for entry in Entry.objects.select_related("period"):
        assert entry.submitted_at is not None and entry.period.ends is not None
        assert entry.period.ends < entry.submitted_at.date() <= timezone.localdate()
    counted = Measurement.objects.current().filter(kind="a", value__isnull=False)
    assert sorted(int(row.value or 0) for row in counted) == [61, 140, 235, 755]


def test_evaluations_are_followed_up_and_one_answer_is_due(portfolio: None) -> None:
    today = timezone.localdate()
    write_learning(today=today)
    states = dict(Evaluation.objects.values_list("record__source", "status"))
    assert sorted(states.values()) == ["completed", "completed", "ongoing"]
    assert KeyAction.objects.count() == 2 and KeyAction.objects.filter(overdue(today)).count() == 1
    waiting = Evaluation.objects.get(record__source__endswith=": quake")
    assert waiting.response_due is not None and today < waiting.response_due < today + timedelta(days=28)
    assert not hasattr(waiting, "management_response")


def test_lessons_are_validated_by_somebody_else_and_one_waits(portfolio: None) -> None:
    write_proposals()
    write_learning()
    states = Lesson.objects.values_list("state", flat=True)
    assert sorted(states) == ["proposed", *["validated"] * 5]
    for lesson in Lesson.objects.filter(state="validated").select_related("record"):
        assert lesson.decided_by_id not in (None, lesson.record.owner_id)
        assert lesson.record.alignments.filter(superseded_at__isnull=True, status="confirmed").exists()


def test_the_cleared_report_is_of_its_own_day(portfolio: None) -> None:
    write_learning(today=date(2026, 11, 23))
    found = Report.objects.get(type="annual")
    assert found.state == "endorsed"
    assert found.record.created_at.date() < date(2026, 2, 24)
    assert write_learning(today=date(2026, 11, 23)) == NOTHING


def test_what_is_cleared_later_is_not_written_yet(portfolio: None) -> None:
    assert write_learning(today=date(2026, 1, 31))["reports"] == 0


def test_nothing_is_written_where_its_people_are_not(db: None) -> None:
    assert write_learning() == {}


def test_nothing_is_written_where_its_projects_are_not(portfolio: None) -> None:
    Record.objects.filter(kind="project").update(reference="")
    assert write_learning() == NOTHING
