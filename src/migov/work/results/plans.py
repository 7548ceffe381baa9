"""How much of a project's planned work lies behind a day: asked of rooms that know work plans, which results do not.

A provider takes the key of a project and a day, and answers for its rows: result → share, None → the whole project; 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from migov.work.results.rules import PeriodValues

Provider = Callable[[int, date], Mapping[int | None, float]]
LEAST = 0.1  # of the work behind the day: before that, what was reached says little about the end

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a room that knows work plans; once."""
    if provider not in _providers:
        _providers.append(provider)


def done_by(project: int, result: int, day: date) -> float | None:
    """The share of the planned work towards a result that lies behind a day; of the whole project where the result has no activities."""
    for provider in _providers:
        shares = provider(project, day)
        share = shares.get(result, shares.get(None))
        if share is not None:
            return share
    return None


class ByPlan(NamedTuple):
    """Where the work plan leads: how much of it lies behind, what that foresees of the last target, what the actual comes to at its end."""

    done: float
    foreseen: float
    at_the_end: float
    target: float


def by_plan(periods: list[PeriodValues], done: float | None, *, adds_up: bool, ascending: bool | None) -> ByPlan | None:
    """The actual so far against the share of the planned work that lies behind: what the plan foresees now, and at its end.

    Only where more is better, a target and an actual are known, and at least a tenth of the work lies behind.
    """
    targets = [period.target for period in periods if period.target is not None]
    actuals = [period.actual for period in periods if period.actual is not None]
    if done is None or done < LEAST or ascending is False or not targets or not actuals:
        return None
    target, actual = (sum(targets), sum(actuals)) if adds_up else (targets[-1], actuals[-1])
    return ByPlan(done, done * target, actual / done, target)
