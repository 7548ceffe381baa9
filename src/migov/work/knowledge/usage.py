"""Whether lessons are used: what was offered and opened is counted, what people say of a lesson in a project is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor, Viewer
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.work.knowledge.actions import LessonError
from migov.work.knowledge.models import Answer, Lesson, Offer, Opening, Said

NOTHING = "nothing"
MOST_OFFERED = 20
VERBS = {Said.USED: "lesson used", Said.DISMISSED: "lesson not helpful", None: "lesson answer taken back"}


def may_say(viewer: Viewer | Actor, record: Record) -> bool:
    """Whether a person writes or runs a project, so that it is theirs to say what helped."""
    return access.allowed(viewer, "proposals.write", record) or access.allowed(viewer, "projects.manage", record)


def count_offers(record: int, section: str, lessons: Iterable[int], day: date | None = None) -> None:
    """Note that lessons were shown beside a section; the same again on one day counts once. One statement.

    No permission is asked: whoever counts has shown them (offering.py signs what it showed).
    """
    day = day or timezone.localdate()
    keys = list(dict.fromkeys(lessons))[:MOST_OFFERED]
    there = set(Lesson.objects.filter(pk__in=keys).values_list("pk", flat=True))
    if there and Record.objects.filter(pk=record).exists():
        Offer.objects.bulk_create(
            [Offer(lesson_id=key, record_id=record, section=section, day=day) for key in keys if key in there],
            ignore_conflicts=True,
        )


@transaction.atomic
def count_opening(lesson: Lesson, record: Record, section: str, *, by: User, day: date | None = None) -> None:
    """Note that a person opened a lesson from beside a section, once a day. What was opened was offered."""
    day = day or timezone.localdate()
    count_offers(record.pk, section, [lesson.pk], day)
    Opening.objects.bulk_create(
        [Opening(lesson=lesson, record=record, section=section, person=by, day=day)], ignore_conflicts=True
    )


@transaction.atomic
def say(lesson: Lesson, record: Record, said: Said | None, *, by: Actor, section: str = "") -> Answer | None:
    """Say of a lesson that it was used in a project, or does not help there; None takes back what stands. Returns what stands.

    Kept with the project, as a fact that the next answer supersedes. Raises LessonError for a lesson that the person does not see,
    PermissionDenied for who neither writes nor runs the project.
    """
    seen: QuerySet[Record] = Record.objects.visible_to(by).standing()  # type: ignore[arg-type]
    if not may_say(by, record) or not seen.filter(pk=record.pk).exists():
        raise PermissionDenied(_("Only who writes or runs the project can say what was used in it."))
    # Two who answer at once take turns: the project's row is held, as by everything that changes it.
    held = Record.objects.select_for_update().get(pk=record.pk)
    if not seen.filter(pk=lesson.pk).exists():
        raise LessonError(_("There is no such lesson, or you may not see it."))
    standing = Answer.objects.current().filter(lesson=lesson, record=held)
    before: Answer | None = standing.first()
    if (before.said if before else None) == said:
        return before
    now = timezone.now()
    standing.supersede(now)
    made: Answer | None = None
    if said is not None:
        made = Answer.objects.create(
            lesson=lesson, record=held, section=section, said=said, by=by if isinstance(by, User) else None, recorded_at=now
        )  # fmt: skip
    title = Record.objects.values_list("reference", "title").get(pk=lesson.pk)
    journal.write(VERBS[said], by=by, record=held, detail={"lesson": " ".join(title)}, at=now)
    return made
