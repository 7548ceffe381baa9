"""Pages of results: the list, one indicator, the matrix and its workbook."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from migov.foundation.records.kinds import url_of
from migov.work.results.models import Measurement
from tests.factories import indicator, project, result, values

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


def an_indicator(title="People assisted", **fields):
    of = indicator(result(project(title="Shelter", **fields)), title, across_periods="sum", counts_people=True)
    values(of, 2023, target=100, actual=134)
    values(of, 2024, target=100)
    return of


def page_of(of):
    return reverse("results:indicator", args=[of.pk])


class TestAccess:
    def test_an_indicator_is_seen_with_its_project(self, client, client_for, people):
        of = an_indicator(visibility="partners", places={"MDA": 100})
        assert client.get(page_of(of)).status_code == 302
        for name, status in {"nobody": 403, "jan": 404, "ion": 200, "boris": 200, "kim": 200}.items():
            assert client_for(people[name]).get(page_of(of)).status_code == status, name

    def test_a_focal_point_of_another_country_is_refused(self, client_for, people):
        of = an_indicator(visibility="partners", places={"ALB": 100})
        assert client_for(people["ion"]).get(page_of(of)).status_code == 404
        assert "People assisted" not in client_for(people["ion"]).get("/results/").text

    def test_the_list_and_its_export_are_for_people_with_a_role(self, client, client_for, people):
        for url in ("/results/", "/results/export.csv", "/results/export.xlsx"):
            assert client.get(url).status_code == 302
            assert client_for(people["nobody"]).get(url).status_code == 403


class TestList:
    def test_indicators_of_the_projects_that_the_filter_keeps(self, client_for, people):
        an_indicator("In Albania", places={"ALB": 100})
        an_indicator("In Ukraine", places={"UKR": 100})
        page = client_for(people["kim"]).get("/results/?country=ALB").text
        assert "In Albania" in page
        assert "In Ukraine" not in page

    def test_the_export_holds_what_the_list_shows(self, client_for, people):
        an_indicator("In Albania", places={"ALB": 100})
        an_indicator("In Ukraine", places={"UKR": 100})
        response = client_for(people["kim"]).get("/results/export.csv?country=ALB&show=late")
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        [row] = list(csv.DictReader(io.StringIO(text)))
        assert (row["Indicator"], row["State"], row["Actual to date"]) == ("In Albania", "late", "134.0")

    def test_bad_questions_are_answered_kindly(self, client_for, people):
        kim = client_for(people["kim"])
        assert "is not a country" in kim.get("/results/?country=ZZZ").text
        assert kim.get("/results/export.csv?country=ZZZ").status_code == 400
        assert kim.get("/results/?show=nothing").status_code == 404
        assert kim.get("/results/export.pdf").status_code == 404

    def test_the_number_of_queries_is_bounded(self, client_for, people, django_assert_max_num_queries):
        for number in range(20):
            an_indicator(f"Indicator {number}")
        kim = client_for(people["kim"])
        for query in ("", "?show=late", "?sort=title"):
            with django_assert_max_num_queries(20):
                assert kim.get(f"/results/{query}").status_code == 200


class TestIndicator:
    def test_the_page_holds_periods_states_and_what_was_reported_before(self, client_for, people):
        of = an_indicator()
        of.definition = "Persons who accepted a service."
        of.save()
        wrong = Measurement.objects.get(kind="a")
        Measurement.objects.filter(pk=wrong.pk).update(superseded_at=timezone.now())
        Measurement.objects.create(
            indicator=of, period=wrong.period, kind="a", value=131, comment="double entry removed"
        )
        page = client_for(people["kim"]).get(page_of(of)).text
        for words in ("Persons who accepted a service.", "131", "134", "double entry removed", "late", "stands today"):
            assert words in page

    def test_hostile_text_stays_text(self, client_for, people):
        of = an_indicator(HOSTILE)
        Measurement.objects.create(
            indicator=of, period=of.periods.first(), kind="a", words=HOSTILE, comment=HOSTILE, order=9
        )
        kim = client_for(people["kim"])
        matrix = reverse("projects:panel", args=[of.project_id, "results"])
        for url in (page_of(of), matrix, "/results/"):
            assert HOSTILE not in kim.get(url).text


class TestMatrix:
    def test_the_tab_of_the_project_shows_the_matrix(self, client_for, people):
        of = an_indicator()
        page = client_for(people["kim"]).get(reverse("projects:panel", args=[of.project_id, "results"])).text
        for words in ("Victims are protected", "People assisted", "134", "late"):
            assert words in page

    def test_a_result_leads_to_its_row(self):
        of = an_indicator()
        assert url_of(of.result.record).endswith(f"/results/#result-{of.result_id}")

    def test_the_workbook_has_a_row_for_each_period(self, client_for, people):
        of = an_indicator("=HYPERLINK(1)")
        kim = client_for(people["kim"])
        response = kim.get(reverse("results:matrix-export", args=[of.project_id, "xlsx"]))
        sheet = load_workbook(io.BytesIO(response.content))["Results matrix"]
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        assert [(row[2], row[9], row[10]) for row in rows] == [
            ("=HYPERLINK(1)", 100, 134),
            ("=HYPERLINK(1)", 100, None),
        ]
        assert kim.get(reverse("results:matrix-export", args=[of.project_id, "pdf"])).status_code == 404
