"""What a day brings: who is told of what, once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from migov.foundation.people.access import SYSTEM
from migov.services.notices.models import Notice
from migov.work.evaluations.actions import responding
from migov.work.evaluations.reminders import months_before, remind
from tests.factories import country_office, person
from tests.work.evaluations.makers import completed, issued

pytestmark = pytest.mark.django_db


def told(day: date) -> list[tuple[str, str]]:
    """Who is told what on a day, for the first time."""
    before = set(Notice.objects.values_list("pk", flat=True))
    remind(day)
    found = Notice.objects.exclude(pk__in=before).select_related("person").order_by("pk")
    return [(notice.person.username, notice.title.replace("\u00a0", " ")) for notice in found]


def test_the_owner_is_told_when_a_response_falls_due_and_when_it_is_late(people: Any) -> None:
    completed("Shelters", on=date(2026, 6, 1), owner=people["ana"])  # due on 29 June
    assert told(date(2026, 6, 21)) == []
    assert told(date(2026, 6, 22)) == [("ana", "The management response to “Shelters” is due on 29 June 2026.")]
    assert told(date(2026, 6, 29)) == []
    assert told(date(2026, 6, 30)) == [("ana", "The management response to “Shelters” was due on 29 June 2026.")]
    assert told(date(2026, 7, 30)) == []


def test_without_an_owner_the_officers_for_evaluation_are_told(people: Any) -> None:
    completed("Shelters", on=date(2026, 6, 1), office=people["ana"].standing[0].office)
    assert [who for who, _ in told(date(2026, 6, 25))] == ["emil"]


def test_the_owner_of_an_action_is_told_before_and_after_and_the_heads_thirty_days_later(people: Any) -> None:
    office = people["ana"].standing[0].office
    head = person("management", office, username="head")
    action = issued(completed(office=office), due=date(2026, 9, 30), owner=people["carla"])
    assert told(date(2026, 9, 15)) == []
    assert told(date(2026, 9, 16)) == [("carla", "Due on 30 September 2026: “Write to all districts”")]
    assert told(date(2026, 10, 1)) == [("carla", "Late since 30 September 2026: “Write to all districts”")]
    assert told(date(2026, 10, 30)) == []
    assert told(date(2026, 10, 31)) == [
        (head.username, "More than 30 days late, since 30 September 2026: “Write to all districts”")
    ]
    assert told(date(2026, 11, 22)) == []
    responding.report_status(action, "completed", on=date(2026, 11, 1), by=SYSTEM)
    assert told(date(2027, 11, 22)) == []


def test_heads_of_the_next_office_above_are_told_where_there_are_none(people: Any) -> None:
    issued(completed(office=country_office("oslo")), due=date(2026, 6, 1), owner=people["carla"])
    assert {who for who, title in told(date(2026, 7, 15)) if title.startswith("More")} == {"hana", "dora"}


def test_after_fifteen_months_a_decision_is_asked_for_until_it_is_taken(people: Any) -> None:
    action = issued(completed(owner=people["ana"]), on=date(2026, 6, 20), due=None)
    assert told(date(2027, 9, 19)) == []
    assert told(date(2027, 9, 20)) == [("ana", "Open for 15 months: decide how recommendation 1 is closed.")]
    assert told(date(2027, 9, 21)) == []
    other = issued(completed("Another", owner=people["ana"]), on=date(2026, 6, 20), due=None)
    responding.close(
        other.recommendation, "open", comment="Goes on with the next phase.", on=date(2026, 7, 1), by=SYSTEM
    )
    assert told(date(2027, 10, 1)) == []
    assert action.pk != other.pk


def test_the_form_of_2023_asks_for_no_closure_and_drafts_remind_of_nothing(people: Any) -> None:
    issued(completed(owner=people["ana"]), form="2023", on=date(2026, 6, 20), due=None)
    late = completed("Draft", on=date(2026, 6, 1), owner=people["ana"])
    issued(late, due=date(2026, 6, 30), owner=people["carla"])
    responding.take_back(late, why="An answer was wrong", by=SYSTEM)
    assert [who for who, _ in told(date(2027, 12, 1))] == ["ana"]  # of the response, which is late


def test_evaluations_of_the_published_register_remind_nobody(people: Any, tmp_path: Any) -> None:
    from migov.work.evaluations.published.loading import load_register
    from tests.work.evaluations.makers import file_of, row

    path = tmp_path / "register.csv"
    path.write_bytes(file_of(row()))
    load_register(path, by=SYSTEM)
    assert told(date(2026, 11, 22)) == []


def test_months_are_counted_back_by_the_calendar() -> None:
    assert months_before(date(2026, 11, 22), 15) == date(2025, 8, 22)
    assert months_before(date(2026, 5, 31), 15) == date(2025, 2, 28)
    assert months_before(date(2025, 5, 31), 15) == date(2024, 2, 29)
