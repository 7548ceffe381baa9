"""How documents cite an act and the paragraph that is meant, and how they cut words to fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

from django.utils.translation import gettext as _

from migov.work.policy.review.table import Source

# "IV-13", "XVIII-12-a": the chapter of the depositary of the United Nations, which nobody cites an act by.
_CHAPTER = re.compile(r"[IVX]+-\d+(-[a-z])?")
# What stands behind the number of an article: "(4)", "(1)(a)", "A(2)".
_NAMED = re.compile(r"(?:(?<=\d)[A-Z])?(?:\((?:\d+|[a-z])\))*$")
_NUMBERED = re.compile(r"\(?(\d{1,2})[.)]\s")
_LETTERED = re.compile(r"\(?([a-z])[.)]\s")
_SECTIONS = re.compile(r"([A-Z])\.(?:\s|$)")
MORE = " […]"


def number(source: Source) -> tuple[str, str]:
    """What the number of an act is called, and the number; both empty where it has none that people cite it by."""
    if source.celex:
        return _("CELEX"), source.celex
    if source.number and not _CHAPTER.fullmatch(source.number):
        return _("Number"), source.number
    return "", ""


def act(source: Source) -> str:
    """An act as a footnote cites it: its official title, and its CELEX number or that of its body."""
    said = source.number if not _CHAPTER.fullmatch(source.number) else ""
    return ", ".join(
        filter(None, [source.title or source.short_title, f"CELEX {source.celex}" if source.celex else said])
    )


def short_act(source: Source) -> str:
    """An act in few words: its short title, and its CELEX number where it has one."""
    title = source.short_title or source.title
    return f"{title} (CELEX {source.celex})" if source.celex else title


def paragraph(text: str, place: str) -> str:
    """The paragraph of an article that a place names ("16(4)", "24(1)(a)", "1A(2)"), with what introduces its points.

    The whole text where the place names none, or where it cannot be cut out surely: its lines have to count from the first
    paragraph, without one that is missing or there twice.
    """
    named = _NAMED.search(place)
    if named is None or place[: named.start()].endswith(")"):
        return text
    kept = text.split("\n")
    for wanted in re.findall(r"\w+", named[0].replace("(", " ")):
        found = _cut(kept, wanted)
        if found is None:
            break
        kept = found
    return "\n".join(kept)


def _cut(lines: Sequence[str], wanted: str) -> list[str] | None:
    """The lines of a numbered or lettered part, those before the first part included; None where it is not sure which they are."""
    marks, counted = (
        (_NUMBERED, [str(one) for one in range(1, 100)]) if wanted.isdigit()
        else (_LETTERED, ascii_lowercase) if wanted.islower()
        else (_SECTIONS, ascii_uppercase)
    )  # fmt: skip
    starts = [(at, one[1]) for at, line in enumerate(lines) if (one := marks.match(line))]
    if [mark for _at, mark in starts] != list(counted[: len(starts)]) or wanted not in (mark for _at, mark in starts):
        return None
    ends = [at for at, _mark in starts[1:]] + [len(lines)]
    for (at, mark), end in zip(starts, ends, strict=True):
        if mark == wanted:
            return [*lines[: starts[0][0]], *lines[at:end]]
    return None


def shortened(words: str, length: int) -> str:
    """Words cut after at most so many characters, between two of them, with a mark that there is more."""
    words = words.strip()
    if len(words) <= length:
        return words
    room = max(length - len(MORE), 1)
    kept = words[: room + 1]
    cut = max(kept.rfind(" "), kept.rfind("\n"))
    return (kept[:cut] if cut > 0 else kept[:room]).rstrip(" \n,;:–-") + MORE
