"""A table out of a spreadsheet: XLSX or CSV, bounded and harmless to open, as rows of text under its headings."""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, BinaryIO

import openpyxl
from django.utils.translation import gettext as _

from migov.services.documents.listing import RISKY
from migov.services.files.formats import NotAccepted, recognise

MOST_ROWS = 300
MOST_COLUMNS = 60
MOST_BYTES = 10 * 1024**2
MOST_UNPACKED = 60 * 1024**2
LONGEST_CELL = 20_000
HEADING_WITHIN = 15  # rows: above it stand titles and explanations
CHUNK = 4096


class Unreadable(ValueError):
    """A file that cannot be read. The text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. number: as the spreadsheet counts, from 1. cells: heading → text, both without spare spaces."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its headings as they are written, and the rows that hold anything."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read(file: BinaryIO, name: str, size: int, is_heading: Callable[[Sequence[str]], bool]) -> Sheet:
    """The table of a file: of a workbook the first one with such headings. is_heading: whether a row holds the headings.

    Raises Unreadable for what is no spreadsheet, too large, or holds no such table.
    """
    if size > MOST_BYTES:
        raise Unreadable(_("“%(name)s” is larger than %(most)d MB.") % {"name": name, "most": MOST_BYTES // 1024**2})
    suffix = PurePath(name).suffix.lower()
    if suffix == ".csv":
        tables: Iterator[Iterator[Sequence[str]]] = iter([_csv(file, name)])
    elif suffix == ".xlsx":
        _check(file, name, size)
        tables = _workbook(file, name)
    else:
        raise Unreadable(_("“%(name)s”: choose an Excel workbook (XLSX) or a CSV file.") % {"name": name})
    for table in tables:
        found = _table(table, is_heading)
        if found is not None:
            return found
    raise Unreadable(_("“%(name)s” holds no row with the headings that are looked for.") % {"name": name})


def _table(lines: Iterator[Sequence[str]], is_heading: Callable[[Sequence[str]], bool]) -> Sheet | None:
    headings: tuple[str, ...] | None = None
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        cells = [" ".join(text.split()) if headings is None else text.strip() for text in line[:MOST_COLUMNS]]
        if headings is None:
            if number > HEADING_WITHIN:
                return None
            headings = tuple(cells) if is_heading(cells) else None
        elif any(cells):
            if len(rows) == MOST_ROWS:
                said = {"most": MOST_ROWS}
                raise Unreadable(_("The table has more than %(most)d rows. Read it in parts.") % said)
            pairs = zip(headings, cells, strict=False)
            rows.append(Row(number, {head: text[:LONGEST_CELL] for head, text in pairs if head and text}))
    return None if headings is None else Sheet(tuple(filter(None, headings)), tuple(rows))


def _csv(file: BinaryIO, name: str) -> Iterator[Sequence[str]]:
    file.seek(0)
    data = file.read(MOST_BYTES + 1)
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(
            _("“%(name)s” is not in UTF-8. Save it as “CSV UTF-8”, or as XLSX.") % {"name": name}
        ) from None
    if "\x00" in text:
        raise Unreadable(_("“%(name)s” is no text.") % {"name": name})
    first = text[:CHUNK].split("\n", 1)[0]
    delimiter = max((";", ",", "\t"), key=first.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            # What our own files put before text that could become a formula.
            yield [
                cell[1:] if cell.startswith("'") and cell[1:].lstrip(" ").startswith(RISKY) else cell for cell in line
            ]
    except csv.Error as error:
        raise Unreadable(_("“%(name)s” cannot be read: %(error)s.") % {"name": name, "error": error}) from error


def _check(file: BinaryIO, name: str, size: int) -> None:
    """Whether a workbook is what it says it is, and harmless to open. Raises Unreadable."""
    try:
        kind = recognise(file, name, size)
    except NotAccepted as refused:
        raise Unreadable(str(refused)) from refused
    if kind.code != "xlsx":
        raise Unreadable(_("“%(name)s” is no Excel workbook.") % {"name": name})
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("“%(name)s” would unpack to far more than a table holds.") % {"name": name})
            for part in parts.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    with parts.open(part) as opened:
                        head = opened.read(CHUNK).replace(b"\x00", b"")
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise Unreadable(
                            _("“%(name)s” holds declarations that no office program writes.") % {"name": name}
                        )
    except (RuntimeError, zipfile.BadZipFile, OSError, NotImplementedError, EOFError) as error:
        raise Unreadable(_("“%(name)s” is damaged or protected by a password.") % {"name": name}) from error
    file.seek(0)


def _workbook(file: BinaryIO, name: str) -> Iterator[Iterator[Sequence[str]]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations that are not read
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            for sheet in book.worksheets:
                most = MOST_ROWS + HEADING_WITHIN + 2
                lines = sheet.iter_rows(max_row=most, max_col=MOST_COLUMNS, values_only=True)
                yield iter([[_text(value) for value in line] for line in lines])
            book.close()
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part makes it stumble over
        raise Unreadable(
            _("“%(name)s” is damaged: Excel's format cannot be read. Open it, save it anew, and try again.")
            % {"name": name}
        ) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
