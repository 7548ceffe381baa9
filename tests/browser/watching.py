"""What every browser test checks without being asked: no script errors, no refused styles or scripts, no other hosts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.browser.servers import PASSWORD, Site

AXE = Axe()
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
LOCAL = ("data:", "blob:", "about:")


class Watch:
    """Listens to one page. An answer such as 404 for the page itself is what a test may want to see; all else is an error."""

    def __init__(self, page: Page, site: Site) -> None:
        self.host = urlsplit(site.url).netloc
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.documents: set[str] = set()
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _request(self, request: Request) -> None:
        if request.is_navigation_request():
            self.documents.add(request.url)
        if not request.url.startswith(LOCAL) and urlsplit(request.url).netloc != self.host:
            self.foreign.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if message.text.startswith("Failed to load resource") and message.location.get("url") in self.documents:
            return
        self.errors.append(f"{message.text} ({message.location.get('url')})")

    def assert_quiet(self) -> None:
        """Fail when something went wrong in the page or another host was asked."""
        assert not self.errors, "errors in the page:\n" + "\n".join(self.errors)
        assert not self.foreign, "other hosts were asked:\n" + "\n".join(self.foreign)


WATCHED: dict[Page, Watch] = {}


def assert_no_foreign_requests(page: Page) -> None:
    """Nothing on the page came from, or was sent to, another host. Every test checks this at its end, too."""
    assert not WATCHED[page].foreign, "\n".join(WATCHED[page].foreign)


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing serious or critical on the page as it stands."""
    found: list[dict[str, Any]] = AXE.run(page, options=AXE_OPTIONS).response["violations"]
    grave = [violation for violation in found if violation["impact"] in {"serious", "critical"}]
    report = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
        + "\n    ".join(f"{node['target']}: {node['html'][:160]}" for node in violation["nodes"][:5])
        for violation in grave
    ]
    assert not grave, "\n".join([page.url, *report])


def assert_no_horizontal_scroll(page: Page, width: int = 390) -> None:
    """At this width the page itself does not scroll sideways (tables may, inside their frame)."""
    height = (page.viewport_size or {"height": 844})["height"]
    page.set_viewport_size({"width": width, "height": height})
    wide = page.evaluate(
        """() => {
            const limit = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= limit) return [];
            return [...document.querySelectorAll("body *")]
                .filter((e) => e.getBoundingClientRect().right > limit + 1 && !e.closest(".wrap"))
                .slice(0, 5)
                .map((e) => e.outerHTML.slice(0, 120));
        }"""
    )
    scroll = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert scroll[0] <= scroll[1], f"{page.url} is {scroll[0]} px wide in a window of {width} px:\n" + "\n".join(wide)


def sign_in(page: Page, username: str, site: Site, password: str = PASSWORD) -> None:
    """Sign in through the form the first time; later pages get the cookies of that sign-in."""
    if username in site.cookies:
        page.context.add_cookies(site.cookies[username])  # type: ignore[arg-type]
        return
    page.goto(f"{site.url}/accounts/login/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    site.cookies[username] = page.context.cookies()  # type: ignore[assignment]


def looked_at(page: Page) -> None:
    """The page can be used by everybody, and on a telephone."""
    assert_accessible(page)
    size = page.viewport_size
    assert_no_horizontal_scroll(page)
    page.set_viewport_size(size or {"width": 1440, "height": 900})
