"""How entries are checked: submitted, verified or returned, locked, unlocked. The table of steps, and one function for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.shell import typed
from migov.work.results.actions.counting import recount
from migov.work.results.actions.ground import ReportingError, held, projects_of
from migov.work.results.checks import hindering, words_of
from migov.work.results.findings import findings_of
from migov.work.results.models import Entry, EntryStatus

S = EntryStatus


@dataclass(frozen=True, slots=True)
class Step:
    """A step of entries: from which states, to which, who may, whether it needs a reason, how the journal calls it."""

    from_: tuple[str, ...]
    to: str
    permission: str
    verb: str
    reason: bool = False


STEPS: Mapping[str, Step] = {
    "submit": Step((S.DRAFT, S.RETURNED), S.SUBMITTED, "results.report", "values submitted"),
    "take back": Step((S.SUBMITTED,), S.DRAFT, "results.report", "values taken back"),
    "verify": Step((S.SUBMITTED,), S.VERIFIED, "results.verify", "values verified"),
    "return": Step((S.SUBMITTED, S.VERIFIED), S.RETURNED, "results.verify", "values returned", reason=True),
    "lock": Step((S.VERIFIED,), S.LOCKED, "results.verify", "values locked"),
    "unlock": Step((S.LOCKED,), S.VERIFIED, "results.unlock", "values unlocked", reason=True),
}


@dataclass(slots=True)
class Done:
    """What became of many entries: those that took the step, and why the others did not."""

    done: list[Entry] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def take(step: str, entries: Iterable[int], *, by: Actor, reason: str = "") -> Done:
    """Take a step with entries, named by their keys. Those that cannot take it stay as they are, each with the reason.

    Raises PermissionDenied where `by` may not take it for one of their projects, Entry.DoesNotExist, KeyError for an unknown step,
    ReportingError where a reason is needed and missing, typed.Unreadable where it is too long. Queries grow with the number of
    indicators, not of values.
    """
    rule = STEPS[step]
    why = typed.tidy(reason, 2000)
    if rule.reason and not why:
        raise ReportingError(_("Say why: the reason is shown to everybody who works with the value."))
    rows, at, outcome = held(entries, rule.permission, by), timezone.now(), Done()
    hinders = _hindrances(step, rows, by)
    for row in rows:
        if row.status not in rule.from_:
            outcome.refused[row.pk] = _("It is %s by now.") % row.get_status_display()
        elif row.pk in hinders:
            outcome.refused[row.pk] = hinders[row.pk]
        else:
            outcome.done.append(row)
    if not outcome.done:
        return outcome
    keys = [row.pk for row in outcome.done]
    Entry.objects.filter(pk__in=keys).update(
        status=rule.to, changed_at=at, revision=F("revision") + 1, **_marks(step, by, at, why)
    )
    counting = step == "verify" or (step == "return" and any(row.status == S.VERIFIED for row in outcome.done))
    for row in outcome.done:
        row.status = rule.to
    if counting:
        _recount(outcome.done, at)
    for record, some in projects_of(outcome.done).items():
        detail: dict[str, Any] = {"entries": [row.pk for row in some], "values": len(some)}
        journal.write(rule.verb, by=by, record=record, detail=detail | ({"reason": why} if why else {}), at=at)
    return outcome


def _marks(step: str, by: Actor, at: Any, why: str) -> dict[str, Any]:
    return {
        "submit": {"submitted_by": by.pk, "submitted_at": at, "note": ""},
        "take back": {},
        "verify": {"verified_by": by.pk, "verified_at": at, "note": ""},
        "return": {"note": why},
        "lock": {"locked_at": at},
        "unlock": {"note": why},
    }[step]


def _hindrances(step: str, rows: Sequence[Entry], by: Actor) -> dict[int, str]:
    """Why some entries cannot take a step, beyond their state."""
    if step == "submit":
        found = findings_of(rows)
        return {key: words_of(hindering(some)) for key, some in found.items() if hindering(some)}
    if step == "verify":
        own = {
            row.pk: _("You submitted it yourself. Somebody else verifies it.")
            for row in rows
            if by.pk is not None and row.submitted_by_id == by.pk
        }
        broken = {key: words_of(hindering(some)) for key, some in findings_of(rows).items() if hindering(some)}
        return broken | own
    if step == "take back":
        return {
            row.pk: _("Only who submitted it takes it back.")
            for row in rows
            if by.pk is not None and row.submitted_by_id != by.pk
        }
    return {}


def _recount(rows: Sequence[Entry], at: Any) -> None:
    periods: dict[int, set[int]] = {}
    indicators = {row.indicator_id: row.indicator for row in rows}
    for row in rows:
        periods.setdefault(row.indicator_id, set()).add(row.period_id)
    for key, of in periods.items():
        recount(indicators[key], sorted(of), at)


Take = Callable[..., Done]


def lock_until(project: int, day: date, *, by: Actor) -> Done:
    """Lock all verified entries of a project for periods that ended by a day."""
    wanted = Entry.objects.filter(indicator__project=project, status=S.VERIFIED, period__ends__lte=day)
    return take("lock", list(wanted.values_list("pk", flat=True)), by=by)
