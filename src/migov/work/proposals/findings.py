"""What is found wrong or missing in a proposal, in one shape for all its parts: text, matrix, budget, plan, risks and markers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["must", "should"]
MUST: Severity = "must"  # stands in the way of handing in
SHOULD: Severity = "should"  # said, and left to the authors


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or missing.

    code: names the check, e.g. "budget-ceiling". severity: "must" stands in the way of submitting, "should" does not. text: one
    sentence for people, with the figures it is about. anchor: the place of the content it is about, as clearance names it
    ("cost:5", "risk:2", "budget"). url: the page on which it can be mended.
    """

    code: str
    severity: Severity
    text: str
    anchor: str = ""
    url: str = ""

    @property
    def hinders(self) -> bool:
        """Whether it must be mended before the proposal can be handed in."""
        return self.severity == MUST


def ordered(found: Iterable[Finding]) -> list[Finding]:
    """What must be mended first, else in the order found."""
    return sorted(found, key=lambda one: one.severity != MUST)


def together(*parts: Iterable[Finding]) -> list[Finding]:
    """The findings of several parts as one list, what must be mended first. What two parts say of one place (same code and anchor, as
    matrix and work plan do of an activity) is said once, in the words of the first.
    """
    said: set[tuple[str, str]] = set()
    found: list[Finding] = []
    for part in parts:
        new = [one for one in part if (one.code, one.anchor) not in said]
        said.update((one.code, one.anchor) for one in new)
        found += new
    return ordered(found)


def by_anchor(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings by the place they are about, to be shown beside it."""
    places: dict[str, list[Finding]] = {}
    for one in ordered(found):
        places.setdefault(one.anchor, []).append(one)
    return places
