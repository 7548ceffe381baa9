"""How good a matcher is on labelled texts: one call gives every figure, with intervals, and says what was counted.

The figures themselves are in measures.py, resampling.py and agreement.py; the names used outside are gathered here.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from migov.services.matching import measures
from migov.services.matching.agreement import Agreement, agreement, cohens_kappa, krippendorffs_alpha
from migov.services.matching.answers import Answer, Framework, Labelled
from migov.services.matching.labelled import LabelledRefused, read_labelled
from migov.services.matching.measures import Bin, Flags, Scores
from migov.services.matching.resampling import Drawn, Interval, Point, curve, draws, interval, threshold_for

__all__ = [
    "Agreement",
    "ElementFigures",
    "Evaluation",
    "Judged",
    "LabelledRefused",
    "UnknownCodes",
    "agreement",
    "cohens_kappa",
    "evaluate",
    "evaluate_file",
    "figures",
    "judged",
    "krippendorffs_alpha",
    "predictions",
    "read_labelled",
]

AT_ONCE = 1000
REPEATS = 1000


class AnyMatcher(Protocol):
    """What is needed of a matcher here."""

    @property
    def frameworks(self) -> Mapping[str, Framework]: ...

    def model_name(self, framework: str, /) -> str: ...

    def match_many(
        self, texts: Sequence[str], framework: str, *, top: int | None = None, reasons: bool = True
    ) -> list[Answer]: ...


class UnknownCodes(ValueError):
    """Labels name elements that the framework does not have, or that stand above its main level."""

    def __init__(self, framework: str, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        shown = ", ".join(codes[:20]) + (", …" if len(codes) > 20 else "")
        super().__init__(f"Not at or below the main level of “{framework}”: {shown}")


@dataclass(frozen=True)
class Judged:
    """Labels on the main level as arrays, texts by elements: what fits, and which pairs somebody judged."""

    codes: tuple[str, ...]
    truth: Flags
    known: Flags


@dataclass(frozen=True)
class Predicted:
    """Answers as arrays, texts by elements. rank: higher stands earlier in the answer."""

    probability: Scores
    rank: Scores
    suggested: Flags
    threshold: float
    languages: dict[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class ElementFigures:
    """One element: how many texts it fits, how many it was suggested for, and how well. NaN where nothing can be said."""

    code: str
    fitting: int
    suggested: int
    precision: float
    recall: float
    f1: float
    accuracy: float


@dataclass(frozen=True)
class Evaluation:
    """All figures of one matcher on one set of texts. `figures` by name (see evaluate), `intervals` of those that have one."""

    framework: str
    model: str
    texts: int
    pairs: int
    threshold: float
    figures: dict[str, float]
    intervals: dict[str, Interval]
    elements: tuple[ElementFigures, ...]
    reliability: tuple[Bin, ...]
    curve: tuple[Point, ...]
    promise: float
    confidence: float
    threshold_for_promise: Point | None
    precision_at_coverage: tuple[tuple[float, float], ...]
    languages: dict[str, int] = field(default_factory=dict)
    texts_per_second: float = float("nan")

    def to_dict(self) -> dict[str, Any]:
        """For JSON: plain lists and numbers, null where a figure is not defined."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def figures(
    truth: Flags, probability: Scores, known: Flags | None = None, *, threshold: float = 0.5, rank: Scores | None = None
) -> dict[str, Any]:
    """The figures of a model card, from arrays of texts by elements. `rank` orders the elements of a text where the probability does not.

    macro_f1, average_precision, ece, brier, p_at_1, r_at_5, precision, coverage (share of texts that get a suggestion), and
    reliability: [[mean predicted, observed, count], …]. None where a figure is not defined.
    """
    rank = probability if rank is None else rank
    seen = np.ones(truth.shape, dtype=bool) if known is None else known
    chosen = (probability >= threshold) & seen
    found = {
        "macro_f1": measures.macro_f1(truth, chosen, known),
        "average_precision": measures.average_precision(truth, probability, known),
        "ece": measures.ece(truth, probability, known),
        "brier": measures.brier(truth, probability, known),
        "p_at_1": measures.precision_at_1(truth, rank, known),
        "r_at_5": measures.recall_at(truth, rank, 5, known),
        "precision": float(measures.count(truth, chosen, known).total.precision[0]),
        "coverage": measures.mean(chosen[seen.any(axis=1)].any(axis=1).astype(float)),
        "reliability": [[b.predicted, b.observed, b.count] for b in measures.reliability(truth, probability, known)],
    }
    plain: dict[str, Any] = _plain(found)
    return plain


def judged(framework: Framework, labelled: Sequence[Labelled]) -> Judged:
    """Labels brought to the main level. Raises UnknownCodes.

    A code below the main level fits with the element it counts under. A rejected code below it says nothing of that element, which
    may fit for another reason; it only counts where the text's labels are complete.
    """
    main = {element.code: element.main for element in framework.elements}
    strange = sorted({code for one in labelled for code in one.fits | one.rejected if main.get(code) is None})
    if strange:
        raise UnknownCodes(framework.code, strange)
    codes = tuple(element.code for element in framework.main)
    column = {code: at for at, code in enumerate(codes)}
    truth = np.zeros((len(labelled), len(codes)), dtype=bool)
    known = np.zeros_like(truth)
    for row, one in enumerate(labelled):
        for code in one.fits:
            truth[row, column[main[code] or code]] = True
        for code in one.rejected & column.keys():
            known[row, column[code]] = True
        known[row] |= one.complete
    return Judged(codes, truth, known | truth)


def predictions(matcher: AnyMatcher, framework: str, texts: Sequence[str]) -> Predicted:
    """Every element of the main level for every text, and how long it took (without reasons, in chunks of a thousand)."""
    codes = [element.code for element in matcher.frameworks[framework].main]
    column = {code: at for at, code in enumerate(codes)}
    probability = np.zeros((len(texts), len(codes)))
    rank = np.full_like(probability, -len(codes))
    suggested = np.zeros(probability.shape, dtype=bool)
    languages: Counter[str] = Counter()
    threshold, seconds, row = float("nan"), 0.0, 0
    for start in range(0, len(texts), AT_ONCE):
        began = time.perf_counter()
        answers = matcher.match_many(texts[start : start + AT_ONCE], framework, reasons=False)
        seconds += time.perf_counter() - began
        for answer in answers:
            languages[answer.language] += 1
            threshold = answer.threshold
            for place, match in enumerate(answer.matches):
                at = column[match.code]
                probability[row, at], rank[row, at], suggested[row, at] = match.probability, -place, match.suggested
            row += 1
    return Predicted(probability, rank, suggested, threshold, dict(languages), seconds)


def evaluate(
    matcher: AnyMatcher,
    framework: str,
    labelled: Sequence[Labelled],
    *,
    threshold: float | None = None,
    promise: float = 0.8,
    confidence: float = 0.95,
    repeats: int = REPEATS,
    seed: int = 0,
) -> Evaluation:
    """Measure a matcher on labelled texts. Raises UnknownCodes, KeyError for an unknown framework, ValueError without texts.

    threshold: what counts as suggested; by default what the matcher itself suggests. promise: the precision to find a threshold for.
    Intervals are bootstrap intervals over texts (95 %), with the stated number of draws. Figures: macro_f1, micro_f1, precision, recall,
    accuracy (of each element, averaged), coverage (share of texts that get a suggestion), nothing_right (of the fully labelled texts that
    nothing fits, the share that get none), p_at_1, r_at_3, r_at_5, map, lrap, average_precision, ece, brier.
    """
    if not labelled:
        raise ValueError("There is no labelled text to measure on.")
    labels = judged(matcher.frameworks[framework], labelled)
    said = predictions(matcher, framework, [one.text for one in labelled])
    truth, known = labels.truth, labels.known
    suggested = said.suggested if threshold is None else said.probability >= threshold
    suggested = suggested & known
    counts = measures.count(truth, suggested, known)
    complete = np.array([one.complete for one in labelled])

    def counted(rows: Drawn | slice) -> dict[str, float]:
        t, s, k = truth[rows], suggested[rows], known[rows]
        per = measures.count(t, s, k)
        some, asked, empty = s.any(axis=1), k.any(axis=1), complete[rows] & ~t.any(axis=1)
        return {
            "macro_f1": measures.mean(per.f1),
            "micro_f1": measures.micro_f1(t, s, k),
            "precision": float(per.total.precision[0]),
            "recall": float(per.total.recall[0]),
            "accuracy": measures.mean(per.accuracy),
            "coverage": measures.mean(np.asarray(some)[asked].astype(float)),
            "nothing_right": 1 - measures.mean(np.asarray(some)[empty].astype(float)),
        }

    fitting = truth.sum(axis=1)[measures.rankable(truth, known)]
    by_text = {
        "p_at_1": measures.hits_at(truth, said.rank, 1, known),
        "r_at_3": measures.hits_at(truth, said.rank, 3, known) / fitting,
        "r_at_5": measures.hits_at(truth, said.rank, 5, known) / fitting,
        "map": measures.average_precision_by_text(truth, said.rank, known),
    }
    drawn = [counted(rows) for rows in draws(len(labelled), repeats=repeats, seed=seed)]
    intervals = {name: interval([one[name] for one in drawn]) for name in drawn[0]} if drawn else {}
    for name, values in by_text.items():
        if values.size and repeats:
            intervals[name] = interval(values[draws(values.size, repeats=repeats, seed=seed)].mean(axis=1))
    return Evaluation(
        framework=framework,
        model=matcher.model_name(framework),
        texts=len(labelled),
        pairs=int(known.sum()),
        threshold=said.threshold if threshold is None else threshold,
        figures={
            **counted(slice(None)),
            **{name: measures.mean(values) for name, values in by_text.items()},
            "lrap": measures.lrap(truth, said.rank, known),
            "average_precision": measures.average_precision(truth, said.probability, known),
            "ece": measures.ece(truth, said.probability, known),
            "brier": measures.brier(truth, said.probability, known),
        },
        intervals=intervals,
        elements=tuple(
            ElementFigures(code, int(fits), int(named), *(float(value) for value in rest))
            for code, fits, named, *rest in zip(
                labels.codes,
                counts.right + counts.missed,
                counts.right + counts.wrong,
                counts.precision,
                counts.recall,
                counts.f1,
                counts.accuracy,
                strict=True,
            )
        ),
        reliability=tuple(measures.reliability(truth, said.probability, known)),
        curve=tuple(curve(truth, said.probability, known, confidence=confidence)),
        promise=promise,
        confidence=confidence,
        threshold_for_promise=threshold_for(truth, said.probability, promise, known, confidence=confidence),
        precision_at_coverage=tuple(measures.precision_at_coverage(truth, said.probability, known=known)),
        languages=said.languages,
        texts_per_second=len(labelled) / said.seconds if said.seconds else float("nan"),
    )


def evaluate_file(path: Path | str, matcher: AnyMatcher, framework: str, **options: Any) -> Evaluation:
    """Measure a matcher on a file of labelled texts (see read_labelled; options as of evaluate). Raises LabelledRefused, OSError too."""
    return evaluate(matcher, framework, read_labelled(path), **options)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return None if np.isnan(value) else float(value)
    return value
