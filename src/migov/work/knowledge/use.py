"""Questions about the use of lessons: how often they were offered, opened, used and dismissed, and the rows behind each number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.work.knowledge import wording
from migov.work.knowledge.models import Answer, Lesson, Offer, Opening, Said

OFFERED, OPENED, USED, DISMISSED = "offered", "opened", "used", "dismissed"
WHATS: dict[str, str | Promise] = {
    OFFERED: _("Offered"),
    OPENED: _("Opened"),
    USED: _("Used"),
    DISMISSED: _("Not helpful"),
}
MONTH, LESSON, PROJECT, SECTION = "month", "lesson", "project", "section"
BYS: dict[str, str | Promise] = {
    MONTH: _("By month"),
    LESSON: _("By lesson"),
    PROJECT: _("By project"),
    SECTION: _("By part"),
}
HEADS: dict[str, str | Promise] = {MONTH: _("Month"), LESSON: _("Lesson"), PROJECT: _("Project"), SECTION: _("Part")}
GROUPS = {LESSON: "lesson_id", PROJECT: "record_id", SECTION: "section"}
MONTHS = 12


@dataclass(frozen=True)
class Asked:
    """Which use is asked for; empty means all of the time since `since`, the first day of a month."""

    since: date | None = None
    month: date | None = None
    lesson: int | None = None
    project: int | None = None
    section: str | None = None


@dataclass(slots=True)
class Line:
    """The use of one month, lesson, project or section. key: as an address names it. url_of: the record behind it, if there is one."""

    key: str
    label: str
    record: Record | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WHATS, 0))

    @property
    def cells(self) -> list[tuple[str, str, int]]:
        """What, its words, and how often."""
        return [(what, str(words), self.counts[what]) for what, words in WHATS.items()]


def months_back(day: date, number: int) -> date:
    """The first day of the month so many months before a day's month."""
    whole = day.year * 12 + day.month - 1 - number
    return date(whole // 12, whole % 12 + 1, 1)


def month_words(day: date) -> str:
    """A month for people: November 2026."""
    return date_format(day, "F Y")


def events(what: str, asked: Asked, user: Viewer) -> QuerySet[Any]:
    """The rows behind a number, the newest first: of lessons and projects that the person may see.

    Raises KeyError for what is not counted.
    """
    model, time_field, condition = {
        OFFERED: (Offer, "day", Q()),
        OPENED: (Opening, "day", Q()),
        USED: (Answer, "recorded_at", Q(said=Said.USED, superseded_at__isnull=True)),
        DISMISSED: (Answer, "recorded_at", Q(said=Said.DISMISSED, superseded_at__isnull=True)),
    }[what]
    # What one may not see is left out, not what one may see looked up: that would be each lesson in each project.
    hidden = Record.objects.exclude(pk__in=Record.objects.visible_to(user).standing().values("pk")).values("pk")
    found = model.objects.filter(condition).exclude(lesson__in=hidden).exclude(record__in=hidden)  # type: ignore[attr-defined]
    first, last = asked.since, None
    if asked.month:
        first, last = asked.month, months_back(asked.month, -1)
    for day, beyond in ((first, "gte"), (last, "lt")):
        if day is not None:
            found = found.filter(**{f"{time_field}__{beyond}": day if time_field == "day" else _begins(day)})
    for name, value in (("lesson_id", asked.lesson), ("record_id", asked.project), ("section", asked.section)):
        if value is not None:
            found = found.filter(**{name: value})
    return found.order_by(f"-{time_field}", "-pk")


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def table(by: str, asked: Asked, user: Viewer) -> list[Line]:
    """Counts by month (newest first), lesson, project or section (most offered first). Six queries at most.

    Raises KeyError for another grouping.
    """
    found: dict[Any, Line] = {}
    for what in WHATS:
        rows = events(what, asked, user).order_by()
        if by == MONTH:
            days = what in (OFFERED, OPENED)  # a few hundred; their months are found here
            rows = rows.values_list("day") if days else rows.annotate(at=TruncMonth("recorded_at")).values_list("at")
        else:
            rows = rows.values_list(GROUPS[by])
        for group, number in rows.annotate(Count("pk")):
            key = months_back(group, 0) if by == MONTH else group
            found.setdefault(key, Line(str(key), str(key))).counts[what] += number
    if by == MONTH:
        for key, line in found.items():
            line.key, line.label = f"{key:%Y-%m}", month_words(key)
        return [found[key] for key in sorted(found, reverse=True)]
    if by == SECTION:
        for key, line in found.items():
            line.label = wording.section_title(key) if key else str(_("not said"))
    else:
        for key, record in Record.objects.only("kind", "reference", "title").in_bulk(found).items():
            found[key].record, found[key].label = record, record.title
    return sorted(found.values(), key=lambda line: ([-line.counts[what] for what in WHATS], line.label))


def totals(lines: list[Line]) -> Line:
    """All lines together."""
    whole = Line("", "")
    for line in lines:
        for what, number in line.counts.items():
            whole.counts[what] += number
    return whole


@dataclass(frozen=True, slots=True)
class Event:
    """One row behind a number."""

    at: date
    lesson: Record
    project: Record
    section: str
    person: str


def read(rows: QuerySet[Any] | list[Any]) -> Iterator[Event]:
    """Rows of `events` in words. They have to come with their lesson's record, record, and person."""
    for row in rows:
        at = row.day if isinstance(row, Offer | Opening) else timezone.localtime(row.recorded_at).date()
        who = getattr(row, "person", None) or getattr(row, "by", None)
        section = wording.section_title(row.section) if row.section else ""
        yield Event(at, row.lesson.record, row.record, section, str(who) if who else "")


def with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of `events` with what `read` says of them, in one query."""
    more = {Opening: ["person"], Answer: ["by"]}.get(rows.model, [])
    return rows.select_related("lesson__record", "record", *more)


def of_lesson(lesson: Lesson, user: Viewer) -> tuple[Line, list[Answer]]:
    """How often a lesson was offered, opened, used and dismissed, and what stands in which projects. Five queries."""
    asked = Asked(lesson=lesson.pk)
    line = Line(str(lesson.pk), "", counts={what: events(what, asked, user).count() for what in WHATS})
    return line, list(with_names(events(USED, asked, user))[:20])
