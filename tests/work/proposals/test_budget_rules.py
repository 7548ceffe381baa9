"""What the budget breaks: rules of donors and general checks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from migov.foundation.records.models import RecordPlace
from migov.work.proposals import budget_rules, donors
from migov.work.proposals.findings import MUST, Finding, together
from migov.work.proposals.models import PlanCost, Proposal
from tests.factories import PlaceFactory
from tests.work.proposals.makers import cost, paper, tree

pytestmark = pytest.mark.django_db
People = dict[str, Any]


def codes(proposal: Proposal) -> list[str]:
    return [one.code for one in budget_rules.findings(Proposal.objects.get(pk=proposal.pk))]


def of(proposal: Proposal, code: str) -> Finding:
    return next(one for one in budget_rules.findings(proposal) if one.code == code)


def test_staff_and_office_above_the_ceiling_are_said_with_figures(people: People) -> None:
    plan = paper(people["ana"], rules="share-30", currency="USD")
    (output, other) = tree(plan)
    cost(plan, 20000)
    cost(plan, 11000, "office")
    cost(plan, 69000, "operational", output=output)
    cost(
        plan, 500000, "operational", output=other, funded_by="Host city"
    )  # not asked of the donor: no part of the base
    found = of(plan, "budget-ceiling")
    assert found.severity == MUST
    text = found.text.replace("\u00a0", " ")
    assert "31.0 % of what is asked of the donor (31,000 USD of 100,000 USD)" in text
    assert "30 % (30,000 USD): 1,000 USD too much" in text


@pytest.mark.parametrize(("own", "broken"), [("30000", False), ("30000.01", True), ("0", False)])
def test_the_ceiling_itself_is_allowed(people: People, own: str, broken: bool) -> None:
    plan = paper(people["ana"], rules="share-30")
    (output, _other) = tree(plan)
    cost(plan, own)
    cost(plan, Decimal(100000) - Decimal(own), "operational", output=output)
    assert ("budget-ceiling" in codes(plan)) is broken


def test_costs_and_outputs_must_meet(people: People) -> None:
    plan = paper(people["ana"])
    (paid, idle) = tree(plan)
    cost(plan, 10, "operational", output=paid)
    astray = cost(plan, 10, "operational", title="Study")
    assert {"cost-no-output", "output-no-cost"} <= set(codes(plan))
    assert of(plan, "output-no-cost").anchor == f"result:{idle.pk}"
    assert of(plan, "cost-no-output").anchor == f"cost:{astray.pk}"
    paid.removed_at = plan.created_at
    paid.save()
    assert of(plan, "cost-output-removed").severity == MUST


def test_years_beyond_the_end_and_lines_without_a_year(people: People) -> None:
    plan = paper(people["ana"], months=18)
    cost(plan, 10, year=2)
    cost(plan, 10, year=3, title="Late")
    cost(plan, 10)
    assert "“Late” is for year 3; the project lasts 18 months." in of(plan, "cost-beyond-end").text
    assert "1 of 3 lines" in of(plan, "cost-no-year").text
    plan.months = 12
    assert [one.code for one in budget_rules.findings(plan)].count("cost-beyond-end") == 2


def test_funders_are_named_alike_and_the_donor_is_no_co_funder(people: People) -> None:
    plan = paper(people["ana"], donor="Swiss Confederation")
    cost(plan, 10, funded_by="Host city")
    cost(plan, 10, funded_by="Host City")
    cost(plan, 10, funded_by="swiss confederation")
    assert {"co-funding-spelling", "co-funding-by-donor", "budget-nothing-asked"} <= set(codes(plan))


def test_the_fund_wants_dollars_its_own_money_only_and_two_states(people: People) -> None:
    plan = paper(people["emil"], rules="idf", currency="EUR")  # of the regional office: a regional project
    RecordPlace.objects.create(record=plan.project.record, place=PlaceFactory(code="MDA"))
    (output, _other) = tree(plan)
    cost(plan, 10, "operational", output=output, funded_by="Host city")
    cost(plan, 10, "operational", output=output)
    assert {"budget-currency", "budget-co-funding", "budget-states"} <= set(codes(plan))
    RecordPlace.objects.create(record=plan.project.record, place=PlaceFactory(code="ALB"))
    assert "budget-states" not in codes(plan)
    plan.currency = "USD"
    plan.save()
    cost(plan, 400000, "operational", output=output)
    assert "budget-large" in codes(plan)


def test_an_amount_that_is_not_the_product_and_one_of_nothing(people: People) -> None:
    plan = paper(people["ana"])
    line = cost(plan, 10)
    PlanCost.objects.filter(pk=line.pk).update(amount=11)
    cost(plan, 0)
    assert {"cost-amount", "cost-zero"} <= set(codes(plan))


def test_an_empty_budget_and_a_currency_without_a_rate(people: People) -> None:
    plan = paper(people["ana"], currency="XDR")
    assert codes(plan) == ["budget-empty"]
    cost(plan, 10)
    assert "budget-no-rate" in codes(plan)


def test_the_checks_ask_no_more_for_two_hundred_lines(people: People, django_assert_max_num_queries: Any) -> None:
    plan = paper(people["ana"], rules="idf")
    outputs = tree(plan, outputs=5)
    for number in range(200):
        cost(plan, 10, "operational", output=outputs[number % 5])
    plan = Proposal.objects.select_related("project__record__office").get(pk=plan.pk)
    with django_assert_max_num_queries(4):
        budget_rules.findings(plan)


def test_the_shipped_rules_are_whole() -> None:
    rules = donors.all_rules()
    assert rules["idf"].ceiling == Decimal("0.30")
    assert all(one.name and one.sentence for one in rules.values())
    assert donors.rules_of(Proposal(rules="gone")).code == donors.NONE


def test_what_two_parts_say_of_one_place_is_said_once() -> None:
    first = Finding("activity-months", "should", "one", "result:1")
    again = Finding("activity-months", "must", "two", "result:1")
    other = Finding("budget-x", "must", "three", "budget")
    assert together([first], [again, other, Finding("budget-x", "must", "four", "budget")])[0].text == "three"
    assert [one.text for one in together([first], [again, other])] == ["three", "one"]
