"""What the matcher is given and what it answers: frameworks and elements in, matches with reasons out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a framework, in the words that describe it. `main`: the element of the main level that it counts under."""

    code: str
    title: str
    kind: str = ""
    parent: str | None = None
    main: str | None = None
    scope: str = ""
    text: str = ""
    terms: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All that describes it, as one text."""
        return ". ".join(part for part in (self.title, self.scope, self.text, "; ".join(self.terms)) if part)


@dataclass(frozen=True)
class Framework:
    """A framework as the matcher knows it. Only elements of the main level are scored; those below them describe them."""

    code: str
    title: str
    elements: tuple[Element, ...]

    @cached_property
    def main(self) -> tuple[Element, ...]:
        """The elements that are scored, in their order."""
        return tuple(element for element in self.elements if element.main == element.code)

    @cached_property
    def digest(self) -> str:
        """Tells whether two frameworks read the same, 16 hexadecimal digits."""
        return hashlib.sha256(repr(self.elements).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Reason:
    """Words of the text that speak for an element: their place in it (characters), and their part of the score in logits."""

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Match:
    """An element with how well it fits. score: logits; probability: that a reviewer would confirm it, 0 to 1.

    suggested: the probability reaches the framework's threshold. narrower: codes of elements below it that lie closest to the text.
    """

    code: str
    score: float
    probability: float
    suggested: bool
    reasons: tuple[Reason, ...] = ()
    narrower: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """All elements of a framework's main level, best first, for one text. No match is suggested where nothing fits."""

    framework: str
    matches: tuple[Match, ...]
    language: str = "en"
    note: str = ""
    model: str = ""
    threshold: float = 0.5

    @property
    def suggested(self) -> tuple[Match, ...]:
        return tuple(match for match in self.matches if match.suggested)

    @property
    def nothing_fits(self) -> bool:
        """No element reaches the threshold."""
        return not any(match.suggested for match in self.matches)

    def __iter__(self) -> Iterator[Match]:
        return iter(self.matches)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the elements that fit it and those that do not. Elements in neither are unknown when `complete` is false."""

    text: str
    fits: frozenset[str] = field(default_factory=frozenset)
    rejected: frozenset[str] = field(default_factory=frozenset)
    complete: bool = True
    key: str = ""
