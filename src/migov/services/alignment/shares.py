"""The rule for money: how a project's budget is shared between the elements of one framework.

Shares that people set win when they are complete: every confirmed alignment has one and they sum to 100 percent (±
0.01; they are brought to exactly 100). Otherwise a principal alignment weighs twice as much as a significant one.
Only confirmed alignments count, and only those of the project itself: a result's alignment shows what the result is
about, it moves no money.

Everything here is exact and knows no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

WEIGHTS = {"principal": 2, "significant": 1}
TOLERANCE = Decimal("0.01")
WHOLE = Decimal(100)


class Weighed(Protocol):
    """What the rule needs to know of an alignment; `share` is in percent."""

    @property
    def element_id(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def significance(self) -> str: ...
    @property
    def share(self) -> Decimal | None: ...


def sums_to_whole(percents: Iterable[Decimal]) -> bool:
    """Whether percentages are 100 together, within the tolerance."""
    return abs(sum(percents, Decimal(0)) - WHOLE) <= TOLERANCE


def are_set(alignments: Iterable[Weighed]) -> bool:
    """Whether people set the shares completely: these count then, not the weights."""
    percents = [alignment.share for alignment in alignments if alignment.status == "confirmed"]
    stated = [percent for percent in percents if percent is not None]
    return bool(percents) and len(stated) == len(percents) and sums_to_whole(stated)


def shares(alignments: Iterable[Weighed]) -> dict[int, Fraction]:
    """Element → its part of the money, for one record's alignments in one framework. The parts sum to exactly 1;
    empty when none is confirmed.
    """
    confirmed = [alignment for alignment in alignments if alignment.status == "confirmed"]
    if are_set(confirmed):
        weights = {a.element_id: Fraction(a.share or 0) for a in confirmed}
    else:
        weights = {a.element_id: Fraction(WEIGHTS[a.significance]) for a in confirmed}
    total = sum(weights.values())
    return {element: weight / total for element, weight in weights.items()}


def roll_up(parts: Mapping[int, Fraction], main_of: Mapping[int, int | None]) -> dict[int | None, Fraction]:
    """The parts added up by main element: two targets under one goal count together.

    main_of: element → its main element. Parts of elements that count under none (above or beside the main level) are
    under None. Raises KeyError for an element that main_of does not know.
    """
    found: dict[int | None, Fraction] = {}
    for element, part in parts.items():
        main = main_of[element]
        found[main] = found.get(main, Fraction(0)) + part
    return found
