"""The registry behind the search page.

Rooms register providers; each answers for its own kind of thing and its own rules of access.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    """One thing that was found: where it is, and of which kind ("Projects", "Framework elements")."""

    title: str
    url: str
    kind_label: str | Promise
    snippet: str = ""


@dataclass(frozen=True)
class Group:
    """The hits of one kind. more: whether the provider held back further ones."""

    label: str
    hits: list[Hit]
    more: bool


Provider = Callable[[str, Any, int], Iterable[Hit]]
_PROVIDERS: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider; it is called as provider(query, user, limit) and shows only what the user may see."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)


def search(query: str, user: Any, limit: int = 10) -> list[Group]:
    """What the rooms know about a query, by kind, in the order of registration. One character finds nothing."""
    words = " ".join(query.split())
    if len(words) < SHORTEST:
        return []
    groups: dict[str, list[Hit]] = {}
    for provider in _PROVIDERS:
        # One more than is shown, to know whether there are others.
        for hit in provider(words, user, limit + 1):
            groups.setdefault(str(hit.kind_label), []).append(hit)
    return [Group(label, hits[:limit], len(hits) > limit) for label, hits in groups.items()]
