"""Roll-ups as arithmetic: nothing depends on the order, nobody is counted twice, parts make the total, DuckDB agrees."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migov.work.results.models import AcrossPeriods, AcrossProjects, Measure
from migov.work.results.overlaps import OverlapKind
from migov.work.results.rollups.figures import Figure, figure_of
from migov.work.results.rollups.together import (
    MEASURE,
    NO_DENOMINATOR,
    NO_VALUE,
    SAME_PEOPLE,
    UNDER,
    UNIT,
    Asked,
    Known,
    Source,
    fitting,
    together,
)
from migov.work.results.rollups.wholes import PeriodWhole

SUM, AVERAGE, LATEST, MAX = AcrossProjects.SUM, AcrossProjects.AVERAGE, AcrossProjects.LATEST, AcrossProjects.MAX
amounts = st.integers(0, 10**9).map(float) | st.decimals(0, 10**6, places=3).map(float)


@st.composite
def sources(draw: st.DrawFn, *, people: bool | None = None, measure: str = Measure.NUMBER) -> list[Source]:
    """Up to a dozen indicators in a few projects; some without a value, some without a denominator."""
    found = []
    for key in range(draw(st.integers(0, 12))):
        below = draw(st.none() | st.integers(1, 10**6).map(float))
        above = None if below is None else draw(st.floats(0, 1)) * below
        actual = draw(st.none() | amounts)
        if measure == Measure.PERCENTAGE and below and above is not None:
            actual = 100 * above / below
        found.append(
            Source(
                indicator=key + 1, project=draw(st.integers(1, 4)), measure=measure, unit=draw(st.sampled_from(["", "people", "People"])),
                people=draw(st.booleans()) if people is None else people, ascending=None,
                figure=Figure(actual=actual, numerator=above, denominator=below, day=date(2025, draw(st.integers(1, 12)), 1)),
            )
        )  # fmt: skip
    return found


@st.composite
def declared(draw: st.DrawFn, keys: Sequence[int] = range(1, 13)) -> dict[int, Known]:
    """Some indicators are declared to count the same people, partly the same, or others."""
    found = {}
    for key in keys:
        overlap = draw(st.integers(0, 3))
        if overlap:
            kind = [OverlapKind.SAME, OverlapKind.PARTLY, OverlapKind.APART][overlap - 1]
            found[key] = Known(overlap, kind, 50.0 if kind == OverlapKind.PARTLY else None)
    return found


def asked(rule: str = SUM, measure: str = Measure.NUMBER, unit: str = "people", *, people: bool = True) -> Asked:
    return Asked(measure, unit, rule, people)


@given(sources(), declared(), st.sampled_from([SUM, AVERAGE, LATEST, MAX]), st.randoms())
def test_the_order_of_the_sources_does_not_matter(
    some: list[Source], overlaps: dict[int, Known], rule: str, dice: random.Random
) -> None:
    fit, _left = fitting(some, asked(rule))
    mixed = list(fit)
    dice.shuffle(mixed)
    one, other = together(fit, asked(rule), overlaps), together(mixed, asked(rule), overlaps)
    assert (one.value, one.target, one.met, one.aimed) == (other.value, other.target, other.met, other.aimed)
    assert {c.source.indicator for c in one.counted} == {c.source.indicator for c in other.counted}


@given(sources(), declared(), st.sampled_from([*AcrossProjects]))
def test_every_source_either_counts_or_is_left_out_with_a_reason(
    some: list[Source], overlaps: dict[int, Known], rule: str
) -> None:
    fit, left = fitting(some, asked(rule))
    found = together(fit, asked(rule), overlaps)
    said = [one.source.indicator for one in found.counted] + [one.source.indicator for one in (*found.left, *left)]
    assert sorted(said) == [one.indicator for one in some]
    assert all(one.why for one in (*found.left, *left))


@given(sources(), declared())
def test_a_sum_is_what_it_says_it_is_made_of(some: list[Source], overlaps: dict[int, Known]) -> None:
    fit, _left = fitting(some, asked())
    found = together(fit, asked(), overlaps)
    if found.value is not None:
        made = math.fsum(one.amount for one in found.counted) - math.fsum(one.minus for one in found.shared)
        assert found.value == pytest.approx(made, rel=1e-12, abs=1e-6)


@given(sources(people=True), declared())
def test_nobody_is_counted_twice(some: list[Source], overlaps: dict[int, Known]) -> None:
    """Never more than the sum, never less than the largest; of the same people no more than the largest of them."""
    fit, _left = fitting(some, asked())
    found = together(fit, asked(), overlaps)
    values = [one.figure.actual or 0 for one in fit]
    if found.value is None:
        assert not fit
        return
    assert max(values) - 1e-6 <= found.value <= math.fsum(values) + 1e-6
    for project in {one.project for one in fit}:
        of = [one for one in fit if one.project == project and one.indicator not in overlaps]
        counted = [one for one in found.counted if one.source in of]
        assert len(counted) == min(len(of), 1)
    same = {key for key, known in overlaps.items() if known.kind == OverlapKind.SAME}
    assert sum(one.source.indicator in same for one in found.counted) <= 1


@given(sources(people=False))
def test_the_parts_make_the_total(some: list[Source]) -> None:
    fit, _left = fitting(some, asked(people=False))
    total = together(fit, asked(people=False))
    parts = [together([one for one in fit if one.project == project], asked(people=False)) for project in range(1, 5)]
    assert (total.value or 0) == pytest.approx(math.fsum(part.value or 0 for part in parts), rel=1e-12)


@given(sources(measure=Measure.PERCENTAGE))
def test_an_average_lies_between_its_values_and_is_made_of_both_numbers(some: list[Source]) -> None:
    wanted = asked(AVERAGE, Measure.PERCENTAGE, "")
    fit, _left = fitting(some, wanted)
    found = together(fit, wanted)
    weighed = [one.figure.actual for one in fit if one.figure.denominator and one.figure.actual is not None]
    assert {one.source.indicator for one in found.left if one.why == NO_DENOMINATOR} == {
        one.indicator for one in fit if not one.figure.denominator
    }
    if weighed:
        assert found.value is not None
        assert min(weighed) - 1e-6 <= found.value <= max(weighed) + 1e-6


@settings(deadline=None, max_examples=30)
@given(sources(people=False), sources(measure=Measure.PERCENTAGE))
def test_a_plain_reckoning_in_duckdb_agrees(numbers: list[Source], shares: list[Source]) -> None:
    table = duckdb.connect()
    table.execute("create table s (kind text, project int, value double, above double, below double)")
    rows = [
        (kind, one.project, one.figure.actual, one.figure.numerator, one.figure.denominator)
        for kind, some in (("n", numbers), ("p", shares))
        for one in some
    ]
    if rows:
        table.executemany("insert into s values (?, ?, ?, ?, ?)", rows)
    (total, largest), (share,) = (
        table.execute("select sum(value), max(value) from s where kind = 'n' and value is not null").fetchone() or (None, None),
        table.execute(
            "select 100 * sum(above) / sum(below) from s where kind = 'p' and value is not null and below is not null"
        ).fetchone() or (None,),
    )  # fmt: skip
    ours = {
        rule: together(fitting(numbers, asked(rule, people=False))[0], asked(rule, people=False)).value
        for rule in (SUM, MAX)
    }
    average = asked(AVERAGE, Measure.PERCENTAGE, "")
    assert ours[SUM] == (None if total is None else pytest.approx(total, rel=1e-9))
    assert ours[MAX] == largest
    mean = together(fitting(shares, average)[0], average).value
    assert mean == (None if share is None else pytest.approx(share, rel=1e-9, abs=1e-9))


def source(indicator: int, actual: float | None, **fields: object) -> Source:
    made = Source(
        indicator, indicator, Measure.NUMBER, "people", True, None, Figure(actual=actual, day=date(2025, 1, 1))
    )
    return made._replace(**fields)  # type: ignore[arg-type]


def test_never_across_units_or_measures_and_never_the_total_above_its_parts() -> None:
    some = [
        source(1, 10.0), source(2, 20.0, unit="households"), source(3, 30.0, measure=Measure.PERCENTAGE), source(4, None),
        source(5, 40.0), source(6, 99.0, unit="People."),
    ]  # fmt: skip
    fit, left = fitting(some, asked(), above={1: (5, 9)})
    assert [one.indicator for one in fit] == [1, 6]
    assert {one.source.indicator: one.why for one in left} == {2: UNIT, 3: MEASURE, 4: NO_VALUE, 5: UNDER}


def test_people_of_one_project_count_once_unless_declared() -> None:
    some = [source(1, 100.0, project=7), source(2, 80.0, project=7), source(3, 50.0)]
    plain = together(some, asked())
    assert plain.value == 150
    assert [(one.source.indicator, one.why, one.instead) for one in plain.left] == [(2, SAME_PEOPLE, 1)]
    apart = dict.fromkeys((1, 2), Known(5, OverlapKind.APART, None))
    assert together(some, asked(), apart).value == 230
    partly = dict.fromkeys((1, 2), Known(5, OverlapKind.PARTLY, 30.0))
    found = together(some, asked(), partly)
    assert (found.value, [one.minus for one in found.shared]) == (200, [30])
    most = dict.fromkeys((1, 2), Known(5, OverlapKind.PARTLY, 500.0))
    assert together(some, asked(), most).value == 150
    across = dict.fromkeys((1, 3), Known(6, OverlapKind.SAME, None))
    assert together(some, asked(), across).value == 180


def test_percentages_are_made_anew_from_both_their_numbers() -> None:
    def share(key: int, above: float, below: float) -> Source:
        figure = Figure(actual=100 * above / below, numerator=above, denominator=below, target=50.0)
        return source(key, None, measure=Measure.PERCENTAGE, unit="%", people=False, figure=figure)

    found = together([share(1, 90, 100), share(2, 10, 900)], asked(AVERAGE, Measure.PERCENTAGE, "%"))
    assert (found.value, found.numerator, found.denominator, found.target) == (10.0, 100, 1000, 50)
    assert together([share(1, 90, 100)], asked(SUM, Measure.PERCENTAGE, "%")).value is None


PERIODS = [
    PeriodWhole(date(2023, 12, 31), 100, 80, 8, 10),
    PeriodWhole(date(2024, 12, 31), 200, 150, 30, 90),
    PeriodWhole(date(2025, 12, 31), 300, None, None, None),
]


@pytest.mark.parametrize(
    ("measure", "across", "actual", "target", "met", "aimed"),
    [
        (Measure.NUMBER, AcrossPeriods.SUM, 230, 600, 230, 300),
        (Measure.NUMBER, AcrossPeriods.LATEST, 150, 300, 150, 200),
        (Measure.NUMBER, AcrossPeriods.MAX, 150, 300, 150, 200),
        (Measure.NUMBER, AcrossPeriods.UNDECLARED, 150, 300, 150, 200),
        (Measure.PERCENTAGE, AcrossPeriods.SUM, 38, 300, 38, 300),
        (Measure.PERCENTAGE, AcrossPeriods.LATEST, 150, 300, 150, 200),
        (Measure.ORDINAL, AcrossPeriods.SUM, 150, 300, 150, 200),
    ],
)
def test_the_periods_of_an_indicator_make_one_figure(
    measure: str, across: str, actual: float, target: float, met: float, aimed: float
) -> None:
    found = figure_of(PERIODS, measure, across)
    assert (found.actual, found.target, found.met, found.aimed) == (actual, target, met, aimed)
    assert (found.day, found.periods) == (date(2024, 12, 31), 2)
