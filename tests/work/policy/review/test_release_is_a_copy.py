"""What a government reads is what was released, whatever the office calls things since."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from migov.foundation.people.models import Role
from migov.foundation.records.models import Record, Visibility
from migov.foundation.shell import formats
from migov.work.policy.instruments import queries as instruments
from migov.work.policy.models import Instrument, LegalText, Release, TextVersion
from migov.work.policy.products import queries as products
from migov.work.policy.review import actions, places
from migov.work.policy.review.queries import concordance
from migov.work.policy.review.queries import released as as_released
from tests.factories import PlaceFactory, person
from tests.work.policy import making
from tests.work.policy.review.steps import clear, judge_all, released, rows_of

NEW = "Zyxnew"


@pytest.fixture
def renamed(review, people) -> Release:
    """Released; then the text is called, cited and kept otherwise, no longer shared, and so is the instrument."""
    made = released(review, people)
    text = review.version.text
    Record.objects.filter(pk=text.pk).update(title=f"{NEW} title", visibility=Visibility.INTERNAL)
    LegalText.objects.filter(pk=text.pk).update(
        citation=f"{NEW} citation", kind="policy", country=PlaceFactory(code="ALB")
    )
    TextVersion.objects.filter(pk=review.version_id).update(label=f"{NEW} label")
    Instrument.objects.update(title=f"{NEW} instrument", short_title=f"{NEW}i", number=f"{NEW}n")
    return Release.objects.get(pk=made.pk)


def test_the_table_of_a_release_does_not_change_with_the_text(renamed, review):
    office, government = concordance(review), as_released(renamed)
    assert (office.text_title, office.country, office.kind) == (f"{NEW} title", "ALB", "policy")
    assert NEW not in repr(government)
    assert (government.text_title, government.country, government.kind) == (
        "Draft Law on Foreign Workers", "MDA", "bill",
    )  # fmt: skip


def test_no_page_list_or_document_of_the_government_has_the_new_words(renamed, review, people, client):
    client.force_login(people.ion)
    for address in (
        reverse("policy:reviews"),
        reverse("policy:home"),
        reverse("policy:released", args=[review.pk]),
        reverse("policy:accession", args=["MDA", "test-convention"]),
    ):
        page = client.get(address).content.decode().replace(f"{NEW} instrument", "").replace(f"{NEW}i", "")
        assert NEW not in page, address
    edition = products.as_released(renamed)
    assert NEW not in edition.text_name + edition.short_name + edition.kind
    answer = client.get(reverse("policy:released-document", args=[review.pk, "compliance", "docx"]))
    assert answer.status_code == 200
    assert NEW.lower() not in answer["Content-Disposition"].lower()


def test_a_government_reads_on_the_accession_page_what_its_released_law_meets(review, people, convention, client):
    place = PlaceFactory(code="MDA")
    found = list(convention)
    judge_all(review, people.fatos, judgement="full")
    clear(review, people)
    assert set(instruments.met_by(place, found, people.fatos)) == {one.pk for one in found}
    assert instruments.met_by(place, found, people.ion) == {}
    actions.release(review, by=people.fatos)
    here = reverse("policy:released", args=[review.pk])
    assert instruments.met_by(place, found, people.ion) == {one.pk: [("Draft Law", here)] for one in found}
    actions.reopen(review, reason="A slip", by=people.fatos)
    for row in rows_of(review):
        actions.judge(row, by=people.fatos, revision=row.revision, judgement="none")
    assert set(instruments.met_by(place, found, people.ion)) == {one.pk for one in found}
    for who in (people.jan, people.nobody):
        assert instruments.met_by(place, found, who) == {}
    client.force_login(people.ion)
    page = client.get(reverse("policy:accession", args=["MDA", "test-convention"])).content.decode()
    assert here in page
    assert here not in client.get(reverse("policy:accession", args=["ALB", "test-convention"])).content.decode()


def test_another_government_reads_nothing_of_it_there(review, people, convention):
    released(review, people)
    stranger = person(Role.FOCAL_POINT, country=PlaceFactory(code="ALB"), username="stranger")
    assert instruments.met_by(PlaceFactory(code="MDA"), list(convention), stranger) == {}


def test_the_front_page_says_what_is_with_the_government(review, people, client):
    client.force_login(people.fatos)
    heading = ">With the government<"
    assert heading not in client.get(reverse("policy:home")).content.decode()
    released(review, people)
    page = client.get(reverse("policy:home")).content.decode()
    assert heading in page and "Review of Draft Law" in page and "no day was asked for" in page
    Release.objects.update(answer_by="2020-03-01")
    page = client.get(reverse("policy:home")).content.decode()
    assert f"answers by {formats.day(date(2020, 3, 1))}" in page and "late" in page
    client.force_login(people.ion)
    assert heading not in client.get(reverse("policy:home")).content.decode()


def test_reviews_with_the_government_cost_the_same_for_many(people, convention, django_assert_max_num_queries):
    for number in range(3):
        version = making.text_version(making.legal_text(citation=f"Draft {number}"))
        released(actions.start(version, instruments=[convention[0].article.instrument], by=people.fatos), people)
    with django_assert_max_num_queries(6):
        slot = places.with_the_government(people.fatos)
    assert slot is not None and len(slot.rows) == 3
