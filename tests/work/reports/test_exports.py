"""Reports as DOCX and PDF: what stands in them, from what is written now and from what was endorsed."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from docx import Document as Word

from migov.services.documents import Section, Table, render
from migov.services.documents.tree import walk
from migov.work.reports import exports, queries
from migov.work.reports.actions import writing
from migov.work.reports.models import Report
from tests.work.reports.makers import Ground, correct, ground

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Ground:
    return ground()


def fresh(made: Report) -> Report:
    return queries.Report.objects.select_related("record", "project__record__office", "submission").get(pk=made.pk)


def word(made: Report) -> Any:
    return Word(io.BytesIO(render(exports.document(fresh(made), base_url="https://migov.example"), "docx").content))


def said(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells]).replace("\xa0", " ")


def test_the_document_holds_sections_in_their_order_with_their_tables(at: Ground) -> None:
    made = at.report()
    at.write_all(made)
    document = word(made)
    headings = [one.text for one in document.paragraphs if re.fullmatch(r"Heading \d", one.style.name)]
    order = ["The project", *(part.title for part in queries.parts_of(made))]
    assert [one for one in headings if one in order] == order
    levels = {one.text: one.style.name for one in document.paragraphs if one.text in order}
    assert levels["Output 1.1: Guardians are trained"] > levels["Progress by outcome and output"]
    text = said(document)
    for words in (
        "Guardians were named sooner",
        "640",
        "nearly achieved",
        "Children with a guardian (children)",
        "Judges change",
        "45,000",
    ):
        assert words in text, words
    assert "Draft: it has not been endorsed" in text


def test_every_table_says_where_its_figures_come_from_and_each_row_leads_there(at: Ground) -> None:
    made = at.report()
    tables = [
        one
        for one in walk(exports.document(fresh(made)).blocks)
        if isinstance(one, Table) and one.caption != "At a glance"
    ]
    assert len(tables) >= 4
    for table in tables:
        assert table.source == "The register, on 31\xa0December 2025."
        for row in table.rows:
            assert row[table.columns[0].key].url.startswith("/"), table.caption
    body = word(made).part.rels.values()
    assert any("https://migov.example/results/" in one.target_ref for one in body if one.is_external)


def test_what_is_not_written_and_what_is_empty_is_said(at: Ground) -> None:
    at.proposal.delete()
    text = said(word(at.report()))
    assert "Not written." in text and "The project has no work plan in the register." in text


def test_an_endorsed_report_is_printed_with_the_figures_it_was_handed_in_with(at: Ground) -> None:
    ready = at.endorsed(at.report())
    correct(at.assisted, 2025, 368)
    text = said(word(ready))
    assert "640" in text and "668" not in text
    assert "Draft" not in text and "round 1 of clearance" in text


def test_the_pdf_is_one(at: Ground) -> None:
    made = at.report()
    writing.write(made, "summary", text="A list:\n\n- one\n- two", by=at.people["ana"])
    assert render(exports.document(fresh(made)), "pdf").content.startswith(b"%PDF-")


def test_lists_and_paragraphs_stay_what_they_are(at: Ground) -> None:
    made = at.report()
    writing.write(made, "summary", text="First.\n\n- one\n- two\n\nLast.", by=at.people["ana"])
    summary = next(
        one for one in walk(exports.document(fresh(made)).blocks) if isinstance(one, Section) and one.title == "Summary"
    )
    assert [type(block).__name__ for block in summary.blocks] == ["Paragraph", "Bullets", "Paragraph"]


def test_kosovo_is_named_with_its_footnote() -> None:
    at = ground(places={"XKX": None})
    assert exports.document(fresh(at.report())).footnotes
    assert "Kosovo*" in said(word(at.report("annual")))


def test_what_was_written_for_the_demonstration_says_so() -> None:
    at = ground(illustrative=True)
    assert "nothing in it is real" in " ".join(exports.document(fresh(at.report())).notices)
