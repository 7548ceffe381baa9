"""What became of a text, word by word.

Words carry the white space after them, so that the spans put together give back either text to the last character. Texts are first
compared by paragraph, then by word inside what changed, which keeps long texts fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "out", "in"]
_PARAGRAPH = re.compile(r".+?(?:\n\s*|\Z)|\n\s*", re.DOTALL)
_SENTENCE = re.compile(r".+?(?:[.!?;:]\s+|\Z)", re.DOTALL)
_WORD = re.compile(r"\s*\S+\s*|\s+")
FINE = 60_000  # words of one side times words of the other, up to which every word is compared with every other


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words that stands in both texts, only in the earlier one (out), or only in the later one (in)."""

    kind: Kind
    text: str


def differences(before: str, after: str) -> tuple[Span, ...]:
    """The spans that lead from one text to the other, in reading order; one "same" span where nothing changed."""
    if before == after:
        return (Span("same", before),) if before else ()
    return tuple(_joined(_compare(before, after, (_PARAGRAPH, _SENTENCE, _WORD))))


def earlier(spans: Iterable[Span]) -> str:
    """The text before."""
    return "".join(span.text for span in spans if span.kind != "in")


def later(spans: Iterable[Span]) -> str:
    """The text after."""
    return "".join(span.text for span in spans if span.kind != "out")


def _compare(before: str, after: str, sizes: Sequence[re.Pattern[str]]) -> Iterator[Span]:
    """Compare by the first size of piece, and what was replaced by the next one."""
    if not before or not after:
        yield from (Span(kind, text) for kind, text in _sides(before, after) if text)
        return
    size, finer = sizes[0], sizes[1:]
    old, new = size.findall(before), size.findall(after)
    head, tail = _common(old, new)
    yield Span("same", "".join(old[:head]))
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    # Where a whole text was written anew, popular words are no landmarks: they would only cost time.
    popular = not finer and len(middle_old) * len(middle_new) > FINE
    for tag, a, b, c, d in SequenceMatcher(None, middle_old, middle_new, autojunk=popular).get_opcodes():
        left, right = "".join(middle_old[a:b]), "".join(middle_new[c:d])
        if tag == "equal":
            yield Span("same", left)
        elif finer and tag == "replace":
            yield from _compare(left, right, finer)
        else:
            yield from (Span(kind, text) for kind, text in _sides(left, right) if text)
    yield Span("same", "".join(old[len(old) - tail :]))


def _sides(before: str, after: str) -> tuple[tuple[Kind, str], tuple[Kind, str]]:
    return ("out", before), ("in", after)


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many pieces are the same at the beginning, and at the end."""
    most = min(len(old), len(new))
    head = next((n for n in range(most) if old[n] != new[n]), most)
    rest = most - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return head, tail


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Runs of one kind as one span; between two that stand in both, what went before what came."""
    out = came = same = ""
    for span in spans:
        if not span.text:
            continue
        if span.kind == "same":
            if out or came:
                yield from (Span(kind, text) for kind, text in _sides(out, came) if text)
                out = came = ""
            same += span.text
            continue
        if same:
            yield Span("same", same)
            same = ""
        if span.kind == "out":
            out += span.text
        else:
            came += span.text
    yield from (Span(kind, text) for kind, text in _sides(out, came) if text)
    if same:
        yield Span("same", same)
