"""Budgets and transactions of an activity. An amount that cannot be read makes the activity unusable: a sum without it would be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml.etree import _Element as Element

from migov.exchange.iati import rules
from migov.exchange.iati.shapes import Shape, attributes, blank, in_language, narratives, plain, preferred, to_json

if TYPE_CHECKING:
    from migov.exchange.iati.parse import ActivityParser

WHOLE_DIGITS, DECIMALS = 18, 4
LAST_SMALL = 32767


def _amount(
    parser: ActivityParser, parent: Element, element: Element | None, details: Shape
) -> tuple[str, str, str | None]:
    """Amount, currency and value date of a value; what the columns cannot say is added to the details."""
    if element is None:
        parser.broken("amount", parent, "value", "", "an amount")
    currency, day, exact = parser.currency, None, not blank(element)
    for name, value in attributes(element):
        if name == "currency":
            code = value.strip().upper()
            if len(code) == 3 and code.isalpha():
                currency, exact = code, exact and code == value.strip()
            elif code:
                parser.warn("currency", element, "@currency", value, "a three-letter currency code")
                currency, exact = "", False
        elif name == "value-date":
            day = rules.day(value)
            if day is None and value:
                parser.warn("date", element, "@value-date", value, "a date such as 2026-03-31")
                exact = False
        elif name[0] == "{":
            parser.ignored["@" + name] += 1
        else:
            exact = False
    amount, right = rules.number(element.text, WHOLE_DIGITS, DECIMALS)
    if amount is None:
        parser.broken("amount", element, "value", element.text or "", "an amount such as 1500.50")
    if not right:
        parser.warn(
            "amount-read", element, "value", element.text or "", f"digits and a point, as in 1500.50; read as {amount}"
        )
    if not (exact and right):
        details["value"] = [parser.shape(element)]
    return amount, currency, day


def budget(parser: ActivityParser, element: Element) -> None:
    """A budget: money planned for a period."""
    starts = ends = None
    value: Element | None = None
    details: Shape = {}
    for child in element:
        tag = child.tag
        if tag == "period-start" or tag == "period-end":
            day, exact = parser.day(child, "iso-date")
            if tag == "period-start":
                starts = day
            else:
                ends = day
            if not exact:
                details[tag] = [parser.shape(child)]
        elif tag == "value" and value is None:
            value = child
        else:
            parser.ignored[f"budget/{tag}"] += 1
    kind, status = element.get("type", "").strip() or "1", element.get("status", "").strip()
    if len(kind) > 4 or len(status) > 4:
        details["@type"], details["@status"] = kind, status
    amount, currency, day = _amount(parser, element, value, details)
    if starts and ends and ends < starts:
        parser.warn("dates", element, "period-end", f"{starts} to {ends}", "an end that is not before the start")
    rows = parser.rows.budget
    rows.append(
        (
            parser.pk, kind[:4], status[:4], starts, ends, amount, currency, day, min(len(rows), LAST_SMALL),
            to_json(details) if details else None, parser.at,
        )
    )  # fmt: skip


def _only(element: Element, *names: str) -> bool:
    """Whether an element says nothing but what these attributes say."""
    return not (len(element) or narratives(element) or set(element.keys()).difference(names) or blank(element))


def transaction(parser: ActivityParser, element: Element) -> None:
    """A transaction: money promised, received or spent."""
    kind = ref = description = ""
    day: str | None = None
    value: Element | None = None
    provider: int | None = None
    receiver: int | None = None
    place: int | None = None
    details: Shape = {}
    for name, attribute in attributes(element):
        if name == "ref":
            ref = attribute.strip()
        elif name[0] == "{":
            parser.ignored["@" + name] += 1
        else:
            details["@" + name] = attribute
    for child in element:
        tag = child.tag
        if tag == "transaction-type":
            code = child.get("code", "").strip()
            kind = rules.TRANSACTIONS.get(code, code)
        elif tag == "transaction-date":
            day, exact = parser.day(child, "iso-date")
            if not exact:
                details[tag] = [parser.shape(child)]
        elif tag == "value" and value is None:
            value = child
        elif tag == "receiver-org":
            receiver, exact = parser.organisation(child)
            if not exact:
                details[tag] = [parser.shape(child)]
        elif tag == "provider-org":
            provider, exact = parser.organisation(child)
            if not exact:
                details[tag] = [parser.shape(child)]
        elif tag == "description":
            texts = narratives(child)
            description = preferred(texts, parser.lang)
            if not plain(texts, parser.lang) or not in_language(child, parser.lang):
                details[tag] = [parser.shape(child)]
        elif tag == "recipient-country" and place is None:
            place = parser.registers.country(child.get("code", ""))
            if place is None:
                parser.warn(
                    "country", child, "@code", child.get("code", ""), "a country code of ISO 3166-1, two letters"
                )
            if place is None or not _only(child, "code"):
                details.setdefault(tag, []).append(parser.shape(child))
        elif tag == "recipient-region" and place is None and child.get("vocabulary", "1") == "1":
            place = parser.registers.region(child.get("code", ""))
            if place is None:
                parser.warn("region", child, "@code", child.get("code", ""), "a code of IATI's Region list")
            if place is None or not _only(child, "code", "vocabulary"):
                details.setdefault(tag, []).append(parser.shape(child))
        elif tag in OTHERS:
            details.setdefault(tag, []).append(parser.shape(child))
        else:
            parser.ignored[str(tag)] += 1
    if len(kind) > 4 or len(ref) > 255:
        parser.warn("too-long", element, "@ref", ref, "a reference of at most 255 characters, a type of at most 4")
        details["@ref"], details["transaction-type"] = ref, [{"@code": kind}]
        kind, ref = kind[:4], ref[:255]
    amount, currency, value_day = _amount(parser, element, value, details)
    rows = parser.rows.transaction
    rows.append(
        (
            parser.pk, kind, day, amount, currency, value_day, ref, description, provider, receiver, place, len(rows),
            to_json(details) if details else None, parser.at,
        )
    )  # fmt: skip


OTHER_WORDS = """
    value receiver-org provider-org description recipient-country recipient-region sector disbursement-channel flow-type finance-type
    aid-type tied-status
"""
OTHERS = frozenset(OTHER_WORDS.split())
