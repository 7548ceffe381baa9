"""What the list of requests is asked for: read from the query string, checked, and written back to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.work.policy.models import RequestKind, RequestState

OPEN, MINE, DELIVERED, CLOSED, ALL = "open", "mine", "delivered", "closed", "all"
SHOWS = {
    OPEN: gettext_lazy("Open"),
    MINE: gettext_lazy("Mine"),
    DELIVERED: gettext_lazy("Delivered"),
    CLOSED: gettext_lazy("Closed"),
    ALL: gettext_lazy("All"),
}
SEVERAL = "several"  # requests of a group of States or of a regional body
YES = "yes"
FIRST_YEAR, LAST_YEAR = 1951, 2100
SHOWN, LONGEST_TEXT = 60, 200
PARAMETERS = ("q", "show", "country", "kind", "state", "year", "late")
NOT_CONDITIONS = frozenset({"page", "sort"})


class BadFilter(ValueError):
    """A filter that cannot be used. errors: parameter → what is wrong; filter: what could be read of it."""

    def __init__(self, errors: dict[str, str], filter: RequestFilter) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors, self.filter = errors, filter


@dataclass(frozen=True)
class Chip:
    """One condition that is set: its words, and the query that lacks it."""

    label: str
    words: str
    without: str


@dataclass(frozen=True)
class RequestFilter:
    """A question about requests. show: one of SHOWS. several: only those of several States. year: in which they came."""

    q: str = ""
    show: str = OPEN
    country: Place | None = None
    several: bool = False
    kind: str = ""
    state: str = ""
    year: int | None = None
    late: bool = False

    def __bool__(self) -> bool:
        """Whether anything but the tab is asked."""
        return any(getattr(self, field.name) for field in fields(self) if field.name != "show")

    @property
    def usual_show(self) -> str:
        """The tab where none is named: all, where a state or a year is asked."""
        return ALL if self.state or self.year else OPEN

    def params(self) -> list[tuple[str, str]]:
        """The filter as pairs of parameter and value."""
        country = SEVERAL if self.several else self.country.code if self.country else ""
        found = {
            "q": self.q, "show": "" if self.show == self.usual_show else self.show, "country": country, "kind": self.kind,
            "state": self.state, "year": str(self.year or ""), "late": YES if self.late else "",
        }  # fmt: skip
        return [(name, value) for name, value in found.items() if value]

    def to_query(self, **more: str) -> str:
        """The filter as a query string; reading it gives the same filter."""
        return urlencode([*self.params(), *more.items()])

    def chips(self) -> list[Chip]:
        """What is set, in words, each with the query that removes it; without the tab."""
        labels: dict[str, tuple[Any, Any, Any]] = {
            "q": (_("Words"), f"“{self.q}”" if self.q else "", ""),
            "country": (_("Country or area"), self.country and formats.place(self.country), None),
            "several": (_("Country or area"), _("several States") if self.several else "", False),
            "kind": (_("Kind"), RequestKind(self.kind).label if self.kind else "", ""),
            "state": (_("State"), RequestState(self.state).label if self.state else "", ""),
            "year": (_("Came in"), self.year, None),
            "late": (_("Show"), _("late ones only") if self.late else "", False),
        }
        return [
            Chip(str(label), str(words), replace(self, **{name: empty}).to_query())
            for name, (label, words, empty) in labels.items()
            if words
        ]

    def words(self) -> str:
        """The filter in one line, for the file that it is exported to."""
        said = [f"{_('Shown')}: {SHOWS[self.show]}", *(f"{chip.label}: {chip.words}" for chip in self.chips())]
        return "; ".join(said)


def read_filter(data: QueryDict, viewer: Viewer) -> RequestFilter:
    """The filter from query parameters. At most one query. "mine" is asked by colleagues only: all that a government sees is its own.

    Raises BadFilter with a message for each parameter that is wrong or unknown; nothing is ignored in silence.
    """
    errors = {
        name: _("This list knows no condition of that name.")
        for name in data
        if name not in PARAMETERS and name not in NOT_CONDITIONS
    }
    said = {name: " ".join(data.get(name, "").split()) for name in PARAMETERS}
    for name, text in said.items():
        if "\x00" in text or len(text) > LONGEST_TEXT:
            errors[name] = _("Write at most %(most)s characters of plain text.") % {"most": LONGEST_TEXT}
            said[name] = ""
    several = said["country"] == SEVERAL
    found = RequestFilter(
        q=said["q"],
        country=None if several else _place(said, errors),
        several=several,
        kind=_one_of(said, "kind", RequestKind.values, errors),
        state=_one_of(said, "state", RequestState.values, errors),
        year=_year(said, errors),
        late=_one_of(said, "late", [YES], errors) == YES,
    )
    shows = [show for show in SHOWS if show != MINE or is_internal(viewer)]
    found = replace(found, show=_one_of(said, "show", shows, errors) or found.usual_show)
    if errors:
        raise BadFilter(errors, found)
    return found


def _unknown(text: str) -> str:
    return _("“%(text)s” is not known here.") % {"text": text[:SHOWN]}


def _one_of(said: dict[str, str], name: str, values: Iterable[str], errors: dict[str, str]) -> str:
    if said[name] and said[name] not in values:
        errors[name] = _unknown(said[name])
        return ""
    return said[name]


def _place(said: dict[str, str], errors: dict[str, str]) -> Place | None:
    found = Place.objects.filter(code=said["country"]).first() if said["country"] else None
    if said["country"] and found is None:
        errors["country"] = _unknown(said["country"])
    return found


def _year(said: dict[str, str], errors: dict[str, str]) -> int | None:
    text = said["year"]
    if not text:
        return None
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        errors["year"] = _("Write a year, such as 2026.")
        return None
    return year
