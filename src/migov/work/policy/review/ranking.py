"""The ranker: which provisions of a text may answer a requirement, and the words that make it say so.

No Django and no database in here: requirements and provisions come as plain words. Each article is weighed as a whole and through
its best paragraph (BM25 over stems, pairs of words and ideas of the field; headings count for more than the text, those of the
chapter for less); one proposal an article, the paragraph alone where it says nearly all that the article says to it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from migov.services.matching.texts import STOP, Words, stem, words
from migov.work.policy.review.synonyms import GROUPS

MOST = 8
SHOWN_WORDS = 6
LONGEST_IDEA = 4
_QUIET = frozenset(
    {stem(word) for word in STOP} | {"shall", "must", "thereof", "herein", "accord", "accordance", "person"}
)
_IDEAS: dict[tuple[str, ...], str] = {
    tuple(words(member).stems): f"={name}" for name, members in GROUPS.items() for member in members
}
_BEGINS = frozenset(key[0] for key in _IDEAS)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each thing counts. k, b: of BM25. heading, context: how often a word of the heading, of the headings above, counts.

    line, terms, over, official: a word of the requirement's line, of its terms, of the heading of its article, of its official words.
    pair, idea: a pair of words, an idea of the field, beside a single word. part: of the best paragraph beside the whole article.
    """

    k: float = 1.2
    b: float = 0.5
    heading: float = 3.0
    context: float = 0.6
    line: float = 1.0
    terms: float = 1.0
    over: float = 0.8
    official: float = 0.35
    pair: float = 0.7
    idea: float = 0.8
    part: float = 0.4


WEIGHTS = Weights()
SAYS_IT_ALONE = 0.85  # share of the article's score that its best paragraph must reach to be proposed in its place


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provision that may be proposed: an article with all its words, or a paragraph of one.

    key: of the provision; article: key of its article (its own for an article). context: headings of what it stands in.
    """

    key: int
    article: int
    text: str
    heading: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement as words. line: ours; terms: words that answers often use; heading: of its article; official: its own words."""

    line: str
    terms: Sequence[str] = ()
    heading: str = ""
    official: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A provision that may answer. score: only to be compared within one requirement. words: as they stand in the provision."""

    key: int
    score: float
    words: tuple[str, ...]


def _tokens(found: Words) -> Iterator[tuple[str, int, int]]:
    """Tokens of a text, each with its first and last word: stems, pairs of neighbouring ones ("a b"), ideas ("=expulsion")."""
    stems = found.stems
    loud = [(place, one) for place, one in enumerate(stems) if one not in _QUIET and len(one) > 1]
    for place, one in loud:
        yield one, place, place
    for (first, one), (second, other) in pairwise(loud):
        if second - first <= 2:
            yield f"{one} {other}", first, second
    for place, one in enumerate(stems):
        if one in _BEGINS:
            for length in range(min(LONGEST_IDEA, len(stems) - place), 0, -1):
                if idea := _IDEAS.get(tuple(stems[place : place + length])):
                    yield idea, place, place + length - 1
                    break


def _count(text: str) -> Counter[str]:
    return Counter(token for token, _first, _last in _tokens(words(text)))


class Ranker:
    """Ranks the provisions of one text. Making it reads the whole text once; asking is arithmetic.

    provisions: articles and paragraphs; a paragraph's article must be among them.
    """

    def __init__(self, provisions: Iterable[Candidate], *, weights: Weights = WEIGHTS) -> None:
        self.provisions = list(provisions)
        self.weights = weights
        self._columns: dict[str, int] = {}
        self._places = {one.key: place for place, one in enumerate(self.provisions)}
        self._is_article = np.array([one.key == one.article for one in self.provisions], dtype=bool)
        self._matrix = self._weigh([self._of(one) for one in self.provisions])
        self._parts: dict[int, list[int]] = defaultdict(list)
        for place, one in enumerate(self.provisions):
            if one.key != one.article:
                self._parts[one.article].append(place)

    def _of(self, one: Candidate) -> dict[str, float]:
        counts: dict[str, float] = defaultdict(float)
        for text, weight in ((one.text, 1.0), (one.heading, self.weights.heading), (one.context, self.weights.context)):
            for token, number in _count(text).items():
                counts[token] += number * weight
        return counts

    def _weigh(self, counted: Sequence[dict[str, float]]) -> csr_matrix:
        """Provisions × tokens, as BM25 weighs them. How rare a token is, is counted among articles."""
        known = Counter(token for place, counts in enumerate(counted) if self._is_article[place] for token in counts)
        for token in (token for counts in counted for token in counts):
            self._columns.setdefault(token, len(self._columns))
        articles = max(int(self._is_article.sum()), 1)
        lengths = np.array([sum(number for token, number in counts.items() if _single(token)) for counts in counted])
        usual = {
            kind: float(lengths[self._is_article == kind].mean()) if (self._is_article == kind).any() else 1.0
            for kind in (True, False)
        }
        rows, columns, values = [], [], []
        w = self.weights
        for place, counts in enumerate(counted):
            long = lengths[place] / max(usual[bool(self._is_article[place])], 1.0)
            for token, number in counts.items():
                rare = float(np.log(1 + (articles - known[token] + 0.5) / (known[token] + 0.5)))
                rows.append(place)
                columns.append(self._columns[token])
                values.append(rare * number * (w.k + 1) / (number + w.k * (1 - w.b + w.b * long)))
        shape = (len(counted), max(len(self._columns), 1))
        return csr_matrix((np.array(values, dtype=np.float64), (rows, columns)), shape=shape)

    def asked(self, one: Asked) -> dict[str, float]:
        """What a requirement asks for: token → weight. Words that no provision has are left out."""
        w = self.weights
        found: dict[str, float] = defaultdict(float)
        for text, weight in ((one.line, w.line), (one.heading, w.over), (one.official, w.official)):
            for token, number in _count(text).items():
                found[token] += weight * number / (number + 0.5) * 1.5
        for term in one.terms:
            for token in _count(term):
                found[token] += w.terms
        return {
            token: weight * (1.0 if _single(token) else w.idea if token[0] == "=" else w.pair)
            for token, weight in found.items()
            if token in self._columns
        }

    def scores(self, asked: Sequence[Asked]) -> NDArray[np.float64]:
        """Requirements × provisions. Two requirements are not compared by them."""
        if not self.provisions:
            return np.zeros((len(asked), 0))
        rows, columns, values = [], [], []
        for place, one in enumerate(asked):
            for token, weight in self.asked(one).items():
                rows.append(place)
                columns.append(self._columns[token])
                values.append(weight)
        shape = (len(asked), self._matrix.shape[1])
        queries = csr_matrix((np.array(values, dtype=np.float64), (rows, columns)), shape=shape)
        return np.asarray((queries @ self._matrix.T).toarray())

    def rank(self, asked: Sequence[Asked], *, top: int = MOST) -> list[list[Proposal]]:
        """For each requirement the provisions that may answer it, the best first, one an article. None where no word is shared."""
        scores = self.scores(asked)
        articles: list[int] = np.flatnonzero(self._is_article).tolist()
        best_part = {key: np.array(places) for key, places in self._parts.items()}
        ranked = []
        for place, one in enumerate(asked):
            of_query = self.asked(one)
            row = scores[place]
            totals: list[tuple[float, int, int]] = []
            for article in articles:
                parts = best_part.get(self.provisions[article].key)
                part = int(parts[np.argmax(row[parts])]) if parts is not None else article
                total = float(row[article] + self.weights.part * row[part])
                if total > 0:
                    totals.append((total, article, part))
            totals.sort(key=lambda each: (-each[0], each[1]))
            found = []
            for total, article, part in totals[:top]:
                shown = part if row[part] >= SAYS_IT_ALONE * row[article] else article
                found.append(Proposal(self.provisions[shown].key, round(total, 3), self._why(of_query, shown)))
            ranked.append(found)
        return ranked

    def _why(self, of_query: dict[str, float], place: int) -> tuple[str, ...]:
        """The words of a provision that counted most for a requirement, as they stand there."""
        start, end = self._matrix.indptr[place], self._matrix.indptr[place + 1]
        counted = dict(
            zip(self._matrix.indices[start:end].tolist(), self._matrix.data[start:end].tolist(), strict=True)
        )
        share = {token: weight * counted.get(self._columns[token], 0.0) for token, weight in of_query.items()}
        one = self.provisions[place]
        said: dict[str, str] = {}
        for text in (one.text, one.heading, one.context):
            found = words(text)
            for token, first, last in _tokens(found):
                if token not in said and share.get(token, 0.0) > 0:
                    said[token] = " ".join(text[found.starts[first] : found.ends[last]].lower().split())
        shown: list[str] = []
        for token in sorted(said, key=lambda each: (-share[each], each)):
            if not any(said[token] in kept or kept in said[token] for kept in shown):
                shown.append(said[token])
            if len(shown) == SHOWN_WORDS:
                break
        return tuple(shown)


def _single(token: str) -> bool:
    return " " not in token and token[0] != "="
