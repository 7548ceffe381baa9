"""Journey 5 in a real browser: sixty numbers are pasted, three are refused; what does not add up is shown; values are verified in
bulk, two go back; figures change and the page says so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site, environment, prepare
from tests.browser.watching import assert_accessible, assert_no_horizontal_scroll
from tests.browser.watching import sign_in as sign_in_on

SignIn = Callable[[Page, str], None]
MADE = """
from datetime import date
from pathlib import Path
from migov.foundation.people.models import User
from migov.foundation.records.models import Record, RecordState
from migov.work.projects.models import Project
from migov.work.results.models import Dimension, Indicator, Measurement, Result, StandardIndicator
from migov.work.results.actions.periods import set_frequency
elira = User.objects.get(username="elira")
office = elira.memberships.first().office
standard = StandardIndicator.objects.create(code="browser-people", title="People in the grid", across_projects="sum",
    across_periods="sum")
keys = []
for title in ("Sixty numbers", "Two who write"):
    dates = dict(starts=date(2025, 1, 1), ends=date(2025, 12, 31))
    record = Record.objects.create(kind="project", title=title, stage="active", office=office, owner=elira, **dates)
    RecordState.objects.create(record=record, office=office, stage="active", **dates)
    project = Project.objects.create(record=record, default_currency="EUR")
    row = Record.objects.create(kind="result", title="People are safe", parent=record, office=office)
    result = Result.objects.create(record=row, project=project, level="outcome")
    for number in range(6):
        one = Indicator.objects.create(result=result, project=project, title=f"Indicator {number + 1}", order=number,
            across_periods="sum", standard=standard if number == 0 else None)
        if number < 3:
            one.dimensions.set([Dimension.objects.get(code="sex")])
        set_frequency(one, "quarter", by=elira)
        for period in one.periods.all():
            Measurement.objects.create(indicator=one, period=period, kind="t", value=1000)
    keys.append(str(record.pk))
Path(%r).write_text(" ".join(keys))
"""
PASTE = """text => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
PARTS = [["1 000"] * 4, ["600"] * 4, ["300"] * 4, ["100"] * 4]
ROWS = [
    *PARTS,
    ["1 000"] * 4,
    ["800", "600", "600", "600"],
    *PARTS[2:],
    *PARTS,
    ["950"] * 4,
    ["990,5"] * 4,
    ["1,100"] * 4,
]


@pytest.fixture(scope="module")
def grids(site: Site) -> list[str]:
    """Addresses of the grids of two projects of Elira's: six indicators, three of them by sex, with the quarters of 2025."""
    told = Path(site.home) / "grids.txt"
    prepare(["-m", "migov.site.cli", "manage", "shell", "-c", MADE % str(told)], environment(site.home, MIGOV_DEMO="1"))
    return [f"/results/report/{key}/" for key in told.read_text().split()]


def cell(page: Page, indicator: int, row: str = "Value", quarter: str = "1 January – 31 March 2025") -> Locator:
    """The cell of an indicator, a row and a quarter, as it is called for who does not see the table."""
    return page.get_by_role(
        "textbox", name=f"Indicator {indicator}, {row}, {quarter}".replace("1 J", "1\xa0J").replace("31 M", "31\xa0M")
    )


def paste(page: Page, at: Locator, rows: list[list[str]]) -> None:
    at.focus()
    page.evaluate(PASTE, "\r\n".join("\t".join(row) for row in rows) + "\r\n")


def test_sixty_numbers_are_pasted_checked_verified_and_two_returned(
    page: Page, open_page: OpenPage, site: Site, sign_in: SignIn, grids: list[str]
) -> None:
    rows = [list(row) for row in ROWS]
    rows[0][3], rows[12][1], rows[14][2] = "1.200", "many", "12 of 30"
    sign_in(page, "elira")
    page.goto(grids[0])
    expect(page.get_by_text("24 values are late")).to_be_visible()
    paste(page, cell(page, 1, "Total"), rows)
    expect(page.locator("#grid-said")).to_have_text("57 values saved. 3 were refused.")
    expect(page).to_have_title("(3 refused) Report values · Sixty numbers · migov")
    expect(page.locator("[aria-invalid=true]")).to_have_count(3)
    expect(page.get_by_text("“many” is not a number. Write 1200 or 1200.5.")).to_be_visible()
    expect(cell(page, 1, "Total")).to_have_value("1000")
    expect(cell(page, 5)).to_have_value("990.5")
    expect(page.get_by_text("The parts by sex make 1,200, more than the total of 1,000.")).to_be_visible()
    assert_accessible(page)
    assert_no_horizontal_scroll(page)
    page.set_viewport_size({"width": 1440, "height": 900})

    for left, (wrong, right) in enumerate((("12 of 30", "12"), ("many", "950"), ("1.200", "1200"))):
        bad = page.locator("[aria-invalid=true]").last
        expect(bad).to_have_value(wrong)
        bad.fill(right)
        bad.press("Enter")
        expect(page.locator("[aria-invalid=true]")).to_have_count(2 - left)
    expect(page).to_have_title("Report values · Sixty numbers · migov")
    too_many = cell(page, 2, "Women and girls")
    too_many.fill("600")
    too_many.press("Tab")
    expect(page.get_by_text("more than the total of")).to_have_count(0)

    page.get_by_role("link", name="Check and submit").click()
    expect(page.get_by_text("24 drafts in these periods, 24 can be submitted")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Submit the ticked values").click()
    expect(page.get_by_text("24 values submitted. They wait to be verified.")).to_be_visible()

    checker = open_page(site)
    sign_in_on(checker, "aigerim", site)
    checker.goto("/")
    checker.get_by_role("link", name="Sixty numbers").first.click()
    expect(checker.get_by_text("24 values wait to be verified")).to_be_visible()
    assert_accessible(checker)
    assert_no_horizontal_scroll(checker)
    checker.set_viewport_size({"width": 1440, "height": 900})
    boxes = checker.get_by_role("checkbox")
    for number in range(24):
        boxes.nth(number).set_checked(number not in (3, 9))
    checker.get_by_role("button", name="Verify chosen").click()
    outcome = checker.get_by_role("status").filter(has_text="they count from now on")
    expect(outcome).to_contain_text("22 values verified")
    expect(outcome).to_contain_text("Indicator 1: – → ")
    expect(outcome).to_contain_text("Sixty numbers: 0 of 6 → ")
    expect(outcome).to_contain_text("People in the grid: – → ")
    assert_accessible(checker)
    for number in range(2):
        checker.get_by_role("checkbox").nth(number).check()
    checker.get_by_role("button", name="Return chosen").click()
    expect(checker.get_by_text("Say why")).to_be_visible()
    expect(checker.get_by_role("checkbox", checked=True)).to_have_count(2)
    checker.get_by_label("Reason, if you return").fill("The lists of two towns are missing.")
    checker.get_by_role("button", name="Return chosen").click()
    expect(checker.get_by_text("2 values returned.")).to_be_visible()

    page.goto("/")
    expect(page.get_by_text("The lists of two towns are missing.").first).to_be_visible()
    page.goto(grids[0])
    expect(page.get_by_text("2 returned", exact=True)).to_be_visible()
    expect(page.locator("[data-row][readonly]").first).to_be_attached()
    page.goto(f"/portfolio/{grids[0].strip('/').split('/')[-1]}/")
    expect(page.get_by_text("Results on track")).to_be_visible()
    expect(page.get_by_text("of 6", exact=False).first).to_be_visible()


def test_cells_are_reached_by_keys_and_nobody_is_overwritten(
    page: Page, open_page: OpenPage, site: Site, sign_in: SignIn, grids: list[str]
) -> None:
    sign_in(page, "elira")
    page.goto(grids[1])
    other = open_page(site)
    sign_in_on(other, "aigerim", site)
    other.goto(grids[1])
    keys = page.keyboard
    cell(page, 1, "Total").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Enter", "Shift+Enter", "ArrowRight", "ArrowLeft"):
        keys.press(key)
    expect(cell(page, 1, "Women and girls")).to_be_focused()
    keys.type("5")
    keys.press("Tab")
    expect(page.locator("#grid-said")).to_have_text("1 value saved.")
    theirs = cell(other, 1, "Women and girls")
    theirs.fill("7")
    theirs.press("Tab")
    expect(other.get_by_text("Now: 5. Yours: 7.")).to_be_visible()
    expect(theirs).to_have_value("7")
    assert_accessible(other)
    other.get_by_role("button", name="Use mine").click()
    expect(other.locator("#grid-said")).to_have_text("1 value saved.")
    wrong = cell(page, 4)
    wrong.fill("nobody knows")
    wrong.press("Enter")
    expect(page.get_by_text("“nobody knows” is not a number")).to_be_visible()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Desk").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"], "leaving with a refusal asks first"
    wrong.press("Escape")
    expect(wrong).to_have_value("")
    page.get_by_role("link", name="Desk").click()
    expect(page.get_by_role("heading", name="What waits for you")).to_be_visible()
    other.goto(grids[1])
    expect(cell(other, 1, "Women and girls")).to_have_value("7")


def test_without_javascript_the_grid_is_a_form(open_page: OpenPage, site: Site, grids: list[str]) -> None:
    page = open_page(site, java_script_enabled=False)
    sign_in_on(page, "elira", site)
    page.goto(grids[1])
    cell(page, 5).fill("1 200")
    cell(page, 6).fill("some")
    page.get_by_role("button", name="Save these values").click()
    expect(page.get_by_text("1 was refused")).to_be_visible()
    expect(cell(page, 5)).to_have_value("1200")
    expect(cell(page, 6)).to_have_value("some")
    expect(page.get_by_text("“some” is not a number")).to_be_visible()
