"""Made-up words of statements (speeches.toml), for the consistency check and for the library."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

_WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "speeches.toml").read_text(encoding="utf-8"))


def _pairs(name: str, *more: str) -> list[tuple[str, ...]]:
    return [tuple(row[key] for key in (*more, "now", "then")) for row in _WORDS[name]]


SUBJECTS: tuple[tuple[str, ...], ...] = tuple(tuple(rows) for rows in _WORDS["paragraphs"].values())
REWORDED, CONTRARY = _pairs("reworded"), _pairs("contrary")
DISAGREE, AGREE = _pairs("disagree", "kind"), _pairs("agree", "why")
