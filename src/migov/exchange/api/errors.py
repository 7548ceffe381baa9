"""Refusals as JSON: what is wrong, in which field, and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from migov.work.results.actions.ground import ReportingError

SOURCES = frozenset({"body", "query", "path", "header", "form", "cookie"})


def refusal(status: int, message: str, *, field: str = "", expected: str = "") -> JsonResponse:
    """One thing that is wrong."""
    return JsonResponse({"errors": [{"field": field, "message": message, "expected": expected}]}, status=status)


def not_found(request: HttpRequest, rest: str = "") -> JsonResponse:
    """An address that the API does not have."""
    return refusal(404, _("There is no such address. See /api/v1/openapi.json."))


def register(api: NinjaAPI) -> None:
    """Answer every refusal of an API in one form."""

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        return JsonResponse({"errors": [_said(one) for one in error.errors]}, status=422)

    def http(request: HttpRequest, error: Any) -> HttpResponse:
        message = error.message if error.message != "Unauthorized" else _("Send a key: Authorization: Bearer migov_…")
        response = refusal(error.status_code, message)
        if error.status_code == 401:
            response["WWW-Authenticate"] = 'Bearer realm="migov"'
        return response

    def denied(request: HttpRequest, error: Any) -> HttpResponse:
        return refusal(403, str(error) or _("Your role does not allow this."))

    def missing(request: HttpRequest, error: Any) -> HttpResponse:
        return refusal(404, str(error) or _("There is no such thing, or you may not see it."))

    def not_now(request: HttpRequest, error: Any) -> HttpResponse:
        return refusal(409, str(error))

    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(HttpError, http)
    api.add_exception_handler(PermissionDenied, denied)
    api.add_exception_handler(Http404, missing)
    api.add_exception_handler(ReportingError, not_now)


def _said(error: dict[str, Any]) -> dict[str, str]:
    given: dict[str, Any] = error.get("ctx") or {}
    expected = {
        "missing": _("a value"), "int_parsing": _("a whole number"), "int_type": _("a whole number"),
        "literal_error": str(given.get("expected", "")), "date_from_datetime_parsing": _("a date such as 2025-12-31"),
        "date_parsing": _("a date such as 2025-12-31"),
        "datetime_from_date_parsing": _("a moment such as 2025-12-31T00:00:00Z"),
        "greater_than_equal": _("%s or more") % given.get("ge", ""), "less_than_equal": _("%s or less") % given.get("le", ""),
        "too_long": _("at most %s") % given.get("max_length", ""), "too_short": _("at least %s") % given.get("min_length", ""),
        "string_too_long": _("at most %s characters") % given.get("max_length", ""), "list_type": _("a list"),
        "dict_type": _("an object"), "bool_parsing": _("true or false"),
    }.get(error["type"], "")  # fmt: skip
    return {"field": _path(error["loc"]), "message": str(error["msg"]), "expected": expected}


def _path(location: Sequence[Any]) -> str:
    """("body", "given", "values", 0, "indicator") → values.0.indicator"""
    parts = [str(one) for one in location]
    if parts and parts[0] in SOURCES:
        parts = parts[2:] if parts[0] == "body" else parts[1:]
    return ".".join(parts)
