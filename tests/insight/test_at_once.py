"""The same step taken by two at the same moment: it is taken once, and the other is told. Needs a database with row locks."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from migov.insight.briefings import actions as books
from migov.services.clearance import actions as clearance
from migov.services.clearance.models import Submission
from migov.work.governance.assess import actions as assessing
from migov.work.governance.gcm.actions import contributing, inviting, merging, reports
from migov.work.governance.gcm.shipped import load_rounds
from migov.work.governance.models import Assessment, GcmReport, Paragraph, ReviewRound, Snapshot
from tests.factories import PlaceFactory, cast, person, project
from tests.racing import at_once
from tests.work.governance.assess import steps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def people(transactional_db: None) -> SimpleNamespace:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; the race needs PostgreSQL")
    return SimpleNamespace(**cast(), peter=person("policy", username="peter"))


def kinds(*deeds: Callable[[], Any]) -> list[str]:
    """What kinds of outcome the deeds had, begun at the same moment."""
    return sorted(type(one).__name__ for one in at_once(*deeds))


def test_two_who_hand_in_or_publish_at_once_do_it_once(people: SimpleNamespace) -> None:
    of = steps.in_validation(owner=people.fatos)
    officers = (people.fatos, people.peter)
    handed = kinds(
        *[lambda by=by: clearance.submit(of.record, subject="assessment", seen_round=0, by=by) for by in officers]
    )
    assert handed.count("Submission") == 1
    made = Submission.objects.get()
    clearance.decide(made.clearance, outcome="cleared", reason="Read.", round=1, override=True, by=people.dora)
    assessing.consent(of, given=True, who="Ministry", on=None, by=people.ion)
    assert kinds(*[lambda by=by: assessing.publish(of.pk, by=by) for by in officers]) == [
        "AssessmentRefused",
        "Snapshot",
    ]
    assert Snapshot.objects.count() == 1


def test_consent_that_is_refused_while_it_is_published_is_not_passed_over(people: SimpleNamespace) -> None:
    of = steps.cleared(vars(people))
    assessing.consent(of, given=True, who="Ministry", on=None, by=people.ion)
    at_once(
        lambda: assessing.consent(of.pk, given=False, who="Ministry", on=None, note="No.", by=people.ion),
        lambda: assessing.publish(of.pk, by=people.fatos),
    )
    found = Assessment.objects.select_related("record").get(pk=of.pk)
    assert (found.state, found.consent, found.published_on) == ("cleared", "refused", None)
    assert found.record.visibility == "partners"


def test_a_contribution_is_handed_in_and_taken_over_once(people: SimpleNamespace) -> None:
    load_rounds()
    forum = ReviewRound.objects.get(code="imrf-2026")
    started = kinds(*[
        lambda by=by: reports.start(forum, country=PlaceFactory(code="MDA"), by=by) for by in (people.fatos, people.peter)
    ])  # fmt: skip
    assert started == ["GcmRefused", "GcmReport"]
    report = GcmReport.objects.get()
    asked, _token = inviting.invite(
        report,
        body="Ministry",
        group="ministry",
        parts=["objective-10"],
        deadline=timezone.localdate(),
        by=people.fatos,
    )
    contributing.save(asked.digest, part="objective-10", topic="progress", text="Our words.", sources="", seen=0)
    assert kinds(*[lambda: contributing.hand_in(asked.digest)] * 2) == ["Invitation", "LinkClosed"]
    one = asked.contributions.get()
    merged = kinds(*[lambda by=by: merging.merge(one.pk, text="Words.", by=by) for by in (people.fatos, people.peter)])
    assert merged == ["GcmRefused", "Paragraph"]
    assert Paragraph.objects.count() == 1


def test_a_link_is_withdrawn_or_handed_in_not_both(people: SimpleNamespace) -> None:
    load_rounds()
    report = reports.start(ReviewRound.objects.get(code="imrf-2026"), country=PlaceFactory(code="MDA"), by=people.fatos)
    asked, _token = inviting.invite(
        report,
        body="Ministry",
        group="ministry",
        parts=["objective-10"],
        deadline=timezone.localdate(),
        by=people.fatos,
    )
    contributing.save(asked.digest, part="objective-10", topic="progress", text="Our words.", sources="", seen=0)
    at_once(lambda: contributing.hand_in(asked.digest), lambda: inviting.withdraw(asked.pk, by=people.fatos))
    asked.refresh_from_db()
    states = set(asked.contributions.values_list("state", flat=True))
    assert states == ({"received"} if asked.handed_in_at else {"draft"})


def test_a_book_that_two_draw_anew_gets_one_edition(people: SimpleNamespace) -> None:
    book = books.begin(title="Moldova", by=people.fatos, places=[PlaceFactory(code="MDA")], parts=["projects"])
    project(title="A new project", places={"MDA": None})
    assert kinds(*[lambda by=by: books.refresh(book, by=by) for by in (people.fatos, people.peter)]) == [
        "Edition",
        "NoneType",
    ]
    assert list(book.editions.values_list("number", flat=True)) == [1, 2]
