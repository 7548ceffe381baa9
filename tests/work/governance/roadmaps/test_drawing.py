"""A roadmap is begun, agreed, closed and reopened; lines are added, changed, moved and dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry, RecordPlace, Visibility
from migov.services.notices.models import Notice
from migov.work.governance.models import ActionState, Roadmap, RoadmapAction, RoadmapState
from migov.work.governance.roadmaps.actions import drawing, lines
from migov.work.governance.roadmaps.actions.ground import Conflict, RoadmapError
from migov.work.governance.roadmaps.actions.lines import Chosen
from tests.factories import PlaceFactory
from tests.work.governance import making

pytestmark = pytest.mark.django_db
People = dict[str, User]


def test_a_roadmap_is_shared_with_its_government_which_is_told(roadmap: Roadmap, people: People) -> None:
    assert roadmap.record.kind == "roadmap"
    assert roadmap.record.visibility == Visibility.PARTNERS
    assert roadmap.record.owner == people["fatos"]
    assert roadmap.record.title.startswith("Migration governance roadmap, ")
    assert roadmap.record.title.endswith(", 2025–2027")
    assert RecordPlace.objects.current().filter(record=roadmap.record, place=roadmap.country).exists()
    assert Notice.objects.filter(person=people["ion"], record=roadmap.record).count() == 1
    assert JournalEntry.objects.filter(record_id=roadmap.pk, verb="roadmap begun").exists()


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [(2027, 2025, "ends"), (1900, 2025, "starts"), (2025, 2300, "ends"), (2020, 2060, "ends")],
)
def test_years_that_cannot_be_are_refused(people: People, starts: int, ends: int, field: str) -> None:
    with pytest.raises(RoadmapError) as refused:
        drawing.start(country=PlaceFactory(code="MDA"), starts=starts, ends=ends, by=people["fatos"])
    assert refused.value.field == field


def test_an_assessment_of_another_country_is_refused(people: People) -> None:
    other = making.assessment(country="ALB")
    with pytest.raises(RoadmapError) as refused:
        drawing.start(country=PlaceFactory(code="MDA"), starts=2026, ends=2027, by=people["fatos"], assessment=other)
    assert refused.value.field == "assessment"


@pytest.mark.parametrize("who", ["ion", "jan", "nobody", "galina", "hana"])
def test_who_may_not_start_one(people: People, who: str) -> None:
    with pytest.raises(PermissionDenied):
        drawing.start(country=PlaceFactory(code="MDA"), starts=2026, ends=2027, by=people[who])


def test_the_government_writes_its_own_and_no_other(
    roadmap: Roadmap, people: People, point_of: Callable[[str], User]
) -> None:
    made = lines.add(roadmap, {"title": "Sign the agreement"}, by=people["ion"])
    assert made.title == "Sign the agreement"
    for other in (point_of("ALB"), people["jan"], people["nobody"], people["galina"]):
        with pytest.raises(PermissionDenied):
            lines.change(made, {"title": "Mine"}, by=other)
    with pytest.raises(PermissionDenied):
        drawing.agree(roadmap, on=date(2025, 1, 1), agreed_with="Us", by=people["ion"])


def test_a_line_keeps_what_was_said(action: RoadmapAction, people: People) -> None:
    action.refresh_from_db()
    assert (action.cost, action.currency) == (Decimal(120_000), "EUR")
    assert action.question is not None and action.question.code == "1-1"
    assert Notice.objects.filter(person=people["carla"], title__contains="labour inspection").exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"cost": Decimal(-1), "currency": "EUR"}, "cost"),
        ({"cost": Decimal(5), "currency": ""}, "currency"),
        ({"cost": Decimal(5), "currency": "ZZZ"}, "currency"),
        ({"cost": Decimal(10) ** 13, "currency": "EUR"}, "cost"),
    ],
)
def test_what_a_line_cannot_say(roadmap: Roadmap, people: People, values: dict[str, object], field: str) -> None:
    with pytest.raises(RoadmapError) as refused:
        lines.add(roadmap, {"title": "An action", **values}, by=people["fatos"])
    assert refused.value.field == field
    assert not roadmap.actions.exists()


def test_a_question_of_another_set_is_refused(roadmap: Roadmap, people: People) -> None:
    other = making.question_set(code="other").questions.first()
    with pytest.raises(RoadmapError) as refused:
        lines.add(roadmap, {"title": "An action", "question": other}, by=people["fatos"])
    assert refused.value.field == "question"


def test_somebody_from_outside_does_not_follow_an_action(roadmap: Roadmap, people: People) -> None:
    with pytest.raises(RoadmapError) as refused:
        lines.add(roadmap, {"title": "An action", "person": people["ion"]}, by=people["fatos"])
    assert refused.value.field == "person"


def test_two_who_change_a_line_at_once_lose_nothing(action: RoadmapAction, people: People) -> None:
    seen = action.revision
    lines.change(action, {"owner": "Ministry of Health"}, by=people["ion"], seen=seen)
    with pytest.raises(Conflict):
        lines.change(action, {"owner": "Ministry of Justice"}, by=people["fatos"], seen=seen)
    action.refresh_from_db()
    assert action.owner == "Ministry of Health"


def test_the_same_again_changes_nothing(action: RoadmapAction, people: People) -> None:
    before = JournalEntry.objects.count()
    lines.change(action, {"owner": "Ministry of Labour"}, by=people["fatos"])
    assert JournalEntry.objects.count() == before


def test_an_amount_taken_out_takes_its_currency_along(action: RoadmapAction, people: People) -> None:
    changed = lines.change(action, {"cost": None}, by=people["fatos"])
    assert (changed.cost, changed.currency) == (None, "")


def test_lines_change_places(roadmap: Roadmap, people: People) -> None:
    made = [lines.add(roadmap, {"title": title}, by=people["fatos"]) for title in ("one", "two", "three")]

    def order() -> list[str]:
        return list(roadmap.actions.order_by("order", "pk").values_list("title", flat=True))

    lines.move(made[2], up=True, by=people["ion"])
    assert order() == ["one", "three", "two"]
    lines.move(made[0], up=True, by=people["ion"])
    assert order() == ["one", "three", "two"]
    lines.move(made[0], up=False, by=people["ion"])
    assert order() == ["three", "one", "two"]


def test_a_line_is_begun_done_and_taken_up_again(action: RoadmapAction, people: People) -> None:
    lines.set_state(action, ActionState.BEGUN, by=people["ion"])
    done = lines.set_state(action, ActionState.DONE, by=people["ion"], day=date(2026, 5, 1))
    assert (done.state, done.done_on) == ("done", date(2026, 5, 1))
    with pytest.raises(RoadmapError):
        lines.set_state(action, ActionState.DROPPED, by=people["ion"], reason="No")
    again = lines.set_state(action, ActionState.BEGUN, by=people["ion"])
    assert again.done_on is None


def test_a_day_to_come_and_a_missing_reason_are_refused(action: RoadmapAction, people: People) -> None:
    with pytest.raises(RoadmapError) as refused:
        lines.set_state(action, "done", by=people["fatos"], day=timezone.localdate() + timedelta(days=1))
    assert refused.value.field == "day"
    with pytest.raises(RoadmapError) as refused:
        lines.set_state(action, "dropped", by=people["fatos"], reason=" ")
    assert refused.value.field == "reason"


def test_what_was_agreed_is_dropped_not_removed(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    with pytest.raises(RoadmapError):
        lines.remove(action, by=people["fatos"])
    dropped = lines.set_state(action, "dropped", by=people["fatos"], reason="The law was adopted meanwhile.")
    assert dropped.reason == "The law was adopted meanwhile."


def test_a_line_of_a_draft_is_removed(action: RoadmapAction, people: People) -> None:
    lines.remove(action, by=people["fatos"])
    assert not RoadmapAction.objects.filter(pk=action.pk).exists()
    assert JournalEntry.objects.filter(verb="action removed").exists()
    with pytest.raises(RoadmapError):
        lines.change(action, {"title": "Again"}, by=people["fatos"])


def test_help_is_kept_once_with_its_reasons(action: RoadmapAction, people: People) -> None:
    one = Chosen("practice", "One-stop shop", None, "/governance/practices/3/", "shares GCM 10")
    assert len(lines.add_help(action, [one, one], by=people["fatos"])) == 1
    assert lines.add_help(action, [one], by=people["fatos"]) == []
    kept = action.help.get()
    assert (kept.kind, kept.why) == ("practice", "shares GCM 10")
    lines.remove_help(action, kept.pk, by=people["ion"])
    assert not action.help.exists()


def test_an_empty_roadmap_is_not_agreed(roadmap: Roadmap, people: People) -> None:
    with pytest.raises(RoadmapError):
        drawing.agree(roadmap, on=date(2025, 1, 1), agreed_with="Ministry", by=people["fatos"])


def test_agreed_closed_and_reopened(agreed: Roadmap, people: People) -> None:
    assert agreed.state == RoadmapState.AGREED
    assert Notice.objects.filter(person=people["ion"], title__contains="agreed").exists()
    with pytest.raises(RoadmapError) as refused:
        drawing.close(agreed, on=date(2025, 1, 1), result="Much", by=people["fatos"])
    assert refused.value.field == "on"
    with pytest.raises(RoadmapError):
        drawing.close(agreed, on=date(2026, 1, 1), result=" ", by=people["fatos"])
    closed = drawing.close(agreed, on=date(2026, 1, 1), result="By-laws are in force.", by=people["fatos"])
    assert closed.state == RoadmapState.CLOSED
    with pytest.raises(RoadmapError):
        lines.add(closed, {"title": "Late"}, by=people["fatos"])
    again = drawing.reopen(closed, by=people["fatos"])
    assert (again.state, again.closed_on, again.result) == ("agreed", None, "By-laws are in force.")


def test_describing_keeps_years_that_were_followed_up(agreed: Roadmap, action: RoadmapAction, people: People) -> None:
    from migov.work.governance.roadmaps.actions import following

    following.follow(agreed, 2025, [following.Said(action.pk, "begun")], by=people["ion"])
    with pytest.raises(RoadmapError):
        drawing.describe(agreed, title="New", summary="", starts=2026, ends=2027, assessment=None, by=people["fatos"])
    changed = drawing.describe(
        agreed, title="New", summary="For all", starts=2025, ends=2028, assessment=agreed.assessment, by=people["ion"]
    )
    assert (changed.record.title, changed.ends, changed.record.ends) == ("New", 2028, date(2028, 12, 31))


def test_only_a_draft_is_removed(roadmap: Roadmap, action: RoadmapAction, people: People) -> None:
    drawing.remove(roadmap, by=people["fatos"])
    roadmap.record.refresh_from_db()
    assert roadmap.record.removed_at is not None
    with pytest.raises(RoadmapError):
        lines.add(roadmap, {"title": "Late"}, by=people["fatos"])


def test_the_database_keeps_a_cost_with_its_currency(action: RoadmapAction) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoadmapAction.objects.filter(pk=action.pk).update(currency="")
