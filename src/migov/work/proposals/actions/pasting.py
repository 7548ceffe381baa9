"""Rows of a budget pasted from a spreadsheet: the good ones are kept, the others come back with reasons beside their cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.work.proposals.actions import cells, ground
from migov.work.proposals.actions.cells import WrongValue
from migov.work.proposals.actions.costs import FIELDS, MOST_LINES, add_many, amount_of, reader_of
from migov.work.proposals.models import BudgetCategory, PlanCost, PlanResult, Proposal
from migov.work.proposals.queries.outline import outline


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A pasted row that was not taken. cells: every cell as it was typed, with why it was refused ("" where it was not)."""

    number: int
    cells: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The row as it can be pasted again."""
        return "\t".join(typed for typed, _why in self.cells)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What became of pasted rows."""

    added: list[PlanCost]
    refused: list[RefusedRow]


COLUMNS = ("place", "title", "unit", "quantity", "unit_cost", "year", "funded_by", "note")
HEADINGS: dict[str, str] = {
    **dict.fromkeys(("category", "belongs to", "output", "kind", "cost category"), "place"),
    **dict.fromkeys(("description", "title", "item", "budget line", "line"), "title"),
    **dict.fromkeys(("unit", "units", "unit type"), "unit"),
    **dict.fromkeys(("quantity", "qty", "number", "no.", "number of units"), "quantity"),
    **dict.fromkeys(("unit cost", "cost per unit", "unit price", "price", "rate"), "unit_cost"),
    **dict.fromkeys(("amount", "total", "total cost"), ""),  # made anew from quantity and unit cost
    **dict.fromkeys(("year", "project year"), "year"),
    **dict.fromkeys(("co-funded by", "funded by", "funder", "co-funding"), "funded_by"),
    **dict.fromkeys(("note", "notes", "comment", "remarks"), "note"),
}


@transaction.atomic
def paste(proposal: Proposal, *, text: str, by: Actor) -> Pasted:
    """Add the rows of a spreadsheet, cells parted by tabs: those that can be read; the others come back with reasons.

    Columns as in COLUMNS, or as a first row of headings says. An output is named by its number (“1.2”) or title. Raises
    PermissionDenied, Closed, WrongValue for more rows than a budget holds.
    """
    found = ground.writable(proposal, by, lock=True)
    table = [row.split("\t") for row in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if row.strip()]
    if len(table) > MOST_LINES:
        raise WrongValue(
            _("%(count)s rows were pasted; at most %(most)s are taken.") % {"count": len(table), "most": MOST_LINES}
        )
    columns: Sequence[str] = COLUMNS
    first = 1
    if table and (named := _headings(table[0])):
        columns, table, first = named, table[1:], 2
    readers = _readers(found)
    good: list[dict[str, Any]] = []
    refused: list[RefusedRow] = []
    for number, row in enumerate(table, start=first):
        values, marked = _read_row(columns, row, readers)
        if any(why for _typed, why in marked):
            refused.append(RefusedRow(number, tuple(marked)))
        else:
            good.append(values)
    return Pasted(add_many(found, rows=good, by=by), refused)


def _headings(row: Sequence[str]) -> list[str] | None:
    """The columns that a row of headings names; None where it is no such row."""
    keys = [" ".join(cell.lower().split()) for cell in row]
    known = [HEADINGS.get(key) for key in keys]
    if "title" not in known or "unit_cost" not in known:
        return None
    return [key or "" for key in known]


def _readers(proposal: Proposal) -> dict[str, Callable[[str], Any]]:
    """How each column is read. Outputs by number, title or both; what the page writes itself comes back too."""
    places: dict[str, tuple[str, PlanResult | None]] = {}
    for value, label in BudgetCategory.choices:
        places[value] = places[str(label).lower()] = (value, None)
    for one in outline(proposal):
        if one.level == "output":
            for name in (one.number, one.title, one.name, f"output {one.number}", f"output {one.name}"):
                places.setdefault(" ".join(name.lower().split()), (BudgetCategory.OPERATIONAL, one.row))

    def place(typed: str) -> tuple[str, PlanResult | None]:
        try:
            return places[" ".join(cells.clean(typed).lower().split())]
        except KeyError:
            raise WrongValue(_("Write staff, office, operational, or the number of an output.")) from None

    return {"place": place} | {name: reader_of(name, proposal.currency) for name in FIELDS}


def _read_row(
    columns: Sequence[str], row: Sequence[str], readers: dict[str, Callable[[str], Any]]
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The values of a row, and each of its cells with why it was refused."""
    values: dict[str, Any] = {"category": BudgetCategory.OPERATIONAL, "quantity": Decimal(1), "output": None}
    marked: list[tuple[str, str]] = []
    padded = [*row, *[""] * (len(columns) - len(row))]
    for column, typed in zip(columns, padded, strict=False):
        why = ""
        try:
            if column == "place" and typed.strip():
                values["category"], values["output"] = readers["place"](typed)
            elif column and column != "place" and (typed.strip() or column in ("title", "unit_cost")):
                values[column] = readers[column](typed)
        except WrongValue as error:
            why = str(error)
        marked.append((typed, why))
    surplus = [typed for typed in padded[len(columns) :] if typed.strip()]
    marked += [(typed, _("There is no column for this cell.")) for typed in surplus]
    if not any(why for _typed, why in marked):
        try:
            amount_of(values["quantity"], values["unit_cost"])
        except WrongValue as error:
            marked[0] = (marked[0][0], str(error))
    return values, marked
