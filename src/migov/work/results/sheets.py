"""The values of a project as a workbook that a reporting officer fills: a row for each cell of an indicator, a column for each period.

Row 1 and column A are hidden: they hold the keys by which cells are found again, wherever rows and columns were moved to; A1 says of which
project and of which version the template is. A hidden sheet keeps what every cell said when the template was made, so that a cell that
nobody touched changes nothing, also where migov says something else by now.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.documents.values import clean_text
from migov.work.projects.models import Project
from migov.work.results import shapes
from migov.work.results.findings import amount_of
from migov.work.results.grid import shown_of
from migov.work.results.models import OPEN, Dimension, Entry, Indicator, Measure, Period
from migov.work.results.parts import dimensions_of, label_of, parts_of, problem_of
from migov.work.results.shapes import Amount
from migov.work.results.slices import Pairs, slice_of

STAMP, VERSION = "migov-values", 1
VALUES, AS_MADE, HELP = "Values", "As made", "How to fill"
FIRST = 6  # columns before the periods: key, result, indicator, unit, part, cell
HEADINGS = 2  # rows: keys, headings
NOTHING = "-"
BLUE, WASH, GREY, LINE = "#0B4F9E", "#EEF4FB", "#ECEEF1", "#D3D9E1"

Span = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet: a cell of the whole of an indicator or of a part."""

    indicator: Indicator
    part: Pairs | None
    field: str
    label: str

    @property
    def key(self) -> str:
        return f"{self.indicator.pk}.{self.field}.{urlencode(self.part or ())}"

    @property
    def words(self) -> str:
        """The row for people: “People assisted”, Women and girls, numerator."""
        parts = [f"“{self.indicator.title}”", self.label]
        if self.indicator.measure in shapes.FRACTIONS:
            parts.append(str(shapes.LABELS[self.field]))
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Spot:
    """What stands in a cell. state: why it is locked, empty where it can be filled."""

    period: int
    text: str
    state: str = ""


@dataclass(slots=True)
class Layout:
    """The sheet of a project as the database has it."""

    project: Project
    lines: list[Line]
    spans: list[Span]
    spots: dict[tuple[str, Span], Spot] = field(default_factory=dict)


def layout(project: Project) -> Layout:
    """All cells of a project that are not of one place only. Nine queries, whatever its size."""
    indicators = list(
        Indicator.objects.standing()
        .filter(project=project)
        .select_related("result__record", "standard")
        .order_by("result__order", "result_id", "order", "pk")
    )
    periods: dict[int, dict[Span, Period]] = defaultdict(dict)
    for period in Period.objects.filter(indicator__in=indicators).order_by("starts", "ends", "order", "pk"):
        periods[period.indicator_id][period.starts, period.ends] = period  # of two that are the same, the later one
    shown = [period.pk for some in periods.values() for period in some.values()]
    entries: dict[int, list[Entry]] = defaultdict(list)
    rows = Entry.objects.filter(indicator__in=indicators, period__in=shown, place__isnull=True).order_by("number")
    for entry in rows.prefetch_related("values__slice"):
        entries[entry.period_id].append(entry)
    dimensions = dimensions_of(indicators)
    made = Layout(project, [], sorted({span for some in periods.values() for span in some}, key=_order))
    for indicator in indicators:
        _add(made, indicator, periods[indicator.pk], entries, dimensions[indicator.pk])
    return made


def _order(span: Span) -> tuple[date, date]:
    return span[1] or date.max, span[0] or date.min


def _add(
    made: Layout, indicator: Indicator, periods: dict[Span, Period], entries: dict[int, list[Entry]],
    dimensions: Sequence[Dimension],
) -> None:  # fmt: skip
    if not periods:
        return
    stands = {span: shown_of(entries[period.pk]) for span, period in periods.items() if entries[period.pk]}
    said = {
        entry.pk: {value.slice.key if value.slice else "": amount_of(value) for value in entry.values.all()}
        for entry in stands.values()
    }
    for part in _parts(dimensions, stands.values()):
        key = slice_of(part).key if part else ""
        for name in _fields(indicator, said.values()):
            line = Line(indicator, part, name, label_of(part, dimensions) if part else _("Total"))
            made.lines.append(line)
            for span, period in periods.items():
                entry = stands.get(span)
                amount = said[entry.pk].get(key, Amount()) if entry else Amount()
                locked = "" if entry is None or entry.status in OPEN else str(entry.get_status_display())
                made.spots[line.key, span] = Spot(period.pk, shapes.shown(indicator, amount, name), locked)


def _parts(dimensions: Sequence[Dimension], entries: Iterable[Entry]) -> list[Pairs | None]:
    """The whole, the parts by one dimension, and those of several that somebody has reported already."""
    found: dict[str, Pairs] = {slice_of(part).key: part for part in parts_of(dimensions)}
    for entry in entries:
        for value in entry.values.all():
            if value.slice and value.slice.key not in found:
                part = tuple((str(name), str(code)) for name, code in value.slice.parts)
                if not problem_of(part, dimensions):
                    found[value.slice.key] = part
    return [None, *found.values()]


def _fields(indicator: Indicator, said: Iterable[dict[str, Amount]]) -> Sequence[str]:
    """Numerator and denominator of a fraction; the value that follows from them only where somebody gave it alone."""
    names = shapes.fields_of(indicator.measure)
    if indicator.measure not in shapes.FRACTIONS:
        return names
    alone = any(one.value is not None and one.numerator is None for amounts in said for one in amounts.values())
    return names if alone else names[:2]


def key_of(span: Span) -> str:
    """A period as the hidden row names it: 2025-01-01/2025-12-31."""
    return "/".join(day.isoformat() if day else "" for day in span)


def label_of_span(span: Span) -> str:
    """A period for people."""
    return formats.period(*span)


def stamp(project: Project) -> str:
    """What A1 says: format, version, project, when it was made."""
    return f"{STAMP}/{VERSION} project={project.pk} made={timezone.now():%Y-%m-%dT%H:%MZ}"


def export(project: Project) -> bytes:
    """The template as XLSX: "Values", "How to fill", and the hidden "As made". Nine queries."""
    made = layout(project)
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": clean_text(project.record.title)[:255]})
        _Writer(book, made).write()
    return out.getvalue()


class _Writer:
    def __init__(self, book: Any, made: Layout) -> None:
        self.book, self.made = book, made
        edge = {"valign": "top", "text_wrap": True, "border": 1, "border_color": LINE}
        number = {"num_format": "#,##0.######", "align": "right"}
        self.head = book.add_format({"bold": True, "font_color": BLUE, "bottom": 2, "bottom_color": BLUE} | edge)
        self.text = book.add_format(edge)
        self.whole = book.add_format({"bold": True, "bg_color": WASH} | edge)
        self.open = book.add_format({"locked": False} | edge | number)
        self.words = book.add_format({"locked": False} | edge)
        self.locked = book.add_format({"bg_color": GREY, "font_color": "#4A5362"} | edge | number)
        self.none = book.add_format({"bg_color": "#D3D9E1"} | edge)
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": BLUE})

    def write(self) -> None:
        sheet = self.book.add_worksheet(VALUES)
        self._headings(sheet)
        for number, line in enumerate(self.made.lines, start=HEADINGS):
            self._line(sheet, number, line)
        sheet.freeze_panes(HEADINGS, FIRST)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        self._help()
        self._as_made()

    def _headings(self, sheet: Any) -> None:
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.write_string(0, 0, stamp(self.made.project))
        names = ("", _("Result"), _("Indicator"), _("Unit"), _("Part"), _("Cell"))
        for place, (name, width) in enumerate(zip(names, (10, 30, 44, 12, 24, 13), strict=True)):
            sheet.write_string(1, place, name, self.head)
            sheet.set_column(place, place, width, None, {"hidden": True} if place == 0 else {})
        for place, span in enumerate(self.made.spans, start=FIRST):
            sheet.write_string(0, place, key_of(span))
            sheet.write_string(1, place, label_of_span(span), self.head)
            sheet.set_column(place, place, 15)

    def _line(self, sheet: Any, number: int, line: Line) -> None:
        of, style = line.indicator, self.whole if line.part is None else self.text
        cell = str(shapes.LABELS[line.field])
        texts = (line.key, of.result.record.title, of.title, of.unit or str(of.get_measure_display()), line.label, cell)
        for place, text in enumerate(texts):
            sheet.write_string(number, place, clean_text(text), style)
        for place, span in enumerate(self.made.spans, start=FIRST):
            spot = self.made.spots.get((line.key, span))
            if spot is None:
                sheet.write_blank(number, place, None, self.none)
                continue
            open_style = self.words if line.field == shapes.WORDS else self.open
            self._cell(sheet, number, place, spot.text, self.locked if spot.state else open_style)
            if spot.state:
                sheet.write_comment(number, place, _("This value is %s and is not read.") % spot.state)
        self._validation(sheet, number, line)

    def _cell(self, sheet: Any, row: int, place: int, text: str, style: Any) -> None:
        try:
            number = Decimal(text) if text else None
        except InvalidOperation:
            sheet.write_string(row, place, clean_text(text), style)
            return
        if number is None:
            sheet.write_blank(row, place, None, style)
        elif number.is_finite() and Decimal(repr(float(number))) == number:
            sheet.write_number(row, place, float(number), style)
        else:  # more digits than a spreadsheet keeps
            sheet.write_string(row, place, text, style)

    def _validation(self, sheet: Any, row: int, line: Line) -> None:
        of = line.indicator
        choices: list[str] = []
        if of.measure == Measure.YES_NO:
            choices = [shapes.YES, shapes.NO]
        elif of.measure == Measure.ORDINAL and of.scale:
            choices = [str(label) for label in of.scale]
        if choices and sum(len(one) + 1 for one in choices) < 250 and not any("," in one for one in choices):
            rule: dict[str, Any] = {"validate": "list", "source": [*choices, NOTHING]}
            said = _("Choose one of the list.")
        elif line.field == shapes.WORDS or choices:
            return
        else:
            cell = xlsxwriter.utility.xl_rowcol_to_cell(row, FIRST)  # of the first column: it moves along the row
            rule = {"validate": "custom", "value": f'=OR(ISNUMBER({cell}),{cell}="{NOTHING}")'}
            said = _("Write a number, such as 1200 or 1200.5.")
        sheet.data_validation(
            row, FIRST, row, FIRST + len(self.made.spans) - 1,
            rule | {"ignore_blank": True, "error_type": "warning", "error_title": _("Not expected"), "error_message": said},
        )  # fmt: skip

    def _as_made(self) -> None:
        sheet = self.book.add_worksheet(AS_MADE)
        sheet.very_hidden()
        for place, span in enumerate(self.made.spans, start=1):
            sheet.write_string(0, place, key_of(span))
        for number, line in enumerate(self.made.lines, start=1):
            sheet.write_string(number, 0, line.key)
            for place, span in enumerate(self.made.spans, start=1):
                spot = self.made.spots.get((line.key, span))
                if spot is not None and spot.text:
                    sheet.write_string(number, place, clean_text(spot.text))

    def _help(self) -> None:
        sheet = self.book.add_worksheet(HELP)
        sheet.set_column(0, 0, 110, self.book.add_format({"text_wrap": True, "valign": "top"}))
        for number, line in enumerate(explained(self.made.project)):
            sheet.write_string(number, 0, clean_text(line), *([self.title] if number == 0 else []))


def explained(project: Project) -> list[str]:
    """How the template is filled, line by line; the page says the same."""
    return [
        _("Values of: %(title)s") % {"title": project.record.title},
        _("Fill the white cells of the sheet “Values”. Grey cells are submitted, verified or locked, or have no such period."),
        _("An empty cell changes nothing. Write - to empty a cell that holds a value."),
        _("Numbers: 1200.5 or 1,200.5. For percentages fill numerator and denominator; the percentage follows."),
        _("Formulas are read by their result. A formula without a result is refused: save the file in Excel first."),
        _("Rows and columns may be moved, sorted and left out. Columns that you add are not read."),
        _("The hidden row and column hold the keys of cells: leave them as they are."),
        _("Values of single places are not in this file. Report them on the page."),
        _("Then choose the file in migov. It shows what would change before anything changes."),
    ]  # fmt: skip
