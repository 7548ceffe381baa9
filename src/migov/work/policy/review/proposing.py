"""Asking the ranker for the rows of a review: requirements and elements as words, proposals kept beside what people decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from migov.work.policy.models import Obligation, Review, Row, RowProvision
from migov.work.policy.review import provisions
from migov.work.policy.review.ranking import Asked, Proposal, Ranker

if TYPE_CHECKING:
    from migov.foundation.frameworks.models import Element
    from migov.work.policy.models import Requirement

# What provisions of this type are usually headed with, whatever they define.
HINTS = {Obligation.DEFINITION: ("definitions", "explanation of terms", "meaning of terms")}


def asked(row: Row) -> Asked:
    """A row as words for the ranker. The row's requirement comes with its article, its element as it is."""
    if row.requirement is not None:
        return of_requirement(row.requirement)
    element = cast("Element", row.element)  # one of the two: a constraint of the database
    return Asked(f"{element.title}. {element.scope}", tuple(element.terms), "", element.text)


def of_requirement(one: Requirement) -> Asked:
    """A requirement as words for the ranker: our line, its terms, heading and official words of its article where they are loaded."""
    hints = HINTS.get(Obligation(one.type), ())
    return Asked(one.obligation, (*one.terms, *hints), one.article.heading, one.article.text)


def rows_to_ask(review: Review) -> list[Row]:
    """The rows of a review in order, with what the ranker needs of each. One query."""
    return list(
        review.rows.select_related("requirement__article", "element").only(
            "review_id", "order", "requirement__obligation", "requirement__terms", "requirement__type",
            "requirement__paragraph", "requirement__article__heading", "requirement__article__text",
            "requirement__article__number", "element__title", "element__scope", "element__terms", "element__text",
        )
    )  # fmt: skip


def ranked(of: provisions.Read, rows: Sequence[Row]) -> list[list[Proposal]]:
    """For each row the provisions that may answer it."""
    return Ranker(provisions.candidates(of)).rank([asked(row) for row in rows])


def keep(rows: Sequence[Row], proposals: Sequence[Sequence[Proposal]]) -> int:
    """Put proposals in the place of earlier ones. What people confirmed, set aside or added stays, with the new rank and words.

    Returns how many provisions are proposed.
    """
    keys = [row.pk for row in rows]
    RowProvision.objects.filter(row__in=keys, state=RowProvision.State.PROPOSED, by__isnull=True).delete()
    decided = {(one.row_id, one.provision_id): one for one in RowProvision.objects.filter(row__in=keys)}
    new, again = [], []
    for row, found in zip(rows, proposals, strict=True):
        for rank, one in enumerate(found, 1):
            words = list(one.words)
            if (kept := decided.get((row.pk, one.key))) is not None:
                kept.rank, kept.score, kept.words = rank, one.score, words
                again.append(kept)
            else:
                new.append(RowProvision(row=row, provision_id=one.key, rank=rank, score=one.score, words=words))
    RowProvision.objects.bulk_create(new, batch_size=500)
    RowProvision.objects.bulk_update(again, ["rank", "score", "words"], batch_size=200)
    return len(new)
