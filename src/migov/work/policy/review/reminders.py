"""What a day brings: reviews that fall due or are late, and answers that governments owe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.policy.models import Release, Review, ReviewState
from migov.work.policy.review.actions.life import NOTICE, focal_points
from migov.work.policy.review.queries.lists import OPEN

AHEAD = timedelta(days=7)


def remind(today: date) -> Mapping[str, int]:
    """Tell those concerned, each thing once. Returns how many notices of each kind were made."""
    done: Counter[str] = Counter()
    done["reviews due"] = _due(today)
    done["answers of governments due"] = _answers(today)
    return {words: number for words, number in done.items() if number}


def _due(today: date) -> int:
    made = 0
    waiting = Review.objects.filter(state__in=OPEN, due__lte=today + AHEAD, record__removed_at__isnull=True)
    for one in waiting.select_related("record__owner"):
        due = one.due
        if one.record.owner is None or due is None:
            continue
        late = due < today
        title = (
            _("The review “%(title)s” was due on %(day)s.") if late else _("The review “%(title)s” is due on %(day)s.")
        )
        made += len(
            tell(
                [one.record.owner], kind=NOTICE, title=title % {"title": one.record.title, "day": formats.day(due)},
                url=reverse("policy:review", args=[one.pk]), record=one.record,
                key=f"review-{'late' if late else 'due'}:{one.pk}:{due}",
            )
        )  # fmt: skip
    return made


def _answers(today: date) -> int:
    """Releases whose answers are asked for within a week and are not complete: focal points before the day, the office after it."""
    made = 0
    waiting = (
        Release.objects.filter(
            answered_at__isnull=True, answer_by__lte=today + AHEAD, review__record__removed_at__isnull=True
        )
        .exclude(review__state=ReviewState.CLOSED)
        .select_related("review__record__owner", "review__version__text", "by")
    )
    for one in waiting:
        if one.review.releases.filter(number__gt=one.number).exists():
            continue
        day = one.answer_by
        late = day is not None and day < today
        words = {"title": one.title, "day": formats.day(day)}
        if late:
            people = [each for each in (one.review.record.owner, one.by) if each is not None]
            title = _("The government's answer to “%(title)s” was asked for by %(day)s.")
        else:
            people = focal_points(one.review)
            title = _("Your answer to “%(title)s” is asked for by %(day)s.")
        made += len(
            tell(
                people, kind=NOTICE, title=title % words, url=reverse("policy:released", args=[one.review_id]),
                record=one.review.record, key=f"review-answer-{'late' if late else 'due'}:{one.pk}:{day}",
            )
        )  # fmt: skip
    return made
