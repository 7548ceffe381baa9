"""A project that is carried out: what is owed to the donor, and what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Stage
from migov.work.proposals.models import DonorReport, Proposal
from migov.work.proposals.queries.life import seen

SOON = timedelta(days=30)
OWING = (Stage.ENDORSED, Stage.SUBMITTED, Stage.ACTIVE, Stage.SUSPENDED, Stage.CLOSING)


@dataclass(frozen=True, slots=True)
class Owed:
    """A report of the schedule. state: "sent", "late", "soon" (due within 30 days) or "planned"."""

    report: DonorReport
    state: str


def schedule_of(proposal: Proposal, today: date) -> list[Owed]:
    """The reports of a project by the day they are due. One query."""
    return [Owed(one, state_of(one, today)) for one in proposal.donor_reports.filter(removed_at__isnull=True)]


def state_of(report: DonorReport, today: date) -> str:
    """How a report stands on a day."""
    if report.sent_on is not None:
        return "sent"
    if report.due < today:
        return "late"
    return "soon" if report.due <= today + SOON else "planned"


def reports_due(user: Viewer, until: date) -> QuerySet[DonorReport]:
    """Reports that were not sent and are due by a day, of projects that the user may see, the oldest first. For the desk."""
    return (
        DonorReport.objects.filter(
            proposal__in=seen(user).filter(project__record__stage__in=OWING), removed_at__isnull=True, sent_on__isnull=True,
            due__lte=until,
        )
        .select_related("proposal__project__record__office")
        .order_by("due")
    )  # fmt: skip
