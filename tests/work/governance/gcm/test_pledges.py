"""Pledges: registered, followed by facts, late in words, listed by country, round and objective."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from migov.foundation.records.models import Record
from migov.services.suggestions import sources
from migov.work.governance.gcm.actions import pledging
from migov.work.governance.gcm.errors import Changed, GcmRefused
from migov.work.governance.gcm.queries import pledges
from migov.work.governance.models import Pledge
from tests.factories import PlaceFactory
from tests.work.governance.gcm import steps


@pytest.fixture
def pledge(people) -> Pledge:
    return steps.pledge(people.fatos)


def tell(pledge, by, day, state="begun", text="A draft is ready."):
    return pledging.tell_progress(pledge, day=day, state=state, text=text, by=by)


def test_its_state_is_what_the_newest_day_says(pledge, people):
    tell(pledge, people.ion, date(2025, 6, 1), "fulfilled")
    tell(pledge, people.fatos, date(2024, 6, 1), "begun")
    pledge.refresh_from_db()
    assert pledge.state == "fulfilled"
    newest = pledge.progress.get(day=date(2025, 6, 1))
    pledging.correct_progress(newest, by=people.fatos)
    pledge.refresh_from_db()
    assert pledge.state == "begun"
    assert pledge.progress.count() == 2
    with pytest.raises(GcmRefused):
        pledging.correct_progress(newest, by=people.fatos)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"day": date(2020, 1, 1)}, "day"), ({"day": timezone.localdate() + timedelta(days=2)}, "day"),
        ({"text": ""}, "text"), ({"state": "nearly"}, "state"), ({"url": "ftp://x"}, "url"),
    ],
)  # fmt: skip
def test_wrong_progress_is_refused_beside_the_field(pledge, people, said, field):
    with pytest.raises(GcmRefused) as refused:
        pledging.tell_progress(
            pledge, by=people.fatos, **{"day": date(2025, 1, 1), "state": "begun", "text": "x", **said}
        )
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": ""}, "title"), ({"country": None}, "body"), ({"due": date(2020, 1, 1)}, "due"), ({"url": "x"}, "url"),
    ],
)  # fmt: skip
def test_a_wrong_pledge_is_refused_beside_the_field(people, given, field):
    with pytest.raises(GcmRefused) as refused:
        steps.pledge(people.fatos, **given)
    assert refused.value.field == field


def test_late_is_said_in_words(pledge):
    pledge.due = date(2026, 1, 1)
    assert pledges.late_words(pledge, date(2026, 1, 2)) == "late by 1 day"
    assert pledges.late_words(pledge, date(2026, 1, 31)) == "late by 30 days"
    assert pledges.late_words(pledge, date(2026, 7, 1)) == "late by 6 months"
    assert pledges.late_words(pledge, date(2026, 1, 1)) == ""
    pledge.state = "fulfilled"
    assert pledges.late_words(pledge, date(2026, 7, 1)) == ""


def test_two_who_describe_it_at_once(pledge, people):
    said = {
        "title": "Changed", "summary": "", "country": pledge.country, "body": "", "round": None, "made_on": None, "due": None,
        "responsible": "", "url": "", "source": "",
    }  # fmt: skip
    pledging.change_pledge(pledge, seen=1, by=people.fatos, **said)
    with pytest.raises(Changed):
        pledging.change_pledge(pledge, seen=1, by=people.ion, **(said | {"title": "Other"}))
    assert Record.objects.get(pk=pledge.pk).title == "Changed"
    moved = pledging.change_pledge(pledge, seen=2, by=people.fatos, **(said | {"country": PlaceFactory(code="ALB")}))
    assert moved.record.places.current().get().place.code == "ALB"
    with pytest.raises(GcmRefused):
        pledging.take_out_pledge(pledge, reason="", by=people.fatos)


def test_the_list_is_filtered_by_words_country_round_objective_and_state(people, forum, pledge):
    mine = steps.pledge(people.fatos, title="Remittances", round=forum, due=date(2026, 1, 1), country="ALB")
    steps.confirmed(mine.record, "20")
    for asked in (
        {"q": "remit"}, {"country": "ALB"}, {"round": forum.code}, {"objective": "20"}, {"state": pledges.LATE},
    ):  # fmt: skip
        found = pledges.matching(people.fatos, pledges.PledgeFilter(**asked))
        assert list(found) == [mine], asked
    assert pledges.matching(people.fatos, pledges.PledgeFilter(state="made")).count() == 2
    assert list(pledges.visible(people.ion)) == [pledge]


def test_pages_lead_from_entering_to_progress(people, client, forum):
    client.force_login(people.fatos)
    new = reverse("governance:pledge-new")
    assert client.get(new).status_code == 200
    assert client.post(new, {"title": "Skills for all"}).status_code == 422
    PlaceFactory(code="MDA")
    sent = {"title": "Skills for all", "country": "MDA", "round": forum.code, "due": "2025-01-01"}
    assert client.post(new, sent).status_code == 302
    made = Pledge.objects.get()
    page = reverse("governance:pledge", args=[made.pk])
    assert "late by" in client.get(page).content.decode()
    progress = reverse("governance:pledge-progress", args=[made.pk])
    assert client.post(progress, {"day": "2025-03-01", "state": "begun", "text": ""}).status_code == 422
    assert client.post(progress, {"day": "2025-03-01", "state": "begun", "text": "Courses began."}).status_code == 302
    assert "Courses began." in client.get(page).content.decode()
    told = made.progress.get()
    assert client.post(reverse("governance:pledge-correct", args=[made.pk, told.pk])).status_code == 302
    assert "taken back" in client.get(page).content.decode()
    edit = reverse("governance:pledge-edit", args=[made.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, {**sent, "title": "Skills", "revision": "1"}).status_code == 302
    assert client.post(edit, {**sent, "title": "Old page", "revision": "1"}).status_code == 422
    listed = client.get(reverse("governance:pledges"), {"q": "Skills"}).content.decode()
    assert page in listed
    csv = b"".join(client.get(reverse("governance:pledges-export", args=["csv"])).streaming_content).decode()
    assert "Skills" in csv
    assert client.get(reverse("governance:pledges-export", args=["exe"])).status_code == 404
    out = reverse("governance:pledge-take-out", args=[made.pk])
    assert client.post(out, {"reason": ""}).status_code == 422
    assert client.post(out, {"reason": "Entered twice"}).status_code == 302
    assert client.get(page).status_code == 404


def test_the_government_follows_its_own_pledge(pledge, people, client):
    client.force_login(people.ion)
    page = client.get(reverse("governance:pledge", args=[pledge.pk])).content.decode()
    assert "Say how it stands" in page
    assert "Take this pledge out" not in page
    edit = reverse("governance:pledge-edit", args=[pledge.pk])
    assert 'name="country"' not in client.get(edit).content.decode()
    assert client.post(edit, {"title": "A law by 2027", "revision": "1"}).status_code == 302
    pledge.refresh_from_db()
    assert pledge.country.code == "MDA"


def test_the_list_takes_a_bounded_number_of_queries(people, client, django_assert_max_num_queries):
    for number in range(20):
        steps.pledge(people.fatos, title=f"Pledge {number}")
    client.force_login(people.fatos)
    client.get(reverse("governance:pledges"))
    with django_assert_max_num_queries(20):
        client.get(reverse("governance:pledges"))


def test_the_matcher_reads_pledges(pledge):
    assert "A law against trafficking" in sources.texts_of([pledge.record])[pledge.pk]


def test_a_form_that_was_sent_twice_enters_one(people):
    steps.pledge(people.fatos)
    with pytest.raises(GcmRefused, match="in the register already") as refused:
        steps.pledge(people.fatos, title="A LAW against trafficking by 2027")
    assert refused.value.field == "title"
    steps.pledge(people.fatos, country="ALB")
    steps.pledge(people.fatos, body="Association of Employers")
    pledge = Pledge.objects.filter(body="").first()
    tell(pledge, people.fatos, date(2025, 6, 1))
    with pytest.raises(GcmRefused, match="already"):
        tell(pledge, people.fatos, date(2025, 6, 1))
    assert pledge.progress.count() == 1
