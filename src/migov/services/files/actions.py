"""Changes to documents: add one or a new version, read it, describe it, take it from the register."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO, cast

from django.core.files import File
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.files import splitting
from migov.services.files.extraction import MAX_PAGES, Pages, Progress, Unreadable, read_file
from migov.services.files.formats import BY_TYPE, Format, NotAccepted, recognise
from migov.services.files.models import KIND, Document, DocumentKind, DocumentState, Passage, Text

LONGEST_TITLE = 300
MOST_CHARACTERS = 3_000_000  # of text that is kept; some thousand pages
PIECE = 1024**2


@dataclass(frozen=True, slots=True)
class About:
    """What people say of a document. title: empty for the name of its file."""

    title: str = ""
    kind: str = DocumentKind.OTHER
    date: Date | None = None
    language: str = ""


def add(
    to: Record, file: File, *, by: Actor, about: About | None = None, replaces: Document | None = None, at: datetime | None = None
) -> Document:  # fmt: skip
    """Keep a file as a document of a record; reading it is asked for separately. `file.name` is what people called it.

    replaces: the latest version of a document of the same record, whose place it takes. Raises NotAccepted for a file that is not
    kept (also the same content twice), PermissionDenied.
    """
    access.require(by, "files.add", to)
    if replaces is not None:
        access.require(by, "files.change", replaces.record)
    name = plain_name(file.name or "")
    found = recognise(cast("BinaryIO", file), name, file.size or 0)
    digest = _digest(file)
    about = about or About()
    return _keep(to, file, name, found, digest, about, replaces, by, at)


@transaction.atomic
def _keep(
    to: Record, file: File, name: str, found: Format, digest: str, about: About, replaces: Document | None, by: Actor,
    at: datetime | None,
) -> Document:  # fmt: skip
    locked = Record.objects.select_for_update().get(pk=to.pk)
    at = at or timezone.now()
    if locked.removed_at is not None or locked.parent_id is not None:
        raise NotAccepted(_("Documents are added to a project that is in the register."))
    same = Document.objects.standing().filter(of=locked, sha256=digest).select_related("record").first()
    if same is not None:
        raise NotAccepted(
            _("“%(name)s” is here already: it is “%(title)s”.") % {"name": name, "title": same.record.title}
        )
    title = about.title.strip()[:LONGEST_TITLE] or (replaces.record.title if replaces else title_of(name))
    record = Record.objects.create(
        kind=KIND, title=title, parent=locked, office_id=locked.office_id, visibility=locked.visibility,
        illustrative=locked.illustrative, owner=by if isinstance(by, User) else None, created_at=at, changed_at=at,
    )  # fmt: skip
    version, series = _place(replaces, locked, at)
    document = Document(
        record=record, of=locked, series=series, version=version, kind=about.kind, date=about.date,
        language=about.language, name=name, content_type=found.content_type, size=file.size, sha256=digest,
        state=DocumentState.WAITING if found.read else DocumentState.KEPT,
    )  # fmt: skip
    file.seek(0)
    document.file.save(name, file, save=False)
    stored = document.file
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except BaseException:
        stored.storage.delete(str(stored.name))
        raise
    detail = {"file": name, "size": file.size, "kind": str(about.kind)}
    journal.write(
        "document added", by=by, record=record, detail=detail | ({"version": version} if replaces else {}), at=at
    )
    return document


def _place(replaces: Document | None, of: Record, at: datetime) -> tuple[int, uuid.UUID]:
    """The version and series of a new document, with the version before taken from the register."""
    if replaces is None:
        return 1, uuid.uuid4()
    latest = Document.objects.filter(series=replaces.series).aggregate(Max("version"))["version__max"]
    taken = Record.objects.filter(pk=replaces.pk, removed_at__isnull=True).update(removed_at=at, changed_at=at)
    if replaces.of_id != of.pk or latest != replaces.version or not taken:
        raise NotAccepted(_("There is a newer version already, or the document was removed. Look at it again."))
    return latest + 1, replaces.series


def _digest(file: File) -> str:
    seen = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks(PIECE):
        seen.update(chunk)
    return seen.hexdigest()


def plain_name(name: str) -> str:
    """The name of a file without folders and signs that names do not have; at most 200 characters, with its ending."""
    said = "".join(sign for sign in PurePath(name.replace("\\", "/")).name if sign.isprintable()).strip() or "document"
    path = PurePath(said)
    return f"{path.stem[: 200 - len(path.suffix)]}{path.suffix}" if len(said) > 200 else said


def title_of(name: str) -> str:
    """A title from the name of a file: "Final_report.pdf" → "Final report"."""
    words = " ".join(PurePath(name).stem.replace("_", " ").split())
    return (words[:1].upper() + words[1:])[:LONGEST_TITLE] or name


def read(document: Document, *, by: Actor, progress: Progress | None = None, at: datetime | None = None) -> Document:
    """Read the text of a document and split it into passages, in the place of what was read before.

    progress: told for each page; what it raises ends the reading, and nothing has changed. A file without text that can be read is
    no error: its state says so, and why. Raises PermissionDenied.
    """
    access.require(by, "files.change", document.record)
    kind = BY_TYPE[document.content_type]
    if not kind.read:
        return document
    try:
        with document.file.open("rb") as file:
            pages = read_file(cast("BinaryIO", file), kind.suffix, document.name, progress)
    except Unreadable as problem:
        return _tell(document, DocumentState.UNREADABLE, _why(problem, kind), by, at)
    except FileNotFoundError:
        return _tell(document, DocumentState.UNREADABLE, _("The stored file is not there any more."), by, at)
    return _write(document, pages, by, at)


def _why(problem: Unreadable, kind: Format) -> str:
    """Why a file could not be read, for people: what the extraction says is for the command line."""
    said = str(problem)
    if "password" in said:
        return _("It is protected by a password. Add it again without one.")
    if "holds no text" in said:
        pictures = _("It holds no text; perhaps its pages are pictures.")
        return pictures if kind.code == "pdf" else _("It holds no text.")
    if "pages; at most" in said:
        return _("It has too many pages; at most %(most)s are read.") % {"most": f"{MAX_PAGES:,}"}
    if "unpacks to more" in said:
        return _("It holds more text than can be read.")
    if "UTF-8" in said:
        return _("Its letters cannot be told. Save it as UTF-8.")
    return _("It is damaged: it cannot be opened as a %(kind)s.") % {"kind": kind.label}


@transaction.atomic
def _tell(document: Document, state: str, why: str, by: Actor, at: datetime | None) -> Document:
    locked = Document.objects.select_for_update().get(pk=document.pk)
    locked.state, locked.why = DocumentState(state), why
    locked.save(update_fields=["state", "why"])
    _forget(locked)
    journal.write("document could not be read", by=by, record=locked.record, detail={"why": why}, at=at)
    return locked


def _forget(document: Document) -> None:
    Passage.objects.filter(document=document).delete()
    Text.objects.filter(document=document).delete()


@transaction.atomic
def _write(document: Document, pages: Pages, by: Actor, at: datetime | None) -> Document:
    made = splitting.split_pages(pages.texts, numbered=pages.numbered, most=MOST_CHARACTERS)
    locked = Document.objects.select_for_update().get(pk=document.pk)
    _forget(locked)
    Text.objects.create(document=locked, content=made.text)
    Passage.objects.bulk_create(
        (
            Passage(document=locked, number=number, page=p.page, start=p.start, end=p.end, text=p.text)
            for number, p in enumerate(made.passages, start=1)
        ),
        batch_size=500,
    )
    notes = []
    if pages.unread:
        numbers = ", ".join(map(str, pages.unread[:20])) + (", …" if len(pages.unread) > 20 else "")
        notes.append(_("Pages that could not be read: %(numbers)s.") % {"numbers": numbers})
    if made.cut:
        notes.append(
            _("It is very long; only the first %(number)s characters were kept.") % {"number": f"{MOST_CHARACTERS:,}"}
        )
    locked.state, locked.why = DocumentState.READ, " ".join(notes)
    locked.pages = len(pages.texts) if pages.numbered else None
    locked.language = locked.language or splitting.language(made.passages)
    locked.save(update_fields=["state", "why", "pages", "language"])
    detail = {"passages": len(made.passages), "pages": locked.pages}
    journal.write("document read", by=by, record=locked.record, detail=detail, at=at)
    return locked


@transaction.atomic
def describe(document: Document, about: About, *, by: Actor, at: datetime | None = None) -> Document:
    """Say what a document is. Only what differs is written. Raises PermissionDenied, ValueError for an empty title."""
    access.require(by, "files.change", document.record)
    record = Record.objects.select_for_update().get(pk=document.pk)
    locked = Document.objects.select_for_update().get(pk=document.pk)
    title = about.title.strip()[:LONGEST_TITLE]
    if not title:
        raise ValueError(_("A document needs a title."))
    changes = {
        name: {"from": str(before or ""), "to": str(now or "")}
        for name, before, now in (
            ("title", record.title, title),
            ("kind", locked.kind, about.kind),
            ("date", locked.date, about.date),
            ("language", locked.language, about.language),
        )
        if before != now
    }
    if changes:
        Record.objects.filter(pk=record.pk).update(title=title)
        locked.kind, locked.date, locked.language = DocumentKind(about.kind), about.date, about.language
        locked.save(update_fields=["kind", "date", "language"])
        journal.write("document described", by=by, record=record, detail=changes, at=at)
    return locked


@transaction.atomic
def remove(document: Document, *, by: Actor, note: str = "", at: datetime | None = None) -> None:
    """Take a document from the register, with all its versions. File, text and decisions are kept. Raises PermissionDenied."""
    access.require(by, "files.change", document.record)
    record = Record.objects.select_for_update().get(pk=document.pk)
    at = at or timezone.now()
    if record.removed_at is None:
        Record.objects.filter(pk=record.pk).update(removed_at=at)
        journal.write("document removed", by=by, record=record, detail={"note": note} if note else {}, at=at)


def carry_over(of: Record) -> int:
    """Give the documents of a record its office and visibility. Returns how many changed. One query."""
    same_office = Q(office__isnull=True) if of.office_id is None else Q(office_id=of.office_id)
    documents = Record.objects.filter(parent=of, kind=KIND).exclude(same_office, visibility=of.visibility)
    return documents.update(office_id=of.office_id, visibility=of.visibility)
