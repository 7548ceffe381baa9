"""Loading exchange rates from a CSV file."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from migov.foundation.money.models import ExchangeRate
from migov.foundation.people.access import Actor, require

PLACES = Decimal("0.0000000001")
COLUMNS = ("currency", "valid_from", "valid_to", "rate", "source")


class RatesRefused(ValueError):
    """The file was refused as a whole; `problems` lists every row that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"{len(problems)} problem(s); nothing was changed. First: {problems[0]}")
        self.problems = problems


@dataclass(frozen=True)
class RatesSummary:
    """How many rates were added, replaced by a different value, and found unchanged."""

    added: int
    replaced: int
    unchanged: int


def _day(text: str) -> date:
    return datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007


def _read(name: str, text: str) -> list[ExchangeRate]:
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="surplus")
    try:
        return _checked(name, rows)
    except csv.Error as error:
        raise RatesRefused([f"{name}, row {rows.line_num}: cannot be read as CSV ({error})"]) from error


def _rate(text: str) -> Decimal:
    """A rate as it is stored. Raises ValueError for anything but a plain number above zero that fits."""
    if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]+)?", text, re.ASCII):
        raise ValueError(text)
    rate = Decimal(text).quantize(PLACES)
    if not rate:
        raise ValueError(text)
    return rate


def _checked(name: str, rows: csv.DictReader[str]) -> list[ExchangeRate]:
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or [])]
    if missing:
        raise RatesRefused([f"{name}, row 1: column {', '.join(missing)} is missing; expected {', '.join(COLUMNS)}"])
    problems: list[str] = []
    rates: list[ExchangeRate] = []
    seen: dict[tuple[str, date], int] = {}
    for number, row in enumerate(rows, start=2):
        where = f"{name}, row {number}"
        before = len(problems)
        currency = (row["currency"] or "").strip().upper()
        if len(currency) != 3 or not currency.isalpha():
            problems.append(f"{where}, currency: {row['currency']!r}; expected a three-letter code such as EUR")
        days: dict[str, date] = {}
        for field in ("valid_from", "valid_to"):
            try:
                days[field] = _day(row[field] or "")
            except ValueError:
                problems.append(f"{where}, {field}: {row[field]!r}; expected a date such as 2025-01-31")
        value = Decimal(0)
        try:
            value = _rate((row["rate"] or "").strip())
        except ValueError:
            problems.append(f"{where}, rate: {row['rate']!r}; expected a number above zero such as 1.0825")
        source = (row["source"] or "").strip()
        if not source:
            problems.append(f"{where}, source: empty; expected where the rate comes from")
        elif len(source) > 300:
            problems.append(f"{where}, source: {len(source)} characters; expected 300 at most")
        if row.get("surplus"):
            problems.append(
                f"{where}: more cells than columns; write decimals with a point and put quotes around commas"
            )
        if len(days) == 2 and days["valid_to"] < days["valid_from"]:
            problems.append(f"{where}, valid_to: {days['valid_to']} is before valid_from {days['valid_from']}")
        if len(days) == 2 and (first := seen.setdefault((currency, days["valid_from"]), number)) != number:
            problems.append(f"{where}: {currency} from {days['valid_from']} is given in row {first} already")
        if len(problems) == before:
            rates.append(
                ExchangeRate(
                    currency=currency,
                    base=settings.MIGOV_REPORTING_CURRENCY,
                    rate=value,
                    source=source,
                    **days,
                )
            )
    if problems:
        raise RatesRefused(problems)
    return rates


@transaction.atomic
def load_rates(path: Path, *, by: Actor, at: datetime | None = None) -> RatesSummary:
    """Load a CSV of dated rates (columns currency, valid_from, valid_to, rate, source; rate = units of the reporting currency
    for one unit). A rate that differs from the one that stands supersedes it, so that earlier reports can be made again.

    Raises RatesRefused, naming file, row and field, and PermissionDenied.
    """
    require(by, "rates.load")
    at = at or timezone.now()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RatesRefused([f"{path.name}: not UTF-8 text (byte {error.start})"]) from error
    rates = _read(path.name, text)
    if not rates:
        raise RatesRefused([f"{path.name}: holds no rates"])
    standing = {
        (rate.currency, rate.valid_from): rate
        for rate in ExchangeRate.objects.current().filter(base=settings.MIGOV_REPORTING_CURRENCY).select_for_update()
    }
    fresh: list[ExchangeRate] = []
    outdated: list[int] = []
    for rate in rates:
        old = standing.get((rate.currency, rate.valid_from))
        if old and (old.rate, old.valid_to, old.source) == (rate.rate, rate.valid_to, rate.source):
            continue
        if old:
            outdated.append(old.pk)
        rate.recorded_at = at
        fresh.append(rate)
    ExchangeRate.objects.filter(pk__in=outdated).supersede(at)
    ExchangeRate.objects.bulk_create(fresh)
    return RatesSummary(len(fresh) - len(outdated), len(outdated), len(rates) - len(fresh))
