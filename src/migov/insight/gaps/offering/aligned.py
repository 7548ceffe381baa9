"""Offers that are pieces of work: found by the elements they are aligned to, ranked with place, age and words.

Only a short list for each gap is read and compared by its words, so that a large register costs little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.records.models import RecordPlace
from migov.insight.gaps.likeness import Likeness
from migov.insight.gaps.offers import SHORTLIST, WORDS, Asked, Found, Offer, best
from migov.insight.gaps.reach import NOTHING, Share
from migov.services.alignment.models import Alignment, Status

Shared = dict[int, Share]  # key of a gap's question → what shared elements speak for it
LEAST_SCORE = 0.12  # less than this is chance
FEWEST_WORDS = 2


@dataclass(slots=True)
class Thing:
    """What is known of a piece of work that is offered. day: by which its age is told. bonus: what else speaks for it."""

    title: str
    url: str
    text: str
    note: str = ""
    day: date | None = None
    bonus: list[tuple[float, str]] = field(default_factory=list)


Describe = Callable[[Collection[int]], Mapping[int, Thing]]


def shared_elements(asked: Asked, records: Any) -> dict[int, Shared]:
    """Record → which gaps it shares elements with. records: a queryset of keys. One query."""
    if not asked.reach.elements:
        return {}
    rows = _aligned(asked).filter(record__in=records)
    elements: defaultdict[int, list[int]] = defaultdict(list)
    for record, element in rows.values_list("record_id", "element_id"):
        elements[record].append(element)
    return {record: asked.reach.score(found) for record, found in elements.items()}


def aligned_records(asked: Asked) -> Any:
    """The keys of all records that share an element with a gap, whoever may see them: to narrow other questions. No query of its own."""
    return _aligned(asked).values("record_id")


def _aligned(asked: Asked) -> Any:
    return Alignment.objects.current().filter(status=Status.CONFIRMED, element__in=list(asked.reach.elements))


def places_of(asked: Asked, records: Any) -> dict[int, set[int]]:
    """Record → the places where it happens. records: a queryset of keys, or a few of them. One query."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    rows = RecordPlace.objects.current().filter(record__in=records, place__in=list(asked.territories))
    for record, place in rows.values_list("record_id", "place_id"):
        found[record].add(place)
    return found


def offer(
    asked: Asked, kind: str, shared: Mapping[int, Shared], places: Mapping[int, set[int]], describe: Describe,
    *, alike: Mapping[int, Collection[int]] | None = None,
) -> Found:  # fmt: skip
    """The best offers of a kind for each gap. shared: as `shared_elements`. alike: key of a question → records like it by words."""
    candidates: defaultdict[int, dict[int, Share]] = defaultdict(dict)
    for record, gaps in shared.items():
        for gap, said in gaps.items():
            candidates[gap][record] = said
    for gap, records in (alike or {}).items():
        for record in records:
            candidates[gap].setdefault(record, NOTHING)
    near = {record: asked.nearness(where) for record, where in places.items()}
    short: dict[int, list[int]] = {}
    for gap, found in candidates.items():
        ordered = sorted(found, key=lambda record: (-found[record].score - near.get(record, 0.0), -record))
        short[gap] = ordered[: SHORTLIST * (2 if alike else 1)]
    things = describe({record for records in short.values() for record in records})
    words = Likeness(
        {str(key): thing.text for key, thing in things.items()}, {gap.question.pk: gap.text for gap in asked.gaps}
    )
    offers: Found = {}
    for gap, records in short.items():
        known = [record for record in records if record in things]
        like = words.of(gap, [str(record) for record in known])
        made = [
            _made(asked, kind, record, things[record], candidates[gap][record], places.get(record, ()), like.get(str(record)))
            for record in known
        ]  # fmt: skip
        offers[gap] = best([one for one in made if one is not None])
    return offers


def _made(
    asked: Asked, kind: str, record: int, thing: Thing, elements: Share, places: Collection[int],
    like: tuple[float, tuple[str, ...]] | None,
) -> Offer | None:  # fmt: skip
    """One offer with its reasons; None where only chance speaks for it."""
    made = Offer(kind, str(record), thing.title, thing.url, thing.note, record)
    made.add(elements.score, elements.words)
    add_words(made, like)
    if made.score < LEAST_SCORE:
        return None
    made.add(*asked.near(places))
    made.add(*asked.fresh(thing.day))
    for bonus, why in thing.bonus:
        made.add(bonus, why)
    return made


def add_words(made: Offer, like: tuple[float, tuple[str, ...]] | None) -> None:
    """Let the likeness of words speak for an offer; one shared word is chance."""
    if like is not None and len(like[1]) >= FEWEST_WORDS:
        made.add(min(WORDS, like[0]), _("shared words: %(words)s") % {"words": ", ".join(like[1])})
