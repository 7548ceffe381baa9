"""What a reading changes: which elements are proposed, and which earlier suggestions no longer hold. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from migov.services.alignment.models import Origin, Status
from migov.services.matching import Answer, Match
from migov.services.suggestions.sources import Wording
from migov.services.suggestions.wording import as_json

MOST = 5  # elements suggested for one record in one framework


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands between a record and an element of the framework. main: code of the main element that it counts under."""

    pk: int
    code: str
    main: str | None
    status: str
    origin: str
    source: str
    reasons: Any

    @property
    def withdrawable(self) -> bool:
        """A suggestion of the matcher that nobody decided."""
        return self.status == Status.PROPOSED and self.origin == Origin.SUGGESTED


@dataclass(slots=True)
class Plan:
    """propose: code of the element, reasons, and the suggestion whose place it takes. withdraw: what is no longer suggested."""

    propose: list[tuple[str, dict[str, Any], Standing | None]] = field(default_factory=list)
    withdraw: list[Standing] = field(default_factory=list)


def suggested(answer: Answer) -> tuple[Match, ...]:
    """The matches that are put before people: the best that reach the threshold."""
    return answer.suggested[:MOST]


def is_decided(standing: Iterable[Standing]) -> bool:
    """Whether people (or a publication) have said what the record is aligned to in the framework."""
    return any(row.status == Status.CONFIRMED for row in standing)


def plan(answer: Answer, wording: Wording, model: str, standing: Sequence[Standing]) -> Plan:
    """What the answer changes of what stands in its framework.

    What people confirmed (the element or one below it), rejected or proposed stands as it is, and so does what was proposed
    from a code; suggestions that nobody decided are renewed, or withdrawn where they are no longer given.
    """
    at_main = {row.code: row for row in standing if row.code == row.main}
    confirmed = {row.main for row in standing if row.status == Status.CONFIRMED}
    made, given = Plan(), set()
    for match in suggested(answer):
        before = at_main.get(match.code)
        if match.code in confirmed or (before is not None and not before.withdrawable):
            continue
        given.add(match.code)
        reasons = as_json(match, answer, wording)
        if before is None or (before.source, before.reasons) != (model, reasons):
            made.propose.append((match.code, reasons, before))
    made.withdraw = [row for row in standing if row.withdrawable and row.code not in given]
    return made
