"""Governance and cooperation in the demonstration: written by the actions that people use, once, and marked as not real."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone

from migov.foundation.frameworks.actions import load_shipped
from migov.foundation.people.models import Membership, OfficeKind
from migov.foundation.places.actions import load_places
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.insight.briefings.models import Book
from migov.site.demo import cooperation, governance
from migov.work.cooperation.mechanisms.shipped import load_mechanisms
from migov.work.cooperation.models import Commitment, Contact, Delegation, Input, Meeting
from migov.work.governance.assess.shipped import load_question_sets
from migov.work.governance.gcm.shipped import load_rounds
from migov.work.governance.models import (
    Answer,
    Assessment,
    Contribution,
    CooperationFramework,
    GcmReport,
    Paragraph,
    PartJudgement,
    PlanAction,
    Pledge,
    Practice,
    RoadmapAction,
)
from tests.factories import OfficeFactory, ThemeFactory, UserFactory, country_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(db: None) -> None:
    load_places()
    tirana = country_office("tirana")
    tirana.place, tirana.kind = Place.objects.get(code="ALB"), OfficeKind.COUNTRY
    tirana.save()
    for code in ("labour", "assistance", "borders", "protection"):
        ThemeFactory(code=code)
    roles = {
        "victor": "focal-point", "elira": "developer", "ilinca": "policy", "marija": "policy", "katarina": "specialist",
        "davit": "specialist", "annelies": "endorser",
    }  # fmt: skip
    for name, role in roles.items():
        country = Place.objects.get(code="MDA") if name == "victor" else None
        user = UserFactory(username=name, country=country)
        Membership.objects.create(user=user, office=tirana if name == "elira" else OfficeFactory(), role=role)
    load_shipped()
    load_question_sets()
    load_rounds()
    load_mechanisms()


def test_every_part_is_written_once_and_marked(everybody: None) -> None:
    today = timezone.localdate()
    assert governance.write_governance(today=today) == {"assessments": 2, "roadmaps": 1, "reports": 1, "frameworks": 1}
    assert cooperation.write_cooperation(today=today) == {"meetings": 3, "positions": 1, "contacts": 2, "books": 1}
    assert set(governance.write_governance(today=today).values()) == {0}
    assert set(cooperation.write_cooperation(today=today).values()) == {0}
    assert mail.outbox == []
    shipped = Record.objects.filter(kind="mechanism").values("pk")
    assert (
        list(
            Record.objects.filter(illustrative=False)
            .exclude(pk__in=shipped)
            .exclude(kind="document")
            .values_list("kind", "title")
        )
        == []
    )
    published, answering = Assessment.objects.order_by("state").values_list("state", flat=True)[::-1]
    assert (published, answering) == ("published", "answering")
    assert Answer.objects.filter(side="government").count() > 60 and Answer.objects.filter(side="agreed").count() == 30
    assert RoadmapAction.objects.filter(state="begun", follow_ups__value="5 of 12").count() == 1
    assert GcmReport.objects.count() == 1 and Contribution.objects.get().state == "merged"
    assert Paragraph.objects.filter(contribution__isnull=False).count() == 1
    assert (Pledge.objects.count(), Practice.objects.count()) == (2, 1)
    assert (
        CooperationFramework.objects.count() == 1
        and PartJudgement.objects.count() == 4
        and PlanAction.objects.count() == 3
    )
    assert Meeting.objects.count() == 3 and Delegation.objects.count() > 20
    assert Commitment.objects.filter(ours=True).count() == 1 and Contact.objects.count() == 2
    assert Input.objects.filter(filed=True).count() == 3
    assert Book.objects.get().editions.count() == 1


def test_nothing_is_written_where_its_people_are_not(db: None) -> None:
    assert governance.write_governance() == {} == cooperation.write_cooperation()
