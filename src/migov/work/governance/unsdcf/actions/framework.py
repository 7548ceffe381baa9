"""A Cooperation Framework comes into the register, is described better, gets its conclusion, or is taken out again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, RecordState, Visibility
from migov.foundation.shell import formats
from migov.services.files import actions as files
from migov.services.files import work as reading
from migov.services.files.actions import About
from migov.services.files.models import Document
from migov.work.governance.models import CooperationFramework, PartJudgement
from migov.work.governance.models.unsdcf import KIND
from migov.work.governance.unsdcf.actions import ground
from migov.work.governance.unsdcf.actions.ground import Conflict, UnsdcfError

FIRST_YEAR, LAST_YEAR = 1990, 2100
Status = CooperationFramework.Status


@dataclass(frozen=True, slots=True)
class Card:
    """What the register says of a Cooperation Framework. title: empty for one made of country and period."""

    country: Place
    starts: int
    ends: int
    status: str = Status.SIGNED
    title: str = ""
    signed_on: date | None = None
    language: str = "en"
    url: str = ""
    source: str = ""
    owner: User | None = None
    document: Document | None = None


def title_of(card: Card) -> str:
    """The title of a Cooperation Framework that was given none."""
    return _("UN Sustainable Development Cooperation Framework %(country)s %(starts)d–%(ends)d") % {
        "country": formats.place(card.country), "starts": card.starts, "ends": card.ends
    }  # fmt: skip


@transaction.atomic
def add(card: Card, *, by: Actor, office: Office | None = None, at: datetime | None = None) -> CooperationFramework:
    """Put a Cooperation Framework into the register. It follows the one of the country before it. Raises PermissionDenied, UnsdcfError."""
    office = ground.office_for(by, card.country, office)
    at = at or timezone.now()
    values = _checked(card)
    # One at a time for a country, so that two who add the same period meet a message and not the constraint.
    Place.objects.select_for_update().only("pk").get(pk=card.country.pk)
    _once(card, None)
    record = Record.objects.create(
        kind=KIND, title=ground.line(card.title, "title", 300) or title_of(card), office=office, visibility=Visibility.INTERNAL,
        owner=card.owner or ground.person(by), starts=date(card.starts, 1, 1), ends=date(card.ends, 12, 31), source="migov",
        created_at=at, changed_at=at,
    )  # fmt: skip
    RecordState.objects.create(
        record=record, office=office, stage="", starts=record.starts, ends=record.ends, recorded_at=at
    )
    RecordPlace.objects.create(record=record, place=card.country, recorded_at=at)
    before = CooperationFramework.objects.filter(
        country=card.country, starts__lt=card.starts, record__removed_at__isnull=True
    )
    made = CooperationFramework.objects.create(
        record=record, country=card.country, previous=before.order_by("-starts").first(), **values
    )
    journal.write("cooperation framework added", by=by, record=record, detail={"title": record.title}, at=at)
    return made


@transaction.atomic
def describe(
    framework: CooperationFramework, card: Card, *, by: Actor, seen: int | None = None, at: datetime | None = None
) -> CooperationFramework:
    """Say better what a Cooperation Framework is. Its country stays. seen: the revision on the page.

    Raises PermissionDenied, Conflict, UnsdcfError with the field.
    """
    found = ground.held(framework.pk, by, ground.WRITE)
    ground.not_changed_meanwhile(found, seen)
    at = at or timezone.now()
    if card.country != found.country:
        raise UnsdcfError(_("The country of a Cooperation Framework stays. Add another one."), "country")
    if card.document is not None and card.document.of_id != found.pk:
        raise UnsdcfError(_("This document belongs to something else."), "document")
    values = _checked(card)
    _once(card, found.pk)
    record = found.record
    changed = ground.changes(found, {**values, "document": card.document})
    starts, ends = date(card.starts, 1, 1), date(card.ends, 12, 31)
    moved = (record.starts, record.ends) != (starts, ends)
    changed |= ground.changes(
        record,
        {
            "title": ground.line(card.title, "title", 300) or title_of(card), "owner": card.owner, "starts": starts,
            "ends": ends,
        },
    )  # fmt: skip
    if not changed:
        return found
    found.revision += 1
    found.save()
    Record.objects.filter(pk=record.pk).update(title=record.title, owner=record.owner, starts=starts, ends=ends)
    if moved:
        RecordState.objects.filter(record=record).current().supersede(at)
        RecordState.objects.create(
            record=record, office=record.office, stage=record.stage, starts=starts, ends=ends, recorded_at=at
        )
    journal.write("cooperation framework changed", by=by, record=record, detail=changed, at=at)
    return found


def _checked(card: Card) -> dict[str, object]:
    """The values of the framework's own row. Raises UnsdcfError with the field."""
    for name, year in (("starts", card.starts), ("ends", card.ends)):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise UnsdcfError(_("Write a year, such as 2026."), name)
    if card.ends < card.starts:
        raise UnsdcfError(_("The last year is before the first."), "ends")
    if card.status not in Status.values:
        raise UnsdcfError(_("Choose one of the states."), "status")
    return {
        "starts": card.starts, "ends": card.ends, "status": card.status, "signed_on": card.signed_on,
        "language": card.language or "en", "url": card.url, "source": ground.line(card.source, "source", 300),
    }  # fmt: skip


def _once(card: Card, but: int | None) -> None:
    same = CooperationFramework.objects.filter(country=card.country, starts=card.starts).exclude(pk=but or 0)
    other = same.select_related("record").first()
    if other is None:
        return
    if other.record.removed_at is not None:
        raise UnsdcfError(
            _("One that begins in this year was removed from the register; an administrator can bring it back."),
            "starts",
        )
    raise UnsdcfError(_("“%(title)s” begins in this year already.") % {"title": other.record.title}, "starts")


@transaction.atomic
def conclude(
    framework: CooperationFramework, summary: str, *, by: Actor, seen: str | None = None
) -> CooperationFramework:
    """Write the conclusion of the mainstreaming check. seen: what stood on the page. Raises PermissionDenied, Conflict, UnsdcfError."""
    found = ground.held(framework.pk, by, ground.JUDGE)
    summary = ground.text(summary, "summary")
    if summary == found.summary:
        return found
    if seen is not None and ground.text(seen, "summary") != found.summary:
        raise Conflict(
            _("Somebody wrote in the conclusion meanwhile. Look at it; save again to put yours in its place."),
            "summary",
        )
    was, found.summary = found.summary, summary
    found.save(update_fields=["summary"])
    journal.write("conclusion written", by=by, record=found.record, detail={"from": was[:500]})
    return found


def keep_document(framework: CooperationFramework, file: File, *, by: Actor) -> Document:
    """Keep a file as the document of the framework. Raises NotAccepted (of services/files), PermissionDenied."""
    record = Record.objects.get(pk=framework.pk)
    access.require(by, ground.WRITE, record)
    with transaction.atomic():
        document = files.add(record, file, by=by, about=About(title=record.title[:300], language=framework.language))
        found = ground.held(framework.pk, by, ground.WRITE)
        if found.document_id is None:
            found.document = document
            found.revision += 1
            found.save(update_fields=["document", "revision"])
    reading.read_soon(document, by=by)
    return document


@transaction.atomic
def remove(framework: CooperationFramework, *, by: Actor, at: datetime | None = None) -> None:
    """Take a Cooperation Framework out of the register; one that was judged stays. Raises PermissionDenied, UnsdcfError."""
    found = ground.held(framework.pk, by, ground.WRITE)
    if PartJudgement.objects.current().filter(part__framework=found).exists():
        raise UnsdcfError(_("Parts of it are judged: it stays in the register."))
    at = at or timezone.now()
    Record.objects.filter(pk=found.pk).update(removed_at=at)
    journal.write("cooperation framework removed", by=by, record=found.record, at=at)
