"""The commented draft: the text with real Word comments."""

from __future__ import annotations

from dataclasses import replace

import pytest
from docx.oxml.ns import qn

from migov.work.policy.models import Provision
from migov.work.policy.products.commented import commented
from migov.work.policy.review.table import Cited
from tests.work.policy.products import files
from tests.work.policy.products.tables import ICRMW, MIXED, edition, line


def provision(kind: str, number: str, eid: str, label: str, depth: int, **words: str) -> Provision:
    return Provision(kind=kind, number=number, eid=eid, label=label, depth=depth, **words)


LAW = [
    provision("chapter", "I", "chp_I", "Chapter I", 0, heading="Rights"),
    provision("article", "2", "art_2", "Article 2", 1, heading="Documents"),
    provision(
        "paragraph", "1", "art_2__para_1", "Article 2(1)", 2, text="No employer may keep the passport of a worker."
    ),
    provision(
        "point", "z^1", "art_2__para_1__list_1__point_z^1", "Article 2(1)(z^1)", 3, text="nor any other document;"
    ),
    provision("article", "3", "art_3", "Article 3", 1, heading="Detention", text="ბავშვი არ დააკავონ.\nРебёнок."),
]


@pytest.fixture
def document():
    return files.word(commented(edition(*MIXED), LAW, "Draft\nLaw of the Republic"))


def anchored(document, comment) -> str:
    """The words that a comment stands on."""
    words, inside = [], False
    for node in document.element.body.iter():
        if node.get(qn("w:id")) == str(comment.comment_id):
            inside = node.tag == qn("w:commentRangeStart")
        if inside and node.tag == qn("w:t"):
            words.append(node.text)
    return "".join(words)


def test_the_text_is_printed_with_its_numbers(document) -> None:
    lines = [(one.style.name, one.text) for one in document.paragraphs]
    for printed in (
        ("Normal", "Law of the Republic"), ("Heading 1", "Chapter I – Rights"), ("Heading 3", "Article 2 – Documents"),
        ("Normal", "1. No employer may keep the passport of a worker."), ("Normal", "(z^1) nor any other document;"),
        ("Heading 3", "Article 3 – Detention"), ("Normal", "ბავშვი არ დააკავონ."), ("Normal", "Ребёнок."),
    ):  # fmt: skip
        assert printed in lines
    inset = {one.text: one.paragraph_format.left_indent for one in document.paragraphs}
    assert inset["(z^1) nor any other document;"] > inset["1. No employer may keep the passport of a worker."]


def test_comments_stand_on_the_provisions_that_rows_cite(document) -> None:
    found = [(anchored(document, one), one.text.split("\n")[0]) for one in document.comments]
    passport, detention = "1. No employer may keep the passport of a worker.", "Article 3 – Detention"
    assert found == [
        (passport, "ICRMW, Article 21: full"), (detention, "ICRMW, Article 16(4): contrary"),
        (passport, "ICRMW, Article 16(4): contrary"), (detention, "ICRMW, Article 22(4): partial"),
    ]  # fmt: skip


def test_a_comment_is_complete_once_and_refers_to_itself_elsewhere(document) -> None:
    _first, whole, again, _last = document.comments
    assert whole.text.split("\n") == [
        "ICRMW, Article 16(4): contrary", "Requirement: No arbitrary arrest or detention.",
        "The draft allows detention without time limit.", "Proposed wording: Detention is ordered by a court.",
        "Planned: Amendments to the Law on Foreigners, 2027",
        "Answer of the government: agrees: will be changed (20\u00a0November 2026). Will be changed before the second reading.",
    ]  # fmt: skip
    assert again.text.split("\n")[1] == "See the comment on Article 3."


def test_the_office_is_the_author(document, settings) -> None:
    assert {one.author for one in document.comments} == {settings.MIGOV_ORGANISATION}
    assert {one.initials for one in document.comments} == {"RO"}


def test_what_the_text_lacks_stands_at_the_end(document) -> None:
    lines = [one.text for one in document.paragraphs]
    after = lines[lines.index("Missing") :]
    assert after[2:] == [
        "ICRMW, Article 17(3): none", "Requirement: Persons detained are held apart from convicts.",
        "Add a provision that meets this requirement.",
    ]  # fmt: skip


def test_a_provision_that_is_no_longer_there_loses_no_comment() -> None:
    gone = replace(MIXED[0], provisions=(Cited("Article 99", "art_99"),))
    lines = [one.text for one in files.word(commented(edition(gone), LAW)).paragraphs]
    at = lines.index("On provisions that this version no longer has")
    assert lines[at + 1 : at + 3] == ["ICRMW, Article 21: full", "Article 99"]
    assert "Missing" not in lines


def test_a_version_without_structure_and_a_review_without_judgements() -> None:
    plain = files.words(files.word(commented(edition(*MIXED), [])))
    assert "The structure of this version was not found" in plain
    assert "The draft allows detention without time limit." in plain
    untouched = files.word(commented(edition(*(replace(one, judgement="") for one in MIXED)), LAW))
    assert len(list(untouched.comments)) == 0
    assert "Missing" not in [one.text for one in untouched.paragraphs]


def test_it_is_marked_as_a_draft_until_it_is_released(document) -> None:
    assert "Draft – confidential" in "".join(one.text for one in document.sections[0].footer.paragraphs)
    released = files.word(commented(edition(*MIXED, release=2), LAW))
    assert "confidential" not in files.words(released)


def test_an_empty_paragraph_that_is_cited_keeps_its_comment() -> None:
    empty = [provision("text", "", "text_1", "Text", 0)]
    row = line(1, "1", "full", source=ICRMW, provisions=(Cited("Text", "text_1"),), comment="Kept.")
    made = files.word(commented(edition(row), empty))
    assert "Kept." in files.words(made)


def test_what_breaks_files_does_not_break_this_one() -> None:
    hostile = "<w:t>&amp; \x00\x0b\ufffe {{ 7 }} ]]>"
    row = replace(MIXED[0], comment=hostile, obligation=hostile)
    law = [*LAW, provision("paragraph", "2", "art_3__para_2", "Article 3(2)", 2, text=hostile)]
    made = files.word(commented(edition(row, replace(MIXED[2], comment=hostile)), law, hostile))
    assert [one.text for one in made.paragraphs].count("2. <w:t>&amp;  {{ 7 }} ]]>") == 1
    assert "<w:t>&amp;  {{ 7 }} ]]>" in next(iter(made.comments)).text
