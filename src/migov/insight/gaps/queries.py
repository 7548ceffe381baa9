"""Questions about gaps: what might help with each, kind by kind, and what is planned for it already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.insight.gaps.gaps import Gap, Gaps
from migov.insight.gaps.offering import law, neighbours, trainings, work
from migov.insight.gaps.offers import (
    COUNTRY,
    EMPTY,
    LABELS,
    LESSON,
    OBLIGATION,
    PRACTICE,
    PROJECT,
    REQUIREMENT,
    TRAINING,
    Asked,
    Found,
    Offer,
)
from migov.insight.gaps.reach import reach_of
from migov.work.governance.models import Assessment, Roadmap, RoadmapAction, RoadmapState
from migov.work.governance.roadmaps.queries import roadmaps_for


@dataclass(frozen=True, slots=True)
class Group:
    """The offers of one kind for a gap, best first. empty: what to say where there are none."""

    kind: str
    label: str
    offers: Sequence[Offer]
    empty: str


def assessments_for(viewer: Viewer) -> QuerySet[Assessment]:
    """The assessments whose gaps a person may look at: colleagues all, a government its own."""
    found = Assessment.objects.filter(record__in=Record.objects.visible_to(viewer).standing())
    return found.select_related("record__office", "country__subregion", "set")


def help_for(of: Gaps, gaps: Sequence[Gap], viewer: Viewer) -> dict[int, list[Group]]:
    """Key of a gap's question → what might help, kind by kind, for what the viewer may see only.

    At most 28 queries, and those of roles, however many gaps there are.
    """
    territories = {place.pk: place for place in Place.objects.filter(is_territory=True)}
    asked = Asked(
        viewer,
        of.assessment.country,
        list(gaps),
        reach_of(gaps, of.assessment.set_id),
        timezone.localdate(),
        territories,
    )
    projects = work.projects(asked)
    by_kind: dict[str, Found] = {
        OBLIGATION: law.obligations(asked),
        REQUIREMENT: law.requirements(asked),
        PRACTICE: work.practices(asked),
        LESSON: work.lessons(asked),
        PROJECT: projects,
        TRAINING: trainings.trainings(asked, projects),
        COUNTRY: neighbours.countries(asked, of),
    }
    return {
        gap.question.pk: [
            Group(kind, str(LABELS[kind]), found.get(gap.question.pk, []), str(EMPTY[kind]))
            for kind, found in by_kind.items()
        ]
        for gap in gaps
    }


def planned(of: Assessment, viewer: Viewer) -> dict[int, list[RoadmapAction]]:
    """Key of a question → the lines of roadmaps of the country that answer it, as far as the viewer may see. One query."""
    found: defaultdict[int, list[RoadmapAction]] = defaultdict(list)
    rows = RoadmapAction.objects.filter(
        roadmap__in=roadmaps_for(viewer).filter(country=of.country_id), question__set=of.set_id
    ).select_related("roadmap__record")
    for row in rows.order_by("roadmap", "order"):
        if row.question_id is not None:
            found[row.question_id].append(row)
    return dict(found)


def roadmaps_to_write(of: Assessment, viewer: Viewer) -> list[Roadmap]:
    """Roadmaps that answer the assessment, or its country's that answer the same set of questions, which the viewer may write."""
    rows = (
        roadmaps_for(viewer)
        .filter(country=of.country_id, assessment__set=of.set_id)
        .exclude(state=RoadmapState.CLOSED)
        .select_related("record__office", "record__owner", "country")
        .order_by("-starts", "-pk")
    )
    return [one for one in rows if access.allowed(viewer, "roadmaps.write", one.record)]


def chosen(groups: Sequence[Group], codes: Sequence[str]) -> list[Offer]:
    """The offers that were named, in their order. Only what was offered can be chosen."""
    known: dict[str, Any] = {offer.code: offer for group in groups for offer in group.offers}
    return [known[code] for code in dict.fromkeys(codes) if code in known]
