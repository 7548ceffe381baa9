"""What of a piece of work concerns one reviewer: the places that the seat was asked for, those that speak of its theme, and those
on which the reviewer has remarked. Found from the rules of the seat and the words of the work; nobody has to mark anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from django.utils.translation import gettext as _

from migov.foundation.people.models import Role, Theme
from migov.services.clearance.content import Content, Line, Part, Rows, Text
from migov.services.clearance.models import Review, ReviewRule
from migov.services.clearance.queries import Thread
from migov.services.clearance.subjects import asks_everything

MATRIX, ALIGNMENTS, HEADER = "matrix", "alignments", "header"
# Words of the names of themes that stand in every proposal of a migration office, and so tell nothing.
EVERYWHERE = frozenset(
    {"migration", "migrant", "migrants", "human", "development", "change", "governance", "management", "programme", "mobility"}
)  # fmt: skip
OFTEN = 2  # times that a text names what it speaks of
LONG = 5  # letters that a telling word has at least
STEM = 7  # letters by which a word is known again in another form: "traffick-ing", "traffick-ed"


def focus(content: Content, seat: Review | None, threads: Iterable[Thread], person: int) -> Mapping[str, str]:
    """Anchor → why the place concerns who sits there, in reading order; of all of a table, only the table. One query with a seat.

    person: key of the reviewer, whose remarks of earlier rounds are a reason as well.
    """
    found: dict[str, str] = {}
    rules = list(ReviewRule.objects.filter(code__in=seat.rule.split()).select_related("theme")) if seat else []
    own = {one.remark.anchor for one in threads if one.remark.by_id == person}
    themes = {rule.theme for rule in rules if rule.theme} | ({seat.theme} if seat and seat.theme else set())
    telling = [(theme, pattern) for theme in sorted(themes, key=str) if (pattern := _pattern(theme))]
    for part in content.parts:
        whole = _whole(part, rules)
        if why := whole or _spoken_of(part, telling):
            found[part.anchor] = why
        elif part.anchor in own:
            found[part.anchor] = _("your comment")
        if isinstance(part, Rows) and part.anchor != HEADER:
            for line in part.lines:
                if line.anchor in own:
                    found[line.anchor] = _("your comment")
                elif not whole and (why := _spoken_of(line, telling)):
                    found[line.anchor] = why
    return found


def _whole(part: Part, rules: Iterable[ReviewRule]) -> str:
    """Why all of a part concerns a seat by the kind of rule that asked for it."""
    if any(asks_everything(rule.subject, rule.role) for rule in rules):
        return _("asked for all of it")
    if not isinstance(part, Rows):
        return ""
    money = any(heading.kind == "money" for heading in part.headings)
    for rule in rules:
        if rule.role == Role.MANDE and part.anchor == MATRIX:
            return _("asked for results")
        if money and (rule.at_least is not None or rule.donor or rule.role == Role.MANAGEMENT):
            return _("asked for the budget")
        if rule.role == Role.POLICY and part.anchor == ALIGNMENTS:
            return _("asked for policy")
    return ""


def _pattern(theme: Theme) -> re.Pattern[str] | None:
    words = [word for word in re.findall(r"[^\W\d_]+", theme.name.casefold()) if len(word) >= LONG]
    stems = sorted({re.escape(word[:STEM]) for word in words if word not in EVERYWHERE})
    return re.compile(rf"\b(?:{'|'.join(stems)})", re.IGNORECASE) if stems else None


def _spoken_of(what: Part | Line, telling: Iterable[tuple[Theme, re.Pattern[str]]]) -> str:
    """The first theme of which a text speaks more than once, or a row at all."""
    if isinstance(what, Rows):
        return ""
    if isinstance(what, Text):
        text, often = f"{what.title}\n{what.text}", OFTEN
    else:
        text, often = "\n".join([what.label, *(value for value in what.values.values() if isinstance(value, str))]), 1
    for theme, pattern in telling:
        if sum(1 for _found in islice(pattern.finditer(text), often)) == often:
            return _("speaks of: %s") % theme.name
    return ""


def grouped(
    concerns: Mapping[str, str], names: Mapping[str, str], most: int
) -> list[tuple[str, list[tuple[str, str]], int]]:
    """The reasons in reading order, each with its places (anchor, name), at most so many, and how many more there are."""
    found: dict[str, list[tuple[str, str]]] = {}
    for anchor, why in concerns.items():
        found.setdefault(why, []).append((anchor, names.get(anchor, anchor)))
    return [(why, places[:most], max(len(places) - most, 0)) for why, places in found.items()]
