"""The order of elements, their depth and the main element they count under."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migov.foundation.frameworks.trees import Branch, CircularTree, standings

# A loaded machine is slow, not wrong.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def branch(code: str, parent: str | None = None, kind: str = "goal", rank: int = 0) -> Branch:
    return Branch(code, parent, kind, (0, rank))


def test_children_follow_their_parent_in_rank_order() -> None:
    found = standings(
        [branch("2", rank=2), branch("1", rank=1), branch("1b", "1", rank=4), branch("1a", "1", rank=3)], []
    )
    assert sorted(found, key=lambda code: found[code].order) == ["1", "1a", "1b", "2"]
    assert [found[code].depth for code in ("1", "1a")] == [0, 1]


def test_main_is_the_nearest_of_the_main_level_and_nothing_above_or_beside_it() -> None:
    found = standings(
        [
            branch("1", kind="objective"),
            branch("1a", "1", "outcome"),
            branch("1a1", "1a", "output"),
            branch("E", kind="enabler"),
        ],
        ["outcome"],
    )
    assert [found[code].main for code in ("1", "1a", "1a1", "E")] == [None, "1a", "1a", None]


def test_a_circle_names_its_elements() -> None:
    with pytest.raises(CircularTree) as caught:
        standings([branch("1"), branch("2", "3"), branch("3", "2")], [])
    assert caught.value.codes == ["2", "3"]


@calmly
@given(st.lists(st.integers(0, 30), max_size=30))
def test_every_tree_gets_each_order_once_and_parents_come_first(parents: list[int]) -> None:
    branches = [branch("0")] + [branch(str(n + 1), str(min(p, n)), rank=n) for n, p in enumerate(parents)]
    found = standings(branches, [])
    assert sorted(s.order for s in found.values()) == list(range(1, len(branches) + 1))
    assert all(found[b.parent].order < found[b.code].order for b in branches if b.parent)
