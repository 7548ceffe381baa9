"""Rows of an evaluation that are entered and edited in place: ?add=… and ?edit=… open a form where the row stands, POST saves it.

A page works without JavaScript: the form is part of the page, what was typed is kept where it could not be saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.services.alignment.access import person
from migov.work.evaluations.actions.ground import Conflict, EvaluationError
from migov.work.evaluations.forms_rows import RowForm
from migov.work.evaluations.models import Evaluation

Values = Mapping[str, Any]
Save = Callable[[Evaluation, Values, User, Any, Any, "int | None"], Model]


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of row. find: the row with a key, of the evaluation; under: the row that a new one belongs to, found by its key.

    save: evaluation, values of the form, who, row or None, row it belongs to or None, revision seen. arrange: row, removed, who.
    may: whether the viewer may do it; the actions ask again. by_itself: saving needs no row (a note about one).
    """

    name: str
    form: type[RowForm]
    find: Callable[[Evaluation, int], Any]
    save: Save
    under: Callable[[Evaluation, int], Any] | None = None
    arrange: Callable[[Any, bool, User], None] | None = None
    permission: str = "evaluations.write"
    may: Callable[[HttpRequest, Evaluation, Any], bool] | None = None


@dataclass(slots=True)
class Editing:
    """The form that is open: of which kind, for which row (0: a new one), under which."""

    kind: str
    pk: int
    under: int
    form: RowForm
    seen: int = 0
    problem: str = ""


def opened(request: HttpRequest, evaluation: Evaluation, things: Mapping[str, Thing]) -> Editing | None:
    """The form that the address opens, if any and if the viewer may use it."""
    for name in ("edit", "add"):
        said = request.GET.get(name, "")
        if not said:
            continue
        kind, _dash, number = said.partition("-")
        thing = things.get(kind)
        if thing is None or (number and not _is_key(number)):
            raise Http404(_("There is no such form."))
        key = int(number or 0)
        row = _found(thing.find, evaluation, key) if name == "edit" else None
        below = _found(thing.under, evaluation, key) if name == "add" and thing.under else None
        if not _may(request, evaluation, thing, row or below):
            raise PermissionDenied(_("Your role does not allow this. Ask your administrator if you think it should."))
        form = thing.form(evaluation=evaluation, row=row)
        return Editing(kind, row.pk if row else 0, key if name == "add" else 0, form, getattr(row, "revision", 0))
    return None


def saved(
    request: HttpRequest, evaluation: Evaluation, things: Mapping[str, Thing], address: str
) -> HttpResponse | Editing:
    """Do what was sent: a redirect to the row, or the form with what is wrong. Raises PermissionDenied, Http404."""
    post = request.POST
    thing = things.get(post.get("thing", ""))
    if thing is None:
        raise Http404(_("There is no such form."))
    by = person(request)
    row = _given(post, "row", thing.find, evaluation)
    below = _given(post, "under", thing.under, evaluation)
    if not _may(request, evaluation, thing, row or below):
        raise PermissionDenied(_("Your role does not allow this. Ask your administrator if you think it should."))
    if post.get("do") in ("remove", "back") and thing.arrange is not None and row is not None:
        try:
            thing.arrange(row, post["do"] == "remove", by)
        except EvaluationError as refused:
            messages.error(request, str(refused))
        return redirect(address)
    seen = int(post["seen"]) if _is_key(post.get("seen", "")) else None
    form = thing.form(post, evaluation=evaluation, row=row)
    editing = Editing(thing.name, row.pk if row else 0, below.pk if below else 0, form, seen or 0)
    if not form.is_valid():
        return editing
    try:
        made = thing.save(evaluation, form.cleaned_data, by, row, below, seen)
    except Conflict as conflict:
        editing.problem = str(conflict)
        editing.seen = thing.find(evaluation, editing.pk).revision if editing.pk else 0
        return editing
    except EvaluationError as refused:
        if refused.field in form.fields:
            form.add_error(refused.field, str(refused))
        else:
            editing.problem = str(refused)
        return editing
    return redirect(f"{address}#{anchor(thing, made)}")


def anchor(thing: Thing, row: Model) -> str:
    """The id of a row's element on its page."""
    return f"{thing.name}-{row.pk}"


def _may(request: HttpRequest, evaluation: Evaluation, thing: Thing, row: Any) -> bool:
    if thing.may is not None:
        return thing.may(request, evaluation, row)
    return access.allowed(request.user, thing.permission, evaluation.record)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _given(post: QueryDict, name: str, find: Callable[[Evaluation, int], Any] | None, evaluation: Evaluation) -> Any:
    said = post.get(name, "")
    if not said or said == "0" or find is None:
        return None
    if not _is_key(said):
        raise Http404(_("There is no such row."))
    return _found(find, evaluation, int(said))


def _found(find: Callable[[Evaluation, int], Any] | None, evaluation: Evaluation, key: int) -> Any:
    found = find(evaluation, key) if find is not None else None
    if found is None:
        raise Http404(_("There is no such row. Somebody may have removed it meanwhile."))
    return found
