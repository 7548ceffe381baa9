"""Reads the file of the published register (CSV) into rows of text, and turns away what is not one."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

LARGEST = 20 * 1024**2
MOST_ROWS = 50_000
LONGEST_CELL = 200_000

# Our names for the columns, and what the register calls them. Letters and digits are compared, nothing else.
COLUMNS: dict[str, str] = {
    "title": "Title",
    "year": "Year",
    "author": "Author",
    "lessons": "Best Practicesor Lessons Learnt",
    "published": "Date of Publication",
    "donor": "Donor",
    "brief": "Evaluation Brief",
    "commissioner": "Evaluation Commissioner",
    "coverage": "Evaluation Coverage",
    "from": "Evaluation Period From Date",
    "to": "Evaluation Period To Date",
    "summary": "Executive Summary",
    "external": "External Version of the Report",
    "languages": "Languages",
    "themes": "Migration Thematic Areas",
    "projects": "Name of Project(s) Being Evaluated",
    "pages": "Number of Pages Excluding annexes",
    "others": "Other Documents Included",
    "codes": "Project Code",
    "countries": "Countries Covered",
    "regions": "Regions Covered",
    "crosscutting": "Relevant Crosscutting Themes",
    "is_published": "Report Published",
    "terms": "Terms of Reference",
    "scope": "Type of Evaluation Scope",
    "timing": "Type of Evaluation Timing",
    "evaluator": "Type of Evaluator",
    "level": "Level of Evaluation",
    "subtypes": "Document Subtype",
    "urls": "File URL",
    "descriptions": "File description",
    "response": "Management response",
    "added": "Date added",
}
# Without these a file is not this register; where another is missing, what it says stays as it is.
NEEDED = ("title", "year", "published", "countries", "timing", "evaluator", "level", "urls", "added")
_SPELLINGS = {"bestpracticesorlessonslearnt": "lessons", "bestpracticesorlessonslearned": "lessons"}


class RegisterRefused(Exception):
    """The file cannot be loaded. The text says why, for people."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its number from 1, and our name of a column → the text in it, as published."""

    number: int
    values: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Tells whether two rows say the same."""
        said = json.dumps(dict(sorted(self.values.items())), ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(slots=True)
class File:
    """A register as it was read. missing, unknown: columns by the register's names. ragged: rows with too many or too few cells."""

    sha256: str
    size: int
    encoding: str
    rows: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    ragged: dict[int, str] = field(default_factory=dict)
    empty: int = 0

    @property
    def absent(self) -> set[str]:
        """Our names of the columns that the file lacks."""
        return {name for name, words in COLUMNS.items() if words in self.missing}


def read(data: bytes) -> File:
    """The rows of a register. Raises RegisterRefused for anything else, naming what is missing."""
    if len(data) > LARGEST:
        raise RegisterRefused(_("The file is larger than %(most)s MB.") % {"most": LARGEST // 1024**2})
    text, encoding = _text(data)
    found = File(hashlib.sha256(data).hexdigest(), len(data), encoding)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    usual = csv.field_size_limit(LONGEST_CELL)  # holds for the whole process
    try:
        heads = next(lines, [])
        names = _columns(heads, found)
        _rows(lines, names, found)
    except csv.Error as error:
        raise RegisterRefused(
            _("The file cannot be read as CSV near line %(line)s: %(why)s.") % {"line": lines.line_num, "why": error}
        ) from error
    finally:
        csv.field_size_limit(usual)
    if not found.rows:
        raise RegisterRefused(_("The file has headings but no row."))
    return found


def _text(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise RegisterRefused(_("The letters of the file cannot be told. Save it as CSV in UTF-8.")) from None
    if b"\x00" in data or data.startswith(b"PK\x03\x04"):
        raise RegisterRefused(_("This is not a text file. Save the register as CSV in UTF-8."))
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "Windows-1252"


def _separator(text: str) -> str:
    first = text[: text.find("\n") if "\n" in text else None]
    return max(",;\t", key=first.count)


def plain(name: str) -> str:
    """A heading as it is compared."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _columns(heads: list[str], found: File) -> list[str]:
    """Our name for each column, in their order; the heading itself for one that we do not know."""
    known = {plain(words): name for name, words in COLUMNS.items()} | _SPELLINGS
    names = []
    for number, head in enumerate(heads, start=1):
        name = known.get(plain(head))
        if name is None or name in names:
            name = " ".join(head.split()) or f"column {number}"
            found.unknown.append(name)
        names.append(name)
    found.missing = [words for name, words in COLUMNS.items() if name not in names]
    needed = [COLUMNS[name] for name in NEEDED if name not in names]
    if needed:
        raise RegisterRefused(
            _("This is not the register of evaluations: columns are missing: %(names)s.") % {"names": ", ".join(needed)}
        )
    return names


def _rows(lines: Iterable[list[str]], names: list[str], found: File) -> None:
    for number, cells in enumerate(lines, start=1):
        if number > MOST_ROWS:
            raise RegisterRefused(_("The file has more than %(most)s rows.") % {"most": f"{MOST_ROWS:,}"})
        if not any(cell.strip() for cell in cells):
            found.empty += 1
            continue
        cells = [cell.replace("\x00", "") for cell in cells]
        if len(cells) != len(names):
            found.ragged[number] = " | ".join(cells[len(names) :])[:200]
        values = dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=False))
        if len(cells) > len(names):
            values["beyond the last column"] = " | ".join(cells[len(names) :])
        found.rows.append(Row(number, values))
