"""Tables that people upload are read as text, bounded, and harmless to open."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from migov.services.files.workbooks import Unreadable, formulas_without_value, read_table, text_of

BOUNDS = {"most_rows": 5, "most_columns": 4, "most_bytes": 100_000}


def workbook(*rows: list[Any], title: str = "Data", percent: str = "") -> io.BytesIO:
    book, out = Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if percent:
        sheet[percent].number_format = "0.0%"
    book.save(out)
    out.seek(0)
    return out


def read(file: io.BytesIO, name: str = "a.xlsx") -> Any:
    return read_table(file, name, file.getbuffer().nbytes, **BOUNDS)


def test_cells_are_texts_as_people_type_them() -> None:
    said = [
        text_of(one) for one in (None, True, 3, 2.50, 1e15, date(2025, 3, 1), datetime(2025, 3, 1, 9, tzinfo=UTC), "a")
    ]
    assert said == ["", "yes", "3", "2.5", "1000000000000000", "2025-03-01", "2025-03-01", "a"]


def test_a_workbook_is_read_without_the_empty_ends_of_rows_and_sheets() -> None:
    sheet = read(workbook(["Name", "Share"], ["x", 0.75], [None, None], percent="B2"))[0]
    assert (sheet.title, sheet.rows) == ("Data", [["Name", "Share"], ["x", "0.75"]])
    assert sheet.percents == {(1, 1)}
    assert sheet.text(9, 9) == ""
    assert (sheet.place(1), sheet.place(1, 27)) == ("sheet “Data”, row 2", "sheet “Data”, cell AB2")


def test_formulas_that_were_never_worked_out_are_named() -> None:
    file = workbook(["a", "=1+1"], ["b", 2])
    assert formulas_without_value(file, 10, 10) == {"Data": [(0, 1)]}
    file.seek(0)
    assert read(file)[0].without_value == {(0, 1)}


@pytest.mark.parametrize(
    "text", [b"Sex;Age\nf;3\n", b"Sex,Age\nf,3", "\ufeffSex\tAge\r\nf\t3".encode(), "Sex;Age\nf;3".encode("utf-16")]
)
def test_csv_is_divided_by_what_its_first_line_is_divided_by(text: bytes) -> None:
    assert read(io.BytesIO(text), "a.csv")[0].rows == [["Sex", "Age"], ["f", "3"]]


def test_what_is_too_large_damaged_or_no_table_is_refused_with_the_reason() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "c">]><workbook/>')
    bomb.seek(0)
    for file, name, said in (
        (workbook(*[["x"]] * 6), "a.xlsx", "more than 5 rows"), (io.BytesIO(b"a\n" * 6), "a.csv", "more than 5 rows"),
        (io.BytesIO(b"a" * 100_001), "a.csv", "larger than"), (io.BytesIO("é".encode("latin-1")), "a.csv", "not in UTF-8"),
        (io.BytesIO(b"a\x00b"), "a.csv", "no text"), (io.BytesIO(b"x"), "a.txt", "choose an Excel workbook"),
        (io.BytesIO(b"%PDF-1.7"), "a.xlsx", "PDF"), (bomb, "a.xlsx", "declarations|damaged|Office"),
    ):  # fmt: skip
        with pytest.raises(Unreadable, match=said):
            read(file, name)
