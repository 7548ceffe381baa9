"""From clearance to the government: what is frozen, released, answered, corrected and closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from migov.foundation.records.models import Record
from migov.services.clearance.actions import deciding, handing
from migov.services.clearance.errors import Hindered
from migov.services.clearance.subjects import Refused
from migov.services.notices.models import Notice
from migov.work.policy.models import Answer, Release, Review
from migov.work.policy.review import actions, reminders, subject
from migov.work.policy.review.errors import ReviewRefused
from migov.work.policy.review.queries import concordance
from migov.work.policy.review.queries import released as as_released
from tests.racing import at_once
from tests.work.policy import making
from tests.work.policy.review.steps import clear, judge_all, released, rows_of


def test_it_is_not_handed_in_before_every_row_is_judged(review, people):
    with pytest.raises(Hindered, match="3 rows are not judged"):
        handing.submit(review.record, subject=subject.SUBJECT, by=people.fatos)


def test_clearance_moves_it_and_freezes_rows_by_source(review, people):
    judge_all(review, people.fatos, comment="Say who decides.", internal="SECRET of the office")
    made = handing.submit(review.record, subject=subject.SUBJECT, by=people.fatos)
    review.refresh_from_db()
    assert review.state == "clearance"
    source = made.content["parts"][1]
    assert source["anchor"] == "source:test-convention"
    assert [line[0] for line in source["lines"]] == [f"row:{row.pk}" for row in rows_of(review)]
    assert "SECRET" not in str(made.content)


def test_sent_back_and_taken_back_it_is_judged_again(review, people):
    judge_all(review, people.fatos)
    made = handing.submit(review.record, subject=subject.SUBJECT, by=people.fatos)
    deciding.decide(made.clearance, round=1, outcome="returned", reason="More.", by=people.dora)
    assert Review.objects.get(pk=review.pk).state == "judging"
    handing.submit(review.record, subject=subject.SUBJECT, note="Again", seen_round=1, by=people.fatos)
    handing.take_back(made.clearance, reason="Not yet", by=people.fatos)
    assert Review.objects.get(pk=review.pk).state == "judging"


def test_what_was_changed_after_handing_in_is_not_cleared(review, people):
    judge_all(review, people.fatos)
    made = handing.submit(review.record, subject=subject.SUBJECT, by=people.fatos)
    row = rows_of(review)[0]
    actions.judge(row, by=people.fatos, revision=row.revision, comment="New words")
    with pytest.raises(Refused, match="TEST-CONVENTION 8"):
        deciding.decide(made.clearance, round=1, outcome="cleared", reason="Fine.", override=True, by=people.dora)


def test_a_cleared_review_is_closed_to_judging(review, people):
    judge_all(review, people.fatos)
    clear(review, people)
    with pytest.raises(ReviewRefused, match="cleared"):
        actions.judge(rows_of(review)[0], by=people.fatos, revision=2, comment="Late")


def test_only_what_was_cleared_is_released(review, people):
    judge_all(review, people.fatos)
    with pytest.raises(ReviewRefused, match="cleared"):
        actions.release(review, by=people.fatos)


def test_release_copies_the_rows_and_shares_them_with_the_government(review, people):
    made = released(review, people, note="Dear colleagues", answer_by=timezone.localdate() + timedelta(days=30))
    assert made.number == 1
    assert Record.objects.visible_to(people.ion).filter(pk=review.pk).exists()
    assert Review.objects.get(pk=review.pk).state == "released"
    said = [row.said for row in made.rows.all()]
    assert [one["judgement"] for one in said] == ["partial"] * 3
    assert said[0]["provisions"][0]["label"].startswith("Article 2")
    assert "SECRET" not in str(said)
    notice = Notice.objects.get(person=people.ion)
    assert "Dear colleagues" in notice.text


def test_the_table_of_the_release_is_the_table_of_the_office_without_what_is_internal(review, people):
    made = released(review, people)
    office, government = concordance(Review.objects.get(pk=review.pk)), as_released(made)
    assert office.lines == government.lines
    assert (office.release, government.release) == (None, 1)
    assert government.sources[0].short_title == "TEST-CONVENTION"
    assert government.lines[0].provisions[0].text


def test_tables_cost_a_fixed_number_of_queries(review, people, django_assert_max_num_queries):
    made = released(review, people)
    with django_assert_max_num_queries(10):
        concordance(Review.objects.get(pk=review.pk))
    with django_assert_max_num_queries(6):
        as_released(made)


@pytest.mark.parametrize("who", ["ana", "carla", "emil", "hana", "ion", "jan", "nobody"])
def test_only_policy_officers_and_endorsers_release_reopen_and_close(review, people, who):
    judge_all(review, people.fatos)
    clear(review, people)
    by = getattr(people, who)
    for act in (
        lambda: actions.release(review, by=by),
        lambda: actions.reopen(review, reason="x", by=by),
        lambda: actions.close(review, by=by),
        lambda: actions.take_out(review, reason="x", by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_day_that_has_passed_is_refused(review, people):
    judge_all(review, people.fatos)
    clear(review, people)
    with pytest.raises(ReviewRefused) as met:
        actions.release(review, by=people.fatos, answer_by=date(2020, 1, 1))
    assert met.value.field == "answer_by"


def test_the_government_answers_row_by_row_and_a_new_answer_supersedes(review, people):
    row = released(review, people).rows.first()
    actions.answer(row, stance="agree", by=people.ion)
    actions.answer(row, stance="partly", text="Not in this law.", by=people.ion)
    assert [one.stance for one in row.answers.all()] == ["agree", "partly"]
    assert row.answers.filter(superseded_at__isnull=True).get().stance == "partly"
    line = concordance(Review.objects.get(pk=review.pk)).lines[0]
    assert (line.answer.stance, line.answer.text) == ("partly", "Not in this law.")


def test_the_same_answer_again_adds_nothing(review, people):
    row = released(review, people).rows.first()
    actions.answer(row, stance="agree", by=people.ion)
    actions.answer(row, stance="agree", by=people.ion)
    assert row.answers.count() == 1


def test_an_answer_other_than_yes_needs_words(review, people):
    row = released(review, people).rows.first()
    with pytest.raises(ReviewRefused) as met:
        actions.answer(row, stance="disagree", by=people.ion)
    assert met.value.field == "text"


def test_the_office_may_write_an_answer_down_but_not_any_government(review, people):
    row = released(review, people).rows.first()
    actions.answer(row, stance="agree", by=people.fatos)
    for who in (people.ana, people.emil, people.jan, people.nobody):
        with pytest.raises(PermissionDenied):
            actions.answer(row, stance="agree", by=who)


def test_when_all_rows_are_answered_the_office_is_told(review, people):
    made = released(review, people)
    for row in made.rows.all():
        actions.answer(row, stance="agree", by=people.ion)
    assert Review.objects.get(pk=review.pk).state == "answered"
    assert Notice.objects.filter(person=people.fatos, title__contains="has answered").count() == 1


def test_the_government_may_say_that_it_is_done_before_the_last_row(review, people):
    made = released(review, people)
    with pytest.raises(ReviewRefused, match="No row"):
        actions.finish(made, by=people.ion)
    actions.answer(made.rows.first(), stance="agree", by=people.ion)
    assert actions.finish(made, by=people.ion).state == "answered"


def test_a_correction_makes_a_new_release_and_keeps_answers_to_rows_that_say_the_same(review, people):
    first = released(review, people)
    for row in first.rows.all():
        actions.answer(row, stance="agree", text=f"row {row.order}", by=people.ion)
    actions.reopen(review, reason="A slip in row 1", by=people.fatos)
    row = rows_of(review)[0]
    actions.judge(row, by=people.fatos, revision=row.revision, judgement="full")
    second = actions.release(clear(review, people), by=people.fatos)
    assert second.number == 2
    kept = Answer.objects.filter(row__release=second, superseded_at__isnull=True)
    assert sorted(kept.values_list("text", flat=True)) == ["row 1", "row 2"]
    assert first.rows.get(order=0).said["judgement"] == "partial"


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_once_make_one_release(review, people):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    judge_all(review, people.fatos)
    clear(review, people)
    outcomes = at_once(
        lambda: actions.release(review.pk, by=people.fatos), lambda: actions.release(review.pk, by=people.dora)
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Release", "ReviewRefused"]
    assert review.releases.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one_that_stands(review, people):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    row = released(review, people).rows.first()
    at_once(
        lambda: actions.answer(row.pk, stance="agree", by=people.ion),
        lambda: actions.answer(row.pk, stance="later", text="In a by-law", by=people.fatos),
    )
    assert row.answers.count() == 2
    assert row.answers.filter(superseded_at__isnull=True).count() == 1


def test_an_earlier_release_is_no_longer_answered(review, people):
    first = released(review, people)
    actions.reopen(review, reason="A slip", by=people.fatos)
    actions.release(clear(review, people), by=people.fatos)
    with pytest.raises(ReviewRefused, match="newer version"):
        actions.answer(first.rows.first(), stance="agree", by=people.ion)


def test_a_closed_review_takes_no_more_answers(review, people):
    made = released(review, people)
    actions.close(review, by=people.fatos)
    with pytest.raises(ReviewRefused, match="closed"):
        actions.answer(made.rows.first(), stance="agree", by=people.ion)


def test_a_released_review_is_not_taken_out(review, people):
    released(review, people)
    with pytest.raises(ReviewRefused, match="released"):
        actions.take_out(review, reason="Mistake", by=people.fatos)


def test_days_that_come_near_are_told_once(review, people):
    Review.objects.filter(pk=review.pk).update(due=timezone.localdate() + timedelta(days=3))
    assert reminders.remind(timezone.localdate()) == {"reviews due": 1}
    reminders.remind(timezone.localdate())
    assert Notice.objects.filter(person=people.fatos, title__contains="is due on").count() == 1
    made = released(review, people, answer_by=timezone.localdate() + timedelta(days=5))
    reminders.remind(timezone.localdate())
    assert Notice.objects.filter(person=people.ion, title__contains="is asked for").count() == 1
    assert Release.objects.get(pk=made.pk).answer_by is not None


def test_who_decides_reads_the_review_in_a_few_lines(review, people, client_for):
    judge_all(review, people.fatos, comment="Say who decides.")
    actions.summarise(review, summary="A good draft that forgets the authority.", by=people.fatos)
    made = handing.submit(review.record, subject=subject.SUBJECT, by=people.fatos)
    page = client_for(people.dora).get(f"/clearance/{made.clearance_id}/decide/").content.decode()
    assert "partial 3" in page and "A good draft that forgets the authority." in page


def test_the_government_s_answers_are_complete_also_while_the_office_corrects_the_review(review, people):
    made = released(review, people, answer_by=timezone.localdate() + timedelta(days=5))
    actions.answer(made.rows.first(), stance="agree", by=people.ion)
    actions.reopen(review, reason="A slip", by=people.fatos)
    actions.finish(made, by=people.ion)
    actions.finish(made, by=people.ion)
    made.refresh_from_db()
    assert made.answered_at is not None and made.answered_by == people.ion
    assert Review.objects.get(pk=review.pk).state == "judging"
    assert Notice.objects.filter(person=people.fatos, title__contains="has answered").count() == 1
    reminders.remind(timezone.localdate())
    assert not Notice.objects.filter(person=people.ion, title__contains="is asked for").exists()


def test_a_new_release_waits_for_answers_again(review, people):
    first = released(review, people)
    actions.answer(first.rows.first(), stance="agree", by=people.ion)
    actions.finish(first, by=people.ion)
    actions.reopen(review, reason="A slip", by=people.fatos)
    second = actions.release(clear(review, people), by=people.fatos)
    assert second.answered_at is None
    assert actions.finish(second, by=people.ion).state == "answered"


def test_a_release_says_how_many_were_told(review, people):
    assert released(review, people).told == 1


def test_without_a_focal_point_nobody_was_told(review, people):
    people.ion.is_active = False
    people.ion.save()
    made = released(review, people)
    assert made.told == 0
    assert not Notice.objects.filter(key=f"review-released:{made.pk}").exists()


def test_a_text_of_no_country_is_released_to_nobody(people, convention):
    version = making.text_version(making.legal_text(country=""))
    review = actions.start(version, instruments=[convention[0].article.instrument], by=people.fatos)
    judge_all(review, people.fatos)
    cleared = clear(review, people)
    with pytest.raises(ReviewRefused, match="no country"):
        actions.release(cleared, by=people.fatos)
    assert not review.releases.exists()
