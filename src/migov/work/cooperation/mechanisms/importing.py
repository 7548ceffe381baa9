"""Loading tables of mechanisms, who takes part and meetings. Loading the same files again changes nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from migov.foundation.partial_dates import first_day
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, Visibility
from migov.work.cooperation.mechanisms import sheets
from migov.work.cooperation.mechanisms.actions import free_code
from migov.work.cooperation.mechanisms.sheets import CARD, Fault, SheetRow, Sheets
from migov.work.cooperation.models import (
    Body,
    CardFact,
    Field,
    Mechanism,
    Meeting,
    MeetingKind,
    MeetingState,
    Membership,
)
from migov.work.cooperation.models.mechanisms import KIND as MECHANISM
from migov.work.cooperation.models.meetings import KIND as MEETING

MEETING_KINDS = (
    ("ministerial", MeetingKind.MINISTERIAL), ("senior official", MeetingKind.SENIOR), ("working group", MeetingKind.WORKING),
    ("core group", MeetingKind.WORKING), ("conference", MeetingKind.CONFERENCE), ("forum", MeetingKind.CONFERENCE),
    ("consultation", MeetingKind.CONSULTATION), ("preparatory", MeetingKind.CONSULTATION),
)  # fmt: skip


LONGEST_TITLE, LONGEST_CITY = 300, 120


@dataclass(slots=True)
class Loaded:
    """What loading did. faults: rows that were left out or only partly read, each with its file, row and field."""

    mechanisms: int = 0
    facts: int = 0
    participations: int = 0
    meetings: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "faults": [str(fault) for fault in self.faults]}


@transaction.atomic
def load_folder(folder: Path, *, by: Actor) -> Loaded:
    """Load the three tables of a folder: mechanisms that are new, and rows that no source has stated yet.

    A mechanism is recognised by its name or code. Nothing that stands is changed. Raises SheetRefused, PermissionDenied.
    """
    access.require(by, "mechanisms.write")
    read = sheets.read_folder(folder)
    loading = _Loading(timezone.now(), f"Loaded from {folder.name}"[:255])
    loading.run(read)
    done = loading.done
    if done.mechanisms or done.facts or done.participations or done.meetings:
        counts = {key: value for key, value in asdict(done).items() if key != "faults"}
        journal.write("mechanisms imported", by=by, at=loading.at, detail={"folder": folder.name, **counts})
    return done


class _Loading:
    """One loading: what is known by name, and what was done."""

    def __init__(self, at: datetime, source: str) -> None:
        self.at, self.source, self.done = at, source, Loaded()
        places = {place.code: place for place in Place.objects.all()}
        self.places = sheets.names_of(places)
        self.bodies: dict[str, Body] = {}
        for body in Body.objects.all():
            self.bodies |= {name.lower(): body for name in (body.name, body.short_name, body.code) if name}
            if body.code == "eu":
                self.bodies |= dict.fromkeys(sheets.EUROPEAN_UNION, body)
        self.named: dict[str, str] = {}  # code in the files → name, in lower case
        self.known: dict[str, Mechanism] = {}
        for one in Mechanism.objects.select_related("record").filter(record__removed_at__isnull=True):
            for name in (one.code, one.short_name, one.record.title):
                if name:
                    self.known.setdefault(name.lower(), one)

    def run(self, read: Sheets) -> None:
        by_code = {}
        for row in read.mechanisms:
            one = self._mechanism(row)
            if one is not None:
                by_code[row["code"]] = one
                self._facts(row, one)
        for row in read.participation:
            one = self._of(row, by_code)
            if one is not None:
                self._participation(row, one)
        for row in read.meetings:
            one = self._of(row, by_code)
            if one is not None:
                self._meeting(row, one)

    def _fault(self, row: SheetRow, field: str, text: str) -> None:
        self.done.faults.append(row.fault(field, text))

    def _of(self, row: SheetRow, by_code: dict[str, Mechanism]) -> Mechanism | None:
        one = by_code.get(row["mechanism"]) or self.known.get(row["mechanism"].lower())
        if one is None:
            self._fault(row, "mechanism", f"“{row['mechanism']}” is neither in mechanisms.csv nor in the register")
        elif not row["source"]:
            self._fault(row, "source", "no source is given")
            return None
        return one

    def _mechanism(self, row: SheetRow) -> Mechanism | None:
        if not row["name"] or not row["code"]:
            self._fault(row, "name", "code and name are needed")
            return None
        if not row["source"]:
            self._fault(row, "source", "no source is given")
            return None
        if self._too_long(row, name=LONGEST_TITLE):
            return None
        before = self.named.setdefault(row["code"].lower(), row["name"].lower())
        if before != row["name"].lower():
            self._fault(row, "code", f"“{row['code']}” stands above with another name")
            return None
        one = self.known.get(row["name"].lower()) or self.known.get(slugify(row["code"]))
        if one is not None:
            return one
        kind = sheets.type_of(row["type"])
        if kind is None:
            self._fault(row, "type", f"“{row['type']}” is no type of mechanism that is known")
            return None
        record = Record.objects.create(
            kind=MECHANISM, title=row["name"], visibility=Visibility.INTERNAL, source=self.source, created_at=self.at, changed_at=self.at
        )  # fmt: skip
        one = Mechanism.objects.create(record=record, code=free_code(slugify(row["code"]), Mechanism), type=kind)
        self.known |= {row["name"].lower(): one, one.code: one}
        self.done.mechanisms += 1
        return one

    def _too_long(self, row: SheetRow, **most: int) -> bool:
        """Whether one of these cells is longer than there is room for; each is told."""
        long = [(name, room) for name, room in most.items() if len(row[name]) > room]
        for name, room in long:
            self._fault(row, name, f"has {len(row[name])} characters; {room} have room")
        return bool(long)

    def _facts(self, row: SheetRow, one: Mechanism) -> None:
        standing = set(CardFact.objects.current().filter(mechanism=one).values_list("field", "value", "source"))
        fresh = [
            CardFact(mechanism=one, field=name, value=row[column], source=row["source"], recorded_at=self.at, order=50)
            for column, name in CARD.items()
            if row[column] and row[column].lower() != "none"
        ]
        fresh += [
            CardFact(
                mechanism=one, field=Field.HISTORY, value=f"{words}: {row[column]}", source=row["source"], recorded_at=self.at, order=60,
            )
            for column, words in (("chair", "Chair"), ("past_chairs", "Past chairs"))
            if row[column]
        ]  # fmt: skip
        added = [fact for fact in fresh if (fact.field, fact.value, fact.source) not in standing]
        CardFact.objects.bulk_create(added)
        self.done.facts += len(added)
        self.done.unchanged += len(fresh) - len(added)

    def _participation(self, row: SheetRow, one: Mechanism) -> None:
        part = sheets.part_of(row["role"])
        if part is None:
            self._fault(row, "role", f"“{row['role']}” is no way to take part that is known")
            return
        name = row["participant"].lower()
        who: dict[str, Any] = {}
        if name in self.places or name.rstrip("*") in self.places:
            who["place"] = self.places.get(name) or self.places[name.rstrip("*")]
        elif name in self.bodies:
            who["body"] = self.bodies[name]
        else:
            self._fault(row, "participant", f"“{row['participant']}” is no State or organisation that is known")
            return
        as_of, note = sheets.as_of(row["as_of"])
        if not as_of and note[:1].isdigit():
            self._fault(row, "as_of", f"“{note}” is no date; the row is kept with it as a note")
        kept, new = Membership.objects.current().get_or_create(
            mechanism=one, part=part, source=row["source"], since="", **who,
            defaults={"as_of": as_of, "note": note, "wording": row["role"][:100], "recorded_at": self.at},
        )  # fmt: skip
        if not new and kept.as_of != as_of and as_of > kept.as_of:
            Membership.objects.filter(pk=kept.pk).supersede(self.at)
            Membership.objects.create(
                mechanism=one, part=part, source=row["source"], as_of=as_of, note=note, wording=row["role"][:100],
                recorded_at=self.at, **who,
            )  # fmt: skip
            new = True
        self.done.participations += new
        self.done.unchanged += not new

    def _meeting(self, row: SheetRow, one: Mechanism) -> None:
        when = sheets.days_of(row["date"])
        if when is None:
            self._fault(row, "date", f"“{row['date']}” is no day (2022-05-12, 2022-05-12/13) and no month or year")
            return
        if not row["meeting"]:
            self._fault(row, "meeting", "no name is given")
            return
        if self._too_long(row, meeting=LONGEST_TITLE, place=LONGEST_CITY):
            return
        there = Meeting.objects.filter(
            mechanism=one, record__title=row["meeting"], record__starts=when.starts, dated=when.dated
        )
        if there.exists():
            self.done.unchanged += 1
            return
        record = Record.objects.create(
            kind=MEETING, title=row["meeting"], visibility=Visibility.INTERNAL, starts=when.starts, ends=when.ends, source=self.source,
            created_at=self.at, changed_at=self.at,
        )  # fmt: skip
        place = self.places.get(row["country"].lower()) if row["country"] else None
        if row["country"] and place is None:
            self._fault(row, "country", f"“{row['country']}” is no State that is known; the meeting is kept without it")
        if place is not None:
            RecordPlace.objects.create(record=record, place=place, recorded_at=self.at)
        words = row["meeting"].lower()
        kind = next((kind for word, kind in MEETING_KINDS if word in words), MeetingKind.OTHER)
        city = "" if row["place"].lower() == "online" else row["place"]
        Meeting.objects.create(
            record=record, mechanism=one, kind=kind, state=self._state(when), dated=when.dated, city=city, country=place,
            online=row["place"].lower() == "online", outcome=row["outcome_or_size"], source=row["source"],
        )  # fmt: skip
        self.done.meetings += 1

    def _state(self, when: sheets.When) -> str:
        past = (when.ends or first_day(when.dated)) < timezone.localdate(self.at)
        return MeetingState.HELD if past else MeetingState.PLANNED
