"""Why: the words of a text that raised an element's score.

Each feature over words is taken apart into what each word adds to the logit (for the linear ones exactly, for the logarithms by their
mean slope). Words that stand together make one reason. For what is suggested the reasons are then put to the test: the text without
them has to score lower, else they are not given as reasons.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from migov.services.matching.answers import Reason
from migov.services.matching.features import REL_SCALE, Numbers, Reader, Seen
from migov.services.matching.terms import STOP_STEMS, grams
from migov.services.matching.texts import Words

if TYPE_CHECKING:
    from migov.services.matching.learning import Learned

MOST = 6
LEAST_PART = 0.12
Pair = tuple[int, int]


def reasons_of(
    reader: Reader, seen: Seen, asked: Iterable[Pair], texts: Sequence[str], learned: Learned | None
) -> dict[Pair, tuple[Reason, ...]]:
    """Reasons for some (text, element) pairs, strongest first, at most six each."""
    weigh = dict(zip(reader.weights.names, map(float, reader.weights.values), strict=True))
    found: dict[Pair, tuple[Reason, ...]] = {}
    taken: dict[int, _Grams] = {}
    for row, column in asked:
        if not seen.words[row].stems:
            continue
        of = taken.get(row)
        if of is None:
            of = taken[row] = _Grams(reader, seen, row, weigh)
        added = of.added(column, learned, reader.codes[column])
        _phrases(added, reader, seen, row, column, weigh)
        found[row, column] = _spans(added.tolist(), seen, row, texts[row])
    return found


class _Grams:
    """The words and pairs of one text with what each may add, ready to be weighed for one element after another."""

    def __init__(self, reader: Reader, seen: Seen, row: int, weigh: dict[str, float]) -> None:
        self.counts, self.length = seen.counts[row], len(seen.words[row].stems)
        described = reader.descriptions.vocabulary.get
        words = reader.base.words if seen.tfidf is not None else None
        learnt = (words.at if words is not None else dict[str, int]()).get
        held = [
            (gram, first, last, described(gram, -1), learnt(gram, -1)) for gram, first, last in grams(seen.words[row])
        ]
        names, firsts, lasts, bm_at, word_at = zip(*held, strict=True) if held else ((), (), (), (), ())
        self.names: tuple[str, ...] = names
        self._places = np.array([*firsts, *lasts], dtype=np.intp)
        self._bm_at, self._word_at = np.array(bm_at, dtype=np.intp), np.array(word_at, dtype=np.intp)
        often = np.array([self.counts[gram] for gram in names], dtype=float)
        self._bm = reader.descriptions.weights
        self._bm_part = weigh.get("bm", 0.0) / float(seen.spread[row]) / np.maximum(often, 1)
        self._columns, self._heads = reader.columns, reader.base.word_heads
        self._word_part = np.zeros(len(names))
        if words is not None and names:
            raw = np.where(self._word_at >= 0, words.idf[self._word_at] * (1 + np.log(often)), 0.0)
            # Each gram stands here as often as in the text, and counts once for the length.
            length = float(np.sqrt((raw**2 / often).sum()))
            self._word_part = weigh.get("words", 0.0) * raw / max(length, 1e-12) / often

    def added(self, column: int, learned: Learned | None, code: str) -> Numbers:
        """What each word adds to the logit of an element."""
        worth = np.zeros(len(self.names))
        if len(self._bm):
            worth += np.where(self._bm_at >= 0, self._bm[self._bm_at, column], 0.0) * self._bm_part
        at_base = int(self._columns[column])
        if at_base >= 0 and len(self._heads):
            worth += np.where(self._word_at >= 0, self._heads[self._word_at, at_base], 0.0) * self._word_part
        if learned is not None:
            worth += np.array([learned.worth(gram, code, self.counts) for gram in self.names])
        halves = np.concatenate([worth, worth]) / 2
        return np.asarray(np.bincount(self._places, weights=halves, minlength=self.length), dtype=np.float64)


def _phrases(added: Numbers, reader: Reader, seen: Seen, row: int, column: int, weigh: dict[str, float]) -> None:
    good, bad = seen.good[row, column], seen.bad[row, column]
    rest = max(good - bad, 0.0)
    slope = weigh.get("net", 0.0) * (np.log1p(rest) / good if good else 0.0)
    slope += weigh.get("rel", 0.0) * REL_SCALE / (seen.good[row].sum() + 1)
    for hit in seen.hits[row]:
        if hit.column == column and hit.weight > 0:
            added[hit.start : hit.end] += slope * hit.weight / (hit.end - hit.start)


def _spans(added: Sequence[float], seen: Seen, row: int, text: str) -> tuple[Reason, ...]:
    words = seen.words[row]
    strongest = max(added)
    if strongest <= 0:
        return ()
    runs: list[list[int]] = []
    for at, worth in enumerate(added):
        if worth < LEAST_PART * strongest:
            continue
        before = runs[-1][-1] if runs else -9
        if _joins(words.stems, before, at) and "\n" not in text[words.ends[before] : words.starts[at]]:
            runs[-1].append(at)
        else:
            runs.append([at])
    weighed = sorted(((sum(added[at] for at in run), run) for run in runs), key=lambda pair: -pair[0])[:MOST]
    return tuple(_reason(words.starts[run[0]], words.ends[run[-1]], text, worth) for worth, run in weighed)


def _reason(start: int, end: int, text: str, worth: float) -> Reason:
    return Reason(start, end, text[start:end], round(worth, 4))


def _joins(stems: Sequence[str], before: int, at: int) -> bool:
    """Whether two words stand together, with at most one small word between."""
    return at == before + 1 or (at == before + 2 and stems[before + 1] in STOP_STEMS)


def without(text: str, reasons: Iterable[Reason]) -> str:
    """A text with the words of some reasons taken out."""
    for reason in sorted(reasons, key=lambda one: -one.start):
        text = f"{text[: reason.start]} {text[reason.end :]}"
    return text


def verified(
    texts: Sequence[str], words: Sequence[Words], wanted: Sequence[Pair], found: dict[Pair, tuple[Reason, ...]], logits: Numbers,
    score: Callable[[list[str], list[Words]], Numbers],
) -> dict[Pair, tuple[Reason, ...]]:  # fmt: skip
    """The pairs whose reasons fail the test, with no reasons: deleting the words does not lower the score."""
    checked = [pair for pair in wanted if found.get(pair)]
    if not checked:
        return {}
    rest = [without(texts[row], found[row, column]) for row, column in checked]
    after = score(rest, [_other_words(words[row], found[row, column]) for row, column in checked])
    return {
        (row, column): () for at, (row, column) in enumerate(checked) if after[at, column] >= logits[row, column] - 1e-9
    }


def _other_words(of: Words, reasons: Iterable[Reason]) -> Words:
    """The words of a text that stand in none of its reasons. Only the stems are kept: this text is not explained."""
    kept = bytearray(b"\x01") * len(of.stems)
    for reason in reasons:
        first, last = bisect_left(of.starts, reason.start), bisect_left(of.starts, reason.end)
        kept[first:last] = bytes(last - first)
    return Words(list(compress(of.stems, kept)), [], [], of.length)
