"""The management response as a document, read again."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from openpyxl import load_workbook

from migov.foundation.people.access import SYSTEM
from migov.services.documents import render
from migov.work.evaluations.actions import responding
from migov.work.evaluations.models import Evaluation
from migov.work.evaluations.response_report import report
from tests.work.evaluations.makers import completed, issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(people: Any) -> Evaluation:
    one = completed("Evaluation of the shelters in Kosovo")
    action = issued(one, needs_funds=True, owner=people["carla"])
    responding.report_status(action, "completed", text="All districts were written to.", by=SYSTEM)
    responding.close(action.recommendation, "completed", comment="Deputies are named.", by=SYSTEM)
    return Evaluation.objects.select_related("record", "management_response").get(pk=one.pk)


def text_of(content: bytes) -> str:
    read = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in read.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


def test_the_word_document_says_all_of_the_form(answered: Evaluation) -> None:
    said = text_of(render(report(answered, names=True), "docx").content)
    for words in (
        "Management response and action plan", "Evaluation of the shelters in Kosovo", "Aigerim S., M&E officer", "20 June 2026",
        "Recommendation 1", "Name deputies in every district.", "accept", "Programme unit", "Write to all districts",
        "30 September 2026", "completed", "All districts were written to.", "Deputies are named.", "resolution 1244",
    ):  # fmt: skip
        assert words in said.replace("\u00a0", " "), words


def test_people_are_not_named_for_outsiders(answered: Evaluation) -> None:
    said = text_of(render(report(answered, names=False), "docx").content)
    assert "Aigerim" not in said and "carla" not in said and "M&E officer" in said


def test_pdf_and_workbook_are_made_of_the_same(answered: Evaluation) -> None:
    assert render(report(answered, names=True), "pdf").content.startswith(b"%PDF")
    book = load_workbook(io.BytesIO(render(report(answered, names=True), "xlsx").content))
    cells = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}
    assert {"1.1", "Write to all districts", "completed"} <= cells


def test_a_draft_says_that_it_is_one() -> None:
    one = completed()
    issued(one)
    responding.take_back(one, why="Wrong", by=SYSTEM)
    again = Evaluation.objects.select_related("record", "management_response").get(pk=one.pk)
    assert "Draft: this response has not been issued." in text_of(render(report(again, names=True), "docx").content)
