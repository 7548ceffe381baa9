"""The rows of the results matrix in reading order with their numbers, for the parts that refer to them: budget and work plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from migov.work.proposals.models import PlanLevel, PlanResult, Proposal


@dataclass(frozen=True, slots=True)
class Numbered:
    """A row of the matrix with its number: outcomes 1, 2; outputs 1.1; activities 1.1.1. The objective has none. depth: from 0."""

    pk: int
    level: str
    parent: int | None
    number: str
    title: str
    depth: int
    row: PlanResult

    @property
    def anchor(self) -> str:
        return f"result:{self.pk}"

    @property
    def name(self) -> str:
        """Number and title, as it is called in lists and sentences."""
        return f"{self.number} {self.title}".strip() or str(self.row.get_level_display())


def outline(proposal: Proposal) -> list[Numbered]:
    """The standing rows of the matrix in reading order. What stands below a removed row is left out. One query."""
    below: dict[int | None, list[PlanResult]] = defaultdict(list)
    for row in PlanResult.objects.filter(proposal=proposal, removed_at__isnull=True):
        below[row.parent_id].append(row)
    found: list[Numbered] = []

    outcomes = count(1)  # counted through where there are several objectives

    def add(rows: Iterable[PlanResult], above: str, depth: int) -> None:
        for place, row in enumerate(rows, start=1):
            if row.level == PlanLevel.OBJECTIVE:
                number = ""
            else:
                number = f"{above}.{place}" if above else str(next(outcomes))
            found.append(Numbered(row.pk, row.level, row.parent_id, number, row.title, depth, row))
            add(below[row.pk], number, depth + 1)

    add(below[None], "", 0)
    return found


def outputs(rows: Iterable[Numbered]) -> list[Numbered]:
    """The outputs among the rows."""
    return [one for one in rows if one.level == PlanLevel.OUTPUT]
