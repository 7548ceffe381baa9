"""A ruleset of IATI (JSON, as its specification says) against documents: each kind of rule is one function here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.utils import timezone
from lxml import etree
from lxml.etree import _Element as Element

Case = dict[str, Any]
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOW = "NOW"
AGENCY = "ORG-ID-PREFIX"
MONEY = ("value", "forecast", "loan-status")


class Held(NamedTuple):
    """An element that a path found, or the element of an attribute or text that it found, with the text."""

    element: Element
    text: str


class Broken(NamedTuple):
    """Where a case does not hold, and what stands there."""

    element: Element
    found: str = ""


@dataclass(frozen=True)
class Breach:
    """A case that does not hold. rule: its number, else the kind of rule."""

    element: Element
    rule: str
    severity: str
    message: str
    found: str


@lru_cache(maxsize=4096)
def _xpath(path: str) -> etree.XPath:
    return etree.XPath(path)


def _ask(context: Element, path: str) -> Any:
    return _xpath(path)(context)


def _true(context: Element, condition: str) -> bool:
    return bool(_ask(context, f"boolean({condition})"))


def _held(context: Element, paths: Iterable[str]) -> list[Held]:
    found: list[Held] = []
    for path in paths:
        answer = _ask(context, path)
        for one in answer if isinstance(answer, list) else [answer]:
            if isinstance(one, etree._Element):
                found.append(Held(one, "".join(cast("Iterator[str]", one.itertext()))))
            else:
                parent = one.getparent() if hasattr(one, "getparent") else None
                found.append(Held(context if parent is None else parent, str(one)))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _days(context: Element, path: str) -> list[tuple[Element, date]]:
    if path == NOW:
        return [(context, timezone.localdate())]
    return [(held.element, day) for held in _held(context, [path]) if (day := _day(held.text)) is not None]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


class Ruleset:
    """Rules by context. `agencies`: prefixes of organisation identifiers. `organisations`: identifiers that exist."""

    def __init__(
        self,
        rules: dict[str, Any],
        *,
        agencies: Iterable[str] = (),
        organisations: Iterable[str] = (),
    ) -> None:
        self._agencies, self._organisations = tuple(sorted(agencies)), frozenset(organisations)
        self._contexts = [
            (context, [(_snake(kind), case) for kind, body in kinds.items() for case in body.get("cases", ())])
            for context, kinds in rules.items()
        ]
        unknown = {kind for _, cases in self._contexts for kind, _ in cases} - KINDS.keys()
        if unknown:
            raise ValueError(f"unknown kinds of rule: {', '.join(sorted(unknown))}")

    def breaches(self, document: Element) -> Iterator[Breach]:
        """Where a document (its root element) does not hold to the rules, context by context."""
        tree = document.getroottree()
        for path, cases in self._contexts:
            contexts = cast("Sequence[Element]", _xpath(path)(tree))
            for context in contexts:
                for kind, case in cases:
                    yield from self._breaches(context, kind, case)

    def _breaches(self, context: Element, kind: str, case: Case) -> Iterator[Breach]:
        if kind == "loop":
            yield from self._loop(context, case)
            return
        if "condition" in case and not _true(context, case["condition"]):
            return
        told = case.get("ruleInfo", {})
        for broken in KINDS[kind](self, context, case):
            yield Breach(
                broken.element, told.get("id", kind), told.get("severity", "error"), told.get("message", kind),
                broken.found,
            )  # fmt: skip

    def _loop(self, context: Element, case: Case) -> Iterator[Breach]:
        """The inner rules once for each different value that `foreach` finds, put in place of $1."""
        values = dict.fromkeys(held.text for held in _held(context, [case["foreach"]]))
        for value in values:
            for kind, body in case["do"].items():
                for inner in body["cases"]:
                    given = {
                        key: _substituted(said, value) if key in (*case["subs"], "condition") else said
                        for key, said in inner.items()
                    }
                    yield from self._breaches(context, _snake(kind), given)

    def _exists(self, case: Case, text: str) -> bool:
        """Whether a case leaves an identifier alone because it belongs to an organisation that is known."""
        wanted = case.get("idCondition", "")
        if wanted == "NOT_EXISTING_ORG_ID":
            return text in self._organisations
        if wanted == "NOT_EXISTING_ORG_ID_PREFIX":
            parts = text.split("-")
            return any("-".join(parts[:length]) in self._organisations for length in range(1, len(parts) + 1))
        return False

    # Kinds of rule: what of a case does not hold in a context.

    def at_least_one(self, context: Element, case: Case) -> Iterator[Broken]:
        if not _held(context, case["paths"]):
            yield Broken(context)

    def no_more_than_one(self, context: Element, case: Case) -> Iterator[Broken]:
        found = _held(context, case["paths"])
        if len(found) > 1:
            yield Broken(found[1].element, str(len(found)))

    def one_or_all(self, context: Element, case: Case) -> Iterator[Broken]:
        if _held(context, [case["one"]]):
            return
        wanted = case["all"]
        if wanted == "lang":
            lacking = [one for one in context.iter("narrative") if one.get(LANG) is None]
        elif wanted == "currency":
            lacking = [one for one in context.iter(*MONEY) if one.get("currency") is None]
        elif wanted == "sector":
            lacking = [one for one in context.iterchildren("transaction") if one.find("sector") is None]
        else:
            lacking = [] if _held(context, [wanted]) else [context]
        if lacking:
            yield Broken(lacking[0], str(len(lacking)))

    def only_one_of(self, context: Element, case: Case) -> Iterator[Broken]:
        excluded, found = _held(context, case["excluded"]), _held(context, case["paths"])
        if excluded and found:
            yield Broken(found[0].element)
        elif not excluded and len(found) != 1:
            yield Broken(context, str(len(found)))

    def dependent(self, context: Element, case: Case) -> Iterator[Broken]:
        there = [bool(_held(context, [path])) for path in case["paths"]]
        if any(there) and not all(there):
            yield Broken(context)

    def sums(self, context: Element, case: Case) -> Iterator[Broken]:
        """Nothing to add up is no breach: that something is missing is said by other rules."""
        held = _held(context, case["paths"])
        numbers = [_number(one.text) for one in held]
        if not held:
            return
        if None in numbers:
            yield Broken(held[numbers.index(None)].element, held[numbers.index(None)].text)
            return
        total = sum((number for number in numbers if number is not None), Decimal(0))
        if total != Decimal(str(case["sum"])):
            yield Broken(held[0].element, str(total))

    def date_order(self, context: Element, case: Case) -> Iterator[Broken]:
        later = _days(context, case["more"])
        for element, day in _days(context, case["less"]):
            if any(day > other for _, other in later):
                yield Broken(element, day.isoformat())

    def date_now(self, context: Element, case: Case) -> Iterator[Broken]:
        yield from self.date_order(context, {"less": case["date"], "more": NOW})

    def time_limit(self, context: Element, case: Case) -> Iterator[Broken]:
        for (element, start), (_, end) in zip(_days(context, case["start"]), _days(context, case["end"]), strict=False):
            if end > _year_after(start):
                yield Broken(element, f"{start} – {end}")

    def between_dates(self, context: Element, case: Case) -> Iterator[Broken]:
        starts, ends = _days(context, case["start"]), _days(context, case["end"])
        for element, day in _days(context, case["date"]):
            if any(day < start for _, start in starts) or any(day > end for _, end in ends):
                yield Broken(element, day.isoformat())

    def regex_matches(self, context: Element, case: Case) -> Iterator[Broken]:
        for held in _held(context, case["paths"]):
            if not self._exists(case, held.text) and not re.search(case["regex"], held.text):
                yield Broken(held.element, held.text)

    def regex_no_matches(self, context: Element, case: Case) -> Iterator[Broken]:
        for held in _held(context, case["paths"]):
            if re.search(case["regex"], held.text):
                yield Broken(held.element, held.text)

    def starts_with(self, context: Element, case: Case) -> Iterator[Broken]:
        wanted = case.get("prefix") or [case["start"]]
        prefixes = [held.text for held in _held(context, [path for path in wanted if path != AGENCY])]
        if AGENCY in wanted:
            prefixes += self._agencies
            if not prefixes:
                return
        beginnings = tuple(f"{prefix}{case.get('separator', '')}" for prefix in prefixes)
        for held in _held(context, case["paths"]):
            if not self._exists(case, held.text) and not held.text.startswith(beginnings):
                yield Broken(held.element, held.text)

    def unique(self, context: Element, case: Case) -> Iterator[Broken]:
        seen: set[str] = set()
        for held in _held(context, case["paths"]):
            if held.text in seen:
                yield Broken(held.element, held.text)
            seen.add(held.text)

    def if_then(self, context: Element, case: Case) -> Iterator[Broken]:
        if _true(context, case["if"]) and not _true(context, case["then"]):
            held = _held(context, case.get("paths", ()))
            yield Broken(held[0].element if held else context, held[0].text.strip() if held else "")

    def in_range(self, context: Element, case: Case) -> Iterator[Broken]:
        for held in _held(context, case["paths"]):
            number = _number(held.text)
            low, high = (Decimal(str(case.get(key, fallback))) for key, fallback in (("min", "-inf"), ("max", "inf")))
            if number is None or not low <= number <= high:
                yield Broken(held.element, held.text)

    def no_spaces(self, context: Element, case: Case) -> Iterator[Broken]:
        for held in _held(context, case["paths"]):
            if held.text != held.text.strip():
                yield Broken(held.element, held.text)


def _substituted(said: Any, value: str) -> Any:
    if isinstance(said, list):
        return [_substituted(one, value) for one in said]
    if not isinstance(said, str):
        return said
    return said.replace("'$1'", _literal(value)).replace("$1", value if value.isalnum() else _literal(value))


def _literal(value: str) -> str:
    """A text as XPath writes it."""
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value:
        return f'"{value}"'
    return "concat(" + ', "\'", '.join(f"'{part}'" for part in value.split("'")) + ")"


def _year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def _snake(name: str) -> str:
    """Names are written in either of two ways: startsWith and startswith, ifThen and if_then."""
    plain = name.replace("_", "").lower()
    return NAMES.get(plain, name)


Kind = Callable[[Ruleset, Element, Case], Iterator[Broken]]
KINDS: dict[str, Kind] = {
    "atleast_one": Ruleset.at_least_one,
    "no_more_than_one": Ruleset.no_more_than_one,
    "one_or_all": Ruleset.one_or_all,
    "only_one_of": Ruleset.only_one_of,
    "dependent": Ruleset.dependent,
    "sum": Ruleset.sums,
    "strict_sum": Ruleset.sums,
    "date_order": Ruleset.date_order,
    "date_now": Ruleset.date_now,
    "time_limit": Ruleset.time_limit,
    "between_dates": Ruleset.between_dates,
    "regex_matches": Ruleset.regex_matches,
    "regex_no_matches": Ruleset.regex_no_matches,
    "startswith": Ruleset.starts_with,
    "unique": Ruleset.unique,
    "if_then": Ruleset.if_then,
    "range": Ruleset.in_range,
    "no_spaces": Ruleset.no_spaces,
    "loop": lambda rules, context, case: iter(()),  # taken apart before
}
NAMES = {name.replace("_", ""): name for name in KINDS}
