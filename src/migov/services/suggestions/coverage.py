"""How much of the work is aligned: for each framework and office, the records in each of five states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Office
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace
from migov.services.alignment.models import Alignment, Status
from migov.services.suggestions.models import Examined
from migov.services.suggestions.reading import READABLE

FIRST_YEAR, LAST_YEAR = 1970, 2100
NO_OFFICE = "none"


class State(models.TextChoices):
    """Where a record stands in a framework. Each record is in exactly one."""

    ALIGNED = "aligned", gettext_lazy("aligned")
    WAITING = "waiting", gettext_lazy("waiting for a decision")
    NOTHING = "nothing", gettext_lazy("nothing fits")
    FOREIGN = "foreign", gettext_lazy("not read: other language")
    UNREAD = "unread", gettext_lazy("not examined")


class BadSelection(ValueError):
    """A selection that cannot be used. `errors`: parameter → what is wrong."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = errors


@dataclass(frozen=True)
class Selection:
    """Which records are counted. kind: empty for work that stands by itself (not part of other work). no_office: those
    that belong to none. year: records whose dates touch it.
    """

    framework: Framework | None = None
    office: Office | None = None
    no_office: bool = False
    place: Place | None = None
    year: int | None = None
    kind: str = ""

    def params(self, **changed: Any) -> dict[str, str]:
        """The selection as parameters of an address, without those that are empty. changed: parameter → another value."""
        given: dict[str, Any] = {
            "framework": self.framework.code if self.framework else "",
            "office": NO_OFFICE if self.no_office else self.office.code if self.office else "",
            "place": self.place.code if self.place else "",
            "year": self.year or "",
            "kind": self.kind,
        }
        return {name: str(value) for name, value in (given | changed).items() if value}

    def query(self, **changed: Any) -> str:
        """The selection as a query string."""
        return urlencode(self.params(**changed))

    @property
    def is_narrow(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self) if one.name != "framework")

    def words(self) -> str:
        """The selection in one line, for the files made of it."""
        said = []
        if self.kind:
            said.append(f"{_('Kind of work')}: {self.kind}")
        if self.office or self.no_office:
            said.append(f"{_('Office')}: {self.office or _('none')}")
        if self.place:
            said.append(f"{_('Country or area')}: {self.place.short_name}")
        if self.year:
            said.append(f"{_('Year')}: {self.year}")
        return "; ".join(said) or _("all work that stands by itself")


def read_selection(data: Mapping[str, str], viewer: Viewer) -> Selection:
    """The selection from parameters: framework, office, place, kind (codes) and year. Raises BadSelection, naming each that is wrong."""
    given = {name: data.get(name, "").strip()[:60] for name in ("framework", "office", "place", "year", "kind")}
    errors: dict[str, str] = {}

    def one(name: str, rows: Any) -> Any:
        if not given[name]:
            return None
        found = None if "\x00" in given[name] else rows.filter(code=given[name]).first()
        if found is None:
            errors[name] = _("migov does not know “%(text)s”.") % {"text": given[name]}
        return found

    no_office = given["office"] == NO_OFFICE
    selection = Selection(
        framework=one("framework", Framework.objects.all()),
        office=None if no_office else one("office", Office.objects.all()),
        no_office=no_office,
        place=one("place", Place.objects.all()),
        year=_year(given["year"], errors),
        kind=given["kind"],
    )
    if selection.kind and selection.kind not in kinds_seen(viewer):
        errors["kind"] = _("There is no work of this kind that you see.")
    if errors:
        raise BadSelection(errors)
    return selection


def _year(text: str, errors: dict[str, str]) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR):
        errors["year"] = _("Write a year as four digits, from %(first)s to %(last)s.") % {
            "first": FIRST_YEAR, "last": LAST_YEAR,
        }  # fmt: skip
        return None
    return int(text)


def kinds_seen(viewer: Viewer) -> list[str]:
    """The kinds of the records that the viewer sees."""
    seen = Record.objects.visible_to(viewer).standing().order_by("kind").values_list("kind", flat=True)
    return list(seen.distinct())


def records(viewer: Viewer, selection: Selection) -> QuerySet[Record]:
    """The records that are counted, as far as the viewer sees them. Parts are where and when their whole is."""
    found = Record.objects.visible_to(viewer).standing()
    found = found.filter(kind=selection.kind) if selection.kind else found.filter(parent__isnull=True)
    if selection.no_office:
        found = found.filter(office__isnull=True)
    elif selection.office:
        found = found.filter(office=selection.office)
    if selection.place:
        there = RecordPlace.objects.current().filter(place=selection.place).values("record_id")
        found = found.filter(Q(pk__in=there) | Q(parent__in=there))
    if selection.year:
        first, last = date(selection.year, 1, 1), date(selection.year, 12, 31)
        own = (Q(starts__isnull=True) | Q(starts__lte=last)) & (Q(ends__isnull=True) | Q(ends__gte=first))
        whole = Q(parent__isnull=True) | (
            (Q(parent__starts__isnull=True) | Q(parent__starts__lte=last))
            & (Q(parent__ends__isnull=True) | Q(parent__ends__gte=first))
        )
        found = found.filter(own, whole)
    return found


@dataclass
class Counts:
    """How many records are in each state."""

    aligned: int = 0
    waiting: int = 0
    nothing: int = 0
    foreign: int = 0
    unread: int = 0

    @property
    def total(self) -> int:
        return self.aligned + self.waiting + self.nothing + self.foreign + self.unread

    def part(self, state: str) -> float:
        """Share of a state, 0 to 1."""
        return getattr(self, state) / self.total if self.total else 0.0

    @property
    def share(self) -> float | None:
        """Share that is aligned, 0 to 1; None without records."""
        return self.aligned / self.total if self.total else None

    def add(self, state: str, number: int = 1) -> None:
        setattr(self, state, getattr(self, state) + number)


@dataclass
class Line:
    """A framework with its counts, all together and by office (None: records without one), most records first."""

    framework: Framework
    counts: Counts = field(default_factory=Counts)
    offices: list[tuple[Office | None, Counts]] = field(default_factory=list)


def coverage(viewer: Viewer, selection: Selection) -> list[Line]:
    """The counts for every framework, or the one that is selected. Work that began when a framework was over counts there only
    where somebody or something has looked at it. One query for each framework, and two more.
    """
    frameworks = [selection.framework] if selection.framework else list(Framework.objects.all())
    offices = Office.objects.in_bulk()
    lines = []
    for framework in frameworks:
        line, by_office = Line(framework), dict[int | None, Counts]()
        counted: QuerySet[Any] = in_state(viewer, replace(selection, framework=framework)).order_by()
        for office, state, number in counted.values_list("office_id", "state").annotate(Count("pk")):
            by_office.setdefault(office, Counts()).add(state, number)
            line.counts.add(state, number)
        line.offices = [(offices[office] if office else None, counts) for office, counts in by_office.items()]
        line.offices.sort(key=lambda one: (-one[1].total, one[0].name if one[0] else ""))
        lines.append(line)
    return lines


def in_state(viewer: Viewer, selection: Selection, state: str = "") -> QuerySet[Record]:
    """The records behind a count, each with its `state`; all of them without one. By title.

    What people rejected was examined, whatever its language. Needs a selection with a framework.
    """
    standing = Alignment.objects.current().filter(record=OuterRef("pk"), element__framework=selection.framework)
    read = Examined.objects.filter(record=OuterRef("pk"), framework=selection.framework)
    stands = Case(
        When(Exists(standing.filter(status=Status.CONFIRMED)), then=Value(State.ALIGNED.value)),
        When(Exists(standing.filter(status=Status.PROPOSED)), then=Value(State.WAITING.value)),
        When(Exists(standing) | Exists(read.filter(language__in=READABLE)), then=Value(State.NOTHING.value)),
        When(Exists(read), then=Value(State.FOREIGN.value)),
        default=Value(State.UNREAD.value),
        output_field=CharField(),
    )
    found = records(viewer, selection).annotate(state=stands)
    if selection.framework and selection.framework.valid_to:
        found = found.exclude(state=State.UNREAD.value, starts__gt=selection.framework.valid_to)
    if state:
        found = found.filter(state=state)
    return found.select_related("office", "parent").order_by("title", "pk")


def gaps(viewer: Viewer, selection: Selection) -> tuple[list[Element], int]:
    """The elements of the selected framework's main level that no counted record, nor any part of one, is aligned with; and how
    many elements there are. Two queries.
    """
    if selection.framework is None:
        return [], 0
    counted = records(viewer, selection).order_by().values("pk")
    touched = (
        Alignment.objects.current()
        .filter(
            Q(record__in=counted) | Q(record__parent__in=counted),
            record__in=Record.objects.visible_to(viewer).standing(),
            status=Status.CONFIRMED,
            element__framework=selection.framework,
        )
        .values("element__main")
    )
    main = Element.objects.filter(framework=selection.framework, main=F("pk"), retired_at__isnull=True)
    own = list(main.defer("text", "terms", "exclude").order_by("order"))
    worked_on = set(touched.values_list("element__main", flat=True).distinct())
    return [element for element in own if element.pk not in worked_on], len(own)
