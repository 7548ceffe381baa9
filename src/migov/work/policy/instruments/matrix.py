"""Instruments × territories: who is bound by what, in one table; and when States bound themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from migov.foundation.places.models import Place
from migov.work.policy.instruments.queries import territories
from migov.work.policy.instruments.standing import HELD, MARKS, Standing, Standings, Status, standings
from migov.work.policy.models import Body, Instrument

MATRIX_BODIES = [(value, label) for value, label in Body.choices if value != Body.EU]
# In the order in which the legend explains them.
LEGEND = (
    Status.BOUND, Status.APPLIED, Status.SIGNED, Status.LISTED, Status.DENOUNCED, Status.NOT_PARTY, Status.UNKNOWN, Status.OUTSIDE,
)  # fmt: skip
SPAN = 10  # years of one bar of the time line


@dataclass(frozen=True, slots=True)
class Line:
    """An instrument and the standing of each place, in the order of the matrix."""

    instrument: Instrument
    cells: list[tuple[Place, Standing]]

    @property
    def held(self) -> int:
        return sum(1 for _place, one in self.cells if one.held)

    @property
    def gaps(self) -> int:
        return sum(1 for _place, one in self.cells if one.gap)


@dataclass(slots=True)
class Matrix:
    """The table. bodies: lines by the body they come from. as_of: the earliest and the latest day that a source knew."""

    places: list[Place]
    lines: list[Line]
    bodies: list[tuple[str, list[Line]]] = field(default_factory=list)

    @property
    def hardly_known(self) -> bool:
        """Whether eight cells of ten are not known: treaty status was not loaded yet."""
        cells = [standing.status for line in self.lines for _place, standing in line.cells]
        return bool(cells) and 10 * sum(status == Status.UNKNOWN for status in cells) >= 8 * len(cells)

    @property
    def gaps(self) -> list[tuple[Place, int]]:
        """How many instruments each place is known not to be bound by."""
        found = Counter(place.pk for line in self.lines for place, one in line.cells if one.gap)
        return [(place, found[place.pk]) for place in self.places]

    @property
    def known(self) -> tuple[date, date] | None:
        """The days up to which the oldest and the newest source knew. The day of an act that a source names alone is none of these."""
        days = [
            one.as_of
            for line in self.lines
            for _place, one in line.cells
            if one.as_of and one.preferred and one.as_of not in {act.date for act in one.preferred.acts}
        ]
        return (min(days), max(days)) if days else None

    @property
    def disagreements(self) -> int:
        return sum(1 for line in self.lines for _place, one in line.cells if one.disagrees)


def matrix(body: str = "", *, only_gaps: bool = False) -> Matrix:
    """The matrix of all instruments that take parties, or those of one body; only_gaps: those that somebody is not bound by.

    Three queries.
    """
    places = territories()
    found = [one for one in Instrument.objects.all() if one.takes_parties and (not body or one.body == body)]
    known = standings(found, places)
    lines = [Line(one, [(place, known[one.pk, place.pk]) for place in places]) for one in found]
    if only_gaps:
        lines = [line for line in lines if line.gaps]
    made = Matrix(places, lines)
    for code, label in Body.choices:
        of_body = [line for line in lines if line.instrument.body == code]
        if of_body:
            made.bodies.append((str(label), of_body))
    return made


def legend() -> list[tuple[str, str, str]]:
    """Code, mark and words of each status."""
    return [(status.value, MARKS[status], str(status.label)) for status in LEGEND]


def in_words(place: Place, one: Standing) -> str:
    """A cell in words: "party, 2007-06-05, as of 2022-08-01; sources differ"."""
    parts = [one.label, one.when, _("as of %(day)s") % {"day": one.as_of.isoformat()} if one.as_of else ""]
    said = ", ".join(filter(None, parts))
    return f"{said}; {_('sources differ')}" if one.disagrees else said


@dataclass(frozen=True, slots=True)
class Course:
    """How a place bound itself over time. spans: (first year, how many) for each ten years since the first of all."""

    place: Place
    held: int
    undated: int
    signed: int
    gaps: int
    outside: int
    spans: list[tuple[int, int]]
    last: tuple[Instrument, Standing] | None


def courses(places: Sequence[Place], found: Sequence[Instrument], known: Standings) -> list[Course]:
    """The time line of each place, from standings that were read already."""
    years = {place.pk: _years(place, found, known) for place in places}
    decades = sorted({year // SPAN * SPAN for counted in years.values() for year in counted})
    spans = range(decades[0], decades[-1] + SPAN, SPAN) if decades else range(0)
    return [_course(place, found, known, years[place.pk], spans) for place in places]


def counts(instrument: Instrument, one: Standing) -> bool:
    """Whether an instrument counts for a place: States can become parties, or the place applies it directly."""
    return instrument.takes_parties or one.held


def _years(place: Place, found: Sequence[Instrument], known: Standings) -> Counter[int]:
    return Counter(
        one.day.year for each in found if (one := known[each.pk, place.pk]).status in HELD and one.day is not None
    )


def _course(
    place: Place, found: Sequence[Instrument], known: Standings, years: Mapping[int, int], spans: range
) -> Course:
    own = [(each, known[each.pk, place.pk]) for each in found if counts(each, known[each.pk, place.pk])]
    held = [(each, one) for each, one in own if one.held]
    dated = [(each, one) for each, one in held if one.day]
    return Course(
        place,
        len(held),
        len(held) - len(dated),
        sum(1 for _each, one in own if one.status == Status.SIGNED),
        sum(1 for _each, one in own if one.gap),
        sum(1 for _each, one in own if one.status == Status.OUTSIDE),
        [(start, sum(number for year, number in years.items() if start <= year < start + SPAN)) for start in spans],
        max(dated, key=lambda pair: (pair[1].day or date.min, pair[0].code), default=None),
    )


def bars(course: Course) -> list[tuple[str, int, float]]:
    """The time line as bars: the years, how many acts, and the part of the longest bar."""
    most = max((number for _start, number in course.spans), default=0)
    return [(f"{start}–{start + SPAN - 1}", number, number / most if most else 0) for start, number in course.spans]


def course_page() -> tuple[list[Course], list[int]]:
    """The time lines of all territories, and the first year of each span. Three queries."""
    places = territories()
    found = list(Instrument.objects.all())
    made = courses(places, found, standings(found, places))
    return made, [start for start, _number in made[0].spans] if made else []
