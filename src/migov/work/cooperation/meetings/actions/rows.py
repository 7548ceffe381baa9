"""The rows of a meeting: agenda, outcomes and tasks. The journal says what each change was; two who change the same row take turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.files import File
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.cooperation.meetings import people
from migov.work.cooperation.meetings.actions import ground
from migov.work.cooperation.meetings.actions.entering import add_document
from migov.work.cooperation.meetings.actions.ground import Conflict, MeetingError
from migov.work.cooperation.meetings.addresses import meeting_page
from migov.work.cooperation.meetings.agenda_text import MOST_ITEMS, Line
from migov.work.cooperation.models import AgendaItem, Meeting, MeetingTask, Outcome
from migov.work.cooperation.models.meetings import KIND

Row = TypeVar("Row", bound=models.Model)
SAID_ONCE: tuple[type[models.Model], ...] = (Outcome, MeetingTask)  # an agenda may have two breaks


def standing(model: type[Row], found: Meeting, row: Row, seen: str | None = None) -> Row:
    """The row as it is now. seen: its fingerprint on the page. Raises MeetingError where it is gone, Conflict where it is another."""
    now = model._default_manager.filter(pk=row.pk, meeting=found).first()
    if now is None:
        raise MeetingError(_("This row is not there any more."))
    if seen and ground.fingerprint(now) != seen:
        raise Conflict(_("This row was changed meanwhile. Look at what it says now; yours is still in the form."))
    return now


def write(
    found: Meeting, model: type[Row], given: Mapping[str, Any], *, noun: str, row: Row | None, seen: str | None, by: Actor,
    at: datetime | None,
) -> Row:  # fmt: skip
    """Add a row of a meeting that is held, or change one; nothing is written where nothing differs, or an outcome or task says the same."""
    label = str(given.get("title") or given.get("text") or "")[:120]
    if row is None:
        said = {name: value for name, value in given.items() if name != "order"}
        there = model._default_manager.filter(meeting=found, **said).first() if model in SAID_ONCE else None
        if there is not None:
            return there  # the second of two clicks
        made = model._default_manager.create(meeting=found, **given)
        journal.write(f"{noun} added", by=by, record=found.record, detail={"text": label or str(made)[:120]}, at=at)
        return made
    now = standing(model, found, row, seen)
    changed = {
        name: {"from": ground.words(getattr(now, name)), "to": ground.words(value)}
        for name, value in given.items()
        if getattr(now, name) != value
    }
    if changed:
        for name, value in given.items():
            setattr(now, name, value)
        now.save()
        journal.write(f"{noun} changed", by=by, record=found.record, detail={"row": label, **changed}, at=at)
    return now


@transaction.atomic
def remove(meeting: Meeting, row: AgendaItem | Outcome | MeetingTask, *, by: Actor, at: datetime | None = None) -> None:
    """Take a row from a meeting; the journal keeps what it said. Raises PermissionDenied, MeetingError."""
    found = ground.held(meeting.pk, by)
    now = standing(type(row), found, row)
    nouns = {AgendaItem: "agenda item", Outcome: "outcome", MeetingTask: "task"}
    journal.write(f"{nouns[type(row)]} removed", by=by, record=found.record, detail={"text": str(now)[:300]}, at=at)
    now.delete()


# Agenda


def _next_place(rows: Any) -> int:
    last = rows.aggregate(last=models.Max("order"))["last"]
    return 0 if last is None else last + 1


@transaction.atomic
def write_item(
    meeting: Meeting, values: Mapping[str, Any], *, by: Actor, row: AgendaItem | None = None, seen: str | None = None,
    at: datetime | None = None,
) -> AgendaItem:  # fmt: skip
    """Add an item to the end of the agenda, or change one. values: number, time, title, note, ours. Raises PermissionDenied,
    Conflict, MeetingError with the field.
    """
    found = ground.held(meeting.pk, by)
    given = {name: values[name] for name in ("number", "time", "title", "note", "ours") if name in values}
    for name, clean in (("number", ground.line), ("time", ground.line), ("title", ground.line), ("note", ground.prose)):
        if name in given:
            given[name] = clean(given[name])
    if not given.get("title", row.title if row else ""):
        raise MeetingError(_("Say what the item is."), "title")
    if row is None:
        if found.agenda.count() >= MOST_ITEMS:
            raise MeetingError(_("An agenda has at most %(most)d items.") % {"most": MOST_ITEMS})
        given["order"] = _next_place(found.agenda)
    return write(found, AgendaItem, given, noun="agenda item", row=row, seen=seen, by=by, at=at)


@transaction.atomic
def move_item(meeting: Meeting, row: AgendaItem, up: bool, *, by: Actor, at: datetime | None = None) -> None:
    """Move an item one place up or down; at the end nothing happens. Raises PermissionDenied, MeetingError."""
    found = ground.held(meeting.pk, by)
    standing(AgendaItem, found, row)
    rows = list(found.agenda.all())
    here = next(place for place, one in enumerate(rows) if one.pk == row.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for place, one in enumerate(rows):
        one.order = place
    AgendaItem.objects.bulk_update(rows, ["order"])
    journal.write("agenda item moved", by=by, record=found.record, detail={"text": row.title[:120]}, at=at)


@transaction.atomic
def take_agenda(
    meeting: Meeting,
    lines: Sequence[tuple[Line, bool]],
    *,
    by: Actor,
    replace: bool = False,
    at: datetime | None = None,
) -> list[AgendaItem]:
    """Add items that were read from a text, each with whether the office speaks. replace: instead of those that are there.

    Raises PermissionDenied, MeetingError.
    """
    found = ground.held(meeting.pk, by)
    kept = [(line, ours) for line, ours in lines if ground.line(line.title)]
    if not kept:
        raise MeetingError(_("There is no item to add."))
    before = 0 if replace else found.agenda.count()
    if before + len(kept) > MOST_ITEMS:
        raise MeetingError(_("An agenda has at most %(most)d items.") % {"most": MOST_ITEMS})
    if replace:
        gone = [str(row)[:120] for row in found.agenda.all()]
        found.agenda.all().delete()
        if gone:
            journal.write("agenda replaced", by=by, record=found.record, detail={"text": "; ".join(gone)[:2000]}, at=at)
    first = _next_place(found.agenda)
    made = AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=found, order=first + place, number=ground.line(line.number)[:10], time=ground.line(line.time)[:40],
            title=ground.line(line.title)[:300], note=ground.prose(line.note), ours=ours,
        )
        for place, (line, ours) in enumerate(kept)
    )  # fmt: skip
    journal.write("agenda taken in", by=by, record=found.record, detail={"items": len(made)}, at=at)
    return made


# Outcomes


@transaction.atomic
def write_outcome(
    meeting: Meeting, values: Mapping[str, Any], *, by: Actor, row: Outcome | None = None, file: File | None = None,
    seen: str | None = None, at: datetime | None = None,
) -> Outcome:  # fmt: skip
    """Add an outcome, or change one. values: kind, text, document (one of the meeting's). file: kept as a document of the meeting.

    Raises PermissionDenied, Conflict, MeetingError with the field.
    """
    found = ground.held(meeting.pk, by)
    given = {name: values[name] for name in ("kind", "text", "document") if name in values}
    given["text"] = ground.prose(str(given.get("text", row.text if row else "")))
    if not given["text"]:
        raise MeetingError(_("Say what came of it."), "text")
    document = given.get("document")
    if document is not None and document.of_id != found.pk:
        raise MeetingError(_("This document does not belong to the meeting."), "document")
    if file is not None:
        given["document"] = add_document(found, file, by=by, at=at)
    if row is None:
        given["order"] = _next_place(found.outcomes)
    return write(found, Outcome, given, noun="outcome", row=row, seen=seen, by=by, at=at)


# Tasks


@transaction.atomic
def write_task(
    meeting: Meeting, values: Mapping[str, Any], *, by: Actor, row: MeetingTask | None = None, seen: str | None = None,
    at: datetime | None = None,
) -> MeetingTask:  # fmt: skip
    """Add a task before or after a meeting, or change one; the person is told. values: text, person, due, done_on.

    Raises PermissionDenied, Conflict, MeetingError with the field.
    """
    found = ground.held(meeting.pk, by)
    given = {name: values[name] for name in ("text", "person", "due", "done_on") if name in values}
    given["text"] = ground.line(str(given.get("text", row.text if row else "")))
    if not given["text"]:
        raise MeetingError(_("Say what is to be done."), "text")
    ground.known_years(due=given.get("due"), done_on=given.get("done_on"))
    if given.get("done_on") and given["done_on"] > timezone.localdate(at):
        raise MeetingError(_("This day is still to come."), "done_on")
    person = given.get("person")
    if person is not None and not access.is_internal(person):
        raise MeetingError(_("Only a colleague can be named."), "person")
    before = row.person_id if row is not None else None
    made = write(found, MeetingTask, given, noun="task", row=row, seen=seen, by=by, at=at)
    if made.person is not None and made.person_id != before and made.done_on is None:
        due = _("Until %(day)s.") % {"day": formats.day(made.due)} if made.due else ""
        tell(
            people.without([made.person], by), kind=KIND, record=found.record, url=f"{meeting_page(found.record)}#tasks",
            title=_("Your task: %(text)s") % {"text": made.text[:120]}, text=f"{found.record.title}. {due}".strip(),
        )  # fmt: skip
    return made


def may_tick(task: MeetingTask, by: Any, record: Any) -> bool:
    """Whether a person may say that a task is done: who writes the meeting, and whose task it is, as long as he or she sees it."""
    if access.allowed(by, ground.WRITE, record):
        return True
    return by.pk is not None and task.person_id == by.pk and access.allowed(by, "meetings.see", record)


@transaction.atomic
def tick_task(meeting: Meeting, row: MeetingTask, done: bool, *, by: Actor, at: datetime | None = None) -> MeetingTask:
    """Note that a task is done today, or that it is not done after all. Whose task it is may do so too. Raises PermissionDenied,
    MeetingError.
    """
    found = ground.held(meeting.pk, by, "meetings.see")
    now = standing(MeetingTask, found, row)
    if not may_tick(now, by, found.record):
        access.require(by, ground.WRITE, found.record)
    if bool(now.done_on) != done:
        now.done_on = timezone.localdate(at) if done else None
        now.save(update_fields=["done_on"])
        verb = "task done" if done else "task not done"
        journal.write(verb, by=by, record=found.record, detail={"text": now.text}, at=at)
    return now
