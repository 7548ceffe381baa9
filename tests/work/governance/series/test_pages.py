"""Pages of the official series: what a person reads, who may, files, and how many questions a page asks."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from migov.foundation.people.access import SYSTEM
from migov.work.governance.assess.series.loading import load_series
from migov.work.governance.assess.series.overview import on_front_page
from tests.work.governance.series.published import files

pytestmark = pytest.mark.django_db
REGION = "/governance/series/"


@pytest.fixture
def loaded(db: None) -> None:
    load_series(files(), by=SYSTEM)


def pages() -> list[str]:
    return [
        reverse("governance:series"), reverse("governance:series-share", args=["domain1"]),
        reverse("governance:series-place", args=["alb"]), reverse("governance:series-export", args=["csv"]),
        reverse("governance:series-export", args=["xlsx"]),
    ]  # fmt: skip


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("name", ["ana", "fatos", "galina", "ion", "jan"])
def test_whoever_holds_a_role_may_read(loaded: None, people: dict[str, Any], client_for: Any, name: str) -> None:
    client = client_for(people[name])
    for page in pages():
        assert client.get(page).status_code == 200, page


def test_nobody_else_may(loaded: None, people: dict[str, Any], client_for: Any, client: Any) -> None:
    for page in pages():
        assert client_for(people["nobody"]).get(page).status_code == 403, page
        assert client.get(page).status_code == 302, page
        assert client_for(people["fatos"]).post(page).status_code == 405, page


def test_the_region_is_shown_with_words_and_its_share(loaded: None, people: dict[str, Any], client_for: Any) -> None:
    text = text_of(client_for(people["fatos"]).get(REGION))
    assert "3 of 20 territories have a category for 2019." in text
    assert "requires further progress" in text
    assert '<td class="gs-4">4 <span>fully meets</span></td>' in text
    assert "<b>100.0" in text and "3 of 3" in text  # all domains: three of three
    assert "<b>33.3" in text and "1 of 3" in text  # domain 1
    assert "World" in text and "54.1" in text
    assert "Loaded on" in text


def test_kosovo_is_not_in_the_series_and_never_without_progress(
    loaded: None, people: dict[str, Any], client_for: Any
) -> None:
    client = client_for(people["fatos"])
    text = text_of(client.get(REGION))
    row = text.split("Kosovo*</a>")[1].split("</tr>")[0]
    assert "not in the series" in row and "gs-1" not in row
    assert "1244 (1999)" in text
    page = text_of(client.get(reverse("governance:series-place", args=["xkx"])))
    assert "Not in the series: no category has been published. That says nothing about its policies." in page
    assert "1244 (1999)" in page
    share = text_of(client.get(reverse("governance:series-share", args=["domain1"])))
    assert "not counted: nothing published" in share.split("Kosovo*</a>")[1].split("</tr>")[0]


def test_behind_a_share_stand_the_countries_it_is_made_of(
    loaded: None, people: dict[str, Any], client_for: Any
) -> None:
    text = text_of(client_for(people["fatos"]).get(reverse("governance:series-share", args=["domain1"])))
    assert "1 of 3 that report meet or fully meet; 20 territories in all." in text
    assert "55.0" in text  # the world, as published
    row = text.split("Albania</a>")[1].split("</tr>")[0]
    assert "partially meets" in row and "does not meet yet" in row


def test_year_and_sub_region_are_chosen_by_the_address(loaded: None, people: dict[str, Any], client_for: Any) -> None:
    load_series(files({"8": "4444444"}, year=2021), by=SYSTEM)
    client = client_for(people["fatos"])
    assert "1 of 20 territories have a category for 2021." in text_of(client.get(REGION))
    text = text_of(client.get(REGION, {"year": "2019", "subregion": "SEE"}))
    assert "2 of 7 territories have a category for 2019." in text
    assert "Moldova" not in text.split("<tbody>")[1]
    assert "not in this year" in text_of(client.get(REGION))
    for odd in ({"year": "1066"}, {"year": "x"}, {"subregion": "ATLANTIS"}, {"year": "²"}):
        assert client.get(REGION, odd).status_code == 200


def test_when_nothing_is_loaded_the_page_says_so_and_how(people: dict[str, Any], client_for: Any) -> None:
    client = client_for(people["fatos"])
    text = text_of(client.get(REGION))
    assert "has not been loaded" in text and "migov import sdg-10-7-2 FOLDER" in text
    assert "has not been loaded" in text_of(client.get(reverse("governance:series-place", args=["alb"])))
    assert client.get(reverse("governance:series-share", args=["domain1"])).status_code == 404
    assert client.get(reverse("governance:series-export", args=["csv"])).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/governance/series/shares/domain7/",
        "/governance/series/countries/fra/",
        "/governance/series/countries/zzz/",
        "/governance/series/export/exe/",
    ],
)
def test_what_there_is_not(loaded: None, people: dict[str, Any], client_for: Any, address: str) -> None:
    assert client_for(people["fatos"]).get(address).status_code == 404


def test_the_files_hold_what_the_page_shows(loaded: None, people: dict[str, Any], client_for: Any) -> None:
    client = client_for(people["fatos"])
    response = client.get(reverse("governance:series-export", args=["csv"]))
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 21
    assert any("Albania" in line and "2 partially meets" in line for line in lines)
    assert any("Kosovo*" in line and "not in the series" in line for line in lines)
    book = load_workbook(BytesIO(client.get(reverse("governance:series-export", args=["xlsx"])).content))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "Channel Islands" not in cells
    assert "computed: 3 report, of 20" in cells and "World" in cells
    assert any("1244 (1999)" in cell for cell in cells)


def test_pages_ask_few_questions(
    loaded: None, people: dict[str, Any], client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for(people["fatos"])
    client.get(REGION)
    for page in pages():
        with django_assert_max_num_queries(16):
            client.get(page)


def test_the_front_page_is_told_the_share_of_the_region(people: dict[str, Any]) -> None:
    assert on_front_page(people["nobody"]) is None
    empty = on_front_page(people["fatos"])
    assert empty is not None
    assert (list(empty.rows), empty.empty) == ([], "The official series has not been loaded.")
    load_series(files({"8": "3244332", "498": "2344422"}), by=SYSTEM)
    told = on_front_page(people["ion"])
    assert told is not None
    assert [row.label for row in told.rows] == ["50.0 % meet or fully meet, 2019", "World, as published: 54.1 %"]
    assert "1 of 2 that report" in told.rows[0].note
    assert told.rows[0].url == "/governance/series/shares/alldomains/?year=2019"


@pytest.mark.parametrize("year", ["9" * 5000, "٢٠١٩", "-1", ""])
def test_a_year_that_is_none_shows_the_latest(people: dict[str, Any], client_for: Any, year: str) -> None:
    page = client_for(people["jan"]).get("/governance/series/", {"year": year})
    assert page.status_code == 200
