"""Entering a meeting from its invitation, describing it better, and the next of its series."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from migov.foundation.people import access
from migov.foundation.records.themes import themes_of
from migov.services.alignment.access import person
from migov.work.cooperation.meetings.actions import entering
from migov.work.cooperation.meetings.actions.ground import Already, Conflict, MeetingError
from migov.work.cooperation.meetings.conditions import mechanisms_for
from migov.work.cooperation.meetings.forms import EditMeetingForm, NewMeetingForm, initial_of
from migov.work.cooperation.meetings.views.meeting import meeting_or_404
from migov.work.cooperation.models import Meeting

# What the next meeting of a series has in common with the one before it.
SAME = ("title", "mechanism", "kind", "zone", "online", "host", "about")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a meeting. ?mechanism= fills the mechanism in; ?after= begins the next of a series."""
    access.require(request.user, "cooperation.enter")
    access.require(request.user, "meetings.add")
    after = _before(request)
    options: dict[str, Any] = {"viewer": request.user, "after": after}
    if request.method != "POST":
        return _new(request, NewMeetingForm(initial=_begin(request, after), **options), after)
    form = NewMeetingForm(request.POST, request.FILES, **options)
    if not form.is_valid():
        return _new(request, form, after, 422)
    said = form.cleaned_data
    try:
        with transaction.atomic():
            made = entering.enter(form.details(), by=person(request), after=after, carry=said.get("carry") or ())
            if said["invitation"]:
                entering.add_document(made, said["invitation"], by=person(request), title=_("Invitation"))
    except Already as already:
        if already.own:
            return redirect("cooperation:meeting", pk=already.there)
        form.add_error(already.field, str(already))
        return _new(request, form, after, 422)
    except MeetingError as refused:
        field = "invitation" if refused.field == "file" else refused.field
        form.add_error(field if field in form.fields else None, str(refused))
        return _new(request, form, after, 422)
    messages.success(request, _("The meeting is entered."))
    return redirect("cooperation:meeting", pk=made.pk)


def _before(request: HttpRequest) -> Meeting | None:
    """The meeting that the new one follows. Raises Http404 where it is not seen."""
    said = request.POST.get("after") or request.GET.get("after", "")
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 18):
        raise Http404(_("There is no such meeting."))
    return meeting_or_404(request, int(said))


def _begin(request: HttpRequest, after: Meeting | None) -> dict[str, Any]:
    if after is not None:
        same = {name: value for name, value in initial_of(after).items() if name in SAME}
        return same | {"themes": themes_of(after.record), "carry": ["agenda", "delegations"]}
    mechanism = (
        mechanisms_for(request.user).filter(code=request.GET.get("mechanism", "").replace("\x00", "")[:40]).first()
    )
    return {"mechanism": mechanism.pk if mechanism else None, "zone": settings.TIME_ZONE}


def _new(request: HttpRequest, form: NewMeetingForm, after: Meeting | None, status: int = 200) -> HttpResponse:
    lost = [file.name for file in request.FILES.getlist("invitation")] if form.is_bound else []
    context = {"part": "meetings", "form": form, "after": after, "lost": lost}
    return render(request, "cooperation/meetings/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Say better what a meeting is, when and where."""
    found = meeting_or_404(request, pk)
    access.require(request.user, "meetings.write", found.record)
    options: dict[str, Any] = {"viewer": request.user, "meeting": found}
    if request.method != "POST":
        initial = initial_of(found) | {"themes": themes_of(found.record)}
        return _edit(request, found, EditMeetingForm(initial=initial, **options))
    form = EditMeetingForm(request.POST, **options)
    if not form.is_valid():
        return _edit(request, found, form, 422)
    try:
        entering.describe(found, form.details(), by=person(request), seen=form.cleaned_data["seen"])
    except Conflict as conflict:
        now = meeting_or_404(request, pk)
        sent = request.POST.copy()
        sent["seen"] = str(now.revision)
        form.data = sent
        form.add_error(None, str(conflict))
        return _edit(request, now, form, 409)
    except MeetingError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _edit(request, found, form, 422)
    messages.success(request, _("Saved."))
    return redirect("cooperation:meeting", pk=pk)


def _edit(request: HttpRequest, found: Meeting, form: EditMeetingForm, status: int = 200) -> HttpResponse:
    context = {"part": "meetings", "form": form, "found": found, "record": found.record}
    return render(request, "cooperation/meetings/edit.html", context, status=status)
