"""Rounds, a report of Moldova and a link that the tests of this part begin with."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from migov.foundation.people.models import Role
from migov.work.governance.gcm.actions import inviting, reports
from migov.work.governance.gcm.shipped import load_rounds
from migov.work.governance.models import GcmReport, Invitation, ReviewRound
from tests.factories import PlaceFactory, cast, person


@pytest.fixture
def people(db: Any) -> SimpleNamespace:
    return SimpleNamespace(**cast())


@pytest.fixture
def stranger(people: SimpleNamespace) -> Any:
    """The focal point of another government."""
    return person(Role.FOCAL_POINT, country=PlaceFactory(code="ALB"), username="stranger")


@pytest.fixture
def forum(db: Any) -> ReviewRound:
    """The forum of 2026."""
    load_rounds()
    return ReviewRound.objects.get(code="imrf-2026")


@pytest.fixture
def report(people: SimpleNamespace, forum: ReviewRound) -> GcmReport:
    """The report of Moldova, led by Fatos."""
    return reports.start(forum, country=PlaceFactory(code="MDA"), by=people.fatos)


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Every test begins as if nobody had opened a link."""
    cache.clear()


@pytest.fixture
def link(report: GcmReport, people: SimpleNamespace) -> SimpleNamespace:
    """A ministry that is asked about objective 10 and the introduction: its invitation, token and address."""
    made, token = inviting.invite(
        report, body="Ministry of Labour", group=Invitation.Group.MINISTRY, parts=["objective-10", "introduction"],
        deadline=timezone.localdate() + timedelta(days=10), email="labour@example.org", by=people.fatos,
    )  # fmt: skip
    return SimpleNamespace(invitation=made, token=token, address=f"/governance/gcm/contribute/{token}/")
