"""What the words of a part say about migration. Only a hint for the reader: nothing of it is kept, and a person judges."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migov.work.governance.models import Presence
from migov.work.governance.unsdcf.groups import WORDS

_NAMED = re.compile(
    r"\b(?:(?:im|e|out|in)?-?migra(?:nts?|tion|tory|te[sd]?|ting)|refugees?|asylum\w*|displace(?:d|ment)|idps?|diasporas?|"
    r"remittances?|returnees?|reintegrat\w+|traffick\w+|smuggling of (?:migrants|persons)|stateless\w*|human mobility|"
    r"labou?r mobility|people on the move|population movements?|foreign workers?|border (?:management|governance)|"
    r"resettle\w+|brain drain|mixed (?:movements?|migration)|visa\w*|readmission)\b",
    re.IGNORECASE,
)
_IMPLIED = re.compile(
    r"\b(?:left (?:furthest )?behind|leav(?:e|ing) no one behind|vulnerable (?:groups?|populations?|people|persons?)|marginali[sz]ed|"
    r"mobility|cross-border|borders?|depopulation|demographic (?:change|resilience|decline)|portab\w+|decent work|"
    r"skills (?:recognition|mismatch)|human rights|organi[sz]ed crime|civil registration|identity documents?|climate shocks?|"
    r"host(?:ing)? communit\w+|non-?nationals?|all (?:people|persons) (?:in|who live))\b",
    re.IGNORECASE,
)
_GROUPS = {code: re.compile("|".join(patterns), re.IGNORECASE) for code, patterns in WORDS.items()}


@dataclass(frozen=True, slots=True)
class Hint:
    """What the words of a text suggest. presence: named, implied, or empty where no word was found. marks: places of the words."""

    presence: str
    groups: tuple[str, ...]
    words: tuple[str, ...]
    marks: tuple[tuple[int, int], ...]


def hint(text: str) -> Hint:
    """Read a text. Only English words are known."""
    named = [found.span() for found in _NAMED.finditer(text)]
    spans = list(named)
    groups = []
    for code, pattern in _GROUPS.items():
        found = [one.span() for one in pattern.finditer(text)]
        if found:
            groups.append(code)
            spans += found
    loud = bool(spans)
    spans += [found.span() for found in _IMPLIED.finditer(text)]
    presence = Presence.NAMED if loud else Presence.IMPLIED if spans else ""
    marks = _joined(spans)
    words = tuple(dict.fromkeys(" ".join(text[start:end].lower().split()) for start, end in marks))
    return Hint(str(presence), tuple(groups), words, marks)


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Places in order; those that overlap become one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)
