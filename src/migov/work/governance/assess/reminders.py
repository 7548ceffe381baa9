"""What a day brings: answers that fall due or are late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.governance.assess import ground
from migov.work.governance.assess.queries import lists

AHEAD = timedelta(days=7)


def remind(today: date) -> Mapping[str, int]:
    """Tell who leads an assessment and the focal points, once before the day and once after it. Returns how many notices were made."""
    made = 0
    for one in lists.due_by(today + AHEAD):
        if one.due is None:
            continue
        late = one.due < today
        title = (
            _("The answers to “%(title)s” were due on %(day)s.")
            if late
            else _("The answers to “%(title)s” are due on %(day)s.")
        )
        people = [each for each in (one.record.owner, *ground.focal_points(one)) if each is not None]
        made += len(
            tell(
                people, kind=ground.NOTICE, title=title % {"title": one.record.title, "day": formats.day(one.due)},
                url=reverse("governance:assessment", args=[one.pk]), record=one.record,
                key=f"assessment-{'late' if late else 'due'}:{one.pk}:{one.due}",
            )
        )  # fmt: skip
    return {"assessments due": made} if made else {}
