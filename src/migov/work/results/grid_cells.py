"""What the grid of reporting is made of: columns, cells, rows, and the names by which cells are sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, urlencode

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from migov.foundation.places.models import Place
from migov.work.projects.models import Project
from migov.work.results.actions.many import Cell, Outcome
from migov.work.results.checks import Finding
from migov.work.results.models import COUNTED, OPEN, Entry, EntryStatus, Indicator, Result
from migov.work.results.slices import Pairs


@dataclass(frozen=True, slots=True)
class Column:
    """Periods of several indicators that end on one day. key: that day, or "open" for those without an end."""

    key: str
    ends: date | None
    label: str
    ended: bool
    is_due: bool = False  # the last that has ended


@dataclass(slots=True)
class Field:
    """One cell. name: of its control; label: for who does not see the table; was: what stood when the page was made."""

    name: str
    label: str
    text: str
    was: str
    row: int
    column: int
    readonly: bool = False
    words: bool = False
    problem: str = ""
    now: str | None = None

    @property
    def td(self) -> SafeString:
        """The cell as HTML. Made here and not by a template: a grid has thousands."""
        name, label = escape(self.name), escape(self.label)
        marks = f'id="c-{name}" name="{name}" aria-label="{label}" data-row="{self.row}" data-column="{self.column}"'
        if self.readonly:
            marks += " readonly"
        if self.problem:
            marks += f' aria-invalid="true" aria-describedby="why-{name}"'
        if self.words:
            control = f'<textarea rows="1" {marks}>\n{escape(self.text)}</textarea>'
        else:
            control = f'<input value="{escape(self.text)}" autocomplete="off" {marks}>'
        if self.was and not self.readonly:
            control += f'<input type="hidden" name="was-{name}" value="{escape(self.was)}">'
        if self.problem:
            control += f'<span class="refused" id="why-{name}">{escape(self.problem)}</span>'
        return mark_safe(f'<td class="n{" fixed" if self.readonly else ""}">{control}</td>')  # noqa: S308  (escaped above)


@dataclass(frozen=True, slots=True)
class Head:
    """How an indicator stands in a period: the entry that is shown and its state, target and value that count, since when it is late."""

    entry: Entry | None
    state: str
    tone: str
    target: str
    actual: str
    late_since: date | None
    entries: int
    note: str = ""

    @property
    def may_add(self) -> bool:
        """Whether another entry can be begun for the period."""
        return self.entry is not None and self.entry.status in COUNTED


@dataclass(frozen=True, slots=True)
class Row:
    """A line of cells: of the whole or a part, and one of the numbers of a fraction."""

    label: str
    is_part: bool
    cells: list[Field | None]


@dataclass(frozen=True, slots=True)
class Oddity:
    """Findings of an entry, said beside its indicator."""

    column: Column
    entry: int
    findings: list[tuple[Finding, str]]
    is_open: bool = True

    @property
    def comments(self) -> bool:
        """Whether a comment would help: there is something odd that does not hinder."""
        return self.is_open and any(not finding.must for finding, _part in self.findings)


@dataclass(slots=True)
class Block:
    """An indicator, or what it says of one place."""

    id: str
    indicator: Indicator
    place: Place | None
    heads: list[tuple[Column, Head | None]]
    rows: list[Row]
    oddities: list[Oddity] = field(default_factory=list)

    @property
    def has_entries(self) -> bool:
        return any(head is not None and head.entry is not None for _column, head in self.heads)


@dataclass(slots=True)
class Section:
    """A result with its indicators."""

    result: Result
    blocks: list[Block] = field(default_factory=list)
    unmeasured: list[Indicator] = field(default_factory=list)  # without any period


@dataclass(slots=True)
class Grid:
    """The page. years: each with how many of its values are late; late: in all years."""

    project: Project
    columns: list[Column]
    sections: list[Section]
    years: list[tuple[int, int]]
    year: int | None
    late: int
    places: list[Place]
    entries: list[Entry]

    @property
    def blocks(self) -> Iterable[Block]:
        return (block for section in self.sections for block in section.blocks)

    def of_state(self, *states: str) -> list[Entry]:
        """The entries that are shown and in one of the states."""
        return [entry for entry in self.entries if entry.status in states]

    @property
    def open(self) -> list[Entry]:
        return self.of_state(*OPEN)

    @property
    def returned(self) -> int:
        return len(self.of_state(EntryStatus.RETURNED))

    @property
    def submitted(self) -> list[Entry]:
        return self.of_state(EntryStatus.SUBMITTED)


def name_of(indicator: int, period: int, place: int | None, field: str, part: Pairs | None) -> str:
    """The name of a cell's control; read again by `cell_of`."""
    return f"{indicator}.{period}.{place or ''}.{field}.{urlencode(part or ())}"


def cell_of(name: str, text: str, was: str | None) -> Cell | None:
    """The cell that a control's name means; None for what is no such name."""
    bits = name.split(".", 4)
    if len(bits) != 5 or not all(
        bit.isascii() and bit.isdigit() and len(bit) < 16 for bit in (*bits[:2], bits[2] or "0")
    ):
        return None
    part = tuple(parse_qsl(bits[4], keep_blank_values=True)) or None
    return Cell(int(bits[0]), int(bits[1]), bits[3], text, part, int(bits[2]) if bits[2] else None, was)


def laid_over(grid: Grid, outcomes: Iterable[Outcome]) -> int:
    """Put what was typed and refused over the cells, with the reasons. Returns how many there were."""
    wrong = {
        name_of(o.cell.indicator, o.cell.period, o.cell.place, o.cell.field, o.cell.part): o
        for o in outcomes
        if o.problem
    }
    for block in grid.blocks:
        for row in block.rows:
            for one in row.cells:
                if one is not None and one.name in wrong:
                    outcome = wrong[one.name]
                    one.problem, one.now = outcome.problem, outcome.now
                    if not one.readonly:
                        one.text = outcome.cell.text
    return len(wrong)
