"""What the page of a meeting shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.records import journal
from migov.foundation.records.models import JournalEntry
from migov.foundation.records.themes import themes_of
from migov.work.cooperation.meetings import when
from migov.work.cooperation.meetings.life import EXPECTED, Step, steps_from
from migov.work.cooperation.meetings.queries.commitments import CommitmentRow, commitments_for, rows_of
from migov.work.cooperation.meetings.queries.register import meetings_for
from migov.work.cooperation.meetings.queries.unseen import hide
from migov.work.cooperation.models import AgendaItem, Delegation, Meeting, MeetingState, MeetingTask, Outcome

UNFOLDED = 8  # delegations that a page shows without folding any


@dataclass(slots=True)
class About:
    """Everything the page says of a meeting. following: the meetings after it in its series. people: how many are expected or came.

    folded: of many delegations those of which nothing is known but that they are invited.
    """

    meeting: Meeting
    days: str
    hours: str
    hours_here: str
    where: str
    over: bool
    forgotten: bool
    inputs_late: bool
    days_left: int | None
    themes: list[Theme]
    agenda: list[AgendaItem]
    delegations: list[Delegation]
    folded: list[Delegation]
    present: int
    people: int
    outcomes: list[Outcome]
    tasks: list[MeetingTask]
    commitments: list[CommitmentRow]
    following: list[Meeting]
    history: list[JournalEntry]

    @property
    def shown(self) -> list[Delegation]:
        """Delegations that are not folded."""
        folded = {row.pk for row in self.folded}
        return [row for row in self.delegations if row.pk not in folded]


def about(meeting: Meeting, user: Viewer, *, today: date | None = None) -> About:
    """What the viewer may read of a meeting. At most eleven queries, whatever its size."""
    today = today or timezone.localdate()
    hide([meeting], user, "mechanism", "previous")
    delegations = list(meeting.delegations.select_related("place", "body"))
    delegations.sort(key=lambda row: (row.place is None, str(row.place or row.body)))
    bare = [
        row
        for row in delegations
        if not (row.functions or row.size) and row.attendance == Delegation.Attendance.INVITED
    ]
    coming = [row for row in delegations if row.attendance != Delegation.Attendance.ABSENT]
    expected, over = meeting.state in EXPECTED, when.is_over(meeting, today)
    starts = meeting.record.starts
    return About(
        meeting=meeting,
        days=when.days(meeting),
        hours=when.hours(meeting),
        hours_here=when.hours_here(meeting),
        where=when.where(meeting),
        over=over,
        forgotten=expected and over,
        inputs_late=expected and not over and meeting.inputs_due is not None and meeting.inputs_due < today,
        days_left=(starts - today).days if expected and starts is not None and starts >= today else None,
        themes=themes_of(meeting.record),
        agenda=list(meeting.agenda.all()),
        delegations=delegations,
        folded=bare if len(delegations) > UNFOLDED else [],
        present=sum(row.attendance == Delegation.Attendance.PRESENT for row in delegations),
        people=sum(row.size or 0 for row in coming),
        outcomes=list(meeting.outcomes.select_related("document__record")),
        tasks=list(meeting.tasks.select_related("person")),
        commitments=rows_of(commitments_for(user).filter(meeting=meeting), user, today=today),
        following=list(meetings_for(user).filter(previous=meeting).select_related("record")),
        history=list(journal.entries_for(meeting.record)) if access.allowed(user, "journal.see") else [],
    )


def steps_for(meeting: Meeting, user: Viewer) -> list[Step]:
    """The steps that the viewer may take from where the meeting stands, the main one first. What has not begun was not held."""
    if not access.allowed(user, "meetings.write", meeting.record):
        return []
    begun = when.has_begun(meeting, timezone.localdate())
    return [step for step in steps_from(meeting.state) if begun or step.to != MeetingState.HELD]
