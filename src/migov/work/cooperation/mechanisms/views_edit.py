"""Pages of mechanisms to write: a mechanism itself, and the rows of its card, each with its source."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from migov.foundation.people import access
from migov.foundation.records.themes import themes_of
from migov.services.alignment.access import person
from migov.work.cooperation.mechanisms import actions
from migov.work.cooperation.mechanisms.actions import Conflict, Head, MechanismError
from migov.work.cooperation.mechanisms.forms import (
    ChairForm,
    ContactForm,
    FactForm,
    HeadForm,
    MemberForm,
    WithdrawForm,
    who_of,
)
from migov.work.cooperation.mechanisms.views import mechanism_of
from migov.work.cooperation.models import CardFact, Chair, Contact, Mechanism, Membership

PAGE = "cooperation:mechanism"
FORM = "cooperation/mechanisms/form.html"
# What the address calls it → model, form, and the words above the form: new, and in the place of another.
ROWS: dict[str, tuple[Any, Any]] = {
    "facts": (CardFact, FactForm), "members": (Membership, MemberForm), "chairs": (Chair, ChairForm),
}  # fmt: skip


def _titles(what: str) -> tuple[str, str]:
    return {
        "facts": (_("State a fact"), _("State a fact anew")),
        "members": (_("Say who takes part"), _("State anew how it takes part")),
        "chairs": (_("Say who chairs"), _("State anew who chairs")),
        "contacts": (_("Add a contact"), _("Change a contact")),
    }[what]


def _writing(request: HttpRequest, code: str) -> Mechanism:
    access.require(request.user, "mechanisms.write")
    return mechanism_of(request, code)


def _add_error(form: forms.BaseForm, error: MechanismError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _shown(
    request: HttpRequest, form: forms.BaseForm, title: str, *, status: int | None = None, **more: Any
) -> HttpResponse:
    status = status or (422 if request.method == "POST" else 200)
    return render(request, FORM, {"part": "mechanisms", "form": form, "title": title, **more}, status=status)


def _head(form: HeadForm) -> Head:
    return Head(**{name: form.cleaned_data[name] for name in Head.__dataclass_fields__})


@require_http_methods(["GET", "HEAD", "POST"])
def mechanism_new(request: HttpRequest) -> HttpResponse:
    """Add a mechanism."""
    access.require(request.user, "mechanisms.write")
    form = HeadForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_mechanism(_head(form), by=person(request))
        except MechanismError as error:
            _add_error(form, error)
        else:
            messages.success(request, _("Added. Now state its facts, each with its source."))
            return redirect(PAGE, made.code)
    return _shown(request, form, _("Add a mechanism"))


@require_http_methods(["GET", "HEAD", "POST"])
def mechanism_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change the name, type, state, themes and role of a mechanism."""
    one = _writing(request, code)
    given = {
        "title": one.record.title, "short_name": one.short_name, "type": one.type, "state": one.state, "website": one.website,
        "our_role": one.our_role, "successor": one.successor.code if one.successor else "", "revision": one.revision,
        "themes": [theme.code for theme in themes_of(one.record)],
    }  # fmt: skip
    form = HeadForm(request.POST) if request.method == "POST" else HeadForm(initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_mechanism(one, _head(form), revision=form.cleaned_data["revision"] or 0, by=person(request))
        except Conflict as conflict:
            now = _writing(request, code)
            sent = request.POST.copy()
            sent["revision"] = str(now.revision)  # who has looked may save over it
            form.data = sent
            form.add_error(None, str(conflict))
            return _shown(request, form, _("Change this mechanism"), mechanism=now, now=now, status=409)
        except MechanismError as error:
            _add_error(form, error)
        else:
            messages.success(request, _("Changed."))
            return redirect(PAGE, one.code)
    return _shown(request, form, _("Change this mechanism"), mechanism=one)


def _row_of(model: Any, mechanism: Mechanism, pk: int) -> Any:
    rows = model.objects.filter(mechanism=mechanism, pk=pk)
    if model is not Contact:
        rows = rows.current()
    row = rows.first() if pk < 2**63 else None
    if row is None:
        raise Http404(_("This row no longer stands, or there never was one."))
    return row


def _initial(row: Any) -> dict[str, Any]:
    names = ("field", "value", "part", "wording", "role", "since", "until", "source", "as_of", "note")
    found = {name: getattr(row, name) for name in names if hasattr(row, name)}
    return found if isinstance(row, CardFact) else found | {"who": who_of(row)}


@require_http_methods(["GET", "HEAD", "POST"])
def row_form(request: HttpRequest, code: str, what: str, pk: int | None = None) -> HttpResponse:
    """State a row of the card with its source; with a key: in the place of the row that stands."""
    one = _writing(request, code)
    if what == "contacts":
        return _contact(request, one, pk)
    model, form_class = ROWS[what]
    try:
        old = _row_of(model, one, pk) if pk is not None else None
    except Http404:
        if request.method != "POST":
            raise
        return _gone(request, one, what, form_class(request.POST))
    initial = _initial(old) if old else {"field": request.GET.get("field", ""), "who": request.GET.get("who", "")}
    form = form_class(request.POST) if request.method == "POST" else form_class(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(form, one, old, request)
        except Conflict:
            return _gone(request, one, what, form)
        except MechanismError as error:
            _add_error(form, error)
        else:
            messages.success(
                request, _("Kept. What stood before stays in the history.") if old else _("Kept, beside what other sources say.")
            )  # fmt: skip
            return redirect(f"{_page(one)}#{what}")
    title = _titles(what)[1 if old else 0]
    lede = _("The old row is superseded and stays in the history.") if old else _("One row, as one source states it.")
    return _shown(request, form, title, mechanism=one, lede=lede, old=old, what=what)


def _gone(request: HttpRequest, one: Mechanism, what: str, form: forms.BaseForm) -> HttpResponse:
    """What was typed for a row that stands no longer, in a form that states a new row."""
    form.full_clean()
    form.add_error(
        None, _("Somebody has changed this row meanwhile. What you typed is below; keeping it states a row of its own.")
    )
    new = reverse("cooperation:mechanism-row-new", args=[one.code, what])
    return _shown(request, form, _titles(what)[0], mechanism=one, what=what, action=new, status=409)


def _page(one: Mechanism) -> str:
    return reverse(PAGE, args=[one.code])


@transaction.atomic
def _keep(form: Any, one: Mechanism, old: Any, request: HttpRequest) -> None:
    by = person(request)
    if isinstance(form, FactForm):
        actions.keep(form.row(one, old), instead_of=old, by=by)
        return
    name = form.cleaned_data["new_body"].strip()
    actions.keep(form.row(one, actions.add_body(name, by=by) if name else None), instead_of=old, by=by)


def _contact(request: HttpRequest, one: Mechanism, pk: int | None) -> HttpResponse:
    old = _row_of(Contact, one, pk) if pk is not None else None
    initial = {"who": who_of(old)} if old else None
    form = ContactForm(request.POST or None, instance=old, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_contact(form.contact(one), by=person(request))
        except MechanismError as error:
            _add_error(form, error)
        else:
            messages.success(request, _("Kept."))
            return redirect(f"{_page(one)}#contacts")
    lede = _("By function, not by person: people move on, functions stay.")
    return _shown(
        request, form, _titles("contacts")[1 if old else 0], mechanism=one, lede=lede, old=old, what="contacts"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def row_withdraw(request: HttpRequest, code: str, what: str, pk: int) -> HttpResponse:
    """Take a row out of what stands, with the reason; remove a contact."""
    one = _writing(request, code)
    model = Contact if what == "contacts" else ROWS[what][0]
    row = _row_of(model, one, pk)
    if what == "contacts":
        if request.method != "POST":
            raise PermissionDenied(_("A contact is removed with its button."))
        actions.remove_contact(row, by=person(request))
        messages.success(request, _("Removed."))
        return redirect(f"{_page(one)}#contacts")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(row, why=form.cleaned_data["why"], by=person(request))
        except MechanismError as error:
            _add_error(form, error)
        else:
            messages.success(request, _("Withdrawn. It stays in the history."))
            return redirect(f"{_page(one)}#{what}")
    lede = _("For rows that were wrong. Where something has changed, state it anew instead.")
    return _shown(request, form, _("Withdraw this row"), mechanism=one, lede=lede, row=row)
