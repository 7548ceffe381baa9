"""Making, using and revoking personal keys."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.exchange.api.models import ApiKey, Scope
from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.shell import typed

MOST_KEYS, MOST_DAYS = 20, 366
NOTED_EVERY = timedelta(minutes=1)  # a key that is used all the time is not written to all the time
PREFIX = "migov_"


class KeyRefused(ValueError):
    """A key that cannot be made. The text says why; field: the one it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def make_key(*, by: User, name: str, scope: str = Scope.READ, days: int = 90) -> tuple[ApiKey, str]:
    """A new key of a person, and its text, which is shown this once and kept nowhere. Raises KeyRefused, PermissionDenied."""
    access.require(by, "contributions.see")
    try:
        title = typed.line(name, 80)
    except typed.Unreadable as wrong:
        raise KeyRefused(str(wrong), "name") from wrong
    if not title:
        raise KeyRefused(_("Give it a name, so that you know later what uses it."), "name")
    if scope not in Scope.values:
        raise KeyRefused(_("Choose one of the list."), "scope")
    if not 1 <= days <= MOST_DAYS:
        raise KeyRefused(_("A key lasts from 1 to %d days.") % MOST_DAYS, "days")
    User.objects.select_for_update().only("pk").get(pk=by.pk)
    if ApiKey.objects.filter(person=by, revoked_at__isnull=True, expires_at__gt=timezone.now()).count() >= MOST_KEYS:
        raise KeyRefused(_("You have %d keys that work. Revoke one first.") % MOST_KEYS)
    text = f"{PREFIX}{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        person=by, name=title, shown=text[: len(PREFIX) + 4], digest=digest_of(text), scope=scope,
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    journal.write("API key made", by=by, detail={"key": str(key), "scope": scope, "days": days})
    return key, text


@transaction.atomic
def revoke_key(pk: int, *, by: User) -> ApiKey:
    """Make a key open nothing any more. Its owner may, and who administers people. Raises ApiKey.DoesNotExist, PermissionDenied."""
    key = ApiKey.objects.select_for_update().get(pk=pk)
    if key.person_id != by.pk and not access.allowed(by, "people.manage"):
        raise PermissionDenied(_("This key belongs to somebody else."))
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        journal.write("API key revoked", by=by, detail={"key": str(key), "of": str(key.person)})
    return key


def key_for(text: str) -> ApiKey | None:
    """The key that a program showed, where it still works and its owner is active; its use is noted. One query, at times two."""
    if not text.startswith(PREFIX) or len(text) > 100 or not text.isascii():
        return None
    now = timezone.now()
    key = (
        ApiKey.objects.select_related("person")
        .filter(digest=digest_of(text), revoked_at__isnull=True, expires_at__gt=now, person__is_active=True)
        .first()
    )
    if key is not None and (key.used_at is None or now - key.used_at > NOTED_EVERY):
        ApiKey.objects.filter(Q(used_at__isnull=True) | Q(used_at__lt=now), pk=key.pk).update(used_at=now)
    return key


def digest_of(text: str) -> str:
    """What is kept of a key. It has 256 random bits, so a plain digest cannot be searched backwards."""
    return hashlib.sha256(text.encode()).hexdigest()
