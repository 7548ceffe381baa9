"""The rule for money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migov.services.alignment.shares import are_set, roll_up, shares

# A loaded machine is slow, not wrong.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Said:
    element_id: int
    significance: str = "significant"
    share: Decimal | None = None
    status: str = "confirmed"


said = st.builds(
    Said,
    element_id=st.integers(1, 50),
    significance=st.sampled_from(["principal", "significant"]),
    share=st.none() | st.decimals(0, 100, places=4),
    status=st.sampled_from(["confirmed", "confirmed", "proposed", "rejected"]),
)
many = st.lists(said, max_size=12, unique_by=lambda a: a.element_id)


@st.composite
def complete(draw: st.DrawFn) -> list[Said]:
    """Alignments with shares that sum to 100."""
    cuts = sorted(draw(st.lists(st.integers(0, 1_000_000), max_size=8)))
    steps = [b - a for a, b in zip([0, *cuts], [*cuts, 1_000_000], strict=True)]
    return [Said(n, "principal", Decimal(step) / 10_000) for n, step in enumerate(steps)]


@calmly
@given(many)
def test_parts_sum_to_exactly_one_and_only_confirmed_have_one(alignments: list[Said]) -> None:
    parts = shares(alignments)
    confirmed = {a.element_id for a in alignments if a.status == "confirmed"}
    assert parts.keys() == confirmed
    assert sum(parts.values()) == (1 if confirmed else 0)


@calmly
@given(many, st.randoms())
def test_the_order_of_alignments_does_not_matter(alignments: list[Said], random: object) -> None:
    mixed = list(alignments)
    random.shuffle(mixed)
    assert shares(mixed) == shares(alignments)


@calmly
@given(st.lists(st.sampled_from(["principal", "significant"]), min_size=2, max_size=9))
def test_principal_counts_exactly_twice_as_much(kinds: list[str]) -> None:
    parts = shares([Said(n, kind) for n, kind in enumerate(kinds)])
    principal = {parts[n] for n, kind in enumerate(kinds) if kind == "principal"}
    significant = {parts[n] for n, kind in enumerate(kinds) if kind == "significant"}
    assert len(principal) <= 1 and len(significant) <= 1
    if principal and significant:
        assert principal.pop() == 2 * significant.pop()


@calmly
@given(complete())
def test_complete_shares_win_over_weights(alignments: list[Said]) -> None:
    assert are_set(alignments)
    assert shares(alignments) == {a.element_id: Fraction(a.share) / 100 for a in alignments}


@calmly
@given(complete(), st.data())
def test_shares_that_are_not_complete_do_not_count(alignments: list[Said], data: st.DataObject) -> None:
    extra = Said(1000, "significant")
    assert not are_set([*alignments, extra])
    parts = shares([*alignments, extra])
    assert parts[1000] == Fraction(1, 2 * len(alignments) + 1)


def test_shares_a_hair_off_are_brought_to_one() -> None:
    parts = shares([Said(n, share=Decimal("33.333")) for n in range(3)])
    assert set(parts.values()) == {Fraction(1, 3)}


def test_an_example_to_reckon_by_hand() -> None:
    assert shares([Said(1, "principal"), Said(2), Said(3)]) == {1: Fraction(1, 2), 2: Fraction(1, 4), 3: Fraction(1, 4)}
    assert shares([]) == {}


def test_targets_add_up_under_their_goal_and_others_stand_apart() -> None:
    parts = {1: Fraction(1, 4), 2: Fraction(1, 4), 3: Fraction(1, 2)}
    assert roll_up(parts, {1: 10, 2: 10, 3: None}) == {10: Fraction(1, 2), None: Fraction(1, 2)}
    with pytest.raises(KeyError):
        roll_up(parts, {1: 10})


@calmly
@given(many)
def test_rolling_up_loses_nothing(alignments: list[Said]) -> None:
    parts = shares(alignments)
    assert sum(roll_up(parts, {element: element % 3 or None for element in parts}).values()) == sum(parts.values())
