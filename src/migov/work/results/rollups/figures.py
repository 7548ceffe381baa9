"""One figure of an indicator from its periods, by the rule that the indicator declares. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from migov.work.results.models import AcrossPeriods, Measure
from migov.work.results.rollups.wholes import PeriodWhole
from migov.work.results.shapes import FRACTIONS


@dataclass(frozen=True, slots=True)
class Figure:
    """What the periods of an indicator come to.

    actual, target: over all periods that have one. met, aimed: over the periods that have both, for progress. numerator and denominator:
    of the actual, where all its periods have them. day: the end of the last period with an actual; periods: how many actuals.
    """

    actual: float | None = None
    target: float | None = None
    met: float | None = None
    aimed: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    day: date | None = None
    periods: int = 0

    @property
    def goal(self) -> float | None:
        """The target that the actual is compared with: of the same periods; of all, where nothing was reported yet."""
        return self.target if self.aimed is None else self.aimed


def figure_of(periods: Sequence[PeriodWhole], measure: str, across: str) -> Figure:
    """The figure of an indicator. periods: oldest first.

    Numbers: the sum, the latest or the largest, as declared; undeclared: the largest, which counts nobody twice. Percentages and ratios
    that are declared to add up are made anew from the sums of numerators and denominators, if every period has them. All else: the latest.
    """
    actuals = [one for one in periods if one.actual is not None]
    targets = [one.target for one in periods if one.target is not None]
    both = [one for one in actuals if one.target is not None]
    rule = _rule(actuals, measure, across)
    above, below = _fraction(actuals, rule)
    if rule == AcrossPeriods.SUM and measure in FRACTIONS:
        actual = _quotient(above, below, measure)
        target = targets[-1] if targets else None
        met, aimed = (actual, target) if both else (None, None)
    else:
        actual, target = _over([one.actual for one in actuals], rule), _over(targets, rule)
        met, aimed = _over([one.actual for one in both], rule), _over([one.target for one in both], rule)
    return Figure(
        actual=actual, target=target, met=met, aimed=aimed, numerator=above, denominator=below,
        day=actuals[-1].ends if actuals else None, periods=len(actuals),
    )  # fmt: skip


def _rule(actuals: Sequence[PeriodWhole], measure: str, across: str) -> str:
    if measure in FRACTIONS:
        told = bool(actuals) and all(one.numerator is not None and one.denominator is not None for one in actuals)
        return AcrossPeriods.SUM if across == AcrossPeriods.SUM and told else AcrossPeriods.LATEST
    if measure not in (Measure.NUMBER, ""):
        return AcrossPeriods.LATEST
    return across or AcrossPeriods.MAX


def _over(values: Sequence[float | None], rule: str) -> float | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    if rule == AcrossPeriods.SUM:
        return math.fsum(known)
    return known[-1] if rule == AcrossPeriods.LATEST else max(known)


def _fraction(actuals: Sequence[PeriodWhole], rule: str) -> tuple[float | None, float | None]:
    """Numerator and denominator of the periods that count."""
    counted = actuals if rule == AcrossPeriods.SUM else actuals[-1:]
    if not counted or any(one.numerator is None or one.denominator is None for one in counted):
        return None, None
    return math.fsum(one.numerator or 0 for one in counted), math.fsum(one.denominator or 0 for one in counted)


def _quotient(above: float | None, below: float | None, measure: str) -> float | None:
    if above is None or not below:
        return None
    return above * (100 if measure == Measure.PERCENTAGE else 1) / below
