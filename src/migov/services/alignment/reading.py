"""Reasons that the matcher gave, for people: how likely an element fits, and the words that spoke for it in their sentences.

They are kept as {"probability": 0 to 1, "model": …, "note": …, "spans": [{"text": …, "marks": [[start, end], …], "from": …, "page": …}]};
services/suggestions writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.shell import formats


def is_reading(reasons: Any) -> bool:
    """Whether reasons are those of the matcher."""
    return isinstance(reasons, Mapping) and isinstance(reasons.get("probability"), int | float) and "spans" in reasons


def surest_first(rows: Iterable[Any]) -> list[Any]:
    """Proposals in the order in which people should look at them: those that have no reading as they stood, then the surest."""
    return sorted(rows, key=lambda row: -row.reasons["probability"] if is_reading(row.reasons) else -2.0)


def pieces(span: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """A span of kept reasons as pieces of text, each with whether it is one of the words."""
    text, at = str(span.get("text", "")), 0
    for start, end in span.get("marks", ()):
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at:], False


def likelihood(probability: float) -> str:
    """A probability in words. The steps are those people agree on most when they read such words."""
    for least, words in (
        (0.95, _("almost certainly fits")),
        (0.8, _("very likely fits")),
        (0.6, _("likely fits")),
        (0.4, _("may fit")),
        (0.2, _("less likely than not")),
    ):
        if probability >= least:
            return words
    return _("unlikely to fit")


def chance(probability: float) -> str:
    """A probability in whole percent, "over 99 %" or "under 1 %" at the ends: the matcher is never certain."""
    if probability > 0.99:
        return _("over %(percent)s") % {"percent": formats.percent(0.99)}
    if probability < 0.01:
        return _("under %(percent)s") % {"percent": formats.percent(0.01)}
    return formats.percent(probability)
