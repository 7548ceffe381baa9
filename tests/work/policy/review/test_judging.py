"""Judging rows: what is kept, what two people at once may lose (nothing), and who is refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from migov.foundation.records.models import JournalEntry
from migov.work.policy.models import Row
from migov.work.policy.review import actions
from migov.work.policy.review.errors import ReviewRefused, RowConflict
from tests.racing import at_once
from tests.work.policy import making
from tests.work.policy.review.steps import rows_of


def test_a_judgement_is_kept_with_who_and_when(review, people):
    row = rows_of(review)[0]
    saved = actions.judge(
        row, by=people.fatos, revision=1, judgement="partial", comment="Say who  decides.\r\nAnd when.", internal="Ask Carla",
        wording="No employer …", planned_act="By-law", planned_for="upon accession",
    )  # fmt: skip
    saved.refresh_from_db()
    assert (saved.judgement, saved.comment) == ("partial", "Say who  decides.\nAnd when.")
    assert (saved.judged_by, saved.revision) == (people.fatos, 2)
    assert saved.judged_at is not None
    assert JournalEntry.objects.filter(record_id=review.pk, verb="row judged").count() == 1


def test_what_is_not_given_stays(review, people):
    row = rows_of(review)[0]
    actions.judge(row, by=people.fatos, revision=1, comment="First")
    saved = actions.judge(row, by=people.fatos, revision=2, judgement="full")
    assert saved.comment == "First"


def test_saying_the_same_again_changes_nothing(review, people):
    row = rows_of(review)[0]
    actions.judge(row, by=people.fatos, revision=1, judgement="full")
    assert actions.judge(row, by=people.fatos, revision=2, judgement="full").revision == 2


def test_a_judgement_can_be_taken_back(review, people):
    row = rows_of(review)[0]
    actions.judge(row, by=people.fatos, revision=1, judgement="full")
    saved = actions.judge(row, by=people.fatos, revision=2, judgement="")
    assert (saved.judgement, saved.judged_by, saved.judged_at) == ("", None, None)


def test_two_people_in_different_fields_both_keep_theirs(review, people):
    row = rows_of(review)[0]
    blank = {"comment": "", "wording": "", "judgement": ""}
    actions.judge(row, by=people.fatos, revision=1, seen=blank, comment="From Fatos", wording="", judgement="")
    saved = actions.judge(row, by=people.dora, revision=1, seen=blank, comment="", wording="From Dora", judgement="")
    assert (saved.comment, saved.wording) == ("From Fatos", "From Dora")


def test_two_people_in_the_same_field_are_told_and_nothing_is_lost(review, people):
    row = rows_of(review)[0]
    actions.judge(row, by=people.fatos, revision=1, comment="From Fatos")
    with pytest.raises(RowConflict) as met:
        actions.judge(row, by=people.dora, revision=1, seen={"comment": ""}, comment="From Dora", judgement="full")
    clash = met.value.clashes["comment"]
    assert (clash.theirs, clash.mine) == ("From Fatos", "From Dora")
    row.refresh_from_db()
    assert (row.comment, row.judgement) == ("From Fatos", "")


def test_who_has_seen_the_other_words_may_put_hers_in_their_place(review, people):
    row = rows_of(review)[0]
    actions.judge(row, by=people.fatos, revision=1, comment="From Fatos")
    saved = actions.judge(row, by=people.dora, revision=1, seen={"comment": ""}, over=["comment"], comment="From Dora")
    assert saved.comment == "From Dora"
    entry = JournalEntry.objects.filter(record_id=review.pk, verb="row changed").first()
    assert entry.detail["fields"]["comment"] == ["From Fatos", "From Dora"]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_leave_one_comment_and_one_conflict(review, people):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    row = rows_of(review)[0]
    outcomes = at_once(
        lambda: actions.judge(row.pk, by=people.fatos, revision=1, comment="From Fatos"),
        lambda: actions.judge(row.pk, by=people.dora, revision=1, comment="From Dora"),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Row", "RowConflict"]


def test_a_provision_nobody_proposed_can_be_added(review, people):
    row = rows_of(review)[2]
    scope = review.version.provisions.get(label="Article 1(1)")
    actions.judge(row, by=people.fatos, revision=1, links={scope.pk: "confirmed"})
    assert row.links.get(provision=scope).by == people.fatos


def test_a_provision_of_another_version_is_refused(review, people):
    foreign = making.text_version(making.legal_text(citation="Other")).provisions.first()
    with pytest.raises(ReviewRefused, match="not in the version"):
        actions.judge(rows_of(review)[0], by=people.fatos, revision=1, links={foreign.pk: "confirmed"})


def test_an_unknown_judgement_is_refused_with_its_field(review, people):
    with pytest.raises(ReviewRefused) as met:
        actions.judge(rows_of(review)[0], by=people.fatos, revision=1, judgement="excellent")
    assert met.value.field == "judgement"


def test_many_rows_are_judged_at_once_but_not_those_that_others_changed(review, people):
    first, second, third = rows_of(review)
    actions.judge(second, by=people.dora, revision=1, comment="Wait")
    done = actions.judge_many(review, {first.pk: 1, second.pk: 1}, judgement="na", by=people.fatos)
    assert (done.done, done.left) == (1, (second.pk,))
    assert [row.judgement for row in rows_of(review)] == ["na", "", ""]
    assert Row.objects.get(pk=third.pk).judged_by is None


def test_many_rows_of_another_review_are_left(review, people, convention, law):
    other = actions.start(law, instruments=[convention[0].article.instrument], by=people.fatos)
    done = actions.judge_many(review, {rows_of(other)[0].pk: 1}, judgement="na", by=people.fatos)
    assert done.done == 0
    assert rows_of(other)[0].judgement == ""


@pytest.mark.parametrize("who", ["ana", "carla", "emil", "ion", "jan", "nobody"])
def test_only_those_who_lead_or_work_on_it_judge(review, people, who):
    by = getattr(people, who)
    with pytest.raises(PermissionDenied):
        actions.judge(rows_of(review)[0], by=by, revision=1, judgement="full")
    with pytest.raises(PermissionDenied):
        actions.judge_many(review, {rows_of(review)[0].pk: 1}, judgement="full", by=by)
    with pytest.raises(PermissionDenied):
        actions.summarise(review, summary="Mine", by=by)


def test_the_overall_assessment_meets_a_conflict_kindly(review, people):
    actions.summarise(review, summary="By Fatos", seen="", by=people.fatos)
    with pytest.raises(RowConflict) as met:
        actions.summarise(review, summary="By Dora", seen="", by=people.dora)
    assert met.value.clashes["summary"].theirs == "By Fatos"
