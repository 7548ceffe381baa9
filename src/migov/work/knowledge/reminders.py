"""What a day brings for lessons: those that somebody should look at again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people.models import Membership, OfficeKind, Role, User
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.knowledge.models import Lesson, State


def remind(today: date) -> Mapping[str, int]:
    """Tell the M&E officers of a lesson's office and of the regional office, once for each day that was set. One query for each lesson."""
    due = Lesson.objects.filter(state=State.VALIDATED, review_by__lt=today, record__removed_at__isnull=True)
    told = 0
    for lesson in due.select_related("record"):
        record = lesson.record
        here = Q(office__kind=OfficeKind.REGIONAL) | Q(office_id=record.office_id)
        officers = Membership.objects.valid().filter(here, role=Role.MANDE).values("user_id")
        told += len(
            tell(
                User.objects.filter(pk__in=officers), kind="lesson", record=record,
                title=_("Look at this lesson again: %s") % record.title,
                text=_("It was to be looked at by %s.") % formats.day(lesson.review_by),
                url=reverse("knowledge:page", args=[record.pk]), key=f"lesson-review-{record.pk}-{lesson.review_by}",
            )
        )  # fmt: skip
    return {"lessons to look at again": told}
