"""Shaded words, wrapped workbooks, landscape reports, and what a reader must know on every page."""

from __future__ import annotations

import dataclasses
import io
import json
from typing import Any

import docx
import openpyxl
import pypdf
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from migov.services.documents import Column, Paragraph, Report, Section, Table, Toned, render
from migov.services.documents.charts import render_svg, stacked_bars
from migov.services.documents.html import fragment
from migov.services.documents.tones import WASHES

SAID = Table(
    "Judgements",
    [Column("place", "Place", width=1), Column("says", "Judgement", width=0.8), Column("words", "Words", width=3)],
    [
        {"place": "16(4)", "says": Toned("contrary", "alarm"), "words": "Short."},
        {"place": "17", "says": Toned("full", "positive"), "words": "A long provision of many words. " * 160},
    ],
    wrap=True,
)


def made(report: Report, fmt: str, **changes: Any) -> io.BytesIO:
    return io.BytesIO(render(dataclasses.replace(report, **changes), fmt).content)


def test_toned_words_keep_their_words_everywhere(report: Report) -> None:
    document = docx.Document(made(report, "docx", blocks=[SAID]))
    table = document.tables[-1]
    assert table.cell(1, 1).text == "contrary"
    wash = table.cell(1, 1)._tc.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
    assert wash.get(qn("w:fill")) == WASHES["alarm"]
    assert table.cell(1, 0)._tc.find(f"{qn('w:tcPr')}/{qn('w:shd')}") is None
    sheet = openpyxl.load_workbook(made(report, "xlsx", blocks=[SAID]))["Judgements"]
    assert (sheet["B2"].value, sheet["B2"].fill.fgColor.rgb) == ("contrary", f"FF{WASHES['alarm']}")
    said = json.loads(made(report, "json", blocks=[SAID]).read())
    assert [row["says"] for row in said["blocks"][0]["rows"]] == ["contrary", "full"]
    assert 'class="report-alarm" dir="auto">contrary</td>' in fragment(dataclasses.replace(report, blocks=[SAID]))
    pages = pypdf.PdfReader(made(report, "pdf", blocks=[SAID])).pages
    assert "contrary" in "".join(page.extract_text() for page in pages)


def test_a_long_row_may_run_over_the_end_of_a_page_and_a_short_one_may_not(report: Report) -> None:
    rows = docx.Document(made(report, "docx", blocks=[SAID])).tables[-1].rows
    kept = [row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows]
    assert kept == [True, True, False]


def test_a_workbook_wraps_where_it_is_asked_to(report: Report) -> None:
    book = openpyxl.load_workbook(made(report, "xlsx", blocks=[SAID, dataclasses.replace(SAID, wrap=False)]))
    wrapped, plain = book["Judgements"], book["Judgements (2)"]
    assert [wrapped["C3"].alignment.wrap_text, plain["C3"].alignment.wrap_text] == [True, None]
    assert wrapped.column_dimensions["C"].width < plain.column_dimensions["C"].width
    assert (wrapped.page_setup.orientation, wrapped.page_setup.fitToHeight) == ("landscape", 0)


def test_every_sheet_prints_the_notice_and_its_page(report: Report) -> None:
    book = openpyxl.load_workbook(made(report, "xlsx", blocks=[SAID], notices=["Draft & confidential"]))
    for sheet in book:
        assert sheet.oddFooter.left.text == "Draft && confidential"
        assert sheet.oddFooter.right.text == "&P / &N"


def test_a_report_may_lie_sideways_with_narrow_tables(report: Report) -> None:
    changes: dict[str, Any] = {
        "landscape": True, "cover": False, "blocks": [Section("One", [Paragraph("Head"), SAID])],
    }  # fmt: skip
    document = docx.Document(made(report, "docx", **changes))
    assert [section.orientation for section in document.sections] == [WD_ORIENT.LANDSCAPE]
    widths = [int(column.get(qn("w:w"))) for column in document.tables[-1]._tbl.iter(qn("w:gridCol"))]
    assert sum(widths) > 14_000
    pages = pypdf.PdfReader(made(report, "pdf", **changes)).pages
    assert all(page.mediabox.width > page.mediabox.height for page in pages)


def test_without_a_cover_the_first_page_says_what_a_reader_must_know(report: Report) -> None:
    pages = pypdf.PdfReader(made(report, "pdf", cover=False, blocks=[SAID], notices=["Draft – confidential"])).pages
    for number, page in enumerate(pages, start=1):
        words = page.extract_text()
        assert words.count("Draft – confidential") == (2 if number == 1 else 1)
        assert f"{number} / {len(pages)}" in words


def test_a_row_that_wraps_is_as_high_as_its_words(report: Report) -> None:
    sheet = openpyxl.load_workbook(made(report, "xlsx", blocks=[SAID]))["Judgements"]
    short, long = sheet.row_dimensions[2].height, sheet.row_dimensions[3].height
    assert 15 <= short < 40
    assert 399 < long <= 409


def test_stacked_bars_show_each_part_that_there_is_with_its_number() -> None:
    rows = [{"label": "Convention", "full": 12, "open": 3, "none": 0}, {"label": "Directive", "full": 4, "open": None}]
    spec = stacked_bars(
        rows,
        [
            ("full", "met", "positive"),
            ("none", "missing", "negative"),
            ("na", "not asked", "quiet"),
            ("open", "not judged", "quiet"),
        ],
    )
    drawn = render_svg(spec)
    for words in ("Convention", "Directive", ">12<", ">3<", ">4<", "met", "not judged"):
        assert words in drawn, words
    assert "missing" not in drawn
    colours = spec["layer"][0]["encoding"]["color"]["scale"]["range"]
    assert len(set(colours)) == len(colours) == 2
