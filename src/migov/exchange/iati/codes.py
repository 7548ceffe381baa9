"""The shipped IATI codelists and our own tables beside them, read once."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

FOLDER = files("migov.foundation.codelists")
PROPOSALS = ("sector_to_gcm", "markers", "marker_significance")


class Proposal(NamedTuple):
    """An element of a framework that a published code points to, and why."""

    framework: str
    element: str
    reason: str


def _rows(name: str) -> list[dict[str, str]]:
    text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(keepends=True)))


@cache
def names(codelist: str) -> dict[str, str]:
    """Code → name of a shipped codelist. Raises FileNotFoundError for one that is not shipped."""
    return {row["code"]: row["name"] for row in _rows(codelist)}


@cache
def proposals(table: str) -> dict[str, tuple[Proposal, ...]]:
    """Published code → elements, from ``sector_to_gcm`` or ``markers``."""
    found: dict[str, tuple[Proposal, ...]] = {}
    for row in _rows(table):
        found[row["code"]] = (
            *found.get(row["code"], ()),
            Proposal(row["framework"], row["element"], row["reason"]),
        )
    return found


@cache
def degrees() -> dict[tuple[str, str], str]:
    """(marker, significance) → principal, significant or none; the marker is empty where the row is for all."""
    return {(row["marker"], row["code"]): row["degree"] for row in _rows("marker_significance")}


@cache
def fingerprint() -> str:
    """A digest of our own tables: when one changes, files loaded before are looked at again."""
    digest = hashlib.sha256()
    for table in PROPOSALS:
        digest.update((FOLDER / f"{table}.csv").read_bytes())
    return digest.hexdigest()
