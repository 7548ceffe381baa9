"""The elements of IATI 2.03 as they are written: from plain values, or from what was kept as published."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from migov.exchange.iati.shapes import LANG, TEXTUAL, Shape
from migov.foundation.places.models import PlaceKind

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_ORGANISATION = "organisation department person-name job-title telephone email website mailing-address"
_PLACE = """
    location-reach location-id name description activity-description administrative point exactness location-class
    feature-designation
"""
_TRANSACTION = """
    transaction-type transaction-date value description provider-org receiver-org disbursement-channel sector recipient-country
    recipient-region flow-type finance-type aid-type tied-status
"""
_LOAN = "repayment-type repayment-plan commitment-date repayment-first-date repayment-final-date"
# What 2.03 lets stand in an element, in the order it wants.
ORDER: dict[str, tuple[str, ...]] = {
    name: tuple(children.split())
    for name, children in {
        "other-identifier": "owner-org",
        "contact-info": _ORGANISATION,
        "location": _PLACE,
        "point": "pos",
        "country-budget-items": "budget-item",
        "budget-item": "description",
        "budget": "period-start period-end value",
        "planned-disbursement": "period-start period-end value provider-org receiver-org",
        "transaction": _TRANSACTION,
        "document-link": "title description category language document-date recipient-country",
        "conditions": "condition",
        "result": "title description document-link reference indicator",
        "indicator": "title description document-link reference baseline period",
        "baseline": "location dimension document-link comment",
        "period": "period-start period-end target actual",
        "target": "location dimension comment document-link",
        "actual": "location dimension comment document-link",
        "crs-add": "other-flags loan-terms loan-status channel-code",
        "loan-terms": _LOAN,
        "loan-status": "interest-received principal-outstanding principal-arrears interest-arrears",
        "fss": "forecast",
    }.items()
}


def xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return NOT_XML.sub("", text)


def child(parent: Element, tag: str, attributes: dict[str, str] | None = None) -> Element:
    """A new element at the end of another."""
    before = len(parent)
    try:
        return etree.SubElement(parent, tag, attributes or {})
    except ValueError:
        del parent[before:]
        return etree.SubElement(parent, tag, {name: xml_text(value) for name, value in (attributes or {}).items()})


def say(element: Element, text: str) -> None:
    """Give an element its text."""
    try:
        element.text = text
    except ValueError:
        element.text = xml_text(text)


def narrate(parent: Element, text: str, language: str = "") -> None:
    """A narrative at the end of an element."""
    say(child(parent, "narrative", {LANG: language} if language else None), text)


def narrated(parent: Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> Element:
    """An element with one narrative in the activity's own language; without it where there is no text."""
    element = child(parent, tag, attributes)
    if text:
        narrate(element, text)
    return element


def from_shape(parent: Element, tag: str, kept: Shape, **instead: str) -> Element:
    """An element as it was published (shapes.py). What 2.03 does not let stand in it is left out. `instead`: other values of attributes."""
    attributes = {name[1:]: value for name, value in kept.items() if name[0] == "@" and name != "@lang"}
    attributes |= instead
    if "@lang" in kept:
        attributes[LANG] = kept["@lang"]
    element = child(parent, tag, attributes)
    for language, words in kept.get("narrative", ()):
        narrate(element, words, language)
    if tag in TEXTUAL and kept.get("#"):
        say(element, kept["#"])
    for name in ORDER.get(tag, ()):
        for inner in kept.get(name, ()):
            from_shape(element, name, inner)
    return element


def is_shape(kept: Any) -> bool:
    """Whether what a row keeps is an element as published, and not a note of another room."""
    return isinstance(kept, dict) and all(
        key in ("#", "narrative") or key[:1] == "@" or isinstance(value, list) for key, value in kept.items()
    )


def number(value: Decimal) -> str:
    """A number in digits, without noughts at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: date) -> str:
    """A day as XML Schema writes it."""
    return value.isoformat()


def place_attributes(kind: str, code: str, iso2: str) -> dict[str, str]:
    """How a country or a region is named."""
    if kind == PlaceKind.COUNTRY:
        return {"code": iso2}
    return {"code": code.removeprefix("R"), "vocabulary": "1"}
