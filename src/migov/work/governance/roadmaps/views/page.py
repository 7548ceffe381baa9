"""The page of a roadmap, its steps, its description and its document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records import slots
from migov.services.alignment.access import person
from migov.services.documents import render as render_document
from migov.work.governance.models import Roadmap, RoadmapState
from migov.work.governance.roadmaps import deeds, exports, queries
from migov.work.governance.roadmaps.actions import drawing
from migov.work.governance.roadmaps.actions.ground import AGREE, WRITE, Conflict, RoadmapError
from migov.work.governance.roadmaps.forms import AgreeForm, CloseForm, DescribeForm


def roadmap_or_404(request: HttpRequest, pk: int) -> Roadmap:
    """The roadmap that the address names. Raises PermissionDenied for who does not enter governance, Http404 where it is not seen."""
    access.require(request.user, "governance.enter")
    try:
        return queries.roadmap_for(request.user, pk)
    except (Roadmap.DoesNotExist, OverflowError):
        raise Http404(_("There is no such roadmap, or you may not see it.")) from None


def seen_of(request: HttpRequest) -> int | None:
    """The revision that the page showed, as it was sent."""
    said = request.POST.get("seen", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One roadmap."""
    return show(request, roadmap_or_404(request, pk))


def show(
    request: HttpRequest, found: Roadmap, *, status: int = 200, tried: forms.Form | None = None, problem: str = ""
) -> HttpResponse:
    """The page of a roadmap. tried: the form of a step that could not be taken; problem: why."""
    user, record = request.user, found.record
    about = queries.about(found, user)
    writes = found.state != RoadmapState.CLOSED and access.allowed(user, WRITE, record)
    agrees = access.allowed(user, AGREE, record)
    links = deeds.of_lines(found, [line.action for line in about.lines], user)
    step: forms.Form | None = None
    if agrees and found.state == RoadmapState.DRAFT and about.counted:
        step = tried or AgreeForm(initial={"on": timezone.localdate()})
    elif agrees and found.state == RoadmapState.AGREED:
        step = tried or CloseForm(initial={"on": timezone.localdate(), "result": found.result})
    context = {
        "part": "roadmaps", "found": found, "record": record, "about": about, "years": exports.years(found),
        "lines": [(line, exports.measure(line.action), links.get(line.action.pk, [])) for line in about.lines],
        "follow": [(year, about.said_of(year)) for year in about.years], "costs": about.totals,
        "may_write": writes, "may_agree": agrees, "step": step, "tried": tried is not None, "problem": problem,
        "slots": slots.beside(record, user), "formats": exports.FORMATS, "internal": access.is_internal(user),
        "may_see_assessment": found.assessment is not None and access.allowed(user, "assessments.see", found.assessment.record),
    }  # fmt: skip
    return render(request, "governance/roadmaps/page.html", context, status=status)


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree, close, reopen or remove a roadmap."""
    found = roadmap_or_404(request, pk)
    access.require(request.user, AGREE, found.record)
    code, user, seen = request.POST.get("step", ""), person(request), seen_of(request)
    known: dict[str, type[forms.Form] | None] = {"agree": AgreeForm, "close": CloseForm, "reopen": None, "remove": None}
    if code not in known:
        raise Http404(_("There is no such step."))
    kind = known[code]
    form = kind(request.POST) if kind else None
    if form is not None and not form.is_valid():
        return show(request, found, status=422, tried=form)
    said: dict[str, Any] = dict(form.cleaned_data) if form else {}
    try:
        if code == "agree":
            drawing.agree(found, **said, by=user, seen=seen)
            messages.success(request, _("The roadmap is agreed. From now on it is followed up year by year."))
        elif code == "close":
            drawing.close(found, **said, by=user, seen=seen)
            messages.success(request, _("The roadmap is closed."))
        elif code == "reopen":
            drawing.reopen(found, by=user, seen=seen)
            messages.success(request, _("The roadmap is open again."))
        else:
            drawing.remove(found, by=user)
            messages.success(request, _("The draft was removed."))
            return redirect("governance:roadmaps")
    except RoadmapError as refused:
        now = roadmap_or_404(request, pk)
        if form is not None and refused.field in form.fields:
            form.add_error(refused.field, str(refused))
            return show(request, now, status=422, tried=form)
        return show(request, now, status=409, tried=form if now.state == found.state else None, problem=str(refused))
    return redirect("governance:roadmap", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a roadmap better."""
    found = roadmap_or_404(request, pk)
    record = found.record
    access.require(request.user, WRITE, record)
    user = person(request)
    if request.method != "POST":
        initial = {
            "title": record.title, "summary": record.summary, "starts": found.starts, "ends": found.ends,
            "assessment": found.assessment_id, "seen": found.revision,
        }  # fmt: skip
        return _edit(request, found, DescribeForm(user=user, roadmap=found, initial=initial))
    form = DescribeForm(request.POST, user=user, roadmap=found)
    if not form.is_valid():
        return _edit(request, found, form, 422)
    said = dict(form.cleaned_data)
    seen = said.pop("seen")
    try:
        drawing.describe(found, **said, by=user, seen=seen)
    except Conflict as conflict:
        now = roadmap_or_404(request, pk)
        take_revision(form, request, now.revision)
        form.add_error(None, str(conflict))
        return _edit(request, now, form, 409)
    except RoadmapError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _edit(request, found, form, 422)
    messages.success(request, _("Saved."))
    return redirect("governance:roadmap", pk=pk)


def take_revision(form: forms.Form, request: HttpRequest, revision: int) -> None:
    """Let a form that met a conflict be sent again, now that what stands was shown beside it."""
    sent = request.POST.copy()
    sent["seen"] = str(revision)
    form.data = sent


def _edit(request: HttpRequest, found: Roadmap, form: DescribeForm, status: int = 200) -> HttpResponse:
    context = {"part": "roadmaps", "form": form, "found": found, "record": found.record}
    return render(request, "governance/roadmaps/edit.html", context, status=status)


@require_safe
def document(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """A roadmap as a document."""
    found = roadmap_or_404(request, pk)
    if fmt not in exports.FORMATS:
        raise Http404(_("There is no such document."))
    base = request.build_absolute_uri("/").rstrip("/")
    made = render_document(exports.report(queries.about(found, request.user), base_url=base), fmt)
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
