"""From published text to values: dates, numbers, yes and no. Each rule answers None where the text does not say."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)").fullmatch
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?").fullmatch
DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d|[T ]\d\d:\d\d.*)?").fullmatch
REMEMBERED_DAYS = 20_000

_days: dict[str, str | None] = {}


def day(text: str | None) -> str | None:
    """The day that a published date names, as ISO text; a time or a time zone behind it is left off."""
    if not text:
        return None
    try:
        return _days[text]
    except KeyError:
        pass
    if len(_days) > REMEMBERED_DAYS:
        _days.clear()
    match = DAY(text.strip())
    found = match[1] if match else None
    if found is not None:
        try:
            date.fromisoformat(found)
        except ValueError:
            found = None
    _days[text] = found
    return found


def moment(text: str | None) -> datetime | None:
    """The moment that a published date-time names; taken as UTC where it gives no time zone."""
    if not text:
        return None
    text = text.strip()
    fraction = re.search(r"\.(\d{7,})", text)  # more digits than a moment here can hold
    if fraction:
        text = text.replace(fraction[1], fraction[1][:6])
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def number(text: str | None, whole: int, decimals: int) -> tuple[str | None, bool]:
    """A number as decimal text, and whether the published text gives exactly that number without a guess.

    ``"1500.5"`` gives ``("1500.5", True)``; ``"1,500.50"`` gives ``("1500.50", False)``: commas between groups of three digits can
    hardly mean anything else, but it is a guess. Digits beyond `decimals` are rounded (False). None for anything else ("12,5" might be
    either), and for more than `whole` digits before the point.
    """
    if not text:
        return None, False
    text = text.strip()
    exact = True
    if not PLAIN(text):
        if not GROUPED(text):
            return None, False
        text, exact = text.replace(",", ""), False
    point = text.find(".")
    if (len(text) if point < 0 else point) > whole:
        amount = Decimal(text)
        if abs(amount) >= Decimal(1).scaleb(whole):
            return None, False
        text = f"{amount:f}"
        point = text.find(".")
    if point >= 0 and len(text) - point - 1 > decimals:
        try:
            rounded = Decimal(text).quantize(Decimal(1).scaleb(-decimals))
        except InvalidOperation:
            return None, False
        exact = exact and rounded == Decimal(text)
        text = f"{rounded:f}"
    return text, exact


def flag(text: str | None) -> bool | None:
    """Yes or no as XML Schema writes it."""
    if text is None:
        return None
    return {"1": True, "true": True, "0": False, "false": False}.get(text.strip().lower())


def small(text: str | None, highest: int = 32767) -> int | None:
    """A small whole number, not negative."""
    text = (text or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 5 or int(text) > highest:
        return None
    return int(text)


# Codes of IATI 1.x, as 2.x numbers them.
ROLES = {"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"}
DATES = {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4"}
TRANSACTIONS = {
    "IF": "1", "C": "2", "D": "3", "E": "4", "IR": "5", "LR": "6", "R": "7", "QP": "8", "Q-P": "8", "QS": "9", "Q-S": "9",
    "CG": "10",
}  # fmt: skip
STAGES = {"1": "proposal", "2": "active", "3": "closing", "4": "closed", "5": "withdrawn", "6": "suspended"}
MEASURES = {"1": "number", "2": "percentage", "3": "nominal", "4": "ordinal", "5": "qualitative"}
LEVELS = {"1": "output", "2": "outcome", "3": "impact", "9": "other"}
