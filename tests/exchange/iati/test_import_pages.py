"""The import pages: upload, past imports, problems; and who is kept out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from migov.exchange.iati.actions import JOB, run_import
from migov.foundation.records.models import Record
from migov.services.jobs.models import Job, JobState
from migov.services.jobs.registry import JobRefused
from migov.services.jobs.running import JobContext
from migov.work.projects.models import Project
from tests.exchange.iati.conftest import activity, document
from tests.factories import country_office, person

Browser = Callable[[Any], Client]
OUTSIDERS = ["ana", "carla", "dora", "fatos", "galina", "hana", "ion", "jan", "nobody"]


def upload(content: str | bytes, name: str = "our file.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def stored_files() -> list[Path]:
    return list((Path(settings.MIGOV_HOME) / "uploads").glob("*"))


@pytest.mark.django_db(transaction=True)
def test_an_upload_is_imported_and_its_result_shown(client_for: Browser, complete: str) -> None:
    from tests.factories import cast

    emil = cast()["emil"]
    browser = client_for(emil)
    broken = activity('<budget><value value-date="2024-01-01">much</value></budget>', identifier="XX-BROKEN")
    text = complete.replace("</iati-activities>", broken + "</iati-activities>")

    answer = browser.post(reverse("iati:imports"), {"file": upload(text), "visibility": "internal"})

    job = Job.objects.get(kind="iati-import")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("jobs:page", args=[job.pk])
    assert (job.state, job.by, job.summary["created"], job.summary["broken"]) == (JobState.DONE, emil, 2, 1)
    assert Record.objects.get(reference="XX-TEST-1").visibility == "internal"
    assert stored_files() == []

    page = browser.get(reverse("iati:import", args=[job.pk])).content.decode()
    assert "XX-BROKEN" in page
    assert "1 activity was not loaded" in page
    assert "/iati-activities/iati-activity[3]/budget/value" in page
    listed = browser.get(reverse("iati:imports")).content.decode()
    assert "Import of our file.xml" in listed

    answer = browser.get(reverse("iati:problems", args=[job.pk]))
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (rows[0]["severity"], rows[0]["identifier"], rows[0]["value"]) == ("not loaded", "XX-BROKEN", "much")


@pytest.mark.django_db(transaction=True)
def test_a_file_damaged_further_down_fails_and_says_why(client_for: Browser) -> None:
    browser = client_for(person("mande"))
    browser.post(reverse("iati:imports"), {"file": upload(document(activity())[:-5]), "visibility": "public"})
    job = Job.objects.get(kind="iati-import")
    assert job.state == JobState.FAILED
    assert "Nothing was changed" in job.error
    assert not Project.objects.exists()
    assert stored_files() == []
    page = browser.get(reverse("iati:import", args=[job.pk])).content.decode()
    assert "not well-formed" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "not an XML file"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><iati-activities/>", "document type or entities"),
        (b"<iati-organisations/>", "IATI organisations"),
    ],
)
def test_a_wrong_file_is_refused_at_the_form(client_for: Browser, content: bytes, words: str) -> None:
    browser = client_for(person("mande"))
    answer = browser.post(reverse("iati:imports"), {"file": upload(content, "innocent.xml"), "visibility": "public"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_too_large_is_refused_at_the_form(client_for: Browser, settings: Any) -> None:
    settings.MIGOV_IMPORT_MAX_BYTES = 50
    answer = client_for(person("mande")).post(
        reverse("iati:imports"), {"file": upload(document(activity())), "visibility": "public"}
    )
    assert answer.status_code == 422
    assert "larger than imports may be" in answer.content.decode()


@pytest.mark.django_db
def test_an_officer_of_one_country_is_offered_its_own_office(client_for: Browser) -> None:
    tirana, chisinau = country_office("tirana"), country_office("chisinau")
    browser = client_for(person("mande", tirana))
    page = browser.get(reverse("iati:imports")).content.decode()
    assert "Tirana" in page
    assert "Chisinau" not in page
    form = {"file": upload(document(activity())), "visibility": "public", "office": chisinau.pk}
    assert browser.post(reverse("iati:imports"), form).status_code == 422
    assert not Job.objects.exists()


@pytest.fixture
def job(db: None) -> Job:
    return Job.objects.create(
        kind=JOB, title="Import of x.xml", by=person("mande"), parameters={"stored": f"{'0' * 32}.iati"}
    )


@pytest.mark.django_db
@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_are_refused(people: dict[str, Any], client_for: Browser, job: Job, who: str) -> None:
    browser = client_for(people[who])
    for address in (
        reverse("iati:imports"),
        reverse("iati:import", args=[job.pk]),
        reverse("iati:problems", args=[job.pk]),
    ):
        assert browser.get(address).status_code == 403
    form = {"file": upload(document(activity())), "visibility": "public"}
    assert browser.post(reverse("iati:imports"), form).status_code == 403
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_strangers_are_sent_to_sign_in(job: Job) -> None:
    for address in (reverse("iati:imports"), reverse("iati:problems", args=[job.pk])):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert "login" in answer["Location"]


@pytest.mark.django_db
def test_jobs_of_other_rooms_are_not_shown_here(client_for: Browser) -> None:
    other = Job.objects.create(kind="something-else", title="Other")
    assert client_for(person("mande")).get(reverse("iati:import", args=[other.pk])).status_code == 404


@pytest.mark.django_db
def test_the_list_takes_few_queries(client_for: Browser, django_assert_max_num_queries: Callable[..., Any]) -> None:
    emil = person("mande")
    Job.objects.bulk_create(Job(kind=JOB, title=f"Import {n}", by=emil) for n in range(40))
    browser = client_for(emil)
    browser.get(reverse("iati:imports"))
    with django_assert_max_num_queries(8):
        assert browser.get(reverse("iati:imports")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("stored", ["0" * 32 + ".iati", "../../etc/passwd", "secret-key"])
def test_a_job_whose_file_is_gone_or_not_ours_is_refused(stored: str) -> None:
    context = JobContext(1, {"stored": stored, "name": "x", "office": None, "visibility": "public"}, person("mande"))
    with pytest.raises(JobRefused, match="no longer there"):
        run_import(context)
