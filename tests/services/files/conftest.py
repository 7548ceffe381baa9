"""Files to add as documents, made on the spot; and a store of their own for each test."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from migov.foundation.people.models import Office
from migov.foundation.records.models import Record
from migov.services.files import actions
from migov.services.files.models import Document
from tests.factories import project
from tests.services.suggestions.conftest import reader

__all__ = ["reader"]  # the predictable matcher, as a fixture

ABOUT_TRAFFICKING = "Victims of trafficking are found at the border; they are given shelter and a lawyer."


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where this test's files are kept."""
    settings.MEDIA_ROOT = tmp_path / "files"
    yield tmp_path / "files"


def upload(name: str, content: bytes | str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def docx(*paragraphs: str) -> bytes:
    from docx import Document as Word

    word = Word()
    for paragraph in paragraphs:
        word.add_paragraph(paragraph)
    made = io.BytesIO()
    word.save(made)
    return made.getvalue()


def pdf(*pages: str) -> bytes:
    """A PDF with these pages."""
    import typst

    source = "\n#pagebreak()\n".join(pages)
    return bytes(typst.compile(source.encode()))


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def packed(**parts: bytes) -> bytes:
    """A ZIP file; two underscores in a name stand for a slash, one for a dot before the ending."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr("[Content_Types].xml", b"<Types/>")
        for name, content in parts.items():
            held.writestr(".".join(name.replace("__", "/").rsplit("_", 1)), content)
    return made.getvalue()


def pptx(*slides: str) -> bytes:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    made = {
        f"ppt__slides__slide{number}_xml": f'<s xmlns:a="{drawing}"><a:p><a:r><a:t>{words}</a:t></a:r></a:p></s>'.encode()
        for number, words in enumerate(slides, start=1)
    }
    return packed(ppt__presentation_xml=b"<p/>", **made)


def work(visibility: str = "internal", office: str = "tirana", **fields: Any) -> Record:
    """A project of an office, in Albania and Moldova."""
    made = project(
        office=Office.objects.get(code=office), visibility=visibility, places={"ALB": 50, "MDA": 50}, **fields
    )
    return made.record


def added(
    to: Record, by: Any, content: bytes | str = ABOUT_TRAFFICKING, name: str = "note.txt", **fields: Any
) -> Document:
    """A document that was added and read."""
    document = actions.add(to, upload(name, content), by=by, **fields)
    return actions.read(document, by=by)
