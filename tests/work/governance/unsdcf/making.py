"""Factories of Cooperation Frameworks, made through the models."""

from __future__ import annotations

from datetime import date
from typing import Any

from migov.work.governance.models import CooperationFramework, Part, PartJudgement
from tests.factories import PlaceFactory
from tests.work.governance.making import record


def unsdcf(country: str = "MDA", starts: int = 2023, ends: int = 2027, **fields: Any) -> CooperationFramework:
    """A Cooperation Framework. Fields of its own row go to it, all others to the record."""
    names = {field.name for field in CooperationFramework._meta.fields} - {"record"}
    own = {name: fields.pop(name) for name in list(fields) if name in names}
    period = {"starts": date(starts, 1, 1), "ends": date(ends, 12, 31)}
    made = record("unsdcf", country, **{"title": f"Framework {country} {starts}", **period, **fields})
    return CooperationFramework.objects.create(
        record=made, country=PlaceFactory(code=country), starts=starts, ends=ends, **own
    )


def part(of: CooperationFramework, kind: str, number: str, text: str, under: Part | None = None, **fields: Any) -> Part:
    """A part, after those that are there."""
    return Part.objects.create(
        framework=of, kind=kind, number=number, text=text, parent=under, order=of.parts.count() + 1, **fields
    )


def judged(of: Part, presence: str, **fields: Any) -> PartJudgement:
    """A judgement that stands."""
    return PartJudgement.objects.create(part=of, presence=presence, **fields)


def structured(country: str = "MDA", **fields: Any) -> tuple[CooperationFramework, dict[str, Part]]:
    """A framework with two priorities, three outcomes and an output: by number."""
    made = unsdcf(country, **fields)
    found: dict[str, Part] = {}
    found["1"] = part(made, "priority", "1", "Human development for all")
    found["1.1"] = part(made, "outcome", "1.1", "Migrants and refugees have access to health care", found["1"])
    found["1.1.1"] = part(
        made, "output", "1.1.1", "Clinics have mediators for people who speak other languages", found["1.1"]
    )
    found["1.2"] = part(made, "outcome", "1.2", "People who are left behind have decent work", found["1"])
    found["2"] = part(made, "priority", "2", "Green economy")
    found["2.1"] = part(made, "outcome", "2.1", "Rivers are clean in all districts", found["2"])
    return made, found
