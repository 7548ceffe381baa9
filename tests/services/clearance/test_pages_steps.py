"""Deciding, assigning, absence and rules in the browser: one form each, nothing typed is lost, outsiders are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from migov.foundation.people.models import Theme
from migov.services.clearance import actions, queries
from migov.services.clearance.models import Clearance, Decision, Delegation, Review, ReviewRule, State
from tests.services.clearance import desk
from tests.services.clearance.test_pages import at, words

pytestmark = pytest.mark.django_db


def test_the_decision_has_verdicts_disagreements_and_what_is_missing_on_one_page(clearance, people, client_for):
    desk.clear(clearance, people["carla"])
    actions.comment(clearance, round=1, anchor="budget", body="Rent is too high.", by=people["emil"])
    page = client_for(people["dora"]).get(at("decide", clearance))
    said = words(page)
    assert "Rent is too high." in said and "Endorse without waiting for the missing verdicts" in said
    assert [seat.review.reviewer for seat in page.context["missing"]] == [people["emil"]]
    assert ("Budget", "6,300\u00a0USD") in page.context["lines"]
    actions.judge(desk.seat_of(clearance, people["emil"]), round=1, opinion="changes", by=people["emil"])
    assert "The verdicts differ:" in words(client_for(people["dora"]).get(at("decide", clearance)))


def test_deciding_needs_a_choice_a_reason_and_the_verdicts(clearance, people, client_for):
    client, address = client_for(people["dora"]), at("decide", clearance)
    assert "Choose what you decide." in words(client.post(address, {"round": "1", "reason": "Good."}))
    assert "Give the reason" in words(client.post(address, {"round": "1", "outcome": "cleared"}))
    refused = client.post(address, {"round": "1", "outcome": "cleared", "reason": "Good work."})
    assert refused.status_code == 409 and "still missing" in words(refused) and "Good work." in words(refused)
    done = client.post(address, {"round": "1", "outcome": "cleared", "reason": "Good work.", "override": "1"})
    assert done.status_code == 302
    decision = Decision.objects.get()
    assert decision.overrode and decision.by == people["dora"]
    assert "Without these verdicts:" in words(client.get(address))


def test_a_decision_on_a_replaced_round_says_what_happened_and_keeps_the_reason(clearance, record, people, client_for):
    desk.write(record, "New words.")
    desk.submit(record, people["ana"], seen_round=1)
    sent = {"round": "1", "outcome": "cleared", "reason": "As agreed with the ministry.", "override": "1"}
    page = client_for(people["dora"]).post(at("decide", clearance), sent)
    said = words(page)
    assert page.status_code == 409 and "Round 2 was handed in meanwhile" in said
    assert "As agreed with the ministry." in said and "?from=1&amp;to=2&amp;show=all" in said
    assert not Decision.objects.exists()


def test_who_may_not_decide_reads_the_page_without_the_form(clearance, people, client_for):
    for who, reason in (("ana", "Nobody decides on what they have written"), ("carla", "Heads of unit decide here")):
        said = words(client_for(people[who]).get(at("decide", clearance)))
        assert reason in said and 'name="outcome"' not in said
        sent = {"round": "1", "outcome": "refused", "reason": "No."}
        assert client_for(people[who]).post(at("decide", clearance), sent).status_code == 403
    assert Clearance.objects.get().state == State.OPEN


def test_the_timeline_tells_all_and_who_was_asked_why(clearance, people, client_for):
    actions.comment(clearance, round=1, anchor="budget", body="Too much.", by=people["emil"])
    said = words(client_for(people["ana"]).get(at("timeline", clearance)))
    assert "handed it in" in said and "commented on Budget" in said
    assert "Asked because: theme: Labour migration and human development." in said
    assert "Ask somebody else too" not in said


def test_seats_are_given_filled_and_moved_by_those_who_may(clearance, people, client_for):
    client, seat = client_for(people["dora"]), desk.seat_of(clearance, people["carla"])
    client.post(at("assign", clearance), {"ask-person": people["fatos"].pk, "ask-seat": "Lawyer"})
    assert clearance.reviews.get(reviewer=people["fatos"]).seat == "Lawyer"
    client.post(at("reassign", clearance, seat.pk), {"to": people["galina"].pk, "reason": "On leave."})
    given = clearance.reviews.get(reviewer=people["galina"], ended_at__isnull=True)
    day = timezone.localdate() + timedelta(days=20)
    client.post(at("due", clearance), {"seat": given.pk, "due": day.isoformat()})
    client.post(at("due", clearance), {"due": day.isoformat()})
    assert Review.objects.get(pk=given.pk).due == Clearance.objects.get().due == day
    galina = client_for(people["galina"])
    galina.post(at("give-up", clearance, given.pk), {"reason": "Not my field."})
    assert Review.objects.get(pk=given.pk).ended_at is not None


def test_wrong_steps_with_seats_are_told_and_keep_what_was_typed(clearance, people, client_for):
    client, seat = client_for(people["dora"]), desk.seat_of(clearance, people["carla"])
    assert client.post(at("assign", clearance), {"ask-seat": "Lawyer"}).status_code == 422
    page = client.post(at("reassign", clearance, seat.pk), {"to": "", "reason": "On leave."})
    assert page.status_code == 422 and "Choose who takes the seat." in words(page) and "On leave." in words(page)
    assert client.post(at("due", clearance), {"due": "2026-02-31"}).status_code == 422
    assert "passed already" in words(client.post(at("due", clearance), {"due": "2001-01-01"}))
    page = client.post(at("assign", clearance), {"ask-person": people["emil"].pk, "ask-seat": "Again"})
    assert page.status_code == 409 and "reviews it already" in words(page) and "Again" in words(page)
    for who in ("carla", "ana"):
        assert client_for(people[who]).post(at("assign", clearance), {}).status_code == 403


def test_an_absence_is_said_shown_and_ended(clearance, people, client_for):
    client, today = client_for(people["carla"]), timezone.localdate()
    address = reverse("clearance:absence")
    sent = {"to": people["galina"].pk, "starts": today.isoformat(), "ends": today.isoformat(), "note": "Leave"}
    assert client.post(address, sent).status_code == 302
    assert "Leave" in words(client.get(address))
    twice = client.post(address, sent)
    assert twice.status_code == 422 and "stands in from" in words(twice) and "Leave" in words(twice)
    page = client_for(people["galina"]).get(at("clearance", clearance))
    assert "You stand in for carla" in words(page) and 'id="your-review"' in words(page)
    held = Delegation.objects.get()
    assert client_for(people["galina"]).post(reverse("clearance:absence-end", args=[held.pk])).status_code == 403
    client.post(reverse("clearance:absence-end", args=[held.pk]))
    assert not queries.stands_in_for(people["galina"])


def test_only_administrators_speak_for_others(people, client_for):
    today = timezone.localdate().isoformat()
    sent = {"person": people["carla"].pk, "to": people["galina"].pk, "starts": today, "ends": today}
    client_for(people["emil"]).post(reverse("clearance:absence"), sent)
    assert Delegation.objects.get().person == people["emil"]  # the field is not his: he speaks for himself
    client_for(people["kim"]).post(reverse("clearance:absence"), sent)
    assert Delegation.objects.filter(person=people["carla"]).exists()


def test_rules_are_sentences_and_are_changed_switched_and_added(record, people, client_for):
    client, rule = client_for(people["emil"]), ReviewRule.objects.get(code="t-labour")
    said = words(client.get(reverse("clearance:rules")))
    assert (
        "Asked: thematic specialist for Labour migration and human development, where the work is about that theme. "
        "The decision waits for it. Time: 5 working days." in said
    )
    sent = {
        "seat": "Specialist",
        "role": "specialist",
        "theme": rule.theme_id,
        "days": "0",
        "order": "1",
        "required": "on",
    }
    wrong = client.post(reverse("clearance:rule", args=[rule.pk]), sent)
    assert wrong.status_code == 422 and "one working day at least" in words(wrong)
    client.post(reverse("clearance:rule", args=[rule.pk]), sent | {"days": "7"})
    client.post(reverse("clearance:rule-switch", args=[rule.pk]), {})
    rule.refresh_from_db()
    assert (rule.days, rule.active, rule.required) == (7, False, True)
    new = {
        "subject": "test-paper",
        "seat": "Lawyer",
        "role": "policy",
        "flag": "legislation",
        "days": "4",
        "order": "9",
    }
    assert client.post(reverse("clearance:rule-add"), new).status_code == 302
    assert client.post(reverse("clearance:rule-add"), new).status_code == 302  # a second one gets a code of its own
    assert ReviewRule.objects.filter(seat="Lawyer").count() == 2


def test_rules_can_be_tried(record, people, client_for):
    page = client_for(people["ana"]).get(reverse("clearance:rules") + "?subject=test-paper&theme=labour&budget=5000")
    assert [(one.seat, one.person) for one in page.context["needed"]] == [
        ("Specialist", people["carla"]), ("M&E", people["emil"]),
    ]  # fmt: skip
    wrong = client_for(people["ana"]).get(reverse("clearance:rules") + "?subject=test-paper&budget=much")
    assert wrong.context["needed"] is None and "Enter a number" in words(wrong)


def test_only_those_who_may_change_rules(record, people, client_for):
    rule = ReviewRule.objects.get(code="t-labour")
    for who in ("ana", "dora", "carla"):
        client = client_for(people[who])
        assert client.get(reverse("clearance:rules")).status_code == 200
        assert client.get(reverse("clearance:rule-add")).status_code == 403
        assert client.post(reverse("clearance:rule", args=[rule.pk]), {}).status_code == 403
        assert client.post(reverse("clearance:rule-switch", args=[rule.pk])).status_code == 403
    rule.refresh_from_db()
    assert rule.active and rule.theme == Theme.objects.get(code="labour")


ROUTES = [
    ("get", "list", ()), ("get", "export", ("csv",)), ("get", "absence", ()), ("post", "absence", ()), ("get", "rules", ()),
    ("get", "rule-add", ()), ("get", "rule", (1,)), ("post", "rule-switch", (1,)), ("get", "load", ()),
    ("get", "load-export", ("csv",)), ("post", "absence-end", (1,)),
]  # fmt: skip


@pytest.mark.parametrize(("method", "name", "more"), ROUTES)
def test_outsiders_are_refused(people, client, client_for, method, name, more):
    address = reverse(f"clearance:{name}", args=more)
    away = getattr(client, method)(address)
    assert away.status_code == 302 and "/accounts/login/" in away.url
    for who in ("nobody", "ion", "jan"):
        assert getattr(client_for(people[who]), method)(address).status_code == 403
