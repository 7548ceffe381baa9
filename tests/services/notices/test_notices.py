"""People are told once, as they want to be told, and see only what is theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from migov.services.notices import actions, queries, reminders
from migov.services.notices.models import Mailing, Notice
from tests.factories import UserFactory, cast, project

pytestmark = pytest.mark.django_db


def test_telling_makes_a_notice_for_each_person_and_mails_it(django_capture_on_commit_callbacks):
    ana, boris = UserFactory(), UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        made = actions.tell([ana, boris, ana], kind="review", title="A review waits", text="By Friday.", url="/x/")
    assert len(made) == 2
    assert {letter.to[0] for letter in mail.outbox} == {ana.email, boris.email}
    assert "By Friday." in mail.outbox[0].body
    assert "http://127.0.0.1:8000/x/" in mail.outbox[0].body
    assert not Notice.objects.filter(mailed_at__isnull=True).exists()


def test_the_same_key_is_told_once(django_capture_on_commit_callbacks):
    ana = UserFactory()
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            actions.tell([ana], kind="late", title="Late", key="late-12-2026-11-22")
    assert queries.unread(ana) == 1
    assert len(mail.outbox) == 1


def test_nobody_who_left_is_told():
    assert actions.tell([UserFactory(is_active=False)], kind="x", title="y") == []


def test_a_digest_gathers_what_waits(django_capture_on_commit_callbacks):
    ana, silent = UserFactory(), UserFactory()
    actions.prefer(ana, Mailing.DAILY)
    actions.prefer(silent, Mailing.NEVER)
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            actions.tell([ana, silent], kind="x", title=f"Thing {number}")
    assert mail.outbox == []
    assert actions.send_digests() == 1
    assert mail.outbox[0].to == [ana.email]
    assert all(f"Thing {number}" in mail.outbox[0].body for number in range(3))
    assert actions.send_digests() == 0


def test_a_mail_server_that_fails_loses_nothing(settings, django_capture_on_commit_callbacks):
    ana = UserFactory()
    settings.EMAIL_BACKEND = "tests.services.notices.broken.Backend"
    with django_capture_on_commit_callbacks(execute=True):
        actions.tell([ana], kind="x", title="Still there")
    assert queries.unread(ana) == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert actions.send_digests() == 1


def test_what_was_read_or_is_old_is_not_mailed():
    ana = UserFactory()
    actions.prefer(ana, Mailing.DAILY)
    (read,) = actions.tell([ana], kind="x", title="Read")
    (old,) = actions.tell([ana], kind="x", title="Old")
    actions.read(ana, [read.pk])
    Notice.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=8))
    assert actions.send_digests() == 0


def test_a_title_with_a_line_break_cannot_forge_a_header(django_capture_on_commit_callbacks):
    ana = UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        actions.tell([ana], kind="x", title="Project\nBcc: all@example.org")
    assert mail.outbox[0].subject == "migov: Project Bcc: all@example.org"
    assert mail.outbox[0].bcc == []


def test_the_page_shows_ones_own_notices_only(client, django_assert_max_num_queries):
    ana, boris = UserFactory(), UserFactory()
    for number in range(60):
        actions.tell([ana], kind="x", title=f"For Ana {number}", url="/notices/")
    (other,) = actions.tell([boris], kind="x", title="For Boris", url="/notices/")
    client.force_login(ana)
    with django_assert_max_num_queries(12):
        page = client.get("/notices/").content.decode()
    assert "For Ana 59" in page
    assert "For Boris" not in page
    assert client.get(f"/notices/{other.pk}/").status_code == 404
    assert Notice.objects.get(pk=other.pk).read_at is None


def test_following_a_notice_marks_it_read(client):
    ana = UserFactory()
    (notice,) = actions.tell([ana], kind="x", title="Go", url="/jobs/")
    client.force_login(ana)
    assert client.get(f"/notices/{notice.pk}/").url == "/jobs/"
    assert queries.unread(ana) == 0


def test_all_are_marked_read_and_only_ones_own(client):
    ana, boris = UserFactory(), UserFactory()
    actions.tell([ana, boris], kind="x", title="Both")
    client.force_login(ana)
    client.post("/notices/read/")
    assert (queries.unread(ana), queries.unread(boris)) == (0, 1)


def test_the_way_of_mailing_is_chosen_and_a_wrong_one_refused(client):
    ana = UserFactory()
    client.force_login(ana)
    client.post("/notices/mailing/", {"mailing": "daily"})
    page = client.post("/notices/mailing/", {"mailing": "pigeon"}, follow=True)
    assert "Choose one of the three ways." in page.content.decode()
    ana.refresh_from_db()
    assert queries.mailing_of(ana) == Mailing.DAILY


@pytest.mark.parametrize("address", ["/notices/", "/notices/1/", "/notices/read/", "/notices/mailing/"])
def test_a_stranger_is_asked_to_sign_in(client, address):
    method = client.post if address.endswith(("read/", "mailing/")) else client.get
    response = method(address)
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_reminders_run_once_a_day(monkeypatch, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "reminders"}}
    called = []
    monkeypatch.setattr(reminders, "_REMINDERS", {"x": lambda day: called.append(day) or {"reminded": 2}})
    assert reminders.remind_daily() == {"reminded": 2, "digests": 0}
    assert reminders.remind_daily() is None
    assert called == [timezone.localdate()]


def test_a_reminder_that_fails_is_tried_again(monkeypatch, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "failing"}}
    tries = []

    def reminder(day):
        tries.append(day)
        if len(tries) == 1:
            raise RuntimeError
        return {}

    monkeypatch.setattr(reminders, "_REMINDERS", {"x": reminder})
    with pytest.raises(RuntimeError):
        reminders.remind_daily()
    assert reminders.remind_daily() == {"digests": 0}


def test_what_a_person_may_no_longer_see_is_neither_shown_nor_mailed(client_for):
    people = cast()
    boris, record = people["boris"], project(title="Safe return", office=people["ana"].memberships.get().office).record
    actions.prefer(boris, Mailing.DAILY)
    actions.tell([boris, people["carla"]], kind="x", title="About Safe return", record=record)
    assert queries.unread(boris) == 1
    record.visibility = "office"
    record.save()
    assert queries.unread(boris) == 0
    assert "Safe return" not in client_for(boris).get("/notices/").content.decode()
    actions.send_digests()
    assert boris.email not in {letter.to[0] for letter in mail.outbox}
    assert queries.unread(people["carla"]) == 1
