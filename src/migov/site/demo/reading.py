"""Reading the illustrative portfolio: TOML files to typed rows, with every fault named by file and field.

Knows nothing of the database; whether codes exist is asked in checks.py.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from migov.foundation.frameworks.faults import Fault
from migov.site.demo import shapes

OFFICES, PEOPLE, STANDARDS, RATES = "offices.toml", "people.toml", "standard_indicators.toml", "rates.csv"
LISTS = {OFFICES: shapes.Offices, PEOPLE: shapes.People, STANDARDS: shapes.Standards}
KINDS = {str: "a text", bool: "true or false", date: "a date such as 2025-01-31", Decimal: "a number"}

T = TypeVar("T")


class PortfolioRefused(ValueError):
    """The portfolio was refused as a whole; nothing was loaded. `faults` says for each what is wrong, by file and field."""

    def __init__(self, faults: list[Fault]) -> None:
        more = f" ({len(faults)} faults)" if len(faults) > 1 else ""
        super().__init__(f"The portfolio was refused; nothing was loaded. {faults[0]}{more}")
        self.faults = faults


@dataclass(frozen=True)
class Portfolio:
    """All that the files say. projects: by name of the file, in order of the names."""

    offices: tuple[shapes.OfficeRow, ...]
    people: tuple[shapes.PersonRow, ...]
    standards: tuple[shapes.StandardRow, ...]
    projects: dict[str, shapes.ProjectRow]
    rates: Path


def read_portfolio(folder: Path) -> Portfolio:
    """Read every file of a portfolio. Raises PortfolioRefused when any of them is missing, no TOML, or not of its shape."""
    faults: list[Fault] = []
    lists: dict[str, Any] = {}
    for name, shape in LISTS.items():
        lists[name] = _read_file(folder / name, shape, faults)
    if not (folder / RATES).is_file():
        faults.append(Fault(RATES, None, "", "a file of exchange rates"))
    projects: dict[str, shapes.ProjectRow] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name not in LISTS and (project := _read_file(path, shapes.ProjectRow, faults)) is not None:
            projects[path.name] = project
    if faults:
        raise PortfolioRefused(faults)
    return Portfolio(
        offices=lists[OFFICES].offices,
        people=lists[PEOPLE].people,
        standards=lists[STANDARDS].standard_indicators,
        projects=projects,
        rates=folder / RATES,
    )


def _read_file(path: Path, shape: type[T], faults: list[Fault]) -> T | None:
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        faults.append(Fault(path.name, None, "", "this file in the portfolio"))
    except UnicodeDecodeError as error:
        faults.append(Fault(path.name, None, f"byte {error.start}", "UTF-8 text"))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(path.name, None, "", "TOML", str(error)))
    else:
        return _Reader(path.name, faults).row(shape, read, "")
    return None


@cache
def _columns(shape: type[Any]) -> dict[str, tuple[Field[Any], Any]]:
    """The fields of a shape, each with the kind of its values."""
    hints = get_type_hints(shape)
    return {each.name: (each, hints[each.name]) for each in fields(shape)}


class _Reader:
    """Turns the tables of one file into rows."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file, self.faults = file, faults

    def fault(self, where: str, expected: str, found: Any = "") -> None:
        self.faults.append(Fault(self.file, None, where, expected, str(found)))

    def row(self, shape: type[T], table: Any, where: str) -> T | None:
        """A row of a shape; None, with the faults noted, where the table is not one."""
        if not isinstance(table, dict):
            self.fault(where, "a table", table)
            return None
        before = len(self.faults)
        prefix = f"{where}." if where else ""
        known = _columns(shape)  # type: ignore[arg-type]
        for name in table.keys() - known.keys():
            self.fault(f"{prefix}{name}", f"one of {', '.join(sorted(known))}", name)
        given: dict[str, Any] = {}
        for name, (each, kind) in known.items():
            if name in table:
                given[name] = self.value(kind, table[name], f"{prefix}{name}")
                allowed = each.metadata.get("one_of")
                if allowed and isinstance(given[name], str) and given[name] not in allowed:
                    self.fault(f"{prefix}{name}", f"one of {', '.join(sorted(allowed))}", given[name])
            elif each.default is MISSING:
                self.fault(f"{prefix}{name}", "a value; it is missing")
        return shape(**given) if len(self.faults) == before else None

    def value(self, kind: Any, value: Any, where: str) -> Any:
        """A value of a kind: text, flag, date, number, row, or a list of these. Rows of a list count from 1."""
        if isinstance(kind, UnionType):
            kind = next(each for each in get_args(kind) if each is not type(None))
        if get_origin(kind) is tuple:
            if not isinstance(value, list):
                self.fault(where, "a list", value)
                return ()
            inner = get_args(kind)[0]
            return tuple(self.value(inner, each, f"{where}[{number}]") for number, each in enumerate(value, start=1))
        if is_dataclass(kind):
            return self.row(kind, value, where)  # type: ignore[arg-type]
        if kind is Decimal and isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        # A moment is a date to Python, but not here.
        if not isinstance(value, kind) or isinstance(value, datetime) or (kind is Decimal and not value.is_finite()):
            self.fault(where, KINDS[kind], value)
        return value
