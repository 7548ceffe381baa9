"""Practices, lessons and projects that might help: pieces of work on the registers."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.records.kinds import url_of
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.insight.contributions.models import TODAY, ResultYear
from migov.insight.gaps.offering.aligned import Thing, aligned_records, offer, places_of, shared_elements
from migov.insight.gaps.offers import LESSON, PRACTICE, PROJECT, Asked, Found, visible
from migov.work.governance.models import Practice, PracticeState
from migov.work.governance.models.gcm import PRACTICE as PRACTICE_KIND
from migov.work.knowledge.likeness import closest
from migov.work.knowledge.models import Lesson, State
from migov.work.projects.models import KIND as PROJECT_KIND

STAGES_LEFT_OUT = ("withdrawn", "rejected", "idea", "concept")
LIKE_ENOUGH = 0.12
MOST_PRACTICES = 400
ON_TRACK, VALIDATED = 0.15, 0.05


def practices(asked: Asked) -> Found:
    """Practices that were reviewed here, submitted or published. Four queries."""
    states = (PracticeState.REVIEWED, PracticeState.SUBMITTED, PracticeState.PUBLISHED)
    rows = list(
        Practice.objects.filter(state__in=states, record__in=visible(asked.viewer))
        .select_related("record", "country").order_by("-pk")[:MOST_PRACTICES]
    )  # fmt: skip
    if not rows:
        return {}
    known = {one.pk: one for one in rows}
    places = places_of(asked, list(known))
    for one in rows:
        if one.country_id:
            places.setdefault(one.pk, set()).add(one.country_id)

    def describe(keys: Collection[int]) -> dict[int, Thing]:
        return {key: _practice(known[key]) for key in keys}

    shared = shared_elements(asked, Record.objects.filter(kind=PRACTICE_KIND, pk__in=list(known)).values("pk"))
    alike = {gap.question.pk: list(known) for gap in asked.gaps}
    return offer(asked, PRACTICE, shared, places, describe, alike=alike)


def _practice(one: Practice) -> Thing:
    record = one.record
    note = " · ".join(filter(None, [one.implementer, one.type, str(one.get_state_display())]))
    text = "\n".join([record.title, record.summary, one.results, one.groups])
    return Thing(record.title, url_of(record), text, note, record.ends or record.starts)


def lessons(asked: Asked) -> Found:
    """Validated lessons, by elements and by words. Five queries, more after lessons changed."""
    seen = Lesson.objects.filter(state=State.VALIDATED, record__in=visible(asked.viewer))
    shared = shared_elements(asked, seen.values("pk"))
    texts = [gap.text for gap in asked.gaps]
    near = closest(texts, LIKE_ENOUGH)
    wanted = {key for found in near for key in found}
    allowed = set(seen.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    alike = {
        gap.question.pk: [key for key in found if key in allowed] for gap, found in zip(asked.gaps, near, strict=True)
    }
    keys = shared.keys() | allowed
    if not keys:
        return {}

    def describe(chosen: Collection[int]) -> dict[int, Thing]:
        rows = Lesson.objects.filter(pk__in=chosen).select_related("record")
        return {
            one.pk: Thing(
                one.record.title, url_of(one.record), "\n".join([one.record.title, one.advice, one.context]),
                str(one.get_kind_display()), one.record.created_at.date(),
            )
            for one in rows
        }  # fmt: skip

    return offer(asked, LESSON, shared, places_of(asked, seen.values("pk")), describe, alike=alike)


def projects(asked: Asked) -> Found:
    """Projects that are aligned with the elements, in the country, its neighbours, then the region; with results where they are known.

    Four queries.
    """
    seen = Record.objects.filter(pk__in=visible(asked.viewer), kind=PROJECT_KIND).exclude(stage__in=STAGES_LEFT_OUT)
    shared = shared_elements(asked, seen.values("pk"))
    if not shared:
        return {}

    def describe(keys: Collection[int]) -> dict[int, Thing]:
        return _projects(keys)

    return offer(asked, PROJECT, shared, places_of(asked, aligned_records(asked)), describe)


def _projects(keys: Collection[int]) -> dict[int, Thing]:
    figures = _figures(keys)
    found = {}
    for record in Record.objects.filter(pk__in=keys).select_related("office"):
        said = [record.reference, str(record.get_stage_display()), formats.period(record.starts, record.ends)]
        thing = Thing(
            record.title,
            url_of(record),
            f"{record.title}\n{record.summary}",
            " · ".join(filter(None, said)),
            record.ends,
        )
        good, measured = figures.get(record.pk, (0, 0))
        if measured:
            words = _("%(good)s of %(all)s indicators on track or achieved") % {"good": good, "all": measured}
            thing.bonus.append((ON_TRACK * good / measured, words))
        found[record.pk] = thing
    return found


def _figures(projects: Collection[int]) -> dict[int, tuple[int, int]]:
    """Project → indicators on track or achieved, and measured at all, as the figures of contributions count them. One query."""
    year = timezone.localdate().year
    rows = ResultYear.objects.filter(
        record_id__in=list(projects), result__isnull=True, as_of=TODAY, year__lte=year, next_year__gt=year
    )
    sums = rows.values_list("record_id").annotate(Sum("achieved"), Sum("near"), Sum("behind")).order_by()
    return {record: (achieved + near, achieved + near + behind) for record, achieved, near, behind in sums}
