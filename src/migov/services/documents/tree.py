"""The report tree: what a report says, with nothing about how it looks.

Every value in the tree is raw (Decimal, int, date, None, Link ...). Renderers format it, so that a figure reads the
same in every format and a spreadsheet still holds the number itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["text", "integer", "number", "money", "percent", "date", "link"]
KINDS: tuple[Kind, ...] = ("text", "integer", "number", "money", "percent", "date", "link")
Tone = Literal["positive", "mixed", "negative", "alarm", "quiet"]
TypeSize = Literal["small", "normal", "large"]
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
NUMERIC_KINDS = frozenset({"integer", "number", "money", "percent"})


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere. Only http, https, mailto, `/path` and `#anchor` addresses become links;
    any other address is printed as its words alone."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words of importance (bold)."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed words (italic)."""

    text: str


@dataclass(frozen=True, slots=True)
class Toned:
    """Words of a table cell with a shade behind them: what is well, mixed, wanting, in conflict, or of no account. The words alone
    have to say it: the shade only helps the eye."""

    text: str
    tone: Tone


Inline = str | Strong | Emphasis | Link
Inlines = str | Sequence[Inline]
Value = str | int | float | Decimal | dt.date | Link | Toned | bool | None
Row = Mapping[str, Any]


def inlines(content: Inlines) -> tuple[Inline, ...]:
    """The runs of a text that may be given as one plain string."""
    return (content,) if isinstance(content, str) else tuple(content)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: a plain string or a sequence of runs (str, Strong, Emphasis, Link)."""

    runs: Inlines


@dataclass(frozen=True, slots=True)
class Bullets:
    """An unordered list, one entry per item."""

    items: Sequence[Inlines]


@dataclass(frozen=True, slots=True)
class Fact:
    """One headline figure. `url` leads to the rows behind it."""

    label: str
    value: Value
    note: str = ""
    kind: Kind = "number"
    unit: str = ""
    decimals: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A row of headline figures."""

    items: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    kind: how values are shown and stored. `percent` takes a share: 0.65 is shown as "65 %".
    unit: printed once, in the heading ("Budget (USD)").
    width: weight against the other columns; None lets the content decide.
    decimals: digits after the point; None shows as many as the value needs, at most two (percent: none).

    A string in a numeric column ("<10", "suppressed") is shown as it stands.
    """

    key: str
    label: str
    kind: Kind = "text"
    unit: str = ""
    width: float | None = None
    decimals: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"Unknown column kind {self.kind!r}; known: {', '.join(KINDS)}.")
        if self.width is not None and self.width <= 0:
            raise ValueError(f"Column {self.key!r}: width must be above zero.")

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC_KINDS

    @property
    def heading(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True, slots=True)
class LazyRows:
    """Rows fetched anew each time they are read, so that a large table is never held whole.

    make: called without arguments; returns an iterable of mappings, in the same order every time.
    """

    make: Callable[[], Iterable[Row]]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.make())


@dataclass(frozen=True, slots=True)
class Table:
    """A table of tidy rows: each row maps a column's key to a raw value; a missing key counts as None.

    total: an optional last row, set apart.
    band: the key of a value that marks rows which head those below them: such a row is shaded, and its first cell runs over the
    cells beside it that are empty.
    missing: what stands in a cell without a value.
    wrap: for tables of running text: every column is as wide as its weight says, whatever stands in it, and a workbook wraps the words.
    sheet_name: its name in a workbook; else made from the caption.
    Raises TypeError when `rows` can be read only once (a generator): wrap it in LazyRows.
    Raises ValueError when there is no column or two columns share a key.
    """

    caption: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    total: Row | None = None
    note: str = ""
    source: str = ""
    sheet_name: str = ""
    empty_text: str = ""
    band: str = ""
    missing: str = "–"
    wrap: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.rows, Iterator):
            raise TypeError("Table rows must be readable more than once; wrap a generator in LazyRows.")
        keys = [column.key for column in self.columns]
        if not keys:
            raise ValueError(f"Table {self.caption!r} has no columns.")
        if len(set(keys)) != len(keys):
            raise ValueError(f"Table {self.caption!r} has two columns with the same key.")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture drawn from a Vega-Lite spec, with the same data as a table.

    alt: what the picture shows, in words; required, since a reader may not see it.
    print_table: whether the table also stands under the picture in HTML, DOCX and PDF (XLSX and JSON always hold it).
    Raises ValueError when `alt` is empty.
    """

    title: str
    alt: str
    spec: Mapping[str, Any]
    table: Table
    source: str = ""
    print_table: bool = True

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError(f"Chart {self.title!r} needs a text alternative.")


@dataclass(frozen=True, slots=True)
class Note:
    """A remark set apart from the text."""

    text: Inlines
    kind: Literal["info", "warning"] = "info"


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Start a new page where there are pages."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. Its level is its depth in the tree."""

    title: str
    blocks: Sequence[Block]


Block = Section | Paragraph | Bullets | Facts | Table | Chart | Note | PageBreak


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report.

    date: the day it was made; as_of: the day up to which the figures hold.
    language: a BCP 47 tag; it decides labels and number separators.
    notices: what a reader must know first ("Illustrative portfolio: no figure is real").
    footnotes: printed at the end, each with the mark it already carries ("* References to Kosovo ...").
    metadata: label -> text, for instance the filter and the method; printed under "About this report".
    base_url: put before addresses that begin with "/" in files that leave the site.
    cover: whether title, dates and contents have a first page of their own; else they stand above what follows, without contents.
    landscape: whether all pages lie sideways.
    name: what the file is called, without date and ending; else made from the title.
    type_size: "large" for what is read out from a lectern: text, lists and headings grow, tables and what stands beside the text do not;
    "small" for a sheet that has to hold much: everything is set closer.
    Raises ValueError for an empty title or a malformed language tag.
    """

    title: str
    blocks: Sequence[Block]
    date: dt.date
    subtitle: str = ""
    organisation: str = ""
    as_of: dt.date | None = None
    language: str = "en"
    notices: Sequence[str] = ()
    sources: Sequence[str | Link] = ()
    footnotes: Sequence[str] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""
    cover: bool = True
    name: str = ""
    landscape: bool = False
    type_size: TypeSize = "normal"

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError("A report needs a title.")
        if not _LANGUAGE_TAG.fullmatch(self.language):
            raise ValueError(f"{self.language!r} is no language tag.")


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block in reading order, sections before what they hold."""
    for block in blocks:
        yield block
        if isinstance(block, Section):
            yield from walk(block.blocks)


def tables(report: Report) -> Iterator[tuple[Table, Chart | None]]:
    """Every table in reading order; those of charts come with their chart."""
    for block in walk(report.blocks):
        if isinstance(block, Table):
            yield block, None
        elif isinstance(block, Chart):
            yield block.table, block
