"""Actions of a plan: written, moved, reported on; and read from a file with a preview."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.files.workbooks import Unreadable
from migov.work.governance.models import PlanAction, PlanUpdate, WorkPlan
from migov.work.governance.plans import actions, importing, sheets
from migov.work.governance.plans.forms import ActionForm, FileForm, UpdateForm
from migov.work.governance.plans.ground import WRITE, Conflict, PlanError
from migov.work.governance.plans.importing import Table
from migov.work.governance.plans.queries import late_words
from migov.work.governance.plans.views import as_list, base_of, plan_or_404
from migov.work.governance.plans.words import TONES

KEPT_SECONDS = 3600


def writable(request: HttpRequest, pk: int) -> WorkPlan:
    """The plan, for those who write it. Raises PermissionDenied, Http404."""
    found = plan_or_404(request, pk)
    access.require(request.user, WRITE, found.record)
    return found


def action_or_404(found: WorkPlan, key: int) -> PlanAction:
    """An action of a plan. Raises Http404."""
    try:
        one = found.actions.filter(pk=key).first()
    except OverflowError:
        one = None
    if one is None:
        raise Http404(_("There is no such action. Somebody may have removed it meanwhile."))
    return one


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int, action: int | None = None) -> HttpResponse:
    """Add an action, or change one."""
    found = writable(request, pk)
    one = action_or_404(found, action) if action is not None else None
    if request.method != "POST":
        names = (
            "text",
            "code",
            "result",
            "lead",
            "support",
            "starts",
            "due",
            "needed",
            "secured",
            "currency",
            "funder",
        )
        initial = {name: getattr(one, name) for name in names} if one else {}
        if one:
            initial |= {"objectives": list(one.objectives.all()), "seen": one.revision}
        return _form(request, found, ActionForm(initial=initial), one)
    form = ActionForm(request.POST)
    if not form.is_valid():
        return _form(request, found, form, one, 422)
    try:
        made = actions.write_action(found, form.said(), by=person(request), action=one, seen=form.cleaned_data["seen"])
    except PlanError as refused:
        clash = isinstance(refused, Conflict)
        if clash and one is not None:
            sent = request.POST.copy()
            sent["seen"] = str(action_or_404(found, one.pk).revision)
            form.data = sent
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, found, form, one, 409 if clash else 422)
    messages.success(request, _("Saved."))
    return redirect(_at(made))


def _at(one: PlanAction) -> str:
    return f"{reverse('governance:plan', args=[one.plan_id])}#action-{one.pk}"


def _form(
    request: HttpRequest, found: WorkPlan, form: ActionForm, one: PlanAction | None, status: int = 200
) -> HttpResponse:
    context = {"part": "plans", "found": found, "record": found.record, "form": form, "one": one}
    return render(request, "governance/plans/action_form.html", context, status=status)


@require_safe
def page(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    """One action with all that was said of it."""
    found = plan_or_404(request, pk)
    return _show(request, found, action_or_404(found, action))


def _show(
    request: HttpRequest, found: WorkPlan, one: PlanAction, form: UpdateForm | None = None, status: int = 200
) -> HttpResponse:
    may_write = access.allowed(request.user, WRITE, found.record)
    if form is None and may_write:
        form = UpdateForm(initial={"state": one.state, "seen": one.revision, "day": timezone.localdate()})
    objectives = one.objectives.select_related("framework")
    context = {
        "part": "plans", "found": found, "record": found.record, "one": one, "late": late_words(one), "tone": TONES[one.state],
        "updates": one.updates.current().select_related("by").order_by("-day", "-pk"), "objectives": objectives,
        "may_write": may_write, "form": form,
    }  # fmt: skip
    return render(request, "governance/plans/action.html", context, status=status)


@require_POST
def update(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    """Say how an action stands."""
    found = writable(request, pk)
    one = action_or_404(found, action)
    form = UpdateForm(request.POST)
    if not form.is_valid():
        return _show(request, found, one, form, 422)
    said = form.cleaned_data
    try:
        actions.update(
            one, state=said["state"], text=said["text"], day=said["day"], by=person(request), seen=said["seen"]
        )
    except PlanError as refused:
        clash = isinstance(refused, Conflict)
        if clash:
            one = action_or_404(found, action)
            sent = request.POST.copy()
            sent["seen"] = str(one.revision)
            form.data = sent
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _show(request, found, one, form, 409 if clash else 422)
    messages.success(request, _("Noted."))
    return redirect(_at(one))


@require_POST
def deed(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    """Move an action, remove it, or take back a report on it."""
    found = writable(request, pk)
    one = action_or_404(found, action)
    by, asked = person(request), request.POST.get("do", "")
    try:
        if asked in ("up", "down"):
            actions.move(one, -1 if asked == "up" else 1, by=by)
        elif asked == "remove":
            actions.remove_action(one, by=by)
            messages.success(request, _("The action was removed."))
            return redirect("governance:plan", pk=pk)
        elif asked == "withdraw":
            actions.withdraw(_update_or_404(one, request.POST.get("update", "")), by=by)
            return redirect("governance:plan-action", pk=pk, action=action)
        else:
            raise Http404(_("This cannot be done with an action."))
    except PlanError as refused:
        messages.error(request, str(refused))
    return redirect(_at(one))


def _update_or_404(one: PlanAction, key: str) -> PlanUpdate:
    found = one.updates.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
    if found is None:
        raise Http404(_("There is no such report."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file of actions, then see what it would add."""
    found = writable(request, pk)
    if request.method != "POST":
        return _file_form(request, found, FileForm())
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_form(request, found, form, 422)
    upload = form.cleaned_data["file"]
    try:
        table = importing.read(upload.file, upload.name, upload.size or 0)
    except Unreadable as refused:
        form.add_error("file", str(refused))
        return _file_form(request, found, form, 422)
    if not table.rows:
        form.add_error("file", _("There is no row below the headings."))
        return _file_form(request, found, form, 422)
    return _preview(request, found, table, upload.name, uuid.uuid4().hex)


@require_POST
def apply(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Add the good rows of a preview."""
    found = writable(request, pk)
    user = person(request)
    kept = cache.get(_kept(token)) if len(token) == len(uuid.uuid4().hex) else None
    # It is spent before anything is added: of two clicks at once only one adds the rows.
    if not kept or kept["person"] != user.pk or kept["plan"] != found.pk or not cache.delete(_kept(token)):
        messages.error(request, _("This preview is no longer kept. Choose the file once more."))
        return redirect("governance:plan-import", pk=pk)
    try:
        number = importing.apply(found, kept["table"], kept["good"], by=user, came_from=kept["name"])
    except PlanError as refused:
        messages.warning(request, str(refused))
        return _preview(request, found, kept["table"], kept["name"], token, status=409)
    messages.success(request, ngettext("%d action was added.", "%d actions were added.", number) % number)
    return redirect("governance:plan", pk=pk)


def _kept(token: str) -> str:
    return f"plan-import-{token}"


def _preview(
    request: HttpRequest, found: WorkPlan, table: Table, name: str, token: str, *, status: int = 200
) -> HttpResponse:
    made = importing.plan(found, table, by=person(request))
    good = [row.number for row in made.good]
    kept = {"person": person(request).pk, "plan": found.pk, "table": table, "good": good, "name": name[:200]}
    cache.set(_kept(token), kept, KEPT_SECONDS)
    context = {"part": "plans", "found": found, "record": found.record, "plan": made, "token": token, "name": name}
    return render(request, "governance/plans/import_preview.html", context, status=status)


def _file_form(request: HttpRequest, found: WorkPlan, form: FileForm, status: int = 200) -> HttpResponse:
    known = [names[0].capitalize() for names in importing.COLUMNS.values()]
    context = {"part": "plans", "found": found, "record": found.record, "form": form, "columns": known}
    return render(request, "governance/plans/import.html", context, status=status)


@require_safe
def example(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """A file with the headings and one filled row."""
    access.require(request.user, "plans.add")
    return as_list(sheets.example(base_of(request)), fmt)
