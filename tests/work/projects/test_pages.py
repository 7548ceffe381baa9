"""Pages of the portfolio: who sees them, what they show, what they export."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from migov.foundation.records import journal
from migov.foundation.records.models import Evidence
from migov.work.projects.models import (
    Budget,
    Classification,
    Organisation,
    Participation,
    RelatedProject,
    Transaction,
)
from tests.factories import indicator, project, result, values

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


def a_project(**fields):
    fields.setdefault("places", {"ALB": 60, "XKX": 40})
    fields.setdefault("title", "Shelter for victims")
    one = project(**fields)
    donor = Organisation.objects.create(name=f"Government of {one.pk}")
    Participation.objects.create(project=one, organisation=donor, role="1")
    Budget.objects.create(
        project=one, amount=1_240_000, currency="EUR", starts=date(2024, 1, 1), ends=date(2024, 12, 31)
    )
    Transaction.objects.create(
        project=one, kind="4", amount=500, currency="EUR", date=date(2024, 5, 1), description="Staff"
    )
    values(indicator(result(one), across_periods="sum"), 2024, target=100, actual=90)
    return one


PAGES = ("projects:page", "projects:money", "projects:documents", "projects:history")


def addresses(one):
    return [
        *(reverse(name, args=[one.pk]) for name in PAGES),
        reverse("projects:panel", args=[one.pk, "results"]),
        reverse("projects:panel", args=[one.pk, "alignments"]),
        reverse("projects:transactions-export", args=[one.pk, "csv"]),
        reverse("results:matrix-export", args=[one.pk, "xlsx"]),
    ]


LISTS = ("/portfolio/", "/portfolio/map/", "/portfolio/map.svg", "/portfolio/export.csv", "/portfolio/export.xlsx")


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


class TestAccess:
    @pytest.mark.parametrize("url", LISTS)
    def test_lists_are_for_people_with_a_role(self, client, client_for, people, url):
        assert client.get(url).status_code == 302
        assert client_for(people["nobody"]).get(url).status_code == 403
        assert client_for(people["jan"]).get(url).status_code == 200

    def test_pages_of_a_project_are_for_those_who_see_it(self, client, client_for, people):
        one = a_project(visibility="partners", places={"ALB": 100})
        for url in addresses(one):
            assert client.get(url).status_code == 302, url
            assert client_for(people["nobody"]).get(url).status_code == 403, url
            assert client_for(people["ion"]).get(url).status_code in (403, 404), url  # of another country
            assert client_for(people["jan"]).get(url).status_code in (403, 404), url  # not public
            assert client_for(people["ana"]).get(url).status_code == 200, url

    def test_a_focal_point_sees_its_own_country_but_not_the_journal(self, client_for, people):
        one = a_project(visibility="partners", places={"MDA": 100})
        ion = client_for(people["ion"])
        assert ion.get(reverse("projects:page", args=[one.pk])).status_code == 200
        assert ion.get(reverse("projects:history", args=[one.pk])).status_code == 403
        assert reverse("projects:history", args=[one.pk]) not in ion.get(reverse("projects:page", args=[one.pk])).text

    def test_what_is_kept_to_an_office_stays_there(self, client_for, people):
        tirana = people["ana"].standing[0].office
        one = a_project(visibility="office", office=tirana)
        for url in addresses(one):
            assert client_for(people["boris"]).get(url).status_code == 404, url
            assert client_for(people["ana"]).get(url).status_code == 200, url

    def test_donors_of_hidden_projects_are_not_named_to_outsiders(self, client_for, people):
        hidden = a_project(visibility="internal")
        assert f"Government of {hidden.pk}" not in client_for(people["jan"]).get("/portfolio/").text
        assert f"Government of {hidden.pk}" in client_for(people["ana"]).get("/portfolio/").text

    def test_pages_only_answer_to_reading(self, client_for, people):
        assert client_for(people["kim"]).post("/portfolio/").status_code == 405


class TestList:
    def test_a_row_says_where_what_and_how_it_goes(self, client_for, people):
        one = a_project(reference="MG-0101")
        page = client_for(people["kim"]).get("/portfolio/").text
        for words in ("1 project", "Shelter for victims", "MG-0101", "Albania", "Kosovo*", "1,240,000", "1 of 1"):
            assert words in page
        assert reverse("projects:page", args=[one.pk]) in page
        assert "resolution 1244" in page

    def test_the_number_of_queries_is_bounded(self, client_for, people, django_assert_max_num_queries):
        for number in range(15):
            a_project(title=f"Project {number}")
        kim = client_for(people["kim"])
        for query in ("", "?country=ALB&from=2020&sort=-budget&q=project", "?office=tirana&stage=active"):
            with django_assert_max_num_queries(26):
                assert kim.get(f"/portfolio/{query}").status_code == 200

    def test_pages_of_fifty(self, client_for, people):
        for number in range(55):
            project(title=f"Project {number:02}")
        kim = client_for(people["kim"])
        assert "Project 54" not in kim.get("/portfolio/?sort=title").text
        assert "Project 54" in kim.get("/portfolio/?sort=title&page=2").text
        assert kim.get("/portfolio/?page=nonsense").status_code == 200

    def test_a_bad_filter_is_shown_beside_its_field_and_nothing_is_listed(self, client_for, people):
        a_project()
        response = client_for(people["kim"]).get("/portfolio/?country=ZZZ&from=20x")
        assert response.status_code == 200
        assert "“ZZZ” is not a country" in response.text
        assert "“20x” is not a year" in response.text
        assert 'value="20x"' in response.text
        assert "Shelter for victims" not in response.text

    def test_an_empty_register_offers_the_first_step(self, client_for, people):
        assert "Import projects from IATI" in client_for(people["emil"]).get("/portfolio/").text
        assert "Import projects from IATI" not in client_for(people["ana"]).get("/portfolio/").text

    def test_an_empty_answer_says_which_condition_to_drop(self, client_for, people):
        a_project(stage="active")
        page = client_for(people["kim"]).get("/portfolio/?country=ALB&stage=closed").text
        assert "Drop Stage: closed" in page
        assert "Drop Country: Albania" not in page

    def test_hostile_text_stays_text(self, client_for, people):
        one = a_project(title=HOSTILE, reference=HOSTILE, summary=HOSTILE)
        Evidence.objects.create(record=one.record, title=HOSTILE, url="javascript:alert(1)")
        Classification.objects.create(project=one, kind="tag", vocabulary="99", code="x", name=HOSTILE)
        kim = client_for(people["kim"])
        for url in ("/portfolio/", f"/portfolio/?q={HOSTILE}", *addresses(one)[:6]):
            page = kim.get(url).text
            assert HOSTILE not in page, url
            assert 'href="javascript:' not in page, url


class TestExport:
    def test_a_file_holds_every_row_of_the_filter_in_the_order_shown(self, client_for, people):
        for number in range(60):
            project(title=f"Project {number:02}", places={"ALB": 100})
        a_project(title="Elsewhere", places={"UKR": 100})
        kim = client_for(people["kim"])
        found = rows_of(kim.get("/portfolio/export.csv?country=ALB&sort=-title"))
        assert [row["Project"] for row in found] == [f"Project {number:02}" for number in reversed(range(60))]

    def test_the_file_says_what_the_list_says(self, client_for, people):
        one = a_project(reference="MG-0101")
        kim = client_for(people["kim"])
        [row] = rows_of(kim.get("/portfolio/export.csv"))
        assert (row["Reference"], row["Project"], row["Stage"]) == ("MG-0101", "Shelter for victims", "active")
        assert row["Countries and areas"] == "Albania, Kosovo*"
        assert (row["Indicators on track"], row["Indicators measured"]) == ("1", "1")
        book = load_workbook(io.BytesIO(kim.get("/portfolio/export.xlsx").content))
        assert book["Projects"]["A2"].value == "MG-0101"
        assert reverse("projects:page", args=[one.pk]) in book["Projects"]["B2"].hyperlink.target
        read_me = " ".join(str(cell.value) for line in book["Read me"].iter_rows() for cell in line)
        assert "all projects" in read_me
        assert "resolution 1244" in read_me

    def test_only_what_the_person_may_see(self, client_for, people):
        a_project(visibility="internal")
        a_project(title="Open", visibility="public")
        found = rows_of(client_for(people["jan"]).get("/portfolio/export.csv"))
        assert [row["Project"] for row in found] == ["Open"]

    def test_a_bad_filter_or_format_makes_no_file(self, client_for, people):
        kim = client_for(people["kim"])
        assert kim.get("/portfolio/export.csv?country=ZZZ").status_code == 400
        assert kim.get("/portfolio/export.pdf").status_code == 404

    def test_transactions_of_one_kind(self, client_for, people):
        one = a_project()
        Transaction.objects.create(project=one, kind="11", amount=9, currency="USD", date=date(2024, 1, 1))
        url = reverse("projects:transactions-export", args=[one.pk, "csv"])
        assert len(rows_of(client_for(people["kim"]).get(url))) == 2
        [row] = rows_of(client_for(people["kim"]).get(f"{url}?kind=4&currency=EUR"))
        assert (row["Amount"], row["Description"]) == ("500", "Staff")


class TestProject:
    def test_the_page_names_what_the_project_is(self, client_for, people):
        one = a_project(summary="Help for families.")
        Classification.objects.create(project=one, kind="sector", vocabulary="1", code="15190", percentage=100)
        other = project(reference="MG-0999", title="The older one")
        RelatedProject.objects.create(project=one, reference="MG-0999", kind="1")
        RelatedProject.objects.create(project=one, reference="XX-UNKNOWN", kind="2")
        page = client_for(people["kim"]).get(reverse("projects:page", args=[one.pk])).text
        for words in (
            "Help for families.",
            "migration and mobility",
            f"Government of {one.pk}",
            "The older one",
            "XX-UNKNOWN",
        ):
            assert words in page
        assert reverse("projects:page", args=[other.pk]) in page

    def test_the_window_is_named_after_the_project_on_every_tab(self, client_for, people):
        one = a_project(title="Homes <and> incomes")
        for url in addresses(one)[:6]:
            page = client_for(people["hana"]).get(url).content.decode()
            assert page.split("<title>")[1].split("</title>")[0].endswith("Homes &lt;and&gt; incomes · migov")

    def test_an_amount_in_the_reporting_currency_is_not_said_twice(self, client_for, people):
        one = project()
        Budget.objects.create(
            project=one, amount=830_000, currency="USD", starts=date(2024, 1, 1), ends=date(2024, 12, 31)
        )
        page = client_for(people["hana"]).get(reverse("projects:page", args=[one.pk])).content.decode()
        budget = page.split("<dt>Budget</dt>")[1].split("</dd>")[0]
        assert budget.count("USD</span>") == 1

    def test_a_related_project_that_may_not_be_seen_is_not_named(self, client_for, people):
        one = a_project(visibility="public")
        project(reference="MG-0999", title="The secret one", visibility="internal")
        RelatedProject.objects.create(project=one, reference="MG-0999", kind="1")
        page = client_for(people["jan"]).get(reverse("projects:page", args=[one.pk])).text
        assert "The secret one" not in page
        assert "MG-0999" in page

    def test_references_with_slashes_and_colons_lead_to_the_page(self, client_for, people):
        one = a_project(reference="XM-DAC:41119/2023/MDA.1")
        response = client_for(people["kim"]).get("/portfolio/ref/XM-DAC:41119/2023/MDA.1/")
        assert response.status_code == 302
        assert response.url == reverse("projects:page", args=[one.pk])
        assert client_for(people["kim"]).get("/portfolio/ref/nothing/").status_code == 404

    def test_a_reference_tells_nothing_to_those_who_may_not_see(self, client_for, people):
        a_project(reference="MG-1", visibility="internal")
        assert client_for(people["jan"]).get("/portfolio/ref/MG-1/").status_code == 404

    def test_money_is_summed_and_a_sum_leads_to_its_rows(self, client_for, people):
        one = a_project()
        kim = client_for(people["kim"])
        page = kim.get(reverse("projects:money", args=[one.pk])).text
        assert "?kind=4&amp;currency=EUR" in page
        assert "no rate" in page
        assert "Staff" in kim.get(reverse("projects:money", args=[one.pk]) + "?kind=4&currency=EUR").text
        assert "Staff" not in kim.get(reverse("projects:money", args=[one.pk]) + "?kind=11").text
        assert kim.get(reverse("projects:money", args=[one.pk]) + "?kind=99").status_code == 404

    def test_the_history_is_told_in_words(self, client_for, people):
        one = a_project()
        journal.write(
            "changed", by=people["kim"], record=one.record, detail={"stage": {"from": "active", "to": "closed"}}
        )
        part = one.results.get().record
        journal.write(
            "alignment confirmed", by=people["kim"], record=part, detail={"framework": "gcm", "element": "10"}
        )
        page = client_for(people["kim"]).get(reverse("projects:history", args=[one.pk])).text
        assert "stage: active → closed" in page
        assert "Alignment confirmed" in page
        assert "GCM 10" in page

    def test_an_unknown_tab_is_not_found(self, client_for, people):
        assert (
            client_for(people["kim"]).get(reverse("projects:panel", args=[a_project().pk, "secrets"])).status_code
            == 404
        )

    def test_an_illustrative_project_says_so(self, client_for, people):
        one = a_project(illustrative=True)
        assert "illustrative" in client_for(people["kim"]).get(reverse("projects:page", args=[one.pk])).text

    def test_queries_of_the_page_do_not_grow(self, client_for, people, django_assert_max_num_queries):
        one = a_project()
        for number in range(20):
            values(indicator(result(one, title=f"Result {number}")), 2024, target=1, actual=1)
            RelatedProject.objects.create(project=one, reference=f"R-{number}")
        kim = client_for(people["kim"])
        for url in addresses(one)[:5]:
            with django_assert_max_num_queries(26):
                kim.get(url)


class TestMap:
    def test_the_picture_stands_beside_its_table_with_the_disclaimer(self, client_for, people):
        a_project()
        page = client_for(people["kim"]).get("/portfolio/map/?stage=active").text
        assert "/portfolio/map.svg?stage=active&amp;show=projects" in page
        assert "do not imply official endorsement" in page
        assert "Natural Earth" in page
        assert "?country=XKX&amp;stage=active" in page

    def test_the_picture_is_an_svg(self, client_for, people):
        a_project()
        response = client_for(people["kim"]).get("/portfolio/map.svg?show=budget")
        assert response["Content-Type"] == "image/svg+xml"
        assert response.content.startswith(b"<svg")

    def test_what_cannot_be_used_is_refused(self, client_for, people):
        kim = client_for(people["kim"])
        assert kim.get("/portfolio/map.svg?country=ZZZ").status_code == 400
        assert kim.get("/portfolio/map/?country=ZZZ").status_code == 200
        assert kim.get("/portfolio/map/?show=weather").status_code == 404


def test_search_finds_projects_the_person_may_see(people):
    from migov.work.projects.search import find

    project(title="Return of families", summary="x " * 60 + "trafficking is named late", visibility="public")
    project(title="Trafficking at borders", visibility="internal")
    assert [hit.title for hit in find("trafficking", people["kim"], 5)] == [
        "Trafficking at borders",
        "Return of families",
    ]
    [hit] = find("trafficking", people["jan"], 5)
    assert "trafficking" in hit.snippet
    assert list(find("trafficking", people["nobody"], 5)) == []
