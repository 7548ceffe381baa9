"""A filled template, read back: which cells would change, which are refused and why, what was not found. Then: changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.services.files.workbooks import Sheet, Unreadable, read_workbook
from migov.work.projects.models import Project
from migov.work.results import shapes
from migov.work.results.actions.many import Cell, Outcome, put_many
from migov.work.results.models import Measure
from migov.work.results.sheets import (
    AS_MADE,
    FIRST,
    HEADINGS,
    STAMP,
    VERSION,
    Layout,
    Line,
    Span,
    Spot,
    key_of,
    label_of_span,
    layout,
)

MOST_ROWS, MOST_COLUMNS = 20_000, 800
DASHES = frozenset("-–—−")
_STAMP = re.compile(rf"{STAMP}/(\d+) project=(\d+)\b")


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that would change. note: what somebody should know before saying yes."""

    cell: Cell
    where: str
    row: str
    period: str
    before: str
    after: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in the file that is not taken, and why. text: what stood there."""

    where: str
    said: str
    text: str = ""
    row: str = ""


@dataclass(slots=True)
class Plan:
    """What a file would change. same: filled cells that say what stands; emptied: cells empty in the file that hold a value here."""

    changes: list[Change] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    same: int = 0
    emptied: int = 0

    @property
    def cells(self) -> list[Cell]:
        """The cells to keep; each names what the preview showed, so that nobody is overwritten in between."""
        return [replace(one.cell, was=one.before) for one in self.changes]


@dataclass(frozen=True, slots=True)
class _Given:
    """A cell of the file that somebody filled anew."""

    where: str
    line: Line
    span: Span
    text: str
    spot: Spot
    made: str | None  # what it said when the template was made


def plan(project: Project, file: BinaryIO, name: str, size: int, *, by: Actor) -> Plan:
    """What a file would change, judged as putting it would: nothing is kept.

    Raises Unreadable for what is no template of this project, ReportingError where the project takes no values, PermissionDenied.
    """
    sheets = read_workbook(file, name, size, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
    values = next((sheet for sheet in sheets if sheet.text(0, 0).startswith(f"{STAMP}/")), None)
    if values is None:
        raise Unreadable(
            _(
                "“%(name)s” is no template of migov: the hidden key in its first cell is missing. Download the template and fill it."
            )
            % {"name": name}
        )
    _check_stamp(values.text(0, 0), project)
    stands = layout(project)
    made = _as_made(next((sheet for sheet in sheets if sheet.title == AS_MADE), None))
    found = Plan()
    given = _Reader(values, stands, made, found).given()
    return _judged(project, given, found, by)


def judge(project: Project, cells: Sequence[Cell], *, by: Actor, way: str) -> list[Outcome]:
    """What would become of cells: put, and taken back."""
    with transaction.atomic():
        outcomes = put_many(project, cells, by=by, way=way)
        transaction.set_rollback(True)
    return outcomes


def _check_stamp(text: str, project: Project) -> None:
    read = _STAMP.match(text)
    if read is None or int(read[1]) != VERSION:
        raise Unreadable(_("The template was made by another version of migov. Download it anew."))
    if int(read[2]) != project.pk:
        raise Unreadable(_("This is the template of another project. Download the one of this project."))


def _as_made(sheet: Sheet | None) -> dict[tuple[str, str], str] | None:
    """What cells said when the template was made, by the keys of row and column; None where the sheet was taken out."""
    if sheet is None or not sheet.rows:
        return None
    heads = sheet.rows[0]
    return {
        (row[0], heads[place]): text
        for row in sheet.rows[1:]
        for place, text in enumerate(row)
        if place and place < len(heads) and text
    }


class _Reader:
    def __init__(self, sheet: Sheet, stands: Layout, made: dict[tuple[str, str], str] | None, found: Plan) -> None:
        self.sheet, self.stands, self.made, self.found = sheet, stands, made, found
        self.lines = {line.key: line for line in stands.lines}
        self.spans = {key_of(span): span for span in stands.spans}

    def given(self) -> list[_Given]:
        """The cells that somebody filled anew; all else is noted."""
        columns = self._columns()
        if self.made is None:
            self.found.told.append(
                _("The hidden sheet “%s” is missing, so every filled cell is compared with what stands now.") % AS_MADE
            )
        seen: dict[str, int] = {}
        found: list[_Given] = []
        for number in range(HEADINGS, len(self.sheet.rows)):
            line = self._line(number, columns, seen)
            if line is None:
                continue
            for column, span in columns.items():
                one = self._cell(number, column, line, span)
                if one is not None:
                    found.append(one)
        left = len(self.lines.keys() - seen.keys())
        if left:
            self.found.told.append(_("Rows of the project that are not in the file, and stay as they are: %d.") % left)
        return found

    def _columns(self) -> dict[int, Span]:
        """The columns that are periods of the project."""
        found: dict[int, Span] = {}
        width = max((len(row) for row in self.sheet.rows), default=0)
        for column in range(FIRST, width):
            key = self.sheet.text(0, column).strip()
            span = self.spans.get(key)
            heading = self.sheet.text(1, column).strip() or key
            holds = any(self.sheet.text(row, column).strip() for row in range(1, len(self.sheet.rows)))
            where = self.sheet.place(1, column)
            if span is None and key:
                self._refuse(where, _("This is no period of the project any more."), heading)
            elif span is None and holds:
                self.found.told.append(
                    _("%(where)s: the column “%(heading)s” is not of the template and is not read.")
                    % {"where": where, "heading": heading[:60]}
                )
            elif span is not None and span in found.values():
                self._refuse(where, _("This period comes twice. The column further left is read."), heading)
            elif span is not None:
                found[column] = span
        return found

    def _line(self, number: int, columns: dict[int, Span], seen: dict[str, int]) -> Line | None:
        key = self.sheet.text(number, 0).strip()
        filled = any(self.sheet.text(number, column).strip() for column in columns)
        title = self.sheet.text(number, 2)[:120]
        if not key:
            if filled:
                self._refuse(self.sheet.place(number), _("The row has no key: it is not of the template."), title)
            return None
        if key in seen:
            self._refuse(
                self.sheet.place(number),
                _("The row comes twice. It is read from row %d.") % (seen[key] + 1), title,
            )  # fmt: skip
            return None
        seen[key] = number
        line = self.lines.get(key)
        if line is None and filled:
            self._refuse(
                self.sheet.place(number), _("The indicator or part is not in the results matrix any more."), title
            )
        return line

    def _cell(self, number: int, column: int, line: Line, span: Span) -> _Given | None:
        where, spot = self.sheet.place(number, column), self.stands.spots.get((line.key, span))
        text = self.sheet.text(number, column).strip()
        if (number, column) in self.sheet.without_value:
            self._refuse(
                where, _("A formula without a result. Open the file in Excel, save it, and choose it again."), "", line
            )
            return None
        if not text:
            before = self.made.get((line.key, key_of(span)), "") if self.made is not None else ""
            self.found.emptied += bool(before and spot and spot.text)
            return None
        if spot is None:
            self._refuse(where, _("The indicator is not measured in this period."), text, line)
            return None
        if (number, column) in self.sheet.percents and line.field == shapes.VALUE:
            text = _times_hundred(text, line)
        made = None if self.made is None else self.made.get((line.key, key_of(span)), "")
        if text == made:
            self.found.same += text == spot.text
            return None
        return _Given(where, line, span, "" if text in DASHES else text, spot, made)

    def _refuse(self, where: str, said: str, text: str, line: Line | None = None) -> None:
        self.found.refused.append(Refusal(where, said, text[:120], line.words if line else ""))


def _times_hundred(text: str, line: Line) -> str:
    """A workbook keeps 75 % as 0.75."""
    if line.indicator.measure != Measure.PERCENTAGE:
        return text
    try:
        return shapes.digits(Decimal(text) * 100)
    except InvalidOperation:
        return text


def _judged(project: Project, given: Sequence[_Given], found: Plan, by: Actor) -> Plan:
    cells = [Cell(one.line.indicator.pk, one.spot.period, one.line.field, one.text, one.line.part) for one in given]
    for one, outcome in zip(given, judge(project, cells, by=by, way="sheet"), strict=True):
        words, period = one.line.words, label_of_span(one.span)
        if outcome.problem:
            found.refused.append(Refusal(one.where, outcome.problem, one.text or "-", f"{words}, {period}"))
        elif outcome.shown == one.spot.text:
            found.same += 1
        else:
            note = ""
            if one.made is not None and one.made != one.spot.text:
                note = _("Somebody else changed it since the template was made; it said %s then.") % (one.made or "–")
            found.changes.append(Change(outcome.cell, one.where, words, period, one.spot.text, outcome.shown, note))
    return found
