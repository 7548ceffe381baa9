"""The page of a request, and what is done on it."""

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
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment import panel as alignment_panel
from migov.services.alignment.access import person
from migov.work.policy import slots
from migov.work.policy.models import AssistanceRequest
from migov.work.policy.requests import sharing, wording
from migov.work.policy.requests.actions import filing, moving, products
from migov.work.policy.requests.actions.ground import RequestError
from migov.work.policy.requests.forms import DocumentsForm, StepForm
from migov.work.policy.requests.life import AT_WORK, STEPS, TONES
from migov.work.policy.requests.queries import about, register
from migov.work.policy.requests.views import rows

ENTRIES = 30


def request_or_404(request: HttpRequest, pk: int) -> AssistanceRequest:
    """The request that the address names. Raises PermissionDenied for who does not enter policy support, Http404 where it is not seen."""
    access.require(request.user, "policy.enter")
    try:
        return register.request_for(request.user, pk)
    except (AssistanceRequest.DoesNotExist, OverflowError):
        raise Http404(_("There is no such request, or you may not see it.")) from None


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request."""
    found = request_or_404(request, pk)
    return show(request, found, editing=rows.opened(request, found))


def show(
    request: HttpRequest, found: AssistanceRequest, *, status: int = 200, editing: rows.Editing | None = None,
    tried: StepForm | None = None, problem: str = "", adding: DocumentsForm | None = None,
) -> HttpResponse:  # fmt: skip
    """The page of a request. editing: the row that is open. tried: a step that could not be taken, with its form; problem: why.
    adding: the form of documents as it was sent.
    """
    user, record = request.user, found.record
    said = about.about(found, user)
    steps = [
        (
            step,
            tried
            if tried is not None and tried.step == step
            else StepForm(step=step, request=found, initial=_begin(found)),
        )
        for step in about.steps_for(found, user)
    ]
    internal = said.internal
    may_add = access.allowed(user, "files.add", record)
    if adding is None and may_add:
        adding = DocumentsForm(internal=internal)
    note = editing.form if editing is not None and editing.kind == "note" else rows.note_form(request, found)
    context = {
        "part": "requests", "about": said, "found": found, "record": record, "internal": internal, "tone": TONES[found.state],
        "main": next(((step, form) for step, form in steps if step.main), None),
        "aside": [(step, form) for step, form in steps if not step.main],
        "tried": tried.step.code if tried is not None else "", "problem": problem,
        "may_work": access.allowed(user, "requests.work", record), "at_work": found.state in AT_WORK,
        "may_speak": access.allowed(user, "requests.speak", record), "may_feed_back": about.may_give_feedback(found, user),
        "asks_feedback": not internal and found.score is None and about.may_give_feedback(found, user),
        "editing": editing, "note_form": note, "adding": adding if may_add else None,
        "slots": slots.of_request(found, user), "alignments": alignment_panel.render(request, record) if internal or said.aligned else "",
        "history": _history(said, request), "today": timezone.localdate(),
        "told": found.feedback_by is not None and found.score is not None and access.is_internal(found.feedback_by),
    }  # fmt: skip
    return render(request, "policy/requests/request.html", context, status=status)


def _begin(found: AssistanceRequest) -> dict[str, Any]:
    """What the forms of the steps begin with."""
    return {
        "lead": found.record.owner_id, "due": found.due, "plan": found.plan, "planned_hours": found.planned_hours,
        "day": timezone.localdate(), "result": found.result,
    }  # fmt: skip


def _history(said: about.About, request: HttpRequest) -> Any:
    """The entries of the journal in words, some of them, newest first."""
    entries = [(entry, wording.verb(entry.verb), wording.particulars(entry.detail)) for entry in said.history]
    return Paginator(entries, ENTRIES).get_page(request.GET.get("history"))


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step of the life of a request."""
    found = request_or_404(request, pk)
    taken = STEPS.get(request.POST.get("step", ""))
    if taken is None:
        raise Http404(_("There is no such step."))
    access.require(request.user, taken.permission, found.record)
    form = StepForm(request.POST, step=taken, request=found)
    if not form.is_valid():
        return show(request, found, status=422, tried=form)
    said = request.POST.get("seen", "")
    seen = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
    try:
        moving.move(found, taken.code, by=person(request), said=form.cleaned_data, seen=seen)
    except RequestError as refused:
        now = request_or_404(request, pk)
        if refused.field in form.fields:
            form.add_error(refused.field, str(refused))
            return show(request, now, status=422, tried=form)
        return show(request, now, status=409, tried=form, problem=str(refused))
    messages.success(request, str(taken.said))
    return redirect("policy:request", pk=pk)


@require_POST
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a row of the page, or do with it what its button says."""
    found = request_or_404(request, pk)
    thing = rows.thing_of(request.POST.get("thing", ""))
    here = f"{reverse('policy:request', args=[pk])}#{thing.place}"
    deed = (thing.deeds or {}).get(request.POST.get("do", ""))
    if deed is not None:
        access.require(request.user, thing.permission, found.record)
        try:
            deed(found, rows.row_of(found, thing, request.POST.get("row", "")), person(request))
        except Http404 as gone:  # the second of two clicks, or a colleague was quicker
            return show(request, found, status=409, problem=str(gone))
        except RequestError as refused:
            return show(request, request_or_404(request, pk), status=409, problem=str(refused))
        return redirect(here)
    editing = rows.saved(request, found, thing, person(request))
    if editing is not None:
        return show(request, request_or_404(request, pk), status=422, editing=editing)
    if thing.name == "feedback":
        messages.success(request, _("Thank you. Your feedback is kept with the request."))
    return redirect(here)


@require_POST
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """Add documents to a request. A file that is refused does not hold up the others."""
    found = request_or_404(request, pk)
    access.require(request.user, "files.add", found.record)
    internal = access.is_internal(request.user)
    form = DocumentsForm(request.POST, request.FILES, internal=internal)
    if form.is_valid():
        shared = bool(form.cleaned_data.get("shared"))
        kept, refused = filing.add_documents(found, form.cleaned_data["file"], by=person(request), shared=shared)
        say_files(request, kept, [])
        for one in refused:
            form.add_error("file", _("“%(name)s” was not kept: %(why)s") % {"name": one.name, "why": one.why})
        if not refused:
            return redirect(f"{reverse('policy:request', args=[pk])}#documents")
    return show(request, request_or_404(request, pk), status=422, adding=form)


def say_files(request: HttpRequest, kept: list[Any], refused: list[filing.Refused]) -> None:
    """Say which files were kept, and which not, with the reason."""
    if kept:
        one_or_more = ngettext("%(number)s document was added.", "%(number)s documents were added.", len(kept))
        messages.success(request, one_or_more % {"number": len(kept)})
    for one in refused:
        messages.error(request, _("“%(name)s” was not kept: %(why)s") % {"name": one.name, "why": one.why})


@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Share a document with the government, or keep it within the office again."""
    found = request_or_404(request, pk)
    access.require(request.user, "requests.work", found.record)
    said = request.POST.get("document", "")
    key = int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0
    document = sharing.documents(found.pk).filter(pk=key).first()
    if document is None:
        raise Http404(_("There is no such document."))
    try:
        products.share_document(found, document, request.POST.get("shared") == "yes", by=person(request))
    except RequestError as refused:
        return show(request, found, status=409, problem=str(refused))
    return redirect(f"{reverse('policy:request', args=[pk])}#documents")
