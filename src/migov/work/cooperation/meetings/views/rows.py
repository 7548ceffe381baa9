"""Rows that are entered and changed in place: ?add=… and ?edit=… open a form where the row stands, POST saves it.

A page works without JavaScript: the form is part of the page, what was typed is kept where it could not be saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.work.cooperation.meetings import forms_rows as forms
from migov.work.cooperation.meetings.actions import committing, delegations, ground, moving, rows
from migov.work.cooperation.meetings.actions.ground import MeetingError

Save = Callable[[Any, dict[str, Any], User, Any, str], Any]
Deed = Callable[[Any, Any, User], Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of row. rows: the related manager that holds them, empty for a form that belongs to no row. place: the id of its section
    on the page. title: of the form. deeds: what can be done with a row by one press of a button.
    """

    name: str
    form: type[forms.RowForm]
    save: Save
    place: str
    title: Any
    rows: str = ""
    permission: str = ground.WRITE
    deeds: Mapping[str, Deed] = field(default_factory=dict)
    facts: bool = False


@dataclass(slots=True)
class Editing:
    """The form that is open: of which kind, for which row (0: a new one). seen: what the page showed."""

    kind: str
    pk: int
    form: forms.RowForm
    title: str
    place: str
    seen: str = ""
    problem: str = ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _outcome(meeting: Any, data: dict[str, Any], by: User, row: Any, seen: str) -> Any:
    file = data.pop("file", None)
    return rows.write_outcome(meeting, data, by=by, row=row, file=file, seen=seen)


def _attendance(meeting: Any, data: dict[str, Any], by: User, row: Any, seen: str) -> Any:
    said = {int(name[3:]): value for name, value in data.items() if name.startswith("at-")}
    return delegations.note_attendance(meeting, said, by=by)


def _remove(meeting: Any, row: Any, by: User) -> None:
    rows.remove(meeting, row, by=by)


OF_MEETING = {
    thing.name: thing
    for thing in (
        Thing(
            "item", forms.ItemForm, lambda meeting, data, by, row, seen: rows.write_item(meeting, data, by=by, row=row, seen=seen),
            "agenda", gettext_lazy("Item of the agenda"), "agenda",
            deeds={
                "remove": _remove,
                "up": lambda meeting, row, by: rows.move_item(meeting, row, True, by=by),
                "down": lambda meeting, row, by: rows.move_item(meeting, row, False, by=by),
            },
        ),
        Thing(
            "delegation", forms.DelegationForm,
            lambda meeting, data, by, row, seen: delegations.write_delegation(meeting, data, by=by, row=row, seen=seen),
            "delegations", gettext_lazy("Delegation"), "delegations",
            deeds={"remove": lambda meeting, row, by: delegations.remove_delegation(meeting, row, by=by)},
        ),
        Thing("attendance", forms.AttendanceForm, _attendance, "delegations", gettext_lazy("Who comes, who was there")),
        Thing("outcome", forms.OutcomeForm, _outcome, "outcomes", gettext_lazy("Outcome"), "outcomes", deeds={"remove": _remove}),
        Thing(
            "words", forms.OutcomeTextForm,
            lambda meeting, data, by, row, seen: moving.say_outcome(meeting, data["outcome"], by=by, seen=_number(seen)),
            "outcomes", gettext_lazy("What came of it"),
        ),
        Thing(
            "task", forms.TaskForm, lambda meeting, data, by, row, seen: rows.write_task(meeting, data, by=by, row=row, seen=seen),
            "tasks", gettext_lazy("Task"), "tasks",
            deeds={
                "remove": _remove,
                "done": lambda meeting, row, by: rows.tick_task(meeting, row, True, by=by),
                "undone": lambda meeting, row, by: rows.tick_task(meeting, row, False, by=by),
            },
        ),
    )
}  # fmt: skip
OF_COMMITMENT = {
    "progress": Thing(
        "progress", forms.ProgressForm,
        lambda commitment, data, by, row, seen: committing.note_progress(commitment, data, by=by, corrects=row),
        "progress", gettext_lazy("How it stands"), "progress", ground.COMMITMENTS, facts=True,
        deeds={"remove": lambda commitment, row, by: committing.withdraw_progress(commitment, row, by=by)},
    ),
}  # fmt: skip
# Whose task it is may tick it without writing the meeting; the action asks.
BY_WHOSE_IT_IS = frozenset({"done", "undone"})


def thing_of(things: Mapping[str, Thing], name: str) -> Thing:
    """The kind of row with a name. Raises Http404."""
    if name not in things:
        raise Http404(_("There is no such form."))
    return things[name]


def row_of(holder: Any, thing: Thing, number: str) -> Any:
    """The row with a key, of the meeting or commitment; of facts only one that stands. Raises Http404."""
    if not thing.rows:
        raise Http404(_("There is no such row."))
    key = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    found = getattr(holder, thing.rows)
    row = (found.filter(superseded_at__isnull=True) if thing.facts else found.all()).filter(pk=key).first()
    if row is None:
        raise Http404(_("There is no such row. Somebody may have removed it meanwhile."))
    return row


def opened(request: HttpRequest, holder: Any, things: Mapping[str, Thing]) -> Editing | None:
    """The form that the address opens, if any. Raises PermissionDenied, Http404."""
    for way in ("edit", "add"):
        name, _dash, number = request.GET.get(way, "").partition("-")
        if not name:
            continue
        thing = thing_of(things, name)
        access.require(request.user, thing.permission, holder.record)
        row = row_of(holder, thing, number) if way == "edit" and thing.rows else None
        initial = {"day": timezone.localdate()} if name == "progress" and row is None else {}
        source = holder if name == "words" else row
        form = thing.form(holder=holder, viewer=request.user, row=source, initial=initial)
        return Editing(thing.name, row.pk if row else 0, form, str(thing.title), thing.place, _seen(holder, row))
    return None


def _seen(holder: Any, row: Any) -> str:
    return ground.fingerprint(row) if row is not None else str(holder.revision)


def saved(request: HttpRequest, holder: Any, thing: Thing, by: User) -> Editing | None:
    """Save what was sent; None where it is saved, else the form with what is wrong. What was sent for a row that is gone stays in the
    form, to be entered as a new one. Raises PermissionDenied.
    """
    access.require(request.user, thing.permission, holder.record)
    post = request.POST
    number = post.get("row", "")
    row, gone = None, ""
    try:
        row = row_of(holder, thing, number) if thing.rows and number not in ("", "0") else None
    except Http404:
        gone = _("Somebody removed or corrected this meanwhile. What you typed is below; saving it enters it anew.")
    form = thing.form(post, request.FILES, holder=holder, viewer=request.user, row=row)
    seen = post.get("seen", "")[:64]
    editing = Editing(thing.name, row.pk if row else 0, form, str(thing.title), thing.place, seen, gone)
    if gone or not form.is_valid():
        return editing
    try:
        thing.save(holder, dict(form.cleaned_data), by, row, seen if row is not None or not thing.rows else "")
    except MeetingError as refused:
        now = type(holder)._default_manager.get(pk=holder.pk)
        fresh = row_of(now, thing, number) if row is not None else None
        editing.seen = _seen(now, fresh)
        if refused.field in form.fields:
            form.add_error(refused.field, str(refused))
        else:
            editing.problem = str(refused)
        return editing
    return None
