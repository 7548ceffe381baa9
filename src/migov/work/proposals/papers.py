"""What a concept note and a proposal consist of: their sections with limits and guidance, and what reviewers ask about them.

The words are shipped in the folder `papers`. A section that stands in both papers has one text, which is carried over.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from migov.foundation.records.models import Stage
from migov.services.clearance.subjects import Question
from migov.work.proposals.models import Proposal

FOLDER = Path(__file__).parent / "papers"
CONCEPT, PROPOSAL = "concept", "proposal"
SUMMARY = "summary"  # its text is the summary of the record
EARLY = frozenset({Stage.IDEA, Stage.CONCEPT})


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a paper. limit: most words. step: of the project cycle, with its number in the handbook.

    guidance, examples: sentences for who writes it.
    """

    code: str
    title: str
    limit: int
    required: bool
    guidance: tuple[str, ...]
    examples: tuple[str, ...]
    step: str
    step_number: int

    @property
    def anchor(self) -> str:
        """Its place in the content that is cleared."""
        return f"section:{self.code}"

    @property
    def questions(self) -> tuple[Question, ...]:
        """What reviewers are asked about this section."""
        return questions_for(self.anchor)


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper with its sections in reading order."""

    code: str
    title: str
    sections: tuple[Part, ...]

    def section(self, code: str) -> Part | None:
        """The section of that code; None where the paper has none."""
        return next((one for one in self.sections if one.code == code), None)

    def neighbours(self, code: str) -> tuple[Part | None, Part | None]:
        """The sections before and after one. Raises ValueError for a section that the paper does not have."""
        at = [one.code for one in self.sections].index(code)
        before = self.sections[at - 1] if at else None
        return before, self.sections[at + 1] if at + 1 < len(self.sections) else None


@cache
def paper(code: str) -> Paper:
    """A paper by its code, "concept" or "proposal". Raises KeyError for another."""
    if code not in (CONCEPT, PROPOSAL):
        raise KeyError(code)
    words, stated = _read("sections"), _read(code)
    sections = tuple(
        Part(
            row["code"], words[row["code"]]["title"], row["limit"], row.get("required", True),
            tuple(words[row["code"]]["guidance"]), tuple(words[row["code"]]["examples"]),
            stated["step"], stated["step_number"],
        )
        for row in stated["section"]
    )  # fmt: skip
    return Paper(code, stated["title"], sections)


def paper_of(proposal: Proposal) -> Paper:
    """The paper that is written at the proposal's stage. No query where the project's record is at hand."""
    return paper(CONCEPT if proposal.project.record.stage in EARLY else PROPOSAL)


@cache
def checklist() -> tuple[Question, ...]:
    """What reviewers are asked about a proposal, in reading order."""
    return tuple(
        Question(row["code"], row["text"], row.get("help", ""), tuple(row["anchors"]))
        for row in _read("checklist")["question"]
    )


@cache
def questions_for(anchor: str) -> tuple[Question, ...]:
    """The questions of the checklist about one place of the content."""
    return tuple(question for question in checklist() if anchor in question.anchors)


def title_of(code: str) -> str:
    """The title of a section, also of one that the present paper does not have; the code itself where it is unknown."""
    return str(_read("sections").get(code, {}).get("title", code))


@cache
def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
