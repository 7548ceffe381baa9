"""The verbs of briefing books: begin one, change what it asks for, refresh it, take it out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.models import EXTERNAL_ROLES, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, Visibility
from migov.foundation.records.themes import set_themes
from migov.foundation.shell import typed
from migov.insight.briefings import content
from migov.insight.briefings.models import KIND, Book, Edition
from migov.work.cooperation.models import Meeting

MOST_PLACES = 25
LONGEST_TITLE = 300


class BookRefused(ValueError):
    """A step that cannot be taken. The text says why, for people; field: what it is about."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class Changed(BookRefused):
    """Somebody else changed the book meanwhile."""


def _words(title: str, note: str) -> tuple[str, str]:
    """Title and first words as they are kept."""
    try:
        title = typed.line(title, LONGEST_TITLE)
    except typed.Unreadable as refusal:
        raise BookRefused(str(refusal), "title") from None
    if not title:
        raise BookRefused(_("Give the book a title."), "title")
    try:
        return title, typed.tidy(note)
    except typed.Unreadable as refusal:
        raise BookRefused(str(refusal), "note") from None


def _check(
    by: User,
    places: Collection[Place],
    meeting: Meeting | None,
    starts: date | None,
    ends: date | None,
    parts: Collection[str],
) -> None:
    if meeting is not None:
        access.require(by, "meetings.see", meeting.record)
    if not places and meeting is None:
        raise BookRefused(_("Choose countries, or a meeting."), "places")
    if len(places) > MOST_PLACES:
        raise BookRefused(_("%(most)s countries at most.") % {"most": MOST_PLACES}, "places")
    if starts and ends and ends < starts:
        raise BookRefused(_("The period ends before it starts."), "ends")
    if not parts:
        raise BookRefused(_("Choose at least one part."), "parts")


@transaction.atomic
def begin(
    *,
    title: str,
    by: User,
    places: Collection[Place] = (),
    meeting: Meeting | None = None,
    themes: Iterable[Theme] = (),
    starts: date | None = None,
    ends: date | None = None,
    parts: Collection[str],
    note: str = "",
) -> Book:
    """Begin a book and make its first edition. Raises PermissionDenied, BookRefused."""
    access.require(by, "briefings.make")
    title, note = _words(title, note)
    _check(by, places, meeting, starts, ends, parts)
    now = timezone.now()
    membership = next((one for one in by.standing if one.role not in EXTERNAL_ROLES), None)
    record = Record.objects.create(
        kind=KIND, title=title, owner=by, office=membership.office if membership else None, visibility=Visibility.OFFICE,
        created_at=now, changed_at=now,
    )  # fmt: skip
    book = Book.objects.create(record=record, meeting=meeting, starts=starts, ends=ends, parts=list(parts), note=note)
    book.places.set(places)
    set_themes(record, themes, now)
    journal.write("briefing begun", by=by, record=record, at=now)
    _add(book, by)
    return book


@transaction.atomic
def change(
    book: Book,
    *,
    by: User,
    revision: int,
    title: str,
    places: Collection[Place] = (),
    meeting: Meeting | None = None,
    themes: Iterable[Theme] = (),
    starts: date | None = None,
    ends: date | None = None,
    parts: Collection[str],
    note: str = "",
) -> Book:
    """Change what a book asks for, and make an edition of it. Raises PermissionDenied, BookRefused, Changed."""
    held = _held(book, by)
    if held.revision != revision:
        raise Changed(_("Somebody changed this book after you opened it. Read it again, then save."))
    title, note = _words(title, note)
    _check(by, places, meeting, starts, ends, parts)
    now = timezone.now()
    held.meeting, held.starts, held.ends, held.parts, held.note = meeting, starts, ends, list(parts), note
    held.revision += 1
    held.save()
    held.places.set(places)
    set_themes(held.record, themes, now)
    held.record.title, held.record.changed_at = title, now
    held.record.save(update_fields=["title", "changed_at"])
    journal.write("briefing changed", by=by, record=held.record, at=now)
    _add(held, by)
    return held


@transaction.atomic
def refresh(book: Book, *, by: User) -> Edition | None:
    """Draw the book anew. None where it says the same as the newest edition. Raises PermissionDenied."""
    return _add(_held(book, by), by)


@transaction.atomic
def remove(book: Book, *, by: User) -> None:
    """Take a book from the list. Raises PermissionDenied."""
    held = _held(book, by)
    held.record.removed_at = timezone.now()
    held.record.save(update_fields=["removed_at"])
    journal.write("briefing removed", by=by, record=held.record)


def _held(book: Book, by: User) -> Book:
    record = Record.objects.select_for_update(of=("self",)).get(pk=book.pk)
    access.require(by, "briefings.change", record)
    if record.removed_at is not None:
        raise BookRefused(_("This book was taken from the list meanwhile."))
    held = Book.objects.select_related("meeting__record", "meeting__mechanism__record", "meeting__country").get(
        pk=book.pk
    )
    held.record = record
    return held


def _add(book: Book, by: User) -> Edition | None:
    made = content.as_json(book, content.drawn(book, by))
    last = book.editions.order_by("-number").first()
    if last is not None and last.content == made:
        return None
    edition = Edition.objects.create(book=book, number=last.number + 1 if last else 1, by_id=by.pk, content=made)
    Record.objects.filter(pk=book.pk).update(changed_at=edition.at)
    journal.write("briefing made", by=by, record=book.record, detail={"edition": edition.number}, at=edition.at)
    return edition
