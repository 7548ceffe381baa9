"""Which of the numbered lines are the articles: those whose numbers go up without leaps and that have words of their own.

A table of contents, a reference at the beginning of a line, a list inside an article, or a form in an annex also begins with numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from migov.work.policy.texts.numerals import Key

FARTHEST = 30  # numbers that may be missing between two articles
LEAP, PER_STEP = 0.9, 0.15
START = 0.2  # for each number that is missing before the first


@dataclass(slots=True)
class Candidate:
    """A line that may begin an article. weight: how much speaks for it, about 1. place: index of the line."""

    place: int
    key: Key
    weight: float


def chain(candidates: Sequence[Candidate], barriers: Sequence[int] = ()) -> list[int]:
    """Indices of the candidates that form the best rising sequence.

    barriers: places of lines that may end the body (an annex); going on beyond one costs as much as several missing numbers.
    """
    if not candidates:
        return []
    best: list[tuple[float, int]] = []
    by_first: dict[int, list[int]] = {}
    for index, one in enumerate(candidates):
        first = one.key[0]
        score, before = one.weight - min(START * max((first % 10_000) - 1, 0), 4.0), -1
        for number in range(first, first - FARTHEST - 1, -1):
            for other in by_first.get(number, ()):
                earlier = candidates[other]
                if earlier.key >= one.key:
                    continue
                cost = _gap(earlier.key, one.key) + 4.0 * _crossed(earlier.place, one.place, barriers)
                if best[other][0] - cost + one.weight > score:
                    score, before = best[other][0] - cost + one.weight, other
        if first >= 10_001:  # a series of letters begins after the numbers
            for other in range(max(index - 60, 0), index):
                if candidates[other].key[0] < 10_000 and best[other][0] - LEAP + one.weight > score and first == 10_001:
                    score, before = best[other][0] - LEAP + one.weight, other
        best.append((score, before))
        kept = by_first.setdefault(first, [])
        kept.append(index)
        if len(kept) > 12:  # of many with the same number the best few matter
            kept.sort(key=lambda at: -best[at][0])
            last = kept.pop(8)
            if last == index:
                kept.pop()
                kept.append(index)
    index = max(range(len(best)), key=lambda at: best[at][0])
    found = []
    while index >= 0:
        found.append(index)
        index = best[index][1]
    return found[::-1]


def _gap(before: Key, after: Key) -> float:
    """What it costs to go from one number to the next; nothing for the next one."""
    if before[0] == after[0]:
        if len(before) < len(after) or before[:-1] == after[:-1]:
            missing = after[-1] - (before[-1] if len(before) == len(after) else 0) - 1
            return 0.0 if missing <= 0 else min(PER_STEP * missing, LEAP)
        return 0.0
    missing = after[0] - before[0] - 1
    if len(after) > 1 and after[1:] != (1,) and len(before) == 1:
        missing += 1  # 7A without a 7
    return LEAP + PER_STEP * missing if missing else 0.0


def _crossed(before: int, after: int, barriers: Sequence[int]) -> int:
    return sum(1 for place in barriers if before < place < after) if barriers else 0
