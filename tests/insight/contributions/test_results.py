"""Results, people and documents by element: each counted once, the state of the day, every figure equal to its rows."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from migov.foundation.records.models import Evidence
from migov.insight.contributions.answer import People
from migov.insight.contributions.rows import people_of, projects_behind, states_of
from migov.work.results.models import (
    AcrossPeriods,
    AcrossProjects,
    Measurement,
    MeasurementKind,
    Slice,
    StandardIndicator,
)
from tests.factories import indicator, project, result, values
from tests.insight.contributions.conftest import align, ask, row

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def aligned(db):
    p = project(places={"ALB": 100})
    align(p, "10")
    return p


def states(answer, code="10"):
    return {name: n for name, n in row(answer, code).states.items() if n}


def test_an_indicator_stands_as_its_last_finished_period_says(aligned):
    outcome = result(aligned)
    for actual in (100, 85, 20):
        values(indicator(outcome), 2024, target=100, actual=actual)
    assert states(ask()) == {"achieved": 1, "near": 1, "behind": 1}


def test_values_that_add_up_are_compared_as_running_sums(aligned):
    i = indicator(result(aligned), across_periods=AcrossPeriods.SUM)
    values(i, 2023, target=100, actual=150)
    values(i, 2024, target=100, actual=60)
    assert states(ask()) == {"achieved": 1}
    i.across_periods = AcrossPeriods.LATEST
    i.save()
    aligned.record.revision += 1
    aligned.record.save()
    assert states(ask()) == {"behind": 1}


def test_a_finished_period_without_a_value_is_late_until_it_comes(aligned):
    i = indicator(result(aligned))
    values(i, 2023, target=10, actual=10)
    values(i, 2024, target=10)
    assert states(ask()) == {"late": 1}
    assert states(ask("to=2023")) == {"achieved": 1}


def test_a_period_that_still_runs_is_not_late(aligned):
    i = indicator(result(aligned))
    values(i, 2023, target=10, actual=9)
    values(i, timezone.localdate().year + 1, target=10)
    assert states(ask()) == {"near": 1}


def test_results_measured_before_the_years_asked_for_are_not_theirs(aligned):
    values(indicator(result(aligned)), 2021, target=10, actual=10)
    assert states(ask("from=2023")) == {}


def test_where_results_are_aligned_only_those_count_under_the_element(aligned):
    align(aligned, "23")
    protected, governed = result(aligned, "Protected"), result(aligned, "Governed")
    align(aligned, "10", record=protected.record)
    align(aligned, "23", record=governed.record)
    values(indicator(protected), 2024, target=1, actual=1)
    values(indicator(governed), 2024, target=2, actual=1)
    answer = ask()
    assert states(answer, "10") == {"achieved": 1}
    assert states(answer, "23") == {"behind": 1}
    assert answer.total.measured == 2


def test_slices_are_not_counted_on_top_of_the_whole(aligned):
    i = indicator(result(aligned), counts_people=True, across_periods=AcrossPeriods.SUM)
    values(i, 2024, target=100, actual=90)
    for sex, number in (("female", 60), ("male", 30)):
        part = Slice.objects.create(key=f"sex={sex}", family="sex", parts=[["sex", sex]], sex=sex[0])
        values(i, 2024, actual=number, slice=part)
    people = row(ask(), "10").people
    assert (people.reached, people.female, people.male, people.by_sex) == (90, 60, 30, 90)


def test_slices_alone_are_added_up_over_one_dimension_only(aligned):
    i = indicator(result(aligned), counts_people=True, across_periods=AcrossPeriods.SUM)
    for key, family, sex, number in (
        ("sex=female", "sex", "f", 60),
        ("sex=male", "sex", "m", 40),
        ("age=0-17", "age", "", 30),
        ("age=18+", "age", "", 70),
        ("age=0-17|sex=female", "age|sex", "f", 10),
    ):
        part = Slice.objects.create(key=key, family=family, parts=[], sex=sex)
        values(i, 2024, actual=number, slice=part)
    assert row(ask(), "10").people.reached == 100


def test_people_are_known_by_age_where_values_say_so(aligned):
    i = indicator(result(aligned), counts_people=True, across_periods=AcrossPeriods.SUM)
    for year in (2023, 2024):
        values(i, year, target=100, actual=90)
        for age, number in (("0-17", 30), ("18-59", 55)):
            for sex in ("female", "male"):
                part, _ = Slice.objects.get_or_create(
                    key=f"age={age}|sex={sex}", defaults={"family": "age|sex", "parts": [], "sex": sex[0], "age": age}
                )
                values(i, year, actual=number / 2, slice=part)
    people = row(ask(), "10").people
    assert people.by_age == [("0-17", 60), ("18-59", 110)]
    assert (people.known_by_age, people.female, people.male) == (170, 85, 85)
    assert row(ask("from=2024"), "10").people.by_age == [("0-17", 30), ("18-59", 55)]
    assert row(ask("to=2022"), "10").people.by_age == []


@pytest.mark.parametrize(
    ("ages", "shown"),
    [
        ({"18-59": 120, "0-17": 40}, [("0-17", 40), ("18-59", 120)]),
        ({"0-17": 40, "18-59": 120, "60+": 2}, [("18-59", 120), ("other ages", 42)]),
        ({"0-17": 4, "18-59": 120, "60+": 7}, [("18-59", 120), ("other ages", 11)]),
        ({"0-17": 4}, [("other ages", 4)]),
    ],
)
def test_few_people_of_an_age_are_put_together_with_others(ages, shown):
    assert People(ages=ages).by_age == shown


def test_an_indicator_that_was_never_measured_does_no_harm(aligned):
    outcome = result(aligned)
    values(indicator(outcome, counts_people=True, across_periods=AcrossPeriods.SUM), 2024, target=100)
    words = indicator(outcome, "In words")
    period = values(words, 2024, target=1)
    Measurement.objects.filter(period=period).update(value=None, words="see report")
    assert row(ask(), "10").people.reached == 0
    assert states(ask()) == {"late": 1}


def test_within_a_project_the_largest_count_of_people_stands_for_all(aligned):
    outcome = result(aligned)
    for number in (300, 120):
        values(indicator(outcome, counts_people=True, across_periods=AcrossPeriods.SUM), 2024, actual=number)
    other = project(places={"SRB": 100})
    align(other, "10")
    values(indicator(result(other), counts_people=True, across_periods=AcrossPeriods.SUM), 2024, actual=50)
    answer = ask()
    assert row(answer, "10").people.reached == 350
    behind = people_of(answer, row(answer, "10"), row(answer, "10").projects)
    assert sum(r.value for found in behind.values() for r in found if r.counts) == 350


def test_people_who_are_aimed_at_but_not_counted_yet_are_none(aligned):
    values(indicator(result(aligned), "People assisted", counts_people=True), 2024, target=100)
    assert row(ask(), "10").people.reached == 0


def test_undeclared_values_of_several_years_are_not_added(aligned):
    i = indicator(result(aligned), counts_people=True)
    values(i, 2023, actual=80)
    values(i, 2024, actual=50)
    assert row(ask(), "10").people.reached == 80
    assert row(ask("from=2024"), "10").people.reached == 50


def test_standard_indicators_add_up_over_projects_where_both_target_and_value_are_known(aligned):
    standard = StandardIndicator.objects.create(
        code="assisted", title="Assisted", across_periods=AcrossPeriods.SUM, across_projects=AcrossProjects.SUM
    )
    other = project(places={"SRB": 100})
    align(other, "10")
    for p, target, actual in ((aligned, 100, 120), (other, 50, 20)):
        i = indicator(result(p), standard=standard, across_periods=AcrossPeriods.SUM)
        values(i, 2023, target=target, actual=actual)
        values(i, 2024, target=1000)
    figure = ask().total.standards[standard.pk]
    assert (figure.target, figure.actual, len(figure.projects)) == (150, 140, 2)


def test_shares_are_averaged_by_their_denominators_and_never_added(aligned):
    standard = StandardIndicator.objects.create(
        code="pass", title="Pass", measure="percentage", across_periods=AcrossPeriods.LATEST, across_projects=AcrossProjects.AVERAGE
    )  # fmt: skip
    other = project(places={"SRB": 100})
    align(other, "10")
    for p, above, below in ((aligned, 9, 10), (other, 10, 90)):
        i = indicator(result(p), standard=standard, measure="percentage", across_periods=AcrossPeriods.LATEST)
        period = values(i, 2024, target=50)
        Measurement.objects.create(
            indicator=i, period=period, kind="a", value=100 * above / below, numerator=above, denominator=below
        )  # fmt: skip
    answer = ask()
    figure = answer.total.standards[standard.pk]
    assert (figure.target, round(figure.actual, 6), len(figure.projects)) == (50, 19, 2)


def test_what_nobody_declared_is_not_put_together(aligned):
    standard = StandardIndicator.objects.create(code="odd", title="Odd", across_periods=AcrossPeriods.SUM)
    i = indicator(result(aligned), standard=standard, across_periods=AcrossPeriods.SUM)
    values(i, 2023, target=10, actual=5)
    assert standard.pk not in ask().total.standards


def test_documents_count_once_for_a_project(aligned):
    align(aligned, "23")
    Evidence.objects.create(record=aligned.record, title="Final report")
    Evidence.objects.create(record=result(aligned).record, title="Photo of the shelter")
    answer = ask()
    assert row(answer, "10").evidence == 2
    assert answer.total.evidence == 2


def test_a_result_follows_the_nearest_aligned_result_above_it_and_else_its_project(aligned):
    align(aligned, "23")
    outcome = result(aligned, "Protected")
    align(aligned, "10", record=outcome.record)
    output = result(aligned, "Shelters run", level="output", parent=outcome)
    elsewhere = result(aligned, "Governed")
    values(indicator(output), 2024, target=1, actual=1)
    values(indicator(elsewhere), 2024, target=2, actual=1)
    answer = ask()
    assert states(answer, "10") == {"achieved": 1, "behind": 1}
    assert states(answer, "23") == {"behind": 1}
    assert answer.total.measured == 2


@pytest.mark.parametrize("query", ["", "to=2023", "from=2024", "to=2024", "as_of=2024-06-30"])
def test_states_equal_the_rows_behind_them(aligned, query):
    outcome = result(aligned, created_at=datetime(2022, 1, 1, tzinfo=UTC))
    aligned.record.created_at = datetime(2022, 1, 1, tzinfo=UTC)
    aligned.record.save()
    for model in (aligned.record.alignments, aligned.record.places, aligned.record.states):
        model.update(recorded_at=datetime(2022, 1, 1, tzinfo=UTC))
    for year, target, actual in ((2022, 5, 5), (2023, 10, 9), (2024, 10, None), (2025, 10, 4)):
        i = indicator(outcome, across_periods=AcrossPeriods.SUM)
        values(i, year, target=target, actual=actual, recorded_at=datetime(year, 12, 31, tzinfo=UTC))
        values(i, year + 1, target=target, recorded_at=datetime(2022, 1, 1, tzinfo=UTC))
    answer = ask(query)
    element = row(answer, "10")
    counted = dict.fromkeys(element.states, 0)
    for found in states_of(answer, element, projects_behind(answer, element, "projects")).values():
        for item in found:
            counted[item.state] += 1
    assert counted == element.states


def test_as_reported_on_gives_the_figures_of_that_day(aligned):
    then, later = datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 8, 1, tzinfo=UTC)
    aligned.record.created_at = datetime(2023, 1, 1, tzinfo=UTC)
    aligned.record.save()
    for facts in (aligned.record.alignments, aligned.record.places, aligned.record.states):
        facts.update(recorded_at=datetime(2023, 1, 1, tzinfo=UTC))
    i = indicator(result(aligned), counts_people=True, across_periods=AcrossPeriods.SUM)
    period = values(i, 2023, target=100, actual=120, recorded_at=then)
    assert row(ask("as_of=2024-03-31"), "10").people.reached == 120
    Measurement.objects.filter(period=period, kind=MeasurementKind.ACTUAL).update(superseded_at=later)
    values(i, 2023, actual=95, recorded_at=later)
    aligned.record.revision += 1
    aligned.record.save()
    assert row(ask(), "10").people.reached == 95
    assert row(ask("as_of=2024-03-31"), "10").people.reached == 120
    assert row(ask("as_of=2024-08-31"), "10").people.reached == 95
    assert row(ask("as_of=2023-06-30"), "10").people.reached == 0
    assert ask("as_of=2022-06-30").portfolio.projects == set()
