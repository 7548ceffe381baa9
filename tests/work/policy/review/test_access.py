"""Who is kept out, address by address: a government never learns of a review before it is released, and never of anything internal."""

from __future__ import annotations

import pytest
from django.urls import get_resolver, reverse

from migov.foundation.people.models import Role
from migov.foundation.shell.search import search
from migov.services.clearance.actions import handing
from migov.work.policy.models import Review
from migov.work.policy.review import actions, places, subject, urls
from tests.factories import PlaceFactory, person
from tests.work.policy import making
from tests.work.policy.review.steps import judge_all, released, rows_of

SECRET = "SECRET of the office"
SHARED_ADDRESSES = {"released", "released-answer", "released-finish"}
LISTS = {"reviews"}


def addresses(review: Review, released_row: int = 1) -> list[tuple[str, str]]:
    """Every address of this part, with the keys of a review put in."""
    row = rows_of(review)[0].pk
    found = []
    for one in urls.urlpatterns:
        name = str(one.name)
        given = {"pk": review.pk, "row": released_row if name.startswith("released") else row, "fmt": "csv"}
        args = {key: given[key] for key in one.pattern.converters}
        found.append((name, reverse(f"policy:{name}", kwargs=args)))
    return found


def both(client, address):
    """What reading and sending to an address answer."""
    return client.get(address), client.post(address, {"note": "x"})


def found(by) -> set[str]:
    """Titles of the reviews that the search gives somebody."""
    groups = search("review of draft", by)
    return {hit.title for group in groups for hit in group.hits if hit.url.startswith("/policy/re")}


@pytest.fixture
def stranger(db):
    """The focal point of another government."""
    return person(Role.FOCAL_POINT, country=PlaceFactory(code="ALB"), username="stranger")


def test_this_test_reads_every_address():
    known = {str(one.name) for one in urls.urlpatterns}
    names = {str(key) for key in get_resolver().namespace_dict["policy"][1].reverse_dict if isinstance(key, str)}
    assert known <= names
    assert len(known) > 15


def test_before_release_a_government_meets_nothing_at_all(client, review, people):
    judge_all(review, people.fatos, comment="Say who", internal=SECRET)
    handing.submit(review.record, subject=subject.SUBJECT, by=people.fatos)
    client.force_login(people.ion)
    for name, address in addresses(review):
        for answer in both(client, address):
            body = b"" if answer.streaming else answer.content
            if name in LISTS:
                assert answer.status_code in (200, 405)
            else:
                assert answer.status_code in (404, 405), name
            assert review.record.title.encode() not in body, name
    assert places.on_front_page(people.ion).rows == []
    assert not found(people.ion)


def test_after_release_a_government_reads_the_release_and_nothing_else(client, review, people):
    made = released(review, people)
    client.force_login(people.ion)
    row = made.rows.first().pk
    for name, address in addresses(review, row):
        if name in SHARED_ADDRESSES | LISTS:
            continue
        answer = client.get(address)
        if name == "review":
            assert answer.url == reverse("policy:released", args=[review.pk])
        else:
            assert answer.status_code in (404, 405), name
        if name not in SHARED_ADDRESSES:
            assert client.post(address, {"reason": "x"}).status_code in (302, 404, 405), name
    page = client.get(reverse("policy:released", args=[review.pk])).content.decode()
    assert "Say who decides." in page
    assert SECRET not in page
    assert "Draft Law" in client.get(reverse("policy:reviews")).content.decode()
    assert found(people.ion) == {made.title}


def test_what_is_judged_after_release_stays_in_the_office(client, review, people):
    released(review, people)
    actions.reopen(review, reason="A slip", by=people.fatos)
    row = rows_of(review)[0]
    actions.judge(row, by=people.fatos, revision=row.revision, judgement="contrary", comment="NOT YET said")
    client.force_login(people.ion)
    page = client.get(reverse("policy:released", args=[review.pk])).content.decode()
    assert "NOT YET" not in page
    assert "contrary" not in page


def test_another_government_is_told_of_nothing(client, review, people, stranger):
    made = released(review, people)
    client.force_login(stranger)
    for name, address in addresses(review, made.rows.first().pk):
        for answer in both(client, address):
            if name in LISTS:
                assert "Draft Law" not in answer.content.decode()
            else:
                assert answer.status_code in (404, 405), name
    assert places.on_front_page(stranger).rows == []


@pytest.mark.parametrize("who", ["jan", "nobody"])
def test_readers_and_strangers_are_refused(client, review, people, who):
    made = released(review, people)
    client.force_login(getattr(people, who))
    for name, address in addresses(review, made.rows.first().pk):
        for answer in both(client, address):
            assert answer.status_code in (403, 405), name


def test_the_anonymous_are_asked_to_sign_in(client, review):
    for name, address in addresses(review):
        assert client.get(address).status_code in (302, 405), name


@pytest.mark.parametrize("who", ["ana", "carla", "emil", "galina"])
def test_colleagues_read_but_do_not_change(client, review, people, who):
    client.force_login(getattr(people, who))
    row = rows_of(review)[0]
    page = client.get(reverse("policy:review", args=[review.pk]))
    assert page.status_code == 200
    assert 'name="judgement" value="full"' not in page.content.decode()
    for name in ("judge", "propose", "submit", "summary", "change", "release", "reopen", "close", "take-out"):
        answer = client.post(
            reverse(f"policy:review-{name}", args=[review.pk]), {"rows": [f"{row.pk}:1"], "reason": "x"}
        )
        assert answer.status_code == 403, name
    assert client.post(reverse("policy:review-row", args=[review.pk, row.pk]), {"comment": "x"}).status_code == 403


def test_the_government_answers_on_its_page(client, review, people):
    made = released(review, people)
    row = made.rows.first()
    client.force_login(people.ion)
    address = reverse("policy:released-answer", args=[review.pk, row.pk])
    wrong = client.post(address, {"stance": "disagree", "text": ""}, HTTP_HX_REQUEST="true").content.decode()
    assert "Say in a sentence why" in wrong
    saved = client.post(address, {"stance": "later", "text": "In a by-law"}, HTTP_HX_REQUEST="true").content.decode()
    assert "1 of 3 answered" in saved
    assert "In a by-law" in client.get(reverse("policy:released", args=[review.pk])).content.decode()
    plain = client.post(address, {"stance": "agree", "text": ""})
    assert plain.url.endswith(f"#answer-{row.pk}")
    client.post(reverse("policy:released-finish", args=[review.pk]))
    assert Review.objects.get(pk=review.pk).state == "answered"


def test_the_released_page_costs_a_fixed_number_of_queries(client, people, law, django_assert_max_num_queries):
    of = making.instrument("long")
    many = [making.requirement(of, str(number), obligation=f"Passports {number}") for number in range(30)]
    review = actions.start(law, instruments=[many[0].article.instrument], by=people.fatos)
    actions.judge_many(review, {row.pk: row.revision for row in rows_of(review)}, judgement="none", by=people.fatos)
    from tests.work.policy.review.steps import clear

    actions.release(clear(review, people), by=people.fatos)
    client.force_login(people.ion)
    client.get(reverse("policy:released", args=[review.pk]))
    with django_assert_max_num_queries(24):
        assert client.get(reverse("policy:released", args=[review.pk])).status_code == 200


def test_what_a_request_shows_of_its_reviews(review, people):
    asks = making.assistance_request()
    Review.objects.filter(pk=review.pk).update(request=asks)
    assert [link.label for link in places.of_request(asks, people.fatos).rows] == [review.record.title]
    assert places.of_request(asks, people.ion) is None
    released(review, people)
    assert [link.url for link in places.of_request(asks, people.ion).rows] == [
        reverse("policy:released", args=[review.pk])
    ]


def test_what_a_text_shows_of_its_reviews(review, people):
    text = review.version.text
    assert [link.label for link in places.of_text(text, people.fatos).rows] == [review.record.title]
    assert places.of_text(text, people.ion) is None
    released(review, people)
    assert [link.url for link in places.of_text(text, people.ion).rows] == [
        reverse("policy:released", args=[review.pk])
    ]


def test_which_requirements_a_law_meets_is_known_to_each_as_far_as_it_may_see(review, people, convention):
    keys = [one.pk for one in convention]
    place = PlaceFactory(code="MDA")
    judge_all(review, people.fatos, judgement="full")
    assert places.met(place, keys, people.fatos) == {}
    from tests.work.policy.review.steps import clear

    clear(review, people)
    assert set(places.met(place, keys, people.fatos)) == set(keys)
    assert places.met(place, keys, people.ion) == {}
    actions.release(review, by=people.fatos)
    assert set(places.met(place, keys, people.ion)) == set(keys)
