"""The results matrix: the tree, the values of periods, the states, in a bounded number of queries."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from migov.work.projects.filters import PortfolioFilter
from migov.work.results.lists import LATE, indicators
from migov.work.results.lists import rows as listed
from migov.work.results.models import Indicator, Level, Measure, Measurement, MeasurementKind, Period, Slice
from migov.work.results.queries import bars, history, indicator_rows, matrix, on_track, slices
from tests.factories import PlaceFactory, indicator, project, result, values

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
ACTUAL, TARGET, BASELINE = MeasurementKind.ACTUAL, MeasurementKind.TARGET, MeasurementKind.BASELINE


def part(sex="", age=""):
    """A slice by sex, age or both."""
    pairs = sorted((name, value) for name, value in (("sex", sex), ("age", age)) if value)
    return Slice.objects.get_or_create(
        key="|".join(f"{name}={value}" for name, value in pairs),
        defaults={
            "family": "|".join(name for name, _ in pairs), "parts": [list(pair) for pair in pairs],
            "sex": sex[:1], "age": age,
        },
    )[0]  # fmt: skip


def measure(of, period, value, kind=ACTUAL, **fields):
    return Measurement.objects.create(indicator=of, period=period, kind=kind, value=value, **fields)


def row(of):
    [found] = indicator_rows(Indicator.objects.filter(pk=of.pk), TODAY)
    return found


class TestMatrix:
    def test_results_stand_under_their_parents_in_order(self):
        one = project()
        objective = result(one, "objective", Level.OBJECTIVE)
        outcome = result(one, "outcome", Level.OUTCOME, parent=objective)
        result(one, "output b", Level.OUTPUT, parent=outcome)
        result(one, "loose", Level.OUTPUT)
        result(one, "output c", Level.OUTPUT, parent=outcome)
        found = matrix(one, TODAY)
        assert [(r.result.record.title, r.depth) for top in found for r in top.walk()] == [
            ("objective", 0), ("outcome", 1), ("output b", 2), ("output c", 2), ("loose", 0),
        ]  # fmt: skip

    def test_only_the_project_s_own(self):
        indicator(result(project()))
        assert matrix(project(), TODAY) == []

    def test_a_project_with_eighty_indicators_takes_six_queries(self, django_assert_max_num_queries):
        one = project()
        places = [PlaceFactory(code=code) for code in ("ALB", "SRB")]
        parts = [part(sex, age) for sex in ("female", "male") for age in ("0-17", "18-59", "60+")]
        of = result(one)
        for _ in range(80):
            measured = indicator(of, across_periods="sum")
            for year in range(2020, 2023):
                period = values(measured, year, target=100)
                Measurement.objects.bulk_create(
                    Measurement(indicator=measured, period=period, kind=ACTUAL, value=5, slice=s, place=p)
                    for s in parts
                    for p in places
                )
        with django_assert_max_num_queries(6):
            [found] = matrix(one, TODAY)
        assert len(found.indicators) == 80
        assert found.indicators[0].periods[0].actual.value == 60
        assert found.indicators[0].periods[0].slices == 12


class TestPeriods:
    def test_target_actual_progress_and_state(self):
        of = indicator(result(project()), across_periods="sum")
        values(of, 2024, target=100, actual=134)
        values(of, 2025, target=100)
        values(of, 2027, target=100)
        assert [(p.progress, p.state) for p in row(of).periods] == [(1.34, "achieved"), (None, "late"), (None, "open")]
        assert row(of).state == "late"
        assert row(of).so_far == (100, 134, 1.34)

    def test_a_whole_is_summed_from_slices_and_women_and_men_are_told_apart(self):
        of = indicator(result(project()))
        period = values(of, 2024, target=100)
        measure(of, period, 60, slice=part("female"))
        measure(of, period, 35, slice=part("male"))
        measure(of, period, 20, slice=part(age="0-17"))
        [found] = row(of).periods
        assert (found.actual.value, found.actual.summed_over) == (95, "sex")
        assert (found.actual.female, found.actual.male) == (60, 35)

    def test_the_same_slices_in_two_places_are_no_whole_of_their_own(self):
        of = indicator(result(project()))
        period = values(of, 2024, target=100)
        measure(of, period, 60, slice=part("female"))
        measure(of, period, 40, slice=part("male"))
        measure(of, period, 30, slice=part("female"), place=PlaceFactory(code="ALB"))
        measure(of, period, 10, slice=part("female"), location_ref="AL-01")
        [found] = row(of).periods
        assert found.actual.value == 100
        assert found.actual.female == 60

    def test_superseded_values_do_not_count(self):
        of = indicator(result(project()))
        period = values(of, 2024, target=100, actual=134)
        Measurement.objects.filter(kind=ACTUAL).supersede()
        measure(of, period, 131)
        assert row(of).periods[0].actual.value == 131

    def test_several_values_of_one_period_the_last_counts(self):
        of = indicator(result(project()))
        period = values(of, 2024, target=10)
        measure(of, period, 7, order=1)
        measure(of, period, 5, order=0)
        [found] = row(of).periods
        assert (found.actual.value, found.actual.spare) == (7, 1)

    def test_values_in_words_are_shown_as_they_are(self):
        of = indicator(result(project()), measure=Measure.QUALITATIVE)
        period = values(of, 2024)
        Measurement.objects.create(indicator=of, period=period, kind=TARGET, words="law adopted", comment="by June")
        [found] = row(of).periods
        assert (found.target_words, found.target.value, found.comments) == ("law adopted", None, ["by June"])

    def test_the_baseline_with_its_day_and_note(self):
        of = indicator(result(project()), ascending=False)
        Measurement.objects.create(
            indicator=of, kind=BASELINE, value=40, date=date(2022, 12, 31), comment="Six regions only"
        )
        values(of, 2024, target=10, actual=25)
        found = row(of)
        assert (found.baseline.value, found.baseline_at, found.baseline_comment) == (
            40,
            "2022-12-31",
            "Six regions only",
        )
        assert found.periods[0].progress == 0.5

    def test_percentages_take_the_latest(self):
        of = indicator(result(project()), measure=Measure.PERCENTAGE, across_periods="sum")
        values(of, 2024, target=50, actual=10)
        values(of, 2025, target=60, actual=66)
        assert row(of).so_far.target == 60
        assert row(of).state == "achieved"

    def test_a_period_published_twice_counts_once_for_the_state(self):
        of = indicator(result(project()), across_periods="sum")
        values(of, 2024, target=100, actual=50)
        again = Period.objects.create(indicator=of, starts=date(2024, 1, 1), ends=date(2024, 12, 31), order=9)
        measure(of, again, 90)
        assert row(of).so_far == (100, 90, 0.9)


class TestOnTrack:
    def test_how_many_of_those_that_can_be_said(self):
        one, other = project(), project()
        of = result(one)
        for target, actual in ((10, 10), (10, 9), (10, 2), (10, None), (None, None)):
            values(indicator(of, across_periods="sum"), 2024, target=target, actual=actual)
        values(indicator(of, measure=Measure.QUALITATIVE), 2024, target=1, actual=1)
        found = on_track([one.pk, other.pk], TODAY)
        assert set(found) == {one.pk}
        assert found[one.pk].words == "2 of 4"
        assert found[one.pk].states == {"achieved": 1, "near": 1, "behind": 1, "late": 1, "open": 1}

    def test_the_list_and_the_matrix_agree(self):
        one = project()
        for actual in (None, 1, 8, 11):
            values(indicator(result(one), across_periods="sum"), 2024, target=10, actual=actual)
        states = [i.state for top in matrix(one, TODAY) for r in top.walk() for i in r.indicators]
        counted = on_track([one.pk], TODAY)[one.pk].states
        assert counted == {state: states.count(state) for state in counted}

    def test_nothing_measured_is_a_dash(self):
        one = project()
        indicator(result(one))
        assert on_track([one.pk], TODAY)[one.pk].words == "–"

    def test_three_queries_for_any_number(self, django_assert_max_num_queries):
        keys = []
        for _ in range(6):
            one = project()
            values(indicator(result(one)), 2024, target=1, actual=1)
            keys.append(one.pk)
        with django_assert_max_num_queries(3):
            assert len(on_track(keys, TODAY)) == 6


class TestLate:
    @pytest.fixture
    def kim(self, people):
        return people["kim"]

    def late(self, user):
        keys = list(indicators(PortfolioFilter(), user, LATE, day=TODAY))
        assert [found.state for found in listed(keys)] == ["late"] * len(keys)
        return [Indicator.objects.get(pk=key).title for key in keys]

    def test_ended_with_a_target_and_no_value(self, kim):
        of = result(project())
        values(indicator(of, "waits"), 2025, target=10)
        values(indicator(of, "answered"), 2025, target=10, actual=1)
        values(indicator(of, "not yet due"), 2026, target=10)
        values(indicator(of, "no target"), 2025)
        assert self.late(kim) == ["waits"]

    def test_a_later_value_ends_the_wait(self, kim):
        of = indicator(result(project()))
        values(of, 2024, target=10)
        values(of, 2025, target=10, actual=12)
        assert self.late(kim) == []

    def test_a_withdrawn_value_is_no_value(self, kim):
        of = indicator(result(project()), "waits again")
        values(of, 2025, target=10, actual=1)
        Measurement.objects.filter(kind=ACTUAL).supersede()
        assert self.late(kim) == ["waits again"]


class TestIndicator:
    def test_parts_come_with_their_words(self):
        of = indicator(result(project()))
        period = values(of, 2024, target=100, actual=95)
        measure(of, period, 60, slice=part("female", "0-17"))
        measure(of, period, 12, place=PlaceFactory(code="ALB"))
        found = [(s.dimensions, s.place.code if s.place else "", s.value) for s in slices(of)]
        assert sorted(found) == [("age: 0-17, sex: female", "", 60), ("all", "ALB", 12)]

    def test_history_holds_what_was_replaced_and_what_stands(self):
        of = indicator(result(project()))
        period = values(of, 2024, target=100)
        then = timezone.now() - timedelta(days=30)
        first = measure(of, period, 134, recorded_at=then, superseded_at=timezone.now())
        second = measure(of, period, 131, comment="double entry removed")
        assert [(v.value, v.until is None, v.comment) for v in history(of)] == [
            (134, False, ""), (131, True, "double entry removed"),
        ]  # fmt: skip
        assert first.recorded_at < second.recorded_at

    def test_no_history_where_nothing_changed(self):
        of = indicator(result(project()))
        values(of, 2024, target=100, actual=1)
        assert history(of) == []

    def test_bars_are_drawn_against_the_largest(self):
        of = indicator(result(project()))
        values(of, 2024, target=100, actual=50)
        values(of, 2025, target=200)
        assert [(bar.target, bar.actual) for bar in bars(row(of).periods)] == [(0.5, 0.25), (1.0, None)]

    def test_no_bars_below_zero(self):
        of = indicator(result(project()))
        values(of, 2024, target=-5, actual=5)
        assert bars(row(of).periods) == []
