"""Questions about results: the matrix of a project, what is on track, one indicator with all its values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.work.projects.models import Project
from migov.work.projects.queries import projects_for
from migov.work.results.models import Indicator, Measure, Measurement, MeasurementKind, Period, Result
from migov.work.results.rules import (
    PeriodValues,
    Projection,
    ToDate,
    Whole,
    period_state,
    projected,
    ratio,
    state_on,
    to_date,
)
from migov.work.results.values import (
    ACTUAL,
    BASELINE,
    TARGET,
    PeriodFacts,
    Rule,
    Said,
    facts_of,
    is_addable,
    periods_for_state,
    sums_over_periods,
    year_ends_of,
)

ON_TRACK = ("achieved", "near")
MEASURED = ("achieved", "near", "behind", "late")
STATES = (*MEASURED, "open")
TONES = {"achieved": "good", "near": "good", "behind": "warn", "late": "warn", "open": "quiet"}


def state_words(state: str) -> str:
    """A state for people."""
    return {
        "achieved": _("achieved"), "near": _("nearly achieved"), "behind": _("behind"), "late": _("late"),
        "open": _("not yet due"),
    }[state]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One period of an indicator: what was aimed at, what was reached, how far the one meets the other."""

    key: int
    starts: date | None
    ends: date | None
    target: Whole
    actual: Whole
    target_words: str
    actual_words: str
    progress: float | None
    state: str
    comments: list[str]
    slices: int

    @property
    def state_words(self) -> str:
        return state_words(self.state)

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def is_empty(self) -> bool:
        return (
            self.target.value is None and self.actual.value is None and not self.target_words and not self.actual_words
        )


@dataclass(slots=True)
class IndicatorRow:
    """An indicator with its periods, where it stands today, and what it comes to so far."""

    indicator: Indicator
    periods: list[PeriodRow]
    baseline: Whole
    baseline_words: str
    baseline_at: str
    baseline_comment: str
    state: str
    so_far: ToDate
    ahead: Projection | None = None

    @property
    def state_words(self) -> str:
        return state_words(self.state)

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def adds_up(self) -> bool:
        return sums_over_periods(self.indicator.measure, self.indicator.across_periods)


@dataclass(slots=True)
class ResultRow:
    """A row of the results matrix with its indicators and the rows under it."""

    result: Result
    indicators: list[IndicatorRow] = field(default_factory=list)
    children: list[ResultRow] = field(default_factory=list)
    depth: int = 0

    def walk(self) -> Iterator[ResultRow]:
        """This row and all under it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def matrix(project: Project, day: date | None = None) -> list[ResultRow]:
    """The results matrix of a project: a tree of results with indicators, periods and progress. Five queries.

    Rows come as objectives, outcomes, outputs in the order they were entered; a result whose parent is unknown stands on
    top. `day`: the day on which values are late (today).
    """
    results = list(
        project.results.filter(record__removed_at__isnull=True).select_related("record").order_by("order", "pk")
    )
    rows = {result.pk: ResultRow(result) for result in results}
    for indicator in indicator_rows(Indicator.objects.standing().filter(project=project), day):
        if indicator.indicator.result_id in rows:
            rows[indicator.indicator.result_id].indicators.append(indicator)
    top: list[ResultRow] = []
    for result in results:
        above = rows.get(result.parent_id) if result.parent_id else None
        (above.children if above else top).append(rows[result.pk])
    for row in top:
        _deepen(row, 0)
    return top


def _deepen(row: ResultRow, depth: int) -> None:
    row.depth = depth
    for child in row.children:
        _deepen(child, depth + 1)


def indicator_rows(indicators: QuerySet[Indicator], day: date | None = None) -> list[IndicatorRow]:
    """Indicators with their periods, values and states. Four queries."""
    day = day or timezone.localdate()
    found = list(indicators.select_related("standard").order_by("order", "pk"))
    keys = indicators.order_by().values("pk")
    periods: dict[int, list[Period]] = defaultdict(list)
    for period in Period.objects.filter(indicator_id__in=keys).order_by("starts", "ends", "order", "pk"):
        periods[period.indicator_id].append(period)
    facts = facts_of(Measurement.objects.current().filter(indicator_id__in=keys))
    return [_row(indicator, periods[indicator.pk], facts.get(indicator.pk, {}), day) for indicator in found]


def _row(
    indicator: Indicator, periods: Sequence[Period], facts: dict[int | None, PeriodFacts], day: date
) -> IndicatorRow:
    rule = Rule(indicator.measure, indicator.across_periods, indicator.ascending)
    addable = is_addable(indicator.measure)
    ends, baseline = periods_for_state(facts, rule)
    base = facts.get(None, PeriodFacts(None))
    said = base.said[BASELINE][-1] if base.said[BASELINE] else None
    return IndicatorRow(
        indicator=indicator,
        periods=[
            _period(period, facts.get(period.pk, PeriodFacts(period.pk, period.ends)), rule, addable, baseline, day)
            for period in periods
        ],
        baseline=base.whole(BASELINE, adds_up=addable),
        baseline_words=base.words(BASELINE),
        baseline_at=_at(said),
        baseline_comment=said.comment if said else "",
        state=state_on(year_ends_of(ends, baseline, rule), day),
        so_far=to_date(
            ends,
            adds_up=sums_over_periods(indicator.measure, indicator.across_periods),
            ascending=indicator.ascending,
            baseline=baseline,
        ),
        ahead=projected(
            ends, adds_up=sums_over_periods(indicator.measure, indicator.across_periods), ascending=indicator.ascending
        ),
    )


def _at(said: Said | None) -> str:
    if said is None:
        return ""
    return said.day.isoformat() if said.day else str(said.year or "")


def _period(
    period: Period, facts: PeriodFacts, rule: Rule, addable: bool, baseline: float | None, day: date
) -> PeriodRow:
    target, actual = facts.whole(TARGET, adds_up=addable), facts.whole(ACTUAL, adds_up=addable)
    values = PeriodValues(period.ends or date.max, target.value, actual.value)
    progress = None
    if target.value is not None and actual.value is not None:
        progress = ratio(target.value, actual.value, ascending=rule.ascending, baseline=baseline)
    return PeriodRow(
        key=period.pk,
        starts=period.starts,
        ends=period.ends,
        target=target,
        actual=actual,
        target_words=facts.words(TARGET),
        actual_words=facts.words(ACTUAL),
        progress=progress,
        state=period_state(values, day, ascending=rule.ascending, baseline=baseline),
        comments=facts.comments,
        slices=facts.slices,
    )


@dataclass(frozen=True, slots=True)
class Track:
    """How the indicators of a project stand: how many in each state."""

    states: dict[str, int]

    @property
    def on_track(self) -> int:
        return sum(self.states[state] for state in ON_TRACK)

    @property
    def measured(self) -> int:
        return sum(self.states[state] for state in MEASURED)

    @property
    def words(self) -> str:
        """ "7 of 8"; a dash where nothing can be said yet."""
        if not self.measured:
            return "–"
        return _("%(good)s of %(all)s") % {"good": self.on_track, "all": self.measured}


def on_track(projects: Sequence[int], day: date | None = None) -> dict[int, Track]:
    """How the indicators of some projects stand today; projects without indicators are left out. Three queries."""
    day = day or timezone.localdate()
    indicators = Indicator.objects.standing().filter(project_id__in=projects).exclude(measure=Measure.QUALITATIVE)
    rules = {
        pk: (project, Rule(measure, across, ascending))
        for pk, project, measure, across, ascending in indicators.values_list(
            "pk", "project_id", "measure", "across_periods", "ascending"
        )
    }
    if not rules:
        return {}
    facts = facts_of(Measurement.objects.current().filter(indicator__project_id__in=projects), said=False)
    found: dict[int, Track] = {}
    for pk, (project, rule) in rules.items():
        ends, baseline = periods_for_state(facts.get(pk, {}), rule)
        track = found.setdefault(project, Track(dict.fromkeys(STATES, 0)))
        track.states[state_on(year_ends_of(ends, baseline, rule), day)] += 1
    return found


def indicator_for(user: Viewer, key: int) -> Indicator:
    """An indicator with its result and project. Raises Indicator.DoesNotExist where the user may not see its project."""
    found = Indicator.objects.select_related("result__record", "project__record__office", "standard").get(pk=key)
    if not projects_for(user).filter(pk=found.project_id).exists():
        raise Indicator.DoesNotExist
    return found


@dataclass(frozen=True, slots=True)
class SliceRow:
    """A part of a period: by sex, age or other dimensions, or by place."""

    period: Period | None
    kind: str
    dimensions: str
    place: Place | None
    location: str
    value: Decimal | None
    words: str
    comment: str


def slices(indicator: Indicator) -> list[SliceRow]:
    """The values of an indicator that stand for a part of a period, period by period. One query."""
    measured = (
        Measurement.objects.current()
        .filter(indicator=indicator)
        .exclude(slice__isnull=True, place__isnull=True, location_ref="")
        .select_related("period", "slice", "place")
        .order_by("period__starts", "period_id", "slice__family", "slice__key", "kind", "order")
    )
    return [
        SliceRow(
            row.period, str(MeasurementKind(row.kind).label), _dimensions(row), row.place, row.location_ref, row.value,
            row.words, row.comment,
        )
        for row in measured
    ]  # fmt: skip


def _dimensions(row: Measurement) -> str:
    return ", ".join(f"{name}: {value}" for name, value in row.slice.parts) if row.slice else _("all")


@dataclass(frozen=True, slots=True)
class PastValue:
    """A value that stood from one moment to another; `until` is None for the one that stands today."""

    period: Period | None
    kind: str
    part: str
    value: Decimal | None
    words: str
    comment: str
    since: datetime
    until: datetime | None


def history(indicator: Indicator, limit: int = 500) -> list[PastValue]:
    """The values of those periods and parts of an indicator of which one has been superseded, oldest first. One query.

    At most `limit` rows.
    """
    rows = (
        Measurement.objects.filter(indicator=indicator)
        .select_related("period", "slice", "place")
        .order_by("period__starts", "period_id", "kind", "slice_id", "place_id", "location_ref", "recorded_at", "pk")
    )
    groups: dict[tuple[object, ...], list[Measurement]] = defaultdict(list)
    for row in rows:
        groups[row.period_id, row.kind, row.slice_id, row.place_id, row.location_ref].append(row)
    changed = [row for group in groups.values() if any(r.superseded_at for r in group) for row in group]
    return [
        PastValue(
            row.period, str(MeasurementKind(row.kind).label), _part(row), row.value, row.words, row.comment,
            row.recorded_at, row.superseded_at,
        )
        for row in changed[:limit]
    ]  # fmt: skip


def _part(row: Measurement) -> str:
    parts = [_dimensions(row)] if row.slice else []
    if row.place:
        parts.append(row.place.short_name)
    elif row.location_ref:
        parts.append(row.location_ref)
    return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Bar:
    """A period of the chart: lengths as parts of the longest, 0 to 1 (None: no value)."""

    period: PeriodRow
    target: float | None
    actual: float | None


def bars(periods: Sequence[PeriodRow]) -> list[Bar]:
    """Target and actual of each period, as lengths against the largest of them; nothing where a value is below zero."""
    values = [value for period in periods for value in (period.target.value, period.actual.value) if value is not None]
    largest = max(values, default=0)
    if largest <= 0 or min(values) < 0:
        return []
    return [
        Bar(
            period,
            None if period.target.value is None else period.target.value / largest,
            None if period.actual.value is None else period.actual.value / largest,
        )
        for period in periods
    ]
