"""Budget, work plan, risks and markers in a real browser: by keyboard, pasted, in two windows at once, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site, environment, prepare
from tests.browser.watching import assert_accessible, assert_no_horizontal_scroll
from tests.browser.watching import sign_in as sign_in_on

SignIn = Callable[[Page, str], None]
MADE = """
from pathlib import Path
from migov.foundation.people.models import User
from migov.foundation.records.models import Record, RecordState
from migov.work.projects.models import Project
from migov.work.proposals.models import PlanCost, PlanResult, Proposal
owner = User.objects.get(username="elira")
office = owner.memberships.first().office
keys = []
for number in range(4):
    fields = dict(stage="proposal", office=office, owner=owner, starts="2027-01-01")
    record = Record.objects.create(kind="project", title=f"Parts {number}", **fields)
    RecordState.objects.create(record=record, office=office, stage="proposal")
    project = Project.objects.create(record=record, default_currency="EUR")
    paper = Proposal.objects.create(project=project, months=12, rules="share-30")
    above, rows = None, {"objective": "People are safe", "outcome": "Services work", "output": "Staff are trained", "activity": "Train"}
    for level, title in rows.items():
        above = PlanResult.objects.create(proposal=paper, level=level, title=title, parent=above)
    if number == 3:
        PlanCost.objects.create(proposal=paper, category="office", title="Power", quantity=12, unit_cost=90, amount=1080)
    keys.append(str(record.pk))
Path(%r).write_text(" ".join(keys))
"""


@pytest.fixture(scope="module")
def papers(site: Site) -> Iterator[list[str]]:
    """Addresses of four proposals of Elira's, each with one output and one activity."""
    told = Path(site.home) / "papers.txt"
    prepare(["-m", "migov.site.cli", "manage", "shell", "-c", MADE % str(told)], environment(site.home, MIGOV_DEMO="1"))
    yield [f"/proposals/{key}" for key in told.read_text().split()]


def test_a_budget_is_written_by_keyboard_and_meets_the_ceiling(page: Page, sign_in: SignIn, papers: list[str]) -> None:
    sign_in(page, "elira")
    page.goto(f"{papers[0]}/budget/")
    keys = page.keyboard
    page.locator("#add-title").focus()
    for words in ("Project manager", "month", None, "3000"):  # the quantity waits with 1
        if words:
            keys.type(words)
        keys.press("Tab")
    keys.press("Enter")
    row = page.locator("tr[data-row-editor]")
    expect(row).to_have_count(1)
    expect(page.locator("#add-title")).to_be_focused()
    keys.press("Shift+Tab")
    keys.type("1.1")  # the select finds the output by its first letters
    keys.press("Tab")
    keys.type("Training")
    keys.press("Enter")
    expect(page.get_by_text("Write a number.")).to_be_visible()
    expect(page.locator("#add-title")).to_have_value("Training")
    page.locator("#add-unit_cost").focus()
    keys.type("7 000,00")
    keys.press("Enter")
    expect(row).to_have_count(2)
    # 3,000 of 10,000: the ceiling itself is allowed. One month more is not.
    expect(page.locator("#findings")).not_to_contain_text("Staff and office take")
    page.get_by_label("Quantity: Project manager").focus()
    keys.press("Control+A")
    keys.type("2")
    keys.press("Tab")
    expect(page.locator("#findings")).to_contain_text(
        re.compile("Staff and office take 46.2.% of what is asked of the donor")
    )
    expect(page.locator("#budget-sums")).to_contain_text("13,000")
    expect(page.get_by_label("Unit cost: Project manager")).to_be_focused()
    keys.press("Control+A")
    keys.type("cheap")
    keys.press("Tab")
    expect(page.locator(".say-bad")).to_contain_text("“cheap” is not a number.")
    expect(page.get_by_label("Unit cost: Project manager")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Unit cost: Project manager").fill("1 500,5")
    keys.press("Tab")
    expect(page.locator(".say-bad")).to_have_count(0)
    expect(page.get_by_label("Unit cost: Project manager")).to_have_value("1500.5")
    assert_accessible(page)
    page.reload()
    expect(page.get_by_label("Quantity: Project manager")).to_have_value("2")
    expect(page.locator("#budget-sums")).to_contain_text("10,001")


def test_pasted_rows_are_kept_or_explained_and_lines_move_by_keyboard(
    page: Page, sign_in: SignIn, papers: list[str]
) -> None:
    sign_in(page, "elira")
    page.goto(f"{papers[1]}/budget/")
    page.locator("summary", has_text="Paste rows").click()
    page.get_by_label("Rows").fill(
        "office\tRent\tmonth\t12\t400\noffice\tPower\tmonth\t12\t90\noffice\tWater\tmonth\ttwelve\t20"
    )
    page.get_by_role("button", name="Add the rows").click()
    expect(page.get_by_text("2 lines were added.")).to_be_visible()
    expect(page.get_by_text("! “twelve” is not a number.")).to_be_visible()
    expect(page.get_by_label("Rows")).to_have_value(re.compile("^office\tWater"))
    assert_accessible(page)
    titles = page.locator("tr[data-row-editor] input[name=title]")
    page.get_by_label("Description: Power").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(titles.first).to_have_value("Power")
    expect(page.get_by_label("Description: Power")).to_be_focused()
    page.get_by_label("Remove: Rent").click()
    expect(titles).to_have_count(1)
    page.locator("summary", has_text="1 removed line").click()
    page.get_by_label("Put back: Rent").click()
    expect(titles).to_have_count(2)


def test_two_windows_in_one_cell_keep_both_and_ask(open_page: OpenPage, site: Site, papers: list[str]) -> None:
    first, second = open_page(site), open_page(site)
    for window in (first, second):
        sign_in_on(window, "elira", site)
        window.goto(f"{papers[3]}/budget/")
    cell = "Unit cost: Power"
    first.get_by_label(cell).fill("100")
    first.keyboard.press("Tab")
    expect(first.locator("#budget-sums")).to_contain_text("1,200")
    second.get_by_label(cell).fill("80")
    second.keyboard.press("Tab")
    expect(second.get_by_text("Now: 100. Yours: 80.")).to_be_visible()
    expect(second.get_by_label(cell)).to_have_value("80")
    assert_accessible(second)
    second.get_by_role("button", name="Use mine").click()
    expect(second.get_by_text("Now: 100. Yours: 80.")).to_have_count(0)
    expect(second.locator("#budget-sums")).to_contain_text("960")
    first.reload()
    expect(first.get_by_label(cell)).to_have_value("80")


def test_a_plan_draws_itself_and_risks_are_kept(page: Page, sign_in: SignIn, papers: list[str]) -> None:
    sign_in(page, "elira")
    page.goto(f"{papers[2]}/plan/")
    page.get_by_label("Months: 1.1.1 Train").fill("3 - 14")
    page.keyboard.press("Tab")
    expect(page.locator("#plan-chart img")).to_have_attribute(
        "alt", re.compile("1 activities from month 3 to month 14")
    )
    expect(page.get_by_label("Months: 1.1.1 Train")).to_have_value("3–14")
    expect(page.locator("#findings")).to_contain_text("runs until month 14; the project lasts 12 months")
    assert page.evaluate("document.querySelector('#plan-chart img').decode().then(() => true)")
    assert_accessible(page)
    page.goto(f"{papers[2]}/risks/")
    page.get_by_label("What may happen").fill("The border closes for weeks")
    page.get_by_label("Impact", exact=True).select_option("5")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("tr[data-row-editor]")).to_contain_text("15 very high")
    page.get_by_label("Likelihood: The border closes for weeks").select_option("2")
    expect(page.locator("tr[data-row-editor]")).to_contain_text("10 high")
    expect(page.locator("#risk-grid td a")).to_have_attribute("href", re.compile("#risk-"))
    page.get_by_label("Measures: The border closes for weeks").fill("Stocks on both sides")
    page.keyboard.press("Tab")
    expect(page.locator("#findings")).not_to_contain_text("says nothing about what is done")
    assert_accessible(page)
    page.reload()
    page.get_by_text("What was changed").click()
    expect(page.get_by_text("score 15 → 10")).to_be_visible()


def test_markers_are_answered_by_keyboard_on_a_phone(open_page: OpenPage, site: Site, papers: list[str]) -> None:
    phone = open_page(site, width=390, height=844)
    sign_in_on(phone, "elira", site)
    phone.goto(f"{papers[3]}/markers/")
    assert_no_horizontal_scroll(phone)
    folds = phone.locator("[data-marker]")
    expect(folds.first).to_have_attribute("open", "")  # the first that is not answered
    expect(phone.locator("[data-marker][open]")).to_have_count(1)
    environment_ = phone.locator("#marker-environment")
    phone.get_by_role("link", name="Environment", exact=True).click()
    questions = environment_.locator(".question")
    expect(questions).to_have_count(3)
    expect(questions.first).to_be_visible()
    for number in range(3):
        question = questions.nth(number)
        question.get_by_role("radio").first.focus()
        phone.keyboard.press("Space")
        expect(environment_.locator("#level-head-environment")).to_contain_text(
            f"{number + 1}/3" if number < 2 else "2 significant"
        )
        expect(question.get_by_text("a reason is missing")).to_be_visible()
        question.get_by_label("Why").fill("Solar panels, in activity 1.1.1")
        phone.keyboard.press("Tab")
        expect(question.get_by_text("a reason is missing")).to_have_count(0)
    assert_accessible(phone)
    phone.reload()
    expect(environment_.locator("#level-head-environment")).to_contain_text("2 significant")
    for part in ("budget", "plan", "risks"):
        phone.goto(f"{papers[2]}/{part}/")
        assert_no_horizontal_scroll(phone)
        assert_accessible(phone)
