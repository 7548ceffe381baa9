"""Amounts in the reporting currency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from migov.foundation.money.models import ExchangeRate
from migov.foundation.money.queries import Converter, rates_version

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def rate(currency: str, starts: date, ends: date, value: str, **more: object) -> ExchangeRate:
    fields = {"source": "treasury", **more}
    made: ExchangeRate = ExchangeRate.objects.create(
        currency=currency, valid_from=starts, valid_to=ends, rate=Decimal(value), **fields
    )
    return made


@pytest.fixture
def euro() -> None:
    rate("EUR", date(2024, 1, 1), date(2024, 12, 31), "1.08")
    rate("EUR", date(2025, 1, 1), date(2025, 12, 31), "1.13")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 1, 1), "108"),
        (date(2024, 12, 31), "108"),
        (date(2025, 1, 1), "113"),
        (date(2025, 12, 31), "113"),
        (date(2023, 12, 31), None),
        (None, None),
    ],
)
def test_the_rate_of_the_day_counts(euro: None, day: date | None, expected: str | None) -> None:
    found = Converter().convert(Decimal(100), "EUR", day)
    assert found == (Decimal(expected) if expected else None)


def test_the_reporting_currency_is_worth_itself_on_any_day() -> None:
    converter = Converter()
    assert converter.convert(Decimal("12.34"), "USD", None) == Decimal("12.34")
    assert converter.convert(Decimal("12.34"), "USD", date(1990, 1, 1)) == Decimal("12.34")


def test_a_gap_between_rates_is_a_gap(euro: None) -> None:
    rate("EUR", date(2026, 7, 1), date(2026, 12, 31), "1.17")
    assert Converter().rate("EUR", date(2026, 3, 1)) is None


def test_a_short_lived_rate_wins_inside_a_longer_one(euro: None) -> None:
    rate("EUR", date(2024, 6, 1), date(2024, 6, 30), "1.5")
    worth = [Converter().convert(Decimal(1), "EUR", date(2024, month, 15)) for month in (5, 6, 7)]
    assert worth == [Decimal("1.08"), Decimal("1.5"), Decimal("1.08")]


def test_days_to_come_take_the_last_rate_known() -> None:
    today = timezone.localdate()
    rate("NOK", today - 30 * DAY, today - 10 * DAY, "0.09")
    converter = Converter()
    assert converter.convert(Decimal(100), "NOK", today + DAY) == Decimal(9)
    assert converter.rate("NOK", today - DAY) is None, "a day that is over should have a rate of its own"


def test_an_earlier_day_is_converted_with_the_rates_known_then() -> None:
    first, second = datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC)
    year = (date(2025, 1, 1), date(2025, 12, 31))
    rate("EUR", *year, "1.13", recorded_at=first, superseded_at=second)
    rate("EUR", *year, "1.14", recorded_at=second)
    on = date(2025, 3, 1)
    assert Converter(as_of=first).rate("EUR", on) is None
    assert Converter(as_of=second).convert(Decimal(100), "EUR", on) == Decimal(113)
    assert Converter().convert(Decimal(100), "EUR", on) == Decimal(114)


def test_what_was_to_come_on_an_earlier_day_took_the_last_rate_known_then(euro: None) -> None:
    long_ago = datetime(2024, 7, 1, tzinfo=UTC)
    ExchangeRate.objects.filter(valid_from=date(2024, 1, 1)).update(recorded_at=long_ago - DAY)
    then = Converter(as_of=long_ago)
    assert then.convert(Decimal(100), "EUR", date(2025, 6, 1)) == Decimal(108)


def test_it_says_why_an_amount_cannot_be_converted(euro: None) -> None:
    converter = Converter()
    assert converter.why_not("", date(2025, 1, 1)) == "no currency stated"
    assert converter.why_not("EUR", None) == "no date stated"
    assert converter.why_not("GEL", date(2025, 1, 1)) == "no rate for GEL"
    assert converter.why_not("EUR", date(2020, 5, 1)) == "no rate for EUR on 2020-05-01"
    assert converter.convert(Decimal(1), "GEL", date(2025, 1, 1)) is None


def test_another_base_has_rates_of_its_own(euro: None) -> None:
    rate("USD", date(2025, 1, 1), date(2025, 12, 31), "0.885", base="EUR")
    converter = Converter(base="EUR")
    assert converter.convert(Decimal(200), "USD", date(2025, 2, 2)) == Decimal(177)
    assert converter.convert(Decimal(200), "EUR", date(2025, 2, 2)) == Decimal(200)


def test_sources_are_named_once(euro: None) -> None:
    rate("CHF", date(2025, 1, 1), date(2025, 12, 31), "1.2", source="central bank")
    assert sorted(Converter().sources()) == ["central bank", "treasury"]


def test_one_query_answers_everything(
    euro: None, django_assert_num_queries: Callable[..., DjangoAssertNumQueries]
) -> None:
    with django_assert_num_queries(1):
        converter = Converter()
        for day in range(300):
            converter.convert(Decimal(day), "EUR", date(2025, 1, 1) + day * DAY)


def test_the_version_of_the_rates_moves_with_every_change() -> None:
    empty = rates_version()
    added = rate("EUR", date(2025, 1, 1), date(2025, 12, 31), "1.13")
    after_adding = rates_version()
    ExchangeRate.objects.filter(pk=added.pk).supersede()
    assert len({empty, after_adding, rates_version()}) == 3
