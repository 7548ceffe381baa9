"""Coverage of frameworks: which elements a strategy treats, and where."""

from __future__ import annotations

from migov.services.documents.tones import WASHES
from migov.work.policy.products import coverage
from tests.work.policy.products import files
from tests.work.policy.products.tables import CHILD, GCM, ICRMW, MIXED, PASSPORT, edition, line

STRATEGY = (
    line(1, "10", "full", source=GCM, obligation="Combat trafficking", provisions=(CHILD, PASSPORT)),
    line(2, "13", "contrary", source=GCM, obligation="Detention as a last resort", comment="It is the rule."),
    line(3, "14", "none", source=GCM, obligation="Consular protection", wording="A consulate is told at once."),
    line(4, "15", "partial", source=GCM, obligation="Basic services"),
    line(5, "16", "na", source=GCM, obligation="Inclusion"),
    line(6, "17", "", source=GCM, obligation="No discrimination"),
)


def test_each_element_stands_in_one_column() -> None:
    document = files.word(coverage.coverage(edition(*STRATEGY, *MIXED, sources=(ICRMW, GCM), kind="strategy")))
    found = files.cells(document.tables[-1])
    assert found[0] == ["Code", "Element", "Fully", "Partly", "Not", "Where", "What is missing, what is proposed"]
    assert [row[2:5] for row in found[1:]] == [
        ["●", "", ""], ["", "", "contrary"], ["", "", "●"], ["", "●", ""], ["n/a"] * 3, ["?"] * 3,
    ]  # fmt: skip
    assert found[1][5] == "Article 3; Article 2(1)"
    assert [row[6] for row in found[2:4]] == ["It is the rule.", "Proposed wording: A consulate is told at once."]
    assert len([one for one in document.tables if one.cell(0, 0).text == "Code"]) == 1


def test_the_workbook_is_a_heat_map() -> None:
    sheet = files.book(coverage.coverage(edition(*STRATEGY, sources=(GCM,))))["GCM"]
    assert sheet["C2"].fill.fgColor.rgb == f"FF{WASHES['positive']}"
    assert (sheet["E3"].value, sheet["E3"].fill.fgColor.rgb) == ("contrary", f"FF{WASHES['alarm']}")
    assert sheet["C3"].fill.fgColor.rgb == "00000000"


def test_figures_count_elements() -> None:
    said = files.words(files.word(coverage.coverage(edition(*STRATEGY, sources=(GCM,)))))
    assert "of 6 elements" in said
    assert "Not treated, or contrary" in said


def test_without_a_framework_it_says_so() -> None:
    assert "not compared with a framework" in files.words(files.word(coverage.coverage(edition(*MIXED))))
