"""Which result, indicator or period of a new version is which of the version before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def match(before: Sequence[Item], after: Sequence[Item], keys: Sequence[Callable[[Item], Hashable]]) -> dict[int, int]:
    """Positions in `after` → positions in `before`, each used once. Earlier keys decide first; a key of None matches nothing."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        free: dict[Hashable, list[int]] = {}
        for position in range(len(before) - 1, -1, -1):
            if position not in taken:
                free.setdefault(key(before[position]), []).append(position)
        for position, item in enumerate(after):
            if position in found:
                continue
            wanted = key(item)
            if wanted is not None and free.get(wanted):
                found[position] = free[wanted].pop()
                taken.add(found[position])
    return found
