"""The management response: begun in one of two forms, answered recommendation by recommendation, issued, and followed up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.work.evaluations import access as room_access
from migov.work.evaluations.actions import ground
from migov.work.evaluations.actions.ground import RESPOND, EvaluationError
from migov.work.evaluations.models import (
    GIVEN_UP,
    ActionStatus,
    Answer,
    Evaluation,
    KeyAction,
    ManagementResponse,
    Recommendation,
    ResponseForm,
    ResponseState,
    StatusNote,
    Verdict,
)
from migov.work.evaluations.queries.followup import lacking


@transaction.atomic
def save_response(
    evaluation: Evaluation, values: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> ManagementResponse:
    """Begin the response, or change its head. values: form, coordinator, coordinator_name, coordinator_function, date, comment.

    The form can be changed as long as no action stands, since each has its own words. Raises PermissionDenied, Conflict, EvaluationError.
    """
    found = ground.held(evaluation.pk, by, RESPOND)
    made = getattr(found, "management_response", None)
    said = dict(values)
    if made is None:
        made = ManagementResponse.objects.create(evaluation=found, **said)
        journal.write("response begun", by=by, record=found.record, detail={"form": made.form})
        return made
    ground.not_changed_meanwhile(made, seen)
    if made.is_issued:
        raise EvaluationError(_("The response was issued. Take it back to draft to change it."))
    if said.get("form", made.form) != made.form and _actions(found).exists():
        raise EvaluationError(_("There are key actions in the words of this form already."), "form")
    if changed := ground.lay(made, said):
        journal.write("response changed", by=by, record=found.record, detail={"fields": changed})
    return made


def _actions(found: Evaluation) -> Any:
    return KeyAction.objects.filter(recommendation__evaluation=found)


def _response(found: Evaluation) -> ManagementResponse:
    made = getattr(found, "management_response", None)
    if made is None:
        raise EvaluationError(_("Begin the management response first."))
    return made


@transaction.atomic
def answer(recommendation: Recommendation, values: Mapping[str, Any], *, by: Actor, seen: int | None = None) -> Answer:
    """Answer a recommendation. values: verdict, comment, responsible. Raises PermissionDenied, Conflict, EvaluationError for a rejection
    without a reason and after the response was issued.
    """
    found = ground.held(recommendation.evaluation_id, by, RESPOND)
    if _response(found).is_issued:
        raise EvaluationError(_("The response was issued. Take it back to draft to change it."))
    said = {name: text.strip() if isinstance(text, str) else text for name, text in values.items()}
    if said["verdict"] == Verdict.REJECT and not said.get("comment"):
        raise EvaluationError(_("A rejection needs a reason."), "comment")
    made = Answer.objects.filter(recommendation=recommendation).select_for_update().first()
    if made is None:
        made = Answer.objects.create(recommendation=recommendation, **said)
        changed: dict[str, Any] = {"verdict": {"from": "", "to": made.verdict}}
    else:
        ground.not_changed_meanwhile(made, seen)
        changed = ground.lay(made, said)
    if changed:
        detail = {"recommendation": recommendation.number, "fields": changed}
        journal.write("recommendation answered", by=by, record=found.record, detail=detail)
    return made


@transaction.atomic
def save_action(
    recommendation: Recommendation,
    values: Mapping[str, Any],
    *,
    by: Actor,
    row: KeyAction | None = None,
    seen: int | None = None,
    at: datetime | None = None,
) -> KeyAction:
    """Promise an action, or change one. values: text, owner, office, responsible, due, time_frame, needs_funds.

    A new one begins with the first status of the response's form. After issue, too, it may be changed and added to; the journal says
    what was before. Raises PermissionDenied, Conflict, EvaluationError.
    """
    found = ground.held(recommendation.evaluation_id, by, RESPOND)
    form = _response(found)
    said = dict(values)
    if not str(said.get("text", row.text if row else "")).strip():
        raise EvaluationError(_("Write something here."), "text")
    given = Answer.objects.filter(recommendation=recommendation).first()
    if given is not None and given.verdict == Verdict.REJECT and row is None:
        raise EvaluationError(_("The recommendation is rejected: no action follows from it."))
    if row is None:
        number = int(recommendation.key_actions.aggregate(last=Max("number"))["last"] or 0) + 1
        made = KeyAction.objects.create(recommendation=recommendation, number=number, **said)
        _note(made, form.statuses[0], "", timezone.localdate(at), by, at or timezone.now())
        detail: dict[str, Any] = {"action": f"{recommendation.number}.{number}", "text": made.text[:200]}
        journal.write("key action added", by=by, record=found.record, detail=detail, at=at)
        return made
    made = KeyAction.objects.select_for_update(of=("self",)).get(pk=row.pk, recommendation=recommendation)
    ground.not_changed_meanwhile(made, seen)
    if changed := ground.lay(made, said):
        detail = {"action": f"{recommendation.number}.{made.number}", "fields": changed}
        journal.write("key action changed", by=by, record=found.record, detail=detail, at=at)
    return made


@transaction.atomic
def arrange_action(row: KeyAction, *, removed: bool, by: Actor, at: datetime | None = None) -> None:
    """Take an action away while the response is a draft, or put it back. Raises PermissionDenied, EvaluationError."""
    found = ground.held(row.recommendation.evaluation_id, by, RESPOND)
    if removed and _response(found).is_issued:
        raise EvaluationError(_("The response was issued: the action stands. Say that it was discarded, and why."))
    standing = KeyAction.objects.get(pk=row.pk)
    if (standing.removed_at is not None) != removed:
        standing.removed_at = (at or timezone.now()) if removed else None
        standing.revision += 1
        standing.save(update_fields=["removed_at", "revision"])
        verb = "key action removed" if removed else "key action put back"
        journal.write(verb, by=by, record=found.record, detail={"text": standing.text[:200]}, at=at)


@transaction.atomic
def issue(evaluation: Evaluation, *, by: Actor, at: datetime | None = None) -> ManagementResponse:
    """Issue the response: from now on its actions are followed up. Raises PermissionDenied, EvaluationError naming what is lacking."""
    found = ground.held(evaluation.pk, by, RESPOND)
    made = _response(found)
    if made.is_issued:
        return made
    if missing := lacking(found):
        raise EvaluationError(" ".join(missing))
    at = at or timezone.now()
    values = {"state": ResponseState.ISSUED, "issued_at": at, "date": made.date or timezone.localdate(at)}
    for name, value in values.items():
        setattr(made, name, value)
    made.revision += 1
    made.save()
    journal.write("response issued", by=by, record=found.record, detail={"date": ground.words(made.date)}, at=at)
    return made


@transaction.atomic
def take_back(evaluation: Evaluation, *, by: Actor, why: str) -> ManagementResponse:
    """Take an issued response back to draft, with a reason. Its actions are not followed up until it is issued again.

    Raises PermissionDenied, EvaluationError without a reason.
    """
    found = ground.held(evaluation.pk, by, RESPOND)
    made = _response(found)
    if not why.strip():
        raise EvaluationError(_("Say why the response is taken back."), "why")
    if made.is_issued:
        made.state, made.issued_at, made.revision = ResponseState.DRAFT, None, made.revision + 1
        made.save()
        journal.write("response taken back", by=by, record=found.record, detail={"note": why.strip()})
    return made


@transaction.atomic
def report_status(
    action: KeyAction, status: str, *, by: Actor, text: str = "", on: date | None = None, at: datetime | None = None
) -> StatusNote:
    """Say what became of an action, in the words of the response's form. on: the day from which it is so, today unless given.

    Raises PermissionDenied, EvaluationError: for a word of the other form, for giving up without a reason, before the response is
    issued, and for a day to come.
    """
    row = KeyAction.objects.select_related("recommendation").get(pk=action.pk)
    found = Evaluation.objects.select_related("record__office", "management_response").get(
        pk=row.recommendation.evaluation_id
    )
    room_access.require_report(by, row, found.record)
    KeyAction.objects.select_for_update().only("pk").get(pk=row.pk)
    form = _response(found)
    if not form.is_issued:
        raise EvaluationError(_("The response is a draft. Its actions are followed up once it is issued."))
    if status not in form.statuses:
        raise EvaluationError(_("This is not a status of the form of %(form)s.") % {"form": form.form}, "status")
    if status in GIVEN_UP and not text.strip():
        raise EvaluationError(_("Say why the action is given up."), "text")
    at = at or timezone.now()
    day = on or timezone.localdate(at)
    if day > timezone.localdate(at):
        raise EvaluationError(_("This day is still to come."), "on")
    before = StatusNote.objects.current().filter(action=row).first()
    made = _note(row, ActionStatus(status), text.strip(), day, by, at)
    detail = {
        "action": f"{row.recommendation.number}.{row.number}", "note": made.text,
        "status": {"from": before.status if before else "", "to": made.status},
    }  # fmt: skip
    journal.write("action reported on", by=by, record=found.record, detail=detail, at=at)
    return made


def _note(action: KeyAction, status: str, text: str, on: date, by: Actor, at: datetime) -> StatusNote:
    StatusNote.objects.current().filter(action=action).supersede(at)
    return StatusNote.objects.create(
        action=action, status=status, text=text, on=on, by=by if isinstance(by, User) else None, by_name=str(by), recorded_at=at,
    )  # fmt: skip


@transaction.atomic
def close(recommendation: Recommendation, status: str, *, by: Actor, comment: str, on: date | None = None) -> Answer:
    """The closing word on a recommendation (form of 2024): its final status with a comment. Raises PermissionDenied, EvaluationError."""
    found = ground.held(recommendation.evaluation_id, by, RESPOND)
    form = _response(found)
    if not form.is_issued or form.form != ResponseForm.OF_2024:
        raise EvaluationError(_("Only an issued response in the form of 2024 has a final status."))
    if status not in form.statuses:
        raise EvaluationError(_("This is not a status of the form of %(form)s.") % {"form": form.form}, "status")
    if not comment.strip():
        raise EvaluationError(_("Say in a sentence what became of it."), "comment")
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise EvaluationError(_("This day is still to come."), "on")
    made = Answer.objects.select_for_update().filter(recommendation=recommendation).first()
    if made is None:
        raise EvaluationError(_("The recommendation has no answer."))
    changed = ground.lay(
        made, {"final_status": ActionStatus(status), "final_comment": comment.strip(), "final_on": day}
    )
    if changed:
        detail = {"recommendation": recommendation.number, "fields": changed}
        journal.write("recommendation closed", by=by, record=found.record, detail=detail)
    return made
