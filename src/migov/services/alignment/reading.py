"""Reasons that the matcher gave, for people: how likely an element fits, and the words that spoke for it in their sentences.

They are kept as {"probability": 0 to 1, "model": …, "note": …, "spans": [{"text": …, "marks": [[start, end], …], "from": …, "page": …}]};
services/suggestions writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.shell import formats

NAME = re.compile(r"(?P<home>\S+) base \d+(?P<sentences> \+ sentences)?(?:, learned (?P<number>\d+))?")


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


def model_words(name: str, framework: object = "") -> str:
    """A model's name for people: "gcm base 1 + sentences, learned 3" → "migov's model for GCM, with sentence meaning, learned 3".

    framework: what people call it; the code in the name, in capitals, where it is not given. Any other name is given back as it is.
    """
    found = NAME.fullmatch(str(name))
    if found is None:
        return str(name)
    if found["home"] == "generic":
        said = [_("migov's general model")]
    else:
        said = [_("migov's model for %(framework)s") % {"framework": framework or found["home"].upper()}]
    if found["sentences"]:
        said.append(_("with sentence meaning"))
    if found["number"]:
        said.append(_("learned %(number)s") % {"number": found["number"]})
    return ", ".join(said)
