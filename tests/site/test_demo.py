"""The illustrative portfolio in the database: complete, marked as such, with a history that can be asked."""

from __future__ import annotations

import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.plugin import DjangoDbBlocker

from migov.foundation.history import Fact, end_of_day
from migov.foundation.people.access import offices_of
from migov.foundation.people.models import Membership, Office, User
from migov.foundation.records.models import Evidence, JournalEntry, Record, RecordPlace, RecordState, Visibility
from migov.services.alignment.models import Alignment, Status
from migov.services.alignment.shares import are_set, shares
from migov.site.demo.loader import PASSWORD, PORTFOLIO, DemoSummary, load
from migov.work.projects.models import Budget, Participation, Project, Transaction
from migov.work.results.models import Indicator, Measurement, MeasurementKind, Period, Result, Slice, StandardIndicator

pytestmark = pytest.mark.django_db
SECONDS = 6.0
VALUE = "Presumed victims of trafficking identified and assisted"


@pytest.fixture(scope="module")
def timed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[DemoSummary, float]]:
    """The portfolio, loaded once for all tests here and taken out again after them; with the seconds of work it took."""
    with django_db_blocker.unblock(), transaction.atomic():
        began = time.process_time()
        summary = load()
        yield summary, time.process_time() - began
        transaction.set_rollback(True)


@pytest.fixture
def summary(timed: tuple[DemoSummary, float]) -> DemoSummary:
    return timed[0]


def files() -> list[dict[str, Any]]:
    """The project files, read without migov."""
    read = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(PORTFOLIO.glob("*.toml"))]
    return [each for each in read if "reference" in each]


def plain_count() -> Counter[str]:
    """What the files hold, counted line by line."""
    found: Counter[str] = Counter()
    for project in files():
        found["projects"] += 1
        for name in (
            "countries",
            "themes",
            "organisations",
            "budgets",
            "transactions",
            "documents",
            "alignments",
            "results",
        ):
            found[name] += len(project.get(name, []))
        for result in project["results"]:
            found["alignments"] += len(result.get("aligned", []))
            for indicator in result.get("indicators", []):
                found["indicators"] += 1
                found["baselines"] += "baseline" in indicator
                for period in indicator["periods"]:
                    found["periods"] += 1
                    found["targets"] += "target" in period
                    found["actuals"] += "actual" in period
                    found["parts and places"] += len(period.get("parts", [])) + len(period.get("places", []))
                    if corrected := period.get("corrected"):
                        found["corrections"] += 1
                        found["parts and places"] += len(corrected.get("parts", [])) + len(corrected.get("places", []))
    return found


def lists(name: str, key: str) -> int:
    return len(tomllib.loads((PORTFOLIO / name).read_text(encoding="utf-8"))[key])


def project(reference: str) -> Record:
    return Record.objects.get(kind="project", reference=reference)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of migov."""
    models = [model for model in apps.get_models() if model.__module__.startswith("migov.")]
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in models}


def test_counts_are_those_of_the_files(summary: DemoSummary) -> None:
    files_hold = plain_count()
    loaded = Counter(summary.loaded) + Counter(summary.not_yet)
    for name in (*files_hold.keys() - {"parts and places"},):
        assert loaded[name] == files_hold[name], name
    assert loaded["offices"] == lists("offices.toml", "offices")
    assert loaded["people"] == lists("people.toml", "people")
    assert loaded["standard_indicators"] == lists("standard_indicators.toml", "standard_indicators")
    assert loaded["rates"] == len((PORTFOLIO / "rates.csv").read_text().splitlines()) - 1


def test_the_database_holds_what_the_summary_says(summary: DemoSummary) -> None:
    rows = {
        "projects": Project, "countries": RecordPlace, "organisations": Participation, "budgets": Budget,
        "transactions": Transaction, "documents": Evidence, "results": Result, "indicators": Indicator, "periods": Period,
        "measurements": Measurement, "stages": RecordState, "standard_indicators": StandardIndicator,
    }  # fmt: skip
    for name, model in rows.items():
        assert model._default_manager.count() == summary.loaded[name], name
    values = sum(summary.loaded[name] for name in ("baselines", "targets", "actuals", "corrections"))
    assert summary.loaded["measurements"] == values + plain_count()["parts and places"]
    assert Alignment.objects.count() == summary.loaded["alignments"] + summary.loaded["decisions"]
    assert Alignment.objects.current().count() == summary.loaded["alignments"]
    assert JournalEntry.objects.exclude(kind="").count() == summary.loaded["journal_entries"]


def test_a_second_run_changes_nothing(summary: DemoSummary) -> None:
    before = everything()
    again = load()
    assert not again.changed
    assert again.there["projects"] == summary.loaded["projects"]
    assert everything() == before


def test_what_people_did_since_stays(summary: DemoSummary) -> None:
    Record.objects.filter(reference="MG-0101").update(title="Renamed by somebody")
    User.objects.filter(username="elira").update(email="elira@elsewhere.example")
    load()
    assert project("MG-0101").title == "Renamed by somebody"
    assert User.objects.get(username="elira").email == "elira@elsewhere.example"


def test_all_is_marked_illustrative(summary: DemoSummary) -> None:
    assert not Record.objects.filter(illustrative=False).exists()
    assert set(Record.objects.values_list("source", flat=True)) == {"illustrative portfolio"}
    assert set(Evidence.objects.values_list("source", flat=True)) == {"illustrative portfolio"}
    assert set(Alignment.objects.values_list("source", flat=True)) == {"illustrative portfolio"}


def test_nothing_is_dated_after_now(summary: DemoSummary) -> None:
    now = timezone.now()
    for model in apps.get_models():
        if issubclass(model, Fact):
            facts = model._default_manager
            assert not facts.filter(recorded_at__gt=now).exists(), model
            assert not facts.filter(superseded_at__gt=now).exists(), model
    assert not JournalEntry.objects.filter(at__gt=now).exists()
    assert not Record.objects.filter(changed_at__gt=now).exists()
    assert summary.not_yet["baselines"] == 3, "baselines of projects that have not begun"


def assisted(day: date | None) -> dict[str, Decimal]:
    """The victims assisted in Albania in 2024, the whole and by sex, as known at the end of a day."""
    rows = Measurement.objects.as_of(end_of_day(day) if day else None).filter(
        indicator__title=VALUE,
        indicator__project__record__reference="MG-0101",
        kind="a",
        period__starts=date(2024, 1, 1),
    )
    return {row.slice.sex if row.slice else "": row.value for row in rows.select_related("slice")}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 1, 27), {}),
        (date(2025, 1, 28), {"": 134, "f": 95, "m": 39}),
        (date(2025, 6, 2), {"": 134, "f": 95, "m": 39}),
        (date(2025, 6, 3), {"": 131, "f": 93, "m": 38}),
        (None, {"": 131, "f": 93, "m": 38}),
    ],
)
def test_a_corrected_value_is_what_it_was_on_each_day(
    summary: DemoSummary, day: date | None, expected: dict[str, int]
) -> None:
    assert assisted(day) == expected


def test_a_correction_says_why_and_who(summary: DemoSummary) -> None:
    corrected = Measurement.objects.current().get(
        indicator__title=VALUE, indicator__project__record__reference="MG-0101", kind="a", value=131
    )
    assert corrected.comment == "Corrected: double entry removed."
    entry = JournalEntry.objects.get(verb="value corrected", record_id=corrected.indicator.result_id)
    assert entry.detail["value"] == {"from": 134, "to": 131}
    assert (entry.by_name, timezone.localdate(entry.at)) == ("Aigerim Sadykova", date(2025, 6, 3))


def test_an_earlier_day_knows_less(summary: DemoSummary) -> None:
    march = end_of_day(date(2025, 3, 31))

    def figures(moment: Any) -> tuple[int, int, int]:
        actuals = Measurement.objects.as_of(moment).filter(kind=MeasurementKind.ACTUAL).count()
        active = RecordState.objects.as_of(moment).filter(stage="active").count()
        return actuals, active, Transaction.objects.as_of(moment).count()

    then, now = figures(march), figures(None)
    assert then[0] < now[0] and then[1] != now[1] and then[2] < now[2]


def test_stages_follow_the_life_of_a_project(summary: DemoSummary) -> None:
    def path(reference: str) -> list[tuple[str, date]]:
        states = project(reference).states.order_by("recorded_at")
        return [(state.stage, timezone.localdate(state.recorded_at)) for state in states]

    assert path("MG-0101") == [("proposal", date(2022, 11, 10)), ("active", date(2023, 3, 1))]
    assert path("MG-0202")[-1] == ("suspended", date(2024, 11, 18))
    for record in Record.objects.filter(kind="project").prefetch_related("states"):
        current = [state for state in record.states.all() if state.superseded_at is None]
        assert [state.stage for state in current] == [record.stage]
    assert {each["reference"]: each["stage"] for each in files()} == dict(
        Record.objects.filter(kind="project").values_list("reference", "stage")
    )


def test_alignments_were_proposed_and_then_decided_by_somebody_who_may(summary: DemoSummary) -> None:
    for row in Alignment.objects.exclude(status=Status.PROPOSED).select_related("decided_by", "record"):
        proposed = Alignment.objects.get(record=row.record_id, element=row.element_id, status=Status.PROPOSED)
        assert proposed.superseded_at == row.recorded_at == row.decided_at
        assert 14 <= (row.recorded_at - proposed.recorded_at).days <= 35
        assert row.decided_by and row.record.office_id in offices_of(row.decided_by)
    decided = Alignment.objects.current().filter(record__reference="MG-0203", status=Status.CONFIRMED)
    assert {row.decided_by.username for row in decided} == {"katarina"}
    skills = Alignment.objects.current().filter(record__themes__code="labour", status=Status.CONFIRMED)
    assert "davit" in {row.decided_by.username for row in skills}


def test_shares_that_people_set_are_kept(summary: DemoSummary) -> None:
    rows = Alignment.objects.current().filter(record__reference="MG-0203", element__framework__code="gcm")
    rows = list(rows.select_related("element"))
    assert are_set(rows)
    by_element = shares(rows)
    assert {row.element.code: float(by_element[row.element_id]) for row in rows} == {"10": 0.6, "11": 0.25, "12": 0.15}


def test_results_carry_their_own_alignments(summary: DemoSummary) -> None:
    stated = sum(len(result.get("aligned", [])) for each in files() for result in each["results"])
    assert Alignment.objects.current().filter(record__kind="result", status=Status.CONFIRMED).count() == stated


def test_slices_follow_the_convention_of_imports(summary: DemoSummary) -> None:
    by_key = {row.key: row for row in Slice.objects.all()}
    assert {"sex=female", "sex=male", "age=0-17|sex=female"} <= by_key.keys()
    girls = by_key["age=0-17|sex=female"]
    assert (girls.family, girls.sex, girls.age, girls.parts) == (
        "age|sex",
        "f",
        "0-17",
        [["sex", "female"], ["age", "0-17"]],
    )


def test_values_are_also_known_by_place(summary: DemoSummary) -> None:
    rows = Measurement.objects.current().filter(
        indicator__project__record__reference="MG-0602", indicator__standard__code="reintegration-support", kind="a",
        period__starts=date(2024, 1, 1),
    )  # fmt: skip
    assert {row.place.code: row.value for row in rows.filter(place__isnull=False)} == {
        "ALB": 171, "BIH": 148, "XKX": 113, "MNE": 38, "MKD": 104, "SRB": 158,
    }  # fmt: skip
    assert rows.get(place__isnull=True, slice__isnull=True).value == 732


def test_the_matrix_keeps_its_order_and_tree(summary: DemoSummary) -> None:
    rows = list(Result.objects.filter(project__record__reference="MG-0203").select_related("record", "parent__record"))
    assert [row.level for row in rows] == ["objective", "outcome", "output", "output", "activity"]
    assert [row.parent.record.title if row.parent else "" for row in rows][1] == rows[0].record.title
    assert rows[4].parent == rows[3]
    assert {row.record.parent_id for row in rows} == {project("MG-0203").pk}


def test_the_journal_tells_who_did_what_and_when(summary: DemoSummary) -> None:
    record = project("MG-0101")
    entries = JournalEntry.objects.filter(record_id=record.pk).order_by("at", "pk")
    assert entries[0].verb == "created"
    assert (entries[0].by_name, timezone.localdate(entries[0].at)) == ("Elira Hoxhaj", date(2022, 11, 10))
    change = entries.get(verb="changed")
    assert (change.by_name, change.detail) == ("Annelies Brandl", {"stage": {"from": "proposal", "to": "active"}})
    of_results = JournalEntry.objects.filter(record_id__in=record.parts.values("pk"))
    assert record.revision == 1 + entries.count() + of_results.count()
    assert record.changed_at == max(entries.latest("at").at, of_results.latest("at").at)


def test_visibility_lets_everybody_see_something_and_few_see_all(summary: DemoSummary) -> None:
    projects = Record.objects.filter(kind="project")
    seen = {
        user.username: projects.visible_to(user)
        for user in User.objects.filter(username__in=["victor", "claire", "elira", "henrik"])
    }
    moldova = projects.filter(places__place__code="MDA")
    assert seen["victor"].exists() and not seen["victor"].difference(moldova).exists()
    assert 0 < seen["claire"].count() < projects.count() / 2
    assert set(seen["claire"].values_list("visibility", flat=True)) == {Visibility.PUBLIC}
    kept = projects.filter(visibility=Visibility.OFFICE)
    assert kept.count() == 3 and seen["elira"].count() == projects.count() - 3
    assert seen["henrik"].count() == projects.count()
    assert projects.filter(visibility=Visibility.PARTNERS).count() > projects.count() / 2
    for result in Record.objects.filter(kind="result").select_related("parent"):
        assert result.visibility == result.parent.visibility  # type: ignore[union-attr]


def test_every_account_can_sign_in(summary: DemoSummary) -> None:
    for person in tomllib.loads((PORTFOLIO / "people.toml").read_text(encoding="utf-8"))["people"]:
        client = Client()
        answer = client.post(reverse("account_login"), {"login": person["username"], "password": PASSWORD})
        assert answer.status_code == 302, person["username"]
        user = User.objects.get(username=person["username"])
        assert client.session["_auth_user_id"] == str(user.pk)
        assert str(user) == person["name"]
        assert [membership.role for membership in user.standing] == [person["role"]]
        assert set(user.themes.values_list("code", flat=True)) == set(person["themes"])


def test_people_from_outside_hold_external_roles_only(summary: DemoSummary) -> None:
    victor = User.objects.get(username="victor")
    assert victor.country and victor.country.code == "MDA"
    assert offices_of(victor) == set()
    assert Membership.objects.get(user=victor).office == Office.objects.get(code="ro-vienna")


def test_loading_takes_few_seconds(timed: tuple[DemoSummary, float]) -> None:
    assert timed[1] < SECONDS


def test_a_second_run_asks_few_questions(
    summary: DemoSummary, django_assert_max_num_queries: Callable[..., DjangoAssertNumQueries]
) -> None:
    with django_assert_max_num_queries(120):
        load()
