"""Dates as sources give them: a year, a month or a day. Kept as text ("2018", "2018-05", "2018-05-13"), which also sorts."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext as _

SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def _parts(text: str) -> tuple[int, int | None, int | None]:
    found = SHAPE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year = int(found[1])
    month, day = (int(part) if part else None for part in found.groups()[1:])
    date(year, month or 1, day or 1)  # raises ValueError for the 13th month and the 31st of February
    return year, month, day


def check(text: str) -> None:
    """Raise ValidationError unless the text is a year, a month or a day. Nothing is said of an empty text."""
    if not text:
        return
    try:
        _parts(text)
    except ValueError as error:
        raise ValidationError(
            _("“%(text)s” is no date. Write a year (2018), a month (2018-05) or a day (2018-05-13)."),
            params={"text": text},
            code="partial-date",
        ) from error


def first_day(text: str) -> date:
    """The first day that a partial date may mean. Raises ValueError for a text that is none."""
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1)


def last_day(text: str) -> date:
    """The last day that a partial date may mean. Raises ValueError for a text that is none."""
    year, month, day = _parts(text)
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def words(text: str) -> str:
    """A partial date for people: "2018", "May 2018", "13 May 2018". A text that is none is given back as it is."""
    try:
        year, month, day = _parts(text)
    except ValueError:
        return text
    if month is None:
        return str(year)
    return formats.date_format(date(year, month, day or 1), "j F Y" if day else "F Y")


def attributed(source: str, as_of: str) -> str:
    """A source with the day to which it speaks: "Secretariat's list, as of May 2018". Once only where the source itself ends with it."""
    known = words(as_of)
    if not known or re.search(rf"\b{re.escape(known)}\W*$", source):
        return source
    return _("%(source)s, as of %(day)s") % {"source": source, "day": known}
