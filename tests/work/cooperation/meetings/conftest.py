"""Meetings and commitments that the tests of this part begin with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from migov.foundation.people.models import Office, User
from migov.foundation.records.models import RecordPlace
from migov.work.cooperation.models import Commitment, Mechanism, Meeting
from tests.factories import PlaceFactory
from tests.work.cooperation.making import mechanism, meeting, member, record

People = dict[str, User]
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=10)


def commitment(title: str = "Share figures on returns", **fields: Any) -> Commitment:
    """A commitment of Moldova that is open."""
    names = {field.name for field in Commitment._meta.fields} - {"record"}
    own = {name: fields.pop(name) for name in list(fields) if name in names}
    made = record("commitment", **{"title": title, **fields})
    place = own.pop("place", PlaceFactory(code="MDA"))
    if place is not None:
        RecordPlace.objects.create(record=made, place=place, recorded_at=made.created_at)
    return Commitment.objects.create(record=made, place=place, **own)


@pytest.fixture
def prague(people: People) -> Mechanism:
    """A mechanism in which Moldova, Georgia and Albania take part."""
    made = mechanism("prague", short_name="PP")
    for code in ("MDA", "GEO", "ALB"):
        member(made, code)
    return made


@pytest.fixture
def expected(people: People, prague: Mechanism) -> Meeting:
    """A meeting of it in ten days that Fatos keeps."""
    return meeting(
        prague, day=SOON, owner=people["fatos"], office=Office.objects.get(code="ro-vienna"), city="Vienna",
        inputs_due=TODAY + timedelta(days=5),
    )  # fmt: skip


@pytest.fixture
def form() -> dict[str, Any]:
    """What an officer types from an invitation."""
    return {
        "title": "Senior Officials Meeting", "kind": "senior", "starts": SOON.isoformat(), "from_time": "10:00", "to_time": "16:30",
        "zone": "Asia/Tashkent", "city": "Tashkent", "invited_on": TODAY.isoformat(),
        "inputs_due": (SOON - timedelta(days=3)).isoformat(),
    }  # fmt: skip
