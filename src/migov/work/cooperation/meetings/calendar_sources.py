"""What the calendar shows. Rooms register, when they are loaded, a function that gives their events; the calendar asks all of them.

An event carries nothing that is internal to its record: calendars are kept on other people's servers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migov.foundation.people.access import Viewer

CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"


@dataclass(frozen=True, slots=True)
class Event:
    """Something on one or more days.

    uid: the same for ever, unique in migov ("meeting-12"). starts, ends: first and last day, both counted; starts_at, ends_at: moments,
    where hours are known, with their time zone. kind: in words ("meeting", "inputs due"). code: of the kind, for style. url: of its page,
    inside migov. sequence: grows with each change. changed_at: the last of them. mechanism, places, themes: codes to filter by.
    people: keys of those whose it is. title, where, about: for everybody who may see the event.
    """

    uid: str
    title: str
    starts: date
    ends: date
    url: str
    kind: str
    code: str
    changed_at: datetime
    sequence: int = 0
    status: str = CONFIRMED
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    where: str = ""
    about: str = ""
    hours: str = ""
    mechanism: str = ""
    mechanism_name: str = ""
    places: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    people: frozenset[int] = frozenset()


Source = Callable[[date, date, "Viewer"], Iterable[Event]]
_SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Add a source: given the first and the last day, it gives the events that touch them and that the viewer may see, in a number of
    queries that does not depend on how many there are.
    """
    if source not in _SOURCES:
        _SOURCES.append(source)


def events(start: date, end: date, viewer: Viewer, filter: Any = None) -> list[Event]:
    """All events that touch the days from start to end, as a filter wants them, in the order of time. filter: filters.CalendarFilter."""
    found = [event for source in _SOURCES for event in source(start, end, viewer)]
    if filter is not None:
        found = [event for event in found if _wanted(event, filter, viewer)]
    return sorted(found, key=lambda event: (event.starts, str(event.starts_at or ""), event.title, event.uid))


def _wanted(event: Event, filter: Any, viewer: Viewer) -> bool:
    if filter.mechanism is not None and event.mechanism != filter.mechanism.code:
        return False
    if filter.country is not None and filter.country.code not in event.places:
        return False
    if filter.theme is not None and filter.theme.code not in event.themes:
        return False
    if not all(word.casefold() in event.title.casefold() for word in filter.q.split()):
        return False
    return not filter.mine or viewer.pk in event.people
