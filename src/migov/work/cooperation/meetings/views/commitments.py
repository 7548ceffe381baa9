"""The page of a commitment; entering one and saying better what it is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records import slots
from migov.foundation.records.themes import themes_of
from migov.services.alignment import panel as alignment_panel
from migov.services.alignment.access import person
from migov.services.files import panel as files_panel
from migov.work.cooperation.meetings.actions import committing
from migov.work.cooperation.meetings.actions.ground import COMMITMENTS, Already, Conflict, MeetingError
from migov.work.cooperation.meetings.conditions import mechanisms_for
from migov.work.cooperation.meetings.forms_rows import CommitmentForm, initial_of
from migov.work.cooperation.meetings.life import COMMITMENT_TONES
from migov.work.cooperation.meetings.queries import commitments as queries
from migov.work.cooperation.meetings.views import rows
from migov.work.cooperation.meetings.views.meeting import history_of, meeting_or_404
from migov.work.cooperation.models import Commitment


def commitment_or_404(request: HttpRequest, pk: int) -> Commitment:
    """The commitment that the address names. Raises PermissionDenied, Http404 where it is not seen."""
    access.require(request.user, "cooperation.enter")
    try:
        return queries.commitment_for(request.user, pk)
    except (Commitment.DoesNotExist, OverflowError):
        raise Http404(_("There is no such commitment, or you may not see it.")) from None


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One commitment."""
    found = commitment_or_404(request, pk)
    return show(request, found, editing=rows.opened(request, found, rows.OF_COMMITMENT))


def show(
    request: HttpRequest,
    found: Commitment,
    *,
    status: int = 200,
    editing: rows.Editing | None = None,
    problem: str = "",
) -> HttpResponse:
    """The page of a commitment. editing: the row that is open. problem: why something could not be done."""
    record = found.record
    said = queries.about(found, request.user)
    context = {
        "part": "commitments", "about": said, "found": found, "record": record, "tone": COMMITMENT_TONES[found.state],
        "may_write": access.allowed(request.user, COMMITMENTS, record), "editing": editing, "problem": problem,
        "slots": slots.beside(record, request.user), "files": files_panel.render(request, record),
        "alignments": alignment_panel.render(request, record), "history": history_of(said.history, request),
        "whose": "cooperation:commitment-row",
    }  # fmt: skip
    return render(request, "cooperation/meetings/commitment.html", context, status=status)


@require_POST
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """Note how a commitment stands, correct an entry or take it back."""
    found = commitment_or_404(request, pk)
    thing = rows.thing_of(rows.OF_COMMITMENT, request.POST.get("thing", ""))
    here = f"{reverse('cooperation:commitment', args=[pk])}#{thing.place}"
    deed = thing.deeds.get(request.POST.get("do", ""))
    if deed is not None:
        access.require(request.user, thing.permission, found.record)
        try:
            deed(found, rows.row_of(found, thing, request.POST.get("row", "")), person(request))
        except (Http404, MeetingError) as gone:
            return show(request, commitment_or_404(request, pk), status=409, problem=str(gone))
        return redirect(here)
    editing = rows.saved(request, found, thing, person(request))
    if editing is not None:
        return show(request, commitment_or_404(request, pk), status=422, editing=editing)
    return redirect(here)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a commitment. ?meeting= and ?mechanism= fill these in."""
    access.require(request.user, "cooperation.enter")
    access.require(request.user, "commitments.add")
    if request.method != "POST":
        return _form(request, CommitmentForm(viewer=request.user, initial=_begin(request)))
    form = CommitmentForm(request.POST, viewer=request.user)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        made = committing.commit(form.promise(), by=person(request))
    except Already as already:
        if already.own:
            return redirect("cooperation:commitment", pk=already.there)
        form.add_error(already.field, str(already))
        return _form(request, form, status=422)
    except MeetingError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, form, status=422)
    messages.success(request, _("The commitment is entered."))
    return redirect("cooperation:commitment", pk=made.pk)


def _begin(request: HttpRequest) -> dict[str, Any]:
    said = request.GET.get("meeting", "")
    if said.isascii() and said.isdigit() and len(said) < 18:
        meeting = meeting_or_404(request, int(said))
        return {
            "meeting": meeting.pk, "mechanism": meeting.mechanism_id, "themes": themes_of(meeting.record),
            "made_on": (meeting.record.ends or meeting.record.starts) if meeting.state == "held" else None,
        }  # fmt: skip
    mechanism = (
        mechanisms_for(request.user).filter(code=request.GET.get("mechanism", "").replace("\x00", "")[:40]).first()
    )
    return {"mechanism": mechanism.pk if mechanism else None}


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Say better what a commitment is."""
    found = commitment_or_404(request, pk)
    access.require(request.user, COMMITMENTS, found.record)
    options: dict[str, Any] = {"viewer": request.user, "commitment": found}
    if request.method != "POST":
        initial = initial_of(found) | {"themes": themes_of(found.record)}
        return _form(request, CommitmentForm(initial=initial, **options), found)
    form = CommitmentForm(request.POST, **options)
    if not form.is_valid():
        return _form(request, form, found, 422)
    try:
        committing.restate(found, form.promise(), by=person(request), seen=form.cleaned_data["seen"])
    except Conflict as conflict:
        now = commitment_or_404(request, pk)
        sent = request.POST.copy()
        sent["seen"] = str(now.revision)
        form.data = sent
        form.add_error(None, str(conflict))
        return _form(request, form, now, 409)
    except MeetingError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, form, found, 422)
    messages.success(request, _("Saved."))
    return redirect("cooperation:commitment", pk=pk)


def _form(
    request: HttpRequest, form: CommitmentForm, found: Commitment | None = None, status: int = 200
) -> HttpResponse:
    context = {"part": "commitments", "form": form, "found": found, "record": found.record if found else None}
    return render(request, "cooperation/meetings/commitment_form.html", context, status=status)
