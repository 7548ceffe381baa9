"""A proposal in which nothing is missing, so that it can be handed in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from migov.foundation.records.models import Record
from migov.work.proposals import papers
from migov.work.proposals.markers import markers
from migov.work.proposals.models import (
    MarkerAnswer,
    PlanCost,
    PlanIndicator,
    PlanLevel,
    PlanResult,
    PlanTarget,
    Proposal,
    Risk,
    Section,
)
from tests.factories import proposal

WORDS = "Border guards and social workers identify victims of trafficking and refer them to services they trust. "
FACTS = {"partners": "Ministry of Labour", "government_request": "Letter of 3 March", "starts": date(2026, 1, 1)}


def complete(**fields: Any) -> Proposal:
    """A proposal with text, matrix, budget, work plan, risks and markers: outcome, two outputs, an activity and indicator for each."""
    fields = {"ends": date(2027, 12, 31), **FACTS, **fields}
    made = proposal(**fields)
    fill(made)
    return made


def fill(made: Proposal) -> None:
    """Write what is missing into an empty proposal."""
    now = timezone.now()
    text = (WORDS * 12).strip()
    Section.objects.bulk_create(
        Section(proposal=made, code=part.code, text=text, revision=1, saved_at=now)
        for part in papers.paper(papers.PROPOSAL).sections
    )
    Record.objects.filter(pk=made.pk).update(summary=text)
    made.project.record.summary = text
    objective = _row(made, None, PlanLevel.OBJECTIVE, "Fewer people are trafficked from and through Moldova")
    outcome = _row(
        made,
        objective,
        PlanLevel.OUTCOME,
        "Victims of trafficking use services of good quality",
        assumptions="Laws stay in force.",
    )
    _indicator(made, outcome, "Victims who use services", 0)
    for number, title in enumerate(
        ("Referral rules are in force in ten districts", "Social workers have the skills they need")
    ):
        output = _row(made, outcome, PlanLevel.OUTPUT, title)
        _indicator(made, output, f"Measure {number + 1}", number + 1)
        _row(
            made, output, PlanLevel.ACTIVITY, f"Workshops {number + 1}", responsible="Office", first_month=1 + number, last_month=12,
        )  # fmt: skip
        _cost(made, "operational", 40000, output=output, title=f"Workshops {number + 1}", year=1)
    _cost(made, "staff", 10000, title="Project officer", year=1)
    _cost(made, "office", 5000, title="Rent", year=2)
    Risk.objects.create(proposal=made, title="Staff leave", measures="Train deputies", owner="Head of office")
    MarkerAnswer.objects.bulk_create(
        MarkerAnswer(
            proposal=made, marker=marker.code, question=question.code, answer="yes", justification="See the matrix."
        )
        for marker in markers().values()
        for question in marker.questions
    )


def _row(of: Proposal, parent: PlanResult | None, level: str, title: str, **fields: Any) -> PlanResult:
    return PlanResult.objects.create(
        proposal=of, parent=parent, level=level, title=title, order=of.results.count(), **fields
    )


def _cost(of: Proposal, category: str, amount: int, **fields: Any) -> PlanCost:
    value = Decimal(amount)
    return PlanCost.objects.create(
        proposal=of,
        category=category,
        quantity=1,
        unit="unit",
        unit_cost=value,
        amount=value,
        order=of.costs.count(),
        **fields,
    )


def _indicator(of: Proposal, result: PlanResult, title: str, order: int) -> PlanIndicator:
    made = PlanIndicator.objects.create(
        proposal=of, result=result, title=title, definition="Counted once a year.", unit="people", counts_people=True,
        dimensions=["sex", "age"], data_source="Register of the ministry", verification="Annual report", assumptions="None",
        baseline=10, baseline_date=date(2025, 12, 31), order=order, across_periods="latest",
    )  # fmt: skip
    for year, value in ((2026, 50), (2027, 100)):
        PlanTarget.objects.create(indicator=made, starts=date(year, 1, 1), ends=date(year, 12, 31), value=value)
    return made
