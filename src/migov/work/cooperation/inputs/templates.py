"""What inputs of each type consist of: sections in their order with limits and guidance; and what reviewers are asked.

The words are shipped in the folder `templates`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from migov.services.clearance.subjects import Question
from migov.work.cooperation.models import Input, InputType

FOLDER = Path(__file__).parent / "templates"
FILED = "text"  # code of the only section of an earlier position that was put into the library
FILED_LIMIT = 10_000
SPOKEN = frozenset({InputType.STATEMENT, InputType.POINTS, InputType.INTERVENTION})
WORDS_A_MINUTE = 130


@dataclass(frozen=True, slots=True)
class Part:
    """A section of an input. limit: most words. internal: for the office and who speaks, in the annotated version only.

    big: each of its paragraphs is printed as one big line. guidance: sentences for who writes it.
    """

    code: str
    title: str
    limit: int
    required: bool = True
    internal: bool = False
    big: bool = False
    guidance: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its place in the content that is cleared."""
        return f"section:{self.code}"

    @property
    def questions(self) -> tuple[Question, ...]:
        """What reviewers are asked about this section."""
        own = {self.anchor, "section:"}
        return tuple(question for question in checklist() if own.intersection(question.anchors))


@dataclass(frozen=True, slots=True)
class Template:
    """A type of input with its sections in reading order."""

    code: str
    title: str
    sections: tuple[Part, ...]


@cache
def template(code: str) -> Template:
    """The template of a type of input. Raises KeyError for a type that does not exist."""
    if code not in InputType.values:
        raise KeyError(code)
    stated = _read(code)
    sections = tuple(
        Part(
            row["code"], row["title"], row["limit"], row.get("required", True), row.get("internal", False), row.get("big", False),
            tuple(row["guidance"]),
        )
        for row in stated["section"]
    )  # fmt: skip
    return Template(code, stated["title"], sections)


def parts_of(paper: Input) -> tuple[Part, ...]:
    """The sections of an input: those of its type; of an earlier position that was filed, its text."""
    if paper.filed:
        return (Part(FILED, _("Text"), FILED_LIMIT),)
    return template(paper.type).sections


def part_of(paper: Input, code: str) -> Part | None:
    """One section of an input; None where it has none of that code."""
    return next((part for part in parts_of(paper) if part.code == code), None)


def is_internal(anchor: str) -> bool:
    """Whether a section, by its anchor in the content that is cleared, is for the speaker only."""
    return any(part.internal for type in InputType.values for part in template(type).sections if part.anchor == anchor)


def type_beginning_with(anchor: str) -> str:
    """The type whose first section has an anchor; empty where none has."""
    return next((type for type in InputType.values if template(type).sections[0].anchor == anchor), "")


def title_of(code: str) -> str:
    """The title of a section by its code alone; the code itself where no type has it."""
    for type in InputType.values:
        for part in template(type).sections:
            if part.code == code:
                return part.title
    return _("Text") if code == FILED else code


@cache
def checklist() -> tuple[Question, ...]:
    """What reviewers are asked about an input, in reading order."""
    return tuple(
        Question(row["code"], row["text"], row.get("help", ""), tuple(row["anchors"]))
        for row in _read("checklist")["question"]
    )


@cache
def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
