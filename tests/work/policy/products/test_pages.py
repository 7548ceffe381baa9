"""The documents of a review on its page and as files: what the office gets, what a government gets, and who gets nothing."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from migov.foundation.frameworks.models import Framework
from migov.services.documents import Rendered
from migov.work.policy.models import Release, Review, ReviewSource
from migov.work.policy.products import queries
from migov.work.policy.products.catalogue import DOCUMENTS
from migov.work.policy.review import actions
from tests.factories import cast
from tests.work.policy import making
from tests.work.policy.products import files
from tests.work.policy.review.steps import released as share

ALL = [(code, fmt) for code, one in DOCUMENTS.items() for fmt in one.formats if not one.of_frameworks]


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    return SimpleNamespace(**cast())


@pytest.fixture
def review(people: SimpleNamespace) -> Review:
    """Of a draft law of Moldova against a convention, started by Fatos."""
    of = making.instrument("test-convention", number="IV-99")
    making.requirement(
        of, "8", "1", "Employers may not keep identity documents of workers", terms=["passport", "employer"]
    )
    making.requirement(of, "16", "4", "No detention of children because of their status", terms=["child", "detained"])
    making.requirement(of, "20", "", "Astronauts are given back at once", type="may")
    return actions.start(making.text_version(), instruments=[of], by=people.fatos)


@pytest.fixture
def release(people: SimpleNamespace, review: Review) -> Release:
    return share(review, people)


def got(client: Client, who: Any, name: str, *args: Any) -> HttpResponse:
    if who is None:
        client.logout()
    else:
        client.force_login(who)
    return client.get(reverse(f"policy:{name}", args=args))


def file(answer: HttpResponse) -> Rendered:
    return Rendered(answer.content, answer["Content-Type"], "")


def all_words(answer: HttpResponse, fmt: str) -> str:
    if fmt == "pdf":
        return " ".join(files.pages(file(answer)))
    if fmt == "docx":
        return files.words(files.word(file(answer)))
    return " ".join(str(cell.value) for sheet in files.book(file(answer)) for row in sheet.iter_rows() for cell in row)


def test_the_page_offers_each_document_with_a_sentence(client: Client, people: SimpleNamespace, review: Review) -> None:
    page = got(client, people.fatos, "review-documents", review.pk)
    text = page.content.decode()
    for words in (
        "Table of concordance, nine columns",
        "Commented draft",
        "Gap report",
        "Summary on one page",
        "0 of 3 rows are judged.",
    ):
        assert words in text
    assert 'aria-current="page">Documents</a>' in text
    assert "Coverage of frameworks" not in text
    assert "As released" not in text
    links = re.findall(r'href="([^"]+/documents/[a-z]+\.[a-z]+)"', text)
    assert len(links) == len(ALL)
    assert "No statement of conformity can be made" in text


def test_the_page_says_how_far_the_text_is_aligned(client: Client, people: SimpleNamespace, review: Review) -> None:
    for row, judgement in zip(review.rows.order_by("order"), ("full", "none", "none"), strict=True):
        actions.judge(row, by=people.fatos, revision=row.revision, judgement=judgement, links={})
    text = got(client, people.fatos, "review-documents", review.pk).content.decode()
    assert "This Law is partially aligned with: Convention test-convention." in text
    assert "Article 16(4) (none)" in text
    assert "Article 20 (none)" not in text


@pytest.mark.parametrize(("code", "fmt"), ALL)
def test_the_office_gets_every_document_as_a_draft(
    client: Client, people: SimpleNamespace, review: Review, code: str, fmt: str
) -> None:
    answer = got(client, people.fatos, "review-document", review.pk, code, fmt)
    assert answer.status_code == 200
    assert re.fullmatch(rf'attachment; filename="[a-z0-9-]+\.{fmt}"', answer["Content-Disposition"])
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Draft – confidential" in all_words(answer, fmt) or fmt == "xlsx"
    if fmt == "xlsx":
        assert all(sheet.oddFooter.left.text == "Draft – confidential" for sheet in files.book(file(answer)))


@pytest.mark.parametrize(("code", "fmt"), ALL)
def test_the_government_gets_what_was_released_and_nothing_internal(
    client: Client, people: SimpleNamespace, release: Release, code: str, fmt: str
) -> None:
    row = release.review.rows.order_by("order").first()
    assert row is not None
    type(row).objects.filter(pk=row.pk).update(comment="LIVE value", wording="LIVE wording", judgement="contrary")
    answer = got(client, people.ion, "released-document", release.review_id, code, fmt)
    assert answer.status_code == 200
    words = all_words(answer, fmt)
    assert "confidential" not in words
    assert "SECRET" not in words
    assert "LIVE" not in words
    if code != "summary":
        assert "Say who decides." in words


@pytest.mark.parametrize(("code", "fmt"), ALL)
def test_internal_words_are_in_no_document_of_the_office_either(
    client: Client, people: SimpleNamespace, release: Release, code: str, fmt: str
) -> None:
    answer = got(client, people.fatos, "review-document", release.review_id, code, fmt)
    assert "SECRET" not in all_words(answer, fmt)


def test_a_government_reads_nothing_before_it_is_released(
    client: Client, people: SimpleNamespace, review: Review
) -> None:
    assert got(client, people.ion, "review-documents", review.pk).status_code == 404
    for code, fmt in ALL:
        assert got(client, people.ion, "review-document", review.pk, code, fmt).status_code == 404
        assert got(client, people.ion, "released-document", review.pk, code, fmt).status_code == 404
        assert got(client, people.fatos, "released-document", review.pk, code, fmt).status_code == 404


def test_a_government_never_gets_the_rows_of_the_office(
    client: Client, people: SimpleNamespace, release: Release
) -> None:
    assert got(client, people.ion, "review-documents", release.review_id).status_code == 404
    assert got(client, people.ion, "review-document", release.review_id, "gaps", "docx").status_code == 404


def test_the_review_of_another_country_is_not_there(client: Client, people: SimpleNamespace) -> None:
    elsewhere = making.review(making.text_version(making.legal_text(country="ALB")), visibility="partners")
    Release.objects.create(review=elsewhere, number=1, title="Review")
    for code, fmt in ALL:
        assert got(client, people.ion, "released-document", elsewhere.pk, code, fmt).status_code == 404


@pytest.mark.parametrize("who", ["jan", "nobody", None])
def test_outsiders_are_refused(client: Client, people: SimpleNamespace, release: Release, who: str | None) -> None:
    person = getattr(people, who) if who else None
    for name, args in (
        ("review-documents", ()), ("review-document", ("gaps", "docx")), ("released-document", ("gaps", "docx")),
    ):  # fmt: skip
        answer = got(client, person, name, release.review_id, *args)
        assert answer.status_code == (403 if who else 302)


def test_the_whole_text_needs_the_text_to_be_shared(client: Client, people: SimpleNamespace, release: Release) -> None:
    record = release.review.version.text.record
    record.visibility = "internal"
    record.save()
    assert got(client, people.ion, "released-document", release.review_id, "commented", "docx").status_code == 404
    assert got(client, people.ion, "released-document", release.review_id, "concordance", "docx").status_code == 200
    offered = [one.code for one in queries.offers(release.review, released=True, viewer=people.ion)]
    assert "commented" not in offered
    assert "commented" in [one.code for one in queries.offers(release.review, released=True, viewer=people.fatos)]


def test_the_page_of_the_release_offers_its_documents(
    client: Client, people: SimpleNamespace, release: Release
) -> None:
    text = got(client, people.ion, "released", release.review_id).content.decode()
    assert f"/policy/released/{release.review_id}/documents/concordance.docx" in text
    assert f"/policy/reviews/{release.review_id}/documents/" not in text
    assert "This Law is partially aligned with" in text


def test_what_the_office_took_up_since_is_not_released(
    client: Client, people: SimpleNamespace, release: Release
) -> None:
    ReviewSource.objects.create(review=release.review, instrument=making.instrument("later-one"), order=9)
    answer = got(client, people.ion, "released-document", release.review_id, "concordance", "docx")
    assert "later-one" not in all_words(answer, "docx").lower()
    page = got(client, people.ion, "released", release.review_id).content.decode()
    assert "later-one: no statement" not in page.lower()


def test_the_office_finds_both_kinds(client: Client, people: SimpleNamespace, release: Release) -> None:
    text = got(client, people.fatos, "review-documents", release.review_id).content.decode()
    assert f"/policy/reviews/{release.review_id}/documents/concordance.docx" in text
    assert f"/policy/released/{release.review_id}/documents/concordance.docx" in text


@pytest.mark.parametrize(
    ("code", "fmt"),
    [("nothing", "docx"), ("gaps", "xlsx"), ("commented", "pdf"), ("coverage", "docx"), ("gaps", "exe")],
)
def test_what_is_not_made_is_not_found(
    client: Client, people: SimpleNamespace, review: Review, code: str, fmt: str
) -> None:
    assert got(client, people.fatos, "review-document", review.pk, code, fmt).status_code == 404


def test_coverage_is_offered_for_frameworks(client: Client, people: SimpleNamespace, review: Review) -> None:
    strategy = Framework.objects.create(
        code="test-frame", title="A framework", short_title="TF", main_level=["objective"]
    )
    ReviewSource.objects.create(review=review, framework=strategy, order=5)
    assert "coverage" in [one.code for one in queries.offers(review)]
    assert got(client, people.fatos, "review-document", review.pk, "coverage", "docx").status_code == 200


def test_queries_do_not_grow_with_rows(
    client: Client, people: SimpleNamespace, review: Review, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        asked = making.requirement(making.instrument("test-convention"), f"{100 + number}")
        review.rows.create(requirement=asked, order=100 + number)
    client.force_login(people.fatos)
    for name, args, most in (
        ("review-documents", (), 30), ("review-document", ("concordance", "docx"), 22), ("review-document", ("commented", "docx"), 24),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert client.get(reverse(f"policy:{name}", args=[review.pk, *args])).status_code == 200
