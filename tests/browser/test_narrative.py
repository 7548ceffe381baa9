"""A narrative report in a real browser: begun from the project, written beside its figures, handed in, endorsed, delivered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site, environment, prepare
from tests.browser.watching import assert_accessible, assert_no_horizontal_scroll
from tests.browser.watching import sign_in as sign_in_on

Visit = Callable[..., Page]
SUMMARY = "Six regions identify victims of trafficking sooner than a year ago, and most go on to a plan of their own."
PROJECT = "MG-0101"  # of the demonstration, with values until 2025
WRITE = """
from migov.foundation.people.models import User
from migov.work.reports import queries
from migov.work.reports.actions import writing
from migov.work.reports.models import Report
WORDS = "It went as planned, and what did not is told below. " * 6
elira = User.objects.get(username="elira")
report = Report.objects.get(type="donor-interim", project__record__reference="MG-0101", ends="2025-12-31")
for one in queries.parts_of(report):
    if one.code != "summary" and not report.sections.filter(code=one.code).exclude(text="").exists():
        writing.write(report, one.code, text=WORDS, by=elira)
"""
ENDORSE = """
from migov.foundation.people.models import User
from migov.services.clearance import actions
from migov.services.clearance.models import Clearance
standing = Clearance.objects.get(subject="report", state="open")
actions.decide(standing, round=1, outcome="cleared", reason="Clear and complete.", override=True, by=User.objects.get(username="annelies"))
"""


@pytest.fixture
def visit(open_page: OpenPage, site: Site) -> Visit:
    """visit("elira", "/reports/narrative/") → her window on that page."""

    def visited(who: str, path: str, **options: Any) -> Page:
        page = open_page(site, **options)
        sign_in_on(page, who, site)
        page.goto(path)
        return page

    return visited


def run(site: Site, script: str) -> None:
    """Run a script where the site is."""
    prepare(["-m", "migov.site.cli", "manage", "shell", "-c", script], environment(site.home, MIGOV_DEMO="1"))


def looked_at(page: Page) -> None:
    """The page can be used by everybody, and on a telephone."""
    assert_accessible(page)
    size = page.viewport_size
    assert_no_horizontal_scroll(page)
    page.set_viewport_size(size or {"width": 1440, "height": 900})


def test_a_report_is_begun_written_handed_in_endorsed_and_delivered(visit: Visit, site: Site) -> None:
    page = visit("elira", f"/portfolio/ref/{PROJECT}/")
    page.get_by_role("link", name="Reports", exact=True).last.click()
    looked_at(page)
    page.get_by_role("link", name="Start a report").click()
    expect(page.locator(".lede")).to_contain_text("MG-0101")
    page.get_by_label("Period from").fill("2025-01-01")
    page.get_by_label("Period to").fill("2025-12-31")
    page.get_by_label("Due").fill("2026-02-28")
    looked_at(page)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Interim report: MG-0101, 2025"))
    looked_at(page)

    page.get_by_role("link", name="Finance", exact=True).click()
    expect(page.get_by_text("was spent (").first).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Put them into the text").click()
    text = page.locator("#section-text")
    expect(text).to_have_value(re.compile(r"^By 31 December 2025, "))
    text.press("Control+End")
    text.type(" It is what the plan foresaw.")
    expect(page.locator("#section-status")).to_contain_text("Saved", timeout=30_000)
    page.reload()
    expect(page.locator("#section-text")).to_have_value(re.compile("It is what the plan foresaw.$"))

    report = page.url.partition("/text/")[0]
    page.goto(f"{report}/review/")
    expect(page.get_by_role("button", name="Hand in")).to_be_disabled()
    looked_at(page)
    run(site, WRITE)
    page.goto(f"{report}/text/summary/")
    page.locator("#section-text").fill(SUMMARY)
    page.keyboard.press("Control+s")
    expect(page.locator("#section-status")).to_contain_text("Saved", timeout=30_000)
    page.goto(f"{report}/preview/")
    expect(page.get_by_text(SUMMARY)).to_be_visible()
    expect(page.get_by_text("Draft: it has not been endorsed").first).to_be_visible()
    looked_at(page)
    page.goto(f"{report}/review/")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Handed in as round 1")).to_be_visible()
    looked_at(page)

    run(site, ENDORSE)
    page.goto(f"{report}/review/")
    page.get_by_label("Note").fill("By mail to the donor's desk")
    looked_at(page)
    page.get_by_role("button", name="Note as delivered").click()
    expect(page.get_by_text("Noted as delivered")).to_be_visible()
    page.goto(f"{report}/")
    expect(page).to_have_url(re.compile("/preview/$"))
    with page.expect_download() as download:
        page.get_by_role("link", name="DOCX").click()
    assert download.value.suggested_filename.endswith(".docx")
    page.goto("/reports/narrative/?which=delivered")
    expect(page.get_by_role("link", name="Interim report: MG-0101, 2025")).to_be_visible()
    looked_at(page)


def test_a_specialist_reads_and_a_reader_finds_nothing(visit: Visit) -> None:
    page = visit("katarina", "/reports/narrative/?which=all")
    expect(page.get_by_role("heading", level=1)).to_have_text("Narrative reports")
    expect(page.get_by_role("link", name="Start a report")).to_have_count(0)
    page = visit("claire", "/")
    expect(page.get_by_role("link", name="Narrative reports")).to_have_count(0)
