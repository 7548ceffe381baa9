"""Hints beside the section that is being written, from rooms that know something: lessons, evaluations, practices.

A room registers a provider when it is loaded. Where none has anything to say, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record

MOST = 4  # hints of one provider


@dataclass(frozen=True, slots=True)
class Asked:
    """What hints are asked for: the record of the project, the section's code, the words written so far, and who will read them."""

    record: Record
    section: str
    text: str
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class Hint:
    """Something worth reading now. because: why it is shown ("Same country; shared words: guardian, referral").

    actions: what the reader can say of it: pairs of words and the address that is posted to.
    """

    title: str
    text: str = ""
    url: str = ""
    because: str = ""
    actions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    """Who gives hints. find: the best first, only what the viewer may see, in a bounded number of queries."""

    code: str
    label: str | Promise
    find: Callable[[Asked], Sequence[Hint]]


_PROVIDERS: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Make a provider known; called from a room's AppConfig.ready. Raises ValueError when another has its code."""
    if _PROVIDERS.get(provider.code, provider) is not provider:
        raise ValueError(f"hints {provider.code!r} are given by another already")
    _PROVIDERS[provider.code] = provider


def hints(asked: Asked) -> list[tuple[Provider, list[Hint]]]:
    """What the providers have to say, in the order in which they registered; those with nothing to say are left out."""
    found = [(provider, list(provider.find(asked))[:MOST]) for provider in _PROVIDERS.values()]
    return [(provider, some) for provider, some in found if some]
