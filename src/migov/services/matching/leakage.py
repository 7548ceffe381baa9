"""Near-duplicate texts: found between two sets or within one, so that a model is never measured on what it has seen.

Texts are cut into runs of five words, in lower case and without punctuation; two texts are near-duplicates where a good part of the
shorter one's runs also stand in the other (containment; Broder 1997). Pairs that share a run are found through an index and compared
exactly: for some ten thousand texts that takes seconds, so nothing approximate (MinHash) is needed.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from migov.services.matching.answers import Labelled

WORDS = re.compile(r"\w+")
RUN = 5
CONTAINED = 0.5
# A run in very many different texts is a set phrase; comparing with the first of them bounds the time.
SET_PHRASE = 400
# One or two shared runs in a short text are a common turn of phrase, not a copy.
LEAST_SHARED = 4


@dataclass(frozen=True, slots=True)
class Leak:
    """A text (by its index) that stands in the other set too, as `partner`. score: share of the shorter one's runs in both."""

    index: int
    partner: int
    score: float


def normalised(text: str) -> str:
    """The words in lower case with one space between them."""
    return " ".join(WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))


def runs(text: str) -> frozenset[str]:
    """All runs of five words of a normalised text; a shorter text is one run."""
    words = text.split()
    return (
        frozenset(" ".join(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))
        if words
        else frozenset()
    )


def leaks(texts: Sequence[str], others: Sequence[str], *, threshold: float = CONTAINED) -> list[Leak]:
    """The texts that nearly repeat one of the others, each with the closest of them; by index."""
    index = _Index(others)
    found = []
    for at, text in enumerate(texts):
        best = max(index.like(text, threshold), key=lambda one: (one[1], -one[0]), default=None)
        if best is not None:
            found.append(Leak(at, *best))
    return found


def duplicates(texts: Sequence[str], *, threshold: float = CONTAINED) -> list[Leak]:
    """The texts of one set that nearly repeat an earlier text of it, each with the closest of them; by index."""
    index = _Index([])
    found = []
    for at, text in enumerate(texts):
        best = max(index.like(text, threshold), key=lambda one: (one[1], -one[0]), default=None)
        if best is not None:
            found.append(Leak(at, *best))
        index.add(text)
    return found


def drop_leaks(
    train: Sequence[Labelled], test: Sequence[Labelled], *, threshold: float = CONTAINED
) -> tuple[list[Labelled], list[Leak]]:
    """The training texts without those that nearly repeat a test text, and what was dropped (indices of `train`, partners in `test`)."""
    found = leaks([one.text for one in train], [one.text for one in test], threshold=threshold)
    gone = {leak.index for leak in found}
    return [one for at, one in enumerate(train) if at not in gone], found


def split(
    labelled: Sequence[Labelled], test: float = 0.25, seed: int = 0, *, threshold: float = CONTAINED
) -> tuple[list[Labelled], list[Labelled]]:
    """(training, test), about `test` of the texts in the second; near-duplicates stay together, rare elements are shared out first.

    Iterative stratification (Sechidis et al. 2011) over groups of near-duplicates. The same seed, the same parts; the order of the texts is
    kept. With two groups or more neither part is empty. Raises ValueError unless `test` lies between 0 and 1.
    """
    if not 0 < test < 1:
        raise ValueError("The share of the test texts lies between 0 and 1.")
    groups = _groups([one.text for one in labelled], threshold)
    random.Random(seed).shuffle(groups)  # noqa: S311 - not a secret
    marks = [Counter(mark for at in group for mark in _marks(labelled[at])) for group in groups]
    total: Counter[str] = Counter()
    for own in marks:
        total.update(own)
    wanted = {mark: test * number for mark, number in total.items()}
    room = max(1.0, test * len(labelled)) if len(groups) > 1 else 0.0
    rarest = sorted(range(len(groups)), key=lambda at: min((total[mark] for mark in marks[at]), default=0))
    chosen: set[int] = set()
    for at in rarest:
        size = len(groups[at])
        need = sum(min(wanted[mark], number) - number / 2 for mark, number in marks[at].items())
        if size <= room + 0.5 and need > 0 and len(chosen) + size < len(labelled):
            chosen.update(groups[at])
            room -= size
            for mark, number in marks[at].items():
                wanted[mark] -= number
    # Where labels ask for no more, the room that is left goes to whatever fits it.
    for at in rarest:
        size = len(groups[at])
        if room >= 0.5 and not chosen & set(groups[at]) and size <= room + 0.5 and len(chosen) + size < len(labelled):
            chosen.update(groups[at])
            room -= size
    if not chosen and len(groups) > 1:
        smallest: list[int] = min(groups, key=len)
        chosen.update(smallest)
    parts: tuple[list[Labelled], list[Labelled]] = ([], [])
    for at, one in enumerate(labelled):
        parts[at in chosen].append(one)
    return parts


def _marks(one: Labelled) -> Iterable[str]:
    """What is to be shared out evenly: elements that fit, elements that were rejected, and texts that nothing fits."""
    return [*(f"+{code}" for code in one.fits), *(f"-{code}" for code in one.rejected)] or ["nothing"]


def _groups(texts: Sequence[str], threshold: float) -> list[list[int]]:
    """Indices of texts that are near-duplicates of one another, directly or through others; most groups have one member."""
    head = list(range(len(texts)))

    def top(at: int) -> int:
        while head[at] != at:
            head[at] = head[head[at]]
            at = head[at]
        return at

    index = _Index([])
    for at, text in enumerate(texts):
        for other, _ in index.like(text, threshold):
            head[top(other)] = top(at)
        index.add(text)
    together: dict[int, list[int]] = defaultdict(list)
    for at in range(len(texts)):
        together[top(at)].append(at)
    return list(together.values())


class _Index:
    """Texts by their runs of words. Texts that are the same once normalised are kept once, under the index of the first."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._size = 0
        self._same: dict[str, int] = {}
        self._runs: dict[int, int] = {}
        self._having: dict[str, list[int]] = defaultdict(list)
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        words, at = normalised(text), self._size
        self._size += 1
        if words and words not in self._same:
            self._same[words] = at
            own = runs(words)
            self._runs[at] = len(own)
            for run in own:
                self._having[run].append(at)

    def like(self, text: str, threshold: float) -> list[tuple[int, float]]:
        """(index, containment) of the texts that are near-duplicates of this one."""
        words = normalised(text)
        if not words:
            return []
        own = runs(words)
        shared: Counter[int] = Counter()
        for run in own:
            shared.update(self._having.get(run, ())[:SET_PHRASE])
        found = []
        same = self._same.get(words)
        if same is not None:
            found.append((same, 1.0))
        for at, number in shared.items():
            score = number / min(len(own), self._runs[at])
            if at != same and number >= LEAST_SHARED and score >= threshold:
                found.append((at, score))
        return found
