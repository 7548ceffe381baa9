"""Where an element stands in its framework: its place in the reading order, its depth, the main element it counts
under.

Reports count by the framework's main level (objectives of the Global Compact, goals of the 2030 Agenda). An element
of that level counts under itself, one below it under its nearest ancestor of that level. An element above the main
level (an objective of the results framework, whose long-term outcomes are counted) or beside it (a guiding principle,
a phase, an enabler) counts under none: its `main` is empty, work aligned to it shows on its own page and in the
framework's total, and no figure is guessed for what lies below.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Branch:
    """What the order is made from: an element's code, its parent's code, its kind, its rank among the children of its
    parent.
    """

    code: str
    parent: str | None
    kind: str
    rank: tuple[int, int]


@dataclass(frozen=True)
class Standing:
    """Where an element stands: order from 1 in reading order, depth from 0, code of its main element or None."""

    order: int
    depth: int
    main: str | None


class CircularTree(ValueError):
    """Some elements stand above themselves. `codes` names them."""

    def __init__(self, codes: Collection[str]) -> None:
        self.codes = sorted(codes)
        super().__init__(", ".join(self.codes))


def standings(branches: Iterable[Branch], main_level: Collection[str]) -> Mapping[str, Standing]:
    """Every element's standing by code. Raises CircularTree when an element cannot be reached from the top."""
    children: dict[str | None, list[Branch]] = {}
    everything = list(branches)
    for branch in everything:
        children.setdefault(branch.parent, []).append(branch)
    for siblings in children.values():
        siblings.sort(key=lambda branch: branch.rank, reverse=True)
    found: dict[str, Standing] = {}
    waiting: list[tuple[Branch, int, str | None]] = [(branch, 0, None) for branch in children.get(None, [])]
    while waiting:
        branch, depth, main = waiting.pop()
        if branch.kind in main_level:
            main = branch.code
        found[branch.code] = Standing(len(found) + 1, depth, main)
        waiting.extend((child, depth + 1, main) for child in children.get(branch.code, []))
    if len(found) < len(everything):
        raise CircularTree({branch.code for branch in everything} - found.keys())
    return found
