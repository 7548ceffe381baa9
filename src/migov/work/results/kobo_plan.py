"""What an export would make of the values of a project, by the rules of its form, beside what stands. Only numbers leave here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.work.projects.models import Project
from migov.work.results import kobo, shapes
from migov.work.results.actions.kobo import rules_of
from migov.work.results.actions.many import Cell
from migov.work.results.findings import amount_of
from migov.work.results.grid import shown_of
from migov.work.results.kobo import At, Export, Kind, Measured, Rule, Span, Tally
from migov.work.results.kobo_maps import KoboMap
from migov.work.results.models import AcrossPeriods, Dimension, Entry, Indicator, Period
from migov.work.results.parts import dimensions_of, label_of
from migov.work.results.shapes import Amount
from migov.work.results.sheets_in import judge
from migov.work.results.slices import slice_of


@dataclass(frozen=True, slots=True)
class Line:
    """A value that the export makes. problem: why it is refused; before: what stands."""

    cell: Cell
    title: str
    row: str
    period: str
    place: str
    before: str
    after: str
    problem: str = ""


@dataclass(slots=True)
class Preview:
    """What an export would change. renamed: columns that are gone, each with what it may be called by now."""

    rows: int
    lines: list[Line] = field(default_factory=list)
    refused: list[Line] = field(default_factory=list)
    same: int = 0
    told: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)  # indicators whose rule could not be followed

    @property
    def cells(self) -> list[Cell]:
        """The cells to keep; each names what the preview showed."""
        return [replace(one.cell, was=one.before) for one in self.lines]


@dataclass(slots=True)
class _Ground:
    """What the database says about the indicators that rules name."""

    indicators: dict[int, Indicator]
    spans: dict[int, list[Span]]
    dimensions: dict[int, list[Dimension]]


def preview(row: KoboMap, export: Export, *, by: Actor) -> Preview:
    """Count the rows of an export by the rules of its form, and judge the values as putting them would. Nothing is kept.

    Raises ReportingError where the project takes no values, PermissionDenied.
    """
    found = Preview(len(export.rows))
    rules = rules_of(row)
    whole = [row.date_column, row.place_column]
    found.renamed = kobo.missing(export, [*whole, *(name for rule in rules for name in rule.columns)])
    ground = _ground(row.project, [rule.indicator for rule in rules])
    if row.date_column not in export.headings:
        found.told.append(_("Without the column that holds the day nothing can be counted."))
        found.left = [one.title for one in ground.indicators.values()]
        return found
    place_column = row.place_column if row.place_column in export.headings else ""
    when = kobo.dated(export, row.date_column, place_column, row.places)
    found.told += when.told
    places = {place.code: place for place in Place.objects.filter(code__in=set(row.places.values()))}
    cells: list[Cell] = []
    for rule in rules:
        indicator = ground.indicators.get(rule.indicator)
        if indicator is None:
            found.told.append(_("A rule is for an indicator that was taken out of the results matrix. Remove it."))
        elif any(name in found.renamed for name in rule.columns):
            found.left.append(indicator.title)
        else:
            counted = kobo.count(rule, _measured(indicator, ground), export, when)
            found.told += counted.told
            for at, tally in sorted(counted.values.items(), key=lambda item: _order(item[0])):
                cells += _cells(rule, at, tally, places)
    found.told = list(dict.fromkeys(found.told))
    _judged(row.project, cells, ground, places, found, by)
    return found


def _ground(project: Project, keys: Sequence[int]) -> _Ground:
    indicators = Indicator.objects.standing().filter(project=project).select_related("standard").in_bulk(list(keys))
    spans: dict[int, list[Span]] = defaultdict(list)
    for period in Period.objects.filter(indicator__in=indicators).order_by("starts", "ends", "pk"):
        spans[period.indicator_id].append(Span(period.pk, period.starts, period.ends))
    return _Ground(indicators, spans, dimensions_of(indicators.values()))


def _measured(indicator: Indicator, ground: _Ground) -> Measured:
    dimensions = {
        one.code: [(str(code), str(label)) for code, label in one.values] for one in ground.dimensions[indicator.pk]
    }
    running = indicator.across_periods == AcrossPeriods.LATEST and indicator.measure not in shapes.FRACTIONS
    return Measured(indicator.title, ground.spans[indicator.pk], dimensions, running)


def _order(at: At) -> tuple[int, str, str]:
    return at.period, at.place or "", slice_of(at.part).key if at.part else ""


def _cells(rule: Rule, at: At, tally: Tally, places: dict[str, Place]) -> list[Cell]:
    place = places[at.place].pk if at.place in places else None
    if at.place is not None and place is None:
        return []
    values = {shapes.VALUE: tally.above}
    if rule.kind == Kind.SHARE and tally.below is not None:
        values = {shapes.NUMERATOR: tally.above, shapes.DENOMINATOR: tally.below}
    return [
        Cell(rule.indicator, at.period, name, shapes.digits(number), at.part, place) for name, number in values.items()
    ]


def _judged(
    project: Project, cells: Sequence[Cell], ground: _Ground, places: dict[str, Place], found: Preview, by: Actor
) -> None:
    stands = _standing(project, cells)
    named = {place.pk: formats.place(place) for place in places.values()}
    spans = {span.key: span for some in ground.spans.values() for span in some}
    for cell, outcome in zip(cells, judge(project, cells, by=by, way="kobo"), strict=True):
        indicator = ground.indicators[cell.indicator]
        key = slice_of(cell.part).key if cell.part else ""
        amount = stands.get((cell.period, cell.place, key), Amount())
        row = label_of(cell.part, ground.dimensions[cell.indicator]) if cell.part else _("Total")
        if cell.field != shapes.VALUE:
            row = f"{row}: {shapes.LABELS[cell.field]}"
        span = spans[cell.period]
        line = Line(
            cell, indicator.title, row, formats.period(span.starts, span.ends), named.get(cell.place or 0, ""),
            shapes.shown(indicator, amount, cell.field), cell.text, outcome.problem,
        )  # fmt: skip
        if outcome.problem:
            found.refused.append(line)
        elif outcome.shown == line.before:
            found.same += 1
        else:
            found.lines.append(line)


def _standing(project: Project, cells: Sequence[Cell]) -> dict[tuple[int, int | None, str], Amount]:
    """What stands in the entries of some periods: period, place, key of the part → amount. Three queries."""
    entries: dict[tuple[int, int | None], list[Entry]] = defaultdict(list)
    rows = Entry.objects.filter(indicator__project=project, period__in={cell.period for cell in cells}).order_by(
        "number"
    )
    for entry in rows.prefetch_related("values__slice"):
        entries[entry.period_id, entry.place_id].append(entry)
    return {
        (period, place, value.slice.key if value.slice else ""): amount_of(value)
        for (period, place), some in entries.items()
        for value in shown_of(some).values.all()
    }
