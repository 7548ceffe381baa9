"""Budgets and transactions as elements."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lxml.etree import _Element as Element

from migov.exchange.iati import rules
from migov.exchange.iati.export_elements import ORDER, child, day, from_shape, narrated, number, place_attributes, say
from migov.exchange.iati.export_rows import Party
from migov.foundation.places.models import PlaceKind

if TYPE_CHECKING:
    from migov.exchange.iati.export_activity import ActivityBuilder

CENT = Decimal("0.01")


def value(
    builder: ActivityBuilder, parent: Element, details: dict[str, Any], amount: Decimal, currency: str, on: date | None
) -> None:
    """An amount of money; the currency is named where it is not the activity's own."""
    if "value" in details:
        from_shape(parent, "value", details["value"][0])
        return
    attributes = {}
    if currency and currency != builder.currency:
        attributes["currency"] = currency
    if on is not None:
        attributes["value-date"] = day(on)
    say(child(parent, "value", attributes), number(amount))


def _dated(parent: Element, tag: str, details: dict[str, Any], on: date | None) -> None:
    if tag in details:
        from_shape(parent, tag, details[tag][0])
    elif on is not None:
        child(parent, tag, {"iso-date": day(on)})


def budgets(builder: ActivityBuilder) -> None:
    """The budgets. Those of projects made here are split by calendar days where they last longer than a year, as IATI wants."""
    for kind, status, starts, ends, amount, currency, on, kept, _at in builder.loaded.budgets:
        details = kept or {}
        attributes = {"type": details.get("@type", kind), "status": details.get("@status", status)}
        for first, last, part in years(starts, ends, amount) if builder.loaded.made_here else ((starts, ends, amount),):
            budget = child(builder.activity, "budget", {name: code for name, code in attributes.items() if code})
            _dated(budget, "period-start", details, first)
            _dated(budget, "period-end", details, last)
            value(builder, budget, details, part, currency, on)


def years(starts: date | None, ends: date | None, amount: Decimal) -> list[tuple[date | None, date | None, Decimal]]:
    """A period cut into pieces of at most a year, the amount shared out by days; the parts make the amount exactly.

    ``years(2024-01-01, 2025-12-31, 731)`` gives 366 for the first piece and 365 for the second.
    """
    if starts is None or ends is None or ends < starts:
        return [(starts, ends, amount)]
    pieces: list[tuple[date, date]] = []
    first = starts
    while first <= ends:
        last = min(_year_later(first) - timedelta(days=1), ends)
        pieces.append((first, last))
        first = last + timedelta(days=1)
    if len(pieces) == 1:
        return [(starts, ends, amount)]
    days = (ends - starts).days + 1
    shared: list[tuple[date | None, date | None, Decimal]] = []
    given = Decimal(0)
    for first, last in pieces[:-1]:
        part = (amount * ((last - first).days + 1) / days).quantize(CENT)
        given += part
        shared.append((first, last, part))
    shared.append((*pieces[-1], amount - given))
    return shared


def _year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def _kind(parent: Element, details: dict[str, Any], kind: str) -> None:
    kept = details.get("transaction-type", ())
    if kept and kept[0].get("@code") not in rules.TRANSACTIONS:  # a code of IATI 1.x is written as 2.x numbers it
        from_shape(parent, "transaction-type", kept[0])
    elif kind:
        child(parent, "transaction-type", {"code": kind})


def transactions(builder: ActivityBuilder) -> None:
    """The transactions."""
    for row in builder.loaded.transactions:
        kind, on, amount, currency, value_day, ref, description, *rest, kept, _at = row
        details: dict[str, Any] = kept or {}
        parties = {"provider-org": Party(*rest[:3]), "receiver-org": Party(*rest[3:6])}
        place = rest[6:9]
        attributes = {"ref": ref} if ref else {}
        attributes |= {name[1:]: text for name, text in details.items() if name[0] == "@"}
        element = child(builder.activity, "transaction", attributes)
        for tag in ORDER["transaction"]:
            if tag == "transaction-type":
                _kind(element, details, kind)
            elif tag == "transaction-date":
                _dated(element, tag, details, on)
            elif tag == "value":
                value(builder, element, details, amount, currency, value_day)
            elif tag in details:
                for one in details[tag]:
                    from_shape(element, tag, one)
            elif tag == "description" and description:
                narrated(element, tag, description)
            elif tag in parties and parties[tag][0] is not None:
                builder.party(tag, parties[tag], inside=element)
            elif place[0] is not None and tag == (
                "recipient-country" if place[0] == PlaceKind.COUNTRY else "recipient-region"
            ):
                child(element, tag, place_attributes(*place))
