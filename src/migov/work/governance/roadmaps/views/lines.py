"""The lines of a roadmap: the page of one, entering and changing it, moving it, saying how it stands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records.kinds import url_of
from migov.foundation.records.models import Record
from migov.services.alignment.access import person
from migov.work.governance.models import Roadmap, RoadmapState
from migov.work.governance.roadmaps import deeds, exports, queries
from migov.work.governance.roadmaps.actions import lines
from migov.work.governance.roadmaps.actions.ground import WRITE, Conflict, RoadmapError
from migov.work.governance.roadmaps.forms import ActionForm, StateForm, action_initial
from migov.work.governance.roadmaps.queries import About, Line
from migov.work.governance.roadmaps.views.page import roadmap_or_404, take_revision


def line_or_404(request: HttpRequest, pk: int, action: int) -> tuple[Roadmap, About, Line]:
    """The roadmap and its line that the address names. Raises PermissionDenied, Http404."""
    found = roadmap_or_404(request, pk)
    about = queries.about(found, request.user)
    line = queries.action_in(about, action)
    if line is None:
        raise Http404(_("There is no such action. Somebody may have removed it meanwhile."))
    return found, about, line


@require_safe
def page(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    """One line, with all that is said of it."""
    return _show(request, *line_or_404(request, pk, action))


def _show(
    request: HttpRequest, found: Roadmap, about: About, line: Line, *, status: int = 200, form: StateForm | None = None,
    problem: str = "",
) -> HttpResponse:  # fmt: skip
    one, user = line.action, request.user
    writes = found.state != RoadmapState.CLOSED and access.allowed(user, WRITE, found.record)
    context = {
        "part": "roadmaps", "found": found, "record": found.record, "line": line, "action": one, "may_write": writes,
        "measure": exports.measure(one), "deeds": deeds.of_lines(found, [one], user).get(one.pk, []), "problem": problem,
        "form": form or (StateForm(action=one, to=lines.LEADS_TO[one.state]) if writes else None), "tried": form is not None,
        "note": _note(one.project, user), "internal": access.is_internal(user), "draft": found.state == RoadmapState.DRAFT,
    }  # fmt: skip
    return render(request, "governance/roadmaps/action.html", context, status=status)


def _note(record: Record | None, user: Any) -> tuple[str, str] | None:
    """Title and address of the concept note that a line became, where the viewer may see it."""
    if record is None or not Record.objects.visible_to(user).standing().filter(pk=record.pk).exists():
        return None
    return record.title, url_of(record)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a line. ?question= fills the gap in."""
    found = roadmap_or_404(request, pk)
    access.require(request.user, WRITE, found.record)
    user = person(request)
    if request.method != "POST":
        asked = request.GET.get("question", "")
        initial = {"question": int(asked)} if asked.isascii() and asked.isdigit() and len(asked) < 18 else {}
        return _form(request, found, ActionForm(user=user, roadmap=found, initial=initial))
    form = ActionForm(request.POST, user=user, roadmap=found)
    if not form.is_valid():
        return _form(request, found, form, status=422)
    try:
        made = lines.add(found, form.values(), by=user)
    except RoadmapError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, found, form, status=422)
    messages.success(request, _("Added."))
    return redirect(f"{reverse('governance:roadmap', args=[pk])}#action-{made.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    """Change a line."""
    found, _about, line = line_or_404(request, pk, action)
    access.require(request.user, WRITE, found.record)
    user, one = person(request), line.action
    if request.method != "POST":
        return _form(request, found, ActionForm(user=user, roadmap=found, action=one, initial=action_initial(one)), one)
    form = ActionForm(request.POST, user=user, roadmap=found, action=one)
    if not form.is_valid():
        return _form(request, found, form, one, status=422)
    try:
        lines.change(one, form.values(), by=user, seen=form.cleaned_data["seen"])
    except Conflict as conflict:
        _found, _about, now = line_or_404(request, pk, action)
        take_revision(form, request, now.action.revision)
        form.add_error(None, str(conflict))
        return _form(request, found, form, now.action, status=409, meanwhile=True)
    except RoadmapError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, found, form, one, status=422)
    messages.success(request, _("Saved."))
    return redirect("governance:roadmap-action", pk=pk, action=action)


def _form(
    request: HttpRequest, found: Roadmap, form: ActionForm, action: Any = None, *, status: int = 200, meanwhile: bool = False
) -> HttpResponse:  # fmt: skip
    context = {
        "part": "roadmaps", "found": found, "record": found.record, "form": form, "action": action,
        "meanwhile": exports.measure(action) if meanwhile else None, "changed_meanwhile": meanwhile,
    }  # fmt: skip
    return render(request, "governance/roadmaps/action_form.html", context, status=status)


@require_POST
def do(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    """Move a line, say how it stands, let go of help, or remove it."""
    found, about, line = line_or_404(request, pk, action)
    access.require(request.user, WRITE, found.record)
    user, one, deed = person(request), line.action, request.POST.get("do", "")
    home = reverse("governance:roadmap", args=[pk])
    here = reverse("governance:roadmap-action", args=[pk, action])
    try:
        if deed in ("up", "down"):
            lines.move(one, up=deed == "up", by=user)
            return redirect(f"{home}#action-{action}")
        if deed == "remove":
            lines.remove(one, by=user)
            messages.success(request, _("Removed."))
            return redirect(home)
        if deed == "help":
            said = request.POST.get("help", "")
            lines.remove_help(one, int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0, by=user)
            return redirect(f"{here}#help")
        if deed != "state":
            raise Http404(_("There is no such step."))
        form = StateForm(request.POST, action=one, to=lines.LEADS_TO[one.state])
        if not form.is_valid():
            return _show(request, found, about, line, status=422, form=form)
        try:
            lines.set_state(one, by=user, **form.cleaned_data)
        except RoadmapError as refused:
            if refused.field not in form.fields:
                raise
            form.add_error(refused.field, str(refused))
            return _show(request, found, about, line, status=422, form=form)
    except RoadmapError as refused:
        return _show(request, *line_or_404(request, pk, action), status=409, problem=str(refused))
    messages.success(request, _("Saved."))
    return redirect(here)
