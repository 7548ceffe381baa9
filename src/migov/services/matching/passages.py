"""The alignments of a long document, built from its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migov.services.matching.answers import Match
from migov.services.matching.texts import Passage, split

if TYPE_CHECKING:
    from migov.services.matching.engine import Matcher

SHOWN = 5


@dataclass(frozen=True, slots=True)
class DocumentMatch:
    """An element that a document fits, with the passages that say so, the surest first.

    probability: of its surest passage. passages: how many of the document's passages suggest it is their number.
    """

    code: str
    probability: float
    suggested: bool
    passages: tuple[tuple[Passage, Match], ...]


@dataclass(frozen=True, slots=True)
class DocumentAnswer:
    """All elements that some passage of a document was suggested for, the surest first; then the best guess if there is none."""

    framework: str
    matches: tuple[DocumentMatch, ...]
    read: int
    language: str = "en"
    note: str = ""
    model: str = ""

    @property
    def nothing_fits(self) -> bool:
        return not any(match.suggested for match in self.matches)


def match_document(matcher: Matcher, pages: Sequence[str], framework: str) -> DocumentAnswer:
    """Read a document page by page (one page for a text without pages). Places are characters of the page. Raises KeyError."""
    numbered = len(pages) > 1
    passages = [p for number, page in enumerate(pages, start=1) for p in split(page, page=number if numbered else None)]
    answers = [
        answer
        for start in range(0, len(passages), 500)
        for answer in matcher.match_many([p.text for p in passages[start : start + 500]], framework)
    ]
    name = matcher.model_name(framework)
    if not answers:
        return DocumentAnswer(framework, (), 0, "und", matcher.match("", framework, top=0).note, name)
    of: dict[str, list[tuple[Passage, Match]]] = {}
    for passage, answer in zip(passages, answers, strict=True):
        for match in answer.matches:
            of.setdefault(match.code, []).append((passage, match))
    for pairs in of.values():
        pairs.sort(key=lambda pair: -pair[1].probability)
    suggested = {code: [pair for pair in pairs if pair[1].suggested] for code, pairs in of.items()}
    found = [
        DocumentMatch(code, pairs[0][1].probability, True, tuple(pairs[:SHOWN]))
        for code, pairs in suggested.items()
        if pairs
    ]
    if not found:
        code, pairs = max(of.items(), key=lambda item: item[1][0][1].probability)
        found = [DocumentMatch(code, pairs[0][1].probability, False, tuple(pairs[:1]))]
    languages = [answer.language for answer in answers]
    main = max(dict.fromkeys(languages), key=languages.count)
    note = next((answer.note for answer in answers if answer.language == main), "")
    return DocumentAnswer(
        framework, tuple(sorted(found, key=lambda m: -m.probability)), len(passages), main, note, name
    )
