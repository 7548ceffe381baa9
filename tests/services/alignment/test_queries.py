"""Questions about alignments, and who is shown what."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.people import access
from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Membership, Office, Role
from migov.foundation.records.models import Record
from migov.services.alignment import actions, queries
from migov.services.alignment.access import decidable_records, decides
from tests.factories import OfficeFactory, RecordFactory, element, person, project, result

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(people: dict[str, Any]) -> dict[str, Record]:
    """Work of three offices: an open project in Albania, one kept to Chisinau, a result in Albania."""
    tirana = project(office=Office.objects.get(code="tirana"), places={"ALB": 100}, title="Open")
    chisinau = project(
        office=Office.objects.get(code="chisinau"), visibility="office", places={"MDA": 100}, title="Kept"
    )
    part = result(tirana).record
    records = {"open": tirana.record, "kept": chisinau.record, "part": part}
    for record in records.values():
        actions.propose(record, element("10"), origin="sector")
    actions.propose(records["open"], element("10.7", "sdg"), origin="suggested")
    return records


def test_a_record_s_alignments_come_by_framework_with_parts_of_the_money(world: dict[str, Record]) -> None:
    work = world["open"]
    actions.declare(work, element("9"), significance="principal", by=SYSTEM)
    actions.declare(work, element("11"), by=SYSTEM)
    actions.reject(actions.propose(work, element("12"), origin="sector"), by=SYSTEM)
    groups = queries.alignments_of(work)
    gcm = next(group for group in groups if group.framework.code == "gcm")
    assert [row.element.code for row in gcm.confirmed] == ["9", "11"]
    assert [row.element.code for row in gcm.proposed] == ["10"]
    assert [row.element.code for row in gcm.rejected] == ["12"]
    assert gcm.parts == {element("9").pk: Fraction(2, 3), element("11").pk: Fraction(1, 3)}
    orders = [group.framework.order for group in groups]
    assert orders == sorted(orders) and any(group.derived for group in groups)


def test_a_result_has_alignments_but_no_part_of_the_money(world: dict[str, Record]) -> None:
    actions.declare(world["part"], element("9"), by=SYSTEM)
    gcm = next(group for group in queries.alignments_of(world["part"]) if group.framework.code == "gcm")
    assert gcm.confirmed and gcm.parts == {}


def test_an_earlier_moment_can_be_asked(world: dict[str, Record]) -> None:
    before = timezone.now()
    actions.declare(world["open"], element("9"), by=SYSTEM)
    then = {group.framework.code: group for group in queries.alignments_of(world["open"], before)}
    assert then["gcm"].confirmed == [] and len(then["gcm"].proposed) == 1


def test_a_record_s_alignments_cost_two_queries(
    world: dict[str, Record], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for code in ("1", "2", "3", "4"):
        actions.declare(world["open"], element(code), by=SYSTEM)
    with django_assert_num_queries(2):
        groups = queries.alignments_of(world["open"])
        assert [str(row.element) for group in groups for row in group.confirmed]
        assert [str(follows.element) for group in groups for follows in group.derived]


def test_the_filter_of_records_to_decide_is_the_permission(world: dict[str, Record], people: dict[str, Any]) -> None:
    for name, viewer in people.items():
        permitted = {r.pk for r in world.values() if access.allowed(viewer, "alignment.decide", r)}
        filtered = set(Record.objects.filter(decidable_records(viewer)).values_list("pk", flat=True))
        assert filtered == permitted, name
        assert decides(viewer) == bool(permitted), name


def test_a_role_decides_only_in_its_own_office_and_below(world: dict[str, Record], people: dict[str, Any]) -> None:
    tirana, chisinau = (Office.objects.get(code=code) for code in ("tirana", "chisinau"))
    below = RecordFactory(office=OfficeFactory(code="vlore", kind="sub", parent=tirana))
    in_two = person(Role.DEVELOPER, tirana)
    Membership.objects.create(user=in_two, office=chisinau, role=Role.MANAGEMENT)
    decided = Record.objects.filter(decidable_records(in_two))
    assert set(decided) == {world["open"], world["part"], below}
    assert all(access.allowed(in_two, "alignment.decide", r) == (r in decided) for r in [*world.values(), below])


def test_everybody_gets_the_proposals_of_their_offices(world: dict[str, Record], people: dict[str, Any]) -> None:
    expected = {"ana": 3, "boris": 1, "carla": 4, "dora": 4, "emil": 4, "fatos": 4, "kim": 4}
    for name, viewer in people.items():
        assert queries.waiting_for(viewer).count() == expected.get(name, 0), name
        assert queries.waiting_count(viewer) == expected.get(name, 0), name


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"framework": "sdg"}, 1),
        ({"office": "chisinau"}, 1),
        ({"place": "ALB"}, 3),
        ({"kind": "result"}, 1),
        ({"element": "10"}, 4),
        ({"framework": "gcm", "place": "MDA"}, 1),
        ({"framework": "none"}, 0),
    ],
)
def test_proposals_can_be_narrowed(
    asked: dict[str, str], number: int, world: dict[str, Record], people: dict[str, Any]
) -> None:
    assert queries.waiting_for(people["carla"], **asked).count() == number


def test_frameworks_that_wait_are_counted(world: dict[str, Record], people: dict[str, Any]) -> None:
    found = {framework.code: number for framework, number in queries.waiting_frameworks(people["carla"])}
    assert found == {"gcm": 3, "sdg": 1}


def test_decided_and_removed_work_waits_no_more(world: dict[str, Record], people: dict[str, Any]) -> None:
    actions.decide_many([row.pk for row in queries.waiting_for(people["ana"])], confirmed=False, by=people["ana"])
    Record.objects.filter(pk=world["kept"].pk).update(removed_at=timezone.now())
    assert queries.waiting_count(people["carla"]) == 0


def test_counts_and_history(world: dict[str, Record]) -> None:
    work = world["open"]
    actions.confirm(queries.waiting_for(SYSTEM).filter(record=work).first(), by=SYSTEM)
    assert queries.counts([work.pk]) == {work.pk: {"confirmed": 1, "proposed": 1}}
    rows = list(queries.history(work))
    assert len(rows) == 3 and rows[0].status == "confirmed"
