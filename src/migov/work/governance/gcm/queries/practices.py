"""Practices as a viewer may see them, with how complete each is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.work.governance.gcm import checklist
from migov.work.governance.gcm.queries.pledges import for_objective, objectives_of
from migov.work.governance.models import Practice, PracticeState

TONES = {
    PracticeState.DRAFT: "quiet", PracticeState.REVIEWED: "", PracticeState.SUBMITTED: "warn",
    PracticeState.PUBLISHED: "good", PracticeState.WITHDRAWN: "bad",
}  # fmt: skip
ORDERS = {
    "newest": (F("pk").desc(),),
    "title": (F("record__title").asc(), F("pk").asc()),
    "-title": (F("record__title").desc(), F("pk").desc()),
    "country": (F("country__short_name").asc(nulls_last=True), F("pk").desc()),
    "-country": (F("country__short_name").desc(nulls_last=True), F("pk").desc()),
}


def visible(viewer: Viewer) -> QuerySet[Practice]:
    """The practices that a viewer may see."""
    return Practice.objects.filter(record__in=Record.objects.visible_to(viewer).standing())


@dataclass(frozen=True)
class PracticeFilter:
    """A question about practices. Empty means all. country: a code; objective: its number."""

    q: str = ""
    country: str = ""
    objective: str = ""
    state: str = ""

    def params(self) -> list[tuple[str, str]]:
        """The filter as pairs of parameter and value."""
        return [(name, value) for name, value in vars(self).items() if value]


def matching(viewer: Viewer, asked: PracticeFilter) -> QuerySet[Practice]:
    """Practices of a filter, not ordered. Withdrawn ones only where they are asked for."""
    found = visible(viewer)
    for word in asked.q.split():
        found = found.filter(
            Q(record__title__icontains=word) | Q(record__summary__icontains=word) | Q(implementer__icontains=word)
        )
    if asked.country:
        found = found.filter(country__code=asked.country)
    if asked.objective:
        found = found.filter(record__in=for_objective(asked.objective))
    if asked.state:
        return found.filter(state=asked.state)
    return found.exclude(state=PracticeState.WITHDRAWN)


@dataclass(frozen=True)
class PracticeRow:
    """A practice in a list, with its objectives and how complete it is."""

    practice: Practice
    objectives: list[str]
    standing: checklist.Standing

    @property
    def who(self) -> str:
        return formats.place(self.practice.country) if self.practice.country_id else ""

    @property
    def tone(self) -> str:
        return TONES[PracticeState(self.practice.state)]


def rows(practices: QuerySet[Practice] | Iterable[int]) -> list[PracticeRow]:
    """Practices with how complete each is, in the order given. Two queries."""
    keys = list(practices.values_list("pk", flat=True)) if isinstance(practices, QuerySet) else list(practices)
    found = Practice.objects.select_related("record__owner", "record__office", "country", "reviewed_by").in_bulk(keys)
    objectives = objectives_of(keys)
    return [row(found[key], objectives.get(key, [])) for key in keys if key in found]


def row(practice: Practice, codes: list[str]) -> PracticeRow:
    """A practice with the objectives and principles that it is confirmed for."""
    numbered = sum(code.isdigit() for code in codes)
    return PracticeRow(practice, codes, checklist.standing(practice, objectives=numbered))
