"""The work on a request: who does what, the steps of the plan, hours, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.services.notices.actions import tell
from migov.work.policy.models import AssistanceRequest, Hours, RequestNote, RequestPerson, RequestStep
from migov.work.policy.models.requests import KIND
from migov.work.policy.requests import people
from migov.work.policy.requests.actions import ground
from migov.work.policy.requests.actions.filing import page_of
from migov.work.policy.requests.actions.ground import RequestError
from migov.work.policy.requests.life import AT_WORK

MOST_HOURS = Decimal(24)


def _working(request: AssistanceRequest, by: Actor) -> AssistanceRequest:
    found = ground.held(request.pk, by, ground.WORK)
    if found.state not in AT_WORK:
        raise RequestError(_("Work is noted once the request was accepted."))
    return found


@transaction.atomic
def change_plan(
    request: AssistanceRequest, *, plan: str, planned_hours: Decimal | None, due: date | None, by: Actor, seen: int | None = None,
    at: datetime | None = None,
) -> AssistanceRequest:  # fmt: skip
    """Change the plan of a request that has one. Raises PermissionDenied, Conflict, RequestError with the field."""
    found = _working(request, by)
    ground.not_changed_meanwhile(found, seen)
    if found.state == "accepted":
        raise RequestError(_("The plan is agreed as the next step."))
    if not plan.strip():
        raise RequestError(_("A plan that was agreed cannot be empty."), "plan")
    if due is not None and due < found.received_on:
        raise RequestError(_("This is before the request came."), "due")
    changed = ground.lay(found, {"plan": plan.strip(), "planned_hours": planned_hours, "due": due})
    if changed:
        journal.write("plan changed", by=by, record=found.record, detail=dict(changed), at=at)
    return found


@transaction.atomic
def name_person(
    request: AssistanceRequest, person: User, *, part: str = "", by: Actor, at: datetime | None = None
) -> RequestPerson:
    """Name a colleague for the work on a request, or say anew what that person does. Raises PermissionDenied, RequestError."""
    found = _working(request, by)
    if not access.is_internal(person):
        raise RequestError(_("Only a colleague can be named for the work."), "person")
    made, new = RequestPerson.objects.update_or_create(request=found, person=person, defaults={"part": part.strip()})
    verb = "person named" if new else "person described"
    journal.write(verb, by=by, record=found.record, detail={"person": str(person), "part": made.part}, at=at)
    if new:
        tell(
            people.without([person], by), kind=KIND, record=found.record, url=page_of(found), text=made.part,
            title=_("You are named for a request: %(title)s") % {"title": found.record.title},
            key=f"request-person:{made.pk}",
        )  # fmt: skip
    return made


@transaction.atomic
def release_person(request: AssistanceRequest, row: RequestPerson, *, by: Actor, at: datetime | None = None) -> None:
    """Take a colleague from the work on a request; the hours stay. Raises PermissionDenied, RequestError."""
    found = _working(request, by)
    standing = RequestPerson.objects.filter(request=found, pk=row.pk).select_related("person").first()
    if standing is not None:
        journal.write("person released", by=by, record=found.record, detail={"person": str(standing.person)}, at=at)
        standing.delete()


@transaction.atomic
def write_step(
    request: AssistanceRequest, values: Mapping[str, Any], *, by: Actor, row: RequestStep | None = None, at: datetime | None = None
) -> RequestStep:  # fmt: skip
    """Add a step to the plan, or change one. values: text, person, due, done_on. Raises PermissionDenied, RequestError."""
    found = _working(request, by)
    text = str(values.get("text", row.text if row else "")).strip()
    if not text:
        raise RequestError(_("Say what is to be done."), "text")
    done = values.get("done_on", row.done_on if row else None)
    if done is not None and done > timezone.localdate(at):
        raise RequestError(_("This day is still to come."), "done_on")
    person = values.get("person", row.person if row else None)
    if person is not None and not access.is_internal(person):
        raise RequestError(_("Only a colleague can be named for the work."), "person")
    given = {"text": text, "person": person, "due": values.get("due", row.due if row else None), "done_on": done}
    if row is None:
        made = RequestStep.objects.create(request=found, order=found.steps.count(), **given)
        journal.write("step added", by=by, record=found.record, detail={"text": text}, at=at)
        return made
    standing = _step(found, row)
    changed = {
        name: {"from": ground.words(getattr(standing, name)), "to": ground.words(value)}
        for name, value in given.items()
        if getattr(standing, name) != value
    }
    if changed:
        RequestStep.objects.filter(pk=standing.pk).update(**given)
        journal.write("step changed", by=by, record=found.record, detail={"step": text, **changed}, at=at)
    return _step(found, row)


@transaction.atomic
def tick_step(
    request: AssistanceRequest, row: RequestStep, done: bool, *, by: Actor, at: datetime | None = None
) -> RequestStep:
    """Note that a step is done today, or that it is not done after all. Raises PermissionDenied, RequestError."""
    found = _working(request, by)
    standing = _step(found, row)
    if bool(standing.done_on) != done:
        standing.done_on = timezone.localdate(at) if done else None
        standing.save(update_fields=["done_on"])
        verb = "step done" if done else "step not done"
        journal.write(verb, by=by, record=found.record, detail={"text": standing.text}, at=at)
    return standing


@transaction.atomic
def remove_step(request: AssistanceRequest, row: RequestStep, *, by: Actor, at: datetime | None = None) -> None:
    """Take a step from the plan. Raises PermissionDenied, RequestError."""
    found = _working(request, by)
    standing = _step(found, row)
    journal.write("step removed", by=by, record=found.record, detail={"text": standing.text}, at=at)
    standing.delete()


def _step(found: AssistanceRequest, row: RequestStep) -> RequestStep:
    standing = RequestStep.objects.filter(request=found, pk=row.pk).select_related("person").first()
    if standing is None:
        raise RequestError(_("This step is not there any more."))
    return standing


@transaction.atomic
def note_hours(
    request: AssistanceRequest, values: Mapping[str, Any], *, by: Actor, corrects: Hours | None = None, at: datetime | None = None
) -> Hours:  # fmt: skip
    """Note hours that a colleague worked on one day. values: person, day, hours, note. corrects: the entry whose place it takes, which
    is kept. Raises PermissionDenied, RequestError with the field: one person has at most 24 hours in a day on a request.
    """
    found = _working(request, by)
    at = at or timezone.now()
    person, day, hours = values["person"], values["day"], values["hours"]
    if not access.is_internal(person):
        raise RequestError(_("Hours are those of colleagues."), "person")
    if day > timezone.localdate(at):
        raise RequestError(_("This day is still to come."), "day")
    if not 0 < hours <= MOST_HOURS:
        raise RequestError(_("Write hours above 0 and up to 24."), "hours")
    if corrects is not None:
        _supersede(found, corrects, at)
    others = Hours.objects.current().filter(request=found, person=person, day=day)
    if sum((row.hours for row in others), hours) > MOST_HOURS:
        raise RequestError(_("Together with what is noted already, this day would have more than 24 hours."), "hours")
    made = Hours.objects.create(
        request=found, person=person, day=day, hours=hours, note=str(values.get("note", "")).strip(), recorded_at=at
    )
    detail = {"person": str(person), "day": day.isoformat(), "hours": ground.words(hours)}
    if corrects is not None:
        detail["before"] = ground.words(corrects.hours)
    journal.write("hours corrected" if corrects else "hours noted", by=by, record=found.record, detail=detail, at=at)
    return made


@transaction.atomic
def withdraw_hours(request: AssistanceRequest, row: Hours, *, by: Actor, at: datetime | None = None) -> None:
    """Take back an entry of hours that was wrong; it is kept, but counts no longer. Raises PermissionDenied, RequestError."""
    found = _working(request, by)
    at = at or timezone.now()
    _supersede(found, row, at)
    detail = {"person": str(row.person), "day": row.day.isoformat(), "hours": ground.words(row.hours)}
    journal.write("hours withdrawn", by=by, record=found.record, detail=detail, at=at)


def _supersede(found: AssistanceRequest, row: Hours, at: datetime) -> None:
    if not Hours.objects.filter(pk=row.pk, request=found).supersede(at):
        raise RequestError(_("This entry was corrected or taken back meanwhile. Look at it again."))


@transaction.atomic
def say(request: AssistanceRequest, text: str, *, internal: bool, by: Actor, at: datetime | None = None) -> RequestNote:
    """Say something about a request. internal: kept within the office; what the government says never is. The other side is told,
    of internal words colleagues only. Raises PermissionDenied, RequestError.
    """
    found = ground.held(request.pk, by, "requests.speak")
    words = text.strip()
    if not words:
        raise RequestError(_("Write a message first."), "text")
    inside = access.is_internal(by)
    internal = internal and inside
    made = RequestNote.objects.create(
        request=found, by=by if isinstance(by, User) else None, at=at or timezone.now(), text=words, internal=internal
    )
    journal.write("note written" if internal else "message written", by=by, record=found.record, at=at)
    concerned: list[User] = people.at_work(found)
    if inside and not internal:
        concerned += list(people.government(found))
    shown = words if len(words) <= 300 else f"{words[:300]}…"
    tell(
        people.without(concerned, by), kind=KIND, record=found.record, url=f"{page_of(found)}#note-{made.pk}",
        title=_("%(who)s about “%(title)s”") % {"who": by, "title": found.record.title[:120]}, text=shown,
        key=f"request-note:{made.pk}",
    )  # fmt: skip
    return made
