"""Telling people: a notice on the desk at once, and by e-mail as each of them wants it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.services.notices.models import Mailing, Notice, Preference
from migov.services.notices.queries import seen_by

logger = logging.getLogger(__name__)
IN_A_DIGEST = 50  # of the newest; the page of notices has all


@transaction.atomic
def tell(
    people: Iterable[User], *, kind: str, title: str, text: str = "", url: str = "", record: Record | None = None, key: str = ""
) -> list[Notice]:  # fmt: skip
    """Tell some people something. Returns the notices made: nobody is told the same key twice, and nobody inactive is told.

    Those who want each notice by mail get it when the transaction is committed; a mail that cannot be sent stays for the digest.
    """
    reached = {person.pk: person for person in people if person.is_active}
    if key:
        told = Notice.objects.filter(person__in=reached, key=key).values_list("person_id", flat=True)
        for pk in list(told):
            del reached[pk]
    notices = [
        Notice(person=person, kind=kind, title=title[:300], text=text, url=url, record=record, key=key)
        for person in reached.values()
    ]
    # Two that tell the same at once: the second finds the first's rows at the unique key.
    Notice.objects.bulk_create(notices, ignore_conflicts=bool(key))
    if key:
        notices = list(Notice.objects.filter(person__in=reached, key=key).select_related("person"))
    keys = [notice.pk for notice in notices]
    if keys:
        transaction.on_commit(lambda: send_each(keys), robust=True)
    return notices


def send_each(keys: Sequence[int]) -> int:
    """Mail some notices to those of their people who want each one. Returns how many were sent."""
    waiting = (
        Notice.objects.filter(pk__in=keys, mailed_at__isnull=True)
        .exclude(person__email="")
        .exclude(person__notice_preference__mailing__in=(Mailing.DAILY, Mailing.NEVER))
        .select_related("person")
    )
    return _send([(notice.person, notice.title, [notice]) for notice in waiting if _seen(notice.person, [notice])])


def send_digests(*, now: datetime | None = None) -> int:
    """Mail what was not mailed yet: one message for each person with all that is unread. Returns how many messages were sent.

    For those who want one a day, and for notices whose own mail failed. What is older than a week is not mailed any more.
    """
    now = now or timezone.now()
    waiting = (
        Notice.objects.filter(mailed_at__isnull=True, read_at__isnull=True, at__gt=now - timedelta(days=7))
        .exclude(person__email="")
        .exclude(person__notice_preference__mailing=Mailing.NEVER)
        .filter(person__is_active=True)
        .select_related("person")
        .order_by("person_id", "-at", "-pk")
    )
    by_person: dict[User, list[Notice]] = defaultdict(list)
    for notice in waiting.iterator():
        by_person[notice.person].append(notice)
    by_person = {person: kept for person, notices in by_person.items() if (kept := _seen(person, notices))}
    letters = [(person, _subject(notices), notices) for person, notices in by_person.items()]
    return _send(letters)


def _seen(person: User, notices: Sequence[Notice]) -> list[Notice]:
    """The notices whose record the person may see now: nothing of the others leaves by mail. One query and those of the roles."""
    seen = set(Notice.objects.filter(seen_by(person), pk__in=[one.pk for one in notices]).values_list("pk", flat=True))
    return [one for one in notices if one.pk in seen]


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        return notices[0].title
    number = len(notices)
    return ngettext("%(number)s notice from migov", "%(number)s notices from migov", number) % {"number": number}


def _send(letters: Sequence[tuple[User, str, list[Notice]]]) -> int:
    """Send letters over one connection; what could not be sent stays unmailed and is tried again with the digest."""
    if not letters:
        return 0
    sent = 0
    try:
        connection = get_connection()
        connection.open()
    except Exception:  # whatever a mail server does, the work that the notice is about is done
        logger.exception("No mail could be sent")
        return 0
    for person, subject, notices in letters:
        context = {
            "person": person, "notices": notices[:IN_A_DIGEST], "more": max(len(notices) - IN_A_DIGEST, 0),
            "site": settings.MIGOV_ADDRESS, "organisation": settings.MIGOV_ORGANISATION,
        }  # fmt: skip
        body = render_to_string("notices/mail.txt", context)
        message = EmailMessage(
            _("migov: %s") % " ".join(subject.split()), body, to=[person.email], connection=connection
        )
        try:
            message.send()
        except Exception:
            logger.exception("A notice could not be mailed")
            continue
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=timezone.now())
        sent += 1
    connection.close()
    return sent


@transaction.atomic
def read(person: User, keys: Iterable[int] | None = None) -> int:
    """Mark a person's own notices as read: some of them, or all (None). Returns how many were unread."""
    mine = Notice.objects.filter(person=person, read_at__isnull=True)
    return (mine if keys is None else mine.filter(pk__in=list(keys))).update(read_at=timezone.now())


@transaction.atomic
def prefer(person: User, mailing: str) -> Preference:
    """Say how a person wants to be mailed. Raises ValueError for a way that does not exist."""
    made, _new = Preference.objects.update_or_create(person=person, defaults={"mailing": Mailing(mailing)})
    return made
