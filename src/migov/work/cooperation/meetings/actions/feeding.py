"""The secret address of a person's calendar feed: made, made anew, taken away. Only its digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.work.cooperation.models import CalendarFeed

NOTED_EACH = timedelta(hours=1)  # calendars ask often; one note an hour says enough


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(*, by: User, at: datetime | None = None) -> str:
    """Give a person a feed; an address that he or she had before is void. Returns the token, which is shown once and not kept.

    Raises PermissionDenied for who does not enter cooperation.
    """
    access.require(by, "cooperation.enter")
    token = secrets.token_urlsafe(32)
    at = at or timezone.now()
    _made, new = CalendarFeed.objects.update_or_create(
        person=by, defaults={"digest": digest_of(token), "made_at": at, "read_at": None}
    )
    journal.write("calendar feed made" if new else "calendar feed made anew", by=by, at=at)
    return token


@transaction.atomic
def stop_feed(*, by: User, at: datetime | None = None) -> bool:
    """Take away a person's feed. Returns whether there was one."""
    gone, _rows = CalendarFeed.objects.filter(person_id=by.pk).delete()
    if gone:
        journal.write("calendar feed stopped", by=by, at=at)
    return bool(gone)


def reader_of(token: str, *, at: datetime | None = None) -> User:
    """Whose feed the token opens; that it was read is noted, once an hour. Raises CalendarFeed.DoesNotExist where there is none, and
    PermissionDenied where its person is inactive or does not work for the office any more.
    """
    at = at or timezone.now()
    feed = CalendarFeed.objects.select_related("person").get(digest=digest_of(token))
    person = feed.person
    if not access.allowed(person, "cooperation.enter"):
        raise PermissionDenied(_("This calendar is not read any more."))
    if feed.read_at is None or at - feed.read_at > NOTED_EACH:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=at)
    return person
