"""What was unclear in a row of the published register, and what was done about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_VALUE = 200

# What was unclear → in words, and what is done about it every time.
PROBLEMS: dict[str, tuple[str | Promise, str | Promise]] = {
    "no-title": (_("no title"), _("called “Untitled evaluation”")),
    "title-twice": (_("another row has the same title"), _("both were loaded")),
    "row-twice": (_("another row has the same title and the same date added"), _("both were loaded, in their order")),
    "cells": (_("too many or too few cells in the row"), _("missing ones are empty, further ones kept with the row")),
    "html": (_("marks of a web page in the text"), _("read without them")),
    "garbled": (_("garbled letters"), _("read as what they once were")),
    "year": (_("not a year"), _("the year of publication was taken")),
    "year-differs": (_("differs from the date of publication"), _("both were kept")),
    "date": (_("not a date"), _("left empty")),
    "date-none": (_("1970-01-01, which stands for no date"), _("left empty")),
    "dates": (_("the period ends before it begins"), _("left empty; the dates are kept with the row")),
    "yes-no": (_("neither yes nor no"), _("left empty")),
    "pages": (_("not a number of pages"), _("left empty")),
    "pages-read": (_("a number of pages among words"), _("the number was taken")),
    "word": (_("not a word of this list"), _("left empty; the word is kept with the row")),
    "none-and": (_("“None” beside another theme"), _("the other theme was taken")),
    "theme": (_("a thematic area that migov does not know"), _("kept as published, without a theme of migov")),
    "no-country": (_("no country or area"), _("kept as published")),
    "no-countries": (_("no country is named though the evaluation covers some"), _("loaded without a country")),
    "country": (_("an unknown country or area"), _("kept as published, without a place")),
    "country-read": (_("a country or area under another name"), _("read as the country or area meant")),
    "no-donor": (_("no donor"), _("left empty")),
    "code": (_("not a project code"), _("kept with the row")),
    "code-spelling": (_("a project code in another spelling"), _("read in the usual one")),
    "code-digits": (_("a project code with too few or too many digits"), _("kept as published; no project can be found by it")),
    "code-range": (_("perhaps a range of project codes"), _("the two ends were taken")),
    "url": (_("not an address of the web"), _("kept as published; it cannot be opened")),
    "files": (_("not as many descriptions as files"), _("files are named after their addresses")),
    "long": (_("longer than its field"), _("shortened; the whole is kept with the row")),
    "kept": (_("changed in the register, but also changed by people here"), _("what people wrote was kept")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """Something unclear. row: number of the row, from 1. column: as the register calls it. code: of PROBLEMS. done: in words, where
    there is more to say than what is always done."""

    row: int
    column: str
    value: str
    code: str
    done: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Told:
    """The remarks on one row, while it is read."""

    row: int
    remarks: list[Remark] = field(default_factory=list)

    def say(self, column: str, value: str, code: str, done: str = "") -> None:
        """Note something. Raises KeyError for a code that is not in PROBLEMS."""
        PROBLEMS[code]
        self.remarks.append(Remark(self.row, column, value[:LONGEST_VALUE], code, done))


def problem_words(code: str) -> str:
    """What was unclear, in words."""
    return str(PROBLEMS[code][0]) if code in PROBLEMS else code


def done_words(remark: dict[str, Any]) -> str:
    """What was done about a remark, in words."""
    always = str(PROBLEMS[remark["code"]][1]) if remark["code"] in PROBLEMS else ""
    return "; ".join(filter(None, [always, remark.get("done", "")]))
