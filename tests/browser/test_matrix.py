"""The results matrix in a real browser: built without a mouse, written by two at once, dragged, and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

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
from migov.work.proposals.models import PlanIndicator, PlanResult, Proposal
owner = User.objects.get(username="elira")
office = owner.memberships.first().office
keys = []
for number in range(4):
    fields = dict(stage="proposal", office=office, owner=owner, starts="2027-01-01")
    record = Record.objects.create(kind="project", title=f"Matrix {number}", **fields)
    RecordState.objects.create(record=record, office=office, stage="proposal")
    paper = Proposal.objects.create(project=Project.objects.create(record=record, default_currency="EUR"), months=24)
    keys.append(str(record.pk))
    if number:
        make = lambda level, title, parent, order=0: PlanResult.objects.create(
            proposal=paper, level=level, title=title, parent=parent, order=order)
        outcome = make("outcome", "Officers refer victims", make("objective", "Victims are protected", None))
        for place, title in enumerate(("Procedure", "Skills", "Equipment")):
            output = make("output", title, outcome, place)
            for letter in "ab":
                PlanIndicator.objects.create(proposal=paper, result=output, title=f"{title} {letter}", order=ord(letter))
Path(%r).write_text(" ".join(keys))
"""


@pytest.fixture(scope="module")
def matrices(site: Site) -> Iterator[list[str]]:
    """Addresses of four matrices of Elira's proposals: one empty, three with three outputs."""
    told = Path(site.home) / "matrices.txt"
    prepare(["-m", "migov.site.cli", "manage", "shell", "-c", MADE % str(told)], environment(site.home, MIGOV_DEMO="1"))
    yield [f"/proposals/{key}/matrix/" for key in told.read_text().split()]


def title(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def drag(page: Page, handle: Locator, to: Locator, y: int) -> None:
    """Drag by hand: Chromium tells of a place only when the mouse moves there a second time."""
    handle.hover()
    page.mouse.down()
    for x in (60, 64):
        to.hover(position={"x": x, "y": y}, force=True)
    page.mouse.up()


def test_a_small_matrix_is_built_without_a_mouse(page: Page, sign_in: SignIn, matrices: list[str]) -> None:
    sign_in(page, "elira")
    page.goto(matrices[0])
    keys = page.keyboard
    page.get_by_role("button", name="Begin with the objective").focus()
    keys.press("Enter")
    expect(title(page, "Objective")).to_be_focused()
    keys.type("Victims of trafficking are protected")
    keys.press("Enter")  # a proposal has one objective: the next row is the outcome below it
    expect(title(page, "Outcome 1")).to_be_focused()
    expect(title(page, "Objective")).to_have_value("Victims of trafficking are protected")
    keys.type("Officers refer victims")
    page.get_by_role("button", name="+ Output under Outcome 1").focus()
    keys.press("Enter")
    expect(title(page, "Output 1.1")).to_be_focused()
    keys.type("Train 200 officers")
    keys.press("Enter")
    expect(title(page, "Output 1.2")).to_be_focused()
    expect(page.get_by_role("list", name="Checks of Output 1.1")).to_contain_text("worded as an activity")
    keys.type("The procedure is in force")
    keys.press("Alt+ArrowUp")
    expect(title(page, "Output 1.1")).to_have_value("The procedure is in force")
    expect(title(page, "Output 1.1")).to_be_focused()
    expect(page.locator("#mx-said")).to_contain_text("Moved to place 1")
    page.get_by_role("button", name="+ Indicator under Output 1.1").focus()
    keys.press("Enter")
    expect(title(page, "Indicator 1.1.a")).to_be_focused()
    keys.type("Procedures in force")
    details = page.locator(".mx-indicator summary", has_text="Definition")
    details.focus()
    keys.press("Enter")
    baseline = page.get_by_label("Baseline", exact=True)
    expect(baseline).to_be_visible()
    baseline.focus()
    keys.type("1 200,5")
    keys.press("Tab")
    expect(baseline).to_have_value("1200.5")
    page.get_by_label("2028", exact=True).focus()
    keys.type("many of 5")
    keys.press("Tab")
    page.get_by_label("2027", exact=True).focus()
    keys.type("5 of them")
    keys.press("Tab")
    expect(page.get_by_text("“5 of them” is not a number")).to_be_visible()
    refused = page.get_by_label("2027", exact=True)
    expect(refused).to_have_attribute("aria-invalid", "true")
    refused.fill("5")
    keys.press("Tab")
    expect(refused).not_to_have_attribute("aria-invalid", "true")
    page.get_by_label("sex", exact=True).focus()
    keys.press("Space")
    expect(page.locator("[id^=says-indicator]")).to_contain_text("by sex")
    assert_accessible(page)
    page.reload()
    expect(title(page, "Output 1.1")).to_have_value("The procedure is in force")
    expect(page.locator("[id^=says-indicator]")).to_contain_text("baseline 1200.5 → last target many of 5")


def test_two_people_write_the_same_cell_and_nothing_is_lost(
    page: Page, open_page: OpenPage, site: Site, sign_in: SignIn, matrices: list[str]
) -> None:
    sign_in(page, "elira")
    page.goto(matrices[1])
    other = open_page(site)
    sign_in_on(other, "bojan", site)  # administers migov
    other.goto(matrices[1])
    theirs = title(other, "Output 1.1")
    theirs.fill("Their words")
    theirs.press("Tab")
    expect(other.locator(".mx-saved")).to_be_visible()
    mine = title(page, "Output 1.1")
    mine.fill("My words")
    mine.press("Tab")
    note = page.locator(".mx-note .note-warn")
    expect(note).to_contain_text("Their words")
    expect(note).to_contain_text("My words")
    assert_accessible(page)
    page.get_by_role("button", name="+ Outcome under Objective").click()
    expect(mine).to_be_focused()  # the tree is not drawn anew while words are not saved
    expect(mine).to_have_value("My words")
    note.get_by_role("button", name="Save mine").click()
    expect(page.locator(".mx-saved")).to_be_visible()
    theirs.fill("Their next words")
    theirs.press("Tab")
    other.locator(".mx-note .note-warn").get_by_role("button", name="Keep what stands").click()
    expect(theirs).to_have_value("My words")
    expect(other.locator(".mx-note .note-warn")).to_have_count(0)


def test_rows_are_dragged_and_a_removal_is_undone(open_page: OpenPage, site: Site, matrices: list[str]) -> None:
    page = open_page(site, height=2400)  # all of it in sight: no scrolling while something is dragged
    sign_in_on(page, "elira", site)
    page.goto(matrices[2])
    outputs = page.locator(".mx-output")
    drag(page, outputs.nth(2).locator(".mx-handle").first, outputs.nth(0).locator(".mx-row").first, 3)
    expect(title(page, "Output 1.1")).to_have_value("Equipment")
    indicator = page.locator(".mx-indicator", has=page.locator("textarea", has_text="Equipment a"))
    drag(page, indicator.locator(".mx-handle"), page.locator(".mx-output").nth(2).locator(".mx-row").first, 20)
    expect(title(page, "Indicator 1.3.c")).to_have_value("Equipment a")
    page.locator(".mx-output").nth(1).locator("summary", has_text="Row").first.click()
    page.get_by_role("button", name="Remove, with all below it").locator("visible=true").click()
    expect(page.locator(".mx-output")).to_have_count(2)
    expect(page.locator("#mx-said")).to_contain_text("Removed: “Procedure”")
    # A field that somebody drew larger has a style of its own, which must not be set anew: the policy refuses that.
    title(page, "Outcome 1").evaluate("field => { field.style.height = '120px'; }")
    expect(page.locator("#mx-said").get_by_role("button", name="Put back")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".mx-output")).to_have_count(3)
    expect(title(page, "Indicator 1.2.b")).to_have_value("Procedure b")


def test_the_matrix_on_a_phone_with_the_library(open_page: OpenPage, site: Site, matrices: list[str]) -> None:
    page = open_page(site, width=390, height=844)
    sign_in_on(page, "elira", site)
    page.goto(matrices[3])
    assert_no_horizontal_scroll(page)
    page.locator(".mx-more summary", has_text="Definition").first.click()
    expect(page.get_by_label("Baseline", exact=True)).to_be_visible()
    assert_no_horizontal_scroll(page)
    assert_accessible(page)
    page.get_by_role("link", name=re.compile("From the library under Output 1.1")).click()
    expect(page.get_by_role("searchbox", name=re.compile("standard"))).to_be_focused()
    page.keyboard.type("victims")
    expect(page.locator(".mx-found li")).not_to_have_count(0)
    assert_no_horizontal_scroll(page)
    page.locator(".mx-found").get_by_role("button", name=re.compile("Add")).first.click()
    expect(title(page, "Indicator 1.1.c")).not_to_have_value("")
    assert_accessible(page)


def test_without_script_every_cell_has_a_button(open_page: OpenPage, site: Site, matrices: list[str]) -> None:
    signed = open_page(site)
    sign_in_on(signed, "elira", site)
    signed.goto(matrices[3])
    page = open_page(site, java_script_enabled=False)
    page.context.add_cookies(signed.context.cookies())  # type: ignore[arg-type]
    page.goto(matrices[3])
    title(page, "Output 1.2").fill("Skills are there")
    page.get_by_role("button", name="Save Output 1.2").click()
    expect(title(page, "Output 1.2")).to_have_value("Skills are there")
    page.locator(".mx-indicator").first.locator(".mx-more summary").click()
    page.locator(".mx-indicator").first.get_by_role("link", name=re.compile("^Open Indicator")).click()
    page.get_by_label("Unit", exact=True).fill("people")
    page.get_by_role("button", name="Save Unit").click()
    expect(page.get_by_label("Unit", exact=True)).to_have_value("people")
