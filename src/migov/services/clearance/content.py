"""What a piece of work says, as one list of parts: the form in which a version is frozen, shown, commented on, compared and printed.

Every part and every row has an anchor that stays the same from version to version ("section:rationale", "indicator:123"), so that a
comment finds its place again and a comparison knows what became of what.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, cast

from migov.services.documents.tree import Kind

Value = str | int | Decimal | date | bool | None


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of running text; paragraphs are separated by empty lines. group: the heading that it stands under."""

    anchor: str
    title: str
    text: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of rows. kind and unit as in services/documents (a percent is a share: 0.3 is 30 %)."""

    key: str
    label: str
    kind: Kind = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its values by column. depth: how far it stands below the one above it, from 0. label: its name in a sentence."""

    anchor: str
    label: str
    values: Mapping[str, Value] = field(default_factory=dict)
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of rows: the results matrix, the budget, the risks."""

    anchor: str
    title: str
    headings: Sequence[Heading]
    lines: Sequence[Line]
    group: str = ""


Part = Text | Rows


@dataclass(frozen=True, slots=True)
class Content:
    """All that one version says, in reading order."""

    title: str
    parts: tuple[Part, ...]

    def anchors(self) -> dict[str, str]:
        """Anchor → name of every place that can be commented on, in reading order."""
        return dict(self._places())

    def _places(self) -> Iterator[tuple[str, str]]:
        for part in self.parts:
            yield part.anchor, part.title
            if isinstance(part, Rows):
                for line in part.lines:
                    yield line.anchor, line.label

    @property
    def digest(self) -> str:
        """Tells whether two versions say the same, 64 hexadecimal digits."""
        return hashlib.sha256(json.dumps(as_json(self), sort_keys=True).encode()).hexdigest()


def as_json(content: Content) -> dict[str, Any]:
    """A content as plain values, to be kept with a submission; `from_json` gives it back."""
    return {"title": content.title, "parts": [_part(part) for part in content.parts]}


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"anchor": part.anchor, "title": part.title, "text": part.text, "group": part.group}
    return {
        "anchor": part.anchor,
        "title": part.title,
        "group": part.group,
        "headings": [[one.key, one.label, one.kind, one.unit] for one in part.headings],
        "lines": [
            [line.anchor, line.label, line.depth, {key: _packed(value) for key, value in line.values.items()}]
            for line in part.lines
        ],
    }


def _packed(value: Value) -> Any:
    """JSON knows no decimals and no dates: each is a list of its kind and its digits."""
    if isinstance(value, Decimal):
        return ["decimal", str(value)]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _unpacked(value: Any) -> Value:
    if isinstance(value, list):
        kind, digits = value
        return Decimal(digits) if kind == "decimal" else date.fromisoformat(digits)
    return cast("Value", value)


def from_json(kept: Mapping[str, Any]) -> Content:
    """The content that `as_json` packed."""
    parts: list[Part] = []
    for part in kept["parts"]:
        if "text" in part:
            parts.append(Text(part["anchor"], part["title"], part["text"], part["group"]))
            continue
        lines = [
            Line(anchor, label, {key: _unpacked(value) for key, value in values.items()}, depth)
            for anchor, label, depth, values in part["lines"]
        ]
        headings = [Heading(*heading) for heading in part["headings"]]
        parts.append(Rows(part["anchor"], part["title"], headings, lines, part["group"]))
    return Content(kept["title"], tuple(parts))


def words_at(content: Content, anchor: str) -> str:
    """The words that stand at a place, as a quote is looked for in them; nothing for a place that is not there."""
    for part in content.parts:
        if isinstance(part, Text):
            if part.anchor == anchor:
                return part.text
            continue
        lines = part.lines if part.anchor == anchor else [line for line in part.lines if line.anchor == anchor]
        if lines or part.anchor == anchor:
            return "\n".join("\n".join(_said(line)) for line in lines)
    return ""


def _said(line: Line) -> Iterator[str]:
    texts = [str(value) for value in line.values.values() if value is not None]
    if line.label not in texts:
        yield line.label
    yield from texts
