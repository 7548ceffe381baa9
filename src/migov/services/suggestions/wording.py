"""How a suggestion explains itself: the words that spoke for an element, each shown in its sentence."""

from __future__ import annotations

import re
from typing import Any

from migov.services.matching import Answer, Match, Reason
from migov.services.suggestions.sources import Wording

QUOTES = 3  # sentences shown for one suggestion
LONGEST = 500  # characters from the first of its words to the last; those further away are named without their place
AROUND = 90  # characters shown on either side of the words in a long sentence
SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")


def as_json(match: Match, answer: Answer, wording: Wording) -> dict[str, Any]:
    """The reasons of a suggestion as they are kept with it.

    {probability, threshold, model, language, note, narrower: [codes], words: [the words, strongest first],
    spans: [{text, marks: [[start, end], …], from, page}]}: each span a sentence of the text, with the places of the words in it.
    A span of a document also has {passage, places: [[start, end], …]}: the passage's number, and the words' places in the passage.
    """
    speaking = sorted((reason for reason in match.reasons if reason.weight > 0), key=lambda reason: -reason.weight)
    return {
        "probability": round(match.probability, 4),
        "threshold": round(answer.threshold, 4),
        "model": answer.model,
        "language": answer.language,
        "note": answer.note,
        "narrower": list(match.narrower),
        "words": list(dict.fromkeys(wording.text[reason.start : reason.end] for reason in speaking)),
        "spans": _quotes(speaking, wording),
    }


def _quotes(reasons: list[Reason], wording: Wording) -> list[dict[str, Any]]:
    """The sentences that hold the words, those with the strongest words first."""
    sentences: dict[tuple[int, int], list[Reason]] = {}
    for reason in reasons:
        sentences.setdefault(_sentence(wording, reason), []).append(reason)
    strongest = sorted(sentences.items(), key=lambda item: -sum(reason.weight for reason in item[1]))
    return [_quote(wording, start, end, found) for (start, end), found in strongest[:QUOTES]]


def _sentence(wording: Wording, reason: Reason) -> tuple[int, int]:
    """Beginning and end of the sentence that holds a reason, within its part; a longer reason is its own sentence."""
    begins, part = wording.at(reason.start)
    start, end = begins, begins + len(part.text)
    for gap in SENTENCE_ENDS.finditer(wording.text, begins, end):
        if gap.end() <= reason.start:
            start = gap.end()
        elif gap.start() >= reason.end:
            end = gap.start()
            break
    return start, max(end, min(reason.end, len(wording.text)))


def _quote(wording: Wording, start: int, end: int, reasons: list[Reason]) -> dict[str, Any]:
    begins, part = wording.at(start)
    marks = _merged(_together(reasons))
    first, last = _cut(wording.text, start, marks[0][0], marks[-1][1], end)
    opening, closing = "… " if first > start else "", " …" if last < end else ""
    shift = len(opening) - first
    return {
        "text": f"{opening}{wording.text[first:last]}{closing}",
        "marks": [[begin + shift, stop + shift] for begin, stop in marks],
        "from": str(part.label),
        "page": part.page,
    } | (
        {}
        if part.passage is None
        else {"passage": part.passage, "places": [[first - begins, last - begins] for first, last in marks]}
    )


def _together(reasons: list[Reason]) -> list[Reason]:
    """The strongest and those that stand near it: a text without full stops is one sentence of any length."""
    kept = reasons[:1]
    first, last = kept[0].start, kept[0].end
    for reason in reasons[1:]:
        start, end = min(first, reason.start), max(last, reason.end)
        if end - start <= LONGEST:
            kept.append(reason)
            first, last = start, end
    return kept


def _cut(text: str, start: int, opens: int, closes: int, end: int) -> tuple[int, int]:
    """Where a sentence is cut so that its words stand with at most AROUND characters on either side and none is cut in two."""
    first, last = max(start, opens - AROUND), min(end, closes + AROUND)
    if first > start:
        first = text.find(" ", first, opens) + 1 or opens
    if last < end:
        space = text.rfind(" ", closes, last)
        last = space if space >= 0 else closes
    return first, last


def _merged(reasons: list[Reason]) -> list[tuple[int, int]]:
    """The places of words in their order; those that touch or overlap become one."""
    marks: list[tuple[int, int]] = []
    for start, end in sorted((reason.start, reason.end) for reason in reasons):
        if marks and start <= marks[-1][1] + 1:
            marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
        else:
            marks.append((start, end))
    return marks
