"""One input: what is asked, its sections, the offices that were asked, its preview and files; and changing what it is for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.foundation.records.themes import themes_of
from migov.services.alignment.access import person
from migov.services.clearance import queries as clearance_queries
from migov.services.documents import html, render
from migov.services.documents.values import slug
from migov.services.writing import prose
from migov.work.cooperation.inputs import exports, forms, people, queries, reading
from migov.work.cooperation.inputs.actions import life
from migov.work.cooperation.inputs.actions.ground import InputRefused
from migov.work.cooperation.inputs.actions.offices import ASKING
from migov.work.cooperation.inputs.views import frame
from migov.work.cooperation.inputs.views.correcting import corrections
from migov.work.cooperation.models import Input, InputState

CHANGING = (InputState.REQUESTED, InputState.DRAFT, InputState.CLEARANCE)


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is known of an input."""
    return show_page(request, frame.input_or_404(request, pk))


def show_page(request: HttpRequest, paper: Input, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an input. more: forms with what was typed, where something could not be done."""
    user, record = request.user, paper.record
    clearance = clearance_queries.standing_clearance(record)
    remarks = clearance_queries.counts(clearance).by_place if clearance else {}
    written = paper.is_open or paper.state in (InputState.CLEARED, InputState.DELIVERED)
    sections = reading.sections_of(paper, user) if written else []
    asked = list(paper.asked.select_related("office", "asked_by", "answered_by"))
    words = sum(one.words for one in sections if not one.part.internal)
    may_take = access.allowed(user, "inputs.take", record)
    may_ask_offices = paper.state in ASKING and access.allowed(user, "inputs.write", record)
    context: dict[str, Any] = {
        "sections": [(one, remarks.get(one.part.anchor, 0)) for one in sections], "words": words,
        "complete": all(one.words for one in sections if one.part.required),
        "written": sum(bool(one.words) for one in sections), "minutes": queries.minutes(words, paper.type),
        "blocks": prose.blocks(sections[0].text) if paper.filed and sections else [],
        "themes": themes_of(record), "authors": people.writers(paper), "clearance": clearance,
        "pulled": queries.pulled(paper), "newer": reading.all_newer(paper, user) if paper.is_open else [],
        "asking_goes_on": paper.state in ASKING,
        "nobody_in": people.nobody_in([one.office for one in asked if not one.answer]) if paper.state in ASKING else (),
        "asked": [(one, paper.state in ASKING and people.answers_for(user, one)) for one in asked],
        "take_form": forms.TakeForm(initial={"owner": user.pk, "revision": paper.revision})
        if may_take and paper.state in (InputState.REQUESTED, InputState.DECLINED) else None,
        "may_decline": may_take and paper.state == InputState.REQUESTED,
        "ask_form": forms.AskForm(paper=paper) if may_ask_offices else None, "may_change": _may_change(request, paper),
        "may_deliver": access.allowed(user, "inputs.deliver", record), "reason_form": forms.ReasonForm(),
        "corrections": corrections(paper, user),
    }  # fmt: skip
    context["may_correct"] = context["may_deliver"] and paper.state == InputState.DELIVERED
    if context["may_deliver"] and paper.state == InputState.DELIVERED:
        context["became_form"] = forms.BecameForm(initial={"text": paper.became})
    return frame.show(request, paper, "input", "cooperation/inputs/page.html", status=status, **context | more)


def _may_change(request: HttpRequest, paper: Input) -> bool:
    """Whether the viewer may change what the input is for: who writes it, and who asked until it is taken on."""
    if paper.state not in CHANGING:
        return False
    asker = paper.state == InputState.REQUESTED and paper.requested_by_id == request.user.pk
    return asker or access.allowed(request.user, "inputs.write", paper.record)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an input is for."""
    paper = frame.input_or_404(request, pk)
    if not (paper.state == InputState.REQUESTED and paper.requested_by_id == request.user.pk):
        access.require(request.user, "inputs.write", paper.record)
    initial = forms.ChangeForm.initial_of(paper, themes_of(paper.record))
    form = forms.ChangeForm(request.POST or None, initial=initial, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            life.change(paper, form.values(), seen=form.cleaned_data["revision"], by=person(request))
        except InputRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Changed."))
            return redirect("cooperation:input", pk=pk)
    return _changing(request, paper, form, status=422 if form.is_bound else 200)


def _changing(request: HttpRequest, paper: Input, form: forms.ChangeForm, *, status: int, **more: Any) -> HttpResponse:
    may_write = access.allowed(request.user, "inputs.write", paper.record)
    context: dict[str, Any] = {"form": form, "may_take_out": may_write}
    if paper.is_open and may_write:
        writing = people.writers(paper)
        initial = {
            "owner": paper.record.owner_id,
            "authors": [one for one in writing if one.pk != paper.record.owner_id],
        }
        context["authors_form"] = forms.AuthorsForm(initial=initial, paper=paper)
    return frame.show(request, paper, "change", "cooperation/inputs/change.html", status=status, **context | more)


@require_http_methods(["POST"])
def authors(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who writes an input."""
    paper = frame.input_or_404(request, pk)
    access.require(request.user, "inputs.write", paper.record)
    form = forms.AuthorsForm(request.POST, paper=paper)
    if form.is_valid():
        try:
            life.set_authors(paper, by=person(request), **form.cleaned_data)
        except ValueError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Noted. Who is new was told."))
            return redirect("cooperation:input", pk=pk)
    initial = forms.ChangeForm.initial_of(paper, themes_of(paper.record))
    return _changing(
        request, paper, forms.ChangeForm(initial=initial, viewer=request.user), status=422, authors_form=form
    )  # fmt: skip


@require_http_methods(["POST"])
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an input out that is not needed."""
    paper = frame.input_or_404(request, pk)
    reason = request.POST.get("reason", "")
    try:
        life.take_out(paper, reason=reason, by=person(request))
    except InputRefused as refused:
        initial = forms.ChangeForm.initial_of(paper, themes_of(paper.record))
        form = forms.ChangeForm(initial=initial, viewer=request.user)
        return _changing(request, paper, form, status=409, refusal=str(refused), typed_reason=reason)
    messages.success(request, _("The input was taken out. It stays in the journal."))
    return redirect("cooperation:inputs")


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The input as it reads: clean, or ?version=annotated."""
    paper = frame.input_or_404(request, pk)
    annotated = request.GET.get("version") == exports.ANNOTATED
    made = html.fragment(exports.document(paper, annotated=annotated), top_level=2)
    return frame.show(request, paper, "preview", "cooperation/inputs/preview.html", made=made, annotated=annotated)


@require_safe
def export(request: HttpRequest, pk: int, version: str, fmt: str) -> HttpResponse:
    """The input as a file: DOCX or PDF, clean or annotated; clean also as plain text."""
    paper = frame.input_or_404(request, pk)
    if (version, fmt) not in exports.FILES:
        raise Http404(_("An input comes as DOCX or PDF, clean or annotated, and clean as plain text."))
    base_url = request.build_absolute_uri("/").rstrip("/")
    report = exports.document(paper, annotated=version == exports.ANNOTATED, base_url=base_url)
    if fmt == exports.PLAIN:
        response = HttpResponse(exports.plain(paper), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{slug(report.name)}-{report.date.isoformat()}.{fmt}"'
    else:
        made = render(report, fmt)
        response = HttpResponse(made.content, content_type=made.content_type)
        response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


urlpatterns: list[URLPattern] = [
    path("inputs/<int:pk>/", page, name="input"),
    path("inputs/<int:pk>/change/", change, name="input-change"),
    path("inputs/<int:pk>/authors/", authors, name="input-authors"),
    path("inputs/<int:pk>/take-out/", take_out, name="input-take-out"),
    path("inputs/<int:pk>/preview/", preview, name="input-preview"),
    path("inputs/<int:pk>/<slug:version>.<slug:fmt>", export, name="input-export"),
]
