"""Who asks: the owner of the key in the header. Sign-in by cookie opens nothing here, so no other site can act for somebody."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer

from migov.exchange.api.actions import key_for
from migov.exchange.api.models import ApiKey, Scope
from migov.foundation.people import access
from migov.foundation.people.models import User


class KeyAuth(HttpBearer):
    """`Authorization: Bearer migov_…`. The request goes on as the key's owner."""

    openapi_name = "key"

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey:
        key = key_for(token.strip())
        if key is None:
            raise AuthenticationError(message=_("This key does not open anything: it is unknown, expired or revoked."))
        request.user = key.person
        request.api_key = key  # type: ignore[attr-defined]
        access.require(key.person, "contributions.see")
        return key


def person(request: HttpRequest) -> User:
    """The owner of the key."""
    key: ApiKey = request.api_key  # type: ignore[attr-defined]
    return key.person


def require_writing(request: HttpRequest) -> User:
    """The owner of the key, where it may report values. Raises HttpError."""
    key: ApiKey = request.api_key  # type: ignore[attr-defined]
    if key.scope != Scope.WRITE:
        raise HttpError(403, _("This key may only read. Make one that may report values."))
    return key.person
