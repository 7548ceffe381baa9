"""Codes against the codelists that the standard maps to them. Only complete lists count: others may be added to by anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree
from lxml.etree import _Element as Element

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TEXT = "text()"


@dataclass(slots=True)
class Mapped:
    """A list that holds for an attribute (or the text) of an element, where the condition is met."""

    name: str
    attribute: str
    codes: frozenset[str]
    condition: Callable[[Element], bool] | None


@dataclass(slots=True)
class Node:
    """An element on the way to mapped codes."""

    mapped: list[Mapped] = field(default_factory=list)
    below: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A code that its list does not hold."""

    element: Element
    attribute: str
    value: str
    codelist: str


class Codes:
    """The codelists of some folders and the paths that a mapping joins them to."""

    def __init__(self, mapping: Path, folders: Iterable[Path]) -> None:
        self._files = {path.stem: path for folder in folders for path in sorted(folder.glob("*.xml"))}
        self._lists: dict[str, tuple[frozenset[str], bool]] = {}
        self._top = Node()
        self._everywhere: list[Mapped] = []
        for row in _parsed(mapping).iterfind("mapping"):
            path, name = row.findtext("path", ""), row.find("codelist")
            if name is not None:
                self._map(path, name.get("ref", ""), row.findtext("condition", ""))

    def of(self, name: str) -> frozenset[str]:
        """The codes of a list, withdrawn ones too; empty for a list that is not at hand."""
        return self._list(name)[0]

    def _list(self, name: str) -> tuple[frozenset[str], bool]:
        if name not in self._lists:
            if name not in self._files:
                self._lists[name] = frozenset(), False
            else:
                root = _parsed(self._files[name])
                codes = frozenset(
                    (item.text or "").strip() for item in root.iterfind("codelist-items/codelist-item/code")
                )
                self._lists[name] = codes, root.get("complete", "1") != "0"
        return self._lists[name]

    def _map(self, path: str, name: str, condition: str) -> None:
        codes, complete = self._list(name)
        if not complete or not codes:
            return
        *way, last = path.removeprefix("//").split("/")
        holds = etree.XPath(f"boolean({condition})") if condition else None
        attribute = {"@xml:lang": XML_LANG, TEXT: TEXT}.get(last, last.removeprefix("@"))
        mapped = Mapped(name, attribute, codes, holds)  # type: ignore[arg-type]
        if not way:
            self._everywhere.append(mapped)
            return
        node = self._top
        for tag in way:
            node = node.below.setdefault(tag, Node())
        node.mapped.append(mapped)

    def unknown(self, element: Element) -> Iterator[Unknown]:
        """Codes in a root, an activity or an organisation that their lists do not hold."""
        node = self._top.below.get(str(element.tag))
        if node is not None:
            yield from self._walk(element, node)
        for mapped in self._everywhere:
            for one in element.iter():
                yield from _breach(one, mapped)

    def _walk(self, element: Element, node: Node) -> Iterator[Unknown]:
        for mapped in node.mapped:
            yield from _breach(element, mapped)
        if node.below:
            for child in element:
                below = node.below.get(str(child.tag))
                if below is not None:
                    yield from self._walk(child, below)


def _breach(element: Element, mapped: Mapped) -> Iterator[Unknown]:
    value = (element.text or "").strip() if mapped.attribute == TEXT else element.get(mapped.attribute)
    if value is None or value in mapped.codes:
        return
    if mapped.condition is None or mapped.condition(element):
        yield Unknown(element, mapped.attribute, value, mapped.name)


def _parsed(path: Path) -> Element:
    return etree.parse(path, etree.XMLParser(no_network=True, resolve_entities=False)).getroot()
