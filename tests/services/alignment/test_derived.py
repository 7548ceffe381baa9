"""What follows from alignments through crosswalks."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.frameworks.models import Crosswalk, Element, Framework
from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Record
from migov.services.alignment import actions
from migov.services.alignment.derived import derived, derived_many
from migov.services.alignment.models import Alignment
from tests.factories import element, project

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(db: None) -> Record:
    """A project aligned to A1, in a world of two frameworks with no other links."""
    Crosswalk.objects.all().delete()
    record = project().record
    actions.declare(record, a("1"), by=SYSTEM)
    return record


def a(code: str) -> Element:
    return element(code, "aaa")


def b(code: str) -> Element:
    return element(code, "bbb")


def link(one: Element, relation: str, other: Element, reason: str = "") -> None:
    Crosswalk.objects.create(element=one, target=other, relation=relation, reason=reason, source="us")


@pytest.mark.parametrize(
    ("relation", "there", "back"),
    [
        ("exact", True, True),
        ("close", True, True),
        ("broad", True, False),
        ("narrow", False, True),
        ("related", False, False),
    ],
)
def test_only_exact_close_and_broader_elements_follow(work: Record, relation: str, there: bool, back: bool) -> None:
    link(a("1"), relation, b("1"), "why")
    link(b("2"), relation, a("1"), "why")
    assert [d.element.code for d in derived(work)] == [code for code, carries in (("1", there), ("2", back)) if carries]


def test_what_follows_says_from_where_and_why(work: Record) -> None:
    link(b("1"), "narrow", a("1"), "A1 is one part of B1")
    (follows,) = derived(work)
    assert (follows.via.element, follows.relation, follows.reason) == (a("1"), "broad", "A1 is one part of B1")


def test_links_are_not_chained(work: Record) -> None:
    link(a("1"), "exact", b("1"))
    link(b("1"), "exact", element("1", "ccc"))
    assert [d.element for d in derived(work)] == [b("1")]


def test_only_confirmed_alignments_carry(work: Record) -> None:
    link(a("2"), "exact", b("2"))
    proposal = actions.propose(work, a("2"), origin="sector")
    assert derived(work) == []
    actions.reject(proposal, by=SYSTEM)
    assert derived(work) == []


def test_a_decision_about_the_element_itself_stands_alone(work: Record) -> None:
    link(a("1"), "exact", b("1"))
    proposal = actions.propose(work, b("1"), origin="sector")
    assert [d.element for d in derived(work)] == [b("1")]
    rejected = actions.reject(proposal, by=SYSTEM)
    assert derived(work) == []
    actions.confirm(rejected, by=SYSTEM)
    assert derived(work) == []


def test_an_element_follows_once_by_its_closest_link(work: Record) -> None:
    actions.declare(work, a("2"), by=SYSTEM)
    link(a("1"), "broad", b("1"))
    link(a("2"), "exact", b("1"))
    assert [(d.element, d.relation) for d in derived(work)] == [(b("1"), "exact")]


def test_one_framework_can_be_asked_and_alignments_given(work: Record) -> None:
    link(a("1"), "exact", b("1"))
    link(a("1"), "exact", element("1", "ccc"))
    assert [d.element for d in derived(work, Framework.objects.get(code="ccc"))] == [element("1", "ccc")]
    rows = Alignment.objects.filter(record=work).select_related("element__framework")
    assert {d.element for d in derived(rows)} == {b("1"), element("1", "ccc")}


def test_many_records_cost_two_queries(work: Record, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    link(a("1"), "exact", b("1"))
    records = [work]
    for _ in range(5):
        records.append(project().record)
        actions.declare(records[-1], a("1"), by=SYSTEM)
    lonely = project().record
    with django_assert_num_queries(2):
        found = derived_many([record.pk for record in [*records, lonely]])
        assert {row.element.framework.code for rows in found.values() for row in rows} == {"bbb"}
    assert found.keys() == {record.pk for record in records}


def test_what_followed_on_an_earlier_day_can_be_asked(work: Record) -> None:
    link(a("1"), "exact", b("1"))
    row = Alignment.objects.get(record=work)
    rejected = actions.reject(row, by=SYSTEM)
    assert derived_many([work.pk]) == {}
    assert [d.element for d in derived_many([work.pk], moment=rejected.recorded_at)[work.pk]] == [b("1")]


def test_the_shipped_links_carry_from_the_compact_to_the_governance_framework() -> None:
    record = project().record
    actions.declare(record, element("10"), by=SYSTEM)
    assert any(d.element.framework.code == "migof" for d in derived(record))
