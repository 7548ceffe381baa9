"""Keeping the published series. Figures are facts: the same again adds nothing, a changed one supersedes what stood before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from migov.foundation.history import FactQuerySet
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.work.governance.assess.series.files import files_of, read_series
from migov.work.governance.models import PublishedCategory, PublishedShare

SOURCE = "United Nations Global SDG Indicators Database, {series}"


@dataclass
class LoadedSeries:
    """What loading did, in rows. withdrawn: stood before and are now without a value. not_reported: rows that say N.
    not_covered: areas of the files that are no place of migov."""

    categories: int = 0
    shares: int = 0
    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    not_reported: int = 0
    not_covered: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The counts, for machines and the journal."""
        return asdict(self)


@transaction.atomic
def load_series(files: Mapping[str, bytes] | Path, *, by: Actor, as_of: date | None = None) -> LoadedSeries:
    """Load the published files (contents by name, or a folder with them). All of them or none.

    as_of: the day on which the database said so. Rows that a file leaves out stay as they are. Raises SeriesRefused with every
    fault, PermissionDenied.
    """
    access.require(by, "scores.load")
    stated = read_series(files_of(files) if isinstance(files, Path) else files)
    # Two loads wait for each other here.
    list(Place.objects.select_for_update().filter(is_territory=True).order_by("pk").values_list("pk"))
    done = LoadedSeries(not_covered=stated.not_covered)
    now = timezone.now()
    done.categories = _restate(
        PublishedCategory.objects.current(),
        {(one.place, one.domain, one.year): one.category and (one.category, one.nature) for one in stated.categories},
        lambda fact: ((fact.place_id, fact.domain, fact.year), (fact.category, fact.nature)),
        lambda key, value: PublishedCategory(
            place_id=key[0], domain=key[1], year=key[2], category=value[0], nature=value[1], recorded_at=now, as_of=as_of,
            source=SOURCE.format(series="SG_CPA_MIGRS"),
        ),
        done, now,
    )  # fmt: skip
    names = {one.area: one.name for one in stated.shares}
    done.shares = _restate(
        PublishedShare.objects.current(),
        {
            (one.area, one.domain, one.year): None if one.percent is None else (one.percent, one.nature, one.name)
            for one in stated.shares
        },
        lambda fact: ((fact.area, fact.domain, fact.year), (fact.percent, fact.nature, fact.name)),
        lambda key, value: PublishedShare(
            area=key[0], name=names[key[0]], domain=key[1], year=key[2], percent=value[0], nature=value[1], recorded_at=now,
            as_of=as_of, source=SOURCE.format(series="SG_CPA_MIGRP"),
        ),
        done, now,
    )  # fmt: skip
    if done.new or done.changed or done.withdrawn:
        journal.write("official series loaded", by=by, detail=done.to_json())
    return done


def _restate(
    standing: FactQuerySet,
    said: Mapping[Any, Any],
    read: Callable[[Any], tuple[Hashable, Any]],
    make: Callable[[Any, Any], Any],
    done: LoadedSeries,
    now: datetime,
) -> int:
    """Bring what stands to what is said now. said: key → value, None for no value. Returns how many values are said."""
    gone: list[int] = []
    had: set[Hashable] = set()
    replaced = 0
    for fact in standing.iterator():
        key, value = read(fact)
        if key not in said:
            continue
        if said[key] == value:
            had.add(key)
            done.unchanged += 1
            continue
        gone.append(fact.pk)
        replaced += said[key] is not None
    fresh = [make(key, value) for key, value in said.items() if value is not None and key not in had]
    for keys in _pieces(gone):
        standing.filter(pk__in=keys).supersede(now)
    standing.model.objects.bulk_create(fresh, batch_size=500)
    done.new += len(fresh) - replaced
    done.changed += replaced
    done.withdrawn += len(gone) - replaced
    done.not_reported += sum(value is None for value in said.values())
    return sum(value is not None for value in said.values())


def _pieces(keys: list[int], size: int = 500) -> Iterable[list[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))
