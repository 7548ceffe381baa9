"""The reports that a donor is owed: a schedule, what was sent, and when."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.records.models import Stage
from migov.work.proposals.actions.facts import later
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.actions.life import hold
from migov.work.proposals.models import DonorReport, Proposal

MANAGE = "projects.manage"
AT = (Stage.ENDORSED, Stage.SUBMITTED, Stage.ACTIVE, Stage.SUSPENDED, Stage.CLOSING)
EVERY = (3, 6, 12)  # months
DAYS_AT_MOST = 366


class ReportRefused(ProposalError):
    """A change of the schedule that cannot be made. field: of the form that is wrong; empty: none."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def _opened(proposal: Proposal, by: Actor) -> Proposal:
    found = hold(proposal)
    access.require(by, MANAGE, found.project.record)
    if found.project.record.stage not in AT:
        raise ReportRefused(_("Reports are planned from the endorsement on, until the project is closed."))
    return found


@transaction.atomic
def plan(
    proposal: Proposal,
    *,
    every: int,
    days: int = 30,
    days_final: int = 90,
    kind: str = DonorReport.Kind.BOTH,
    by: Actor,
) -> list[DonorReport]:
    """Make the schedule from the dates of the project: a report every so many months, due so many days after its period, and the
    final report over the whole time.

    Reports that were sent stay, and their periods are not asked for again; others are replaced. Returns the reports that stand.
    Raises ReportRefused, PermissionDenied.
    """
    found = _opened(proposal, by)
    record = found.project.record
    if every not in EVERY:
        raise ReportRefused(_("Choose how often the donor wants a report."), "every")
    if kind not in (DonorReport.Kind.NARRATIVE, DonorReport.Kind.FINANCIAL, DonorReport.Kind.BOTH):
        raise ReportRefused(_("Choose what kind of report it is."), "kind")
    for number, field in ((days, "days"), (days_final, "days_final")):
        if not 0 <= number <= DAYS_AT_MOST:
            raise ReportRefused(_("Write a number of days from 0 to %s.") % DAYS_AT_MOST, field)
    if record.starts is None or record.ends is None:
        raise ReportRefused(_("The schedule needs the first and the last day of the project."))
    standing = found.donor_reports.filter(removed_at__isnull=True)
    standing.filter(sent_on__isnull=True).update(removed_at=timezone.now())
    sent = {(one.kind, one.starts, one.ends) for one in standing.filter(sent_on__isnull=False)}
    wanted = [
        (kind, starts, ends, ends + timedelta(days=days)) for starts, ends in periods(record.starts, record.ends, every)
    ]
    # The last period is told in the final report.
    wanted = [
        *wanted[:-1],
        (DonorReport.Kind.FINAL, record.starts, record.ends, record.ends + timedelta(days=days_final)),
    ]
    covered = max((ends for code, _starts, ends in sent if code == kind), default=None)
    DonorReport.objects.bulk_create(
        DonorReport(proposal=found, kind=code, starts=starts, ends=ends, due=due)
        for code, starts, ends, due in wanted
        if (code, starts, ends) not in sent and (code == DonorReport.Kind.FINAL or covered is None or ends > covered)
    )
    reports = list(found.donor_reports.filter(removed_at__isnull=True))
    detail = {"every months": every, "reports": len(reports)}
    journal.write("report schedule made", by=by, record=record, detail=detail)
    return reports


def periods(starts: date, ends: date, every: int) -> list[tuple[date, date]]:
    """Spans of so many months from the first to the last day; the last one may be shorter."""
    found = []
    number = 0
    while (first := later(starts, number * every)) <= ends:
        number += 1
        found.append((first, min(ends, later(starts, number * every) - timedelta(days=1))))
    return found


@transaction.atomic
def add_report(proposal: Proposal, *, kind: str, starts: date, ends: date, due: date, by: Actor) -> DonorReport:
    """Add one report that is owed. Raises ReportRefused, PermissionDenied."""
    found = _opened(proposal, by)
    if kind not in DonorReport.Kind.values:
        raise ReportRefused(_("Choose what kind of report it is."), "kind")
    if ends < starts:
        raise ReportRefused(_("The last day is before the first."), "ends")
    if due < ends:
        raise ReportRefused(_("It cannot be due before its period ends."), "due")
    try:
        with transaction.atomic():
            made = DonorReport.objects.create(proposal=found, kind=kind, starts=starts, ends=ends, due=due)
    except IntegrityError:
        raise ReportRefused(_("This report is in the schedule already."), "kind") from None
    journal.write("report planned", by=by, record=found.project.record, detail={"report": str(made), "due": str(due)})
    return made


@transaction.atomic
def mark_sent(report: DonorReport, *, on: date, note: str = "", by: Actor) -> DonorReport:
    """Say that a report was sent to the donor on a day. Raises ReportRefused, PermissionDenied."""
    found = _held(report, by)
    if found.sent_on is not None:
        raise ReportRefused(_("It is marked as sent on %s already.") % found.sent_on.isoformat())
    if on > timezone.localdate():
        raise ReportRefused(_("The day it was sent cannot be in the future."), "on")
    found.sent_on, found.note = on, note.strip()
    found.save(update_fields=["sent_on", "note"])
    detail = {"report": str(found), "sent": on.isoformat(), "note": found.note}
    journal.write("report sent", by=by, record=found.proposal.project.record, detail=detail)
    return found


@transaction.atomic
def mark_unsent(report: DonorReport, *, by: Actor) -> DonorReport:
    """Take back that a report was sent. Raises ReportRefused, PermissionDenied."""
    found = _held(report, by)
    if found.sent_on is None:
        return found
    was, found.sent_on = found.sent_on, None
    found.save(update_fields=["sent_on"])
    detail = {"report": str(found), "sent": {"from": was.isoformat(), "to": ""}}
    journal.write("report not sent after all", by=by, record=found.proposal.project.record, detail=detail)
    return found


@transaction.atomic
def remove_report(report: DonorReport, *, by: Actor) -> None:
    """Take a report out of the schedule. Raises ReportRefused for one that was sent, PermissionDenied."""
    found = _held(report, by)
    if found.sent_on is not None:
        raise ReportRefused(_("A report that was sent stays in the schedule."))
    found.removed_at = timezone.now()
    found.save(update_fields=["removed_at"])
    journal.write("report taken out", by=by, record=found.proposal.project.record, detail={"report": str(found)})


def _held(report: DonorReport, by: Actor) -> DonorReport:
    proposal = _opened(Proposal(pk=report.proposal_id), by)
    found = DonorReport.objects.filter(removed_at__isnull=True, pk=report.pk).first()
    if found is None:
        raise ReportRefused(_("This report was taken out of the schedule meanwhile."))
    found.proposal = proposal
    return found
