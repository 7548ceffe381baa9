"""A meeting goes from state to state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.cooperation.meetings import when
from migov.work.cooperation.meetings.actions import ground
from migov.work.cooperation.meetings.actions.entering import tell_concerned
from migov.work.cooperation.meetings.actions.ground import MeetingError
from migov.work.cooperation.meetings.life import STEPS
from migov.work.cooperation.models import Meeting, MeetingState


@transaction.atomic
def move(
    meeting: Meeting, code: str, *, by: Actor, said: Mapping[str, Any] | None = None, seen: int | None = None,
    at: datetime | None = None,
) -> Meeting:  # fmt: skip
    """Take one step of life.STEPS. said: what the step asks. seen: the revision that the page showed.

    Raises MeetingError with the field where there is no such step from here or something is missing, Conflict, PermissionDenied.
    """
    step = STEPS.get(code)
    if step is None:
        raise MeetingError(_("There is no such step."))
    found = ground.held(meeting.pk, by)
    ground.not_changed_meanwhile(found, seen)
    if found.state not in step.sources:
        raise MeetingError(
            _("A meeting that is “%(state)s” cannot take this step.") % {"state": found.get_state_display()}
        )
    given = {name: ground.prose(str((said or {}).get(name) or "")) for name, _needed in step.asks}
    for name, needed in step.asks:
        if needed and not given[name]:
            raise MeetingError(_("This is needed."), name)
    at = at or timezone.now()
    values: dict[str, Any] = {"state": step.to}
    if step.to == MeetingState.HELD:
        if not when.has_begun(found, timezone.localdate(at)):
            raise MeetingError(_("It has not begun yet."))
        if given["outcome"]:
            values["outcome"] = given["outcome"]
    elif step.to == MeetingState.CANCELLED:
        values["outcome"] = given["why"]
    elif found.state == MeetingState.CANCELLED:
        values["outcome"] = ""  # it said why it was cancelled
    changed = ground.lay(found, values, {})
    journal.write(step.verb, by=by, record=found.record, detail=changed, at=at)
    if step.to == MeetingState.CANCELLED:
        title = _("Cancelled: %(title)s") % {"title": found.record.title[:120]}
        tell_concerned(found, title, by=by, text=given["why"])
    return found


@transaction.atomic
def say_outcome(
    meeting: Meeting, text: str, *, by: Actor, seen: int | None = None, at: datetime | None = None
) -> Meeting:
    """Say what came of a meeting that was held, in a few sentences. Raises PermissionDenied, Conflict, MeetingError."""
    found = ground.held(meeting.pk, by)
    ground.not_changed_meanwhile(found, seen)
    if found.state != MeetingState.HELD:
        raise MeetingError(_("Say what came of it once it was held."))
    changed = ground.lay(found, {"outcome": ground.prose(text)}, {})
    if changed:
        journal.write("meeting outcome said", by=by, record=found.record, detail=changed, at=at)
    return found
