"""Making the figures of projects ahead of being asked, and knowing when they are stale.

`refresh(as_of)` brings the cache up to date: projects whose record, rates or day have moved on are made anew from the rows, in
chunks, each in one transaction. It is called by the first report after a change, by the worker after an import, and by
`migov check` (which also proves the cache against the rows).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import groupby, islice
from math import gcd

from django.db import transaction
from django.db.models import F, Model, Q

from migov.foundation.history import end_of_day, known_at
from migov.foundation.money.queries import Converter, rates_version
from migov.foundation.records.models import Record
from migov.insight.contributions.models import TODAY, FigureState, IndicatorYear, MoneyYear, ResultYear, ShareOf
from migov.insight.contributions.rules import BudgetRow, over_years, split_exactly, standing_budgets
from migov.services.alignment.models import Alignment, Significance, Status
from migov.services.alignment.shares import shares
from migov.work.projects.models import SPENDING, Budget, Transaction
from migov.work.results.models import AcrossPeriods, Indicator, Measure, Measurement
from migov.work.results.rules import PeriodValues, Value, whole_of, year_ends

CHUNK = 200
LAST_YEAR = 9999
NO_CURRENCY = "???"
ADDABLE = {Measure.NUMBER, ""}


def stale(as_of: date = TODAY) -> list[int]:
    """Primary keys of the projects whose figures for `as_of` are missing or older than what they are made from."""
    rates = rates_version()
    fresh = FigureState.objects.filter(as_of=as_of, rates=rates, revision=F("record__revision"))
    if as_of != TODAY:  # what was known on a past day does not change with what is learnt later
        fresh = FigureState.objects.filter(as_of=as_of)
    projects = Record.objects.filter(kind="project", project__isnull=False)
    return list(projects.exclude(pk__in=fresh.values("record_id")).order_by("pk").values_list("pk", flat=True))


def refresh(as_of: date = TODAY, progress: Callable[[int, int], None] | None = None) -> int:
    """Bring the figures up to date. Returns how many projects were made anew."""
    waiting = stale(as_of)
    if not waiting:
        return 0
    converter = Converter(as_of=None if as_of == TODAY else end_of_day(as_of))
    done = 0
    keys = iter(waiting)
    while chunk := list(islice(keys, CHUNK)):
        with transaction.atomic():
            # One maker at a time for each project: a second one waits here and then finds nothing left to do.
            revisions = dict(
                Record.objects.select_for_update(of=("self",)).filter(pk__in=chunk).order_by("pk").values_list("pk", "revision")
            )
            _make(revisions, as_of, converter)
        done += len(chunk)
        if progress:
            progress(done, len(waiting))
    return done


def drop() -> None:
    """Empty the cache; the next report makes it anew."""
    for model in (FigureState, MoneyYear, ShareOf, ResultYear, IndicatorYear):
        model.objects.all().delete()


def _make(revisions: dict[int, int], as_of: date, converter: Converter) -> None:
    keys = list(revisions)
    moment = None if as_of == TODAY else end_of_day(as_of)
    rates = rates_version()
    cached: tuple[type[Model], ...] = (FigureState, MoneyYear, ShareOf, ResultYear, IndicatorYear)
    for model in cached:
        model._default_manager.filter(as_of=as_of, record__in=keys).delete()
    MoneyYear.objects.bulk_create(_money(keys, as_of, moment, converter), batch_size=2000)
    ShareOf.objects.bulk_create(_shares(keys, as_of, moment), batch_size=2000)
    result_years, indicator_years = _results(keys, as_of, moment)
    ResultYear.objects.bulk_create(result_years, batch_size=2000)
    IndicatorYear.objects.bulk_create(indicator_years, batch_size=2000)
    FigureState.objects.bulk_create(
        FigureState(record_id=pk, as_of=as_of, revision=revision, rates=rates) for pk, revision in revisions.items()
    )


# Money


def cents(amount: Decimal) -> int:
    """An amount in whole hundredths."""
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One budget or transaction with what it comes to: the base row, the rate, and its cents in each calendar year."""

    key: int
    record: int
    kind: str
    amount: Decimal
    currency: str
    starts: date | None
    ends: date | None
    rate: Decimal | None
    unconverted: str
    years: tuple[tuple[int, int], ...]
    why: str = ""


@dataclass(slots=True)
class MoneyLines:
    """What counts, and what does not with the reason."""

    counted: list[MoneyLine] = field(default_factory=list)
    left_out: list[MoneyLine] = field(default_factory=list)


def money_lines(keys: Iterable[int], moment: datetime | None, converter: Converter) -> MoneyLines:
    """Every budget and every spending transaction of some projects, as it counts. Two queries."""
    found = MoneyLines()
    budgets = (
        Budget.objects.filter(known_at(moment), project_id__in=keys)
        .order_by("project_id", "pk")
        .values_list("project_id", "pk", "kind", "starts", "ends", "amount", "currency", "value_date")
    )
    for record, rows in groupby(budgets, key=lambda row: row[0]):
        counted, replaced = standing_budgets(BudgetRow(pk, kind == "2", *rest) for _, pk, kind, *rest in rows)
        for row in counted:
            _add(found, converter, record, "b", row.key, row.amount, row.currency, row.starts, row.ends, row.value_date)
        found.left_out += [
            MoneyLine(row.key, record, "b", row.amount, row.currency, row.starts, row.ends, None, "", (), "replaced by a revised budget")
            for row in replaced
        ]  # fmt: skip
    spent = Transaction.objects.filter(known_at(moment), project_id__in=keys, kind__in=SPENDING).order_by("project_id", "pk")
    for record, pk, day, amount, currency, value_date in spent.values_list(
        "project_id", "pk", "date", "amount", "currency", "value_date"
    ):
        _add(found, converter, record, "s", pk, amount, currency, day, day, value_date)
    return found


def _add(
    found: MoneyLines, converter: Converter, record: int, kind: str, key: int, amount: Decimal, currency: str,
    starts: date | None, ends: date | None, value_date: date | None,
) -> None:  # fmt: skip
    spans = over_years(starts or value_date, ends or value_date)
    if not spans:
        why = "no date, so it belongs to no year"
        found.left_out.append(MoneyLine(key, record, kind, amount, currency, starts, ends, None, "", (), why))
        return
    day = value_date or starts or ends
    rate = converter.rate(currency, day)
    whole = spans[0][2]
    total = cents(amount * rate.rate if rate else amount)
    parts = split_exactly(total, [days for _, days, _ in spans], whole)
    line = MoneyLine(
        key, record, kind, amount, currency, starts, ends,
        rate.rate if rate else None,
        "" if rate else (currency or NO_CURRENCY),
        tuple((year, part) for (year, _, _), part in zip(spans, parts, strict=True)),
        "" if rate else converter.why_not(currency, day),
    )  # fmt: skip
    found.counted.append(line)


def _money(keys: list[int], as_of: date, moment: datetime | None, converter: Converter) -> list[MoneyYear]:
    sums: dict[tuple[int, int, str, str], int] = defaultdict(int)
    for line in money_lines(keys, moment, converter).counted:
        for year, part in line.years:
            sums[line.record, year, line.kind, line.unconverted] += part
    return [
        MoneyYear(record_id=record, as_of=as_of, year=year, kind=kind, cents=total, unconverted=unconverted)
        for (record, year, kind, unconverted), total in sums.items()
    ]


# Shares of the money


def _shares(keys: list[int], as_of: date, moment: datetime | None) -> list[ShareOf]:
    confirmed = (
        Alignment.objects.filter(known_at(moment), record_id__in=keys, status=Status.CONFIRMED)
        .select_related("element")
        .order_by("record_id", "element__framework_id", "element_id")
    )
    made: list[ShareOf] = []
    for (record, _), group in groupby(confirmed, key=lambda a: (a.record_id, a.element.framework_id)):
        alignments = list(group)
        principal = {a.element_id for a in alignments if a.significance == Significance.PRINCIPAL}
        for element, share in shares(alignments).items():
            divisor = gcd(share.numerator, share.denominator)
            made.append(
                ShareOf(
                    record_id=record,
                    as_of=as_of,
                    element_id=element,
                    parts=share.numerator // divisor,
                    whole=share.denominator // divisor,
                    principal=element in principal,
                )
            )
    return made


# Results


@dataclass(slots=True)
class IndicatorValues:
    """What is known of one indicator: its rule, its baseline, and the whole of each period."""

    key: int
    record: int
    result: int
    standard: int | None
    people: bool
    adds_up: bool
    latest: bool
    ascending: bool | None
    baseline: float | None
    periods: list[PeriodValues]
    sexes: dict[date, tuple[float | None, float | None]]
    summed_over: set[str]
    spare: int


def indicator_values(keys: Iterable[int], moment: datetime | None) -> Iterable[IndicatorValues]:
    """The values of every indicator of some projects, reduced to one whole per period. Two queries, streamed."""
    indicators = {
        row[0]: row
        for row in Indicator.objects.filter(project_id__in=keys)
        .exclude(measure=Measure.QUALITATIVE)
        .values_list(
            "pk", "project_id", "result_id", "standard_id", "counts_people", "across_periods", "ascending", "measure", "aggregable"
        )
    }
    measured = (
        Measurement.objects.filter(known_at(moment), indicator__project_id__in=keys, value__isnull=False)
        .filter(Q(period__isnull=True) | Q(period__ends__isnull=False))
        .order_by("indicator_id", "period__ends", "period_id", "kind", "order")
        .values_list(
            "indicator_id", "period_id", "period__ends", "kind", "value", "slice__family", "slice__sex", "place_id",
            "location_ref", "order",
        )  # fmt: skip
    )
    for indicator, rows in groupby(measured.iterator(chunk_size=20_000), key=lambda row: row[0]):
        if indicator not in indicators:
            continue
        key, record, result, standard, people, across, ascending, measure, aggregable = indicators[indicator]
        addable = measure in ADDABLE
        found = IndicatorValues(
            key=key, record=record, result=result, standard=standard, people=people and addable,
            adds_up=across == AcrossPeriods.SUM and addable, latest=across == AcrossPeriods.LATEST or not addable,
            ascending=ascending, baseline=None, periods=[], sexes={}, summed_over=set(), spare=0,
        )  # fmt: skip
        # Periods that end on the same day are one: a period published twice must not count twice.
        for ends, values in groupby(rows, key=lambda row: row[2]):
            by_kind: dict[str, list[Value]] = {"b": [], "t": [], "a": []}
            for position, (_, _, _, kind, value, family, sex, place, location, _) in enumerate(values):
                if place or location:
                    family = f"{family}|place" if family else "place"
                by_kind[kind].append(Value(float(value), family or "", sex or "", position))
            if ends is None:
                found.baseline = whole_of(by_kind["b"], adds_up=addable).value
                continue
            target = whole_of(by_kind["t"], adds_up=addable)
            actual = whole_of(by_kind["a"], adds_up=addable)
            found.summed_over |= {w.summed_over for w in (target, actual) if w.summed_over}
            found.spare += target.spare + actual.spare
            found.periods.append(PeriodValues(ends, target.value, actual.value))
            if actual.female is not None or actual.male is not None:
                found.sexes[ends] = (actual.female, actual.male)
        yield found


def _results(keys: list[int], as_of: date, moment: datetime | None) -> tuple[list[ResultYear], list[IndicatorYear]]:
    by_result: dict[tuple[int, int], list[dict[int, tuple[str, date | None]]]] = defaultdict(list)
    yearly: list[IndicatorYear] = []
    for values in indicator_values(keys, moment):
        ends = year_ends(
            values.periods, adds_up=values.adds_up, ascending=values.ascending, baseline=values.baseline
        )
        if ends:
            by_result[values.record, values.result].append({end.year: (end.state, end.due) for end in ends})
        if values.people or values.standard:
            yearly += _indicator_years(values, as_of)
    counted: list[ResultYear] = []
    for (record, result), indicators in by_result.items():
        years = sorted({year for indicator in indicators for year in indicator})
        now: list[tuple[str, date | None] | None] = [None] * len(indicators)
        for year, next_year in zip(years, [*years[1:], LAST_YEAR], strict=True):
            now = [indicator.get(year, before) for indicator, before in zip(indicators, now, strict=True)]
            rows: dict[date | None, ResultYear] = {}
            for state in now:
                if state is None:
                    continue
                row = rows.setdefault(
                    state[1],
                    ResultYear(
                        record_id=record, result_id=result, as_of=as_of, year=year, next_year=next_year, due=state[1],
                        achieved=0, near=0, behind=0, open=0,
                    ),
                )  # fmt: skip
                setattr(row, state[0], getattr(row, state[0]) + 1)
            counted += rows.values()
    return counted, yearly


def _indicator_years(values: IndicatorValues, as_of: date) -> list[IndicatorYear]:
    years: dict[int, IndicatorYear] = {}
    for period in sorted(values.periods, key=lambda p: p.ends):
        if period.target is None and period.actual is None:
            continue
        female, male = values.sexes.get(period.ends, (None, None))
        row = years.get(period.ends.year)
        if row is None:
            row = years[period.ends.year] = IndicatorYear(
                record_id=values.record, result_id=values.result, indicator_id=values.key, standard_id=values.standard,
                as_of=as_of, people=values.people, adds_up=values.adds_up, latest=values.latest,
                year=period.ends.year, next_year=LAST_YEAR,
            )  # fmt: skip
        for name, value in (("target", period.target), ("actual", period.actual), ("female", female), ("male", male)):
            setattr(row, name, _within_year(getattr(row, name), value, values))
    ordered = [years[year] for year in sorted(years)]
    for row, later in zip(ordered, ordered[1:], strict=False):
        row.next_year = later.year
    return ordered


def _within_year(before: float | None, value: float | None, values: IndicatorValues) -> float | None:
    """Two periods that end in the same year make one figure by the indicator's own rule."""
    if before is None or value is None:
        return value if before is None else before
    if values.adds_up:
        return before + value
    return value if values.latest else max(before, value)
