"""Whole journeys of a working day, in a real browser, on the demonstration."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site

SignIn = Callable[[Page, str], None]


def figure(page: Page, label: str) -> str:
    """The headline figure under a label."""
    return page.locator("dl.facts > div", has_text=label).locator("dd a").first.inner_text()


def test_a_donor_asks_what_was_done_on_trafficking(page: Page, sign_in: SignIn) -> None:
    """Desk → search → element → years → rows behind a figure → a PDF: six clicks, each step answers part of the question."""
    sign_in(page, "henrik")
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("trafficking")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("Prevent, combat and eradicate trafficking")).first.click()  # 1
    expect(page.get_by_role("heading", name="Who contributes")).to_be_visible()
    page.get_by_role("link", name="Projects, results and money behind these figures").click()  # 2
    everything = figure(page, "People reached")
    page.get_by_label("From year").fill("2024")
    page.get_by_role("button", name="Apply").click()  # 3
    expect(page).to_have_url(re.compile("from=2024"))
    assert figure(page, "Projects") != "0"
    since = figure(page, "People reached")
    assert since != everything
    page.locator("dl.facts a", has_text=since).first.click()  # 4
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{since} people reached")
    expect(page.get_by_role("link", name="Presumed victims of trafficking").first).to_be_visible()
    page.go_back()
    page.locator("summary", has_text="Download report").click()  # 5
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF document").click()  # 6
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def test_an_embarrassing_number_of_an_earlier_day_comes_back(page: Page, sign_in: SignIn) -> None:
    """“As reported on” gives other figures than today's, says so, and the rows behind them open."""
    sign_in(page, "aigerim")
    page.goto("/reports/contributions/migof/")
    today = figure(page, "Spending share")
    page.get_by_label("As reported on").fill("2025-03-31")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("As reported on 31 March 2025.")).to_be_visible()
    then = figure(page, "Spending share")
    assert then != today
    page.locator("dl.facts a", has_text=then).click()
    expect(page.get_by_text(re.compile("As reported on: 31 March 2025"))).to_be_visible()


def test_a_specialist_decides_suggestions_with_one_key(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "katarina")
    page.goto("/alignments/")
    rows = page.locator(".suggestion")
    before = rows.count()
    assert before > 1
    rows.first.focus()
    page.keyboard.press("c")
    expect(page.locator(".suggestion")).to_have_count(before - 1)


def test_a_filter_that_cannot_be_read_says_so_and_keeps_what_was_typed(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "henrik")
    page.goto("/reports/contributions/gcm/?from=20x4")
    expect(page.get_by_text("“20x4” is not a year. Write four digits, such as 2025.")).to_be_visible()
    expect(page.get_by_label("From year")).to_have_value("20x4")


def test_a_focal_point_sees_its_own_country_and_nothing_else(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "victor")
    page.goto("/reports/contributions/gcm/")
    expect(page.get_by_text("You see the work in Moldova that is shared with its government")).to_be_visible()
    page.goto("/countries/alb/")
    expect(page.get_by_text("You see the pages of your own country only.")).to_be_visible()


def test_an_import_runs_with_progress_and_ends_with_a_summary(page: Page, sign_in: SignIn, tmp_path: Path) -> None:
    """An M&E officer uploads a file; the broken activity is reported with its line, the other one loads."""
    sign_in(page, "aigerim")
    file = tmp_path / "two.xml"
    file.write_text(
        """<?xml version="1.0"?>
<iati-activities version="2.03">
  <iati-activity default-currency="USD">
    <iati-identifier>XM-TEST-BROWSER-1</iati-identifier>
    <reporting-org ref="XM-TEST" type="40"><narrative>Test office</narrative></reporting-org>
    <title><narrative>Uploaded in a browser</narrative></title>
    <description><narrative>Two words.</narrative></description>
    <activity-status code="2"/>
    <activity-date type="2" iso-date="2024-01-01"/>
    <recipient-country code="MD"/>
  </iati-activity>
  <iati-activity default-currency="USD">
    <title><narrative>Nameless</narrative></title>
  </iati-activity>
</iati-activities>""",
        encoding="utf-8",
    )
    page.goto("/exchange/iati/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name=re.compile("Import")).click()
    page.get_by_role("link", name="See what it did").click(timeout=60_000)
    expect(page.get_by_text("iati-identifier").first).to_be_visible()
    page.goto("/portfolio/ref/XM-TEST-BROWSER-1/")
    expect(page.get_by_role("heading", name="Uploaded in a browser")).to_be_visible()


def test_the_picture_in_the_readme(open_page: OpenPage, site: Site, sign_in: SignIn) -> None:
    """The README shows the contribution page as it is; `MIGOV_PICTURES=1` writes the picture anew."""
    page = open_page(site)
    sign_in(page, "henrik")
    page.goto("/reports/contributions/gcm/element/10/")
    picture = page.screenshot()
    assert picture.startswith(b"\x89PNG")
    kept = Path(__file__).parents[2] / "docs" / "images" / "contributions.png"
    if os.environ.get("MIGOV_PICTURES"):
        kept.write_bytes(picture)
    assert kept.exists()
