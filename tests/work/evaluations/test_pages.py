"""Pages of evaluations: who sees them, what they show, how they are filled in, what they export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Record, Visibility
from migov.work.evaluations.actions import content, responding
from migov.work.evaluations.models import Evaluation
from tests.factories import project
from tests.work.evaluations.makers import completed, evaluation, issued, recommendation

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]
HOSTILE = "<script>alert(1)</script>"
LISTS = ("list", "plan", "actions")
OF_ONE = ("page", "criteria", "findings", "response", "followup", "documents", "alignments")
INSIDE = ("quality", "history")


def words(answer: Any) -> str:
    return str(answer.content.decode())


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def of(name: str, one: Evaluation) -> str:
    return reverse(f"evaluations:{name}", args=[one.pk])


class TestAccess:
    def test_lists_and_their_exports_are_for_people_with_a_role(
        self, client: Client, client_for: Browser, people: Any
    ) -> None:
        evaluation()
        urls = [reverse(f"evaluations:{name}") for name in LISTS]
        urls += [reverse(f"evaluations:{name}", args=["csv"]) for name in ("export", "actions-export")]
        for url in urls:
            assert client.get(url).status_code == 302, url
            assert client_for(people["nobody"]).get(url).status_code == 403, url
            for name in ("jan", "ion", "ana"):
                assert client_for(people[name]).get(url).status_code == 200, (name, url)

    @pytest.mark.parametrize(
        ("visibility", "sees"),
        [
            (Visibility.PUBLIC, {"jan", "ion", "ana", "boris", "carla"}),
            (Visibility.PARTNERS, {"ion", "ana", "boris", "carla"}),
            (Visibility.INTERNAL, {"ana", "boris", "carla"}),
            (Visibility.OFFICE, {"ana", "carla"}),
        ],
    )
    def test_pages_of_one_are_for_those_who_see_it(
        self, client: Client, client_for: Browser, people: Any, visibility: str, sees: set[str]
    ) -> None:
        one = completed(office=people["ana"].standing[0].office, places=["MDA"], visibility=visibility)
        issued(one)
        urls = [*(of(name, one) for name in OF_ONE), reverse("evaluations:document", args=[one.pk, "docx"])]
        for name in ("jan", "ion", "ana", "boris", "carla", "nobody"):
            browser = client_for(people[name])
            for url in urls:
                status = browser.get(url).status_code
                assert status == 200 if name in sees else status in (403, 404), (name, url, status)
            listed = browser.get(reverse("evaluations:list"))
            assert (one.record.title in words(listed)) == (name in sees), name
            followed = browser.get(reverse("evaluations:actions"))
            assert ("Write to all districts" in words(followed)) == (name in sees), name
        for url in [*urls, of("quality", one), of("history", one)]:
            assert client.get(url).status_code == 302, url

    def test_a_focal_point_sees_its_own_country_only(self, client_for: Browser, people: Any) -> None:
        other = completed("In another country", places=["ALB"], visibility=Visibility.PARTNERS)
        browser = client_for(people["ion"])
        assert browser.get(of("page", other)).status_code == 404
        assert "In another country" not in words(browser.get(reverse("evaluations:list")))

    def test_the_checklist_the_journal_and_drafts_are_for_people_of_the_office(
        self, client_for: Browser, people: Any
    ) -> None:
        one = completed(places=["MDA"], visibility=Visibility.PUBLIC)
        recommendation(one)
        responding.save_response(
            one, {"form": "2024", "comment": "Not yet agreed", "coordinator_name": "Ina B."}, by=SYSTEM
        )
        for name in ("jan", "ion"):
            browser = client_for(people[name])
            assert browser.get(of("quality", one)).status_code == 404
            assert browser.get(of("history", one)).status_code == 403
            assert "Not yet agreed" not in words(browser.get(of("response", one)))
            assert browser.get(reverse("evaluations:document", args=[one.pk, "docx"])).status_code == 404
        assert "Not yet agreed" in words(client_for(people["fatos"]).get(of("response", one)))
        assert client_for(people["fatos"]).get(of("history", one)).status_code == 200

    def test_names_of_people_are_not_shown_to_outsiders(self, client_for: Browser, people: Any) -> None:
        people["carla"].first_name, people["carla"].last_name = "Carla", "Weiss"
        people["carla"].save()
        one = completed(visibility=Visibility.PUBLIC)
        issued(one, owner=people["carla"])
        for url in (of("response", one), of("followup", one), reverse("evaluations:actions")):
            assert "Carla Weiss" not in words(client_for(people["jan"]).get(url)), url
            assert "Carla Weiss" in words(client_for(people["fatos"]).get(url)), url

    def test_forms_and_what_they_send_are_refused_to_those_who_may_not(
        self, client: Client, client_for: Browser, people: Any
    ) -> None:
        one = completed(office=people["ana"].standing[0].office, visibility=Visibility.PUBLIC, places=["MDA"])
        forms = [of("edit", one), reverse("evaluations:new"), reverse("evaluations:imports")]
        forms += [f"{of(tab, one)}?add={thing}" for tab, thing in (("criteria", "criterion"), ("findings", "finding"),
                                                                  ("response", "recommendation"), ("response", "head"))]  # fmt: skip
        sent = [
            (of("edit", one), {"title": "x"}), (of("step", one), {"to": "ongoing"}), (of("issue", one), {}),
            (of("criteria", one), {"thing": "criterion"}), (of("findings", one), {"thing": "finding"}),
            (of("response", one), {"thing": "recommendation"}), (of("followup", one), {"thing": "close"}),
            (reverse("evaluations:new"), {"title": "x"}), (reverse("evaluations:imports"), {}),
        ]  # fmt: skip
        for name in ("hana", "fatos", "ion", "jan", "nobody"):
            browser = client_for(people[name])
            for url in forms:
                assert browser.get(url).status_code == 403, (name, url)
            for url, data in sent:
                assert browser.post(url, data).status_code in (403, 404), (name, url)
        for url in forms:
            assert client.get(url).status_code == 302
        assert client_for(people["boris"]).get(of("edit", one)).status_code == 403  # of another office
        assert client_for(people["boris"]).post(of("quality", one), {"answer-use": "met"}).status_code == 403


class TestList:
    @pytest.fixture
    def register_of_three(self) -> None:
        first = completed(
            "Shelters in Albania", places=["ALB"], timing="final", evaluators="A firm", visibility="public"
        )
        issued(first, due=date(2026, 7, 1))
        completed("Desks in Moldova", on=date(2024, 5, 1), places=["MDA"], timing="ex-post", evaluator_type="internal")
        evaluation("Data of the region", planned_end=date(2027, 3, 1), level="centralized", scope=["strategy"])

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("", {"Shelters in Albania", "Desks in Moldova", "Data of the region"}),
            ("q=firm", {"Shelters in Albania"}),
            ("country=MDA", {"Desks in Moldova"}),
            ("from=2026", {"Shelters in Albania", "Data of the region"}),
            ("to=2024", {"Desks in Moldova"}),
            ("status=planned", {"Data of the region"}),
            ("timing=ex-post", {"Desks in Moldova"}),
            ("evaluator=internal", {"Desks in Moldova"}),
            ("level=centralized", {"Data of the region"}),
            ("scope=strategy", {"Data of the region"}),
            ("response=issued", {"Shelters in Albania"}),
            ("response=late", {"Desks in Moldova"}),
            ("response=none", {"Desks in Moldova", "Data of the region"}),
            ("overdue=yes", {"Shelters in Albania"}),
        ],
    )
    def test_conditions_narrow_the_list_and_its_export(
        self, client_for: Browser, people: Any, register_of_three: None, query: str, titles: set[str]
    ) -> None:
        browser = client_for(people["emil"])
        shown = words(browser.get(f"/evaluations/?{query}"))
        everything = {"Shelters in Albania", "Desks in Moldova", "Data of the region"}
        assert {title for title in everything if f">{title}</a>" in shown} == titles
        assert {line["Evaluation"] for line in rows_of(browser.get(f"/evaluations/export.csv?{query}"))} == titles

    def test_the_order_is_in_the_address(self, client_for: Browser, people: Any, register_of_three: None) -> None:
        browser = client_for(people["emil"])
        for sort, first in (
            ("title", "Data of the region"),
            ("published", "Desks in Moldova"),
            ("-recommendations", "Shelters in Albania"),
        ):
            assert rows_of(browser.get(f"/evaluations/export.csv?sort={sort}"))[0]["Evaluation"] == first, sort
            assert browser.get(f"/evaluations/?sort={sort}").status_code == 200

    def test_a_wrong_condition_is_named_and_nothing_is_shown(self, client_for: Browser, people: Any) -> None:
        evaluation("Data of the region")
        browser = client_for(people["emil"])
        for query in ("timing=soon", "from=twenty", "from=2026&to=2024", "colour=red", "country=ZZZ", "response=maybe"):
            shown = words(browser.get(f"/evaluations/?{query}"))
            assert "The filter could not be used" in shown, query
            assert "Data of the region" not in shown, query
            assert browser.get(f"/evaluations/export.csv?{query}").status_code == 400, query

    def test_the_workbook_holds_the_same(self, client_for: Browser, people: Any, register_of_three: None) -> None:
        answer = client_for(people["emil"]).get("/evaluations/export.xlsx?country=ALB")
        sheet = load_workbook(io.BytesIO(answer.content))["Evaluations"]
        cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
        head = next(number for number, line in enumerate(cells) if "Evaluation" in line)
        said = dict(zip(cells[head], cells[head + 1], strict=True))
        assert (said["Evaluation"], said["Overdue actions"], said["Management response"]) == (
            "Shelters in Albania",
            1,
            "issued",
        )

    def test_the_number_of_queries_does_not_grow(
        self, client_for: Browser, people: Any, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(12):
            issued(completed(f"Evaluation {number}", places=["ALB", "SRB"]))
        browser = client_for(people["emil"])
        with django_assert_max_num_queries(30):
            browser.get("/evaluations/")
        with django_assert_max_num_queries(24):
            browser.get("/evaluations/follow-up/?show=all")
        with django_assert_max_num_queries(20):
            browser.get("/evaluations/plan/")
        with django_assert_max_num_queries(22):
            rows_of(browser.get("/evaluations/export.csv"))

    def test_an_empty_register_says_what_belongs_here(self, client_for: Browser, people: Any) -> None:
        assert "Import the published register" in words(client_for(people["emil"]).get("/evaluations/"))
        assert "officer can do that" in words(client_for(people["jan"]).get("/evaluations/"))

    def test_evaluations_are_found_by_the_search(self, client_for: Browser, people: Any) -> None:
        evaluation("Shelters in Albania", visibility="office")
        assert "Shelters in Albania" in words(client_for(people["emil"]).get("/search/?q=shelters"))
        assert "Shelters in Albania" not in words(client_for(people["jan"]).get("/search/?q=shelters"))


class TestOne:
    def test_the_first_page_says_what_the_register_says(self, client_for: Browser, people: Any) -> None:
        known = project(reference="MG-0101", title="Safe return", visibility="internal")
        one = completed(
            HOSTILE,
            places=["XKX"],
            timing="final",
            donors=["European Union"],
            projects=["MG-0101"],
            visibility="public",
        )
        shown = words(client_for(people["emil"]).get(of("page", one)))
        assert HOSTILE not in shown
        for said in (
            "Final (at the end of the project/programme)",
            "European Union",
            "Kosovo*",
            "Safe return",
            "due on 29",
        ):
            assert said in shown.replace("\u00a0", " "), said
        outside = words(client_for(people["jan"]).get(of("page", one)))
        assert "Safe return" not in outside and "MG-0101" in outside
        tab = words(client_for(people["emil"]).get(reverse("projects:panel", args=[known.pk, "evaluations"])))
        assert "&lt;script&gt;" in tab

    def test_it_is_registered_from_a_project(self, client_for: Browser, people: Any) -> None:
        office = people["ana"].standing[0].office
        known = project(reference="MG-0101", title="Safe return", office=office, places={"ALB": 100})
        browser = client_for(people["ana"])
        form = words(browser.get(f"/evaluations/new/?project={known.pk}"))
        assert "Evaluation of Safe return" in form
        data = {
            "title": "Evaluation of Safe return",
            "office": office.pk,
            "visibility": "internal",
            "projects": "MG-0101",
        }
        answer = browser.post("/evaluations/new/", data)
        made = Evaluation.objects.get()
        assert answer["Location"] == of("page", made)
        assert made.projects.get().project_id == known.pk
        refused = browser.post(
            "/evaluations/new/", data | {"planned_start": "2027-02-01", "planned_end": "2027-01-01", "office": ""}
        )
        assert refused.status_code == 422
        assert "The end is before the beginning." in words(refused) and 'value="2027-02-01"' in words(refused)

    def test_editing_keeps_countries_of_other_regions_and_tells_who_was_slower(
        self, client_for: Browser, people: Any
    ) -> None:
        one = evaluation(places=["COL", "ALB"])
        browser = client_for(people["emil"])
        page = words(browser.get(of("edit", one)))
        assert "Colombia" in page
        places = list(one.record.places.values_list("place_id", flat=True))
        data = {
            "title": "Renamed",
            "visibility": "internal",
            "office": one.record.office_id,
            "places": places,
            "seen": one.revision,
        }
        assert browser.post(of("edit", one), data).status_code == 302
        assert Record.objects.get(pk=one.pk).title == "Renamed"
        slower = browser.post(of("edit", one), data | {"title": "Mine"})
        assert slower.status_code == 422
        assert "Somebody else changed this meanwhile" in words(slower) and "Mine" in words(slower)

    def test_steps_are_taken_and_refused_in_words(self, client_for: Browser, people: Any) -> None:
        one = evaluation()
        browser = client_for(people["emil"])
        browser.post(of("step", one), {"to": "ongoing"})
        assert "cannot become" in words(browser.post(of("step", one), {"to": "planned"}, follow=True))
        assert "is not a day" in words(browser.post(of("step", one), {"to": "completed", "on": "soon"}, follow=True))
        browser.post(of("step", one), {"to": "completed", "on": "2026-06-01"})
        assert Evaluation.objects.get().status == "completed"


class TestRowsInPlace:
    def test_a_form_opens_where_the_row_stands_and_saves_it(self, client_for: Browser, people: Any) -> None:
        one = completed()
        browser = client_for(people["emil"])
        url = of("findings", one)
        answer = browser.post(url, {"thing": "finding", "kind": "conclusion", "text": HOSTILE})
        made = one.findings.get()
        assert answer["Location"] == f"{url}#finding-{made.pk}"
        assert HOSTILE not in words(browser.get(url))
        assert "data-guard" in words(browser.get(f"{url}?edit=finding-{made.pk}"))
        browser.post(url, {"thing": "finding", "row": made.pk, "seen": 1, "text": "It works."})
        slower = browser.post(url, {"thing": "finding", "row": made.pk, "seen": 1, "text": "It does not."})
        assert slower.status_code == 422
        assert "Somebody else changed this" in words(slower) and "It does not." in words(slower)
        browser.post(url, {"thing": "finding", "row": made.pk, "do": "remove"})
        assert "1 removed" in words(browser.get(url))
        browser.post(url, {"thing": "finding", "row": made.pk, "do": "back"})
        assert one.findings.get().removed_at is None

    def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
        self, client_for: Browser, people: Any
    ) -> None:
        one = completed()
        url = of("criteria", one)
        row = one.criteria.get(code="impact")
        data = {
            "thing": "criterion",
            "row": row.pk,
            "seen": 1,
            "code": "impact",
            "question": "What changed?",
            "rating": "4",
        }
        answer = client_for(people["emil"]).post(url, data)
        assert answer.status_code == 422
        assert "A rating needs a justification." in words(answer) and "What changed?" in words(answer)

    def test_rows_of_another_evaluation_cannot_be_reached(self, client_for: Browser, people: Any) -> None:
        mine = completed(office=people["ana"].standing[0].office)
        other = content.save_finding(completed("Another"), {"kind": "finding", "text": "Theirs"}, by=SYSTEM)
        browser = client_for(people["ana"])
        for data in ({"row": other.pk, "text": "Mine now"}, {"row": "x"}, {"row": "9" * 30}):
            assert browser.post(of("findings", mine), {"thing": "finding", **data}).status_code == 404
        assert browser.get(f"{of('findings', mine)}?edit=finding-{other.pk}").status_code == 404
        assert browser.get(f"{of('findings', mine)}?edit=nothing").status_code == 404

    def test_a_response_is_written_issued_and_followed_up(self, client_for: Browser, people: Any) -> None:
        one = completed()
        row = recommendation(one)
        browser = client_for(people["emil"])
        url = of("response", one)
        browser.post(url, {"thing": "head", "form": "2024", "coordinator_name": "A. S.", "date": "2026-06-20"})
        assert "Recommendation 1 has no answer." in words(browser.get(url))
        rejected = browser.post(url, {"thing": "answer", "under": row.pk, "verdict": "reject"})
        assert "A rejection needs a reason." in words(rejected)
        browser.post(url, {"thing": "answer", "under": row.pk, "verdict": "accept"})
        browser.post(
            url, {"thing": "action", "under": row.pk, "text": "Write", "responsible": "Unit", "due": "2026-07-01"}
        )
        browser.post(of("issue", one))
        action = row.key_actions.get()
        followup = of("followup", one)
        assert "overdue" in words(browser.get(followup))
        assert "Final status" in words(browser.get(f"{followup}?add=close-{row.pk}"))
        wrong = browser.post(followup, {"thing": "note", "under": action.pk, "status": "discarded"})
        assert "Say why the action is given up." in words(wrong)
        browser.post(
            followup, {"thing": "note", "under": action.pk, "status": "completed", "text": "All were written to."}
        )
        shown = words(browser.get(followup))
        assert "All were written to." in shown and "1 overdue" not in shown

    def test_the_checklist_saves_what_can_be_saved(self, client_for: Browser, people: Any) -> None:
        one = completed()
        answer = client_for(people["emil"]).post(of("quality", one), {"answer-use": "met", "answer-ethics": "not"})
        assert answer.status_code == 422
        assert "1 answer was not saved" in words(answer) and "Say why it is not fully met." in words(answer)
        assert list(one.quality_answers.values_list("question", flat=True)) == ["use"]
