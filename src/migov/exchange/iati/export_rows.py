"""What the database holds of some projects, read in a fixed number of queries and laid out by project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, Q, QuerySet

from migov.foundation.history import known_at
from migov.foundation.places.models import Place
from migov.foundation.records.models import Evidence, JournalEntry, RecordPlace, RecordState, Visibility
from migov.services.alignment.models import Alignment, Origin, Status
from migov.work.projects.models import (
    Budget,
    Classification,
    Location,
    Participation,
    Project,
    RelatedProject,
    Transaction,
)
from migov.work.results.models import Indicator, Measurement, Period, Result, Slice

IMPORTING = ("imported", "updated from import")


class Party(NamedTuple):
    """An organisation as a row names it."""

    ref: str
    name: str
    kind: str


class Aligned(NamedTuple):
    """A confirmed alignment that did not come from published data."""

    framework: str
    short: str
    code: str
    title: str


class Value(NamedTuple):
    """A measurement."""

    order: int
    pk: int
    value: Any
    words: str
    slice: int | None
    place: int | None
    location_ref: str
    year: int | None
    date: Any
    comment: str
    published: Any


@dataclass(slots=True)
class Loaded:
    """One project with everything that an activity says of it."""

    project: Project
    stage: str
    imported_at: datetime | None
    changed_at: datetime
    participations: list[tuple[Any, ...]] = field(default_factory=list)
    classifications: list[tuple[Any, ...]] = field(default_factory=list)
    places: list[tuple[Any, ...]] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    related: list[tuple[str, str]] = field(default_factory=list)
    budgets: list[tuple[Any, ...]] = field(default_factory=list)
    transactions: list[tuple[Any, ...]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)

    @property
    def made_here(self) -> bool:
        """Whether people made the project in migov: no file has ever said it."""
        return not self.project.content_hash

    def touched(self, at: datetime) -> None:
        """Something of it was recorded at a moment."""
        if at > self.changed_at:
            self.changed_at = at


class Chunk:
    """Some projects and their parts. `moment`: as they were known just before it; None: as they stand."""

    def __init__(self, keys: Sequence[int], moment: datetime | None = None) -> None:
        self.moment = moment
        self.keys = list(keys)
        self.projects: dict[int, Loaded] = {}
        self.documents: dict[int, list[Evidence]] = defaultdict(list)
        self.alignments: dict[int, list[Aligned]] = defaultdict(list)
        self.indicators: dict[int, list[Indicator]] = defaultdict(list)
        self.periods: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        self.values: dict[tuple[int, int | None, str], list[Value]] = defaultdict(list)
        self.places_measured: dict[int, set[int]] = defaultdict(set)
        self._known = known_at(moment)
        self._project()
        self._parts()
        self._money()
        self._results()
        self._values()
        self._around()

    def _project(self) -> None:
        rows = Project.objects.filter(pk__in=self.keys).select_related("record", "reporting_organisation")
        imported = dict(
            JournalEntry.objects.filter(record_id__in=self.keys, verb__in=IMPORTING)
            .values_list("record_id")
            .annotate(Max("at"))
        )
        stages: dict[int, str] = {}
        if self.moment is not None:
            states = RecordState.objects.as_of(self.moment).filter(record__in=self.keys)
            stages = dict(states.values_list("record_id", "stage"))
        found = {project.pk: project for project in rows}
        for key in self.keys:
            if key in found:
                record = found[key].record
                stage = stages.get(key, record.stage)
                self.projects[key] = Loaded(found[key], stage, imported.get(key), record.changed_at)

    def _of_project(self, queryset: QuerySet[Any, Any], attribute: str) -> None:
        """Rows whose first field is the project and, where they are facts, whose last is when they were recorded."""
        for key, *row in queryset:
            getattr(self.projects[key], attribute).append(tuple(row))

    def _parts(self) -> None:
        keys = list(self.projects)
        organisation = ("organisation__ref", "organisation__name", "organisation__kind")
        rows = Participation.objects.filter(project__in=keys).order_by("order", "pk")
        self._of_project(rows.values_list("project_id", "role", *organisation, "details"), "participations")
        classified = Classification.objects.filter(project__in=keys).order_by("order", "pk")
        names = ("kind", "vocabulary", "code", "name", "percentage", "significance", "details")
        self._of_project(classified.values_list("project_id", *names), "classifications")
        places = RecordPlace.objects.filter(self._known, record__in=keys).order_by("pk")
        named = ("place__kind", "place__code", "place__iso2", "share", "details", "recorded_at")
        self._of_project(places.values_list("record_id", *named), "places")
        for location in Location.objects.filter(project__in=keys).order_by("order", "pk"):
            self.projects[location.project_id].locations.append(location)
        related = RelatedProject.objects.filter(project__in=keys).order_by("order", "pk")
        self._of_project(related.values_list("project_id", "reference", "kind"), "related")

    def _money(self) -> None:
        keys = list(self.projects)
        budgets = Budget.objects.filter(self._known, project__in=keys).order_by("order", "pk")
        names = ("kind", "status", "starts", "ends", "amount", "currency", "value_date", "details", "recorded_at")
        self._of_project(budgets.values_list("project_id", *names), "budgets")
        transactions = Transaction.objects.filter(self._known, project__in=keys).order_by("order", "pk")
        parties = [f"{who}__{name}" for who in ("provider", "receiver") for name in ("ref", "name", "kind")]
        columns = ("kind", "date", "amount", "currency", "value_date", "ref", "description", *parties)
        place = ("place__kind", "place__code", "place__iso2")
        self._of_project(
            transactions.values_list("project_id", *columns, *place, "details", "recorded_at"), "transactions"
        )

    def _results(self) -> None:
        rows = Result.objects.filter(
            project__in=list(self.projects), record__visibility=Visibility.PUBLIC
        ).select_related("record")
        for result in rows.filter(self._there("record__removed_at")).order_by("order", "pk"):
            if self.moment is None or result.record.created_at < self.moment:
                self.projects[result.project_id].results.append(result)

    def _there(self, name: str) -> Q:
        there = Q(**{f"{name}__isnull": True})
        return there if self.moment is None else there | Q(**{f"{name}__gte": self.moment})

    def _values(self) -> None:
        keys = list(self.projects)
        indicators = Indicator.objects.filter(self._there("removed_at"), project__in=keys)
        for indicator in indicators.order_by("order", "pk"):
            self.indicators[indicator.result_id].append(indicator)
        periods = Period.objects.filter(indicator__project__in=keys).order_by("order", "pk")
        for owner, *row in periods.values_list("indicator_id", "pk", "starts", "ends", "published"):
            self.periods[owner].append(tuple(row))
        measured = Measurement.objects.filter(self._known, indicator__project__in=keys)
        names = (
            "indicator__project_id", "indicator_id", "period_id", "kind", "order", "pk", "value", "words", "slice_id", "place_id",
            "location_ref", "year", "date", "comment", "published",
        )  # fmt: skip
        sliced: set[int] = set()
        for project, owner, period, kind, *rest in measured.values_list(*names).iterator(5000):
            value = Value(*rest)
            self.values[owner, period, kind].append(value)
            if value.place is not None:
                self.places_measured[project].add(value.place)
            if value.slice is not None:
                sliced.add(value.slice)
        self.parts: dict[int, Any] = {
            pk: parts
            for slices in _pieces(sliced)
            for pk, parts in Slice.objects.filter(pk__in=slices).values_list("pk", "parts")
        }
        latest = measured.order_by().values_list("indicator__project_id").annotate(Max("recorded_at"))
        for found in self.values.values():
            if len(found) > 1:
                found.sort(key=_in_order)
        for project, at in latest:
            self.projects[project].touched(at)
        wanted = set().union(*self.places_measured.values())
        self.measured_at: dict[int, Place] = Place.objects.in_bulk(wanted) if wanted else {}

    def _around(self) -> None:
        """Documents and decisions: of the projects and of their results."""
        owner = {key: key for key in self.projects}
        for key, loaded in self.projects.items():
            owner |= dict.fromkeys((result.pk for result in loaded.results), key)
            for rows in (loaded.places, loaded.budgets, loaded.transactions):
                for row in rows:
                    loaded.touched(row[-1])
            for result in loaded.results:
                loaded.touched(result.record.changed_at)
        for document in _in_pieces(owner, lambda keys: Evidence.objects.filter(self._known, record__in=keys)):
            self.documents[document.record_id].append(document)
            self.projects[owner[document.record_id]].touched(document.recorded_at)
        decided = Alignment.objects.filter(self._known, status=Status.CONFIRMED).exclude(origin=Origin.PUBLISHED)
        chosen = decided.select_related("element__framework")
        for one in _in_pieces(owner, lambda keys: chosen.filter(record__in=keys)):
            framework = one.element.framework
            aligned = Aligned(framework.code, framework.short_title, one.element.code, one.element.title)
            self.alignments[one.record_id].append(aligned)
            self.projects[owner[one.record_id]].touched(one.recorded_at)


def _in_order(value: Value) -> tuple[int, int]:
    return value.order, value.pk


def _pieces(keys: Iterable[int], most: int = 5000) -> Iterable[list[int]]:
    """Keys in portions that every database takes in one statement."""
    listed = list(keys)
    return (listed[start : start + most] for start in range(0, len(listed), most))


def _in_pieces(keys: Iterable[int], ask: Callable[[list[int]], QuerySet[Any]]) -> Iterable[Any]:
    """Rows for many keys, in the order of their own keys within each portion."""
    for piece in _pieces(keys):
        yield from ask(piece).order_by("pk")
