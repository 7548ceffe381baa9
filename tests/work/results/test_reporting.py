"""The grid: what it shows, what it keeps, what it refuses and with which words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from migov.work.results.actions import checking, entering
from migov.work.results.models import Entry, Measure, Period
from tests.factories import PlaceFactory, indicator, project, result, values
from tests.work.results.reporting_desk import FEMALE, MALE, Measured, by_sex

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(people: Any) -> Measured:
    return Measured(people)


@pytest.fixture
def ana(desk: Measured, client_for: Any) -> Any:
    return client_for(desk.ana)


def send(client: Any, desk: Measured, *cells: tuple[str, str, str], query: str = "") -> Any:
    body = {"cells": [{"name": name, "text": text, "was": was} for name, text, was in cells]}
    return client.post(desk.url("cells") + query, json.dumps(body), content_type="application/json")


class TestPage:
    def test_rows_are_indicators_with_their_parts_and_columns_are_periods(self, desk: Measured, ana: Any) -> None:
        page = ana.get(desk.url()).text
        for words in ("People are safe", "People assisted", "Women and girls", "Share of trained officers", "Total", "Numerator",
                      "Denominator", "2024", "2025", "2026"):  # fmt: skip
            assert words in page
        assert ">Value<" not in page, "the value of a fraction follows from its numbers"

    def test_late_values_are_counted_and_say_since_when(self, desk: Measured, ana: Any) -> None:
        page = ana.get(desk.url()).text
        assert "4 values are late" in page  # two indicators, 2024 and 2025
        assert "waiting since 31\xa0December 2025" in page
        desk.submitted()
        assert "3 values are late" in ana.get(desk.url()).text

    def test_a_running_total_is_not_late_once_a_later_value_came(self, desk: Measured, ana: Any) -> None:
        desk.number.across_periods = "latest"
        desk.number.save()
        desk.verified(year=2025)
        assert "2 values are late" in ana.get(desk.url()).text  # of the percentage

    def test_targets_states_and_counted_values_stand_above_the_cells(self, desk: Measured, ana: Any) -> None:
        desk.verified("1,250", year=2024)
        desk.submitted("80", year=2025)
        page = " ".join(ana.get(desk.url()).text.split())
        assert "counts 1,250" in page
        assert "target 100" in page
        assert ">verified<" in page
        assert ">submitted<" in page
        for year in (2024, 2025):
            assert "readonly" in _control(page, desk.name(year))
        assert "readonly" not in _control(page, desk.name(2026))

    def test_another_year_is_chosen(self, desk: Measured, ana: Any) -> None:
        page = ana.get(desk.url() + "?year=2024").text
        assert desk.name(2024) in page
        assert desk.name(2025) not in page

    def test_at_most_eight_columns_are_shown_at_once_and_all_those_of_a_year(self, desk: Measured, ana: Any) -> None:
        for year in range(2005, 2024):
            values(desk.number, year)
        page = ana.get(desk.url())
        assert [column.label for column in page.context["grid"].columns] == [str(year) for year in range(2019, 2027)]
        assert page.context["grid"].late == 19 + 4

    def test_places_have_rows_of_their_own_when_asked_for(self, people: Any, client_for: Any) -> None:
        desk = Measured(people, places={"MDA": 50, "ALB": 50})
        client = client_for(desk.ana)
        assert "Moldova" not in client.get(desk.url()).text
        assert {"MDA", "ALB"} <= {
            block.place.code for block in client.get(desk.url() + "?places=yes").context["grid"].blocks if block.place
        }
        place = PlaceFactory(code="MDA")
        entering.put(desk.number, desk.at(2025), part=None, field="value", was="", now="7", by=desk.ana, place=place)
        assert "Moldova" in client.get(desk.url()).text, "what was reported by place is shown without asking"

    def test_a_project_that_is_not_active_can_only_be_read(self, desk: Measured, ana: Any) -> None:
        desk.project.record.stage = "proposal"
        desk.project.record.save()
        page = ana.get(desk.url()).text
        assert "values are reported once it is active" in page
        assert "readonly" in _control(page, desk.name())
        answer = send(ana, desk, (desk.name(), "5", ""))
        assert answer.status_code == 409
        assert "once it is active" in answer.json()["refused"]

    def test_what_people_typed_is_never_markup(self, desk: Measured, ana: Any) -> None:
        words = indicator(desk.outcome, "<b>In words</b>", measure=Measure.QUALITATIVE)
        period = values(words, 2025)
        entering.put(words, period, part=None, field="words", was="", now="</textarea><script>1</script>", by=desk.ana)
        page = ana.get(desk.url()).text
        assert "<script>1" not in page
        assert "<b>In words" not in page

    def test_without_indicators_the_page_says_what_belongs_there(self, desk: Measured, client_for: Any) -> None:
        empty = project(office=desk.project.record.office, stage="active")
        page = client_for(desk.ana).get(f"/results/report/{empty.pk}/").text
        assert "No indicator yet" in page


def _control(page: str, name: str) -> str:
    """The tag of a cell's control."""
    start = page.index(f'name="{name}"'.replace("&", "&amp;"))
    return page[page.rindex("<", 0, start) : page.index(">", start)]


class TestForm:
    """Without JavaScript."""

    def test_cells_are_kept_and_the_page_is_shown_anew(self, desk: Measured, ana: Any) -> None:
        answer = ana.post(desk.url(), {desk.name(): "1 250", desk.name(2024): ""}, follow=True)
        assert answer.redirect_chain
        assert "1 value saved" in answer.text
        assert 'value="1250"' in answer.text

    def test_refused_cells_keep_what_was_typed_with_the_reason_beside_them(self, desk: Measured, ana: Any) -> None:
        answer = ana.post(desk.url(), {desk.name(): "many", desk.name(part=FEMALE): "7"})
        assert answer.status_code == 422
        assert 'value="many"' in answer.text
        assert "“many” is not a number" in answer.text
        assert "1 value saved" in answer.text
        assert "1 was refused" in answer.text
        assert Entry.objects.get().values.get().value == 7

    def test_somebody_elses_change_is_a_conflict(self, desk: Measured, ana: Any) -> None:
        desk.put("5")
        answer = ana.post(desk.url(), {desk.name(): "7", f"was-{desk.name()}": ""})
        assert "Now: 5. Yours: 7." in answer.text

    def test_names_that_are_no_cells_are_passed_over(self, desk: Measured, ana: Any) -> None:
        for name in (
            "x",
            "1.2.3",
            "a.b.c.d.e",
            "1.2.x.value.",
            "9" * 30 + ".1..value.",
            "²." * 4,
            "csrfmiddlewaretoken",
        ):
            assert ana.post(desk.url(), {name: "5"}).status_code == 302
        assert not Entry.objects.exists()


class TestCells:
    def test_a_pasted_block_keeps_what_is_good_and_says_what_is_not(self, desk: Measured, ana: Any) -> None:
        answer = send(
            ana,
            desk,
            (desk.name(), "1.250,5", ""),
            (desk.name(part=FEMALE), "x", ""),
            (desk.name(part=MALE), "1.200", ""),
        ).json()
        assert [cell["shown"] for cell in answer["cells"]] == ["1250.5", "", ""]
        assert "is not a number" in answer["cells"][1]["problem"]
        assert "can be read in two ways" in answer["cells"][2]["problem"]
        assert answer["said"] == "1 value saved. 2 were refused."

    def test_the_answer_shows_findings_beside_the_indicator(self, desk: Measured, ana: Any) -> None:
        answer = send(
            ana, desk, (desk.name(), "100", ""), (desk.name(part=FEMALE), "70", ""), (desk.name(part=MALE), "50", "")
        ).json()
        says = answer["parts"][f"says-{desk.number.pk}-all"]
        assert "make 120, more than the total of 100" in says
        assert "must be put right" in says
        assert "draft" in answer["parts"][f"head-{desk.number.pk}-all"]
        assert "1 draft" in answer["summary"]
        assert f"says-{desk.percent.pk}-all" not in answer["parts"], "only what was touched comes back"

    def test_a_conflict_shows_what_the_other_wrote(self, desk: Measured, ana: Any) -> None:
        desk.put("5")
        [cell] = send(ana, desk, (desk.name(), "7", "")).json()["cells"]
        assert (cell["now"], cell["shown"]) == ("5", "5")

    def test_what_waits_or_counts_is_refused_unless_it_is_the_same(self, desk: Measured, ana: Any) -> None:
        desk.submitted("5")
        same, other = send(ana, desk, (desk.name(), "5", "5"), (desk.name(part=MALE), "3", "")).json()["cells"]
        assert same["problem"] == ""
        assert "waits to be verified" in other["problem"]

    @pytest.mark.parametrize("body", ["", "[]", "{}", '{"cells": 5}', '{"cells": [{"name": 1}]}', "[" * 5000])
    def test_what_cannot_be_read_is_refused(self, desk: Measured, ana: Any, body: str) -> None:
        assert ana.post(desk.url("cells"), body, content_type="application/json").status_code == 400

    def test_a_cell_of_no_grid_is_refused(self, desk: Measured, ana: Any) -> None:
        assert send(ana, desk, ("nonsense", "5", "")).status_code == 409

    def test_too_many_cells_are_refused(self, desk: Measured, ana: Any) -> None:
        assert send(ana, desk, *[(desk.name(), "5", "")] * 5001).status_code == 409


class TestFrequency:
    def test_periods_are_made_for_an_indicator_without_any(self, desk: Measured, ana: Any) -> None:
        bare = indicator(desk.outcome, "Visits")
        assert "Without periods" in ana.get(desk.url()).text
        answer = ana.post(desk.url("frequency"), {f"frequency-{bare.pk}": "year"}, follow=True)
        assert "3 periods made" in answer.text
        assert "Without periods" not in answer.text

    def test_without_dates_of_the_project_the_reason_is_said(self, desk: Measured, ana: Any) -> None:
        bare = indicator(desk.outcome, "Visits")
        desk.project.record.starts = None
        desk.project.record.save()
        answer = ana.post(desk.url("frequency"), {f"frequency-{bare.pk}": "year"}, follow=True)
        assert "Visits: Periods are made between the start and the end of the project" in answer.text
        assert (
            "no such frequency" in ana.post(desk.url("frequency"), {f"frequency-{bare.pk}": "daily"}, follow=True).text
        )


class TestSubmit:
    def test_drafts_are_submitted_and_those_that_cannot_say_why(self, desk: Measured, ana: Any) -> None:
        good, bad = desk.put("80", 2024), desk.put("80", 2025)
        desk.put("90", 2025, part=FEMALE)
        page = ana.get(desk.url("submit")).text
        assert "2 drafts in these periods, 1 can be submitted" in page
        assert "more than the total of 80" in page
        answer = ana.post(desk.url("submit"), {"step": "submit", "entry": [good.pk, bad.pk]})
        assert answer.status_code == 409
        assert "1 value submitted" in answer.text
        assert "1 stays as it was" in answer.text
        assert list(Entry.objects.order_by("pk").values_list("status", flat=True)) == ["submitted", "draft"]

    def test_who_submitted_takes_back(self, desk: Measured, ana: Any, client_for: Any) -> None:
        entry = desk.submitted()
        assert "not yours" in client_for(desk.emil).get(desk.url("submit")).text
        refused = client_for(desk.emil).post(desk.url("submit"), {"step": "take-back", "entry": entry.pk})
        assert "Only who submitted it takes it back" in refused.text
        assert (
            "1 value taken back"
            in ana.post(desk.url("submit"), {"step": "take-back", "entry": entry.pk}, follow=True).text
        )
        assert "Nothing was chosen" in ana.post(desk.url("submit"), {"step": "submit"}).text

    def test_entries_of_another_project_are_not_touched(self, desk: Measured, ana: Any, people: Any) -> None:
        other = Measured(people, "Elsewhere").put("5")
        ana.post(desk.url("submit"), {"step": "submit", "entry": [other.pk, "x", "9" * 40]})
        assert Entry.objects.get(pk=other.pk).status == "draft"


class TestOverview:
    def test_it_says_where_something_is_late_and_what_came_back(self, desk: Measured, ana: Any) -> None:
        entry = desk.submitted()
        checking.take("return", [entry.pk], by=desk.emil, reason="The list has two months only.")
        page = ana.get("/results/report/").text
        assert "4 values of your projects are late" in page
        assert "The list has two months only." in page
        assert "Shelter in Tirana" in page

    def test_only_projects_for_which_one_reports_are_named(self, desk: Measured, people: Any, client_for: Any) -> None:
        page = client_for(people["boris"]).get("/results/report/").text
        assert "Shelter in Tirana" not in page
        assert "No project of yours is measured yet" in page

    def test_queries_do_not_grow_with_the_projects(
        self, desk: Measured, ana: Any, people: Any, django_assert_max_num_queries: Any
    ) -> None:
        for n in range(12):
            Measured(people, f"Project {n}").put("5")
        with django_assert_max_num_queries(25):
            assert "Project 11" in ana.get("/results/report/").text


def test_outsiders_are_refused_everywhere(desk: Measured, client: Any, client_for: Any) -> None:
    entry = desk.put("5")
    gets = [desk.url(), desk.url("submit"), "/results/report/", f"/results/entries/{entry.pk}/"]
    posts = [desk.url(), desk.url("cells"), desk.url("frequency"), desk.url("submit")]
    posts += [f"/results/entries/{entry.pk}/{step}/" for step in
              ("describe", "discard", "another", "take-back", "verify", "return", "unlock")]  # fmt: skip
    body = {"reason": "x", desk.name(): "9", "entry": entry.pk, "step": "submit", "comment": "x"}
    for who in ("nobody", "jan", "ion"):
        for url in gets:
            assert client_for(desk.people[who]).get(url).status_code in (403, 404), (who, url)
    for who in ("nobody", "jan", "ion", "boris"):
        for url in posts:
            assert client_for(desk.people[who]).post(url, body).status_code in (403, 404), (who, url)
    for url in (desk.url(), desk.url("submit")):
        assert client_for(desk.people["boris"]).get(url).status_code == 403
    for url in gets:
        assert client.get(url).status_code == 302
    assert (Entry.objects.get().status, Entry.objects.get().values.get().value) == ("draft", 5)


def test_a_project_kept_to_its_office_is_not_even_named(people: Any, client_for: Any) -> None:
    desk = Measured(people, visibility="office")
    assert client_for(people["boris"]).get(desk.url()).status_code == 404
    entry = desk.put("5")
    assert client_for(people["boris"]).get(f"/results/entries/{entry.pk}/").status_code == 404


def test_a_grid_of_sixty_indicators_takes_few_queries(
    desk: Measured, ana: Any, django_assert_max_num_queries: Any
) -> None:
    many = [indicator(result(desk.project, f"Result {n}"), f"Indicator {n}") for n in range(60)]
    for one in many:
        one.dimensions.set([by_sex()])
        for year in (2023, 2024, 2025, 2026):
            values(one, year, target=10)
    cells = []
    for one in many:
        for period in Period.objects.filter(indicator=one):
            cells.append((f"{one.pk}.{period.pk}..value.", "5", ""))
    with django_assert_max_num_queries(70):
        assert all(not cell["problem"] for cell in send(ana, desk, *cells).json()["cells"])
    with django_assert_max_num_queries(35):
        page = ana.get(desk.url())
    assert page.status_code == 200
    assert page.text.count("data-row=") > 60 * 4 * 3
    with django_assert_max_num_queries(35):
        ana.get(desk.url("submit"))
