"""Questions about roadmaps: which ones a person sees, what a list says of each, all that one page shows. Constant numbers of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.work.governance.models import (
    ActionHelp,
    ActionState,
    Assessment,
    FollowUp,
    Question,
    Roadmap,
    RoadmapAction,
    RoadmapState,
)
from migov.work.governance.roadmaps.actions.following import years_open
from migov.work.governance.roadmaps.filters import RoadmapFilter

PER_PAGE = 25
OPEN = (ActionState.PLANNED, ActionState.BEGUN)
ORDERS: dict[str, Sequence[Any]] = {
    "title": ("record__title", "pk"),
    "-title": ("-record__title", "-pk"),
    "country": ("country__short_name", "-starts", "pk"),
    "-country": ("-country__short_name", "-starts", "pk"),
    "years": ("starts", "ends", "pk"),
    "-years": ("-starts", "-ends", "-pk"),
    "late": (F("late").asc(), "-starts", "pk"),
    "-late": (F("late").desc(), "-starts", "pk"),
}


def late_actions(today: date | None = None) -> Q:
    """Actions whose day has passed while they are open."""
    return Q(state__in=OPEN, due__lt=today or timezone.localdate())


def roadmaps_for(viewer: Viewer) -> QuerySet[Roadmap]:
    """The roadmaps that a person may see: colleagues those of all offices, a government its own."""
    return Roadmap.objects.filter(record__in=Record.objects.visible_to(viewer).standing())


def roadmap_for(viewer: Viewer, pk: int) -> Roadmap:
    """One of them, with its record. Raises Roadmap.DoesNotExist."""
    return roadmaps_for(viewer).select_related(
        "record__owner", "record__office", "country", "assessment__record", "assessment__set"
    ).get(pk=pk)  # fmt: skip


def matching(filter: RoadmapFilter, viewer: Viewer, *, today: date | None = None) -> QuerySet[Roadmap]:
    """The roadmaps of a filter that a person may see, with how many actions each has (dropped ones left out), are done, and are late."""
    found = roadmaps_for(viewer)
    for word in filter.q.split():
        here = RoadmapAction.objects.filter(Q(title__icontains=word) | Q(owner__icontains=word), roadmap=OuterRef("pk"))
        found = found.filter(Q(record__title__icontains=word) | Q(record__summary__icontains=word) | Exists(here))
    if filter.country is not None:
        found = found.filter(country=filter.country)
    if filter.state:
        found = found.filter(state=filter.state)
    if filter.year:
        found = found.filter(starts__lte=filter.year, ends__gte=filter.year)
    if filter.late:
        found = found.filter(
            ~Q(state=RoadmapState.CLOSED),
            Exists(RoadmapAction.objects.filter(late_actions(today), roadmap=OuterRef("pk"))),
        )
    day = today or timezone.localdate()
    open_late = Q(actions__state__in=OPEN, actions__due__lt=day) & ~Q(state=RoadmapState.CLOSED)
    return found.annotate(
        total=Count("actions", filter=~Q(actions__state=ActionState.DROPPED)),
        done=Count("actions", filter=Q(actions__state=ActionState.DONE)),
        late=Count("actions", filter=open_late),
    ).select_related("record__owner", "record__office", "country")


def ordered(found: QuerySet[Roadmap], sort: str) -> QuerySet[Roadmap]:
    """In the order of a column; the newest years first where none is named."""
    return found.order_by(*ORDERS.get(sort, ("-starts", "country__short_name", "pk")))


def countries(viewer: Viewer) -> list[Place]:
    """The countries whose roadmaps a person sees. One query."""
    return list(Place.objects.filter(pk__in=roadmaps_for(viewer).values("country")).order_by("short_name"))


@dataclass(slots=True)
class Total:
    """What the actions cost in one currency; amounts of two currencies are never added. done: of the actions that are done."""

    currency: str
    amount: Decimal = Decimal(0)
    done: Decimal = Decimal(0)
    actions: int = 0


def totals(actions: Iterable[RoadmapAction]) -> list[Total]:
    """Currency by currency, dropped actions left out."""
    found: dict[str, Total] = {}
    for one in actions:
        if one.cost is None or one.state == ActionState.DROPPED:
            continue
        total = found.setdefault(one.currency, Total(one.currency))
        total.amount += one.cost
        total.actions += 1
        if one.state == ActionState.DONE:
            total.done += one.cost
    return sorted(found.values(), key=lambda total: total.currency)


def totals_of(roadmaps: Iterable[int]) -> dict[int, list[tuple[Decimal, str]]]:
    """Roadmap → what its actions cost, currency by currency, dropped ones left out. One query."""
    found: defaultdict[int, list[tuple[Decimal, str]]] = defaultdict(list)
    rows = (
        RoadmapAction.objects.filter(roadmap__in=list(roadmaps), cost__isnull=False)
        .exclude(state=ActionState.DROPPED)
        .values_list("roadmap_id", "currency")
        .annotate(amount=Sum("cost"))
        .order_by("currency")
    )
    for roadmap, currency, amount in rows:
        found[roadmap].append((amount, currency))
    return dict(found)


@dataclass(slots=True)
class Line:
    """An action as a page shows it. number: from 1. late: its day has passed while it is open. follow_ups: those that stand, by year."""

    number: int
    action: RoadmapAction
    late: bool
    help: list[ActionHelp] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)

    @property
    def latest(self) -> FollowUp | None:
        return self.follow_ups[-1] if self.follow_ups else None

    def in_year(self, year: int) -> FollowUp | None:
        """What was said of a year."""
        return next((one for one in self.follow_ups if one.year == year), None)


@dataclass(slots=True)
class About:
    """All that the page of a roadmap shows. years: those that may be followed up. unpriced: open actions without a cost."""

    roadmap: Roadmap
    lines: list[Line]
    totals: list[Total]
    years: list[int]

    @property
    def late(self) -> int:
        return sum(line.late for line in self.lines)

    @property
    def counted(self) -> list[Line]:
        """The actions that were not dropped."""
        return [line for line in self.lines if line.action.state != ActionState.DROPPED]

    @property
    def done(self) -> int:
        return sum(line.action.state == ActionState.DONE for line in self.lines)

    @property
    def unpriced(self) -> int:
        return sum(line.action.cost is None for line in self.counted)

    @property
    def states(self) -> list[tuple[str, str, int]]:
        """Code, label and number of actions, for the states that occur."""
        counted = [line.action.state for line in self.lines]
        return [(state.value, str(state.label), counted.count(state)) for state in ActionState if state in counted]

    def said_of(self, year: int) -> int:
        """How many actions were followed up in a year."""
        return sum(line.in_year(year) is not None for line in self.lines)


def about(roadmap: Roadmap, viewer: Viewer, *, today: date | None = None) -> About:
    """A roadmap with its lines, what helps, and what was said year by year. Help that is a record the viewer may not see is left out.

    Four queries, and those of the viewer's roles.
    """
    today = today or timezone.localdate()
    seen = Record.objects.visible_to(viewer).standing().values("pk")
    help_seen = ActionHelp.objects.filter(Q(record__isnull=True) | Q(record__in=seen)).select_related("record")
    rows = (
        roadmap.actions.select_related("question__domain", "person", "project__office")
        .prefetch_related(
            Prefetch("help", help_seen, to_attr="help_seen"),
            Prefetch("follow_ups", FollowUp.objects.current().select_related("by"), to_attr="follow_ups_standing"),
        )
        .order_by("order", "pk")
    )
    closed = roadmap.state == RoadmapState.CLOSED
    lines = [
        Line(
            number, row, bool(not closed and row.state in OPEN and row.due and row.due < today),
            list(row.help_seen), list(row.follow_ups_standing),
        )
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip
    years = years_open(roadmap, today) if roadmap.agreed_on else []
    return About(roadmap, lines, totals(line.action for line in lines), years)


def action_in(found: About, pk: int) -> Line | None:
    """A line by the key of its action."""
    return next((line for line in found.lines if line.action.pk == pk), None)


def of_assessment(assessment: Assessment | int, viewer: Viewer) -> list[Roadmap]:
    """The roadmaps that answer an assessment, as far as the viewer may see. One query."""
    found = roadmaps_for(viewer).filter(assessment=assessment).select_related("record", "country")
    return list(found.annotate(total=Count("actions", filter=~Q(actions__state=ActionState.DROPPED))))


def assessments_of(viewer: Viewer, country: Place | None = None) -> QuerySet[Assessment]:
    """The assessments that a roadmap may answer, newest first."""
    found = Assessment.objects.filter(record__in=Record.objects.visible_to(viewer).standing()).exclude(
        state="withdrawn"
    )
    if country is not None:
        found = found.filter(country=country)
    return found.select_related("record", "country", "set").order_by("country__short_name", "-year", "pk")


def questions_of(roadmap: Roadmap) -> QuerySet[Question]:
    """The questions that an action of the roadmap may answer: those of its assessment."""
    found = Question.objects.filter(set=roadmap.assessment.set_id) if roadmap.assessment else Question.objects.none()
    return found.select_related("domain").order_by("order")
