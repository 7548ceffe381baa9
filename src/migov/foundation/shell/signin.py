"""What sign-in needs beside its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def attempted_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The name that somebody tries to sign in as: what lock-out counts by (AXES_USERNAME_CALLABLE).

    The sign-in form calls it "login", the back ends "username" or "email". Large and small letters count as one name, as they do
    when the account is looked up; otherwise each spelling would have its own number of guesses.
    """
    given = credentials or {}
    name = given.get("username") or given.get("email") or request.POST.get("login") or ""
    return str(name).strip().lower()


def client_address(request: HttpRequest) -> str | None:
    """The address that somebody signs in from: what lock-out counts by (AXES_CLIENT_IP_CALLABLE).

    Behind a proxy it is the one that the proxy saw, so that a stranger's guesses do not lock the account for everybody.
    """
    try:
        address: str = get_adapter(request).get_client_ip(request)
    except PermissionDenied:  # no address, as on a socket of the file system
        return None
    return address
