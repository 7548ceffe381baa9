"""Lists as files."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from migov.services.documents import Column, LazyRows, Link, Report, Table, UnknownFormat
from migov.services.documents.listing import MARK, csv_cell, csv_response, list_response

COLUMNS = [Column("title", "Title"), Column("budget", "Budget", "money", unit="USD"), Column("starts", "Start", "date")]


def table(rows):
    return Table("Projects", COLUMNS, LazyRows(lambda: iter(rows)))


def report(rows):
    return Report(title="Portfolio of Türkiye", blocks=[table(rows)], date=date(2026, 11, 22))


def read(response):
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith(MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(MARK))))


def test_csv_holds_raw_values_under_one_heading_row():
    rows = [{"title": "Shelter", "budget": Decimal("1240000.50"), "starts": date(2023, 3, 1)}, {"title": "Border"}]
    response = csv_response(table(rows), "Portfolio of Türkiye")
    assert response["Content-Disposition"] == 'attachment; filename="portfolio-of-turkiye.csv"'
    assert read(response) == [
        ["Title", "Budget (USD)", "Start"],
        ["Shelter", "1240000.5", "2023-03-01"],
        ["Border", "", ""],
    ]


@pytest.mark.parametrize("hostile", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0"])
def test_text_cannot_become_a_formula(hostile):
    assert csv_cell(hostile).startswith("'")
    book = load_workbook(io.BytesIO(list_response(report([{"title": hostile}]), "xlsx").content))
    cell = book["Projects"]["A2"]
    assert cell.data_type == "s"
    assert cell.value.strip() == hostile.strip()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("-5"), "-5"), (Decimal("1E+3"), "1000"), (True, "yes"), (None, ""), (Link("Here", "/x"), "Here"),
        ("a\x00b", "ab"), (Decimal("NaN"), ""), (0, "0"),
    ],
)  # fmt: skip
def test_values_as_cells(value, text):
    assert csv_cell(value) == text


def test_csv_is_made_as_it_is_read():
    made = []

    def rows():
        for number in range(1000):
            made.append(number)
            yield {"title": str(number)}

    pieces = iter(csv_response(Table("Long", COLUMNS, LazyRows(rows)), "long").streaming_content)
    next(pieces)
    assert len(made) < 1000
    assert len(list(pieces)) > 1


def test_an_unknown_format_is_refused():
    with pytest.raises(UnknownFormat):
        list_response(report([]), "pdf")
