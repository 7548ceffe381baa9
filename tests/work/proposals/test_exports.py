"""The proposal as DOCX and PDF: read again, and seen by those who may."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document as Word

from migov.foundation.people.access import SYSTEM
from migov.services.alignment import actions as alignment
from migov.services.documents import render
from migov.work.proposals import exports, papers
from migov.work.proposals.models import Proposal
from tests.factories import element, proposal
from tests.work.proposals.complete import complete
from tests.work.proposals.test_content import fill_more


def word(made: Proposal) -> Any:
    fresh = Proposal.objects.select_related("project__record__office", "project__record__owner").get(pk=made.pk)
    return Word(io.BytesIO(render(exports.report(fresh), "docx").content))


def test_the_document_says_what_the_proposal_says(db: None) -> None:
    made = complete(title="Safe return to Moldova")
    alignment.declare(made.project.record, element("10"), by=SYSTEM)
    document = word(made)
    headings = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    sections = [part.title for part in papers.paper(papers.PROPOSAL).sections]
    assert headings[0] == "The project"
    assert [one for one in headings if one in sections] == sections
    for title in ("Results matrix", "Budget", "Work plan", "Risks", "Cross-cutting markers", "What it contributes to"):
        assert title in headings
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert any("Referral rules are in force" in text for text in cells)
    assert "Staff leave" in cells
    assert "95,000" in cells or "95,000.00" in cells
    assert any("31.12.2027: 100" in text for text in cells)
    assert len(document.inline_shapes) == 1, "the work plan is a picture"
    assert any(section.page_width > section.page_height for section in document.sections), "the matrix lies sideways"


def test_an_empty_proposal_makes_a_document_too(db: None) -> None:
    text = "\n".join(one.text for one in word(proposal(places=(), themes=(), donor="", stage="idea")).paragraphs)
    assert "Not written yet" in text


def test_the_pdf_is_one(db: None) -> None:
    made = complete()
    assert render(exports.report(made), "pdf").content.startswith(b"%PDF-")


def test_kosovo_is_named_with_its_footnote(db: None) -> None:
    assert exports.report(complete(places=("XKX",))).footnotes
    assert not exports.report(complete(places=("MDA",))).footnotes


def test_the_number_of_queries_does_not_grow(db: None) -> None:
    small, large = complete(), complete()
    fill_more(large)
    counts = []
    for made in (small, large):
        fresh = Proposal.objects.select_related("project__record__office", "project__record__owner").get(pk=made.pk)
        with CaptureQueriesContext(connection) as captured:
            exports.report(fresh)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_it_is_sent_to_those_who_may_see_it(people: dict[str, Any], client_for: Any, fmt: str) -> None:
    made = complete(office=people["ana"].memberships.get().office, visibility="office")
    address = f"/proposals/{made.pk}/proposal.{fmt}"
    sent = client_for(people["ana"]).get(address)
    assert sent.status_code == 200
    assert f'.{fmt}"' in sent["Content-Disposition"]
    for name in ("boris", "ion", "jan", "nobody"):
        assert client_for(people[name]).get(address).status_code in (403, 404)


def test_another_format_is_not_there(people: dict[str, Any], client_for: Any) -> None:
    made = complete()
    assert client_for(people["kim"]).get(f"/proposals/{made.pk}/proposal.odt").status_code == 404
