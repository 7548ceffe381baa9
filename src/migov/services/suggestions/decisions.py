"""What people have decided, as examples to learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Min, Q, QuerySet

from migov.foundation.frameworks.models import Framework
from migov.foundation.records.models import Record
from migov.services.alignment.models import Alignment, Origin, Status
from migov.services.matching.answers import Labelled

Texts = Callable[[Iterable[Record]], Mapping[int, str]]
BY_PEOPLE = Q(decided_by__isnull=False) | Q(origin=Origin.DECLARED)
IN_ONE_GO = 500  # records whose texts are read together


def decided() -> QuerySet[Alignment]:
    """Alignments that stand and teach something: confirmed, or rejected at the level that reports count by.

    A tag that was imported, or proposed from a code or by the matcher, counts once a person has decided on it. To reject
    a target says nothing of its goal, so it teaches nothing.
    """
    teaches = Q(status=Status.CONFIRMED) | Q(status=Status.REJECTED, element=F("element__main"))
    found: QuerySet[Alignment] = Alignment.objects.current().filter(
        BY_PEOPLE,
        teaches,
        record__removed_at__isnull=True,
        element__main__isnull=False,
        element__main__retired_at__isnull=True,
    )
    return found


@dataclass
class _Said:
    """The codes of the main level that were confirmed and rejected for one record."""

    fits: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)


def labelled(framework: Framework, texts: Texts | None = None) -> list[Labelled]:
    """The decisions of one framework as texts with what fits them and what does not; elements nobody decided are unknown.

    Elements below the main level count under it. Where one below is confirmed, the main one fits whatever else was said.
    texts: how the texts of records are read. Records without text are left out. Ordered by record. Bounded queries for
    each 500 records.
    """
    if texts is None:
        from migov.services.suggestions.sources import texts_of

        texts = texts_of
    said: dict[int, _Said] = {}
    rows = decided().filter(element__framework=framework).order_by("record_id", "element__main__order")
    for record, code, status in rows.values_list("record_id", "element__main__code", "status"):
        about = said.setdefault(record, _Said())
        (about.fits if status == Status.CONFIRMED else about.rejected).add(code)
    found: list[Labelled] = []
    keys = list(said)
    for start in range(0, len(keys), IN_ONE_GO):
        records = Record.objects.filter(pk__in=keys[start : start + IN_ONE_GO]).only("kind")
        for key, text in sorted(texts(records).items()):
            if text.strip():
                about = said[key]
                found.append(
                    Labelled(text, frozenset(about.fits), frozenset(about.rejected - about.fits), False, str(key))
                )
    return found


def first_decided_after(framework: Framework, moment: datetime) -> set[str]:
    """Keys of examples (as in `labelled`) on which nothing was decided in a framework up to a moment. One query."""
    rows = Alignment.objects.filter(BY_PEOPLE, element__framework=framework, decided_at__isnull=False).order_by()
    first = rows.values("record_id").annotate(first=Min("decided_at")).filter(first__gt=moment)
    return {str(record) for record in first.values_list("record_id", flat=True)}


def number_of(examples: Iterable[Labelled]) -> int:
    """How many decisions the examples hold. That nothing at all fits a text is one decision too."""
    return sum(len(one.fits) + len(one.rejected) or int(one.complete) for one in examples)
