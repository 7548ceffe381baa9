"""Reading the tables of a pack: CSV files as people's programs really save them."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection
from importlib.resources.abc import Traversable

from django.utils.translation import gettext as _

from migov.foundation.frameworks.faults import Fault, shortened

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000

Row = tuple[int, dict[str, str]]


def read_table(
    file: Traversable, required: Collection[str], optional: Collection[str], faults: list[Fault]
) -> tuple[list[Row], list[str]]:
    """Rows of a CSV file as (row number, column → trimmed cell), and the names of columns that are not known.

    UTF-8 with or without a byte order mark; commas, or semicolons where the header uses only these. Only the known
    columns that the file has are in the rows. What is wrong is added to `faults`; rows with the wrong number of cells
    are left out.
    """
    words = read_words(file, faults)
    if words is None:
        return [], []
    first = words.split("\n", 1)[0]
    separator = ";" if ";" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=separator, strict=True)
    number = 0
    header: list[str] = []
    rows: list[Row] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                header = [cell.strip().lower() for cell in cells]
                if not _header_is_good(file.name, header, required, faults):
                    return [], []
            elif any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    expected = _("%(count)s cells") % {"count": len(header)}
                    faults.append(Fault(file.name, number, "", expected, str(len(cells))))
                elif len(rows) == MAX_ROWS:
                    faults.append(Fault(file.name, number, "", _("at most %(count)s rows") % {"count": MAX_ROWS}))
                    break
                else:
                    rows.append((number, dict(zip(header, map(str.strip, cells), strict=True))))
    except csv.Error as error:
        faults.append(Fault(file.name, number + 1, "", _("well-formed CSV"), str(error)))
    if not header and not faults:
        faults.append(Fault(file.name, 1, "", _("a header"), _("an empty file")))
    known = {*required, *optional}
    strange = [name for name in header if name not in known]
    for name in strange:
        for _number, row in rows:
            row.pop(name, None)
    return rows, strange


def read_words(file: Traversable, faults: list[Fault]) -> str | None:
    """The text of a UTF-8 file; None, with a fault, when it is missing, too large or in another encoding."""
    if not file.is_file():
        faults.append(Fault(file.name, None, "", _("a file of this name in the pack's folder"), _("none")))
        return None
    content = file.read_bytes()
    if len(content) > MAX_BYTES:
        expected = _("at most %(count)s MB") % {"count": MAX_BYTES // 1024**2}
        faults.append(Fault(file.name, None, "", expected, f"{len(content) / 1024**2:.1f} MB"))
        return None
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        faults.append(Fault(file.name, None, "", _("text saved as UTF-8"), "UTF-16"))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        around = content[max(0, error.start - 20) : error.start + 20].decode("latin-1")
        faults.append(Fault(file.name, row, "", _("text saved as UTF-8"), shortened(around)))
        return None


def _header_is_good(name: str, header: list[str], required: Collection[str], faults: list[Fault]) -> bool:
    missing = [column for column in required if column not in header]
    for column in missing:
        faults.append(Fault(name, 1, column, _("a column of this name"), ", ".join(header)))
    twice = {column for column in header if column and header.count(column) > 1}
    for column in sorted(twice):
        faults.append(Fault(name, 1, column, _("one column of this name"), str(header.count(column))))
    return not missing and not twice
