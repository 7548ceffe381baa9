"""A roadmap is followed up year by year; nothing that somebody said is overwritten unseen."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.models import User
from migov.services.notices.models import Notice
from migov.work.governance.models import FollowUp, Roadmap, RoadmapAction
from migov.work.governance.roadmaps import queries, reminders
from migov.work.governance.roadmaps.actions import drawing, following, lines
from migov.work.governance.roadmaps.actions.following import Said
from migov.work.governance.roadmaps.actions.ground import RoadmapError

pytestmark = pytest.mark.django_db
People = dict[str, User]


def standing(action: RoadmapAction, year: int) -> FollowUp:
    found: FollowUp = FollowUp.objects.current().get(action=action, year=year)
    return found


def test_the_government_says_how_a_year_went(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    outcome = following.follow(agreed, 2025, [Said(action.pk, "begun", "1", "One by-law drafted.")], by=people["ion"])
    assert outcome.complete and len(outcome.saved) == 1
    said = standing(action, 2025)
    assert (said.state, said.value, said.by) == ("begun", "1", people["ion"])
    action.refresh_from_db()
    assert action.state == "begun"


def test_said_anew_the_earlier_words_are_kept(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    first = following.follow(agreed, 2025, [Said(action.pk, "begun", "1")], by=people["ion"]).saved[0]
    following.follow(agreed, 2025, [Said(action.pk, "begun", "2", seen=first.pk)], by=people["fatos"])
    assert standing(action, 2025).value == "2"
    assert FollowUp.objects.filter(action=action, year=2025).count() == 2


def test_the_second_of_two_is_shown_what_the_first_said(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    following.follow(agreed, 2025, [Said(action.pk, "begun", "1")], by=people["ion"])
    outcome = following.follow(agreed, 2025, [Said(action.pk, "planned", "0")], by=people["fatos"])
    assert not outcome.saved and outcome.standing[action.pk].value == "1"
    assert standing(action, 2025).state == "begun"


def test_the_same_from_two_is_no_conflict(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    following.follow(agreed, 2025, [Said(action.pk, "begun", "1")], by=people["ion"])
    assert following.follow(agreed, 2025, [Said(action.pk, "begun", "1")], by=people["fatos"]).complete


def test_the_newest_year_decides_how_the_action_stands(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    following.follow(agreed, 2026, [Said(action.pk, "done", "2")], by=people["ion"])
    following.follow(agreed, 2025, [Said(action.pk, "begun", "1")], by=people["ion"])
    action.refresh_from_db()
    assert action.state == "done" and action.done_on is not None


def test_a_dropped_action_says_why(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    assert action.pk in following.follow(agreed, 2025, [Said(action.pk, "dropped")], by=people["ion"]).wrong
    following.follow(agreed, 2025, [Said(action.pk, "dropped", text="No money.")], by=people["ion"])
    action.refresh_from_db()
    assert (action.state, action.reason) == ("dropped", "No money.")


@pytest.mark.parametrize("year", [2024, 2028])
def test_years_outside_are_refused(agreed: Roadmap, action: RoadmapAction, people: People, year: int) -> None:
    with pytest.raises(RoadmapError):
        following.follow(agreed, year, [Said(action.pk, "begun")], by=people["ion"])


def test_a_draft_and_a_closed_roadmap_are_not_followed_up(
    roadmap: Roadmap, action: RoadmapAction, people: People
) -> None:
    with pytest.raises(RoadmapError):
        following.follow(roadmap, 2025, [Said(action.pk, "begun")], by=people["ion"])
    drawing.agree(roadmap, on=date(2025, 1, 1), agreed_with="Ministry", by=people["fatos"])
    drawing.close(roadmap, on=date(2026, 1, 1), result="Done", by=people["fatos"])
    with pytest.raises(RoadmapError):
        following.follow(roadmap, 2025, [Said(action.pk, "begun")], by=people["ion"])


def test_outsiders_say_nothing(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    for who in ("jan", "nobody", "galina"):
        with pytest.raises(PermissionDenied):
            following.follow(agreed, 2025, [Said(action.pk, "begun")], by=people[who])


def test_totals_are_by_currency_and_never_added(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    from decimal import Decimal

    for title, cost, currency in (("a", 10, "USD"), ("b", 5, "USD"), ("c", 7, "EUR")):
        lines.add(agreed, {"title": title, "cost": Decimal(cost), "currency": currency}, by=people["fatos"])
    lines.set_state(lines.add(agreed, {"title": "d", "cost": Decimal(99), "currency": "EUR"}, by=people["fatos"]),
                    "dropped", by=people["fatos"], reason="Too dear.")  # fmt: skip
    lines.add(agreed, {"title": "e"}, by=people["fatos"])
    about = queries.about(agreed, people["fatos"])
    assert [(one.currency, one.amount, one.actions) for one in about.totals] == [
        ("EUR", Decimal(120_007), 2), ("USD", Decimal(15), 2),
    ]  # fmt: skip
    assert about.unpriced == 1
    assert queries.totals_of([agreed.pk])[agreed.pk] == [(Decimal(120_007), "EUR"), (Decimal(15), "USD")]


def test_an_action_that_falls_due_is_told_once(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    assert reminders.remind(date(2026, 6, 10))["actions of roadmaps due"] == 1
    assert not reminders.remind(date(2026, 6, 11)).get("actions of roadmaps due")
    assert Notice.objects.filter(person=people["carla"], title__startswith="Due on").exists()
    assert reminders.remind(date(2026, 7, 1))["actions of roadmaps due"] == 1
    assert Notice.objects.filter(person=people["carla"], title__startswith="Late since").exists()


def test_a_year_nobody_spoke_of_is_asked_for(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    assert "roadmaps to follow up" not in reminders.remind(date(2025, 10, 1))
    assert reminders.remind(date(2025, 12, 2))["roadmaps to follow up"] == 2
    assert Notice.objects.filter(person=people["ion"], title__contains="How did 2025 go").exists()
    following.follow(agreed, 2025, [Said(action.pk, "begun")], by=people["ion"])
    Notice.objects.all().delete()
    assert "roadmaps to follow up" not in reminders.remind(date(2026, 1, 5))
