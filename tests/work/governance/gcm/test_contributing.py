"""Contributions by link: drafts, handing in, what the office makes of them; and what a link does not open."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.services.notices.models import Notice
from migov.work.governance.gcm import limits, tokens
from migov.work.governance.gcm.actions import contributing, inviting, merging, paragraphs
from migov.work.governance.gcm.errors import Changed, GcmRefused, LinkClosed
from migov.work.governance.models import Contribution, GcmReport, Invitation, Paragraph
from tests.work.governance.gcm import steps

TEXT = "Inspectors were trained in all regions."


@pytest.fixture
def outside() -> Client:
    """A browser of somebody without an account, with the guard against forged forms on."""
    return Client(enforce_csrf_checks=True)


def send(outside, address, data):
    """Fill the form of a page in and send it, as a browser would."""
    page = outside.get(address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, page
    return outside.post(address, {"csrfmiddlewaretoken": token[1], **data})


def hand_in(outside, link):
    page = outside.get(link.address).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return outside.post(f"{link.address}hand-in/", {"csrfmiddlewaretoken": token[1] if token else "x"})


def part_of(link, code="objective-10"):
    return f"{link.address}parts/{code}/"


def handed(link, text=TEXT, sources="Labour inspectorate, annual report 2025") -> Contribution:
    """A contribution that was handed in."""
    contributing.save(link.invitation.digest, part="objective-10", topic="progress", text=text, sources=sources, seen=0)
    contributing.hand_in(link.invitation.digest)
    return Contribution.objects.get(invitation=link.invitation)


def test_asked_saved_handed_in_with_a_receipt(link, outside, people, report):
    shown = outside.get(link.address).content.decode()
    assert report.record.title in shown
    assert "Objective 10" in shown
    assert "Objective 11" not in shown
    answer = send(
        outside, part_of(link), {"text-progress": TEXT, "sources-progress": "Report 2025", "revision-progress": "0"}
    )
    assert answer.status_code == 302
    assert TEXT in outside.get(part_of(link)).content.decode()
    answer = send(outside, part_of(link), {"text-progress": f"{TEXT} All.", "revision-progress": "1", "next": "1"})
    assert answer["Location"] == link.address  # objective 10 is the last part that is asked
    assert hand_in(outside, link).status_code == 302
    receipt = outside.get(link.address).content.decode()
    assert "Thank you" in receipt
    assert f"{TEXT} All." in receipt
    assert Notice.objects.get(person=people.fatos, key__startswith="gcm-received").record_id == report.pk


def test_the_page_is_kept_by_nobody_and_found_by_nobody(link, outside):
    for address in (link.address, part_of(link), "/governance/gcm/contribute/unknown/"):
        answer = outside.get(address)
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"
    assert b'name="robots" content="noindex' in outside.get(link.address).content


def test_the_token_is_long_and_kept_only_as_a_digest(link):
    assert len(link.token) >= 43
    assert link.invitation.digest == tokens.digest(link.token)
    stored = str(Invitation.objects.filter(pk=link.invitation.pk).values().get())
    assert link.token not in stored


def test_the_link_is_shown_once_and_mailed(report, people, client):
    client.force_login(people.fatos)
    ask = reverse("governance:gcm-invite", args=[report.pk])
    assert client.get(ask).status_code == 200
    sent = {
        "body": "NGO La Strada", "group": "civil", "email": "ngo@example.org", "parts": ["objective-10"],
        "deadline": (timezone.localdate() + timedelta(days=5)).isoformat(), "message": "Please help us.",
    }  # fmt: skip
    assert client.post(ask, {**sent, "parts": []}).status_code == 422
    answer = client.post(ask, sent)
    [found] = set(re.findall(r"/governance/gcm/contribute/([\w-]+)/", answer.content.decode()))
    assert tokens.digest(found) == Invitation.objects.get(body="NGO La Strada").digest
    assert "no-store" in answer["Cache-Control"]
    [letter] = mail.outbox
    assert letter.to == ["ngo@example.org"]
    assert found in letter.body
    assert "Please help us." in letter.body
    assert found not in client.get(reverse("governance:gcm-contributions", args=[report.pk])).content.decode()
    assert client.post(ask, sent).status_code == 422  # the same body has an invitation


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"body": ""}, "body"), ({"parts": ["objective-99"]}, "parts"), ({"group": "x"}, "group"),
        ({"deadline": timezone.localdate() - timedelta(days=1)}, "deadline"), ({"email": "nobody"}, "email"),
    ],
)  # fmt: skip
def test_a_wrong_invitation_is_refused_beside_the_field(report, people, wrong, field):
    given = {"body": "A", "group": "un", "parts": ["means"], "deadline": timezone.localdate()} | wrong
    with pytest.raises(GcmRefused) as refused:
        inviting.invite(report, by=people.fatos, **given)
    assert refused.value.field == field


def test_two_who_write_with_the_same_link_lose_nothing(link, outside):
    first = contributing.save(
        link.invitation.digest, part="objective-10", topic="progress", text="One", sources="", seen=0
    )
    with pytest.raises(Changed):
        contributing.save(link.invitation.digest, part="objective-10", topic="progress", text="Two", sources="", seen=0)
    answer = send(outside, part_of(link), {"text-progress": "Two", "revision-progress": "0", "text-gap": "A gap"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "One" in shown
    assert "Two</textarea>" in shown
    assert Contribution.objects.get(topic="gap").text == "A gap"
    send(outside, part_of(link), {"text-progress": "Two", "revision-progress": "1"})
    first.refresh_from_db()
    assert first.text == "Two"


def test_nothing_written_is_not_handed_in(link, outside):
    with pytest.raises(GcmRefused):
        contributing.hand_in(link.invitation.digest)
    contributing.save(link.invitation.digest, part="introduction", topic="progress", text="", sources="A book", seen=0)
    with pytest.raises(GcmRefused, match="sources are named"):
        contributing.hand_in(link.invitation.digest)


# What a link does not open


@pytest.mark.parametrize("token", ["x", "a" * 43, "A" * 64, "..", "%00" * 20, "é" * 43, "0" * 500])
def test_a_guess_opens_nothing(outside, link, token):
    for address in (f"/governance/gcm/contribute/{token}/", f"/governance/gcm/contribute/{token}/parts/objective-10/"):
        answer = outside.get(address)
        assert answer.status_code in (400, 404)
        assert b"Ministry of Labour" not in answer.content


def test_many_guesses_are_answered_no_more(outside, link):
    for number in range(limits.GUESSES):
        assert outside.get(f"/governance/gcm/contribute/{number:a>43}/").status_code == 404
    assert outside.get(f"/governance/gcm/contribute/{'b' * 43}/").status_code == 429


def test_too_many_requests_to_one_link_wait(outside, link, monkeypatch):
    monkeypatch.setattr(limits, "OPENED", 3)
    assert [outside.get(link.address).status_code for _turn in range(5)] == [200, 200, 200, 429, 429]


def test_another_part_of_the_report_is_not_opened_or_written(outside, link, report, people):
    paragraphs.add(report, part="objective-11", topic="gap", text="SECRET of the draft", by=people.fatos)
    assert outside.get(part_of(link, "objective-11")).status_code == 404
    with pytest.raises(GcmRefused):
        contributing.save(link.invitation.digest, part="objective-11", topic="gap", text="x", sources="", seen=0)
    with pytest.raises(GcmRefused):
        contributing.save(link.invitation.digest, part="introduction", topic="data", text="x", sources="", seen=0)
    send(outside, part_of(link), {"text-progress": TEXT, "text-nonsense": "x", "revision-progress": "0"})
    assert set(Contribution.objects.values_list("part", "topic")) == {("objective-10", "progress")}
    for page in (link.address, part_of(link)):
        assert b"SECRET" not in outside.get(page).content


def test_one_link_does_not_show_what_another_wrote(outside, link, report, people):
    handed(link, text="Ours alone")
    _made, token = inviting.invite(
        report, body="Another", group="un", parts=["objective-10"], deadline=timezone.localdate(), by=people.fatos
    )
    other = f"/governance/gcm/contribute/{token}/"
    assert b"Ours alone" not in outside.get(other).content + outside.get(f"{other}parts/objective-10/").content


def test_after_the_day_the_link_is_closed_and_says_whom_to_write_to(outside, link, people):
    Invitation.objects.update(deadline=timezone.localdate() - timedelta(days=1))
    for answer in (outside.get(link.address), outside.get(part_of(link))):
        assert answer.status_code == 410
        assert people.fatos.email in answer.content.decode()
    with pytest.raises(LinkClosed) as closed:
        contributing.save(link.invitation.digest, part="objective-10", topic="gap", text="x", sources="", seen=0)
    assert closed.value.why == "late"


def test_a_withdrawn_link_is_closed_and_a_renewed_one_dies(outside, link, people):
    _again, token = inviting.renew(link.invitation, deadline=timezone.localdate() + timedelta(days=3), by=people.fatos)
    assert outside.get(link.address).status_code == 404
    fresh = f"/governance/gcm/contribute/{token}/"
    assert outside.get(fresh).status_code == 200
    inviting.withdraw(link.invitation, by=people.fatos)
    answer = outside.get(fresh)
    assert answer.status_code == 410
    assert "withdrawn" in answer.content.decode()


def test_after_handing_in_nothing_is_changed(outside, link):
    made = handed(link)
    assert outside.get(part_of(link)).status_code == 302
    with pytest.raises(LinkClosed):
        contributing.save(link.invitation.digest, part="objective-10", topic="progress", text="x", sources="", seen=1)
    with pytest.raises(LinkClosed):
        contributing.hand_in(link.invitation.digest)
    made.refresh_from_db()
    assert made.text == TEXT


def test_the_link_of_a_report_that_is_finished_or_gone_takes_nothing(outside, link, report, people):
    paragraphs.add(report, part="means", topic="progress", text="x", by=people.fatos)
    steps.clear(report, people)
    assert outside.get(link.address).status_code == 410
    GcmReport.objects.filter(pk=report.pk).update(state="draft", submission=None)
    report.record.removed_at = timezone.now()
    report.record.save()
    assert outside.get(link.address).status_code == 404


def test_forged_forms_are_refused(outside, link):
    assert outside.post(part_of(link), {"text-progress": "x"}).status_code == 403
    assert outside.post(f"{link.address}hand-in/").status_code == 403


def test_too_much_is_refused_and_what_was_typed_is_kept(outside, link):
    long = "y" * 10_001
    answer = send(outside, part_of(link), {"text-progress": long, "revision-progress": "0", "text-gap": "Short"})
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert set(Contribution.objects.values_list("topic", flat=True)) == {"gap"}
    assert outside.get(part_of(link)).status_code == 200


def test_control_characters_and_scripts_are_text(outside, link, client, people, report):
    bad = "<script>alert(1)</script>\x00<img src=x onerror=alert(1)>"
    send(
        outside,
        part_of(link),
        {"text-progress": bad, "sources-progress": "javascript:alert(1)", "revision-progress": "0"},
    )
    assert b"<script>alert(1)" not in outside.get(part_of(link)).content
    contributing.hand_in(link.invitation.digest)
    assert b"<script>alert(1)" not in outside.get(link.address).content
    client.force_login(people.fatos)
    shown = client.get(reverse("governance:gcm-contributions", args=[report.pk])).content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;" in shown
    assert 'href="javascript' not in shown


def test_the_link_opens_no_other_page(outside, link, report):
    outside.get(link.address)
    for name in ("governance:gcm-report", "governance:gcm-contributions", "governance:gcm-state"):
        assert outside.get(reverse(name, args=[report.pk])).status_code == 302  # to the sign-in


# What the office makes of it


def test_drafts_stay_with_those_who_write(link, client, people, report):
    contributing.save(link.invitation.digest, part="objective-10", topic="gap", text="Not ready", sources="", seen=0)
    client.force_login(people.fatos)
    shown = client.get(reverse("governance:gcm-contributions", args=[report.pk])).content.decode()
    assert "Not ready" not in shown
    assert "1 draft" in shown


def test_taken_over_as_a_new_paragraph_with_who_said_it(link, report, people, client):
    made = handed(link)
    client.force_login(people.fatos)
    merge = reverse("governance:gcm-merge", args=[report.pk, made.pk])
    assert TEXT in client.get(merge).content.decode()
    assert client.post(merge, {"text": f"{TEXT} (2025)"}).status_code == 302
    row = Paragraph.objects.get(report=report)
    assert (row.part, row.topic, row.contribution_id) == ("objective-10", "progress", made.pk)
    proof = row.evidence.get()
    assert "Contributed by Ministry of Labour" in proof.title
    assert proof.source == "Labour inspectorate, annual report 2025"
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("merged", people.fatos)
    assert client.post(merge, {"text": "again"}).status_code == 422


def test_taken_over_into_a_paragraph_that_is_there(link, report, people, client):
    row = paragraphs.add(report, part="objective-10", topic="progress", text="What we knew.", by=people.fatos)
    made = handed(link)
    client.force_login(people.fatos)
    merge = reverse("governance:gcm-merge", args=[report.pk, made.pk])
    shown = client.get(f"{merge}?into={row.pk}").content.decode()
    assert "What we knew.\n\nInspectors" in shown
    paragraphs.change(row, text="Changed meanwhile.", seen=1, by=people.fatos)
    answer = client.post(merge, {"text": "Both.", "into": row.pk, "revision": "1"})
    assert answer.status_code == 409
    assert "Changed meanwhile." in answer.content.decode()
    assert client.post(merge, {"text": "Both.", "into": row.pk, "revision": "2"}).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.contribution_id, row.evidence.count()) == ("Both.", made.pk, 1)


def test_set_aside_with_a_reason_and_taken_up_again(link, report, people, client):
    made = handed(link)
    client.force_login(people.fatos)
    aside = reverse("governance:gcm-set-aside", args=[report.pk, made.pk])
    assert "Say why" in client.post(aside, {"reason": ""}).content.decode()
    client.post(aside, {"reason": "Belongs to another report"})
    made.refresh_from_db()
    assert (made.state, made.reason) == ("set-aside", "Belongs to another report")
    client.post(aside, {"do": "take-up"})
    made.refresh_from_db()
    assert made.state == "received"
    with pytest.raises(GcmRefused):
        merging.take_up(made, by=people.fatos)


@pytest.mark.parametrize("case", ["withdrawn", "late", "new link", "handed in", "report finished"])
def test_what_was_typed_is_shown_when_the_link_closed_meanwhile(client, link, people, report, case):
    contributing.save(link.invitation.digest, part="objective-10", topic="gap", text="Before.", sources="", seen=0)
    if case == "withdrawn":
        inviting.withdraw(link.invitation, by=people.fatos)
    elif case == "late":
        Invitation.objects.update(deadline=timezone.localdate() - timedelta(days=1))
    elif case == "new link":
        inviting.renew(link.invitation, deadline=timezone.localdate(), by=people.fatos)
    elif case == "handed in":
        contributing.hand_in(link.invitation.digest)
    else:
        paragraphs.add(report, part="means", topic="progress", text="x", by=people.fatos)
        steps.clear(report, people)
    typed = {"text-progress": "An hour of <b>typing</b>.", "sources-progress": "Our yearly report"}
    answer = client.post(part_of(link), typed)
    page = answer.content.decode()
    assert answer.status_code in (404, 409, 410)
    for words in ("What you typed was not saved", "An hour of &lt;b&gt;typing&lt;/b&gt;.", "Our yearly report"):
        assert words in page
    assert not Contribution.objects.filter(topic="progress").exists()


def test_handing_in_says_where_only_sources_are_named(outside, link):
    contributing.save(link.invitation.digest, part="objective-10", topic="data", text="", sources="A report", seen=0)
    contributing.save(link.invitation.digest, part="objective-10", topic="gap", text="Said.", sources="", seen=0)
    page = hand_in(outside, link).content.decode()
    assert "Under “Objective 10: " in page
    assert ", data, sources are named but nothing is written." in page


def test_what_was_taken_over_is_not_offered_again(link, people, report, client):
    contributing.save(link.invitation.digest, part="objective-10", topic="gap", text="Said.", sources="", seen=0)
    contributing.hand_in(link.invitation.digest)
    row = Contribution.objects.get()
    merging.merge(row, text="Said.", by=people.fatos)
    client.force_login(people.fatos)
    page = client.get(reverse("governance:gcm-merge", args=[report.pk, row.pk]), follow=True).content.decode()
    assert "This contribution is “taken over” already." in page


def test_words_for_a_paragraph_that_is_gone_do_not_become_a_new_one(link, people, report, client):
    contributing.save(link.invitation.digest, part="objective-10", topic="gap", text="Said.", sources="", seen=0)
    contributing.hand_in(link.invitation.digest)
    into = paragraphs.add(report, part="objective-10", topic="gap", text="There.", by=people.fatos)
    paragraphs.remove(into, by=people.fatos)
    client.force_login(people.fatos)
    address = reverse("governance:gcm-merge", args=[report.pk, Contribution.objects.get().pk])
    answer = client.post(address, {"into": into.pk, "revision": 1, "text": "There. Said."})
    assert answer.status_code == 422
    assert "taken out meanwhile" in answer.content.decode()
    assert "There. Said." in answer.content.decode()
    assert Contribution.objects.get().state == "received"
