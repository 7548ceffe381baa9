"""What a day brings for roadmaps: actions that fall due or are late, and the year's follow-up that nobody wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.models import User
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.governance.models import FollowUp, Roadmap, RoadmapAction, RoadmapState
from migov.work.governance.models.roadmaps import KIND
from migov.work.governance.roadmaps import people, queries
from migov.work.governance.roadmaps.actions.drawing import page_of

AHEAD = timedelta(days=30)
FROM_MONTH = 12  # a year is followed up from December on, and reminded of again in the first months of the next
LONGEST = 80


def remind(today: date) -> Mapping[str, int]:
    """Tell those concerned, once for each thing. Returns how many notices of each kind were made. A few queries for each roadmap."""
    done: Counter[str] = Counter()
    done["actions of roadmaps due"] = _due(today)
    done["roadmaps to follow up"] = _follow_up(today)
    return {words: number for words, number in done.items() if number}


def _due(today: date) -> int:
    made = 0
    rows = RoadmapAction.objects.filter(
        roadmap__state=RoadmapState.AGREED, roadmap__record__removed_at__isnull=True, state__in=queries.OPEN,
        due__lte=today + AHEAD,
    ).select_related("person", "roadmap__record__owner")  # fmt: skip
    for row in rows:
        late = row.due is not None and row.due < today
        title = _("Late since %(day)s: “%(title)s”") if late else _("Due on %(day)s: “%(title)s”")
        made += len(
            tell(
                _to(row.person or row.roadmap.record.owner), kind=KIND, record=row.roadmap.record, text=row.roadmap.record.title,
                title=title % {"day": formats.day(row.due), "title": row.title[:LONGEST]},
                url=f"{page_of(row.roadmap)}#action-{row.pk}", key=f"roadmap-action-{'late' if late else 'due'}:{row.pk}:{row.due}",
            )
        )  # fmt: skip
    return made


def _to(person: User | None) -> list[User]:
    return [person] if person is not None and person.is_active else []


def _follow_up(today: date) -> int:
    """The year that ends or has just ended, for agreed roadmaps with actions of which nothing was said."""
    year = today.year if today.month >= FROM_MONTH else today.year - 1
    if FROM_MONTH > today.month > 3:
        return 0
    made = 0
    said = FollowUp.objects.current().filter(action=OuterRef("pk"), year=year)
    silent = RoadmapAction.objects.filter(~Exists(said), state__in=queries.OPEN)
    found = (
        Roadmap.objects.filter(
            state=RoadmapState.AGREED,
            starts__lte=year,
            ends__gte=year,
            record__removed_at__isnull=True,
            actions__in=silent,
        )
        .annotate(silent=Count("actions", distinct=True))
        .select_related("record__owner", "country")
    )
    for one in found:
        number = ngettext(
            "Nothing was said of %(number)s action.", "Nothing was said of %(number)s actions.", one.silent
        )
        made += len(
            tell(
                [*_to(one.record.owner), *people.government(one.country)], kind=KIND, record=one.record,
                title=_("How did %(year)s go? Follow up “%(title)s”") % {"year": year, "title": one.record.title[:LONGEST]},
                text=number % {"number": one.silent}, url=f"{page_of(one)}follow-up/{year}/", key=f"roadmap-follow-up:{one.pk}:{year}",
            )
        )  # fmt: skip
    return made
