"""Practices: described, answered point by point, reviewed by another person, submitted, published."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from docx import Document as Docx

from migov.services.suggestions import sources
from migov.work.governance.gcm import checklist
from migov.work.governance.gcm.actions import practising
from migov.work.governance.gcm.errors import Changed, GcmRefused
from migov.work.governance.gcm.queries import practices
from migov.work.governance.models import Practice
from tests.factories import PlaceFactory
from tests.work.governance.gcm import steps


def words() -> dict[str, str]:
    return {name: f"Said on {name}" for name in checklist.FIELDS}


@pytest.fixture
def practice(people) -> Practice:
    """Begun by Ana, nothing answered."""
    return steps.practice(people.ana, "ALB")


@pytest.fixture
def complete(practice, people) -> Practice:
    """Described, confirmed for objective 15, all questions answered with yes."""
    said = {"title": "One desk", "summary": "All offices in one place.", "starts": None, "ends": None, **words()}
    practising.change_practice(practice, seen=1, by=people.ana, **said)
    yes = {one.code: ("yes", "Annual report") for one in checklist.questions()}
    steps.confirmed(practice.record, "15")
    return practising.answer(practice, answers=yes, seen=2, by=people.ana)


def test_the_checklist_is_of_twelve_to_sixteen_questions_in_our_words(db):
    asked = checklist.questions()
    assert 12 <= len(asked) <= 16
    assert len({one.code for one in asked}) == len(asked)


def test_what_is_missing_is_named(practice, complete):
    empty = Practice(record=practice.record)
    assert not checklist.standing(empty, objectives=0).complete
    assert "an objective that it is confirmed for" in checklist.standing(complete, objectives=0).missing
    assert checklist.standing(complete, objectives=1).complete


def test_a_needed_question_answered_with_no_stands_in_the_way(complete, people):
    practising.answer(complete, answers={"consent": ("no", "")}, seen=None, by=people.ana)
    with pytest.raises(GcmRefused, match="not complete"):
        practising.review(complete, by=people.carla)


def test_another_person_reviews_then_it_is_submitted_and_published(complete, people):
    with pytest.raises(PermissionDenied):
        practising.review(complete, by=people.ana)
    reviewed = practising.review(complete, by=people.carla)
    assert (reviewed.state, reviewed.reviewed_by) == ("reviewed", people.carla)
    with pytest.raises(GcmRefused):
        practising.submit_practice(complete, day=timezone.localdate() + timedelta(days=1), by=people.carla)
    practising.submit_practice(complete, day=timezone.localdate(), by=people.carla)
    with pytest.raises(GcmRefused):
        practising.answer(complete, answers={"need": ("no", "")}, seen=None, by=people.ana)
    with pytest.raises(GcmRefused):
        practising.publish_practice(complete, url="", by=people.carla)
    published = practising.publish_practice(complete, url="https://example.org/practice", by=people.carla)
    assert published.state == "published"


def test_its_author_does_not_review_it(people, db):
    mine = steps.practice(people.fatos)
    with pytest.raises(GcmRefused, match="Another person"):
        practising.review(mine, by=people.fatos)


def test_changing_a_reviewed_practice_asks_for_another_review(complete, people):
    practising.review(complete, by=people.carla)
    changed = practising.answer(complete, answers={"need": ("partly", "")}, seen=None, by=people.ana)
    assert (changed.state, changed.reviewed_by) == ("draft", None)


def test_two_who_write_at_once_lose_nothing(practice, people):
    practising.answer(practice, answers={"need": ("yes", "")}, seen=1, by=people.ana)
    with pytest.raises(Changed):
        practising.answer(practice, answers={"gender": ("yes", "")}, seen=1, by=people.fatos)
    with pytest.raises(GcmRefused):
        practising.answer(practice, answers={"unknown": ("yes", "")}, seen=2, by=people.ana)
    with pytest.raises(GcmRefused):
        practising.answer(practice, answers={"need": ("perhaps", "")}, seen=2, by=people.ana)


def test_withdrawn_and_taken_up_again(complete, people):
    with pytest.raises(GcmRefused):
        practising.withdraw_practice(complete, reason="", by=people.fatos)
    practising.withdraw_practice(complete, reason="Ended", by=people.fatos)
    assert not practices.matching(people.fatos, practices.PracticeFilter()).exists()
    assert practices.matching(people.fatos, practices.PracticeFilter(state="withdrawn")).exists()
    assert practising.take_up_practice(complete, by=people.fatos).state == "draft"


def test_pages_lead_from_the_first_words_to_the_review(people, client):
    client.force_login(people.fatos)
    PlaceFactory(code="MDA")
    new = reverse("governance:practice-new")
    assert client.get(new).status_code == 200
    assert client.post(new, {"title": ""}).status_code == 422
    assert client.post(new, {"title": "One desk", "country": "MDA"}).status_code == 302
    made = Practice.objects.get()
    page = reverse("governance:practice", args=[made.pk])
    assert "not answered" in client.get(page).content.decode()
    edit = reverse("governance:practice-edit", args=[made.pk])
    assert client.get(edit).status_code == 200
    given = {"title": "One desk", "summary": "x", "revision": "1", **words()}
    assert client.post(edit, given).status_code == 302
    again = client.post(edit, given | {"title": "An old page"})
    assert again.status_code == 422
    assert "An old page" in again.content.decode()
    points = reverse("governance:practice-checklist", args=[made.pk])
    assert client.get(points).status_code == 200
    answers = {f"answer-{one.code}": "yes" for one in checklist.questions()}
    clash = client.post(points, {**answers, "words-need": "A survey", "revision": "1"})
    assert clash.status_code == 409
    assert "A survey" in clash.content.decode()
    assert client.post(points, {**answers, "revision": "2"}).status_code == 302
    steps.confirmed(made.record, "15")
    client.force_login(people.carla)
    assert client.post(reverse("governance:practice-review", args=[made.pk])).status_code == 302
    submit = reverse("governance:practice-submit", args=[made.pk])
    assert client.post(submit, {"day": ""}).status_code == 422
    assert client.post(submit, {"day": timezone.localdate().isoformat()}).status_code == 302
    publish = reverse("governance:practice-publish", args=[made.pk])
    assert client.post(publish, {"url": "nonsense"}).status_code == 422
    assert client.post(publish, {"url": "https://example.org/1"}).status_code == 302
    assert "On the Network" in client.get(page).content.decode()
    withdraw = reverse("governance:practice-withdraw", args=[made.pk])
    assert client.post(withdraw, {"reason": ""}).status_code == 409
    assert client.post(withdraw, {"reason": "Ended"}).status_code == 302
    assert client.post(withdraw, {"do": "take-up"}).status_code == 302


def test_the_document_follows_the_order_of_the_repository(complete, people, client):
    steps.confirmed(complete.record, "GP7")
    client.force_login(people.ana)
    answer = client.get(reverse("governance:practice-export", args=[complete.pk, "docx"]))
    found = Docx(io.BytesIO(answer.content))
    cells = [row.cells[0].text for row in found.tables[0].rows]
    assert cells[1:4] == ["Primary objectives of the Global Compact", "Guiding principles", "Type of practice"]
    assert "15 Provide access to basic services" in found.tables[0].rows[1].cells[1].text
    assert client.get(reverse("governance:practice-export", args=[complete.pk, "pdf"])).content.startswith(b"%PDF")
    assert client.get(reverse("governance:practice-export", args=[complete.pk, "exe"])).status_code == 404


def test_the_list_is_filtered_and_exported(complete, people, client, django_assert_max_num_queries):
    for number in range(15):
        steps.practice(people.fatos, title=f"Practice {number}")
    client.force_login(people.fatos)
    address = reverse("governance:practices")
    client.get(address)
    with django_assert_max_num_queries(20):
        assert client.get(address).status_code == 200
    for asked in ({"q": "desk"}, {"country": "ALB"}, {"objective": "15"}):
        shown = client.get(address, asked).content.decode()
        assert "One desk" in shown, asked
        assert "Practice 3" not in shown
    xlsx = client.get(reverse("governance:practices-export", args=["xlsx"]))
    assert xlsx.content.startswith(b"PK")
    assert client.get(reverse("governance:practices-export", args=["exe"])).status_code == 404


def test_the_matcher_reads_practices(complete):
    assert "All offices in one place." in sources.texts_of([complete.record])[complete.pk]


def test_a_form_that_was_sent_twice_begins_one(people):
    steps.practice(people.fatos)
    with pytest.raises(GcmRefused, match="in the register already"):
        steps.practice(people.fatos, title="One desk for NEWCOMERS")
    assert steps.practice(people.fatos, country="ALB").pk


def test_a_practice_that_is_only_begun_makes_no_page_of_dashes(people, client):
    begun = steps.practice(people.fatos, summary="All offices in one place.")
    client.force_login(people.fatos)
    answer = client.get(reverse("governance:practice-export", args=[begun.pk, "docx"]))
    found = Docx(io.BytesIO(answer.content))
    assert len(found.tables) == 1
    assert "–" not in [row.cells[1].text for row in found.tables[0].rows]
    assert "The checklist has not been answered yet." in "\n".join(one.text for one in found.paragraphs)
