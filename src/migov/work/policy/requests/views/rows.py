"""Rows of a request that are entered and changed in place: ?add=… and ?edit=… open a form where the row stands, POST saves it.

A page works without JavaScript: the form is part of the page, what was typed is kept where it could not be saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.work.policy.models import AssistanceRequest
from migov.work.policy.requests import forms
from migov.work.policy.requests.actions import moving, products, working
from migov.work.policy.requests.actions.ground import RequestError
from migov.work.policy.requests.queries.about import may_give_feedback

Save = Callable[[AssistanceRequest, dict[str, Any], User, Any, "int | None"], Any]
Deed = Callable[[AssistanceRequest, Any, User], Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of row. rows: the related manager of a request that holds them, empty for a form that belongs to no row. place: the id
    of its section on the page. title: of the form. deeds: what can be done with a row by one press of a button.
    """

    name: str
    form: type[forms.RowForm]
    save: Save
    place: str
    title: Any
    rows: str = ""
    permission: str = "requests.work"
    deeds: Mapping[str, Deed] | None = None


@dataclass(slots=True)
class Editing:
    """The form that is open: of which kind, for which row (0: a new one). seen: the revision that the page showed."""

    kind: str
    pk: int
    form: forms.RowForm
    title: str
    seen: int = 0
    problem: str = ""


def _product(request: AssistanceRequest, data: dict[str, Any], by: User, row: Any, seen: int | None) -> Any:
    file = data.pop("file", None)
    return products.write_product(request, data, by=by, product=row, file=file)


THINGS = {
    thing.name: thing
    for thing in (
        Thing(
            "plan", forms.PlanForm, lambda request, data, by, row, seen: working.change_plan(request, **data, by=by, seen=seen),
            "plan", gettext_lazy("Change the plan"),
        ),
        Thing(
            "person", forms.PersonForm,
            lambda request, data, by, row, seen: working.name_person(request, data["person"], part=data["part"], by=by),
            "people", gettext_lazy("Name a colleague"), "people",
            deeds={"remove": lambda request, row, by: working.release_person(request, row, by=by)},
        ),
        Thing(
            "step", forms.StepOfPlanForm,
            lambda request, data, by, row, seen: working.write_step(request, data, by=by, row=row),
            "plan", gettext_lazy("Step of the plan"), "steps",
            deeds={
                "remove": lambda request, row, by: working.remove_step(request, row, by=by),
                "done": lambda request, row, by: working.tick_step(request, row, True, by=by),
                "undone": lambda request, row, by: working.tick_step(request, row, False, by=by),
            },
        ),
        Thing(
            "hours", forms.HoursForm,
            lambda request, data, by, row, seen: working.note_hours(request, data, by=by, corrects=row),
            "hours", gettext_lazy("Hours"), "hours",
            deeds={"remove": lambda request, row, by: working.withdraw_hours(request, row, by=by)},
        ),
        Thing(
            "product", forms.ProductForm, _product, "products", gettext_lazy("Product"), "products",
            deeds={
                "remove": lambda request, row, by: products.remove_product(request, row, by=by),
                "hand-over": lambda request, row, by: products.hand_over(request, row, by=by),
            },
        ),
        Thing(
            "note", forms.NoteForm,
            lambda request, data, by, row, seen: working.say(request, data["text"], internal=data.get("internal", False), by=by),
            "messages", gettext_lazy("Message"), permission="requests.speak",
        ),
        Thing(
            "feedback", forms.FeedbackForm,
            lambda request, data, by, row, seen: moving.give_feedback(request, score=data["score"], text=data["text"], by=by),
            "feedback", gettext_lazy("Feedback"), permission="requests.feedback",
        ),
    )
}  # fmt: skip


def thing_of(name: str) -> Thing:
    """The kind of row with a name. Raises Http404."""
    if name not in THINGS:
        raise Http404(_("There is no such form."))
    return THINGS[name]


def opened(request: HttpRequest, found: AssistanceRequest) -> Editing | None:
    """The form that the address opens, if any. Raises PermissionDenied, Http404."""
    for way in ("edit", "add"):
        name, _dash, number = request.GET.get(way, "").partition("-")
        if not name:
            continue
        thing = thing_of(name)
        _may(request, found, thing)
        row = row_of(found, thing, number) if way == "edit" and thing.rows else None
        return Editing(
            thing.name, row.pk if row else 0, _form(request, found, thing, row), str(thing.title), found.revision
        )
    return None


def _may(request: HttpRequest, found: AssistanceRequest, thing: Thing) -> None:
    access.require(request.user, thing.permission, found.record)
    if thing.name == "feedback" and not may_give_feedback(found, request.user):
        raise PermissionDenied(_("Feedback is given once something was delivered."))


def row_of(found: AssistanceRequest, thing: Thing, number: str) -> Any:
    """The row with a key, of the request; of facts only one that stands. Raises Http404."""
    key = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    rows = getattr(found, thing.rows)
    standing = rows.filter(superseded_at__isnull=True) if thing.name == "hours" else rows.all()
    row = standing.filter(pk=key).first()
    if row is None:
        raise Http404(_("There is no such row. Somebody may have removed it meanwhile."))
    return row


def _form(request: HttpRequest, found: AssistanceRequest, thing: Thing, row: Any) -> forms.RowForm:
    initial: dict[str, Any] = {}
    if thing.name == "hours" and row is None:
        initial = {"person": request.user.pk, "day": timezone.localdate()}
    if thing.name == "feedback":
        initial = {"score": found.score, "text": found.feedback}
    source = found if thing.name == "plan" else row
    return _without_inside(thing.form(request=found, row=source, initial=initial), request)


def _without_inside(form: forms.RowForm, request: HttpRequest) -> forms.RowForm:
    """What the government says is never internal: it is not asked."""
    if "internal" in form.fields and not access.is_internal(request.user):
        del form.fields["internal"]
    return form


def note_form(request: HttpRequest, found: AssistanceRequest) -> forms.RowForm:
    """The form for a message, which is always open."""
    return _without_inside(forms.NoteForm(request=found, auto_id="id_note_%s"), request)


def saved(request: HttpRequest, found: AssistanceRequest, thing: Thing, by: User) -> Editing | None:
    """Save what was sent; None where it is saved, else the form with what is wrong. Raises PermissionDenied, Http404."""
    _may(request, found, thing)
    post = request.POST
    number = post.get("row", "")
    row = row_of(found, thing, number) if thing.rows and number not in ("", "0") else None
    form = thing.form(
        post, request.FILES, request=found, row=row, auto_id="id_note_%s" if thing.name == "note" else "id_%s"
    )
    _without_inside(form, request)
    said = post.get("seen", "")
    seen = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
    editing = Editing(thing.name, row.pk if row else 0, form, str(thing.title), seen or 0)
    if not form.is_valid():
        return editing
    try:
        thing.save(found, dict(form.cleaned_data), by, row, seen)
    except RequestError as refused:
        editing.seen = AssistanceRequest.objects.values_list("revision", flat=True).get(pk=found.pk)
        if refused.field in form.fields:
            form.add_error(refused.field, str(refused))
        else:
            editing.problem = str(refused)
        return editing
    return None
