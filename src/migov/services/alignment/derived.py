"""Alignments that follow from others through crosswalks: shown as derived, never stored, never counted as decided.

What is aligned to an element is also aligned to an element that matches it exactly or closely, and to a broader one:
who works on GCM objective 10 works on the MiGOF objective that holds it. A narrower or merely related element does
not follow. One step only: links are not chained. Where a person decided about the element itself, confirmed or
rejected, that stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from migov.foundation.frameworks.crosswalks import inverse
from migov.foundation.frameworks.models import Crosswalk, Element, Framework, Relation
from migov.foundation.records.models import Record
from migov.services.alignment.models import Alignment, Significance, Status

CARRIES = {Relation.EXACT: 0, Relation.CLOSE: 1, Relation.BROAD: 2}


@dataclass(frozen=True)
class Derived:
    """An element that follows from an alignment. `relation` reads from the aligned element: `broad`, this one is
    broader.
    """

    element: Element
    via: Alignment
    relation: Relation
    reason: str


def derived(of: Record | Iterable[Alignment], framework: Framework | None = None) -> list[Derived]:
    """What follows from the alignments of one record, in the order of frameworks; each element once, by its closest
    link.

    of: the record (its current alignments are read), or its alignments as they stood on some day, decided ones
    included, with their elements. framework: only elements of this one. Two queries for a record, one for alignments.
    """
    if isinstance(of, Record):
        return derived_many([of.pk], framework).get(of.pk, [])
    alignments = list(of)
    return _follow(alignments, _links({alignment.element_id for alignment in alignments}), framework)


def derived_many(
    records: Iterable[int], framework: Framework | None = None, moment: datetime | None = None
) -> dict[int, list[Derived]]:
    """Record → what follows from its alignments, for many records in two queries. `moment`: as they stood just before
    it.
    """
    rows = Alignment.objects.as_of(moment).filter(record__in=records).exclude(status=Status.PROPOSED)
    by_record: dict[int, list[Alignment]] = {}
    for row in rows.select_related("element__framework"):
        by_record.setdefault(row.record_id, []).append(row)
    links = _links(None)
    found = {record: _follow(alignments, links, framework) for record, alignments in by_record.items()}
    return {record: follows for record, follows in found.items() if follows}


Links = dict[int, list[tuple[Element, Relation, str]]]


def _links(elements: set[int] | None) -> Links:
    """Element → what follows from it. None: for all elements."""
    crosswalk = Crosswalk.objects.exclude(relation=Relation.RELATED)
    if elements is not None:
        crosswalk = crosswalk.filter(Q(element__in=elements) | Q(target__in=elements))
    found: Links = {}
    for link in crosswalk.select_related("element__framework", "target__framework"):
        there, back = Relation(link.relation), inverse(link.relation)
        if there in CARRIES:
            found.setdefault(link.element_id, []).append((link.target, there, link.reason))
        if back in CARRIES:
            found.setdefault(link.target_id, []).append((link.element, back, link.reason))
    return found


def _follow(alignments: list[Alignment], links: Links, framework: Framework | None) -> list[Derived]:
    decided = {alignment.element_id for alignment in alignments if alignment.status != Status.PROPOSED}
    best: dict[int, Derived] = {}
    for alignment in alignments:
        if alignment.status != Status.CONFIRMED:
            continue
        for element, relation, reason in links.get(alignment.element_id, []):
            if element.pk in decided or element.retired_at is not None:
                continue
            if framework is not None and element.framework_id != framework.pk:
                continue
            candidate = Derived(element, alignment, relation, reason)
            known = best.get(element.pk)
            if known is None or _rank(candidate) < _rank(known):
                best[element.pk] = candidate
    return sorted(best.values(), key=_place)


def _place(follows: Derived) -> tuple[int, int, int, int]:
    element = follows.element
    return element.framework.order, element.framework_id, element.order, element.pk


def _rank(candidate: Derived) -> tuple[int, bool, int, int]:
    """The closest link first, then the principal alignment, then a fixed order."""
    via = candidate.via
    return CARRIES[candidate.relation], via.significance != Significance.PRINCIPAL, via.element.order, via.element_id
