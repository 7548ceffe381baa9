"""Lists as files: CSV that opens in Excel, streamed row by row, and XLSX. Every list page exports through here."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, TypeVar

from django.http import HttpResponse, StreamingHttpResponse

from .rendering import FORMATS, UnknownFormat, render
from .tree import Link, Report, Table, Toned, tables
from .values import clean_text, one_line, slug

# Excel takes a UTF-8 file for what it is only when it begins with this mark.
MARK = "\ufeff"
# A spreadsheet runs text that begins with one of these as a formula.
RISKY = ("=", "+", "-", "@", "\t", "\r")
ROWS_IN_A_PIECE = 200
LIST_FORMATS = ("csv", "xlsx")

Response = TypeVar("Response", HttpResponse, StreamingHttpResponse)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_cell(value: Any) -> str:
    """A raw value as a cell: plain numbers, dates as 2025-03-31, text that cannot become a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else ""
    if isinstance(value, dt.date):
        return value.isoformat()
    text = clean_text(value.text if isinstance(value, Link | Toned) else value)
    return f"'{text}" if text.lstrip(" ").startswith(RISKY) else text


def csv_lines(table: Table) -> Iterator[str]:
    """The table as CSV, in pieces of some hundred rows: heading row first, then each row, without the total."""
    writer = csv.writer(_Echo())
    columns = table.columns
    piece = [MARK, writer.writerow([csv_cell(column.heading) for column in columns])]
    for number, row in enumerate(table.rows, start=1):
        piece.append(writer.writerow([csv_cell(row.get(column.key)) for column in columns]))
        if number % ROWS_IN_A_PIECE == 0:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)


def csv_response(table: Table, name: str) -> StreamingHttpResponse:
    """The table as a CSV file, streamed: memory does not grow with its length. `name`: words for the file name."""
    return _saved(StreamingHttpResponse(csv_lines(table), content_type="text/csv; charset=utf-8"), f"{slug(name)}.csv")


def xlsx_response(report: Report) -> HttpResponse:
    """The report as an Excel workbook to save: a sheet that explains it, then one sheet for each table."""
    made = render(report, "xlsx")
    return _saved(HttpResponse(made.content, content_type=made.content_type), made.filename)


def list_response(report: Report, fmt: str) -> HttpResponse | StreamingHttpResponse:
    """A list in one of LIST_FORMATS; the first table of the report where the format holds only one.

    Raises UnknownFormat for any other name, ValueError for a report without a table.
    """
    if fmt == "xlsx":
        return xlsx_response(report)
    if fmt != "csv":
        raise UnknownFormat(f"Lists are made as {', '.join(LIST_FORMATS)}, not as {fmt!r}.")
    first = next(iter(tables(report)), None)
    if first is None:
        raise ValueError("The report has no table.")
    return csv_response(first[0], f"{one_line(report.title)}-{report.date.isoformat()}")


def format_labels(names: Iterable[str] = LIST_FORMATS) -> list[tuple[str, str]]:
    """Format → its name for people, for the buttons of a list."""
    return [(name, "CSV" if name == "csv" else str(FORMATS[name].label)) for name in names]


def _saved(response: Response, filename: str) -> Response:
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
