"""The rules by which measurements become figures. Pure functions over plain rows, shared by every page and report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

ACHIEVED = 1.0
NEAR = 0.8


class Value(NamedTuple):
    """One measurement of a period: `family` names its dimensions ("" for the whole), `sex` is f, m, x or "", `age` a band."""

    value: float
    family: str
    sex: str
    order: int
    age: str = ""


@dataclass(slots=True)
class Whole:
    """The value of a period. `summed_over` names the dimensions it was added up from where no whole was reported."""

    value: float | None = None
    female: float | None = None
    male: float | None = None
    summed_over: str = ""
    spare: int = 0
    ages: dict[str, float] = field(default_factory=dict)


def whole_of(values: Sequence[Value], *, adds_up: bool) -> Whole:
    """One figure for a period from its values, counting nobody twice.

    The value without dimensions counts; where several were reported, the last. Where there is none, the slices of one
    family of dimensions are added up, of the family with the largest sum (smaller ones are incomplete); slices of
    different families are never added to each other. Values that cannot be added (percentages, scales: `adds_up` false)
    are never summed over slices.
    """
    if len(values) == 1 and not values[0].family:
        return Whole(values[0].value)
    families: dict[str, list[Value]] = defaultdict(list)
    for value in values:
        families[value.family].append(value)
    found = Whole()
    if wholes := families.pop("", None):
        found.value = max(wholes, key=lambda value: value.order).value
        found.spare = len(wholes) - 1
    if not adds_up:
        return found
    sums = {family: sum(value.value for value in members) for family, members in families.items()}
    if found.value is None and sums:
        found.summed_over = max(sorted(sums), key=lambda family: sums[family])
        found.value = sums[found.summed_over]
    by_sex = [family for family, members in families.items() if any(value.sex in ("f", "m") for value in members)]
    if by_sex:
        # The family used for the whole, else the one by sex alone, else the fullest.
        best = max(sorted(by_sex), key=lambda f: (f == found.summed_over, "|" not in f, sums[f]))
        found.female = sum((value.value for value in families[best] if value.sex == "f"), start=0.0)
        found.male = sum((value.value for value in families[best] if value.sex == "m"), start=0.0)
    by_age = [family for family, members in families.items() if any(value.age for value in members)]
    if by_age:
        best = max(sorted(by_age), key=lambda f: ("|" not in f, sums[f]))
        for value in families[best]:
            if value.age:
                found.ages[value.age] = found.ages.get(value.age, 0.0) + value.value
    return found


class PeriodValues(NamedTuple):
    """What is known of one period of an indicator."""

    ends: date
    target: float | None
    actual: float | None


def ratio(target: float, actual: float, *, ascending: bool | None, baseline: float | None) -> float | None:
    """How far a target is met: 1.0 is met in full; None where it cannot be said.

    More is better: actual / target. Less is better: the way covered from the baseline to the target, or
    target / actual where there is no baseline.
    """
    if ascending is False:
        if baseline is not None and baseline != target:
            return (baseline - actual) / (baseline - target)
        if actual <= target:
            return 1.0
        return target / actual if actual else None
    if target > 0:
        return actual / target
    if actual >= target:
        return 1.0
    return None


def standing(progress: float | None) -> str:
    """The state of an indicator: achieved (100 % and over), near (80 % and over), behind, or open (cannot be said)."""
    if progress is None:
        return "open"
    if progress >= ACHIEVED:
        return "achieved"
    return "near" if progress >= NEAR else "behind"


class YearEnd(NamedTuple):
    """How an indicator stands at the end of a year.

    With `due`, a value is awaited since that day; before it, `state` holds.
    """

    year: int
    state: str
    due: date | None


def year_ends(
    periods: Sequence[PeriodValues], *, adds_up: bool, ascending: bool | None, baseline: float | None
) -> list[YearEnd]:
    """How an indicator stands at the end of each year in which a period of it ends, oldest first.

    Values that add up are compared as running sums over the periods that have both target and actual; others by the
    latest such period. A period with a target and no actual makes the indicator wait for a value from its end on.
    """
    found: dict[int, YearEnd] = {}
    target_sum = actual_sum = 0.0
    state = "open"
    due: date | None = None
    for period in sorted(periods, key=lambda p: p.ends):
        if period.target is not None and period.actual is not None:
            target_sum = target_sum + period.target if adds_up else period.target
            actual_sum = actual_sum + period.actual if adds_up else period.actual
            state = standing(ratio(target_sum, actual_sum, ascending=ascending, baseline=baseline))
            due = None
        elif period.actual is None and period.target is not None:
            due = due or period.ends
        elif period.actual is not None:
            due = None
        else:
            continue
        found[period.ends.year] = YearEnd(period.ends.year, state, due)
    return [found[year] for year in sorted(found)]


def across_years(values: dict[int, float], *, adds_up: bool, latest: bool) -> float | None:
    """One figure from the values of several years: their sum, the latest, or the largest."""
    if not values:
        return None
    if adds_up:
        return sum(values.values())
    return values[max(values)] if latest else max(values.values())


def state_on(ends: Sequence[YearEnd], day: date) -> str:
    """The state of an indicator on a day: that of the last year end by then; late where a value is awaited."""
    known = [end for end in ends if end.year <= day.year]
    if not known:
        return "open"
    last = known[-1]
    return "late" if last.due is not None and last.due <= day else last.state


def period_state(values: PeriodValues, day: date, *, ascending: bool | None, baseline: float | None) -> str:
    """The state of one period by itself: late once it has ended with a target and no actual, open before."""
    if values.target is None or values.actual is None:
        waits = values.target is not None and values.actual is None and values.ends <= day
        return "late" if waits else "open"
    return standing(ratio(values.target, values.actual, ascending=ascending, baseline=baseline))


class ToDate(NamedTuple):
    """Target and actual of the periods that have both, made one figure each, and how far the one meets the other."""

    target: float | None
    actual: float | None
    progress: float | None


def to_date(
    periods: Sequence[PeriodValues], *, adds_up: bool, ascending: bool | None, baseline: float | None
) -> ToDate:
    """Progress over the periods that have both target and actual: running sums where values add up, else the latest."""
    both = sorted((p for p in periods if p.target is not None and p.actual is not None), key=lambda p: p.ends)
    if not both:
        return ToDate(None, None, None)
    counted = both if adds_up else both[-1:]
    target = sum(p.target for p in counted if p.target is not None)
    actual = sum(p.actual for p in counted if p.actual is not None)
    return ToDate(target, actual, ratio(target, actual, ascending=ascending, baseline=baseline))


class Projection(NamedTuple):
    """What the last period will come to if the work goes on as it has so far, what is aimed at by then, and when that is."""

    value: float
    target: float
    ends: date


def projected(periods: Sequence[PeriodValues], *, adds_up: bool, ascending: bool | None) -> Projection | None:
    """The targets ahead, met as far as those so far: values that add up go on from what was reached, others follow the last target.

    None where nothing was compared yet, nothing lies ahead, or less is better (its way is not in proportion).
    """
    both = sorted((p for p in periods if p.target is not None and p.actual is not None), key=lambda p: p.ends)
    if not both or ascending is False:
        return None
    ahead = [
        p
        for p in sorted(periods, key=lambda p: p.ends)
        if p.target is not None and p.actual is None and p.ends > both[-1].ends
    ]
    so_far = to_date(periods, adds_up=adds_up, ascending=ascending, baseline=None)
    if not ahead or so_far.progress is None or so_far.target is None or so_far.actual is None:
        return None
    targets = [p.target for p in ahead if p.target is not None]
    if adds_up:
        return Projection(so_far.actual + so_far.progress * sum(targets), so_far.target + sum(targets), ahead[-1].ends)
    return Projection(so_far.progress * targets[-1], targets[-1], ahead[-1].ends)
