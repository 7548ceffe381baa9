"""The conformity footnote says no more than the judgements bear out."""

from __future__ import annotations

import pytest

from migov.work.policy.products import conformity
from tests.work.policy.products.tables import GCM, ICRMW, MIXED, TRAFFICKING, edition, line


def degree(*judgements: str, **fields: str) -> str:
    lines = [line(number, str(number), judgement, **fields) for number, judgement in enumerate(judgements, start=1)]
    return conformity.of(ICRMW, lines).degree


@pytest.mark.parametrize(
    ("judgements", "said"),
    [
        (("full", "full"), "full"),
        (("full", "na", "discretionary"), "full"),
        (("full", "partial"), "partial"),
        (("full", "none"), "partial"),
        (("full", "contrary"), "partial"),
        (("full", ""), "partial"),
        (("partial",), "partial"),
        (("none", "contrary"), ""),
        (("na", "discretionary"), ""),
        (("", ""), ""),
        ((), ""),
    ],
)
def test_the_degree(judgements: tuple[str, ...], said: str) -> None:
    assert degree(*judgements) == said


def test_what_may_be_done_does_not_stand_against_fully_unless_the_text_is_contrary() -> None:
    met = line(1, "1", "full")
    assert conformity.of(ICRMW, [met, line(2, "2", "none", type="may")]).degree == "full"
    assert conformity.of(ICRMW, [met, line(2, "2", "", type="definition")]).degree == "full"
    assert conformity.of(ICRMW, [met, line(2, "2", "contrary", type="may")]).degree == "partial"
    assert conformity.of(ICRMW, [met, line(2, "2", "none", type="institutional")]).degree == "partial"


def test_the_footnote_names_each_act_with_its_number() -> None:
    said = conformity.statement(
        edition(*MIXED, line(20, "2", "full", source=TRAFFICKING), sources=(ICRMW, TRAFFICKING, GCM))
    )
    assert said == (
        f"This Law is fully aligned with: {TRAFFICKING.title}, CELEX 32011L0036.\n"
        f"This Law is partially aligned with: {ICRMW.title}."
    )


def test_there_is_none_without_alignment_and_none_with_frameworks() -> None:
    assert conformity.statement(edition(line(1, "1", "none"))) == ""
    strategy = edition(line(1, "10", "full", source=GCM), sources=(GCM,), kind="strategy")
    assert conformity.all_of(strategy) == []
    assert conformity.blocks(strategy) == []


def test_a_strategy_is_not_called_a_law() -> None:
    assert conformity.statement(edition(line(1, "1", "full"), kind="strategy")).startswith("This Strategy is fully")
    assert conformity.statement(edition(line(1, "1", "full"), kind="other")).startswith("This text is fully")


def test_it_names_what_stands_against_fully() -> None:
    [found] = conformity.all_of(edition(*MIXED))
    assert conformity.prevented(found) == "Article 16(4) (contrary), Article 17(3) (none), Article 25 (not judged)"
    many = [line(number, str(number), "none") for number in range(1, 16)]
    words = conformity.prevented(conformity.of(ICRMW, [line(99, "99", "full"), *many]))
    assert words.count("(none)") == 12
    assert words.endswith("and 3 more")
