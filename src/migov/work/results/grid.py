"""The grid in which values of a project are reported: results → indicators → parts, against periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordPlace
from migov.foundation.shell import formats
from migov.work.projects.models import Project
from migov.work.results import shapes
from migov.work.results.findings import amount_of, findings_of
from migov.work.results.grid_cells import Block, Column, Field, Grid, Head, Oddity, Row, Section, name_of
from migov.work.results.models import (
    COUNTED,
    OPEN,
    Dimension,
    Entry,
    EntryStatus,
    Indicator,
    Measurement,
    MeasurementKind,
    Period,
)
from migov.work.results.parts import dimensions_of, label_of, parts_of, problem_of
from migov.work.results.reporting import known_values, late_periods
from migov.work.results.shapes import Amount
from migov.work.results.slices import Pairs, slice_of

MOST_COLUMNS = 8
BEFORE = 5  # of the columns that are shown: ended ones
TONES = {
    EntryStatus.DRAFT: "quiet", EntryStatus.SUBMITTED: "", EntryStatus.RETURNED: "bad", EntryStatus.VERIFIED: "good",
    EntryStatus.LOCKED: "good",
}  # fmt: skip


def grid_of(
    project: Project,
    *,
    editable: bool,
    year: int | None = None,
    by_place: bool = False,
    day: date | None = None,
) -> Grid:
    """The grid of a project. About fifteen queries, whatever its size.

    editable: whether open cells can be typed in. year: the columns of that year, else those around today. by_place: with rows for each
    place of the project, also where nothing was reported by place.
    """
    day = day or timezone.localdate()
    indicators = list(
        Indicator.objects.standing()
        .filter(project=project)
        .select_related("result__record", "standard")
        .order_by("result__order", "result_id", "order", "pk")
    )
    periods = list(Period.objects.filter(indicator__project=project).order_by("ends", "starts", "order", "pk"))
    late = set(late_periods(day).filter(indicator__project=project).values_list("pk", flat=True))
    columns = _columns(periods, year, day)
    years = sorted({one.ends.year for one in periods if one.ends})
    facts = _Facts(project, indicators, periods, columns, late, by_place)
    sections: dict[int, Section] = {}
    numbered = 0
    for indicator in indicators:
        section = sections.setdefault(indicator.result_id, Section(indicator.result))
        if indicator.pk not in facts.measured:
            section.unmeasured.append(indicator)
            continue
        for place in facts.places_of(indicator):
            block = _block(facts, indicator, place, editable, numbered)
            numbered += len(block.rows)
            section.blocks.append(block)
    return Grid(
        project, columns, list(sections.values()),
        [(one, sum(p.pk in late for p in periods if p.ends and p.ends.year == one)) for one in years], year, len(late),
        facts.of_project, facts.shown_entries,
    )  # fmt: skip


def _columns(periods: Sequence[Period], year: int | None, day: date) -> list[Column]:
    """The columns to show: of a year, else some that have ended and those that follow."""
    starts: dict[date | None, set[date | None]] = defaultdict(set)
    for period in periods:
        starts[period.ends].add(period.starts)
    ends = sorted(one for one in starts if one is not None)
    if year is not None:
        chosen: list[date | None] = [one for one in ends if one.year == year]
    else:
        ended = sum(one < day for one in ends)
        first = max(0, min(ended - BEFORE, len(ends) - MOST_COLUMNS))
        chosen = [*ends[first : first + MOST_COLUMNS]]
    if None in starts and (year is None or not chosen):
        chosen = [*chosen[: MOST_COLUMNS - 1], None]
    due = max((one for one in chosen if one is not None and one < day), default=None)
    return [_column(one, starts[one], day, due) for one in chosen]


def _column(ends: date | None, starts: Collection[date | None], day: date, due: date | None) -> Column:
    if ends is None:
        return Column("open", None, _("no end given"), False)
    label = formats.period(next(iter(starts)), ends) if len(starts) == 1 else _("until %s") % formats.day(ends)
    return Column(ends.isoformat(), ends, label, ends < day, ends == due)


class _Facts:
    """What the database says about the indicators and columns that are shown."""

    def __init__(
        self, project: Project, indicators: Sequence[Indicator], periods: Sequence[Period], columns: Sequence[Column],
        late: set[int], by_place: bool,
    ) -> None:  # fmt: skip
        self.columns, self.late = columns, late
        self.measured = {one.indicator_id for one in periods}
        keys = {one.pk for one in indicators}
        ends = {column.ends for column in columns}
        # Of two periods of one indicator that end on one day, the later one is shown.
        self.periods = {
            (one.indicator_id, one.ends): one for one in periods if one.indicator_id in keys and one.ends in ends
        }
        shown = {one.pk for one in self.periods.values()}
        self.dimensions = dimensions_of(indicators)
        self.entries: dict[tuple[int, int | None], list[Entry]] = defaultdict(list)
        found = list(
            Entry.objects.filter(period__in=shown)
            .select_related("indicator", "period", "place")
            .prefetch_related("values__slice")
            .order_by("number")
        )
        for entry in found:
            self.entries[entry.period_id, entry.place_id].append(entry)
        self.shown_entries = [shown_of(some) for some in self.entries.values()]
        self.findings = findings_of([one for one in self.shown_entries if one.status not in COUNTED])
        self.values = known_values(shown)
        self.of_project = [
            row.place
            for row in RecordPlace.objects.filter(record=project.record, superseded_at__isnull=True)
            .select_related("place")
            .order_by("place__short_name")
        ]
        measured = (
            Measurement.objects.current()
            .filter(indicator__in=keys, place__isnull=False, kind=MeasurementKind.ACTUAL)
            .values_list("indicator", "place")
        )
        places = {*measured.distinct(), *((one.indicator_id, one.place_id) for one in found if one.place_id)}
        if by_place:
            places |= {(key, place.pk) for key in keys for place in self.of_project}
        known = Place.objects.in_bulk({place for _key, place in places if place})
        self._places: dict[int, list[Place]] = defaultdict(list)
        for key, place in sorted(places, key=lambda pair: known[pair[1]].short_name if pair[1] else ""):
            if place:
                self._places[key].append(known[place])

    def places_of(self, indicator: Indicator) -> list[Place | None]:
        return [None, *self._places[indicator.pk]]


def shown_of(entries: Sequence[Entry]) -> Entry:
    """Which entry of a period is shown: the open one, else the one that waits, else the newest."""
    return next(
        (one for states in (OPEN, (EntryStatus.SUBMITTED,)) for one in entries if one.status in states), entries[-1]
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """What the cells of a line have in common. key: of their slice."""

    indicator: Indicator
    place: Place | None
    part: Pairs | None
    name: str
    words: str
    row: int
    key: str

    def field(
        self, number: int, column: Column, period: Period, entry: Entry | None, said: Mapping[str, Amount], editable: bool
    ) -> Field:  # fmt: skip
        amount = said.get(self.key, Amount())
        text = shapes.shown(self.indicator, amount, self.name)
        follows = self.name == shapes.VALUE and shapes.is_computed(amount)
        where = self.place.short_name if self.place else ""
        return Field(
            name_of(self.indicator.pk, period.pk, self.place.pk if self.place else None, self.name, self.part),
            ", ".join(filter(None, (self.indicator.title[:80], where, self.words, column.label))), text, text, self.row,
            number, readonly=not editable or follows or (entry is not None and entry.status not in OPEN),
            words=self.name == shapes.WORDS,
        )  # fmt: skip


def _block(facts: _Facts, indicator: Indicator, place: Place | None, editable: bool, first: int) -> Block:
    dimensions = facts.dimensions[indicator.pk]
    at: list[tuple[Column, Period | None, Entry | None]] = []
    for column in facts.columns:
        period = facts.periods.get((indicator.pk, column.ends))
        some = facts.entries.get((period.pk, place.pk if place else None), []) if period else []
        at.append((column, period, shown_of(some) if some else None))
    said = {
        entry.pk: {v.slice.key if v.slice else "": amount_of(v) for v in entry.values.all()}
        for _c, _p, entry in at
        if entry
    }
    rows: list[Row] = []
    for part in _parts(dimensions, [entry for _c, _p, entry in at if entry]):
        label = label_of(part, dimensions) if part else formats.place(place) if place else _("Total")
        for name in _fields(indicator, said):
            words = _row_words(label, name, indicator, told_apart=bool(dimensions) or place is not None)
            line = _Line(indicator, place, part, name, words, first + len(rows), slice_of(part).key if part else "")
            cells = [
                line.field(number, column, period, entry, said[entry.pk] if entry else {}, editable) if period else None
                for number, (column, period, entry) in enumerate(at)
            ]
            rows.append(Row(words, part is not None, cells))
    heads = [(column, _head(facts, period, place, entry) if period else None) for column, period, entry in at]
    oddities = [
        Oddity(
            column,
            entry.pk,
            [(one, _part_label(one.part, entry, dimensions)) for one in facts.findings[entry.pk]],
            entry.status in OPEN,
        )
        for column, _period, entry in at
        if entry is not None and facts.findings.get(entry.pk) and any(not a.is_empty for a in said[entry.pk].values())
    ]
    return Block(f"{indicator.pk}-{place.pk if place else 'all'}", indicator, place, heads, rows, oddities)


def _fields(indicator: Indicator, said: Mapping[int, Mapping[str, Amount]]) -> Sequence[str]:
    """Numbers of a fraction are typed; its value follows and has a line only where somebody gave it alone."""
    names = shapes.fields_of(indicator.measure)
    if indicator.measure not in shapes.FRACTIONS:
        return names
    alone = any(a.value is not None and a.numerator is None for amounts in said.values() for a in amounts.values())
    return names if alone else names[:2]


def _row_words(label: str, name: str, indicator: Indicator, *, told_apart: bool) -> str:
    """The label of a line: "Value", "Total", "Women and girls: numerator"."""
    words: str | Promise = shapes.LABELS[name]
    if not told_apart:
        return str(words)[:1].upper() + str(words)[1:]
    return f"{label}: {words}" if indicator.measure in shapes.FRACTIONS else label


def _parts(dimensions: Sequence[Dimension], entries: Sequence[Entry]) -> list[Pairs | None]:
    """The whole, the parts by one dimension, and those of several that somebody has reported already."""
    found: dict[str, Pairs] = {slice_of(part).key: part for part in parts_of(dimensions)}
    for entry in entries:
        for value in entry.values.all():
            if value.slice and value.slice.key not in found:
                part = tuple((str(name), str(code)) for name, code in value.slice.parts)
                if not problem_of(part, dimensions):
                    found[value.slice.key] = part
    return [None, *found.values()]


def _head(facts: _Facts, period: Period, place: Place | None, entry: Entry | None) -> Head:
    entries = len(facts.entries.get((period.pk, place.pk if place else None), []))
    late = period.ends if place is None and period.pk in facts.late else None
    target, actual = (
        _known(facts.values.get((period.pk, kind))) if place is None else ""
        for kind in (MeasurementKind.TARGET, MeasurementKind.ACTUAL)
    )
    if entry is None:
        return Head(None, "", "", target, actual, late, 0)
    note = entry.note if entry.status in (EntryStatus.RETURNED, EntryStatus.VERIFIED) else ""
    return Head(
        entry, str(entry.get_status_display()), TONES[EntryStatus(entry.status)], target, actual, late, entries, note
    )


def _known(value: Any) -> str:
    return formats.number(value) if isinstance(value, Decimal) else str(value or "")[:40]


def _part_label(key: str, entry: Entry, dimensions: Sequence[Dimension]) -> str:
    pairs = next((v.slice.parts for v in entry.values.all() if v.slice and v.slice.key == key), None)
    return label_of(tuple((str(a), str(b)) for a, b in pairs), dimensions) if pairs else ""
