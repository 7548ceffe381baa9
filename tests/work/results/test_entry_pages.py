"""The page of an entry: what it says, where it comes from, what happened, what can be done."""

from __future__ import annotations

from typing import Any

import pytest

from migov.services.files.models import Document
from migov.work.results.actions import checking
from migov.work.results.models import Entry
from tests.factories import RecordFactory
from tests.work.results.reporting_desk import FEMALE, Measured

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(people: Any) -> Measured:
    return Measured(people)


@pytest.fixture
def ana(desk: Measured, client_for: Any) -> Any:
    return client_for(desk.ana)


def url(entry: Entry, *parts: str) -> str:
    return "/".join(["/results/entries", str(entry.pk), *parts, ""])


def evidence(desk: Measured, title: str = "Lists of March") -> Document:
    record = RecordFactory(
        kind="document", reference="", title=title, parent=desk.project.record, office=desk.project.record.office
    )
    return Document.objects.create(
        record=record, of=desk.project.record, name="lists.pdf", content_type="application/pdf", size=1, sha256="0" * 64, file="x",
    )  # fmt: skip


def test_values_and_their_parts_are_shown(desk: Measured, ana: Any) -> None:
    entry = desk.put("1250")
    desk.put("700", part=FEMALE)
    page = ana.get(url(entry)).text
    for words in ("People assisted", "Women and girls", "1,250", "700", "draft", "2025"):
        assert words in page


def test_source_comment_and_evidence_are_kept(desk: Measured, ana: Any) -> None:
    entry, document = desk.put("1250"), evidence(desk)
    answer = ana.post(
        url(entry, "describe"),
        {"source": "Attendance lists", "comment": "March came late.", "document": document.pk},
        follow=True,
    )
    assert "Saved." in answer.text
    entry.refresh_from_db()
    assert (entry.source, entry.comment, list(entry.documents.all())) == (
        "Attendance lists",
        "March came late.",
        [document],
    )
    checking.take("submit", [entry.pk], by=desk.ana)
    page = ana.get(url(entry)).text
    assert "Lists of March" in page
    assert "March came late." in page
    refused = ana.post(url(entry, "describe"), {"comment": "Changed"})
    assert refused.status_code == 422
    assert "cannot be changed" in refused.text


def test_evidence_of_another_project_is_not_attached(desk: Measured, ana: Any, people: Any) -> None:
    foreign = evidence(Measured(people, "Elsewhere"))
    entry = desk.put("5")
    ana.post(url(entry, "describe"), {"document": [foreign.pk, "x"]})
    assert not entry.documents.exists()


def test_a_text_that_is_too_long_is_refused_and_kept(desk: Measured, ana: Any) -> None:
    entry = desk.put("5")
    answer = ana.post(url(entry, "describe"), {"comment": "long " * 3000})
    assert answer.status_code == 422
    assert "at most" in answer.text
    assert "long long" in answer.text


def test_a_draft_is_thrown_away_and_what_was_submitted_is_not(desk: Measured, ana: Any) -> None:
    entry = desk.put("5")
    assert "The draft was thrown away" in ana.post(url(entry, "discard"), follow=True).text
    assert not Entry.objects.exists()
    entry = desk.submitted()
    answer = ana.post(url(entry, "discard"))
    assert answer.status_code == 409
    assert "never submitted" in answer.text


def test_another_entry_is_begun_once_the_first_is_verified(desk: Measured, ana: Any) -> None:
    entry = desk.submitted("10")
    assert ana.post(url(entry, "another")).status_code == 409
    checking.take("verify", [entry.pk], by=desk.emil)
    assert "A further entry adds to this one." in ana.get(url(entry)).text
    answer = ana.post(url(entry, "another"), follow=True)
    assert "Another entry was begun" in answer.text
    assert "entry 2 of 2" in answer.text
    assert list(Entry.objects.values_list("number", "status")) == [(1, "verified"), (2, "draft")]


def test_what_happened_is_told_with_who_and_why(desk: Measured, ana: Any, client_for: Any) -> None:
    entry = desk.submitted("10")
    emil = client_for(desk.emil)
    assert (
        "Done: the value is returned now."
        in emil.post(url(entry, "return"), {"reason": "Two lists twice."}, follow=True).text
    )
    page = ana.get(url(entry)).text
    assert "Two lists twice." in page
    assert "Values returned" in page
    assert "Values submitted" in page


def test_each_sees_what_they_can_do(desk: Measured, ana: Any, client_for: Any) -> None:
    emil = client_for(desk.emil)
    entry = desk.submitted("10")
    assert "Take back" in ana.get(url(entry)).text
    assert ">Verify<" not in ana.get(url(entry)).text.replace("\n", "")
    assert 'verify/"' in emil.get(url(entry)).text
    assert "Take back" not in emil.get(url(entry)).text
    emil.post(url(entry, "verify"))
    assert Entry.objects.get().status == "verified"
    assert ana.post(url(entry, "return"), {"reason": "x"}).status_code == 403
    assert ana.post(url(entry, "nonsense")).status_code == 404


def test_the_page_takes_few_queries(desk: Measured, ana: Any, django_assert_max_num_queries: Any) -> None:
    entry = desk.put("1250")
    with django_assert_max_num_queries(35):
        assert ana.get(url(entry)).status_code == 200
