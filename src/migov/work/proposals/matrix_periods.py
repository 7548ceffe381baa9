"""The periods for which a proposal sets targets: the same for all its indicators, counted from the start of the project."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from migov.foundation.shell import formats
from migov.work.proposals.models import Proposal, TargetStep

MONTHS = {TargetStep.YEAR: 12, TargetStep.HALF: 6, TargetStep.QUARTER: 3}
MOST = 60


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A period, both days included."""

    starts: date
    ends: date

    @property
    def key(self) -> str:
        """2026-01-01/2026-12-31."""
        return f"{self.starts.isoformat()}/{self.ends.isoformat()}"

    def overlap(self, other: Span) -> int:
        """How many days two periods share."""
        return max(0, (min(self.ends, other.ends) - max(self.starts, other.starts)).days + 1)

    def __str__(self) -> str:
        return formats.period(self.starts, self.ends)


def span_of(key: str) -> Span:
    """The period that a key names. Raises ValueError."""
    starts, ends = key.split("/")
    return Span(date.fromisoformat(starts), date.fromisoformat(ends))


def last_day(proposal: Proposal) -> date | None:
    """The planned last day: start and months where both are known, else the end on the record."""
    record = proposal.project.record
    if record.starts and proposal.months:
        return after(record.starts, proposal.months) - timedelta(days=1)
    return record.ends


def spans(proposal: Proposal) -> list[Span]:
    """The periods from the first day to the last; none while one of them is not known. The last one may be shorter."""
    first, last = proposal.project.record.starts, last_day(proposal)
    if first is None or last is None or last < first:
        return []
    step = MONTHS[TargetStep(proposal.target_step)]
    found: list[Span] = []
    for number in range(MOST):
        starts = after(first, number * step)
        if starts > last:
            break
        found.append(Span(starts, min(after(first, (number + 1) * step) - timedelta(days=1), last)))
    return found


def after(day: date, months: int) -> date:
    """The same day some months later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
