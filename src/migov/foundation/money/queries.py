"""Converting amounts into the reporting currency with the rate of the day."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from migov.foundation.money.models import ExchangeRate


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate in force from one day to another (both included)."""

    valid_from: date
    valid_to: date
    rate: Decimal
    source: str


class Converter:
    """Converts into one base currency with the rates known at a moment. One query, then memory only."""

    def __init__(self, base: str | None = None, as_of: datetime | None = None) -> None:
        self.base = base or settings.MIGOV_REPORTING_CURRENCY
        self._today = timezone.localdate(as_of) if as_of else timezone.localdate()
        self._rates: dict[str, list[Rate]] = defaultdict(list)
        known = ExchangeRate.objects.as_of(as_of).filter(base=self.base).order_by("currency", "valid_from")
        for one in known:
            self._rates[one.currency].append(Rate(one.valid_from, one.valid_to, one.rate, one.source))

    def rate(self, currency: str, on: date | None) -> Rate | None:
        """The rate for a currency on a day; None when there is none. The base currency is worth one of itself on every day.

        Days to come have no rate yet: they take the last one known.
        """
        if currency == self.base:
            return Rate(date.min, date.max, Decimal(1), "")
        rates = self._rates.get(currency)
        if not rates or on is None:
            return None
        at = bisect_right(rates, on, key=lambda rate: rate.valid_from) - 1
        # A short-lived rate may lie inside a longer one: look back until one covers the day.
        while at >= 0:
            if rates[at].valid_to >= on:
                return rates[at]
            at -= 1
        return rates[-1] if on > self._today else None

    def convert(self, amount: Decimal, currency: str, on: date | None) -> Decimal | None:
        """The amount in the base currency, unrounded; None when no rate covers that currency on that day."""
        rate = self.rate(currency, on)
        return None if rate is None else amount * rate.rate

    def why_not(self, currency: str, on: date | None) -> str:
        """Why an amount cannot be converted, for people."""
        if not currency:
            return "no currency stated"
        if on is None:
            return "no date stated"
        if currency not in self._rates:
            return f"no rate for {currency}"
        return f"no rate for {currency} on {on:%Y-%m-%d}"

    def sources(self) -> list[str]:
        """The distinct source lines of the rates, in order of first use."""
        return list(dict.fromkeys(rate.source for rates in self._rates.values() for rate in rates))


def rates_version() -> str:
    """Changes whenever a rate is added or superseded; caches compare it."""
    newest = ExchangeRate.objects.aggregate(
        recorded=Max("recorded_at"), superseded=Max("superseded_at"), last=Max("pk")
    )
    return "|".join(str(part) for part in newest.values())
