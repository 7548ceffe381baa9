"""Pages of instruments: who may read and who may add, what a person reads, files, and how many questions a page asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import is_internal
from migov.work.policy import answers
from migov.work.policy.instruments import queries
from migov.work.policy.models import (
    Article,
    Instrument,
    Requirement,
    TreatyAction,
)
from tests.factories import PlaceFactory
from tests.work.policy.instruments.shelf import act, words
from tests.work.policy.making import instrument, requirement

pytestmark = pytest.mark.django_db
READERS = ("ana", "carla", "emil", "fatos", "ion", "jan")


@pytest.fixture
def met(shelf: Requirement) -> Iterator[None]:
    """A part that says that a Moldovan law meets the first requirement."""

    def answer(place: Any, keys: Any, viewer: Any) -> dict[int, list[tuple[str, str]]]:
        if place.code != "MDA" or shelf.pk not in keys:
            return {}
        if is_internal(viewer):
            return {shelf.pk: [("Law on Foreigners", "/policy/reviews/1/")]}
        return {shelf.pk: [("What was released", "/policy/released/1/")]} if viewer.username == "ion" else {}

    answers.register(answer)
    yield
    answers._answers.remove(answer)


def pages(one: Requirement) -> list[str]:
    return [
        reverse("policy:instruments"), reverse("policy:instrument", args=["icrmw"]), reverse("policy:matrix"), reverse("policy:places"),
        reverse("policy:standing", args=["icrmw", "ALB"]), reverse("policy:requirements"), reverse("policy:requirement", args=[one.pk]),
        reverse("policy:place", args=["MDA"]), reverse("policy:accession", args=["MDA", "icrmw"]),
        reverse("policy:instruments-export", args=["csv"]), reverse("policy:requirements-export", args=["csv"]),
        reverse("policy:matrix-export", args=["csv"]), reverse("policy:place-export", args=["MDA", "csv"]),
        reverse("policy:accession-export", args=["MDA", "icrmw", "csv"]),
    ]  # fmt: skip


def csv_of(response: Any) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")


class TestAccess:
    def test_people_with_a_role_read_all_of_it(
        self, client: Any, client_for: Any, people: Any, shelf: Requirement
    ) -> None:
        for page in pages(shelf):
            assert client.get(page).status_code == 302, page
            assert client_for(people["nobody"]).get(page).status_code == 403, page
            for who in READERS:
                assert client_for(people[who]).get(page).status_code == 200, (page, who)

    @pytest.mark.parametrize("who", ["ana", "carla", "ion", "jan", "nobody"])
    def test_only_policy_officers_and_me_add(self, client_for: Any, people: Any, shelf: Requirement, who: str) -> None:
        browser = client_for(people[who])
        for name in ("policy:act-new", "policy:instruments-load"):
            assert browser.get(reverse(name)).status_code == 403
            assert browser.post(reverse(name), {"instrument": "icrmw"}).status_code == 403
        assert TreatyAction.objects.count() == 5

    def test_what_is_not_there_is_not_found(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        browser = client_for(people["fatos"])
        for page in (
            reverse("policy:instrument", args=["nothing"]), reverse("policy:standing", args=["icrmw", "FRA"]),
            reverse("policy:place", args=["FRA"]), reverse("policy:requirement", args=[10**12]),
            reverse("policy:accession", args=["MDA", "nothing"]), reverse("policy:matrix-export", args=["pdf"]),
            reverse("policy:instruments-export", args=["pdf"]),
        ):  # fmt: skip
            assert browser.get(page).status_code == 404, page


class TestLists:
    def get(self, client_for: Any, people: Any, name: str, **given: str) -> str:
        return words(client_for(people["fatos"]).get(reverse(f"policy:{name}"), given))

    def test_instruments_by_body_theme_and_words(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        said = self.get(client_for, people, "instruments")
        assert "3 instruments" in said
        assert "1/20" in said
        for given in ({"body": "eu"}, {"q": "32008L0115"}, {"q": "return"}):
            said = self.get(client_for, people, "instruments", **given)
            assert "1 instrument " in said
            assert "Return" in said
        assert "1 instrument " in self.get(client_for, people, "instruments", theme="protection")
        assert "No instrument matches" in self.get(client_for, people, "instruments", q="zzz")

    def test_requirements_by_every_filter(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        assert "3 requirements" in self.get(client_for, people, "requirements")
        for given, number in (
            ({"instrument": "icrmw"}, "2 requirements"), ({"theme": "protection"}, "1 requirement "), ({"type": "may"}, "1 requirement "),
            ({"weight": "political"}, "0 requirements"), ({"element": "gcm 13"}, "1 requirement "), ({"element": "gcm"}, "1 requirement "),
            ({"element": "gcm 1"}, "0 requirements"), ({"q": "detention"}, "2 requirements"),
            ({"q": "detention coercive"}, "1 requirement "),
            ({"type": "nonsense"}, "3 requirements"),
        ):  # fmt: skip
            assert number in self.get(client_for, people, "requirements", **given), given

    def test_files_hold_what_the_filter_keeps(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        browser = client_for(people["fatos"])
        rows = csv_of(
            browser.get(reverse("policy:requirements-export", args=["csv"]), {"element": "gcm 13"})
        ).splitlines()
        assert len(rows) == 2
        assert "icrmw-16.4" in rows[1]
        book = load_workbook(
            BytesIO(browser.get(reverse("policy:instruments-export", args=["xlsx"]), {"body": "eu"}).content)
        )
        cells = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value]
        assert "32008L0115" in cells
        assert "ICRMW" not in cells

    def test_the_search_box_finds_both(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        said = words(client_for(people["jan"]).get(reverse("shell:search"), {"q": "IV-13"}))
        assert "Convention on Migrant Workers" in said
        assert "No arbitrary arrest" in words(
            client_for(people["jan"]).get(reverse("shell:search"), {"q": "arbitrary"})
        )

    def test_the_page_of_an_element_names_the_requirements_that_serve_it(
        self, client_for: Any, people: Any, shelf: Requirement
    ) -> None:
        said = words(client_for(people["fatos"]).get(reverse("frameworks:element", args=["gcm", "13"])))
        assert "Requirements of instruments that serve it" in said
        assert "No arbitrary arrest or detention" in said
        other = words(client_for(people["fatos"]).get(reverse("frameworks:element", args=["gcm", "1"])))
        assert "Requirements of instruments" not in other


class TestInstrument:
    def test_its_page_says_who_is_bound_by_which_source(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        Article.objects.filter(number="16").update(text="Migrant workers shall have the right to liberty.")
        Instrument.objects.filter(code="icrmw").update(text_source="Loaded from x; check against the authentic text.")
        said = words(client_for(people["ion"]).get(reverse("policy:instrument", args=["icrmw"])))
        for expected in (
            "Convention on Migrant Workers", "1 of 20 territories are bound; 2 are known not to be.", "sources differ", "Ministry",
            "Article 15 is not applied.", "Protocol", "No arbitrary arrest or detention", "CMW/C/GC/2, 23-28",
            "check against the authentic text", "Migrant workers shall have the right to liberty.", "Kosovo*",
            "References to Kosovo shall be understood",
        ):  # fmt: skip
            assert expected in said, expected
        assert "Taken out of the set" not in said

    def test_its_page_asks_few_questions_however_many_articles(
        self, client_for: Any, people: Any, shelf: Requirement, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20, 50):
            requirement(Instrument.objects.get(code="icrmw"), str(number), "1")
        browser = client_for(people["jan"])
        with django_assert_max_num_queries(16):
            assert browser.get(reverse("policy:instrument", args=["icrmw"])).status_code == 200

    def test_a_requirement_shows_its_guidance_and_the_words_of_its_article(
        self, client_for: Any, people: Any, shelf: Requirement
    ) -> None:
        said = words(client_for(people["jan"]).get(reverse("policy:requirement", args=[shelf.pk])))
        for expected in ("icrmw-16.4", "16(4)", "competent authorities", "Detention is a last resort.", "GCM 13"):
            assert expected in said, expected

    def test_the_facts_behind_a_cell(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        TreatyAction.objects.filter(source="UN", place__code="ALB").update(superseded_at="2026-02-02T10:00Z")
        browser = client_for(people["fatos"])
        said = words(browser.get(reverse("policy:standing", args=["icrmw", "ALB"])))
        assert "Rests on Ministry" in said
        assert "Said before, no longer" in said
        assert "No source that was loaded covers this State" in words(
            browser.get(reverse("policy:standing", args=["icrmw", "UZB"]))
        )
        assert "Depositaries have no entry" in words(browser.get(reverse("policy:standing", args=["icrmw", "XKX"])))


class TestMatrix:
    def test_cells_say_it_in_words_and_lead_to_the_facts(
        self, client_for: Any, people: Any, shelf: Requirement
    ) -> None:
        said = words(client_for(people["jan"]).get(reverse("policy:matrix")))
        assert "Albania, party, sources differ" in said
        assert "Moldova, not a party" in said
        assert "Serbia, signed, not bound" in said
        assert "Kosovo*, not in the depositary" in said
        assert "Uzbekistan, not known" in said
        assert reverse("policy:standing", args=["icrmw", "ALB"]) in said
        assert "Return" not in said

    def test_it_is_kept_to_a_body_and_to_gaps(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        browser = client_for(people["jan"])
        assert "Protocol" in words(browser.get(reverse("policy:matrix"), {"body": "un"}))
        said = words(browser.get(reverse("policy:matrix"), {"gaps": "1"}))
        assert "ICRMW" in said
        assert "Protocol" not in said
        assert "No instrument matches" in words(browser.get(reverse("policy:matrix"), {"body": "coe"}))

    def test_as_a_spreadsheet_each_cell_says_status_and_day(
        self, client_for: Any, people: Any, shelf: Requirement
    ) -> None:
        text = csv_of(client_for(people["jan"]).get(reverse("policy:matrix-export", args=["csv"])))
        head, first, *_rest = text.splitlines()
        assert "Kosovo*" in head
        assert "party, 2007-06-06, as of 2026-01-01; sources differ" in first
        assert "signed, not bound, 2004-11-11" in first

    def test_as_a_document_it_lies_sideways_with_its_legend_and_footnote(
        self, client_for: Any, people: Any, shelf: Requirement
    ) -> None:
        response = client_for(people["jan"]).get(reverse("policy:matrix-export", args=["docx"]))
        made = Document(BytesIO(response.content))
        page = made.sections[0]
        assert page.page_width is not None
        assert page.page_height is not None
        assert page.page_width > page.page_height
        text = "\n".join(paragraph.text for paragraph in made.paragraphs)
        assert "● party" in text
        assert "UN Security Council resolution 1244" in text
        assert "●≠" in [cell.text for row in made.tables[-1].rows for cell in row.cells]

    @pytest.mark.parametrize("name", ["matrix", "places", "instruments", "requirements"])
    def test_questions_do_not_grow_with_what_is_known(
        self, client_for: Any, people: Any, shelf: Requirement, django_assert_max_num_queries: Any, name: str
    ) -> None:
        for number in range(12):
            code = instrument(f"more-{number}", order=10 + number).code
            requirement(Instrument.objects.get(code=code), "1").elements.add(
                Element.objects.filter(framework__code="gcm")[number]
            )
            for place in ("ALB", "MDA", "UZB"):
                act(code, place)
        browser = client_for(people["jan"])
        with django_assert_max_num_queries(13):
            assert browser.get(reverse(f"policy:{name}")).status_code == 200

    def test_it_says_how_far_its_sources_reach(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        act("icrmw", "TJK", "accession", "1953-03-30", source="An act", as_of=date(1953, 3, 30))
        act("icrmw", "ARM", "signature", "2013-09-26", source="Older", as_of=date(2015, 4, 1))
        browser = client_for(people["jan"])
        said = words(browser.get(reverse("policy:matrix")))
        assert "The oldest source knew up to 1 April 2015, the newest up to 1 January 2026" in said.replace(
            "\u00a0", " "
        )


class TestCountry:
    def test_its_page_tells_what_binds_it_since_when(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        said = words(client_for(people["ion"]).get(reverse("policy:place", args=["alb"])))
        assert "Albania: instruments" in said
        assert "2000–2009" in said
        assert "6 June 2007" in said
        assert "sources differ" in said

    def test_kosovo_is_told_as_it_is(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        act("icrmw", "XKX", "applied", "2008-06-15", source="Constitution of Kosovo*, Article 22")
        said = words(client_for(people["jan"]).get(reverse("policy:place", args=["XKX"])))
        assert "applied directly" in said
        assert "Depositaries have no entry for Kosovo*" in said
        assert (
            "<dt>Not in the depositary</dt><dd>1</dd>" in said
        )  # the protocol; not the act of the Union, which takes no parties
        assert "not a party" not in said.replace("never “not a party”", "").replace("“Not a party” needs", "")

    def test_what_applies_directly_counts_as_what_binds(self, client_for: Any, people: Any) -> None:
        instrument("udhr", short_title="UDHR", kind="declaration")
        act("udhr", "XKX", "applied", "2008-06-15")
        browser = client_for(people["jan"])
        said = words(browser.get(reverse("policy:place", args=["XKX"])))
        assert "<dt>Bound by</dt><dd>1</dd>" in said
        assert said.count("<li><time>") == 1
        assert "<td><b>1</b></td>" in words(browser.get(reverse("policy:places")))

    def test_what_accession_would_require_by_article_with_what_is_met(
        self, client_for: Any, people: Any, shelf: Requirement, met: None
    ) -> None:
        browser = client_for(people["fatos"])
        said = words(browser.get(reverse("policy:place", args=["MDA"])))
        assert "2 requirements" in said
        assert "1 met" in said
        said = words(browser.get(reverse("policy:accession", args=["MDA", "icrmw"])))
        assert "what the ICRMW would require" in said
        assert "A reviewed text meets 1 of them in full." in said
        assert "Law on Foreigners" in said
        assert "Detained migrants are treated with humanity" in said
        assert "Law on Foreigners" in csv_of(
            browser.get(reverse("policy:accession-export", args=["MDA", "icrmw", "csv"]))
        )

    def test_a_government_is_told_what_was_released_to_it(
        self, client_for: Any, people: Any, shelf: Requirement, met: None
    ) -> None:
        browser = client_for(people["ion"])
        assert "1 met" in words(browser.get(reverse("policy:place", args=["MDA"])))
        said = words(browser.get(reverse("policy:accession", args=["MDA", "icrmw"])))
        assert "A reviewed text meets 1 of them in full." in said
        assert "What was released" in said
        assert "Law on Foreigners" not in said

    def test_others_are_told_of_no_judgement(self, client_for: Any, people: Any, shelf: Requirement, met: None) -> None:
        browser = client_for(people["jan"])
        for page in (reverse("policy:place", args=["MDA"]), reverse("policy:accession", args=["MDA", "icrmw"])):
            said = words(browser.get(page))
            assert "Law on Foreigners" not in said
            assert "meets" not in said
            assert "1 met" not in said
        assert "Law on Foreigners" not in csv_of(
            browser.get(reverse("policy:accession-export", args=["MDA", "icrmw", "csv"]))
        )

    def test_its_file_has_a_row_for_each_act(self, client_for: Any, people: Any, shelf: Requirement) -> None:
        text = csv_of(client_for(people["jan"]).get(reverse("policy:place-export", args=["ALB", "csv"])))
        assert "accession,2007-06-05,UN,2022-08-01" in text
        assert "accession,2007-06-06,Ministry,2026-01-01" in text

    def test_its_page_asks_few_questions(
        self, client_for: Any, people: Any, shelf: Requirement, django_assert_max_num_queries: Any
    ) -> None:
        browser = client_for(people["jan"])
        with django_assert_max_num_queries(13):
            assert browser.get(reverse("policy:place", args=["MDA"])).status_code == 200

    def test_what_no_text_meets_is_left(self, people: Any, shelf: Requirement, met: None) -> None:
        moldova, icrmw = PlaceFactory(code="MDA"), [Instrument.objects.get(code="icrmw")]
        assert [one.place for one in queries.unmet(moldova, people["fatos"], icrmw)] == ["17"]
        assert [one.place for one in queries.unmet(moldova, people["fatos"])] == ["17", "15(1)"]
        assert [one.place for one in queries.unmet(PlaceFactory(code="ALB"), people["fatos"], icrmw)] == ["16(4)", "17"]
