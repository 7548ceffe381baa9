"""The cells of the results matrix: what each is called, how what people type is read, and how it is shown again.

Typed text, a workbook and a Word table are all read here, so that they mean the same everywhere; numbers and days as in shell/typed.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.shell import typed
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.models import PlanIndicator, PlanResult, PlanTarget
from migov.work.results.models import AcrossPeriods, Measure

Row = PlanResult | PlanIndicator
P = ParamSpec("P")
R = TypeVar("R")
LONGEST = {"title": 1000, "unit": 60, "responsible": 255, "text": 10_000}
MOST_DIMENSIONS = 12
NUMERIC = frozenset({Measure.NUMBER, Measure.PERCENTAGE, Measure.RATIO, Measure.INDEX})
DIMENSIONS: dict[str, str | Promise] = {
    "sex": gettext_lazy("sex"),
    "age": gettext_lazy("age"),
    "status": gettext_lazy("migration status"),
    "disability": gettext_lazy("disability"),
}
_SAME_DIMENSION = {
    "gender": "sex", "age group": "age", "age groups": "age", "migration status": "status", "legal status": "status",
    "disabilities": "disability",
}  # fmt: skip
_BEGINS_AS_NUMBER = re.compile(r"\s*[+\-−]?\s*[0-9]")
_YES = {"yes", "y", "true", "1", "on", "more", "x"}
_NO = {"no", "n", "false", "0", "off", "less"}


class WrongInput(ProposalError):
    """What was typed cannot be read. The text says what is wrong and what would be right."""


def _reading(read: Callable[P, R]) -> Callable[P, R]:
    """The same reader, refusing as proposals do."""

    @wraps(read)
    def reads(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return read(*args, **kwargs)
        except typed.Unreadable as unreadable:
            raise WrongInput(str(unreadable)) from None

    return reads


tidy, line, number, day = _reading(typed.tidy), _reading(typed.line), _reading(typed.number), _reading(typed.day)


def truth(text: str) -> bool:
    """Yes or no. Raises WrongInput."""
    plain = line(text, 100).lower()
    if not plain:
        raise WrongInput(_("Write yes or no."))
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise WrongInput(_("“%(text)s” is neither yes nor no.") % {"text": typed.short(plain)})


def month(text: str) -> int | None:
    """A month of the project, from 1; empty for none. Raises WrongInput."""
    plain = line(text, 100).removesuffix(".0")
    if not plain:
        return None
    if not plain.isdecimal() or not 1 <= int(plain[:6]) <= 120:
        raise WrongInput(_("A month is a number from 1 to 120: 1 is the first month of the project."))
    return int(plain)


def choice(text: str, choices: Mapping[str, str | Promise], others: Mapping[str, str] | None = None) -> str:
    """One of several codes, given as code or in words. Raises WrongInput with what there is."""
    plain = line(text, 200).lower()
    for code, label in choices.items():
        if plain in (code.lower(), str(label).lower()):
            return code
    if others and plain in others:
        return others[plain]
    known = ", ".join(str(label) for label in choices.values())
    raise WrongInput(
        _("“%(text)s” is not known. Write one of: %(known)s.") % {"text": typed.short(plain), "known": known}
    )


def dimensions(text: str) -> list[str]:
    """By what values are taken apart: codes of DIMENSIONS and own words, divided by commas or lines, each once. Raises WrongInput."""
    words = {str(label).lower(): code for code, label in DIMENSIONS.items()} | _SAME_DIMENSION
    found: dict[str, None] = {}
    own: dict[str, None] = {}
    for part in re.split(r"[,;\n]", tidy(text)):
        plain = line(part, 60)
        code = words.get(plain.lower(), plain.lower())
        if code in DIMENSIONS:
            found[code] = None
        elif plain:
            own[plain] = None
    chosen = [code for code in DIMENSIONS if code in found] + list(own)
    if len(chosen) > MOST_DIMENSIONS:
        raise WrongInput(_("At most %(most)d ways of taking values apart have room.") % {"most": MOST_DIMENSIONS})
    return chosen


def dimension_label(code: str) -> str:
    """What people call a dimension."""
    return str(DIMENSIONS.get(code, code))


def amount(text: str, measure: str) -> tuple[Decimal | None, str]:
    """A baseline or a target: a number, or words where there is none.

    Where numbers are measured, what begins with a digit has to be one. Elsewhere anything that is not a number is words.
    """
    plain = tidy(text)
    if not plain:
        return None, ""
    if measure in NUMERIC and not _BEGINS_AS_NUMBER.match(plain):
        return None, plain
    try:
        return number(plain), ""
    except WrongInput:
        if measure in NUMERIC:
            raise
        return None, plain


def digits(value: Decimal) -> str:
    """A number in plain digits that :func:`number` reads as the same number."""
    text = f"{value.normalize() + 0:f}"
    whole, _point, part = text.partition(".")
    # "1.125" could be read as a thousand: one more digit leaves no doubt.
    return f"{text}0" if len(part) == 3 and len(whole.lstrip("-")) <= 3 and whole.lstrip("-") != "0" else text


def amount_shown(value: Decimal | None, words: str) -> str:
    """A baseline or a target as it stands in its cell."""
    return words if value is None else digits(value)


def target_shown(target: PlanTarget | None) -> str:
    return "" if target is None else amount_shown(target.value, target.words)


CHOSEN = frozenset({"choice", "truth"})  # kinds of cells that always hold something: an empty one says nothing


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of results or indicators. kind: title, line, text, amount, date, month, choice, truth or set.

    read: typed text → value of the field (for an amount, see `put`).
    """

    name: str
    label: str | Promise
    kind: str
    read: Callable[[str], Any]
    help: str | Promise = ""
    choices: Mapping[str, str | Promise] | None = None


_OVER = {"": gettext_lazy("not declared")} | {
    code: label for code, label in AcrossPeriods.choices if code
}  # fmt: skip
_MEASURES: dict[str, str | Promise] = dict(Measure.choices)
_OTHER_MEASURES = {"percent": "percentage", "%": "percentage", "#": "number", "yes/no": "yes-no", "text": "qualitative",
                   "quantitative": "number"}  # fmt: skip


def _cells(*cells: Cell) -> dict[str, Cell]:
    return {cell.name: cell for cell in cells}


RESULT_CELLS = _cells(
    Cell("title", gettext_lazy("Title"), "title", line),
    Cell("description", gettext_lazy("Description"), "text", tidy),
    Cell("assumptions", gettext_lazy("Assumptions"), "text", tidy,
         gettext_lazy("What must hold outside the project so that this leads to the next level.")),
    Cell("responsible", gettext_lazy("Party responsible"), "line", lambda text: line(text, LONGEST["responsible"])),
    Cell("first_month", gettext_lazy("First month"), "month", month, gettext_lazy("1 is the first month of the project.")),
    Cell("last_month", gettext_lazy("Last month"), "month", month),
)  # fmt: skip
INDICATOR_CELLS = _cells(
    Cell("title", gettext_lazy("Indicator"), "title", line),
    Cell("definition", gettext_lazy("Definition"), "text", tidy, gettext_lazy("What counts and what does not.")),
    Cell("unit", gettext_lazy("Unit"), "line", lambda text: line(text, LONGEST["unit"]),
         gettext_lazy("What is counted: people, laws, border posts, % of those trained.")),
    Cell("measure", gettext_lazy("Type"), "choice", lambda text: choice(text, _MEASURES, _OTHER_MEASURES), choices=_MEASURES),
    Cell("ascending", gettext_lazy("More is better"), "truth", truth),
    Cell("across_periods", gettext_lazy("Over several periods"), "choice", lambda text: choice(text, _OVER), choices=_OVER),
    Cell("counts_people", gettext_lazy("Counts people"), "truth", truth),
    Cell("dimensions", gettext_lazy("Disaggregation"), "set", dimensions),
    Cell("data_source", gettext_lazy("Data source and collection method"), "text", tidy),
    Cell("verification", gettext_lazy("Means of verification"), "text", tidy, gettext_lazy("What others can look at to check it.")),
    Cell("assumptions", gettext_lazy("Assumptions"), "text", tidy),
    Cell("baseline", gettext_lazy("Baseline"), "amount", tidy, gettext_lazy("A number, or words where there is none yet.")),
    Cell("baseline_date", gettext_lazy("Date of the baseline"), "date", day, gettext_lazy("2026-12-31 or 31.12.2026")),
)  # fmt: skip


def cells_of(row: Row) -> dict[str, Cell]:
    """The cells that a row has."""
    return RESULT_CELLS if isinstance(row, PlanResult) else INDICATOR_CELLS


def shown(row: Row, name: str) -> str:
    """What stands in a cell, as text that reads back as the same."""
    if name == "baseline" and isinstance(row, PlanIndicator):
        return amount_shown(row.baseline, row.baseline_words)
    value = getattr(row, name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def in_words(row: Row, name: str) -> str:
    """What stands in a cell as people call it: the label of a choice, the names of dimensions."""
    cell, text = cells_of(row)[name], shown(row, name)
    if cell.kind == "set" and isinstance(row, PlanIndicator):
        return ", ".join(map(dimension_label, row.dimensions))
    return str((cell.choices or {}).get(text, text))


def put(row: Row, name: str, text: str) -> list[str]:
    """Read text into a cell of a row that is not saved here; gives the names of the fields it has set.

    Raises WrongInput for what cannot be read, KeyError for a cell that the row does not have.
    """
    cell = cells_of(row)[name]
    if name == "baseline" and isinstance(row, PlanIndicator):
        row.baseline, row.baseline_words = amount(text, row.measure)
        return ["baseline", "baseline_words"]
    setattr(row, name, cell.read(text))
    if isinstance(row, PlanResult) and row.first_month and row.last_month and row.first_month > row.last_month:
        raise WrongInput(_("The last month cannot lie before the first."))
    return [name]
