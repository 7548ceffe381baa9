"""Raw values to words: numbers, dates, addresses, file names. One place, so that every format agrees."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Any
from urllib.parse import urlsplit

from django.utils import dateformat
from django.utils.translation import gettext as _

from .tree import Column, Kind, Link, Row, Table, Tone, Toned

DASH = "–"
NO_BREAK_SPACE = "\u00a0"
# Thousands and decimal separators; a language that is not listed reads as English.
SEPARATORS = {
    "en": (",", "."),
    "ru": (NO_BREAK_SPACE, ","),
    "uk": (NO_BREAK_SPACE, ","),
    "fr": (NO_BREAK_SPACE, ","),
    "tr": (".", ","),
    "es": (".", ","),
}
# What no format may carry: controls, half surrogates, the byte order mark, direction overrides (they disguise text).
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\u202a-\u202e]")
_PLANE_ENDS = re.compile(
    "[" + "".join(chr(n) for p in range(1, 17) for n in (p << 16 | 0xFFFE, p << 16 | 0xFFFF)) + "]"
)
_SCHEMES = frozenset({"http", "https", "mailto"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One formatted table cell: its words, where they lead ("" for nowhere), and whether it lines up right.

    span: over how many columns it runs; 0 for a cell that another one covers. band: whether it is of a row that heads others.
    tone: the shade behind it, if any.
    """

    text: str
    url: str = ""
    numeric: bool = False
    span: int = 1
    band: bool = False
    tone: Tone | None = None


def clean_text(text: object) -> str:
    """The text without characters that break a file or disguise what it says. Line breaks and tabs stay."""
    words = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _PLANE_ENDS.sub("", _FORBIDDEN.sub("", words))


def one_line(text: object) -> str:
    """Clean text with every run of white space turned into one space, for titles and headings."""
    return " ".join(clean_text(text).split())


def safe_url(url: str, base_url: str = "") -> str:
    """The address if it may be followed, else "". Addresses that begin with "/" get `base_url` before them."""
    address = clean_text(url).strip()
    if not address or any(character.isspace() for character in address):
        return ""
    if address.startswith("//") or "\\" in address:
        return ""
    if address.startswith("/"):
        return base_url.rstrip("/") + address
    if address.startswith("#"):
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _SCHEMES or not (parts.netloc or parts.scheme.lower() == "mailto"):
        return ""
    return address


def is_external(url: str) -> bool:
    """Whether an address can be followed from a file that has left the site."""
    return bool(url) and not url.startswith(("/", "#"))


def starts_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    for character in text[:400]:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def as_decimal(value: Any) -> Decimal | None:
    """The number as an exact decimal, or None where the value is no finite number (bool is no number)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    number = Decimal(value)
    return number if number.is_finite() else None


def format_number(number: Decimal, *, decimals: int | None = None, at_most: int = 2, language: str = "en") -> str:
    """The number with thousands separated and a true minus sign.

    decimals: exactly that many digits after the point; None shows what is there, at most `at_most`.
    """
    thousands, point = SEPARATORS.get(language.split("-")[0].lower(), SEPARATORS["en"])
    places = at_most if decimals is None else decimals
    try:
        with localcontext() as context:
            # Room for every digit of the number and of its decimals, whatever its size.
            context.prec = max(28, abs(number.adjusted()) + places + 5)
            rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return str(number)
    whole, _sep, fraction = f"{rounded.copy_abs():f}".partition(".")
    if decimals is None:
        fraction = fraction.rstrip("0")
    grouped = f"{int(whole):,}".replace(",", thousands)
    sign = "−" if rounded < 0 else ""
    return f"{sign}{grouped}{point}{fraction}" if fraction else f"{sign}{grouped}"


def format_value(value: Any, kind: Kind = "text", *, decimals: int | None = None, language: str = "en") -> str:
    """Any raw value as words. None and numbers that are not finite give a dash; a string stays as it is."""
    if value is None or value == "":
        return DASH
    if isinstance(value, Link):
        return clean_text(value.text) or clean_text(value.url)
    if isinstance(value, Toned):
        return clean_text(value.text) or DASH
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return f"{format_date(value.date(), short=True)} {value:%H:%M}"
    if isinstance(value, dt.date):
        return format_date(value, short=True)
    number = as_decimal(value)
    if number is None:
        return DASH if isinstance(value, float | Decimal) else clean_text(value)
    if kind == "percent":
        return format_number(number * 100, decimals=decimals or 0, language=language) + NO_BREAK_SPACE + "%"
    if kind == "integer":
        return format_number(number, decimals=decimals or 0, language=language)
    if kind == "money" and decimals is None:
        return format_number(number, decimals=0 if number == number.to_integral_value() else 2, language=language)
    if kind == "text":
        return str(value)
    return format_number(number, decimals=decimals, language=language)


def format_date(value: dt.date, *, short: bool = False) -> str:
    """A date in words: "30 June 2026", or "30 Jun 2026" for tables."""
    return dateformat.format(value, "j\u00a0M\u00a0Y" if short else "j\u00a0F\u00a0Y")


def format_cell(value: Any, column: Column, *, language: str, base_url: str) -> Cell:
    """One cell of a table, formatted by its column."""
    url = safe_url(value.url, base_url) if isinstance(value, Link) else ""
    if column.kind == "link" and isinstance(value, str):
        url = safe_url(value, base_url)
    text = format_value(value, column.kind, decimals=column.decimals, language=language)
    return Cell(text, url, column.numeric, tone=value.tone if isinstance(value, Toned) else None)


def format_row(row: Row, table: Table, *, language: str, base_url: str) -> list[Cell]:
    """The cells of one row in column order."""
    cells = [format_cell(row.get(c.key), c, language=language, base_url=base_url) for c in table.columns]
    is_empty = [row.get(column.key) in (None, "") for column in table.columns]
    if table.missing != DASH:
        cells = [
            replace(cell, text=table.missing) if empty else cell for cell, empty in zip(cells, is_empty, strict=True)
        ]
    if not table.band or not row.get(table.band):
        return cells
    held = next((at for at, empty in enumerate(is_empty) if at and not empty), len(cells))
    return [
        replace(
            cell, text=cell.text if at == 0 or at >= held else "", span=held if at == 0 else int(at >= held), band=True
        )
        for at, cell in enumerate(cells)
    ]


def format_rows(table: Table, *, language: str = "en", base_url: str = "") -> Iterator[list[Cell]]:
    """The body rows of a table, formatted one at a time. The total row is not among them."""
    for row in table.rows:
        yield format_row(row, table, language=language, base_url=base_url)


def total_cells(table: Table, *, language: str = "en", base_url: str = "") -> list[Cell]:
    """The total row, with "Total" in the first cell where that is left open and nothing where others are."""
    if table.total is None:
        return []
    cells = format_row(table.total, table, language=language, base_url=base_url)
    first = table.columns[0]
    if table.total.get(first.key) is None:
        cells[0] = Cell(_("Total"), numeric=False)
    return [
        Cell("", numeric=cell.numeric) if index and column.key not in table.total else cell
        for index, (cell, column) in enumerate(zip(cells, table.columns, strict=True))
    ]


def slug(text: str, fallback: str = "report") -> str:
    """A file name stem: lower-case ASCII letters, digits and hyphens, at most 80 characters."""
    folded = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    folded = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode("ascii").lower()
    stem = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:80].rstrip("-")
    return stem or fallback
