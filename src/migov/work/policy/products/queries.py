"""What documents there are of a review, and the tables that they are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.work.policy.models import Release, Review
from migov.work.policy.products import conformity
from migov.work.policy.products.catalogue import DOCUMENTS
from migov.work.policy.products.edition import Edition
from migov.work.policy.review.queries import concordances
from migov.work.policy.review.table import Concordance


@dataclass(frozen=True)
class Offer:
    """A document to download. links: name of the format and its address."""

    code: str
    title: str
    sentence: str
    links: Sequence[tuple[str, str]]


def offers(review: Review, *, released: bool = False, viewer: Viewer | None = None) -> list[Offer]:
    """The documents of a review: as the office has it, or as it was released last. One query.

    viewer: leaves out what prints the whole text for those who may not read it.
    """
    against_frameworks = review.sources.filter(framework__isnull=False).exists()
    address = "policy:released-document" if released else "policy:review-document"
    return [
        Offer(
            one.code,
            str(one.title),
            str(one.sentence),
            [(fmt.upper(), reverse(address, args=[review.pk, one.code, fmt])) for fmt in one.formats],
        )
        for one in DOCUMENTS.values()
        if (against_frameworks or not one.of_frameworks)
        and (viewer is None or not one.whole_text or may_read_text(viewer, review))
    ]


def may_read_text(viewer: Viewer, review: Review) -> bool:
    """Whether the viewer may read the text of a review, and not only the provisions that its rows cite."""
    return access.allowed(viewer, "texts.see", review.version.text.record)


def as_judged(review: Review, *, base_url: str = "") -> Edition:
    """The rows as they stand, for the office only; every document made of them is marked as a draft."""
    table = concordances.concordance(review)
    return Edition(table, table.kind, base_url, reverse("policy:review", args=[review.pk]))


def as_released(release: Release, *, base_url: str = "") -> Edition:
    """What was released, with the answers so far, and nothing else."""
    return edition_of(release, concordances.released(release), base_url=base_url)


def edition_of(release: Release, table: Concordance, *, base_url: str = "") -> Edition:
    """The same for a table that was read already."""
    return Edition(table, table.kind, base_url, reverse("policy:released", args=[release.review_id]))


@dataclass(frozen=True)
class Statement:
    """The conformity footnote for a page. text: empty where nothing may be said. against: what stands against "fully", for each
    instrument: its name, whether it is aligned at all, the rows in words, or why nothing may be said."""

    text: str
    against: Sequence[tuple[str, str, str]]


def statement(edition: Edition) -> Statement | None:
    """The conformity footnote of a table; None where the text was compared with frameworks only."""
    found = conformity.all_of(edition)
    if not found:
        return None
    against = [
        (one.source.short_title, one.degree, conformity.prevented(one) if one.degree else one.why)
        for one in found
        if one.preventing or one.why
    ]
    return Statement(conformity.statement(edition), against)
