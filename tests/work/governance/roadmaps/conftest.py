"""Roadmaps and people that the tests of this part begin with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from migov.foundation.people.models import Membership, Office, User
from migov.work.governance.models import Assessment, Roadmap, RoadmapAction
from migov.work.governance.roadmaps.actions import drawing, lines
from tests.factories import PlaceFactory, UserFactory
from tests.work.governance import making

People = dict[str, User]


@pytest.fixture
def point_of(people: People) -> Callable[[str], User]:
    """The focal point of another country."""

    def make(code: str) -> User:
        user = UserFactory(username=f"point-{code.lower()}", country=PlaceFactory(code=code))
        Membership.objects.create(user=user, office=Office.objects.get(code="ro-vienna"), role="focal-point")
        return user

    return make


@pytest.fixture
def assessed(people: People) -> Assessment:
    """An assessment of Moldova."""
    return making.assessment(country="MDA")


@pytest.fixture
def roadmap(people: People, assessed: Assessment) -> Roadmap:
    """A draft roadmap of Moldova for three years that Fatos began."""
    return drawing.start(
        country=PlaceFactory(code="MDA"), starts=2025, ends=2027, by=people["fatos"], assessment=assessed
    )


@pytest.fixture
def action(roadmap: Roadmap, people: People) -> RoadmapAction:
    """A line with everything said of it."""
    return lines.add(
        roadmap,
        {
            "title": "Adopt by-laws on labour inspection", "text": "So that inspectors may enter workplaces.",
            "question": roadmap.assessment.set.questions.first(), "owner": "Ministry of Labour", "person": people["carla"],
            "due": date(2026, 6, 30), "cost": Decimal(120_000), "currency": "eur", "indicator": "By-laws in force", "baseline": "0",
            "target": "2",
        },
        by=people["fatos"],
    )  # fmt: skip


@pytest.fixture
def agreed(roadmap: Roadmap, action: RoadmapAction, people: People) -> Roadmap:
    """The roadmap, agreed with the government."""
    return drawing.agree(roadmap, on=date(2025, 1, 15), agreed_with="Ministry of Internal Affairs", by=people["fatos"])


@pytest.fixture
def line_form() -> dict[str, Any]:
    """What a person types into the form of a line."""
    return {
        "title": "Train labour inspectors", "owner": "Labour Inspectorate", "due": "2027-03-31", "cost": "50,000",
        "currency": "USD", "indicator": "Inspectors trained", "seen": "0",
    }  # fmt: skip
