"""What people type, read: text, numbers, days. Forms, sheets and pasted cells are all read here, so that they mean the same everywhere.

How numbers are read: spaces and apostrophes divide thousands. Where both "," and "." stand, the later one is the decimal mark and the
other divides thousands. A lone "," before exactly three digits divides thousands ("1,200"); elsewhere "," and "." are decimal marks
("0,5"). "1.200" could be either and is refused. Dates are 2026-12-31 or 31.12.2026.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

LONGEST_LINE, LONGEST_TEXT = 1000, 10_000
# Control characters, what turns the direction of text round, and spaces of no width; line breaks and tabs stay.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_GROUPING = re.compile("[\\s'’\u00a0\u2009\u202f]")
_NUMBER = re.compile(r"[+\-−]?(?:[0-9][0-9.,]*|[.,][0-9]+)")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\s*[./]\s*([0-9]{1,2})\s*[./]\s*([0-9]{4})")


class Unreadable(ValueError):
    """What was typed cannot be read. The text says what is wrong and what would be right, for people."""


def tidy(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text as it is kept: no control characters, plain line breaks, nothing around it. Raises Unreadable where it is too long."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    plain = _CONTROLS.sub("", plain).strip()
    if len(plain) > longest:
        raise Unreadable(
            _("This has %(long)d characters; at most %(most)d have room.") % {"long": len(plain), "most": longest}
        )
    return plain


def line(text: str, longest: int = LONGEST_LINE) -> str:
    """Text of one line: every run of white space becomes one space."""
    return tidy(" ".join(tidy(text, 10 * longest).split()), longest)


def number(text: str) -> Decimal:
    """A number as people write it; see the rule at the top of this file. A percent sign may stand at its end. Raises Unreadable."""
    plain = _GROUPING.sub("", text).removesuffix("%")
    if not _NUMBER.fullmatch(plain):
        raise Unreadable(_("“%(text)s” is not a number. Write 1200 or 1200.5.") % {"text": short(text)})
    sign, digits = ("-", plain[1:]) if plain[0] in "-−" else ("", plain.removeprefix("+"))
    try:
        found = Decimal(sign + _decimal_point(digits, text))
    except InvalidOperation:
        raise Unreadable(_("“%(text)s” is not a number. Write 1200 or 1200.5.") % {"text": short(text)}) from None
    exponent = found.normalize().as_tuple().exponent
    if abs(found) >= Decimal(10) ** 18 or (isinstance(exponent, int) and exponent < -6):
        raise Unreadable(_("A number has at most 18 digits before and 6 after the point."))
    return found + 0  # -0 is 0


def _decimal_point(digits: str, text: str) -> str:
    marks = [mark for mark in ",." if mark in digits]
    if len(marks) == 2:
        decimal = max(marks, key=digits.rfind)
        thousands = "," if decimal == "." else "."
        whole, part = digits.split(decimal, 1)
        if _grouped(whole, thousands) and part.isdigit():
            return f"{whole.replace(thousands, '')}.{part}"
    elif not marks:
        return digits
    elif digits.count(marks[0]) > 1:
        if _grouped(digits, marks[0]):
            return digits.replace(marks[0], "")
    else:
        whole, part = digits.split(marks[0])
        could_group = len(part) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
        if could_group and marks[0] == ".":
            raise Unreadable(
                _("“%(text)s” can be read in two ways. Write %(whole)s or %(decimal)s.")
                % {"text": short(text), "whole": f"{whole}{part}", "decimal": f"{whole}.{part}0"}
            )
        return whole + part if could_group else f"{whole}.{part or 0}"
    raise Unreadable(_("“%(text)s” is not a number. Write 1200 or 1200.5.") % {"text": short(text)})


def _grouped(digits: str, mark: str) -> bool:
    first, *rest = digits.split(mark)
    return 1 <= len(first) <= 3 and bool(rest) and all(len(part) == 3 for part in rest)


def day(text: str) -> date | None:
    """A date: 2026-12-31 or 31.12.2026; empty for none. Raises Unreadable."""
    plain = line(text, 100)
    if not plain:
        return None
    found = _DAY_FIRST.fullmatch(plain)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(plain[:10] if plain[10:] == " 00:00:00" else plain)
    except ValueError:
        raise Unreadable(
            _("“%(text)s” is not a date. Write 2026-12-31 or 31.12.2026.") % {"text": short(plain)}
        ) from None


def short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 40 else f"{plain[:39]}…"
