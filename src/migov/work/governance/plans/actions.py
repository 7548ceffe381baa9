"""The verbs of network plans: a plan comes into the register and is described better; its actions are written and reported on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation import codelists
from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, RecordState, Visibility
from migov.work.governance.models import PlanAction, PlanActionState, PlanUpdate, WorkPlan
from migov.work.governance.models.plans import KIND
from migov.work.governance.plans import ground
from migov.work.governance.plans.ground import Conflict, PlanError

FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST_ACTIONS = 400
MOST_MONEY = Decimal(10) ** 11
FRAMEWORK = "gcm"


@dataclass(frozen=True, slots=True)
class Card:
    """What the register says of a plan. country: None for the regional network."""

    title: str
    network: str
    starts: int
    ends: int
    country: Place | None = None
    coordinator: str = ""
    adopted_on: date | None = None
    source: str = ""
    owner: User | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What is written of an action. objectives: of the Global Compact. Its state changes by updates."""

    text: str
    code: str = ""
    result: str = ""
    lead: str = ""
    support: str = ""
    objectives: Iterable[Element] = field(default_factory=tuple)
    starts: date | None = None
    due: date | None = None
    needed: Decimal | None = None
    secured: Decimal | None = None
    currency: str = ""
    funder: str = ""


@transaction.atomic
def add(card: Card, *, by: Actor, office: Office | None = None, at: datetime | None = None) -> WorkPlan:
    """Put a plan into the register. Raises PermissionDenied, PlanError with the field."""
    office = ground.office_for(by, card.country, office)
    at = at or timezone.now()
    title, values = _checked(card)
    _once(title, card)
    record = Record.objects.create(
        kind=KIND, title=title, office=office, visibility=Visibility.INTERNAL, owner=card.owner or ground.person(by),
        starts=date(card.starts, 1, 1), ends=date(card.ends, 12, 31), source="migov", created_at=at, changed_at=at,
    )  # fmt: skip
    RecordState.objects.create(
        record=record, office=office, stage="", starts=record.starts, ends=record.ends, recorded_at=at
    )
    if card.country is not None:
        RecordPlace.objects.create(record=record, place=card.country, recorded_at=at)
    made = WorkPlan.objects.create(record=record, **values)
    journal.write("plan added", by=by, record=record, detail={"title": title}, at=at)
    return made


@transaction.atomic
def describe(plan: WorkPlan, card: Card, *, by: Actor, seen: int | None = None, at: datetime | None = None) -> WorkPlan:
    """Say better what a plan is. seen: its revision on the page. Raises PermissionDenied, Conflict, PlanError with the field."""
    found = ground.held(plan.pk, by)
    if seen is not None and found.revision != seen:
        raise Conflict(_("Somebody changed this plan meanwhile. Look at it again; nothing of yours was saved yet."))
    at = at or timezone.now()
    title, values = _checked(card)
    record = found.record
    starts, ends = date(card.starts, 1, 1), date(card.ends, 12, 31)
    dates, moved = (record.starts, record.ends), found.country != card.country
    if moved:
        ground.office_for(by, card.country, record.office)
    changed = ground.changes(found, values)
    changed |= ground.changes(record, {"title": title, "owner": card.owner, "starts": starts, "ends": ends})
    if not changed:
        return found
    found.revision += 1
    found.save()
    Record.objects.filter(pk=record.pk).update(title=title, owner=card.owner, starts=starts, ends=ends)
    if dates != (starts, ends):
        RecordState.objects.filter(record=record).current().supersede(at)
        RecordState.objects.create(
            record=record, office=record.office, stage=record.stage, starts=starts, ends=ends, recorded_at=at
        )
    if moved:
        RecordPlace.objects.filter(record=record).current().supersede(at)
        if card.country is not None:
            RecordPlace.objects.create(record=record, place=card.country, recorded_at=at)
    journal.write("plan described", by=by, record=record, detail=changed, at=at)
    return found


def _once(title: str, card: Card) -> None:
    """Raise PlanError for a plan that is in the register already: a form sent twice, or added by a colleague."""
    if card.country is not None:
        Place.objects.select_for_update().only("pk").filter(pk=card.country.pk).first()
    there = WorkPlan.objects.filter(
        record__removed_at__isnull=True, record__title__iexact=title, country=card.country, starts=card.starts
    )
    if there.exists():
        raise PlanError(_("“%(title)s” is in the register already.") % {"title": title}, "title")


def _checked(card: Card) -> tuple[str, dict[str, Any]]:
    """The title and the values of the plan's own row. Raises PlanError with the field."""
    title, network = ground.line(card.title, "title", 300), ground.line(card.network, "network", 200)
    for name, said in (("title", title), ("network", network)):
        if not said:
            raise PlanError(_("This cannot be empty."), name)
    for name, year in (("starts", card.starts), ("ends", card.ends)):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise PlanError(_("Write a year, such as 2026."), name)
    if card.ends < card.starts:
        raise PlanError(_("The last year is before the first."), "ends")
    return title, {
        "country": card.country, "network": network, "coordinator": ground.line(card.coordinator, "coordinator", 200),
        "starts": card.starts, "ends": card.ends, "adopted_on": card.adopted_on, "source": ground.line(card.source, "source", 300),
    }  # fmt: skip


@transaction.atomic
def remove(plan: WorkPlan, *, by: Actor, at: datetime | None = None) -> None:
    """Take a plan out of the register; one whose actions were reported on stays. Raises PermissionDenied, PlanError."""
    found = ground.held(plan.pk, by)
    if PlanUpdate.objects.current().filter(action__plan=found).exists():
        raise PlanError(_("Its actions were reported on: it stays in the register."))
    Record.objects.filter(pk=found.pk).update(removed_at=at or timezone.now())
    journal.write("plan removed", by=by, record=found.record, at=at)


def tidied(said: Said) -> dict[str, Any]:
    """The values of an action as they are kept. Raises PlanError with the field."""
    text = ground.text(said.text, "text")
    if not text:
        raise PlanError(_("Say what is to be done."), "text")
    if said.starts and said.due and said.due < said.starts:
        raise PlanError(_("This is before it begins."), "due")
    for name, amount in (("needed", said.needed), ("secured", said.secured)):
        if amount is not None and amount < 0:
            raise PlanError(_("Money is not negative."), name)
        if amount is not None and amount >= MOST_MONEY:
            raise PlanError(_("This is more money than can be noted."), name)
    currency = said.currency.strip().upper()
    if currency and currency not in codelists.names("Currency"):
        raise PlanError(_("Write the currency as three letters, such as USD."), "currency")
    if not currency and (said.needed is not None or said.secured is not None):
        raise PlanError(_("Say in which currency."), "currency")
    return {
        "text": text, "code": ground.line(said.code, "code", 20), "result": ground.text(said.result, "result"),
        "lead": ground.line(said.lead, "lead", 200), "support": ground.line(said.support, "support", 300), "starts": said.starts,
        "due": said.due, "needed": said.needed, "secured": said.secured, "currency": currency,
        "funder": ground.line(said.funder, "funder", 200),
    }  # fmt: skip


def _objectives(said: Said) -> list[Element]:
    found = list(said.objectives)
    if any(one.framework.code != FRAMEWORK or one.retired_at is not None for one in found):
        raise PlanError(_("Choose objectives of the Global Compact."), "objectives")
    return found


@transaction.atomic
def write_action(
    plan: WorkPlan, said: Said, *, by: Actor, action: PlanAction | None = None, seen: int | None = None
) -> PlanAction:
    """Add an action, or change one. seen: its revision on the page. Raises PermissionDenied, Conflict, PlanError with the field."""
    home = ground.held(plan.pk, by)
    values, objectives = tidied(said), _objectives(said)
    if action is None:
        if PlanAction.objects.filter(plan=home, text=values["text"], code=values["code"], lead=values["lead"]).exists():
            raise PlanError(_("This very action is in the plan already."), "text")
        made = _new(home, values, objectives)
        journal.write("action added", by=by, record=home.record, detail={"action": made.text[:200]})
        return made
    found = _mine(home, action.pk, seen)
    changed = ground.changes(found, values)
    before, now = {one.code for one in found.objectives.all()}, {one.code for one in objectives}
    if before != now:
        found.objectives.set(objectives)
        changed["objectives"] = {"from": ", ".join(sorted(before)), "to": ", ".join(sorted(now))}
    if not changed:
        return found
    found.revision += 1
    found.save()
    journal.write("action changed", by=by, record=home.record, detail={"action": found.text[:200], "fields": changed})
    return found


def _new(home: WorkPlan, values: dict[str, Any], objectives: list[Element]) -> PlanAction:
    made = PlanAction.objects.create(plan=home, order=_room(home), **values)
    made.objectives.set(objectives)
    return made


def _room(home: WorkPlan, more: int = 1) -> int:
    """The order of the next action. Raises PlanError where no room is left for so many more. One query."""
    found = PlanAction.objects.filter(plan=home).aggregate(count=Count("pk"), last=Max("order"))
    if found["count"] + more > MOST_ACTIONS:
        raise PlanError(_("A plan has at most %(most)d actions here.") % {"most": MOST_ACTIONS})
    return (found["last"] or 0) + 1


def _mine(home: WorkPlan, key: int, seen: int | None) -> PlanAction:
    found = PlanAction.objects.select_for_update(of=("self",)).filter(plan=home, pk=key).first()
    if found is None:
        raise PlanError(_("Somebody removed this action meanwhile."))
    if seen is not None and found.revision != seen:
        raise Conflict(
            _("Somebody changed this action meanwhile: it is “%(state)s”, and reads “%(text)s” now.")
            % {"state": found.get_state_display(), "text": found.text[:200]}
        )
    return found


@transaction.atomic
def add_many(plan: WorkPlan, rows: Iterable[tuple[Said, str, str]], *, by: Actor, came_from: str = "") -> int:
    """Add actions read from a file, all or none. rows: what is written, state, and why it was stopped. Returns how many.

    Raises PermissionDenied, PlanError.
    """
    home = ground.held(plan.pk, by)
    order = _room(home)
    new: list[PlanAction] = []
    objectives: list[list[Element]] = []
    for said, state, reason in rows:
        if state == PlanActionState.STOPPED and not reason:
            raise PlanError(_("Say why it was stopped."), "reason")
        new.append(PlanAction(plan=home, order=order + len(new), state=state, reason=reason, **tidied(said)))
        objectives.append(_objectives(said))
    _room(home, len(new))
    PlanAction.objects.bulk_create(new, batch_size=200)
    through = PlanAction.objectives.through
    through._default_manager.bulk_create(
        [through(planaction=one, element=each) for one, serves in zip(new, objectives, strict=True) for each in serves],
        batch_size=200,
    )
    words, today = _("As read from %(name)s.") % {"name": came_from or _("a file")}, timezone.localdate()
    PlanUpdate.objects.bulk_create(
        [
            PlanUpdate(action=one, day=today, state=one.state, text=one.reason or words, by=ground.person(by))
            for one in new
            if one.state != PlanActionState.PLANNED
        ],
        batch_size=200,
    )
    journal.write("actions read", by=by, record=home.record, detail={"actions": len(new), "from": came_from[:200]})
    return len(new)


@transaction.atomic
def move(action: PlanAction, step: int, *, by: Actor) -> None:
    """Move an action before (step -1) or after (1) its neighbour. Raises PermissionDenied, PlanError."""
    home = ground.held(action.plan_id, by)
    found = _mine(home, action.pk, None)
    rows = list(PlanAction.objects.filter(plan=home).order_by("order", "pk"))
    at = next(place for place, one in enumerate(rows) if one.pk == found.pk)
    to = at + (1 if step > 0 else -1)
    if not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for order, one in enumerate(rows, 1):
        one.order = order
    PlanAction.objects.bulk_update(rows, ["order"], batch_size=200)
    journal.write("action moved", by=by, record=home.record, detail={"action": found.text[:200]})


@transaction.atomic
def remove_action(action: PlanAction, *, by: Actor, seen: int | None = None) -> None:
    """Remove an action that nobody reported on; another is stopped instead. Raises PermissionDenied, Conflict, PlanError."""
    home = ground.held(action.plan_id, by)
    found = _mine(home, action.pk, seen)
    if found.updates.exists():
        raise PlanError(_("It was reported on: note that it was stopped, and why."))
    journal.write("action removed", by=by, record=home.record, detail={"action": found.text[:500]})
    found.delete()


@transaction.atomic
def update(
    action: PlanAction,
    *,
    state: str,
    text: str,
    day: date,
    by: Actor,
    seen: int | None = None,
    at: datetime | None = None,
) -> PlanUpdate:
    """Say how an action stands. For one that was stopped the text says why. seen: the action's revision on the page.

    An update of an earlier day than the last is kept and does not change the state.

    Raises PermissionDenied, Conflict, PlanError with the field.
    """
    home = ground.held(action.plan_id, by)
    found = _mine(home, action.pk, seen)
    text = ground.text(text, "text")
    if state not in PlanActionState.values:
        raise PlanError(_("Choose one of the states."), "state")
    if not text:
        raise PlanError(
            _("Say why it was stopped.") if state == PlanActionState.STOPPED else _("Say in a sentence what happened."),
            "text",
        )
    if day > timezone.localdate(at):
        raise PlanError(_("This day is still to come."), "day")
    at = at or timezone.now()
    made = PlanUpdate.objects.create(
        action=found, day=day, state=state, text=text, by=ground.person(by), recorded_at=at
    )
    _follow(found)
    detail = {"action": found.text[:200], "state": state, "day": day.isoformat()}
    journal.write("action reported on", by=by, record=home.record, detail=detail, at=at)
    return made


@transaction.atomic
def withdraw(row: PlanUpdate, *, by: Actor, at: datetime | None = None) -> None:
    """Take back an update that was wrong; the state is what the last one says. Raises PermissionDenied, PlanError."""
    home = ground.held(PlanAction.objects.values_list("plan_id", flat=True).get(pk=row.action_id), by)
    found = _mine(home, row.action_id, None)
    if not PlanUpdate.objects.filter(pk=row.pk).supersede(at):
        raise PlanError(_("Somebody took it back already."))
    _follow(found)
    detail = {"action": found.text[:200], "text": row.text[:500]}
    journal.write("update withdrawn", by=by, record=home.record, detail=detail, at=at)


def _follow(action: PlanAction) -> None:
    """Let the state be what the last standing update says."""
    last = action.updates.current().order_by("-day", "-pk").first()
    action.state = last.state if last else PlanActionState.PLANNED
    action.reason = last.text if last and last.state == PlanActionState.STOPPED else ""
    action.revision += 1
    action.save(update_fields=["state", "reason", "revision"])
