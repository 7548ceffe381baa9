"""Actions out of a spreadsheet: what each row would become and what is wrong with it, shown first; then the good rows, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.frameworks.queries import named
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.shell import typed
from migov.services.files import workbooks
from migov.work.governance.models import PlanActionState, WorkPlan
from migov.work.governance.plans import actions
from migov.work.governance.plans.actions import FRAMEWORK, MOST_ACTIONS, Said
from migov.work.governance.plans.ground import WRITE, Conflict, PlanError

# What a column holds → how it may be headed, in small letters; the first is what our own file calls it.
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("number", "no", "nr", "code", "#"),
    "text": ("action", "activity", "what is to be done"),
    "result": ("result", "expected result", "output", "what is to come of it"),
    "lead": ("lead", "lead entity", "lead agency", "led by"),
    "support": ("support", "supporting entities", "partners", "support entities"),
    "objectives": ("objectives", "gcm objective", "gcm objectives", "global compact objectives", "objective"),
    "state": ("state", "status"),
    "reason": ("reason", "why stopped"),
    "starts": ("begins", "start", "starts", "start date"),
    "due": ("due", "due date", "end", "end date", "deadline"),
    "needed": ("needed", "money needed", "budget", "budget needed", "funding needed"),
    "secured": ("secured", "money secured", "funding secured", "available"),
    "currency": ("currency",),
    "funder": ("funder", "funded by", "donor"),
}
IGNORED = {
    "late",
    "gap",
    "last report",
    "reported on",
    "plan",
    "country or area",
}  # columns of our own file that are not read
HEADING_WITHIN = 15
MOST_COLUMNS, MOST_BYTES = 40, 10 * 1024**2


@dataclass(slots=True)
class Row:
    """What a row would become. problems: pairs of column and what is wrong."""

    number: int
    text: str
    said: Said | None = None
    state: str = PlanActionState.PLANNED
    reason: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def state_words(self) -> str:
        """Its state, for people."""
        return str(PlanActionState(self.state).label)


@dataclass(slots=True)
class Plan:
    """What a file would add. unknown: headings that are not read."""

    rows: list[Row]
    unknown: list[str]

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if not row.problems]

    @property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.problems]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a file: heading → column's place, and the rows below with their numbers."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def column_of(heading: str) -> str | None:
    """What a column holds, by its heading; None for one that is not read."""
    plain = " ".join(heading.lower().replace("_", " ").split()).rstrip(":*.")
    return next((name for name, known in COLUMNS.items() if plain in known), None)


def read(file: BinaryIO, name: str, size: int) -> Table:
    """The table of actions in a file: the first with a column for them. Raises workbooks.Unreadable."""
    most = MOST_ACTIONS + HEADING_WITHIN
    for sheet in workbooks.read_table(
        file, name, size, most_rows=most, most_columns=MOST_COLUMNS, most_bytes=MOST_BYTES, percents=False
    ):
        for at, cells in enumerate(sheet.rows[:HEADING_WITHIN]):
            found = {column_of(cell) for cell in cells}
            if "text" in found and len(found) > 1:
                below = enumerate(sheet.rows[at + 1 :], at + 2)
                rows = ((number, tuple(cell.strip() for cell in row)) for number, row in below)
                return Table(tuple(cell.strip() for cell in cells), tuple(row for row in rows if any(row[1])))
    raise workbooks.Unreadable(_("“%(name)s” holds no row with the heading “Action”.") % {"name": name})


def plan(home: WorkPlan, table: Table, *, by: Actor) -> Plan:
    """What the rows would become. Nothing is changed. Two queries. Raises PermissionDenied."""
    access.require(by, WRITE, home.record)
    columns: dict[int, str] = {}
    for at, heading in enumerate(table.headings):
        name = column_of(heading)
        if name and name not in columns.values():
            columns[at] = name
    unknown = [
        head for at, head in enumerate(table.headings) if head and at not in columns and head.lower() not in IGNORED
    ]
    reader = _Reader(home, columns, {name: table.headings[at] for at, name in columns.items()})
    return Plan([reader.row(number, cells) for number, cells in table.rows], unknown)


def apply(home: WorkPlan, table: Table, expected: Iterable[int], *, by: Actor, came_from: str = "") -> int:
    """Add the rows that are good, all or none. expected: the numbers of those that were good in the preview.

    Raises Conflict where other rows are good now, PlanError, PermissionDenied.
    """
    made = plan(home, table, by=by)
    if {row.number for row in made.good} != set(expected):
        raise Conflict(_("The plan changed since this preview. Look at it anew before you add the actions."))
    rows = [(row.said, row.state, row.reason) for row in made.good if row.said is not None]
    return actions.add_many(home, rows, by=by, came_from=came_from)


class _Reader:
    """Reads rows with all that their names are looked up in."""

    def __init__(self, home: WorkPlan, columns: dict[int, str], headings: dict[str, str]) -> None:
        self.columns, self.headings = columns, headings
        elements = Element.objects.filter(framework__code=FRAMEWORK, retired_at__isnull=True).select_related(
            "framework"
        )
        self.objectives = {one.code.lower(): one for one in elements if one.main_id == one.pk}
        self.known = {code.lower() for code in home.actions.exclude(code="").values_list("code", flat=True)}
        self.there = {
            (text.lower(), code.lower(), lead.lower())
            for text, code, lead in home.actions.values_list("text", "code", "lead")
        }
        self.states = {
            words.lower(): str(code) for code, label in PlanActionState.choices for words in (str(code), str(label))
        } | {"ongoing": "begun", "in progress": "begun", "completed": "done", "cancelled": "stopped"}

    def row(self, number: int, cells: Sequence[str]) -> Row:
        """What one row would become."""
        said = {name: cells[at] for at, name in self.columns.items() if at < len(cells) and cells[at]}
        made = Row(number, said.get("text", ""))

        def wrong(name: str, text: str) -> None:
            made.problems.append((self.headings.get(name, COLUMNS.get(name, (name,))[0]), text))

        state = self.states.get(
            said.get("state", "").lower().strip(), "" if said.get("state") else PlanActionState.PLANNED
        )
        if not state:
            wrong(
                "state",
                _("“%(text)s” is no state: write planned, under way, done or stopped.") % {"text": said["state"][:40]},
            )
        made.state, made.reason = state, said.get("reason", "")
        if state == PlanActionState.STOPPED and not made.reason:
            wrong("reason", _("Say why it was stopped."))
        code = said.get("code", "")
        if code and code.lower() in self.known:
            wrong("code", _("%(code)s is in the plan or above already.") % {"code": code[:40]})
        elif (made.text.lower(), code.lower(), said.get("lead", "").lower()) in self.there:
            wrong("text", _("This very action is in the plan already."))
        self.known.add(code.lower())
        values: dict[str, Any] = {
            name: said.get(name, "") for name in ("code", "text", "result", "lead", "support", "currency", "funder")
        }
        for name in ("starts", "due"):
            values[name] = _typed(said.get(name, ""), typed.day, lambda text, name=name: wrong(name, text))  # type: ignore[misc]
        for name in ("needed", "secured"):
            values[name] = _typed(said.get(name, ""), _amount, lambda text, name=name: wrong(name, text))  # type: ignore[misc]
        values["objectives"] = self._objectives(said.get("objectives", ""), lambda text: wrong("objectives", text))
        made.said = Said(**values)
        try:
            actions.tidied(made.said)
        except PlanError as error:
            wrong(error.field, str(error))
        return made

    def _objectives(self, text: str, wrong: Callable[[str], None]) -> list[Element]:
        found: list[Element] = []
        for piece in text.replace(",", ";").replace("\n", ";").split(";"):
            words = " ".join(piece.split())
            if not words:
                continue
            name = named(words.lower().replace("objective ", "").replace("objectives ", ""))
            one = self.objectives.get(name[1]) if name and name[0] in ("", FRAMEWORK, "global compact") else None
            if one is None:
                wrong(_("“%(text)s” is no objective of the Global Compact.") % {"text": words[:40]})
            elif one not in found:
                found.append(one)
        return found


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    amount = typed.number(text)
    if amount != amount.quantize(Decimal("0.01")):
        raise typed.Unreadable(_("Money has at most two digits after the point."))
    return amount


def _typed(
    text: str, read: Callable[[str], date | Decimal | None], wrong: Callable[[str], None]
) -> date | Decimal | None:
    try:
        return read(text) if text else None
    except typed.Unreadable as error:
        wrong(str(error))
        return None
