"""The life of a project as a table: from which stage to which, who may take the step, and what must be true.

The steps that clearance takes (handing in, sending back, endorsing, refusing) are in the same table, so that it tells the whole life; they
are taken by the clearance service, not by a button of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from migov.foundation.records.models import Stage

WRITING = frozenset({Stage.IDEA, Stage.CONCEPT, Stage.PROPOSAL, Stage.REVIEW})  # the paper may be changed
BEFORE_DECISION = (Stage.IDEA, Stage.CONCEPT, Stage.PROPOSAL, Stage.REVIEW)
CARRIED_OUT = (Stage.ACTIVE, Stage.SUSPENDED, Stage.CLOSING)
# The usual way of a project; the other stages lie beside it.
WAY = (
    Stage.IDEA, Stage.CONCEPT, Stage.PROPOSAL, Stage.REVIEW, Stage.ENDORSED, Stage.SUBMITTED, Stage.ACTIVE,
    Stage.CLOSING, Stage.CLOSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table. needs: codes of conditions (conditions.py), all of which must hold. reason: whether one must be given.

    by_clearance: taken by the clearance service as a consequence of what it does.
    """

    code: str
    source: Stage
    target: Stage
    label: str | Promise
    permission: str
    needs: tuple[str, ...] = ()
    reason: bool = False
    by_clearance: bool = False

    @property
    def forward(self) -> bool:
        """Whether it goes on along the usual way, or comes back to it from a stage beside."""
        if self.target not in WAY:
            return False
        return self.source not in WAY or WAY.index(self.target) > WAY.index(self.source)


WRITE, MANAGE, SUBMIT, DECIDE = "proposals.write", "projects.manage", "clearance.submit", "clearance.decide"

STEPS: tuple[Step, ...] = (
    Step("concept", Stage.IDEA, Stage.CONCEPT, _("Begin the concept note"), WRITE, ("named",)),
    Step("proposal", Stage.IDEA, Stage.PROPOSAL, _("Begin the proposal"), WRITE, ("named",)),
    Step("proposal", Stage.CONCEPT, Stage.PROPOSAL, _("Begin the proposal"), WRITE, ("named",)),
    Step("concept", Stage.PROPOSAL, Stage.CONCEPT, _("Back to the concept note"), WRITE, ("no-clearance",)),
    Step("submit", Stage.PROPOSAL, Stage.REVIEW, _("Submit for review"), SUBMIT, ("complete",), by_clearance=True),
    Step("take-back", Stage.REVIEW, Stage.PROPOSAL, _("Take back from review"), SUBMIT, (), True, by_clearance=True),
    Step("return", Stage.REVIEW, Stage.PROPOSAL, _("Send back to be changed"), DECIDE, (), True, by_clearance=True),
    Step("endorse", Stage.REVIEW, Stage.ENDORSED, _("Endorse"), DECIDE, ("verdicts",), True, by_clearance=True),
    Step("refuse", Stage.REVIEW, Stage.REJECTED, _("Do not endorse"), DECIDE, (), True, by_clearance=True),
    # Sent back, and given up before it came again.
    Step("refuse", Stage.PROPOSAL, Stage.REJECTED, _("Do not endorse"), DECIDE, (), True, by_clearance=True),
    Step("send", Stage.ENDORSED, Stage.SUBMITTED, _("Submitted to the donor"), MANAGE, ("donor",)),
    Step("activate", Stage.ENDORSED, Stage.ACTIVE, _("Activate"), MANAGE, ("dates", "agreement")),
    Step("activate", Stage.SUBMITTED, Stage.ACTIVE, _("Activate"), MANAGE, ("dates", "agreement")),
    Step("rework", Stage.SUBMITTED, Stage.PROPOSAL, _("Rework after the donor's answer"), MANAGE, (), True),
    Step("decline", Stage.SUBMITTED, Stage.REJECTED, _("The donor declined"), MANAGE, (), True),
    Step("suspend", Stage.ACTIVE, Stage.SUSPENDED, _("Suspend"), MANAGE, (), True),
    Step("resume", Stage.SUSPENDED, Stage.ACTIVE, _("Resume"), MANAGE, (), True),
    Step("closing", Stage.ACTIVE, Stage.CLOSING, _("Begin to close"), MANAGE, ("no-amendment",)),
    Step("closing", Stage.SUSPENDED, Stage.CLOSING, _("Begin to close"), MANAGE, ("no-amendment",), True),
    Step("reopen", Stage.CLOSING, Stage.ACTIVE, _("Back to active"), MANAGE, (), True),
    Step("close", Stage.CLOSING, Stage.CLOSED, _("Close"), MANAGE, ("closure", "reports")),
    *(
        Step("withdraw", stage, Stage.WITHDRAWN, _("Withdraw"), WRITE, ("no-clearance",), True)
        for stage in (Stage.IDEA, Stage.CONCEPT, Stage.PROPOSAL)
    ),
    *(
        Step("withdraw", stage, Stage.WITHDRAWN, _("Withdraw"), MANAGE, (), True)
        for stage in (Stage.ENDORSED, Stage.SUBMITTED)
    ),
    Step("revive", Stage.WITHDRAWN, Stage.IDEA, _("Take up again"), WRITE, (), True),
)


def steps_from(stage: str) -> list[Step]:
    """The steps that lead on from a stage, in the order of the table."""
    return [step for step in STEPS if step.source == stage]


def step(source: str, code: str) -> Step | None:
    """The step of that name from a stage; None where the table has none."""
    return next((one for one in STEPS if one.source == source and one.code == code), None)
