"""Changes to texts: add one, describe it, add a version, find its structure. Corrections by hand are in `corrections`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO, cast

from django.core.files import File
from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, RecordState, Visibility
from migov.foundation.records.themes import set_themes, themes_of
from migov.foundation.shell import typed
from migov.services.files import actions as files
from migov.services.files import work as reading
from migov.services.files.actions import About
from migov.services.files.extraction import Unreadable
from migov.services.files.formats import BY_TYPE
from migov.services.files.models import Document
from migov.work.policy.models import AssistanceRequest, LegalText, TextStatus, TextVersion, VersionState
from migov.work.policy.models.texts import KIND
from migov.work.policy.texts import storing
from migov.work.policy.texts.errors import Conflict, TextError
from migov.work.policy.texts.queries import reviews_on
from migov.work.policy.texts.sources import SUFFIXES, outline_of_file
from migov.work.policy.texts.tree import Outline

WRITE = "texts.write"
LONGEST_REASON = 1000


def office_for(country: Place | None, request: AssistanceRequest | None, by: Actor) -> Office | None:
    """The office that a text belongs to: that of its request, else of its country, else the regional one; where `by` may not add a text
    there, an office of his or her own."""
    standing = Office.objects.filter(valid_to__isnull=True)
    options = [
        request.record.office if request else None,
        standing.filter(place=country, kind="country").order_by("pk").first() if country else None,
        standing.filter(kind="regional").order_by("pk").first(),
        *(membership.office for membership in getattr(by, "standing", ())),
    ]
    return next((office for office in options if office is not None and access.allowed(by, "texts.add", office)), None)


@transaction.atomic
def add_text(
    *, title: str, kind: str, country: Place | None, by: Actor, citation: str = "", language: str = "en",
    request: AssistanceRequest | None = None, status: str = TextStatus.DRAFT, summary: str = "", url: str = "",
    adopted_on: date | None = None, in_force_on: date | None = None, shared: bool | None = None,
    themes: Iterable[Theme] | None = None, at: datetime | None = None,
) -> LegalText:  # fmt: skip
    """Add a text, without a version yet. request: with which it came; its themes are the text's where none are given.

    shared: whether the government of its country sees it; where it is not said, it sees what came with a request of its own.
    Raises PermissionDenied, TextError with the field.
    """
    access.require(by, "texts.add")
    at = at or timezone.now()
    title = title.strip()
    if not title:
        raise TextError(_("Give the text its title."), "title")
    if request is not None:
        access.require(by, "requests.see", request.record)
        country = country or request.country
    if shared and country is None:
        raise TextError(_("Say of which country the text is before it is shared."), "country")
    shared = bool(request is not None and request.country and request.country == country) if shared is None else shared
    office = office_for(country, request, by)
    access.require(by, "texts.add", office)
    record = Record.objects.create(
        kind=KIND, title=title, summary=summary.strip(), office=office, owner=by if isinstance(by, User) else None,
        visibility=Visibility.PARTNERS if shared else Visibility.INTERNAL, source="migov", created_at=at, changed_at=at,
    )  # fmt: skip
    RecordState.objects.create(record=record, office=office, recorded_at=at)
    if country is not None:
        RecordPlace.objects.create(record=record, place=country, recorded_at=at)
    if themes is None:
        themes = themes_of(request.record) if request is not None else ()
    set_themes(record, themes, at)
    made = LegalText.objects.create(
        record=record, kind=kind, status=status, country=country, citation=citation.strip(), language=language, request=request, url=url,
        adopted_on=adopted_on, in_force_on=in_force_on,
    )  # fmt: skip
    journal.write("text added", by=by, record=record, detail={"title": title, "shared": shared}, at=at)
    return made


@dataclass(frozen=True, slots=True)
class Details:
    """What can be said of a text later. themes: None leaves them as they are."""

    title: str
    kind: str
    status: str
    citation: str = ""
    language: str = "en"
    summary: str = ""
    url: str = ""
    adopted_on: date | None = None
    in_force_on: date | None = None
    shared: bool = False
    themes: Iterable[Theme] | None = None


@transaction.atomic
def describe(text: LegalText, details: Details, *, by: Actor, at: datetime | None = None) -> LegalText:
    """Say better what a text is, and whether its government sees it. Only what differs is written.

    Raises PermissionDenied, TextError with the field.
    """
    record = Record.objects.select_for_update().get(pk=text.pk)
    access.require(by, WRITE, record)
    found = LegalText.objects.get(pk=text.pk)
    title = details.title.strip()
    if not title:
        raise TextError(_("Give the text its title."), "title")
    if details.shared and found.country_id is None:
        raise TextError(_("A text without a country cannot be shared with a government."), "shared")
    seen = record.visibility
    if details.shared != (seen in (Visibility.PARTNERS, Visibility.PUBLIC)):
        seen = Visibility.PARTNERS if details.shared else Visibility.INTERNAL
    changed: dict[str, Any] = {}
    for field in ("kind", "status", "citation", "language", "url", "adopted_on", "in_force_on"):
        value = getattr(details, field)
        if getattr(found, field) != value:
            changed[field] = {"from": str(getattr(found, field) or ""), "to": str(value or "")}
            setattr(found, field, value)
    for field, value in (("title", title), ("summary", details.summary.strip()), ("visibility", seen)):
        if getattr(record, field) != value:
            changed[field] = {"from": str(getattr(record, field))[:300], "to": str(value)[:300]}
            setattr(record, field, value)
    if details.themes is not None:
        changed |= set_themes(record, details.themes, at or timezone.now())
    if changed:
        found.save()
        record.save(update_fields=["title", "summary", "visibility"])
        journal.write("text described", by=by, record=record, detail=changed, at=at)
    return found


def suffix_of(document: Document) -> str:
    """By which ending a document is read; empty for one that no structure can be found in."""
    kind = BY_TYPE.get(document.content_type)
    return kind.suffix if kind is not None and kind.suffix in SUFFIXES else ""


def add_version(
    text: LegalText, file: File, *, by: Actor, label: str = "", dated: date | None = None, at: datetime | None = None
) -> TextVersion:
    """Keep a file as the next version of a text, and find its structure: at once where that takes a moment, else by a job.

    The file is kept as a document of the text's record. Raises PermissionDenied; NotAccepted for a file that is not kept, TextError
    for one of a kind that holds no text.
    """
    from migov.work.policy.texts import work

    with transaction.atomic():
        record = Record.objects.select_for_update().get(pk=text.pk)
        access.require(by, WRITE, record)
        document = files.add(record, file, by=by, about=About(kind="policy", language=text.language, date=dated))
        if not suffix_of(document):
            raise TextError(
                _("The structure of a law can be read from DOCX, PDF, HTML, Markdown, plain text and Akoma Ntoso."),
                "file",
            )
        last = TextVersion.objects.filter(text=text).aggregate(last=Max("number"))["last"] or 0
        version = TextVersion.objects.create(
            text=text, number=last + 1, label=label.strip()[:120], dated=dated, document=document, added_at=at or timezone.now(),
            added_by=by if isinstance(by, User) else None,
        )  # fmt: skip
        journal.write(
            "version added", by=by, record=record, detail={"version": version.number, "file": document.name}, at=at
        )
    reading.read_soon(document, by=by)
    work.structure_soon(version, by=by)
    version.refresh_from_db()
    return version


def read_structure(version: TextVersion, *, by: Actor) -> TextVersion:
    """Find the structure of a version in its document, anew where there was one. What cannot be read is no error: the state says so.

    Raises PermissionDenied, TextError where reviews point at its provisions.
    """
    access.require(by, WRITE, version.text.record)
    document = version.document
    if document is None:
        raise TextError(_("This version has no file any more."))
    try:
        with document.file.open("rb") as file:
            outline = outline_of_file(cast("BinaryIO", file), suffix_of(document), document.name)
    except Unreadable as problem:
        return _failed(version, _("It could not be read: %(why)s") % {"why": problem}, by)
    except FileNotFoundError:
        return _failed(version, _("The stored file is not there any more."), by)
    return structure(version, outline, by=by)


@transaction.atomic
def _failed(version: TextVersion, why: str, by: Actor) -> TextVersion:
    locked = TextVersion.objects.select_for_update().select_related("text__record").get(pk=version.pk)
    locked.state, locked.why = VersionState.FAILED, why
    locked.save(update_fields=["state", "why"])
    journal.write(
        "structure not found", by=by, record=locked.text.record, detail={"version": locked.number, "why": why}
    )
    return locked


@transaction.atomic
def structure(version: TextVersion, tree: Outline, by: Actor, *, seen: int | None = None) -> TextVersion:
    """Write the structure of a version in the place of what was found before. seen: the revision that the page showed.

    Raises PermissionDenied, Conflict, TextError where a review points at what would go.
    """
    locked = TextVersion.objects.select_for_update().select_related("text__record").get(pk=version.pk)
    access.require(by, WRITE, locked.text.record)
    if seen is not None and locked.revision != seen:
        raise Conflict(_("This version was changed meanwhile. Look at it again."))
    try:
        with transaction.atomic():
            again = bool(locked.provisions.all().delete()[0])
    except ProtectedError:
        raise TextError(
            _(
                "A review points at provisions of this version. Correct its structure by hand, or add the file as a new version."
            )
        ) from None
    count = storing.write(locked, tree)
    articles = len(tree.articles())
    locked.preface = tree.preface
    locked.found = {
        "articles": articles, "provisions": count, "doubts": tree.doubts, "title": tree.title,
        "attached": [{"title": other.title, "articles": len(other.articles())} for other in tree.attached],
    }  # fmt: skip
    if count:
        locked.state, locked.why = VersionState.READ, ""
    else:
        locked.state, locked.why = VersionState.FAILED, _("No articles and no headings were found in the text.")
    locked.revision += 1 if again else 0
    locked.save(update_fields=["preface", "found", "state", "why", "revision"])
    detail = {"version": locked.number, "articles": articles, "provisions": count}
    journal.write("structure found", by=by, record=locked.text.record, detail=detail)
    return locked


@transaction.atomic
def remove(text: LegalText, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Take a text from the register; its versions and documents are kept. Only one on which no standing review stands.

    Raises PermissionDenied, TextError (with the field).
    """
    record = Record.objects.select_for_update().get(pk=text.pk)
    access.require(by, WRITE, record)
    if record.removed_at is not None:
        return
    if number := reviews_on(text):
        raise TextError(
            ngettext(
                "%(number)s review stands on this text. Take it out first; a text whose review was released stays.",
                "%(number)s reviews stand on this text. Take them out first; a text whose review was released stays.",
                number,
            )
            % {"number": number}
        )
    try:
        reason = typed.tidy(reason, LONGEST_REASON)
    except typed.Unreadable as wrong:
        raise TextError(str(wrong), "reason") from None
    if not reason:
        raise TextError(_("Say why it is removed."), "reason")
    Record.objects.filter(pk=record.pk).update(removed_at=at or timezone.now())
    journal.write("text removed", by=by, record=record, detail={"reason": reason}, at=at)
