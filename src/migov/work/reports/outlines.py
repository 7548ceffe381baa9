"""What reports of each type consist of: sections in their order with limits, guidance and figures; and what reviewers are asked.

The words are shipped in the folder `outlines`. An office cannot change them yet.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from migov.services.clearance.subjects import Question
from migov.work.reports.models import ReportType

FOLDER = Path(__file__).parent / "outlines"
EACH = "result"  # stands for every outcome and output
PREFIX = "result-"


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a report. limit: most words. facts: codes of the figures that stand with it. result: key of the outcome or output
    that it is about. guidance: sentences for who writes it.
    """

    code: str
    title: str
    limit: int
    required: bool
    guidance: tuple[str, ...]
    facts: tuple[str, ...]
    result: int | None = None

    @property
    def anchor(self) -> str:
        """Its place in the content that is cleared."""
        return f"section:{self.code}"

    @property
    def questions(self) -> tuple[Question, ...]:
        """What reviewers are asked about this section."""
        return tuple(question for question in checklist() if self.anchor in question.anchors)


@dataclass(frozen=True, slots=True)
class Outline:
    """A type of report with its sections in reading order; one stands for every outcome and output (EACH)."""

    code: str
    title: str
    sections: tuple[Part, ...]

    def parts(self, results: Iterable[tuple[int, str]]) -> list[Part]:
        """The sections of one report. results: key and name of its outcomes and outputs, in reading order."""
        named = list(results)
        found: list[Part] = []
        for part in self.sections:
            if part.code != EACH:
                found.append(part)
                continue
            found += [
                Part(f"{PREFIX}{key}", name, part.limit, part.required, part.guidance, part.facts, key)
                for key, name in named
            ]
        return found


@cache
def outline(code: str) -> Outline:
    """The outline of a type of report. Raises KeyError for a type that does not exist."""
    if code not in ReportType.values:
        raise KeyError(code)
    words, stated = _read("sections"), _read(code)
    sections = tuple(
        Part(
            row["code"], words[row["code"]]["title"], row["limit"], row.get("required", True),
            tuple(words[row["code"]]["guidance"]), tuple(words[row["code"]]["facts"]),
        )
        for row in stated["section"]
    )  # fmt: skip
    return Outline(code, stated["title"], sections)


@cache
def checklist() -> tuple[Question, ...]:
    """What reviewers are asked about a report, in reading order."""
    return tuple(
        Question(row["code"], row["text"], row.get("help", ""), tuple(row["anchors"]))
        for row in _read("checklist")["question"]
    )


def title_of(code: str) -> str:
    """The title of a section by its code alone; the code itself where it is unknown."""
    if code.startswith(PREFIX):
        return _("An outcome or output that was taken out")
    return str(_read("sections").get(code, {}).get("title", code))


@cache
def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
