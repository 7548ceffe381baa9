"""What every format owes the reader."""

from __future__ import annotations

import io
import json
import socket
from decimal import Decimal

import docx
import openpyxl
import pypdf
import pytest

from migov.services.documents import FORMATS, Report, UnknownFormat, render


def words_of(content: bytes, fmt: str) -> str:
    """All words a reader of the file meets; no-break spaces as plain ones, invisible break points taken out."""
    if fmt == "pdf":
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    elif fmt == "docx":
        document = docx.Document(io.BytesIO(content))
        text = "\n".join(str(element.text) for element in document.element.body.iter() if element.tag.endswith("}t"))
    else:
        text = content.decode().replace("&lt;", "<").replace("&#x27;", "'")
    return text.replace("\u00a0", " ").replace("\u200b", "")


@pytest.mark.parametrize("fmt", ["pdf", "docx", "html"])
def test_every_figure_and_every_part_is_in_it(report: Report, figures: list[str], fmt: str) -> None:
    words = words_of(render(report, fmt).content, fmt)
    for figure in figures:
        assert figure.replace("\u00a0", " ") in words, figure
    for part in (
        "What the office contributes",
        "objective 10",
        "22 November 2026",
        "30 June 2026",
        "Illustrative portfolio",
        "14 projects",
        "8.4",
        "Two values are not verified.",
        "Referral works in four countries.",
        "None yet.",
        "Shares within projects.",
        "Office portfolio",
        "IATI Standard",
        "resolution 1244 (1999)",
        "Confirmed alignments only.",
        "Table 1",
        "Figure 1",
        "Total",
    ):
        assert part in words, part


def test_every_figure_is_in_the_workbook_and_the_data_file_as_a_number(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx").content))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    data = json.loads(render(report, "json").content, parse_float=Decimal)
    expected = [1240000, 860000.5, 2100000.5, 3120, 0.65, 2100000, 740321, *(1000 + 111 * n for n in range(8))]
    assert set(expected) <= cells
    assert {float(number) for number in data_numbers(data)} >= set(map(float, expected))
    assert "<10" in cells


def data_numbers(node: object) -> list[Decimal | int]:
    if isinstance(node, dict):
        return [number for value in node.values() for number in data_numbers(value)]
    if isinstance(node, list):
        return [number for value in node for number in data_numbers(value)]
    return [node] if isinstance(node, int | Decimal) and not isinstance(node, bool) else []


@pytest.mark.parametrize("fmt", list(FORMATS))
def test_files_are_named_in_plain_ascii_and_typed(report: Report, fmt: str) -> None:
    rendered = render(report, fmt)
    assert rendered.filename == f"what-the-office-contributes-2026-11-22.{fmt}"
    assert rendered.content_type == FORMATS[fmt].content_type


@pytest.mark.parametrize("fmt", list(FORMATS))
def test_hostile_text_breaks_nothing(hostile_report: Report, fmt: str) -> None:
    rendered = render(hostile_report, fmt)
    assert rendered.filename.isascii()
    assert len(rendered.filename) < 120
    assert b"javascript:alert" not in rendered.content


@pytest.mark.parametrize("fmt", list(FORMATS))
def test_nothing_reaches_for_the_network(report: Report, fmt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("A document was being made and something opened a connection.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert render(report, fmt).content


@pytest.mark.parametrize("fmt", ["pdf", "html", "json"])
def test_the_same_report_gives_the_same_bytes(report: Report, fmt: str) -> None:
    assert render(report, fmt).content == render(report, fmt).content


def test_an_unknown_format_is_named_and_the_known_ones_listed(report: Report) -> None:
    with pytest.raises(UnknownFormat, match=r"'odt'.*pdf, docx, xlsx, html, json"):
        render(report, "odt")
