"""The questions: who sees what, what waits for whom, the whole story, load and pace; each with a bounded number of queries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people import access
from migov.foundation.people.models import Office
from migov.foundation.records.models import Record
from migov.services.clearance import actions, queries, views_rows
from migov.services.clearance.models import Clearance, Decision, Delegation, Review, Submission, Verdict
from migov.services.clearance.queries.people import decidable
from migov.services.clearance.workdays import after
from tests.factories import RecordFactory, person
from tests.services.clearance import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def fresh(user):
    """The user as a new request reads it, without what was remembered."""
    return type(user).objects.get(pk=user.pk)


def many(people, count=6):
    """More papers like the first, each handed in."""
    return [desk.submit(desk.paper(people), people["ana"]).clearance for _n in range(count)]


def test_who_may_see_a_clearance(clearance, record, people):
    for name in ("ana", "carla", "dora", "hana", "kim"):
        assert queries.clearance_for(people[name], clearance.pk) == clearance
    for name in ("boris", "ion", "jan", "nobody"):
        with pytest.raises(Clearance.DoesNotExist):
            queries.clearance_for(people[name], clearance.pk)
    Record.objects.filter(pk=record.pk).update(visibility="public")
    assert queries.clearance_for(fresh(people["boris"]), clearance.pk) == clearance
    with pytest.raises(PermissionDenied):
        queries.clearance_for(fresh(people["jan"]), clearance.pk)


def test_rounds_and_what_they_said(clearance, record, people):
    desk.write(record, "New words.")
    desk.submit(record, people["ana"], seen_round=1)
    clearance.refresh_from_db()
    assert queries.content_of(queries.round_of(clearance)).parts[0].text == "New words."
    assert queries.content_of(queries.round_of(clearance, 1)).parts[0].text == desk.SUMMARY
    with pytest.raises(Submission.DoesNotExist):
        queries.round_of(clearance, 3)
    assert queries.standing_clearance(record) == clearance
    assert [one.number for one in queries.clearances_of(record)[0].submissions.all()] == [1, 2]


def test_seats_say_who_what_and_how_far(clearance, record, people, django_assert_num_queries):
    carla, today = people["carla"], timezone.localdate()
    desk.clear(clearance, carla)
    desk.write(record, "New words.")
    desk.submit(record, people["ana"], seen_round=1)
    clearance.refresh_from_db()
    seat = desk.seat_of(clearance, carla)
    actions.answer_checklist(seat, round=2, question="money", answer="partly", by=carla)
    Review.objects.filter(pk=seat.pk).update(due=today - timedelta(days=1))
    Delegation.objects.create(person=carla, to=people["fatos"], starts=today, ends=today)
    with django_assert_num_queries(4):
        first, second = sorted(queries.seats(clearance), key=lambda one: one.review.seat, reverse=True)
    assert (first.review, first.stand_in, first.verdict, first.late) == (seat, people["fatos"], None, True)
    assert first.before is not None
    assert first.before.opinion == "clear"
    assert (first.answered, first.questions, first.answers["money"].answer) == (1, 2, "partly")
    assert (second.before, second.late, second.stood_in) == (None, False, False)
    assert [one.verdict.opinion for one in queries.seats(clearance, 1) if one.verdict] == ["clear"]


def test_threads_and_counts(clearance, people, django_assert_max_num_queries):
    carla = people["carla"]
    one = actions.comment(clearance, round=1, anchor="section:summary", body="One.", by=carla)
    two = actions.comment(clearance, round=1, anchor="budget", body="Two.", by=carla)
    actions.reply(one, body="Yes.", by=people["ana"])
    with django_assert_max_num_queries(3):
        found = queries.threads(clearance)
        shown = [(thread.remark.body, [answer.body for answer in thread.answers], thread.round) for thread in found]
    assert shown == [("One.", ["Yes."], 1), ("Two.", [], 1)]
    assert [thread.remark for thread in queries.threads(clearance, anchor="budget")] == [two]
    assert queries.threads(clearance, 2) == []
    actions.withdraw_comment(two, by=carla)
    counted = queries.counts(clearance)
    assert (counted.open, counted.answered, counted.withdrawn, counted.unsettled) == (0, 1, 1, 1)
    assert counted.by_place == {"section:summary": 1}


def test_what_each_may_do(clearance, people):
    may = {name: queries.abilities(people[name], clearance) for name in ("ana", "carla", "dora", "hana", "boris")}
    assert (may["ana"].author, may["ana"].submit, may["ana"].decide, may["ana"].seat) == (True, True, False, None)
    assert (may["carla"].seat, may["carla"].decide) == (desk.seat_of(clearance, people["carla"]), False)
    assert (may["dora"].decide, may["dora"].assign, may["dora"].submit) == (True, True, False)
    assert (may["hana"].assign, may["hana"].decide) == (True, False)
    assert may["boris"] == queries.Abilities()
    today = timezone.localdate()
    for who in ("carla", "dora"):
        Delegation.objects.create(person=people[who], to=people["galina"], starts=today, ends=today)
    stand_in = queries.abilities(people["galina"], clearance)
    assert (stand_in.seat, stand_in.stands_in_for) == (desk.seat_of(clearance, people["carla"]), people["carla"])
    assert (stand_in.decide, stand_in.decides_for) == (True, people["dora"])


def test_the_story_in_order(clearance, record, people, django_assert_max_num_queries):
    today = timezone.localdate()
    Delegation.objects.create(person=people["carla"], to=people["fatos"], starts=today, ends=today)
    remark = actions.comment(clearance, round=1, anchor="section:summary", body="How many?", by=people["carla"])
    actions.judge(desk.seat_of(clearance, people["carla"]), round=1, opinion="changes", by=people["fatos"])
    actions.reply(remark, body="200.", by=people["ana"])
    actions.settle(remark, by=people["carla"])
    actions.reassign(desk.seat_of(clearance, people["emil"]), to=people["galina"], reason="Ill.", by=people["hana"])
    actions.set_due(clearance, due=after(today, 9), by=people["hana"])
    Review.objects.filter(reviewer=people["galina"]).update(due=today)
    actions.remind(after(today, 3))
    actions.decide(clearance, round=1, outcome="returned", reason="See comments.", by=people["dora"])
    desk.submit(record, people["ana"], seen_round=1, note="Answered.")
    actions.decide(clearance, round=2, outcome="cleared", reason="Sound.", override=True, by=people["dora"])
    clearance.refresh_from_db()
    with django_assert_max_num_queries(8):
        story = queries.timeline(clearance)
    assert [one.kind for one in story if one.kind not in {"asked", "delegated"}] == [
        "submitted", "commented", "judged", "answered", "settled", "seat", "due", "escalated", "decided", "submitted", "decided",
    ]  # fmt: skip
    said = "\n".join(f"{one.who} {one.words} {one.text}" for one in story)
    assert "fatos gave the verdict “changes needed” on round 1 in the place of carla (Specialist)" in said
    assert "hana gave the seat “M&E” to galina Ill." in said
    assert "dora cleared round 2, without these verdicts: Specialist (carla); M&E (galina) Sound." in said
    assert "fatos stands in for carla" in said
    assert [one.at for one in story] == sorted(one.at for one in story)


class TestWaiting:
    def test_reviews_and_decisions_oldest_due_first(self, clearance, people):
        other = many(people, 1)[0]
        Review.objects.filter(clearance=other).update(due=timezone.localdate() - timedelta(days=3))
        mine = queries.waiting_for(fresh(people["carla"]))
        assert [(one.clearance, one.late, one.again) for one in mine.reviews] == [
            (other, True, False),
            (clearance, False, False),
        ]
        assert [theme.code for theme in mine.reviews[0].themes] == ["labour"]
        assert mine.decisions == []
        desk.clear(clearance, people["carla"], people["emil"])
        assert [one.clearance for one in queries.waiting_for(fresh(people["carla"])).reviews] == [other]
        decisions = queries.waiting_for(fresh(people["dora"])).decisions
        assert {(one.clearance, one.ready, one.missing, one.seats) for one in decisions} == {
            (clearance, True, 0, 2), (other, False, 2, 2),
        }  # fmt: skip

    def test_a_new_round_is_said_to_be_one(self, clearance, record, people):
        desk.clear(clearance, people["carla"])
        desk.submit(record, people["ana"], seen_round=1, note="Again.")
        assert [one.again for one in queries.waiting_for(fresh(people["carla"])).reviews] == [True]

    def test_who_stands_in_sees_it_too(self, clearance, people):
        today = timezone.localdate()
        Delegation.objects.create(person=people["carla"], to=people["fatos"], starts=today, ends=today)
        Delegation.objects.create(person=people["dora"], to=people["fatos"], starts=today, ends=today)
        found = queries.waiting_for(fresh(people["fatos"]))
        assert [one.stood_for for one in found.reviews] == [people["carla"]]
        assert [one.stood_for for one in found.decisions] == [people["dora"]]

    def test_it_waits_for_nobody_else(self, clearance, people):
        for name in ("ana", "boris", "fatos", "hana", "ion", "jan", "nobody"):
            assert len(queries.waiting_for(fresh(people[name]))) == 0
        actions.decide(clearance, round=1, outcome="returned", reason="x", by=people["dora"])
        for name in ("carla", "dora", "emil"):
            assert len(queries.waiting_for(fresh(people[name]))) == 0

    def test_decisions_for_many_agree_with_the_permission_for_one(self, people):
        records = [
            RecordFactory(office=Office.objects.get(code=code), owner=people[owner], visibility=visibility)
            for code in ("tirana", "chisinau", "ro-vienna")
            for owner in ("ana", "dora")
            for visibility in ("office", "internal")
        ]
        heads = [*people.values(), person("endorser", Office.objects.get(code="tirana"))]
        for one in heads:
            listed = set(Record.objects.visible_to(one).filter(decidable(one)).values_list("pk", flat=True))
            allowed = {row.pk for row in records if access.allowed(one, "clearance.decide", row)}
            assert listed & {row.pk for row in records} == allowed, one

    def test_ones_own_work_and_whom_it_waits_for(self, clearance, people):
        actions.comment(clearance, round=1, anchor="budget", body="Dear.", by=people["carla"])
        (own,) = queries.waited_on_by(people["ana"])
        assert {seat.reviewer.username for seat in own.waits_for} == {"carla", "emil"}
        assert (own.remarks, own.answered, own.to_change, own.to_decide) == (1, 0, False, False)
        desk.clear(clearance, people["carla"], people["emil"])
        (own,) = queries.waited_on_by(people["ana"])
        assert own.to_decide
        actions.decide(clearance, round=1, outcome="returned", reason="x", by=people["dora"])
        (own,) = queries.waited_on_by(people["ana"])
        assert (own.to_change, own.to_decide) == (True, False)
        for name in ("boris", "carla", "jan", "nobody"):
            assert queries.waited_on_by(people[name]) == []

    def test_what_is_late(self, clearance, people):
        today = timezone.localdate()
        Review.objects.filter(reviewer=people["carla"]).update(due=today - timedelta(days=7))
        Clearance.objects.update(due=today - timedelta(days=1))
        found = queries.late(fresh(people["hana"]))
        assert (found[0].who, found[0].days) == (people["carla"], 5)
        assert found[1].review is None
        for name in ("boris", "ion", "jan", "nobody"):
            assert queries.late(fresh(people[name])) == []

    def test_the_number_of_queries_does_not_grow(self, clearance, people, django_assert_max_num_queries):
        many(people)
        for name in ("carla", "dora"):
            user = fresh(people[name])
            with django_assert_max_num_queries(9):
                assert len(queries.waiting_for(user)) >= 3
        with django_assert_max_num_queries(5):
            assert len(queries.waited_on_by(fresh(people["ana"]))) == 7
        with django_assert_max_num_queries(4):
            queries.late(fresh(people["hana"]))


class TestWorkload:
    def test_load_and_pace_of_reviewers_and_steps(self, people, django_assert_max_num_queries):
        desk.rules()
        first, second = many(people, 2)
        desk.clear(first, people["carla"], people["emil"])
        actions.decide(first, round=1, outcome="cleared", reason="x", by=people["dora"])
        monday = datetime(2026, 10, 5, 9, tzinfo=UTC)
        for row, at in ((Submission, monday), (Review, monday)):
            row.objects.filter(clearance=first).update(**{"at" if row is Submission else "asked_at": at})
        Verdict.objects.filter(by=people["carla"]).update(recorded_at=monday + timedelta(days=7))
        Verdict.objects.filter(by=people["emil"]).update(recorded_at=monday + timedelta(days=2))
        Decision.objects.update(at=monday + timedelta(days=9))
        Review.objects.filter(clearance=second, reviewer=people["carla"]).update(due=date(2026, 1, 1))
        user = fresh(people["hana"])
        with django_assert_max_num_queries(8):
            found = queries.workload(user)
        lines = {str(line.person): (line.open, line.late, line.done, line.median_days) for line in found.reviewers}
        assert lines == {"carla": (1, 1, 1, 5.0), "emil": (1, 0, 1, 2.0)}
        steps = {step.code: (step.waiting, step.late, step.done, step.median_days) for step in found.steps}
        assert steps == {"review": (2, 1, 2, 3.5), "decision": (0, 0, 1, 2.0), "change": (0, 0, 0, None)}
        assert found.bottleneck is not None
        assert found.bottleneck.code == "review"
        assert queries.workload(fresh(people["hana"]), since=date(2026, 11, 1)).bottleneck is None

    def test_the_authors_time_is_counted_from_the_return(self, clearance, record, people):
        actions.decide(clearance, round=1, outcome="returned", reason="x", by=people["dora"])
        desk.submit(record, people["ana"], seen_round=1, note="Again.")
        Decision.objects.update(at=datetime(2026, 10, 5, 9, tzinfo=UTC))
        Submission.objects.filter(number=2).update(at=datetime(2026, 10, 8, 9, tzinfo=UTC))
        steps = {step.code: step.median_days for step in queries.workload(fresh(people["hana"])).steps}
        assert steps["change"] == 3.0

    def test_only_heads_see_it(self, people):
        for name in ("ana", "carla", "fatos", "ion", "jan", "nobody"):
            with pytest.raises(PermissionDenied):
                queries.workload(people[name])

    def test_a_seat_without_a_reviewer_holds_the_decision_up(self, clearance, people):
        desk.clear(clearance, people["emil"])
        actions.give_up(desk.seat_of(clearance, people["carla"]), reason="Ill.", by=people["carla"])
        found = queries.workload(fresh(people["hana"]))
        assert {step.code: step.waiting for step in found.steps} == {"review": 1, "decision": 0, "change": 0}
        assert [line.open for line in found.reviewers] == [0]
        assert views_rows.deciding(people["hana"]) == []
        assert [row.who for row in views_rows.open_seats(people["hana"])] == ["nobody named yet"]

    def test_a_verdict_that_is_replaced_later_counts_when_it_was_first_given(self, clearance, people):
        seat = desk.seat_of(clearance, people["carla"])
        actions.judge(seat, round=1, opinion="changes", note="No baseline.", by=people["carla"])
        Verdict.objects.update(recorded_at=timezone.now() - timedelta(days=30))
        actions.judge(seat, round=1, opinion="not-cleared", note="None at all.", by=people["carla"])
        since = timezone.localdate() - timedelta(days=7)
        lines = {str(one.person): one.done for one in queries.workload(fresh(people["hana"]), since=since).reviewers}
        assert lines.get("carla", 0) == 0
        assert views_rows.verdicts(people["hana"], since) == []
        assert len(views_rows.verdicts(people["hana"], None)) == 1


def test_the_story_knows_the_days_of_the_office(clearance, people):
    """Half past midnight in Vienna is the day before by universal time."""
    opened, ended = (datetime(2026, 11, day, 23, 30, tzinfo=UTC) for day in (9, 11))
    Clearance.objects.update(opened_at=opened, ended_at=ended, state="refused")
    clearance.refresh_from_db()

    def told(day: int) -> bool:
        one = Delegation.objects.create(
            person=people["carla"], to=people["fatos"], starts=date(2026, 11, day), ends=date(2026, 11, day)
        )
        found = any(event.kind == "delegated" for event in queries.timeline(clearance))
        one.delete()
        return found

    assert [told(day) for day in (9, 10, 12, 13)] == [False, True, True, False]


def test_a_decision_is_not_offered_in_the_place_of_who_handed_it_in(clearance, people):
    today = timezone.localdate()
    Delegation.objects.create(person=people["dora"], to=people["galina"], starts=today, ends=today)
    assert len(queries.waiting_for(fresh(people["galina"])).decisions) == 1
    Submission.objects.update(by=people["dora"])
    assert queries.waiting_for(fresh(people["galina"])).decisions == []
    with pytest.raises(PermissionDenied):
        actions.decide(clearance, round=1, outcome="refused", reason="x", by=fresh(people["galina"]))
