"""The results matrix as a workbook that people fill and migov reads back: what goes out and comes in unchanged changes nothing."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from migov.services.documents.values import clean_text
from migov.services.files.workbooks import check, formulas_without_value
from migov.work.proposals import matrix_cells
from migov.work.proposals.matrix_cells import INDICATOR_CELLS, RESULT_CELLS, Cell
from migov.work.proposals.matrix_periods import Span
from migov.work.proposals.matrix_tables import (
    CAN_BE_READ,
    MOST_COLUMNS,
    MOST_ROWS,
    Found,
    Unreadable,
    columns_of,
    is_matrix,
    nest,
    plain,
    read_table,
    used,
)
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries.matrix import IndicatorNode, Matrix, ResultNode, matrix_of

MATRIX, TARGETS, HELP = "Matrix", "Targets", "How to fill"
BLUE, WASH, LINE = "#0B4F9E", "#EEF4FB", "#D3D9E1"
_TWO_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\D+(\d{4}-\d\d-\d\d)")
_YEAR = re.compile(r"\D*(20\d\d)\D*")
# Column of the sheet → cell of a result, cell of an indicator, width.
COLUMNS: tuple[tuple[str, str, str, int], ...] = (
    ("Title", "title", "title", 48),
    ("Description or definition", "description", "definition", 40),
    ("Unit", "", "unit", 14),
    ("Type", "", "measure", 13),
    ("More is better", "", "ascending", 10),
    ("Over several periods", "", "across_periods", 14),
    ("Counts people", "", "counts_people", 10),
    ("Disaggregation", "", "dimensions", 20),
    ("Data source and collection method", "", "data_source", 34),
    ("Means of verification", "", "verification", 34),
    ("Assumptions", "assumptions", "assumptions", 34),
    ("Baseline", "", "baseline", 12),
    ("Date of the baseline", "", "baseline_date", 13),
    ("Party responsible", "responsible", "", 20),
    ("First month", "first_month", "", 8),
    ("Last month", "last_month", "", 8),
)
FIRST = ("ID", "Level", "No.")


def export(proposal: Proposal) -> bytes:
    """The matrix as XLSX: "Matrix" with a row for each result and indicator, "Targets" with a column for each period, "How to fill".

    IDs of rows stand in a hidden column. Three queries.
    """
    matrix = matrix_of(proposal)
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": clean_text(proposal.project.record.title)[:255]})
        _Writer(book, matrix).write()
    return out.getvalue()


class _Writer:
    def __init__(self, book: Any, matrix: Matrix) -> None:
        self.book, self.matrix = book, matrix
        edge = {"valign": "top", "text_wrap": True, "border": 1, "border_color": LINE}
        self.head = book.add_format({"bold": True, "font_color": BLUE, "bottom": 2, "bottom_color": BLUE} | edge)
        self.text = book.add_format(edge)
        self.result = book.add_format({"bold": True, "bg_color": WASH} | edge)
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"} | edge)
        self.number = book.add_format({"num_format": "#,##0.######", "align": "right"} | edge)

    def write(self) -> None:
        self._matrix()
        self._targets()
        self._help()

    def _matrix(self) -> None:
        sheet = self.book.add_worksheet(MATRIX)
        headings = [*FIRST, *(column[0] for column in COLUMNS)]
        self._heading(sheet, headings, [10, 11, 8, *(column[3] for column in COLUMNS)])
        number = 1
        for node in self.matrix.results():
            level = str(node.row.get_level_display())
            self._row(sheet, number, node, level, 1)
            number += 1
            for one in node.indicators:
                self._row(sheet, number, one, "indicator", 2)
                number += 1
        last = max(number + 300, 400)
        self._list(sheet, 1, last, ["objective", "outcome", "output", "activity", "indicator"])
        for place, (_label, _result, cell, _width) in enumerate(COLUMNS, start=len(FIRST)):
            found = INDICATOR_CELLS.get(cell)
            if found and found.kind == "truth":
                self._list(sheet, place, last, ["yes", "no"])
            elif found and found.choices:
                self._list(sheet, place, last, [str(label) for label in found.choices.values()])

    def _row(self, sheet: Any, number: int, node: ResultNode | IndicatorNode, level: str, which: int) -> None:
        style = self.result if which == 1 else self.text
        for place, text in enumerate((node.anchor, level, node.number)):
            sheet.write_string(number, place, text, style)
        for place, column in enumerate(COLUMNS, start=len(FIRST)):
            name = column[1] if which == 1 else column[2]
            if name:
                self._cell(sheet, number, place, node, (RESULT_CELLS if which == 1 else INDICATOR_CELLS)[name], style)
            else:
                sheet.write_blank(number, place, None, style)

    def _cell(self, sheet: Any, row: int, place: int, node: ResultNode | IndicatorNode, cell: Cell, style: Any) -> None:
        value = getattr(node.row, cell.name)
        if cell.name == "baseline" and value is not None:
            self._amount(sheet, row, place, value)
        elif isinstance(value, date):
            sheet.write_datetime(row, place, datetime.combine(value, datetime.min.time()), self.day)
        elif cell.kind == "month" and value is not None:
            sheet.write_number(row, place, value, style)
        else:
            text = matrix_cells.shown(node.row, cell.name)
            if cell.choices:
                text = str(cell.choices.get(text, text))
            sheet.write_string(row, place, text, style)

    def _amount(self, sheet: Any, row: int, place: int, value: Decimal) -> None:
        if Decimal(repr(float(value))) == value:
            sheet.write_number(row, place, float(value), self.number)
        else:  # more digits than a spreadsheet keeps
            sheet.write_string(row, place, matrix_cells.digits(value), self.number)

    def _targets(self) -> None:
        sheet = self.book.add_worksheet(TARGETS)
        spans = self.matrix.columns
        headings = [
            "ID",
            "No.",
            "Indicator",
            "Unit",
            *(f"{span.starts.isoformat()} to {span.ends.isoformat()}" for span in spans),
        ]
        self._heading(sheet, headings, [10, 8, 48, 14, *([16] * len(spans))])
        for number, node in enumerate(self.matrix.indicators(), start=1):
            for place, text in enumerate((node.anchor, node.number, node.row.title, node.row.unit)):
                sheet.write_string(number, place, text, self.text)
            for place, span in enumerate(spans, start=4):
                target = node.targets.get(span)
                if target is None:
                    sheet.write_blank(number, place, None, self.number)
                elif target.value is not None:
                    self._amount(sheet, number, place, target.value)
                else:
                    sheet.write_string(number, place, target.words, self.text)

    def _heading(self, sheet: Any, headings: Sequence[str], widths: Sequence[int]) -> None:
        for place, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            sheet.write_string(0, place, heading, self.head)
            sheet.set_column(place, place, width, None, {"hidden": True} if place == 0 else {})
        sheet.freeze_panes(1, 4 if headings[1] == "Level" else 3)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _list(self, sheet: Any, column: int, last: int, values: list[str]) -> None:
        sheet.data_validation(1, column, last, column, {
            "validate": "list", "source": values, "ignore_blank": True, "error_title": "Not in the list",
            "error_message": "Choose one of the list.", "error_type": "warning",
        })  # fmt: skip

    def _help(self) -> None:
        sheet = self.book.add_worksheet(HELP)
        sheet.set_column(0, 0, 110)
        lines = [
            _("Results matrix"), self.matrix.proposal.project.record.title, "",
            _("Change cells and add rows as you need; the order of rows is the order of the matrix."),
            _("Each row has a level: objective, outcome, output, activity or indicator. It belongs to the nearest row above it of the "
              "level above; an indicator belongs to the nearest result above it."),
            _("The first column is hidden. It says which row of migov a row is: leave it as it is, and empty in new rows. A row that you "
              "delete is taken out of the matrix when the file is read."),
            _("Targets stand on their own sheet, a column for each period. A new indicator gets a row there with its title."),
            _("Numbers: 1200.5 or 1,200.5. Dates: 2026-12-31 or 31.12.2026. Disaggregation: sex, age and others."),
            _("An empty cell under Type, More is better, Over several periods or Counts people changes nothing; a new row takes "
              "number, yes, not declared and no."),
            _("Before anything changes migov shows what would change. Nothing is read by halves."),
        ]  # fmt: skip
        for number, line in enumerate(lines):
            sheet.write_string(number, 0, clean_text(line), self.head if number == 0 else self.text)


def read(file: BinaryIO, name: str, size: int, spans: Sequence[Span]) -> Found:
    """Read a workbook into drafts; what is wrong with its rows is noted beside them.

    spans: the periods that targets may be for. Raises Unreadable for what is no workbook of Excel or holds no matrix.
    """
    check(file, name, size, "xlsx", can=str(CAN_BE_READ))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations that are not read
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheets = {sheet.title: _rows(sheet) for sheet in book.worksheets}
            book.close()
            without_value = formulas_without_value(file, MOST_ROWS + 2, MOST_COLUMNS)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(
            _("“%(name)s” is damaged: Excel's format cannot be read. Open it, save it anew, and try again.")
            % {"name": name}
        ) from error
    found = Found()
    main = next((title for title, rows in sheets.items() if rows and is_matrix(rows[0])), None)
    if main is None:
        said = "; ".join(
            f"“{title}”: {', '.join(rows[0][:8]) if rows else _('empty')}"[:200] for title, rows in sheets.items()
        )
        raise Unreadable(
            _("No sheet holds a results matrix. Its headings are, for example, Level and Title. Found: %(said)s")
            % {"said": said[:600]}
        )
    _refuse_formulas(main, sheets[main], without_value, found)
    read_table(sheets[main], _place(main), found, spans)
    nest(found)
    for title, rows in sheets.items():
        if title != main and rows and _is_targets(rows[0]):
            _refuse_formulas(title, rows, without_value, found)
            _read_targets(title, rows, found, spans)
    return found


def _refuse_formulas(
    title: str, rows: Sequence[Sequence[str]], without_value: dict[str, list[tuple[int, int]]], found: Found
) -> None:
    """Say which cells of a sheet cannot be read because their formula has no value; columns without a heading are not read."""
    for row, column in without_value.get(title, ()):
        if _cell(rows[0], column).strip():
            text = _("holds a formula without a value. Open the file in Excel, save it, and read it again.")
            found.say(_place(title)(row, column), text)


def _rows(sheet: Any) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for row in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True):
        rows.append([_text(value) for value in row])
    kept = used(rows)
    if len(kept) > MOST_ROWS:
        raise Unreadable(
            _("Sheet “%(sheet)s” has more than %(most)d rows.") % {"sheet": sheet.title, "most": MOST_ROWS}
        )
    return kept


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return matrix_cells.digits(number) if number.is_finite() else str(value)
    return str(value)


def _place(sheet: str) -> Any:
    def place(row: int, column: int | None) -> str:
        if column is None:
            return _("sheet “%(sheet)s”, row %(row)d") % {"sheet": sheet, "row": row + 1}
        return _("sheet “%(sheet)s”, cell %(cell)s") % {
            "sheet": sheet,
            "cell": f"{get_column_letter(column + 1)}{row + 1}",
        }

    return place


def _is_targets(headings: Sequence[str]) -> bool:
    columns = columns_of(headings)
    return ("indicators" in columns or "title" in columns) and any(
        _TWO_DAYS.search(h) or _YEAR.fullmatch(h) for h in headings
    )


def _read_targets(title: str, rows: Sequence[Sequence[str]], found: Found, spans: Sequence[Span]) -> None:
    place = _place(title)
    columns = columns_of(rows[0])
    periods: dict[int, Span] = {}
    for column, heading in enumerate(rows[0]):
        if column in columns.values() or not plain(heading):
            continue
        span = _span(heading, spans)
        if span is None and any(_cell(row, column).strip() for row in rows[1:]):
            found.say(place(0, column), _("“%(heading)s” is no period of the project.") % {"heading": heading[:60]})
        elif span is not None:
            periods[column] = span
    named = columns.get("indicators", columns.get("title", 0))
    drafts = [draft for draft in found.drafts if draft.is_indicator]
    by_key = {f"indicator:{draft.key}": draft for draft in drafts if draft.key is not None}
    by_title: dict[str, list[Any]] = {}
    for draft in drafts:
        if draft.key is None:
            by_title.setdefault(" ".join(draft.cells.get("title", ("", ""))[0].lower().split()), []).append(draft)
    for number, row in enumerate(rows[1:], start=1):
        if not any(text.strip() for text in row):
            continue
        key = _cell(row, columns.get("id")).strip()
        waiting = by_title.get(" ".join(_cell(row, named).lower().split()), [])
        if key and key not in by_key:
            continue  # its row was deleted on the first sheet
        if not key and not waiting:
            if any(_cell(row, column).strip() for column in periods):
                found.say(place(number, named), _("no indicator of the first sheet has this title."))
            continue
        to = by_key[key] if key else waiting.pop(0)
        to.targets = {span: (_cell(row, column), place(number, column)) for column, span in periods.items()}


def _span(heading: str, spans: Sequence[Span]) -> Span | None:
    days = _TWO_DAYS.search(heading)
    if days:
        try:
            wanted = Span(date.fromisoformat(days[1]), date.fromisoformat(days[2]))
        except ValueError:
            return None
        return wanted if wanted in spans else None
    year = _YEAR.fullmatch(heading)
    ending = [span for span in spans if year and span.ends.year == int(year[1])]
    return ending[0] if len(ending) == 1 else None


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""
