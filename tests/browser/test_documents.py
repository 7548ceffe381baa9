"""Documents in a real browser: added by a file field, read, and followed from a suggestion to the words on their page."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_journeys import SignIn
from tests.browser.watching import assert_accessible, assert_no_horizontal_scroll

TEXT = "Victims of trafficking in persons are identified at the border and referred to a shelter."


def test_a_document_is_added_read_and_followed_to_its_words(page: Page, sign_in: SignIn, tmp_path: Path) -> None:
    """A specialist adds two files at once, has one read, and goes from the quoted words to the passage."""
    for name in ("Referral_guide.txt", "Annex.txt"):
        (tmp_path / name).write_text(f"{TEXT} {name}")
    sign_in(page, "katarina")
    page.goto("/portfolio/ref/MG-0202/")
    page.locator("nav.tabs").get_by_role("link", name="Documents").click()
    expect(page.get_by_role("heading", name="Published links")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Files").set_input_files([tmp_path / "Referral_guide.txt", tmp_path / "Annex.txt"])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("2 documents were added.")).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("link", name="Referral guide").click()
    box = page.locator(".suggestion", has_text="What the matcher says")
    box.get_by_label("Framework").select_option(label="GCM")
    box.focus()
    page.keyboard.press("m")
    place = page.get_by_role("group", name="GCM 10").get_by_role("link", name="in the text").first
    expect(place).to_be_visible(timeout=60_000)  # the first reading loads the matcher
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
    place.click()
    expect(page).to_have_url(re.compile(r"/text/\?passage=1#p1$"))
    expect(page.locator("#p1 mark").first).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)


def test_a_forged_file_is_refused_beside_the_field(page: Page, sign_in: SignIn, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"MZ\x90\x00 not a PDF")
    sign_in(page, "katarina")
    page.goto("/portfolio/ref/MG-0202/")
    page.locator("nav.tabs").get_by_role("link", name="Documents").click()
    page.get_by_label("Files").set_input_files(tmp_path / "report.pdf")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".errors")).to_contain_text("“report.pdf” should be: PDF file.")
    assert_accessible(page)


def test_the_illustrative_papers_can_be_read(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "victor")
    page.goto("/portfolio/ref/MG-0203/")
    page.locator("nav.tabs").get_by_role("link", name="Documents").click()
    expect(page.get_by_role("button", name="Add", exact=True)).to_have_count(0)
    page.get_by_role("link", name="First annual report to the donor").click()
    page.get_by_role("link", name="Read the text").click()
    expect(page.get_by_role("heading", name="Page 3")).to_be_visible()
    expect(page.get_by_text("Illustrative document, written for the demonstration").first).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
