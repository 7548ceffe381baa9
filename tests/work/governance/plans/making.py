"""Factories of network plans, made through the models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from migov.work.governance.models import PlanAction, WorkPlan
from tests.factories import PlaceFactory, element
from tests.work.governance.making import record


def plan(country: str = "MDA", starts: int = 2026, ends: int = 2027, **fields: Any) -> WorkPlan:
    """A plan; of the regional network without a country. Fields of its own row go to it, all others to the record."""
    names = {field.name for field in WorkPlan._meta.fields} - {"record"}
    own = {name: fields.pop(name) for name in list(fields) if name in names}
    made = record("network-plan", country, **{"title": f"Work plan {country or 'regional'} {starts}", **fields})
    place = PlaceFactory(code=country) if country else None
    return WorkPlan.objects.create(
        record=made, country=place, starts=starts, ends=ends, **{"network": "UN Network on Migration", **own}
    )


def action(of: WorkPlan, text: str = "Train inspectors", objectives: Sequence[str] = (), **fields: Any) -> PlanAction:
    """An action, after those that are there. objectives: codes of the Global Compact."""
    made = PlanAction.objects.create(plan=of, text=text, order=of.actions.count() + 1, **fields)
    made.objectives.set([element(code) for code in objectives])
    return made
