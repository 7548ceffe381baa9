"""Budget and spending by element: shared once, converted at the rate of the day, never lost."""

from datetime import date
from decimal import Decimal

import pytest

from migov.foundation.money.models import ExchangeRate
from tests.factories import project
from tests.insight.contributions.conftest import align, ask, budget, row, spend

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def rate(currency: str, value: str, year: int = 2024) -> None:
    ExchangeRate.objects.create(
        currency=currency, valid_from=date(year, 1, 1), valid_to=date(year, 12, 31), rate=Decimal(value), source="test"
    )


def test_principal_counts_twice_significant(two_projects):
    answer = ask()
    assert row(answer, "10").budget == 60_000 + 10_000
    assert row(answer, "23").budget == 30_000


def test_the_total_is_the_sum_of_the_rows_and_never_more_than_the_portfolio(two_projects):
    unaligned = project(places={"UKR": 100})
    budget(unaligned, 2024, 500)
    answer = ask()
    assert answer.total.budget == sum(r.budget for r in answer.rows) == 100_000
    assert answer.portfolio.budget == 150_000
    assert answer.left_out.unaligned == 1
    assert answer.left_out.unaligned_budget == 50_000


def test_shares_set_by_a_person_win(two_projects):
    two_projects.a.record.alignments.filter(element__code="10").update(share=10)
    two_projects.a.record.alignments.filter(element__code="23").update(share=90)
    answer = ask()
    assert row(answer, "10").budget == 9_000 + 10_000
    assert row(answer, "23").budget == 81_000


def test_a_country_gets_its_share_of_the_money(two_projects):
    answer = ask("country=SRB")
    assert row(answer, "10").budget == 2_500
    assert row(answer, "10").projects == {two_projects.b.pk}
    assert answer.portfolio.budget == 2_500


def test_without_shares_the_money_is_split_evenly_and_said(db):
    p = project(places={"ALB": None, "SRB": None})
    align(p, "10")
    budget(p, 2024, 100)
    answer = ask("country=ALB")
    assert row(answer, "10").budget == 5_000
    assert answer.left_out.split_evenly == 1


def test_published_shares_that_miss_a_hundred_are_taken_in_proportion(db):
    p = project(places={"ALB": 30, "SRB": 30})
    align(p, "10")
    budget(p, 2024, 100)
    assert row(ask("country=ALB"), "10").budget == 5_000


def test_a_budget_is_spread_over_its_days(db):
    p = project(places={"ALB": 100})
    align(p, "10")
    made = budget(p, 2024, 731)
    made.ends = date(2025, 12, 31)  # 366 + 365 days
    made.save()
    assert row(ask("to=2024"), "10").budget == 36_600
    assert row(ask("from=2025"), "10").budget == 36_500
    assert row(ask(), "10").budget == 73_100


def test_a_revised_budget_takes_the_place_of_the_original(db):
    p = project(places={"ALB": 100})
    align(p, "10")
    budget(p, 2024, 100)
    budget(p, 2024, 80, kind="2")
    budget(p, 2025, 50)
    assert row(ask(), "10").budget == 13_000


def test_spending_is_disbursements_and_expenditure(db):
    p = project(places={"ALB": 100})
    align(p, "10")
    spend(p, date(2024, 5, 1), 40)
    spend(p, date(2024, 6, 1), 2, kind="3")
    spend(p, date(2024, 6, 1), 1000, kind="2")
    spend(p, date(2024, 7, 1), -5)
    assert row(ask(), "10").spending == 3_700


def test_amounts_are_converted_at_the_rate_of_their_value_date(db):
    rate("EUR", "1.08")
    rate("EUR", "1.20", 2023)
    p = project(places={"ALB": 100})
    align(p, "10")
    budget(p, 2024, 100, "EUR")
    budget(p, 2023, 100, "EUR")
    assert row(ask(), "10").budget == 10_800 + 12_000


def test_what_cannot_be_converted_is_listed_not_dropped(db):
    p = project(places={"ALB": 100})
    align(p, "10", principal=True)
    align(p, "23")
    budget(p, 2024, 300, "GEL")
    answer = ask()
    assert row(answer, "10").budget == 0
    assert row(answer, "10").unconverted == {("b", "GEL"): 20_000}
    assert answer.left_out.unconverted == {("b", "GEL"): 30_000}


def test_a_new_rate_makes_the_figures_anew(db):
    p = project(places={"ALB": 100})
    align(p, "10")
    budget(p, 2024, 100, "EUR")
    assert row(ask(), "10").budget == 0
    rate("EUR", "2")
    assert row(ask(), "10").budget == 20_000


def test_heat_map_cells_add_up_to_the_element(two_projects):
    answer = ask()
    for figures in answer.worked_on:
        cells = [cents for (element, _place), cents in answer.heat.items() if element == figures.element.pk]
        assert sum(cells) == figures.budget


def test_elements_of_two_frameworks_share_the_money_separately(two_projects):
    align(two_projects.a, "10", framework="sdg")
    assert ask(framework="sdg").total.budget == 90_000
    assert ask().total.budget == 100_000
