"""Rows that are edited in place: cell by cell, with what was shown sent along, and an answer for each cell that could not be saved.

With htmx only what changed comes back; without JavaScript the same form gives a whole page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from migov.work.proposals.actions.cells import WrongValue, clean, shown
from migov.work.proposals.actions.ground import Conflict, ProposalError
from migov.work.proposals.views.stencil import Stencil, slot

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
    options: SafeString | str = ""  # of a cell that is chosen, where the same ones serve many rows

    @property
    def wrong(self) -> bool:
        return bool(self.problem or self.conflict)


@dataclass(slots=True)
class Row:
    """A row with its cells. id: of its element, e.g. "cost-5"; name: how it is called beside its controls; url: where it is saved.

    refusal: why nothing of it could be saved. saved: names of the cells that were saved. shows: what it says beside its cells.
    drawn: the row as HTML, where it was made from a stencil.
    """

    id: str
    name: str
    url: str
    line: Any
    cells: dict[str, Cell]
    refusal: str = ""
    saved: list[str] = field(default_factory=list)
    shows: dict[str, str] = field(default_factory=dict)
    drawn: SafeString | str = ""

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


def draw(shown: Iterable[Row], template: str, context: Mapping[str, Any], request: HttpRequest) -> None:
    """Draw the rows that have nothing to say; a row with a cell that could not be saved is left to its template.

    They must have the same cells. A row with a note looks different from one without, so there are two stencils.
    """
    made: dict[bool, Stencil] = {}
    for one in shown:
        if one.refusal or one.wrong:
            continue
        has_note = bool("note" in one.cells and one.cells["note"].value)
        if has_note not in made:
            made[has_note] = Stencil(template, {**context, "row": _slots(one, has_note)}, request)
        one.drawn = made[has_note].fill(_words(one))


def _words(of: Row) -> dict[str, Any]:
    words: dict[str, Any] = {"id": of.id, "name": of.name, "url": of.url}
    words |= {f"shows-{name}": text for name, text in of.shows.items()}
    for name, cell in of.cells.items():
        words |= {f"value-{name}": cell.value, f"was-{name}": cell.was, f"options-{name}": cell.options}
    return words


def _slots(like: Row, has_note: bool) -> Row:
    cells = {
        name: Cell(name, cell.label, slot(f"value-{name}"), slot(f"was-{name}"), options=slot(f"options-{name}"))
        for name, cell in like.cells.items()
    }
    if "note" in cells and not has_note:
        cells["note"].value = ""
    shows = {name: slot(f"shows-{name}") for name in like.shows}
    return Row(slot("id"), slot("name"), slot("url"), None, cells, shows=shows)


def options(choices: Iterable[tuple[str, Any]]) -> Callable[[str], SafeString]:
    """For the value of a cell, the options of its control; made once for each value."""
    listed = list(choices)

    @cache
    def of(value: str) -> SafeString:
        return format_html_join(
            "", '<option value="{}"{}>{}</option>',
            ((code, mark_safe(" selected") if code == value else "", label) for code, label in listed),
        )  # fmt: skip

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
