"""The whole life of a project in a real browser: written, reviewed, endorsed, carried out, amended, closed, each by its people."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site, environment, prepare
from tests.browser.test_journeys import figure
from tests.browser.watching import assert_accessible, assert_no_horizontal_scroll
from tests.browser.watching import sign_in as sign_in_on

TITLE = "Safe contracts for seasonal workers from the hills"
FILLED = """
from migov.work.proposals.models import Proposal
from tests.work.proposals.complete import fill
made = Proposal.objects.get(pk=%d)
fill(made)
made.sections.filter(code__in=("rationale", "sustainability")).delete()
made.marker_answers.filter(marker="environment").delete()
"""
RATIONALE = (
    "Nine of ten seasonal workers from the hills leave with a contract that they cannot read. "
    "Inspectors meet them too late, when wages are owed and papers are gone."
)
OLD_WORDS, NEW_WORDS = "Inspectors meet them too late", "Labour inspectors first meet them in July"

SAVED = re.compile(r"Saved \d\d:\d\d")
Visit = Callable[..., Page]
LIFE: dict[str, int] = {}  # what one chapter leaves to the next: the key of the proposal and of its clearances


@pytest.fixture
def visit(open_page: OpenPage, site: Site) -> Visit:
    """visit("elira", "/proposals/") → her window on that page."""

    def visited(who: str, path: str = "/", **options: Any) -> Page:
        page = open_page(site, **options)
        sign_in_on(page, who, site)
        page.goto(path)
        return page

    return visited


def at(part: str = "") -> str:
    """The address of a page of the proposal."""
    return f"/proposals/{LIFE['proposal']}/{part + '/' if part else ''}"


def cell(page: Page, name: str) -> Locator:
    """A title in the matrix."""
    return page.get_by_role("textbox", name=name, exact=True)


def test_a_developer_starts_a_proposal_from_the_desk(visit: Visit) -> None:
    page = visit("elira")
    page.get_by_role("link", name="Start a proposal").click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Albania").check()
    page.get_by_label("Protection and counter-trafficking").check()
    page.get_by_label("Labour migration and human development").check()
    page.get_by_label("Donor").fill("Illustrative Trust for Fair Work")
    page.get_by_label("First day").fill("2026-01-01")
    page.get_by_label("Months").fill("24")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    LIFE["proposal"] = _key(page.url)
    page.get_by_role("button", name="Begin the proposal").click()
    expect(page.get_by_text("The project is now “proposal”.")).to_be_visible()
    page.get_by_role("link", name="Everything that is missing, on one page").click()
    expect(page.get_by_text("things must be mended before it can be handed in")).to_be_visible()
    expect(page.get_by_role("button", name="Hand in")).to_be_disabled()


def test_she_writes_what_is_missing(visit: Visit, site: Site) -> None:
    """Two sections, results with an indicator, two budget lines, a risk and a marker by hand; the rest is filled for her."""
    filled = environment(site.home, MIGOV_DEMO="1")
    prepare(["-m", "migov.site.cli", "manage", "shell", "-c", FILLED % LIFE["proposal"]], filled)
    page = visit("elira", at("review"))
    keys = page.keyboard
    expect(page.get_by_text("3 things must be mended before it can be handed in.")).to_be_visible()
    page.get_by_role("link", name="“Rationale” is not written yet.").click()
    for text in (RATIONALE, "The labour inspectorate keeps the desks open and pays for them from its own budget."):
        page.locator("#section-text").fill(text)
        expect(page.locator("#section-status")).to_have_text(SAVED)
        if text == RATIONALE:
            declare = page.get_by_role("button", name="Declare GCM 6")
            declare.click(timeout=60_000)  # the first reading loads the matcher
            expect(page.get_by_text("GCM 6 was declared.")).to_be_visible(timeout=30_000)
            page.goto(at("text/sustainability"))
    page.goto(at("matrix"))
    page.get_by_role("button", name="+ Outcome under Objective").focus()
    keys.press("Enter")
    expect(cell(page, "Outcome 2")).to_be_focused()
    keys.type("Seasonal workers leave with a contract that they understand")
    page.get_by_role("button", name="+ Output under Outcome 2").focus()
    keys.press("Enter")
    expect(cell(page, "Output 2.1")).to_be_focused()
    keys.type("Contract desks are open in four towns")
    for above, name, says, target in (
        ("Outcome 2", "Indicator 2.a", "Workers with a written contract", "900"),
        ("Output 2.1", "Indicator 2.1.a", "Contracts explained at the desks", "600"),
    ):
        page.get_by_role("button", name=f"+ Indicator under {above}").focus()
        keys.press("Enter")
        expect(cell(page, name)).to_be_focused()
        keys.type(says)
        _measure(page, name, target)
    page.goto(at("budget"))
    for title, cost in (("Desks in four towns", "24 000"), ("Posters and leaflets", "1200")):
        page.locator("#add-place").select_option(label="2.1 Contract desks are open in four towns")
        page.locator("#add-title").fill(title)
        page.locator("#add-unit_cost").fill(cost)
        keys.press("Enter")
        expect(page.get_by_label(f"Unit cost: {title}")).to_be_visible()
    expect(page.locator("#budget-sums")).to_contain_text("120,200")
    page.goto(at("risks"))
    page.get_by_label("What may happen").fill("Agents open desks of their own that look like ours")
    page.get_by_label("Measures", exact=True).fill("A mark that only the inspectorate gives")
    page.get_by_label("Owner", exact=True).fill("Project officer")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_label("Measures: Agents open desks")).to_be_visible()
    page.goto(at("markers"))
    questions = page.locator("#marker-environment .question")
    for question in questions.all():
        question.get_by_role("radio", name="no", exact=True).check()
    expect(page.locator("#marker-environment")).to_contain_text("0 none")
    page.goto(at("review"))
    expect(page.get_by_text("Nothing stands in the way of handing it in.")).to_be_visible()


def _measure(page: Page, name: str, target: str) -> None:
    """Give an indicator what its checks ask for."""
    row = page.locator(".mx-indicator").filter(has=cell(page, name))
    row.locator("summary", has_text="Definition").click()
    values = {
        "Unit": "contracts", "Baseline": "0", "2027": target, "Data source and collection method": "Register of the desks",
    }  # fmt: skip
    for label, text in values.items():
        field = row.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Tab")
    expect(row.locator("[id^=says-indicator]")).to_contain_text(f"baseline 0 → last target {target}")


def test_she_hands_it_in_and_sees_who_was_asked(visit: Visit) -> None:
    page = visit("elira", at("review"))
    for seat in ("Davit Melikyan", "Katarina Vuković", "Aigerim Sadykova"):
        expect(page.get_by_text(seat)).to_be_visible()
    page.get_by_label("Note to the reviewers").fill("Please read the rationale first.")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Handed in as round 1. The reviewers were told.")).to_be_visible()
    standing = page.get_by_role("region", name="Round 1")
    for seat in ("Davit Melikyan", "Katarina Vuković", "Aigerim Sadykova"):
        expect(standing.get_by_role("listitem").filter(has_text=seat)).to_contain_text(re.compile(r"\d{4}"))
    LIFE["clearance"] = _key(page.get_by_role("link", name="Open the review").get_attribute("href"))


def _key(address: str | None) -> int:
    """The number at the end of an address."""
    return int((address or "").strip("/").rsplit("/", 1)[-1])


def test_review_and_editor_on_a_telephone(visit: Visit) -> None:
    """While it is in review, both can be used by thumb."""
    page = visit("katarina", f"/clearance/{LIFE['clearance']}/", width=390, height=844, has_touch=True)
    rationale = page.locator("[data-place='section:rationale']")
    rationale.get_by_role("link", name="Comment").tap()
    expect(rationale.get_by_label("Comment", exact=True)).to_be_focused()
    expect(page.get_by_role("button", name="Give the verdict")).to_be_visible()
    assert_no_horizontal_scroll(page)
    assert_accessible(page)
    page = visit("elira", at("text/rationale"), width=390, height=844, has_touch=True)
    expect(page.locator("#section-text")).to_be_editable()
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    assert_no_horizontal_scroll(page)
    assert_accessible(page)


def test_the_first_specialist_comments_on_words_and_on_an_indicator(visit: Visit) -> None:
    page = visit("katarina")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page).to_have_url(re.compile(rf"/clearance/{LIFE['clearance']}/$"))
    expect(page.get_by_text("Please read the rationale first.")).to_be_visible()
    rationale = page.locator("[data-place='section:rationale']")
    _select(rationale, OLD_WORDS)
    page.get_by_role("button", name="Comment on these words").click()
    expect(rationale.get_by_label("The words it is about")).to_have_value(OLD_WORDS)
    rationale.get_by_label("What to say instead").fill(NEW_WORDS)
    expect(rationale.locator("ins")).not_to_have_count(0)
    rationale.get_by_label("Comment", exact=True).fill("Say when: the season begins in May.")
    rationale.get_by_role("button", name="Send the comment").click()
    expect(rationale.get_by_role("article")).to_contain_text("Suggested wording")
    line = page.locator("tbody.line").filter(has_text="Contracts explained at the desks")
    line.get_by_role("link", name="Comment").click()
    line.get_by_label("Comment", exact=True).fill("Counted by desk or by person? Say so, and aim higher.")
    line.get_by_role("button", name="Send the comment").click()
    expect(line.get_by_role("article")).to_contain_text("Counted by desk or by person?")
    _answer(page, number=3)
    page.get_by_role("radio", name="changes needed").check()
    page.get_by_role("button", name="Give the verdict").click()
    expect(page.get_by_text("Your verdict: changes needed. The authors were told.")).to_be_visible()


def _select(place: Locator, words: str) -> None:
    """Select words in a place of the review, as a mouse would."""
    place.locator("[data-says]").evaluate(
        """(says, words) => {
            const walker = document.createTreeWalker(says, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const start = node.data.indexOf(words);
                if (start < 0) continue;
                getSelection().setBaseAndExtent(node, start, node, start + words.length);
                document.dispatchEvent(new PointerEvent("pointerup", {bubbles: true}));
                return;
            }
            throw new Error("not there: " + words);
        }""",
        words,
    )


def _answer(page: Page, number: int | None = None) -> None:
    """Say yes to the questions of the checklist that are not answered: to the first ones, or to all. Each is saved by itself."""
    # The button stands below the questions: once it is there, all of them have come.
    expect(page.get_by_role("button", name="Give the verdict")).to_be_visible()
    codes = page.locator(".question:not(:has(:checked))").evaluate_all("all => all.map(one => one.id)")[:number]
    for code in codes:
        page.locator(f"#{code}").get_by_role("radio", name="yes", exact=True).check()
    if number is None:
        expect(page.get_by_text("Nothing is missing to clear.")).to_be_visible()


def test_the_second_specialist_clears_with_a_comment_and_monitoring_clears(visit: Visit) -> None:
    page = visit("davit", f"/clearance/{LIFE['clearance']}/")
    section = page.locator("[data-place='section:sustainability']")
    section.get_by_role("link", name="Comment").click()
    section.get_by_label("Comment", exact=True).fill("Name the year from which the inspectorate pays.")
    section.get_by_role("button", name="Send the comment").click()
    expect(section.get_by_role("article")).to_be_visible()
    _answer(page)
    page.get_by_role("radio", name="clear with comments").check()
    page.get_by_role("button", name="Give the verdict").click()
    expect(page.get_by_text("Your verdict: clear with comments.")).to_be_visible()
    _clear(visit("aigerim", f"/clearance/{LIFE['clearance']}/"))


def _clear(page: Page) -> None:
    """Answer the checklist and clear with one key."""
    _answer(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("c")
    expect(page.get_by_text("Your verdict: clear. The authors were told.")).to_be_visible()


def test_the_developer_answers_and_hands_in_again(visit: Visit) -> None:
    page = visit("elira")
    expect(page.get_by_role("listitem").filter(has_text=TITLE).first).to_contain_text("3 open comments")
    page.get_by_role("link", name="Notices").click()
    page.get_by_role("link", name=re.compile(f"Comment on Rationale: {TITLE}")).click()
    expect(page).to_have_url(re.compile(rf"/clearance/{LIFE['clearance']}/"))
    article = page.get_by_role("article").filter(has_text="Say when")
    article.get_by_role("button", name="Accept wording").click()
    expect(page.get_by_text("The wording was put into the text.")).to_be_visible()
    for said, answer in (("Counted by desk", "By person; the target is 750 now."), ("Name the year", "From 2028 on.")):
        article = page.get_by_role("article").filter(has_text=said)
        article.locator("summary", has_text="Answer").click()
        article.get_by_label("Your answer").fill(answer)
        article.get_by_role("button", name="Send the answer").click()
        expect(page.get_by_role("article").filter(has_text=answer)).to_be_visible()
    page.goto(at("text/rationale"))
    expect(page.locator("#section-text")).to_have_value(RATIONALE.replace(OLD_WORDS, NEW_WORDS))
    page.goto(at("matrix"))
    row = page.locator(".mx-indicator").filter(has=cell(page, "Indicator 2.1.a"))
    row.locator("summary", has_text="Definition").click()
    row.get_by_label("2027", exact=True).fill("750")
    row.get_by_label("2027", exact=True).press("Tab")
    expect(row.locator("[id^=says-indicator]")).to_contain_text("last target 750")
    page.goto(at("review"))
    page.get_by_role("button", name="Hand in again").click()
    expect(page.get_by_text("Handed in as round 2. The reviewers were told.")).to_be_visible()


def test_the_specialists_see_what_changed_and_clear(visit: Visit) -> None:
    page = visit("katarina")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page).to_have_url(re.compile(rf"/clearance/{LIFE['clearance']}/changes/"))
    changed = page.locator("section.change")
    expect(changed).to_have_count(2)
    expect(changed.filter(has_text="Rationale").locator("ins")).not_to_have_count(0)
    expect(changed.filter(has_text="Results matrix")).to_contain_text(re.compile("600.*750", re.DOTALL))
    expect(page.get_by_text("3 of 3 comments were met")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Go to your review").click()
    _clear(page)
    for who in ("davit", "aigerim"):
        _clear(visit(who, f"/clearance/{LIFE['clearance']}/"))


def test_the_endorser_decides_with_a_reason(visit: Visit) -> None:
    page = visit("annelies")
    row = page.get_by_role("listitem").filter(has_text=TITLE).filter(has_text="decision")
    expect(row).to_contain_text("all verdicts are there")
    row.get_by_role("link", name=TITLE).click()
    expect(page).to_have_url(re.compile(rf"/clearance/{LIFE['clearance']}/decide/$"))
    expect(page.get_by_role("region", name="Alignment")).to_contain_text("GCM 6")
    assert_accessible(page)
    page.get_by_role("radio", name="Endorse", exact=True).check()
    page.get_by_role("textbox", name="Reason").fill("Asked for, affordable, and the inspectorate keeps it.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("region", name="Decided so far")).to_contain_text("the inspectorate keeps it")


def test_the_agreement_is_filed_and_the_project_becomes_active(visit: Visit, tmp_path: Path) -> None:
    """Only now the register says what was planned, and the contribution report counts it."""
    page = visit("elira", "/notices/")
    expect(page.locator(".timeline li").filter(has_text=TITLE).first).to_contain_text("the inspectorate keeps it")
    before = _projects(page)
    page.goto(at())
    expect(page.get_by_role("button", name="Activate")).to_be_disabled()
    page.get_by_role("link", name=re.compile("File the signed agreement")).click()
    agreement = docx.Document()
    agreement.add_paragraph("Agreement between the Illustrative Trust for Fair Work and the office, 24 months.")
    agreement.save(str(tmp_path / "Signed agreement.docx"))
    page.get_by_label("Files").set_input_files(tmp_path / "Signed agreement.docx")
    page.get_by_label("Kind").select_option(label="agreement or amendment")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Signed agreement")).to_be_visible()
    page.goto(at())
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("The project is now “active”.")).to_be_visible()
    assert _projects(page) == before + 1
    page.goto(project())
    expect(page.locator(".facts")).to_contain_text("120.2 k EUR")
    expect(page.get_by_text("31 December 2027")).to_be_visible()
    page.goto(project("results"))
    page.get_by_role("link", name="Contracts explained at the desks").click()
    expect(page.locator("main")).to_contain_text("750")
    page.goto(project("money"))
    expect(page.locator("main")).to_contain_text("120,200")


def project(panel: str = "") -> str:
    """The address of the project's page in the portfolio."""
    return f"/portfolio/{LIFE['proposal']}/{panel + '/' if panel else ''}"


def _projects(page: Page) -> int:
    """How many projects the contribution report counts for the Global Compact."""
    page.goto("/reports/contributions/gcm/")
    return int(figure(page, "Projects").replace(",", ""))


def test_an_amendment_moves_the_end(visit: Visit) -> None:
    """An extension without cost: reviewed as the rules ask, approved, and then the end of the project."""
    page = visit("elira", at("running"))
    page.locator("summary", has_text="Open an amendment").click()
    page.get_by_role("checkbox", name="extension").check()
    page.get_by_role("textbox", name="Why").fill("The second season began late; the desks stay open until it ends.")
    page.get_by_label("New last day").fill("2028-06-30")
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("link", name="Hand in").click()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_text("Handed in as round 1. The reviewers were told.")).to_be_visible()
    LIFE["amendment"] = _key(page.get_by_role("link", name="Open the review").get_attribute("href"))
    page.goto(project())
    expect(page.get_by_text("31 December 2027")).to_be_visible()
    reviewer = visit("aigerim", f"/clearance/{LIFE['amendment']}/")
    expect(reviewer.locator("main")).to_contain_text("The second season began late")
    _clear(reviewer)
    endorser = visit("annelies", f"/clearance/{LIFE['amendment']}/decide/")
    endorser.get_by_role("radio", name="Endorse", exact=True).check()
    endorser.get_by_role("textbox", name="Reason").fill("No cost, and the donor agrees.")
    endorser.get_by_role("button", name="Decide").click()
    expect(endorser.get_by_role("region", name="Decided so far")).to_contain_text("No cost, and the donor agrees.")
    page.reload()
    expect(page.get_by_text("30 June 2028", exact=True)).to_be_visible()
    page.goto(at("running"))
    expect(page.get_by_role("region", name="Amendments")).to_contain_text("approved")


def test_reports_are_sent_and_the_project_is_closed(visit: Visit) -> None:
    page = visit("elira", at("running"))
    page.get_by_label("A report every").select_option(label="12 months")
    page.get_by_role("button", name="Make the schedule").click()
    waiting = page.locator("tr[id^=report-]").filter(has=page.locator("summary", has_text="Mark as sent"))
    expect(waiting.first).to_be_visible()
    page.get_by_role("button", name="Begin to close").click()
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_disabled()
    page.wait_for_load_state()  # all reports have come
    for left in range(waiting.count(), 0, -1):
        expect(waiting).to_have_count(left)
        waiting.first.locator("summary").click()
        waiting.first.get_by_role("button", name="Mark as sent").click()
    expect(waiting).to_have_count(0)
    page.wait_for_load_state()
    for line in page.locator("[id^=closure-]:is(li)").all():
        line.get_by_role("button", name="Done").click()
        expect(line).to_contain_text("done")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("link", name=TITLE)).to_have_count(0)
    page.goto(project())
    expect(page.locator("main")).to_contain_text("closed")
