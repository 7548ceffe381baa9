"""What might help with a gap: kinds of offers, one offer with its reasons, and how offers are ranked.

An offer's score is the sum of what speaks for it, and every part that adds to it is said in words:

  elements   below 1     framework elements that it shares with the question (see reach.py)
  place      up to 0.5   the same country, the same sub-region, the region
  recency    up to 0.15  how new it is
  words      up to 0.5   likeness of its words to those of the question
  bonus                  what a kind knows besides (results on track, neighbours bound); said by the kind
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.insight.gaps.gaps import Gap
from migov.insight.gaps.reach import Reach

MOST = 5  # of one kind for one gap
SHORTLIST = 12  # of one kind for one gap, of which words are compared
SAME_COUNTRY, SAME_SUBREGION, REGION = 0.5, 0.25, 0.1
FRESH_YEARS, FRESH = 3, 0.15
WORDS = 0.5

OBLIGATION, REQUIREMENT, PRACTICE, LESSON = "obligation", "requirement", "practice", "lesson"
PROJECT, TRAINING, COUNTRY = "project", "training", "country"
LABELS: dict[str, str | Promise] = {
    OBLIGATION: gettext_lazy("Obligations not yet taken on"),
    REQUIREMENT: gettext_lazy("Requirements that the law does not meet"),
    PRACTICE: gettext_lazy("Practices"),
    LESSON: gettext_lazy("Lessons"),
    PROJECT: gettext_lazy("Projects"),
    TRAINING: gettext_lazy("Trainings"),
    COUNTRY: gettext_lazy("Countries that answered better"),
}
ONE: dict[str, str | Promise] = {
    OBLIGATION: gettext_lazy("obligation not yet taken on"),
    REQUIREMENT: gettext_lazy("requirement that the law does not meet"),
    PRACTICE: gettext_lazy("practice"),
    LESSON: gettext_lazy("lesson"),
    PROJECT: gettext_lazy("project"),
    TRAINING: gettext_lazy("training"),
    COUNTRY: gettext_lazy("another country's answer"),
}
EMPTY: dict[str, str | Promise] = {
    OBLIGATION: gettext_lazy("The register names no instrument on this that the country has not taken on."),
    REQUIREMENT: gettext_lazy("No review that was released names a requirement on this that is not met."),
    PRACTICE: gettext_lazy("No practice on this is on the register."),
    LESSON: gettext_lazy("No lesson on this is on the register."),
    PROJECT: gettext_lazy("No project on this is on the register."),
    TRAINING: gettext_lazy("No training on this is known to migov."),
    COUNTRY: gettext_lazy("No other country has published a better answer."),
}


@dataclass(slots=True)
class Offer:
    """Something that might help. key: tells it from the others of its kind. note: what it is. why: reasons, the most telling first."""

    kind: str
    key: str
    title: str
    url: str = ""
    note: str = ""
    record: int | None = None
    score: float = 0.0
    why: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        """Names it among all offers of a gap, in forms."""
        return f"{self.kind}:{self.key}"

    @property
    def because(self) -> str:
        """The reasons in one line."""
        said = "; ".join(self.why)
        return said[:1].upper() + said[1:]

    def add(self, score: float, why: str) -> None:
        """Let something speak for it. why: empty where there is nothing to say."""
        self.score += score
        if why:
            self.why.append(why)


@dataclass
class Asked:
    """What providers are asked: the gaps of a country, with what they reach, for a viewer. neighbours: territories of the sub-region."""

    viewer: Viewer
    place: Place
    gaps: list[Gap]
    reach: Reach
    today: date
    territories: Mapping[int, Place]

    @cached_property
    def family(self) -> frozenset[int]:
        """The territories of the country's sub-region."""
        return frozenset(key for key, one in self.territories.items() if one.subregion_id == self.place.subregion_id)

    def nearness(self, places: Collection[int]) -> float:
        """How near a thing is that happens in some territories."""
        if self.place.pk in places:
            return SAME_COUNTRY
        if not self.family.isdisjoint(places):
            return SAME_SUBREGION
        return REGION if places else 0.0

    def near(self, places: Collection[int]) -> tuple[float, str]:
        """How near a thing is that happens in some territories, and that in words. Nothing is said of what lies outside the region."""
        score = self.nearness(places)
        if score == SAME_COUNTRY:
            return score, _("in %(country)s") % {"country": formats.place(self.place)}
        known = self.family.intersection(places) or places
        names = ", ".join(sorted(formats.place(self.territories[key]) for key in known if key in self.territories)[:2])
        if score == SAME_SUBREGION:
            return score, _("in %(country)s, of the same sub-region") % {"country": names}
        return score, _("in %(country)s") % {"country": names} if names else ""

    def fresh(self, day: date | None) -> tuple[float, str]:
        """How new a thing is that ends, or was made, on a day."""
        if day is None:
            return 0.0, ""
        age = self.today.year - day.year
        if age <= 0:
            return FRESH, _("under way") if day > self.today else _("of this year")
        return (FRESH if age <= FRESH_YEARS else 0.0), _("of %(year)s") % {"year": day.year}


Found = dict[int, list[Offer]]  # key of the question → offers


def best(offers: list[Offer], most: int = MOST) -> list[Offer]:
    """The first by score; the same each time."""
    return sorted(offers, key=lambda one: (-one.score, one.title, one.key))[:most]


def visible(viewer: Viewer) -> Any:
    """The records that a viewer may see, as a subquery of keys."""
    return Record.objects.visible_to(viewer).standing().values("pk")
