"""Why: the words of a text that raised an element's score.

Each feature over words is taken apart into what each word adds to the logit (for the linear ones exactly, for the logarithms by their
mean slope). Words that stand together make one reason. For what is suggested the reasons are then put to the test: the text without
them has to score lower, else they are not given as reasons.

All pairs of a text and an element that are asked for in a chunk are worked on together: the words of their texts stand in one long row,
pair after pair, and a text that is asked for two elements stands there twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from migov.services.matching.answers import Reason
from migov.services.matching.features import REL_SCALE, Numbers, Reader, Seen
from migov.services.matching.numbered import Grams, Numbered, Places, runs
from migov.services.matching.terms import weighed
from migov.services.matching.texts import Words

if TYPE_CHECKING:
    from migov.services.matching.learning import Learned

MOST = 6
LEAST_PART = 0.12
Pair = tuple[int, int]


@dataclass(frozen=True)
class Pairs:
    """The pairs asked for, and where the words of each begin in the long row. Every text asked for has words."""

    rows: Places
    columns: Places
    seen: Seen

    @cached_property
    def sizes(self) -> Places:
        """How many words the text of each pair has."""
        return np.asarray(np.diff(self.seen.texts.starts)[self.rows])

    @cached_property
    def starts(self) -> Places:
        return np.asarray(np.cumsum(self.sizes) - self.sizes)

    @cached_property
    def shift(self) -> Places:
        """From a word's place in the chunk to its place in the long row."""
        return self.starts - self.seen.texts.starts[self.rows]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Reasons:
    """Runs of words, pair by pair and of each the strongest first: the pair, its first and last word in the long row, what it adds."""

    asked: Pairs
    pair: Places
    first: Places
    last: Places
    worth: Numbers

    def told(self, texts: Sequence[str], words: Sequence[Words]) -> dict[Pair, tuple[Reason, ...]]:
        """For each pair its reasons in the text, at most six."""
        found: list[list[Reason]] = [[] for _ in range(len(self.asked))]
        rows = self.asked.rows.tolist()
        first, last = (self.first - self.asked.starts[self.pair]), (self.last - self.asked.starts[self.pair])
        for pair, a, b, worth in zip(*(x.tolist() for x in (self.pair, first, last, self.worth)), strict=True):
            row = rows[pair]
            start, end = words[row].starts[a], words[row].ends[b]
            found[pair].append(Reason(start, end, texts[row][start:end], round(worth, 4)))
        return dict(zip(zip(rows, self.asked.columns.tolist(), strict=True), map(tuple, found), strict=True))

    def texts_without(self, wanted: Places) -> Numbered:
        """The texts of some pairs (by their numbers), each without the words of its reasons."""
        change = np.zeros(int(self.asked.sizes.sum()) + 1, dtype=np.int64)
        np.add.at(change, self.first, 1)
        np.add.at(change, self.last + 1, -1)
        kept = np.cumsum(change)[:-1] == 0
        _pair, at = runs(self.asked.starts[wanted], self.asked.sizes[wanted])
        return self.asked.seen.texts.copies(self.asked.rows[wanted], kept[at])


def reasons_of(
    reader: Reader, seen: Seen, rows: Places, columns: Places, words: Sequence[Words], texts: Sequence[str],
    learned: Learned | None,
) -> Reasons:  # fmt: skip
    """Reasons for some pairs of a text and an element. Texts without words have none, and are left out."""
    with_words = np.diff(seen.texts.starts)[rows] > 0
    asked = Pairs(rows[with_words], columns[with_words], seen)
    added = _added(reader, asked, learned)
    pair_of = np.repeat(np.arange(len(asked)), asked.sizes)
    strongest = np.maximum.reduceat(added, asked.starts) if len(asked) else added
    least = np.where(strongest > 0, LEAST_PART * strongest, np.inf)
    at = np.flatnonzero(added >= least[pair_of])
    pair = pair_of[at]
    joined = _joined(reader, asked, at, pair, words, texts)
    run = np.cumsum(~joined) - 1
    first, last = np.flatnonzero(~joined), np.flatnonzero(np.append(~joined[1:], True))[: len(at)]
    worth, of = _summed(run, added[at], len(first)), pair[first]
    order = np.lexsort((-worth, of))
    rank = np.arange(len(order)) - np.searchsorted(of, of)  # of is in order, and stays so when sorted by it first
    kept = order[rank < MOST]
    return Reasons(asked, of[kept], at[first[kept]], at[last[kept]], worth[kept])


def _added(reader: Reader, asked: Pairs, learned: Learned | None) -> Numbers:
    """What each word of the long row adds to the logit of its pair's element."""
    seen, weigh = asked.seen, dict(zip(reader.weights.names, map(float, reader.weights.values), strict=True))
    places: list[Places] = []
    worths: list[Numbers] = []

    def share(grams: Grams, pair: Places, at: Places, worth: Numbers) -> None:
        """Half of a gram's worth for its first word, half for its last."""
        shift = asked.shift[pair]
        places.extend([grams.first[at] + shift, grams.last[at] + shift])
        worths.extend([worth / 2, worth / 2])

    grams = seen.grams
    pair, at = _of(grams, asked)
    often, number, column = grams.each(grams.counts)[at], grams.numbers[at], asked.columns[pair]
    worth = reader.described[number, column] * (weigh.get("bm", 0.0) / seen.spread[asked.rows[pair]] / often)
    if seen.tfidf is not None:
        at_base = reader.columns[column]
        heads = np.where(at_base >= 0, reader.word_heads[number, at_base], 0.0)
        # Each gram stands here as often as in the text.
        worth += heads * (weigh.get("words", 0.0) * grams.each(seen.tfidf)[at] / often)
    share(grams, pair, at, worth)
    if learned is not None:
        grams = reader.learned_vocabulary.find(seen.texts)
        pair, at = _of(grams, asked)
        share(grams, pair, at, _learned_worth(reader, grams, at, asked.columns[pair], learned))
    hit_places, hit_worths = _phrases(asked, weigh)
    return _summed(np.concatenate([*places, hit_places]), np.concatenate([*worths, hit_worths]), int(asked.sizes.sum()))


def _summed(places: Places, worths: Numbers, size: int) -> Numbers:
    return np.asarray(np.bincount(places, weights=worths, minlength=size), dtype=np.float64)


def _of(grams: Grams, asked: Pairs) -> tuple[Places, Places]:
    """The grams of each pair's text: the pair, and where the gram stands among all."""
    return runs(grams.starts[asked.rows], np.diff(grams.starts)[asked.rows])


def _learned_worth(reader: Reader, grams: Grams, at: Places, columns: Places, learned: Learned) -> Numbers:
    """What grams add by what was learnt from decisions."""
    places = {code: place for place, code in enumerate(learned.codes)}
    heads = np.stack([
        learned.heads[:, places[code]] if code in places else np.zeros(len(learned.heads)) for code in reader.codes
    ], axis=1)  # fmt: skip
    part = grams.each(weighed(grams.counts, learned.words.idf)) / (1 + np.log(grams.each(grams.counts)))
    return np.asarray(heads[grams.numbers[at], columns] * part[at])


def _phrases(asked: Pairs, weigh: dict[str, float]) -> tuple[Places, Numbers]:
    """What the phrases that speak for each pair's element add to their words: places in the long row, and worths."""
    seen, width = asked.seen, asked.seen.good.shape[1]
    good, bad = seen.good[asked.rows, asked.columns], seen.bad[asked.rows, asked.columns]
    slope = weigh.get("net", 0.0) * np.log1p(np.maximum(good - bad, 0)) / np.where(good > 0, good, 1)
    slope += weigh.get("rel", 0.0) * REL_SCALE / (seen.good.sum(axis=1)[asked.rows] + 1)
    hits, of = seen.hits, seen.hits.rows * width + seen.hits.columns
    wanted = asked.rows * width + asked.columns
    begin = np.searchsorted(of, wanted)
    pair, at = runs(begin, np.searchsorted(of, wanted, side="right") - begin)
    speaks = hits.weights[at] > 0
    pair, at = pair[speaks], at[speaks]
    sizes = hits.ends[at] - hits.starts[at]
    phrase, place = runs(hits.starts[at], sizes)
    pair, worth = pair[phrase], (slope[pair] * hits.weights[at] / sizes)[phrase]
    inside = place < seen.texts.starts[asked.rows[pair] + 1]
    return (place + asked.shift[pair])[inside], worth[inside]


def _joined(
    reader: Reader, asked: Pairs, at: Places, pair: Places, words: Sequence[Words], texts: Sequence[str]
) -> NDArray[np.bool_]:
    """Whether each of the words `at` stands together with the one before: at most one small word between, and no end of a line."""
    joined = np.zeros(len(at), dtype=bool)
    if len(at) < 2:
        return joined
    chunk = asked.seen.texts
    between = chunk.stems[at[1:] - 1 - asked.shift[pair[1:]]]
    gap = np.diff(at)
    joined[1:] = (pair[1:] == pair[:-1]) & ((gap == 1) | ((gap == 2) & reader.alphabet.is_small[between]))
    rows = asked.rows[pair]
    lines = np.array(["\n" in text for text in texts])
    local = at - asked.starts[pair]
    for place in np.flatnonzero(joined & lines[rows]).tolist():
        row = int(rows[place])
        if "\n" in texts[row][words[row].ends[local[place - 1]] : words[row].starts[local[place]]]:
            joined[place] = False
    return joined


def without(text: str, reasons: Iterable[Reason]) -> str:
    """A text with the words of some reasons taken out."""
    for reason in sorted(reasons, key=lambda one: -one.start):
        text = f"{text[: reason.start]} {text[reason.end :]}"
    return text
