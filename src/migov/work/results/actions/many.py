"""Many values at once: a block that was pasted, a sheet, an answer of the API. Each cell is judged by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.shell import typed
from migov.work.projects.models import Project
from migov.work.results import shapes
from migov.work.results.actions.entering import WAYS
from migov.work.results.actions.ground import REPORTED_IN, ReportingError
from migov.work.results.models import COUNTED, OPEN, Entry, EntryStatus, EntryValue, Indicator, Period, Slice
from migov.work.results.parts import dimensions_of, problem_of
from migov.work.results.shapes import Amount
from migov.work.results.slices import Pairs, slice_of

LARGEST = Decimal(10) ** 18  # as the database keeps numbers


@dataclass(frozen=True, slots=True)
class Cell:
    """What was typed for one cell. part: None for the whole; was: what the page showed, None: whatever stands is replaced."""

    indicator: int
    period: int
    field: str
    text: str
    part: Pairs | None = None
    place: int | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a cell. shown: what stands now; problem: why it was refused, "" where it was kept or said so already;
    now: what somebody else wrote meanwhile, where that is why; entry: the key of the entry it stands in."""

    cell: Cell
    shown: str
    problem: str = ""
    now: str | None = None
    entry: int | None = None


class _At(NamedTuple):
    """Where an entry is: an indicator, a period, perhaps a place."""

    indicator: int
    period: int
    place: int | None


@dataclass(slots=True)
class _Spot:
    """One amount that cells of this call are about: what stands, what it becomes. key: of its slice, "" for the whole."""

    at: _At
    key: str
    part: Pairs | None
    stands: Amount
    row: EntryValue | None
    entry: Entry | None
    barred: str = ""  # why nothing can be changed here
    made: Amount = field(default_factory=Amount)
    problems: dict[int, tuple[str, str | None]] = field(default_factory=dict)  # place of the cell → problem, now

    @property
    def changed(self) -> bool:
        return self.made != self.stands


@transaction.atomic
def put_many(project: Project, cells: Sequence[Cell], *, by: Actor, way: str = "page") -> list[Outcome]:
    """Save many cells of a project, each judged by itself: what can be kept is kept, the rest refused with what was expected.

    Numerator, denominator and value of one amount are taken together, in whatever order they come. An open entry is made where there is
    none; where a value was submitted or verified, only what says the same is taken. Outcomes come in the order of the cells. The number
    of queries does not grow with the cells. Raises PermissionDenied, and ReportingError where the project takes no values at all.
    """
    if way not in WAYS:
        raise ValueError(f"{way!r} is no way of reporting")
    project = Project.objects.select_related("record__office").get(pk=project.pk)
    access.require(by, "results.report", project.record)
    if project.record.stage not in REPORTED_IN:
        raise ReportingError(
            _("The project is “%s”: values are reported once it is active.") % project.record.get_stage_display()
        )
    known = _Known.of(project, cells)
    refused: dict[int, str] = {}
    grouped: dict[tuple[_At, str], dict[int, Cell]] = defaultdict(dict)
    for place, cell in enumerate(cells):
        problem = known.problem(cell)
        if problem:
            refused[place] = problem
        else:
            grouped[_At(cell.indicator, cell.period, cell.place), _key(cell.part)][place] = cell
    spots = {where: known.spot(where, some) for where, some in grouped.items()}
    for where, spot in spots.items():
        _judge(spot, known.indicators[spot.at.indicator], grouped[where])
    _write([spot for spot in spots.values() if spot.changed], known, by, way)
    outcomes = [
        Outcome(cell, "", refused[place])
        if place in refused
        else _outcome(place, cell, spots[_At(cell.indicator, cell.period, cell.place), _key(cell.part)], known)
        for place, cell in enumerate(cells)
    ]
    if any(spot.changed for spot in spots.values()):
        kept = sum(not outcome.problem for outcome in outcomes)
        entries = sorted({spot.entry.pk for spot in spots.values() if spot.entry and spot.changed})
        detail = {"entries": entries, "kept": kept, "refused": len(outcomes) - kept, "way": way}
        journal.write("values entered", by=by, record=project.record, detail=detail)
    return outcomes


def _key(part: Pairs | None) -> str:
    return "" if part is None else slice_of(part).key


@dataclass(slots=True)
class _Known:
    """What the database says about everything that the cells name."""

    indicators: Mapping[int, Indicator]
    periods: Mapping[int, int]  # period → indicator
    places: set[int]
    problems: Mapping[tuple[int, Pairs], str]  # of the parts that are named
    entries: Mapping[_At, list[Entry]]
    last: dict[tuple[int, int], int]  # number of the last entry of an indicator and period

    @classmethod
    def of(cls, project: Project, cells: Sequence[Cell]) -> _Known:
        """Everything in a fixed number of queries. Indicators are held in order, as every act of reporting does."""
        wanted = {cell.indicator for cell in cells}
        list(
            Indicator.objects.select_for_update()
            .filter(project=project, pk__in=wanted).order_by("pk").values_list("pk")
        )  # fmt: skip
        indicators = Indicator.objects.standing().filter(project=project).in_bulk(list(wanted))
        periods = Period.objects.filter(indicator__in=indicators, pk__in={cell.period for cell in cells})
        of = dict(periods.values_list("pk", "indicator_id"))
        named = {cell.place for cell in cells if cell.place is not None}
        dimensions = dimensions_of(indicators.values())
        parts = {
            (cell.indicator, cell.part) for cell in cells if cell.part is not None and cell.indicator in indicators
        }
        there: dict[_At, list[Entry]] = defaultdict(list)
        entries = Entry.objects.select_for_update(of=("self",)).filter(indicator__in=indicators, period__in=of)
        for entry in entries.order_by("number").prefetch_related("values__slice"):
            there[_At(entry.indicator_id, entry.period_id, entry.place_id)].append(entry)
        last = Entry.objects.filter(indicator__in=indicators, period__in=of).values("indicator", "period")
        return cls(
            indicators, of, set(Place.objects.filter(pk__in=named).values_list("pk", flat=True)) if named else set(),
            {(pk, part): problem_of(part, dimensions[pk]) for pk, part in parts}, there,
            {(row["indicator"], row["period"]): row["last"] for row in last.annotate(last=Max("number")).order_by()},
        )  # fmt: skip

    def problem(self, cell: Cell) -> str:
        """Why a cell is of nothing that can be reported here."""
        indicator = self.indicators.get(cell.indicator)
        if indicator is None:
            return _("This project has no such indicator, or it was taken out of the results matrix.")
        if self.periods.get(cell.period) != cell.indicator:
            return _("The indicator has no such period.")
        if cell.place is not None and cell.place not in self.places:
            return _("There is no such place.")
        if cell.field not in shapes.fields_of(indicator.measure):
            return _("This indicator has no such cell.")
        return self.problems[cell.indicator, cell.part] if cell.part is not None else ""

    def spot(self, where: tuple[_At, str], cells: Mapping[int, Cell]) -> _Spot:
        """What stands where some cells are to be put: in the open entry, else in the one that cannot be changed."""
        at, key = where
        entries = self.entries.get(at, [])
        entry = next((one for one in entries if one.status in OPEN), None)
        barred = ""
        if entry is None and entries:
            waiting = next((one for one in entries if one.status == EntryStatus.SUBMITTED), None)
            entry, barred = waiting or entries[-1], _barred(waiting or entries[-1])
        row = None if entry is None else next((one for one in entry.values.all() if _key_of(one) == key), None)
        stands = Amount(row.value, row.numerator, row.denominator, row.words) if row else Amount()
        return _Spot(at, key, next(iter(cells.values())).part, stands, row, entry, barred, stands)


def _key_of(value: EntryValue) -> str:
    return value.slice.key if value.slice else ""


def _barred(entry: Entry) -> str:
    if entry.status == EntryStatus.SUBMITTED:
        return _("A value for this period was submitted and waits to be verified. Take it back to change it.")
    if entry.status in COUNTED:
        return _("The value of this period is %s. Add another entry, or ask for it to be returned.") % (
            entry.get_status_display()
        )
    return ""


ORDER = {name: place for place, name in enumerate((shapes.NUMERATOR, shapes.DENOMINATOR, shapes.VALUE, shapes.WORDS))}


def _judge(spot: _Spot, indicator: Indicator, cells: Mapping[int, Cell]) -> None:
    """Take the cells of one amount in the order in which they can be read, and note which are refused."""
    for place, cell in sorted(cells.items(), key=lambda item: (ORDER[item[1].field], item[0])):
        stood = shapes.shown(indicator, spot.stands, cell.field)
        try:
            made = _put(indicator, spot.made, cell)
            wanted = shapes.shown(indicator, made, cell.field)
            was = None if cell.was is None else typed.tidy(cell.was)
        except typed.Unreadable as problem:
            spot.problems[place] = str(problem), None
            continue
        if wanted == stood and made == spot.made:
            continue
        if spot.barred:
            spot.problems[place] = spot.barred, None
        elif was is not None and was != stood and wanted != stood:
            words = {"now": stood or "–", "mine": wanted or "–"}
            problem_ = _("This was changed by somebody else meanwhile. Now: %(now)s. Yours: %(mine)s.") % words
            spot.problems[place] = problem_, stood
        else:
            spot.made = made


def _put(indicator: Indicator, amount: Amount, cell: Cell) -> Amount:
    if cell.field == shapes.VALUE and shapes.is_computed(amount) and _follows(amount, cell.text):
        return amount
    try:
        made = shapes.put(indicator, amount, cell.field, cell.text)
    except InvalidOperation:  # a fraction with more digits than there is room for
        raise typed.Unreadable(_too_large()) from None
    if made.value is not None and abs(made.value) >= LARGEST:
        raise typed.Unreadable(_too_large())
    return made


def _too_large() -> str:
    return _("Numerator and denominator make a number too large to be kept.")


def _follows(amount: Amount, text: str) -> bool:
    """Whether a value typed beside its numerator and denominator says what follows from them: nothing, or that number, rounded."""
    if not text.strip():
        return True
    found, value = typed.number(typed.line(text)), amount.value
    digits = found.as_tuple().exponent
    return value is not None and isinstance(digits, int) and round(value, max(0, -digits)) == found


def _write(spots: Sequence[_Spot], known: _Known, by: Actor, way: str) -> None:
    """Write what changed: new entries, new slices, values. A fixed number of statements."""
    if not spots:
        return
    slices = _slices_for(spot.part for spot in spots if spot.part is not None and not spot.made.is_empty)
    gone: list[int] = []
    fresh: list[EntryValue] = []
    for spot, entry in _with_entries(spots, known, by, way):
        if spot.row:
            gone.append(spot.row.pk)  # nothing points at a value: writing it anew is many times faster than changing it
        if not spot.made.is_empty:
            made = spot.made
            fresh.append(EntryValue(
                entry=entry, slice=slices[spot.key] if spot.key else None, value=made.value, words=made.words,
                numerator=made.numerator, denominator=made.denominator,
            ))  # fmt: skip
    EntryValue.objects.filter(pk__in=gone).delete()
    EntryValue.objects.bulk_create(fresh)
    touched = {spot.entry.pk for spot in spots if spot.entry}
    Entry.objects.filter(pk__in=touched).update(changed_at=timezone.now(), revision=F("revision") + 1)


def _with_entries(spots: Sequence[_Spot], known: _Known, by: Actor, way: str) -> list[tuple[_Spot, Entry]]:
    """The amounts with their open entries; those that are missing are made."""
    made: dict[_At, Entry] = {}
    for spot in spots:
        if spot.entry is not None or spot.at in made:
            continue
        of = spot.at.indicator, spot.at.period
        known.last[of] = known.last.get(of, 0) + 1
        made[spot.at] = Entry(
            indicator_id=spot.at.indicator, period_id=spot.at.period, place_id=spot.at.place, number=known.last[of],
            way=way, created_by_id=by.pk,
        )  # fmt: skip
    Entry.objects.bulk_create(made.values())
    found = [(spot, spot.entry or made[spot.at]) for spot in spots]
    for spot, entry in found:
        spot.entry = entry
    return found


def _slices_for(parts: Iterable[Pairs]) -> dict[str, Slice]:
    """The slices with these dimensions and values, by their keys; those that are new are made."""
    named = {slice_of(part).key: part for part in parts}
    if not named:
        return {}
    there = {one.key: one for one in Slice.objects.filter(key__in=named)}
    missing = {key: part for key, part in named.items() if key not in there}
    if missing:
        rows = []
        for key, part in missing.items():
            name = slice_of(part)
            pairs = [list(pair) for pair in part]
            rows.append(Slice(key=key, family=name.family, parts=pairs, sex=name.sex, age=name.age))
        Slice.objects.bulk_create(rows, ignore_conflicts=True)  # somebody else may have made one meanwhile
        there |= {one.key: one for one in Slice.objects.filter(key__in=missing)}
    return there


def _outcome(place: int, cell: Cell, spot: _Spot, known: _Known) -> Outcome:
    problem, now = spot.problems.get(place, ("", None))
    shown = shapes.shown(known.indicators[cell.indicator], spot.made, cell.field)
    return Outcome(cell, shown, problem, now, spot.entry.pk if spot.entry else None)
