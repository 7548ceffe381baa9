"""Validation: into it and back, and the answers that nobody disputes."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.services.notices.actions import tell
from migov.work.governance.assess import ground
from migov.work.governance.assess.actions.answering import record
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.assess.queries.sheets import standings
from migov.work.governance.assess.standing import How, unopposed
from migov.work.governance.models import Assessment, AssessmentState, Side


def _move(found: Assessment, into: str, verb: str, by: Actor, **detail: str) -> None:
    Assessment.objects.filter(pk=found.pk).update(state=into, revision=F("revision") + 1)
    found.state = into
    journal.write(verb, by=by, record=found.record, detail=detail)


@transaction.atomic
def validate(assessment: Assessment | int, *, by: Actor) -> Assessment:
    """Close answering and begin validation: the sides' answers stand as they are. The focal points are told.

    Raises AssessmentRefused where nothing is answered yet, PermissionDenied.
    """
    found = ground.held(assessment, by, ground.VALIDATE)
    ground.require_state(found, AssessmentState.ANSWERING)
    if not found.answers.filter(superseded_at__isnull=True, option__isnull=False).exists():
        raise AssessmentRefused(_("No question is answered yet."))
    _move(found, AssessmentState.VALIDATION, "to validation", by)
    tell(
        ground.others([*ground.focal_points(found), found.record.owner], by), kind=ground.NOTICE, record=found.record,
        title=_("Validation has begun: %s") % found.record.title, url=reverse("governance:assessment", args=[found.pk]),
        key=f"assessment-validation:{found.pk}:{found.revision}",
    )  # fmt: skip
    return found


@transaction.atomic
def answer_again(assessment: Assessment | int, *, reason: str, by: Actor) -> Assessment:
    """Go back from validation to answering. What was agreed stays. Raises AssessmentRefused (with the field), PermissionDenied."""
    found = ground.held(assessment, by, ground.VALIDATE)
    ground.require_state(found, AssessmentState.VALIDATION)
    reason = ground.text(reason, "reason")
    if not reason:
        raise AssessmentRefused(_("Say why it is opened again."), "reason")
    if found.workshops.filter(closed_at__isnull=True).exists():
        raise AssessmentRefused(_("Close the workshop first."))
    _move(found, AssessmentState.ANSWERING, "answering again", by, reason=reason)
    tell(
        ground.others([*ground.focal_points(found), found.record.owner], by), kind=ground.NOTICE, text=reason, record=found.record,
        title=_("Open for answers again: %s") % found.record.title, url=reverse("governance:assessment", args=[found.pk]),
        key=f"assessment-again:{found.pk}:{found.revision}",
    )  # fmt: skip
    return found


@transaction.atomic
def agree_unopposed(assessment: Assessment | int, *, by: Actor) -> int:
    """Take as agreed every answer that only one side gave. Returns how many. Raises AssessmentRefused, PermissionDenied."""
    found = ground.held(assessment, by, ground.VALIDATE)
    ground.require_state(found, AssessmentState.VALIDATION)
    note = unopposed()
    done = 0
    for row in standings(found):
        if row.standing.how != How.ONE:
            continue
        record(found, row.question, Side.AGREED, row.standing.option, note, False, row.answers.get(Side.AGREED), by)
        done += 1
    return done
