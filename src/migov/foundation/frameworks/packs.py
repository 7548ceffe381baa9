"""A framework pack: a folder with framework.toml, elements.csv and, where it has links, crosswalk.csv.

Reading is strict: a pack with a fault is refused as a whole, and all its faults are told at once. One fault is
forgiven in packs from elsewhere (`strict=False`), because published results frameworks have it: a code that stands in
two rows. The first row counts, the later one is left out, and the pack says so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.frameworks.faults import Fault, PackRefused
from migov.foundation.frameworks.models import Certainty, Relation
from migov.foundation.frameworks.tables import Row, read_table, read_words

MAX_TITLE, MAX_SCOPE, MAX_TEXT, MAX_KIND, MAX_SOURCE = 800, 1000, 20_000, 40, 300
MAX_DEPTH = 10
ELEMENT_COLUMNS = ("code", "parent", "kind", "title")
OPTIONAL_COLUMNS = ("scope", "text", "terms", "exclude", "migration", "source", "certainty")
LINK_COLUMNS = ("code", "relation", "target_framework", "target", "source", "reason")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._()-]{0,29}")
FRAMEWORK_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

WORDS = {"title": 200, "short_title": 40, "issuer": 200, "version": 100, "kind": 40, "source": 300}
REQUIRED_WORDS = ("title", "short_title")
DATES = ("adopted", "valid_from", "valid_to")


@dataclass(frozen=True)
class PackElement:
    """One row of elements.csv. None means that the pack does not say; it says nothing by an empty cell."""

    row: int
    code: str
    parent: str | None
    kind: str
    title: str | None
    scope: str | None = None
    text: str | None = None
    terms: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    migration: bool | None = None
    source: str | None = None
    certainty: str | None = None


@dataclass(frozen=True)
class PackLink:
    """One row of crosswalk.csv: `code` of this pack stands in `relation` to `target`."""

    row: int
    code: str
    relation: str
    target_framework: str
    target: str
    source: str
    reason: str


@dataclass(frozen=True)
class Pack:
    """A pack without faults. `given` holds the framework's own fields that framework.toml states."""

    code: str
    given: dict[str, Any]
    elements: tuple[PackElement, ...]
    links: tuple[PackLink, ...]
    left_out: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Reading:
    faults: list[Fault] = field(default_factory=list)
    left_out: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def strange(self, file: str, columns: Iterable[str]) -> None:
        for column in columns:
            said = _("%(file)s: the column “%(column)s” is not known and was not read")
            self.notes.append(said % {"file": file, "column": column})


def read_pack(folder: Path | str | Traversable, *, strict: bool = True) -> Pack:
    """Read a pack folder and check it. Raises PackRefused with every fault that was found."""
    home: Traversable = Path(folder) if isinstance(folder, str) else folder
    if not home.is_dir():
        raise PackRefused(str(folder), [Fault(str(folder), None, "", _("a folder"), _("none"))])
    reading = _Reading()
    code, given = _framework(home / "framework.toml", reading)
    rows, strange = read_table(home / "elements.csv", ELEMENT_COLUMNS, OPTIONAL_COLUMNS, reading.faults)
    reading.strange("elements.csv", strange)
    elements = _elements(rows, reading, strict=strict)
    if not elements and not reading.faults:
        reading.faults.append(Fault("elements.csv", None, "", _("at least one element")))
    kinds = {element.kind for element in elements}
    for kind in given.get("main_level", ()):
        if elements and kind not in kinds:
            reading.faults.append(
                Fault("framework.toml", None, "main_level", _("kinds of element that elements.csv uses"), kind)
            )
    links: list[PackLink] = []
    if (home / "crosswalk.csv").is_file():
        rows, strange = read_table(home / "crosswalk.csv", LINK_COLUMNS[:4], LINK_COLUMNS[4:], reading.faults)
        reading.strange("crosswalk.csv", strange)
        links = _links(rows, code, {element.code for element in elements}, reading)
    if reading.faults:
        raise PackRefused(home.name, reading.faults)
    return Pack(code, given, tuple(elements), tuple(links), tuple(reading.left_out), tuple(reading.notes))


def _framework(file: Traversable, reading: _Reading) -> tuple[str, dict[str, Any]]:
    words = read_words(file, reading.faults)
    if words is None:
        return "", {}

    def fault(name: str, expected: str, found: object = "") -> None:
        reading.faults.append(Fault(file.name, None, name, expected, str(found)))

    try:
        stated = tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        fault("", _("well-formed TOML"), error)
        return "", {}
    code = stated.get("code", "")
    if not isinstance(code, str) or not FRAMEWORK_CODE.fullmatch(code):
        fault("code", _("lower-case letters, digits and hyphens, at most 40"), code)
        code = ""
    given: dict[str, Any] = {}
    for name, longest in WORDS.items():
        value = stated.get(name, "")
        if not isinstance(value, str) or len(value) > longest or (name in REQUIRED_WORDS and not value.strip()):
            fault(name, _("a text of at most %(count)s characters") % {"count": longest}, value)
        elif value.strip():
            given[name] = value.strip()
    for name in DATES:
        value = stated.get(name)
        if value is None:
            continue
        if type(value) is not date:
            fault(name, _("a date such as 2018-12-19, without quotation marks"), value)
        elif name != "adopted":
            given[name] = value
    if given.get("valid_to") and given.get("valid_from") and given["valid_to"] < given["valid_from"]:
        fault("valid_to", _("a day after valid_from"), given["valid_to"])
    level = stated.get("main_level", [])
    level = [level] if isinstance(level, str) else level
    if not isinstance(level, list) or not all(isinstance(kind, str) for kind in level):
        fault("main_level", _("a list of kinds of element"), level)
    elif level:
        given["main_level"] = level
    order = stated.get("order")
    if order is not None and (type(order) is not int or not 0 <= order <= 32767):
        fault("order", _("a whole number from 0 to 32767"), order)
    elif order is not None:
        given["order"] = order
    certainty = stated.get("source_certainty")
    if certainty is not None and certainty not in Certainty.values:
        fault("source_certainty", " | ".join(Certainty.values), certainty)
    elif certainty is not None:
        given["certainty"] = certainty
    return code, given


def _elements(rows: list[Row], reading: _Reading, *, strict: bool) -> list[PackElement]:
    file = "elements.csv"
    found: dict[str, PackElement] = {}
    for number, row in rows:
        code = row["code"]
        if not CODE.fullmatch(code):
            expected = _("a code of letters, digits, dots, hyphens and brackets, at most 30")
            reading.faults.append(Fault(file, number, "code", expected, code))
        elif code in found:
            expected = _("a code that no other row has; row %(row)s has it already") % {"row": found[code].row}
            (reading.faults if strict else reading.left_out).append(Fault(file, number, "code", expected, code))
            continue
        found[code] = _element(number, row, reading.faults)
    _check_tree(list(found.values()), reading.faults)
    return list(found.values())


def _element(number: int, row: dict[str, str], faults: list[Fault]) -> PackElement:
    def fault(name: str, expected: str) -> None:
        faults.append(Fault("elements.csv", number, name, expected, row.get(name, "")))

    if not row["kind"] or len(row["kind"]) > MAX_KIND:
        fault("kind", _("a kind of at most %(count)s characters, such as “objective”") % {"count": MAX_KIND})
    if not row["title"] and not row.get("text"):
        fault("title", _("a title or a text"))
    for name, longest in (("title", MAX_TITLE), ("scope", MAX_SCOPE), ("text", MAX_TEXT), ("source", MAX_SOURCE)):
        if len(row.get(name, "")) > longest:
            fault(name, _("at most %(count)s characters") % {"count": longest})
    migration = row.get("migration", "")
    if migration not in {"", "0", "1"}:
        fault("migration", "1 | 0")
    certainty = row.get("certainty", "")
    if certainty and certainty not in Certainty.values:
        fault("certainty", " | ".join(Certainty.values))
    return PackElement(
        row=number,
        code=row["code"],
        parent=row["parent"] or None,
        kind=row["kind"],
        title=row["title"] or None,
        scope=row.get("scope") or None,
        text=row.get("text") or None,
        terms=_phrases(row.get("terms", "")),
        exclude=_phrases(row.get("exclude", "")),
        migration=None if not migration else migration == "1",
        source=row.get("source") or None,
        certainty=certainty or None,
    )


def _phrases(cell: str) -> tuple[str, ...] | None:
    phrases = (" ".join(phrase.split()) for phrase in cell.split("|"))
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase)) or None


def _check_tree(elements: list[PackElement], faults: list[Fault]) -> None:
    """Every parent is an element of the pack, no element stands above itself, and the tree is not absurdly deep."""
    parents = {element.code: element.parent for element in elements}
    for element in elements:
        if element.parent is not None and element.parent not in parents:
            faults.append(
                Fault("elements.csv", element.row, "parent", _("a code of an element of this pack"), element.parent)
            )
    depths: dict[str, int] = {}
    for element in elements:
        path: dict[str, None] = {}
        code: str | None = element.code
        while code is not None and code not in depths and code not in path:
            path[code] = None
            code = parents.get(code)
        if code is not None and code in path:
            if code == element.code:
                circle = " → ".join([*path, code])
                faults.append(Fault("elements.csv", element.row, "parent", _("a tree without circles"), circle))
            continue
        above = -1 if code is None else depths[code]
        depths.update({step: above + level for level, step in enumerate(reversed(path), start=1)})
        depth = depths[element.code]
        if depth >= MAX_DEPTH:
            expected = _("a tree of at most %(count)s levels") % {"count": MAX_DEPTH}
            faults.append(Fault("elements.csv", element.row, "parent", expected, str(depth + 1)))


def _links(rows: list[Row], framework: str, codes: set[str], reading: _Reading) -> list[PackLink]:
    file = "crosswalk.csv"
    links: list[PackLink] = []
    seen: dict[frozenset[tuple[str, str]], int] = {}
    for number, row in rows:
        if row["code"] not in codes:
            reading.faults.append(Fault(file, number, "code", _("a code of an element of this pack"), row["code"]))
        if row["relation"] not in Relation.values:
            reading.faults.append(Fault(file, number, "relation", " | ".join(Relation.values), row["relation"]))
        if not FRAMEWORK_CODE.fullmatch(row["target_framework"]):
            reading.faults.append(
                Fault(file, number, "target_framework", _("a framework's code"), row["target_framework"])
            )
        if not CODE.fullmatch(row["target"]):
            reading.faults.append(Fault(file, number, "target", _("an element's code"), row["target"]))
        if len(row.get("source", "")) > MAX_SOURCE:
            reading.faults.append(
                Fault(file, number, "source", _("at most %(count)s characters") % {"count": MAX_SOURCE})
            )
        ends = frozenset({(framework, row["code"]), (row["target_framework"], row["target"])})
        if len(ends) == 1:
            reading.faults.append(Fault(file, number, "target", _("another element than the one it starts from")))
        elif ends in seen:
            expected = _("each link once, in one direction; row %(row)s states it already") % {"row": seen[ends]}
            reading.faults.append(Fault(file, number, "target", expected, f"{row['target_framework']} {row['target']}"))
        seen.setdefault(ends, number)
        links.append(
            PackLink(
                number, row["code"], row["relation"], row["target_framework"], row["target"],
                row.get("source", ""), row.get("reason", ""),
            )
        )  # fmt: skip
    return links
