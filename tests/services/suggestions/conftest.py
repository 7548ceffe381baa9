"""A matcher that tests can predict, in the place of the real one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import pytest

from migov.services.matching import Answer, Framework, Match, Reason
from migov.services.suggestions import matcher

# Word → the elements it speaks for, with the probability that it gives. All else fits with 4 percent.
WORDS = {
    "trafficking": {"gcm": {"10": 0.92}, "migof": {"P1": 0.55}},
    "smuggling": {"gcm": {"9": 0.81}},
    "border": {"gcm": {"11": 0.62, "9": 0.3}},
    "housing": {"gcm": {"15": 0.35}},
}
ELSE = 0.04
THRESHOLD = 0.5


class PredictableMatcher:
    """Answers by WORDS. `model` and `words` may be changed by a test, as if another model had been put in use."""

    def __init__(self, frameworks: Sequence[Framework]) -> None:
        self.frameworks = {framework.code: framework for framework in frameworks}
        self.model = "test 1"
        self.words = WORDS
        self.read: list[tuple[str, str]] = []

    def model_name(self, framework: str) -> str:
        return f"{framework} {self.model}"

    def match(self, text: str, framework: str, *, top: int | None = None, reasons: bool = True) -> Answer:
        self.read.append((framework, text))
        best: dict[str, tuple[float, tuple[Reason, ...]]] = {}
        for word, speaks in self.words.items():
            found = re.search(word, text, re.IGNORECASE)
            for code, probability in speaks.get(framework, {}).items():
                if found and probability > best.get(code, (0.0, ()))[0]:
                    best[code] = (probability, (Reason(found.start(), found.end(), found.group(), 2.0),))
        matches = [
            Match(element.code, math.log(p / (1 - p)), p, p >= THRESHOLD, reasons_ if reasons else ())
            for element in self.frameworks[framework].main
            for p, reasons_ in [best.get(element.code, (ELSE, ()))]
        ]
        matches.sort(key=lambda match: -match.probability)
        note = "Read in French; the matcher knows English best." if "traite" in text else ""
        return Answer(
            framework, tuple(matches[:top]), language="fr" if note else "en", note=note,
            model=self.model_name(framework), threshold=THRESHOLD,
        )  # fmt: skip

    def match_many(self, texts: Sequence[str], framework: str, **how: Any) -> list[Answer]:
        return [self.match(text, framework, **how) for text in texts]


@pytest.fixture
def reader(db: None, monkeypatch: pytest.MonkeyPatch) -> PredictableMatcher:
    """The matcher in use, for the shipped frameworks."""
    predictable = PredictableMatcher(matcher.read_frameworks(["gcm", "migof"]))
    monkeypatch.setattr(matcher, "current", lambda: predictable)
    return predictable
