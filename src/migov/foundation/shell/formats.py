"""How figures, money, dates and places are written: one way for every page, usable outside templates too."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

NBSP = "\u00a0"
DASH = "–"
MINUS = "−"
STEPS = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
KOSOVO_NOTE = "* References to Kosovo shall be understood in the context of UN Security Council resolution 1244 (1999)."


def as_decimal(value: Any) -> Decimal | None:
    """The value as a finite decimal, or None where it is empty or not a number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def number(value: Any, decimals: int | None = None) -> str:
    """1234567.5 → "1,234,567.5". Empty → "–"; text that is no number stays.

    decimals: digits after the point; None shows as many as the value needs, at most two.
    """
    found = as_decimal(value)
    if found is None:
        return DASH if value is None or value == "" else str(value)
    rounded = found.quantize(Decimal(1).scaleb(-(2 if decimals is None else decimals)), ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS if rounded < 0 else ''}{text}"


def compact(value: Any) -> str:
    """8,412,333 → "8.4 M"; 61,240 → "61.2 k"; below 1,000 in whole numbers."""
    found = as_decimal(value)
    if found is None:
        return number(value)
    for step, sign in STEPS:
        # 999,950 is shown as 1.0 M, not as 1,000.0 k.
        if abs(found) >= step - step / 20_000:
            return f"{number(found / step, 1)}{NBSP}{sign}"
    return number(found, 0)


def money(amount: Any, currency: str = "") -> str:
    """The amount in whole units with its currency: "1,240,000 USD"."""
    if as_decimal(amount) is None:
        return DASH
    return f"{number(amount, 0)}{NBSP}{currency}".rstrip(NBSP)


def percent(share: Any, decimals: int = 0) -> str:
    """A share as a percentage: 0.65 → "65 %"."""
    found = as_decimal(share)
    return DASH if found is None else f"{number(found * 100, decimals)}{NBSP}%"


def day(value: date | datetime | str | None) -> str:
    """31 March 2025. A moment is shown as the day it was here; text of the form 2025-03-31 is read."""
    if not value:
        return DASH
    if isinstance(value, str):
        try:
            return day(date.fromisoformat(value[:10]))
        except ValueError:
            return value
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return f"{value.day}{NBSP}{_month(value.month)} {value.year}"


def moment(value: datetime | None) -> str:
    """31 March 2025, 14:05 (local time)."""
    if not value:
        return DASH
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}, {local:%H:%M}"


def period(starts: date | None, ends: date | None) -> str:
    """A time span in the fewest words: "2023", "2023–2025", "1 April – 30 June 2025", "3–4 May 2024", "from 1 May 2024"."""
    if starts is None and ends is None:
        return DASH
    if starts is None:
        return _("until %(day)s") % {"day": day(ends)}
    if ends is None:
        return _("from %(day)s") % {"day": day(starts)}
    if (starts.month, starts.day, ends.month, ends.day) == (1, 1, 12, 31):
        return f"{starts.year}" if starts.year == ends.year else f"{starts.year}–{ends.year}"
    if starts == ends:
        return day(starts)
    if (starts.year, starts.month) == (ends.year, ends.month):
        return f"{starts.day}–{day(ends)}"
    first = f"{starts.day}{NBSP}{_month(starts.month)}" if starts.year == ends.year else day(starts)
    return f"{first} – {day(ends)}"


def place(value: Any) -> str:
    """A place's short name, with the asterisk of its footnote where it has one: "Kosovo*"."""
    if not value:
        return DASH
    name = str(getattr(value, "short_name", value))
    return f"{name.rstrip('*')}*" if getattr(value, "needs_footnote", False) else name


def _month(month: int) -> str:
    return str(MONTHS[month])
