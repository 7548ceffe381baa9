"""What a file states: one act of one State, with its source; and reading the days and names that files write in many ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.faults import Fault
from migov.foundation.places.models import Place, PlaceKind
from migov.work.policy.models import ActionKind, Instrument, Precision

MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
)}  # fmt: skip
# The letters that the depositary puts after a day.
MODES = {
    "a": ActionKind.ACCESSION, "d": ActionKind.SUCCESSION, "A": ActionKind.ACCEPTANCE, "AA": ActionKind.ACCEPTANCE,
    "s": ActionKind.RATIFICATION,
}  # fmt: skip
_WORDS = re.compile(r"(\d{1,2})\s+([A-Za-z]{3,9})\.?\s+(\d{4})")
_POINTS = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_YEAR = re.compile(r"\d{4}")
# Names in use that are not those of our list.
OTHER_NAMES = {
    "moldova": "MDA", "russia": "RUS", "turkey": "TUR", "kosovo": "XKX", "kosovo*": "XKX", "macedonia": "MKD",
    "bosnia & herzegovina": "BIH", "the former yugoslav republic of macedonia": "MKD",
}  # fmt: skip


@dataclass(frozen=True)
class When:
    """A day as a file writes it. mode: the act that the depositary's letter after it names."""

    day: date | None
    precision: str
    mode: str | None = None


@dataclass(frozen=True)
class Stated:
    """One act of one State as a source states it; instrument and place by their keys. row: of the file, from 2."""

    instrument: int
    place: int
    kind: str
    when: When
    source: str
    as_of: date
    text: str = ""
    note: str = ""
    url: str = ""

    @property
    def content(self) -> tuple[object, ...]:
        """What makes two rows the same."""
        return (
            self.kind, self.when.day, self.when.precision, self.as_of, self.text, self.note, self.url,
        )  # fmt: skip


NO_DAY = When(None, Precision.UNKNOWN)


def read_when(text: str) -> When:
    """A day: "11 May 1994", "2 Aug 2010 a", "2013-11-26", "26.11.2013", or a year alone; empty for none. Raises ValueError."""
    plain = " ".join(text.split())
    if not plain:
        return NO_DAY
    head, _space, letter = plain.rpartition(" ")
    mode = MODES.get(letter) if head else None
    if mode is not None:
        plain = head
    if _YEAR.fullmatch(plain):
        return When(date(int(plain), 1, 1), Precision.YEAR, mode)
    words, points = _WORDS.fullmatch(plain), _POINTS.fullmatch(plain)
    if words and words[2][:3].lower() in MONTHS:
        return When(date(int(words[3]), MONTHS[words[2][:3].lower()], int(words[1])), Precision.DAY, mode)
    if points:
        return When(date(int(points[3]), int(points[2]), int(points[1])), Precision.DAY, mode)
    return When(date.fromisoformat(plain), Precision.DAY, mode)


class Names:
    """The instruments and places that a file may name. Two queries, when it is made."""

    def __init__(self) -> None:
        self.instruments: dict[str, int] = {}
        self.takes_parties: dict[int, bool] = {}
        for one in Instrument.objects.only("pk", "code", "number", "celex", "body", "kind"):
            self.takes_parties[one.pk] = one.takes_parties
            for name in filter(None, (one.number, one.celex, one.code)):
                self.instruments[_plain(name)] = one.pk
        self.places: dict[str, Place] = {}
        found = Place.objects.filter(kind=PlaceKind.COUNTRY)
        by_code = {place.code: place for place in found}
        for place in by_code.values():
            for name in (place.name, place.short_name, place.code):
                self.places[name.lower().rstrip("*")] = place
        for name, code in OTHER_NAMES.items():
            if code in by_code:
                self.places.setdefault(name, by_code[code])

    def instrument(self, name: str) -> int | None:
        """The key of an instrument: by our code, its number ("IV-13", "C097", "CETS 197") or its CELEX number."""
        return self.instruments.get(_plain(name))

    def place(self, name: str) -> Place | None:
        """A country by its code or name."""
        return self.places.get(" ".join(name.split()).lower().rstrip("*"))


def _plain(name: str) -> str:
    return " ".join(name.replace("/", "-").split()).lower()


class Reading:
    """Reads one file: knows names, gathers what is stated and every fault. covered: rows that name a place no depositary counts."""

    def __init__(self, file: str, names: Names | None = None) -> None:
        self.file = file
        self.names = names or Names()
        self.rows: list[Stated] = []
        self.faults: list[Fault] = []
        self.not_covered = 0
        self.row = 1

    def fault(self, field: str, expected: str, found: object = "") -> None:
        self.faults.append(Fault(self.file, self.row, field, expected, str(found)))

    def named(self, field: str, name: str) -> int | None:
        """An instrument; a fault where it is not known."""
        found = self.names.instrument(name)
        if found is None:
            self.fault(field, _("an instrument by its code, such as icrmw, or its number, such as IV-13"), name)
        return found

    def country(self, field: str, name: str) -> Place | None:
        """A country; a fault where it is not known."""
        found = self.names.place(name)
        if found is None:
            self.fault(field, _("a country by its ISO alpha-3 code or its name"), name)
        return found

    def day(self, field: str, text: str, read: Callable[[str], When] = read_when) -> When | None:
        """A day or a year, not after today; a fault where it cannot be read."""
        try:
            found = read(text)
        except ValueError:
            self.fault(field, _("a date such as 2018-12-19 or 19 Dec 2018, or a year"), text)
            return None
        if found.day and found.day > timezone.localdate():
            self.fault(field, _("a day that is not in the future"), text)
            return None
        return found
