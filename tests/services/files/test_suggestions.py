"""What a document is aligned with is built from its passages, each with its page and the place of its words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Record
from migov.insight.contributions.models import ShareOf
from migov.insight.contributions.work import make_figures
from migov.services.alignment import actions as alignment
from migov.services.alignment.models import Alignment
from migov.services.files.models import Document
from migov.services.jobs.models import Job
from migov.services.matching import Framework
from migov.services.suggestions import answering, matcher, sources
from migov.services.suggestions.actions import NothingToRead, suggest
from migov.services.suggestions.many import suggest_many
from migov.services.suggestions.models import Examined
from tests.factories import element
from tests.services.files.conftest import ABOUT_TRAFFICKING, added, pdf, work
from tests.services.suggestions.conftest import PredictableMatcher

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}
PAGES = ("Houses are built for staff.", ABOUT_TRAFFICKING, "Trafficking again. And smuggling of migrants by sea.")


@pytest.fixture
def document(people: dict[str, Any], reader: PredictableMatcher) -> Document:
    """A document of three pages; the second and third speak of trafficking, the third of smuggling too."""
    return added(work(), people["ana"], pdf(*PAGES), "Proposal.pdf")


def standing(record: Record) -> dict[str, Alignment]:
    rows = Alignment.objects.current().filter(record=record).select_related("element__framework")
    return {f"{row.element.framework.code} {row.element.code}": row for row in rows}


def test_each_passage_is_read_by_itself_and_the_reasons_carry_page_and_place(
    document: Document, people: dict[str, Any], reader: PredictableMatcher
) -> None:
    readings = suggest(document.record, ["gcm"], by=people["ana"])
    assert [text.strip()[:10] for code, text in reader.read if text] == ["Houses are", "Victims of", "Traffickin"]
    found = standing(document.record)
    assert {key: row.status for key, row in found.items()} == {
        "gcm 9": "proposed",
        "gcm 10": "proposed",
        "gcm 11": "proposed",
    }
    assert readings[0].fits == 3 and readings[0].answer.threshold == 0.5
    reasons = found["gcm 10"].reasons
    assert reasons["probability"] == 0.92 and {span["page"] for span in reasons["spans"]} == {2, 3}
    passages = {passage.number: passage for passage in document.passages.all()}
    for span in reasons["spans"]:
        passage = passages[span["passage"]]
        assert passage.page == span["page"]
        assert [passage.text[start:end].lower() for start, end in span["places"]] == ["trafficking"]
        assert [span["text"][start:end].lower() for start, end in span["marks"]] == ["trafficking"]
    (span,) = found["gcm 9"].reasons["spans"]
    assert span["page"] == 3
    assert Examined.objects.get(record=document.record, framework__code="gcm").proposed == 3


def test_many_documents_are_read_like_one(document: Document, reader: PredictableMatcher) -> None:
    suggest_many([document.pk, document.of_id], ["gcm"], by=SYSTEM)
    alone = {key: row.reasons for key, row in standing(document.record).items()}
    assert set(alone) == {"gcm 9", "gcm 10", "gcm 11"}
    assert suggest_many([document.pk], ["gcm"], by=SYSTEM).read_before == 1
    suggest(document.record, ["gcm"], by=SYSTEM)
    assert {key: row.reasons for key, row in standing(document.record).items()} == alone


def test_nothing_fits_is_said_of_a_document_too(people: dict[str, Any], reader: PredictableMatcher) -> None:
    document = added(work(), people["ana"], "Housing for staff is built.")
    (reading,) = suggest(document.record, ["gcm"], by=people["ana"])
    assert reading.fits == 0 and reading.best is not None and reading.best[0].code == "15"


def test_a_document_without_text_has_nothing_to_read(people: dict[str, Any], reader: PredictableMatcher) -> None:
    document = added(work(), people["ana"], b"%PDF-1.7 broken", "broken.pdf")
    with pytest.raises(NothingToRead):
        suggest(document.record, ["gcm"], by=people["ana"])


def test_long_documents_teach_nothing(document: Document) -> None:
    assert sources.texts_of([document.record, document.of]).keys() == {document.of_id}
    wording = sources.wordings([document.record])[document.pk]
    assert wording.by_passage and [part.page for part in wording.parts] == [1, 2, 3]


def test_the_panel_shows_the_words_with_a_link_to_their_page(
    document: Document, people: dict[str, Any], client_for: Browser
) -> None:
    client = client_for(people["ana"])
    html = client.post(
        reverse("suggestions:suggest", args=[document.pk]), {"framework": "gcm"}, **HTMX
    ).content.decode()
    assert "3 elements are proposed." in html
    address = reverse("files:text", args=[document.pk])
    assert re.search(rf'href="{address}\?passage=2#p2">\s*page 2\s*</a>', html)
    assert "Victims of <mark>trafficking</mark>" in html
    html = client.get(f"{address}?passage=2").content.decode()
    assert re.search(r'id="p2"[^>]*aria-current="true"', html)
    shown = html.split('id="p2"')[1].split("</div>")[0]
    assert "<mark>trafficking</mark>" in shown and "GCM 10" in shown
    row = standing(document.record)["gcm 10"]
    html = client.post(reverse("alignment:confirm", args=[row.pk]), {"view": "panel"}, **HTMX).content.decode()
    assert "confirmed" in html and 'id="alignments"' in html


def test_people_from_outside_see_no_suggestion(
    people: dict[str, Any], reader: PredictableMatcher, client_for: Browser
) -> None:
    people["ana"].first_name, people["ana"].last_name = "Ana", "Unmistakable"
    people["ana"].save()
    document = added(work("partners"), people["ana"])
    suggest(document.record, ["gcm"], by=people["ana"])
    assert (
        "Ana Unmistakable"
        in client_for(people["carla"]).get(reverse("files:page", args=[document.pk])).content.decode()
    )
    for name in ("files:page", "files:text"):
        html = client_for(people["ion"]).get(reverse(name, args=[document.pk])).content.decode()
        assert "<mark>" not in html and "GCM 10" not in html
        assert "Ana Unmistakable" not in html


def test_the_project_says_what_its_documents_speak_for_and_one_click_declares_it(
    document: Document, people: dict[str, Any], client_for: Browser
) -> None:
    suggest(document.record, ["gcm"], by=people["ana"])
    client = client_for(people["ana"])
    of = reverse("projects:page", args=[document.of_id])
    assert "Its documents speak for" not in client.get(of).content.decode()
    row = alignment.confirm(standing(document.record)["gcm 10"].pk, by=people["ana"], significance="principal")
    html = client.get(of).content.decode()
    assert "Its documents speak for" in html and "Declare for the project" in html
    assert f'{reverse("files:text", args=[document.pk])}?passage=2#p2">page 2</a>' in html
    address = reverse("files:declare", args=[document.of_id, row.pk])
    assert client_for(people["boris"]).post(address).status_code == 403
    assert client_for(people["nobody"]).post(address).status_code == 404
    assert client.post(address)["Location"] == of
    own = standing(document.of)["gcm 10"]
    assert (own.status, own.significance, own.origin) == ("confirmed", "principal", "declared")
    assert own.note == "From the document “Proposal”."
    html = client.get(of).content.decode()
    assert "Declare for the project" not in html and "declared" in html
    assert client.post(address).status_code == 302 and Alignment.objects.filter(record=document.of).count() == 1


def test_figures_of_contributions_count_projects_and_not_their_documents(
    document: Document, people: dict[str, Any]
) -> None:
    from migov.insight.contributions.models import ResultOf
    from migov.services.jobs.running import JobContext

    suggest(document.record, ["gcm"], by=people["ana"])
    alignment.confirm(standing(document.record)["gcm 10"].pk, by=people["ana"])
    make_figures(JobContext(0, {}, SYSTEM))
    assert not ShareOf.objects.exists() and not ResultOf.objects.exists()
    alignment.declare(document.of, element("10"), by=people["ana"])
    make_figures(JobContext(0, {}, SYSTEM))
    assert set(ShareOf.objects.values_list("record_id", flat=True)) == {document.of_id}


def test_backlog_and_coverage_offer_documents_as_a_kind(
    document: Document, people: dict[str, Any], client_for: Browser
) -> None:
    suggest(document.record, ["gcm"], by=people["ana"])
    client = client_for(people["carla"])
    html = client.get(reverse("suggestions:backlog") + "?framework=gcm&kind=document").content.decode()
    assert "Proposal" in html and "<mark>trafficking</mark>" in html
    plain = client.get(reverse("suggestions:backlog") + "?framework=gcm").content.decode()
    assert reverse("files:page", args=[document.pk]) not in plain
    assert client.get(reverse("suggestions:coverage") + "?kind=document").status_code == 200
    assert client.get(reverse("alignment:triage") + "?kind=document").status_code == 200


def test_queries_do_not_grow_with_the_document(
    people: dict[str, Any], reader: PredictableMatcher, client_for: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:  # fmt: skip
    of = work()
    long = added(of, people["ana"], pdf(*[f"{ABOUT_TRAFFICKING} Number {number}." for number in range(70)]), "long.pdf")
    for number in range(12):
        added(of, people["ana"], f"{ABOUT_TRAFFICKING} {number}", f"note {number}.txt")
    suggest(long.record, ["gcm"], by=people["ana"])
    client = client_for(people["ana"])
    for address, most in (
        (reverse("files:page", args=[long.pk]), 26),
        (reverse("files:text", args=[long.pk]) + "?passage=65", 16),
        (reverse("files:of", args=[of.pk]), 16),
        (reverse("projects:documents", args=[of.pk]), 20),
    ):
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_a_long_document_is_matched_by_a_job(
    document: Document, people: dict[str, Any], client_for: Browser, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    monkeypatch.setitem(answering.PARTS_AT_ONCE, False, 2)
    client = client_for(people["ana"])
    address = reverse("suggestions:suggest", args=[document.pk])
    with django_capture_on_commit_callbacks() as callbacks:
        html = client.post(address, {"framework": "gcm"}, **HTMX).content.decode()
    assert "read in the background" in html and not standing(document.record)
    for callback in callbacks:
        callback()
    job = Job.objects.get()
    assert (job.state, job.summary) == ("done", {"frameworks": 1, "proposed": 3, "withdrawn": 0})
    assert set(standing(document.record)) == {"gcm 9", "gcm 10", "gcm 11"}
    assert client_for(people["boris"]).post(address).status_code == 403
    assert Job.objects.count() == 1


# Real documents, where they are at hand

SHARED = Path(__file__).parents[4] / "shared" / "data"


def real(path: str) -> bytes:
    """A real document; skips where the collection is not there."""
    file = SHARED / path
    if not file.is_file():
        pytest.skip(f"the collection of real documents is not here: {path}")
    return file.read_bytes()


@pytest.mark.parametrize(
    ("path", "pages"),
    [
        ("evaluations/CS1137_Management_Response_Plan.pdf", True),
        ("evaluations/CS1137_Evaluation_ToR.pdf", True),
        ("evaluations/HoA_EU_JI_Management_Response_Matrix.pdf", True),
        ("evaluations/AAP_Evaluation_Management_Response_Final.docx", False),
        ("policy/texts/national_laws/sri_lanka_immigration_bill_2024/doc.docx", False),
        ("policy/texts/national_laws/brunei_immigration_act.txt", None),
    ],
)
def test_real_documents_are_read_and_their_suggestions_lead_to_the_words(
    people: dict[str, Any], client_for: Browser, monkeypatch: pytest.MonkeyPatch, path: str, pages: bool | None
) -> None:
    content = real(path)
    name = Path(path).name
    document = added(work(), people["ana"], content, name)
    assert document.state == "read", document.why
    if pages:
        import io

        import pypdf

        texts = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
        assert document.pages == len(texts)
        for passage in document.passages.all():
            assert " ".join(passage.text.split()[:5]) in " ".join(texts[(passage.page or 0) - 1].split()), passage
    engine = matcher.Recipe(matcher.read_frameworks(["gcm"])).build(sentence_model=False)
    monkeypatch.setattr(matcher, "current", lambda: engine)
    suggest(document.record, ["gcm"], by=people["ana"])
    rows = standing(document.record)
    best = max(rows.values(), key=lambda row: row.reasons["probability"], default=None)
    if best is None:
        assert Examined.objects.filter(record=document.record).exists()
        return
    client = client_for(people["ana"])
    for span in best.reasons["spans"]:
        address = f"{reverse('files:text', args=[document.pk])}?passage={span['passage']}"
        html = client.get(address).content.decode()
        shown = html.split(f'id="p{span["passage"]}"')[1].split("</div>")[0]
        for start, end in span["marks"]:
            word = span["text"][start:end]
            assert word.split()[0].strip("’'&<>\"") in shown, (word, shown)
        if pages:
            before = html.split(f'id="p{span["passage"]}"')[0]
            assert re.findall(r'id="page-(\d+)"', before)[-1] == str(span["page"])


def test_the_engine_reads_two_hundred_pages_passage_by_passage(people: dict[str, Any]) -> None:
    """No text of such a length ever reaches the engine as one."""
    longest: list[int] = []

    class Watching(PredictableMatcher):
        def match(self, text: str, framework: str, **how: Any) -> Any:
            longest.append(len(text.split()))
            return super().match(text, framework, **how)

    frameworks: tuple[Framework, ...] = matcher.read_frameworks(["gcm"])
    engine = Watching(frameworks)
    pages = [" ".join(f"People number {n} of page {page} move." for n in range(60)) for page in range(200)]
    document = added(work(), people["ana"], "\f".join(pages), "long.txt")
    wording = sources.wordings([document.record])[document.pk]
    (answer,) = answering.answers(engine, [wording], "gcm")  # type: ignore[list-item, arg-type]
    assert answer.nothing_fits and len(longest) > 400 and max(longest) <= 250
