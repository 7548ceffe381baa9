"""Reading a small table that people have made: which separator, which columns, and what is wrong in which row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from migov.work.governance.indicator.definition import plain

SEPARATORS = (",", ";", "\t", "|")
ZIPPED = b"PK\x03\x04"
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Problem:
    """One thing wrong. row counts as a spreadsheet does: the header is row 1; None: the file as a whole."""

    row: int | None
    column: str
    expected: str
    found: str = ""

    def __str__(self) -> str:
        where = ", ".join(part for part in (f"row {self.row}" if self.row is not None else "", self.column) if part)
        found = " ".join(self.found.split())
        found = found if len(found) <= 80 else found[:79] + "…"
        return (f"{where}: " if where else "") + f"expected {self.expected}" + (f", found “{found}”" if found else "")

    def to_json(self) -> dict[str, Any]:
        """For machines: row, column, expected, found, and the sentence."""
        return {**asdict(self), "message": str(self)}


class Refused(ValueError):
    """A file was refused as a whole. problems: all that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Line:
    """A row with something in it. cells: by the name of the wanted column, without spaces around. spilled: cells beyond the header."""

    row: int
    cells: Mapping[str, str]
    spilled: tuple[str, ...] = ()


def decoded(content: bytes) -> str:
    """The words of a file in UTF-8 (with or without a byte order mark) or UTF-16 with one. Raises Refused."""
    if content.startswith(ZIPPED):
        raise Refused([Problem(None, "", "a CSV file", "a workbook (XLSX) or another archive; save the sheet as CSV")])
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        row = content[: fault.start].count(b"\n") + 1
        raise Refused([Problem(row, "", "text in UTF-8", f"byte {content[fault.start]:#04x}")]) from None


def lines(
    content: bytes, columns: Mapping[str, Sequence[str]], optional: Mapping[str, Sequence[str]] | None = None
) -> list[Line]:
    """The rows of a table. columns: the wanted ones, each with other names it may have; optional: read where they are there.
    Names are read without case, spaces and _.

    Comma, semicolon, tab or bar between cells. Other columns are passed over; so are empty lines. Raises Refused for a file
    that is no such table, that lacks a column, names one twice, or has no rows.
    """
    text = decoded(content)
    if "\0" in text:
        raise Refused([Problem(None, "", "a text file with a table", "a file with NUL characters")])
    records = _records(text, columns)
    header = next(records, None)
    if header is None:
        raise Refused([Problem(None, "", f"a header with {', '.join(columns)}", "an empty file")])
    places = _places(header[1], columns, optional or {}, header[0])
    found = [_line(row, cells, places, len(header[1])) for row, cells in records]
    if not found:
        raise Refused([Problem(None, "", "at least one row below the header", "none")])
    return found


def year_of(text: str) -> int | None:
    """A year of four digits (2023, also 2023.0), or None."""
    bare = text.removesuffix(".0")
    if len(bare) == 4 and bare.isascii() and bare.isdigit() and FIRST_YEAR <= int(bare) <= LAST_YEAR:
        return int(bare)
    return None


def _records(text: str, columns: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with their number, split as the header is best understood."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text, columns), skipinitialspace=True)
    row = 0
    try:
        for row, cells in enumerate(reader, start=1):
            if cells:
                yield row, cells
    except csv.Error as fault:
        raise Refused([Problem(row + 1, "", "a row of a table", str(fault))]) from None


def _separator(text: str, columns: Mapping[str, Sequence[str]]) -> str:
    head = next((line for line in text.splitlines() if line.strip()), "")
    known = {plain(name) for column, others in columns.items() for name in (column, *others)}

    def fits(separator: str) -> int:
        return sum(plain(cell) in known for cell in next(csv.reader([head], delimiter=separator), []))

    return max(SEPARATORS, key=fits)


def _places(
    header: list[str], columns: Mapping[str, Sequence[str]], optional: Mapping[str, Sequence[str]], row: int
) -> dict[str, int]:
    problems: list[Problem] = []
    places: dict[str, int] = {}
    names = [plain(cell) for cell in header]
    for column, others in {**columns, **optional}.items():
        at = [place for place, name in enumerate(names) if name == plain(column)]
        # Another name counts only where the column's own is not there.
        at = at or [place for place, name in enumerate(names) if name in {plain(other) for other in others}]
        if len(at) == 1:
            places[column] = at[0]
        elif at or column in columns:
            expected = f"one column “{column}” in the header"
            problems.append(Problem(row, column, expected, f"{len(at)} of them" if at else ", ".join(header)))
    if problems:
        raise Refused(problems)
    return places


def _line(row: int, cells: list[str], places: Mapping[str, int], width: int) -> Line:
    got = {column: cells[at].strip() if at < len(cells) else "" for column, at in places.items()}
    last = max(places, key=lambda column: places[column])
    spilled = tuple(cell.strip() for cell in cells[width:])
    if any(spilled) and places[last] == width - 1:
        # A comma inside an answer without quotation marks: what was split is put together again.
        got[last] = ", ".join([got[last], *(cell for cell in spilled if cell)])
        spilled = ()
    return Line(row, got, tuple(cell for cell in spilled if cell))
