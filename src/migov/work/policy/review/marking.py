"""Words of a provision shown in short, with those marked that made the ranker propose it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

SHOWN = 300
BEFORE = 60


def passage(text: str, words: Sequence[str], most: int = SHOWN) -> SafeString:
    """A passage of a text around the first of some words, all of them marked; the beginning where none stands in it."""
    plain = " ".join(text.split())
    finder = _finder(words)
    first = finder.search(plain) if finder else None
    start = max(0, first.start() - BEFORE) if first and len(plain) > most else 0
    if start:
        start = plain.find(" ", start) + 1
    shown = plain[start : start + most]
    cut = len(plain) > start + most
    if cut:
        shown = shown.rsplit(" ", 1)[0]
    return format_html("{}{}{}", "… " if start else "", _marked(shown, finder), " …" if cut else "")


def _finder(words: Sequence[str]) -> re.Pattern[str] | None:
    known = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not known:
        return None
    return re.compile(r"\b(?:" + "|".join(re.escape(word) for word in known) + r")\b", re.IGNORECASE)


def _marked(text: str, finder: re.Pattern[str] | None) -> SafeString:
    if finder is None:
        return escape(text)
    pieces, at = [], 0
    for found in finder.finditer(text):
        pieces += [escape(text[at : found.start()]), format_html("<mark>{}</mark>", found.group())]
        at = found.end()
    pieces.append(escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308  (every piece is escaped above)
