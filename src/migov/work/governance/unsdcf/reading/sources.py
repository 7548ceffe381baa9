"""Documents, tables and pasted text as parts of a Cooperation Framework."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO

from django.utils.translation import gettext as _

from migov.services.files import extraction, workbooks
from migov.services.files.formats import NotAccepted, recognise
from migov.work.governance.unsdcf.reading.draft import Builder, Draft, TooMany
from migov.work.governance.unsdcf.reading.lines import LineReader
from migov.work.governance.unsdcf.reading.tables import TableReader

if TYPE_CHECKING:
    from docx.table import Table as WordTable

MOST_BYTES = 30 * 1024**2
MOST_ROWS, MOST_COLUMNS = 2000, 40
MOST_TEXT = 400_000
SUFFIXES = (".docx", ".pdf", ".xlsx", ".csv")


class Unreadable(ValueError):
    """Nothing can be read from what was given. The text says why, for people."""


def read_text(text: str) -> Draft:
    """The parts in pasted text: lines that begin with “Outcome 1.2:”, or a table copied from a spreadsheet. Raises Unreadable."""
    if len(text) > MOST_TEXT:
        raise Unreadable(_("This is longer than a Cooperation Framework. Paste the results matrix only."))
    rows = [line.split("\t") for line in text.splitlines()]
    if sum(len(row) > 1 for row in rows) >= 2:
        return _finished(lambda builder: _rows(builder, rows, ""))
    return _finished(
        lambda builder: _lines(builder, ((line, _line(at)) for at, line in enumerate(text.splitlines(), 1)))
    )


def read_file(file: BinaryIO, name: str, size: int) -> Draft:
    """The parts in a DOCX, PDF, XLSX or CSV file. Raises Unreadable."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Unreadable(_("“%(name)s”: choose a DOCX, PDF, XLSX or CSV file.") % {"name": name})
    if size > MOST_BYTES:
        raise Unreadable(_("“%(name)s” is larger than %(most)d MB.") % {"name": name, "most": MOST_BYTES // 1024**2})
    try:
        if suffix in (".csv", ".xlsx"):
            sheets = workbooks.read_table(
                file, name, size, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS, most_bytes=MOST_BYTES, percents=False
            )
            return _finished(lambda builder: _sheets(builder, sheets))
        recognise(file, name, size)
        file.seek(0)
        if suffix == ".docx":
            return _docx(file, name)
        pages = extraction.read_file(file, suffix, name).texts
    except (workbooks.Unreadable, extraction.Unreadable, NotAccepted) as refused:
        raise Unreadable(str(refused)) from refused
    lines = (
        (line, _("page %(page)d, line %(line)d") % {"page": page, "line": at})
        for page, text in enumerate(pages, 1)
        for at, line in enumerate(text.splitlines(), 1)
    )
    return _finished(lambda builder: _lines(builder, lines))


def _finished(read: Callable[[Builder], None]) -> Draft:
    builder = Builder()
    try:
        read(builder)
    except TooMany as many:
        raise Unreadable(str(many)) from many
    if not builder.draft.parts:
        raise Unreadable(
            _(
                "No priority, outcome, output or indicator was found. Lines have to begin with words such as “Outcome 1.2:”, or a table "
                "needs headings such as Outcome, Indicator, Baseline, Target."
            )
        )
    return builder.draft


def _line(at: int) -> str:
    return _("line %(line)d") % {"line": at}


def _lines(builder: Builder, lines: Iterator[tuple[str, str]]) -> None:
    reader = LineReader(builder, joined=True)
    for line, place in lines:
        reader.take(line, place)
    reader.end()


def _rows(builder: Builder, rows: list[list[str]], table: str) -> None:
    reader = TableReader(builder)
    for at, row in enumerate(rows, 1):
        place = _("row %(row)d") % {"row": at}
        reader.take(row[:MOST_COLUMNS], f"{table}, {place}" if table else place)


def _sheets(builder: Builder, sheets: list[workbooks.Sheet]) -> None:
    for sheet in sheets:
        name = _("sheet “%(sheet)s”") % {"sheet": sheet.title}
        _rows(builder, sheet.rows, name if len(sheets) > 1 else "")


def _docx(file: BinaryIO, name: str) -> Draft:
    from docx import Document
    from docx.table import Table

    expected = "a Word document (DOCX)"
    extraction.check_unpacked(file, name, expected)
    try:
        blocks = list(Document(file).iter_inner_content())
    except Exception as error:  # a broken or forged document raises whatever its break leads to
        raise Unreadable(_("“%(name)s” is damaged or protected by a password.") % {"name": name}) from error

    def read(builder: Builder) -> None:
        reader, tables = LineReader(builder, joined=False), 0
        for at, block in enumerate(blocks, 1):
            if isinstance(block, Table):
                reader.end()
                tables += 1
                _rows(builder, list(_cells(block)), _("table %(table)d") % {"table": tables})
            else:
                for line in block.text.splitlines():
                    reader.take(line, _("paragraph %(at)d") % {"at": at})
        reader.end()

    return _finished(read)


def _cells(table: WordTable) -> Iterator[list[str]]:
    """The rows of a table, each cell at its column; what a cell runs over is empty, beside it and below it."""
    from docx.table import _Cell

    for row in table.rows:
        cells: list[str] = []
        for cell in row._tr.tc_lst:
            continues = cell.vMerge == "continue"
            cells.append("" if continues else _Cell(cell, table).text.strip())
            cells += [""] * (min(cell.grid_span, MOST_COLUMNS) - 1)
            if len(cells) >= MOST_COLUMNS:
                break
        yield cells[:MOST_COLUMNS]
