"""Finished documents opened again."""

from __future__ import annotations

import io
from typing import Any

import docx
import openpyxl
import pypdf
from docx.oxml.ns import qn

from migov.services.documents import Rendered, Report, render


def word(made: Report | Rendered) -> Any:
    """A document of Word."""
    return docx.Document(io.BytesIO(_content(made, "docx")))


def book(made: Report | Rendered) -> Any:
    """A workbook."""
    return openpyxl.load_workbook(io.BytesIO(_content(made, "xlsx")))


def pages(made: Report | Rendered) -> list[str]:
    """The words of each page of a PDF, in one line."""
    reader = pypdf.PdfReader(io.BytesIO(_content(made, "pdf")))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def words(document: Any) -> str:
    """All words of a document of Word, those of its tables, comments, header and footer included."""
    parts = [document.element.body, *(section.footer._element for section in document.sections)]
    found = [node.text or "" for part in parts for node in part.iter(qn("w:t"))]
    return "\n".join([*found, *(one.text for one in document.comments)])


def cells(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def _content(made: Report | Rendered, fmt: str) -> bytes:
    return made.content if isinstance(made, Rendered) else render(made, fmt).content
