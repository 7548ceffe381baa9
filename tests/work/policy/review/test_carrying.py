"""The next version of the text: judgements whose words stayed are taken over, the others asked again."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from migov.work.policy.review import actions
from migov.work.policy.review.errors import ReviewRefused
from migov.work.policy.review.views.rows import changes
from tests.work.policy import making
from tests.work.policy.review.steps import rows_of

DOCUMENTS, DETENTION = making.LAW["2"], making.LAW["3"]


@pytest.fixture
def judged(review, people):
    """The first two rows name Articles 2(1) and 3; the third is answered by nothing."""
    passports, detention, astronauts = rows_of(review)
    one = review.version.provisions.get
    for row, label, judgement in ((passports, "Article 2(1)", "full"), (detention, "Article 3", "partial")):
        links = {one(label=label).pk: "confirmed"}
        actions.judge(row, by=people.fatos, revision=1, judgement=judgement, comment=f"On {label}", links=links)
    actions.judge(astronauts, by=people.fatos, revision=1, judgement="none", comment="Nothing on it")
    return review


def next_version(judged, articles):
    return making.text_version(judged.version.text, articles)


def carried(judged, people, articles):
    return actions.carry_over(next_version(judged, articles), review=judged, by=people.fatos)


def test_where_nothing_changed_every_judgement_stays_with_its_words(judged, people):
    made = carried(judged, people, making.LAW)
    rows = rows_of(made.review)
    assert (made.kept, made.again) == (3, 0)
    assert [row.judgement for row in rows] == ["full", "partial", "none"]
    assert rows[0].comment == "On Article 2(1)"
    assert rows[0].judged_by == people.fatos
    assert rows[0].links.get(state="confirmed").provision.version == made.review.version
    assert made.review.previous == judged


def test_a_provision_that_only_moved_keeps_its_judgement(judged, people):
    made = carried(judged, people, {"1": making.LAW["1"], "7": DOCUMENTS, "8": DETENTION})
    passports, detention, _astronauts = rows_of(made.review)
    assert passports.links.get(state="confirmed").provision.label == "Article 7(1)"
    assert detention.judgement == "partial"


def test_a_changed_provision_is_asked_again_and_shows_the_words_before_and_after(judged, people):
    changed = ("Documents", ["No employer may keep the passport of a worker for more than a day.", DOCUMENTS[1][1]])
    made = carried(judged, people, {**making.LAW, "2": changed})
    passports = rows_of(made.review)[0]
    assert (passports.judgement, passports.asked_again) == ("", True)
    assert passports.why_again == "Article 2(1) was changed."
    assert passports.comment == "On Article 2(1)"
    [one] = changes(passports)
    assert "for more than a day" in "".join(span.text for span in one.spans if span.kind == "in")
    at_its_place = passports.links.get(provision__label="Article 2(1)")
    assert (at_its_place.state, passports.carried_from.judgement) == ("proposed", "full")


def test_a_dropped_provision_is_asked_again(judged, people):
    made = carried(judged, people, {"1": making.LAW["1"], "2": DOCUMENTS})
    detention = rows_of(made.review)[1]
    assert detention.why_again == "Article 3 was dropped."
    [one] = changes(detention)
    assert one.now is None


def test_a_row_without_provisions_is_asked_again_only_where_a_new_article_may_answer_it(judged, people):
    space = ("Astronauts", ["Astronauts are given back to their agency at once."])
    made = carried(judged, people, {**making.LAW, "4": space})
    astronauts = rows_of(made.review)[2]
    assert astronauts.asked_again
    assert "Article 4 is new" in astronauts.why_again
    assert (made.kept, made.again) == (2, 1)


def test_judging_it_anew_ends_the_question(judged, people):
    made = carried(judged, people, {"1": making.LAW["1"], "2": DOCUMENTS})
    row = actions.judge(rows_of(made.review)[1], by=people.fatos, revision=1, judgement="none")
    assert not row.asked_again
    assert row.why_again


def test_what_was_set_aside_stays_set_aside(judged, people):
    row = rows_of(judged)[0]
    scope = judged.version.provisions.get(label="Article 1")
    actions.judge(row, by=people.fatos, revision=row.revision, links={scope.pk: "rejected"})
    made = carried(judged, people, making.LAW)
    assert rows_of(made.review)[0].links.get(provision__label="Article 1").state == "rejected"


def test_it_follows_only_once_and_only_the_same_text(judged, people):
    later = next_version(judged, making.LAW)
    actions.carry_over(later, review=judged, by=people.fatos)
    with pytest.raises(ReviewRefused, match="follows this one already"):
        actions.carry_over(later, review=judged, by=people.fatos)
    with pytest.raises(ReviewRefused, match="later version of the same text"):
        actions.carry_over(making.text_version(making.legal_text(citation="Other")), review=judged, by=people.fatos)


@pytest.mark.parametrize("who", ["ana", "carla", "ion", "jan"])
def test_outsiders_are_refused(judged, people, who):
    with pytest.raises(PermissionDenied):
        actions.carry_over(next_version(judged, making.LAW), review=judged, by=getattr(people, who))


def test_the_page_of_the_row_shows_the_words_before_and_after(judged, people, client):
    changed = ("Documents", ["No employer may keep the passport of a worker for more than a day.", DOCUMENTS[1][1]])
    made = carried(judged, people, {**making.LAW, "2": changed})
    row = rows_of(made.review)[0]
    client.force_login(people.fatos)
    page = client.get(reverse("policy:review-row", args=[made.review.pk, row.pk])).content.decode()
    assert "for more than a day" in page.partition("<ins>")[2].partition("</ins>")[0]
    assert "It was judged “full”." in page
    listed = client.get(reverse("policy:review", args=[made.review.pk]), {"judgement": "again"}).content.decode()
    assert "Article 2(1) was changed." in listed
    assert "No detention of children" not in listed
