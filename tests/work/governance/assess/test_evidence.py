"""Evidence: of what kind, where from, seen by whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from migov.foundation.places.models import Place
from migov.work.governance.assess import actions, sources
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.assess.queries.sheets import sheet
from migov.work.governance.assess.sources import Found
from migov.work.governance.models import AnswerEvidence, AssessmentState
from tests.work.governance.assess.steps import moldova
from tests.work.governance.making import record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "link", "title": "The register"}, "url"),
        ({"kind": "link", "title": "The register", "url": "javascript:alert(1)"}, "url"),
        ({"kind": "figure", "title": "Permits"}, "figure"),
        ({"kind": "figure", "title": "Permits", "figure": "1,200"}, "source"),
        ({"kind": "link", "title": " ", "url": "https://example.org"}, "title"),
        ({"kind": "document", "title": "Report"}, "file"),
        ({"kind": "work", "title": "A project"}, "record"),
        ({"kind": "rumour", "title": "Somebody said"}, "kind"),
        ({"kind": "article", "title": "Law", "address": "//elsewhere.example"}, "address"),
        ({"kind": "article", "title": "x" * 301}, "title"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(people: dict[str, Any], said: dict[str, str], field: str) -> None:
    with pytest.raises(AssessmentRefused) as refused:
        actions.add_evidence(moldova(), "1-1", by=people["fatos"], **said)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not AnswerEvidence.objects.exists()


def test_evidence_stays_with_the_question_and_in_the_history(people: dict[str, Any]) -> None:
    of = moldova()
    made = actions.add_evidence(
        of, "1-1", kind="article", title="Law 200/2010", place="Article 4", quote="Foreigners have …", by=people["ion"]
    )
    assert made.side == "government"
    actions.remove_evidence(of, made.pk, by=people["fatos"])
    assert not AnswerEvidence.objects.current().exists() and AnswerEvidence.objects.exists()
    with pytest.raises(AssessmentRefused, match="already"):
        actions.remove_evidence(of, made.pk, by=people["fatos"])


def test_a_government_takes_away_only_its_own(people: dict[str, Any]) -> None:
    of = moldova()
    made = actions.add_evidence(of, "1-1", kind="article", title="Law 1", by=people["fatos"])
    with pytest.raises(PermissionDenied):
        actions.remove_evidence(of, made.pk, by=people["ion"])


def test_a_file_becomes_a_document_of_the_assessment(people: dict[str, Any]) -> None:
    of = moldova()
    file = SimpleUploadedFile("decree.txt", b"Decree on residence permits. It has been in force since 2020.")
    made = actions.add_evidence(of, "1-1", kind="document", title="Decree", file=file, by=people["fatos"])
    assert made.document is not None and made.document.of_id == of.pk
    bad = SimpleUploadedFile("run.exe", b"MZ\x90\x00")
    with pytest.raises(AssessmentRefused) as refused:
        actions.add_evidence(of, "1-1", kind="document", title="Tool", file=bad, by=people["fatos"])
    assert refused.value.field == "file"


def test_work_that_the_government_may_not_see_stays_hidden_from_it(people: dict[str, Any]) -> None:
    of = moldova()
    inside = record("project", "MDA", title="Internal project", visibility="internal")
    shared = record("project", "MDA", title="Shared project", visibility="partners")
    for one in (inside, shared):
        actions.add_evidence(of, "1-1", kind="work", title=one.title, record=one, by=people["fatos"])
    seen = {who: [one.title for one in sheet(of, people[who]).lines[0].evidence] for who in ("fatos", "ion")}
    assert seen == {"fatos": ["Internal project", "Shared project"], "ion": ["Shared project"]}
    with pytest.raises(AssessmentRefused, match="may not see"):
        actions.add_evidence(of, "1-1", kind="work", title="x", record=inside, by=people["ion"])


def test_nothing_is_added_once_it_is_cleared(people: dict[str, Any]) -> None:
    of = moldova(state=AssessmentState.CLEARANCE)
    with pytest.raises(AssessmentRefused, match="in clearance"):
        actions.add_evidence(of, "1-1", kind="article", title="Law", by=people["fatos"])


@pytest.fixture
def laws() -> Iterator[None]:
    """A source that finds one article for anybody of the office."""

    def find(country: Place, words: str, viewer: Any) -> Sequence[Found]:
        if viewer.country_id is not None or "permit" not in words:
            return []
        return [Found("4", "article", f"Law of {country.code}", place="Article 4", quote="A permit is issued …")]

    sources.register("test-laws", "Laws", find)
    yield
    del sources._SOURCES["test-laws"]


def test_what_is_found_is_taken_over_by_its_key(people: dict[str, Any], laws: None, client_for: Any) -> None:
    of = moldova()
    here = f"/governance/assessments/{of.pk}/questions/1-1"
    client = client_for(people["fatos"])
    page = client.get(f"{here}/find/", {"q": "permit"})
    assert "Law of MDA" in page.text and "Add as evidence" in page.text
    took = {"source": "test-laws", "key": "4", "q": "permit"}
    assert client.post(f"{here}/evidence/take/", took).status_code == 302
    made = AnswerEvidence.objects.get()
    assert (made.title, made.place, made.side) == ("Law of MDA", "Article 4", "office")
    assert client_for(people["ion"]).post(f"{here}/evidence/take/", took).status_code == 409
    assert AnswerEvidence.objects.count() == 1


def test_what_is_found_is_shown_in_the_page_of_all_questions_too(
    people: dict[str, Any], laws: None, client_for: Any
) -> None:
    of, client = moldova(), client_for(people["fatos"])
    here = f"/governance/assessments/{of.pk}/questions/1-1"
    part = client.get(f"{here}/find/", {"q": "permit"}, HTTP_HX_REQUEST="true")
    assert "Law of MDA" in part.text and f'hx-post="{here}/evidence/take/"' in part.text
    assert "Nothing was found" in client.get(f"{here}/find/", {"q": "zzz"}, HTTP_HX_REQUEST="true").text
    empty = client.get(f"{here}/find/", {"q": " "}, HTTP_HX_REQUEST="true").text
    assert "Type a few words" in empty and "Nothing was found" not in empty


def test_the_same_is_not_added_twice(people: dict[str, Any], laws: None, client_for: Any) -> None:
    of = moldova()
    took = {"source": "test-laws", "key": "4", "q": "permit"}
    take = f"/governance/assessments/{of.pk}/questions/1-1/evidence/take/"
    assert client_for(people["fatos"]).post(take, took).status_code == 302
    again = client_for(people["fatos"]).post(take, took)
    assert again.status_code == 422 and "This stands here already." in again.text
    assert AnswerEvidence.objects.current().count() == 1
    actions.add_evidence(of, "1-2", kind="article", title="Law of MDA", place="Article 4", by=people["fatos"])
    assert AnswerEvidence.objects.current().count() == 2


def test_the_form_asks_for_a_title_unless_a_file_has_one(people: dict[str, Any], client_for: Any) -> None:
    of, client = moldova(), client_for(people["fatos"])
    here = f"/governance/assessments/{of.pk}/questions/1-1/evidence/"
    refused = client.post(here, {"kind": "link", "url": "https://example.org/"})
    assert refused.status_code == 422 and "Say what it is." in refused.text and "https://example.org/" in refused.text
    file = SimpleUploadedFile("decree.txt", b"Decree on residence permits. It has been in force since 2020.")
    assert client.post(here, {"kind": "document", "file": file}).status_code == 302
    assert AnswerEvidence.objects.get().title == "Decree"


def test_a_source_is_registered_once(laws: None) -> None:
    with pytest.raises(ValueError, match="registered already"):
        sources.register("test-laws", "Laws", lambda _country, _words, _viewer: [])
