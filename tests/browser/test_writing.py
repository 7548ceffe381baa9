"""Writing a section in a real browser: it saves itself, survives lost connections and closed windows, and two people do not lose words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site, environment, prepare
from tests.browser.test_journeys import SignIn
from tests.browser.watching import WATCHED, assert_accessible, assert_no_horizontal_scroll
from tests.browser.watching import sign_in as sign_in_on

SCRIPT = """
from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.work.projects.models import Project
from migov.work.proposals.models import Author, Proposal
elira, katarina = User.objects.get(username="elira"), User.objects.get(username="katarina")
for number in range(10):
    record = Record.objects.create(
        pk=900000 + number, kind="project", reference=f"WRITING-{number}", title=f"Guardians for children {number}", stage="proposal",
        owner=elira, office=elira.memberships.first().office, illustrative=True,
    )
    proposal = Proposal.objects.create(project=Project.objects.create(record=record))
    Author.objects.create(proposal=proposal, person=katarina)
"""
LOST = re.compile("ERR_INTERNET_DISCONNECTED|ERR_FAILED")


@pytest.fixture(scope="module")
def proposals(site: Site) -> Iterator[int]:
    """Fresh proposals that Elira owns and Katarina writes too: the key of the first."""
    prepare(["-m", "migov.site.cli", "manage", "shell", "-c", SCRIPT], environment(site.home, MIGOV_DEMO="1"))
    yield 900000


@pytest.fixture
def write(open_page: OpenPage, site: Site, sign_in: SignIn, proposals: int) -> Callable[..., Page]:
    """write("elira", 0, "rationale") → her window on that section of that proposal."""

    def opened(who: str, number: int, code: str = "rationale", **options: Any) -> Page:
        page = open_page(site, **options)
        sign_in(page, who)
        page.goto(f"/proposals/{proposals + number}/text/{code}/")
        return page

    return opened


def status(page: Page) -> Any:
    return page.locator("#section-status")


def field(page: Page) -> Any:
    return page.locator("#section-text")


def test_a_section_saves_itself_and_is_there_after_a_reload(write: Callable[..., Page]) -> None:
    page = write("elira", 0)
    assert_accessible(page)
    field(page).click()
    page.keyboard.type("Unaccompanied children wait for a guardian. ")
    expect(page.locator("#section-words")).to_have_text("6 of 600 words")
    expect(status(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    expect(page.locator("#section-text")).to_be_focused()
    page.keyboard.type("Many of them wait for months.")
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    page.reload()
    expect(field(page)).to_have_value("Unaccompanied children wait for a guardian. Many of them wait for months.")
    expect(page.locator("#kept-here")).to_be_hidden()
    page.keyboard.press("Alt+PageDown")
    expect(page.get_by_role("heading", level=2, name="Stakeholders and coordination")).to_be_visible()
    page.keyboard.press("Alt+PageUp")
    expect(page.get_by_role("heading", level=2, name="Rationale")).to_be_visible()


def test_words_written_without_a_connection_are_kept_and_saved_when_it_is_back(write: Callable[..., Page]) -> None:
    page = write("elira", 1)
    page.context.set_offline(True)
    field(page).click()
    page.keyboard.type("Written on the train.")
    expect(status(page)).to_have_text(re.compile("Not saved: no connection, kept on this computer"))
    page.keyboard.type(" In a tunnel.")
    page.context.set_offline(False)
    expect(status(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    page.reload()
    expect(field(page)).to_have_value("Written on the train. In a tunnel.")
    WATCHED[page].errors[:] = [error for error in WATCHED[page].errors if not LOST.search(error)]


def test_a_window_that_was_closed_without_a_connection_leaves_its_words_on_the_computer(
    write: Callable[..., Page],
) -> None:
    page = write("elira", 2)
    try:
        _close_and_return(page)
    finally:
        WATCHED[page].errors[:] = [error for error in WATCHED[page].errors if not LOST.search(error)]


def _close_and_return(page: Page) -> None:
    where = page.url
    page.context.set_offline(True)
    field(page).click()
    page.keyboard.type("The battery is nearly empty.")
    expect(status(page)).to_have_text(re.compile("kept on this computer"))
    # What a page sends on its way out may get through an emulated lost connection: then there would be nothing to offer.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no connection')); }")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(where)
    expect(page.locator("#kept-here")).to_be_visible()
    expect(field(page)).to_have_value("")
    assert_accessible(page)
    page.get_by_role("button", name="Put them back").click()
    expect(field(page)).to_have_value("The battery is nearly empty.")
    expect(status(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    page.reload()
    expect(page.locator("#kept-here")).to_be_hidden()
    expect(field(page)).to_have_value("The battery is nearly empty.")


def test_words_written_just_before_the_window_is_left_are_sent_on_the_way(write: Callable[..., Page]) -> None:
    page = write("elira", 8)
    where = page.url
    field(page).click()
    page.keyboard.type("Last words.")
    page.goto("/notices/")  # sooner than the section saves itself
    page.goto(where)  # perhaps sooner than the words arrive; the page then looks again
    expect(field(page)).to_have_value("Last words.")
    expect(page.locator("#kept-here")).to_be_hidden()


def test_two_people_in_one_section_see_each_other_and_settle_by_hand(write: Callable[..., Page]) -> None:
    hers, other = write("elira", 3), write("katarina", 3)
    field(hers).click()
    hers.keyboard.type("Guards are trained each year.")
    expect(status(hers)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    other.reload()
    expect(other.locator("#section-lock")).to_contain_text("is writing this section now")
    expect(field(other)).to_have_attribute("readonly", "")
    assert_accessible(other)
    other.get_by_role("button", name="Take over").click()
    expect(other.get_by_text("You write this section now.")).to_be_visible()
    field(other).fill("Guards are trained twice a year.")
    expect(status(other)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    field(hers).click()
    hers.keyboard.press("End")
    hers.keyboard.type(" They pass a test.")
    expect(hers.locator("#aside-note")).to_contain_text("is writing this section now. Your words were kept")
    expect(status(hers)).to_have_text(re.compile(r"Set aside \d\d:\d\d, not in the text"))
    hers.locator("#aside-note a").click()
    expect(hers.locator("del", has_text="twice")).to_be_visible()
    expect(hers.locator("ins", has_text="They pass")).to_be_visible()
    assert_accessible(hers)
    assert_no_horizontal_scroll(hers)
    hers.get_by_label("Or join both by hand").fill("Guards are trained twice a year. They pass a test.")
    hers.get_by_label("Take the section over to save").check()
    hers.get_by_role("button", name="Save the joined text").click()
    expect(field(hers)).to_have_value("Guards are trained twice a year. They pass a test.")
    other.close()


def test_who_waits_can_write_as_soon_as_the_other_leaves(write: Callable[..., Page]) -> None:
    hers, other = write("elira", 4), write("katarina", 4)
    field(hers).click()
    hers.keyboard.type("Short visit.")
    expect(status(hers)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    other.reload()
    expect(field(other)).to_have_attribute("readonly", "")
    hers.goto("/")
    expect(field(other)).not_to_have_attribute("readonly", "", timeout=30_000)
    expect(field(other)).to_have_value("Short visit.")
    expect(other.locator("#section-lock")).to_be_hidden()


def test_elements_are_suggested_for_what_is_written_and_declared_without_leaving(write: Callable[..., Page]) -> None:
    page = write("elira", 5)
    field(page).fill(
        "Border police identify victims of trafficking in persons and refer them to shelters; traffickers are prosecuted."
    )
    page.keyboard.press("Control+s")
    declare = page.get_by_role("button", name="Declare GCM 10")
    expect(declare).to_be_visible(timeout=60_000)  # the first reading loads the matcher
    expect(page.locator("#elements mark").first).to_be_visible()
    assert_accessible(page)
    declare.click()
    expect(page.get_by_text("GCM 10 was declared.")).to_be_visible(timeout=30_000)
    expect(field(page)).to_have_value(re.compile("Border police"))


def test_a_section_is_written_on_a_telephone_and_by_keyboard(write: Callable[..., Page]) -> None:
    page = write("elira", 6, width=390, height=844, has_touch=True)
    assert_no_horizontal_scroll(page)
    expect(page.get_by_text("Begin with the problem", exact=False)).to_be_hidden()
    page.locator("summary", has_text="What belongs here").click()
    expect(page.get_by_text("Begin with the problem", exact=False)).to_be_visible()
    for _key in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "section-text":
            break
    else:
        field(page).focus()
    page.keyboard.type("By thumb.")
    expect(status(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert_accessible(page)
    page.goto(page.url.replace("rationale/", ""))
    expect(page.get_by_text("1 of 11 sections written", exact=False)).to_be_visible()
    assert_no_horizontal_scroll(page)
    assert_accessible(page)


def test_a_section_is_written_without_scripts(write: Callable[..., Page]) -> None:
    page = write("elira", 7, java_script_enabled=False)
    field(page).fill("Plainly saved.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: 2 words.")).to_be_visible()
    expect(field(page)).to_have_value("Plainly saved.")


def test_after_a_new_sign_in_text_and_panels_are_sent_again(open_page: OpenPage, site: Site, proposals: int) -> None:
    """She signs out and in again in a second window; what the first one was refused meanwhile is not said any longer."""
    own = Site(site.url, site.home, site.log)  # a sign-in of its own: it ends here
    page = open_page(site)
    sign_in_on(page, "elira", own)
    page.goto(f"{site.url}/proposals/{proposals + 9}/text/rationale/")
    field(page).click()
    page.keyboard.type("Border police identify victims of trafficking in persons and refer them to shelters.")
    expect(page.locator("#elements")).to_contain_text("GCM")
    second = page.context.new_page()
    second.goto(f"{site.url}/accounts/logout/")
    second.get_by_role("main").get_by_role("button", name="Sign out").click()
    own.cookies.clear()
    sign_in_on(second, "elira", own)
    page.bring_to_front()
    with page.expect_response(re.compile("/elements/")) as panel:
        page.keyboard.type(" Traffickers are prosecuted.")
    assert panel.value.status == 200
    expect(status(page)).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    expect(page.locator("#messages .note-bad")).to_have_count(0)
    page.locator("#elements").get_by_role("button", name=re.compile("Declare")).first.click()
    expect(page.locator("#elements").get_by_text("was declared")).to_be_visible()
    WATCHED[page].errors[:] = [error for error in WATCHED[page].errors if "403" not in error]
