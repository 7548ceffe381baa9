"""Exchange rates from a file: what is accepted, what is refused, what a second file changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.money.actions import RatesRefused, RatesSummary, load_rates
from migov.foundation.money.models import ExchangeRate
from migov.foundation.money.queries import rates_version
from migov.foundation.people.access import SYSTEM

pytestmark = pytest.mark.django_db
HEADER = "currency,valid_from,valid_to,rate,source\n"
EUR = "EUR,2025-01-01,2025-12-31,1.13,UN operational rates\n"
CHF = "CHF,2025-01-01,2025-12-31,1.2,UN operational rates\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rates.csv"


def load(file: Path, text: str, **more: Any) -> RatesSummary:
    file.write_text(text, encoding="utf-8")
    return load_rates(file, **{"by": SYSTEM, **more})


def test_rates_are_loaded_with_days_source_and_moment(file: Path) -> None:
    at = datetime(2025, 2, 1, tzinfo=UTC)
    assert load(file, HEADER + EUR + CHF, at=at) == RatesSummary(added=2, replaced=0, unchanged=0)
    rate = ExchangeRate.objects.get(currency="EUR")
    assert (rate.base, rate.rate, rate.valid_from, rate.valid_to) == (
        "USD", Decimal("1.13"), date(2025, 1, 1), date(2025, 12, 31),
    )  # fmt: skip
    assert (rate.source, rate.recorded_at, rate.superseded_at) == ("UN operational rates", at, None)


def test_the_same_file_twice_changes_nothing(file: Path) -> None:
    load(file, HEADER + EUR + CHF)
    before, version = list(ExchangeRate.objects.values_list()), rates_version()
    assert load(file, HEADER + EUR + CHF) == RatesSummary(added=0, replaced=0, unchanged=2)
    assert list(ExchangeRate.objects.values_list()) == before
    assert rates_version() == version


@pytest.mark.parametrize(
    "changed",
    [
        EUR.replace("1.13", "1.14"),
        EUR.replace("2025-12-31", "2025-06-30"),
        EUR.replace("UN operational", "central bank"),
    ],
)
def test_a_rate_that_differs_supersedes_the_one_that_stood(file: Path, changed: str) -> None:
    first, second = datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)
    load(file, HEADER + EUR, at=first)
    version = rates_version()
    assert load(file, HEADER + changed + CHF, at=second) == RatesSummary(added=1, replaced=1, unchanged=0)
    assert ExchangeRate.objects.count() == 3
    assert ExchangeRate.objects.as_of(second).get().rate == Decimal("1.13")
    assert ExchangeRate.objects.current().filter(currency="EUR").get().recorded_at == second
    assert rates_version() != version


def test_a_file_from_a_spreadsheet_is_read(file: Path) -> None:
    file.write_bytes(
        (HEADER + " eur ,2025-01-01 ,2025-12-31, 1.13 ,treasury\n").replace("\n", "\r\n").encode("utf-8-sig")
    )
    assert load_rates(file, by=SYSTEM).added == 1
    assert ExchangeRate.objects.get().currency == "EUR"


REFUSED = [
    ("", "row 1: column currency, valid_from, valid_to, rate, source is missing"),
    ("currency;valid_from;valid_to;rate;source\n", "row 1: column currency"),
    ("currency,valid_from,valid_to,source\n", "row 1: column rate is missing"),
    (HEADER, "holds no rates"),
    (HEADER + EUR.replace("EUR", "EURO"), "row 2, currency: 'EURO'"),
    (HEADER + EUR.replace("EUR", ""), "row 2, currency: ''"),
    (HEADER + EUR.replace("EUR", "E1R"), "row 2, currency: 'E1R'"),
    (HEADER + EUR.replace("2025-01-01", "01/01/2025"), "row 2, valid_from: '01/01/2025'"),
    (HEADER + EUR.replace("2025-12-31", "2025-02-30"), "row 2, valid_to: '2025-02-30'"),
    (HEADER + EUR.replace("2025-12-31", "2024-12-31"), "row 2, valid_to: 2024-12-31 is before valid_from 2025-01-01"),
    (HEADER + EUR.replace("1.13", "0"), "row 2, rate: '0'"),
    (HEADER + EUR.replace("1.13", "-1.13"), "row 2, rate: '-1.13'"),
    (HEADER + EUR.replace("1.13", '"1,13"'), "row 2, rate: '1,13'"),
    (HEADER + EUR.replace("1.13", "NaN"), "row 2, rate: 'NaN'"),
    (HEADER + EUR.replace("1.13", "Infinity"), "row 2, rate: 'Infinity'"),
    (HEADER + EUR.replace("1.13", ""), "row 2, rate: ''"),
    (HEADER + EUR.replace("1.13", "1,13"), "row 2: more cells than columns"),
    (HEADER + EUR.replace("1.13", "1e30"), "row 2, rate: '1e30'"),
    (HEADER + EUR.replace("1.13", "12345678901"), "row 2, rate: '12345678901'"),
    (HEADER + EUR.replace("1.13", "0.00000000001"), "row 2, rate: '0.00000000001'"),
    (HEADER + EUR.replace("1.13", "1_000"), "row 2, rate: '1_000'"),
    (HEADER + EUR.replace("1.13", "１.13"), "row 2, rate: '１.13'"),
    (HEADER + EUR.replace("UN operational rates", "x" * 301), "row 2, source: 301 characters"),
    (HEADER + EUR.replace("UN operational rates", "x" * 200_000), "cannot be read as CSV"),
    (HEADER + EUR.replace("UN operational rates", " "), "row 2, source: empty"),
    (HEADER + "EUR\n", "row 2, valid_from: ''|row 2, valid_from: None"),
    (HEADER + EUR + CHF + EUR.replace("1.13", "1.2"), "row 4: EUR from 2025-01-01 is given in row 2 already"),
]


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_bad_input_is_refused_by_row_and_field_and_nothing_changes(file: Path, text: str, problem: str) -> None:
    load(file, HEADER + EUR)
    before = list(ExchangeRate.objects.values_list())
    with pytest.raises(RatesRefused, match="nothing was changed") as refused:
        load(file, text)
    said = "\n".join(refused.value.problems)
    assert any(each in said for each in problem.split("|")), said
    assert refused.value.problems[0].startswith("rates.csv")
    assert list(ExchangeRate.objects.values_list()) == before


def test_every_problem_is_named(file: Path) -> None:
    with pytest.raises(RatesRefused, match=r"4 problem\(s\)") as refused:
        load(
            file,
            HEADER
            + "EURO,soon,2025-12-31,much,treasury\n"
            + CHF
            + ",,,,\n".replace(",,,,", "GBP,2025-01-01,2025-12-31,1.3,"),
        )
    assert [problem.split(":")[0] for problem in refused.value.problems] == [
        "rates.csv, row 2, currency", "rates.csv, row 2, valid_from", "rates.csv, row 2, rate", "rates.csv, row 4, source",
    ]  # fmt: skip


def test_a_file_that_is_no_text_is_refused(file: Path) -> None:
    file.write_bytes(HEADER.encode() + "EUR,2025-01-01,2025-12-31,1.13,Zürich\n".encode("latin-1"))
    with pytest.raises(RatesRefused, match=r"rates.csv: not UTF-8 text \(byte "):
        load_rates(file, by=SYSTEM)


@pytest.mark.parametrize("who", ["ana", "carla", "dora", "hana", "ion", "jan", "nobody"])
def test_only_monitoring_and_administrators_load_rates(people: dict[str, Any], file: Path, who: str) -> None:
    with pytest.raises(PermissionDenied):
        load(file, HEADER + EUR, by=people[who])
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize("who", ["emil", "kim"])
def test_those_who_may_load_rates(people: dict[str, Any], file: Path, who: str) -> None:
    assert load(file, HEADER + EUR, by=people[who]).added == 1
