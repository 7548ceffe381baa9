"""What can be done with a network plan and its actions, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.models import Office, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry, Record, RecordPlace
from migov.services.notices.models import Notice
from migov.work.governance.models import PlanAction, PlanUpdate, WorkPlan
from migov.work.governance.plans import actions, queries, reminders
from migov.work.governance.plans.actions import Card, Said
from migov.work.governance.plans.ground import Conflict, PlanError
from migov.work.governance.plans.queries import Asked, Money
from tests.factories import country_office, element
from tests.work.governance.plans.making import action, plan

pytestmark = pytest.mark.django_db
People = dict[str, User]
YESTERDAY = timezone.localdate() - timedelta(days=1)


def card(**fields: Any) -> Card:
    return Card(
        **{"title": "Plan of Moldova", "network": "UN Network on Migration", "starts": 2026, "ends": 2027, **fields}
    )


def test_a_plan_comes_into_the_register_with_its_country(people: People) -> None:
    made = actions.add(card(country=Place.objects.get(code="MDA")), by=people["fatos"])
    assert [row.place.code for row in made.record.places.all()] == ["MDA"]
    assert JournalEntry.objects.filter(record_id=made.pk, verb="plan added").exists()
    regional = actions.add(card(title="Regional plan"), by=people["fatos"])
    assert not regional.record.places.exists()


@pytest.mark.parametrize(
    ("fields", "field"), [({"ends": 2020}, "ends"), ({"network": " "}, "network"), ({"starts": 9}, "starts")]
)
def test_a_plan_that_cannot_be_is_refused(people: People, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(PlanError) as refused:
        actions.add(card(**fields), by=people["fatos"])
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["ion", "jan", "nobody", "galina"])
def test_who_does_not_work_on_governance_adds_and_changes_nothing(people: People, name: str) -> None:
    made = plan()
    one = action(made)
    with pytest.raises(PermissionDenied):
        actions.add(card(), by=people[name])
    with pytest.raises(PermissionDenied):
        actions.write_action(made, Said("Other"), by=people[name])
    with pytest.raises(PermissionDenied):
        actions.update(one, state="done", text="Done", day=YESTERDAY, by=people[name])


def test_two_who_describe_a_plan_at_once_lose_nothing_and_its_place_follows(people: People) -> None:
    made = plan()
    actions.describe(made, card(country=Place.objects.get(code="ALB")), by=people["fatos"], seen=1)
    with pytest.raises(Conflict):
        actions.describe(made, card(title="Other"), by=people["emil"], seen=1)
    assert [row.place.code for row in RecordPlace.objects.current().filter(record=made.record)] == ["ALB"]
    assert Record.objects.get(pk=made.pk).title == "Plan of Moldova"


def test_an_action_is_written_with_objectives_and_two_at_once_lose_nothing(people: People) -> None:
    made = plan()
    one = actions.write_action(
        made, Said("Train inspectors", lead="ILO", objectives=[element("6")]), by=people["fatos"]
    )
    actions.write_action(made, Said("Train judges", objectives=[element("7")]), by=people["fatos"], action=one, seen=1)
    with pytest.raises(Conflict, match="Train judges"):
        actions.write_action(made, Said("Train clerks"), by=people["emil"], action=one, seen=1)
    found = PlanAction.objects.get()
    assert (found.text, [each.code for each in found.objectives.all()], found.revision) == ("Train judges", ["7"], 2)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": " "}, "text"),
        ({"needed": Decimal(5)}, "currency"),
        ({"needed": Decimal(5), "currency": "XYZ"}, "currency"),
        ({"needed": Decimal(-5), "currency": "USD"}, "needed"),
        ({"starts": date(2026, 5, 1), "due": date(2026, 4, 1)}, "due"),
        ({"code": "1" * 30}, "code"),
    ],
)
def test_an_action_that_cannot_be_is_refused(people: People, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(PlanError) as refused:
        actions.write_action(plan(), Said(**{"text": "Train", **fields}), by=people["fatos"])
    assert refused.value.field == field


def test_only_objectives_of_the_compact_are_taken(people: People) -> None:
    with pytest.raises(PlanError) as refused:
        actions.write_action(plan(), Said("Train", objectives=[element("8", "sdg")]), by=people["fatos"])
    assert refused.value.field == "objectives"


def test_the_state_is_what_was_said_last(people: People) -> None:
    one = action(plan())
    first = actions.update(one, state="begun", text="Begun", day=date(2026, 3, 1), by=people["fatos"], seen=1)
    actions.update(one, state="stopped", text="No money", day=date(2026, 5, 1), by=people["fatos"])
    actions.update(one, state="planned", text="Said later of an earlier day", day=date(2026, 1, 1), by=people["fatos"])
    one.refresh_from_db()
    assert (one.state, one.reason) == ("stopped", "No money")
    last = PlanUpdate.objects.get(state="stopped")
    actions.withdraw(last, by=people["fatos"])
    one.refresh_from_db()
    assert (one.state, one.reason) == ("begun", "")
    assert first.superseded_at is None
    with pytest.raises(PlanError, match="already"):
        actions.withdraw(last, by=people["fatos"])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": ""}, "text"),
        ({"state": "odd"}, "state"),
        ({"day": date(2099, 1, 1)}, "day"),
        ({"state": "stopped", "text": ""}, "text"),
    ],
)
def test_a_report_that_cannot_be_is_refused(people: People, fields: dict[str, Any], field: str) -> None:
    one = action(plan())
    with pytest.raises(PlanError) as refused:
        actions.update(one, **{"state": "begun", "text": "Begun", "day": YESTERDAY, **fields}, by=people["fatos"])
    assert refused.value.field == field


def test_two_who_report_at_once_lose_nothing(people: People) -> None:
    one = action(plan())
    actions.update(one, state="done", text="Done", day=YESTERDAY, by=people["fatos"], seen=1)
    with pytest.raises(Conflict, match="done"):
        actions.update(one, state="begun", text="Begun", day=YESTERDAY, by=people["emil"], seen=1)


def test_what_was_reported_on_is_not_removed(people: People) -> None:
    made = plan()
    one, other = action(made), action(made, "Train judges")
    actions.update(one, state="begun", text="Begun", day=YESTERDAY, by=people["fatos"])
    with pytest.raises(PlanError, match="reported on"):
        actions.remove_action(one, by=people["fatos"])
    with pytest.raises(PlanError, match="stays in the register"):
        actions.remove(made, by=people["fatos"])
    actions.remove_action(other, by=people["fatos"])
    assert list(made.actions.all()) == [one]


def test_actions_are_moved(people: People) -> None:
    made = plan()
    first, second = action(made, "First"), action(made, "Second")
    actions.move(second, -1, by=people["fatos"])
    actions.move(second, -1, by=people["fatos"])
    assert list(made.actions.all()) == [second, first]


def test_money_is_summed_by_currency_without_what_was_stopped() -> None:
    made = plan()
    action(made, needed=Decimal(100), secured=Decimal(40), currency="USD")
    action(made, needed=Decimal(10), secured=Decimal(30), currency="USD")  # more than needed closes no other gap
    action(made, needed=Decimal(7), currency="EUR")
    action(made, needed=Decimal(999), currency="EUR", state="stopped", reason="No")
    action(made)
    rows = list(made.actions.all())
    assert queries.money(rows) == [
        Money("EUR", Decimal(7), Decimal(0), Decimal(7)),
        Money("USD", Decimal(110), Decimal(70), Decimal(60)),
    ]
    assert queries.silent(rows) == 1


def test_late_is_said_in_words() -> None:
    made = plan()
    late = action(made, due=date(2026, 3, 3))
    done = action(made, due=date(2026, 3, 3), state="done")
    assert queries.late_words(late, date(2026, 4, 1)) == "late since 3\u00a0March 2026"
    assert queries.late_words(late, date(2026, 3, 3)) == ""
    assert queries.late_words(done, date(2026, 4, 1)) == ""


def test_actions_are_found_by_objective_state_lead_and_lateness(people: People) -> None:
    made, other = plan(), plan("ALB")
    one = action(made, "Train inspectors", ["6", "7"], lead="ILO", due=YESTERDAY)
    two = action(other, "Count people", ["1"], lead="IOM", state="done", due=YESTERDAY)
    seen = people["fatos"]
    for asked, found in (
        (Asked(objective="7"), [one]), (Asked(state="done"), [two]), (Asked(lead="ilo"), [one]), (Asked(late=True), [one]),
        (Asked(country="ALB"), [two]), (Asked(q="count"), [two]), (Asked(country="regional"), []),
    ):  # fmt: skip
        assert list(queries.actions(asked, seen)) == found
    assert list(queries.actions(Asked(), seen, made)) == [one]
    assert list(queries.actions(Asked(), people["ion"])) == []


def test_the_plans_of_a_country_are_for_colleagues(people: People, django_assert_max_num_queries) -> None:
    made = plan()
    for number in range(10):
        action(made, f"Action {number}", state="done", needed=Decimal(1), currency="USD")
    plan("MDA", 2024, 2025)
    place = Place.objects.get(code="MDA")
    people["fatos"].standing  # noqa: B018  (the roles are read once)
    with django_assert_max_num_queries(2):
        lines = queries.of_country(place, people["fatos"])
    assert [(line.period, line.done, line.total) for line in lines] == [("2026–2027", 10, 10), ("2024–2025", 0, 0)]
    assert queries.of_country(place, people["ion"]) == []


def test_a_plan_kept_to_another_office_is_not_seen(people: People) -> None:
    made = plan(visibility="office", office=country_office("tirana"))
    assert list(queries.plans_for(people["ana"])) == [made]
    assert list(queries.plans_for(people["boris"])) == []


def test_late_actions_are_remembered_once_a_month(people: People) -> None:
    made = plan(owner=people["fatos"])
    action(made, due=date(2026, 3, 3))
    action(plan("ALB"), due=date(2026, 3, 3))  # nobody follows it
    assert reminders.remind(date(2026, 11, 23)) == {"plans with late actions": 1}
    assert reminders.remind(date(2026, 11, 24)) == {}
    assert reminders.remind(date(2026, 12, 1)) == {"plans with late actions": 1}
    assert Notice.objects.filter(person=people["fatos"]).count() == 2


def test_the_database_holds_what_must_hold() -> None:
    from django.db import IntegrityError, transaction

    made = plan()
    for wrong in ({"state": "stopped"}, {"needed": Decimal(5)}, {"text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            action(made, **wrong)
    assert WorkPlan.objects.count() == 1


def test_a_form_that_was_sent_twice_adds_one(people: People) -> None:
    made = actions.add(card(), by=people["fatos"])
    with pytest.raises(PlanError, match="in the register already") as refused:
        actions.add(card(title="PLAN of Moldova"), by=people["fatos"])
    assert refused.value.field == "title"
    actions.add(card(starts=2028, ends=2029), by=people["fatos"])
    actions.write_action(made, Said("Train inspectors"), by=people["fatos"])
    with pytest.raises(PlanError, match="in the plan already"):
        actions.write_action(made, Said("Train inspectors"), by=people["fatos"])
    actions.write_action(made, Said("Train inspectors", code="1.2"), by=people["fatos"])
    assert PlanAction.objects.filter(plan=made).count() == 2


def test_an_office_adds_plans_of_its_own_country(people: People) -> None:
    Office.objects.filter(code="tirana").update(place=Place.objects.get(code="ALB"))
    Office.objects.filter(code="chisinau").update(place=Place.objects.get(code="MDA"))
    own, other = Office.objects.get(code="chisinau"), Place.objects.get(code="ALB")
    for office in (own, None):
        with pytest.raises((PlanError, PermissionDenied)):
            actions.add(card(country=other), by=people["boris"], office=office)
    made = actions.add(card(country=Place.objects.get(code="MDA")), by=people["boris"])
    assert made.record.office == own
    with pytest.raises(PlanError) as refused:
        actions.describe(made, card(country=other), by=people["boris"])
    assert refused.value.field == "country"
    assert actions.add(card(country=other), by=people["fatos"]).record.office.code == "tirana"
