"""A real Chromium for the tests of this folder.

`site` is migov with the demonstration portfolio, loaded once per process and served as an office serves it. `page` is a window on it;
`open_page` makes further ones. A test fails when its page had script errors, refused styles, or asked another host.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.servers import Site, environment, free_port, serving
from tests.browser.watching import WATCHED, Watch
from tests.browser.watching import sign_in as sign_in_on
from tests.demonstration import copy_demonstration

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
PATIENCE = 10_000  # milliseconds until an expectation fails: the machine also runs other tests

OpenPage = Callable[..., Page]
Visit = Callable[..., Page]


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are marked by where they are. Two processes run them, each its files in their order: see tests/conftest.py."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str:
    """Path of the browser. Skips the test where there is none, but fails it in CI, where there must be one."""
    found = os.environ.get("MIGOV_CHROMIUM") or next(
        filter(None, (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))), ""
    )
    if found and Path(found).exists():
        return found
    reason = "no Chromium: install the package chromium, or name the program in MIGOV_CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


# Not for the whole session: while Playwright runs, Django takes this thread for an asynchronous one and refuses its database.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser, started once for the tests of this folder."""
    path = chromium()
    expect.set_options(timeout=2 * PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """migov with the demonstration portfolio, in its own folder, behind its own server and worker."""
    chromium()
    home = tmp_path_factory.mktemp("demo")
    copy_demonstration(tmp_path_factory, home)
    env = environment(home, MIGOV_DEMO="1")
    port = free_port()
    with serving(["-m", "migov.site.cli", "serve", "--port", str(port), "--workers", "1"], env, port) as served:
        yield served


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """open_page(site, width=1440, height=900, **options of a browser context) → a page in a window of its own."""
    opened: list[Page] = []

    def open_one(site: Site, width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": height},
            locale="en-GB",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        WATCHED[page] = Watch(page, site)
        opened.append(page)
        return page

    yield open_one
    try:
        for page in opened:
            WATCHED[page].assert_quiet()
    finally:
        for page in opened:
            del WATCHED[page]
            page.context.close()


@pytest.fixture
def page(open_page: OpenPage, site: Site) -> Page:
    """A window on the demonstration, not signed in."""
    return open_page(site)


@pytest.fixture
def sign_in(site: Site) -> Callable[[Page, str], None]:
    """sign_in(page, username) on the demonstration."""

    def on_site(page: Page, username: str) -> None:
        sign_in_on(page, username, site)

    return on_site


@pytest.fixture(scope="module")
def office(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of the demonstration, which is written to."""
    home = tmp_path_factory.mktemp("office")
    with sqlite3.connect(site.home / "migov.sqlite3") as source, sqlite3.connect(home / "migov.sqlite3") as copy:
        source.backup(copy)
    env, port = environment(home, MIGOV_DEMO="1"), free_port()
    with serving(["-m", "migov.site.cli", "serve", "--port", str(port), "--workers", "1"], env, port) as served:
        yield served


@pytest.fixture
def visit(open_page: OpenPage, office: Site) -> Visit:
    """visit("ilinca", "/policy/") → her window on that page."""

    def visited(who: str, path: str, **options: Any) -> Page:
        page = open_page(office, **options)
        sign_in_on(page, who, office)
        page.goto(path)
        return page

    return visited
