"""What has to be said because a day has come. Rooms register here; `migov remind` and the worker ask all of them, once a day or oftener."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.core.cache import cache
from django.utils import timezone

from migov.services.notices.actions import send_digests

Reminder = Callable[[date], Mapping[str, int]]
_REMINDERS: dict[str, Reminder] = {}
_DONE = "notices.reminded"


def register(code: str, reminder: Reminder) -> None:
    """Add a reminder: given the day, it tells those concerned (each thing once: notice keys) and returns what it did, words → number.

    Raises ValueError when the code is taken.
    """
    if _REMINDERS.get(code, reminder) is not reminder:
        raise ValueError(f"reminder {code!r} is registered already")
    _REMINDERS[code] = reminder


def remind(today: date | None = None) -> dict[str, int]:
    """Run all reminders and send the digests. Asking again on the same day says nothing twice. Returns what was done."""
    today = today or timezone.localdate()
    done: dict[str, int] = {}
    for reminder in _REMINDERS.values():
        for words, number in reminder(today).items():
            done[words] = done.get(words, 0) + number
    done["digests"] = send_digests()
    return done


def remind_daily() -> dict[str, int] | None:
    """As `remind`, if it has not run today; None when it has. For the worker, which asks every minute."""
    today = timezone.localdate()
    key = f"{_DONE}.{today.isoformat()}"
    if not cache.add(key, True, timeout=2 * 24 * 3600):
        return None
    try:
        return remind(today)
    except BaseException:
        cache.delete(key)  # so that it is tried again
        raise
