"""Changes of the work plan: who carries an activity out, and in which months. The activities themselves are rows of the matrix."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.proposals.actions import cells, ground
from migov.work.proposals.actions.cells import WrongValue
from migov.work.proposals.models import PlanLevel, PlanResult, Proposal

MOST_MONTHS = 120
RESPONSIBLE = gettext_lazy("Responsible")
MONTHS = gettext_lazy("Months")
_responsible = cells.words(255)
_SPAN = re.compile(r"(\d{1,4})(?:\s*(?:[-–—]|to)\s*(\d{1,4}))?", re.ASCII)


def months(first: int | None, last: int | None) -> str:
    """Two months as one cell shows them: "3–8", "5"; "" for none."""
    if first is None or last is None:
        return ""
    return str(first) if first == last else f"{first}–{last}"


def months_of(typed: str) -> tuple[int, int] | None:
    """First and last month as typed: "3-8", "3 to 8", "5"; None for nothing. Raises WrongValue."""
    text = cells.clean(typed)
    if not text:
        return None
    found = _SPAN.fullmatch(text)
    if found is None:
        raise WrongValue(_("“%s” is no span of months. Write the first and the last, such as 3–8.") % text[:40])
    first, last = int(found[1]), int(found[2] or found[1])
    if not 1 <= first <= MOST_MONTHS or last > MOST_MONTHS:
        raise WrongValue(_("Months are counted from 1 to %s.") % MOST_MONTHS)
    if last < first:
        raise WrongValue(
            _("The last month (%(last)s) is before the first (%(first)s).") % {"first": first, "last": last}
        )
    return first, last


@transaction.atomic
def set_responsible(activity: PlanResult, *, was: str, now: str, by: Actor) -> PlanResult:
    """Say who carries an activity out. Raises PermissionDenied, Closed, WrongValue, Conflict."""
    proposal, row = _activity(activity, by)
    name = _responsible(now)
    before = row.responsible
    if cells.exchange(before, was=was, now=name, label=RESPONSIBLE):
        row.responsible = name
        row.save(update_fields=["responsible"])
        _note(proposal, row, "responsible", before, name, by)
    return row


@transaction.atomic
def set_months(activity: PlanResult, *, was: str, now: str, by: Actor) -> PlanResult:
    """Set the months of an activity, counted from 1: "3–8", "5"; empty takes them out.

    Raises PermissionDenied, Closed, WrongValue, Conflict.
    """
    proposal, row = _activity(activity, by)
    span = months_of(now)
    before, after = months(row.first_month, row.last_month), months(*span) if span else ""
    if cells.exchange(before, was=was, now=after, label=MONTHS):
        row.first_month, row.last_month = span or (None, None)
        row.save(update_fields=["first_month", "last_month"])
        _note(proposal, row, "months", before, after, by)
    return row


def _activity(activity: PlanResult, by: Actor) -> tuple[Proposal, PlanResult]:
    proposal = ground.writable(activity.proposal_id, by, lock=True)
    row = PlanResult.objects.get(pk=activity.pk)
    if row.level != PlanLevel.ACTIVITY:
        raise WrongValue(_("Only activities stand in the work plan."))
    if row.removed_at is not None:
        raise ground.ProposalError(_("This activity was removed from the matrix meanwhile."))
    return proposal, row


def _note(proposal: Proposal, row: PlanResult, field: str, was: str, now: str, by: Actor) -> None:
    detail = {"result": row.pk, "title": row.title, "field": field, "was": was, "now": now}
    journal.write("work plan changed", by=by, record=proposal.project.record, detail=detail)
