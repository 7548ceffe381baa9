"""Questions about verifying: what waits with what is to be judged about it, and which figures an act has changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Office
from migov.foundation.records.models import Record
from migov.work.projects.filters import PortfolioFilter
from migov.work.results import queries, shapes
from migov.work.results.checks import Finding
from migov.work.results.findings import amount_of, findings_of
from migov.work.results.models import Entry, EntryStatus, Indicator, MeasurementKind, StandardIndicator
from migov.work.results.reporting import known_values, last_values, verified_by, waiting
from migov.work.results.rollups.questions import RollUp, ground, roll_ups
from migov.work.results.rollups.wholes import Window

CLEAN, ODD = "none", "some"


@dataclass(frozen=True, slots=True)
class Submitted:
    """An entry that waits. parts: how many; last: the value before its period; mine: submitted by who asks."""

    entry: Entry
    value: str
    parts: int
    target: Any
    last: Any
    last_at: date | None
    findings: list[Finding]
    mine: bool


def keys_waiting(user: Viewer, *, office: int | None, project: int | None, findings: str) -> list[int]:
    """The keys of the entries that somebody may verify and that a filter keeps, in their order. Six queries at most."""
    found = list(waiting(user, office=office, project=project))
    if findings in (CLEAN, ODD):
        odd = findings_of(found)
        found = [entry for entry in found if bool(odd[entry.pk]) == (findings == ODD)]
    return [entry.pk for entry in found]


def rows(keys: Sequence[int], user: Viewer) -> list[Submitted]:
    """What there is to judge about some entries, in the order of their keys. About eight queries."""
    there = {entry.pk: entry for entry in waiting(user).filter(pk__in=keys).prefetch_related("values__slice")}
    entries = [there[key] for key in keys if key in there]
    found, last = findings_of(entries), last_values(entries)
    known = known_values({entry.period_id for entry in entries})
    return [_row(entry, found[entry.pk], known, last.get(entry.pk), user) for entry in entries]


def _row(
    entry: Entry, findings: list[Finding], known: dict[Any, Any], last: tuple[date, Any] | None, user: Viewer
) -> Submitted:
    values = list(entry.values.all())
    whole = next((value for value in values if value.slice_id is None), None)
    target = known.get((entry.period_id, MeasurementKind.TARGET)) if entry.place_id is None else None
    return Submitted(
        entry, words_of(entry.indicator, whole) if whole else "", sum(value.slice_id is not None for value in values), target,
        last[1] if last else None, last[0] if last else None, findings, entry.submitted_by_id == user.pk,
    )  # fmt: skip


def words_of(indicator: Indicator, value: Any) -> str:
    """A value for people: "75 (30 of 40)", "yes", words."""
    amount = amount_of(value)
    if indicator.measure in shapes.IN_WORDS:
        return amount.words
    text = shapes.shown(indicator, amount, shapes.VALUE)
    if indicator.measure in shapes.FRACTIONS and shapes.is_computed(amount):
        numbers = [shapes.shown(indicator, amount, name) for name in (shapes.NUMERATOR, shapes.DENOMINATOR)]
        return f"{float(amount.value or 0):.4g} ({' / '.join(numbers)})"
    return text


def offices_waiting(user: Viewer) -> QuerySet[Office]:
    """The offices whose projects have something that somebody may verify."""
    records = verified_by(user).filter(Exists(_entries(EntryStatus.SUBMITTED)))
    return Office.objects.filter(pk__in=records.order_by().values("office")).order_by("name")


def projects_waiting(user: Viewer) -> QuerySet[Record]:
    """The projects that have something that somebody may verify."""
    return verified_by(user).filter(Exists(_entries(EntryStatus.SUBMITTED))).order_by("title", "pk")


def lockable(user: Viewer) -> QuerySet[Record]:
    """The projects with verified values that somebody may lock."""
    return verified_by(user).filter(Exists(_entries(EntryStatus.VERIFIED))).order_by("title", "pk")


def _entries(status: str) -> QuerySet[Entry]:
    return Entry.objects.filter(indicator__project=OuterRef("pk"), status=status)


@dataclass(frozen=True, slots=True)
class Figures:
    """How indicators, their projects and the standard indicators over all projects stand at one moment."""

    rows: dict[int, queries.IndicatorRow]
    tracks: dict[int, queries.Track]
    standards: dict[int, RollUp]


def figures_of(entries: Collection[int], viewer: Viewer) -> Figures:
    """How everything that some entries reach stands now. A bounded number of queries, whatever their number."""
    of = set(Entry.objects.filter(pk__in=entries).values_list("indicator", flat=True))
    found = queries.indicator_rows(Indicator.objects.filter(pk__in=of).select_related("project__record"))
    projects = sorted({row.indicator.project_id for row in found})
    standards = {row.indicator.standard_id for row in found if row.indicator.standard_id}
    rolled: list[RollUp] = []
    if standards:
        rolled = roll_ups(ground(PortfolioFilter(), viewer, Window(timezone.localdate()), standards))
    return Figures(
        {row.indicator.pk: row for row in found},
        queries.on_track(projects) if projects else {},
        {one.standard.pk: one for one in rolled},
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that an act changed: of an indicator, to date."""

    indicator: Indicator
    before: float | None
    after: float | None
    target: float | None
    state_before: str
    state: str


@dataclass(frozen=True, slots=True)
class Moved:
    """How many indicators of a project are on track, before and after an act."""

    record: Record
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rolled:
    """The figure of a standard indicator over all projects, before and after an act."""

    standard: StandardIndicator
    before: float | None
    after: float | None


def changes(before: Figures, after: Figures) -> list[Change]:
    """The indicators whose figure or state is another after an act."""
    return [
        Change(
            row.indicator, before.rows[key].so_far.actual, row.so_far.actual, row.so_far.target,
            before.rows[key].state_words, row.state_words,
        )
        for key, row in after.rows.items()
        if key in before.rows
        and (before.rows[key].so_far.actual, before.rows[key].state) != (row.so_far.actual, row.state)
    ]  # fmt: skip


def moved(before: Figures, after: Figures) -> list[Moved]:
    """The projects whose results on track are others after an act."""
    records = {row.indicator.project_id: row.indicator.project.record for row in after.rows.values()}
    return [
        Moved(records[key], before.tracks[key].words if key in before.tracks else "–", track.words)
        for key, track in after.tracks.items()
        if key in records and (key not in before.tracks or before.tracks[key].words != track.words)
    ]


def rolled(before: Figures, after: Figures) -> list[Rolled]:
    """The standard indicators whose figure over all projects is another after an act."""
    return [
        Rolled(one.standard, was.total.value, one.total.value)
        for key, one in after.standards.items()
        if (was := before.standards.get(key)) is not None and was.total.value != one.total.value
    ]
