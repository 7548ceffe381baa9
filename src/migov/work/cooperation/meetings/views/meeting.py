"""The page of a meeting, and what is done on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records import slots
from migov.services.alignment import panel as alignment_panel
from migov.services.alignment.access import person
from migov.services.files import panel as files_panel
from migov.work.cooperation.meetings import agenda_text, wording
from migov.work.cooperation.meetings.actions import delegations, moving
from migov.work.cooperation.meetings.actions import rows as row_actions
from migov.work.cooperation.meetings.actions.ground import MeetingError
from migov.work.cooperation.meetings.forms import LinesFormSet, PasteForm, StepForm
from migov.work.cooperation.meetings.life import STEPS, TONES
from migov.work.cooperation.meetings.queries import register
from migov.work.cooperation.meetings.queries.about import about, steps_for
from migov.work.cooperation.meetings.views import rows
from migov.work.cooperation.models import Meeting

ENTRIES = 30


def meeting_or_404(request: HttpRequest, pk: int) -> Meeting:
    """The meeting that the address names. Raises PermissionDenied for who does not enter cooperation, Http404 where it is not seen."""
    access.require(request.user, "cooperation.enter")
    try:
        return register.meeting_for(request.user, pk)
    except (Meeting.DoesNotExist, OverflowError):
        raise Http404(_("There is no such meeting, or you may not see it.")) from None


def history_of(entries: list[Any], request: HttpRequest) -> Any:
    """The entries of a journal in words, some of them, newest first."""
    said = [(entry, wording.verb(entry.verb), wording.particulars(entry.detail)) for entry in entries]
    return Paginator(said, ENTRIES).get_page(request.GET.get("history"))


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting."""
    found = meeting_or_404(request, pk)
    return show(request, found, editing=rows.opened(request, found, rows.OF_MEETING))


def show(
    request: HttpRequest, found: Meeting, *, status: int = 200, editing: rows.Editing | None = None, tried: StepForm | None = None,
    problem: str = "",
) -> HttpResponse:  # fmt: skip
    """The page of a meeting. editing: the row that is open. tried: a step that could not be taken, with its form; problem: why."""
    user, record = request.user, found.record
    said = about(found, user)
    steps = [
        (step, tried if tried is not None and tried.step == step else StepForm(step=step, meeting=found))
        for step in steps_for(found, user)
    ]
    may_write = access.allowed(user, "meetings.write", record)
    context = {
        "part": "meetings", "about": said, "found": found, "record": record, "tone": TONES[found.state], "steps": steps,
        "tried": tried.step.code if tried is not None else "", "problem": problem, "may_write": may_write, "editing": editing,
        "my_tasks": {task.pk for task in said.tasks if row_actions.may_tick(task, user, record)} if not may_write else set(),
        "may_add": access.allowed(user, "meetings.add"), "may_commit": access.allowed(user, "commitments.add"),
        "slots": slots.beside(record, user), "files": files_panel.render(request, record),
        "alignments": alignment_panel.render(request, record), "history": history_of(said.history, request),
        "today": timezone.localdate(), "whose": "cooperation:meeting-row",
    }  # fmt: skip
    return render(request, "cooperation/meetings/meeting.html", context, status=status)


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step of the life of a meeting."""
    found = meeting_or_404(request, pk)
    taken = STEPS.get(request.POST.get("step", ""))
    if taken is None:
        raise Http404(_("There is no such step."))
    access.require(request.user, "meetings.write", found.record)
    form = StepForm(request.POST, step=taken, meeting=found)
    if not form.is_valid():
        return show(request, found, status=422, tried=form)
    said = request.POST.get("seen", "")
    seen = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
    try:
        moving.move(found, taken.code, by=person(request), said=form.cleaned_data, seen=seen)
    except MeetingError as refused:
        now = meeting_or_404(request, pk)
        if refused.field in form.fields:
            form.add_error(refused.field, str(refused))
            return show(request, now, status=422, tried=form)
        return show(request, now, status=409, tried=form, problem=str(refused))
    messages.success(request, str(taken.said))
    return redirect("cooperation:meeting", pk=pk)


@require_POST
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a row of the page, or do with it what its button says."""
    found = meeting_or_404(request, pk)
    thing = rows.thing_of(rows.OF_MEETING, request.POST.get("thing", ""))
    here = f"{reverse('cooperation:meeting', args=[pk])}#{thing.place}"
    name = request.POST.get("do", "")
    deed = thing.deeds.get(name)
    if deed is not None:
        if name not in rows.BY_WHOSE_IT_IS:
            access.require(request.user, thing.permission, found.record)
        try:
            deed(found, rows.row_of(found, thing, request.POST.get("row", "")), person(request))
        except (Http404, MeetingError) as gone:  # the second of two clicks, or a colleague was quicker
            return show(request, meeting_or_404(request, pk), status=409, problem=str(gone))
        return redirect(here)
    editing = rows.saved(request, found, thing, person(request))
    if editing is not None:
        return show(request, meeting_or_404(request, pk), status=422, editing=editing)
    return redirect(here)


@require_POST
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Add all members of the mechanism as delegations."""
    found = meeting_or_404(request, pk)
    access.require(request.user, "meetings.write", found.record)
    try:
        made = delegations.add_members(found, by=person(request))
    except MeetingError as refused:
        return show(request, found, status=409, problem=str(refused))
    said = ngettext("%(number)d delegation was added.", "%(number)d delegations were added.", len(made))
    messages.success(request, said % {"number": len(made)} if made else _("All members were there already."))
    return redirect(f"{reverse('cooperation:meeting', args=[pk])}#delegations")


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a pasted agenda: first it is read and shown item by item, then what was looked at is added."""
    found = meeting_or_404(request, pk)
    access.require(request.user, "meetings.write", found.record)
    there = found.agenda.count()
    context: dict[str, Any] = {"part": "meetings", "found": found, "record": found.record, "there": there}
    status, done = 200, request.POST.get("do", "")
    if request.method == "POST" and done in ("add", "replace"):
        lines = LinesFormSet(request.POST, prefix="line")
        if lines.is_valid():
            kept = [form.line() for form in lines if form.cleaned_data.get("keep")]
            try:
                made = row_actions.take_agenda(found, kept, by=person(request), replace=done == "replace")
            except MeetingError as refused:
                context["problem"] = str(refused)
            else:
                said = ngettext("%(number)d item was added.", "%(number)d items were added.", len(made))
                messages.success(request, said % {"number": len(made)})
                return redirect(f"{reverse('cooperation:meeting', args=[pk])}#agenda")
        status, context["lines"] = 422, lines
        context["form"] = PasteForm(initial={"text": request.POST.get("text", "")})
    elif request.method == "POST":
        form = PasteForm(request.POST)
        context["form"], status = form, 422
        if form.is_valid():
            read = agenda_text.read(form.cleaned_data["text"])
            if read:
                status = 200
                initial = [
                    {"keep": True, "number": line.number, "time": line.time, "title": line.title, "note": line.note}
                    for line in read
                ]
                context["lines"] = LinesFormSet(initial=initial, prefix="line")
            else:
                form.add_error("text", _("No item was found in it."))
    else:
        context["form"] = PasteForm()
    return render(request, "cooperation/meetings/paste.html", context, status=status)
