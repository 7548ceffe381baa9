"""Reading measurements: from rows to one whole per period, in two queries for any number of projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, FloatField, Max, Q, QuerySet, Sum

from migov.work.results.models import AcrossPeriods, Measure, Measurement
from migov.work.results.rules import PeriodValues, Value, Whole, YearEnd, whole_of, year_ends

ADDABLE = frozenset({Measure.NUMBER, ""})
BASELINE, TARGET, ACTUAL = "b", "t", "a"
PLACE = "place"

EVERYWHERE = Q(place__isnull=True, location_ref="")
WHOLE = Q(slice__isnull=True) & EVERYWHERE


class Said(NamedTuple):
    """A value without dimensions as it was said: number or words, with its comment. `day` or `year`: of a baseline."""

    value: float | None
    words: str
    comment: str
    year: int | None
    day: date | None


@dataclass(slots=True)
class PeriodFacts:
    """What is known of one period of one indicator (or of its baseline, where there is no period)."""

    key: int | None
    ends: date | None = None
    values: dict[str, list[Value]] = field(default_factory=lambda: {BASELINE: [], TARGET: [], ACTUAL: []})
    said: dict[str, list[Said]] = field(default_factory=lambda: {BASELINE: [], TARGET: [], ACTUAL: []})
    slices: int = 0

    def whole(self, kind: str, *, adds_up: bool) -> Whole:
        return whole_of(self.values[kind], adds_up=adds_up) if self.values[kind] else Whole()

    def words(self, kind: str) -> str:
        """What was said in words where no number was given; the last of several."""
        said = self.said[kind]
        return said[-1].words if said and not self.values[kind] else ""

    @property
    def comments(self) -> list[str]:
        return [said.comment for kind in (TARGET, ACTUAL) for said in self.said[kind] if said.comment]


Facts = dict[int, dict[int | None, PeriodFacts]]


def is_addable(measure: str) -> bool:
    """Whether values of a measure may be added up over slices and, where declared, over periods."""
    return measure in ADDABLE


def sums_over_periods(measure: str, across: str) -> bool:
    return across == AcrossPeriods.SUM and is_addable(measure)


def facts_of(measured: QuerySet[Measurement], *, said: bool = True) -> Facts:
    """What some measurements say: indicator → period (None: baseline) → facts. Two queries.

    Values with dimensions are added up by family and sex in the database, since a period may hold hundreds of them.
    said: also keep words and comments.
    """
    found: Facts = defaultdict(dict)

    def facts(indicator: int, period: int | None, ends: date | None) -> PeriodFacts:
        of = found[indicator]
        if period not in of:
            of[period] = PeriodFacts(period, ends)
        return of[period]

    wholes = measured.filter(WHOLE)
    if not said:
        wholes = wholes.filter(value__isnull=False)
    texts = ("words", "comment", "year", "date") if said else ()
    for indicator, period, ends, kind, value, *rest in (
        wholes.order_by("order", "pk")
        .values_list("indicator_id", "period_id", "period__ends", "kind", "value", *texts)
        .iterator(chunk_size=5000)
    ):
        of = facts(indicator, period, ends)
        as_float = None if value is None else float(value)
        if as_float is not None:
            of.values[kind].append(Value(as_float, "", "", len(of.values[kind])))
        if rest:
            of.said[kind].append(Said(as_float, *rest))
    parts = (
        measured.exclude(WHOLE)
        .filter(value__isnull=False)
        .annotate(everywhere=ExpressionWrapper(EVERYWHERE, output_field=BooleanField()))
        .values_list("indicator_id", "period_id", "period__ends", "kind", "slice__family", "slice__sex", "everywhere")
        .annotate(total=Sum("value", output_field=FloatField()), number=Count("pk"), last=Max("order"))
        .order_by()
    )
    for indicator, period, ends, kind, family, sex, everywhere, total, number, last in parts.iterator(chunk_size=5000):
        of = facts(indicator, period, ends)
        if not everywhere:
            family = f"{family}|{PLACE}" if family else PLACE
        of.values[kind].append(Value(total, family or "", sex or "", last or 0))
        of.slices += number
    return found


class Rule(NamedTuple):
    """How the values of an indicator are read."""

    measure: str
    across: str
    ascending: bool | None


def periods_for_state(facts: Mapping[int | None, PeriodFacts], rule: Rule) -> tuple[list[PeriodValues], float | None]:
    """The wholes of the periods that have an end, those that end on one day as one; and the baseline."""
    addable = is_addable(rule.measure)
    by_end: dict[date, PeriodFacts] = {}
    baseline: float | None = None
    for key, period in sorted(facts.items(), key=lambda item: item[0] or 0):
        if key is None:
            baseline = period.whole(BASELINE, adds_up=addable).value
        elif period.ends is not None:
            one = by_end.setdefault(period.ends, PeriodFacts(key, period.ends))
            for kind, values in period.values.items():
                # A period published twice must not count twice: the later one is the last word.
                start = len(one.values[kind])
                one.values[kind] += [value._replace(order=start + place) for place, value in enumerate(values)]
    return [
        PeriodValues(ends, period.whole(TARGET, adds_up=addable).value, period.whole(ACTUAL, adds_up=addable).value)
        for ends, period in sorted(by_end.items())
    ], baseline


def year_ends_of(periods: Sequence[PeriodValues], baseline: float | None, rule: Rule) -> list[YearEnd]:
    """How an indicator stands at the end of each year."""
    adds_up = sums_over_periods(rule.measure, rule.across)
    return year_ends(periods, adds_up=adds_up, ascending=rule.ascending, baseline=baseline)
