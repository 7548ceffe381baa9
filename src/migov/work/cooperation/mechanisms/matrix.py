"""Mechanisms × territories: who takes part in what on a day, in one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.work.cooperation.mechanisms.queries import territories, visible
from migov.work.cooperation.mechanisms.standing import LETTERS, TAKES_PART, Conclusion, conclusions
from migov.work.cooperation.models import Mechanism, MechanismState, MechanismType, Membership, Part


@dataclass(frozen=True, slots=True)
class Line:
    """A mechanism and how each territory stands, in the order of the matrix; None where no source names it."""

    mechanism: Mechanism
    cells: list[tuple[Place, Conclusion | None]]

    @property
    def taking(self) -> int:
        return sum(1 for _place, one in self.cells if one is not None and one.part in TAKES_PART)


@dataclass(slots=True)
class Matrix:
    """The table for a day. types: lines by the type of mechanism. silent: mechanisms that name none of the territories."""

    on: date
    places: list[Place]
    lines: list[Line]
    silent: int = 0
    types: list[tuple[str, list[Line]]] = field(default_factory=list)

    @property
    def taking(self) -> list[tuple[Place, int]]:
        """In how many mechanisms each territory takes part."""
        counted = Counter(
            place.pk for line in self.lines for place, one in line.cells if one is not None and one.part in TAKES_PART
        )
        return [(place, counted[place.pk]) for place in self.places]

    @property
    def disagreements(self) -> int:
        return sum(1 for line in self.lines for _place, one in line.cells if one is not None and one.disagrees)


def matrix(viewer: Viewer, *, type: str = "", ended: bool = False, on: date | None = None) -> Matrix:
    """The matrix of the mechanisms that name a territory. type: only this one; ended: also those that have ended.

    Four queries, and those of the viewer's roles.
    """
    on = on or timezone.localdate()
    places = territories()
    kept = visible(viewer).order_by("type", "record__title")
    if type:
        kept = kept.filter(type=type)
    if not ended:
        kept = kept.exclude(state=MechanismState.ENDED)
    lines, silent = [], 0
    standing = standings(kept, places, on)
    for one in kept:
        cells = [(place, standing.get((one.pk, place.pk))) for place in places]
        if any(each is not None for _place, each in cells):
            lines.append(Line(one, cells))
        else:
            silent += 1
    made = Matrix(on, places, lines, silent)
    for code, label in MechanismType.choices:
        of_type = [line for line in lines if line.mechanism.type == code]
        if of_type:
            made.types.append((str(label), of_type))
    return made


def standings(mechanisms: Iterable[Mechanism], places: Iterable[Place], on: date) -> dict[tuple[int, int], Conclusion]:
    """(mechanism, place) → how it stands on a day. Two queries, and the one that reads the mechanisms."""
    rows = Membership.objects.current().filter(
        mechanism__in=[one.pk for one in mechanisms], place__in=[place.pk for place in places]
    )
    found = conclusions(rows.prefetch_related("place"), on)
    return {(mechanism, place): one for (mechanism, place, _body), one in found.items() if place is not None}


def legend() -> list[tuple[str, str, str]]:
    """Code, letter and words of each part."""
    return [(part.value, LETTERS[part], str(part.label)) for part in Part]
