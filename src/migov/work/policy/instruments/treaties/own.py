"""The office's own format for what States have done, and telling which format a file is in.

CSV, UTF-8, one act a row: instrument, place, kind, date, source, as_of, and perhaps text, note, url.
instrument: our code, or the number of the depositary. place: ISO alpha-3 code or name. kind: signature, ratification, acceptance,
accession, succession, in-force, reservation, declaration, objection, withdrawn, denunciation, applied, party, participant, none.
date: 2018-12-19, 19 Dec 2018, or a year; empty where the source gives none. as_of: the day up to which the source knew.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.frameworks.faults import Fault
from migov.work.policy.instruments.refusal import LoadRefused
from migov.work.policy.instruments.treaties import seen, un
from migov.work.policy.instruments.treaties.stated import Names, Reading, Stated
from migov.work.policy.models import ActionKind, Precision
from migov.work.policy.models.instruments import WORDED

COLUMNS = ("instrument", "place", "kind", "date", "source", "as_of")
OPTIONAL = ("text", "note", "url")
MAY_LACK_DAY = (ActionKind.PARTY, ActionKind.PARTICIPANT, ActionKind.NONE, ActionKind.APPLIED, *WORDED)
LONGEST_TEXT, LONGEST_SOURCE = 20_000, 200
MAX_BYTES = 5 * 1024 * 1024
# As kind "none" is no act, a place that no depositary counts cannot have it.
NOT_COUNTED = gettext_lazy("an act; no depositary counts this place, so none of them can say that there is none")


def read_own(name: str, text: str) -> list[Stated]:
    """A table in the office's own format. Raises LoadRefused."""
    reading = Reading(name)
    _rows_of(text, reading)
    if reading.faults:
        raise LoadRefused(name, reading.faults)
    return reading.rows


def read_many(files: Iterable[tuple[str, bytes]]) -> tuple[list[Stated], int]:
    """What files state (name, content), each in one of the known formats, and how many rows name a place that is not counted.

    Raises LoadRefused for all of them when one has a fault.
    """
    given = list(files)
    names, apart = Names(), 0
    rows: list[Stated] = []
    faults: list[Fault] = []
    for name, content in given:
        reading = Reading(name, names)
        if len(content) > MAX_BYTES:
            reading.faults.append(Fault(name, None, "", _("at most 5 MB")))
        else:
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                reading.faults.append(Fault(name, None, "", _("text in UTF-8")))
            else:
                _read(text, reading)
        rows += reading.rows
        faults += reading.faults
        apart += reading.not_covered
    if faults or not given:
        name = ", ".join(name for name, _content in given) or _("The folder")
        raise LoadRefused(name, faults or [Fault(name, None, "", _("CSV or JSON files"))])
    return rows, apart


def files_of(path: Path) -> list[tuple[str, bytes]]:
    """The file, or the CSV and JSON files of a folder, as name and content."""
    paths = (
        sorted(one for one in path.iterdir() if one.suffix.lower() in {".csv", ".json"}) if path.is_dir() else [path]
    )
    return [(one.name, one.read_bytes()) for one in paths]


def _read(text: str, reading: Reading) -> None:
    if text.lstrip().startswith("{"):
        un.participants(text, reading)
        return
    _rows_of(text, reading)


def _rows_of(text: str, reading: Reading) -> None:
    table = csv.DictReader(io.StringIO(text.replace("\x00", "")))
    columns = [(name or "").strip() for name in table.fieldnames or []]
    table.fieldnames = columns
    if set(columns) >= un.COLUMNS:
        un.read_merged(_whole(table), reading)
    elif set(columns) >= seen.ILO_COLUMNS:
        seen.read_ilo(_whole(table), reading)
    elif set(columns) >= seen.COE_COLUMNS:
        seen.read_coe(_whole(table), reading)
    elif set(COLUMNS) <= set(columns):
        _own(_whole(table), columns, reading)
    else:
        reading.fault("", _("the columns %(names)s") % {"names": ", ".join(COLUMNS)}, ", ".join(columns))


def _whole(table: Iterable[Mapping[str, str | None]]) -> Iterable[dict[str, str]]:
    """Rows in which every column has a text."""
    for row in table:
        yield {name: value if isinstance(value, str) else "" for name, value in row.items() if isinstance(name, str)}


def _own(rows: Iterable[Mapping[str, str]], columns: list[str], reading: Reading) -> None:
    for strange in columns:
        if strange not in COLUMNS + OPTIONAL:
            reading.fault(strange or _("a column without a name"), ", ".join(COLUMNS + OPTIONAL))
    for number, row in enumerate(rows, 2):
        if not any(value.strip() for value in row.values()):
            continue
        reading.row = number
        before = len(reading.faults)
        made = _one(row, reading)
        if made is not None and len(reading.faults) == before:
            reading.rows.append(made)


def _one(row: Mapping[str, str], reading: Reading) -> Stated | None:
    instrument, place = reading.named("instrument", row["instrument"]), reading.country("place", row["place"])
    kind, source = row["kind"].strip().lower(), " ".join(row["source"].split())
    if kind not in ActionKind.values:
        reading.fault("kind", " | ".join(ActionKind.values), row["kind"])
    when, known = reading.day("date", row["date"]), reading.day("as_of", row["as_of"])
    if when is not None and when.day is None and kind not in MAY_LACK_DAY:
        reading.fault("date", _("a date or a year"))
    if kind == ActionKind.NONE and when is not None and when.day is not None:
        reading.fault("date", _("nothing: “none” has no day"), row["date"])
    if not source or len(source) > LONGEST_SOURCE:
        reading.fault("source", _("a source of at most %(count)s characters") % {"count": LONGEST_SOURCE}, source)
    if known is not None and (known.day is None or known.precision != Precision.DAY):
        reading.fault("as_of", _("a day such as 2026-04-13"), row["as_of"])
    elif known and known.day and when and when.day and when.day > known.day:
        reading.fault("as_of", _("a day that is not before the act"), row["as_of"])
    text = row.get("text", "").strip()
    if len(text) > LONGEST_TEXT:
        reading.fault("text", _("at most %(count)s characters") % {"count": LONGEST_TEXT})
    url = row.get("url", "").strip()
    if url and not url.startswith(("https://", "http://")):
        reading.fault("url", _("an address that begins with https://"), url)
    if kind == ActionKind.NONE and place is not None and place.needs_footnote:
        reading.fault("kind", str(NOT_COUNTED), kind)
    if not (instrument and place and when and known and known.day):
        return None
    return Stated(instrument, place.pk, kind, when, source, known.day, text, row.get("note", "").strip(), url)
