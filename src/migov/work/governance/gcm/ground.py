"""What every step of a review begins with: its record locked, everything read anew, the right to take it, what was typed read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace, Visibility
from migov.foundation.shell.typed import LONGEST_TEXT, Unreadable, line, tidy
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.models import GcmReport, GcmReportState

LONGEST_TITLE = 300
OPEN = (GcmReportState.DRAFT, GcmReportState.CLEARANCE)


def lock(key: int) -> None:
    """Hold a record's row until the transaction ends."""
    Record.objects.select_for_update().only("pk").filter(pk=key).first()


def lock_place(country: Place | None) -> None:
    """Hold the row of a country until the transaction ends: one at a time enters something for it."""
    if country is not None:
        Place.objects.select_for_update().only("pk").filter(pk=country.pk).first()


def held(report: GcmReport | int, by: Actor, permission: str) -> GcmReport:
    """A report read anew, its record's row locked until the transaction ends.

    Raises GcmReport.DoesNotExist, GcmRefused for one that was taken out, PermissionDenied.
    """
    key = report if isinstance(report, int) else report.pk
    lock(key)
    found = GcmReport.objects.select_related("record__owner", "record__office", "country", "round").get(pk=key)
    access.require(by, permission, found.record)
    if found.record.removed_at is not None:
        raise GcmRefused(_("This report was taken out."))
    return found


def is_open(report: GcmReport) -> bool:
    """Whether its paragraphs may be changed."""
    return report.state in OPEN


def open_report(report: GcmReport | int, by: Actor, permission: str = "gcm.write") -> GcmReport:
    """A report as `held` whose paragraphs may be changed now. Raises GcmRefused beside what `held` raises."""
    found = held(report, by, permission)
    if not is_open(found):
        raise GcmRefused(
            _("The report is “%s”, so its words stand. Open it again to correct them.") % found.get_state_display()
        )
    return found


def audience(report: GcmReport) -> tuple[str, ...]:
    """Visibilities of what may stand in a report: its government reads the report of a country, so nothing internal is in it."""
    if report.country_id is not None:
        return (Visibility.PUBLIC, Visibility.PARTNERS)
    return (Visibility.PUBLIC, Visibility.PARTNERS, Visibility.INTERNAL)


def citable(report: GcmReport) -> QuerySet[Record]:
    """The pieces of work that may stand as evidence in a report: standing, and seen by all who read it."""
    found = Record.objects.standing().filter(visibility__in=audience(report))
    if report.country_id is None:
        return found
    there = RecordPlace.objects.current().filter(place=report.country_id).values("record")
    return found.filter(pk__in=there) | found.filter(parent__in=there)


def person(by: Actor) -> User | None:
    """Who is written into a row: nobody where the program itself acts."""
    return by if isinstance(by, User) else None


def office_for(by: Actor, country: Place | None, permission: str) -> Office | None:
    """The office that a new piece of work of a country belongs to: the country's own, else one of who begins it.

    Raises PermissionDenied where that office's work is not theirs to begin.
    """
    office = Office.objects.filter(place=country, valid_to__isnull=True).order_by("pk").first() if country else None
    if office is None:
        offices = [one.office for one in getattr(by, "standing", ())]
        office = next((one for one in offices if access.allowed(by, permission, one)), None)
    access.require(by, permission, office)
    return office


def new_record(
    kind: str, *, title: str, summary: str, by: Actor, country: Place | None, office: Office | None, **fields: Any
) -> Record:
    """A record of a piece of work in a country, owned by who begins it."""
    made = Record.objects.create(
        kind=kind, title=title, summary=summary, office=office, owner=person(by), source="migov", **fields
    )
    if country is not None:
        RecordPlace.objects.create(record=made, place=country, recorded_at=made.created_at)
    return made


def text(value: str, field: str, longest: int = LONGEST_TEXT) -> str:
    """A text of several lines as it is kept. Raises GcmRefused, naming the field."""
    try:
        return tidy(value, longest)
    except Unreadable as error:
        raise GcmRefused(str(error), field) from error


def one_line(value: str, field: str, longest: int = LONGEST_TITLE) -> str:
    """A text of one line as it is kept. Raises GcmRefused, naming the field."""
    try:
        return line(value, longest)
    except Unreadable as error:
        raise GcmRefused(str(error), field) from error


def web_address(value: str, field: str = "url") -> str:
    """An address of the web, or nothing. Raises GcmRefused for any other."""
    found = one_line(value, field, 1000)
    if not found:
        return ""
    try:
        URLValidator(schemes=["http", "https"])(found)
    except ValidationError:
        raise GcmRefused(_("This is no address of the web. It begins with https://."), field) from None
    return found
