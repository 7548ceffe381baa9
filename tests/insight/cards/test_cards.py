"""Results cards: one page, made of the figures, refused to outsiders."""

from __future__ import annotations

import io
from typing import Any

import docx
import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from migov.foundation.people.models import User
from migov.services.alignment.models import Alignment
from migov.work.projects.models import Organisation, Project
from migov.work.results.models import Measurement, Slice, StandardIndicator
from tests.factories import cast, element, indicator, project, result, values

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    return cast()


@pytest.fixture
def shelter() -> Project:
    """A project in Moldova with thirty indicators; one counts people, by sex, and follows a standard."""
    made = project(title="Shelter North", reference="MD-1", places={"MDA": 100})
    made.record.summary = "Shelters for victims. " * 60
    made.record.save()
    outcome = result(made)
    output = result(made, "Shelters run", level="output", parent=outcome)
    for number in range(29):
        some = indicator(
            output, f"Shelters run by the ministry, number {number} " + "and its staff " * 12, across_periods="sum"
        )
        values(some, 2024, target=100, actual=90)
    standard = StandardIndicator.objects.create(
        code="assisted", title="People assisted", unit="people", across_projects="sum"
    )
    reach = indicator(
        outcome, "People assisted", counts_people=True, across_periods="sum", standard=standard, unit="people"
    )
    period = values(reach, 2024, target=1000, actual=1234)
    for sex, value in (("f", 900), ("m", 300)):
        cut = Slice.objects.create(key=f"sex={sex}", family="sex", parts=[["sex", sex]], sex=sex)
        Measurement.objects.create(indicator=reach, period=period, kind="a", value=value, slice=cut)
    return made


@pytest.fixture
def emil(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["emil"])
    return client


def address(of: Project, fmt: str = "") -> str:
    return reverse("cards:project-file", args=[of.pk, fmt]) if fmt else reverse("cards:project", args=[of.pk])


@pytest.mark.parametrize("fmt", ["", "pdf"])
def test_outsiders_are_refused(client: Client, people: dict[str, User], shelter: Project, fmt: str) -> None:
    country = reverse("cards:country-file", args=["MDA", fmt]) if fmt else reverse("cards:country", args=["MDA"])
    assert client.get(address(shelter, fmt)).status_code == 302
    client.force_login(people["nobody"])
    assert client.get(address(shelter, fmt)).status_code == 403
    assert client.get(country).status_code == 403
    client.force_login(people["ion"])  # Moldova's, but the project is internal
    assert client.get(address(shelter, fmt)).status_code == 404
    albania = country.replace("MDA", "ALB")
    project(places={"ALB": 100})
    assert client.get(albania).status_code == 403


def test_the_card_of_a_project_says_what_changed(emil: Client, shelter: Project) -> None:
    page = emil.get(address(shelter)).content.decode()
    assert "Shelter North" in page
    assert "1,234" in page and "75\u00a0%" in page
    assert page.index("People assisted") < page.index("Shelters run by the ministry")
    assert "22 further indicators are not shown" in page
    assert reverse("projects:page", args=[shelter.pk]) in page
    assert f'href="{address(shelter)}"' in emil.get(reverse("projects:page", args=[shelter.pk])).content.decode()


def test_a_project_without_values_says_so(emil: Client) -> None:
    assert "No value was reported yet" in emil.get(address(project(title="New"))).content.decode()


def test_the_card_of_a_country_rolls_up_its_projects(emil: Client, shelter: Project) -> None:
    page = emil.get(reverse("cards:country", args=["mda"])).content.decode()
    assert "People assisted" in page and "1,234" in page and "Shelter North" in page
    assert f"{reverse('results:rollup', args=['assisted'])}?country=MDA" in page
    assert "No project here" in emil.get(reverse("cards:country", args=["ALB"])).content.decode()
    assert emil.get(reverse("cards:country", args=["XXX"])).status_code == 404


def test_the_files_fill_one_page(emil: Client, shelter: Project) -> None:
    """Whatever there is to say: thirty indicators with long titles, alignments with many elements, partners with long names."""
    for framework in ("gcm", "sdg", "migof", "srf"):
        for number in range(6):
            made = element(
                f"{number}", framework, title="Strengthen the transnational response to the smuggling of migrants " * 2
            )
            Alignment.objects.create(record=shelter.record, element=made, origin="declared", status="confirmed")
    for role in "1234":
        for number in range(8):
            body = Organisation.objects.create(
                name=f"Ministry of Interior and of Everything Else in the Country {role}{number}"
            )
            shelter.participations.create(organisation=body, role=role)
    for url in (address(shelter, "pdf"), reverse("cards:country-file", args=["MDA", "pdf"])):
        answer = emil.get(url)
        assert answer["Content-Type"] == "application/pdf"
        assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) == 1
    written = docx.Document(io.BytesIO(emil.get(address(shelter, "docx")).content))
    assert any("Shelter North" in paragraph.text for paragraph in written.paragraphs)
    assert emil.get(address(shelter, "xlsx")).status_code == 404


def test_cards_ask_a_bounded_number_of_times(
    emil: Client, shelter: Project, django_assert_max_num_queries: Any
) -> None:
    emil.get(reverse("cards:country", args=["MDA"]))
    with django_assert_max_num_queries(30):
        emil.get(address(shelter))
    with django_assert_max_num_queries(60):
        emil.get(reverse("cards:country", args=["MDA"]))
