"""What sign-in needs beside its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def attempted_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The name that somebody tries to sign in as: what lock-out counts by (AXES_USERNAME_CALLABLE).

    The sign-in form calls it "login", the back ends "username" or "email". Large and small letters count as one name, as they do
    when the account is looked up; otherwise each spelling would have its own number of guesses.
    """
    given = credentials or {}
    name = given.get("username") or given.get("email") or request.POST.get("login") or ""
    return str(name).strip().lower()
