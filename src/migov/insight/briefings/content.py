"""What stands in an edition: drawn from the dossiers, kept as data, compared with the edition before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import EXTERNAL_ROLES, Membership, Role, User
from migov.foundation.records.models import Record, RecordPlace
from migov.foundation.records.themes import themes_of
from migov.foundation.shell import formats
from migov.insight.briefings.models import Book
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Ask, Block, Changed

MOST = 60  # lines of a block


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is known on the meeting (no code) or on one country."""

    code: str
    title: str
    blocks: tuple[Block, ...]


def eyes_of(book: Book, person: User) -> Viewer:
    """With whose eyes a book is drawn: the person's, as far as everybody sees who may read the book. That is a member of the book's
    office, with the person's roles there and nowhere else."""
    office = book.record.office
    if office is None:  # read by those alone who see everything
        return person
    held = {one.role for one in person.standing} - EXTERNAL_ROLES - {Role.ADMINISTRATOR}
    reader = User(pk=person.pk, username=person.username, first_name=person.first_name, last_name=person.last_name)
    reader.standing = [Membership(user=reader, office=office, role=role) for role in held or {Role.DEVELOPER}]
    return reader


def drawn(book: Book, person: User) -> list[Chapter]:
    """The chapters of a book as they are today, with what both the person and everybody who reads the book may see."""
    ask = Ask(eyes_of(book, person), tuple(themes_of(book.record)), book.starts, book.ends, MOST)
    found = []
    if book.meeting is not None:
        parts = [code.removeprefix("meeting-") for code in book.parts if code.startswith("meeting-")]
        found.append(Chapter("", str(book.meeting.record.title), tuple(blocks.of_meeting(book.meeting, ask, parts))))
    for place in book.places.order_by("short_name"):
        found.append(Chapter(place.code, formats.place(place), tuple(blocks.of_country(place, ask, book.parts))))
    return found


def _illustrative(book: Book) -> bool:
    """Whether something of what the book is about was written for the demonstration. One query."""
    here = RecordPlace.objects.current().filter(place__in=book.places.all()).values("record_id")
    return Record.objects.standing().filter(Q(pk__in=here) | Q(pk=book.meeting_id), illustrative=True).exists()


def as_json(book: Book, chapters: list[Chapter]) -> dict[str, Any]:
    """What an edition keeps."""
    return {
        "title": book.record.title, "note": book.note, "illustrative": _illustrative(book),
        "starts": book.starts.isoformat() if book.starts else None, "ends": book.ends.isoformat() if book.ends else None,
        "themes": [theme.name for theme in themes_of(book.record)],
        "chapters": [
            {"code": one.code, "title": one.title, "blocks": [blocks.as_json(block) for block in one.blocks]} for one in chapters
        ],
    }  # fmt: skip


def chapters_of(content: Mapping[str, Any]) -> list[Chapter]:
    """The chapters that an edition kept."""
    return [
        Chapter(one["code"], one["title"], tuple(blocks.from_json(block) for block in one["blocks"]))
        for one in content["chapters"]
    ]


@dataclass(frozen=True, slots=True)
class ChapterChanged:
    """What changed in a chapter. new: it was not in the edition before."""

    title: str
    blocks: tuple[Changed, ...]
    new: bool = False

    @property
    def number(self) -> int:
        return sum(len(one.came) + len(one.went) + len(one.other) for one in self.blocks)


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[ChapterChanged]:
    """What differs between two editions, chapter by chapter; chapters without a difference are left out."""
    old = {one.code: one for one in chapters_of(before)}
    found = []
    for chapter in chapters_of(now):
        earlier = old.get(chapter.code)
        if earlier is None:
            found.append(ChapterChanged(chapter.title, (), new=True))
            continue
        kept = {block.code: block for block in earlier.blocks}
        differ = tuple(
            changed
            for block in chapter.blocks
            if block.code in kept and (changed := blocks.compare(kept[block.code], block))
        )
        if differ:
            found.append(ChapterChanged(chapter.title, differ))
    return found
