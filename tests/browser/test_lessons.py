"""Lessons in a real browser: written, validated, offered beside a proposal, used, counted; and read from a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site, environment, prepare
from tests.browser.watching import assert_accessible, assert_no_horizontal_scroll
from tests.browser.watching import sign_in as sign_in_on

Visit = Callable[..., Page]
STATEMENT = "Seasonal workers sign contracts that they cannot read when recruiters bring them on the last day."
ADVICE = "Have contracts translated and explained a month before departure, with a labour inspector in the room."
PAPER = """
from pathlib import Path
from migov.foundation.people.models import User
from migov.foundation.records.models import Record, RecordState
from migov.work.projects.models import Project
from migov.work.proposals.actions import writing
from migov.work.proposals.models import Proposal
owner = User.objects.get(username="elira")
office = owner.memberships.first().office
record = Record.objects.create(kind="project", title="Fair recruitment", stage="proposal", office=office, owner=owner)
RecordState.objects.create(record=record, office=office, stage="proposal")
paper = Proposal.objects.create(project=Project.objects.create(record=record, default_currency="EUR"), months=12)
row, _lock = writing.open_section(paper, "rationale", token="t", by=owner)
text = "Recruiters bring seasonal workers contracts that they cannot read. Labour inspectors meet the workers too late."
writing.save(row, text=text, revision=row.revision, token="t", by=owner)
Path(%r).write_text(str(record.pk))
"""


@pytest.fixture(scope="module")
def paper(site: Site) -> Iterator[str]:
    """The key of a proposal of Elira's with a few words in its rationale."""
    told = Path(site.home) / "lesson-paper.txt"
    prepare(
        ["-m", "migov.site.cli", "manage", "shell", "-c", PAPER % str(told)], environment(site.home, MIGOV_DEMO="1")
    )
    yield told.read_text()


@pytest.fixture
def visit(open_page: OpenPage, site: Site) -> Visit:
    """visit("elira", "/lessons/") → her window on that page."""

    def visited(who: str, path: str, **options: Any) -> Page:
        page = open_page(site, **options)
        sign_in_on(page, who, site)
        page.goto(path)
        return page

    return visited


def looked_at(page: Page) -> None:
    """The page can be used by everybody, and on a telephone."""
    assert_accessible(page)
    size = page.viewport_size
    assert_no_horizontal_scroll(page)
    page.set_viewport_size(size or {"width": 1440, "height": 900})


def test_a_lesson_is_written_validated_offered_used_and_counted(visit: Visit, paper: str) -> None:
    page = visit("elira", "/lessons/new/")
    page.get_by_role("textbox", name="The lesson").fill(STATEMENT)
    page.get_by_role("radio", name="what did not work").check()
    page.get_by_role("textbox", name="What to do").fill(ADVICE)
    page.get_by_role("checkbox", name="Rationale").check()
    page.get_by_role("textbox", name="Link").fill("example.org")
    looked_at(page)
    page.get_by_role("button", name="Propose").click()
    expect(page.locator(".errors")).to_contain_text("begins with https://")
    expect(page.get_by_role("textbox", name="What to do")).to_have_value(ADVICE)
    page.get_by_role("textbox", name="Link").fill("")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("The lesson is proposed.")).to_be_visible()
    expect(page.get_by_role("button", name="Validate")).to_have_count(0)
    address = page.url

    officer = visit("aigerim", "/lessons/")
    officer.get_by_role("link", name=re.compile("for you to validate")).click()
    looked_at(officer)
    officer.get_by_role("link", name=STATEMENT).click()
    looked_at(officer)
    officer.get_by_role("button", name="Validate").click()
    expect(officer.get_by_text("The lesson is validated")).to_be_visible()

    page.goto(f"/proposals/{paper}/text/rationale/")
    offer = page.locator(".writing-beside li", has_text=STATEMENT)
    expect(offer).to_be_attached()
    with page.expect_response(lambda answer: "/lessons/offered/" in answer.url and answer.status == 204):
        offer.scroll_into_view_if_needed()
    expect(offer).to_contain_text("meant for this part")
    looked_at(page)
    offer.get_by_role("button", name="I used this").click()
    expect(offer.get_by_text("Kept: used in this project.")).to_be_visible()
    offer.get_by_role("button", name="Undo").click()
    expect(offer.get_by_text("Taken back.")).to_be_visible()
    offer.get_by_role("button", name="I used this").click()
    expect(offer.get_by_text("Kept: used in this project.")).to_be_visible()
    offer.get_by_role("link", name=STATEMENT).click()
    expect(page).to_have_url(re.compile(re.escape(address) + r"\?for="))
    expect(page.get_by_role("heading", name="For your project")).to_be_visible()
    looked_at(page)

    officer.goto("/lessons/use/?by=lesson")
    row = officer.get_by_role("row", name=re.compile(STATEMENT))
    expect(row.get_by_role("cell")).to_have_text([re.compile(STATEMENT), "1", "1", "1", "0"])
    looked_at(officer)
    row.get_by_role("link", name="1").last.click()
    expect(officer.get_by_role("link", name="Fair recruitment")).to_be_visible()
    looked_at(officer)


def test_without_a_script_a_lesson_is_said_to_be_used_all_the_same(visit: Visit, paper: str) -> None:
    page = visit("elira", f"/proposals/{paper}/text/rationale/similar/", java_script_enabled=False)
    offer = page.locator("main li", has_text=STATEMENT)
    offer.get_by_role("button", name="Not used after all").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    offer.get_by_role("button", name="I used this").click()
    expect(page.get_by_text("Kept: used in this project.")).to_be_visible()
    expect(page).to_have_url(re.compile("/similar/$"))


def test_lessons_are_read_from_a_file(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "lessons.csv"
    rows = [
        "Lesson;Advice;Countries",
        "Interpreters are missing at night.;Keep them on call.;ALB",
        "No advice.;;Atlantis",
    ]
    file.write_text("\n".join(rows))
    page = visit("elira", "/lessons/import/")
    looked_at(page)
    page.get_by_label("Excel workbook (XLSX) or CSV").set_input_files(file)
    page.get_by_role("button", name="See what would be added").click()
    expect(page.get_by_role("row", name=re.compile("Atlantis"))).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="Add the good row").click()
    expect(page.get_by_text("1 lesson was added")).to_be_visible()
    expect(page.get_by_role("link", name="Interpreters are missing at night.")).to_be_visible()
    looked_at(page)


def test_nearly_the_same_is_shown_before_it_is_saved(visit: Visit) -> None:
    page = visit("elira", "/lessons/new/")
    page.get_by_role("textbox", name="The lesson").fill(STATEMENT.replace("the last day", "their last day"))
    page.get_by_role("radio", name="caution").check()
    page.get_by_role("textbox", name="What to do").fill(ADVICE)
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("alert")).to_contain_text("nearly said already")
    looked_at(page)
    page.get_by_role("button", name="Save it all the same").click()
    expect(page.get_by_text("The lesson is proposed.")).to_be_visible()
