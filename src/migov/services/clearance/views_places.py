"""A round as the review page shows it: every place in reading order, with the remarks that belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from migov.services.clearance.content import Content, Heading, Line, Part, Text
from migov.services.clearance.models import CommentState
from migov.services.clearance.queries import Abilities, Thread
from migov.services.clearance.templatetags.clearance import words
from migov.services.clearance.wording import Span, differences

UNSETTLED = (CommentState.OPEN, CommentState.ANSWERED)
BULLET = "- "
MOST_COLUMNS = 7
SHORT = 16  # characters
_PARAGRAPHS = re.compile(r"[^\n]+(?:\n[^\n]+)*")


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a text; thread: key of the remark that quotes them."""

    text: str
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list of points. Each item is its runs."""

    is_list: bool
    items: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a row as people read it."""

    heading: Heading
    runs: tuple[Run, ...]

    @property
    def number(self) -> bool:
        return self.heading.kind in ("integer", "number", "money", "percent")


@dataclass(frozen=True, slots=True)
class Shown:
    """A remark with what the viewer may do with it. spans: from the quoted words to the suggested ones."""

    thread: Thread
    spans: tuple[Span, ...] = ()
    accept: bool = False
    settle: bool = False
    reopen: bool = False
    withdraw: bool = False
    reply: bool = False

    @property
    def waits(self) -> bool:
        return self.thread.remark.state in UNSETTLED


@dataclass(slots=True)
class Place:
    """A place: a text, a table, or a row of one. why: why it concerns the viewer. details: values of a row that stand under its name."""

    anchor: str
    name: str
    threads: Sequence[Shown] = ()
    why: str = ""
    blocks: Sequence[Block] = ()
    cells: Sequence[Cell] = ()
    details: Sequence[Cell] = ()
    depth: int = 0
    is_sum: bool = False

    @property
    def waiting(self) -> int:
        """Remarks that are not dealt with."""
        return sum(one.waits for one in self.threads)


@dataclass(slots=True)
class PartShown:
    """A part of the work: its own place and, of a table, the rows. label: key of the column that holds a row's name."""

    place: Place
    group: str = ""
    headings: Sequence[Heading] = ()
    label: str = ""
    lines: Sequence[Place] = field(default_factory=list)
    is_table: bool = False

    @property
    def waiting(self) -> int:
        return self.place.waiting + sum(line.waiting for line in self.lines)

    @property
    def concerns(self) -> bool:
        return bool(self.place.why or any(line.why for line in self.lines))

    @property
    def columns(self) -> int:
        """How many columns the table has, with the one for commenting."""
        return len(self.headings) + 1


@dataclass(frozen=True, slots=True)
class Filter:
    """Which remarks are shown. show: "all", "open", "mine"; part: anchor of the only part that is shown."""

    show: str = "all"
    part: str = ""

    def lets(self, thread: Thread, person: int) -> bool:
        remark = thread.remark
        if self.show == "open":
            return remark.state in UNSETTLED
        if self.show == "mine":
            return remark.by_id == person or any(answer.by_id == person for answer in thread.answers)
        return remark.state != CommentState.WITHDRAWN or remark.by_id == person


def shown_threads(
    threads: Iterable[Thread], person: int, can: Abilities, *, decides: bool, stands: bool, accepts: bool
) -> list[Shown]:
    """Remarks with what the viewer may do. decides: in their own right; accepts: the work can take a wording by itself."""
    found = []
    for one in threads:
        remark = one.remark
        waits = remark.state in UNSETTLED and stands
        own = remark.by_id == person
        says = own or decides or (can.seat is not None and remark.review_id == can.seat.pk)
        withdrawn = remark.state == CommentState.WITHDRAWN
        found.append(
            Shown(
                thread=one,
                spans=differences(remark.quote, remark.wording) if remark.wording else (),
                accept=waits and accepts and can.submit and bool(remark.wording),
                settle=waits and says,
                reopen=stands and remark.state != CommentState.OPEN and (own if withdrawn else says),
                withdraw=waits and own,
                reply=stands and can.comment and not withdrawn,
            )
        )
    return found


def parts(
    content: Content, threads: Iterable[Shown], concerns: Mapping[str, str]
) -> tuple[list[PartShown], list[Shown]]:
    """The parts in reading order, and the remarks on places that this round does not have."""
    by_place: dict[str, list[Shown]] = {}
    for one in threads:
        by_place.setdefault(one.thread.remark.anchor, []).append(one)
    found = [_part(part, by_place, concerns) for part in content.parts]
    return found, [one for rest in by_place.values() for one in rest]


def _part(part: Part, by_place: dict[str, list[Shown]], concerns: Mapping[str, str]) -> PartShown:
    threads = by_place.pop(part.anchor, [])
    place = Place(part.anchor, part.title or part.anchor, threads, concerns.get(part.anchor, ""))
    if isinstance(part, Text):
        place.blocks = blocks(part.text, [(one.thread.remark.quote, one.thread.remark.pk) for one in threads])
        return PartShown(place, part.group)
    used = {key for line in part.lines for key, value in line.values.items() if value not in (None, "")}
    headings = [heading for heading in part.headings if heading.key in used]
    label = _label(part.lines, headings)
    columns = _columns(part.lines, headings, label)
    under = [heading for heading in headings if heading not in columns]
    lines = [_line(line, columns, under, by_place.pop(line.anchor, []), concerns) for line in part.lines]
    return PartShown(place, part.group, columns, label, lines, is_table=True)


def _label(lines: Sequence[Line], headings: Sequence[Heading]) -> str:
    """Key of the column that says most what a row is: filled in most rows, and the longest of those."""
    said = {
        heading.key: [len(text) for line in lines if (text := words(line.values.get(heading.key), heading))]
        for heading in headings
        if heading.kind == "text"
    }
    return max(said, key=lambda key: (len(said[key]), sum(said[key])), default="")


def _columns(lines: Sequence[Line], headings: Sequence[Heading], label: str) -> list[Heading]:
    """The columns of a table that can be read without scrolling: of many, the short ones; the others stand under the row's name."""
    if len(headings) <= MOST_COLUMNS:
        return list(headings)
    kept = []
    for heading in headings:
        longest = max((len(words(line.values.get(heading.key), heading)) for line in lines), default=0)
        if heading.key == label or longest <= SHORT:
            kept.append(heading)
    others = [heading for heading in kept if heading.key != label][: MOST_COLUMNS - 1]
    return [heading for heading in kept if heading.key == label or heading in others]


def _line(
    line: Line, columns: Sequence[Heading], under: Sequence[Heading], threads: list[Shown], concerns: Mapping[str, str]
) -> Place:
    quotes = [(one.thread.remark.quote, one.thread.remark.pk) for one in threads if one.thread.remark.quote]

    def cell(heading: Heading) -> Cell:
        text = words(line.values.get(heading.key), heading)
        return Cell(heading, tuple(_runs(text, 0, len(text), _quoted(text, quotes))) if quotes else (Run(text),))

    return Place(
        line.anchor, line.label or line.anchor, threads, concerns.get(line.anchor, ""),
        cells=[cell(heading) for heading in columns],
        details=[cell(heading) for heading in under if line.values.get(heading.key) not in (None, "")],
        depth=min(line.depth, 4), is_sum=line.anchor.startswith("sum:"),
    )  # fmt: skip


def blocks(text: str, quotes: Iterable[tuple[str, int]] = ()) -> list[Block]:
    """A text as paragraphs and lists, whose lines begin with "- "; words that remarks quote are runs of their own."""
    marks = _quoted(text, quotes)
    found: list[Block] = []
    for paragraph in _PARAGRAPHS.finditer(text):
        lines: list[tuple[int, int, bool]] = []
        at = paragraph.start()
        for line in paragraph.group().split("\n"):
            is_point = line.startswith(BULLET)
            if lines and not is_point and not lines[-1][2]:
                lines[-1] = (lines[-1][0], at + len(line), False)
            else:
                lines.append((at, at + len(line), is_point))
            at += len(line) + 1
        for start, end, is_point in lines:
            item = tuple(_runs(text, start, end, marks))
            if is_point and found and found[-1].is_list:
                found[-1] = Block(True, (*found[-1].items, item))
            else:
                found.append(Block(is_point, (item,)))
    return found


def _quoted(text: str, quotes: Iterable[tuple[str, int]]) -> list[tuple[int, int, int]]:
    """Where the quoted words stand, first to last; of two that overlap only the first is marked."""
    places = sorted((text.find(quote), len(quote), key) for quote, key in quotes if quote and quote in text)
    found: list[tuple[int, int, int]] = []
    for start, length, key in places:
        if not found or start >= found[-1][1]:
            found.append((start, start + length, key))
    return found


def _runs(text: str, start: int, end: int, marks: Iterable[tuple[int, int, int]]) -> Iterator[Run]:
    at = start
    for first, last, key in marks:
        if last <= at or first >= end:
            continue
        first, last = max(first, at), min(last, end)
        if first > at:
            yield Run(text[at:first])
        yield Run(text[first:last], key)
        at = last
    if at < end:
        yield Run(text[at:end])
