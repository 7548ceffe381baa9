"""An agenda as it stands in an invitation, read into items: numbers, times, titles and what is said below them."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_ITEMS = 200
LONGEST_TITLE, LONGEST_NUMBER = 300, 10
# "2.10" may be an item below the second; "10.30" and "9.00–9.30" are hours.
_CLOCK = r"(?:\d{1,2}[:h]\d{2}|\d{2}\.\d{2}|\d\.\d{2}(?=\s*[-–—])|\d{1,2}\s?(?:a\.?m\.?|p\.?m\.?|h))"
_TIME = re.compile(rf"\s*({_CLOCK}(?:\s*(?:[-–—]|to)\s*{_CLOCK})?)(?=[\s,;:|)–—-]|$)\s*[,;:|)–—-]?\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\s*((?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-Za-z])[.)]|\d{1,2}(?:\.\d{1,2})+)\s+")
_BULLET = re.compile(r"\s*[-–—•*▪·]\s+")
_HEAD = re.compile(r"\s*(?:agenda\s+item|item|session)\s+(\d{1,2}|[IVX]{1,5})\s*[.:–—-]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """An item that was read. note: the lines below it that begin no item of their own."""

    title: str
    number: str = ""
    time: str = ""
    note: str = ""


def read(text: str) -> list[Line]:
    """The items of an agenda, at most MOST_ITEMS. A line with a number, a time or a bullet begins an item; a line without is a note of
    the item before. Where no line has any, each line is an item.
    """
    lines = [line.rstrip() for line in text.replace("\t", " ").splitlines() if line.strip()]
    marked = [_marks(line) for line in lines]
    all_items = not any(number or time or bullet for number, time, bullet, _rest in marked)
    found: list[Line] = []
    for line, (number, time, bullet, rest) in zip(lines, marked, strict=True):
        begins = all_items or number or time or bullet
        if begins and rest:
            found.append(Line(rest[:LONGEST_TITLE], number[:LONGEST_NUMBER], time, rest[LONGEST_TITLE:]))
        elif begins and (number or time):
            found.append(Line("", number[:LONGEST_NUMBER], time))  # its title stands on the next line
        elif found and not found[-1].title:
            last = found.pop()
            found.append(Line(line.strip()[:LONGEST_TITLE], last.number, last.time))
        elif found:
            last = found.pop()
            note = f"{last.note}\n{line.strip()}".strip()
            found.append(Line(last.title, last.number, last.time, note))
    return [line for line in found if line.title][:MOST_ITEMS]


def _marks(line: str) -> tuple[str, str, bool, str]:
    """Number, time, whether a bullet stands before, and the rest."""
    number = time = ""
    bullet = False
    rest = line
    for _turn in range(3):
        if not time and (found := _TIME.match(rest)):
            time, rest = " ".join(found[1].split()), rest[found.end() :]
        elif not number and (found := _HEAD.match(rest)):
            number, rest = found[1], rest[found.end() :]
        elif not number and (found := _NUMBER.match(rest)):
            number, rest = found[1].rstrip(".)"), rest[found.end() :]
        elif not bullet and (found := _BULLET.match(rest)):
            bullet, rest = True, rest[found.end() :]
        else:
            break
    return number, time, bullet, rest.strip()
