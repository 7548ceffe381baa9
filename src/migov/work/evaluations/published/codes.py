"""Project codes in the many spellings of the register: "PX.0412", "PX0412", "PX. 0412", "CS. 1028, CS. 0968", "CO10P0602 / CS.0393"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Two letters and four digits (older: with anything between), or the longer code of an activity.
_SHORT = re.compile(r"(?<![A-Z0-9])([A-Z]{2})[ .\-\u00a0]{0,3}(\d{3,5})(?![0-9A-Z])")
_LONG = re.compile(r"(?<![A-Z0-9])([A-Z]{1,2}\d{2}[A-Z]\d{4})(?![0-9A-Z])")
_PARTS = re.compile(r"\s*(?:[,;&()\n\"]|\band\b|\by\b|\bet\b)\s*", re.IGNORECASE)
_RANGE = re.compile(r"\s[-–]\s")
DIGITS = 4


class Code(NamedTuple):
    """A project code as published, and in the usual spelling; the latter is empty where it cannot be told."""

    published: str
    plain: str


def read_codes(text: str) -> tuple[list[Code], list[str], bool]:
    """The codes of a cell in their order, each once; what is left over and is no code; whether a range may be meant."""
    found: dict[str, Code] = {}
    rest: list[str] = []
    for part in _PARTS.split(text):
        codes = list(_codes(part))
        for code in codes:
            found.setdefault(code.plain or code.published, code)
        left = part
        for code in codes:
            left = left.replace(code.published, " ", 1)
        left = left.strip(" .-–/…\u00a0")
        if left and re.search(r"\d", left) and not codes:
            found.setdefault(left, Code(left[:120], ""))
            rest.append(left)
        elif left:
            rest.append(left)
    return list(found.values()), rest, bool(_RANGE.search(text)) and len(found) == 2


def _codes(part: str) -> Iterator[Code]:
    matches = [*_SHORT.finditer(part), *_LONG.finditer(part)]
    for match in sorted(matches, key=lambda one: one.start()):
        if match.re is _LONG:
            yield Code(match.group(0), match.group(1))
        else:
            digits = match.group(2)
            yield Code(match.group(0), f"{match.group(1)}.{digits}" if len(digits) == DIGITS else "")


def by_code(references: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Usual spelling of a code → the only project whose reference holds it. references: key and reference of projects."""
    found: dict[str, int] = {}
    several: set[str] = set()
    for pk, reference in references:
        for code in _codes(reference.upper()):
            if code.plain and found.setdefault(code.plain, pk) != pk:
                several.add(code.plain)
    return {code: pk for code, pk in found.items() if code not in several}
