"""Rounds with their reports, and the list of reports as a viewer may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.work.governance.models import (
    Contribution,
    GcmReport,
    GcmReportState,
    Paragraph,
    ParagraphEvidence,
    ReviewRound,
)

ORDERS = {
    "round": (F("round__year").desc(), F("round__code").asc(), F("country__short_name").asc(nulls_first=True)),
    "-round": (F("round__year").asc(), F("round__code").asc(), F("country__short_name").asc(nulls_first=True)),
    "country": (F("country__short_name").asc(nulls_first=True), F("round__year").desc()),
    "-country": (F("country__short_name").desc(nulls_last=True), F("round__year").desc()),
}


def visible(viewer: Viewer) -> QuerySet[GcmReport]:
    """The reports that a viewer may see: the office by its records, a government its own country's."""
    return GcmReport.objects.filter(record__in=Record.objects.visible_to(viewer).standing())


@dataclass(frozen=True)
class ReportFilter:
    """A question about reports. Empty means all. round, country, state: codes."""

    round: str = ""
    country: str = ""
    state: str = ""

    def params(self) -> list[tuple[str, str]]:
        """The filter as pairs of parameter and value."""
        return [(name, value) for name, value in vars(self).items() if value]


def matching(viewer: Viewer, asked: ReportFilter) -> QuerySet[GcmReport]:
    """Reports of a filter, not ordered."""
    found = visible(viewer)
    if asked.round:
        found = found.filter(round__code=asked.round)
    if asked.country:
        found = found.filter(country__code=asked.country)
    if asked.state:
        found = found.filter(state=asked.state)
    return found


@dataclass(frozen=True)
class ReportRow:
    """A report in a list. bare: paragraphs without evidence. late: the day for reports has passed and it was not submitted."""

    report: GcmReport
    paragraphs: int
    bare: int
    late: bool

    @property
    def who(self) -> str:
        """The country or area as lists name it; empty for the region."""
        return formats.place(self.report.country) if self.report.country_id else ""


def rows(reports: QuerySet[GcmReport], sort: str = "round") -> list[ReportRow]:
    """Reports with how far each is. Two queries."""
    found = list(
        reports.select_related("record__owner", "record__office", "country", "round").order_by(
            *ORDERS.get(sort, ORDERS["round"])
        )
    )
    proof = ParagraphEvidence.objects.filter(paragraph=OuterRef("pk"))
    counts = {
        one["report"]: (one["whole"], one["bare"])
        for one in Paragraph.objects.filter(report__in=found, removed_at__isnull=True)
        .annotate(proven=Exists(proof))
        .order_by()
        .values("report")
        .annotate(whole=Count("pk"), bare=Count("pk", filter=Q(proven=False)))
    }
    today = timezone.localdate()
    return [ReportRow(one, *counts.get(one.pk, (0, 0)), is_late(one, today)) for one in found]


def is_late(report: GcmReport, today: date) -> bool:
    """Whether national reports were awaited before today and this one was not submitted."""
    due = report.round.inputs_due
    return due is not None and due < today and report.state != GcmReportState.SUBMITTED


@dataclass(frozen=True)
class RoundRow:
    """A round of the calendar. reports: those that the viewer may see. past: it is over."""

    round: ReviewRound
    reports: int
    past: bool
    days_left: int | None

    @property
    def when(self) -> str:
        """Its days in the fewest words; the year where only that is certain."""
        one = self.round
        return formats.period(one.starts, one.ends) if one.starts else str(one.year)


def calendar(viewer: Viewer) -> list[RoundRow]:
    """All rounds, the newest first. Two queries and those of the roles."""
    counted = visible(viewer).order_by().values("round").annotate(number=Count("pk"))
    numbers = {one["round"]: one["number"] for one in counted}
    today = timezone.localdate()
    found = []
    for one in ReviewRound.objects.all():
        last = one.ends or one.starts or date(one.year, 12, 31)
        left = (one.inputs_due - today).days if one.inputs_due and one.inputs_due >= today else None
        found.append(RoundRow(one, numbers.get(one.pk, 0), last < today, left))
    return found


def waiting_contributions(report: GcmReport) -> int:
    """Contributions that were handed in and not decided. One query."""
    return Contribution.objects.filter(invitation__report=report, state=Contribution.State.RECEIVED).count()
