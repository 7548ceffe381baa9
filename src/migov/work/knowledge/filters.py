"""What a list of lessons is asked for: read from the query string, checked, and written back to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.work.knowledge import wording
from migov.work.knowledge.models import Cycle, LessonKind, State

ALL = "all"
ELSEWHERE = "elsewhere"
SHOWN = 60
LONGEST_TEXT = 200
PARAMETERS = ("q", "theme", "country", "element", "kind", "cycle", "section", "state", "from", "source")
NOT_CONDITIONS = frozenset({"page", "sort"})


class BadFilter(ValueError):
    """A filter that cannot be used. errors: parameter → what is wrong; filter: what could be read of it."""

    def __init__(self, errors: dict[str, str], filter: LessonFilter) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors, self.filter = errors, filter


@dataclass(frozen=True)
class Chip:
    """One condition that is set: its words, and the query that lacks it."""

    label: str
    words: str
    without: str


@dataclass(frozen=True)
class LessonFilter:
    """A question about lessons; empty means all that are validated.

    state: one of State, or ALL. came_from: the kind of record that lessons came from, or ELSEWHERE. source: the record itself.
    """

    q: str = ""
    theme: Theme | None = None
    place: Place | None = None
    element: Element | None = None
    kind: str = ""
    cycle: str = ""
    section: str = ""
    state: str = State.VALIDATED
    came_from: str = ""
    source: Record | None = None

    def __bool__(self) -> bool:
        """Whether anything but the state is asked."""
        return any(getattr(self, field.name) for field in fields(self) if field.name != "state")

    def params(self) -> list[tuple[str, str]]:
        """The filter as pairs of parameter and value."""
        found = {
            "q": self.q, "theme": self.theme and self.theme.code, "country": self.place and self.place.code,
            "element": self.element and f"{self.element.framework.code}:{self.element.code}", "kind": self.kind,
            "cycle": self.cycle, "section": self.section, "from": self.came_from,
            "state": "" if self.state == State.VALIDATED else self.state,
            "source": self.source and str(self.source.pk),
        }  # fmt: skip
        return [(name, str(value)) for name, value in found.items() if value]

    def to_query(self, **more: str) -> str:
        """The filter as a query string; reading it gives the same filter."""
        return urlencode([*self.params(), *more.items()])

    def chips(self) -> list[Chip]:
        """What is set, in words, each with the query that removes it; without the state, which has its tabs."""
        labels: dict[str, tuple[Any, Any, Any]] = {
            "q": (_("Words"), f"“{self.q}”" if self.q else "", ""),
            "theme": (_("Theme"), self.theme, None),
            "place": (_("Country or area"), self.place, None),
            "element": (_("Aligned with"), self.element and f"{self.element}: {self.element.title}", None),
            "kind": (_("Kind"), dict(LessonKind.choices).get(self.kind, ""), ""),
            "cycle": (_("Helps most at"), dict(Cycle.choices).get(self.cycle, ""), ""),
            "section": (_("Part of a proposal"), wording.section_title(self.section) if self.section else "", ""),
            "came_from": (_("Learnt from"), _("elsewhere") if self.came_from == ELSEWHERE else self.came_from, ""),
            "source": (_("Learnt from"), self.source, None),
        }
        return [
            Chip(str(label), str(words), replace(self, **{name: empty}).to_query())
            for name, (label, words, empty) in labels.items()
            if words
        ]

    def words(self) -> str:
        """The filter in one line, for the file that it is exported to."""
        state = _("all states") if self.state == ALL else str(State(self.state).label)
        return "; ".join([f"{_('State')}: {state}", *(f"{chip.label}: {chip.words}" for chip in self.chips())])


def read_filter(data: QueryDict, viewer: Viewer) -> LessonFilter:
    """The filter from query parameters, as far as the viewer may ask. At most one query for each condition.

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
            errors[name], said[name] = (
                _("Write at most %(most)s characters of plain text.") % {"most": LONGEST_TEXT},
                "",
            )
    states: list[str] = [*State.values, ALL] if is_internal(viewer) else [State.VALIDATED]
    found = LessonFilter(
        q=said["q"],
        theme=_row(said, "theme", Theme.objects.filter(code=said["theme"]), errors),
        place=_row(said, "country", Place.objects.filter(code=said["country"]), errors),
        element=_element(said, errors),
        kind=_one_of(said, "kind", LessonKind.values, errors),
        cycle=_one_of(said, "cycle", Cycle.values, errors),
        section=said["section"],
        state=_one_of(said, "state", states, errors) or State.VALIDATED,
        came_from=said["from"],
        source=_source(said, viewer, errors),
    )
    if errors:
        raise BadFilter(errors, found)
    return found


def _unknown(text: str) -> str:
    return _("“%(text)s” is not known here.") % {"text": text[:SHOWN]}


def _row(said: dict[str, str], name: str, rows: Any, errors: dict[str, str]) -> Any:
    found = rows.first() if said[name] else None
    if said[name] and found is None:
        errors[name] = _unknown(said[name])
    return found


def _one_of(said: dict[str, str], name: str, values: Iterable[str], errors: dict[str, str]) -> str:
    if said[name] and said[name] not in values:
        errors[name] = _unknown(said[name])
        return ""
    return said[name]


def _element(said: dict[str, str], errors: dict[str, str]) -> Element | None:
    framework, _colon, code = said["element"].partition(":")
    rows = Element.objects.select_related("framework").filter(framework__code=framework, code=code)
    found: Element | None = _row(said, "element", rows, errors)
    return found


def _source(said: dict[str, str], viewer: Viewer, errors: dict[str, str]) -> Record | None:
    text = said["source"]
    key = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    rows = Record.objects.visible_to(viewer).standing().filter(pk=key).only("pk", "kind", "title")
    found: Record | None = _row(said, "source", rows, errors)
    return found
