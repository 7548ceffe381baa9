"""The budget: changes, sums, pasted rows, currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from migov.foundation.money.models import ExchangeRate
from migov.foundation.records.models import JournalEntry, Stage
from migov.work.proposals.actions import costs, pasting
from migov.work.proposals.actions.cells import WrongValue
from migov.work.proposals.actions.ground import Closed, Conflict, ProposalError
from migov.work.proposals.models import PlanCost
from migov.work.proposals.queries import costs as queries
from migov.work.proposals.queries.costs import CostLine
from tests.work.proposals.makers import cost, paper, tree

pytestmark = pytest.mark.django_db
People = dict[str, Any]


def test_a_line_is_added_with_its_amount(people: People) -> None:
    plan = paper(people["ana"])
    (output, _other) = tree(plan)
    made = costs.add(
        plan, category="operational", output=output, title=" Training of\tstaff ", unit="event", quantity=Decimal("2.5"),
        unit_cost=Decimal("1200.33"), year=1, by=people["ana"],
    )  # fmt: skip
    assert (made.title, made.amount) == ("Training of staff", Decimal("3000.83"))  # 3000.825, half a cent up
    assert JournalEntry.objects.filter(record_id=plan.pk, verb="budget line added").count() == 1


def test_a_changed_quantity_makes_the_amount_anew(people: People) -> None:
    line = cost(paper(people["ana"]), 100)
    costs.change(line, field="quantity", was="1", now="3", by=people["ana"])
    costs.change(line, field="unit_cost", was="100", now="1 200,50", by=people["ana"])
    line.refresh_from_db()
    assert line.amount == Decimal("3601.50")


@pytest.mark.parametrize("typed", ["€ 5,000", "5 000 €", "EUR 5,000.00", "5.000,00 eur", "5000", "\u00a0€5’000"])
def test_an_amount_may_name_its_own_currency(people: People, typed: str) -> None:
    line = cost(paper(people["ana"], currency="EUR"), 100)
    assert costs.change(line, field="unit_cost", was="100", now=typed, by=people["ana"]).unit_cost == 5000


@pytest.mark.parametrize(("typed", "other"), [("$ 5,000", "USD"), ("5000 GBP", "GBP"), ("CHF 5’000.00", "CHF")])
def test_an_amount_in_another_currency_is_refused_by_its_name(people: People, typed: str, other: str) -> None:
    line = cost(paper(people["ana"], currency="EUR"), 100)
    with pytest.raises(WrongValue, match=f"is in {other}; the budget is in EUR"):
        costs.change(line, field="unit_cost", was="100", now=typed, by=people["ana"])


def test_pasted_amounts_may_name_the_currency_of_the_budget(people: People) -> None:
    plan = paper(people["ana"], currency="USD")
    text = "staff\tDriver\tmonth\t2\t$1,200.50\nstaff\tCook\tmonth\t2\t€ 900"
    done = pasting.paste(plan, text=text, by=people["ana"])
    assert [line.amount for line in done.added] == [2401]
    assert "is in EUR; the budget is in USD" in done.refused[0].cells[4][1]


@pytest.mark.parametrize("typed", ["EUR", "5 EUR EUR", "EUR 5 EUR", "apples 5", "-5 EUR", f"{'9' * 400} EUR"])
def test_what_is_no_amount_stays_refused(people: People, typed: str) -> None:
    line = cost(paper(people["ana"]), 100)
    with pytest.raises(WrongValue):
        costs.change(line, field="unit_cost", was="100", now=typed, by=people["ana"])


def test_two_people_in_one_cell_both_see_what_the_other_wrote(people: People) -> None:
    line = cost(paper(people["ana"]), 100)
    costs.change(line, field="quantity", was="1", now="3", by=people["ana"])
    with pytest.raises(Conflict) as refused:
        costs.change(line, field="quantity", was="1", now="5", by=people["ana"])
    assert (refused.value.now, refused.value.mine) == ("3", "5")
    line.refresh_from_db()
    assert line.quantity == 3
    # Another cell of the same line is no conflict, nor is the same value written twice.
    costs.change(line, field="title", was="Line", now="Driver", by=people["ana"])
    costs.change(line, field="quantity", was="1", now="3", by=people["ana"])


@pytest.mark.parametrize(
    ("field", "now"),
    [
        ("title", ""), ("title", "x" * 256), ("quantity", "-1"), ("quantity", "many"), ("quantity", "1e9"),
        ("quantity", "99999999999"), ("unit_cost", "1.234"), ("unit_cost", ""), ("unit_cost", "NaN"), ("year", "0"),
        ("year", "11"), ("year", "２"), ("place", "output:999"), ("place", "output:"), ("place", "rent"), ("proposal", "1"),
        ("quantity", "1.200"), ("unit_cost", "9" * 40),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_refused_and_nothing_changes(people: People, field: str, now: str) -> None:
    line = cost(paper(people["ana"]), 100)
    was = {"quantity": "1", "unit_cost": "100", "title": "Line", "place": "staff"}.get(field, "")
    with pytest.raises(WrongValue):
        costs.change(line, field=field, was=was, now=now, by=people["ana"])
    assert PlanCost.objects.values("title", "quantity", "amount").get(pk=line.pk) == {
        "title": "Line", "quantity": 1, "amount": 100,
    }  # fmt: skip


def test_a_line_moves_within_its_group_and_others_keep_their_order(people: People) -> None:
    plan = paper(people["ana"])
    (output, _other) = tree(plan)
    names = ["a", "b", "c"]
    staff = [cost(plan, 1, title=name) for name in names]
    cost(plan, 1, "operational", title="op", output=output)
    costs.move(staff[2], steps=-1, by=people["ana"])
    assert [line.title for line in queries.lines(plan)] == ["a", "c", "b", "op"]
    costs.move(staff[0], steps=-1, by=people["ana"])  # first already
    costs.move(staff[0], steps=1, by=people["ana"])
    assert [line.title for line in queries.lines(plan)] == ["c", "a", "b", "op"]


def test_a_removed_line_leaves_the_sums_and_comes_back(people: People) -> None:
    plan = paper(people["ana"])
    line = cost(plan, 400)
    cost(plan, 600)
    costs.remove(line, by=people["ana"])
    assert queries.total(plan) == 600
    with pytest.raises(ProposalError, match="removed meanwhile"):
        costs.change(line, field="title", was="Line", now="Other", by=people["ana"])
    assert [one.pk for one in queries.removed(plan)] == [line.pk]
    costs.put_back(line, by=people["ana"])
    assert queries.total(plan) == 1000


def test_another_currency_is_asked_about_and_converts_nothing(people: People) -> None:
    plan = paper(people["ana"], currency="EUR")
    cost(plan, 5000)
    with pytest.raises(costs.NotConfirmed, match=r"5000 EUR would become 5000 USD, in 1 lines"):
        costs.change_currency(plan, was="EUR", now="usd", confirmed=False, by=people["ana"])
    costs.change_currency(plan, was="EUR", now="usd", confirmed=True, by=people["ana"])
    plan.refresh_from_db()
    assert (plan.currency, queries.total(plan)) == ("USD", 5000)
    with pytest.raises(WrongValue):
        costs.change_currency(plan, was="USD", now="XYQ", confirmed=True, by=people["ana"])
    with pytest.raises(Conflict):
        costs.change_currency(plan, was="EUR", now="GBP", confirmed=True, by=people["ana"])


def test_pasted_rows_good_ones_are_kept_and_the_others_say_why(people: People) -> None:
    plan = paper(people["ana"])
    tree(plan)
    text = "\n".join(
        [
            "staff\tProject manager\tmonth\t24\t3,500\t1\t\t",
            "1.2\tTraining\tevent\t4\t2 000,50\t2\tHost city\tfive days",
            "1.9\tStudy\treport\tfew\t-3\t1",
            "",
            "office\t\tmonth\t12\t100",
        ]
    )
    done = pasting.paste(plan, text=text, by=people["ana"])
    assert [(line.title, line.amount, line.funded_by) for line in done.added] == [
        ("Project manager", Decimal("84000"), ""), ("Training", Decimal("8002.00"), "Host city"),
    ]  # fmt: skip
    third, fourth = done.refused
    assert [bool(why) for _typed, why in third.cells] == [True, False, False, True, True, False, False, False]
    assert third.text.startswith("1.9\tStudy\treport\tfew\t-3\t1")
    assert [bool(why) for _typed, why in fourth.cells][:2] == [False, True]
    assert queries.total(plan) == Decimal("92002.00")


def test_headings_order_pasted_columns_and_a_total_column_is_made_anew(people: People) -> None:
    plan = paper(people["ana"])
    text = "Budget line\tCategory\tQty\tUnit cost\tTotal\nRent\toffice\t12\t500\t9999"
    (made,) = pasting.paste(plan, text=text, by=people["ana"]).added
    assert (made.category, made.title, made.amount) == ("office", "Rent", 6000)


def test_what_is_pasted_too_wide_or_too_long_is_said(people: People) -> None:
    plan = paper(people["ana"])
    (refused,) = pasting.paste(plan, text="staff\tA\tm\t1\t1\t1\t\t\tsurplus", by=people["ana"]).refused
    assert "no column" in refused.cells[-1][1]
    with pytest.raises(WrongValue, match="at most 1000"):
        pasting.paste(plan, text="x\n" * 1001, by=people["ana"])


amounts = st.decimals(min_value=0, max_value=10**7, places=2)


@given(
    st.lists(
        st.tuples(
            amounts, st.sampled_from(["staff", "office", "operational"]), st.sampled_from([None, 1, 2]),
            st.sampled_from(["", "Host city", "SDC"]), st.sampled_from([None, 7, 8]),
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_parts_make_the_whole_in_any_order(rows: list[Any], random: Any) -> None:
    """Sums by category, year and funder make the total; by output: the operational costs."""
    from migov.work.proposals.models import Proposal

    plan = Proposal(donor="")
    lines = [
        CostLine(
            pk, category, category, output if category == "operational" else None, f"{output}", False, "x", "", Decimal(1), amount,
            amount, year, funder, "",
        )
        for pk, (amount, category, year, funder, output) in enumerate(rows)
    ]  # fmt: skip
    sums = queries.sums(plan, lines)
    for parts in (sums.by_category, sums.by_year, sums.by_funder):
        assert sum(part.amount for part in parts) == sums.total
    assert sums.donor + sums.co_funding == sums.total
    assert sum(part.amount for part in sums.by_output) == sum(
        one.amount for one in lines if one.category == "operational"
    )
    shuffled = lines[:]
    random.shuffle(shuffled)
    again = queries.sums(plan, shuffled)
    assert (again.total, again.own, again.own_share) == (sums.total, sums.own, sums.own_share)
    assert {(p.key, p.amount) for p in again.by_output} == {(p.key, p.amount) for p in sums.by_output}


def test_the_total_in_the_reporting_currency_takes_the_rate_of_the_day(people: People, settings: Any) -> None:
    base = settings.MIGOV_REPORTING_CURRENCY
    plan = paper(people["ana"], currency="CHF")
    cost(plan, 1000)
    assert queries.total_in_reporting_currency(plan, date(2026, 3, 1)) is None
    ExchangeRate.objects.create(
        currency="CHF",
        base=base,
        rate=Decimal("1.1"),
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 6, 30),
        source="test",
    )
    assert queries.total_in_reporting_currency(plan, date(2026, 3, 1)) == Decimal("1100")
    plan.currency = base
    assert queries.total_in_reporting_currency(plan) == 1000


CALLS: dict[str, Any] = {
    "add": lambda line, by: costs.add(line.proposal, category="staff", title="New", unit_cost=Decimal(1), by=by),
    "change": lambda line, by: costs.change(line, field="title", was="Line", now="New", by=by),
    "move": lambda line, by: costs.move(line, steps=1, by=by),
    "remove": lambda line, by: costs.remove(line, by=by),
    "put back": lambda line, by: costs.put_back(line, by=by),
    "currency": lambda line, by: costs.change_currency(line.proposal, was="EUR", now="USD", confirmed=True, by=by),
    "rules": lambda line, by: costs.choose_rules(line.proposal, was="", now="idf", by=by),
    "paste": lambda line, by: pasting.paste(line.proposal, text="staff\tA\tm\t1\t1", by=by),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("who", ["boris", "carla", "dora", "galina", "ion", "jan", "nobody"])
def test_only_those_who_write_the_proposal_change_its_budget(people: People, call: str, who: str) -> None:
    line = cost(paper(people["ana"]), 100)
    with pytest.raises(PermissionDenied):
        CALLS[call](line, people[who])
    assert PlanCost.objects.get().title == "Line"


@pytest.mark.parametrize("call", CALLS)
def test_after_the_decision_the_budget_is_closed(people: People, call: str) -> None:
    line = cost(paper(people["ana"], stage=Stage.ACTIVE), 100)
    with pytest.raises(Closed):
        CALLS[call](line, people["ana"])
