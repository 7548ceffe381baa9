"""Three tables of mechanisms, who takes part and meetings, as files give them: rows are read, and what cannot be read is told.

A file that is missing, cannot be read or lacks a column is refused, and nothing is loaded. A row with a fault is left out and told with
its file, row and field; the other rows are kept.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from migov.foundation.partial_dates import check, first_day
from migov.foundation.shell.typed import tidy
from migov.work.cooperation.models import Field, MechanismType, Part

MAX_BYTES = 5_000_000
COLUMNS = {
    "mechanisms.csv": ("code", "name", "type", "source"),
    "participation.csv": ("mechanism", "participant", "role", "as_of", "source"),
    "meetings.csv": ("mechanism", "meeting", "date", "source"),
}
# The column of a mechanism → the field of the card that it fills.
CARD = {
    "formal_association": Field.ASSOCIATION, "established": Field.ESTABLISHED, "objectives": Field.OBJECTIVES, "themes": Field.FOCUS,
    "secretariat": Field.SECRETARIAT, "governance": Field.GOVERNANCE, "key_documents": Field.DOCUMENT, "region": Field.REGION,
}  # fmt: skip
PARTS: tuple[tuple[str, Part], ...] = (
    ("accession", Part.CANDIDATE), ("candidate", Part.CANDIDATE), ("observer", Part.OBSERVER), ("associate", Part.ASSOCIATE),
    ("suspended", Part.SUSPENDED), ("former", Part.FORMER), ("partner", Part.PARTNER), ("particip", Part.PARTICIPANT),
    ("member", Part.MEMBER),
)  # fmt: skip
TYPES: tuple[tuple[str, MechanismType], ...] = (
    ("consultative", MechanismType.CONSULTATION), ("consultation", MechanismType.CONSULTATION), ("forum", MechanismType.CONSULTATION),
    ("network", MechanismType.NETWORK), ("coalition", MechanismType.NETWORK), ("organi", MechanismType.ORGANISATION),
    ("integration", MechanismType.INTEGRATION), ("economic", MechanismType.INTEGRATION), ("initiative", MechanismType.INITIATIVE),
)  # fmt: skip
# Other names of States that tables use, beside those that the register of places has.
OTHER_NAMES = {
    "czech republic": "CZE", "turkey": "TUR", "moldova": "MDA", "kosovo": "XKX", "russia": "RUS", "iran": "IRN", "macedonia": "MKD",
    "slovak republic": "SVK", "kyrgyz republic": "KGZ", "united kingdom": "GBR", "united states": "USA", "usa": "USA", "uk": "GBR",
    "united states of america": "USA", "netherlands": "NLD", "syria": "SYR", "palestine": "PSE", "republic of moldova": "MDA",
}  # fmt: skip
EUROPEAN_UNION = ("european union and its member states", "eu and its member states", "eu member states")
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:/(\d{2}))?")
AS_OF = re.compile(r"(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d{2})?)?)(?![\d-])")
YEARS = re.compile(r"(\d{4})\s*[-–]\s*(\d{4})")
NOT_A_PART = re.compile(r"\b(?:non|not|no)\b")
FIRST_YEAR, LAST_YEAR = 1951, 2100  # those of the calendar
SAME = {"idem", "ibid", "ibid.", "same"}


class SheetRefused(ValueError):
    """A folder or file that was refused as a whole."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was left out, or a part of it that could not be read."""

    file: str
    row: int
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, {self.field}: {self.text}"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a table, with its number as a spreadsheet counts."""

    file: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def fault(self, field: str, text: str) -> Fault:
        return Fault(self.file, self.number, field, text)


@dataclass(slots=True)
class Sheets:
    """The rows of the three tables. sources: rows whose source says "idem" carry the one above."""

    mechanisms: list[SheetRow] = field(default_factory=list)
    participation: list[SheetRow] = field(default_factory=list)
    meetings: list[SheetRow] = field(default_factory=list)


def read_folder(folder: Path) -> Sheets:
    """Read mechanisms.csv, participation.csv and meetings.csv. Raises SheetRefused."""
    made = Sheets()
    for name, columns in COLUMNS.items():
        file = folder / name
        if not file.is_file():
            raise SheetRefused(f"{name} is not in {folder.name}; it is needed, if only with its heading row.")
        if file.stat().st_size > MAX_BYTES:
            raise SheetRefused(f"{name} is larger than 5 MB.")
        rows = list(_rows(file, columns))
        setattr(made, name.removesuffix(".csv"), rows)
    return made


def _rows(file: Path, columns: Sequence[str]) -> Iterator[SheetRow]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SheetRefused(f"{file.name} is not in UTF-8.") from None
    reader = csv.DictReader(io.StringIO(text.replace("\x00", ""), newline=""))
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise SheetRefused(f"{file.name} lacks the columns {', '.join(missing)}.")
    before = ""
    for number, row in enumerate(reader, start=2):
        cells = {
            key: tidy(" ".join((value or "").split()), csv.field_size_limit())
            for key, value in row.items()
            if isinstance(key, str) and not isinstance(value, list)
        }
        if not any(cells.values()):
            continue
        if cells.get("source", "").lower() in SAME:
            cells["source"] = before
        before = cells.get("source", "")
        yield SheetRow(file.name, number, cells)


def part_of(role: str) -> Part | None:
    """The part that the words of a source mean; None where they mean none, or say that it is not one."""
    if NOT_A_PART.search(role.lower()):
        return None
    return next((part for word, part in PARTS if word in role.lower()), None)


def type_of(words: str) -> MechanismType | None:
    """The type that the words of a source mean."""
    return next((kind for word, kind in TYPES if word in words.lower()), None)


def as_of(text: str) -> tuple[str, str]:
    """The partial date to which a source speaks, and what else stood there: "2018 (page names 49)" → "2018", "(page names 49)".

    Of a range of years the last counts. Empty where there is no date.
    """
    years = YEARS.match(text)
    if years:
        return years[2], "" if years[0] == text else text
    found = AS_OF.match(text)
    if not found:
        return "", text
    try:
        check(found[1])
    except ValidationError:
        return "", text
    return found[1], text[found.end() :].strip(" ,;")


@dataclass(frozen=True, slots=True)
class When:
    """The days of a meeting, or the partial date where no day is known."""

    starts: date | None = None
    ends: date | None = None
    dated: str = ""


def days_of(text: str) -> When | None:
    """ "2022-05-12/13", "2013-04-19" or "2011-11"; None for what is no date."""
    day = DAY.fullmatch(text)
    try:
        if day:
            starts = date.fromisoformat(day[1])
            ends = starts.replace(day=int(day[2])) if day[2] else starts
            return When(starts, ends) if starts <= ends and _known(starts) else None
        check(text)
        return When(dated=text) if text and _known(first_day(text)) else None
    except (ValueError, ValidationError):
        return None


def _known(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def names_of(places: Mapping[str, Any]) -> dict[str, Any]:
    """Every name by which a table may call a place, in lower case → the place. places: code → place."""
    known: dict[str, Any] = {}
    for code, place in places.items():
        for name in (code, place.name, place.short_name, place.short_name.rstrip("*")):
            known[name.lower()] = place
    known |= {name: places[code] for name, code in OTHER_NAMES.items() if code in places}
    return known
