"""Asking the matcher about what is read of records: short texts as they are, long documents passage by passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from migov.services.matching.answers import Answer, Match, Reason
from migov.services.suggestions.sources import Wording

if TYPE_CHECKING:
    from migov.services.matching import DocumentMatch, Matcher

# Passages that are read while a person waits, by whether the sentence model is used: it takes some tenths of a second for each, and
# for each framework.
PARTS_AT_ONCE = {False: 60, True: 4}


def is_long(reader: Matcher, wording: Wording) -> bool:
    """Whether reading a record takes longer than a page may."""
    return wording.by_passage and len(wording.parts) > PARTS_AT_ONCE[bool(getattr(reader, "sentences", False))]


def answers(reader: Matcher, wordings: Sequence[Wording], framework: str) -> list[Answer]:
    """What the matcher says of each wording, in their order. Raises KeyError for a framework it does not know."""
    short = [wording.text for wording in wordings if not wording.by_passage]
    told = iter(reader.match_many(short, framework) if short else ())
    return [of_document(reader, wording, framework) if wording.by_passage else next(told) for wording in wordings]


def of_document(reader: Matcher, wording: Wording, framework: str) -> Answer:
    """What the matcher says of a document: the elements that some of its passages are suggested for, the surest first, with the words
    of those passages as reasons, placed in the wording. Where no passage is, the best guess.
    """
    # Imported here: it brings numerical libraries that most processes never need.
    from migov.services.matching import match_document

    # Each passage is given as a page of its own, so that what is found in it is found again by the page's number.
    said = match_document(reader, [part.text for part in wording.parts], framework)
    matches = tuple(_match(one, wording) for one in said.matches)
    threshold = reader.match("", framework, top=0, reasons=False).threshold
    return Answer(framework, matches, said.language, said.note, said.model, threshold)


def _match(one: DocumentMatch, wording: Wording) -> Match:
    best = one.passages[0][1]
    reasons = tuple(_reasons(one, wording))
    return Match(one.code, best.score, one.probability, one.suggested, reasons, best.narrower)


def _reasons(one: DocumentMatch, wording: Wording) -> Iterator[Reason]:
    for passage, match in one.passages:
        shift = wording.starts[(passage.page or 1) - 1] + passage.start
        for reason in match.reasons:
            yield Reason(reason.start + shift, reason.end + shift, reason.text, reason.weight)
