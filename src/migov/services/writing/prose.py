"""The plain text of sections: how it is kept, counted, shown as paragraphs and lists. No mark-up is ever kept in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BREAK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
ITEM = re.compile(r"-\s+|[•·▪◦]\s*")  # also as text that was copied from a document has it


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (one item) or a list (its items)."""

    kind: Literal["paragraph", "list"]
    items: tuple[str, ...]


def tidy(text: str) -> str:
    """A text as it is kept: line ends as one character, no characters that a database refuses, no empty end."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return plain.encode("utf-8", "replace").decode("utf-8").rstrip()


def count(text: str) -> int:
    """Number of words: what stands between spaces and holds a letter or a digit. The page counts in the same way."""
    return sum(any(map(str.isalnum, token)) for token in text.split())


def blocks(text: str) -> list[Block]:
    """Paragraphs, which empty lines separate, and lists, whose lines begin with "- " (or a bullet)."""
    found: list[Block] = []
    for part in BREAK.split(text.strip()):
        for is_list, lines in _runs(part.splitlines()):
            kind: Literal["paragraph", "list"] = "list" if is_list else "paragraph"
            items = [ITEM.sub("", line, count=1).strip() for line in lines] if is_list else [" ".join(lines)]
            found.append(Block(kind, tuple(items)))
    return found


def _runs(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Neighbouring lines that are items of a list, and neighbouring lines that are not."""
    run: list[str] = []
    was = False
    for line in filter(None, map(str.strip, lines)):
        now = bool(ITEM.match(line))
        if run and now != was:
            yield was, run
            run = []
        run.append(line)
        was = now
    if run:
        yield was, run
