"""The life of a report: started, changed, taken out, on its way through clearance, delivered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor, is_internal
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, RecordState, Visibility
from migov.foundation.shell.typed import Unreadable, line, tidy
from migov.services.clearance.models import STANDING, Clearance, Submission
from migov.work.projects.models import Project
from migov.work.proposals.actions import reporting
from migov.work.proposals.models import DonorReport
from migov.work.reports import queries
from migov.work.reports.actions import ground
from migov.work.reports.actions.ground import DELIVER, START, WRITE, ReportRefused
from migov.work.reports.models import KIND, TO_DONOR, Report, ReportState, ReportType

CHANGEABLE = ("title", "starts", "ends", "due", "owner")
READ = ("title", "starts", "ends")  # stand in the version that reviewers read
LONGEST_TITLE = 300


@transaction.atomic
def start(
    project: Project,
    *,
    type: str,
    starts: date,
    ends: date,
    due: date | None = None,
    owed: DonorReport | None = None,
    owner: User | None = None,
    title: str = "",
    by: Actor,
) -> Report:
    """Start a report on a project. owed: the line of the donor's schedule that it answers; its day is the due day where none is given.
    owner: who writes it (who starts it). title: made from type, project and period where it is empty.

    Raises ReportRefused (with the field that is wrong), PermissionDenied.
    """
    record = Record.objects.select_for_update().get(pk=project.pk)
    access.require(by, START, record)
    if record.removed_at is not None:
        raise ReportRefused(_("This project was taken out of the register."))
    if type not in ReportType.values:
        raise ReportRefused(_("Choose the type of the report."), "type")
    _check_days(starts, ends, due)
    _check_owed(project, type, owed)
    due = due or (owed.due if owed else None)
    same = Report.objects.filter(project=project, type=type, starts=starts, ends=ends, record__removed_at__isnull=True)
    if same.exists():
        raise ReportRefused(_("There is a report of this type for this period already."), "starts")
    found = Project.objects.select_related("record__office").get(pk=project.pk)
    owner = owner or (by if isinstance(by, User) else record.owner)
    made = Record.objects.create(
        kind=KIND, title=_title(title) or queries.title_of_new(found, type, starts, ends), office=record.office,
        parent=record, owner=_owner(owner), starts=starts, ends=ends, illustrative=record.illustrative, source="migov",
        visibility=Visibility.OFFICE if record.visibility == Visibility.OFFICE else Visibility.INTERNAL,
    )  # fmt: skip
    RecordState.objects.create(record=made, office=record.office, starts=starts, ends=ends, recorded_at=made.created_at)
    RecordPlace.objects.bulk_create(
        RecordPlace(record=made, place_id=place, recorded_at=made.created_at)
        for place in record.places.filter(superseded_at__isnull=True).values_list("place_id", flat=True)
    )
    report = Report.objects.create(record=made, project=found, type=type, starts=starts, ends=ends, due=due, owed=owed)
    journal.write("created", by=by, record=made, detail={"title": made.title, "period": f"{starts} – {ends}"})
    return report


def _check_days(starts: date, ends: date, due: date | None) -> None:
    if ends < starts:
        raise ReportRefused(_("The last day is before the first."), "ends")
    if due is not None and due < starts:
        raise ReportRefused(_("It cannot be due before its period begins."), "due")


def _check_owed(project: Project, type: str, owed: DonorReport | None) -> None:
    if owed is None:
        return
    if type not in TO_DONOR:
        raise ReportRefused(_("An internal report answers no line of the donor's schedule."), "owed")
    if owed.proposal_id != project.pk or owed.removed_at is not None:
        raise ReportRefused(_("This line is not in the schedule of the project."), "owed")
    other = Report.objects.filter(owed=owed).select_related("record").first()
    if other is None:
        return
    if other.record.removed_at is None:
        raise ReportRefused(_("“%s” answers this line already.") % other.record.title, "owed")
    Report.objects.filter(pk=other.pk).update(owed=None)  # a report that was taken out holds the line no longer


def _owner(person: User | None) -> User | None:
    if person is not None and not (person.is_active and is_internal(person)):
        raise ReportRefused(_("Choose somebody who works for the office."), "owner")
    return person


def _title(text: str) -> str:
    try:
        return line(text, LONGEST_TITLE)
    except Unreadable as error:
        raise ReportRefused(str(error), "title") from error


@transaction.atomic
def change(report: Report | int, values: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """Change title, period, due day or owner. What is not given stays. Returns what was changed, field → [before, now].

    What reviewers have before them (title, period) stays as it is while it is in clearance.

    Raises ReportRefused (with the field), PermissionDenied.
    """
    found = ground.writable(_key(report), by)
    if unknown := values.keys() - set(CHANGEABLE):
        raise TypeError(f"a report has no {', '.join(sorted(unknown))}")
    record = found.record
    now = {"title": record.title, "starts": found.starts, "ends": found.ends, "due": found.due, "owner": record.owner}
    wanted = {**now, **values}
    wanted["title"] = _title(wanted["title"])
    if not wanted["title"]:
        raise ReportRefused(_("A report needs a title."), "title")
    _check_days(wanted["starts"], wanted["ends"], wanted["due"])
    same = Report.objects.filter(
        project=found.project,
        type=found.type,
        starts=wanted["starts"],
        ends=wanted["ends"],
        record__removed_at__isnull=True,
    )
    if same.exclude(pk=found.pk).exists():
        raise ReportRefused(_("There is a report of this type for this period already."), "starts")
    if wanted["owner"] != now["owner"]:
        _owner(wanted["owner"])
    changed = {name: [str(now[name] or ""), str(wanted[name] or "")] for name in now if now[name] != wanted[name]}
    if not changed:
        return {}
    if found.state == ReportState.REVIEW and (read := next((name for name in READ if name in changed), "")):
        raise ReportRefused(_("Reviewers have this before them. Take the report back from review to change it."), read)
    found.starts, found.ends, found.due = wanted["starts"], wanted["ends"], wanted["due"]
    found.save(update_fields=["starts", "ends", "due"])
    record.title, record.owner, record.starts, record.ends = wanted["title"], wanted["owner"], found.starts, found.ends
    _touch(record, "title", "owner", "starts", "ends")
    journal.write("changed", by=by, record=record, detail={"fields": changed})
    return changed


def _touch(record: Record, *names: str) -> None:
    record.changed_at, record.revision = timezone.now(), record.revision + 1
    record.save(update_fields=[*names, "changed_at", "revision"])


@transaction.atomic
def take_out(report: Report | int, *, reason: str, by: Actor) -> None:
    """Take a report out that is not needed. Only while it is written and nothing of it is in clearance.

    Raises ReportRefused, PermissionDenied.
    """
    found = ground.held(_key(report), by, WRITE)
    if not found.is_open or Clearance.objects.filter(record=found.record, state__in=STANDING).exists():
        raise ReportRefused(_("A report that is in clearance, endorsed or delivered is not taken out."))
    reason = tidy(reason)
    if not reason:
        raise ReportRefused(_("Say why it is taken out."), "reason")
    found.record.removed_at = timezone.now()
    _touch(found.record, "removed_at")
    Report.objects.filter(pk=found.pk).update(owed=None)
    journal.write("removed", by=by, record=found.record, detail={"reason": reason})


@transaction.atomic
def deliver(report: Report | int, *, on: date, note: str = "", by: Actor) -> Report:
    """Say that an endorsed report was delivered on a day. The line of the donor's schedule that it answers is marked as sent.

    Raises ReportRefused (with the field), ProposalError, PermissionDenied.
    """
    found = ground.held(_key(report), by, DELIVER)
    if found.state != ReportState.ENDORSED:
        raise ReportRefused(
            _("Only a report that is endorsed is delivered; this one is “%s”.") % found.get_state_display()
        )
    if on > timezone.localdate():
        raise ReportRefused(_("The day of delivery cannot be in the future."), "on")
    if found.submission is not None and on < timezone.localdate(found.submission.at):
        raise ReportRefused(_("It was handed in after that day."), "on")
    found.state, found.delivered_on, found.delivered_note = ReportState.DELIVERED, on, tidy(note)
    found.save(update_fields=["state", "delivered_on", "delivered_note"])
    _touch(found.record)
    journal.write("delivered", by=by, record=found.record, detail={"on": on.isoformat(), "note": found.delivered_note})
    if found.owed is not None and found.owed.removed_at is None and found.owed.sent_on is None:
        reporting.mark_sent(found.owed, on=on, note=found.delivered_note, by=by)
    return found


def to_review(key: int) -> None:
    """It was handed in. Called by clearance, which has asked for the permission."""
    Report.objects.filter(pk=key, state=ReportState.DRAFT).update(state=ReportState.REVIEW)


def to_draft(key: int) -> None:
    """It was sent back, taken back or not endorsed. Called by clearance."""
    Report.objects.filter(pk=key, state=ReportState.REVIEW).update(state=ReportState.DRAFT)


def endorsed(key: int, submission: Submission) -> None:
    """It was endorsed as handed in. Called by clearance."""
    Report.objects.filter(pk=key).update(state=ReportState.ENDORSED, submission=submission)


def _key(report: Report | int) -> int:
    return report if isinstance(report, int) else report.pk
