"""What tests of outsiders share: all addresses of a room, what somebody gets there, and whether anything was changed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pypdf
from django.apps import apps
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

HIDDEN = "Zyxhidden"  # begins every word that no outsider may read
SHOWN = "Zyxshown"  # begins those that the government of Moldova reads, and nobody else outside
PUBLIC = "Zyxpublic"  # begins those that were published: everybody with a role may read them
REFUSED = (302, 403, 404, 405)


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every named address of migov, with the names of its keys."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{before}{one.namespace}:" if one.namespace else before)
        elif isinstance(one, URLPattern) and one.name:
            yield f"{before}{one.name}", list(one.pattern.converters)


def of_room(*rooms: str) -> dict[str, list[str]]:
    """The addresses of some rooms, with the names of their keys."""
    return {name: keys for name, keys in patterns() if name.split(":")[0] in rooms}


def listed(names: str) -> list[str]:
    """Names that stand in a text."""
    return names.split()


def client(who: Any) -> Client:
    """Somebody's browser; None for who has not signed in."""
    made = Client()
    if who is not None:
        made.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return made


def address(name: str, **keys: Any) -> str | None:
    """The address with these keys; None where one does not fit."""
    try:
        return reverse(name, kwargs=keys)
    except NoReverseMatch:
        return None


def words(answer: HttpResponseBase) -> str:
    """All words of a page or file with where it leads on to, those in packed files included."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined,arg-type]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"".join(parts.read(name) for name in parts.namelist())
    elif content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).replace("\n", "")
    return content.decode(errors="replace") + str(answer.headers.get("Location", ""))


def to_sign_in(answer: HttpResponseBase) -> bool:
    """Whether somebody is sent to sign in."""
    return answer.status_code == 302 and "/accounts/" in answer.headers["Location"]


def state(*labels: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of some applications, and all records and documents."""
    models = [model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    models += [apps.get_model("records", "Record"), apps.get_model("files", "Document")]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}
