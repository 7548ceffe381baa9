"""Questions about lessons: which there are, what a list says of them, what one page shows. Constant numbers of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.frameworks.queries import descendants
from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Role, Theme
from migov.foundation.places.models import Place
from migov.foundation.records import kinds
from migov.foundation.records.models import JournalEntry, Record, RecordPlace, RecordTheme
from migov.services.alignment.models import Alignment, Status
from migov.work.knowledge import wording
from migov.work.knowledge.actions import STEPS, Step
from migov.work.knowledge.filters import ALL, ELSEWHERE, LessonFilter
from migov.work.knowledge.likeness import closest, like
from migov.work.knowledge.models import Answer, Lesson, LessonSection, Said, State

PER_PAGE = 50
NEAR_DUPLICATE = 0.45  # two wordings of one lesson reach 0.5 and more, two lessons on one theme hardly 0.3
DUPLICATES_SHOWN = 3
HISTORY = 60
RELEVANCE, NEWEST = "relevance", "-changed"
SORTS = ("title", "changed", "used", RELEVANCE)


def lessons_for(user: Viewer) -> QuerySet[Lesson]:
    """The lessons that a person may see. What is not validated is kept in the office by the visibility of its record."""
    return Lesson.objects.filter(record__in=Record.objects.visible_to(user).standing())


def lesson_for(user: Viewer, key: int) -> Lesson:
    """A lesson with its record. Raises Lesson.DoesNotExist where there is none, or the person may not see it."""
    rows = lessons_for(user).select_related("record__office", "record__owner", "decided_by", "source")
    return rows.get(pk=key)


def waiting_for(user: Viewer) -> QuerySet[Lesson]:
    """Lessons that wait for the person to validate them, the oldest first: the rule of the permission as a filter."""
    offices = access.offices_where(user, Role.MANDE)
    found = lessons_for(user).filter(state=State.PROPOSED).exclude(record__owner_id=user.pk)
    if offices is not None:
        found = found.filter(record__office_id__in=offices)
    return found.select_related("record__office", "record__owner").order_by("record__created_at", "pk")


def matching(filter: LessonFilter, user: Viewer) -> QuerySet[Lesson]:
    """The lessons that match a filter, unordered. Conditions are subqueries, so no row appears twice."""
    found = lessons_for(user)
    if filter.state != ALL:
        found = found.filter(state=filter.state)
    for word in filter.q.split():
        found = found.filter(
            Q(record__title__icontains=word)
            | Q(advice__icontains=word)
            | Q(context__icontains=word)
            | Q(record__reference__iexact=word)
        )
    if filter.theme:
        found = found.filter(_has(RecordTheme.objects.current().filter(theme=filter.theme)))
    if filter.place:
        found = found.filter(_has(RecordPlace.objects.current().filter(place=filter.place)))
    if filter.element:
        below = [filter.element.pk, *(one.pk for one in descendants(filter.element))]
        found = found.filter(
            _has(Alignment.objects.current().filter(status=Status.CONFIRMED, element_id__in=below))
        )  # fmt: skip
    for name in ("kind", "cycle"):
        if value := getattr(filter, name):
            found = found.filter(**{name: value})
    if filter.section:
        found = found.filter(Exists(LessonSection.objects.filter(lesson=OuterRef("pk"), code=filter.section)))
    if filter.came_from:
        # As the page of a lesson, this does not tell of sources that the person may not see.
        seen = Record.objects.visible_to(user).standing()
        if filter.came_from == ELSEWHERE:
            found = found.exclude(source__in=seen)
        else:
            found = found.filter(source__in=seen.filter(kind=filter.came_from))
    if filter.source:
        found = found.filter(source=filter.source)
    return found


def _has(rows: Any) -> Exists:
    return Exists(rows.filter(record_id=OuterRef("pk")))


def ordered(filter: LessonFilter, user: Viewer, order: str = "") -> list[int]:
    """Primary keys of the lessons that match, in order. order: one of SORTS, with a minus for the other direction; for anything
    else by relevance where words are asked for, else the last changed first. One query, two by relevance.
    """
    found = matching(filter, user)
    key, down = order.removeprefix("-"), order.startswith("-")
    if key not in SORTS:
        key, down = (RELEVANCE, False) if filter.q else ("changed", True)
    if key == RELEVANCE:
        scores = like(filter.q).scores
        keys = found.order_by("-record__changed_at", "pk").values_list("pk", flat=True)
        return sorted(keys, key=lambda one: -scores.get(one, 0.0))
    if key == "used":
        found = found.annotate(
            times=Count("answers", filter=Q(answers__superseded_at__isnull=True, answers__said=Said.USED))
        )
    by: Any = {"title": Lower("record__title"), "changed": F("record__changed_at"), "used": F("times")}[key]
    return list(found.order_by(by.desc() if down else by.asc(), "pk").values_list("pk", flat=True))


@dataclass(slots=True)
class Row:
    """What a list says of one lesson. used: in how many projects. source: None where there is none, or the viewer may not see it."""

    lesson: Lesson
    places: list[Place] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    used: int = 0
    source: Record | None = None
    today: date = field(default_factory=timezone.localdate)

    @property
    def record(self) -> Record:
        return self.lesson.record

    @property
    def is_due(self) -> bool:
        """Whether the day has come to look at it again."""
        return is_due(self.lesson, self.today)


def is_due(lesson: Lesson, today: date) -> bool:
    """Whether a validated lesson should have been looked at again by now."""
    return lesson.state == State.VALIDATED and lesson.review_by is not None and lesson.review_by < today


def rows(keys: Sequence[int], user: Viewer) -> list[Row]:
    """The rows of some lessons, in the order of their keys. Seven queries."""
    if not keys:
        return []
    full = Lesson.objects.select_related("record__office", "record__owner", "decided_by").in_bulk(keys)
    found = {key: Row(full[key]) for key in keys if key in full}
    for place in (
        RecordPlace.objects.current().filter(record_id__in=keys).select_related("place").order_by("place__short_name")
    ):
        found[place.record_id].places.append(place.place)
    for theme in (
        RecordTheme.objects.current().filter(record_id__in=keys).select_related("theme").order_by("theme__order")
    ):
        found[theme.record_id].themes.append(theme.theme)
    confirmed = Alignment.objects.current().filter(record_id__in=keys, status=Status.CONFIRMED)
    for one in confirmed.select_related("element__framework").order_by("element__framework__order", "element__order"):
        found[one.record_id].elements.append(one.element)
    for section in LessonSection.objects.filter(lesson_id__in=keys):
        found[section.lesson_id].sections.append(section.code)
    used = Answer.objects.current().filter(lesson_id__in=keys, said=Said.USED).values_list("lesson_id")
    for key, number in used.annotate(Count("pk")).order_by():
        found[key].used = number
    sources = Record.objects.visible_to(user).standing().in_bulk(
        {row.lesson.source_id for row in found.values() if row.lesson.source_id}
    )  # fmt: skip
    for row in found.values():
        row.source = sources.get(row.lesson.source_id or 0)
    return list(found.values())


def tabs(filter: LessonFilter, user: Viewer) -> list[tuple[str, int]]:
    """How many lessons there are in each state, whatever else is asked. One query."""
    counted = lessons_for(user).values_list("state").annotate(Count("pk")).order_by()
    numbers: dict[str, int] = dict(counted)
    return [*((state, numbers.get(state, 0)) for state in State.values), (ALL, sum(numbers.values()))]


@dataclass(frozen=True)
class Choices:
    """What the filter bar offers."""

    themes: list[Theme]
    places: list[Place]
    elements: list[tuple[Framework, list[Element]]]
    sections: list[tuple[str, str]]
    sources: list[tuple[str, str]]


def choices(user: Viewer, filter: LessonFilter) -> Choices:
    """What the filter bar offers: only what the lessons that the person sees have, and whatever is set. Five queries."""
    seen = lessons_for(user).values("pk")
    themes = set(RecordTheme.objects.current().filter(record_id__in=seen).values_list("theme_id", flat=True))
    themes |= {filter.theme.pk} if filter.theme else set()
    placed = RecordPlace.objects.current().filter(record_id__in=seen).values("place_id")
    places = Place.objects.filter(Q(pk__in=placed) | Q(pk=filter.place.pk if filter.place else 0))
    aligned = Alignment.objects.current().filter(record_id__in=seen, status=Status.CONFIRMED).values("element_id")
    elements = Element.objects.filter(Q(pk__in=aligned) | Q(pk=filter.element.pk if filter.element else 0))
    by_framework: dict[int, tuple[Framework, list[Element]]] = {}
    heavy = elements.select_related("framework").defer("text", "exclude", "terms")
    for one in heavy.order_by("framework__order", "framework__title", "order"):
        by_framework.setdefault(one.framework_id, (one.framework, []))[1].append(one)
    sections = set(LessonSection.objects.filter(lesson__in=seen).values_list("code", flat=True)) | {filter.section}
    known = (
        Record.objects.visible_to(user).standing().filter(lessons__in=seen).order_by().values_list("kind", flat=True)
    )
    return Choices(
        list(Theme.objects.filter(pk__in=themes)),
        list(places),
        list(by_framework.values()),
        sorted(((code, wording.section_title(code)) for code in sections if code), key=lambda pair: pair[1]),
        [(kind, kind_label(kind)) for kind in sorted(set(known.distinct()))],
    )


def kind_label(kind: str) -> str:
    """What people call a kind of record."""
    try:
        return str(kinds.kind_of(Record(kind=kind)).label)
    except KeyError:
        return kind


# One lesson


def steps_for(lesson: Lesson, user: Viewer) -> list[Step]:
    """The steps that a person may take with a lesson now."""
    return [
        step
        for step in STEPS.values()
        if lesson.state in step.sources and access.allowed(user, step.permission, lesson.record)
    ]


def replaced(lesson: Lesson, user: Viewer) -> tuple[Lesson | None, list[Lesson]]:
    """The lesson whose place this one takes, and those that take or would take its place, as far as they are seen. One query."""
    keys = Q(superseded_by=lesson) | Q(supersedes=lesson)
    found = list(lessons_for(user).filter(keys).select_related("record").distinct())
    before = next((one for one in found if one.pk == lesson.supersedes_id), None)
    return before, [one for one in found if one.supersedes_id == lesson.pk]


def history(lesson: Lesson) -> QuerySet[JournalEntry]:
    """What happened to a lesson, newest first."""
    return JournalEntry.objects.filter(record_id=lesson.pk)[:HISTORY]


def near_duplicates(text: str, user: Viewer, *, without: Collection[int] = ()) -> list[tuple[Lesson, float]]:
    """Lessons that say nearly the same as a text, of those that the person may see, with their likeness; best first. Two queries."""
    (found,) = near_duplicates_of([text], user)
    return [(lesson, score) for lesson, score in found if lesson.pk not in without][:DUPLICATES_SHOWN]


def near_duplicates_of(texts: Sequence[str], user: Viewer) -> list[list[tuple[Lesson, float]]]:
    """As `near_duplicates`, for many texts at once: all of them for each. Two queries."""
    near = closest(texts, NEAR_DUPLICATE)
    keys = {key for scores in near for key in scores}
    standing = lessons_for(user).filter(pk__in=keys).exclude(state=State.RETIRED).select_related("record")
    known = {lesson.pk: lesson for lesson in standing} if keys else {}
    return [
        sorted(((known[key], score) for key, score in scores.items() if key in known), key=lambda pair: -pair[1])
        for scores in near
    ]


def from_record(record: Record, user: Viewer) -> QuerySet[Lesson]:
    """Lessons that were learnt from a piece of work or a part of it. One query."""
    found = lessons_for(user).filter(Q(source=record) | Q(source__parent=record)).exclude(state=State.RETIRED)
    return found.select_related("record").order_by("-record__changed_at", "pk")
