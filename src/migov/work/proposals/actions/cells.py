"""One cell of a row as people write it: reading what was typed, writing what stands, and noticing that somebody was quicker.

A change names what its page showed (`was`). Where that no longer stands, both are kept and shown: `exchange` raises ground.Conflict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from migov.foundation.codelists import names
from migov.foundation.shell import formats
from migov.foundation.shell import typed as typing
from migov.work.proposals.actions.ground import Conflict, ProposalError

Read = Callable[[str], Any]
SIGNS = {
    "€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "₺": "TRY", "₽": "RUB", "₴": "UAH", "₾": "GEL", "֏": "AMD", "₼": "AZN",
    "₸": "KZT", "₪": "ILS",
}  # fmt: skip
LONGEST_AMOUNT = 80  # characters
DOLLARS = frozenset({"USD", "AUD", "CAD", "NZD"})
_WITH_UNIT = re.compile(r"(?P<before>[^\d+\-−.,]*)(?P<number>[+\-−]?[\d.,].*?)(?P<after>[^\d.,]*)", re.S)
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")


class WrongValue(ProposalError):
    """What was typed cannot stand in this cell. The text says why, for people."""


def clean(typed: str) -> str:
    """The text without control characters and outer space; line ends as one sign."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or sign.isprintable()).strip()


def shown(value: Any) -> str:
    """A value as its cell shows it and as a page sends it back: "1200.5", "3", "", the words themselves."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return str(value)


def words(limit: int = 255, *, required: bool = False) -> Read:
    """Reads text of at most so many characters."""

    def read(typed: str) -> str:
        text = clean(typed)
        if limit <= 255:
            text = " ".join(text.split())
        if required and not text:
            raise WrongValue(_("Write something here."))
        if len(text) > limit:
            raise WrongValue(_("%(count)s characters; at most %(limit)s fit.") % {"count": len(text), "limit": limit})
        return text

    return read


def code(choices: Iterable[tuple[Any, Any]], *, empty: bool = False) -> Read:
    """Reads one of the codes of a closed vocabulary; its label is understood too."""
    known: dict[str, str] = {}
    for value, label in choices:
        known[str(value).lower()] = known[str(label).lower()] = str(value)
    if empty:
        known[""] = ""

    def read(typed: str) -> str:
        try:
            return known[" ".join(clean(typed).lower().split())]
        except KeyError:
            raise WrongValue(_("“%s” is not one of the choices.") % clean(typed)[:60]) from None

    return read


def whole(low: int, high: int, *, required: bool = False, what: str | Promise = "") -> Read:
    """Reads a whole number between two bounds, or nothing."""

    def read(typed: str) -> int | None:
        text = _SPACES.sub("", typed)
        if not text and not required:
            return None
        if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not low <= int(text) <= high:
            raise WrongValue(
                (str(what) + " " if what else "")
                + _("Write a whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
            )
        return int(text)

    return read


def number(places: int, *, digits: int, required: bool = True) -> Read:
    """Reads an amount that is not below zero, with at most so many decimals and digits before them; see shell/typed.py."""

    def read(typed: str) -> Decimal | None:
        if not typed.strip():
            if required:
                raise WrongValue(_("Write a number."))
            return None
        try:
            found = typing.number(typed)
        except typing.Unreadable as unreadable:
            raise WrongValue(str(unreadable)) from None
        if found < 0:
            raise WrongValue(_("Write a number that is not below zero."))
        if found != found.quantize(Decimal(1).scaleb(-places)):
            raise WrongValue(
                _("%(number)s has more than %(places)s decimals.") % {"number": typed.strip()[:40], "places": places}
            )
        if found >= Decimal(10) ** digits:
            raise WrongValue(_("This number is too large."))
        return found

    return read


def money(currency: str, places: int, *, digits: int) -> Read:
    """Reads an amount of a currency, as :func:`number` does; the currency's own sign or code may stand before or after it."""
    plain = number(places, digits=digits)

    def read(typed: str) -> Decimal | None:
        found = _WITH_UNIT.fullmatch(typed) if len(typed) < LONGEST_AMOUNT else None
        units = [one.strip() for one in found.group("before", "after") if one.strip()] if found else []
        if found is None or len(units) != 1:
            return plain(typed)
        named = SIGNS.get(units[0]) or units[0].upper().rstrip(".")
        own = named == currency or (units[0] == "$" and currency in DOLLARS)
        if not own and named in names("Currency"):
            raise WrongValue(
                _("“%(typed)s” is in %(other)s; the budget is in %(own)s. Write the amount in %(own)s.")
                % {"typed": typing.short(typed), "other": named, "own": currency}
            )
        return plain(found["number"] if own else typed)

    return read


def exchange(stands: str, *, was: str, now: str, label: str | Promise) -> bool:
    """Whether a cell is to be changed from what stands to `now`, all three as `shown`. False where it stands already.

    Raises Conflict where the page had shown something else (`was`) than what stands.
    """
    if now == stands:
        return False
    if clean(was) != clean(stands):
        raise Conflict(
            _("“%(label)s” was changed by somebody else meanwhile. Now: %(now)s. Yours: %(mine)s.")
            % {"label": label, "now": stands or formats.DASH, "mine": now or formats.DASH},
            now=stands,
            mine=now,
        )
    return True
