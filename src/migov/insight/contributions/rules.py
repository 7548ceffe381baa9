"""The rules by which money becomes figures: pure functions over plain rows. Reports print them in words (see method.py).

The rules of measurements are in work/results/rules.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def over_years(starts: date | None, ends: date | None) -> list[tuple[int, int, int]]:
    """The part of a span that falls in each calendar year, as (year, days, days of the span); both ends included.

    A span with only one end known, or turned round, belongs whole to the year of the end that is known (the start).
    """
    first = starts or ends
    if first is None:
        return []
    if starts is None or ends is None or ends < starts:
        return [(first.year, 1, 1)]
    whole = (ends - starts).days + 1
    return [
        (
            year,
            (min(ends, date(year, 12, 31)) - max(starts, date(year, 1, 1))).days + 1,
            whole,
        )
        for year in range(starts.year, ends.year + 1)
    ]


def split_exactly(amount: int, parts: Sequence[int], whole: int) -> list[int]:
    """Divide an amount by parts of a whole without losing a cent: shares are rounded down, the rest goes to the last."""
    shares = [amount * part // whole for part in parts]
    if shares and sum(parts) == whole:
        shares[-1] += amount - sum(shares)
    return shares
