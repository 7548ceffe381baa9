"""The gap report: ranked, complete, with the answers of the government."""

from __future__ import annotations

from dataclasses import replace

from docx.oxml.ns import qn

from migov.work.policy.products import gaps
from tests.work.policy.products import files
from tests.work.policy.products.tables import CHILD, GCM, ICRMW, MIXED, TRAFFICKING, edition, line, rows


def test_rank_is_weight_then_judgement_then_type() -> None:
    said = edition(
        line(1, "a", "partial"), line(2, "b", "none", type="may"), line(3, "c", "none"), line(4, "d", "contrary"),
        line(5, "e", "contrary", weight="political"), line(6, "f", "contrary", weight="authoritative"), line(7, "g", "full"),
        line(8, "h", "na"), line(9, "i", ""),
    )  # fmt: skip
    assert [(gap.number, gap.line.place) for gap in gaps.ranked(said)] == [
        (1, "d"), (2, "c"), (3, "b"), (4, "a"), (5, "f"), (6, "e"),
    ]  # fmt: skip


def test_groups_keep_the_rank() -> None:
    said = edition(
        line(1, "10", "contrary", source=GCM), line(2, "1", "partial"), line(3, "2", "none", source=TRAFFICKING),
        sources=(GCM, ICRMW, TRAFFICKING),
    )  # fmt: skip
    groups = gaps.by_source(gaps.ranked(said))
    assert [(source.code, [gap.number for gap in found]) for source, found in groups] == [
        ("eu-2011-36", [1]), ("icrmw", [2]), ("gcm", [3]),
    ]  # fmt: skip


def test_a_recommendation_says_what_is_asked_what_stands_what_to_do_and_the_answer() -> None:
    document = files.word(gaps.gap_report(edition(*MIXED, release=1)))
    lines = [one.text for one in document.paragraphs]
    at = lines.index("1. Article 16(4) – contrary")
    assert lines[at + 1 : at + 7] == [
        "Requirement: No arbitrary arrest or detention. (binding; shall; the State)",
        "The text says: Article 3: Detention\n1. A child shall not be detained for reasons of residence status.\n"
        "Article 2(1): No employer may keep the passport of a worker.",
        "Recommendation: The draft allows detention without time limit.",
        "Proposed wording: Detention is ordered by a court.",
        "Planned act, time limit: Amendments to the Law on Foreigners, 2027",
        "Answer of the government: agrees: will be changed (20\u00a0November 2026). Will be changed before the second reading.",
    ]
    at = lines.index("2. Article 17(3) – none")
    assert lines[at + 2 : at + 5] == [
        "The text says: nothing on this", "Recommendation: Add a provision that meets this requirement.",
        "Answer of the government: none yet",
    ]  # fmt: skip


def test_figures_are_counts_of_rows_and_lead_to_them() -> None:
    document = files.word(gaps.gap_report(edition(*MIXED)))
    words = files.words(document)
    assert "6 of 7 requirements and elements of one instrument or framework are judged." in words
    links = {rel.target_ref for rel in document.part.rels.values() if rel.is_external}
    assert "https://migov.example.org/policy/reviews/7/?judgement=contrary" in links
    counted = next(one for one in document.tables if one.cell(0, 0).text == "Instrument or framework")
    assert files.cells(counted)[1] == ["ICRMW", "1", "1", "1", "1", "2", "1"]
    assert files.cells(counted)[0][1:] == [
        "Full", "Partial", "None", "Contrary", "Not applicable, discretionary", "Not judged",
    ]  # fmt: skip
    assert document.inline_shapes[0]._inline.docPr.get("descr")


def test_the_ranking_names_every_gap() -> None:
    document = files.word(gaps.gap_report(edition(*rows(30))))
    ranking = next(one for one in document.tables if one.cell(0, 0).text == "No.")
    assert [row[0] for row in files.cells(ranking)[1:]] == [str(number) for number in range(1, 16)]
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 3"]
    assert len(headings) == 15
    assert ranking._tbl.find(f".//{qn('w:tblHeader')}") is not None


def test_a_long_provision_is_cut_with_a_mark() -> None:
    long = replace(MIXED[1], provisions=(replace(CHILD, text="word " * 3000),))
    said = next(
        one.text for one in files.word(gaps.gap_report(edition(long))).paragraphs if "The text says" in one.text
    )
    assert len(said) < 1600
    assert said.endswith("[…]")


def test_an_empty_review_and_one_without_gaps() -> None:
    assert "No row is judged yet." in files.words(files.word(gaps.gap_report(edition(replace(MIXED[0], judgement="")))))
    assert "The review has no rows yet." in files.words(files.word(gaps.gap_report(edition())))
    assert "there is nothing to recommend" in files.words(files.word(gaps.gap_report(edition(MIXED[0]))))
    assert "fully aligned" in " ".join(files.pages(gaps.gap_report(edition(MIXED[0]))))
