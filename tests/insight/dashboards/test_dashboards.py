"""Dashboards: how the work stands, by what is asked; the same in files; refused to outsiders; bounded."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.foundation.people.models import User
from migov.foundation.records.models import RecordTheme, Stage
from migov.work.results.models import StandardIndicator
from tests.factories import ThemeFactory, cast, country_office, indicator, project, result, values

pytestmark = pytest.mark.django_db
PAGE = reverse("dashboards:dashboard")


@pytest.fixture
def people() -> dict[str, User]:
    return cast()


@pytest.fixture
def work(people: dict[str, User]) -> None:
    """Two projects: one of Tirana on track, one of Chisinau with a late value and ending next month; one still in preparation."""
    standard = StandardIndicator.objects.create(
        code="assisted", title="People assisted", unit="people", across_projects="sum"
    )
    tirana, chisinau = country_office("tirana"), country_office("chisinau")
    good = project(title="Shelter North", office=tirana, places={"ALB": 100})
    late = project(
        title="Return East", office=chisinau, places={"MDA": 100}, ends=timezone.localdate() + timedelta(days=30)
    )
    for of, actual in ((good, 120), (late, None)):
        made = indicator(result(of), standard=standard, unit="people", across_periods="sum")
        values(made, 2024, target=100, actual=actual)
    RecordTheme.objects.create(record=good.record, theme=ThemeFactory(code="protection"))
    values(indicator(result(project(title="An idea", stage=Stage.IDEA))), 2024, target=1)


@pytest.fixture
def emil(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["emil"])
    return client


@pytest.mark.parametrize("address", [PAGE, reverse("dashboards:file", args=["pdf"])])
def test_outsiders_are_refused(client: Client, people: dict[str, User], work: None, address: str) -> None:
    assert client.get(address).status_code == 302
    client.force_login(people["nobody"])
    assert client.get(address).status_code == 403


def test_a_focal_point_sees_nothing_of_other_countries(client: Client, people: dict[str, User], work: None) -> None:
    client.force_login(people["ion"])
    page = client.get(PAGE)
    assert "Shelter North" not in page.content.decode()


def test_the_region_stands_so(emil: Client, work: None) -> None:
    page = emil.get(PAGE).content.decode()
    assert "All projects" in page and "An idea" not in page
    assert "People assisted" in page and "120" in page
    attention = page.split("What needs attention")[1]
    assert "Return East" in attention and "Shelter North" not in attention
    assert "end within three months" in attention


@pytest.mark.parametrize(
    ("by", "words"),
    [("office", "Tirana"), ("theme", "rotection"), ("country", "Albania"), ("project", "Shelter North")],
)
def test_indicators_are_told_apart(emil: Client, work: None, by: str, words: str) -> None:
    page = emil.get(PAGE, {"by": by}).content.decode()
    assert words in page.split("How the indicators stand")[1].split("What changed")[0]


def test_an_office_has_its_own(emil: Client, work: None) -> None:
    page = emil.get(PAGE, {"office": "tirana"}).content.decode()
    assert "Return East" not in page
    assert "Nothing is late" in page


def test_bad_questions_are_told(emil: Client, work: None) -> None:
    page = emil.get(PAGE, {"office": "atlantis"}).content.decode()
    assert "could not be used as it is" in page
    assert "How the indicators stand" not in page
    assert emil.get(reverse("dashboards:file", args=["pdf"]), {"office": "atlantis"}).status_code == 400
    assert emil.get(PAGE, {"by": "colour"}).status_code == 404
    assert emil.get(reverse("dashboards:file", args=["csv"])).status_code == 404


def test_the_files_hold_the_same(emil: Client, work: None) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(emil.get(reverse("dashboards:file", args=["xlsx"])).content), read_only=True
    )
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"People assisted", "Return East"} <= cells
    assert emil.get(reverse("dashboards:file", args=["pdf"])).content.startswith(b"%PDF")
    assert emil.get(reverse("dashboards:file", args=["docx"])).status_code == 200


def test_nothing_to_show_is_said(emil: Client) -> None:
    assert "Nothing is late" in emil.get(PAGE).content.decode()


def test_queries_do_not_grow_with_the_portfolio(emil: Client, work: None, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        values(indicator(result(project(title=f"More {number}", places={"SRB": 100}))), 2024, target=5, actual=5)
    for by in ("office", "country"):
        with django_assert_max_num_queries(50):
            emil.get(PAGE, {"by": by})
