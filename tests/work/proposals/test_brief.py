"""A proposal in a few lines, for who decides."""

from __future__ import annotations

import pytest

from migov.services.clearance.content import Content, Heading, Line, Rows, Text
from migov.work.proposals.brief import LONGEST, brief

FACTS = [Heading("what", ""), Heading("value", "Value")]


def content(rationale: str = "Contracts are withheld. Half of the complaints are about them.") -> Content:
    facts = [
        Line("header:places", "Countries and areas", {"what": "Countries and areas", "value": "Albania"}),
        Line("header:donor", "Donor", {"what": "Donor", "value": "–"}),
    ]
    matrix = [
        Line("result:1", "Objective", {"title": "Care workers are recruited fairly"}),
        Line("result:2", "Outcome 1", {"title": "x"}),
    ]
    return Content("Fair recruitment", (
        Rows("header", "The project", FACTS, facts), Text("section:rationale", "Rationale", rationale),
        Text("section:beneficiaries", "Beneficiaries", "Two thousand care workers.\n\nAnd their families."),
        Rows("matrix", "Results matrix", [Heading("title", "Title")], matrix),
    ))  # fmt: skip


def test_it_says_what_for_whom_and_where_and_leaves_out_what_is_not_said() -> None:
    assert brief(content()) == [
        ("Objective", "Care workers are recruited fairly"),
        ("The problem", "Contracts are withheld. Half of the complaints are about them."),
        ("For whom", "Two thousand care workers."),
        ("Countries and areas", "Albania"),
    ]


@pytest.mark.parametrize("sentence", ["This is one sentence among very many of them. ", "word " * 80])
def test_a_long_text_is_cut_after_a_sentence_or_with_a_mark(sentence: str) -> None:
    said = dict(brief(content(sentence * 20)))["The problem"]
    assert len(said) <= LONGEST
    assert said.endswith((".", "…"))
