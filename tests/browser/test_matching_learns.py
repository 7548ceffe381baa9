"""Learning in a real browser: a model is trained and watched, its card read, put in use and rolled back; a useless one is not used."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, chromium
from tests.browser.servers import Site
from tests.browser.taught_site import taught_site
from tests.browser.watching import assert_accessible, assert_no_horizontal_scroll, sign_in

LONG = 60_000  # milliseconds: the first training of a worker loads the matcher


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    chromium()
    with taught_site(tmp_path_factory, tmp_path_factory.mktemp("school")) as taught:
        yield taught


def suggested(page: Page, framework: str) -> str:
    """The exact name of the model that answers now, as the models page tells it."""
    page.goto("/matching/models/")
    page.get_by_text("Exact names of the models in use").click()
    return page.locator(f"details dt:text-is('{framework}') + dd").inner_text()


def test_a_model_is_trained_read_used_and_rolled_back(open_page: OpenPage, school: Site) -> None:
    page = open_page(school)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, "aigerim", school)
    assert suggested(page, "MCOF").endswith("learned 1")
    row = page.locator("tr", has_text="Transforming our world")
    expect(row).to_contain_text("10 more rejections needed")
    expect(row.get_by_role("button", name="Train")).to_have_count(0)

    page.get_by_role("button", name="Train MCOF").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Matcher: learn MCOF from decisions")
    page.get_by_role("link", name="See what it did").click(timeout=LONG)
    expect(page.get_by_role("heading", level=1)).to_have_text("MCOF model 2")
    expect(page.locator("dl.facts")).to_contain_text("suggests for MCOF now")
    expect(page.get_by_role("heading", name="Compared with model 1, which was in use")).to_be_visible()
    expect(page.locator("dl.props")).to_contain_text("learned 2")
    picture = page.get_by_role("img", name=re.compile("what the model said against what people confirmed"))
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    assert_accessible(page)
    assert_no_horizontal_scroll(page)

    ask(page)
    expect(page.locator(".why", has_text="learned 2").first).to_be_visible()
    page.goto("/matching/models/")
    page.get_by_role("link", name="Model 2").first.click()
    page.get_by_role("button", name="Go back to model 1").click()
    expect(page.get_by_text("Model 1 of MCOF is in use from now on")).to_be_visible()
    assert suggested(page, "MCOF").endswith("learned 1")
    page.get_by_role("link", name="Model 2").first.click()
    page.get_by_role("button", name="Use model 2").click()
    expect(page.locator("dl.facts")).to_contain_text("suggests for MCOF now")


def ask(page: Page) -> None:
    """Have the matcher read a project that nobody has decided for MCOF."""
    page.goto("/matching/backlog/?framework=mcof")
    page.locator("section h2 a").first.click()
    box = page.locator(".suggestion", has_text="What the matcher says")
    box.get_by_label("Framework").select_option(label="MCOF")
    box.get_by_role("button", name="Suggest").click()
    expect(page.locator("#alignments [role=status]").first).to_contain_text(
        re.compile("proposed|Nothing"), timeout=LONG
    )


def test_what_did_not_learn_is_not_used_and_says_why(open_page: OpenPage, school: Site) -> None:
    page = open_page(school)
    sign_in(page, "aigerim", school)
    page.goto("/matching/models/")
    page.get_by_role("button", name="Train MiGOF").click()
    page.get_by_role("link", name="See what it did").click(timeout=LONG)
    told = page.locator(".note", has_text="Not used.")
    expect(told).to_contain_text(re.compile(r"Of \d+ decisions 1 are rejections; at least 10 are needed"))
    expect(page.locator("dl.facts")).to_contain_text("in use: the base model")
    expect(page.get_by_role("button", name=re.compile("Use model|Go back"))).to_have_count(0)
    assert_accessible(page)
    assert "learned" not in suggested(page, "MiGOF")
