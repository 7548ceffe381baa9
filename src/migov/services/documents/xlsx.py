"""A report as an Excel workbook: a sheet that explains, then one tidy sheet for every table.

Rows are written as they are read and never held, so a table of any length fits. Text stays text: nothing a person
typed can become a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

import xlsxwriter
from django.utils.translation import gettext as _

from . import labels
from .tones import WASHES
from .tree import Column, Link, Report, Row, Table, Tone, Toned, tables
from .values import as_decimal, clean_text, format_value, is_external, one_line, safe_url

BLUE, AMBER, INK, SOFT, LINE, AMBER_WASH = "#0B4F9E", "#A35A00", "#1A2230", "#5A6576", "#D3D9E1", "#FDF4E4"
NUMBER_FORMATS = {"integer": "#,##0", "number": "#,##0.##", "money": "#,##0.00", "percent": "0 %", "date": "yyyy-mm-dd"}
# Limits of the file format.
ROWS_AT_MOST = 1_048_576
TEXT_AT_MOST = 32_767
LINKS_AT_MOST = 65_000
URL_AT_MOST = 2_000
SHEET_NAME_AT_MOST = 31
EARLIEST_DATE = dt.date(1900, 3, 1)
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_WIDTH_SAMPLE = 500
HEADING_LINE, HEADING_LINES = 24, 2  # characters of a heading on one line, and lines of those that are longer
READABLE_WIDTH = 230  # characters across a printed page


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the first sheet lists."""

    name: str
    caption: str
    rows: int
    note: str
    source: str


def render(report: Report) -> bytes:
    """The report's tables as XLSX, those of its charts included. Sheets start with one heading row; data follow."""
    return _Writer(report).write()


class _Writer:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.out = io.BytesIO()
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        }
        self.book: Any = xlsxwriter.Workbook(self.out, options)
        self.names: set[str] = set()
        self.formats: dict[tuple[str, int | None, bool, bool, str], Any] = {}
        self.heading = self.book.add_format(
            {"bold": True, "font_color": BLUE, "bottom": 2, "bottom_color": BLUE, "text_wrap": True, "valign": "top"}
        )
        self.heading_right = self.book.add_format(
            {
                "bold": True,
                "font_color": BLUE,
                "bottom": 2,
                "bottom_color": BLUE,
                "text_wrap": True,
                "valign": "top",
                "align": "right",
            }
        )

    def write(self) -> bytes:
        report = self.report
        moment = dt.datetime.combine(report.date, dt.time())
        self.book.set_properties(
            {
                "title": one_line(report.title)[:255],
                "subject": one_line(report.subtitle)[:255],
                "author": one_line(report.organisation)[:255],
                "comments": " ".join(one_line(words) for words in report.notices)[:255],
                "created": moment,
            }
        )
        front = self.book.add_worksheet(self.name(_("Read me")))
        sheets: list[_Sheet] = []
        for table, chart in tables(report):
            sheets += self.table(table, table.source or (chart.source if chart else ""))
        self.read_me(front, sheets)
        self.book.close()
        return self.out.getvalue()

    def table(self, table: Table, source: str) -> list[_Sheet]:
        """One sheet, or several where a table is longer than a sheet can be."""
        written: list[_Sheet] = []
        rows = iter(table.rows)
        pending: Row | None = next(rows, None)
        while pending is not None or not written:
            name = self.name(table.sheet_name or table.caption)
            sheet = self.book.add_worksheet(name)
            count, pending = self.sheet(sheet, table, pending, rows)
            note = one_line(table.note if count else labels.empty_text(table))
            written.append(_Sheet(name, one_line(table.caption), count, note, one_line(source)))
        return written

    def sheet(self, sheet: Any, table: Table, first: Row | None, rows: Iterator[Row]) -> tuple[int, Row | None]:
        """Write rows until they or the sheet end; give how many, and the first that found no room."""
        columns = table.columns
        wrapped = _wrapped_widths(columns) if table.wrap else []
        if wrapped:
            sheet.set_row(0, _wrapped_height([column.heading for column in columns], wrapped))
        elif any(len(clean_text(column.heading)) > HEADING_LINE for column in columns):
            sheet.set_row(0, 15 * HEADING_LINES + 2)
        for index, column in enumerate(columns):
            sheet.write_string(
                0, index, clean_text(column.heading), self.heading_right if column.numeric else self.heading
            )
        widths = [_heading_width(clean_text(column.heading)) for column in columns]
        row_number, links, left = 0, 0, None
        if first is not None:
            for row in chain([first], rows):
                # The last row of a sheet is kept for the total.
                if row_number >= ROWS_AT_MOST - 2:
                    left = row
                    break
                row_number += 1
                if wrapped:
                    cells = [format_value(row.get(column.key), column.kind) for column in columns]
                    sheet.set_row(row_number, _wrapped_height(cells, wrapped))
                for index, column in enumerate(columns):
                    value = row.get(column.key)
                    links += self.cell(sheet, row_number, index, value, column, links, wrap=table.wrap)
                    if row_number <= _WIDTH_SAMPLE:
                        widths[index] = max(widths[index], len(format_value(value, column.kind)))
        if row_number:
            sheet.autofilter(0, 0, row_number, len(columns) - 1)
        if table.total is not None and left is None:
            self.total(sheet, row_number + 1, table, widths)
        sheet.freeze_panes(1, 0)
        held = [max(9, min(width + 3, 60)) for width in wrapped or widths]
        for index, width in enumerate(held):
            sheet.set_column(index, index, width)
        sheet.repeat_rows(0)
        self.paper(sheet, sum(held))
        return row_number, left

    def paper(self, sheet: Any, width: int = 0) -> None:
        """How the sheet is printed: on landscape A4, as wide as the page, with what a reader must know first and the page on each.

        width: in characters; a sheet too wide to be read on one page goes over several.
        """
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(max(1, -(-width // READABLE_WIDTH)), 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        notice = labels.notice_line(self.report, 110).replace("&", "&&")
        sheet.set_footer(f"&L{notice}&R&P / &N")

    def total(self, sheet: Any, row_number: int, table: Table, widths: list[int]) -> None:
        total = table.total or {}
        for index, column in enumerate(table.columns):
            value = total.get(column.key)
            if index == 0 and value is None:
                sheet.write_string(row_number, 0, _("Total"), self.format("text", None, strong=True))
            else:
                self.cell(sheet, row_number, index, value, column, LINKS_AT_MOST, strong=True)
            widths[index] = max(widths[index], len(format_value(value, column.kind)))

    def cell(
        self,
        sheet: Any,
        row: int,
        index: int,
        value: Any,
        column: Column,
        links: int,
        *,
        strong: bool = False,
        wrap: bool = False,
    ) -> int:
        """Write one raw value; gives 1 when it took one of the sheet's links."""
        tone = value.tone if isinstance(value, Toned) else ""
        style = self.format(column.kind, column.decimals, strong=strong, wrap=wrap, tone=tone)
        if value is None or value == "":
            sheet.write_blank(row, index, None, style)
            return 0
        url = self.address(value, column)
        if url and links < LINKS_AT_MOST and len(url) <= URL_AT_MOST:
            sheet.write_url(row, index, url, None, _text(value))
            return 1
        number = as_decimal(value)
        if number is not None and column.kind != "text":
            sheet.write_number(row, index, float(number), style)
        elif number is not None and isinstance(value, int):
            sheet.write_number(row, index, value, self.format("text", None, strong=strong))
        elif isinstance(value, dt.date) and _day(value) >= EARLIEST_DATE:
            moment = dt.datetime.combine(value, dt.time()) if not isinstance(value, dt.datetime) else value
            sheet.write_datetime(row, index, moment, self.format("date", None, strong=strong))
        else:
            sheet.write_string(row, index, _text(value), style)
        return 0

    def address(self, value: Any, column: Column) -> str:
        if isinstance(value, Link):
            url = safe_url(value.url, self.report.base_url)
        elif column.kind == "link" and isinstance(value, str):
            url = safe_url(value, self.report.base_url)
        else:
            return ""
        return url if is_external(url) else ""

    def format(
        self, kind: str, decimals: int | None, *, strong: bool, wrap: bool = False, tone: Tone | Literal[""] = ""
    ) -> Any:
        key = (kind, decimals, strong, wrap, tone)
        if key not in self.formats:
            look: dict[str, Any] = {"valign": "top"}
            if kind in NUMBER_FORMATS:
                look["num_format"] = _number_format(kind, decimals)
                look |= {"align": "left", "indent": 1} if kind == "date" else {"align": "right"}
            if wrap:
                look |= {"text_wrap": kind not in NUMBER_FORMATS, "bottom": 1, "bottom_color": LINE}
            if tone:
                look["bg_color"] = f"#{WASHES[tone]}"
            if strong:
                look |= {"bold": True, "top": 1}
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]

    def name(self, wish: str) -> str:
        """A sheet name the format allows and the workbook does not have yet."""
        stem = _FORBIDDEN_IN_NAMES.sub(" ", one_line(wish))
        stem = " ".join(stem.split()).strip("'")[:SHEET_NAME_AT_MOST].strip().strip("'")
        # "History" is reserved by Excel.
        if not stem or stem.casefold() == "history":
            stem = f"{_('Table')} {stem}".strip()
        name, count = stem, 1
        while name.casefold() in self.names:
            count += 1
            ending = f" ({count})"
            name = stem[: SHEET_NAME_AT_MOST - len(ending)].rstrip() + ending
        self.names.add(name.casefold())
        return name

    def read_me(self, sheet: Any, sheets: list[_Sheet]) -> None:
        report = self.report
        wrap = {"text_wrap": True, "valign": "top"}
        title = self.book.add_format({"bold": True, "font_size": 18, "font_color": BLUE})
        soft = self.book.add_format({"font_color": SOFT, **wrap})
        plain = self.book.add_format(wrap)
        section = self.book.add_format({"bold": True, "font_color": BLUE, "bottom": 1, "bottom_color": LINE})
        notice = self.book.add_format({"font_color": AMBER, "bg_color": AMBER_WASH, "bold": True, **wrap})
        link = self.book.add_format({"font_color": BLUE, "underline": 1, **wrap})
        right = self.book.add_format({"num_format": "#,##0", "align": "right", "valign": "top"})
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 72)
        sheet.set_column(2, 2, 10)
        sheet.set_column(3, 3, 50)
        sheet.hide_gridlines(2)
        self.paper(sheet)
        row = 0
        sheet.set_row(row, 28)
        sheet.write_string(row, 0, _text(one_line(report.title)), title)
        if report.subtitle:
            row += 1
            sheet.write_string(row, 0, _text(one_line(report.subtitle)))
        if report.organisation:
            row += 1
            sheet.write_string(row, 0, _text(one_line(report.organisation)))
        row += 2
        for words in report.notices:
            sheet.set_row(row, _height(words))
            sheet.write_string(row, 0, _("Notice"), notice)
            sheet.write_string(row, 1, _text(words), notice)
            row += 1
        for label, words in [*labels.page_dates(report), *report.metadata.items()]:
            sheet.set_row(row, _height(words))
            sheet.write_string(row, 0, _text(label), soft)
            sheet.write_string(row, 1, _text(words), plain)
            row += 1
        row += 1
        for index, words in enumerate((_("Sheet"), _("Table"), _("Rows"), _("Notes and source"))):
            sheet.write_string(row, index, words, section)
        for entry in sheets:
            row += 1
            remark = " · ".join(part for part in (entry.note, entry.source) if part)
            sheet.set_row(row, max(_height(entry.caption), _height(remark, 46)))
            quoted = entry.name.replace("'", "''")
            sheet.write_url(row, 0, f"internal:'{quoted}'!A1", link, entry.name)
            sheet.write_string(row, 1, _text(entry.caption), plain)
            sheet.write_number(row, 2, entry.rows, right)
            sheet.write_string(row, 3, _text(remark), soft)
        row += 2
        for heading, lines in ((_("Sources"), report.sources), (_("Notes"), report.footnotes)):
            if not lines:
                continue
            sheet.write_string(row, 0, heading, section)
            sheet.write_blank(row, 1, None, section)
            for line in lines:
                row += 1
                sheet.set_row(row, _height(format_value(line)))
                url = safe_url(line.url, report.base_url) if isinstance(line, Link) else ""
                if is_external(url) and len(url) <= URL_AT_MOST:
                    sheet.write_url(row, 1, url, link, _text(line))
                else:
                    sheet.write_string(row, 1, _text(line), plain)
            row += 2


def _heading_width(heading: str) -> int:
    """In characters: all of a short heading, and of a long one what lets it stand on two lines."""
    if len(heading) <= HEADING_LINE:
        return len(heading)
    return max(len(heading) // HEADING_LINES + 4, *(len(word) for word in heading.split()))


def _wrapped_widths(columns: Sequence[Column]) -> list[int]:
    """Widths in characters for words that wrap: six for each unit of a column's weight, never less than its heading's longest word."""
    return [
        max(int(6 * (column.width or 1)), max(len(word) for word in column.heading.split() or [""]))
        for column in columns
    ]


def _wrapped_height(cells: Sequence[str], widths: Sequence[int]) -> float:
    """The height of a row in points whose words wrap. Excel draws none above 409; what is longer is still in the cell."""
    return max(_height(words, max(width - 1, 1)) for words, width in zip(cells, widths, strict=True))


def _height(words: object, line_length: int = 68) -> float:
    """The height of a row in points: rows are written at once, so Excel cannot be left to fit it."""
    lines = sum(1 + len(line) // line_length for line in clean_text(words).split("\n"))
    return float(min(15 * lines + 2, 400))


def _text(value: Any) -> str:
    words = format_value(value) if isinstance(value, Link | Toned | bool | dt.date) else clean_text(value)
    return words if len(words) <= TEXT_AT_MOST else words[: TEXT_AT_MOST - 1] + "…"


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _number_format(kind: str, decimals: int | None) -> str:
    if decimals is None or kind == "date":
        return NUMBER_FORMATS[kind]
    places = f".{'0' * decimals}" if decimals else ""
    return f"0{places} %" if kind == "percent" else f"#,##0{places}"
