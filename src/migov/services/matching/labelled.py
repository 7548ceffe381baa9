"""Labelled texts from files: JSON Lines or CSV, checked row by row."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from migov.services.matching.answers import Labelled

SHOWN = 50
LONGEST_CELL = 4_000_000
TRUE, FALSE = {"true", "yes", "1", ""}, {"false", "no", "0"}
LISTS = {"fits": ("fits", "codes"), "not": ("not",)}


class _Fault(str):
    """What is wrong with a row, in place of the row."""


class LabelledRefused(ValueError):
    """The file is not what was expected. `faults` says where and why, the first 50 of them; `total` counts them all."""

    def __init__(self, name: str, faults: list[str]) -> None:
        self.faults, self.total = faults[:SHOWN], len(faults)
        more = [f"… and {self.total - SHOWN} more."] if self.total > SHOWN else []
        super().__init__("\n".join([f"{name} was refused.", *self.faults, *more]))


def read_labelled(path: Path | str) -> list[Labelled]:
    """Read texts with the codes of the elements that fit them. Raises LabelledRefused with every fault, or OSError.

    JSON Lines, one object a line: {"text": …, "fits": [codes], "not": [codes], "id": …, "complete": true}; text and fits are needed.
    CSV with the columns text and codes (or fits), and where wanted not, id, complete; codes are parted by ; or |.
    complete: every element that is not named does not fit (the usual case, and what is meant where nothing is said).
    """
    file = Path(path)
    try:
        words = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise LabelledRefused(file.name, [f"byte {fault.start}: the file must be UTF-8 text"]) from None
    kind = file.suffix.lower()
    if kind not in {".jsonl", ".ndjson", ".csv"}:
        raise LabelledRefused(file.name, [f"expected a .jsonl or .csv file, found “{kind}”"])
    rows = _csv_rows(file.name, words) if kind == ".csv" else _json_rows(words)
    found: list[Labelled] = []
    faults: list[str] = []
    for where, row in rows:
        read = _labelled(row)
        if isinstance(read, Labelled):
            found.append(read)
        else:
            faults += [f"{where}: {fault}" for fault in read]
    if not found and not faults:
        faults.append("expected at least one text")
    if faults:
        raise LabelledRefused(file.name, faults)
    return found


def _json_rows(words: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(words.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", json.loads(line)
        except (ValueError, RecursionError):
            yield f"line {number}", _Fault("expected a JSON object")


def _csv_rows(name: str, words: str) -> Iterator[tuple[str, Any]]:
    usual = csv.field_size_limit(LONGEST_CELL)  # holds for the whole process
    reader = csv.DictReader(io.StringIO(words, newline=""), strict=True)
    try:
        columns = [(column or "").strip().lower() for column in reader.fieldnames or []]
        reader.fieldnames = columns
        if "text" not in columns or not {"codes", "fits"} & set(columns):
            raise LabelledRefused(name, ["row 1: expected the columns text and codes"])
        for number, cells in enumerate(reader, start=2):
            if None in cells:
                yield f"row {number}", _Fault("more cells than columns")
                continue
            row: dict[str, Any] = {column: cell or "" for column, cell in cells.items()}
            for column in ("codes", "fits", "not"):
                if column in row:
                    row[column] = [code.strip() for code in re.split("[;|]", row[column]) if code.strip()]
            if "complete" in row:
                said = row["complete"].strip().lower()
                row["complete"] = said in TRUE if said in TRUE | FALSE else said
            yield f"row {number}", row
    except csv.Error as fault:
        raise LabelledRefused(name, [f"near line {reader.line_num}: {fault}"]) from None
    finally:
        csv.field_size_limit(usual)


def _labelled(row: Any) -> Labelled | list[str]:
    """The row as a labelled text, or what is wrong with it."""
    if isinstance(row, _Fault):
        return [row]
    if not isinstance(row, dict):
        return ["expected a JSON object"]
    faults = []
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        faults.append("text: expected words")
    codes: dict[str, frozenset[str]] = {}
    for name, columns in LISTS.items():
        given: Any = next((row[column] for column in columns if column in row), [] if name == "not" else None)
        if not isinstance(given, list) or not all(isinstance(code, str) and code.strip() for code in given):
            faults.append(f"{name}: expected a list of codes")
        else:
            codes[name] = frozenset(code.strip() for code in given)
    both = codes.get("fits", frozenset()) & codes.get("not", frozenset())
    if both:
        faults.append(f"{', '.join(sorted(both))}: said to fit and not to fit")
    complete = row.get("complete", True)
    if not isinstance(complete, bool):
        faults.append("complete: expected true or false")
    key = row.get("id", "")
    if not isinstance(key, str | int):
        faults.append("id: expected text or a number")
    if faults:
        return faults
    return Labelled(str(text), codes["fits"], codes["not"], complete, str(key))
