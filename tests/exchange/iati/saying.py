"""What an activity says, written down in one way, so that two files can be compared without any code of the export.

Two activities say the same when these are equal. It does not tell apart:

- the order of attributes, and of elements with different names; white space around texts and values; comments; empty attributes;
- an element of IATI 2.03 that is empty and has no attribute, and its absence;
- numbers with the same value (1500.50 and 1500.5), yes and no as words or digits, moments in different time zones, a day with or
  without a time of day behind it;
- what IATI says is meant where nothing stands: vocabulary 1 of sectors, policy markers and regions, type 1 of a description and of a
  budget, the activity's currency and language where a value or a narrative names none;
- an element that names a language which is the activity's own, and one that names none;
- codes of IATI 1.x and those that 2.x put in their place; text beside a narrative, where there is none, and a narrative;
- the order of dates of an activity.

Left aside are what migov does not keep: names, e-mail addresses and telephone numbers of persons, elements and attributes of other
namespaces, and elements and texts that 2.03 does not know where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from migov.exchange.iati.export_activity import ELEMENTS
from migov.exchange.iati.export_elements import ORDER
from migov.exchange.iati.shapes import NARRATED

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PERSONAL = {"person-name", "email", "telephone"}
DEFAULTS = {
    ("sector", "vocabulary"): "1",
    ("policy-marker", "vocabulary"): "1",
    ("recipient-region", "vocabulary"): "1",
    ("description", "type"): "1",
    ("budget", "type"): "1",
}
TEXTUAL = {
    "narrative", "iati-identifier", "value", "pos", "telephone", "email", "website", "channel-code", "forecast",
    "interest-received", "principal-outstanding", "principal-arrears", "interest-arrears",
}  # fmt: skip
NUMBERS = {"percentage", "value", "pos", "hierarchy", "year"}
FLAGS = {
    "humanitarian",
    "ascending",
    "aggregation-status",
    "attached",
    "secondary-reporter",
    "priority",
    "significance",
}
DAYS = {"iso-date", "value-date", "extraction-date"}
OLD = {
    ("participating-org", "role"): {"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"},
    ("activity-date", "type"): {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4"},
    ("transaction-type", "code"): {"IF": "1", "C": "2", "D": "3", "E": "4", "IR": "5", "LR": "6", "R": "7"},
}

Said = tuple[Any, ...]


def same_number(text: str) -> str:
    try:
        value = Decimal(text.replace(",", "") if "," in text and "." in text else text)
    except InvalidOperation:
        return text
    return f"{value.normalize():f}" if value.is_finite() else text


def _attribute(tag: str, name: str, value: str) -> str:
    value = OLD.get((tag, name), {}).get(value.lower() if tag != "transaction-type" else value, value)
    if name in FLAGS and tag != "policy-marker":
        return {"true": "1", "false": "0"}.get(value.lower(), value)
    if name in DAYS:
        return value[:10] if value[:4].isdigit() else value
    if name in NUMBERS:
        return same_number(value)
    if name == "last-updated-datetime":
        moment = datetime.fromisoformat(_shorter(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value


def _shorter(text: str) -> str:
    """At most six digits of a second."""
    head, point, tail = text.partition(".")
    digits = next((n for n, letter in enumerate(tail) if not letter.isdigit()), len(tail))
    return f"{head}{point}{tail[: min(digits, 6)]}{tail[digits:]}" if point else text


def said(element: etree._Element, allowed: dict[str, set[str]], language: str = "", currency: str = "") -> Said:
    """What an element says: name, attributes, text, and what its children say, by name and in their order."""
    tag = str(element.tag)
    if tag == "iati-activity":
        language, currency = element.get(LANG, ""), element.get("default-currency", "")
    attributes = {key: value for (name, key), value in DEFAULTS.items() if name == tag}
    for name, raw in element.items():
        value = raw.strip()
        if value and (not name.startswith("{") or name == LANG):
            attributes["lang" if name == LANG else name] = _attribute(tag, name, value)
    text = (element.text or "").strip() if tag != "narrative" else "".join(element.itertext()).strip()
    if tag == "narrative":
        attributes["lang"] = attributes.get("lang", "") or language
    if tag in ("value", "forecast") and element.getparent() is not None:
        attributes["currency"] = attributes.get("currency", currency)
        text = same_number(text)
    if tag == "pos":
        text = " ".join(same_number(part) for part in text.split())
    children: dict[str, list[Said]] = {}
    known = allowed.get(tag, set())
    for child in element:
        if not isinstance(child.tag, str) or child.tag in PERSONAL:
            continue
        if child.tag == "narrative" or child.tag in known:
            found = said(child, allowed, language, currency)
            given = dict(found[1]).items() - {
                (key, value) for (name, key), value in DEFAULTS.items() if name == child.tag
            }
            if given or any(found[2:]):
                children.setdefault(child.tag, []).append(found)
    if text and "narrative" in known and "narrative" not in children:
        own = attributes.pop("lang", "") or language
        children["narrative"], text = [("narrative", (("lang", own),), text, ())], ""
    elif tag not in TEXTUAL:
        text = ""
    if tag != "iati-activity" and tag != "narrative" and attributes.get("lang") == language:
        del attributes["lang"]
    if "activity-date" in children:
        children["activity-date"].sort()
    if "narrative" in children:
        children["narrative"] = [one for one in children["narrative"] if one[2]]
    parts = tuple(sorted((name, tuple(found)) for name, found in children.items() if found))
    return tag, tuple(sorted(attributes.items())), text, parts


XSD = "{http://www.w3.org/2001/XMLSchema}"


def children_by_schema(folder: Path) -> dict[str, set[str]]:
    """Which elements the official schema lets stand in which."""
    roots = [etree.parse(folder / name).getroot() for name in ("iati-activities-schema.xsd", "iati-common.xsd")]
    types = {one.get("name"): one for root in roots for one in root.findall(f"{XSD}complexType")}
    found: dict[str, set[str]] = {}

    def inside(holder: etree._Element) -> set[str]:
        names: set[str] = set()
        for one in holder:
            if one.tag == f"{XSD}element":
                names.add(one.get("name") or one.get("ref", ""))
            elif one.tag == f"{XSD}extension" and one.get("base") in types:
                names |= inside(types[one.get("base")]) | inside(one)
            else:
                names |= inside(one)
        return names

    for root in roots:
        for element in root.iter(f"{XSD}element"):
            name = element.get("name")
            if name:
                of_type = types.get(element.get("type"))
                found.setdefault(name, set()).update(inside(element), inside(of_type) if of_type is not None else ())
    return found


def by_order() -> dict[str, tuple[str, ...]]:
    """The same as the export knows it, where the official schema is not at hand."""
    return (
        dict(ORDER)
        | {"iati-activity": (*(name for name, _ in ELEMENTS), "recipient-region")}
        | dict.fromkeys(NARRATED, ())
    )


def differences(before: Said, after: Said, path: str = "") -> list[str]:
    """Where two activities do not say the same, one line each."""
    path = f"{path}/{before[0]}"
    lines = []
    if before[1] != after[1]:
        lines.append(f"{path}: {set(before[1]) - set(after[1])} became {set(after[1]) - set(before[1])}")
    if before[2] != after[2]:
        lines.append(f"{path}: {before[2][:80]!r} became {after[2][:80]!r}")
    old, new = dict(before[3]), dict(after[3])
    for name in sorted({*old, *new}):
        ours, theirs = old.get(name, ()), new.get(name, ())
        if len(ours) != len(theirs):
            lines.append(f"{path}/{name}: {len(ours)} became {len(theirs)}")
        else:
            for one, other in zip(ours, theirs, strict=True):
                if one != other:
                    lines += differences(one, other, path)
    return lines


def activities(file: Any, allowed: dict[str, set[str]]) -> Iterator[tuple[str, Said]]:
    """Identifier of each activity of a file, and what it says. Memory holds one activity."""
    options: Any = {"remove_comments": True, "remove_pis": True, "remove_blank_text": True}
    for _event, element in etree.iterparse(file, tag="iati-activity", **options):
        identifier = element.findtext("iati-identifier", "").strip()
        yield identifier, said(element, allowed)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
