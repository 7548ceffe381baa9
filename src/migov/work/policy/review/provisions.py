"""The provisions of a version as the review needs them: what the ranker reads, how a table quotes them, which one became of which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from migov.work.policy.models import Provision, ProvisionKind, TextVersion
from migov.work.policy.models.texts import CONTAINERS
from migov.work.policy.review.ranking import Candidate
from migov.work.policy.texts.queries import outline, whole

PROPOSED_KINDS = (ProvisionKind.ARTICLE, ProvisionKind.PARAGRAPH)


@dataclass(frozen=True)
class Read:
    """A version, read once: its provisions in reading order and all words of each (key → words, below included)."""

    provisions: Sequence[Provision]
    words: Mapping[int, str]

    @property
    def by_key(self) -> dict[int, Provision]:
        return {one.pk: one for one in self.provisions}


def read(version: TextVersion) -> Read:
    """All provisions of a version with their words. One query."""
    found = outline(version)
    return Read(found, whole(found))


def candidates(of: Read) -> list[Candidate]:
    """What the ranker reads: articles and their paragraphs; of a text without articles, whatever holds words.

    A strategy has sections and numbered paragraphs rather than articles: its lowest containers with the text in them stand for articles.
    """
    known = of.by_key
    found = []
    for one in of.provisions:
        if one.kind == ProvisionKind.ARTICLE or (
            one.kind == ProvisionKind.PARAGRAPH and one.article_id in known and one.article_id != one.pk
        ):
            heading = one.heading if one.kind == ProvisionKind.ARTICLE else known[one.article_id or 0].heading
            found.append(Candidate(one.pk, one.article_id or one.pk, of.words[one.pk], heading, _above(one, known)))
    return found or [
        Candidate(one.pk, one.pk, one.text, one.heading, _above(one, known))
        for one in of.provisions
        if one.text.strip() and (one.kind in CONTAINERS or one.kind in (ProvisionKind.PARAGRAPH, ProvisionKind.TEXT))
    ]


def _above(one: Provision, known: Mapping[int, Provision]) -> str:
    """Headings of the parts and chapters that a provision stands in."""
    said: list[str] = []
    at = known.get(one.parent_id or 0)
    while at is not None:
        if at.kind in CONTAINERS and at.heading:
            said.append(at.heading)
        at = known.get(at.parent_id or 0)
    return " · ".join(said)


class Successors:
    """Which provision of a newer version says what one of an older version said: by its words first, then by its place."""

    def __init__(self, newer: Iterable[Provision]) -> None:
        self._by_digest: dict[str, list[Provision]] = defaultdict(list)
        self._by_eid: dict[str, Provision] = {}
        for one in newer:
            self._by_digest[one.digest].append(one)
            self._by_eid[one.eid] = one

    def same(self, old: Provision) -> Provision | None:
        """The provision with the very same words; of several the one at the same place, else of the same kind, else the first."""
        found = self._by_digest.get(old.digest, [])
        ordered = sorted(found, key=lambda one: (one.eid != old.eid, one.kind != old.kind, one.order))
        return ordered[0] if ordered else None

    def at_its_place(self, old: Provision) -> Provision | None:
        """The provision that stands where it stood, whatever it says."""
        return self._by_eid.get(old.eid)
