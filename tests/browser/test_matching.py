"""The matcher at work, in a real browser: asked with one key on a project, and a backlog decided without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site
from tests.browser.test_journeys import SignIn
from tests.browser.watching import assert_accessible, assert_no_horizontal_scroll


def test_one_key_has_a_project_read(page: Page, sign_in: SignIn) -> None:
    """A specialist opens the alignments of a project, chooses a framework, presses m, and is told what fits."""
    sign_in(page, "katarina")
    page.goto("/portfolio/ref/MG-0101/")
    page.locator("nav.tabs").get_by_role("link", name="Alignments").click()
    box = page.locator(".suggestion", has_text="What the matcher says")
    box.get_by_label("Framework").select_option(label="GCM")
    box.focus()
    page.keyboard.press("m")
    expect(page.locator("#alignments [role=status]").first).to_contain_text(
        re.compile("proposed|Nothing"), timeout=60_000
    )  # the first reading loads the matcher
    expect(box.locator("li").get_by_text("GCM", exact=True).first).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)


def test_a_backlog_is_decided_without_a_mouse(page: Page, sign_in: SignIn) -> None:
    """From the rail to a framework's backlog; j moves, c confirms, x rejects, and the row says what became of it."""
    sign_in(page, "katarina")
    page.goto("/")
    page.get_by_role("link", name=re.compile("Matcher")).click()
    assert_accessible(page)
    page.get_by_role("link", name="Migration Crisis Operational Framework").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("without MCOF alignment"))
    page.wait_for_load_state()
    rows = page.locator(".suggestion")
    before = rows.count()
    assert before > 2
    expect(rows.locator("mark").first).to_be_visible()
    rows.first.focus()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(rows).to_have_count(before - 1)
    expect(page.locator(".suggestion:focus")).to_have_count(1)  # the row that took its place
    page.keyboard.press("c")
    expect(rows).to_have_count(before - 2)
    expect(page.get_by_text(re.compile(": confirmed as principal")).first).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)


def test_ticked_suggestions_are_rejected_together(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "katarina")
    page.goto("/matching/backlog/?framework=mcof")
    boxes = page.locator("input[name=key]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Reject", exact=True).first.click()
    expect(page.get_by_text("2 proposals were rejected.")).to_be_visible()
    expect(page).to_have_url(re.compile("framework=mcof"))


def test_a_job_reads_the_results_and_leads_back(page: Page, sign_in: SignIn) -> None:
    """The button of the backlog starts a job with progress; its result is the backlog with suggestions."""
    sign_in(page, "katarina")
    page.goto("/matching/backlog/?framework=gcm&kind=result")
    page.get_by_role("button", name=re.compile("Have the matcher read")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Matcher: \d+ results for GCM"))
    page.get_by_role("link", name="See what it did").click(timeout=60_000)
    expect(page.locator(".suggestion mark").first).to_be_visible()
    assert_accessible(page)


def test_the_backlog_is_accessible_in_the_dark(open_page: OpenPage, site: Site, sign_in: SignIn) -> None:
    page = open_page(site, color_scheme="dark")
    sign_in(page, "katarina")
    page.goto("/matching/backlog/?framework=mcof")
    assert_accessible(page)


def test_a_focal_point_finds_no_trace_of_it(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "victor")
    page.goto("/")
    expect(page.get_by_role("link", name=re.compile("Matcher"))).to_have_count(0)
    page.goto("/matching/backlog/?framework=gcm")
    expect(page.get_by_text("Your role does not allow this")).to_be_visible()
