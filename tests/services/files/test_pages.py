"""Pages of documents: adding in the browser, reading, downloading; and who is kept out, route by route."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from migov.foundation.records.models import JournalEntry, Record
from migov.foundation.shell.search import search
from migov.services.files import work as reading
from migov.services.files.models import Document
from migov.services.jobs.models import Job
from tests.factories import person
from tests.services.files.conftest import ABOUT_TRAFFICKING, added, docx, pdf, upload, work

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]
ROUTES = ("files:page", "files:text", "files:download")
CHANGES = ("files:describe", "files:version", "files:read", "files:remove")


def statuses(client: Client, document: Document) -> set[int]:
    """What a person is answered on the list, the page, the text and the download."""
    found = {client.get(reverse(name, args=[document.pk])).status_code for name in ROUTES}
    return found | {client.get(reverse("files:of", args=[document.of_id])).status_code}


# Who sees what


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        ("public", {"ana", "boris", "carla", "galina", "hana", "ion", "jan", "kim"}),
        ("partners", {"ana", "boris", "carla", "galina", "hana", "ion", "kim"}),
        ("internal", {"ana", "boris", "carla", "galina", "hana", "kim"}),
        ("office", {"ana", "carla", "galina", "hana", "kim"}),
    ],
)
def test_who_sees_the_work_sees_its_documents_and_nobody_else(
    people: dict[str, Any], client_for: Browser, visibility: str, seen_by: set[str]
) -> None:
    document = added(work(visibility), people["ana"])
    for who in ("ana", "boris", "carla", "galina", "hana", "ion", "jan", "kim", "nobody"):
        expected = {200} if who in seen_by else {404}
        assert statuses(client_for(people[who]), document) == expected, who
    elsewhere = person("focal-point", username="vesna", country=_place("SRB"))
    assert statuses(client_for(elsewhere), document) == {404}
    for name in ROUTES:
        assert "/accounts/login/" in Client().get(reverse(name, args=[document.pk]))["Location"]
    assert "/accounts/login/" in Client().get(reverse("files:of", args=[document.of_id]))["Location"]


def _place(code: str) -> Any:
    from tests.factories import PlaceFactory

    return PlaceFactory(code=code)


def test_only_those_who_may_add_change_anything(people: dict[str, Any], client_for: Browser) -> None:
    document = added(work("public"), people["ana"])
    of = reverse("files:of", args=[document.of_id])
    for who in ("boris", "galina", "hana", "jan", "ion"):
        client = client_for(people[who])
        assert client.post(of, {"file": [upload("a.txt", "x")], "kind": "other"}).status_code == 403, who
        for name in CHANGES:
            assert client.post(reverse(name, args=[document.pk])).status_code == 403, (who, name)
        html = client.get(reverse("files:page", args=[document.pk])).content.decode()
        assert "Add a new version" not in html and "Remove" not in html
        assert "Add documents" not in client.get(of).content.decode()
    for name in CHANGES:
        assert client_for(people["nobody"]).post(reverse(name, args=[document.pk])).status_code == 404
        assert "/accounts/login/" in Client().post(reverse(name, args=[document.pk]))["Location"]
        assert client_for(people["ana"]).get(reverse(name, args=[document.pk])).status_code == 405
    assert Document.objects.count() == 1 and Record.objects.get(pk=document.pk).removed_at is None


def test_a_document_of_work_that_left_the_register_is_gone_with_it(people: dict[str, Any], client_for: Browser) -> None:
    document = added(work("public"), people["ana"])
    Record.objects.filter(pk=document.of_id).update(removed_at=document.record.created_at)
    assert statuses(client_for(people["kim"]), document) == {404}


def test_search_finds_only_what_the_person_may_see(people: dict[str, Any]) -> None:
    added(work("office"), people["ana"], name="Referral mechanism.txt")
    for who, number in {"ana": 1, "carla": 1, "boris": 0, "ion": 0, "jan": 0, "nobody": 0}.items():
        hits = [
            hit for group in search("referral mech", people[who]) for hit in group.hits if group.label == "Documents"
        ]
        assert len(hits) == number, who


# Downloading


def test_a_file_is_always_saved_and_never_run(people: dict[str, Any], client_for: Browser) -> None:
    content = "<!doctype html><script>alert(1)</script><p>Border posts</p>"
    document = added(work(), people["ana"], content, 'Übersicht "1".html')
    response = client_for(people["ana"]).get(reverse("files:download", args=[document.pk]))
    assert b"".join(response.streaming_content) == content.encode()  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment;") and "bersicht" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Type"].startswith("text/html") and "no-store" in response["Cache-Control"]


def test_a_file_that_is_gone_is_not_found(people: dict[str, Any], client_for: Browser) -> None:
    document = added(work(), people["ana"])
    document.file.storage.delete(document.file.name)
    assert client_for(people["ana"]).get(reverse("files:download", args=[document.pk])).status_code == 404


# Adding


def test_a_small_file_is_there_and_read_at_once(people: dict[str, Any], client_for: Browser) -> None:
    of = work()
    client = client_for(people["ana"])
    address = reverse("files:of", args=[of.pk])
    answer = client.post(
        address, {"file": [upload("Concept_note.docx", docx(ABOUT_TRAFFICKING))], "kind": "concept-note"}
    )
    document = Document.objects.get()
    assert answer["Location"] == reverse("files:page", args=[document.pk]) and document.is_read
    html = client.get(answer["Location"]).content.decode()
    for words in (
        "Concept note",
        "1 document was added.",
        "Concept_note.docx",
        "Word document (DOCX)",
        "concept note",
        document.sha256,
    ):
        assert words in html, words
    html = client.get(reverse("projects:documents", args=[of.pk])).content.decode()
    assert "Concept note" in html and "Add documents" in html and "Published links" in html
    assert not Job.objects.exists()


def test_several_files_are_added_and_one_that_is_refused_says_why(people: dict[str, Any], client_for: Browser) -> None:
    of = work()
    files = [
        upload("one.txt", "One."),
        upload("two.pdf", b"MZ not a PDF"),
        upload("three.txt", "Three."),
        upload("none.txt", ""),
    ]
    answer = client_for(people["ana"]).post(reverse("files:of", args=[of.pk]), {"file": files, "kind": "donor-report"})
    html = answer.content.decode()
    assert answer.status_code == 422 and "2 documents were added." in html
    assert "“two.pdf” should be: PDF file. What is in it: text file." in html and "“none.txt” is empty." in html
    assert {document.kind for document in Document.objects.all()} == {"donor-report"}
    assert 'value="donor-report" selected' in html


def test_a_form_without_a_file_says_so(people: dict[str, Any], client_for: Browser) -> None:
    client = client_for(people["ana"])
    answer = client.post(reverse("files:of", args=[work().pk]), {"kind": "other"})
    assert answer.status_code == 422 and "Choose at least one file." in answer.content.decode()
    document = added(work(), people["ana"])
    answer = client.post(reverse("files:version", args=[document.pk]))
    assert answer.status_code == 422 and "Choose a file." in answer.content.decode()
    answer = client.post(
        reverse("files:describe", args=[document.pk]), {"title": "", "kind": "other", "language": "English"}
    )
    html = answer.content.decode()
    assert answer.status_code == 422 and "Write the language as two letters" in html and 'value="English"' in html


def test_a_larger_file_is_read_by_a_job(
    people: dict[str, Any], client_for: Browser, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:  # fmt: skip
    monkeypatch.setitem(reading.AT_ONCE, "pdf", 10)
    client = client_for(people["ana"])
    with django_capture_on_commit_callbacks() as callbacks:
        answer = client.post(
            reverse("files:of", args=[work().pk]),
            {"file": [upload("long.pdf", pdf(ABOUT_TRAFFICKING))], "kind": "other"},
        )
    document = Document.objects.get()
    assert document.state == "waiting"
    assert "The text is read in the background" in client.get(answer["Location"]).content.decode()
    assert "has not been read yet" in client.get(reverse("files:text", args=[document.pk])).content.decode()
    for callback in callbacks:
        callback()
    job = Job.objects.get()
    document.refresh_from_db()
    assert (job.state, job.summary, document.state) == ("done", {"pages": 1, "passages": 1}, "read")
    assert answer["Location"] in client.get(reverse("jobs:page", args=[job.pk])).content.decode()


def test_a_job_that_cannot_read_says_why(
    people: dict[str, Any], client_for: Browser, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:  # fmt: skip
    monkeypatch.setitem(reading.AT_ONCE, "pdf", 10)
    document = added(work(), people["ana"], b"%PDF-1.7 broken", "broken.pdf")
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_for(people["ana"]).post(reverse("files:read", args=[document.pk]))
    job = Job.objects.get()
    assert answer["Location"] == reverse("jobs:page", args=[job.pk])
    assert job.state == "failed" and "It is damaged" in job.error
    document.refresh_from_db()
    assert document.state == "unreadable"


# The page, its text, its versions


def test_an_earlier_version_can_be_read_as_long_as_the_latest_is_there(
    people: dict[str, Any], client_for: Browser
) -> None:
    first = added(work("partners"), people["ana"])
    client = client_for(people["ana"])
    page = reverse("files:page", args=[first.pk])
    answer = client.post(reverse("files:version", args=[first.pk]), {"file": upload("v2.txt", "A second text.")})
    second = Document.objects.get(version=2)
    assert answer["Location"] == reverse("files:page", args=[second.pk])
    assert "Version 1" in client.get(answer["Location"]).content.decode()
    assert "kept for the record" in client.get(page).content.decode()
    assert client.post(reverse("files:remove", args=[first.pk])).status_code == 404
    assert statuses(client_for(people["ion"]), first) == {200}
    assert client.post(reverse("files:remove", args=[second.pk])).status_code == 302
    assert client.get(page).status_code == 404 == client.get(answer["Location"]).status_code


def test_the_text_is_shown_page_by_page_with_all_that_stands_between(
    people: dict[str, Any], client_for: Browser
) -> None:
    pages = [f"Page number {number} about people.\n\n{number}.{number} 2026" for number in range(1, 41)]
    document = added(work(), people["ana"], "\f".join(pages), "long.txt")
    client = client_for(people["ana"])
    address = reverse("files:text", args=[document.pk])
    first = client.get(address).content.decode()
    assert 'id="page-1"' in first and 'id="page-30"' in first and 'id="page-31"' not in first
    assert "7.7 2026" in first
    second = client.get(f"{address}?passage=35").content.decode()
    assert 'id="page-31"' in second and 'id="page-40"' in second and 'aria-current="true"' in second
    assert "Page number 35" in second.split('id="p35"')[1].split("</div>")[0]
    assert 'id="page-1"' in client.get(f"{address}?passage=35&page=1").content.decode()
    for nonsense in ("?passage=x", "?passage=-3", "?passage=999999", "?page=x", "?passage=99999999999999999999"):
        assert client.get(address + nonsense).status_code == 200


def test_hostile_words_stay_words(people: dict[str, Any], client_for: Browser) -> None:
    hostile = "<script>alert(1)</script> people"
    document = added(work(), people["ana"], hostile, "<b>x.txt")
    client = client_for(people["ana"])
    client.post(reverse("files:describe", args=[document.pk]), {"title": hostile, "kind": "other"})
    for address in (
        *(reverse(name, args=[document.pk]) for name in ROUTES[:2]),
        reverse("files:of", args=[document.of_id]),
    ):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html and "<b>x" not in html


def test_the_journal_of_the_project_tells_what_became_of_its_documents(
    people: dict[str, Any], client_for: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    document = added(work(), people["ana"])
    with caplog.at_level(logging.ERROR):
        html = client_for(people["ana"]).get(reverse("projects:history", args=[document.of_id])).content.decode()
    assert "Document added" in html and "Document read" in html and not caplog.records
    assert JournalEntry.objects.filter(record_id=document.pk).count() == 2
