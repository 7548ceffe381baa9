"""Version 1 of the API."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from ninja import NinjaAPI

from migov.exchange.api import errors, reading, writing
from migov.exchange.api.auth import KeyAuth
from migov.exchange.api.schemas import Problems

PREFIX = "/api/v1/"

api = NinjaAPI(
    title="migov",
    version="1",
    description="Projects, indicators and values, under the rules of the pages. Each key acts for the person who made it.",
    auth=KeyAuth(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="v1",
)
errors.register(api)
api.add_router("", reading.router, tags=["reading"])
api.add_router("", writing.router, tags=["reporting"])


def schema() -> dict[str, Any]:
    """What the API is, as OpenAPI 3.1, with the form of its refusals."""
    made: dict[str, Any] = api.get_openapi_schema(path_prefix=PREFIX)
    known = made.setdefault("components", {}).setdefault("schemas", {})
    form = Problems.model_json_schema(ref_template="#/components/schemas/{model}")
    known |= {**form.pop("$defs"), "Problems": form}
    refused = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problems"}}}}
    for operations in made["paths"].values():
        for operation in operations.values():
            for status, words in (
                (401, "No key, or one that does not work"),
                (403, "Not allowed"),
                (404, "Not there"),
                (422, "Not understood"),
            ):
                operation["responses"].setdefault(status, {"description": words, **refused})
    return made


def addresses() -> Any:
    """The addresses of the API, open to keys: the middleware that asks for a sign-in lets them through."""
    found = api.urls
    patterns: list[Any] = found[0]
    for pattern in patterns:
        login_not_required(pattern.callback)
    return found
