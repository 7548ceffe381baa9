"""Two who file or decide at once: numbers differ, one decides. Needs a database with row locks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry, Record
from migov.work.policy.models import AssistanceRequest, Product
from migov.work.policy.requests.actions import filing, moving, products
from migov.work.policy.requests.actions.filing import Filing
from tests.factories import cast, person
from tests.racing import at_once
from tests.work.policy.making import assistance_request

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")
    return cast()


def what(title: str) -> Filing:
    return Filing(title=title, kind="review", sender="Ministry", country=Place.objects.get(code="ALB"))


def test_numbers_given_at_once_differ(people: dict[str, User]) -> None:
    officers = [person("policy") for _n in range(5)]
    outcomes = at_once(
        *[lambda n=n, by=by: filing.file_request(what(f"Request {n}"), by=by) for n, by in enumerate(officers)]
    )
    assert [type(one).__name__ for one in outcomes] == ["AssistanceRequest"] * 5
    year = timezone.localdate().year
    numbers = set(Record.objects.filter(kind="request").values_list("reference", flat=True))
    assert numbers == {f"AR-{year}-{n:04}" for n in range(1, 6)}


def test_two_clicks_at_once_are_one_request(people: dict[str, User]) -> None:
    outcomes = at_once(*[lambda: filing.file_request(what("Same"), by=people["fatos"])] * 3)
    assert sorted(type(one).__name__ for one in outcomes) == ["AssistanceRequest", "Twice", "Twice"]
    assert AssistanceRequest.objects.count() == 1


def test_of_accepting_and_declining_one_wins(people: dict[str, User]) -> None:
    found = assistance_request(state="filed")
    outcomes = at_once(
        lambda: moving.move(found, "accept", by=people["fatos"], said={"lead": people["carla"]}, seen=1),
        lambda: moving.move(found, "decline", by=people["dora"], said={"reason": "No"}, seen=1),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["AssistanceRequest", "Conflict"]
    assert JournalEntry.objects.filter(record_id=found.pk).count() == 1


def test_a_product_is_handed_over_once(people: dict[str, User]) -> None:
    found = assistance_request(state="worked")
    product = Product.objects.create(request=found, kind="paper", title="Paper")
    outcomes = at_once(*[lambda: products.hand_over(found, product, by=SYSTEM)] * 2)
    assert sorted(type(one).__name__ for one in outcomes) == ["Product", "RequestError"]
