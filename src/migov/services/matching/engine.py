"""The matcher: texts in, ranked elements with probability and reasons out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from migov.services.matching.answers import Answer, Framework, Match, Reason
from migov.services.matching.base import base_of
from migov.services.matching.encoder import is_installed
from migov.services.matching.features import Numbers, Reader, Seen
from migov.services.matching.learning import Learned
from migov.services.matching.reasons import Pair, reasons_of, without
from migov.services.matching.terms import Descriptions, weighed
from migov.services.matching.texts import Words, language_of, words
from migov.services.matching.vectors import recent_vectors

NARROWER = 2
EXPLAINED = 1
MOST_AT_ONCE = 2_000_000  # characters
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
        """Answers for texts, in their order. Reasons are given for what is suggested and for the best."""
        parts = _parts(texts)
        return [answer for part in parts for answer in self._match_part(part, framework, top=top, reasons=reasons)]

    def _match_part(self, texts: Sequence[str], framework: str, *, top: int | None, reasons: bool) -> list[Answer]:
        reader = self.reader(framework)
        read = [words(text) for text in texts]
        languages = [language_of(text, of) for text, of in zip(texts, read, strict=True)]
        if not texts or not reader.codes:
            return [Answer(framework, (), language, model=self.model_name(framework)) for language in languages]
        seen = reader.see_numbered(reader.read(read), self._vectors(texts))
        logits, threshold = self._logits(framework, reader, seen)
        readable = np.array([language == "en" for language in languages])
        suggested = (logits >= threshold) & readable[:, None]
        order = np.argsort(-logits, axis=1, kind="stable")
        below = reader.scores_below(seen) if reasons else None
        found = self._reasons(reader, seen, logits, suggested, order[:, :top], read, texts) if reasons else {}
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
                    _narrower(reader.below, below, row, reader.codes[column])
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
            learned = self.learned_for(framework)
            self._readers[framework] = Reader(
                known, base_of(framework), sentences=self.sentences, kept=self._kept,
                learned=None if learned is None else learned.words,
            )  # fmt: skip
        return self._readers[framework]

    def _logits(self, framework: str, reader: Reader, seen: Seen) -> tuple[Numbers, float]:
        logits, threshold = reader.logits(seen), reader.weights.threshold
        learned = self.learned_for(framework)
        if learned is None:
            return logits, threshold
        counts = reader.learned_vocabulary.find(seen.texts).counts
        return learned.corrected(logits, weighed(counts, learned.words.idf), reader.codes), learned.threshold

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        return recent_vectors(texts) if self.sentences else None

    def _reasons(
        self, reader: Reader, seen: Seen, logits: Numbers, suggested: NDArray[np.bool_], ranked: NDArray[np.intp],
        read: Sequence[Words], texts: Sequence[str],
    ) -> dict[Pair, tuple[Reason, ...]]:  # fmt: skip
        """Reasons for the best of the ranked elements of each text, and for all that are suggested; for these they have to pass the test:
        the text without these words scores lower.
        """
        code = reader.framework.code
        asked = np.take_along_axis(suggested, ranked, axis=1)
        asked[:, :EXPLAINED] = True
        rows, places = np.nonzero(asked)
        why = reasons_of(reader, seen, rows, ranked[rows, places], read, texts, self.learned_for(code))
        found = why.told(texts, read)
        pairs = list(found)
        tested = [at for at, pair in enumerate(pairs) if found[pair] and suggested[pair]]
        if tested:
            rest = why.texts_without(np.array(tested))
            vectors = (
                self._vectors([without(texts[pairs[at][0]], found[pairs[at]]) for at in tested])
                if self.sentences
                else None
            )
            after = self._logits(code, reader, reader.see_numbered(rest, vectors))[0]
            for place, at in enumerate(tested):
                if after[place, pairs[at][1]] >= logits[pairs[at]] - 1e-9:
                    found[pairs[at]] = ()
        return found


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in parts that are read at once: long ones in smaller parts, since what is seen in a part is held together."""
    start = size = 0
    for at, text in enumerate(texts):
        if at > start and size + len(text) > MOST_AT_ONCE:
            yield texts[start:at]
            start, size = at, 0
        size += len(text)
    yield texts[start:]


def _narrower(described: Descriptions, below: Numbers | None, row: int, code: str) -> tuple[str, ...]:
    """The elements below one that say most of what the text says."""
    if below is None or not below.shape[1]:
        return ()
    scores = below[row].tolist()
    ranked = sorted(described.under.get(code, ()), key=scores.__getitem__, reverse=True)
    return tuple(described.codes[at] for at in ranked[:NARROWER] if 0 < scores[at] >= 0.5 * scores[ranked[0]])
