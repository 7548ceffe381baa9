"""Facts that can be pulled into an input. Rooms register here what they know; each fact comes with its source and its day.

A provider is asked with the context of the input and answers for what the viewer may see only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records.themes import themes_of
from migov.work.cooperation.models import Input, Mechanism, Meeting


@dataclass(frozen=True, slots=True)
class Context:
    """What an input is about. words: its title, what is asked, and what is written so far. paper: its key.

    places: the countries in question: its own, those whose offices were asked, those that are named in its title or in what is asked.
    """

    place: Place | None = None
    themes: tuple[Theme, ...] = ()
    mechanism: Mechanism | None = None
    meeting: Meeting | None = None
    words: str = ""
    paper: int | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A fact as a sentence that can stand in a text. key: the same for the same fact, whatever its value, so that a newer one is told.

    source: publication or register. as_of: the day that it holds for. address: page of the rows behind it, inside migov.
    """

    key: str
    text: str
    source: str
    as_of: date | None = None
    address: str = ""

    @property
    def plain(self) -> str:
        """Its words as they are put into a text: on one line."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Group:
    """What one provider offers."""

    code: str
    label: str
    facts: tuple[Offered, ...]


Find = Callable[[Context, Viewer], Sequence[Offered]]
_PROVIDERS: dict[str, tuple[str | Promise, Find]] = {}


def register(code: str, label: str | Promise, find: Find) -> None:
    """Have a provider asked for facts; called when a room is loaded. Raises ValueError where another has the code."""
    if _PROVIDERS.get(code, (label, find))[1] is not find:
        raise ValueError(f"facts {code!r} are registered already")
    _PROVIDERS[code] = (label, find)


def context_of(paper: Input, words: str = "") -> Context:
    """The context of an input. words: what is written so far. Three queries."""
    record = paper.record
    return Context(
        place=paper.place, themes=tuple(themes_of(record)), mechanism=paper.mechanism, meeting=paper.meeting,
        words="\n".join(filter(None, (record.title, record.summary, words))), paper=paper.pk,
        places=places_of(paper),
    )  # fmt: skip


def places_of(paper: Input) -> tuple[Place, ...]:
    """The countries in question for an input, its own first. Two queries."""
    asked = set(paper.asked.values_list("office__place", flat=True))
    said = f"{paper.record.title}\n{paper.record.summary}"
    found = [] if paper.place is None else [paper.place]
    for place in Place.objects.filter(is_territory=True):
        named = {place.short_name, place.name, place.name.partition(" (")[0]}
        if place.pk in asked or any(re.search(rf"\b{re.escape(one)}\b", said) for one in named):
            found.append(place)
    return tuple(dict.fromkeys(found))


def offered(context: Context, viewer: Viewer) -> list[Group]:
    """What is known in a context, provider by provider; those that know nothing are left out."""
    groups = [Group(code, str(label), tuple(find(context, viewer))) for code, (label, find) in _PROVIDERS.items()]
    return [group for group in groups if group.facts]


def by_key(groups: Sequence[Group]) -> dict[str, Offered]:
    """The facts of all groups by their key."""
    return {fact.key: fact for group in groups for fact in group.facts}
