"""What a day brings for requests: said once to those concerned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from migov.foundation.people.models import User
from migov.services.notices.models import Notice
from migov.work.policy.models import RequestStep
from migov.work.policy.requests.reminders import remind
from tests.work.policy.making import assistance_request

pytestmark = pytest.mark.django_db
People = dict[str, User]
TODAY = date(2026, 6, 15)


def told(person: User) -> list[str]:
    return [
        title.replace("\xa0", " ") for title in Notice.objects.filter(person=person).values_list("title", flat=True)
    ]


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def test_new_requests_that_nobody_decides_on(people: People) -> None:
    assistance_request(title="Old one", received_on=days(-8))
    assistance_request(title="New one", received_on=days(-2))
    assert remind(TODAY) == {"requests without a decision": 1}
    assert told(people["fatos"]) == ["Waits for a decision since 7 June 2026: “Old one”"]
    assert remind(days(1)) == {}


def test_answers_that_fall_due_and_late_ones(people: People) -> None:
    fields = {"owner": people["carla"], "state": "worked", "received_on": days(-60)}
    assistance_request(title="Soon", due=days(5), **fields)
    assistance_request(title="Late", due=days(-1), **fields)
    assistance_request(title="Later", due=days(30), **fields)
    assistance_request(title="Done", due=days(-1), **{**fields, "state": "delivered", "delivered_on": days(-3)})
    assert remind(TODAY) == {"requests due": 2}
    assert sorted(told(people["carla"])) == [
        "Due on 20 June 2026: the request “Soon”", "Late since 14 June 2026: the request “Late”",
    ]  # fmt: skip
    assert remind(days(6)) == {"requests due": 1}  # what was due is late now
    assert not told(people["ion"])


def test_without_a_lead_policy_officers_are_told(people: People) -> None:
    assistance_request(title="Soon", due=days(5), received_on=days(-1))
    remind(TODAY)
    assert told(people["fatos"]) == ["Due on 20 June 2026: the request “Soon”"]


def test_steps_of_the_plan(people: People) -> None:
    one = assistance_request(owner=people["carla"], state="worked", received_on=days(-60))
    for text, due, done in (("Read", 2, None), ("Wrote", -2, days(-1)), ("Talk", 20, None)):
        RequestStep.objects.create(request=one, text=text, person=people["emil"], due=days(due), done_on=done)
    assert remind(TODAY) == {"steps of requests due": 1}
    assert told(people["emil"]) == ["Due on 17 June 2026: “Read”"]


def test_feedback_that_is_not_given(people: People) -> None:
    fields = {"state": "delivered", "received_on": days(-90)}
    assistance_request(title="Quiet", delivered_on=days(-15), **fields)
    assistance_request(title="Said", delivered_on=days(-15), score=4, **fields)
    assistance_request(title="Fresh", delivered_on=days(-1), **fields)
    assistance_request(title="Theirs", country="ALB", delivered_on=days(-15), **fields)
    assert remind(TODAY) == {"feedback asked for": 1}
    assert told(people["ion"]) == ["Was it useful? Tell the office about “Quiet”"]
