"""A ministry sends a draft law: from its request to a released table of concordance, its answers, and the next version of the draft."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.watching import looked_at

MINISTRY, OFFICER, ENDORSER, READER = "victor", "ilinca", "annelies", "claire"
TITLE = "Review of the draft Law on Work Permits"
SECRET = "Between us: the ministry knows that this is weak."
COMMENT = "Name the authority, and say that refusals can be appealed."
LAW = [
    ("Scope", ["This Law sets out how foreigners are admitted to work."]),
    ("One application", ["A foreigner applies once, and is given one permit to reside and to work."]),
    ("Decision", ["The Agency decides within 90 days on a complete application.", "A refusal states its reasons in writing."]),
    ("Fees", ["Fees may not exceed the cost of the procedure."]),
    ("Equal treatment", ["Holders of a permit are treated as nationals in pay, dismissal, and health at work."]),
    ("Identity documents", ["An employer may not keep the passport of a worker."]),
]  # fmt: skip


def draft(folder: Path, *, second: bool = False) -> Path:
    """The draft as a Word document; the second version says more on decisions."""
    law = docx.Document()
    law.add_heading("Draft Law on Work Permits", 0)
    for number, (heading, paragraphs) in enumerate(LAW, 1):
        law.add_heading(f"Article {number}. {heading}", 2)
        for place, words in enumerate(paragraphs, 1):
            more = (
                " An appeal to the administrative court is open for 30 days." if second and "refusal" in words else ""
            )
            law.add_paragraph(f"{place}. {words}{more}")
    path = folder / f"draft-{2 if second else 1}.docx"
    law.save(str(path))
    return path


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as caught:
        page.get_by_role("link", name=name).first.click()
    return Path(caught.value.path()).read_bytes()


def test_from_a_request_to_the_next_version_of_the_law(visit: Visit, tmp_path: Path) -> None:
    # The ministry files its request, with the draft.
    ministry = visit(MINISTRY, "/policy/")
    ministry.get_by_role("link", name="File a request").first.click()
    ministry.get_by_label("Ministry or body that asks").fill("Ministry of Labour")
    ministry.get_by_label("Title").fill(TITLE)
    ministry.get_by_label("Technical review of draft legislation").check()
    ministry.get_by_label("What is asked").fill("Does the draft meet the Single Permit Directive?")
    ministry.get_by_label("Documents").set_input_files(draft(tmp_path))
    looked_at(ministry)
    ministry.get_by_role("button", name="File the request").click()
    expect(ministry.get_by_role("heading", level=1)).to_have_text(TITLE)
    request_page = ministry.url
    looked_at(ministry)

    # The policy officer accepts it and takes the draft in as a text, whose structure is found.
    officer = visit(OFFICER, "/policy/")
    officer.get_by_role("link", name=TITLE).first.click()
    officer.get_by_label("Who leads the work").select_option(label="Ilinca Munteanu")
    officer.get_by_role("button", name="Accept the request").click()
    expect(officer.locator("main")).to_contain_text("Accepted")
    officer.get_by_role("link", name=re.compile("Take in as a text")).click()
    officer.get_by_label("Title", exact=True).fill("Draft Law on Work Permits")
    officer.get_by_role("button", name="Add the text").click()
    expect(officer.locator("main")).to_contain_text("6 articles")
    expect(officer.locator("#art_6")).to_contain_text("Identity documents")
    text_page = officer.url.split("versions/")[0]
    looked_at(officer)

    # She starts a review, judges with the keyboard, and writes what colleagues and what the ministry are to read.
    officer.goto(request_page)
    officer.get_by_role("link", name="Start a review").click()
    officer.get_by_role("checkbox", name=re.compile("Single Permit Directive 2024")).check()
    officer.get_by_role("button", name="Start the review").click()
    expect(officer.locator("#review-progress")).to_contain_text("0 of ")
    review_page = officer.url
    progress = officer.locator("#review-progress h2").inner_text()
    rows = int(progress.split(" of ")[1].split()[0])
    expect(officer.locator("[data-review-row]").first).to_contain_text("proposed")
    looked_at(officer)
    first = officer.locator("[data-review-row]").first
    first.get_by_label("answers").first.check()
    first.get_by_label("Comment for the government").fill(COMMENT)
    first.get_by_text("Plan and note for colleagues").click()
    first.get_by_label(re.compile("colleagues", re.IGNORECASE)).last.fill(SECRET)
    first.get_by_label("partial").check()
    expect(first).to_contain_text("Saved")
    for done in range(1, rows):
        officer.locator("[data-review-row]").nth(done).focus()
        officer.keyboard.press("3" if done % 2 else "5")
        expect(officer.locator("#review-progress h2")).to_contain_text(f"{done + 1} of {rows}")
    officer.reload()
    expect(first.get_by_label("Comment for the government")).to_have_value(COMMENT)

    # Nothing of it is the ministry's to see before it is released.
    for address in (
        review_page,
        f"{review_page}documents/concordance.docx",
        review_page.replace("reviews", "released"),
    ):
        assert ministry.request.get(address).status == 404
    assert TITLE in ministry.request.get(request_page).text()

    # It is handed in, endorsed and released.
    officer.get_by_role("link", name="Clearance and release").first.click()
    looked_at(officer)
    officer.get_by_role("button", name="Hand in").click()
    officer.get_by_role("link", name="Open the review").click()
    clearance = officer.url
    endorser = visit(ENDORSER, f"{clearance}decide/")
    endorser.get_by_role("radio", name="Endorse", exact=True).check()
    override = endorser.get_by_label("Endorse without waiting for the missing verdicts")
    if override.count():
        override.check()
    endorser.get_by_label(re.compile("Reason|Why")).last.fill("Sound and complete.")
    endorser.get_by_role("button", name="Decide", exact=True).click()
    officer.goto(f"{review_page}state/")
    officer.get_by_role("button", name="Release").click()
    expect(officer.locator("main")).to_contain_text("Release 1")
    looked_at(officer)

    # The ministry reads the table, takes it along as a document, and answers in it.
    ministry.goto(request_page)
    ministry.goto("/policy/reviews/")
    ministry.get_by_role("link", name=re.compile("Draft Law on Work Permits")).first.click()
    expect(ministry.locator("main")).to_contain_text(COMMENT)
    expect(ministry.locator("main")).not_to_contain_text(SECRET)
    looked_at(ministry)
    table = docx.Document(io.BytesIO(ministry.request.get(f"{ministry.url}documents/concordance.docx").body()))
    words = "\n".join(cell.text for one in table.tables for row in one.rows for cell in row.cells)
    assert COMMENT in words and SECRET not in words and "One application" in words
    assert table.sections[-1].page_width > table.sections[-1].page_height  # landscape
    answered = ministry.locator("form[data-answer]").first
    answered.get_by_label("Answer").select_option("agree")
    answered.get_by_label("In words").fill("An appeal is added in the second version.")
    answered.get_by_role("button", name="Save the answer").click()
    expect(ministry.locator("main")).to_contain_text("Saved.")
    officer.goto(review_page)
    expect(officer.locator("[data-review-row]").first).to_contain_text("An appeal is added in the second version.")

    # The second version of the draft asks only about what changed.
    officer.goto(text_page)
    officer.get_by_text("Add a version", exact=True).click()
    officer.get_by_label("File").set_input_files(draft(tmp_path, second=True))
    officer.get_by_role("button", name="Add the version").click()
    expect(officer.locator("main")).to_contain_text("6 articles")
    officer.goto(f"{review_page}state/")
    officer.get_by_role("button", name="Review this version").click()
    expect(officer.locator("#review-progress")).to_contain_text(f" of {rows}")
    expect(officer.get_by_role("heading", level=1)).to_contain_text("Draft Law on Work Permits")


def test_a_reader_finds_instruments_and_nothing_of_governments(visit: Visit) -> None:
    reader = visit(READER, "/policy/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Instruments")
    tabs = reader.get_by_role("navigation", name="Parts of policy support")
    expect(tabs).not_to_contain_text("Requests")
    for address in ("/policy/requests/", "/policy/reviews/"):
        assert reader.request.get(address).status == 403


def test_the_matrix_and_the_pages_of_instruments_can_be_used_by_everybody(visit: Visit) -> None:
    page = visit(OFFICER, "/policy/instruments/matrix/")
    looked_at(page)
    page.get_by_role("link", name="ICRMW").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ICRMW")
    looked_at(page)
    page.goto("/policy/requirements/?q=detention")
    expect(page.locator("main table, main ul").first).to_be_visible()
    looked_at(page)
