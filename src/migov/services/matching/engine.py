"""The matcher: texts in, ranked elements with probability and reasons out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from migov.services.matching.answers import Answer, Framework, Match
from migov.services.matching.base import base_of
from migov.services.matching.encoder import is_installed
from migov.services.matching.features import Numbers, Reader, Seen
from migov.services.matching.learning import Learned
from migov.services.matching.reasons import reasons_of, verified
from migov.services.matching.terms import Descriptions
from migov.services.matching.texts import language_of

NARROWER = 2
EXPLAINED = 1
NOT_ENGLISH = "The text is in another language ({language}); the matcher reads English. Nothing is suggested from it."
NO_WORDS = "There are no words to read."


class Matcher:
    """Proposes elements of frameworks for texts. The same text gets the same answer, on any machine, without the network.

    sentence_model: use the optional sentence model; None uses it where it is installed. learned: framework → what was learnt from
    reviewers' decisions. kept: a file for sentence vectors of frameworks that are not shipped. Raises NoSentenceModel when the model
    is asked for and not there.
    """

    def __init__(
        self, frameworks: Iterable[Framework], *, sentence_model: bool | None = None,
        learned: Mapping[str, Learned] | None = None, kept: Path | None = None,
    ) -> None:  # fmt: skip
        self.frameworks = {framework.code: framework for framework in frameworks}
        self.sentences = is_installed() if sentence_model is None else sentence_model
        self.learned = dict(learned or {})
        self._kept = kept
        self._readers: dict[str, Reader] = {}
        self._below: dict[str, tuple[Descriptions, dict[str, list[int]]]] = {}

    def model_name(self, framework: str) -> str:
        """What answers for a framework, e.g. ``gcm base 1 + sentences, learned 3``."""
        name = base_of(framework).name + (" + sentences" if self.sentences else "")
        learned = self.learned_for(framework)
        return name if learned is None else f"{name}, {learned.name}"

    def base_name(self, framework: str) -> str:
        """Tells one base model from another, also of one framework: what is learnt as its correction fits no other."""
        base = base_of(framework)
        return (
            f"{base.name} {base.digest or self.frameworks[framework].digest}{' + sentences' if self.sentences else ''}"
        )

    def learned_for(self, framework: str) -> Learned | None:
        """What was learnt for a framework, where it was learnt over the base model that is used here; else nothing."""
        learned = self.learned.get(framework)
        return learned if learned is not None and learned.base == self.base_name(framework) else None

    def match(self, text: str, framework: str, *, top: int | None = None, reasons: bool = True) -> Answer:
        """The elements of a framework's main level, best first. Raises KeyError for a framework it does not know."""
        return self.match_many([text], framework, top=top, reasons=reasons)[0]

    def match_many(
        self, texts: Sequence[str], framework: str, *, top: int | None = None, reasons: bool = True
    ) -> list[Answer]:
        """Answers for a chunk of texts, in their order. Reasons are given for what is suggested and for the best."""
        reader = self.reader(framework)
        if not texts or not reader.codes:
            languages = [language_of(text) for text in texts]
            return [Answer(framework, (), language, model=self.model_name(framework)) for language in languages]
        seen = reader.see(texts)
        logits, threshold = self._logits(framework, reader, seen)
        languages = [language_of(text, of) for text, of in zip(texts, seen.words, strict=True)]
        readable = np.array([language == "en" for language in languages])
        suggested = (logits >= threshold) & readable[:, None]
        order = np.argsort(-logits, axis=1, kind="stable")
        below = self._below_scores(framework, seen) if reasons else None
        asked = [
            (row, int(column))
            for row in range(len(texts))
            for place, column in enumerate(order[row][:top])
            if reasons and (place < EXPLAINED or suggested[row, column])
        ]
        found = reasons_of(reader, seen, asked, texts, self.learned_for(framework))
        wanted = [(row, column) for row, column in asked if suggested[row, column]]
        found |= verified(
            texts,
            seen.words,
            wanted,
            found,
            logits,
            lambda some, of: self._logits(framework, reader, reader.see(some, of=of))[0],
        )
        probability, limit = 1 / (1 + np.exp(-logits)), float(1 / (1 + np.exp(-threshold)))
        model = self.model_name(framework)
        scores, chances = np.round(logits, 6).tolist(), np.round(probability, 6).tolist()
        flags, ranks = suggested.tolist(), order.tolist()
        answers = []
        for row, language in enumerate(languages):
            matches = tuple(
                Match(
                    reader.codes[column],
                    scores[row][column],
                    chances[row][column],
                    flags[row][column],
                    found.get((row, column), ()),
                    self._narrower(framework, below, row, reader.codes[column])
                    if place < EXPLAINED or flags[row][column]
                    else (),
                )
                for place, column in enumerate(ranks[row][:top])
            )
            note = "" if readable[row] else NO_WORDS if language == "und" else NOT_ENGLISH.format(language=language)
            answers.append(Answer(framework, matches, language, note, model, limit))
        return answers

    def logits(self, texts: Sequence[str], framework: str) -> Numbers:
        """Only the scores: shape (texts, elements of the main level in their order)."""
        reader = self.reader(framework)
        return self._logits(framework, reader, reader.see(texts))[0]

    def reader(self, framework: str) -> Reader:
        """What reads texts for a framework. Raises KeyError."""
        if framework not in self._readers:
            known = self.frameworks[framework]
            self._readers[framework] = Reader(known, base_of(framework), sentences=self.sentences, kept=self._kept)
        return self._readers[framework]

    def _logits(self, framework: str, reader: Reader, seen: Seen) -> tuple[Numbers, float]:
        logits, threshold = reader.logits(seen), reader.weights.threshold
        learned = self.learned_for(framework)
        if learned is None:
            return logits, threshold
        return learned.adjust(logits, seen.counts, reader.codes), learned.threshold

    def _below_scores(self, framework: str, seen: Seen) -> Numbers:
        if framework not in self._below:
            described = Descriptions(self.frameworks[framework], below=True)
            mains = {element.code: element.main for element in self.frameworks[framework].elements}
            places: dict[str, list[int]] = {}
            for at, code in enumerate(described.codes):
                places.setdefault(str(mains[code]), []).append(at)
            self._below[framework] = (described, places)
        return self._below[framework][0].scores(seen.counts)

    def _narrower(self, framework: str, below: Numbers | None, row: int, code: str) -> tuple[str, ...]:
        """The elements below one that say most of what the text says."""
        if below is None or not below.shape[1]:
            return ()
        described, places = self._below[framework]
        ranked = sorted(
            ((float(below[row, at]), at) for at in places.get(code, ())), key=lambda pair: (-pair[0], pair[1])
        )
        return tuple(
            described.codes[at] for score, at in ranked[:NARROWER] if score > 0 and score >= 0.5 * ranked[0][0]
        )
