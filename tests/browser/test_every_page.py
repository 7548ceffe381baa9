"""Every kind of page of the demonstration: accessible, quiet, no wider than a phone, nothing from another host."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.servers import Site
from tests.browser.test_journeys import SignIn
from tests.browser.watching import assert_accessible, assert_no_foreign_requests, assert_no_horizontal_scroll

PAGES = [
    "/",
    "/portfolio/",
    "/portfolio/?country=MDA&sort=-budget",
    "/portfolio/?q=nothing+like+this+exists",
    "/portfolio/map/",
    "/portfolio/ref/MG-0101/",
    "/portfolio/ref/MG-0101/|Results",
    "/portfolio/ref/MG-0101/|Money",
    "/portfolio/ref/MG-0101/|Alignments",
    "/portfolio/ref/MG-0101/|Documents",
    "/portfolio/ref/MG-0101/|History",
    "/countries/",
    "/countries/mda/",
    "/countries/xkx/",
    "/frameworks/",
    "/frameworks/gcm/",
    "/frameworks/sdg/",
    "/frameworks/gcm/10/",
    "/alignments/",
    "/reports/contributions/migof/",
    "/reports/contributions/gcm/",
    "/reports/contributions/sdg/",
    "/reports/contributions/gcm/element/10/",
    "/reports/contributions/gcm/element/17/",
    "/reports/contributions/gcm/?as_of=2019-01-01",
    "/reports/contributions/gcm/rows/?figure=projects",
    "/reports/contributions/gcm/rows/?figure=budget&element=10",
    "/reports/contributions/gcm/rows/?figure=spending",
    "/reports/contributions/gcm/rows/?figure=results&state=late",
    "/reports/contributions/gcm/rows/?figure=people",
    "/reports/contributions/gcm/rows/?figure=evidence",
    "/exchange/iati/",
    "/jobs/",
    "/reports/dashboard/",
    "/reports/dashboard/?country=MDA&by=project",
    "/reports/cards/countries/mda/",
    "/policy/",
    "/policy/countries/ALB/",
    "/policy/instruments/",
    "/policy/instruments/icrmw/",
    "/policy/instruments/matrix/",
    "/policy/requests/",
    "/policy/requests/new/",
    "/policy/requests/year/",
    "/policy/requirements/",
    "/policy/reviews/",
    "/policy/reviews/new/",
    "/policy/texts/",
    "/policy/texts/new/",
    "/governance/",
    "/governance/assessments/",
    "/governance/assessments/new/",
    "/governance/assessments/>Migration governance assessment, Albania",
    "/governance/assessments/>MiGOF self-assessment, Republic of Moldova|Questions",
    "/governance/assessments/>Migration governance assessment, Albania|Profile",
    "/governance/assessments/>Migration governance assessment, Albania|Workshop",
    "/governance/series/",
    "/governance/roadmaps/",
    "/governance/roadmaps/>Migration governance roadmap",
    "/governance/gcm/",
    "/governance/pledges/",
    "/governance/pledges/>No worker pays",
    "/governance/practices/",
    "/governance/practices/>Mobile consular days",
    "/governance/unsdcf/",
    "/governance/plans/",
    "/governance/plans/>Work plan of the United Nations Network",
    "/cooperation/",
    "/cooperation/mechanisms/",
    "/cooperation/mechanisms/prague-process/",
    "/cooperation/mechanisms/matrix/",
    "/cooperation/mechanisms/graph/",
    "/cooperation/meetings/",
    "/cooperation/meetings/>Senior Officials Meeting",
    "/cooperation/calendar/",
    "/cooperation/calendar/?view=list",
    "/cooperation/commitments/",
    "/cooperation/inputs/",
    "/cooperation/inputs/>Talking points on fair recruitment",
    "/cooperation/positions/?q=recruitment",
    "/briefings/",
    "/briefings/new/",
    "/briefings/>Briefing: senior officials",
    "/reports/narrative/",
    "/results/",
    "/results/library/",
    "/results/library/dimensions/",
    "/results/library/new/",
    "/results/report/",
    "/results/together/",
    "/results/together/victims-assisted/",
    "/results/together/victims-assisted/overlap/",
    "/results/verify/",
    "/evaluations/",
    "/lessons/",
    "/api/",
    "/api/keys/",
    "/search/?q=trafficking",
    "/accounts/2fa/",
    "/nothing-here/",
]


def visit(page: Page, address: str) -> None:
    """Open an address; after a > stands the beginning of a link to follow, after a bar the name of a tab to press."""
    path, _, tab = address.partition("|")
    path, _, link = path.partition(">")
    page.goto(path)
    if link:
        page.get_by_role("main").get_by_role("link", name=link).first.click()
    if tab:
        page.locator("nav.tabs").last.get_by_role("link", name=tab).click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("address", PAGES)
def test_page_is_accessible_and_fits_a_phone(page: Page, sign_in: SignIn, address: str) -> None:
    sign_in(page, "bojan")
    visit(page, address)
    assert_accessible(page)
    assert_no_foreign_requests(page)
    assert_no_horizontal_scroll(page)


@pytest.mark.parametrize("address", ["/", "/portfolio/ref/MG-0101/", "/reports/contributions/gcm/", "/alignments/"])
def test_page_is_accessible_in_the_dark(open_page: OpenPage, site: Site, sign_in: SignIn, address: str) -> None:
    page = open_page(site, color_scheme="dark")
    sign_in(page, "bojan")
    visit(page, address)
    assert_accessible(page)


@pytest.mark.parametrize("username", ["elira", "katarina", "annelies", "ilinca", "oksana", "victor", "claire"])
def test_everybody_has_a_desk(page: Page, sign_in: SignIn, username: str) -> None:
    sign_in(page, username)
    visit(page, "/")
    assert page.get_by_role("heading", level=1).is_visible()
    assert_accessible(page)
