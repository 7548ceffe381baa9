"""A proposal in a few lines, for who decides: from a frozen version, so that what is read is what was reviewed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.clearance.content import Content, Rows, Text

LONGEST = 280  # characters of a passage
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
HEADER = (
    ("header:places", ""), ("header:office", ""), ("header:donor", ""), ("header:partners", ""), ("header:owner", ""),
)  # fmt: skip


def brief(content: Content) -> list[tuple[str, str]]:
    """What it is about, for whom, where, when, with whose money: pairs of a name and a text; what is not said is left out."""
    return [(label, text) for label, text in _lines(content) if text]


def _lines(content: Content) -> Iterator[tuple[str, str]]:
    texts = {part.anchor: part.text for part in content.parts if isinstance(part, Text)}
    facts = {line.anchor: line for part in content.parts if isinstance(part, Rows) for line in part.lines}
    if "reason" in texts:
        yield _("Why it is amended"), _passage(texts["reason"])
    yield _("Objective"), _objective(content)
    yield _("The problem"), _passage(texts.get("section:rationale", ""))
    yield _("For whom"), _passage(texts.get("section:beneficiaries", ""))
    for anchor, _none in HEADER:
        line = facts.get(anchor)
        if line is not None:
            said = str(line.values.get("value") or "")
            yield line.label, "" if said == formats.DASH else said
    starts, ends = (
        facts[one].values.get("value") if one in facts else None for one in ("header:starts", "header:ends")
    )
    if starts and ends and formats.DASH not in (starts, ends):
        yield _("Dates"), formats.period(starts, ends)  # type: ignore[arg-type]


def _objective(content: Content) -> str:
    """The title of the row at the top of the results matrix."""
    for part in content.parts:
        if isinstance(part, Rows) and part.anchor == "matrix":
            top = next((line for line in part.lines if line.anchor.startswith("result:")), None)
            return str(top.values.get("title") or "") if top is not None else ""
    return ""


def _passage(text: str) -> str:
    """The first sentences of a text, as many as have room."""
    first = " ".join(text.split("\n\n")[0].split())
    if len(first) <= LONGEST:
        return first
    kept = ""
    for sentence in _SENTENCE_END.split(first):
        if len(kept) + len(sentence) > LONGEST:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or first[: LONGEST - 1].rstrip() + "…"
