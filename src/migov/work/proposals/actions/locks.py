"""Who writes a section now. A lock ends two minutes after the last sign of life; it can be given up, and it can be taken over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.work.proposals.models import Lock, Section

LIFE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class LockState:
    """Who writes a section. mine: this page does. holder: the other person who does; None where nobody else does."""

    mine: bool
    holder: User | None = None
    since: datetime | None = None


def standing(section: Section, now: datetime | None = None) -> Lock | None:
    """The lock of a section that has not ended. One query."""
    return Lock.objects.select_related("holder").filter(section=section, until__gt=now or timezone.now()).first()


def other(lock: Lock | None, by: Actor) -> User | None:
    """The other person who holds a lock; one's own other window is no other person."""
    return lock.holder if lock is not None and lock.holder_id != by.pk else None


def hold(section: Section, before: Lock | None, *, token: str, by: Actor, now: datetime) -> Lock | None:
    """Give the lock to a page, or let it live on. before: the lock that stands. What is written without a page holds none."""
    if by.pk is None or not token:
        return None
    goes_on = before is not None and before.holder_id == by.pk
    since = before.since if goes_on and before is not None else now
    made = {"holder_id": by.pk, "token": token, "since": since, "until": now + LIFE}
    lock, _created = Lock.objects.update_or_create(section=section, defaults=made)
    return lock


def drop(section: Section, by: Actor) -> None:
    """End the lock of one's own pages, because the text was changed from outside of them."""
    Lock.objects.filter(section=section, holder_id=by.pk).delete()
