"""How a project's money lies over the places where it works: the one rule, for maps, country pages and reports."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

PARTS_PER_PERCENT = 10_000


class Parts(NamedTuple):
    """Parts by place, whole numbers; a place's share is its part of their sum. `evenly`: nobody stated shares for several places."""

    parts: tuple[tuple[int, int], ...]
    evenly: bool

    @property
    def whole(self) -> int:
        return sum(part for _, part in self.parts)


def parts_of(stated: Sequence[tuple[int, Decimal | float | None]]) -> Parts:
    """Places with the percent stated for each → their parts.

    Stated shares are taken in proportion where they miss 100; where none or only some are stated, the money is split evenly.
    """
    if len(stated) == 1:
        return Parts(((stated[0][0], 1),), False)
    shares = [share for _, share in stated]
    if None in shares or not any(shares):
        return Parts(tuple([(place, 1) for place, _ in stated]), bool(stated))
    return Parts(tuple([(place, round(share * PARTS_PER_PERCENT)) for place, share in stated if share]), False)
