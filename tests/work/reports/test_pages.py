"""Pages of reports: who sees them, what they show, how they are written, reviewed and delivered without a script."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.foundation.records.models import Visibility
from migov.work.reports import queries
from migov.work.reports.actions import writing
from migov.work.reports.models import Report, ReportState, Section, SetAside
from tests.factories import indicator, project, values
from tests.work.reports.makers import Ground, correct, ground

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def at() -> Ground:
    return ground()


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def of(name: str, report: Report, *more: Any) -> str:
    return reverse(f"reports:{name}", args=[report.pk, *more])


def all_of(report: Report) -> list[str]:
    """Every page of a report that is read."""
    return [
        *(of(name, report) for name in ("page", "preview", "review")), of("section", report, "summary"),
        of("section-state", report, "summary"), *(of("export", report, fmt) for fmt in ("docx", "pdf")),
    ]  # fmt: skip


def posts(report: Report) -> list[str]:
    """Every address of a report that changes something."""
    section = ("section", "section-save", "section-open", "section-take", "section-sentences", "section-figures")
    return [
        *(of(name, report) for name in ("change", "take-out", "submit", "take-back", "deliver")),
        *(of(name, report, "finance") for name in section),
    ]


class TestAccess:
    def test_strangers_and_people_from_outside_see_nothing(
        self, at: Ground, client: Client, client_for: Browser
    ) -> None:
        made = at.report()
        writing.write(made, "summary", text="Not for you.", by=at.people["ana"])
        lists = [reverse("reports:list"), reverse("reports:new"), reverse("reports:export-list", args=["csv"])]
        for url in [*lists, *all_of(made), of("change", made), of("section-editions", made, "summary")]:
            assert client.get(url).status_code == 302, url
            for name in ("nobody", "ion", "jan"):
                assert client_for(at.people[name]).get(url).status_code == 403, (name, url)
        for url in posts(made):
            assert client.post(url).status_code == 302, url
            for name in ("nobody", "ion", "jan"):
                assert client_for(at.people[name]).post(url).status_code == 403, (name, url)

    def test_the_office_reads_and_only_writers_change(self, at: Ground, client_for: Browser) -> None:
        made = at.report()
        for name in ("ana", "dana", "boris", "carla", "dora", "emil", "hana", "kim"):
            for url in all_of(made):
                assert client_for(at.people[name]).get(url).status_code == 200, (name, url)
        for name in ("boris", "carla", "dora", "hana"):
            browser = client_for(at.people[name])
            for url in posts(made):
                status = browser.post(url, {"text": "Mine", "revision": "0", "reason": "So", "note": ""}).status_code
                assert status == 403 or (url == of("take-back", made) and status == 302), (name, url, status)
            assert browser.get(of("change", made)).status_code == 403
            assert "Put them into the text" not in words(browser.get(of("section", made, "finance")))
        assert not Section.objects.filter(report=made).exclude(text="").exists()

    def test_another_office_does_not_find_what_is_kept_to_its_office(self, client_for: Browser) -> None:
        at = ground(visibility=Visibility.OFFICE)
        made = at.report()
        boris = client_for(at.people["boris"])
        for url in [*all_of(made), of("change", made)]:
            assert boris.get(url).status_code == 404, url
        assert made.record.title not in words(boris.get(reverse("reports:list") + "?which=all"))
        assert client_for(at.people["dana"]).get(of("page", made)).status_code == 200

    def test_who_manages_no_project_starts_no_report(self, at: Ground, client_for: Browser) -> None:
        new = reverse("reports:new")
        assert client_for(at.people["carla"]).get(new).status_code == 403
        assert client_for(at.people["boris"]).get(new).status_code == 403
        assert "Start a report" not in words(client_for(at.people["carla"]).get(reverse("reports:list")))

    def test_what_does_not_exist_is_not_found(self, at: Ground, client_for: Browser) -> None:
        made, browser = at.report(), client_for(at.people["ana"])
        for url in (
            reverse("reports:page", args=[10**30]), reverse("reports:page", args=[at.project.pk]), of("section", made, "diary"),
            of("section-state", made, "diary"), of("export", made, "xlsx"), reverse("reports:export-list", args=["pdf"]),
        ):  # fmt: skip
            assert browser.get(url).status_code == 404, url
        for name in ("section-open", "section-save", "section-sentences", "section-figures"):
            assert browser.post(of(name, made, "diary"), {"text": "x"}).status_code == 404, name


class TestList:
    def test_each_list_shows_its_reports(self, at: Ground, client_for: Browser) -> None:
        made = at.report(owner=at.people["dana"])
        ready = at.endorsed(at.report("annual"))
        dana, emil = client_for(at.people["dana"]), client_for(at.people["emil"])
        listed = reverse("reports:list")
        assert made.record.title in words(dana.get(listed)) and ready.record.title not in words(dana.get(listed))
        assert "No report here" in words(emil.get(listed))
        assert made.record.title in words(emil.get(listed + "?which=due")) and "late" in words(
            emil.get(listed + "?which=due")
        )
        assert made.record.title not in words(emil.get(listed + "?which=delivered"))
        assert ready.record.title in words(emil.get(listed + "?which=all&q=annual"))
        assert "No report matches" in words(emil.get(listed + "?which=all&q=nothing"))
        assert words(emil.get(listed + "?which=odd"))

    def test_the_list_is_a_file(self, at: Ground, client_for: Browser) -> None:
        made = at.report()
        answer = client_for(at.people["emil"]).get(reverse("reports:export-list", args=["csv"]) + "?which=all")
        (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))  # type: ignore[attr-defined]
        assert (row["Report"], row["Period to"], row["Written by"]) == (made.record.title, "2025-12-31", "ana")
        assert client_for(at.people["emil"]).get(reverse("reports:export-list", args=["xlsx"])).status_code == 200

    def test_the_list_takes_the_same_queries_for_many(
        self, at: Ground, client_for: Browser, django_assert_max_num_queries: Any
    ) -> None:
        for type in ("annual", "half-year", "donor-interim", "donor-final"):
            at.report(type)
        browser = client_for(at.people["emil"])
        with django_assert_max_num_queries(14):
            browser.get(reverse("reports:list") + "?which=all")


class TestStarting:
    def test_a_report_is_begun_from_the_donors_schedule(self, at: Ground, client_for: Browser) -> None:
        owed, ana = at.owed(), client_for(at.people["ana"])
        tab = words(ana.get(reverse("projects:panel", args=[at.project.pk, "reports"])))
        start = f"{reverse('reports:new')}?project={at.project.pk}&amp;owed={owed.pk}"
        assert start in tab and "No narrative report has been begun" in tab
        form = ana.get(start.replace("&amp;", "&")).context["form"]
        assert form.initial["type"] == "donor-interim" and form.initial["starts"] == owed.starts
        typed = {
            "type": "donor-interim", "starts": "2025-01-01", "ends": "2025-12-31", "due": "2026-01-31",
            "owed": owed.pk, "owner": at.people["ana"].pk,
        }  # fmt: skip
        answer = ana.post(start.replace("&amp;", "&"), typed, follow=True)
        made = Report.objects.get()
        assert answer.redirect_chain[-1][0] == of("page", made)
        assert made.owed == owed
        tab = words(ana.get(reverse("projects:panel", args=[at.project.pk, "reports"])))
        assert made.record.title in tab and "Owed to the donor" not in tab

    def test_what_is_wrong_is_said_beside_the_field_and_kept(self, at: Ground, client_for: Browser) -> None:
        ana = client_for(at.people["ana"])
        typed = {"type": "annual", "starts": "2025-06-01", "ends": "2025-01-01", "owner": at.people["ana"].pk}
        new = f"{reverse('reports:new')}?project={at.project.pk}"
        answer = ana.post(new, typed)
        assert answer.status_code == 422
        assert "The last day is before the first." in words(answer) and "2025-06-01" in words(answer)
        assert ana.post(new, {**typed, "type": "diary"}).status_code == 422
        assert not Report.objects.exists()

    def test_a_project_is_chosen_first_by_words(self, at: Ground, client_for: Browser) -> None:
        ana, new = client_for(at.people["ana"]), reverse("reports:new")
        assert f"{new}?project={at.project.pk}" in words(ana.get(new + "?q=guardians"))
        assert "No project of yours has these words" in words(ana.get(new + "?q=harbours"))
        for wrong in ("x", str(10**12), "0"):
            assert ana.get(f"{new}?project={wrong}").status_code == 404
        elsewhere = project(office=at.people["boris"].memberships.get().office)
        assert ana.get(f"{new}?project={elsewhere.pk}").status_code == 404
        assert ana.post(f"{new}?project={elsewhere.pk}", {"type": "annual"}).status_code == 404

    def test_only_projects_that_one_manages_are_offered(self, at: Ground, client_for: Browser) -> None:
        boris = at.people["boris"]
        assert not queries.projects_to_report(boris).exists()
        assert queries.projects_to_report(at.people["ana"]).get() == at.project
        assert not queries.projects_to_report(at.people["ion"]).exists()

    def test_partners_are_told_that_reports_are_for_the_office(self, client_for: Browser) -> None:
        at = ground(visibility=Visibility.PUBLIC)
        made = at.report()
        tab = words(client_for(at.people["jan"]).get(reverse("projects:panel", args=[at.project.pk, "reports"])))
        assert "seen by the office only" in tab and made.record.title not in tab


class TestWriting:
    def test_the_page_lists_sections_of_the_type_and_one_for_each_result(self, at: Ground, client_for: Browser) -> None:
        made = at.report()
        page = words(client_for(at.people["ana"]).get(of("page", made)))
        for said in (
            "Summary",
            "Outcome 1: Children have guardians",
            "Output 1.1: Guardians are trained",
            "0 of 13 sections written",
        ):
            assert said in page
        assert "Sustainability" not in page

    def test_a_section_shows_guidance_figures_with_their_rows_and_sentences(
        self, at: Ground, client_for: Browser
    ) -> None:
        made = at.report()
        page = words(client_for(at.people["ana"]).get(of("section", made, f"result-{at.output.pk}")))
        assert "60 people" in page and reverse("results:indicator", args=[at.trained.pk]) in page
        assert "Guardians who passed the course: 60 people by 31 December 2025, target 50 (achieved)." in page
        assert "name no migrant or beneficiary" in page
        assert "What reviewers will ask" in words(client_for(at.people["ana"]).get(of("section", made, "finance")))

    def test_a_section_is_saved_without_a_script(self, at: Ground, client_for: Browser) -> None:
        made, ana = at.report(), client_for(at.people["ana"])
        answer = ana.post(
            of("section", made, "summary"), {"text": f"We did it. {HOSTILE}", "revision": "0"}, follow=True
        )
        assert "Saved: 4 words." in words(answer) and HOSTILE not in words(answer)
        assert Section.objects.get(report=made).saved_by == at.people["ana"]
        assert HOSTILE not in words(ana.get(of("preview", made)))

    def test_a_script_saves_and_is_told_of_a_conflict(self, at: Ground, client_for: Browser) -> None:
        made, ana, dana = at.report(), client_for(at.people["ana"]), client_for(at.people["dana"])
        save = of("section-save", made, "summary")
        said = ana.post(save, {"text": "Ana.", "revision": "0", "token": "a", "number": "1", "leave": "1"}).json()
        assert (said["state"], said["revision"]) == ("saved", 1)
        said = dana.post(save, {"text": "Dana.", "revision": "0", "token": "d", "number": "1"}).json()
        assert said["state"] == "aside"
        assert said["url"] == of("aside", made, "summary", SetAside.objects.get().pk)
        page = words(dana.get(said["url"]))
        assert "Ana." in page and "Dana." in page
        answer = dana.post(said["url"], {"choice": "merged", "text": "Ana. Dana.", "revision": "1"}, follow=True)
        assert "Both earlier ones are kept" in words(answer)
        assert Section.objects.get(report=made).text == "Ana. Dana."
        earlier = Section.objects.get(report=made).editions.get(text="Ana.")
        url = of("section-editions", made, "summary")
        assert "Ana." in words(dana.get(f"{url}?edition={earlier.pk}"))
        assert dana.post(of("section-restore", made, "summary", earlier.pk)).status_code == 302
        assert Section.objects.get(report=made).text == "Ana."

    def test_sentences_are_taken_with_one_click(self, at: Ground, client_for: Browser) -> None:
        made, ana = at.report(), client_for(at.people["ana"])
        answer = ana.post(of("section-sentences", made, "finance"), follow=True)
        assert "The sentences stand at the end of the text" in words(answer)
        assert "made from the figures" in words(ana.get(of("page", made)))
        assert "in the text already" in words(ana.post(of("section-sentences", made, "finance"), follow=True))

    def test_a_figure_that_changed_is_said_beside_its_text_and_in_the_list(
        self, at: Ground, client_for: Browser
    ) -> None:
        made, ana = at.report(), client_for(at.people["ana"])
        code = f"result-{at.output.parent.pk}"
        writing.write(made, code, text="640 children have a guardian.", by=at.people["ana"])
        correct(at.assisted, 2025, 368)
        beside = words(ana.get(of("section", made, code)))
        assert "it was 640 children when this was written; it is 668 children now" in beside
        assert "1 figure has changed" in words(ana.get(of("page", made)))
        ana.post(of("section-figures", made, code))
        assert "when this was written" not in words(ana.get(of("section", made, code)))

    def test_period_and_due_day_are_changed_and_errors_keep_what_was_typed(
        self, at: Ground, client_for: Browser
    ) -> None:
        made, ana = at.report(), client_for(at.people["ana"])
        typed = {
            "title": "A report",
            "starts": "2025-01-01",
            "ends": "2025-06-30",
            "due": "2025-08-01",
            "owner": at.people["dana"].pk,
        }
        assert ana.post(of("change", made), {**typed, "ends": "2024-01-01"}).status_code == 422
        assert ana.post(of("change", made), typed).status_code == 302
        assert str(Report.objects.get().ends) == "2025-06-30"

    def test_a_report_is_taken_out_with_a_reason(self, at: Ground, client_for: Browser) -> None:
        made, ana = at.report(), client_for(at.people["ana"])
        assert "Say why" in words(ana.post(of("take-out", made), {"reason": ""}))
        assert ana.post(of("take-out", made), {"reason": "Begun twice"}).status_code == 302
        assert ana.get(of("page", made)).status_code == 404

    @pytest.mark.parametrize("name", ["page", "preview", "review"])
    def test_pages_take_the_same_queries_for_many_indicators(
        self, at: Ground, client_for: Browser, django_assert_max_num_queries: Any, name: str
    ) -> None:
        made = at.report()
        at.write_all(made)
        for number in range(20):
            values(indicator(at.output, f"Measure {number}"), 2025, target=5, actual=4)
        browser = client_for(at.people["ana"])
        with django_assert_max_num_queries(45):
            browser.get(of(name, made))


class TestReview:
    def test_from_handing_in_to_delivery(self, at: Ground, client_for: Browser) -> None:
        made, ana = at.report(), client_for(at.people["ana"])
        review = words(ana.get(of("review", made)))
        assert "“Summary” is not written yet." in review and "First mend what must be mended" in review
        assert ana.post(of("submit", made), {"round": "0"}).status_code == 409
        at.write_all(made)
        review = words(ana.get(of("review", made)))
        assert "Nothing stands in the way" in review and "Monitoring and evaluation: emil" in review
        answer = ana.post(of("submit", made), {"round": "0", "note": "First version"}, follow=True)
        assert "Handed in as round 1" in words(answer)
        standing = made.record.clearances.get()
        frozen = client_for(at.people["emil"]).get(reverse("clearance:clearance", args=[standing.pk]))
        assert frozen.status_code == 200 and "Progress against targets" in words(frozen)
        at.decide(standing)
        ready = Report.objects.get()
        assert ana.get(of("page", ready)).status_code == 302
        assert "Hand in" not in words(ana.get(of("review", ready)))
        wrong = ana.post(of("deliver", ready), {"on": "2999-01-01", "note": "kept"})
        assert wrong.status_code == 422 and "in the future" in words(wrong) and "kept" in words(wrong)
        answer = ana.post(
            of("deliver", ready), {"on": timezone.localdate().isoformat(), "note": "By mail"}, follow=True
        )
        assert "Noted as delivered" in words(answer) and "By mail" in words(answer)
        assert Report.objects.get().state == ReportState.DELIVERED
        assert (
            ana.post(of("section", ready, "summary"), {"text": "Too late", "revision": "1"}, follow=True).status_code
            == 200
        )
        assert "Too late" not in Section.objects.get(report=ready, code="summary").text

    def test_reviewers_and_who_decides_find_the_report_in_clearance(self, at: Ground, client_for: Browser) -> None:
        made = at.report()
        at.write_all(made)
        standing = at.hand_in(made).clearance
        writing.write(made, "summary", text="Quite other words.", by=at.people["ana"])
        correct(at.assisted, 2025, 368)
        at.hand_in(made, seen_round=1)
        emil, dora = client_for(at.people["emil"]), client_for(at.people["dora"])
        changes = words(emil.get(reverse("clearance:changes", args=[standing.pk])))
        assert "Quite other" in re.sub("<[^>]+>", "", changes) and "668" in changes
        decide = words(dora.get(reverse("clearance:decide", args=[standing.pk])))
        assert "Guardians for children" in decide and "Quite other words." in decide
        assert emil.get(reverse("clearance:sheet", args=[standing.pk, "docx"])).status_code == 200
        assert emil.get(reverse("clearance:timeline", args=[standing.pk])).status_code == 200
        for name in ("clearance:clearance", "clearance:changes", "clearance:decide"):
            assert client_for(at.people["ion"]).get(reverse(name, args=[standing.pk])).status_code in (403, 404), name

    def test_it_is_taken_back_with_a_reason(self, at: Ground, client_for: Browser) -> None:
        made, ana = at.report(), client_for(at.people["ana"])
        at.write_all(made)
        at.hand_in(made)
        assert "Say why it is taken back" in words(ana.post(of("take-back", made), {"reason": ""}))
        assert "Taken back" in words(ana.post(of("take-back", made), {"reason": "More"}, follow=True))

    def test_a_comment_of_a_reviewer_stands_beside_its_section(self, at: Ground, client_for: Browser) -> None:
        from migov.services.clearance import actions as clearance

        made = at.report()
        at.write_all(made)
        standing = at.hand_in(made).clearance
        clearance.comment(standing, round=1, anchor="section:summary", body="Say who.", by=at.people["emil"])
        ana = client_for(at.people["ana"])
        page = words(ana.get(of("section", made, "summary")))
        assert "Say who." in page
        comment = standing.comments.get()
        assert "Your answer was sent" in words(
            ana.post(of("section-comment", made, "summary", comment.pk), {"body": "Done."}, follow=True)
        )
        assert "1 comment" in words(ana.get(of("page", made)))


def test_the_search_finds_reports_of_the_office_only(at: Ground, client_for: Browser) -> None:
    made = at.report()
    url = reverse("shell:search")
    assert made.record.title in words(client_for(at.people["carla"]).get(url, {"q": "guardians interim"}))
    assert made.record.title not in words(client_for(at.people["carla"]).get(url, {"q": "guardians final"}))
    assert made.record.title not in words(client_for(at.people["jan"]).get(url, {"q": "interim"}))


def test_the_desk_shows_reports_to_write_to_who_writes_them(at: Ground, client_for: Browser) -> None:
    made = at.report(owner=at.people["dana"])
    desk = reverse("desk:desk")
    shown = words(client_for(at.people["dana"]).get(desk))
    assert "Reports to write" in shown and made.record.title in shown and "late since 31 January 2026" in shown
    assert "Reports to write" not in words(client_for(at.people["boris"]).get(desk))
