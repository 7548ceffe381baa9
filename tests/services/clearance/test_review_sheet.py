"""The review sheet: all that was said, as a document in every format."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.records.models import Record
from migov.services import documents
from migov.services.clearance import actions
from migov.services.clearance.models import Clearance
from migov.services.clearance.review_sheet import review_sheet
from tests.services.clearance import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(clearance, people):
    remark = actions.comment(
        clearance,
        round=1,
        anchor="section:summary",
        body="Name the sex.",
        quote="200 people",
        wording="100 women",
        by=people["carla"],
    )
    actions.reply(remark, body="We count Kosovo too.", by=people["ana"])
    desk.clear(clearance, people["carla"])
    actions.decide(clearance, round=1, outcome="cleared", reason="Sound work.", override=True, by=people["dora"])
    return clearance


def test_it_tells_all_that_was_said(reviewed, people):
    page = str(documents.render(review_sheet(reviewed, people["carla"]), "html").content, "utf-8")
    for words in (
        "Review sheet: Work after return", "Sound work.", "Decided without these verdicts: M&amp;E (emil)", "Name the sex.",
        "100 women", "We count Kosovo too.", "Is the need shown?", "clear", "1244", "handed it in",
    ):  # fmt: skip
        assert words in page, words


def test_it_opens_in_word_and_as_pdf(reviewed, people):
    report = review_sheet(reviewed.pk, people["dora"])
    written = docx.Document(BytesIO(documents.render(report, "docx").content))
    cells = {cell.text for table in written.tables for row in table.rows for cell in row.cells}
    assert {"Specialist", "carla", "clear", "none yet"} <= cells
    assert documents.render(report, "pdf").content.startswith(b"%PDF")


def test_while_it_stands_it_says_so_and_has_no_footnote_it_does_not_need(clearance, people):
    page = str(documents.render(review_sheet(clearance, people["carla"]), "html").content, "utf-8")
    assert "Nothing has been decided yet." in page
    assert "Nobody commented." in page
    assert "1244" not in page


def test_who_may_not_see_the_work_gets_no_sheet(clearance, record, people):
    for name in ("boris", "ion", "jan", "nobody"):
        with pytest.raises(Clearance.DoesNotExist):
            review_sheet(clearance, people[name])
    Record.objects.filter(pk=record.pk).update(visibility="public")
    with pytest.raises(PermissionDenied):
        review_sheet(clearance, type(people["jan"]).objects.get(username="jan"))
