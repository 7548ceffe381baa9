"""The answer to a contribution question: figures by element and all together, what was left out, and what they were made from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.places.models import Place
from migov.insight.contributions.scope import Scope
from migov.work.results.models import StandardIndicator

SMALL = 10
STATES = ("achieved", "near", "behind", "late", "open")


@dataclass(slots=True)
class People:
    """People reached, how many of them are known to be women and men, and by age band."""

    reached: float = 0
    female: float = 0
    male: float = 0
    by_sex: float = 0
    ages: dict[str, float] = field(default_factory=dict)

    @property
    def by_age(self) -> list[tuple[str, float]]:
        """Age bands with people, youngest first as far as their names begin with a number. Bands are as published.

        Bands with fewer people than SMALL are put together, with the next smallest where that is not enough, so that neither they nor
        the difference to the total tells of a few persons.
        """

        def first_number(pair: tuple[str, float]) -> tuple[int, str]:
            digits = re.match(r"\d+", pair[0])
            return (int(digits.group()) if digits else 999, pair[0])

        bands = sorted(((number, age) for age, number in self.ages.items() if number))
        pooled = 0.0
        while bands and (bands[0][0] < SMALL or 0 < pooled < SMALL):
            pooled += bands.pop(0)[0]
        shown = sorted(((age, number) for number, age in bands), key=first_number)
        return [*shown, (_("other ages"), pooled)] if pooled else shown

    @property
    def known_by_age(self) -> float:
        return sum(self.ages.values())

    @property
    def women(self) -> float | None:
        """The share of women among those known by sex, 0 to 1."""
        return self.female / self.by_sex if self.by_sex else None


@dataclass(slots=True)
class StandardFigure:
    """A standard indicator over several projects: what was aimed at and what was reached in the same periods."""

    indicator: StandardIndicator
    target: float | None
    actual: float | None
    progress: float | None
    projects: set[int]
    indicators: int


@dataclass(slots=True)
class Figures:
    """The figures of one element, or of all together. Money in cents of the reporting currency."""

    element: Element | None = None
    projects: set[int] = field(default_factory=set)
    principal: set[int] = field(default_factory=set)
    countries: set[int] = field(default_factory=set)
    budget: int = 0
    spending: int = 0
    unconverted: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    people: People = field(default_factory=People)
    evidence: int = 0
    standards: dict[int, StandardFigure] = field(default_factory=dict)

    @property
    def budget_amount(self) -> Decimal:
        """Budget in units of the reporting currency."""
        return Decimal(self.budget) / 100

    @property
    def spending_amount(self) -> Decimal:
        """Spending in units of the reporting currency."""
        return Decimal(self.spending) / 100

    @property
    def measured(self) -> int:
        """Indicators with a state that can be said: achieved, near, behind or late."""
        return sum(count for state, count in self.states.items() if state != "open")

    @property
    def is_gap(self) -> bool:
        return not self.projects


@dataclass(slots=True)
class LeftOut:
    """What the figures do not hold, and how much of it."""

    in_preparation: int = 0
    dropped: int = 0
    unaligned: int = 0
    unaligned_budget: int = 0
    above_level: int = 0
    proposed: int = 0
    split_evenly: int = 0
    unconverted: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True, slots=True)
class Split:
    """How a project's money lies over countries: parts of a whole, exactly; `inside` is the sum of those asked for."""

    parts: tuple[tuple[int, int], ...]
    whole: int
    inside: int

    @property
    def places(self) -> tuple[int, ...]:
        return tuple(place for place, _ in self.parts)


NOWHERE = Split((), 1, 0)


@dataclass(slots=True)
class Members:
    """Which rows a result counts under: its own or inherited alignments, else its project's."""

    by_result: dict[int, set[int]]
    projects_by_result: dict[int, set[int]]
    by_project: Mapping[int, Iterable[int]]

    def rows(self, project: int, result: int | None) -> Iterable[int]:
        """The rows that a result counts under; without a result, those of the project as a whole."""
        if result in self.by_result:
            return self.by_result[result]
        return self.by_project.get(project, ())


@dataclass(slots=True)
class Contribution:
    """The answer: rows by element, all together, what was left out, and money by element and country."""

    scope: Scope
    rows: list[Figures]
    total: Figures
    portfolio: Figures
    left_out: LeftOut
    places: dict[int, Place]
    heat: dict[tuple[int, int], int]
    shares: dict[int, dict[int, tuple[int, int, bool]]]
    splits: dict[int, Split]
    members: Members
    project_money: dict[tuple[int, str], int] = field(default_factory=dict)
    made_anew: int = 0

    def inside(self, project: int) -> Fraction:
        """The part of a project's money that lies in the countries asked for."""
        if self.scope.place_ids is None:
            return Fraction(1)
        split = self.splits.get(project, NOWHERE)
        return Fraction(split.inside, split.whole)

    def share(self, project: int, element: int) -> Fraction:
        """The part of a project's money that stands for a row."""
        parts, whole, _ = self.shares.get(project, {}).get(element, (0, 1, False))
        return Fraction(parts, whole)

    def countries_of(self, project: int) -> list[Place]:
        """The countries of a project (of those asked for), by name."""
        found = (self.places[place] for place, _ in self.splits.get(project, NOWHERE).parts)
        return sorted(found, key=lambda place: place.short_name)

    @property
    def state_names(self) -> tuple[str, ...]:
        return STATES

    @property
    def gaps(self) -> list[Element]:
        """Elements that nobody works on."""
        return [row.element for row in self.rows if row.is_gap and row.element]

    @property
    def worked_on(self) -> list[Figures]:
        return [row for row in self.rows if not row.is_gap]

    @property
    def country_order(self) -> list[Place]:
        """The office's territories that appear, then one entry for each other country, by name."""
        seen = {place for _, place in self.heat}
        return sorted((self.places[pk] for pk in seen), key=lambda p: (not p.is_territory, p.short_name))
