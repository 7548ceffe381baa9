"""Pages of the library: found by words and elements, exported, changed with a reason; who may not is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db.models import F
from django.urls import reverse
from openpyxl import load_workbook

from migov.foundation.frameworks.models import Element
from migov.work.results.actions import library
from migov.work.results.library import load_indicators
from migov.work.results.models import Dimension, Indicator, StandardIndicator
from tests.factories import indicator, project, result

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(db: None) -> StandardIndicator:
    load_indicators()
    return StandardIndicator.objects.get(code="return-voluntary")


def form_of(row: StandardIndicator, **changes: Any) -> dict[str, Any]:
    """What the form of an indicator holds, with some fields typed anew."""
    from migov.work.results.library_forms import initial

    return {name: value for name, value in (initial(library.standard_of(row)) | changes).items() if value is not False}


class TestAccess:
    PAGES = ("results:library", "results:dimensions")

    def test_reading_is_for_people_with_a_role(self, client: Any, client_for: Any, people: Any, shelf: Any) -> None:
        pages = [reverse(name) for name in self.PAGES]
        pages += [reverse("results:standard", args=[shelf.pk]), reverse("results:library-export", args=["csv"])]
        for page in pages:
            assert client.get(page).status_code == 302
            assert client_for(people["nobody"]).get(page).status_code == 403
            for reader in ("ion", "jan", "ana"):
                assert client_for(people[reader]).get(page).status_code == 200, page

    @pytest.mark.parametrize("who", ["ana", "ion", "jan", "nobody"])
    def test_writing_is_for_who_keeps_the_library(self, client_for: Any, people: Any, shelf: Any, who: str) -> None:
        browser = client_for(people[who])
        for name, args in (
            ("standard-new", []), ("standard-edit", [shelf.pk]), ("dimension-new", []), ("dimension", ["sex"]),
        ):  # fmt: skip
            page = reverse(f"results:{name}", args=args)
            assert browser.get(page).status_code == 403
            assert browser.post(page, {"title": "x", "name": "x"}).status_code == 403
        assert browser.post(reverse("results:standard-retire", args=[shelf.pk]), {"reason": "x"}).status_code == 403

    def test_linking_is_for_who_reports_for_the_project(self, client_for: Any, people: Any, shelf: Any) -> None:
        own = indicator(result(project(office=people["ana"].memberships.get().office)), unit="people")
        page = reverse("results:standard-link", args=[own.pk])
        for who, status in {"nobody": 403, "ion": 404, "jan": 404, "boris": 403, "carla": 403, "ana": 200}.items():
            assert client_for(people[who]).get(page).status_code == status, who
            if status != 200:
                assert client_for(people[who]).post(page, {"standard": shelf.pk}).status_code == status, who
        assert Indicator.objects.get(pk=own.pk).standard is None

    def test_who_uses_it_names_no_project_that_the_viewer_may_not_see(
        self, client_for: Any, people: Any, shelf: Any
    ) -> None:
        for title, fields in (("Open returns", {"visibility": "public"}), ("Quiet returns", {"visibility": "office"})):
            indicator(
                result(project(title=title, office=people["ana"].memberships.get().office, **fields)), standard=shelf
            )
        page = reverse("results:standard", args=[shelf.pk])
        assert "Quiet returns" in client_for(people["ana"]).get(page).text
        for who in ("boris", "jan"):
            shown = client_for(people[who]).get(page).text
            assert "Open returns" in shown
            assert "Quiet returns" not in shown


class TestList:
    def test_it_is_filtered_by_words_measure_and_element(self, client_for: Any, people: Any, shelf: Any) -> None:
        browser = client_for(people["jan"])
        page = reverse("results:library")
        assert shelf.title in browser.get(page).text
        for kept in ("?q=voluntary", "?measure=number", "?element=gcm", "?element=gcm+21"):
            assert shelf.title in browser.get(page + kept).text, kept
        for left in ("?q=voluntary+nonsense", "?measure=percentage", "?element=gcm+5", "?state=retired"):
            assert shelf.title not in browser.get(page + left).text, left

    def test_an_element_answers_for_those_under_it(self, client_for: Any, people: Any, shelf: Any) -> None:
        below = (
            Element.objects.exclude(main=F("pk"))
            .filter(main__framework=F("framework"), retired_at=None)
            .select_related("main__framework")
            .first()
        )
        assert below is not None
        assert below.main is not None
        shelf.elements.set([below])
        page = reverse("results:library") + f"?element={below.main.framework.code}+{below.main.code}"
        assert shelf.title in client_for(people["jan"]).get(page).text

    def test_the_export_holds_what_the_list_shows(self, client_for: Any, people: Any, shelf: Any) -> None:
        browser = client_for(people["jan"])
        text = b"".join(browser.get("/results/library/export.csv?q=voluntary").streaming_content).decode("utf-8-sig")
        assert shelf.code in text
        assert "labour-agreements" not in text
        book = load_workbook(io.BytesIO(browser.get("/results/library/export.xlsx").content))
        assert any(shelf.code in [cell.value for cell in row] for sheet in book for row in sheet.iter_rows())
        assert browser.get("/results/library/export.pdf").status_code == 404

    def test_the_list_asks_a_fixed_number_of_questions(
        self, client_for: Any, people: Any, shelf: Any, django_assert_max_num_queries: Any
    ) -> None:
        browser = client_for(people["jan"])
        with django_assert_max_num_queries(20):
            browser.get(reverse("results:library"))


class TestWriting:
    def test_an_indicator_is_added(self, client_for: Any, people: Any, shelf: Any) -> None:
        given = {
            "title": "Consular staff trained",
            "unit": "people",
            "measure": "number",
            "dimensions": ["sex"],
            "elements": "GCM 10\n",
        }
        answer = client_for(people["emil"]).post(reverse("results:standard-new"), given)
        made = StandardIndicator.objects.get(code="consular-staff-trained")
        assert answer.url == reverse("results:standard", args=[made.pk])
        assert [str(one) for one in made.elements.all()] == ["GCM 10"]

    def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
        self, client_for: Any, people: Any, shelf: Any
    ) -> None:
        given = {
            "title": "Consular staff trained",
            "measure": "percentage",
            "across_projects": "sum",
            "elements": "moon 1",
        }
        page = client_for(people["emil"]).post(reverse("results:standard-new"), given)
        assert page.status_code == 422
        assert "there is no framework “moon”" in page.text
        page = client_for(people["emil"]).post(reverse("results:standard-new"), given | {"elements": ""})
        assert "Only numbers are added up." in page.text
        assert "Consular staff trained" in page.text

    def test_a_change_is_saved_as_a_version_that_the_page_explains(
        self, client_for: Any, people: Any, shelf: Any
    ) -> None:
        browser, page = client_for(people["emil"]), reverse("results:standard-edit", args=[shelf.pk])
        answer = browser.post(
            page, form_of(shelf, definition="Said anew.", reason="The old one was unclear."), follow=True
        )
        assert "Saved as version 2." in answer.text
        assert "The old one was unclear." in answer.text
        compared = browser.get(reverse("results:standard", args=[shelf.pk]) + "?from=1&to=2").text
        assert "From version 1 to version 2" in compared

    def test_two_people_who_change_it_at_once_are_told(self, client_for: Any, people: Any, shelf: Any) -> None:
        browser, page = client_for(people["emil"]), reverse("results:standard-edit", args=[shelf.pk])
        mine = form_of(shelf, definition="Mine.", reason="Mine is better.")
        browser.post(page, form_of(shelf, definition="Theirs.", reason="Theirs is better."))
        answer = browser.post(page, mine)
        assert answer.status_code == 409
        assert "Theirs." in answer.text
        assert "Mine." in answer.text
        stands = answer.context["form"]["stands"].value()
        assert browser.post(page, mine | {"stands": stands}).status_code == 302
        assert StandardIndicator.objects.get(pk=shelf.pk).definition == "Mine."

    def test_it_is_retired_and_brought_back(self, client_for: Any, people: Any, shelf: Any) -> None:
        browser, page = client_for(people["emil"]), reverse("results:standard-retire", args=[shelf.pk])
        assert browser.post(page, {"reason": ""}).status_code == 422
        assert "Bring back" in browser.post(page, {"reason": "Unused."}, follow=True).text
        assert "Bring back" not in browser.post(page, {"reason": "Used.", "back": "1"}, follow=True).text

    def test_a_dimension_is_added_and_changed(self, client_for: Any, people: Any, shelf: Any) -> None:
        browser = client_for(people["emil"])
        answer = browser.post(
            reverse("results:dimension-new"), {"name": "Place of stay", "values": "camp = Camp\nhost"}
        )
        assert answer.status_code == 302
        page = reverse("results:dimension", args=["place-of-stay"])
        stands = browser.get(page).context["form"]["stands"].value()
        wrong = browser.post(page, {"name": "Stay", "values": "a|b", "stands": stands})
        assert (wrong.status_code, "Line 1" in wrong.text) == (422, True)
        browser.post(page, {"name": "Stay", "values": "camp = In a camp\r\nhost = With hosts", "stands": stands})
        assert Dimension.objects.get(code="place-of-stay").values == [["camp", "In a camp"], ["host", "With hosts"]]

    def test_an_own_indicator_is_linked_from_its_page(self, client_for: Any, people: Any, shelf: Any) -> None:
        own = indicator(
            result(project(office=people["ana"].memberships.get().office)), "Voluntary returns", unit=shelf.unit
        )
        browser, page = client_for(people["ana"]), reverse("results:standard-link", args=[own.pk])
        assert shelf.title in browser.get(page).text
        assert browser.post(page, {"standard": "x"}).status_code == 422
        browser.post(page, {"standard": shelf.pk})
        assert Indicator.objects.get(pk=own.pk).standard == shelf
        browser.post(page, {"unlink": "1"})
        assert Indicator.objects.get(pk=own.pk).standard is None
