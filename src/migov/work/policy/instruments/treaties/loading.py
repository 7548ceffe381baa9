"""Keeping what sources state about the acts of States.

A source restates itself: what it says now of an act (instrument, place, kind) takes the place of what it said before; what other
sources say stands beside it. Nothing is overwritten: what no longer stands is superseded and answers for earlier days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.work.policy.instruments.treaties.own import files_of, read_many
from migov.work.policy.instruments.treaties.stated import Stated
from migov.work.policy.models import ActionKind, Instrument, TreatyAction
from migov.work.policy.models.instruments import WORDED


@dataclass
class Loaded:
    """What loading did, in rows. changed: superseded because the source now says otherwise. older: left out because the source has
    said something later. not_covered: rows about a place that the source does not count."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    not_covered: int = 0

    def to_json(self) -> dict[str, Any]:
        """The counts, for machines and the journal."""
        return asdict(self)


def load_treaties(files: Sequence[tuple[str, bytes]] | Path, *, by: Actor, name: str = "") -> Loaded:
    """Load files about acts of States (names and contents, or a path). All of them or none.

    Raises LoadRefused with every fault, PermissionDenied.
    """
    access.require(by, "instruments.load")
    given = files_of(files) if isinstance(files, Path) else list(files)
    rows, not_covered = read_many(given)
    done = load_rows(rows, by=by, name=name or ", ".join(one for one, _content in given)[:200])
    done.not_covered = not_covered
    return done


@transaction.atomic
def load_rows(rows: Iterable[Stated], *, by: Actor, name: str) -> Loaded:
    """Keep what rows state; see the rule at the top. name: of the file or form they come from, for the journal.

    Raises PermissionDenied.
    """
    access.require(by, "instruments.load")
    stated = list(dict.fromkeys(rows))
    done = Loaded(rows=len(stated))
    groups: defaultdict[tuple[int, int, str], list[Stated]] = defaultdict(list)
    for row in _once(stated):
        groups[row.instrument, row.place, row.source].append(row)
    # Two loads wait for each other at the instruments.
    list(
        Instrument.objects.select_for_update()
        .filter(pk__in={row.instrument for row in stated})
        .order_by("pk")
        .values_list("pk")
    )
    standing: defaultdict[tuple[int, int, str], list[TreatyAction]] = defaultdict(list)
    for action in TreatyAction.objects.current().filter(
        instrument_id__in={row.instrument for row in stated}, source__in={row.source for row in stated}
    ):
        standing[action.instrument_id, action.place_id, action.source].append(action)
    gone: list[int] = []
    fresh: list[Stated] = []
    for key, group in groups.items():
        _restated(group, standing[key], gone, fresh, done)
    now = timezone.now()
    TreatyAction.objects.filter(pk__in=gone).supersede(now)
    author = by.pk if isinstance(by, User) else None
    TreatyAction.objects.bulk_create(
        [
            TreatyAction(
                instrument_id=row.instrument, place_id=row.place, kind=row.kind, date=row.when.day, precision=row.when.precision,
                text=row.text, note=row.note, source=row.source, source_url=row.url, as_of=row.as_of, by_id=author,
                recorded_at=now,
            )
            for row in fresh
        ],
        batch_size=300,
    )  # fmt: skip
    done.new, done.changed = len(fresh), len(gone)
    if fresh or gone:
        journal.write("treaty status loaded", by=by, detail={"file": name, **done.to_json()})
    return done


def _once(rows: Iterable[Stated]) -> list[Stated]:
    """One row for each act that a source names; the later knowledge of two."""
    found: dict[tuple[object, ...], Stated] = {}
    for row in sorted(rows, key=lambda row: row.as_of):
        apart = row.text if row.kind in WORDED else ""
        found[row.instrument, row.place, row.source, row.kind, row.when.day, apart] = row
    return list(found.values())


def _restated(
    group: list[Stated], before: list[TreatyAction], gone: list[int], fresh: list[Stated], done: Loaded
) -> None:
    """What one source says now of one State and instrument, against what it said before."""
    said: defaultdict[tuple[object, ...], list[Stated]] = defaultdict(list)
    had: defaultdict[tuple[object, ...], list[TreatyAction]] = defaultdict(list)
    for row in group:
        said[_about(row.kind, row.when.day)].append(row)
    for action in before:
        had[_about(action.kind, action.date)].append(action)
    latest = max(row.as_of for row in group)
    for about, rows in said.items():
        there = {_content(action): action for action in had[about]}
        known = max((action.as_of for action in had[about]), default=None)
        done.unchanged += sum(1 for row in rows if row.content in there)
        new = [row for row in rows if row.content not in there]
        if known is not None and new and max(row.as_of for row in new) < known:
            done.older += len(new)
            continue
        kept = {row.content for row in rows}
        if new:
            gone.extend(action.pk for content, action in there.items() if content not in kept)
        fresh.extend(new)
    # A source that now names an act no longer says that there is none, and the other way round.
    silent = [action for action in before if action.kind == ActionKind.NONE and action.as_of <= latest]
    spoken = [action for action in before if action.kind != ActionKind.NONE and action.as_of <= latest]
    names_none = {row.kind for row in group} == {ActionKind.NONE}
    over = spoken if names_none else silent if ActionKind.NONE not in {row.kind for row in group} else []
    gone.extend(action.pk for action in over if action.pk not in gone)


def _about(kind: str, day: object) -> tuple[object, ...]:
    """What two rows of one source must share to be about the same act. Reservations and the like are told apart by their day."""
    return (kind, day) if kind in WORDED else (kind,)


def _content(action: TreatyAction) -> tuple[object, ...]:
    return (
        action.kind, action.date, action.precision, action.as_of, action.text, action.note, action.source_url,
    )  # fmt: skip
