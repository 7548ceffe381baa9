"""Which assessments a viewer finds: the office those it may see, a government its own, everybody what was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from migov.foundation.people.access import Viewer, enters_policy, roles_of
from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry, Record
from migov.work.governance.models import Answer, Assessment, AssessmentState, Consent, Question, QuestionSet

OPEN = (AssessmentState.ANSWERING, AssessmentState.VALIDATION)
UNDER_WAY = (*OPEN, AssessmentState.CLEARANCE, AssessmentState.CLEARED)
CONSENT_ASKED = "consent asked"  # as the journal says it
JSON_NULL = "null"  # as SQLite gives the text of an empty value; PostgreSQL gives none
ORDERS = {
    "year": ("year", "country__short_name", "pk"), "-year": ("-year", "country__short_name", "pk"),
    "country": ("country__short_name", "-year", "pk"), "-country": ("-country__short_name", "-year", "pk"),
    "due": ("due", "pk"), "-due": ("-due", "pk"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AssessmentFilter:
    """What the list is narrowed to; empty means all. set: code of a question set."""

    q: str = ""
    country: str = ""
    set: str = ""
    year: int | None = None
    state: str = ""

    def params(self) -> dict[str, str]:
        """As they stand in an address."""
        pairs = {
            "q": self.q,
            "country": self.country,
            "set": self.set,
            "year": str(self.year or ""),
            "state": self.state,
        }
        return {key: value for key, value in pairs.items() if value}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. live: whether the viewer may see more than what was published. answered, asked: questions.

    overall: percent, of what was published only.
    """

    assessment: Assessment
    live: bool
    answered: int
    asked: int
    overall: Decimal | None

    @property
    def late(self) -> bool:
        """Whether its answers should be complete by now."""
        return late(self.assessment)


def late(one: Assessment) -> bool:
    """Whether the answers of an assessment should be complete by now."""
    return one.due is not None and one.state == AssessmentState.ANSWERING and one.due < timezone.localdate()


def published() -> Q:
    """Assessments that everybody who signs in may read: what was published, as long as it is."""
    return Q(state=AssessmentState.PUBLISHED, record__visibility="public", record__removed_at__isnull=True)


def live(viewer: Viewer) -> QuerySet[Assessment]:
    """Assessments that a viewer sees as they are: the office what it may see, a government its own country's; nobody else any."""
    if not enters_policy.test(viewer):
        return Assessment.objects.none()
    return Assessment.objects.filter(record__in=Record.objects.visible_to(viewer).standing())


def listed(viewer: Viewer) -> QuerySet[Assessment]:
    """All that a viewer finds: those that are seen as they are, and what was published."""
    if not roles_of(viewer):
        return Assessment.objects.none()
    return Assessment.objects.filter(Q(pk__in=live(viewer).values("pk")) | published())


def matching(viewer: Viewer, asked: AssessmentFilter) -> QuerySet[Assessment]:
    """The assessments of a filter."""
    found = listed(viewer)
    for word in asked.q.split():
        found = found.filter(
            Q(record__title__icontains=word) | Q(country__name__icontains=word) | Q(set__title__icontains=word)
        )
    if asked.country:
        found = found.filter(country__code=asked.country)
    if asked.set:
        found = found.filter(set__code=asked.set)
    if asked.year:
        found = found.filter(year=asked.year)
    if asked.state:
        found = found.filter(state=asked.state)
    return found


def rows(keys: Sequence[int], viewer: Viewer) -> list[Row]:
    """The lines of some assessments, in the order of the keys. Five queries."""
    found = Assessment.objects.filter(pk__in=keys).select_related("record__owner", "country", "set")
    by_key = found.annotate(overall=KeyTextTransform("overall", "snapshot__content")).in_bulk()
    mine = set(live(viewer).filter(pk__in=keys).values_list("pk", flat=True))
    answered = dict(
        Answer.objects.current().filter(assessment__in=mine)
        .filter(Q(option__isnull=False) | Q(disputed=True))
        .values_list("assessment").annotate(Count("question", distinct=True))
    )  # fmt: skip
    sets = {one.set_id for one in by_key.values()}
    asked: dict[int, int] = dict(Question.objects.filter(set__in=sets).values_list("set").annotate(Count("pk")))
    return [_row(by_key[key], key in mine, answered.get(key, 0), asked) for key in keys if key in by_key]


def _row(one: Any, seen: bool, answered: int, asked: dict[int, int]) -> Row:
    said = one.overall if one.state == AssessmentState.PUBLISHED else None
    overall = Decimal(said) if said not in (None, JSON_NULL) else None
    return Row(one, seen, answered, asked.get(one.set_id, 0), overall)


def choices(viewer: Viewer) -> dict[str, Any]:
    """What the list can be narrowed to: countries, sets, years of the assessments that the viewer finds. Three queries."""
    found = listed(viewer)
    return {
        "countries": Place.objects.filter(pk__in=found.values("country")),
        "sets": QuestionSet.objects.filter(pk__in=found.values("set")).order_by("code", "-version"),
        "years": list(found.order_by("-year").values_list("year", flat=True).distinct()),
    }


def consent_awaited(key: int | None = None) -> list[tuple[Assessment, date]]:
    """Cleared assessments whose government was asked for its consent and has not answered, with the day it was asked last; key: of
    one. Two queries."""
    waiting = Assessment.objects.filter(
        state=AssessmentState.CLEARED, consent=Consent.ASKED, record__removed_at__isnull=True
    ).select_related("record__owner", "country")
    found = waiting.filter(pk=key) if key is not None else waiting
    asked = dict(
        JournalEntry.objects.filter(record_id__in=found.values("pk"), verb=CONSENT_ASKED)
        .order_by("record_id").values_list("record_id").annotate(Max("at"))
    )  # fmt: skip
    return [(one, timezone.localdate(asked[one.pk])) for one in found if one.pk in asked]


def due_by(day: date) -> QuerySet[Assessment]:
    """Assessments whose answers should be complete by a day, and that are still being answered."""
    return Assessment.objects.filter(
        state=AssessmentState.ANSWERING, due__lte=day, record__removed_at__isnull=True
    ).select_related("record__owner", "country")
