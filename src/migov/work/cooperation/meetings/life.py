"""The life of a meeting, as a table: from planned to held. What each step asks, and from where it may be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.work.cooperation.models import CommitmentState, MeetingState

M, C = MeetingState, CommitmentState
EXPECTED = (M.PLANNED, M.CONFIRMED)  # still to come
PENDING = (C.OPEN, C.BEGUN)  # still owed
TONES: dict[str, str] = {M.PLANNED: "", M.CONFIRMED: "good", M.HELD: "quiet", M.CANCELLED: "bad"}
COMMITMENT_TONES: dict[str, str] = {C.OPEN: "", C.BEGUN: "", C.KEPT: "good", C.NOT_KEPT: "bad", C.LAPSED: "quiet"}


@dataclass(frozen=True, slots=True)
class Step:
    """A step. asks: field, whether it is needed. said: to the person who took it."""

    code: str
    label: Any
    to: str
    sources: tuple[str, ...]
    verb: str
    said: Any
    asks: tuple[tuple[str, bool], ...] = ()


STEPS = {
    step.code: step
    for step in (
        Step(
            "confirm", _("Confirm the meeting"), M.CONFIRMED, (M.PLANNED,), "meeting confirmed", _("The meeting is confirmed."),
        ),
        Step(
            "hold", _("It was held"), M.HELD, EXPECTED, "meeting held", _("Noted. Outcomes, commitments and tasks can be added now."),
            (("outcome", False),),
        ),
        Step(
            "cancel", _("Cancel the meeting"), M.CANCELLED, EXPECTED, "meeting cancelled", _("The meeting is cancelled."),
            (("why", True),),
        ),
        Step(
            "reopen", _("It takes place after all"), M.PLANNED, (M.CANCELLED,), "meeting planned again",
            _("The meeting is planned again."),
        ),
        Step(
            "unhold", _("It was not held after all"), M.PLANNED, (M.HELD,), "meeting not held", _("The meeting is planned again."),
        ),
    )
}  # fmt: skip


def steps_from(state: str) -> list[Step]:
    """The steps that lead on from a state, the main one first."""
    return [step for step in STEPS.values() if state in step.sources]
