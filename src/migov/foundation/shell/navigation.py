"""The main navigation.

Each room registers its entry when it is loaded; only rooms that exist and that the viewer may enter are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string

# The room that answers "may this person?" stands above this one: it is named, not imported.
GATEKEEPER = "migov.foundation.people.access.allowed"


@dataclass(frozen=True)
class Entry:
    """One line of the main navigation.

    order: entries are sorted by it, then by label. permission: a permission of people/access.py that the viewer needs.
    count: how many things wait there for the viewer; called once per page, so it must be cheap. Nothing is shown for 0.
    rooms: app_names of further rooms without an entry of their own, whose pages belong to this one.
    """

    label: str | Promise
    url_name: str
    order: int
    permission: str | None = None
    count: Callable[[Any], int] | None = None
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """An entry as one viewer sees it on one page."""

    label: str
    url: str
    current: bool
    count: int


_ENTRIES: dict[str, Entry] = {}
_TOP: dict[str, Entry] = {}


def register(
    label: str | Promise,
    url_name: str,
    order: int,
    permission: str | None = None,
    count: Callable[[Any], int] | None = None,
    rooms: tuple[str, ...] = (),
) -> None:
    """Add a room to the navigation. Registering a url_name again replaces its entry."""
    _ENTRIES[url_name] = Entry(label, url_name, order, permission, count, rooms)


def register_top(
    label: str | Promise, url_name: str, order: int = 50, count: Callable[[Any], int] | None = None
) -> None:
    """Add a link beside the person's menu, for what is one's own: shown to all who are signed in."""
    _TOP[url_name] = Entry(label, url_name, order, None, count)


def top_links(request: HttpRequest) -> list[Link]:
    """The links beside the person's menu."""
    viewer = request.user
    if not viewer.is_authenticated:
        return []
    found = []
    for entry in sorted(_TOP.values(), key=lambda entry: entry.order):
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        found.append(Link(str(entry.label), url, url == request.path, entry.count(viewer) if entry.count else 0))
    return found


def allowed(viewer: Any, permission: str) -> bool:
    """Whether the viewer has a permission, as the room of people and access says."""
    check: Callable[[Any, str], bool] = import_string(getattr(settings, "MIGOV_GATEKEEPER", GATEKEEPER))
    return check(viewer, permission)


def links(request: HttpRequest) -> list[Link]:
    """The navigation for this page: in order, with the entry whose room the page belongs to marked as current."""
    viewer = request.user
    if not viewer.is_authenticated:
        return []
    found: list[tuple[Entry, str]] = []
    for entry in sorted(_ENTRIES.values(), key=lambda e: (e.order, str(e.label))):
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        if entry.permission is None or allowed(viewer, entry.permission):
            found.append((entry, url))
    here = _current(request, found)
    return [
        Link(str(entry.label), url, entry is here, entry.count(viewer) if entry.count else 0) for entry, url in found
    ]


def _current(request: HttpRequest, found: list[tuple[Entry, str]]) -> Entry | None:
    """The entry of the page: the longest address that the path begins with, else the one of the same app_name."""
    beginning = [(len(url), entry) for entry, url in found if url != "/" and request.path.startswith(url)]
    if beginning:
        return max(beginning, key=lambda pair: pair[0])[1]
    room = request.resolver_match.app_name if request.resolver_match else ""
    for entry, url in found:
        if url == request.path or (room and (entry.url_name.startswith(f"{room}:") or room in entry.rooms)):
            return entry
    return None
