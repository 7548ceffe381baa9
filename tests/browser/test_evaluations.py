"""An evaluation in a real browser: registered, its report there, recommended, answered, followed up when it is late, and completed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site
from tests.browser.watching import assert_accessible, assert_no_horizontal_scroll
from tests.browser.watching import sign_in as sign_in_on

TITLE = "Final evaluation of the contract desks"
Visit = Callable[..., Page]
MADE: dict[str, int] = {}  # what one chapter leaves to the next: the key of the evaluation


@pytest.fixture
def visit(open_page: OpenPage, site: Site) -> Visit:
    """visit("aigerim", "/evaluations/") → her window on that page."""

    def visited(who: str, path: str, **options: Any) -> Page:
        page = open_page(site, **options)
        sign_in_on(page, who, site)
        page.goto(path)
        return page

    return visited


def at(part: str = "") -> str:
    """The address of a page of the evaluation."""
    return f"/evaluations/{MADE['evaluation']}/{part + '/' if part else ''}"


def save(page: Page) -> None:
    page.locator("#open-form").get_by_role("button", name="Save").click()


def test_it_is_registered_and_its_report_comes(visit: Visit) -> None:
    page = visit("aigerim", "/evaluations/")
    page.get_by_role("link", name="Register an evaluation").click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Who may see it").select_option("public")
    page.get_by_label("Albania", exact=True).check()
    page.get_by_label("Timing").select_option("final")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    found = re.search(r"/evaluations/(\d+)/", page.url)
    assert found
    MADE["evaluation"] = int(found.group(1))
    page.get_by_label("Date of the report").fill("2026-06-01")
    page.get_by_role("button", name="The report is there: complete").click()
    expect(page.locator("dd", has_text="due on 29")).to_be_visible()


def test_findings_and_recommendations_are_entered_in_place(visit: Visit) -> None:
    page = visit("aigerim", at("findings"))
    page.get_by_role("link", name="Add a finding or conclusion").click()
    page.get_by_label("Text").fill("Contracts are read where a desk is open.")
    save(page)
    expect(page.get_by_text("Contracts are read where a desk is open.")).to_be_visible()
    page.goto(at("response"))
    page.get_by_role("link", name="Add a recommendation").click()
    page.get_by_label("Recommendation", exact=True).fill("Open desks in the four remaining towns.")
    page.get_by_label("Priority").select_option("1")
    page.get_by_label("finding 1").check()
    save(page)
    expect(page.get_by_role("link", name="finding 1")).to_be_visible()


def test_management_answers_and_issues_its_response(visit: Visit) -> None:
    page = visit("aigerim", at("response"))
    page.get_by_role("link", name="Begin the response").click()
    page.locator("#id_coordinator").select_option(label="Aigerim Sadykova")
    page.locator("#id_date").fill("2026-06-20")
    save(page)
    expect(page.get_by_text("Recommendation 1 has no answer.")).to_be_visible()
    expect(page.get_by_role("button", name="Issue the response")).to_be_disabled()
    page.get_by_role("link", name="Answer recommendation 1").click()
    page.locator("#id_verdict").select_option("reject")
    save(page)
    expect(page.get_by_text("A rejection needs a reason.").first).to_be_visible()
    page.locator("#id_verdict").select_option("partially")
    page.locator("#id_comment").fill("Two towns this year.")
    save(page)
    page.get_by_role("link", name="Add a key action to recommendation 1").click()
    page.locator("#id_text").fill("Open desks in two towns")
    page.locator("#id_owner").select_option(label="Elira Hoxhaj")
    page.locator("#id_due").fill("2026-09-01")
    save(page)
    page.get_by_role("button", name="Issue the response").click()
    expect(page.get_by_text("The response was issued.")).to_be_visible()
    with page.expect_download() as got:
        page.get_by_role("link", name="Response as DOCX").click()
    assert got.value.suggested_filename.endswith(".docx")


def test_its_owner_finds_the_late_action_and_reports_that_it_is_done(visit: Visit) -> None:
    page = visit("elira", "/evaluations/follow-up/?show=overdue&mine=yes")
    page.get_by_role("link", name="1.1 Open desks in two towns").click()
    expect(page.get_by_text("1 overdue")).to_be_visible()
    page.get_by_role("link", name="Report on action 1.1").click()
    page.locator("#id_status").select_option("completed")
    page.locator("#id_text").fill("Both desks are open since August.")
    save(page)
    expect(page.get_by_text("Both desks are open since August.")).to_be_visible()
    expect(page.get_by_text("1 overdue")).to_have_count(0)


@pytest.mark.parametrize(
    "part", ["", "criteria", "findings", "response", "follow-up", "quality", "documents", "history"]
)
def test_its_pages_are_accessible_and_fit_a_phone(visit: Visit, part: str) -> None:
    page = visit("aigerim", at(part))
    assert_accessible(page)
    assert_no_horizontal_scroll(page)


@pytest.mark.parametrize(
    "path", ["/evaluations/", "/evaluations/plan/", "/evaluations/follow-up/?show=all", "/evaluations/new/"]
)
def test_lists_are_accessible_and_fit_a_phone(visit: Visit, path: str) -> None:
    page = visit("aigerim", path)
    assert_accessible(page)
    assert_no_horizontal_scroll(page)


def test_a_donor_reads_the_public_register_without_names(visit: Visit) -> None:
    page = visit("claire", "/evaluations/?response=issued")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Follow-up").click()
    expect(page.get_by_role("heading", name="1.1 Open desks in two towns")).to_be_visible()
    expect(page.get_by_text("Elira Hoxhaj")).to_have_count(0)
