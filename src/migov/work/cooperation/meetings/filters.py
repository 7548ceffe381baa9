"""The filters of the lists of this part: meetings, commitments, and the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from migov.work.cooperation.meetings.conditions import YES, Filter
from migov.work.cooperation.models import CommitmentState, MeetingKind, MeetingState

COMING, MINE, PAST, OPEN_DATE, ALL = "coming", "mine", "past", "open-date", "all"
OPEN, LATE, OURS, SETTLED = "open", "late", "ours", "settled"


@dataclass(frozen=True)
class MeetingFilter(Filter):
    """A question about meetings. since, until: days between which they take place. country: hosts it, or takes part."""

    kind: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None

    SHOWS: ClassVar[Any] = {
        COMING: _("Coming"), MINE: _("Mine"), PAST: _("Past"), OPEN_DATE: _("Day still open"), ALL: _("All"),
    }  # fmt: skip
    WORDS: ClassVar[Any] = {
        "kind": (_("Kind"), dict(MeetingKind.choices)),
        "state": (_("State"), dict(MeetingState.choices)),
    }
    DAYS: ClassVar[Any] = {"since": _("From"), "until": _("Until")}

    def usual_show(self) -> str:
        """What is to come, unless a state or a time is asked."""
        return ALL if self.state or self.since or self.until else COMING


@dataclass(frozen=True)
class CommitmentFilter(Filter):
    """A question about commitments. country: whose they are. since, until: days between which they are due."""

    state: str = ""
    since: date | None = None
    until: date | None = None

    SHOWS: ClassVar[Any] = {
        OPEN: _("Open"), LATE: _("Late"), OURS: _("Ours"), SETTLED: _("Kept, not kept, lapsed"), ALL: _("All"),
    }  # fmt: skip
    WORDS: ClassVar[Any] = {"state": (_("State"), dict(CommitmentState.choices))}
    DAYS: ClassVar[Any] = {"since": _("Due from"), "until": _("Due until")}

    def usual_show(self) -> str:
        """What is open, unless a state or a time is asked."""
        return ALL if self.state or self.since or self.until else OPEN


@dataclass(frozen=True)
class CalendarFilter(Filter):
    """What the calendar shows. mine: only what the viewer attends, keeps or owes."""

    mine: bool = False

    WORDS: ClassVar[Any] = {"mine": (_("Show"), {YES: _("mine only")})}
