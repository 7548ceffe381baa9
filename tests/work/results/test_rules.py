"""The rules by which measurements become figures."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.work.results.rules import (
    PeriodValues,
    ToDate,
    Value,
    YearEnd,
    across_years,
    period_state,
    projected,
    ratio,
    standing,
    state_on,
    to_date,
    whole_of,
    year_ends,
)

WHOLE, SEX, AGE = "", "sex", "age"
TODAY = date(2026, 11, 22)


def of(value: float, family: str = WHOLE, sex: str = "", order: int = 0) -> Value:
    return Value(value, family, sex, order)


def year(ends: int, target: float | None = None, actual: float | None = None) -> PeriodValues:
    return PeriodValues(date(ends, 12, 31), target, actual)


class TestWhole:
    def test_the_value_without_dimensions_counts(self):
        found = whole_of([of(100), of(70, SEX, "f"), of(40, SEX, "m")], adds_up=True)
        assert (found.value, found.summed_over) == (100, "")
        assert (found.female, found.male) == (70, 40)

    def test_of_several_the_last_counts_and_the_others_are_told(self):
        found = whole_of([of(100, order=2), of(90, order=1)], adds_up=True)
        assert (found.value, found.spare) == (100, 1)

    def test_without_a_whole_the_fullest_family_is_added_up(self):
        found = whole_of([of(70, SEX, "f"), of(40, SEX, "m"), of(60, AGE), of(30, AGE)], adds_up=True)
        assert (found.value, found.summed_over) == (110, SEX)

    def test_percentages_are_never_added_up(self):
        found = whole_of([of(70, SEX, "f"), of(40, SEX, "m")], adds_up=False)
        assert (found.value, found.female) == (None, None)

    def test_the_family_by_sex_alone_is_asked_for_women_and_men(self):
        values = [of(100), of(55, SEX, "f"), of(45, SEX, "m"), of(30, "age|sex", "f"), of(30, "age|sex", "m")]
        assert (whole_of(values, adds_up=True).female, whole_of(values, adds_up=True).male) == (55, 45)

    @given(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from([SEX, AGE, "age|sex"])), min_size=1, max_size=30))
    def test_never_more_than_one_family_and_never_less_than_the_fullest(self, parts):
        values = [of(value, family) for value, family in parts]
        sums = {family: sum(v for v, f in parts if f == family) for _, family in parts}
        assert whole_of(values, adds_up=True).value == max(sums.values())

    @given(st.permutations([of(5, SEX, "f"), of(7, SEX, "m"), of(9, AGE), of(1, AGE), of(3, "place")]))
    def test_the_order_of_slices_does_not_matter(self, values):
        found = whole_of(values, adds_up=True)
        assert (found.value, found.female, found.male) == (12, 5, 7)


class TestRatio:
    @pytest.mark.parametrize(
        ("target", "actual", "ascending", "baseline", "expected"),
        [
            (100, 134, True, None, 1.34),
            (100, 50, None, None, 0.5),
            (0, 0, True, None, 1.0),
            (0, 3, True, None, 1.0),
            (5, 5, False, None, 1.0),
            (5, 10, False, None, 0.5),
            (10, 25, False, 40, 0.5),
            (10, 10, False, 40, 1.0),
            (10, 0, False, None, 1.0),
        ],
    )
    def test_how_far_a_target_is_met(self, target, actual, ascending, baseline, expected):
        assert ratio(target, actual, ascending=ascending, baseline=baseline) == pytest.approx(expected)

    def test_a_target_below_zero_that_is_missed_cannot_be_said(self):
        assert ratio(-5, -10, ascending=True, baseline=None) is None

    @given(st.floats(0.01, 1e9), st.floats(0, 1e9))
    def test_meeting_the_target_is_one_or_more_exactly_when_it_is_reached(self, target, actual):
        assert (ratio(target, actual, ascending=True, baseline=None) >= 1) == (actual >= target)

    @given(st.floats(0.01, 1e6), st.floats(0, 1e6))
    def test_where_less_is_better_staying_below_is_enough(self, target, actual):
        assert (ratio(target, actual, ascending=False, baseline=None) >= 1) == (actual <= target)


@pytest.mark.parametrize(
    ("progress", "state"),
    [(1.5, "achieved"), (1, "achieved"), (0.99, "near"), (0.8, "near"), (0.79, "behind"), (None, "open")],
)
def test_the_states_and_their_limits(progress, state):
    assert standing(progress) == state


class TestYearEnds:
    def ends(self, *periods, adds_up=True):
        return year_ends(periods, adds_up=adds_up, ascending=True, baseline=None)

    def test_sums_run_over_the_years(self):
        assert self.ends(year(2024, 100, 50), year(2025, 100, 150)) == [
            YearEnd(2024, "behind", None),
            YearEnd(2025, "achieved", None),
        ]

    def test_running_totals_are_compared_by_the_latest(self):
        assert self.ends(year(2024, 100, 200), year(2025, 300, 150), adds_up=False)[-1] == YearEnd(2025, "behind", None)

    def test_a_target_without_a_value_makes_it_wait_from_the_end_of_the_period(self):
        assert self.ends(year(2024, 100, 100), year(2025, 100))[-1] == YearEnd(2025, "achieved", date(2025, 12, 31))

    def test_a_later_value_ends_the_wait(self):
        assert self.ends(year(2024, 100), year(2025, 100, 100))[-1] == YearEnd(2025, "achieved", None)

    def test_periods_without_target_and_value_say_nothing(self):
        assert self.ends(year(2024)) == []


class TestStateOnADay:
    def test_late_from_the_day_a_value_is_due(self):
        ends = [YearEnd(2025, "achieved", date(2025, 12, 31))]
        assert state_on(ends, TODAY) == "late"
        assert state_on(ends, date(2025, 12, 30)) == "achieved"

    def test_years_to_come_are_not_looked_at(self):
        assert state_on([YearEnd(2025, "near", None), YearEnd(2027, "behind", None)], TODAY) == "near"

    def test_nothing_known_is_open(self):
        assert state_on([], TODAY) == "open"


@pytest.mark.parametrize(
    ("period", "state"),
    [
        (year(2025, 100, 85), "near"),
        (year(2025, 100), "late"),
        (year(2027, 100), "open"),
        (year(2025, None, 85), "open"),
    ],
)
def test_the_state_of_one_period(period, state):
    assert period_state(period, TODAY, ascending=True, baseline=None) == state


class TestToDate:
    def test_only_periods_with_both_count(self):
        found = to_date(
            [year(2024, 100, 90), year(2025, 100), year(2023, None, 7)], adds_up=True, ascending=True, baseline=None
        )
        assert found == ToDate(100, 90, 0.9)

    def test_the_latest_where_values_do_not_add_up(self):
        found = to_date([year(2025, 60, 66), year(2024, 50, 10)], adds_up=False, ascending=True, baseline=None)
        assert found == ToDate(60, 66, pytest.approx(1.1))

    def test_nothing_to_compare(self):
        assert to_date([year(2025, 60)], adds_up=True, ascending=True, baseline=None) == ToDate(None, None, None)


@given(st.dictionaries(st.integers(2000, 2030), st.floats(0, 1e6), min_size=1))
def test_one_figure_from_several_years(values):
    assert across_years(values, adds_up=False, latest=True) == values[max(values)]
    assert across_years(values, adds_up=False, latest=False) == max(values.values())
    assert across_years(values, adds_up=True, latest=False) == pytest.approx(sum(values.values()))


def test_no_year_no_figure():
    assert across_years({}, adds_up=True, latest=False) is None


@pytest.mark.parametrize(
    ("adds_up", "value", "target"),
    [(True, 70 + 0.7 * 300, 400), (False, 0.7 * 200, 200)],
)
def test_what_lies_ahead_is_met_as_far_as_what_was(adds_up: bool, value: float, target: float) -> None:
    periods = [
        PeriodValues(date(2024, 12, 31), 100, 70), PeriodValues(date(2025, 12, 31), 100, None), PeriodValues(date(2026, 12, 31), 200, None),
    ]  # fmt: skip
    found = projected(periods, adds_up=adds_up, ascending=None)
    assert found is not None
    assert (round(found.value, 6), found.target, found.ends) == (value, target, date(2026, 12, 31))
    assert projected(periods, adds_up=adds_up, ascending=False) is None
    assert projected(periods[:1], adds_up=adds_up, ascending=True) is None
    assert projected(periods[1:], adds_up=adds_up, ascending=True) is None
