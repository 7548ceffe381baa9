"""Slots that rooms above fill: tabs of the project page, and columns of the portfolio list. Projects know none of those rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from migov.work.projects.models import Project


@dataclass(frozen=True)
class Panel:
    """A tab of the project page.

    code: its address, /portfolio/12/<code>/. render: the HTML of the tab for one request and project. summary: facts that
    the overview shows, as (label, value, note) triples.
    """

    code: str
    label: str | Promise
    order: int
    render: Callable[[HttpRequest, Project], str]
    summary: Callable[[Project], Sequence[tuple[str, str, str]]] | None = None


@dataclass(frozen=True)
class ListColumn:
    """A column of the portfolio list, filled for many projects at once.

    read: for primary keys of projects, key → (words for the page, values for the export); bounded queries.
    values: (key, label) of the columns of the export, each holding whole numbers.
    """

    key: str
    label: str | Promise
    read: Callable[[Sequence[int]], Mapping[int, tuple[str, Mapping[str, int]]]]
    values: Sequence[tuple[str, str | Promise]] = ()


@dataclass(frozen=True)
class PageLink:
    """A button on top of the project page. view: the name of an address that takes the key of the project."""

    view: str
    label: str | Promise
    order: int


_LINKS: dict[str, PageLink] = {}
_PANELS: dict[str, Panel] = {}
_COLUMNS: dict[str, ListColumn] = {}


def register_panel(panel: Panel) -> None:
    """Add a tab to the project page. Registering a code again replaces its tab."""
    _PANELS[panel.code] = panel


def register_column(column: ListColumn) -> None:
    """Add a column to the portfolio list. Registering a key again replaces its column."""
    _COLUMNS[column.key] = column


def register_link(link: PageLink) -> None:
    """Add a button to the project page. Registering an address again replaces its button."""
    _LINKS[link.view] = link


def links() -> list[PageLink]:
    """The buttons that rooms have added, in their order."""
    return sorted(_LINKS.values(), key=lambda link: link.order)


def panels() -> list[Panel]:
    """The tabs that rooms have added, in their order."""
    return sorted(_PANELS.values(), key=lambda panel: panel.order)


def panel(code: str) -> Panel | None:
    return _PANELS.get(code)


def columns() -> list[ListColumn]:
    """The columns that rooms have added, in the order of registration."""
    return list(_COLUMNS.values())


def cells(keys: Sequence[int]) -> dict[str, Mapping[int, Any]]:
    """What every added column says of some projects: column key → project → cell."""
    return {column.key: column.read(keys) for column in columns()} if keys else {}
