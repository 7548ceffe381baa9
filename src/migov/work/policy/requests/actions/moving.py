"""A request goes from state to state, and the government says what it thinks of the help."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.policy.models import AssistanceRequest, Product, RequestNote, RequestState
from migov.work.policy.models.requests import KIND
from migov.work.policy.requests import people
from migov.work.policy.requests.actions import ground
from migov.work.policy.requests.actions.filing import page_of, tell_lead
from migov.work.policy.requests.actions.ground import RequestError
from migov.work.policy.requests.actions.products import hand_over_now
from migov.work.policy.requests.life import STEPS, Step

S = RequestState


@transaction.atomic
def move(
    request: AssistanceRequest, code: str, *, by: Actor, said: Mapping[str, Any] | None = None, seen: int | None = None,
    at: datetime | None = None,
) -> AssistanceRequest:  # fmt: skip
    """Take one step of life.STEPS. said: what the step asks (`Step.asks`). seen: the revision that the page showed.

    Two people who act at once take turns; the second is told where the request stands. Raises RequestError with the field where there
    is no such step from here or something is missing, Conflict, PermissionDenied.
    """
    step = STEPS.get(code)
    if step is None:
        raise RequestError(_("There is no such step."))
    found = ground.held(request.pk, by, step.permission)
    ground.not_changed_meanwhile(found, seen)
    if found.state not in step.sources:
        raise RequestError(
            _("A request that is “%(state)s” cannot take this step.") % {"state": found.get_state_display()}
        )
    at = at or timezone.now()
    given: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in (said or {}).items()
        if name in step.asks
    }
    for name in step.asks[: step.required]:
        if given.get(name) in (None, ""):
            raise RequestError(_("This is needed."), name)
    values: dict[str, Any] = {"state": step.to, **_values(found, step, given, timezone.localdate(at))}
    detail: dict[str, Any] = dict(ground.lay(found, values))
    if step.code == "accept":
        lead = given["lead"]
        detail["lead"] = {"from": ground.words(found.record.owner), "to": ground.words(lead)}
        Record.objects.filter(pk=found.pk).update(owner=lead)
        found.record.owner = lead
    if why := given.get("why"):
        detail["why"] = why
    journal.write(step.verb, by=by, record=found.record, detail=detail, at=at)
    _after(found, step, given, by, at)
    return found


def _values(found: AssistanceRequest, step: Step, given: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The fields of a request that a step writes. Raises RequestError."""
    if step.code == "accept":
        lead = given["lead"]
        if not access.is_internal(lead):
            raise RequestError(_("Only a colleague can lead the work."), "lead")
        return _due(found, given)
    if step.code == "plan":
        return {"plan": given["plan"], "planned_hours": given.get("planned_hours"), **_due(found, given)}
    if step.code == "deliver":
        if not found.products.exists():
            raise RequestError(_("Add at least one product first: what is handed over."))
        return {"delivered_on": _past(given["day"], found.received_on, today)}
    if step.code == "close":
        return {
            "result": given["result"],
            "closed_on": _past(given["day"], found.delivered_on or found.received_on, today),
        }
    if step.code in ("decline", "withdraw"):
        return {"reason": given["reason"]}
    if step.code == "reopen":
        return {"reason": ""}
    if step.code == "again":
        return {"delivered_on": None}
    return {}


def _due(found: AssistanceRequest, given: Mapping[str, Any]) -> dict[str, Any]:
    due = given.get("due")
    if due is not None and due < found.received_on:
        raise RequestError(_("This is before the request came."), "due")
    return {"due": due}


def _past(day: date, first: date, today: date) -> date:
    if day > today:
        raise RequestError(_("This day is still to come."), "day")
    if day < first:
        raise RequestError(_("This is before %(day)s.") % {"day": formats.day(first)}, "day")
    return day


def _after(found: AssistanceRequest, step: Step, given: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """What a step brings with it: products handed over, words to the government, notices."""
    title = found.record.title
    if step.code == "deliver":
        for product in Product.objects.filter(request=found, handed_on__isnull=True):
            hand_over_now(product, found, found.delivered_on or timezone.localdate(at))
        if message := given.get("message"):
            RequestNote.objects.create(
                request=found, by=by if isinstance(by, User) else None, at=at, text=message, internal=False
            )
    if step.code == "accept":
        tell_lead(found, by)
    to_government = {
        "accept": _("Your request was accepted: %(title)s"),
        "plan": _("There is a plan for your request: %(title)s"),
        "deliver": _("The office has delivered what you asked for: %(title)s"),
        "decline": _("Your request was declined: %(title)s"),
        "close": _("Your request is closed: %(title)s"),
    }.get(step.code)
    if to_government:
        text = {
            "decline": found.reason, "deliver": _("Please say what you think of it."), "close": found.result,
        }.get(step.code, "")  # fmt: skip
        tell(
            people.without(people.government(found), by), kind=KIND, record=found.record, title=to_government % {"title": title},
            text=text, url=page_of(found), key=f"request-{step.code}:{found.pk}:{found.revision}",
        )  # fmt: skip
    if step.code in ("withdraw", "reopen", "decline"):
        words = {
            "withdraw": _("A request was withdrawn: %(title)s"), "reopen": _("A request waits for a decision again: %(title)s"),
            "decline": _("A request was declined: %(title)s"),
        }[step.code]  # fmt: skip
        told = people.policy_officers(found) if step.code == "reopen" else people.at_work(found)
        tell(
            people.without(told, by), kind=KIND, record=found.record, title=words % {"title": title}, text=found.reason,
            url=page_of(found),
        )  # fmt: skip


@transaction.atomic
def give_feedback(
    request: AssistanceRequest, *, score: int, text: str = "", by: Actor, at: datetime | None = None
) -> AssistanceRequest:
    """Say what the help was worth, from 1 to 5: the government itself, or a colleague as the government told it. Said again, the
    last word stands; the journal keeps the one before. Raises PermissionDenied, RequestError.
    """
    found = ground.held(request.pk, by, "requests.feedback")
    if found.state not in (S.DELIVERED, S.CLOSED):
        raise RequestError(_("Feedback is given once something was delivered."))
    if score not in range(1, 6):
        raise RequestError(_("Choose a number from 1 to 5."), "score")
    inside = access.is_internal(by)
    if inside and found.feedback_by is not None and not access.is_internal(found.feedback_by):
        raise RequestError(_("The government has given its feedback itself; it is not written over."))
    values = {"score": score, "feedback": text.strip(), "feedback_by": by if isinstance(by, User) else None}
    detail = ground.lay(found, values)
    if not detail:
        return found
    at = at or timezone.now()
    AssistanceRequest.objects.filter(pk=found.pk).update(feedback_at=at)
    found.feedback_at = at
    journal.write("feedback recorded" if inside else "feedback given", by=by, record=found.record, detail=detail, at=at)
    if not inside:
        tell(
            people.at_work(found), kind=KIND, record=found.record, url=page_of(found), text=found.feedback,
            title=_("Feedback %(score)s of 5: %(title)s") % {"score": score, "title": found.record.title},
        )  # fmt: skip
    return found
