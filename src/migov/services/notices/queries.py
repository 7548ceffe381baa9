"""Questions about notices. Everyone asks only for one's own."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.services.notices.models import Mailing, Notice


def seen_by(person: User) -> Q:
    """Notices that a person may still read: those about a record only as long as the person may see it."""
    return Q(record__isnull=True) | Q(record__in=Record.objects.visible_to(person))


def notices_of(person: User) -> QuerySet[Notice]:
    """A person's notices, newest first."""
    return Notice.objects.filter(seen_by(person), person=person)


def unread(person: Any) -> int:
    """How many notices a person has not read. One query."""
    return notices_of(person).filter(read_at__isnull=True).count()


def mailing_of(person: User) -> Mailing:
    """How a person wants to be mailed."""
    preference = getattr(person, "notice_preference", None)
    return Mailing(preference.mailing) if preference else Mailing.EACH
