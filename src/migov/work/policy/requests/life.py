"""The life of a request as a table: which step leads from where to where, who may take it, and what has to be said with it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from migov.work.policy.models import RequestState as S

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Step:
    """A step from state to state. permission: asked on the request's record. asks: fields of its form, the required ones first
    (required: how many of them). main: whether it is the next step on, not a way aside. said: what is told to who took it.
    """

    code: str
    label: Words
    sources: frozenset[S]
    to: S
    permission: str
    verb: str
    said: Words
    asks: tuple[str, ...] = ()
    required: int = 0
    main: bool = False
    help: Words = ""


_DECIDE, _WORK, _WITHDRAW = "requests.decide", "requests.work", "requests.withdraw"
STEPS = {
    step.code: step
    for step in (
        Step(
            "accept", _("Accept the request"), frozenset({S.FILED}), S.ACCEPTED, _DECIDE, "request accepted",
            _("The request is accepted. Its government was told."), ("lead", "due"), 1, True,
            _("Say who leads the work. The government is told that it was accepted."),
        ),
        Step(
            "plan", _("Agree the plan"), frozenset({S.ACCEPTED}), S.PLANNED, _WORK, "request planned",
            _("The plan stands. The government reads it."), ("plan", "planned_hours", "due"), 1, True,
            _("What the office will do, as agreed with the government. The hours stay within the office."),
        ),
        Step(
            "begin", _("Begin the work"), frozenset({S.PLANNED}), S.WORKED, _WORK, "request begun",
            _("The work has begun."), main=True,
            help=_("From now on, note hours and products as they come."),
        ),
        Step(
            "deliver", _("Deliver"), frozenset({S.WORKED}), S.DELIVERED, _WORK, "request delivered",
            _("Delivered. The government sees the products and is asked what it thinks of them."), ("day", "message"), 1, True,
            _("All products are handed over: the government sees them, with their documents, from now on."),
        ),
        Step(
            "close", _("Close with a result"), frozenset({S.DELIVERED}), S.CLOSED, _WORK, "request closed",
            _("The request is closed."), ("result", "day"), 2, True,
            _("Say what changed because of it, and how we know."),
        ),
        Step(
            "again", _("Take it up again"), frozenset({S.DELIVERED}), S.WORKED, _WORK, "request taken up again",
            _("The request is being worked on again."), ("why",), 1,
        ),
        Step(
            "decline", _("Decline"), frozenset({S.FILED, S.ACCEPTED}), S.DECLINED, _DECIDE, "request declined",
            _("The request is declined. Its government was told why."), ("reason",), 1,
            help=_("The government reads the reason."),
        ),
        Step(
            "withdraw", _("Withdraw"), frozenset({S.FILED, S.ACCEPTED, S.PLANNED, S.WORKED}), S.WITHDRAWN, _WITHDRAW,
            "request withdrawn", _("The request is withdrawn. What was done so far is kept."), ("reason",), 1,
        ),
        Step(
            "reopen", _("Consider it again"), frozenset({S.DECLINED, S.WITHDRAWN}), S.FILED, _DECIDE, "request reopened",
            _("The request waits for a decision again."), ("why",), 1,
        ),
    )
}  # fmt: skip

# The way of a request that goes well, for the line of states on its page.
WAY = (S.FILED, S.ACCEPTED, S.PLANNED, S.WORKED, S.DELIVERED, S.CLOSED)
# States in which the office owes something by the due day.
OWED = (S.FILED, S.ACCEPTED, S.PLANNED, S.WORKED)
# States in which hours, products and people may be noted.
AT_WORK = (S.ACCEPTED, S.PLANNED, S.WORKED, S.DELIVERED, S.CLOSED)
TONES: dict[str, str] = {
    S.FILED: "warn", S.ACCEPTED: "", S.PLANNED: "", S.WORKED: "", S.DELIVERED: "good", S.CLOSED: "quiet", S.DECLINED: "bad",
    S.WITHDRAWN: "quiet",
}  # fmt: skip


def steps_from(state: str) -> list[Step]:
    """The steps that lead on from a state, the main one first."""
    return sorted((step for step in STEPS.values() if state in step.sources), key=lambda step: not step.main)
