"""What programs read and report by a key: only what its owner may, in bounded pages, with refusals that name the field."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from migov.exchange.api import v1
from migov.exchange.api.actions import make_key
from migov.work.results.actions import checking
from migov.work.results.library import load_indicators
from migov.work.results.models import Dimension, Entry, EntryStatus, Measurement, StandardIndicator
from tests.factories import cast, indicator, project, result, values

pytestmark = pytest.mark.django_db


class Program:
    """Programs with keys of the cast; a project in Tirana that its office keeps to itself, and one that is public."""

    def __init__(self, client: Any) -> None:
        self.client, self.people = client, cast()
        self.texts: dict[tuple[str, str], str] = {}
        office = self.people["ana"].memberships.get().office
        self.quiet = project(
            title="Quiet shelter", office=office, stage="active", visibility="office", places={"ALB": 100}
        )
        self.open = project(
            title="Open school", stage="active", visibility="public", places={"XKX": 100}, reference="OS-1"
        )
        sex = Dimension.objects.create(code="sex", name="Sex", values=[["female", "Women"], ["male", "Men"]])
        self.indicator = indicator(result(self.quiet), "People sheltered", unit="people")
        self.indicator.dimensions.set([sex])
        self.period = values(self.indicator, 2025, target=100, actual=40)
        self.shown = indicator(result(self.open), "Pupils enrolled")
        values(self.shown, 2024, target=10, actual=7)

    def headers(self, who: str, scope: str = "read") -> dict[str, str]:
        if (who, scope) not in self.texts:
            self.texts[who, scope] = make_key(by=self.people[who], name=scope, scope=scope)[1]
        return {"Authorization": f"Bearer {self.texts[who, scope]}"}

    def get(self, who: str, address: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{address}", query, headers=self.headers(who))

    def post(self, who: str, address: str, body: Any, scope: str = "write") -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(
            f"/api/v1/{address}", text, content_type="application/json", headers=self.headers(who, scope)
        )

    def cell(self, value: Any, **more: Any) -> dict[str, Any]:
        return {"indicator": self.indicator.pk, "period": self.period.pk, "value": value, **more}

    def put(self, *cells: dict[str, Any], who: str = "ana", scope: str = "write") -> Any:
        return self.post(who, f"projects/{self.quiet.pk}/values", {"values": list(cells)}, scope)


@pytest.fixture
def program(client: Any) -> Program:
    return Program(client)


class TestReading:
    def test_projects_are_those_that_the_owner_of_the_key_sees(self, program: Program) -> None:
        for who, titles in {
            "ana": ["Quiet shelter", "Open school"],
            "boris": ["Open school"],
            "jan": ["Open school"],
        }.items():
            answer = program.get(who, "projects").json()
            assert [one["title"] for one in answer["items"]] == titles, who
            assert (answer["page"], answer["pages"], answer["total"]) == (1, 1, len(titles))
        assert program.get("ion", "projects").json()["total"] == 0

    @pytest.mark.parametrize("who", ["boris", "ion", "jan"])
    def test_outsiders_see_nothing_of_a_project(self, program: Program, who: str) -> None:
        key = program.quiet.pk
        for address in (f"projects/{key}", f"projects/{key}/indicators", f"projects/{key}/entries"):
            answer = program.get(who, address)
            assert answer.status_code == 404
            assert "may not see it" in answer.json()["errors"][0]["message"]
        assert program.get(who, "measurements", project=key).json()["items"] == []
        assert program.get(who, "measurements", indicator=program.indicator.pk).json()["items"] == []

    def test_a_place_that_needs_a_footnote_carries_it(self, program: Program) -> None:
        place = program.get("jan", f"projects/{program.open.pk}").json()["places"][0]
        assert place["code"] == "XKX"
        assert "1244" in place["name"]
        assert "1244" in place["footnote"]

    def test_projects_are_filtered(self, program: Program) -> None:
        for query, number in (
            ({"words": "shelter quiet"}, 1), ({"reference": "OS-1"}, 1), ({"country": "alb"}, 1), ({"stage": "closed"}, 0),
            ({"changed_since": "2999-01-01T00:00:00Z"}, 0),
        ):  # fmt: skip
            assert program.get("ana", "projects", **query).json()["total"] == number, query
        wrong = program.get("ana", "projects", stage="dreaming")
        assert (wrong.status_code, "Known: " in wrong.json()["errors"][0]["message"]) == (404, True)

    def test_indicators_come_with_periods_values_and_what_can_be_reported(self, program: Program) -> None:
        one = program.get("ana", f"projects/{program.quiet.pk}/indicators").json()["items"][0]
        assert (one["title"], one["fields"], one["level"]) == ("People sheltered", ["value"], "outcome")
        assert one["dimensions"] == [{"code": "sex", "name": "Sex", "values": {"female": "Women", "male": "Men"}}]
        period = one["periods"][0]
        assert (period["id"], period["target"], period["actual"]) == (program.period.pk, 100, 40)

    def test_entries_are_for_people_of_the_office(self, program: Program) -> None:
        program.put(program.cell("12.5"), program.cell(4, part={"sex": "female"}))
        answer = program.get("carla", f"projects/{program.quiet.pk}/entries", status="draft").json()
        entry = answer["items"][0]
        assert (entry["status"], entry["way"]) == ("draft", "api")
        assert [(one["part"], one["value"]) for one in entry["values"]] == [({}, "12.5"), ({"sex": "female"}, "4")]
        assert program.get("jan", f"projects/{program.open.pk}/entries").status_code == 403
        assert program.get("ana", f"projects/{program.quiet.pk}/entries", status="locked").json()["total"] == 0

    def test_the_library_is_read_with_its_filters(self, program: Program) -> None:
        load_indicators()
        answer = program.get("jan", "standard-indicators", element="gcm 21", size=5).json()
        assert 0 < answer["total"] < StandardIndicator.objects.count()
        one = program.get("jan", "standard-indicators/return-voluntary").json()
        assert ["gcm", "21"] in one["elements"]
        assert program.get("jan", "standard-indicators/none").status_code == 404

    def test_measurements_come_row_by_row_and_as_they_were_known(self, program: Program) -> None:
        first = program.get("ana", "measurements", size=3).json()
        rest = program.get("ana", "measurements", size=3, after=first["next"]).json()
        assert [len(first["items"]), len(rest["items"]), rest["next"]] == [3, 1, None]
        assert len({one["id"] for one in first["items"] + rest["items"]}) == 4
        actual = program.get("ana", "measurements", kind="actual", indicator=program.indicator.pk).json()["items"]
        assert [(one["value"], one["kind"], one["starts"]) for one in actual] == [("40", "actual", "2025-01-01")]
        row = Measurement.objects.get(pk=actual[0]["id"])
        Measurement.objects.filter(pk=row.pk).supersede(row.recorded_at + timedelta(hours=1))
        assert program.get("ana", "measurements", kind="actual", project=program.quiet.pk).json()["items"] == []
        moment = (row.recorded_at + timedelta(minutes=1)).isoformat()
        was = program.get("ana", "measurements", kind="actual", project=program.quiet.pk, known_at=moment).json()[
            "items"
        ]
        assert [one["value"] for one in was] == ["40"]

    @pytest.mark.parametrize(
        ("address", "query", "field", "expected"),
        [
            ("projects", {"size": 5000}, "size", "200 or less"), ("projects", {"page": "x"}, "page", "a whole number"),
            ("measurements", {"starts": "soon"}, "starts", "a date such as 2025-12-31"), ("measurements", {"size": 0}, "size", "1 or more"),
            ("measurements", {"known_at": "0001-01-01T00:00:00Z"}, "known_at", ""),
            ("projects", {"changed_since": "2025-01-01T00:00:00"}, "changed_since", ""), ("measurements", {"kind": "hope"}, "kind", ""),
        ],
    )  # fmt: skip
    def test_what_cannot_be_read_is_refused_with_its_field(
        self, program: Program, address: str, query: dict[str, Any], field: str, expected: str
    ) -> None:
        answer = program.get("ana", address, **query)
        assert answer.status_code == 422
        said = answer.json()["errors"][0]
        assert (said["field"], said["expected"]) == (field, expected)
        assert said["message"]

    def test_lists_are_bounded_and_ask_a_fixed_number_of_questions(
        self, program: Program, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(30):
            of = indicator(result(program.quiet), f"Indicator {number}")
            values(of, 2024, target=1, actual=1)
        program.get("ana", "projects")
        for address, most in (
            ("projects", 10), (f"projects/{program.quiet.pk}/indicators", 18), ("measurements", 8),
            (f"projects/{program.quiet.pk}/entries", 14),
        ):  # fmt: skip
            with django_assert_max_num_queries(most):
                assert program.get("ana", address).status_code == 200
        assert program.get("ana", "projects", page=9).status_code == 404


class TestReporting:
    def test_cells_are_kept_as_drafts_each_judged_by_itself(self, program: Program) -> None:
        answer = program.put(
            program.cell(1200), program.cell("many", part={"sex": "female"}), program.cell(3.5, part={"sex": "other"}),
            program.cell(7, place="ALB"), program.cell(7, place="XYZ"),
        ).json()  # fmt: skip
        assert (answer["kept"], answer["refused"]) == (2, 3)
        assert [one["kept"] for one in answer["values"]] == [True, False, False, True, False]
        assert answer["values"][0]["stands"] == "1200"
        assert "is not a number" in answer["values"][1]["problem"]
        assert "female, male" in answer["values"][2]["problem"]
        assert "no such place" in answer["values"][4]["problem"]
        assert set(Entry.objects.values_list("status", "created_by")) == {("draft", program.people["ana"].pk)}

    def test_what_others_wrote_meanwhile_is_named(self, program: Program) -> None:
        program.put(program.cell(5))
        one = program.put(program.cell(7, was="")).json()["values"][0]
        assert (one["kept"], one["now"], one["stands"]) == (False, "5", "5")
        assert program.put(program.cell(7, was="5")).json()["kept"] == 1
        assert program.put(program.cell(None)).json()["values"][0]["stands"] == ""

    def test_entries_are_submitted_and_verified_by_somebody_else(self, program: Program) -> None:
        entry = program.put(program.cell(90)).json()["values"][0]["entry"]
        empty = program.put(program.cell(5, place="ALB")).json()["values"][0]["entry"]
        program.put(program.cell("", place="ALB"))
        answer = program.post("ana", f"projects/{program.quiet.pk}/submit", {"entries": [entry, empty]}).json()
        assert answer["submitted"] == [entry]
        assert "No value" in answer["refused"][0]["reason"]
        assert checking.take("verify", [entry], by=program.people["emil"]).done
        assert "verified" in program.put(program.cell(95)).json()["values"][0]["problem"]

    def test_a_key_that_may_only_read_reports_nothing(self, program: Program) -> None:
        answer = program.put(program.cell(5), scope="read")
        assert (answer.status_code, "may only read" in answer.json()["errors"][0]["message"]) == (403, True)
        assert program.post("ana", f"projects/{program.quiet.pk}/submit", {"entries": [1]}, "read").status_code == 403
        assert not Entry.objects.exists()

    @pytest.mark.parametrize(("who", "status"), [("boris", 404), ("ion", 404), ("jan", 404), ("carla", 403)])
    def test_outsiders_report_nothing(self, program: Program, who: str, status: int) -> None:
        entry = program.put(program.cell(5)).json()["values"][0]["entry"]
        assert program.put(program.cell(6), who=who).status_code == status
        assert program.post(who, f"projects/{program.quiet.pk}/submit", {"entries": [entry]}).status_code == status
        assert Entry.objects.get().status == EntryStatus.DRAFT
        assert Entry.objects.get().values.get().value == 5

    def test_entries_of_another_project_are_not_submitted(self, program: Program) -> None:
        entry = program.put(program.cell(5)).json()["values"][0]["entry"]
        assert program.post("kim", f"projects/{program.open.pk}/submit", {"entries": [entry]}).status_code == 404

    def test_cells_of_another_project_are_refused(self, program: Program) -> None:
        one = program.cell(5) | {"indicator": program.shown.pk, "period": program.shown.periods.get().pk}
        assert program.put(one).json()["refused"] == 1

    def test_a_project_that_takes_no_values_says_so(self, program: Program) -> None:
        program.quiet.record.stage = "proposal"
        program.quiet.record.save()
        answer = program.put(program.cell(5))
        assert (answer.status_code, "once it is active" in answer.json()["errors"][0]["message"]) == (409, True)

    def test_what_is_sent_wrongly_is_refused_with_its_field(self, program: Program) -> None:
        address = f"projects/{program.quiet.pk}/values"
        for body, field in (
            ({"values": [{"period": 1, "value": 1}]}, "values.0.indicator"), ({"values": []}, "values"), ({}, "values"),
            ({"values": [program.cell(1, field="words of wisdom")]}, "values.0.field"),
            ({"values": [program.cell(1, part={"sex": "a\u0000b"})]}, "values.0.part.sex"),
            ({"values": [program.cell(1) | {"indicator": 2**70}]}, "values.0.indicator"),
        ):  # fmt: skip
            answer = program.post("ana", address, body)
            assert answer.status_code == 422, body
            assert answer.json()["errors"][0]["field"] == field
        assert program.post("ana", address, "{not json").status_code == 400
        assert not Entry.objects.exists()


class TestDescription:
    def test_the_description_is_openapi_and_names_every_route_and_its_refusals(self, program: Program) -> None:
        made = v1.schema()
        assert made["openapi"].startswith("3.1")
        assert set(made["paths"]) == {
            "/api/v1/projects", "/api/v1/projects/{key}", "/api/v1/projects/{key}/indicators", "/api/v1/projects/{key}/entries",
            "/api/v1/projects/{key}/values", "/api/v1/projects/{key}/submit", "/api/v1/standard-indicators",
            "/api/v1/standard-indicators/{code}", "/api/v1/measurements",
        }  # fmt: skip
        text = json.dumps(made)
        named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
        assert named <= set(made["components"]["schemas"])
        for operations in made["paths"].values():
            for operation in operations.values():
                assert operation["security"]
                assert "401" in {str(status) for status in operation["responses"]}

    def test_it_is_for_who_signed_in_or_has_a_key(self, program: Program, client_for: Any) -> None:
        address = reverse("api:openapi")
        assert program.client.get(address).status_code == 401
        assert program.client.get(address, headers={"Authorization": "Bearer x"}).status_code == 401
        assert program.client.get(address, headers=program.headers("jan")).json()["info"]["title"] == "migov"
        assert client_for(program.people["jan"]).get(address).status_code == 200

    def test_addresses_that_are_not_there_are_told_as_json(self, program: Program) -> None:
        answer = program.get("ana", "nothing/here")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (404, "")
        assert program.client.post("/api/v1/nothing").status_code == 404

    def test_the_page_lists_the_addresses_and_loads_nothing_from_elsewhere(
        self, program: Program, client_for: Any
    ) -> None:
        page = client_for(program.people["jan"]).get(reverse("api:about")).text
        assert "/api/v1/measurements" in page
        assert "cdn" not in page.lower()
