"""How sure a figure is, and whether two systems differ: bootstrap intervals, paired tests, bounds of a share, thresholds with a bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migov.services.matching.measures import Flags, Scores

REPEATS = 2000
LEVEL = 0.95
Drawn = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """The first system's figure less the second's, its interval, and how likely one so far from nought is by chance."""

    value: float
    low: float
    high: float
    p: float


def draws(size: int, *, strata: NDArray[Any] | None = None, repeats: int = REPEATS, seed: int = 0) -> Drawn:
    """Row numbers drawn with replacement, shape (repeats, size). With `strata`, each stratum keeps its size. Same seed, same rows."""
    chance = np.random.default_rng(seed)
    if strata is None:
        return chance.integers(0, size, (repeats, size))
    drawn = np.empty((repeats, size), dtype=np.intp)
    for stratum in np.unique(strata):
        rows = np.flatnonzero(strata == stratum)
        drawn[:, rows] = rows[chance.integers(0, rows.size, (repeats, rows.size))]
    return drawn


def bootstrap(
    figure: Callable[[Drawn], float],
    size: int,
    *,
    strata: NDArray[Any] | None = None,
    repeats: int = REPEATS,
    level: float = LEVEL,
    seed: int = 0,
) -> Interval:
    """Percentile interval of a figure (Efron and Tibshirani 1993, chapter 13). `figure` is given the row numbers of one draw.

    Draws on which the figure is NaN are left out.
    """
    return interval([figure(rows) for rows in draws(size, strata=strata, repeats=repeats, seed=seed)], level)


def interval(values: Sequence[float] | Scores, level: float = LEVEL) -> Interval:
    """The middle `level` of the values; NaN where there are none."""
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[~np.isnan(numbers)]
    if not numbers.size:
        return Interval(float("nan"), float("nan"))
    low, high = np.quantile(numbers, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def paired(
    first: Callable[[Drawn], float],
    second: Callable[[Drawn], float],
    size: int,
    *,
    strata: NDArray[Any] | None = None,
    repeats: int = REPEATS,
    level: float = LEVEL,
    seed: int = 0,
) -> Difference:
    """Paired bootstrap of two systems' figures on the same texts (Berg-Kirkpatrick et al. 2012; p two-sided, at least 1/(repeats + 1))."""
    whole = np.arange(size)
    gaps = np.array([first(r) - second(r) for r in draws(size, strata=strata, repeats=repeats, seed=seed)])
    gaps = gaps[~np.isnan(gaps)]
    within = interval(gaps, level)
    tail = min((gaps <= 0).sum(), (gaps >= 0).sum())
    p = min(1.0, 2 * (int(tail) + 1) / (gaps.size + 1))
    return Difference(first(whole) - second(whole), within.low, within.high, p)


def mcnemar(right: Flags, other_right: Flags) -> float:
    """Exact McNemar test (1947): how likely two equal systems part so unevenly on the questions that only one got right."""
    from scipy.stats import binomtest

    only, only_other = int((right & ~other_right).sum()), int((~right & other_right).sum())
    return float(binomtest(only, only + only_other).pvalue) if only + only_other else 1.0


def holm(values: Sequence[float]) -> list[float]:
    """p values made good for the number of comparisons (Holm 1979), in the order given."""
    adjusted, highest = [0.0] * len(values), 0.0
    for place, at in enumerate(sorted(range(len(values)), key=lambda i: values[i])):
        highest = max(highest, min(1.0, values[at] * (len(values) - place)))
        adjusted[at] = highest
    return adjusted


def lower_bound(right: int, of: int, confidence: float = LEVEL) -> float:
    """One-sided lower bound of a share (Clopper and Pearson 1934): 0 where nothing was seen or nothing was right."""
    from scipy.stats import beta

    return float(beta.ppf(1 - confidence, right, of - right + 1)) if right else 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold gives. suggested: pairs at or above it; precision: share of them that fit, and the lower bound of that share;
    recall: share of fitting pairs found; coverage: share of texts that get a suggestion."""

    threshold: float
    suggested: int
    precision: float
    lower: float
    recall: float
    coverage: float


def curve(
    truth: Flags,
    probability: Scores,
    known: Flags | None = None,
    *,
    points: int = 20,
    confidence: float = LEVEL,
    least: int = 1,
) -> list[Point]:
    """Precision, recall and coverage from strict to lenient thresholds; the number of suggestions grows by a steady factor.

    `least`: suggestions at the strictest threshold. The bound of each point holds for that point alone. Thresholds are
    probabilities that occur, so equal ones are never parted.
    """
    judged = np.ones(truth.shape, dtype=bool) if known is None else known
    said = np.sort(probability[judged])[::-1]
    if said.size < least or not said.size:
        return []
    places = np.unique(np.geomspace(least, said.size, points).round().astype(int)) - 1
    fitting, texts = int((truth & judged).sum()), int(judged.any(axis=1).sum())
    found = []
    for threshold in np.unique(said[places])[::-1]:
        chosen = (probability >= threshold) & judged
        suggested, right = int(chosen.sum()), int((chosen & truth).sum())
        found.append(
            Point(
                threshold=float(threshold),
                suggested=suggested,
                precision=right / suggested,
                lower=lower_bound(right, suggested, confidence),
                recall=right / fitting if fitting else float("nan"),
                coverage=float(chosen.any(axis=1).sum() / texts),
            )
        )
    return found


def threshold_for(
    truth: Flags,
    probability: Scores,
    precision: float,
    known: Flags | None = None,
    *,
    confidence: float = LEVEL,
    looks: int = 8,
) -> Point | None:
    """The most lenient threshold whose precision reaches the stated one with the stated confidence; None where none can promise it.

    At most `looks` thresholds, fixed before a label is seen, are tried, each with a bound that allows for all of them (Bonferroni; the
    bound on a share as in Geifman and El-Yaniv 2017), so the promise holds for the one that is chosen. Pairs are taken as independent,
    which pairs of one text are not quite. A precision of 1 can never be promised. Raises ValueError for numbers outside 0 and 1.
    """
    if not (0 < precision <= 1 and 0 < confidence < 1):
        raise ValueError("Precision and confidence lie between 0 and 1.")
    if precision == 1:
        return None
    each = 1 - (1 - confidence) / looks
    least = ceil(log(1 - each) / log(precision))  # fewer could not pass even if all were right
    passed = [
        point
        for point in curve(truth, probability, known, points=looks, confidence=each, least=least)
        if point.lower >= precision
    ]
    return passed[-1] if passed else None
