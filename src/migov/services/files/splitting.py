"""A document's pages as one text, and its passages with their place in it. Knows no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from migov.services.matching.texts import Passage, language_of, split

PAGE_ENDS = "\f"
ENOUGH = 20  # passages by which the language of a document is told


@dataclass(frozen=True, slots=True)
class Split:
    """text: all pages, parted by PAGE_ENDS. passages: with places in `text`. cut: there was more."""

    text: str
    passages: tuple[Passage, ...]
    cut: bool = False


def split_pages(pages: Sequence[str], *, numbered: bool, most: int) -> Split:
    """Pages as one text of at most `most` characters, with the passages of each page. numbered: passages say their page."""
    kept: list[str] = []
    passages: list[Passage] = []
    start = 0
    cut = False
    for number, page in enumerate(pages, start=1):
        text = page.replace("\x00", "").replace(PAGE_ENDS, "\n")
        if start + len(text) > most:
            text, cut = text[: max(most - start, 0)], True
        passages += [_placed(p, start) for p in split(text, page=number if numbered else None) if p.text.strip()]
        kept.append(text)
        start += len(text) + len(PAGE_ENDS)
        if cut:
            break
    return Split(PAGE_ENDS.join(kept), tuple(passages), cut)


def _placed(passage: Passage, shift: int) -> Passage:
    """A passage of a page in the whole text, without blanks around it."""
    lead = len(passage.text) - len(passage.text.lstrip())
    text = passage.text.strip()
    start = shift + passage.start + lead
    return Passage(text, start, start + len(text), passage.page)


def language(passages: Sequence[Passage]) -> str:
    """The language in which most of the passages are, of those spread over the document; "" where there are no words."""
    step = max(len(passages) // ENOUGH, 1)
    found = [language_of(passage.text) for passage in passages[::step]]
    found = [code for code in found if code != "und"]
    return max(dict.fromkeys(found), key=found.count) if found else ""
