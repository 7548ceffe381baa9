"""Several indicators as one figure, by a declared rule, counting nobody twice. Pure functions: what counts, what does not and why.

Nothing depends on the order of the sources: sums are exact before they are rounded (math.fsum), ties are broken by keys.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from migov.work.results.models import AcrossProjects, Measure
from migov.work.results.overlaps import OverlapKind
from migov.work.results.rollups.figures import Figure
from migov.work.results.rules import ratio, standing
from migov.work.results.shapes import FRACTIONS

# Why a source does not count.
NO_VALUE, UNIT, MEASURE, UNDER, NO_DENOMINATOR, SAME_PEOPLE, NOT_LATEST, NOT_LARGEST, NO_RULE = (
    "no-value", "unit", "measure", "under", "no-denominator", "same-people", "not-latest", "not-largest", "no-rule",
)  # fmt: skip


class Source(NamedTuple):
    """An indicator with what it comes to. unit: as written; people: whether it counts people."""

    indicator: int
    project: int
    measure: str
    unit: str
    people: bool
    ascending: bool | None
    figure: Figure


class Known(NamedTuple):
    """A declared overlap: which, of what kind, how many are counted twice."""

    key: int
    kind: str
    twice: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the figure shall be: its measure and unit, the rule across projects, and whether it counts people."""

    measure: str
    unit: str
    rule: str
    people: bool


class Counted(NamedTuple):
    """A source that counts, and with how much. aimed, met: its part of the comparison with targets."""

    source: Source
    amount: float
    target: float | None = None


class Left(NamedTuple):
    """A source that does not count, and why. instead: the indicator that counts in its place."""

    source: Source
    why: str
    instead: int | None = None


class Shared(NamedTuple):
    """People who are counted by several indicators: so many are taken off. overlap: the declaration."""

    overlap: int
    indicators: tuple[int, ...]
    minus: float


@dataclass(slots=True)
class Aggregate:
    """A figure of several sources: what it comes to, what it is made of, what was left out.

    Of a sum: value = sum of the counted amounts minus what is shared.
    """

    asked: Asked
    value: float | None = None
    target: float | None = None
    met: float | None = None
    aimed: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    ascending: bool | None = None
    counted: list[Counted] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)

    @property
    def progress(self) -> float | None:
        """How far what was aimed at is met, over the periods that have both; 1.0 is in full."""
        if self.met is None or self.aimed is None:
            return None
        return ratio(self.aimed, self.met, ascending=self.ascending, baseline=None)

    @property
    def goal(self) -> float | None:
        """The target that is compared: of the periods that have a value too; of all, where there is none."""
        return self.target if self.aimed is None else self.aimed

    @property
    def awaited(self) -> float | None:
        """The target of all periods that have ended, where values are missing for some of them."""
        known = self.aimed is not None and self.target is not None
        return self.target if known and abs((self.target or 0) - (self.aimed or 0)) > 1e-9 else None

    @property
    def state(self) -> str:
        return standing(self.progress)

    @property
    def projects(self) -> set[int]:
        return {one.source.project for one in self.counted}


def fitting(
    sources: Iterable[Source], asked: Asked, above: Mapping[int, Collection[int]] | None = None
) -> tuple[list[Source], list[Left]]:
    """The sources that may count together at all, and those that may not.

    Never across units or measures; never without a value. above: project → projects above it in its programme: where one under it has a
    value, the total that the upper one reports would count the same again.
    """
    keep: list[Source] = []
    left: list[Left] = []
    for source in sources:
        if source.figure.actual is None:
            left.append(Left(source, NO_VALUE))
        elif source.measure != asked.measure:
            left.append(Left(source, MEASURE))
        elif source.unit and asked.unit and not same_unit(source.unit, asked.unit):
            left.append(Left(source, UNIT))
        else:
            keep.append(source)
    if above:
        covered = {upper for source in keep for upper in above.get(source.project, ())}
        left += [Left(source, UNDER) for source in keep if source.project in covered]
        keep = [source for source in keep if source.project not in covered]
    return keep, left


def same_unit(one: str, other: str) -> bool:
    """Whether two units are written alike, but for case, spaces and a full stop at the end."""
    return " ".join(one.lower().split()).rstrip(".") == " ".join(other.lower().split()).rstrip(".")


def together(sources: Sequence[Source], asked: Asked, overlaps: Mapping[int, Known] | None = None) -> Aggregate:
    """One figure of sources that fit together. overlaps: indicator → what was declared about it."""
    found = Aggregate(asked, ascending=_direction(sources))
    if not sources:
        return found
    if asked.rule == AcrossProjects.SUM and asked.measure not in (Measure.NUMBER, ""):
        # Shares, scales and answers do not add up, whatever was declared.
        return _none(found, sources)
    ways = {
        AcrossProjects.SUM: _sum, AcrossProjects.AVERAGE: _average, AcrossProjects.LATEST: _latest,
        AcrossProjects.MAX: _largest,
    }  # fmt: skip
    way = ways.get(AcrossProjects(asked.rule)) if asked.rule else None
    if way is None:
        return _none(found, sources)
    way(found, sources, overlaps or {})
    return found


def _direction(sources: Sequence[Source]) -> bool | None:
    """Less is better only where every source says so."""
    return False if sources and all(source.ascending is False for source in sources) else None


def _none(found: Aggregate, sources: Iterable[Source]) -> Aggregate:
    found.left += [Left(source, NO_RULE) for source in sources]
    return found


def _sum(found: Aggregate, sources: Sequence[Source], overlaps: Mapping[int, Known]) -> None:
    groups: dict[tuple[str, int], list[Source]] = {}
    for source in sources:
        known = overlaps.get(source.indicator) if overlaps else None
        if known is not None:
            groups.setdefault(("overlap", known.key), []).append(source)
        elif source.people:  # two indicators of a project mostly count the same people
            groups.setdefault(("project", source.project), []).append(source)
        else:
            found.counted.append(Counted(source, source.figure.actual or 0.0, source.figure.target))
    for members in groups.values():
        known = overlaps.get(members[0].indicator)
        kind = known.kind if known else OverlapKind.SAME
        if len(members) == 1:
            found.counted.append(Counted(members[0], members[0].figure.actual or 0.0, members[0].figure.target))
        elif kind != OverlapKind.SAME:
            found.counted += [Counted(one, one.figure.actual or 0.0, one.figure.target) for one in members]
            if known and kind == OverlapKind.PARTLY:
                found.shared += _shared(known, members)
        else:
            best = max(members, key=lambda one: (one.figure.actual or 0.0, -one.indicator))
            found.counted.append(Counted(best, best.figure.actual or 0.0, best.figure.target))
            found.left += [Left(one, SAME_PEOPLE, best.indicator) for one in members if one is not best]
    return _add_up(found)


def _add_up(found: Aggregate) -> None:
    figures = [one.source.figure for one in found.counted]
    minus = math.fsum(one.minus for one in found.shared)
    found.value = math.fsum([*(one.amount for one in found.counted), -minus])
    found.target = _fsum(figure.target for figure in figures)
    paired = [one for one in figures if one.met is not None]
    found.aimed, found.met = _fsum(one.aimed for one in paired), _fsum(one.met for one in paired)


def _shared(known: Known, members: Sequence[Source]) -> list[Shared]:
    """What is counted twice; never so much that less than the largest value would be left."""
    values = [one.figure.actual or 0.0 for one in members]
    minus = min(known.twice or 0.0, math.fsum(values) - max(values))
    return [Shared(known.key, tuple(one.indicator for one in members), minus)] if minus > 0 else []


def _average(found: Aggregate, sources: Sequence[Source], _overlaps: Mapping[int, Known]) -> None:
    """Made anew from numerators and denominators; an index or another number is weighted by its denominator."""
    weighed = [one for one in sources if one.figure.denominator]
    found.left += [Left(one, NO_DENOMINATOR) for one in sources if not one.figure.denominator]
    if not weighed:
        return
    fractions = found.asked.measure in FRACTIONS
    times = 100 if found.asked.measure == Measure.PERCENTAGE else 1
    below = math.fsum(one.figure.denominator or 0 for one in weighed)
    above = math.fsum(
        (one.figure.numerator or 0) if fractions else (one.figure.actual or 0) * (one.figure.denominator or 0)
        for one in weighed
    )
    found.numerator, found.denominator = above, below
    found.value = above * times / below
    found.counted += [Counted(one, one.figure.actual or 0.0, one.figure.target) for one in weighed]
    found.target = _weighted(weighed, "target")
    paired = [one for one in weighed if one.figure.met is not None]
    found.aimed, found.met = _weighted(paired, "aimed"), _weighted(paired, "met")


def _weighted(sources: Iterable[Source], name: str) -> float | None:
    """The average of a number of the figures, weighted by the denominators of their actuals."""
    pairs = [(getattr(one.figure, name), one.figure.denominator or 0.0) for one in sources]
    known = [(value, weight) for value, weight in pairs if value is not None]
    weight = math.fsum(weight for _value, weight in known)
    return math.fsum(value * weight for value, weight in known) / weight if weight else None


def _latest(found: Aggregate, sources: Sequence[Source], _overlaps: Mapping[int, Known]) -> None:
    best = max(sources, key=lambda one: (one.figure.day is not None, one.figure.day, one.indicator))
    _alone(found, best, sources, NOT_LATEST)


def _largest(found: Aggregate, sources: Sequence[Source], _overlaps: Mapping[int, Known]) -> None:
    best = max(sources, key=lambda one: (one.figure.actual or 0.0, -one.indicator))
    _alone(found, best, sources, NOT_LARGEST)


def _alone(found: Aggregate, best: Source, sources: Iterable[Source], why: str) -> None:
    figure = best.figure
    found.value, found.target, found.met, found.aimed = figure.actual, figure.target, figure.met, figure.aimed
    found.numerator, found.denominator = figure.numerator, figure.denominator
    found.counted.append(Counted(best, figure.actual or 0.0, figure.target))
    found.left += [Left(one, why, best.indicator) for one in sources if one is not best]


def _fsum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) if known else None
