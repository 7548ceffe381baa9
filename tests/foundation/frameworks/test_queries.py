"""Questions about frameworks."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.frameworks import queries
from migov.foundation.frameworks.crosswalks import inverse
from migov.foundation.frameworks.models import Crosswalk, Element, Framework, Relation
from migov.foundation.frameworks.search import element_hits

pytestmark = pytest.mark.django_db


def test_the_tree_is_read_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    sdg = Framework.objects.get(code="sdg")
    with django_assert_num_queries(1):
        nodes = queries.tree(sdg)
        shown = [(node.element.code, str(node.element)) for top in nodes for node in top.walk()]
    assert len(nodes) == 17 and len(shown) == 186 and shown[1] == ("1.1", "SDGs 1.1")


def test_a_filter_keeps_what_matches_and_what_stands_above_it() -> None:
    nodes = queries.tree(Framework.objects.get(code="sdg"), words="10.7")
    assert [node.element.code for node in nodes] == ["10"]
    assert not nodes[0].matches
    assert [(child.element.code, child.matches) for child in nodes[0].children] == [("10.7", True)]


def test_migration_only_leaves_out_what_migration_work_does_not_touch() -> None:
    codes = {
        node.element.code
        for top in queries.tree(Framework.objects.get(code="sdg"), migration_only=True)
        for node in top.walk()
        if node.matches
    }
    assert "10.7" in codes and "14.1" not in codes


def test_ancestors_and_descendants() -> None:
    element = queries.element_by("srf", "1a1")
    assert [e.code for e in queries.ancestors(element)] == ["1", "1a"]
    below = queries.descendants(queries.element_by("srf", "1"))
    assert [e.code for e in below][:3] == ["1a", "1a1", "1a2"] and all(e.code.startswith("1") for e in below)
    assert queries.ancestors(queries.element_by("srf", "1")) == []


def test_a_missing_element_is_said_to_be_missing() -> None:
    with pytest.raises(Element.DoesNotExist):
        queries.element_by("gcm", "99")


def test_neighbours_read_from_both_ends() -> None:
    one, other = queries.element_by("gcm", "9"), queries.element_by("srf", "3b")
    Crosswalk.objects.filter(element__in=[one, other], target__in=[one, other]).delete()
    Crosswalk.objects.create(element=one, target=other, relation="broad", reason="why", source="us")
    there = next(n for n in queries.neighbours(one) if n.element == other)
    back = next(n for n in queries.neighbours(other) if n.element == one)
    assert (there.relation, back.relation, back.reason) == (Relation.BROAD, Relation.NARROW, "why")


@pytest.mark.parametrize("relation", Relation.values)
def test_turning_a_relation_round_twice_gives_it_back(relation: str) -> None:
    assert inverse(inverse(relation)) == relation


def test_neighbours_cost_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    element = queries.element_by("gcm", "10")
    with django_assert_num_queries(1):
        assert [str(n.element.framework) for n in queries.neighbours(element)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("GCM 10", "GCM 10"),
        ("sdg 10.7", "SDGs 10.7"),
        ("SDGs 10.7", "SDGs 10.7"),
        ("10.c", "SDGs 10.c"),
        ("migof p1", "MiGOF P1"),
    ],
)
def test_elements_are_found_by_their_code(words: str, first: str) -> None:
    assert str(queries.ranked(words)[0]) == first


def test_words_in_titles_come_before_words_in_terms() -> None:
    found = queries.ranked("trafficking in persons")
    assert "GCM 10" in [str(element) for element in found[:2]]
    assert queries.ranked("") == [] and queries.ranked("zzzzzz qqqq") == []


def test_the_search_box_finds_elements_for_those_who_may_see_them(people: dict) -> None:
    hits = element_hits("trafficking", people["ana"], 5)
    assert 0 < len(hits) <= 5 and hits[0].url.startswith("/frameworks/")
    assert element_hits("trafficking", people["jan"], 5)
    assert element_hits("trafficking", people["nobody"], 5) == []


def test_previous_and_next_are_of_the_same_kind() -> None:
    before, after = queries.beside(queries.element_by("gcm", "10"))
    assert (before.code, after.code) == ("9", "11")
    assert queries.beside(queries.element_by("gcm", "1"))[0] is None
