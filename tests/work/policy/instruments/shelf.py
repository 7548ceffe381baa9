"""What tests of pages share: an act of a State, a page as a person reads it."""

from __future__ import annotations

from datetime import date
from typing import Any

from migov.work.policy.models import Instrument, TreatyAction
from tests.factories import PlaceFactory


def act(code: str, place: str, kind: str = "accession", day: str = "2007-06-05", **fields: Any) -> TreatyAction:
    """An act of a State."""
    return TreatyAction.objects.create(
        instrument=Instrument.objects.get(code=code), place=PlaceFactory(code=place), kind=kind,
        date=date.fromisoformat(day) if day else None, precision="day" if day else "unknown",
        **({"source": "UN", "as_of": date(2022, 8, 1)} | fields),
    )  # fmt: skip


def words(response: Any) -> str:
    """The page as a person reads it, roughly: one space between words."""
    return " ".join(response.content.decode().split())
