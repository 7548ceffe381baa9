"""The pieces of a dossier. Each room's part is a block of lines; every line says where it comes from, from which day, and leads on.

A block is plain data, so that a briefing book can keep it as it was and say later what has changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.functional import Promise

from migov.foundation import partial_dates
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.work.cooperation.mechanisms.queries import visible
from migov.work.cooperation.models import Meeting


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is known. key: the same for the same thing whenever it is asked. cells: as the block's columns say; the first names
    it. text: the line as a sentence. url: of the rows behind it. as_of: to when the source speaks: a day, or a partial date ("2018").
    """

    key: str
    cells: tuple[str, ...]
    text: str
    url: str = ""
    source: str = ""
    as_of: date | str | None = None

    def __post_init__(self) -> None:
        if not self.key or not self.cells:
            raise ValueError("A line of a dossier needs a key and cells.")
        if isinstance(self.as_of, date):  # kept as text, which may also be a month or a year
            object.__setattr__(self, "as_of", self.as_of.isoformat())

    @property
    def known(self) -> str:
        """To when the source speaks, in words; empty where it does not say."""
        return partial_dates.words(str(self.as_of)) if self.as_of else ""

    @property
    def last_day(self) -> date | None:
        """The last day to which the source may speak."""
        return partial_dates.last_day(str(self.as_of)) if self.as_of else None


@dataclass(frozen=True, slots=True)
class Block:
    """What one part of the house knows. note: how to read it. empty: said where there are no lines (then nothing is known, not nothing
    done). more: address of the whole list; total: how many there are where only the first are shown. widths: weights of the columns in
    print; the first is the widest without them."""

    code: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    note: str = ""
    empty: str = ""
    more: str = ""
    total: int | None = None
    widths: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.widths and len(self.widths) != len(self.columns):
            raise ValueError(f"{self.code}: {len(self.widths)} widths for {len(self.columns)} columns.")
        for line in self.lines:
            if len(line.cells) != len(self.columns):
                raise ValueError(
                    f"{self.code}: {line.key} has {len(line.cells)} cells for {len(self.columns)} columns."
                )

    @property
    def left_out(self) -> int:
        return max(0, (self.total or 0) - len(self.lines))


@dataclass(frozen=True)
class Ask:
    """Who asks, and for what. themes: empty for all. starts, ends: what happened or stood within; None for no limit.

    most: lines of a block.
    """

    viewer: Viewer
    themes: tuple[Theme, ...] = ()
    starts: date | None = None
    ends: date | None = None
    most: int = 12

    @cached_property
    def mechanisms(self) -> frozenset[int]:
        """The mechanisms that the viewer may see, by key: nothing else may be named. One query, the first time."""
        return frozenset(visible(self.viewer).values_list("pk", flat=True))


CountryPart = Callable[[Place, Ask], Block | None]
MeetingPart = Callable[[Meeting, Ask], Block | None]


@dataclass(frozen=True, slots=True)
class Part:
    """A part that a dossier may have. brief: it stands in the two-page brief too, with about so many lines (0: not). group: the heading
    under which it stands in print."""

    code: str
    title: str | Promise
    order: int
    make: Callable[[Any, Ask], Block | None] = field(repr=False)
    brief: int = 0
    group: str | Promise = ""


_country: dict[str, Part] = {}
_meeting: dict[str, Part] = {}


def register_country(
    code: str, title: str | Promise, order: int, make: CountryPart, *, brief: int = 0, group: str | Promise = ""
) -> None:
    """Add a part to what is known of a country. The function answers for what the viewer may see; None where it is not for the viewer."""
    _country[code] = Part(code, title, order, make, brief, group)


def register_meeting(code: str, title: str | Promise, order: int, make: MeetingPart) -> None:
    """Add a part to what is known for a meeting."""
    _meeting[code] = Part(code, title, order, make)


def country_parts() -> list[Part]:
    """The parts of a country's dossier in their order."""
    return sorted(_country.values(), key=lambda part: part.order)


def meeting_parts() -> list[Part]:
    """The parts of a meeting's dossier in their order."""
    return sorted(_meeting.values(), key=lambda part: part.order)


def of_country(place: Place, ask: Ask, codes: Iterable[str] | None = None) -> list[Block]:
    """What is known of a country, part by part. codes: of the parts that are asked for; None for all."""
    wanted = None if codes is None else set(codes)
    return _made(place, ask, [part for part in country_parts() if wanted is None or part.code in wanted])


def brief_of(place: Place, ask: Ask, share: float) -> list[tuple[Part, Block]]:
    """The parts of the two-page brief, each with `share` times as many lines as it usually has there."""
    found = []
    for part in country_parts():
        if not part.brief:
            continue
        block = part.make(place, replace(ask, most=max(1, round(part.brief * share))))
        if block is not None:
            found.append((part, block))
    return found


def shortened(block: Block, most: int) -> Block:
    """A block with so many lines at most; how many were left out is counted."""
    if len(block.lines) <= most:
        return block
    return replace(block, lines=block.lines[:most], total=max(block.total or 0, len(block.lines)))


def of_meeting(meeting: Meeting, ask: Ask, codes: Iterable[str] | None = None) -> list[Block]:
    """What is known for a meeting, part by part."""
    wanted = None if codes is None else set(codes)
    return _made(meeting, ask, [part for part in meeting_parts() if wanted is None or part.code in wanted])


def _made(subject: Any, ask: Ask, parts: Sequence[Part]) -> list[Block]:
    return [block for part in parts if (block := part.make(subject, ask)) is not None]


# As data, and back: what a book keeps.


def as_json(block: Block) -> dict[str, Any]:
    """A block as it is kept in a book."""
    return {
        "code": block.code, "title": str(block.title), "columns": [str(one) for one in block.columns], "note": block.note,
        "empty": block.empty, "more": block.more, "total": block.total, "widths": list(block.widths),
        "lines": [
            {
                "key": line.key, "cells": [str(cell) for cell in line.cells], "text": line.text, "url": line.url,
                "source": line.source, "as_of": line.as_of or None,
            }
            for line in block.lines
        ],
    }  # fmt: skip


def from_json(kept: Mapping[str, Any]) -> Block:
    """A block as it was kept. Raises KeyError for what is none."""
    return Block(
        code=kept["code"], title=kept["title"], columns=tuple(kept["columns"]), note=kept["note"], empty=kept["empty"],
        more=kept["more"], total=kept["total"], widths=tuple(kept["widths"]),
        lines=tuple(
            Line(
                line["key"], tuple(line["cells"]), line["text"], line["url"], line["source"],
                line["as_of"],
            )
            for line in kept["lines"]
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """How a block differs from what it was: lines that came, that went, and that say something else now (before, now)."""

    code: str
    title: str
    came: tuple[Line, ...] = ()
    went: tuple[Line, ...] = ()
    other: tuple[tuple[Line, Line], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.came or self.went or self.other)


def compare(before: Block | None, now: Block) -> Changed:
    """What changed in a block since it was kept. Sources and days alone are no change; what a reader would read otherwise is."""
    old = {line.key: line for line in before.lines} if before is not None else {}
    new = {line.key: line for line in now.lines}
    return Changed(
        now.code,
        str(now.title),
        came=tuple(line for key, line in new.items() if key not in old),
        went=tuple(line for key, line in old.items() if key not in new),
        other=tuple((old[key], line) for key, line in new.items() if key in old and old[key].cells != line.cells),
    )
