"""Workbooks and Word tables for tests of the matrix: made by hand, edited as people edit them, and read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import docx
import openpyxl
import xlsxwriter

from migov.work.proposals import matrix_report, matrix_xlsx
from migov.work.proposals.matrix_tables import Found
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries.matrix import matrix_of


def file_of(content: bytes) -> tuple[io.BytesIO, int]:
    return io.BytesIO(content), len(content)


def read_xlsx(proposal: Proposal, content: bytes, name: str = "m.xlsx") -> Found:
    file, size = file_of(content)
    return matrix_xlsx.read(file, name, size, matrix_of(proposal).columns)


def read_docx(proposal: Proposal, content: bytes) -> Found:
    file, size = file_of(content)
    return matrix_report.read(file, "m.docx", size, matrix_of(proposal).columns)


def workbook(*sheets: tuple[str, Sequence[Sequence[Any]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, lines in sheets:
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
    return out.getvalue()


def edited(content: bytes, change: Callable[[Any], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word(*tables: Sequence[Sequence[str]]) -> bytes:
    document = docx.Document()
    for lines in tables:
        table = document.add_table(rows=len(lines), cols=len(lines[0]))
        for row, line in zip(table.rows, lines, strict=True):
            for cell, text in zip(row.cells, line, strict=True):
                cell.text = text
        document.add_paragraph("between")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, data)
    return out.getvalue()
