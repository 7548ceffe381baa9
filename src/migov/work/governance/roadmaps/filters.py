"""What the list of roadmaps is asked for: read from the query string, checked, and written back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.work.governance.models import RoadmapState

PARAMETERS = ("q", "country", "state", "year", "late")
LONGEST_TEXT, SHOWN = 200, 60
YES = "yes"


@dataclass(frozen=True)
class Chip:
    """One condition that is set: its words, and the query that lacks it."""

    label: str
    words: str
    without: str


@dataclass(frozen=True)
class RoadmapFilter:
    """A question about roadmaps. year: one that they cover. late: only those with an action whose day has passed."""

    q: str = ""
    country: Place | None = None
    state: str = ""
    year: int | None = None
    late: bool = False

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def to_query(self) -> str:
        """The filter as a query string; reading it gives the same filter."""
        found = {
            "q": self.q, "country": self.country.code if self.country else "", "state": self.state, "year": str(self.year or ""),
            "late": YES if self.late else "",
        }  # fmt: skip
        return urlencode({name: value for name, value in found.items() if value})

    def chips(self) -> list[Chip]:
        """What is set, in words, each with the query that removes it."""
        labels: dict[str, tuple[Any, Any, Any]] = {
            "q": (_("Words"), f"“{self.q}”" if self.q else "", ""),
            "country": (_("Country or area"), self.country and formats.place(self.country), None),
            "state": (_("State"), RoadmapState(self.state).label if self.state else "", ""),
            "year": (_("Year"), self.year, None),
            "late": (_("Show"), _("with late actions only") if self.late else "", False),
        }
        return [
            Chip(str(label), str(words), replace(self, **{name: empty}).to_query())
            for name, (label, words, empty) in labels.items()
            if words
        ]

    def words(self) -> str:
        """The filter in one line, for the file that it is exported to."""
        return "; ".join(f"{chip.label}: {chip.words}" for chip in self.chips()) or _("all")


def read_filter(data: Mapping[str, str]) -> tuple[RoadmapFilter, dict[str, str]]:
    """The filter from query parameters, and what is wrong with it: parameter → message. At most one query."""
    said = {name: " ".join(data.get(name, "").replace("\x00", "").split())[:LONGEST_TEXT] for name in PARAMETERS}
    errors: dict[str, str] = {}
    country = Place.objects.filter(code=said["country"]).first() if said["country"] else None
    if said["country"] and country is None:
        errors["country"] = _unknown(said["country"])
    for name, known in (("state", RoadmapState.values), ("late", [YES])):
        if said[name] and said[name] not in known:
            errors[name] = _unknown(said[name])
            said[name] = ""
    year = said["year"]
    if year and not (year.isascii() and year.isdigit() and len(year) == 4 and 1990 <= int(year) <= 2100):
        errors["year"], year = _("Write a year, such as 2026."), ""
    found = RoadmapFilter(said["q"], country, said["state"], int(year) if year else None, said["late"] == YES)
    return found, errors


def _unknown(text: str) -> str:
    return _("“%(text)s” is not known here.") % {"text": text[:SHOWN]}
