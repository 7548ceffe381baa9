"""How well people agree who judged the same things: raw agreement, Cohen's kappa, Krippendorff's alpha."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Agreement:
    """pairs: things judged by two; agreed: of these, judged alike; kappa: None where undefined (one answer throughout, or no pairs)."""

    pairs: int
    agreed: int
    kappa: float | None

    @property
    def share(self) -> float | None:
        """Raw agreement, 0 to 1; None without pairs."""
        return self.agreed / self.pairs if self.pairs else None


def agreement(first: Sequence[Any], second: Sequence[Any]) -> Agreement:
    """Two people's answers to the same questions, in the same order. Raises ValueError where the lists differ in length."""
    if len(first) != len(second):
        raise ValueError("Two lists of answers of the same length are needed.")
    return Agreement(len(first), sum(a == b for a, b in zip(first, second, strict=True)), cohens_kappa(first, second))


def cohens_kappa(first: Sequence[Any], second: Sequence[Any]) -> float | None:
    """Agreement beyond chance of two people (Cohen 1960; scikit-learn's): 1 is full, 0 is what chance gives.

    None where both gave one and the same answer throughout, or none: chance alone would then agree in full.
    """
    from sklearn.metrics import cohen_kappa_score

    if len(set(first) | set(second)) < 2:
        return None
    return float(cohen_kappa_score(first, second))


def krippendorffs_alpha(judged: Sequence[Sequence[Hashable | None]]) -> float | None:
    """Agreement beyond chance of any number of people, with gaps (Krippendorff 2004, chapter 11, nominal data).

    One inner list for each thing judged, with the answers in any order; None is no answer. Things with fewer than two answers count
    nowhere. None where all answers are the same, or none can be paired.
    """
    together: defaultdict[tuple[Hashable, Hashable], float] = defaultdict(float)
    for answers in judged:
        given = [answer for answer in answers if answer is not None]
        for i, one in enumerate(given):
            for j, other in enumerate(given):
                if i != j:
                    together[one, other] += 1 / (len(given) - 1)
    if not together:
        return None
    values: defaultdict[Hashable, float] = defaultdict(float)
    for (one, _), weight in together.items():
        values[one] += weight
    counts = np.array(list(values.values()), dtype=float)
    total = counts.sum()
    expected = total**2 - (counts**2).sum()
    if not expected:
        return None
    differing = sum(weight for (one, other), weight in together.items() if one != other)
    return float(1 - (total - 1) * differing / expected)
