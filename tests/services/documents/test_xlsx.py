from __future__ import annotations

import dataclasses
import datetime as dt
import io
import tracemalloc
from typing import Any

import openpyxl
import pytest

from migov.services.documents import Column, LazyRows, Report, Table, render


def opened(report: Report) -> Any:
    return openpyxl.load_workbook(io.BytesIO(render(report, "xlsx").content))


def test_the_first_sheet_explains_the_others(report: Report) -> None:
    book = opened(report)
    assert book.sheetnames[0] == "Read me"
    words = [str(cell.value) for row in book["Read me"].iter_rows() for cell in row if cell.value is not None]
    for part in (
        "What the office contributes",
        "22\u00a0November\u00a02026",
        "30\u00a0June\u00a02026",
        "GCM objective 10",
        "Illustrative portfolio: no figure is real.",
        "Confirmed alignments only.",
        "IATI Standard",
        *book.sheetnames[1:],
    ):
        assert part in words, part
    assert any("1244" in word for word in words)


def test_each_table_and_each_chart_has_a_tidy_sheet(report: Report) -> None:
    book = opened(report)
    assert book.sheetnames[1:] == ["Projects that contribute", "Budget by objective", "Results by year", "Evaluations"]
    sheet = book["Projects that contribute"]
    assert [cell.value for cell in sheet[1]] == [
        "Project",
        "Office",
        "Budget share (USD)",
        "People assisted",
        "Spent",
        "End date",
    ]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F3"
    assert not sheet.merged_cells.ranges


def test_values_stay_raw_and_carry_formats(report: Report) -> None:
    sheet = opened(report)["Projects that contribute"]
    _project, office, budget, people, spent, end = sheet[2]
    assert (office.value, budget.value, people.value, spent.value) == ("Chișinău", 1240000, 3120, 0.65)
    assert end.value.date() == dt.date(2026, 6, 30)
    assert (budget.number_format, people.number_format, spent.number_format) == ("#,##0.00", "#,##0", "0 %")
    assert [cell.value for cell in sheet[3]][3:] == ["<10", None, None]
    assert [cell.value for cell in sheet[4]][:3] == ["Total", None, 2100000.5]


def test_links_lead_out_only_where_they_may(report: Report) -> None:
    sheet = opened(report)["Projects that contribute"]
    assert sheet["A2"].hyperlink.target == "https://migov.example.org/projects/1"
    assert sheet["A3"].hyperlink is None
    assert sheet["A3"].value == "Border guards"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "{=1+1}", '=HYPERLINK("http://x")', "\t=1", "http://x"]
)
def test_no_text_becomes_a_formula_or_a_link(report: Report, text: str) -> None:
    table = Table("T", [Column("a", text)], [{"a": text}])
    book = opened(dataclasses.replace(report, title=text, blocks=[table], metadata={text: text}))
    for sheet in book:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert book["T"]["A2"].value == text
    assert book["T"]["A2"].hyperlink is None


def test_sheet_names_are_valid_and_unique(report: Report) -> None:
    captions = ["A/B: [c]*?\\", "a b c", "x" * 40, "x" * 41, "Read me", "History", "'quoted'", "\x00"]
    blocks = [Table(caption or "-", [Column("a", "A")], [{"a": 1}]) for caption in captions]
    names = opened(dataclasses.replace(report, blocks=blocks)).sheetnames
    assert len({name.casefold() for name in names}) == len(captions) + 1
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
    assert "history" not in [name.casefold() for name in names]


def test_overlong_text_is_cut_visibly(report: Report) -> None:
    table = Table("T", [Column("a", "A")], [{"a": "x" * 40_000}])
    value = opened(dataclasses.replace(report, blocks=[table]))["T"]["A2"].value
    assert len(value) == 32_767
    assert value.endswith("…")


def test_a_table_longer_than_a_sheet_goes_on_on_the_next(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migov.services.documents.xlsx.ROWS_AT_MOST", 12)
    table = Table("T", [Column("a", "A", "integer")], [{"a": n} for n in range(25)], total={"a": 300})
    book = opened(dataclasses.replace(report, blocks=[table]))
    assert book.sheetnames == ["Read me", "T", "T (2)", "T (3)"]
    values = [cell.value for name in book.sheetnames[1:] for cell in book[name]["A"][1:]]
    assert values == [*range(25), 300]


def test_ten_thousand_rows_are_streamed(report: Report) -> None:
    lazy = LazyRows(lambda: ({"a": f"Row number {n} with some words to carry", "b": n} for n in range(10_000)))
    table = Table("Long", [Column("a", "Name"), Column("b", "Count", "integer")], lazy)
    tracemalloc.start()
    content = render(dataclasses.replace(report, blocks=[table]), "xlsx").content
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True)["Long"]
    assert sum(1 for _row in sheet.iter_rows()) == 10_001
