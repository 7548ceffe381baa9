from __future__ import annotations

import dataclasses
import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from migov.services.documents import Column, LazyRows, Paragraph, Report, Section, Table, render
from migov.services.documents.layout import PORTRAIT_CHARACTERS, column_shares
from migov.services.documents.values import Cell


def opened(report: Report) -> Any:
    return docx.Document(io.BytesIO(render(report, "docx").content))


def breaks(document: Any) -> int:
    """How many times somebody put a page break into the text."""
    return sum(one.get(qn("w:type")) == "page" for one in document.element.iter(qn("w:br")))


def table_titled(document: Any, heading: str) -> Any:
    return next(table for table in document.tables if table.cell(0, 0).text == heading)


def test_headings_are_real_headings(report: Report) -> None:
    lines = [(paragraph.style.name, paragraph.text) for paragraph in opened(report).paragraphs]
    headings = [line for line in lines if line[0].startswith(("Heading", "Title"))]
    assert headings[0] == ("Title", "What the office contributes")
    assert ("Heading 1", "Portfolio") in headings
    assert ("Heading 2", "Projects") in headings
    assert ("Heading 1", "Notes") in headings


def test_the_contents_name_the_headings_and_refer_to_their_pages(report: Report) -> None:
    document = opened(report)
    lines = [(paragraph.style.name, paragraph.text.strip()) for paragraph in document.paragraphs]
    assert [words for style, words in lines if style == "Contents 1"] == ["Summary", "Portfolio"]
    assert [words for style, words in lines if style == "Contents 2"] == ["Projects", "Money", "Results", "Evaluations"]
    named = {
        mark.get(qn("w:name")): paragraph.text
        for paragraph in document.paragraphs
        for mark in paragraph._p.iter(qn("w:bookmarkStart"))
    }
    asked = {
        field.text.split()[1]: paragraph.text.strip()
        for paragraph in document.paragraphs
        if paragraph.style.name.startswith("Contents ")
        for field in paragraph._p.iter(qn("w:instrText"))
    }
    assert len(asked) == 6
    assert asked == named


def test_table_headings_repeat_and_numbers_stand_right(report: Report) -> None:
    table = table_titled(opened(report), "Project")
    assert table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    assert table.rows[1]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None
    money, office = table.cell(1, 2).paragraphs[0], table.cell(1, 1).paragraphs[0]
    assert (money.text, money.alignment) == ("1,240,000", 2)
    assert office.alignment is None
    assert [cell.text for cell in table.rows[-1].cells] == ["Total", "", "2,100,000.50", "", "", ""]
    assert table.cell(2, 3).text == "<10"
    assert table.cell(2, 4).text == "–"


def test_a_wide_table_lies_in_a_landscape_section(report: Report) -> None:
    orientations = [section.orientation for section in opened(report).sections]
    assert orientations == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]


def test_pictures_have_alternatives_and_the_file_has_properties(report: Report) -> None:
    document = opened(report)
    shape = document.inline_shapes[0]
    assert shape._inline.docPr.get("descr").startswith("Bars: objective 10")
    properties = document.core_properties
    assert (properties.title, properties.author) == ("What the office contributes", "Regional Office")
    assert properties.language == "en"
    assert properties.created.date() == report.date


def test_pages_are_numbered_by_fields(report: Report) -> None:
    footer = opened(report).sections[0].footer._element
    codes = [element.text for element in footer.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_only_followable_addresses_become_links(report: Report) -> None:
    document = opened(report)
    targets = {rel.target_ref for rel in document.part.rels.values() if rel.is_external}
    assert targets == {
        "https://migov.example.org/rows?x=1&y=2",
        "https://migov.example.org/rows",
        "https://migov.example.org/projects/1",
        "https://iatistandard.org/",
    }


def test_ten_thousand_rows_all_arrive(report: Report) -> None:
    lazy = LazyRows(lambda: ({"a": f"Row {n}", "b": n} for n in range(10_000)))
    table = Table("Long", [Column("a", "Name"), Column("b", "Count", "integer")], lazy)
    document = opened(dataclasses.replace(report, blocks=[Section("All", [table])]))
    rows = document.element.body.findall(f".//{qn('w:tr')}")
    assert len(rows) == 10_001
    assert "".join(node.text for node in rows[-1].iter(qn("w:t"))) == "Row 99999,999"


def test_text_runs_from_right_to_left_where_it_should(report: Report) -> None:
    table = Table("T", [Column("a", "Text")], [{"a": "שלום"}, {"a": "hello"}])
    cells = table_titled(opened(dataclasses.replace(report, blocks=[table])), "Text")
    assert cells.cell(1, 0).paragraphs[0]._p.pPr.find(qn("w:bidi")) is not None
    assert cells.cell(2, 0).paragraphs[0]._p.pPr.find(qn("w:bidi")) is None


BANDS = Table(
    "Matrix",
    [Column("a", "Result"), *(Column(f"c{number}", f"Column {number}") for number in range(7))],
    [{"a": "Outcome 1", "head": True}, {"a": "Output 1", "c6": "last", "head": True}, {"c0": "one"}],
    band="head", missing="",
)  # fmt: skip


def test_a_row_that_heads_others_runs_over_its_empty_cells(report: Report) -> None:
    document = opened(dataclasses.replace(report, blocks=[BANDS]))
    rows = table_titled(document, "Result")._tbl.findall(qn("w:tr"))
    words = [
        ["".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in row.findall(qn("w:tc"))] for row in rows
    ]
    assert words[1:] == [["Outcome 1"], ["Output 1", "last"], ["", "one", "", "", "", "", "", ""]]
    spans = [[int(span.get(qn("w:val"))) for span in row.iter(qn("w:gridSpan"))] for row in rows]
    assert spans == [[], [8], [7], []]
    assert [bool(list(row.iter(qn("w:shd")))) for row in rows] == [False, True, True, False]


def test_without_a_cover_a_wide_table_is_on_the_first_page_with_the_title(report: Report) -> None:
    document = opened(dataclasses.replace(report, blocks=[BANDS], cover=False))
    assert [section.orientation for section in document.sections] == [WD_ORIENT.LANDSCAPE]
    assert breaks(document) == 0
    assert document.paragraphs[1].text == report.title
    assert not [one for one in document.paragraphs if one.style.name == "Contents Heading"]


def test_what_follows_the_cover_begins_a_page_without_an_empty_line(report: Report) -> None:
    first = Section("Summary", [Paragraph("All went well.")])
    document = opened(dataclasses.replace(report, blocks=[first]))
    heading = next(one for one in document.paragraphs if one.text == "Summary" and one.style.name == "Heading 1")
    assert heading.paragraph_format.page_break_before
    assert breaks(document) == 0
    plain = opened(dataclasses.replace(report, blocks=[Paragraph("All went well.")]))
    assert breaks(plain) == 1


def test_a_file_may_have_a_name_of_its_own(report: Report) -> None:
    made = render(dataclasses.replace(report, name="results matrix TIR-2026-005"), "docx")
    assert made.filename == f"results-matrix-tir-2026-005-{report.date.isoformat()}.docx"


def test_words_of_a_heading_are_not_broken_for_words_below_it() -> None:
    columns = [
        Column(key, key) for key in ("Framework", "Treatment", "Disaggregation", "Owner", "Notes", "Responsible")
    ]
    rows = [[Cell("n" * 30) for _column in columns]]
    shares = column_shares(columns, rows, PORTRAIT_CHARACTERS)
    for column, share in zip(columns, shares, strict=True):
        assert share * PORTRAIT_CHARACTERS >= len(column.label) + 1.5
