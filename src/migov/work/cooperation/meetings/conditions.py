"""What the lists of meetings and commitments are asked for: read from the query string, checked, written back to it, and said in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.work.cooperation.mechanisms.queries import visible
from migov.work.cooperation.models import Mechanism

SHOWN, LONGEST_TEXT = 60, 200
YES = "yes"
NOT_CONDITIONS = frozenset({"page", "sort", "month", "view"})


class BadFilter(ValueError):
    """A filter that cannot be used. errors: parameter → what is wrong; filter: what could be read of it."""

    def __init__(self, errors: dict[str, str], filter: Any) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors, self.filter = errors, filter


@dataclass(frozen=True)
class Chip:
    """One condition that is set: its words, and the query that lacks it."""

    label: str
    words: str
    without: str


def mechanisms_for(viewer: Viewer) -> Any:
    """The mechanisms that a person may see, by name."""
    return visible(viewer).order_by("record__title")


@dataclass(frozen=True)
class Filter:
    """A question about a list. A class below names its tabs, its closed vocabularies and how a condition reads in words."""

    q: str = ""
    show: str = ""
    mechanism: Mechanism | None = None
    country: Place | None = None
    theme: Theme | None = None

    SHOWS: ClassVar[Mapping[str, Any]] = {}
    WORDS: ClassVar[Mapping[str, tuple[Any, Mapping[str, Any]]]] = {}  # parameter → its label, code → words
    DAYS: ClassVar[Mapping[str, Any]] = {}  # parameter → its label

    def __bool__(self) -> bool:
        """Whether anything but the tab is asked."""
        return any(getattr(self, field.name) for field in fields(self) if field.name != "show")

    @classmethod
    def parameters(cls) -> list[str]:
        """The names of the conditions, as they stand in addresses."""
        return [field.name for field in fields(cls)]

    def usual_show(self) -> str:
        """The tab where none is named: the first."""
        return next(iter(self.SHOWS), "")

    def params(self) -> list[tuple[str, str]]:
        """The filter as pairs of parameter and value."""
        found = []
        for name in self.parameters():
            value = getattr(self, name)
            if name == "show" and value == self.usual_show():
                continue
            if value:
                found.append((name, _written(value)))
        return found

    def to_query(self, **more: str) -> str:
        """The filter as a query string; reading it gives the same filter."""
        return urlencode([*self.params(), *more.items()])

    def chips(self) -> list[Chip]:
        """What is set, in words, each with the query that removes it; without the tab."""
        chips = []
        for name in self.parameters():
            value = getattr(self, name)
            if value and name != "show":
                label, words = self._say(name, value)
                empty: Any = "" if isinstance(value, str) else False if value is True else None
                chips.append(Chip(str(label), str(words), replace(self, **{name: empty}).to_query()))
        return chips

    def _say(self, name: str, value: Any) -> tuple[Any, Any]:
        if name == "q":
            return _("Words"), f"“{value}”"
        if name == "mechanism":
            return _("Mechanism"), value
        if name == "country":
            return _("Country or area"), formats.place(value)
        if name == "theme":
            return _("Theme"), value
        if name in self.DAYS:
            return self.DAYS[name], formats.day(value)
        label, words = self.WORDS[name]
        return label, words.get(YES if value is True else value, value)

    def words(self) -> str:
        """The filter in one line, for the file that it is exported to."""
        said = [f"{_('Shown')}: {self.SHOWS[self.show]}"] if self.show else []
        return "; ".join([*said, *(f"{chip.label}: {chip.words}" for chip in self.chips())])

    @classmethod
    def read(cls, data: QueryDict, viewer: Viewer) -> Self:
        """The filter from query parameters. At most three queries.

        Raises BadFilter with a message for each parameter that is wrong or unknown; nothing is ignored in silence.
        """
        names = cls.parameters()
        errors = {
            name: _("This list knows no condition of that name.")
            for name in data
            if name not in names and name not in NOT_CONDITIONS
        }
        said = {name: " ".join(data.get(name, "").split()) for name in names}
        for name, text in said.items():
            if "\x00" in text or len(text) > LONGEST_TEXT:
                errors[name] = _("Write at most %(most)s characters of plain text.") % {"most": LONGEST_TEXT}
                said[name] = ""
        found: dict[str, Any] = {"q": said["q"]}
        found["mechanism"] = _one(said, "mechanism", mechanisms_for(viewer), errors)
        found["country"] = _one(said, "country", Place.objects.all(), errors)
        found["theme"] = _one(said, "theme", Theme.objects.all(), errors)
        for name in cls.DAYS:
            found[name] = _day(said, name, errors)
        for name, (_label, words) in cls.WORDS.items():
            code = _one_of(said, name, words, errors)
            found[name] = code == YES if set(words) == {YES} else code
        made = cls(**found)
        made = replace(made, show=_one_of(said, "show", cls.SHOWS, errors) or made.usual_show())
        if errors:
            raise BadFilter(errors, made)
        return made


def _written(value: Any) -> str:
    if value is True:
        return YES
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "code", value))


def _unknown(text: str) -> str:
    return _("“%(text)s” is not known here.") % {"text": text[:SHOWN]}


def _one_of(said: dict[str, str], name: str, values: Iterable[str], errors: dict[str, str]) -> str:
    text = said.get(name, "")
    if text and text not in values:
        errors[name] = _unknown(text)
        return ""
    return text


def _one(said: dict[str, str], name: str, rows: Any, errors: dict[str, str]) -> Any:
    if not said.get(name):
        return None
    found = rows.filter(code=said[name]).first()
    if found is None:
        errors[name] = _unknown(said[name])
    return found


def _day(said: dict[str, str], name: str, errors: dict[str, str]) -> date | None:
    text = said.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors[name] = _("Write a day, such as 2026-05-13.")
        return None
