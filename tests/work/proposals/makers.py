"""Rows of proposals for tests, made through the models with the fewest words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from migov.foundation.people.models import User
from migov.foundation.records.models import Stage
from migov.work.proposals.models import PlanCost, PlanIndicator, PlanLevel, PlanResult, PlanTarget, Proposal, Risk
from tests.factories import project


def paper(owner: User | None = None, *, stage: str = Stage.PROPOSAL, **fields: Any) -> Proposal:
    """A proposal that `owner` writes, in the owner's office. Fields of the proposal: months, currency, donor, rules; others: record."""
    own = {name: fields.pop(name) for name in ("months", "currency", "donor", "rules") if name in fields}
    if owner is not None:
        fields.setdefault("office", owner.memberships.first().office)
    return Proposal.objects.create(project=project(stage=stage, owner=owner, **fields), **{"months": 24, **own})


def planned(of: Proposal, level: str, title: str = "", parent: PlanResult | None = None, **fields: Any) -> PlanResult:
    """A row of the matrix."""
    return PlanResult.objects.create(
        proposal=of, level=level, parent=parent, title=title or level, order=of.results.count(), **fields
    )


def tree(of: Proposal, outputs: int = 2, activities: int = 1) -> list[PlanResult]:
    """An objective with one outcome and so many outputs, each with so many activities. Returns the outputs."""
    outcome = planned(of, PlanLevel.OUTCOME, "Services work", planned(of, PlanLevel.OBJECTIVE, "People are safe"))
    made = []
    for place in range(1, outputs + 1):
        output = planned(of, PlanLevel.OUTPUT, f"Output number {place}", outcome)
        for number in range(1, activities + 1):
            planned(of, PlanLevel.ACTIVITY, f"Activity {number}", output)
        made.append(output)
    return made


def cost(of: Proposal, amount: Any = 1000, category: str = "staff", **fields: Any) -> PlanCost:
    """A line of the budget: one unit that costs the amount."""
    fields = {"title": "Line", "quantity": 1, "order": of.costs.count(), **fields}
    value = Decimal(str(amount))
    return PlanCost.objects.create(proposal=of, category=category, unit_cost=value, amount=value, **fields)


def risk(of: Proposal, title: str = "Staff leave", likelihood: int = 3, impact: int = 3, **fields: Any) -> Risk:
    """A risk."""
    return Risk.objects.create(
        proposal=of, title=title, likelihood=likelihood, impact=impact, order=of.risks.count(), **fields
    )


def measured(of: PlanResult, title: str = "Number of officers who apply it", **fields: Any) -> PlanIndicator:
    """An indicator of a row of the matrix."""
    return PlanIndicator.objects.create(
        proposal=of.proposal, result=of, title=title, order=of.indicators.count(), **fields
    )


def aimed(of: PlanIndicator, starts: date, ends: date, value: Any = None, words: str = "") -> PlanTarget:
    """A target of an indicator for a period."""
    return PlanTarget.objects.create(indicator=of, starts=starts, ends=ends, value=value, words=words)
