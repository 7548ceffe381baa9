"""Who is kept out, address by address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from migov.foundation.records.models import Record
from migov.foundation.shell.search import search
from migov.services.notices.models import Notice
from migov.work.governance.gcm import places, reminders, urls
from migov.work.governance.gcm.actions import contributing, drawing, inviting, merging, paragraphs, reports
from migov.work.governance.models import Contribution, Invitation, Paragraph, ReviewRound
from tests.work.governance.gcm import steps

OUTSIDE = {"gcm-contribute", "gcm-contribute-hand-in", "gcm-contribute-part"}
LISTS = {"gcm", "gcm-list-export", "pledges", "pledges-export", "practices", "practices-export"}
OFFICE = {
    "gcm-known", "gcm-contributions", "gcm-invite", "gcm-invitation-renew", "gcm-invitation-withdraw", "gcm-merge",
    "gcm-set-aside", "gcm-state", "gcm-hand-in", "gcm-take-back", "gcm-submit", "gcm-reopen", "gcm-take-out",
}  # fmt: skip
NEW = {"gcm-new", "gcm-round-new", "gcm-round-edit", "pledge-new", "practice-new"}


@pytest.fixture
def everything(report, people, link, forum):
    """Something at every address, all of it with words of its own."""
    paragraph = paragraphs.add(
        report, part="objective-10", topic="progress", text="SAID in the report", by=people.fatos
    )
    proof = paragraphs.add_evidence(paragraph, title="SAID evidence", source="x", by=people.fatos)
    contributing.save(
        link.invitation.digest, part="objective-10", topic="gap", text="SAID by the ministry", sources="", seen=0
    )
    contributing.hand_in(link.invitation.digest)
    pledge = steps.pledge(people.fatos, title="SAID pledge")
    practice = steps.practice(people.fatos, title="SAID practice")
    told = pledge.progress.create(day=timezone.localdate(), state="begun", text="SAID progress")
    return {
        "report": report.pk, "paragraph": paragraph.pk, "evidence": proof.pk, "invitation": link.invitation.pk,
        "contribution": Contribution.objects.get().pk, "pledge": pledge.pk, "practice": practice.pk, "told": told.pk,
        "round": forum.code,
    }  # fmt: skip


def addresses(keys) -> list[tuple[str, str]]:
    """Every address of this part that needs an account."""
    found = []
    for one in urls.urlpatterns:
        name = str(one.name)
        if name in OUTSIDE:
            continue
        args = {}
        for key in one.pattern.converters:
            if key == "fmt":
                args[key] = "csv" if name in LISTS else "docx"
            elif key == "code":
                args[key] = keys["round"] if name == "gcm-round-edit" else "objective-10"
            elif key == "pk":
                args[key] = keys[
                    "pledge" if name.startswith("pledge") else "practice" if name.startswith("practice") else "report"
                ]
            else:
                of = {"gcm-invitation-renew": "invitation", "gcm-invitation-withdraw": "invitation", "gcm-merge": "contribution",
                      "gcm-set-aside": "contribution", "gcm-evidence-remove": "evidence", "pledge-correct": "told"}  # fmt: skip
                args[key] = keys[of.get(name, "paragraph")]
        found.append((name, reverse(f"governance:{name}", kwargs=args)))
    return found


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def counts() -> tuple[int, ...]:
    return (Paragraph.objects.filter(removed_at__isnull=True).count(), Invitation.objects.filter(withdrawn_at__isnull=True).count(),
            Record.objects.filter(removed_at__isnull=True).count(), ReviewRound.objects.count())  # fmt: skip


def test_this_test_reads_every_address():
    names = {str(one.name) for one in urls.urlpatterns}
    assert len(names) == len(urls.urlpatterns) > 50
    assert names >= OUTSIDE | LISTS | OFFICE | NEW


def test_a_stranger_is_led_to_the_sign_in(client, everything):
    before = counts()
    for name, address in addresses(everything):
        for answer in (client.get(address), client.post(address, {"reason": "x"})):
            assert answer.status_code == 302, name
            assert "login" in answer["Location"], name
    assert counts() == before


@pytest.mark.parametrize("name_of", ["nobody", "jan"])
def test_people_without_a_part_in_governance_are_refused(client, everything, people, name_of):
    client.force_login(getattr(people, name_of))
    before = counts()
    for name, address in addresses(everything):
        for answer in (client.get(address), client.post(address, {"reason": "x", "text": "x"})):
            assert answer.status_code in (403, 404, 405), name
            assert b"SAID" not in body(answer), name
    assert counts() == before


def test_another_government_meets_nothing(client, everything, stranger):
    client.force_login(stranger)
    before = counts()
    for name, address in addresses(everything):
        for answer in (client.get(address), client.post(address, {"reason": "x", "text": "x", "day": "2026-01-01"})):
            assert b"SAID" not in body(answer), name
            if name in LISTS:
                assert answer.status_code in (200, 405), name
            elif name in NEW:
                assert answer.status_code == 403, name
            else:
                assert answer.status_code in (404, 405), name
    assert counts() == before
    assert not any(group.hits for group in search("SAID", stranger) if "pledge" in group.label.lower())


def test_the_government_concerned_meets_no_page_of_the_office(client, everything, people):
    client.force_login(people.ion)
    before = counts()
    for name, address in addresses(everything):
        if name in OFFICE:
            for answer in (client.get(address), client.post(address, {"reason": "x", "text": "x", "do": "take-up"})):
                assert answer.status_code in (404, 405), name
                assert b"SAID by the ministry" not in body(answer), name
        elif name in NEW:
            assert client.get(address).status_code == 403, name
    assert counts() == before
    shown = client.get(reverse("governance:gcm-report", args=[everything["report"]])).content
    assert b"SAID by the ministry" not in shown
    assert client.get(reverse("governance:pledge", args=[everything["pledge"]])).status_code == 200


def test_an_office_elsewhere_reads_but_does_not_write(client, everything, people):
    Record.objects.filter(pk__in=[everything[name] for name in ("report", "pledge", "practice")]).update(
        office=people.boris.memberships.get().office
    )
    client.force_login(people.ana)
    before = counts()
    assert client.get(reverse("governance:gcm-report", args=[everything["report"]])).status_code == 200
    writes = [
        (name, address) for name, address in addresses(everything)
        if name not in LISTS | NEW | {"gcm-take-back", "gcm-report",
                                      "gcm-part", "gcm-export", "gcm-known", "gcm-contributions", "gcm-state",
                                      "pledge", "practice", "practice-export"}
    ]  # fmt: skip
    for name, address in writes:
        assert client.post(address, {"reason": "x", "text": "x", "topic": "gap", "round": "0"}).status_code in (
            403,
            405,
            422,
        ), name
    assert counts() == before


def test_analysts_and_management_read_and_do_not_write(report, people):
    for one in (people.galina, people.hana):
        for act in (
            lambda by: paragraphs.add(report, part="means", topic="gap", text="x", by=by),
            lambda by: drawing.draw(report, by=by),
            lambda by: reports.change(report, title="x", summary="", by=by),
            lambda by: steps.pledge(by),
            lambda by: steps.practice(by),
        ):
            with pytest.raises(PermissionDenied):
                act(one)


def test_only_who_leads_and_policy_officers_ask_outside(report, people):
    for one in (people.ana, people.carla, people.emil, people.ion):
        with pytest.raises(PermissionDenied):
            inviting.invite(report, body="x", group="un", parts=["means"], deadline=timezone.localdate(), by=one)


def test_the_government_does_not_decide_on_contributions(everything, people):
    with pytest.raises(PermissionDenied):
        merging.merge(everything["contribution"], text="x", by=people.ion)
    with pytest.raises(PermissionDenied):
        merging.set_aside(everything["contribution"], reason="x", by=people.ion)


def test_keys_that_no_database_has_room_for_are_not_there(client, everything, people):
    client.force_login(people.fatos)
    huge = 10**30
    for name in ("gcm-report", "pledge", "practice"):
        assert client.get(reverse(f"governance:{name}", args=[huge])).status_code == 404
    for name in ("gcm-editions", "gcm-merge"):
        assert client.get(reverse(f"governance:{name}", args=[everything["report"], huge])).status_code == 404
    assert client.post(reverse("governance:gcm-evidence-remove", args=[everything["report"], huge])).status_code == 404


def test_what_belongs_to_another_report_is_not_reached_through_this_one(client, everything, people, forum):
    other = reports.start(forum, by=people.fatos)
    client.force_login(people.fatos)
    for name, key in (
        ("gcm-paragraph-remove", "paragraph"), ("gcm-evidence-remove", "evidence"), ("gcm-invitation-withdraw", "invitation"),
        ("gcm-set-aside", "contribution"),
    ):  # fmt: skip
        assert client.post(reverse(f"governance:{name}", args=[other.pk, everything[key]])).status_code == 404, name


def test_the_search_finds_for_each_what_he_may_see(everything, people):
    def found(by) -> set[str]:
        return {hit.title for group in search("SAID", by) for hit in group.hits}

    assert {"SAID pledge", "SAID practice"} <= found(people.fatos) & found(people.ion)
    assert not {"SAID pledge", "SAID practice"} & (found(people.jan) | found(people.nobody))


def test_the_front_page_shows_what_waits(everything, people, client, stranger):
    assert [row.label for row in places.pledges_on_front(people.fatos).rows] == ["SAID pledge"]
    assert places.pledges_on_front(stranger) is None
    assert not places.reports_on_front(stranger).rows
    client.force_login(people.ion)
    shown = client.get(reverse("governance:home")).content.decode()
    assert "Global Compact reports" in shown


def test_a_day_brings_reminders_once(everything, people, forum, link):
    today = timezone.localdate()
    ReviewRound.objects.filter(pk=forum.pk).update(inputs_due=today + timedelta(days=5))
    Invitation.objects.update(handed_in_at=None, deadline=today - timedelta(days=1))
    steps.pledge(people.fatos, title="Soon due", due=today + timedelta(days=3))
    assert reminders.remind(today) == {"Global Compact reports due": 1, "contributions due": 1, "pledges due": 1}
    assert reminders.remind(today) == {}
    titles = Notice.objects.filter(person=people.fatos, kind="gcm").values_list("title", flat=True)
    assert any("Ministry of Labour has not contributed" in title for title in titles)


def test_what_is_kept_out_is_shown_to_those_of_the_office_who_may_see_it(report, people, client):
    steps.work("SECRET talks", visibility="internal")
    steps.work("For one office only", visibility="office", office=people.boris.memberships.get().office)
    known = reverse("governance:gcm-known", args=[report.pk])
    client.force_login(people.ana)
    shown = client.get(known).content.decode()
    assert "SECRET talks" in shown
    assert "For one office only" not in shown
    client.force_login(people.ion)
    assert client.get(known).status_code == 404


def test_lists_take_a_bounded_number_of_queries(report, people, client, django_assert_max_num_queries):
    client.force_login(people.fatos)
    client.get(reverse("governance:gcm"))
    with django_assert_max_num_queries(20):
        assert client.get(reverse("governance:gcm"), {"country": "MDA"}).status_code == 200
    listed = client.get(reverse("governance:gcm-list-export", args=["csv"]))
    assert report.record.title in body(listed).decode()
    assert client.get(reverse("governance:gcm-list-export", args=["exe"])).status_code == 404
