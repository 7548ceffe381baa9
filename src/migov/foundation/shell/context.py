"""What every page knows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from migov.foundation.shell import navigation

REMEMBER_SECONDS = 60.0
_remembered: dict[str, tuple[float, bool]] = {}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The navigation, the organisation's name, and what the notices above a page depend on.

    Values are callables where they cost something, so that a fragment that does not show them does not pay.
    """
    return {
        "navigation": partial(navigation.links, request),
        "top_links": partial(navigation.top_links, request),
        "organisation": settings.MIGOV_ORGANISATION,
        "contact": getattr(settings, "MIGOV_CONTACT", ""),
        "illustrative": illustrative,
        "all_illustrative": all_illustrative,
        "demo": getattr(settings, "MIGOV_DEMO", False),
        "demo_password": getattr(settings, "MIGOV_DEMO_PASSWORD", "migov-demo-2026"),
        "demo_accounts": demo_accounts,
    }


def illustrative() -> bool:
    """Whether the register holds records written for the demonstration. Asked at most once a minute in each process."""
    asked, answer = _remembered.get("illustrative", (float("-inf"), False))
    now = time.monotonic()
    if now - asked > REMEMBER_SECONDS:
        record = apps.get_model("records", "Record")  # of a room above: asked by name, not imported
        answer = record.objects.filter(illustrative=True).exists()
        _remembered["illustrative"] = (now, answer)
    return answer


def all_illustrative() -> bool:
    """Whether every project of the register was written for the demonstration."""
    asked, answer = _remembered.get("all illustrative", (float("-inf"), False))
    now = time.monotonic()
    if now - asked > REMEMBER_SECONDS:
        record = apps.get_model("records", "Record")
        answer = not record.objects.filter(kind="project", illustrative=False).exists()
        _remembered["all illustrative"] = (now, answer)
    return answer


def forget() -> None:
    """Ask the database again on the next page (after loading or removing the demonstration, and between tests)."""
    _remembered.clear()


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demonstration, as the sign-in page lists it."""

    username: str
    roles: str
    offices: str


def demo_accounts() -> list[DemoAccount]:
    """The accounts anybody may use in a demonstration; none elsewhere."""
    if not getattr(settings, "MIGOV_DEMO", False):
        return []
    accounts = []
    people = get_user_model()._default_manager.filter(is_active=True, memberships__isnull=False).distinct()
    for user in people.prefetch_related("memberships__office").order_by("username")[:20]:
        held = list(user.memberships.all())
        accounts.append(
            DemoAccount(
                user.get_username(),
                ", ".join(dict.fromkeys(m.get_role_display() for m in held)),
                ", ".join(dict.fromkeys(str(m.office) for m in held)),
            )
        )
    return accounts
