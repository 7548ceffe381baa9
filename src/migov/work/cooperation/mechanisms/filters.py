"""What the list of mechanisms is asked for: read from an address, checked, written back to it, and said in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.work.cooperation.models import MechanismState, MechanismType

LONGEST_WORDS, LONGEST_CODE, MOST_COUNTRIES = 200, 40, 4
SORTS = ("name", "chair", "own", "states")


@dataclass(frozen=True, slots=True)
class MechanismFilter:
    """What the list keeps. countries: those in which all of them take part; names: theirs and the theme's, by code. sort: one of SORTS,
    with "-" the other way round; empty: by type and name. wrong: condition → what is wrong with it.
    """

    words: str = ""
    type: str = ""
    state: str = ""
    theme: str = ""
    countries: tuple[str, ...] = ()
    sort: str = ""
    names: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def is_set(self) -> bool:
        return bool(self.words or self.type or self.state or self.theme or self.countries)

    @property
    def query(self) -> str:
        """The address of this filter."""
        pairs = [("q", self.words), ("type", self.type), ("state", self.state), ("theme", self.theme)]
        pairs += [("country", code) for code in self.countries]
        return urlencode([(key, value) for key, value in [*pairs, ("sort", self.sort)] if value])

    def says(self) -> str:
        """The filter in words."""
        parts = [
            str(MechanismType(self.type).label) if self.type else "", str(MechanismState(self.state).label) if self.state else "",
            self.names.get(self.theme, ""), ", ".join(self.names.get(code, code) for code in self.countries),
            f"“{self.words}”" if self.words else "",
        ]  # fmt: skip
        return "; ".join(filter(None, parts)) or _("all")


def read_filter(given: Any) -> MechanismFilter:
    """The filter of an address (a QueryDict or a mapping). A condition that is not known is named in `wrong`. At most two queries."""
    wrong: dict[str, str] = {}
    names: dict[str, str] = {}
    words = " ".join(given.get("q", "").replace("\x00", " ").split())[:LONGEST_WORDS]
    kind = _one_of(given, "type", MechanismType.values, wrong)
    state = _one_of(given, "state", MechanismState.values, wrong)
    theme = _plain(given.get("theme", ""))
    if theme:
        found = Theme.objects.filter(code=theme).first()
        names[theme] = str(found or "")
        if found is None:
            wrong["theme"] = _unknown(theme)
    said = given.getlist("country") if hasattr(given, "getlist") else [given.get("country", "")]
    codes = tuple(dict.fromkeys(code for code in (_plain(code).upper() for code in said[:MOST_COUNTRIES]) if code))
    if codes:
        places = {place.code: place for place in Place.objects.filter(code__in=codes)}
        names |= {code: formats.place(place) for code, place in places.items()}
        missing = [code for code in codes if code not in places]
        if missing:
            wrong["country"] = _unknown(missing[0])
    sort = given.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else ""
    return MechanismFilter(words, kind, state, theme, codes, sort, names, wrong)


def _plain(text: str) -> str:
    return text.replace("\x00", "").strip()[:LONGEST_CODE]


def _one_of(given: Any, name: str, values: Iterable[str], wrong: dict[str, str]) -> str:
    value = _plain(given.get(name, ""))
    if not value or value in values:
        return value
    wrong[name] = _unknown(value)
    return ""


def _unknown(text: str) -> str:
    return _("“%(text)s” is not known here.") % {"text": text}
