"""What the results of a project come to on a day: indicator by indicator, and the people it reached. Four queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from migov.work.results.models import Indicator, Level, Measure
from migov.work.results.queries import ON_TRACK, state_words
from migov.work.results.rollups.figures import Figure, figure_of
from migov.work.results.rollups.parts import FEMALE, MALE, SEX, told_apart
from migov.work.results.rollups.wholes import Window, wholes
from migov.work.results.rules import ratio, standing

# The results that say most come first.
ORDER = [Level.IMPACT, Level.OBJECTIVE, Level.OUTCOME, Level.OUTPUT, Level.OTHER, Level.ACTIVITY]


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator with what it comes to."""

    indicator: Indicator
    figure: Figure

    @property
    def progress(self) -> float | None:
        if self.figure.met is None or self.figure.aimed is None:
            return None
        return ratio(self.figure.aimed, self.figure.met, ascending=self.indicator.ascending, baseline=None)

    @property
    def state(self) -> str:
        """In words: achieved, nearly achieved, behind; empty where it cannot be said."""
        return state_words(standing(self.progress)) if self.progress is not None else ""

    @property
    def is_on_track(self) -> bool:
        return standing(self.progress) in ON_TRACK


@dataclass(frozen=True, slots=True)
class Reached:
    """People reached: by the indicator that counts the most of them. women: their share where it is known by sex."""

    people: float
    women: float | None
    indicator: Indicator


def measured(project: int, window: Window) -> list[Measured]:
    """The indicators of a project that have a value or a target by the day, the highest results first. Three queries."""
    indicators = Indicator.objects.standing().filter(project=project).exclude(measure=Measure.QUALITATIVE)
    periods = dict(wholes(indicators, window))
    rows = indicators.select_related("result__record").order_by(F("result__order"), "result_id", "order", "pk")
    found = [
        Measured(row, figure_of(periods.get(row.pk, ()), row.measure or Measure.NUMBER, row.across_periods))
        for row in rows
    ]
    known = [one for one in found if one.figure.actual is not None or one.figure.target is not None]
    return sorted(known, key=lambda one: ORDER.index(Level(one.indicator.result.level)))


def reached(found: Sequence[Measured], window: Window) -> Reached | None:
    """People reached: within a project the largest indicator that counts people, since two mostly count the same. Two queries."""
    people = [one for one in found if one.indicator.counts_people and one.figure.actual]
    if not people:
        return None
    best = max(people, key=lambda one: (one.figure.actual or 0, -one.indicator.pk))
    rule = best.indicator.across_periods
    told = told_apart(Indicator.objects.filter(pk=best.indicator.pk), window, {best.indicator.pk: rule} if rule else {})
    sexes = told.get(best.indicator.pk, {}).get(SEX, {})
    women, men = (sexes[one].value if one in sexes else 0.0 for one in (FEMALE, MALE))
    return Reached(best.figure.actual or 0.0, women / (women + men) if women + men else None, best.indicator)
