"""Reviewing a real proposal in a browser: by mouse, by keyboard, on a phone. On a copy of the demonstration, which is written to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site, environment, free_port, prepare, serving
from tests.browser.watching import assert_accessible, assert_no_horizontal_scroll, sign_in

REVIEWER, AUTHOR, ENDORSER = "katarina", "elira", "annelies"
COMMENT, SETTLED = "Say which inspectors.", "settled"


def fill() -> None:
    """The illustrative proposals where they are not there yet, and the checklist answered but for its first question."""
    from migov.foundation.people.models import User
    from migov.services.clearance import actions
    from migov.services.clearance.models import Clearance
    from migov.services.clearance.subjects import subject_of
    from migov.site.demo.proposals import write_proposals

    if not Clearance.objects.filter(state="open").exists():
        write_proposals()
    clearance = Clearance.objects.filter(state="open", round=2).first()
    assert clearance is not None
    by = User.objects.get(username=REVIEWER)
    seat = clearance.reviews.get(reviewer=by, ended_at__isnull=True)
    for question in subject_of(clearance).checklist[1:]:
        actions.answer_checklist(seat, round=clearance.round, question=question.code, answer="yes", by=by)


@pytest.fixture(scope="module")
def desk(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("clearance")
    with sqlite3.connect(site.home / "migov.sqlite3") as source, sqlite3.connect(home / "migov.sqlite3") as copy:
        source.backup(copy)
    env = environment(home, MIGOV_DEMO="1")
    prepare(
        ["-m", "migov.site.cli", "manage", "shell", "-c", "from tests.browser import test_clearance as t; t.fill()"],
        env,
    )
    port = free_port()
    with serving(["-m", "migov.site.cli", "serve", "--port", str(port), "--workers", "1"], env, port) as served:
        yield served


@pytest.fixture
def reviewer(open_page: OpenPage, desk: Site) -> Page:
    """The review of a proposal that was handed in again, opened by its reviewer from the list."""
    page = open_page(desk)
    sign_in(page, REVIEWER, desk)
    page.goto("/clearance/")
    row = page.get_by_role("row").filter(has_text="round 2")
    row.get_by_role("link").first.click()
    return page


def review(page: Page) -> None:
    """From what changed to the whole review."""
    page.get_by_role("navigation", name="Pages of this review").get_by_role("link", name="Review", exact=True).click()
    page.wait_for_load_state("networkidle")


def select(page: Page, place: str, words: str) -> None:
    """Select words of a place as with the mouse."""
    found = page.evaluate(
        """([place, words]) => {
            const walker = document.createTreeWalker(document.querySelector(`${place} [data-says]`), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(walker.currentNode, at);
                range.setEnd(walker.currentNode, at + words.length);
                walker.currentNode.parentElement.scrollIntoView({ block: "center" });
                getSelection().removeAllRanges();
                getSelection().addRange(range);
                document.dispatchEvent(new PointerEvent("pointerup"));
                return true;
            }
            return false;
        }""",
        [place, words],
    )
    assert found, f"{words!r} does not stand at {place}"


def test_who_comes_back_sees_first_what_changed_for_them(reviewer: Page) -> None:
    expect(reviewer.locator(".tabs [aria-current]")).to_have_text("What changed")
    expect(reviewer.locator("#at-section-beneficiaries ins")).to_contain_text("ten of them from night duty")
    expect(reviewer.locator("#at-section-beneficiaries")).to_contain_text("text changed, no answer")
    assert_accessible(reviewer)
    assert_no_horizontal_scroll(reviewer)


def test_selected_words_get_a_wording_that_the_author_takes_with_one_click(
    reviewer: Page, open_page: OpenPage, desk: Site
) -> None:
    review(reviewer)
    select(reviewer, "#at-section-stakeholders", "labour inspectorate")
    reviewer.get_by_role("button", name="Comment on these words").click()
    expect(reviewer.get_by_label("The words it is about")).to_have_value("labour inspectorate")
    reviewer.get_by_label("Comment", exact=True).fill(COMMENT)
    reviewer.get_by_label("What to say instead").fill("state labour inspectorate")
    expect(reviewer.locator("[data-difference] ins")).to_contain_text("state")
    reviewer.get_by_role("button", name="Send the comment").click()
    thread = reviewer.locator("#at-section-stakeholders .thread")
    expect(thread).to_contain_text(COMMENT)
    expect(reviewer.locator("#at-section-stakeholders mark")).to_have_text("labour inspectorate")
    expect(reviewer.locator("#outline li", has_text="Stakeholders")).to_contain_text("1")
    assert_accessible(reviewer)

    author = open_page(desk)
    sign_in(author, AUTHOR, desk)
    author.goto(reviewer.url)
    mine = author.locator(".thread", has_text=COMMENT)
    mine.get_by_role("button", name="Accept wording").click()
    expect(author.locator(".thread", has_text=COMMENT)).to_contain_text("The wording was put into the text.")


def test_a_row_of_a_table_is_commented_and_settled_in_place(reviewer: Page) -> None:
    review(reviewer)
    row = reviewer.locator("#at-budget + .review-wrap tbody.place").first
    row.get_by_role("link", name="Comment").click()
    expect(reviewer.get_by_label("Comment", exact=True)).to_be_focused()
    reviewer.keyboard.type("Is this the price of one?")
    reviewer.get_by_role("button", name="Send the comment").click()
    expect(row.locator(".thread")).to_contain_text("Is this the price of one?")
    row.get_by_role("button", name="Settle").click()
    expect(row.locator(".thread-head .tag")).to_have_text(SETTLED)
    assert_accessible(reviewer)


def test_the_keyboard_alone_moves_comments_answers_and_clears(reviewer: Page) -> None:
    review(reviewer)
    with_remarks = [place.get_attribute("id") for place in reviewer.locator("[data-remarked]").all()]
    focused = "document.activeElement.id"
    for number in (0, 1):
        reviewer.keyboard.press("j")
        assert reviewer.evaluate(focused) == with_remarks[number]
    reviewer.keyboard.press("k")
    assert reviewer.evaluate(focused) == with_remarks[0]
    reviewer.keyboard.press("n")
    expect(reviewer.get_by_label("Comment", exact=True)).to_be_focused()
    reviewer.keyboard.type("njkc are letters here")
    expect(reviewer.get_by_label("Comment", exact=True)).to_have_value("njkc are letters here")
    reviewer.get_by_label("Comment", exact=True).fill("")
    reviewer.keyboard.press("Escape")
    expect(reviewer.get_by_label("Comment", exact=True)).to_have_count(0)
    assert reviewer.evaluate(focused) == with_remarks[0]

    expect(reviewer.locator("#missing")).to_contain_text("1 question of the checklist is still to be answered")
    reviewer.locator(".question input[type=radio]").first.focus()
    reviewer.keyboard.press("Space")
    expect(reviewer.locator("#missing")).to_contain_text("Nothing is missing to clear.")
    expect(reviewer.locator(".question").first).to_contain_text("saved")
    asked: list[str] = []
    reviewer.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    reviewer.keyboard.press("c")
    expect(reviewer.locator("#messages")).to_contain_text("Your verdict: clear.")
    assert "Clear round 2" in asked[0]


@pytest.mark.parametrize("who", [REVIEWER, ENDORSER])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_and_fits(open_page: OpenPage, desk: Site, who: str, width: int) -> None:
    page = open_page(desk, width=width)
    sign_in(page, who, desk)
    page.goto("/clearance/?list=all")
    review_url = (
        page.get_by_role("row").filter(has_text="round 2").get_by_role("link").first.get_attribute("href") or ""
    )
    pages = [review_url, *(f"{review_url}{part}/" for part in ("changes", "decide", "timeline"))]
    pages += ["/clearance/?list=all", "/clearance/absence/", "/clearance/rules/"]
    for address in [*pages, *(["/clearance/load/"] if who == ENDORSER else [])]:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert_accessible(page)
        assert_no_horizontal_scroll(page, width)


def test_it_works_without_javascript(open_page: OpenPage, desk: Site) -> None:
    page = open_page(desk, java_script_enabled=False)
    sign_in(page, REVIEWER, desk)
    page.goto("/clearance/?list=all")
    page.get_by_role("row").filter(has_text="round 2").get_by_role("link").first.click()
    page.locator("#at-section-approach").get_by_role("link", name="Comment").click()
    page.get_by_label("Comment", exact=True).fill("Written without a script.")
    page.get_by_role("button", name="Send the comment").click()
    expect(page.locator("#at-section-approach .thread")).to_contain_text("Written without a script.")


def test_the_endorser_decides_with_a_reason(open_page: OpenPage, desk: Site) -> None:
    page = open_page(desk)
    sign_in(page, ENDORSER, desk)
    page.goto("/clearance/")
    page.get_by_role("row").filter(has_text="decision").get_by_role("link").first.click()
    page.get_by_label("Send back to be changed").check()
    page.get_by_label("Reason").fill("Answer the comment on night duty first.")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("#messages")).to_contain_text("Decided: sent back to be changed.")
    expect(page.get_by_text("Answer the comment on night duty first.")).to_be_visible()
