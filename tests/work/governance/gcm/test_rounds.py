"""The calendar of rounds: what is shipped, what the office adds and changes, and the page."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from migov.work.governance.gcm.actions import reports, rounds
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.gcm.shipped import load_rounds
from migov.work.governance.models import ReviewRound

GIVEN = {
    "title": "A special session", "kind": "other", "region": "", "year": 2027, "starts": None, "ends": None, "venue": "",
    "inputs_due": None, "note": "", "source": "", "to_check": True,
}  # fmt: skip


def test_the_shipped_rounds_are_loaded_once(db, django_assert_max_num_queries):
    first = load_rounds()
    assert first == ReviewRound.objects.count() >= 5
    forum = ReviewRound.objects.get(code="imrf-2022")
    assert (forum.starts, forum.ends, forum.venue) == (date(2022, 5, 17), date(2022, 5, 20), "New York")
    with django_assert_max_num_queries(3):  # with the savepoint of the transaction
        assert load_rounds() == first


def test_what_is_not_certain_is_left_open_and_says_so(db):
    load_rounds()
    for one in ReviewRound.objects.filter(starts__isnull=True):
        assert one.to_check
    for one in ReviewRound.objects.all():
        assert one.source


def test_what_the_office_changed_stays_when_rounds_are_loaded_again(forum, people):
    said = GIVEN | {
        "title": forum.title,
        "kind": forum.kind,
        "year": 2026,
        "inputs_due": date(2026, 12, 1),
        "to_check": False,
    }
    rounds.change_round(forum, by=people.fatos, **said)
    load_rounds()
    forum.refresh_from_db()
    assert (forum.inputs_due, forum.to_check) == (date(2026, 12, 1), False)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"starts": date(2027, 5, 2), "ends": date(2027, 5, 1)}, "ends"),
        ({"starts": date(2026, 5, 2)}, "starts"),
        ({"year": 1990}, "year"),
        ({"starts": date(2027, 5, 2), "inputs_due": date(2027, 6, 2)}, "inputs_due"),
        ({"inputs_due": date(2028, 1, 2)}, "inputs_due"),
    ],
)
def test_a_wrong_round_is_refused_beside_the_field(people, wrong, field):
    with pytest.raises(GcmRefused) as refused:
        rounds.add_round(by=people.fatos, **(GIVEN | wrong))
    assert refused.value.field == field


def test_the_same_round_is_entered_once(people):
    rounds.add_round(by=people.fatos, **GIVEN)
    with pytest.raises(GcmRefused):
        rounds.add_round(by=people.fatos, **GIVEN)


@pytest.mark.parametrize("name", ["ana", "carla", "ion", "jan", "nobody"])
def test_only_policy_and_monitoring_officers_change_the_calendar(people, name):
    with pytest.raises(PermissionDenied):
        rounds.add_round(by=getattr(people, name), **GIVEN)


def test_the_page_shows_the_calendar_and_takes_a_round(client, people, forum):
    client.force_login(people.fatos)
    page = client.get(reverse("governance:gcm")).content.decode()
    assert "First International Migration Review Forum" in page
    assert "to be checked" in page
    answer = client.post(reverse("governance:gcm-round-new"), {"title": "", "kind": "forum", "year": 2031})
    assert answer.status_code == 422
    sent = {"title": "Fourth forum", "kind": "forum", "year": 2034, "to_check": "on"}
    assert client.post(reverse("governance:gcm-round-new"), sent).status_code == 302
    made = ReviewRound.objects.get(title="Fourth forum")
    edit = reverse("governance:gcm-round-edit", args=[made.code])
    assert client.get(edit).status_code == 200
    sent |= {"starts": "2034-05-09", "ends": "2034-05-01"}
    assert "before it begins" in client.post(edit, sent).content.decode()
    assert client.post(edit, sent | {"ends": "2034-05-12"}).status_code == 302
    assert ReviewRound.objects.get(pk=made.pk).ends == date(2034, 5, 12)


def test_who_may_not_put_a_report_back_is_told_beside_the_field(report, people):
    reports.take_out(report, reason="Not asked", by=people.fatos)
    with pytest.raises(GcmRefused, match="taken out") as refused:
        reports.start(report.round, country=report.country, by=people.boris)
    assert refused.value.field == "country"
    assert reports.start(report.round, country=report.country, by=people.fatos) == report
