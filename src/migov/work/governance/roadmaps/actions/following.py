"""A roadmap is followed up year by year: how each action stood, the value of its indicator, and what there is to say.

What was said of a year is a fact: said anew, it takes the place of what stood, which is kept. The state of the newest year that was
followed up is the state of the action.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.work.governance.models import ActionState, FollowUp, Roadmap, RoadmapAction
from migov.work.governance.roadmaps.actions import ground
from migov.work.governance.roadmaps.actions.ground import RoadmapError
from migov.work.governance.roadmaps.actions.lines import state_values

LONGEST_VALUE = 100


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an action for a year. seen: the key of what the page showed as standing; 0 for nothing."""

    action: int
    state: str
    value: str = ""
    text: str = ""
    seen: int = 0


@dataclass(slots=True)
class Outcome:
    """saved: the rows made. standing: action → what somebody else said meanwhile, so that it was not saved. wrong: action → why not."""

    saved: list[FollowUp] = field(default_factory=list)
    standing: dict[int, FollowUp] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.standing and not self.wrong


def years_open(roadmap: Roadmap, today: date | None = None) -> list[int]:
    """The years of a roadmap that may be followed up: those that have begun."""
    this = (today or timezone.localdate()).year
    return list(range(roadmap.starts, min(roadmap.ends, this) + 1))


@transaction.atomic
def follow(roadmap: Roadmap, year: int, said: Sequence[Said], *, by: Actor, at: datetime | None = None) -> Outcome:
    """Say how actions stood in a year. Rows that say what stands already are left; those of others are never overwritten.

    Raises PermissionDenied, and RoadmapError for a year that cannot be followed up or a roadmap that is not agreed.
    """
    found = ground.held_open(roadmap.pk, by)
    at = at or timezone.now()
    if found.agreed_on is None:
        raise RoadmapError(_("A roadmap is followed up once it was agreed."))
    if year not in years_open(found, timezone.localdate(at)):
        raise RoadmapError(_("The roadmap covers no such year, or it has not begun."))
    actions = {row.pk: row for row in found.actions.all()}
    standing = {row.action_id: row for row in FollowUp.objects.current().filter(action__in=actions, year=year)}
    later = dict(
        FollowUp.objects.current().filter(action__in=actions, year__gt=year).order_by("year").values_list("action_id", "year")
    )  # fmt: skip
    outcome = Outcome()
    for one in said:
        action = actions.get(one.action)
        if action is None:
            outcome.wrong[one.action] = _("This action is not there any more. Somebody may have removed it meanwhile.")
            continue
        _one(action, year, one, standing.get(one.action), one.action in later, outcome, by, at)
    if outcome.saved:
        detail = {
            "year": year,
            "actions": [f"{actions[row.action_id].title}: {row.get_state_display()}" for row in outcome.saved],
        }
        journal.write("roadmap followed up", by=by, record=found.record, detail=detail, at=at)
    return outcome


def _one(
    action: RoadmapAction, year: int, said: Said, before: FollowUp | None, later: bool, outcome: Outcome, by: Actor, at: datetime
) -> None:  # fmt: skip
    try:
        value, text = ground.one_line(said.value, "value"), ground.text(said.text, "text")
    except RoadmapError as unreadable:
        outcome.wrong[action.pk] = str(unreadable)
        return
    if before is not None and (before.state, before.value, before.text) == (said.state, value, text):
        return
    if (before.pk if before else 0) != said.seen:
        if before is not None:
            outcome.standing[action.pk] = before
        else:
            outcome.wrong[action.pk] = _("What you changed was taken back meanwhile. Look at it again.")
        return
    if said.state not in ActionState.values:
        outcome.wrong[action.pk] = _("Say how the action stands.")
        return
    if len(value) > LONGEST_VALUE:
        outcome.wrong[action.pk] = _("Write the value in at most %(most)s characters.") % {"most": LONGEST_VALUE}
        return
    if said.state == ActionState.DROPPED and not text:
        outcome.wrong[action.pk] = _("Say why it is dropped.")
        return
    if before is not None:
        FollowUp.objects.filter(pk=before.pk).supersede(at)
    made = FollowUp.objects.create(
        action=action, year=year, state=said.state, value=value, text=text, by=by if isinstance(by, User) else None,
        recorded_at=at,
    )  # fmt: skip
    outcome.saved.append(made)
    if not later and action.state != said.state:
        today = timezone.localdate(at)
        ground.lay(action, state_values(said.state, min(today, date(year, 12, 31)), text, today))
