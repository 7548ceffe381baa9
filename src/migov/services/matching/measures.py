"""Figures over true elements and predicted ones. Arrays have one row for each text and one column for each element.

`known` marks the pairs of text and element that somebody judged; without it all are known. Pairs that nobody judged count nowhere: they are
neither right nor wrong. A figure that the rows cannot give (nothing suggested, no text that can be ranked) is NaN.
Rankings are measured on texts that have at least one element that fits and one that does not; where both lists are complete that
leaves out only texts that nothing fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Scores = NDArray[np.floating[Any]]
Counted = NDArray[np.int64]
BINS = 10


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs by element: suggested and fitting, suggested but not fitting, fitting but not suggested, neither."""

    right: Counted
    wrong: Counted
    missed: Counted
    rest: Counted

    @property
    def precision(self) -> Scores:
        return _ratio(self.right, self.right + self.wrong)

    @property
    def recall(self) -> Scores:
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> Scores:
        """NaN for an element that fits no text: its wrong suggestions show in the micro-F1 and in the precision."""
        found = _ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)
        return np.where(self.right + self.missed > 0, found, np.nan)

    @property
    def accuracy(self) -> Scores:
        return _ratio(self.right + self.rest, self.right + self.wrong + self.missed + self.rest)

    @property
    def total(self) -> Counts:
        """All elements together, as arrays of one."""
        return Counts(*(np.array([part.sum()]) for part in (self.right, self.wrong, self.missed, self.rest)))


def count(truth: Flags, suggested: Flags, known: Flags | None = None) -> Counts:
    """Right, wrong and missed suggestions by element."""
    judged = _judged(truth, known)
    return Counts(
        (truth & suggested & judged).sum(axis=0),
        (~truth & suggested & judged).sum(axis=0),
        (truth & ~suggested & judged).sum(axis=0),
        (~truth & ~suggested & judged).sum(axis=0),
    )


def macro_f1(truth: Flags, suggested: Flags, known: Flags | None = None) -> float:
    """F1 of each element, averaged over the elements that fit at least one text (Yang and Liu 1999)."""
    return mean(count(truth, suggested, known).f1)


def micro_f1(truth: Flags, suggested: Flags, known: Flags | None = None) -> float:
    """F1 over all pairs together."""
    total = count(truth, suggested, known).total
    return float(_ratio(2 * total.right, 2 * total.right + total.wrong + total.missed)[0])


def average_accuracy(right: Flags, elements: NDArray[Any]) -> float:
    """Share of right answers for each element, averaged over the elements; `right` and `elements` have one entry for each question asked.

    The measure of the SDG Classification Benchmark, where each text is held against one goal.
    """
    _, place = np.unique(elements, return_inverse=True)
    return mean(np.bincount(place, weights=right) / np.bincount(place))


def average_precision(truth: Flags, probability: Scores, known: Flags | None = None) -> float:
    """Area below precision over recall of all pairs together, in steps (scikit-learn's average_precision_score)."""
    from sklearn.metrics import average_precision_score

    judged = _judged(truth, known)
    fits = truth[judged]
    return float(average_precision_score(fits, probability[judged])) if fits.any() else float("nan")


def rankable(truth: Flags, known: Flags | None = None) -> Flags:
    """Texts that a ranking can be measured on: something fits and something does not."""
    judged = _judged(truth, known)
    return np.asarray((truth & judged).any(axis=1) & (~truth & judged).any(axis=1))


def hits_at(truth: Flags, scores: Scores, k: int, known: Flags | None = None) -> Scores:
    """For each text that can be ranked, how many of its first k elements fit. Equal scores: the earlier column first."""
    rows = rankable(truth, known)
    first = _order(scores, _judged(truth, known))[rows, :k]
    return np.take_along_axis(truth[rows], first, axis=1).sum(axis=1).astype(float)


def precision_at_1(truth: Flags, scores: Scores, known: Flags | None = None) -> float:
    """Share of texts whose first element fits."""
    return mean(hits_at(truth, scores, 1, known))


def recall_at(truth: Flags, scores: Scores, k: int, known: Flags | None = None) -> float:
    """Share of a text's fitting elements that are among its first k, averaged over texts (Manning et al. 2008, chapter 8)."""
    fitting = (truth & _judged(truth, known)).sum(axis=1)[rankable(truth, known)]
    return mean(hits_at(truth, scores, k, known) / fitting)


def average_precision_by_text(truth: Flags, scores: Scores, known: Flags | None = None) -> Scores:
    """For each text that can be ranked, the mean precision at its fitting elements. Equal scores: the earlier column first."""
    rows = rankable(truth, known)
    order = _order(scores, _judged(truth, known))[rows]
    fits = np.take_along_axis((truth & _judged(truth, known))[rows], order, axis=1)
    at_place = fits.cumsum(axis=1) / np.arange(1, fits.shape[1] + 1)
    return np.asarray((at_place * fits).sum(axis=1) / fits.sum(axis=1))


def mean_average_precision(truth: Flags, scores: Scores, known: Flags | None = None) -> float:
    """The average precision of each text's ranking, averaged (MAP; Manning et al. 2008, chapter 8)."""
    return mean(average_precision_by_text(truth, scores, known))


def lrap(truth: Flags, scores: Scores, known: Flags | None = None) -> float:
    """Label ranking average precision (Schapire and Singer 2000; scikit-learn's). It is MAP, but equal scores count against the ranking."""
    from sklearn.metrics import label_ranking_average_precision_score

    rows, judged = rankable(truth, known), _judged(truth, known)
    if not rows.any():
        return float("nan")
    below = np.where(judged, scores, scores.min() - 1)  # what nobody judged stands last and hides nothing
    return float(label_ranking_average_precision_score((truth & judged)[rows], below[rows]))


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs of like probability: their mean probability, the share of them that fit, and how many they are."""

    predicted: float
    observed: float
    count: int


def reliability(truth: Flags, probability: Scores, known: Flags | None = None, bins: int = BINS) -> list[Bin]:
    """Bins of equal size by probability (Nguyen and O'Connor 2015). Equal probabilities are never parted, so there may be fewer bins."""
    judged = _judged(truth, known)
    said, fits = probability[judged], truth[judged]
    if not said.size:
        return []
    edges = np.unique(np.quantile(said, np.linspace(0, 1, bins + 1)[1:-1], method="lower"))
    place = np.searchsorted(edges, said, side="left")
    found = []
    for at in np.unique(place):
        here = place == at
        found.append(Bin(float(said[here].mean()), float(fits[here].mean()), int(here.sum())))
    return found


def ece(truth: Flags, probability: Scores, known: Flags | None = None, bins: int = BINS) -> float:
    """Expected calibration error: how far probability and observed share lie apart, over bins of equal size (Naeini et al. 2015)."""
    found = reliability(truth, probability, known, bins)
    pairs = sum(one.count for one in found)
    return sum(abs(one.predicted - one.observed) * one.count for one in found) / pairs if pairs else float("nan")


def brier(truth: Flags, probability: Scores, known: Flags | None = None) -> float:
    """Mean squared distance between probability and what is so (Brier 1950)."""
    judged = _judged(truth, known)
    return mean((probability[judged] - truth[judged]) ** 2)


def precision_at_coverage(
    truth: Flags, probability: Scores, shares: Sequence[float] = (0.25, 0.5, 0.75, 1.0), known: Flags | None = None
) -> list[tuple[float, float]]:
    """(share of texts, share of them whose best element fits), the surest texts first (El-Yaniv and Wiener 2010).

    Texts that nothing fits count here: their best element is wrong. Texts of equal probability on the edge count in part.
    """
    judged = _judged(truth, known)
    rows = judged.any(axis=1)
    below = np.where(judged, probability, -1.0)[rows]
    best, fits = below.max(axis=1), truth[rows][np.arange(rows.sum()), below.argmax(axis=1)].astype(float)
    found = []
    for share in shares:
        wanted = round(share * best.size)
        if not wanted:
            found.append((share, float("nan")))
            continue
        edge = np.sort(best)[-wanted]
        above, level = best > edge, best == edge
        found.append((share, float((fits[above].sum() + fits[level].mean() * (wanted - above.sum())) / wanted)))
    return found


def mean(values: Scores) -> float:
    """Mean of the values that are numbers; NaN where there is none."""
    numbers = values[~np.isnan(values)]
    return float(numbers.mean()) if numbers.size else float("nan")


def _judged(truth: Flags, known: Flags | None) -> Flags:
    return np.ones(truth.shape, dtype=bool) if known is None else known


def _order(scores: Scores, judged: Flags) -> NDArray[np.intp]:
    below = np.where(judged, scores, scores.min(initial=0) - 1)
    return np.argsort(-below, axis=1, kind="stable")


def _ratio(part: Counted, whole: Counted) -> Scores:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
