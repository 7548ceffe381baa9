"""What reviewers' decisions add to the base model of a framework: a linear correction, kept only where it is better on decisions not seen.

    logit = slope x base logit + start of the element + weights of the element · TF-IDF of the words

With no decisions the correction is nothing; a penalty holds it near nothing until decisions pull it away, so that the first twenty-five
cannot make it much worse and the first thousand can teach it much.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import exp, log
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from migov.services.matching.answers import Labelled
from migov.services.matching.evaluation import figures, judged
from migov.services.matching.leakage import duplicates, split
from migov.services.matching.resampling import threshold_for
from migov.services.matching.terms import TfIdf, counts
from migov.services.matching.texts import words

if TYPE_CHECKING:
    from migov.services.matching.engine import Matcher

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

PENALTIES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
START_PENALTY, SLOPE_PENALTY = 2.0, 40.0
UNJUDGED = 0.25
HELD_OUT, PARTS = 0.25, 4
PROMISE = 0.8
FEWEST = 20


class TooFewDecisions(ValueError):
    """There is not enough to learn from, or nothing of one of the two kinds."""


@dataclass(frozen=True)
class Learned:
    """The correction of one framework. Columns of the heads are `codes`. `base`: the base model that it corrects; it fits no other."""

    framework: str
    name: str
    codes: tuple[str, ...]
    words: TfIdf
    heads: Numbers
    starts: Numbers
    slope: float
    threshold: float
    base: str = ""

    def adjust(self, logits: Numbers, texts: Sequence[dict[str, int]], codes: Sequence[str]) -> Numbers:
        """Base logits (texts, elements) with the correction; elements that it does not know keep slope times theirs."""
        return self.corrected(logits, self.words.transform(texts), codes)

    def corrected(self, logits: Numbers, rows: sp.csr_matrix, codes: Sequence[str]) -> Numbers:
        """The same, of texts given as rows of TF-IDF over the vocabulary of `words`."""
        correction = rows @ self.heads + self.starts
        places = {code: at for at, code in enumerate(self.codes)}
        out = self.slope * logits
        for at, code in enumerate(codes):
            if code in places:
                out[:, at] += correction[:, places[code]]
        return out

    def dump(self) -> bytes:
        """As bytes that `load` reads; numbers and names only."""
        out = BytesIO()
        np.savez_compressed(
            out, framework=np.array(self.framework), name=np.array(self.name), codes=np.array(self.codes),
            vocabulary=np.array("\n".join(self.words.vocabulary)), idf=self.words.idf, heads=self.heads.astype(np.float32),
            starts=self.starts, rest=np.array([self.slope, self.threshold]), base=np.array(self.base),
        )  # fmt: skip
        return out.getvalue()

    @classmethod
    def load(cls, data: bytes) -> Learned:
        """Raises ValueError for bytes that `dump` did not make."""
        try:
            with np.load(BytesIO(data), allow_pickle=False) as held:
                vocabulary = str(held["vocabulary"])
                slope, threshold = map(float, held["rest"])
                made = cls(
                    str(held["framework"]), str(held["name"]), tuple(map(str, held["codes"])),
                    TfIdf(vocabulary.split("\n") if vocabulary else [], held["idf"].astype(np.float64)),
                    held["heads"].astype(np.float64), held["starts"].astype(np.float64), slope, threshold, str(held["base"]),
                )  # fmt: skip
        except (KeyError, OSError, EOFError, ValueError, TypeError, BadZipFile, zlib.error) as problem:
            raise ValueError(f"This is not a learned model: {problem}") from None
        grams, elements = len(made.words.vocabulary), len(made.codes)
        shapes = (made.heads.shape, made.starts.shape, made.words.idf.shape)
        finite = all(np.isfinite(held).all() for held in (made.heads, made.starts, made.words.idf, [slope, threshold]))
        if shapes != ((grams, elements), (elements,), (grams,)) or not finite:
            raise ValueError("This is not a learned model: its numbers do not fit together.")
        return made


@dataclass(frozen=True)
class Trained:
    """What training gave: the correction, its card, and whether it was better than the base model on what it had not seen."""

    learned: Learned
    card: dict[str, Any]
    better: bool


def learn(
    matcher: Matcher, framework: str, labelled: Sequence[Labelled], *, seed: int = 0, name: str = "learned"
) -> Trained:
    """Learn from labelled texts and say, on a quarter of them held out, whether it is better than the base model.

    Near-duplicates are removed first and kept on one side of every split. The penalty is chosen on the other three quarters; what is
    given back is learnt from all. Better: lower log loss on the pairs held out, and no worse average precision (by more than 0.005).
    The same texts and seed give the same model. Raises TooFewDecisions, UnknownCodes, KeyError.
    """
    repeated = {leak.index for leak in duplicates([one.text for one in labelled])}
    kept = [one for at, one in enumerate(labelled) if at not in repeated and one.text.strip()]
    known = judged(matcher.frameworks[framework], kept) if kept else None
    if (
        known is None
        or int(known.known.sum()) < FEWEST
        or not known.truth.any()
        or not (known.known & ~known.truth).any()
    ):
        number = int(known.known.sum()) if known is not None else 0
        raise TooFewDecisions(f"{FEWEST} decisions are needed, confirmed and rejected ones; there are {number}.")
    base = _BaseScores(matcher, framework)
    train, test = split(kept, HELD_OUT, seed)
    penalty, limit = _choose(base, framework, train, seed)
    trial = _fit(base, framework, train, penalty, "trial", limit)
    said = judged(matcher.frameworks[framework], test)
    logits, texts = base.of(test), base.counts(test)
    before, after = _sigmoid(logits), _sigmoid(trial.adjust(logits, texts, said.codes))
    lost = (_log_loss(said.truth, before, said.known), _log_loss(said.truth, after, said.known))
    old = figures(said.truth, before, said.known, threshold=_sigmoid_of(base.threshold))
    new = figures(said.truth, after, said.known, threshold=_sigmoid_of(limit))
    better = lost[1] < lost[0] and (new["average_precision"] or 0) >= (old["average_precision"] or 0) - 0.005
    learned = _fit(base, framework, kept, penalty, name, limit)
    in_use = None
    now = matcher.learned_for(framework)
    if now is not None:  # it has learnt from part of these decisions, so that it looks better than it is
        adjusted = _sigmoid(now.adjust(logits, texts, said.codes))
        in_use = figures(said.truth, adjusted, said.known, threshold=_sigmoid_of(now.threshold))
    card = {
        "decisions": int(known.known.sum()), "confirmed": int(known.truth.sum()), "texts": len(kept),
        "held_out": len(test), "held_out_decisions": int(said.known.sum()), "leaks_removed": len(repeated), "seed": seed,
        "base": {**old, "log_loss": lost[0]}, "learned": {**new, "log_loss": lost[1]}, "base_model": matcher.model_name(framework),
        "penalty": penalty, "slope": learned.slope, "threshold": _sigmoid_of(limit), "precision": base.promise,
        "in_use": in_use,
        "better": better,
    }  # fmt: skip
    return Trained(learned, card, better)


class _BaseScores:
    """Logits of the base model, read once for each text, and the words of the texts."""

    def __init__(self, matcher: Matcher, framework: str) -> None:
        self.framework = matcher.frameworks[framework]
        self._reader = matcher.reader(framework)
        self._known: dict[str, tuple[Numbers, dict[str, int]]] = {}
        self.threshold = self._reader.weights.threshold
        self.name = matcher.base_name(framework)
        self.promise = float(self._reader.base.card.get("promise", PROMISE))

    def _read(self, labelled: Sequence[Labelled]) -> None:
        new = list(dict.fromkeys(one.text for one in labelled if one.text not in self._known))
        for start in range(0, len(new), 500):
            some = new[start : start + 500]
            for text, row in zip(some, self._reader.logits(self._reader.see(some)), strict=True):
                self._known[text] = (row, counts(words(text)))

    def of(self, labelled: Sequence[Labelled]) -> Numbers:
        self._read(labelled)
        return np.array([self._known[one.text][0] for one in labelled])

    def counts(self, labelled: Sequence[Labelled]) -> list[dict[str, int]]:
        self._read(labelled)
        return [self._known[one.text][1] for one in labelled]


def _choose(base: _BaseScores, framework: str, labelled: Sequence[Labelled], seed: int) -> tuple[float, float]:
    """The penalty with the lowest log loss over parts that take turns being held out, and the threshold (logit) that keeps the promised
    precision on them; the base model's where there is too little to promise anything."""
    rest, rounds = list(labelled), []
    for part in range(PARTS):
        rest, out = split(rest, 1 / (PARTS - part), seed + part) if part < PARTS - 1 else ([], rest)
        rounds.append(out)
        if not rest:
            break
    losses, said_of = dict.fromkeys(PENALTIES, 0.0), dict[float, list[Numbers]]()
    truths, knowns = [], []
    for out in (one for one in rounds if one):
        held = {id(one) for one in out}
        kept = [one for one in labelled if id(one) not in held]
        said = judged(base.framework, out)
        truths.append(said.truth)
        knowns.append(said.known)
        for penalty in PENALTIES:
            made = _fit(base, framework, kept, penalty, "trial", base.threshold)
            adjusted = _sigmoid(made.adjust(base.of(out), base.counts(out), said.codes))
            losses[penalty] += _log_loss(said.truth, adjusted, said.known) * int(said.known.sum())
            said_of.setdefault(penalty, []).append(adjusted)
    best = min(losses, key=lambda penalty: (losses[penalty], -penalty))
    point = threshold_for(np.concatenate(truths), np.concatenate(said_of[best]), base.promise, np.concatenate(knowns))
    # Never below the base model's: what was judged had mostly been proposed, so it promises too much for the rest.
    return best, base.threshold if point is None else max(base.threshold, _logit(point.threshold))


def _fit(
    base: _BaseScores, framework: str, labelled: Sequence[Labelled], penalty: float, name: str, threshold: float
) -> Learned:
    said = judged(base.framework, labelled)
    texts = base.counts(labelled)
    tfidf = TfIdf.fit(texts, at_least=2)
    heads, starts, slope = _solve(tfidf.transform(texts), base.of(labelled), said.truth, said.known, penalty)
    return Learned(framework, name, said.codes, tfidf, heads, starts, slope, threshold, base.name)


def _solve(
    x: sp.csr_matrix, base: Numbers, truth: Flags, known: Flags, penalty: float
) -> tuple[Numbers, Numbers, float]:
    """The correction with the least penalised log loss over the judged pairs (logistic regression with an offset, by L-BFGS).

    People judge what was proposed, which mostly fits. So what nobody judged is held, at a quarter of the weight, to what the base model
    says of it: a hundred confirmations and three rejections do not teach that everything fits everywhere.
    """
    from scipy.optimize import minimize  # a second to import, and only training needs it

    grams, elements = x.shape[1], truth.shape[1]
    size = grams * elements
    mask = np.where(known, 1.0, UNJUDGED)
    want = np.where(known, truth.astype(float), _sigmoid(base))
    turned = x.T.tocsr()

    def loss(parameters: Numbers) -> tuple[float, Numbers]:
        heads = parameters[:size].reshape(grams, elements)
        starts, slope = parameters[size:-1], parameters[-1]
        logits = (1 + slope) * base + x @ heads + starts
        gone = ((np.logaddexp(0, logits) - want * logits) * mask).sum()
        wrong = (_sigmoid(logits) - want) * mask
        gone += 0.5 * (penalty * (heads**2).sum() + START_PENALTY * (starts**2).sum() + SLOPE_PENALTY * slope**2)
        gradient = np.concatenate([
            (turned @ wrong + penalty * heads).ravel(),
            wrong.sum(axis=0) + START_PENALTY * starts,
            [(wrong * base).sum() + SLOPE_PENALTY * slope],
        ])  # fmt: skip
        return float(gone), gradient

    # Thousands of small steps: threads that wait for each other would take several times as long.
    with threadpool_limits(1):
        found = minimize(loss, np.zeros(size + elements + 1), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return found.x[:size].reshape(grams, elements), found.x[size:-1], float(1 + found.x[-1])


def _sigmoid(logits: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))))


def _sigmoid_of(logit: float) -> float:
    return 1 / (1 + exp(-logit))


def _logit(probability: float) -> float:
    inside = min(max(probability, 1e-9), 1 - 1e-9)
    return log(inside / (1 - inside))


def _log_loss(truth: Flags, probability: Numbers, known: Flags) -> float:
    inside = np.clip(probability[known], 1e-9, 1 - 1e-9)
    fits = truth[known]
    return float(-(np.log(inside[fits]).sum() + np.log(1 - inside[~fits]).sum()) / max(known.sum(), 1))
