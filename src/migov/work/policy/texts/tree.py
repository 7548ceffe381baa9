"""What was found in a text: a tree of pieces, and what there is to doubt about it. Knows no Django."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from migov.work.policy.texts.numerals import safe

CONTAINERS = ("part", "title", "chapter", "section", "schedule")
UNITS = {"article": "art", "section": "sec", "clause": "clause", "regulation": "reg", "rule": "rule"}
SHORT = {
    "part": "part", "title": "title", "chapter": "chp", "section": "sec", "schedule": "sch", "paragraph": "para", "point": "point",
    "text": "text",
}  # fmt: skip


@dataclass(slots=True)
class Piece:
    """A provision. kind: as in ProvisionKind. unit: what an article is called here ("section", "clause"), empty for all others.

    number: without brackets. text: its own words, those of the pieces below it left out; several paragraphs are parted by line ends.
    line: where it begins in the file, from 1. eid, label: given by `name`.
    """

    kind: str
    number: str = ""
    heading: str = ""
    text: str = ""
    line: int = 0
    unit: str = ""
    application: str = ""
    eid: str = ""
    label: str = ""
    children: list[Piece] = field(default_factory=list)

    def walk(self) -> Iterator[Piece]:
        """This piece and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def words(self) -> str:
        """All words without its own number: heading, own text, and what stands below with its numbers ("1. …", "(a) …")."""
        below = (marked(child.kind, child.number, child.words()) for child in self.children)
        return "\n".join(filter(None, (self.heading, self.text, *below)))


@dataclass(slots=True)
class Outline:
    """A text and its structure. preface: the words before the first piece. closing: those after the last (who signed, where).

    attached: further texts in the same file, such as regulations printed behind their act. doubts: what a person should look at.
    """

    title: str = ""
    preface: str = ""
    closing: str = ""
    pieces: list[Piece] = field(default_factory=list)
    attached: list[Outline] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def walk(self) -> Iterator[Piece]:
        """All pieces in reading order, without those of attached texts."""
        for piece in self.pieces:
            yield from piece.walk()

    def articles(self) -> list[Piece]:
        """The articles (sections, clauses) in reading order."""
        return [piece for piece in self.walk() if piece.kind == "article"]


def marked(kind: str, number: str, text: str) -> str:
    """The words of a provision with its number before them, as it is printed: "1. …", "(a) …"."""
    if not number or kind not in ("paragraph", "point"):
        return text
    return (
        f"{number}. {text}".rstrip() if kind == "paragraph" and number[0].isdigit() else f"({number}) {text}".rstrip()
    )


def digest(words: str) -> str:
    """A digest of words without case, spaces and punctuation: what says the same has the same. Numbers count as words."""
    return sha256("".join(re.findall(r"[^\W_]+", words.casefold())).encode()).hexdigest()


def name(outline: Outline) -> Outline:
    """Give every piece its identifier and label. Identifiers are those of Akoma Ntoso, articles without what stands above them."""
    used: Counter[str] = Counter()
    _name_all(outline.pieces, "", "", used)
    for place, other in enumerate(outline.attached, 1):
        _name_all(other.pieces, f"att_{place}", "", used)
    return outline


def _name_all(pieces: list[Piece], above: str, cited: str, used: Counter[str]) -> None:
    lists = 1
    seen: Counter[str] = Counter()
    for place, piece in enumerate(pieces):
        if piece.kind == "point" and place and pieces[place - 1].kind != "point" and seen["point"]:
            lists += 1
        seen[piece.kind] += 1
        number = safe(piece.number) or str(seen[piece.kind])
        if piece.kind == "article":
            attached = above.split("__")[0] if above.startswith("att_") else ""
            eid = f"{UNITS.get(piece.unit, 'art')}_{number}"
            eid = f"{attached}__{eid}" if attached else eid
            word = (piece.unit or "article").capitalize()
            piece.label = f"{word} {piece.number}" if piece.number else (piece.heading[:120] or word)
        else:
            step = f"{SHORT[piece.kind]}_{number}"
            if piece.kind == "point":
                step = f"list_{lists}__{step}"
            eid = f"{above}__{step}" if above else step
            piece.label = _label(piece, cited)
        used[eid] += 1
        piece.eid = eid if used[eid] == 1 else f"{eid}-{used[eid]}"
        used[piece.eid] += used[eid] > 1
        inside = piece.label if piece.kind in ("article", "paragraph", "point", "schedule") else ""
        _name_all(piece.children, piece.eid, inside, used)


def _label(piece: Piece, cited: str) -> str:
    if piece.kind == "text":
        return cited or "Text"
    if piece.kind in ("paragraph", "point"):
        said = f"({piece.number})" if piece.number else ""
        return f"{cited}{said}" or "Point"
    return f"{piece.kind.capitalize()} {piece.number}".strip()


def as_json(outline: Outline) -> dict[str, Any]:
    """The structure as `migov policy outline --json` prints it; see docs/policy-texts.md."""
    parts: list[dict[str, Any]] = []
    chapters: list[dict[str, Any]] = []
    articles: list[dict[str, Any]] = []
    schedules: list[dict[str, Any]] = []

    def walk(pieces: list[Piece], part: str, chapter: str) -> None:
        for piece in pieces:
            said = {"kind": piece.kind, "number": piece.number, "heading": piece.heading}
            inner = part, chapter
            if piece.kind == "schedule":
                schedules.append(said)
            elif piece.kind in ("part", "title"):
                parts.append(said)
                inner = piece.number, ""
            elif piece.kind in ("chapter", "section"):
                chapters.append(said)
                inner = part, piece.number
            elif piece.kind == "article":
                articles.append(
                    {"number": piece.number, "heading": piece.heading, "kind": piece.unit or "article", "part": part, "chapter": chapter,
                     "eid": piece.eid}
                )  # fmt: skip
            walk(piece.children, *inner)

    walk(outline.pieces, "", "")
    counts = Counter(piece.kind for piece in outline.walk())
    return {
        "title": outline.title,
        "parts": parts,
        "chapters": chapters,
        "articles": articles,
        "schedules": schedules,
        "counts": {f"{kind}s": counts[kind] for kind in (*CONTAINERS, "article", "paragraph", "point")},
        "attached": [as_json(other) for other in outline.attached],
        "doubts": outline.doubts,
    }
