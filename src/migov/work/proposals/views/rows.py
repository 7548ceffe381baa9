"""Rows that are edited in place: cell by cell, with what was shown sent along, and an answer for each cell that could not be saved.

With htmx only what changed comes back; without JavaScript the same form gives a whole page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

from migov.work.proposals.actions.cells import WrongValue, clean, shown
from migov.work.proposals.actions.ground import Conflict, ProposalError

Act = Callable[[str, str, str], Any]  # field, was, now


@dataclass(slots=True)
class Cell:
    """A cell. value: what its control shows; was: what stood when the page was made; problem: why it was not saved."""

    name: str
    label: str | Promise
    value: str
    was: str
    problem: str = ""
    conflict: Conflict | None = None

    @property
    def wrong(self) -> bool:
        return bool(self.problem or self.conflict)


@dataclass(slots=True)
class Row:
    """A row with its cells. id: of its element, e.g. "cost-5"; name: how it is called beside its controls; url: where it is saved.

    refusal: why nothing of it could be saved. saved: names of the cells that were saved.
    """

    id: str
    name: str
    url: str
    line: Any
    cells: dict[str, Cell]
    refusal: str = ""
    saved: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[Cell]:
        return [cell for cell in self.cells.values() if cell.wrong]

    @property
    def wrong_names(self) -> str:
        return " ".join(cell.name for cell in self.wrong)


def row(
    id: str,
    name: str,
    url: str,
    line: Any,
    labels: Mapping[str, str | Promise],
    values: Mapping[str, Any] | None = None,
) -> Row:
    """A row as it stands: the cells that `labels` names, with the values of the line or those given."""
    cells = {}
    for key, label in labels.items():
        value = shown(values[key] if values and key in values else getattr(line, key))
        cells[key] = Cell(key, label, value, value)
    return Row(id, name, url, line, cells)


def submit(post: QueryDict, of: Row, act: Act) -> Row:
    """Save the cells that were changed, each by itself; the row is given back with what became of them.

    Cells that were not saved keep what was typed and what they were begun from, so that they meet the same question again.
    """
    for cell in of.cells.values():
        if cell.name not in post:
            continue
        now, was = clean(str(post[cell.name])), clean(str(post.get(f"was-{cell.name}", cell.was)))
        cell.value, cell.was = now, was
        if now == was:
            continue
        try:
            act(cell.name, was, now)
        except WrongValue as error:
            cell.problem = str(error)
        except Conflict as conflict:
            cell.conflict = conflict
        except ProposalError as error:
            of.refusal = str(error)
            break
        else:
            of.saved.append(cell.name)
    return of


def merged(fresh: Row, submitted: Row) -> Row:
    """A row as it stands now, with what was typed and not saved laid over it."""
    for name, cell in submitted.cells.items():
        if name not in submitted.saved:
            fresh.cells[name] = cell
    fresh.refusal, fresh.saved = submitted.refusal, submitted.saved
    return fresh


def wants_part(request: HttpRequest) -> bool:
    """Whether only the changed parts are asked for (htmx)."""
    return bool(getattr(request, "htmx", False))
