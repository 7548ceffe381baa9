"""How a report is set: sizes of type, what stays together, what is never divided, what stands at the foot."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn

from migov.services.documents import Column, Paragraph, Report, Section, Table, render
from migov.services.documents.html import fragment, headings
from migov.services.documents.layout import break_long_words, shares_of
from migov.services.documents.tree import TypeSize
from migov.services.documents.values import Cell


def pdf(report: Report) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(render(report, "pdf").content))


def word(report: Report) -> Any:
    return docx.Document(io.BytesIO(render(report, "docx").content))


def placed(page: pypdf.PageObject) -> list[tuple[float, float, str]]:
    """The pieces of text of a page with where they stand: from the left, from the foot."""
    found: list[tuple[float, float, str]] = []

    def keep(text: str, current: Any, matrix: Any, *_rest: Any) -> None:
        if text.strip():
            found.append((matrix[4] * current[0] + current[4], matrix[5] * current[3] + current[5], text.strip()))

    page.extract_text(visitor_text=keep)
    return found


def at(page: pypdf.PageObject, start: str) -> tuple[float, float]:
    """Where a piece of text that begins so stands."""
    return next((x, abs(y)) for x, y, text in placed(page) if text.startswith(start))


def test_type_that_is_read_out_is_large_and_a_sheet_that_holds_much_is_small(report: Report) -> None:
    long = dataclasses.replace(report, blocks=[Paragraph("Words and words. " * 900)], cover=False)
    sizes: tuple[TypeSize, ...] = ("small", "normal", "large")
    pages = [len(pdf(dataclasses.replace(long, type_size=size)).pages) for size in sizes]
    assert pages[0] < pages[1] < pages[2]
    points = [word(dataclasses.replace(long, type_size=size)).styles["Normal"].font.size.pt for size in sizes]
    assert points == [9.5, 10.5, 16]
    assert ["report-large" in fragment(dataclasses.replace(long, type_size=size)) for size in ("normal", "large")] == [
        False,
        True,
    ]


def test_what_follows_a_table_stands_below_its_source(report: Report) -> None:
    table = Table("T", [Column("a", "Name")], [{"a": "one"}], source="A register")
    page = pdf(dataclasses.replace(report, blocks=[table, Paragraph("Afterwards.")], cover=False)).pages[0]
    (_x, source), (_other, after) = at(page, "Source:"), at(page, "Afterwards")
    assert abs(source - after) > 10


def test_a_short_table_keeps_its_heading_note_and_source_on_one_page(report: Report) -> None:
    table = Table(
        "Small one", [Column("a", "Name")], [{"a": f"Row {n}"} for n in range(6)], note="A note.", source="A source"
    )
    for lines in range(28, 44):
        blocks = [Paragraph("One line.")] * lines + [Section("Its heading", [table])]
        pages = [page.extract_text() for page in pdf(dataclasses.replace(report, blocks=blocks, cover=False)).pages]
        holding = next(text for text in pages if "Small one" in text)
        assert all(words in holding for words in ("Its heading", "Row 0", "Row 5", "A note.", "A source")), lines


def test_a_row_that_heads_others_does_not_push_its_neighbours_where_words_wrap(report: Report) -> None:
    columns = [Column("a", "First"), Column("b", "Second"), Column("c", "Third")]
    rows = [{"a": "Head of them", "head": True}, {"a": "one", "b": "two", "c": "three"}]
    page = pdf(
        dataclasses.replace(report, blocks=[Table("T", columns, rows, band="head", wrap=True)], cover=False)
    ).pages[0]
    assert [round(at(page, words)[0]) for words in ("one", "two", "three")] == [
        round(at(page, words)[0]) for words in ("First", "Second", "Third")
    ]


def test_days_and_addresses_in_tables_are_not_divided(report: Report) -> None:
    columns = [Column("a", "Name", width=6), Column("b", "Write to", width=1), Column("c", "As of", width=1)]
    rows = [{"a": "A long name " * 8, "b": "secretariat@example.org", "c": "14\u00a0October\u00a02026"}]
    text = (
        pdf(dataclasses.replace(report, blocks=[Table("T", columns, rows, wrap=True)], cover=False))
        .pages[0]
        .extract_text()
    )
    assert "secretariat@example.org" in text and "October" in text


def test_columns_of_wrapped_text_make_room_for_the_longest_word_of_a_narrow_one() -> None:
    table = Table("T", [Column("a", "A", width=9), Column("b", "B", width=1)], [], wrap=True)
    wide, narrow = shares_of(table, [[Cell("some words"), Cell("participating")]], 60)
    assert narrow * 60 >= len("participating") and wide + narrow == pytest.approx(1)
    assert shares_of(table, [[Cell("w" * 80), Cell("p" * 80)]], 30) == [0.9, 0.1]


def test_an_address_is_broken_at_its_slashes() -> None:
    broken = break_long_words("pragueprocess.eu/en/about/states-partners")
    assert broken.replace("\u200b", "") == "pragueprocess.eu/en/about/states-partners"
    assert broken.split("\u200b")[:3] == ["pragueprocess.eu/", "en/", "about/"]
    assert break_long_words("1/2 and/or") == "1/2 and/or"


def test_what_a_reader_must_know_first_stands_whole_at_the_foot_of_every_page(report: Report) -> None:
    notices = [
        "Draft: it has not been cleared, and its words may still change.",
        "Written for the demonstration; nothing in it is real.",
    ]
    told = dataclasses.replace(report, notices=notices, cover=False)
    assert " · ".join(notices) in " ".join(pdf(told).pages[0].extract_text().split())
    section = word(told).sections[0]
    for footer in (section.footer, section.first_page_footer):
        assert footer.paragraphs[0].text == " · ".join(notices)
        assert [one.text for one in footer.paragraphs[1]._p.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    assert section.header.paragraphs[0].text == report.title and not section.first_page_header.paragraphs[0].text


def test_a_long_list_of_contents_keeps_to_the_cover(report: Report) -> None:
    many = dataclasses.replace(
        report, blocks=[Section(f"Chapter {n}", [Paragraph("Text.")]) for n in range(30)], notices=[]
    )
    pages = [page.extract_text() for page in pdf(many).pages]
    assert "Chapter 29" in pages[0] and "Text." in pages[1]


def test_headings_of_a_page_can_be_linked_to(report: Report) -> None:
    page = fragment(report)
    found = headings(report)
    assert [(level, title) for _anchor, level, title in found][:3] == [
        (1, "Summary"),
        (1, "Portfolio"),
        (2, "Projects"),
    ]
    for anchor, _level, title in found:
        assert f'id="{anchor}" dir="auto">{title}<' in page


def test_a_workbook_has_room_for_long_headings_and_prints_readably(report: Report) -> None:
    long = "What became of it after the third meeting"
    wide = [Column(f"c{n}", f"Column {n}") for n in range(12)]
    tables = [
        Table("Long", [Column("a", long)], [{"a": "x"}]),
        Table("Wide", wide, [{f"c{n}": "words " * 12 for n in range(12)}]),
    ]
    book = openpyxl.load_workbook(io.BytesIO(render(dataclasses.replace(report, blocks=tables), "xlsx").content))
    sheet = book["Long"]
    width, height = sheet.column_dimensions["A"].width, sheet.row_dimensions[1].height
    assert width * 2 >= len(long) and height >= 30
    assert sheet.page_setup.fitToWidth in (None, 1) and book["Wide"].page_setup.fitToWidth > 2


def test_a_dash_between_years_stays_in_the_name_of_a_file(report: Report) -> None:
    made = render(dataclasses.replace(report, name="Roadmap, Albania, 2025–2028"), "docx")
    assert made.filename.startswith("roadmap-albania-2025-2028-")
