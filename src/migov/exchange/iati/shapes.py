"""The compact shape in which published elements are kept as JSON (README.md describes it)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from operator import methodcaller
from typing import Any, cast

from lxml.etree import _Element as Element

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
Shape = dict[str, Any]
Narratives = list[list[str]]

to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode

# Every element of an IATI 2.03 activity below iati-activity, and of 1.x what 2.x dropped. Others are counted as ignored.
KNOWN_WORDS = """

    iati-identifier reporting-org title description participating-org other-identifier activity-status activity-date contact-info
    activity-scope recipient-country recipient-region location sector tag country-budget-items humanitarian-scope policy-marker
    collaboration-type default-flow-type default-finance-type default-aid-type default-tied-status budget planned-disbursement
    capital-spend transaction document-link related-activity legacy-data conditions result crs-add fss
    narrative owner-org organisation department person-name job-title telephone email website mailing-address location-reach
    location-id name activity-description administrative point pos exactness location-class feature-designation budget-item
    period-start period-end value provider-org receiver-org transaction-type transaction-date disbursement-channel flow-type
    finance-type aid-type tied-status category language document-date condition reference indicator baseline comment dimension period
    target actual other-flags loan-terms loan-status repayment-type repayment-plan commitment-date repayment-first-date
    repayment-final-date interest-received principal-outstanding principal-arrears interest-arrears channel-code forecast
    activity-website location-type coordinates gazetteer-entry aid-type-flag
"""
KNOWN = frozenset(KNOWN_WORDS.split())

# Elements whose text is their own, and those that hold narratives (IATI 1.x wrote their text straight into them). Others have no text.
TEXTUAL_WORDS = """
    iati-identifier value pos telephone email website channel-code interest-received principal-outstanding principal-arrears
    interest-arrears forecast activity-website gazetteer-entry
"""
NARRATED_WORDS = """
    reporting-org title description participating-org owner-org organisation department person-name job-title mailing-address
    activity-date recipient-country recipient-region name activity-description sector tag humanitarian-scope policy-marker condition
    provider-org receiver-org comment
"""
TEXTUAL, NARRATED = frozenset(TEXTUAL_WORDS.split()), frozenset(NARRATED_WORDS.split())


# The attributes of an element as pairs of text; what lxml promises is wider than what it gives.
attributes = cast("Callable[[Element], list[tuple[str, str]]]", methodcaller("items"))


def text_of(element: Element) -> str:
    """The text of an element, with what markup inside it says, without white space around it."""
    text = element.text
    if len(element):
        text = "".join(cast("list[str]", list(element.itertext())))
    return text.strip() if text else ""


def narratives(element: Element) -> Narratives:
    """The narratives of an element as pairs of language and text; the language is empty where none is stated.

    IATI 1.x wrote the text straight into the element; that counts as one narrative.
    """
    found = [[child.get(LANG, ""), text_of(child)] for child in element if child.tag == "narrative"]
    if not found and element.text and (text := element.text.strip()):
        return [[element.get(LANG, ""), text]]
    return found


def preferred(texts: Narratives, default: str, wanted: str = "en") -> str:
    """The one text to show: in the wanted language, else in the activity's own, else the first that is not empty."""
    if len(texts) == 1:
        return texts[0][1]
    for language in (wanted, default):
        for code, text in texts:
            if text and (code or default) == language:
                return text
    return next((text for _, text in texts if text), "")


def plain(texts: Narratives, default: str) -> bool:
    """Whether the text shown says all there is: one narrative, in the activity's own language."""
    return not texts or (len(texts) == 1 and texts[0][0] in ("", default))


def blank(element: Element) -> bool:
    """Whether an element has an attribute with nothing in it, which a column could not tell from one that is not there."""
    return "" in element.values()


def in_language(element: Element, default: str) -> bool:
    """Whether an element says nothing of a language, or names the activity's own."""
    return element.get(LANG, default) == default


def shape(element: Element, ignored: Counter[str]) -> Shape:
    """An element as JSON: ``@name`` for attributes, ``#`` for its text, ``narrative`` for narratives, a list per kind of child.

    Elements and attributes of other namespaces, elements that IATI does not know and text where it has none are left out and counted
    in `ignored`.
    """
    found: Shape = {}
    for name, value in attributes(element):
        if name[0] != "{":
            found["@" + name] = value
        elif name == LANG:
            found["@lang"] = value
        else:
            ignored["@" + name] += 1
    text = element.text
    if text and (text := text.strip()):
        if element.tag in TEXTUAL:
            found["#"] = text
        elif element.tag in NARRATED and element.find("narrative") is None:
            found["narrative"] = [[found.pop("@lang", ""), text]]
        else:
            ignored[f"{element.tag}/text"] += 1
    if not len(element):  # most are leaves, and walking no children costs more than asking
        return found
    for child in element:
        tag = child.tag
        if tag == "narrative":
            found.setdefault("narrative", []).append([child.get(LANG, ""), text_of(child)])
        elif tag in KNOWN:
            found.setdefault(tag, []).append(shape(child, ignored))
        else:
            ignored[str(tag)] += 1
    return found
