"""Comparing a new model with the learned one in use, on decisions that neither has learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migov.services.matching.answers import Labelled
from migov.services.suggestions.decisions import number_of

if TYPE_CHECKING:
    from migov.services.matching import Learned, Matcher

RANKS_AS_WELL = 0.005  # average precision may be lower by this, as when a model is compared with the base model


@dataclass(frozen=True)
class Comparison:
    """Figures of the model in use and of the new one (as in a card), on the same decisions."""

    decisions: int
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def better(self) -> bool:
        """Probabilities closer to what people decided (Brier score), and what fits ranked as well as before."""
        old, new = self.before.get("brier"), self.after.get("brier")
        if old is None or new is None:
            return False
        ranked = (self.before.get("average_precision") or 0.0, self.after.get("average_precision") or 0.0)
        return bool(new < old and ranked[1] >= ranked[0] - RANKS_AS_WELL)


def compare(
    matcher: Matcher, framework: str, in_use: bytes, trials: Sequence[tuple[Learned, Sequence[Labelled]]]
) -> Comparison:
    """Measure the model in use and trials on decisions taken after the one was trained and left out of the other.

    trials: each with the texts that it is asked about, and that were left out when it was trained; its answers are put together.
    Raises ValueError for bytes that are no model.
    """
    import numpy as np

    from migov.services.matching import Learned
    from migov.services.matching.evaluation import figures, judged

    reader, standing = matcher.reader(framework), Learned.load(in_use)
    said = [judged(matcher.frameworks[framework], asked) for _trial, asked in trials]
    truth, known = np.vstack([one.truth for one in said]), np.vstack([one.known for one in said])
    before, after = [], []
    for (trial, asked), labels in zip(trials, said, strict=True):
        seen = reader.see([one.text for one in asked])
        base = reader.logits(seen)
        before.append(standing.adjust(base.copy(), seen.counts, labels.codes))
        after.append(trial.adjust(base.copy(), seen.counts, labels.codes))

    def measured(logits: list[Any], threshold: float) -> dict[str, Any]:
        probability = 1 / (1 + np.exp(-np.clip(np.vstack(logits), -50, 50)))
        return figures(truth, probability, known, threshold=float(1 / (1 + np.exp(-threshold))))

    usual = float(np.mean([trial.threshold for trial, _asked in trials]))
    decisions = sum(number_of(asked) for _trial, asked in trials)
    return Comparison(decisions, measured(before, standing.threshold), measured(after, usual))


def halves(unseen: Sequence[Labelled]) -> list[tuple[list[Labelled], list[Labelled]]]:
    """The examples in two halves, each once to learn from and once to be asked about; near-copies are kept in one half."""
    from migov.services.matching.leakage import split

    one, other = split(unseen, 0.5, 0)
    return [(list(learnt), list(asked)) for learnt, asked in ((one, other), (other, one)) if asked]


def unlike(unseen: Sequence[Labelled], seen: Sequence[Labelled]) -> list[Labelled]:
    """The texts that are no near-copies of those seen."""
    from migov.services.matching.leakage import leaks

    copies = {leak.index for leak in leaks([one.text for one in unseen], [one.text for one in seen])}
    return [one for at, one in enumerate(unseen) if at not in copies]
