"""The life of a report: started, on its way through clearance, opened again, submitted to the round, taken out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, Visibility
from migov.foundation.shell import formats
from migov.services.clearance.models import STANDING, Clearance, Submission
from migov.work.governance.gcm import ground
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.models import GcmReport, GcmReportState, ReviewRound
from migov.work.governance.models.gcm import KIND

STATES = (GcmReportState.DRAFT, GcmReportState.CLEARANCE, GcmReportState.CLEARED, GcmReportState.SUBMITTED)


@transaction.atomic
def start(round: ReviewRound, *, country: Place | None = None, title: str = "", by: Actor) -> GcmReport:
    """Begin the report of a country for a round, or of the region (no country). It belongs to the country's office.

    A country's is shared with its government from the beginning. One that was taken out is put back.
    Raises GcmRefused (with the field), PermissionDenied.
    """
    office = ground.office_for(by, country, "gcm.start")
    title = ground.one_line(title, "title")
    if not title:
        who = formats.place(country) if country else _("the region")
        title = (_("Global Compact report of %(who)s: %(round)s") % {"who": who, "round": round.title})[
            : ground.LONGEST_TITLE
        ]
    visibility = Visibility.PARTNERS if country else Visibility.INTERNAL
    standing = GcmReport.objects.filter(round=round, country=country).select_related("record").first()
    if standing is not None and standing.record.removed_at is not None:
        if not access.allowed(by, "gcm.submit", standing.record):
            raise GcmRefused(_("This report was taken out. Who led it, or a policy officer, puts it back."), "country")
        return put_back(standing, by=by)
    if standing is not None:
        words = _("There is a report for this round already: “%s”.")
        raise GcmRefused(words % standing.record.title, "country")
    before = (
        GcmReport.objects.filter(country=country, round__year__lt=round.year, record__removed_at__isnull=True)
        .order_by("-round__year")
        .first()
    )
    record = ground.new_record(
        KIND, title=title, summary="", by=by, country=country, office=office, visibility=visibility
    )
    try:
        with transaction.atomic():
            made = GcmReport.objects.create(record=record, country=country, round=round, previous=before)
    except IntegrityError:  # somebody else began it at the same moment
        raise GcmRefused(_("This report was begun by somebody else just now."), "country") from None
    journal.write("created", by=by, record=record, detail={"title": title, "round": round.code})
    return made


@transaction.atomic
def change(report: GcmReport | int, *, title: str, summary: str, by: Actor) -> GcmReport:
    """Change what a report is called, and the few words on it. Raises GcmRefused (with the field), PermissionDenied."""
    found = ground.open_report(report, by)
    title, summary = ground.one_line(title, "title"), ground.text(summary, "summary", 2000)
    if not title:
        raise GcmRefused(_("A report needs a title."), "title")
    changed = {}
    for name, value in (("title", title), ("summary", summary)):
        if getattr(found.record, name) != value:
            changed[name] = [getattr(found.record, name), value]
    if changed:
        Record.objects.filter(pk=found.pk).update(title=title, summary=summary)
        journal.write("changed", by=by, record=found.record, detail={"fields": changed})
    return ground.held(found.pk, by, "gcm.write")


@transaction.atomic
def submit_to_round(report: GcmReport | int, *, day: date, note: str, by: Actor) -> GcmReport:
    """Note that the cleared report was submitted to the round. Raises GcmRefused (with the field), PermissionDenied."""
    found = ground.held(report, by, "gcm.submit")
    if found.state != GcmReportState.CLEARED:
        raise GcmRefused(
            _("Only a report that was cleared is submitted; this one is “%s”.") % found.get_state_display()
        )
    if day > timezone.localdate():
        raise GcmRefused(_("This day has not come yet."), "day")
    if found.submission is not None and day < timezone.localdate(found.submission.at):
        words = _("It was handed in for clearance on %s; it was not submitted before.")
        raise GcmRefused(words % formats.day(found.submission.at), "day")
    note = ground.text(note, "note", 1000)
    found.state, found.submitted_on = GcmReportState.SUBMITTED, day
    found.save(update_fields=["state", "submitted_on"])
    journal.write("report submitted to the round", by=by, record=found.record, detail={"day": str(day), "note": note})
    return found


@transaction.atomic
def reopen(report: GcmReport | int, *, reason: str, by: Actor) -> GcmReport:
    """Open the words of a cleared or submitted report again for corrections. Raises GcmRefused (with the field), PermissionDenied."""
    found = ground.held(report, by, "gcm.submit")
    if ground.is_open(found):
        raise GcmRefused(_("This report is open already."))
    reason = ground.text(reason, "reason", 1000)
    if not reason:
        raise GcmRefused(_("Say why it is opened again."), "reason")
    found.state, found.submission, found.submitted_on = GcmReportState.DRAFT, None, None
    found.save(update_fields=["state", "submission", "submitted_on"])
    journal.write("reopened", by=by, record=found.record, detail={"reason": reason})
    return found


@transaction.atomic
def take_out(report: GcmReport | int, *, reason: str, by: Actor) -> None:
    """Take a report out that is not needed; not one that is in clearance or was submitted. Raises GcmRefused, PermissionDenied."""
    found = ground.held(report, by, "gcm.submit")
    if (
        found.state != GcmReportState.DRAFT
        or Clearance.objects.filter(record=found.record, state__in=STANDING).exists()
    ):
        raise GcmRefused(_("A report that is in clearance or was cleared is not taken out."))
    reason = ground.text(reason, "reason", 1000)
    if not reason:
        raise GcmRefused(_("Say why it is taken out."), "reason")
    Record.objects.filter(pk=found.pk).update(removed_at=timezone.now())
    journal.write("removed", by=by, record=found.record, detail={"reason": reason})


@transaction.atomic
def put_back(report: GcmReport | int, *, by: Actor) -> GcmReport:
    """Put a report back that was taken out. Raises GcmRefused, PermissionDenied."""
    key = report if isinstance(report, int) else report.pk
    ground.lock(key)
    found = GcmReport.objects.select_related("record").get(pk=key)
    access.require(by, "gcm.submit", found.record)
    if found.record.removed_at is None:
        raise GcmRefused(_("This report was not taken out."))
    Record.objects.filter(pk=key).update(removed_at=None)
    found.record.removed_at = None
    journal.write("put back", by=by, record=found.record)
    return found


def moved(key: int, into: str, *, out_of: Sequence[str]) -> None:
    """It was handed in, sent back or taken back. Called by clearance, which has asked for the permission."""
    GcmReport.objects.filter(pk=key, state__in=out_of).update(state=into)


def cleared(key: int, submission: Submission) -> None:
    """It was cleared as handed in. Called by clearance."""
    GcmReport.objects.filter(pk=key).update(state=GcmReportState.CLEARED, submission=submission)
