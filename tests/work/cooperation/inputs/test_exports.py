"""Inputs as documents, read from the files: clean, as they are spoken or handed out, and annotated, with sources."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from migov.services.documents import Report, Section, render
from migov.work.cooperation.inputs import exports
from migov.work.cooperation.inputs.actions import writing
from migov.work.cooperation.inputs.facts import Offered
from migov.work.cooperation.models import Input
from tests.work.cooperation.inputs.conftest import Ground

FACT = Offered("k", "The process has 50 participating States.", "Secretariat", date(2024, 5, 31))


def paragraphs(report: Report) -> list[tuple[str, str]]:
    """Style and text of each paragraph of the Word document."""
    made = Document(io.BytesIO(render(report, "docx").content))
    return [(str(one.style.name), one.text) for one in made.paragraphs if one.text.strip()]


def text(report: Report) -> str:
    return "\n".join(words for _style, words in paragraphs(report))


def pdf(report: Report) -> str:
    pages = PdfReader(io.BytesIO(render(report, "pdf").content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture
def statement(at: Ground) -> Input:
    paper, fatos = at.draft(), at.people["fatos"]
    writing.write(paper, "opening", text="Chair, thank you.", by=fatos)
    writing.pull(paper, "message", FACT, by=fatos)
    writing.write(paper, "commitment", text="We ask States:\n\n- to license agencies\n- to inspect them", by=fatos)
    writing.write(paper, "closing", text="Thank you.", by=fatos)
    writing.write(paper, "sensitive", text="The host objects to inspections.", by=fatos)
    return paper


class TestStatement:
    def test_clean_it_is_a_speech_without_headings_notes_and_what_is_for_the_speaker(self, statement: Input) -> None:
        report = exports.document(statement)
        said = text(report)
        assert "Check against delivery." in said
        assert "The process has 50 participating States.\n" in f"{said}\n" and "[1]" not in said
        for left_out in ("Sources", "Secretariat", "objects to inspections", "Message", "Opening"):
            assert left_out not in said
        assert "to license agencies" in said
        assert "The process has 50 participating States." in pdf(report)

    def test_annotated_it_has_headings_sources_and_what_is_for_the_speaker(self, statement: Input) -> None:
        report = exports.document(statement, annotated=True)
        said = text(report).replace("\xa0", " ")
        for expected in (
            "Annotated version", "Opening", "For the speaker: sensitive points", "objects to inspections", "Sources",
            "[1] The process has 50 participating States. Source: Secretariat, as of 31 May 2024.",
        ):  # fmt: skip
            assert expected in said
        assert "Check against delivery." not in said

    def test_a_draft_says_so_and_what_is_cleared_is_printed_as_it_was(self, at: Ground, statement: Input) -> None:
        assert "Draft: it has not been cleared." in text(exports.document(statement))
        at.decide(at.hand_in(statement))
        cleared = Input.objects.select_related("record", "submission", "meeting__record", "mechanism__record").get(
            pk=statement.pk
        )
        report = exports.document(cleared)
        assert "Draft" not in text(report)
        assert report.date == timezone.localdate()  # of its meeting


def test_talking_points_are_big_lines_with_their_support(at: Ground) -> None:
    paper, fatos = at.draft(type="points"), at.people["fatos"]
    writing.write(paper, "context", text="Ministers decide on Thursday.", by=fatos)
    writing.write(
        paper, "points", text="Fair recruitment pays.\n\n- Fees fell in five countries [1]\n\nWe can help.", by=fatos
    )
    writing.write(paper, "asks", text="- Adopt paragraph 7", by=fatos)
    styles = {words: style for style, words in paragraphs(exports.document(paper))}
    assert styles["Fair recruitment pays."] == styles["We can help."] == styles["Adopt paragraph 7"] == "Heading 1"
    assert styles["Fees fell in five countries"] == "List Bullet"
    assert "Ministers decide on Thursday." not in styles


def test_what_is_spoken_is_printed_large_and_what_is_read_is_not(at: Ground) -> None:
    for type, size in (("statement", "large"), ("points", "large"), ("intervention", "large"), ("position", "normal")):
        paper = at.draft(type=type)
        assert exports.document(paper).type_size == size
        assert exports.document(paper, annotated=True).type_size == "normal"


def test_plain_text_is_what_is_spoken_and_nothing_else(
    statement: Input, client_for: Callable[[Any], Client], at: Ground
) -> None:
    url = reverse("cooperation:input-export", args=[statement.pk, "clean", "txt"])
    answer = client_for(at.people["ana"]).get(url)
    said = answer.content.decode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8" and ".txt" in answer["Content-Disposition"]
    assert (
        "Chair, thank you.\n\nThe process has 50 participating States.\n\nWe ask States:\n\n- to license agencies\n- to"
        in said
    )
    assert "Draft: it has not been cleared." in said
    for left_out in ("[1]", "Secretariat", "objects to inspections", "Message"):
        assert left_out not in said
    annotated = reverse("cooperation:input-export", args=[statement.pk, "annotated", "txt"])
    assert client_for(at.people["ana"]).get(annotated).status_code == 404
    assert client_for(at.people["nobody"]).get(url).status_code == 403


def test_a_position_paper_has_its_sections(at: Ground) -> None:
    paper, fatos = at.draft(type="position"), at.people["fatos"]
    writing.write(paper, "summary", text="We support common standards.", by=fatos)
    writing.write(paper, "position", text="Standards protect.", by=fatos)
    report = exports.document(paper)
    assert [block.title for block in report.blocks if isinstance(block, Section)] == [
        "Our position in brief",
        "What we hold",
    ]
    assert "For ourselves" not in text(report)


def test_kosovo_is_footnoted_wherever_it_is_named(at: Ground) -> None:
    paper = at.draft()
    assert exports.document(paper).footnotes == []
    writing.write(paper, "message", text="Kosovo* takes part as an observer.", by=at.people["fatos"])
    assert exports.document(paper).footnotes


def test_nothing_written_is_still_a_document(at: Ground) -> None:
    assert "Not written." in text(exports.document(at.draft()))
    assert pdf(exports.document(at.draft(), annotated=True))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Fifty States [1], and more [12].", "Fifty States, and more."),
        ("As in [2024] rules", "As in [2024] rules"),
        ("Plain.", "Plain."),
    ],
)
def test_numbers_of_notes_are_taken_out_where_they_are_notes(said: str, expected: str) -> None:
    assert exports.without_notes(said) == expected
