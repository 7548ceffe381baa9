"""The rows of the portfolio list, their order, and the sums of money behind them."""

from datetime import date
from decimal import Decimal

import pytest

from migov.foundation.money.models import ExchangeRate
from migov.services.alignment.models import Alignment, Origin, Significance, Status
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.models import Budget, Transaction
from migov.work.projects.money import budgets_of, transaction_sums
from migov.work.projects.queries import portfolio, rows, rows_in_pieces
from migov.work.projects.region import by_territory, elsewhere
from migov.work.projects.sharing import parts_of
from tests.factories import OfficeFactory, element, indicator, project, result, values

pytestmark = pytest.mark.django_db
EVERYTHING = PortfolioFilter()


def budget(of, amount, currency="USD", kind="1", year=2024, **fields):
    return Budget.objects.create(
        project=of, amount=Decimal(amount), currency=currency, kind=kind, starts=date(year, 1, 1),
        ends=date(year, 12, 31), **fields,
    )  # fmt: skip


@pytest.fixture
def kim(people):
    return people["kim"]


@pytest.fixture
def euro():
    return ExchangeRate.objects.create(
        currency="EUR", base="USD", valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31), rate=Decimal("1.1"),
        source="test rates",
    )  # fmt: skip


def order(sort, user):
    return [row.record.title for row in rows(list(portfolio(EVERYTHING, user, sort)))]


class TestOrder:
    @pytest.fixture(autouse=True)
    def three(self):
        project(title="b", stage="closed", starts=date(2022, 1, 1), office=OfficeFactory(code="x", name="Astana"))
        project(title="A", stage="idea", starts=None, ends=None)
        project(title="c", stage="active", starts=date(2024, 1, 1), office=OfficeFactory(code="y", name="Belgrade"))

    @pytest.mark.parametrize(
        ("sort", "titles"),
        [
            ("title", ["A", "b", "c"]),
            ("-title", ["c", "b", "A"]),
            ("stage", ["A", "c", "b"]),
            ("starts", ["b", "c", "A"]),
            ("-starts", ["c", "b", "A"]),
            ("office", ["b", "c", "A"]),
            ("nonsense", ["c", "b", "A"]),
            ("-owner__password", ["c", "b", "A"]),
        ],
    )
    def test_what_is_unknown_comes_last(self, kim, sort, titles):
        assert order(sort, kim) == titles

    def test_by_budget_in_the_reporting_currency(self, kim, euro):
        euros, dollars, none = project(title="euros"), project(title="dollars"), project(title="lari")
        budget(euros, 100, "EUR")
        budget(dollars, 105)
        budget(none, 10**9, "GEL")
        assert order("-budget", kim)[:2] == ["euros", "dollars"]
        assert order("budget", kim)[:2] == ["dollars", "euros"]


class TestBudgets:
    def test_sums_by_currency_and_in_the_reporting_currency(self, euro):
        one = project()
        budget(one, 100, "EUR")
        budget(one, 50, "EUR")
        budget(one, 30, "USD")
        found = budgets_of([one.pk])[one.pk]
        assert found.amounts == [(Decimal(150), "EUR"), (Decimal(30), "USD")]
        assert found.converted == Decimal("195.0")

    def test_a_revised_budget_takes_the_place_of_the_original_for_the_same_span(self):
        one = project()
        budget(one, 100)
        budget(one, 120, kind="2")
        budget(one, 40, year=2025)
        assert budgets_of([one.pk])[one.pk].by_currency == {"USD": 160}

    def test_without_a_rate_there_is_no_sum_in_the_reporting_currency(self):
        one = project()
        budget(one, 100)
        budget(one, 5, "GEL")
        found = budgets_of([one.pk])[one.pk]
        assert found.converted is None
        assert found.by_currency == {"USD": 100, "GEL": 5}

    def test_a_superseded_budget_does_not_count(self):
        one = project()
        budget(one, 100)
        Budget.objects.all().supersede()
        assert budgets_of([one.pk]) == {}


def test_transactions_are_summed_by_kind_and_currency():
    one = project()
    for kind, amount, currency in (("3", 10, "USD"), ("3", 5, "USD"), ("3", 7, "EUR"), ("11", 100, "USD")):
        Transaction.objects.create(project=one, kind=kind, amount=amount, currency=currency, date=date(2024, 5, 1))
    found = [(row.kind, row.currency, row.number, row.amount) for row in transaction_sums(one)]
    assert found == [("3", "EUR", 1, 7), ("3", "USD", 2, 15), ("11", "USD", 1, 100)]


class TestRows:
    def test_what_a_row_says(self, kim):
        one = project(title="one", places={"XKX": 20, "ALB": 80})
        budget(one, 100)
        for code, significance in (("10", Significance.PRINCIPAL), ("7", Significance.SIGNIFICANT)):
            Alignment.objects.create(
                record=one.record, element=element(code), origin=Origin.DECLARED, significance=significance,
                status=Status.CONFIRMED,
            )  # fmt: skip
        measured = indicator(result(one), across_periods="sum")
        values(measured, 2024, target=100, actual=90)
        [row] = rows([one.pk])
        assert [place.code for place in row.places] == ["ALB", "XKX"]
        assert (row.principal, row.stage, row.budget.amounts) == (1, "active", [(Decimal(100), "USD")])
        assert row.extra["on_track"][0] == "1 of 1"

    def test_many_places_are_shortened(self):
        one = project(places=dict.fromkeys(["ALB", "SRB", "MNE", "MKD"], 25))
        [row] = rows([one.pk])
        assert (len(row.first_places), row.more_places) == (2, 2)

    def test_the_number_of_queries_does_not_grow(self, django_assert_max_num_queries):
        keys = []
        for number in range(12):
            one = project(places={"ALB": 60, "SRB": 40})
            budget(one, number)
            values(indicator(result(one)), 2024, target=1, actual=1)
            keys.append(one.pk)
        with django_assert_max_num_queries(8):
            assert len(rows(keys)) == 12

    def test_pieces_hold_every_row_in_order(self, monkeypatch):
        monkeypatch.setattr("migov.work.projects.queries.IN_A_PIECE", 2)
        keys = [project().pk for _ in range(5)]
        assert [row.record.pk for row in rows_in_pieces(reversed(keys))] == keys[::-1]


class TestRegion:
    def test_projects_and_budgets_by_territory(self, kim):
        both = project(places={"ALB": 75, "SRB": 25})
        budget(both, 1000)
        project(places={"ALB": 100})
        found = {row.place.code: row for row in by_territory(EVERYTHING, kim, "budget")}
        assert len(found) == 20
        assert (found["ALB"].projects, found["ALB"].budget) == (2, 750)
        assert (found["SRB"].projects, found["SRB"].budget) == (1, 250)
        assert (found["XKX"].projects, found["XKX"].budget) == (0, None)

    def test_projects_outside_the_territories_are_counted_apart(self, kim):
        project(places={"AFG": 100})
        project()
        project(places={"ALB": 100})
        assert elsewhere(EVERYTHING, kim) == 2

    @pytest.mark.parametrize(
        ("stated", "expected"),
        [
            ([(1, 60.0), (2, 40.0)], {1: 0.6, 2: 0.4}),
            ([(1, 30.0), (2, 30.0)], {1: 0.5, 2: 0.5}),
            ([(1, 60.0), (2, None)], {1: 0.5, 2: 0.5}),
            ([(1, None)], {1: 1.0}),
            ([(1, 0.0), (2, 0.0)], {1: 0.5, 2: 0.5}),
        ],
    )
    def test_shares_add_up_to_one(self, stated, expected):
        split = parts_of(stated)
        assert {place: part / split.whole for place, part in split.parts} == expected
