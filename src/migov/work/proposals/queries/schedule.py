"""The work plan: activities under their outputs with responsible, months and days; and what is missing in it."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.work.proposals.findings import MUST, SHOULD, Finding
from migov.work.proposals.models import PlanLevel, Proposal
from migov.work.proposals.queries.outline import Numbered, outline


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An activity. output: number and title of its output. starts, ends: days, where the start of the project is known.

    beyond: it ends after the project does.
    """

    pk: int
    output_pk: int | None
    output: str
    number: str
    title: str
    responsible: str
    first_month: int | None
    last_month: int | None
    starts: date | None
    ends: date | None
    beyond: bool

    @property
    def anchor(self) -> str:
        return f"result:{self.pk}"

    @property
    def name(self) -> str:
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Group:
    """An output with its activities, in the order of the matrix."""

    output: Numbered
    lines: list[PlanLine]


def lines(proposal: Proposal, rows: Sequence[Numbered] | None = None) -> list[PlanLine]:
    """The activities in the order of the matrix. One query; none where `rows` are given."""
    rows = outline(proposal) if rows is None else rows
    named = {one.pk: one for one in rows}
    starts = proposal.project.record.starts
    found = []
    for one in rows:
        if one.level != PlanLevel.ACTIVITY:
            continue
        output = named.get(one.parent or 0)
        first, last = one.row.first_month, one.row.last_month
        known = starts is not None and first is not None and last is not None
        found.append(
            PlanLine(
                one.pk, output.pk if output else None, output.name if output else "", one.number, one.title,
                one.row.responsible, first, last,
                month_begins(starts, first) if known and starts and first else None,
                month_begins(starts, last + 1) - timedelta(days=1) if known and starts and last else None,
                bool(proposal.months and last and last > proposal.months),
            )
        )  # fmt: skip
    return found


def groups(rows: Sequence[Numbered], known: Sequence[PlanLine]) -> list[Group]:
    """The activities under their outputs; outputs without an activity are there too."""
    return [
        Group(one, [line for line in known if line.output_pk == one.pk])
        for one in rows
        if one.level == PlanLevel.OUTPUT or any(line.output_pk == one.pk for line in known)
    ]


def month_begins(starts: date, month: int) -> date:
    """The day on which a month of the project begins; month 1 begins on its first day. The 31st falls on the last of a shorter month."""
    years, place = divmod(starts.month - 1 + month - 1, 12)
    year = starts.year + years
    return date(year, place + 1, min(starts.day, calendar.monthrange(year, place + 1)[1]))


def findings(
    proposal: Proposal, *, rows: Sequence[Numbered] | None = None, known: Sequence[PlanLine] | None = None
) -> list[Finding]:
    """What is wrong in the work plan. One query; none where `rows` are given."""
    rows = outline(proposal) if rows is None else rows
    known = lines(proposal, rows) if known is None else known
    return list(_found(proposal, rows, known, reverse("proposals:plan", args=[proposal.pk])))


def _found(proposal: Proposal, rows: Sequence[Numbered], known: Sequence[PlanLine], url: str) -> Iterator[Finding]:
    if proposal.months is None:
        yield Finding("plan-no-duration", MUST, _("The duration of the project is not stated."), "header", url)
    if not known:
        yield Finding("plan-empty", MUST, _("The work plan has no activities."), "plan", url)
        return
    for line in known:
        at = f"{url}#activity-{line.pk}"
        if line.beyond:
            text = _("Activity %(activity)s runs until month %(last)s; the project lasts %(months)s months.")
            said = {"activity": line.name, "last": str(line.last_month), "months": str(proposal.months)}
            yield Finding("plan-beyond-end", MUST, text % said, line.anchor, at)
        if line.first_month is None:
            yield Finding("activity-months", SHOULD, _("Activity %s has no months.") % line.name, line.anchor, at)
        if not line.responsible:
            text = _("Activity %s names nobody who is responsible.") % line.name
            yield Finding("activity-responsible", SHOULD, text, line.anchor, at)
    for group in groups(rows, known):
        if not group.lines:
            text = _("Output %s has no activity.") % group.output.name
            yield Finding("plan-output-idle", SHOULD, text, group.output.anchor, url)
