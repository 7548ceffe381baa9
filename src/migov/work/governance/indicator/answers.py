"""Reading a file of answers: country, year, domain, subcategory, answer. The whole file or nothing; all that is wrong is told at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from migov.work.governance.indicator.definition import (
    ALL,
    PolicyDomain,
    Subcategory,
    domain_of,
    plain,
    subcategories_of,
)
from migov.work.governance.indicator.tables import Line, Problem, Refused, lines, year_of

COLUMNS = {
    "country": ("country code", "iso3", "country name", "area", "geo area"),
    "year": ("reference year", "time period"),
    "domain": ("policy domain", "policy domains", "domain code"),
    "subcategory": ("subcategories", "subcategory code", "question", "question code"),
    "answer": ("response", "value"),
}
ONE, HALF, NONE = Decimal(1), Decimal("0.5"), Decimal(0)
YES = {"yes", "y", "true", "1"}
NO = {"no", "n", "false", "0"}
HALVES = {"0.5", ".5", "0,5", "½", "1/2", "half"}
# Words that may stand in an answer of domain 1; another word makes the answer unknown.
LEGAL = {"legal", "legally", "lawful", "lawfully", "regular", "regularly", "documented"}
WHATEVER = {"regardless", "irrespective", "whatever", "all"}
AROUND = {
    "yes", "y", "only", "of", "for", "to", "with", "in", "a", "an", "the", "those", "their", "who", "have", "has", "is", "are",
    "status", "immigration", "migration", "migratory", "migrants", "migrant", "persons", "people", "non", "nationals", "everyone",
    "resident", "residents", "residence", "residing", "permit", "any", "situation", "and", "or",
}  # fmt: skip
STATUS_ANSWERS = "yes regardless of status (1), yes only with legal status (0.5) or no (0)"
PLAIN_ANSWERS = "yes (1) or no (0)"

# Given what stands in the column country: a code or name to print. None: not known.
Countries = Callable[[str], str | None]


@dataclass(frozen=True)
class Given:
    """An answer as read. points: 0, 0.5 or 1."""

    row: int
    country: str
    year: int
    subcategory: Subcategory
    points: Decimal


@dataclass
class Reading:
    """A file of answers that has nothing wrong. notes: how something was understood that could be meant otherwise."""

    given: list[Given] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_answers(content: bytes, countries: Countries = lambda text: None) -> Reading:
    """Read a file of answers. Raises Refused with every problem in it."""
    reading = Reading()
    problems: list[Problem] = []
    first: dict[tuple[str, int, str], Given] = {}
    printed: dict[str, str] = {}
    bare: list[int] = []
    for line in lines(content, COLUMNS):
        given, wrong = _given(line, countries, printed, reading)
        problems += wrong
        if given is None:
            continue
        if given.subcategory.domain == "domain1" and line.cells["answer"].casefold() in {"yes", "y", "true"}:
            bare.append(given.row)
        before = first.setdefault((given.country, given.year, given.subcategory.code), given)
        if before is given:
            reading.given.append(given)
        else:
            problems.append(_twice(before, given, line))
    if problems:
        raise Refused(sorted(problems, key=lambda one: one.row or 0))
    if bare:
        rows = ", ".join(map(str, bare[:20])) + (", …" if len(bare) > 20 else "")
        reading.notes.append(f"“yes” in domain 1 was read as “regardless of immigration status” (row {rows})")
    return reading


def points_of(text: str, domain: PolicyDomain) -> Decimal | None:
    """The points of an answer in a domain; None when it is no answer of that domain."""
    said = " ".join(text.casefold().split())
    said = {"1.0": "1", "0.0": "0", "1,0": "1", "0,0": "0", "0.50": "0.5"}.get(said, said)
    if said in YES:
        return ONE
    if said in NO:
        return NONE
    if domain.number != 1:
        return None
    if said in HALVES:
        return HALF
    words = set(re.findall(r"\w+", said.replace("_", " ")))
    if not words <= AROUND | LEGAL | WHATEVER:
        return None
    if words & WHATEVER and "only" not in words:
        return ONE
    return HALF if words & LEGAL and not words & WHATEVER else None


def _given(
    line: Line, countries: Countries, printed: dict[str, str], reading: Reading
) -> tuple[Given | None, list[Problem]]:
    """The answer in a row, or what is wrong with it."""
    cells = line.cells
    if not any(cells.values()):
        return None, [Problem(line.row, "", "country, year, domain, subcategory and answer", "a blank row")]
    problems = [
        Problem(line.row, column, "something; leave the whole row out where there is no answer", "a blank cell")
        for column in COLUMNS
        if not cells[column]
    ]
    if line.spilled:
        problems.append(Problem(line.row, "", "as many cells as the header has", ", ".join(line.spilled)))
    year = year_of(cells["year"]) if cells["year"] else None
    if cells["year"] and year is None:
        problems.append(Problem(line.row, "year", "a year of four digits, 1990 to 2100", cells["year"]))
    domain = domain_of(cells["domain"])
    if cells["domain"] and domain is None:
        hint = "; the value over all domains is computed" if plain(cells["domain"]) in {ALL, "all"} else ""
        problems.append(Problem(line.row, "domain", f"one of the domains 1 to 6{hint}", cells["domain"]))
    subcategory = _subcategory(line, domain, problems)
    points = points_of(cells["answer"], domain) if domain and cells["answer"] else None
    if domain and cells["answer"] and points is None:
        expected = STATUS_ANSWERS if domain.number == 1 else PLAIN_ANSWERS
        problems.append(Problem(line.row, "answer", f"{expected} in domain {domain.number}", cells["answer"]))
    if problems or year is None or subcategory is None or points is None:
        return None, problems
    return Given(line.row, _country(cells["country"], countries, printed, reading), year, subcategory, points), []


def _subcategory(line: Line, domain: PolicyDomain | None, problems: list[Problem]) -> Subcategory | None:
    text = line.cells["subcategory"]
    found = subcategories_of(text, domain) if text else ()
    if domain is None:
        if text and not found:
            problems.append(Problem(line.row, "subcategory", "a sub-category 1 to 5 (a to e) or its name", text))
        return None
    here = [one for one in found if one.domain == domain.code]
    if here:
        return here[0]
    if found:
        expected = f"a sub-category of domain {domain.number} ({domain.title}); this is {found[0].number}"
        problems.append(Problem(line.row, "subcategory", expected, text))
    elif text:
        expected = f"a sub-category {domain.number}.1 to {domain.number}.5 (1 to 5, a to e) or its name"
        problems.append(Problem(line.row, "subcategory", expected, text))
    return None


def _country(text: str, countries: Countries, printed: dict[str, str], reading: Reading) -> str:
    """The code to print: of a known country, else what was written first."""
    known = countries(text)
    if known is not None:
        return known
    key = " ".join(text.casefold().split())
    if key not in printed:
        printed[key] = text
        reading.notes.append(f"“{text}” is not in the list of countries; it is printed as given")
    return printed[key]


def _twice(before: Given, given: Given, line: Line) -> Problem:
    which = f"{given.country} {given.year}, {given.subcategory.number}"
    if before.points == given.points:
        return Problem(given.row, "subcategory", f"one row for {which}", f"the same as in row {before.row}")
    expected = f"one answer for {which}; row {before.row} says otherwise"
    return Problem(given.row, "answer", expected, line.cells["answer"])
