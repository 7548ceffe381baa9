"""Publishing as IATI: the files, their public address, the page, and who is kept out."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import include, path, reverse
from lxml import etree

from migov.exchange.iati.check import check_file
from migov.exchange.iati.export_choice import Choice
from migov.exchange.iati.export_organisation import export_organisation
from migov.exchange.iati.export_reporter import ExportRefused
from migov.exchange.iati.models import Publication
from migov.exchange.iati.publish import publish, standing, take_back
from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import JournalEntry, Stage, Visibility
from migov.services.jobs.models import Job, JobState
from migov.work.projects.models import Budget, Project
from tests.factories import cast, person, project

Browser = Callable[[Any], Client]
Official = Callable[[str], Path]
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.exchange.iati.test_publish")]
OUTSIDERS = ["ana", "boris", "carla", "dora", "fatos", "galina", "hana", "ion", "jan", "nobody"]
ACTIVITIES, ORGANISATION = "/iati/activities.xml", "/iati/organisation.xml"

# The addresses of the site, and the public ones of this room in case the site does not have them yet.
urlpatterns = [path("iati/", include("migov.exchange.iati.publish_urls")), path("", include("migov.site.urls"))]


@pytest.fixture(autouse=True)
def ready(settings: Any, tmp_path: Path) -> None:
    settings.MIGOV_IATI_ORG, settings.MIGOV_IATI_ORG_NAME, settings.MIGOV_IATI_ORG_TYPE = "XM-DAC-47066", "IOM", "40"
    settings.MIGOV_IATI_PUBLISH, settings.MIGOV_IATI_STANDARD = True, ""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MIGOV_REPORTING_CURRENCY = "USD"


def made(reference: str = "MDA-1", **fields: Any) -> Project:
    """A project made here that may be published."""
    one = project(
        places={"MDA": None}, reference=reference, title=f"Project {reference}", summary="Advice.",
        **({"visibility": Visibility.PUBLIC} | fields),
    )  # fmt: skip
    one.planned_start, one.planned_end = date(2025, 1, 1), date(2026, 6, 30)
    one.save()
    return one


def budget(of: Project, starts: date, ends: date, amount: int, currency: str = "USD") -> None:
    Budget.objects.create(project=of, starts=starts, ends=ends, amount=amount, currency=currency, value_date=starts)


# The organisation


def test_the_organisation_file_holds_who_reports_and_budgets_by_calendar_year(official: Official) -> None:
    one = made()
    budget(one, date(2024, 7, 1), date(2025, 6, 30), 365)
    budget(made("MDA-2", visibility=Visibility.INTERNAL), date(2025, 1, 1), date(2025, 12, 31), 1000)
    out = io.BytesIO()
    summary = export_organisation(out, choice=Choice())
    assert summary.years == {2024: Decimal(184), 2025: Decimal(181)}
    root = etree.fromstring(out.getvalue())
    assert root.findtext("iati-organisation/organisation-identifier") == "XM-DAC-47066"
    assert root.xpath("//total-budget/value/text()") == ["184", "181"]
    assert check_file(io.BytesIO(out.getvalue()), official("")).errors == 0


def test_a_year_with_a_budget_that_cannot_be_converted_is_left_out() -> None:
    one = made()
    budget(one, date(2024, 1, 1), date(2024, 12, 31), 100)
    budget(one, date(2025, 1, 1), date(2025, 12, 31), 100)
    budget(one, date(2025, 1, 1), date(2025, 3, 31), 100, currency="XAU")
    summary = export_organisation(io.BytesIO(), choice=Choice())
    assert (summary.years, summary.unconverted) == ({2024: Decimal(100)}, 1)


# Publishing


def test_what_is_published_is_served_without_sign_in(client: Client) -> None:
    made()
    made("MDA-2", visibility=Visibility.INTERNAL)
    publish(by=SYSTEM)
    answer = client.get(ACTIVITIES)
    body = b"".join(answer.streaming_content)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    assert int(answer["Content-Length"]) == len(body)
    assert etree.fromstring(body).xpath("//iati-identifier/text()") == ["XM-DAC-47066-MDA-1"]
    assert "public" in answer["Cache-Control"]
    assert answer["Last-Modified"]
    assert b"XM-DAC-47066" in b"".join(client.get(ORGANISATION).streaming_content)


def test_it_travels_compressed_and_only_when_it_changed(client: Client) -> None:
    made()
    publish(by=SYSTEM)
    zipped = client.get(ACTIVITIES, headers={"accept-encoding": "gzip"})
    assert zipped["Content-Encoding"] == "gzip"
    assert b"MDA-1" in gzip.decompress(b"".join(zipped.streaming_content))
    again = client.get(ACTIVITIES, headers={"accept-encoding": "gzip", "if-none-match": zipped["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = client.get(ACTIVITIES, headers={"if-modified-since": zipped["Last-Modified"]})
    assert since.status_code == 304


def test_with_the_setting_off_or_nothing_published_there_is_nothing(client: Client, settings: Any) -> None:
    made()
    assert client.get(ACTIVITIES).status_code == 404
    publish(by=SYSTEM)
    settings.MIGOV_IATI_PUBLISH = False
    assert client.get(ACTIVITIES).status_code == 404
    assert client.get(ORGANISATION).status_code == 404


def test_the_public_address_takes_nothing(client: Client) -> None:
    assert client.post(ACTIVITIES).status_code == 405


def test_the_publication_before_is_kept() -> None:
    made()
    first = publish(by=SYSTEM)
    made("MDA-2")
    second = publish(by=SYSTEM)
    first.refresh_from_db()
    assert first.ended_at == second.at
    assert standing() == second
    assert (first.activities, second.activities) == (1, 2)
    with gzip.open(first.activities_file.open("rb")) as file:
        assert b"MDA-2" not in file.read()
    assert JournalEntry.objects.filter(verb="published as IATI").count() == 2


def test_taking_back(client: Client) -> None:
    made()
    publish(by=SYSTEM)
    assert take_back(by=SYSTEM)
    assert client.get(ACTIVITIES).status_code == 404
    assert not take_back(by=SYSTEM)
    assert Publication.objects.count() == 1


def test_what_the_schema_does_not_accept_is_left_out_and_named(settings: Any, official: Official, load: Any) -> None:
    settings.MIGOV_IATI_STANDARD = str(official(""))
    made()
    broken = (
        '<iati-activities version="2.03"><iati-activity><iati-identifier>XM-DAC-47066-X</iati-identifier>'
        '<reporting-org ref="XM-DAC-47066" type="40"><narrative>IOM</narrative></reporting-org>'
        '<title><narrative>T</narrative></title><activity-status code="2"/></iati-activity></iati-activities>'
    )
    load(broken)
    publication = publish(by=SYSTEM)
    assert publication.invalid == ["XM-DAC-47066-X"]
    assert publication.left_out["invalid"] == 1
    assert (publication.activities, publication.checked["errors"]) == (1, 0)


def test_without_an_organisation_nothing_is_published(settings: Any) -> None:
    made()
    settings.MIGOV_IATI_ORG = ""
    with pytest.raises(ExportRefused, match="MIGOV_IATI_ORG"):
        publish(by=SYSTEM)
    assert not Publication.objects.exists()


# The page


def test_the_page_says_what_goes_out_and_what_not_and_links_to_it(client_for: Browser) -> None:
    browser = client_for(person("mande"))
    made()
    made("MDA-2", visibility=Visibility.INTERNAL)
    made("MDA-3", stage=Stage.PROPOSAL)
    page = browser.get(reverse("iati:publish")).content.decode()
    assert "Will be published" in page
    assert "Left out: not public" in page
    assert "Left out: at a stage that is not published" in page
    assert "Nothing is published." in page
    listed = browser.get(reverse("iati:publish-projects") + "?why=not-public").content.decode()
    assert "Project MDA-2" in listed
    assert "Project MDA-1" not in listed
    assert "Project MDA-1" in browser.get(reverse("iati:publish-projects")).content.decode()
    assert browser.get(reverse("iati:publish-projects") + "?why=guess").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_publishing_by_hand(client_for: Browser) -> None:
    emil = cast()["emil"]
    browser = client_for(emil)
    made()
    answer = browser.post(reverse("iati:publish"))
    job = Job.objects.get(kind="iati-publish")
    assert answer["Location"] == reverse("jobs:page", args=[job.pk])
    assert (job.state, job.summary["activities"]) == (JobState.DONE, 1)
    page = browser.get(reverse("iati:publish")).content.decode()
    assert "1 project, published" in page
    assert "not checked" in page
    publication = Publication.objects.get()
    assert publication.by == emil
    file = browser.get(reverse("iati:publication", args=[publication.pk, "activities"]))
    assert b"MDA-1" in gzip.decompress(b"".join(file.streaming_content))
    assert browser.get(reverse("iati:publication", args=[publication.pk, "passwords"])).status_code == 404
    assert browser.post(reverse("iati:take-back")).status_code == 302
    assert standing() is None


def test_the_page_says_who_has_to_be_named(client_for: Browser, settings: Any) -> None:
    settings.MIGOV_IATI_ORG = ""
    browser = client_for(person("mande"))
    assert "Nobody is named who reports" in browser.get(reverse("iati:publish")).content.decode()
    answer = browser.post(reverse("iati:publish"), follow=True)
    assert "MIGOV_IATI_ORG" in answer.content.decode()
    assert not Job.objects.exists()


def test_the_number_of_queries_does_not_grow(client_for: Browser, django_assert_max_num_queries: Any) -> None:
    browser = client_for(person("mande"))
    for number in range(20):
        made(f"MDA-{number}")
    publish(by=SYSTEM)
    with django_assert_max_num_queries(14):
        browser.get(reverse("iati:publish"))
    with django_assert_max_num_queries(14):
        browser.get(reverse("iati:publish-projects"))


@pytest.mark.parametrize("name", OUTSIDERS)
def test_others_are_kept_out(name: str, client_for: Browser) -> None:
    made()
    publication = publish(by=SYSTEM)
    outsider = cast()[name]
    browser = client_for(outsider)
    for address in (reverse("iati:publish"), reverse("iati:publish-projects"),
                    reverse("iati:publication", args=[publication.pk, "activities"])):  # fmt: skip
        assert browser.get(address).status_code == 403
    assert browser.post(reverse("iati:publish")).status_code == 403
    assert browser.post(reverse("iati:take-back")).status_code == 403
    for act in (publish, take_back):
        with pytest.raises(PermissionDenied):
            act(by=outsider)
    assert standing() == publication


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    for name in ("iati:publish", "iati:publish-projects"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302
        assert "login" in answer["Location"]
