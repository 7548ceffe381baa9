"""Formulas of a workbook that were never worked out: their cells look empty, and would be taken for empty ones."""

from __future__ import annotations

import re
import zipfile
from typing import Any, BinaryIO

import openpyxl

from migov.work.proposals.matrix_tables import MOST_COLUMNS, MOST_ROWS

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


def formulas_without_value(file: BinaryIO) -> dict[str, list[tuple[int, int]]]:
    """Cells, by sheet, whose formula was never worked out: programs other than Excel write such. Rows and columns from 0.

    The workbook is read a second time only where a sheet holds a formula at all.
    """
    file.seek(0)
    with zipfile.ZipFile(file) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        if not any(_FORMULA.search(parts.read(name)) for name in names):
            return {}
    file.seek(0)
    formulas = openpyxl.load_workbook(file, read_only=True, data_only=False)
    formula_cells = {sheet.title: _formula_cells(sheet) for sheet in formulas.worksheets}
    formulas.close()
    file.seek(0)
    values = openpyxl.load_workbook(file, read_only=True, data_only=True)
    found: dict[str, list[tuple[int, int]]] = {}
    for sheet in values.worksheets:
        for row in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS) if formula_cells[sheet.title] else ():
            for cell in row:
                is_formula = getattr(cell, "coordinate", "") in formula_cells[sheet.title]
                # A formula that gave an empty text was worked out: its cell says that it holds text.
                if is_formula and cell.value is None and cell.data_type != "str":
                    found.setdefault(sheet.title, []).append((cell.row - 1, cell.column - 1))
    values.close()
    return found


def _formula_cells(sheet: Any) -> set[str]:
    return {
        cell.coordinate
        for row in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS)
        for cell in row
        if cell.data_type == "f"
    }
