"""Questions about narrative reports: which there are, what one consists of, how far it is, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.people.access import Viewer, is_internal, offices_where
from migov.foundation.people.models import Role
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.work.projects.models import Project
from migov.work.proposals.models import DonorReport
from migov.work.proposals.queries import running
from migov.work.reports import outlines, progress
from migov.work.reports.models import KIND, Report, ReportState

if TYPE_CHECKING:
    from migov.work.reports.facts import Facts

SOON = timedelta(days=30)
MINE, DUE, REVIEW, DELIVERED, ALL = "mine", "due", "review", "delivered", "all"
WHICH = {
    MINE: gettext_lazy("Mine"), DUE: gettext_lazy("Due"), REVIEW: gettext_lazy("In clearance"),
    DELIVERED: gettext_lazy("Delivered"), ALL: gettext_lazy("All"),
}  # fmt: skip


def reports_for(user: Viewer) -> QuerySet[Report]:
    """The reports that a user may see, with record, project, office and owner; people from outside see none."""
    if not is_internal(user):
        return Report.objects.none()
    seen = Record.objects.visible_to(user).standing()
    return Report.objects.filter(record__in=seen.filter(kind=KIND), project__record__in=seen).select_related(
        "record__owner",
        "record__office",
        "record__parent",
        "project__record__office",
        "project__record__owner",
        "owed",
        "submission",
    )


def report_for(user: Viewer, key: int) -> Report:
    """One report. Raises Report.DoesNotExist where the user may not see it. One query and those of the roles."""
    return reports_for(user).get(pk=key)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reports a list shows. which: a key of WHICH. project: of one project only. words: in title or project."""

    which: str = MINE
    words: str = ""
    project: int | None = None


def asked(user: Viewer, what: Asked, today: date | None = None) -> QuerySet[Report]:
    """The reports of a list, what is due first and what was delivered last. Mine: whose record I own, or its project's."""
    today = today or timezone.localdate()
    found = reports_for(user)
    if what.which == MINE:
        found = found.filter(Q(record__owner_id=user.pk) | Q(project__record__owner_id=user.pk))
    elif what.which == DUE:
        found = found.filter(due__lte=today + SOON).exclude(state=ReportState.DELIVERED)
    elif what.which == REVIEW:
        found = found.filter(state=ReportState.REVIEW)
    elif what.which == DELIVERED:
        found = found.filter(state=ReportState.DELIVERED)
    if what.project is not None:
        found = found.filter(project=what.project)
    for word in what.words.split():
        found = found.filter(Q(record__title__icontains=word) | Q(project__record__title__icontains=word)
                             | Q(project__record__reference__icontains=word))  # fmt: skip
    return found.order_by(F("delivered_on").desc(nulls_first=True), F("due").asc(nulls_last=True), "pk")


def to_write(user: Viewer) -> QuerySet[Report]:
    """Reports that a person owns and that are being written, what is due first. For the desk."""
    found = reports_for(user).filter(record__owner_id=user.pk, state=ReportState.DRAFT)
    return found.order_by(F("due").asc(nulls_last=True), "pk")


def of_project(user: Viewer, project: Project) -> list[Report]:
    """The reports of a project that the user may see, the newest period first. One query."""
    return list(reports_for(user).filter(project=project).order_by("-ends", "-pk"))


def owed_without_report(project: Project) -> list[DonorReport]:
    """Reports of the donor's schedule with a narrative part that were not sent and that nobody writes yet, by due day. One query."""
    written = Report.objects.filter(record__removed_at__isnull=True, owed__isnull=False).values("owed")
    found = DonorReport.objects.filter(proposal_id=project.pk, removed_at__isnull=True, sent_on__isnull=True)
    return list(found.exclude(kind=DonorReport.Kind.FINANCIAL).exclude(pk__in=written).order_by("due"))


def projects_to_report(user: Viewer, words: str = "") -> QuerySet[Project]:
    """Projects that a user may start a report on: carried out or closed, seen, and managed by them; with all the words. By title."""
    found = Project.objects.filter(
        record__in=Record.objects.visible_to(user).standing(), record__stage__in=(*running.OWING, "closed")
    ).select_related("record__office")
    if not is_internal(user):
        return found.none()
    offices = offices_where(user, Role.DEVELOPER, Role.MANDE)  # the roles of the permission "projects.manage"
    if offices is not None:
        found = found.filter(Q(record__owner_id=user.pk) | Q(record__office_id__in=offices))
    for word in words.split():
        found = found.filter(Q(record__title__icontains=word) | Q(record__reference__icontains=word))
    return found.order_by("record__title", "pk")


def parts_of(report: Report, facts: Facts | None = None) -> list[outlines.Part]:
    """The sections of a report: those of its type, with one for each outcome and output. Five queries, none with facts at hand."""
    rows = facts.results if facts is not None else progress.standings(report.project, report.ends)
    return outlines.outline(report.type).parts((row.key, row.name) for row in progress.told(rows))


def part_of(report: Report, code: str, facts: Facts | None = None) -> outlines.Part | None:
    """One section of a report; None where it has none of that code."""
    return next((part for part in parts_of(report, facts) if part.code == code), None)


def neighbours(parts: Sequence[outlines.Part], code: str) -> tuple[outlines.Part | None, outlines.Part | None]:
    """The sections before and after one. Raises ValueError for a section that is not among them."""
    at = [one.code for one in parts].index(code)
    return parts[at - 1] if at else None, parts[at + 1] if at + 1 < len(parts) else None


def may_write(user: Viewer, report: Report) -> bool:
    """Whether the user may change the report now."""
    return report.is_open and access.allowed(user, "reports.write", report.record)


def is_late(report: Report, today: date | None = None) -> bool:
    """Whether it is due and was not delivered."""
    return (
        report.due is not None
        and report.due < (today or timezone.localdate())
        and report.state != ReportState.DELIVERED
    )


def title_of_new(project: Project, type: str, starts: date, ends: date) -> str:
    """What a report is called that nobody has named: its type, its project and its period."""
    title = outlines.outline(type).title
    named = {
        "type": title,
        "project": project.record.reference or project.record.title,
        "period": formats.period(starts, ends),
    }
    return _("%(type)s: %(project)s, %(period)s") % named
