"""Builds the base models from the terms and passages in knowledge/ and the shipped packs: ``python -m migov.services.matching.build``.

It needs the sentence model, takes about two minutes, and gives the same files each time. What it does, for each framework with passages:
heads over words and over sentence vectors (logistic regression, one for each element); then, from heads that had not seen the passage
(five parts take turns), how to weigh all features, with and without the sentence model; then the threshold of the stated precision.
``generic.npz``, for any other framework, is learnt from all three without heads, and is tried on each framework after learning from the
other two.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from migov.services.matching.answers import Element, Framework, Labelled
from migov.services.matching.base import HOME, Base, Weights, save
from migov.services.matching.encoder import sentence_model
from migov.services.matching.evaluation import figures, judged
from migov.services.matching.features import Reader, describing_texts
from migov.services.matching.knowledge import knowledge_of
from migov.services.matching.terms import TfIdf, counts
from migov.services.matching.texts import words
from migov.services.matching.vectors import SHIPPED, key_of, write

PACKS = Path(__file__).parents[2] / "foundation" / "frameworks" / "packs"
WITH_PASSAGES = ("gcm", "migof", "sdg")
PARTS = 5
WORD_C, SENTENCE_C, WEIGHT_C = 10.0, 5.0, 1.0
TITLE_WEIGHT = {"words": 0.5, "sentences": 1.0}
PROMISE = 0.8
PLAIN = ("net", "rel", "bm", "words")
SENTENCES = (*PLAIN, "near", "head", "like")
GENERIC_PLAIN = ("net", "rel", "bm")
GENERIC_SENTENCES = (*GENERIC_PLAIN, "near")
Numbers = NDArray[Any]


def shipped_frameworks() -> list[Framework]:
    """The frameworks of the shipped packs, as the matcher reads them. The packs are checked by the room of frameworks and its tests."""
    found = []
    for folder in sorted(path.parent for path in PACKS.glob("*/framework.toml")):
        with (folder / "elements.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        about = tomllib.loads((folder / "framework.toml").read_text(encoding="utf-8"))
        kinds, parents = (
            {row["code"]: row["kind"] for row in rows},
            {row["code"]: row["parent"] or None for row in rows},
        )

        def main_of(code: str | None, kinds: dict[str, str] = kinds, parents: dict[str, str | None] = parents, levels: list[str] = about["main_level"]) -> str | None:  # fmt: skip # noqa: E501
            while code is not None and kinds.get(code) not in levels:
                code = parents.get(code)
            return code

        elements = tuple(
            Element(
                row["code"], row["title"], row["kind"], row["parent"] or None, main_of(row["code"]), row.get("scope") or "",
                row.get("text") or "", _list(row.get("terms")), _list(row.get("exclude")),
            )
            for row in rows
        )  # fmt: skip
        found.append(Framework(about.get("code", folder.name), about["title"], elements))
    return found


def _list(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (cell or "").split("|") if part.strip())


def _logistic(x: Any, fits: Numbers, c: float, weight: Numbers | None = None) -> tuple[Numbers, float]:
    from sklearn.linear_model import LogisticRegression

    if fits.all() or not fits.any():
        return np.zeros(x.shape[1]), 0.0
    made = LogisticRegression(C=c, max_iter=2000, tol=1e-5).fit(x, fits, sample_weight=weight)
    return made.coef_[0], float(made.intercept_[0])


def _heads(x: Any, truth: Numbers, c: float, weight: Numbers) -> tuple[Numbers, Numbers]:
    # Many small steps: threads that wait for each other would take several times as long, the more so on a busy machine.
    with threadpool_limits(1):
        pairs = [_logistic(x, truth[:, at], c, weight) for at in range(truth.shape[1])]
    return np.stack([head for head, _ in pairs], axis=1), np.array([start for _, start in pairs])


class _Learner:
    """Passages and titles of one framework, with what the heads are learnt from."""

    def __init__(self, framework: Framework) -> None:
        import scipy.sparse as sp

        known = knowledge_of(framework.code)
        self.framework, self.digest = framework, known.digest
        self.labelled: Sequence[Labelled] = known.examples
        said = judged(framework, self.labelled)
        self.codes, self.truth = said.codes, said.truth
        self.named = self._named()
        mains = {code: at for at, code in enumerate(self.codes)}
        titled = [(e.title, mains[e.main]) for e in framework.elements if e.main in mains]
        self.titles = np.zeros((len(titled), len(self.codes)), dtype=bool)
        self.titles[np.arange(len(titled)), [at for _, at in titled]] = True
        texts = [one.text for one in self.labelled]
        self.counts = [counts(words(text)) for text in texts]
        self.words = TfIdf.fit(self.counts)
        self.x = self.words.transform(self.counts)
        self.x_titles = self.words.transform([counts(words(title)) for title, _ in titled])
        self.vectors = sentence_model().encode(texts)
        self.v_titles = sentence_model().encode([title for title, _ in titled])
        self.stack = sp.vstack
        rng = np.random.default_rng(0)
        self.part = rng.permutation(np.arange(len(texts)) % PARTS)

    def _named(self) -> Numbers:
        """Pairs that a hasty reader would have said and that do not fit."""
        mains = {e.code: e.main for e in self.framework.elements}
        rows = [[code in {mains.get(c) for c in one.rejected} for code in self.codes] for one in self.labelled]
        return np.array(rows, dtype=bool) & ~self.truth

    def heads(self, kept: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Heads and starts over words and over vectors, learnt from some of the passages and all titles."""
        truth = np.concatenate([self.truth[kept], self.titles])
        ones, titles = np.ones(int(kept.sum())), np.ones(len(self.titles))
        by_words = _heads(
            self.stack([self.x[kept], self.x_titles]).tocsr(),
            truth,
            WORD_C,
            np.concatenate([ones, titles * TITLE_WEIGHT["words"]]),
        )
        by_vectors = _heads(
            np.concatenate([self.vectors[kept], self.v_titles]), truth, SENTENCE_C,
            np.concatenate([ones, titles * TITLE_WEIGHT["sentences"]]),
        )  # fmt: skip
        return (*by_words, *by_vectors)

    def base(self, kept: Numbers, plain: Weights, sentences: Weights, card: dict[str, Any]) -> Base:
        word_heads, word_starts, sentence_heads, sentence_starts = self.heads(kept)
        return Base(
            self.framework.code, self.digest, self.codes, plain, sentences, self.words, word_heads, word_starts, sentence_heads,
            sentence_starts, self.vectors[kept], self.truth[kept], card,
        )  # fmt: skip

    def unseen(self) -> dict[str, Numbers]:
        """Every feature of every passage, from heads that had not seen it."""
        out: dict[str, Numbers] = {}
        for part in range(PARTS):
            kept = self.part != part
            base = self.base(kept, _EMPTY, _EMPTY, {})
            reader = Reader(self.framework, base, sentences=True)
            rows = np.flatnonzero(~kept)
            seen = reader.see([self.labelled[int(row)].text for row in rows], self.vectors[rows])
            for name, values in seen.features.items():
                out.setdefault(name, np.zeros(self.truth.shape))[rows] = values
        return out


_EMPTY = Weights((), np.zeros(0), 0.0, 0.0)


def _weigh(names: Sequence[str], learners: Sequence[tuple[dict[str, Numbers], Numbers]]) -> Weights:
    """How to weigh features, the same for all elements: logistic regression over (text, element) pairs."""
    x = np.concatenate(
        [np.stack([features[name] for name in names], axis=-1).reshape(-1, len(names)) for features, _ in learners]
    )
    fits = np.concatenate([truth.ravel() for _, truth in learners])
    mean, spread = x.mean(axis=0), x.std(axis=0)
    values, start = _logistic((x - mean) / spread, fits, WEIGHT_C)
    values = values / spread
    return Weights(tuple(names), values, start - float(values @ mean), 0.0)


def _logits(weights: Weights, features: dict[str, Numbers]) -> Numbers:
    total = sum(v * features[name] for name, v in zip(weights.names, weights.values, strict=True)) + weights.start
    return np.asarray(total)


def _threshold(truth: Numbers, logits: Numbers) -> float:
    """The lowest logit at which the pairs above it fit as often as promised."""
    order = np.argsort(-logits.ravel(), kind="stable")
    precision = np.cumsum(truth.ravel()[order]) / np.arange(1, truth.size + 1)
    enough = np.flatnonzero(precision >= PROMISE)
    return float(logits.ravel()[order][enough[-1]]) if len(enough) else float(logits.max())


def _finished(names: Sequence[str], features: dict[str, Numbers], learner: _Learner) -> tuple[Weights, dict[str, Any]]:
    """Weights from all passages; threshold and figures from weights that had not seen the passage either."""
    unseen = np.zeros(learner.truth.shape)
    for part in range(PARTS):
        out = learner.part == part
        kept = {name: values[~out] for name, values in features.items()}
        weights = _weigh(names, [(kept, learner.truth[~out])])
        unseen[out] = _logits(weights, {name: values[out] for name, values in features.items()})
    threshold = _threshold(learner.truth, unseen)
    weights = _weigh(names, [(features, learner.truth)])
    return Weights(weights.names, weights.values, weights.start, threshold), _card(learner, unseen, threshold)


def _card(learner: _Learner, logits: Numbers, threshold: float) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    found = figures(learner.truth, 1 / (1 + np.exp(-logits)), threshold=1 / (1 + np.exp(-threshold)))
    named = learner.truth | learner.named
    found["auc_against_near_misses"] = float(roc_auc_score(learner.truth[named], logits[named]))
    return {name: _round(value) for name, value in found.items()}


def _round(value: Any) -> Any:
    if isinstance(value, list):
        return [_round(one) for one in value]
    return round(float(value), 4) if isinstance(value, float | np.floating) else value


def build(say: Callable[[str], object] = print) -> None:
    """Build all base models and the vectors of the shipped packs."""
    frameworks = shipped_frameworks()
    described = list(dict.fromkeys(text for f in frameworks for some in describing_texts(f) for text in some))
    vectors = sentence_model().encode(described)
    write(SHIPPED, {key_of(text): vector for text, vector in zip(described, vectors, strict=True)})
    learners = {f.code: _Learner(f) for f in frameworks if f.code in WITH_PASSAGES}
    seen = {}
    for code, learner in learners.items():
        features = seen[code] = learner.unseen()
        plain, plain_card = _finished(PLAIN, features, learner)
        sentences, card = _finished(SENTENCES, features, learner)
        about = {
            "passages": len(learner.labelled), "terms": len(knowledge_of(code).terms), "promise": PROMISE,
            "plain": plain_card, "sentences": card,
        }  # fmt: skip
        save(learner.base(np.ones(len(learner.labelled), dtype=bool), plain, sentences, about), HOME / f"{code}.npz")
        say(f"{code}: plain {_short(plain_card)}; with sentences {_short(card)}")
    generic: list[Weights] = []
    cards: dict[str, dict[str, Any]] = {}
    for kind, names in (("plain", GENERIC_PLAIN), ("sentences", GENERIC_SENTENCES)):
        logits = {}
        for code in learners:
            others = [(seen[other], learners[other].truth) for other in learners if other != code]
            logits[code] = _logits(_weigh(names, others), seen[code])
        truth = np.concatenate([learners[code].truth.ravel() for code in learners])
        threshold = _threshold(truth, np.concatenate([logits[code].ravel() for code in learners]))
        weights = _weigh(names, [(seen[code], learners[code].truth) for code in learners])
        generic.append(Weights(weights.names, weights.values, weights.start, threshold))
        cards[kind] = {code: _card(learners[code], logits[code], threshold) for code in learners}
        say(f"generic {kind}: " + "; ".join(f"{code} {_short(card)}" for code, card in cards[kind].items()))
    plain, sentences = generic
    save(Base("generic", "", (), plain, sentences, card={"promise": PROMISE, **cards}), HOME / "generic.npz")


def _short(card: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {card[name]:.3f}"
        for name in ("macro_f1", "average_precision", "p_at_1", "precision", "coverage", "ece")
    )


if __name__ == "__main__":
    build(lambda line: sys.stdout.write(f"{line}\n"))
