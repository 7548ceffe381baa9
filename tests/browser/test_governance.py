"""What does this State need? From an answer to a gap, a line of a roadmap and a concept note; and a report with words from outside."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import docx
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Visit
from tests.browser.servers import Site
from tests.browser.watching import looked_at

MANAGER, OFFICER = "aigerim", "ilinca"
WHY = "The by-law asks for a residence card at the desk of every clinic."
ACTION = "Change the by-law on admission to clinics"
WORDS = "Our shelters turned away forty people last winter for want of a card."


def answer(page: Page, code: str, label: str, note: str = "") -> None:
    """Choose an answer on the page of all questions, as a person does; it saves itself."""
    form = page.locator(f"form[action$='/{code}/answer/']").first
    form.get_by_label(label, exact=True).check()
    expect(page.locator(f"#said-{code}")).to_contain_text(re.compile("[Ss]aved"))
    if note:
        form.get_by_label("Note").fill(note)
        form.get_by_role("button", name="Save").click()
        expect(page.locator(f"#said-{code}")).to_contain_text(re.compile("[Ss]aved"))


def test_from_an_answer_to_a_concept_note(visit: Visit) -> None:
    page = visit(MANAGER, "/governance/assessments/new/")
    page.get_by_label("Country or area").select_option(label="Georgia")
    page.get_by_label("Year").fill(str(timezone.localdate().year))
    page.get_by_label("Questions").select_option(index=1)
    page.get_by_label("Title").fill("What Georgia needs")
    looked_at(page)
    page.get_by_role("button", name="Start the assessment").click()
    page.get_by_role("link", name="Questions").last.click()
    code = page.locator("form[data-answer]").first.get_attribute("action").split("/")[-3]  # type: ignore[union-attr]
    labels = page.locator("form[data-answer]").first.locator("label:has(input[type=radio])").all_inner_texts()
    answer(
        page,
        code,
        next(one.strip() for one in labels if one.strip().lower().startswith("no") and "answer" not in one),
        WHY,
    )
    looked_at(page)
    page.reload()
    expect(page.locator(f"#note-{code}")).to_have_value(WHY)

    page.get_by_role("link", name="Overview").last.click()
    page.get_by_role("link", name="Gaps and what might help").click()
    looked_at(page)
    page.locator("summary").filter(has_text="What might help").first.click()
    page.get_by_role("link", name=re.compile("Put into a roadmap")).first.click()
    page.get_by_label("Action", exact=True).fill(ACTION)
    page.locator("input[name=owner]").fill("Ministry of Health")
    page.locator("input[name=due]").fill((timezone.localdate() + timedelta(days=200)).isoformat())
    page.locator("select[name=roadmap]").select_option(label="a new one, for this year and the two after it")
    looked_at(page)
    page.get_by_role("button", name="Put into the roadmap").click()
    expect(page.get_by_role("main")).to_contain_text(ACTION)

    page.goto("/governance/roadmaps/")
    page.get_by_role("link", name=re.compile("Georgia")).first.click()
    looked_at(page)
    page.get_by_role("main").get_by_role("link", name=ACTION).first.click()
    page.get_by_role("link", name=re.compile("concept note", re.I)).first.click()
    expect(page.get_by_role("main")).to_contain_text(WHY)
    page.get_by_label("Currency of the budget").fill("EUR")
    looked_at(page)
    page.get_by_role("button", name="Begin the concept note").click()
    expect(page).to_have_url(re.compile(r"/proposals/\d+/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(ACTION)
    text = page.request.get(page.url).text()
    assert "Georgia" in text

    page.goto("/governance/roadmaps/")
    page.get_by_role("link", name=re.compile("Georgia")).first.click()
    expect(
        page.get_by_role("main").get_by_role("link", name=re.compile("[Cc]oncept note|" + ACTION)).first
    ).to_be_visible()


def test_a_report_takes_over_what_a_ministry_wrote_by_link(
    visit: Visit, open_page: OpenPage, office: Site, tmp_path: Path
) -> None:
    page = visit(OFFICER, "/governance/gcm/")
    page.get_by_role("main").get_by_role("link", name=re.compile("Moldova")).first.click()
    looked_at(page)
    page.get_by_role("link", name="Contributions").last.click()
    page.get_by_role("link", name="Ask for a contribution").click()
    page.get_by_label("Body", exact=True).fill("Shelter of the capital")
    page.locator("select[name=group]").select_option("civil")
    page.locator("input[name=parts][value=objective-15]").check()
    page.locator("input[name=deadline]").fill((timezone.localdate() + timedelta(days=20)).isoformat())
    page.get_by_role("button", name="Make the link").click()
    looked_at(page)
    address = page.locator(".gcm-link code").inner_text().strip()
    address = re.sub(r"^https?://[^/]+", office.url, address)

    outside = open_page(office, width=390, height=844)
    outside.goto(address)
    looked_at(outside)
    outside.get_by_role("link", name=re.compile("[Oo]bjective 15|15")).first.click()
    outside.locator("textarea").first.fill(WORDS)
    outside.get_by_role("button", name="Save the draft").click()
    outside.goto(address)
    outside.once("dialog", lambda dialog: dialog.accept())
    outside.get_by_role("button", name="Hand in").click()
    expect(outside.locator("body")).to_contain_text(re.compile("[Tt]hank|handed in", re.I))
    for closed in ("/governance/gcm/", "/governance/"):
        outside.goto(office.url + closed)
        expect(outside).to_have_url(re.compile("/accounts/login/"))

    page.get_by_role("link", name="To the contributions").click()
    expect(page.get_by_role("main")).to_contain_text(WORDS)
    looked_at(page)
    page.get_by_role("link", name="Take over").first.click()
    page.get_by_role("button", name="Take over").click()
    page.goto("/governance/gcm/")
    page.get_by_role("main").get_by_role("link", name=re.compile("Moldova")).first.click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="DOCX").first.click()
    path = tmp_path / "report.docx"
    saved.value.save_as(path)
    made = docx.Document(str(path))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(one.text for one in made.paragraphs), *cells])
    assert WORDS in text and "Shelter of the capital" in text
