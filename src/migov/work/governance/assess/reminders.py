"""What a day brings: answers that fall due or are late, and consent that was asked and not answered."""

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
WAIT = timedelta(days=14)


def remind(today: date) -> Mapping[str, int]:
    """Tell who leads an assessment and the focal points: of answers once before the day and once after it, of consent every two weeks.

    Returns how many notices of each kind were made.
    """
    done = {"assessments due": _due(today), "consent unanswered": _consent(today)}
    return {words: number for words, number in done.items() if number}


def _consent(today: date) -> int:
    made = 0
    for one, asked in lists.consent_awaited():
        turns = (today - asked) // WAIT
        if turns < 1:
            continue
        people = [each for each in (one.record.owner, *ground.focal_points(one)) if each is not None]
        title = _("Consent to publication was asked on %(day)s: %(title)s")
        made += len(
            tell(
                people, kind=ground.NOTICE, title=title % {"title": one.record.title, "day": formats.day(asked)},
                text=_("It has not been answered yet."), url=reverse("governance:assessment-state", args=[one.pk]),
                record=one.record, key=f"assessment-consent-waits:{one.pk}:{asked}:{turns}",
            )
        )  # fmt: skip
    return made


def _due(today: date) -> int:
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
    return made
