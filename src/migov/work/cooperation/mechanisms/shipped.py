"""The register of mechanisms that migov knows from the start. Loading costs one query where nothing has changed.

Facts are only appended and superseded: a row that is shipped as it stands is left alone, a row that is no longer shipped is superseded.
What the office added or withdrew stays as the office left it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources.abc import Traversable
from typing import Any

from django.db import transaction
from django.utils import timezone

from migov.foundation.people import access
from migov.foundation.people.access import SYSTEM, Actor
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordTheme, Visibility
from migov.foundation.records.themes import set_themes
from migov.work.cooperation.mechanisms.reading import DATA, Line, Stated, digest, read_register
from migov.work.cooperation.models import Body, CardFact, Chair, Mechanism, Membership
from migov.work.cooperation.models.mechanisms import KIND

SOURCE = "Shipped register of mechanisms"
HEAD = ("short_name", "type", "state", "website", "our_role")


@dataclass
class Shipped:
    """What loading did: how many mechanisms are shipped, and how many facts were added and superseded."""

    mechanisms: int = 0
    added: int = 0
    superseded: int = 0
    changed: bool = False


@transaction.atomic
def load_mechanisms(*, by: Actor = SYSTEM, home: Traversable = DATA) -> Shipped:
    """Bring the register to what is shipped. Places and themes are there already. Raises RegisterFault, PermissionDenied."""
    access.require(by, "mechanisms.write")
    now = digest(home)
    loaded = list(Mechanism.objects.exclude(shipped="").values_list("shipped", flat=True))
    if loaded and set(loaded) == {now}:
        return Shipped(len(loaded))
    at = timezone.now()
    register = read_register(home)
    places = dict(Place.objects.values_list("code", "pk"))
    bodies = _bodies(register.bodies)
    mechanisms = _mechanisms(register.mechanisms, bodies, now, at)
    done = Shipped(len(register.mechanisms), changed=True)
    for what, model, made in (("fact", CardFact, _fact), ("member", Membership, _member), ("chair", Chair, _chair)):
        fresh = [
            made(mechanisms[stated.code], line, places, bodies)
            for stated in register.mechanisms
            for line in stated.lines
            if line.what == what
        ]
        added, gone = _keep(model, fresh, mechanisms.values(), at)
        done.added, done.superseded = done.added + added, done.superseded + gone
    Mechanism.objects.filter(shipped__gt="").exclude(code__in=mechanisms).update(shipped="")
    journal.write(
        "mechanisms loaded", by=by, at=at,
        detail={"mechanisms": done.mechanisms, "added": done.added, "superseded": done.superseded},
    )  # fmt: skip
    return done


def _bodies(names: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """Bodies by code; those that are there already keep the name that they have."""
    Body.objects.bulk_create(
        [Body(code=code, name=name, short_name=short) for code, (name, short) in names.items()], ignore_conflicts=True
    )
    return dict(Body.objects.values_list("code", "pk"))


def _mechanisms(stated: list[Stated], bodies: Mapping[str, int], now: str, at: datetime) -> dict[str, Mechanism]:
    """The mechanisms by code. One that the office has changed keeps its head; the others follow the files."""
    there = {one.code: one for one in Mechanism.objects.select_related("record")}
    themes = {theme.code: theme for theme in Theme.objects.all()}
    fresh, changed = [], []
    for row in stated:
        one = there.get(row.code)
        if one is None:
            fresh.append(row)
        else:
            changed.append((one, row))
    records = Record.objects.bulk_create(
        [
            Record(
                kind=KIND, title=row.title, visibility=Visibility.INTERNAL, source=SOURCE, created_at=at, changed_at=at
            )
            for row in fresh
        ]
    )
    for record, row in zip(records, fresh, strict=True):
        there[row.code] = Mechanism(
            record=record, code=row.code, shipped=now, body_id=bodies[row.body] if row.body else None,
            **{name: getattr(row, name) for name in HEAD},
        )  # fmt: skip
    Mechanism.objects.bulk_create([there[row.code] for row in fresh])
    RecordTheme.objects.bulk_create(
        RecordTheme(record=there[row.code].record, theme=themes[code], recorded_at=at)
        for row in fresh
        for code in row.themes
    )
    for one, row in changed:
        if one.shipped:
            _follow(one, row, bodies, themes, at)
            one.shipped = now
    for row in stated:
        if there[row.code].shipped and there[row.code].revision == 1:
            there[row.code].successor = there[row.successor] if row.successor else None
    Mechanism.objects.bulk_update([there[row.code] for row in stated], [*HEAD, "shipped", "successor", "body"])
    return {row.code: there[row.code] for row in stated}


def _follow(one: Mechanism, row: Stated, bodies: Mapping[str, int], themes: Mapping[str, Theme], at: datetime) -> None:
    if one.revision > 1:
        return
    for name in HEAD:
        setattr(one, name, getattr(row, name))
    one.body_id = bodies[row.body] if row.body else None
    if one.record.title != row.title:
        one.record.title = row.title
        one.record.save(update_fields=["title"])
    set_themes(one.record, [themes[code] for code in row.themes], at)


def _fact(one: Mechanism, line: Line, places: Mapping[str, int], bodies: Mapping[str, int]) -> CardFact:
    return CardFact(mechanism=one, field=line.word, value=line.text, order=line.order, **_source(line))


def _member(one: Mechanism, line: Line, places: Mapping[str, int], bodies: Mapping[str, int]) -> Membership:
    who = _who(line, places, bodies)
    return Membership(
        mechanism=one, part=line.word, wording=line.text, since=line.since, until=line.until, **who, **_source(line)
    )


def _chair(one: Mechanism, line: Line, places: Mapping[str, int], bodies: Mapping[str, int]) -> Chair:
    who = _who(line, places, bodies)
    return Chair(mechanism=one, role=line.word, since=line.since, until=line.until, **who, **_source(line))


def _source(line: Line) -> dict[str, Any]:
    return {"source": line.source, "as_of": line.as_of, "note": line.note, "shipped": True}


def _who(line: Line, places: Mapping[str, int], bodies: Mapping[str, int]) -> dict[str, Any]:
    return {"place_id": places[line.who]} if line.is_place else {"body_id": bodies[line.who]}


SAYS: dict[type[Any], tuple[str, ...]] = {
    CardFact: ("field", "value", "order"),
    Membership: ("place_id", "body_id", "part", "wording", "since", "until"),
    Chair: ("place_id", "body_id", "role", "since", "until"),
}
# What may stand once only; a row of the office with the same key has the word.
ONCE = {
    CardFact: ("field", "value", "source"),
    Membership: ("place_id", "body_id", "source", "part", "since"),
    Chair: ("place_id", "body_id", "role", "source", "since"),
}


def _keep(model: type[Any], fresh: Iterable[Any], mechanisms: Collection[Mechanism], at: datetime) -> tuple[int, int]:
    """Have exactly the fresh rows stand as shipped. Returns how many were added and how many superseded."""
    whole = _saying(("mechanism_id", *SAYS[model], "source", "as_of", "note"))
    key = _saying(("mechanism_id", *ONCE[model]))
    known: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
    own: set[tuple[Any, ...]] = set()
    for row in model.objects.filter(mechanism__in=[one.pk for one in mechanisms]):
        if row.shipped:
            known[whole(row)].append(row)
        elif row.superseded_at is None:
            own.add(key(row))
    wanted = {whole(row): row for row in fresh}
    gone = [row.pk for said, rows in known.items() if said not in wanted for row in rows]
    superseded = model.objects.filter(pk__in=gone).supersede(at)
    model.objects.filter(pk__in=gone).update(shipped=False)
    added = [row for said, row in wanted.items() if said not in known and key(row) not in own]
    for row in added:
        row.recorded_at = at
    model.objects.bulk_create(added, batch_size=300)
    return len(added), superseded


def _saying(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    return lambda row: tuple(getattr(row, name) for name in names)
