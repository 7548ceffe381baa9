"""Tables that people upload: workbooks (XLSX) and CSV, bounded and harmless to open, read as rows of text."""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any, BinaryIO

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from migov.services.files.formats import NotAccepted, recognise

MOST_UNPACKED = 60 * 1024**2
HEAD = 4096
DELIMITERS = (";", ",", "\t")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
EMPTY_ROWS = 20_000  # formatted rows without a value, which Excel may keep below a table


class Unreadable(ValueError):
    """A file that cannot be read at all. The text says why."""


@dataclass(slots=True)
class Sheet:
    """A table as text, row by row. percents: cells (row, column from 0) that a workbook shows with a percent sign: 0.75 for 75 %.

    without_value: cells whose formula was never worked out.
    """

    title: str
    rows: list[list[str]]
    percents: set[tuple[int, int]] = field(default_factory=set)
    without_value: set[tuple[int, int]] = field(default_factory=set)

    def text(self, row: int, column: int) -> str:
        """The text of a cell, empty beyond the end."""
        cells = self.rows[row] if row < len(self.rows) else []
        return cells[column] if column < len(cells) else ""

    def place(self, row: int, column: int | None = None) -> str:
        """Where a row or cell is, for people: sheet “Values”, cell H12."""
        if column is None:
            return _("sheet “%(sheet)s”, row %(row)d") % {"sheet": self.title, "row": row + 1}
        cell = f"{get_column_letter(column + 1)}{row + 1}"
        return _("sheet “%(sheet)s”, cell %(cell)s") % {"sheet": self.title, "cell": cell}


def check(file: BinaryIO, name: str, size: int, code: str = "xlsx", *, can: str = "") -> None:
    """Whether an uploaded file is what it says it is, and harmless to open. Raises Unreadable. can: a sentence on what can be read."""
    try:
        kind = recognise(file, name, size)
    except NotAccepted as refused:
        raise Unreadable(str(refused)) from refused
    if kind.code != code:
        can = can or _("A workbook (XLSX) can be read.")
        raise Unreadable(_("“%(name)s” is a %(kind)s. %(can)s") % {"name": name, "kind": kind.label, "can": can})
    file.seek(0)
    with zipfile.ZipFile(file) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise Unreadable(_("“%(name)s” would unpack to far more than a table holds.") % {"name": name})
        for part in parts.infolist():
            if part.filename.endswith((".xml", ".rels")):
                try:
                    with parts.open(part) as opened:
                        head = opened.read(HEAD).replace(b"\x00", b"")
                except (RuntimeError, zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
                    raise Unreadable(_("“%(name)s” is damaged or protected by a password.") % {"name": name}) from error
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise Unreadable(_("“%(name)s” holds declarations that no office program writes.") % {"name": name})
    file.seek(0)


def formulas_without_value(file: BinaryIO, most_rows: int, most_columns: int) -> dict[str, list[tuple[int, int]]]:
    """Cells, by sheet, whose formula was never worked out: programs other than Excel write such. Rows and columns from 0.

    They look empty, and would be taken for empty ones. The workbook is read a second time only where a sheet holds a formula at all.
    """
    file.seek(0)
    with zipfile.ZipFile(file) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        if not any(_FORMULA.search(parts.read(name)) for name in names):
            return {}
    bounds = {"max_row": most_rows, "max_col": most_columns}
    file.seek(0)
    formulas = openpyxl.load_workbook(file, read_only=True, data_only=False)
    formula_cells = {sheet.title: _formula_cells(sheet, bounds) for sheet in formulas.worksheets}
    formulas.close()
    file.seek(0)
    values = openpyxl.load_workbook(file, read_only=True, data_only=True)
    found: dict[str, list[tuple[int, int]]] = {}
    for sheet in values.worksheets:
        for row in sheet.iter_rows(**bounds) if formula_cells[sheet.title] else ():
            for cell in row:
                is_formula = getattr(cell, "coordinate", "") in formula_cells[sheet.title]
                # A formula that gave an empty text was worked out: its cell says that it holds text.
                if is_formula and cell.value is None and cell.data_type != "str":
                    found.setdefault(sheet.title, []).append((cell.row - 1, cell.column - 1))
    values.close()
    return found


def _formula_cells(sheet: Any, bounds: dict[str, int]) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows(**bounds) for cell in row if cell.data_type == "f"}


def read_workbook(
    file: BinaryIO,
    name: str,
    size: int,
    *,
    most_rows: int,
    most_columns: int,
    percents: bool = True,
) -> list[Sheet]:
    """The sheets of a workbook, in their order. percents: note cells with a percent sign, too. Raises Unreadable."""
    check(file, name, size)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations that are not read
            _bounded(file, name, most_rows)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheets = [_sheet(sheet, most_rows, most_columns, percents) for sheet in book.worksheets]
            book.close()
            lacking = formulas_without_value(file, most_rows + 1, most_columns)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part makes it stumble over
        raise Unreadable(
            _("“%(name)s” is damaged: Excel's format cannot be read. Open it, save it anew, and try again.")
            % {"name": name}
        ) from error
    for sheet in sheets:
        sheet.without_value = set(lacking.get(sheet.title, ()))
    return sheets


def _bounded(file: BinaryIO, name: str, most_rows: int) -> None:
    """Refuse a workbook with far too many rows before it is opened, which would take a minute for nothing. Raises Unreadable."""
    file.seek(0)
    with zipfile.ZipFile(file) as parts:
        for part in parts.namelist():
            if not part.startswith("xl/worksheets/") or not part.endswith(".xml"):
                continue
            if len(_ROW.findall(parts.read(part))) > most_rows + EMPTY_ROWS:
                raise Unreadable(
                    _("“%(name)s”: a sheet has more than %(most)d rows.") % {"name": name, "most": most_rows}
                )
    file.seek(0)


def _sheet(sheet: Any, most_rows: int, most_columns: int, percents: bool) -> Sheet:
    made = Sheet(sheet.title, [])
    bounds = {"max_row": most_rows + 1, "max_col": most_columns}
    if percents:
        for number, row in enumerate(sheet.iter_rows(**bounds)):
            made.rows.append(_texts(cell.value for cell in row))
            for column, cell in enumerate(row):
                if isinstance(cell.value, int | float) and "%" in (cell.number_format or ""):
                    made.percents.add((number, column))
    else:  # three times as fast
        made.rows += [_texts(row) for row in sheet.iter_rows(**bounds, values_only=True)]
    while made.rows and not any(text.strip() for text in made.rows[-1]):
        made.rows.pop()
    if len(made.rows) > most_rows:
        raise Unreadable(_("Sheet “%(sheet)s” has more than %(most)d rows.") % {"sheet": made.title, "most": most_rows})
    return made


def _texts(values: Iterable[Any]) -> list[str]:
    found = list(values)
    while found and found[-1] in (None, ""):
        found.pop()
    return [text_of(value) for value in found]


def text_of(value: Any) -> str:
    """A cell's value as people would type it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return (f"{number.normalize():f}" if number else "0") if number.is_finite() else str(value)
    return str(value)


def read_csv(file: BinaryIO, name: str, *, most_rows: int, most_bytes: int) -> Sheet:
    """A CSV file as a table: UTF-8 or UTF-16, divided by semicolons, commas or tabs. Raises Unreadable."""
    file.seek(0)
    data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise Unreadable(_("“%(name)s” is larger than %(most)d MB.") % {"name": name, "most": most_bytes // 1024**2})
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(
            _("“%(name)s” is not in UTF-8. Save it as “CSV UTF-8”, or as XLSX.") % {"name": name}
        ) from None
    if "\x00" in text:
        raise Unreadable(_("“%(name)s” is no text.") % {"name": name})
    first = text[:HEAD].split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows: list[list[str]] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(line)
            if len(rows) > most_rows:
                raise Unreadable(_("“%(name)s” has more than %(most)d rows.") % {"name": name, "most": most_rows})
    except csv.Error as error:
        raise Unreadable(_("“%(name)s” cannot be read: %(error)s.") % {"name": name, "error": error}) from error
    return Sheet(PurePath(name).name, rows)


def read_table(
    file: BinaryIO, name: str, size: int, *, most_rows: int, most_columns: int, most_bytes: int, percents: bool = True
) -> list[Sheet]:
    """The tables of a workbook or a CSV file. percents: as for read_workbook. Raises Unreadable for any other file, or one too large."""
    suffix = PurePath(name).suffix.lower()
    if size > most_bytes:
        raise Unreadable(_("“%(name)s” is larger than %(most)d MB.") % {"name": name, "most": most_bytes // 1024**2})
    if suffix == ".csv":
        return [read_csv(file, name, most_rows=most_rows, most_bytes=most_bytes)]
    if suffix == ".xlsx":
        return read_workbook(file, name, size, most_rows=most_rows, most_columns=most_columns, percents=percents)
    raise Unreadable(_("“%(name)s”: choose an Excel workbook (XLSX) or a CSV file.") % {"name": name})
