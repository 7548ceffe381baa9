"""Roll-ups over the database: what counts, as of when, told apart; the same as a plain reckoning; bounded queries."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry, Stage
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.models import RelatedProject
from migov.work.results.actions.ground import ReportingError
from migov.work.results.models import Indicator, Measurement, MeasurementKind, Slice, StandardIndicator
from migov.work.results.overlaps import Overlap, OverlapKind
from migov.work.results.rollups import overlaps, questions
from migov.work.results.rollups.parts import dimensions
from migov.work.results.rollups.questions import RollUp
from migov.work.results.rollups.together import SAME_PEOPLE, UNDER
from migov.work.results.rollups.wholes import Window, wholes
from tests.factories import cast, country_office, indicator, project, result, values

pytestmark = pytest.mark.django_db
TODAY = Window(until=date(2026, 11, 22))


@pytest.fixture
def people() -> dict[str, User]:
    return cast()


def standard(code: str = "assisted", **fields: Any) -> StandardIndicator:
    fields = {"across_periods": "sum", "across_projects": "sum", "unit": "people", "counts_people": True, **fields}
    return StandardIndicator.objects.create(code=code, title=code.title(), **fields)


def measured(
    of: StandardIndicator, year: int = 2024, *, target: Any = None, actual: Any = None, **fields: Any
) -> Indicator:
    """An indicator of a new project that follows a standard, with one value."""
    home = fields.pop("result", None) or result(project(**fields.pop("project", {})))
    made = indicator(home, standard=of, measure=of.measure, unit=of.unit, across_periods=of.across_periods, **fields)
    values(made, year, target=target, actual=actual)
    return made


def rolled(of: StandardIndicator, viewer: User, window: Window = TODAY, **filter: Any) -> RollUp:
    return questions.roll_up(of, questions.ground(PortfolioFilter(**filter), viewer, window, [of.pk], parts=True))


def test_values_of_projects_are_added_with_their_targets(people: dict[str, User]) -> None:
    of = standard()
    measured(of, target=100, actual=80)
    second = measured(of, target=200, actual=150)
    values(second, 2025, target=100)
    values(second, 2030, target=500)
    total = rolled(of, people["emil"]).total
    assert (total.value, total.target, total.met, total.aimed) == (230, 400, 230, 300)
    assert (round(total.progress or 0, 3), total.state) == (0.767, "behind")


def test_the_window_bounds_the_periods(people: dict[str, User]) -> None:
    of = standard()
    made = measured(of, 2023, actual=10)
    values(made, 2024, actual=20)
    values(made, 2025, actual=40)
    assert rolled(of, people["emil"], Window(date(2024, 12, 31))).total.value == 30
    assert rolled(of, people["emil"], Window(date(2025, 12, 31), date(2024, 1, 1))).total.value == 60


def test_as_reported_on_a_day(people: dict[str, User]) -> None:
    of = standard()
    made = measured(of)
    period = values(made, 2024)
    early, late = datetime(2025, 1, 10, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
    Measurement.objects.create(
        indicator=made, period=period, kind="a", value=50, recorded_at=early, superseded_at=late
    )  # fmt: skip
    Measurement.objects.create(indicator=made, period=period, kind="a", value=70, recorded_at=late)
    made.project.record.states.update(recorded_at=early)
    assert rolled(of, people["emil"]).total.value == 70
    assert (
        rolled(of, people["emil"], Window(date(2025, 3, 31), known=datetime(2025, 4, 1, tzinfo=UTC))).total.value == 50
    )


def test_what_a_viewer_may_not_see_is_not_in_the_figure(people: dict[str, User]) -> None:
    of = standard()
    measured(of, actual=10, project={"visibility": "internal"})
    measured(of, actual=5, project={"visibility": "public"})
    assert rolled(of, people["emil"]).total.value == 15
    assert rolled(of, people["nobody"]).total.value is None


def test_projects_in_preparation_do_not_count_and_are_told(people: dict[str, User]) -> None:
    of = standard()
    measured(of, actual=10)
    measured(of, actual=90, project={"stage": Stage.PROPOSAL})
    found = rolled(of, people["emil"])
    assert (found.total.value, found.ground.not_carried_out) == (10, 1)


def test_the_total_that_a_programme_reports_does_not_count_beside_its_parts(people: dict[str, User]) -> None:
    of = standard()
    top = measured(of, actual=100, project={"reference": "XM-1"})
    for value in (30, 60):
        part = measured(of, actual=value)
        RelatedProject.objects.create(project=part.project, reference="XM-1", kind="1")
    found = rolled(of, people["emil"])
    assert found.total.value == 90
    assert [(one.source.indicator, one.why) for one in found.total.left] == [(top.pk, UNDER)]
    lines = questions.by_programme(found)
    assert [(line.key, line.found.value) for line in lines] == [(top.project_id, 90)]


def test_lines_by_office_project_and_year_make_the_total(people: dict[str, User]) -> None:
    of = standard()
    tirana, chisinau = country_office("tirana"), country_office("chisinau")
    first = measured(of, actual=10, project={"office": tirana})
    values(first, 2025, actual=5)
    measured(of, actual=20, project={"office": tirana})
    measured(of, actual=40, project={"office": chisinau})
    found = rolled(of, people["emil"])
    assert {line.key: line.found.value for line in questions.by_office(found)} == {tirana.pk: 35, chisinau.pk: 40}
    assert sorted(line.found.value or 0 for line in questions.by_project(found)) == [15, 20, 40]
    assert {line.key: line.found.value for line in questions.by_year(found)} == {2024: 70, 2025: 5}


def test_by_country_nothing_is_split_by_guess(people: dict[str, User]) -> None:
    of = standard()
    measured(of, actual=10, project={"places": {"MDA": None}})
    both = measured(of, actual=100, project={"places": {"MDA": None, "ALB": None}})
    measured(of, actual=7, project={"places": {"MDA": None, "ALB": None}})
    moldova, albania = Place.objects.get(code="MDA"), Place.objects.get(code="ALB")
    period = both.periods.get()
    for place, value in ((moldova, 30), (albania, 60)):
        Measurement.objects.create(indicator=both, period=period, kind="a", value=value, place=place)
    lines = {line.key: line.found.value for line in questions.by_country(rolled(of, people["emil"]))}
    assert lines == {moldova.pk: 40, albania.pk: 60, None: 17}


def test_parts_say_for_how_many_they_are_known(people: dict[str, User]) -> None:
    of = standard()
    told = measured(of, actual=100)
    measured(of, actual=50)
    for key, family, pairs, sex, value in (
        ("sex=female", "sex", [["Sex", "Female"]], "f", 60), ("sex=male", "sex", [["Sex", "Male"]], "m", 40),
        ("age=0-17|sex=female", "age|sex", [["age", "0-17"], ["sex", "girls"]], "f", 11),
    ):  # fmt: skip
        cut = Slice.objects.create(key=key, family=family, parts=pairs, sex=sex)
        Measurement.objects.create(indicator=told, period=told.periods.get(), kind="a", value=value, slice=cut)
    found = rolled(of, people["emil"])
    sex, age = dimensions(found.total, found.ground.told, found.ground.overlaps)
    assert (sex.name, {name: part.value for name, part in sex.parts.items()}, sex.known, sex.whole) == (
        "sex", {"f": 60, "m": 40}, 100, 150
    )  # fmt: skip
    assert (age.name, {name: part.value for name, part in age.parts.items()}) == ("age", {"0-17": 11})


def test_percentages_by_sex_are_made_anew_too(people: dict[str, User]) -> None:
    of = standard(
        "pass", measure="percentage", unit="%", across_periods="latest", across_projects="average", counts_people=False
    )
    female = Slice.objects.create(key="sex=female", family="sex", parts=[["sex", "female"]], sex="f")
    for above, below, women, asked in ((9, 10, 4, 5), (10, 90, 10, 45)):
        made = measured(of)
        period = values(made, 2024)
        for cut, up, down in ((None, above, below), (female, women, asked)):
            Measurement.objects.create(
                indicator=made,
                period=period,
                kind="a",
                value=100 * up / down,
                numerator=up,
                denominator=down,
                slice=cut,
            )
    found = rolled(of, people["emil"])
    assert (found.total.value, found.total.denominator) == (19, 100)
    (sex,) = dimensions(found.total, found.ground.told)
    assert sex.parts["f"].value == 28


def test_overlaps_are_declared_with_a_reason_and_respected(people: dict[str, User]) -> None:
    of = standard()
    home = result(project())
    one, other = measured(of, actual=100, result=home), measured(of, actual=80, result=home)
    assert [left.why for left in rolled(of, people["emil"]).total.left] == [SAME_PEOPLE]
    with pytest.raises(ReportingError, match="how you know"):
        overlaps.declare([one.pk, other.pk], kind=OverlapKind.APART, reason=" ", by=people["emil"])
    with pytest.raises(ReportingError, match="at least two"):
        overlaps.declare([one.pk], kind=OverlapKind.APART, reason="Other villages", by=people["emil"])
    with pytest.raises(ReportingError, match="partly"):
        overlaps.declare([one.pk, other.pk], kind=OverlapKind.PARTLY, reason="Lists compared", by=people["emil"])
    with pytest.raises(PermissionDenied):
        overlaps.declare([one.pk, other.pk], kind=OverlapKind.APART, reason="Other villages", by=people["ana"])
    declared = overlaps.declare([one.pk, other.pk], kind=OverlapKind.APART, reason="Other villages", by=people["emil"])
    assert rolled(of, people["emil"]).total.value == 180
    again = overlaps.declare(
        [one.pk, other.pk], kind=OverlapKind.PARTLY, twice=30, reason="Lists compared", by=people["emil"]
    )  # fmt: skip
    assert rolled(of, people["emil"]).total.value == 150
    declared.refresh_from_db()
    assert declared.superseded_at is not None
    overlaps.withdraw(again, by=people["emil"])
    assert rolled(of, people["emil"]).total.value == 100
    assert not Overlap.objects.current().exists()
    verbs = JournalEntry.objects.filter(record_id=home.project_id).values_list("verb", flat=True)
    assert list(verbs).count("overlap declared") == 2


def test_indicators_of_other_units_are_not_declared_together(people: dict[str, User]) -> None:
    one, other = measured(standard(), actual=1), measured(standard("homes", unit="households"), actual=1)
    with pytest.raises(ReportingError, match="different units"):
        overlaps.declare([one.pk, other.pk], kind=OverlapKind.APART, reason="x", by=SYSTEM)


def scattered(seed: int, of: StandardIndicator) -> None:
    """A portfolio with all that makes sums hard: several values for a period, parts without a whole, places, late corrections."""
    dice = random.Random(seed)
    cuts = [
        Slice.objects.get_or_create(key=f"{name}={value}", defaults={"family": name, "parts": [[name, value]]})[0]
        for name, value in (("sex", "female"), ("sex", "male"), ("status", "returnee"))
    ]
    for _number in range(8):
        made = measured(of, 2020, result=result(project()))
        Indicator.objects.filter(pk=made.pk).update(across_periods=dice.choice(["sum", "latest", "max", ""]))
        for year in range(2021, 2025):
            period = values(made, year)
            rows = []
            for kind in (MeasurementKind.TARGET, MeasurementKind.ACTUAL):
                for order in range(dice.randint(0, 2)):
                    rows.append((kind, dice.randint(0, 500), None, order))
                for order, cut in enumerate(dice.sample(cuts, dice.randint(0, 3))):
                    rows.append((kind, dice.randint(0, 300), cut, order))
            Measurement.objects.bulk_create(
                Measurement(
                    indicator=made, period=period, kind=kind, value=value, slice=cut, order=order,
                    superseded_at=datetime(2025, 1, 1, tzinfo=UTC) if dice.random() < 0.2 else None,
                )
                for kind, value, cut, order in rows
            )  # fmt: skip


# An indicator without a rule of its own follows that of its standard: sum.
PLAIN = """
    with whole as (
        select indicator, ends, value from (
            select *, row_number() over (partition by indicator, ends order by "order" desc, pk desc) as place
            from rows where family is null
        ) where place = 1
    ), summed as (
        select indicator, ends, max(total) as value from (
            select indicator, ends, family, sum(value) as total from rows where family is not null group by all
        ) where (indicator, ends) not in (select indicator, ends from whole) group by all
    ), period as (select * from whole union all select * from summed),
    figure as (
        select p.indicator, case when rule in ('sum', '') then sum(value) when rule = 'latest' then arg_max(value, ends)
            else max(value) end as v
        from period p join rules on rules.indicator = p.indicator group by p.indicator, rule
    )
    select sum(v) from figure
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_database_roll_up_equals_a_plain_reckoning_over_the_same_rows(people: dict[str, User], seed: int) -> None:
    of = standard(counts_people=False)
    scattered(seed, of)
    found = rolled(of, people["emil"])
    rows = Measurement.objects.current().filter(kind="a").values_list(
        "indicator_id", "period__ends", "value", "slice__family", "order", "pk"
    )  # fmt: skip
    plain = duckdb.connect()
    plain.execute('create table rows (indicator int, ends date, value double, family text, "order" int, pk int)')
    plain.executemany("insert into rows values (?, ?, ?, ?, ?, ?)", [tuple(row) for row in rows])
    plain.execute("create table rules (indicator int, rule text)")
    plain.executemany(
        "insert into rules values (?, ?)", [tuple(row) for row in Indicator.objects.values_list("pk", "across_periods")]
    )
    (expected,) = plain.execute(PLAIN).fetchone() or (None,)
    assert found.total.value == pytest.approx(expected)
    assert found.total.value


def test_reading_in_bulk_says_what_the_matrix_says(people: dict[str, User]) -> None:
    """The arrays and the rule of one period (rules.whole_of) agree."""
    from migov.work.results.queries import indicator_rows

    scattered(4, standard())
    read = dict(wholes(Indicator.objects.all(), TODAY))
    for row in indicator_rows(Indicator.objects.all()):
        shown = {
            period.ends: (period.target.value, period.actual.value) for period in row.periods if not period.is_empty
        }
        assert {one.ends: (one.target, one.actual) for one in read.get(row.indicator.pk, [])} == shown


def test_queries_do_not_grow_with_the_portfolio(people: dict[str, User], django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        of = standard(f"s-{number}")
        for _each in range(4):
            measured(of, target=10, actual=5)
    with django_assert_max_num_queries(14):
        found = questions.roll_ups(questions.ground(PortfolioFilter(), people["emil"], TODAY, parts=True))
        assert [one.total.value for one in found] == [20] * 6
        assert [len(questions.by_office(one)) for one in found] == [1] * 6
