"""Meeting in ten days: from the invitation to a cleared input and a briefing book."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import docx
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.watching import looked_at

OFFICER, COLLEAGUE, ENDORSER = "ilinca", "elira", "annelies"
MEETING = "Ministerial conference on skills"
ITEM = "Partnerships for skills"
POINT = "A certificate earned abroad should count at home."
FIGURE = "In 2025 we met 212 nurses whose papers were not recognised."


def test_from_an_invitation_to_a_cleared_input_and_a_briefing_book(visit: Visit) -> None:
    soon = timezone.localdate() + timedelta(days=10)
    officer = visit(OFFICER, "/cooperation/meetings/new/")
    officer.get_by_label("Title").fill(MEETING)
    officer.get_by_label("Mechanism").select_option(label="Prague Process")
    officer.get_by_label("Kind").select_option("ministerial")
    officer.locator("input[name=starts]").fill(soon.isoformat())
    officer.locator("input[name=ends]").fill((soon + timedelta(days=1)).isoformat())
    officer.get_by_label("City").fill("Tbilisi")
    officer.locator("input[name=inputs_due]").fill((soon - timedelta(days=4)).isoformat())
    looked_at(officer)
    officer.get_by_role("button", name="Enter the meeting").click()
    meeting = officer.url
    expect(officer.get_by_role("heading", level=1)).to_contain_text(MEETING)
    officer.get_by_role("button", name="Add all members").click()
    expect(officer.get_by_role("main")).to_contain_text("Georgia")
    looked_at(officer)

    # An input is asked for, taken on, and a country office is asked for its figure.
    officer.get_by_role("link", name="Ask for an input").click()
    officer.get_by_label("Title").fill("Intervention on skills")
    officer.get_by_role("radio", name=re.compile("Intervention")).check()
    officer.get_by_label("I write it myself").check()
    looked_at(officer)
    officer.get_by_role("button", name="Ask for it").click()
    paper = officer.url
    officer.get_by_text("Ask country offices").click()
    officer.get_by_label(re.compile("Tirana")).check()
    officer.locator("textarea[name=question]").fill("How many nurses did you meet whose papers were not recognised?")
    officer.get_by_role("button", name="Ask them").click()
    colleague = visit(COLLEAGUE, paper)
    colleague.get_by_text("Answer for this office").click()
    colleague.locator("textarea[name=answer]").fill(FIGURE)
    colleague.get_by_role("button", name="Send").click()
    officer.goto(paper)
    expect(officer.get_by_role("main")).to_contain_text(FIGURE)

    for section, words in (
        ("Our point", POINT),
        ("Reasons", FIGURE),
        ("What we propose", "A common list of papers that count."),
    ):
        officer.goto(paper)
        officer.get_by_role("main").get_by_role("link", name=section, exact=True).first.click()
        officer.wait_for_load_state("networkidle")
        officer.locator("#section-text").fill(words)
        officer.locator("#section-text").press("Control+s")
        expect(officer.locator("#section-status")).to_have_text(re.compile("Saved"))
    looked_at(officer)

    # It is handed in and decided on a telephone.
    officer.goto(paper)
    officer.get_by_role("link", name=re.compile("Clearance")).last.click()
    officer.get_by_role("button", name="Hand in").click()
    officer.get_by_role("link", name="Open the review").click()
    endorser = visit(ENDORSER, f"{officer.url}decide/", width=390, height=844)
    endorser.get_by_role("radio", name="Endorse", exact=True).check()
    override = endorser.get_by_label("Endorse without waiting for the missing verdicts")
    if override.count():
        override.check()
    endorser.get_by_label(re.compile("Reason|Why")).last.fill("Short and right.")
    looked_at(endorser)
    endorser.get_by_role("button", name="Decide", exact=True).click()
    officer.goto(paper)
    expect(officer.get_by_role("main")).to_contain_text(re.compile("cleared", re.I))

    # The briefing book for the meeting, and its document.
    officer.goto(meeting)
    officer.get_by_role("link", name="Make a briefing book").click()
    expect(officer.get_by_label("Title")).to_have_value(f"Briefing: {MEETING}")
    officer.wait_for_load_state()  # all countries have come
    named = [box.get_attribute("value") for box in officer.locator("input[name=places]:checked").all()]
    for value in named[2:]:
        officer.locator(f"input[name=places][value='{value}']").uncheck()
    officer.get_by_label("First words").fill("Say one thing: papers should count.")
    looked_at(officer)
    officer.get_by_role("button", name="Make the book").click()
    expect(officer.get_by_role("main")).to_contain_text("Who takes part")
    looked_at(officer)
    link = officer.get_by_role("link", name="DOCX").get_attribute("href")
    made = docx.Document(io.BytesIO(officer.request.get(link or "").body()))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(one.text for one in made.paragraphs), *cells])
    for expected in (
        MEETING,
        "Say one thing: papers should count.",
        "Tbilisi",
        "Prague Process",
        "Inspections tell each other",
    ):
        assert expected in text, expected
    officer.get_by_role("button", name="Refresh").click()
    expect(officer.locator("body")).to_contain_text("Nothing has changed since the last edition.")
