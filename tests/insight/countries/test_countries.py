"""Pages of countries: what we do there, seen by whom."""

from datetime import date
from decimal import Decimal

import pytest

from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordTheme
from migov.insight.countries.queries import country_page
from migov.insight.countries.search import find
from migov.services.alignment.models import Alignment, Origin, Significance, Status
from migov.work.projects.models import Budget, Organisation, Participation
from tests.factories import ThemeFactory, element, indicator, project, result, values

pytestmark = pytest.mark.django_db


def a_project(places, amount=1000, **fields):
    one = project(places=places, **fields)
    Budget.objects.create(project=one, amount=amount, currency="USD", starts=date(2024, 1, 1), ends=date(2024, 12, 31))
    Participation.objects.create(
        project=one, organisation=Organisation.objects.get_or_create(name="Government of Norway")[0], role="1"
    )
    Alignment.objects.create(
        record=one.record, element=element("10"), origin=Origin.DECLARED, significance=Significance.PRINCIPAL,
        status=Status.CONFIRMED,
    )  # fmt: skip
    values(indicator(result(one), across_periods="sum"), 2024, target=100, actual=90)
    values(indicator(result(one), across_periods="sum"), 2024, target=100)
    return one


def ask(code, user, framework="gcm"):
    return country_page(Place.objects.get(code=code), user, framework)


class TestFigures:
    def test_a_country_has_its_part_of_each_budget(self, people):
        a_project({"ALB": 75, "XKX": 25})
        found = ask("XKX", people["kim"])
        assert (found.projects, found.budget) == (1, Decimal(250))
        assert (found.on_track, found.measured, found.states["late"]) == (1, 2, 1)

    def test_breakdowns_lead_to_the_projects(self, people):
        one = a_project({"ALB": 100}, stage="closed")
        RecordTheme.objects.create(record=one.record, theme=ThemeFactory(code="protection"))
        found = ask("ALB", people["kim"])
        assert [(part.label, part.number, part.query) for part in found.stages] == [
            ("closed", 1, "country=ALB&stage=closed")
        ]
        assert [(part.number, part.query) for part in found.themes] == [(1, "country=ALB&theme=protection")]
        assert [part.label for part in found.donors] == ["Government of Norway"]

    def test_the_elements_that_most_projects_contribute_to(self, people):
        a_project({"ALB": 100})
        found = ask("ALB", people["kim"])
        assert [(row.element.code, len(row.projects), row.budget) for row in found.elements] == [("10", 1, 100_000)]
        assert found.aligned == {found.framework.pk: 1}

    def test_only_what_the_person_may_see_is_counted(self, people):
        a_project({"MDA": 100}, visibility="internal")
        a_project({"MDA": 100}, visibility="partners")
        a_project({"MDA": 100}, visibility="public")
        assert [ask("MDA", people[name]).projects for name in ("kim", "ion", "jan")] == [3, 2, 1]
        assert ask("MDA", people["ion"]).budget == 2000

    def test_the_number_of_queries_does_not_grow(self, client_for, people, django_assert_max_num_queries):
        for number in range(12):
            a_project({"ALB": 50, "SRB": 50}, title=f"Project {number}")
        kim = client_for(people["kim"])
        kim.get("/countries/ALB/")  # makes the figures
        with django_assert_max_num_queries(72):
            assert kim.get("/countries/ALB/").status_code == 200
        with django_assert_max_num_queries(8):
            assert kim.get("/countries/").status_code == 200


class TestPages:
    def test_strangers_are_refused(self, client, client_for, people):
        for url in ("/countries/", "/countries/ALB/"):
            assert client.get(url).status_code == 302
            assert client_for(people["nobody"]).get(url).status_code == 403

    def test_a_focal_point_sees_its_own_country_only(self, client_for, people):
        ion = client_for(people["ion"])
        assert ion.get("/countries/MDA/").status_code == 200
        assert ion.get("/countries/ALB/").status_code == 403
        page = ion.get("/countries/").text
        assert "/countries/MDA/" in page
        assert "/countries/ALB/" not in page

    def test_the_page_says_what_we_do(self, client_for, people):
        a_project({"XKX": 100}, title="Small enterprises")
        page = client_for(people["kim"]).get("/countries/xkx/?framework=gcm").text
        for words in ("Kosovo (UNSCR 1244)", "Kosovo*", "Small enterprises", "1 of 2", "Government of Norway", "M49"):
            assert words in page
        assert "resolution 1244" in page
        assert "?country=XKX&amp;element=gcm%3A10" in page

    def test_a_country_without_work_says_so(self, client_for, people):
        assert "No project here" in client_for(people["kim"]).get("/countries/TKM/").text

    def test_an_unknown_code_is_not_found(self, client_for, people):
        kim = client_for(people["kim"])
        assert kim.get("/countries/QQQ/").status_code == 404
        assert kim.get("/countries/ALB/?framework=nothing").status_code == 200

    def test_hostile_titles_stay_text(self, client_for, people):
        a_project({"ALB": 100}, title="<script>alert(1)</script>")
        assert "<script>alert(1)" not in client_for(people["kim"]).get("/countries/ALB/").text

    def test_every_territory_is_listed_under_its_sub_region(self, client_for, people):
        page = client_for(people["kim"]).get("/countries/").text
        for name in ("South-Eastern Europe", "Central Asia", "Kosovo*", "Türkiye"):
            assert name in page


class TestSearch:
    def test_countries_by_name_and_code(self, people):
        assert [hit.title for hit in find("kosovo", people["kim"], 5)] == ["Kosovo*"]
        assert [hit.url for hit in find("alb", people["kim"], 5)] == ["/countries/ALB/"]

    def test_each_finds_what_it_may_open(self, people):
        assert list(find("albania", people["ion"], 5)) == []
        assert [hit.title for hit in find("moldova", people["ion"], 5)] == ["Moldova"]
        assert list(find("albania", people["nobody"], 5)) == []
