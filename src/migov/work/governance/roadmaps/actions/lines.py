"""The lines of a roadmap: added, changed, moved, done, dropped; and what was chosen to help with each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.codelists import names
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.notices.actions import tell
from migov.work.governance.models import ActionHelp, ActionState, Roadmap, RoadmapAction, RoadmapState
from migov.work.governance.models.roadmaps import KIND
from migov.work.governance.roadmaps import people
from migov.work.governance.roadmaps.actions import ground
from migov.work.governance.roadmaps.actions.drawing import page_of
from migov.work.governance.roadmaps.actions.ground import RoadmapError

FIELDS = (
    "title", "text", "question", "owner", "person", "due", "cost", "currency", "indicator", "baseline", "target",
)  # fmt: skip
MOST, LONGEST_TITLE = 300, 300
S = ActionState
# From → where to. A yearly follow-up may say the same in other words (see following.py).
LEADS_TO: dict[str, tuple[str, ...]] = {
    S.PLANNED: (S.BEGUN, S.DONE, S.DROPPED),
    S.BEGUN: (S.DONE, S.PLANNED, S.DROPPED),
    S.DONE: (S.BEGUN,),
    S.DROPPED: (S.PLANNED,),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Something that might help with an action. kind: of the offer. why: the reasons for it, in words, as they were shown."""

    kind: str
    title: str
    record: Record | None = None
    address: str = ""
    why: str = ""


@transaction.atomic
def add(
    roadmap: Roadmap, values: Mapping[str, Any], *, by: Actor, help: Iterable[Chosen] = (), at: datetime | None = None
) -> RoadmapAction:
    """Add a line at the end. values: some of FIELDS, a title at least. help: what was chosen to help with it.

    Raises PermissionDenied, RoadmapError with the field.
    """
    found = ground.held_open(roadmap.pk, by)
    number = found.actions.aggregate(last=Max("order"))["last"]
    if found.actions.count() >= MOST:
        raise RoadmapError(_("A roadmap holds at most %(most)s actions.") % {"most": MOST})
    given = _checked(found, {name: values[name] for name in FIELDS if name in values}, None)
    if not given.get("title"):
        raise RoadmapError(_("Say what will be done."), "title")
    made = RoadmapAction.objects.create(roadmap=found, order=0 if number is None else number + 1, **given)
    detail: dict[str, Any] = {"action": made.title}
    if kept := _keep(made, help):
        detail["help"] = [one.title for one in kept]
    journal.write("action added", by=by, record=found.record, detail=detail, at=at)
    _tell_person(found, made, by)
    return made


@transaction.atomic
def change(
    action: RoadmapAction, values: Mapping[str, Any], *, by: Actor, seen: int | None = None, at: datetime | None = None
) -> RoadmapAction:
    """Change some of FIELDS. seen: the revision that the page showed. Raises PermissionDenied, Conflict, RoadmapError with the field."""
    found = ground.held_open(action.roadmap_id, by)
    standing = ground.line(found, action.pk)
    ground.not_changed_meanwhile(standing, seen)
    given = _checked(found, {name: values[name] for name in FIELDS if name in values}, standing)
    before = standing.person_id
    if changed := ground.lay(standing, given):
        journal.write("action changed", by=by, record=found.record, detail={"action": standing.title, **changed}, at=at)
    if standing.person_id and standing.person_id != before:
        _tell_person(found, standing, by)
    return standing


def _checked(roadmap: Roadmap, given: dict[str, Any], standing: RoadmapAction | None) -> dict[str, Any]:
    """The values as they are kept. Raises RoadmapError with the field."""
    values: dict[str, Any] = {name: _read(name, value) for name, value in given.items()}
    if "title" in values:
        if not values["title"]:
            raise RoadmapError(_("Say what will be done."), "title")
        if len(values["title"]) > LONGEST_TITLE:
            raise RoadmapError(_("At most %(most)s characters.") % {"most": LONGEST_TITLE}, "title")
    person = values.get("person")
    if person is not None and (standing is None or standing.person_id != person.pk) and not access.is_internal(person):
        raise RoadmapError(_("Only a colleague can follow an action here."), "person")
    _money(values, standing)
    question = values.get("question")
    assessment = roadmap.assessment
    new_question = question is not None and (standing is None or standing.question_id != question.pk)
    if question is not None and new_question and (assessment is None or question.set_id != assessment.set_id):
        raise RoadmapError(_("The question is not one of the roadmap's assessment."), "question")
    return values


def _read(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return ground.text(value, name) if name in ("text", "indicator") else ground.one_line(value, name)


def _money(values: dict[str, Any], standing: RoadmapAction | None) -> None:
    """An amount has its currency; without an amount no currency is kept."""
    cost: Decimal | None = values.get("cost", standing.cost if standing else None)
    currency = str(values.get("currency", standing.currency if standing else "")).upper()
    if cost is not None and cost < 0:
        raise RoadmapError(_("A cost cannot be below zero."), "cost")
    if cost is not None and cost >= Decimal(10) ** 12:
        raise RoadmapError(_("This number is too large."), "cost")
    if cost is not None and not currency:
        raise RoadmapError(_("Say in which currency."), "currency")
    if currency and currency not in names("Currency"):
        raise RoadmapError(_("Write the three letters of a currency: EUR, USD, MDL."), "currency")
    if "cost" in values or "currency" in values:
        values["cost"] = cost if cost is None else cost.quantize(Decimal("0.01"))
        values["currency"] = "" if cost is None else currency


def _tell_person(roadmap: Roadmap, action: RoadmapAction, by: Actor) -> None:
    if action.person is not None:
        tell(
            people.without([action.person], by), kind=KIND, record=roadmap.record, url=page_of(roadmap),
            title=_("You follow an action of a roadmap: %(title)s") % {"title": action.title}, text=roadmap.record.title,
            key=f"roadmap-person:{action.pk}:{action.person_id}",
        )  # fmt: skip


@transaction.atomic
def move(action: RoadmapAction, *, up: bool, by: Actor, at: datetime | None = None) -> None:
    """Move a line before the one above it, or behind the one below. At the end of the list nothing happens. Raises PermissionDenied."""
    found = ground.held_open(action.roadmap_id, by)
    rows = list(found.actions.order_by("order", "pk"))
    here = next((place for place, row in enumerate(rows) if row.pk == action.pk), None)
    if here is None:
        raise RoadmapError(_("This action is not there any more. Somebody may have removed it meanwhile."))
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for order, row in enumerate(rows):
        row.order = order
    RoadmapAction.objects.bulk_update(rows, ["order"])
    journal.write("action moved", by=by, record=found.record, detail={"action": rows[there].title}, at=at)


@transaction.atomic
def set_state(
    action: RoadmapAction, state: str, *, by: Actor, day: date | None = None, reason: str = "", seen: int | None = None,
    at: datetime | None = None,
) -> RoadmapAction:  # fmt: skip
    """Say how a line stands. day: on which it was done (today). reason: why it is dropped, needed for that.

    Raises PermissionDenied, Conflict, RoadmapError with the field.
    """
    found = ground.held_open(action.roadmap_id, by)
    standing = ground.line(found, action.pk)
    ground.not_changed_meanwhile(standing, seen)
    if state not in LEADS_TO[standing.state]:
        raise RoadmapError(
            _("An action that is “%(state)s” cannot take this step.") % {"state": standing.get_state_display()}
        )
    changed = ground.lay(standing, state_values(state, day, reason, timezone.localdate(at)))
    journal.write("action state set", by=by, record=found.record, detail={"action": standing.title, **changed}, at=at)
    return standing


def state_values(state: str, day: date | None, reason: str, today: date) -> dict[str, Any]:
    """The fields that a state comes with. Raises RoadmapError with the field."""
    day = (day or today) if state == S.DONE else None
    if day is not None and day > today:
        raise RoadmapError(_("This day is still to come."), "day")
    reason = ground.text(reason, "reason") if state == S.DROPPED else ""
    if state == S.DROPPED and not reason:
        raise RoadmapError(_("Say why it is dropped."), "reason")
    return {"state": state, "done_on": day, "reason": reason}


@transaction.atomic
def remove(action: RoadmapAction, *, by: Actor, at: datetime | None = None) -> None:
    """Take a line out of a draft; once it is agreed, lines are dropped with a reason. Raises PermissionDenied, RoadmapError."""
    found = ground.held_open(action.roadmap_id, by)
    standing = ground.line(found, action.pk)
    if found.state != RoadmapState.DRAFT or standing.project_id or standing.follow_ups.exists():
        raise RoadmapError(
            _("This action can only be dropped, with a reason: it was agreed, followed up, or became a concept note.")
        )
    journal.write("action removed", by=by, record=found.record, detail={"action": standing.title}, at=at)
    standing.delete()


@transaction.atomic
def add_help(
    action: RoadmapAction, chosen: Iterable[Chosen], *, by: Actor, at: datetime | None = None
) -> list[ActionHelp]:
    """Keep what was chosen to help with a line; what is kept already is not kept twice. Raises PermissionDenied, RoadmapError."""
    found = ground.held_open(action.roadmap_id, by)
    standing = ground.line(found, action.pk)
    kept = _keep(standing, chosen)
    if kept:
        detail = {"action": standing.title, "help": [one.title for one in kept]}
        journal.write("help chosen", by=by, record=found.record, detail=detail, at=at)
    return kept


@transaction.atomic
def remove_help(action: RoadmapAction, help: int, *, by: Actor, at: datetime | None = None) -> None:
    """Let go of something that was chosen. help: its key. Raises PermissionDenied, RoadmapError."""
    found = ground.held_open(action.roadmap_id, by)
    standing = ground.line(found, action.pk)
    one = ActionHelp.objects.filter(action=standing, pk=help).first()
    if one is not None:
        detail = {"action": standing.title, "help": one.title}
        journal.write("help removed", by=by, record=found.record, detail=detail, at=at)
        one.delete()


def _keep(action: RoadmapAction, chosen: Iterable[Chosen]) -> list[ActionHelp]:
    known = {(one.kind, one.title, one.address) for one in action.help.all()}
    new = []
    for one in chosen:
        key = one.kind[:20], one.title[:300], one.address[:300]
        if key in known:
            continue
        known.add(key)
        kind, title, address = key
        new.append(ActionHelp(action=action, kind=kind, title=title, record=one.record, address=address, why=one.why))
    return ActionHelp.objects.bulk_create(new)


@transaction.atomic
def become(action: RoadmapAction, record: Record, *, by: Actor, at: datetime | None = None) -> RoadmapAction:
    """Note which piece of work a line became: its concept note. Once only: raises RoadmapError for the second. Raises PermissionDenied."""
    found = ground.held_open(action.roadmap_id, by)
    standing = ground.line(found, action.pk)
    if standing.project_id is not None:
        raise RoadmapError(_("This action became a concept note already."))
    ground.lay(standing, {"project": record})
    detail = {"action": standing.title, "note": record.reference}
    journal.write("concept note made", by=by, record=found.record, detail=detail, at=at)
    return standing
