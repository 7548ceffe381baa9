"""Pages of a proposal's life: the list, a new one, its overview, its head, and the steps from stage to stage."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records.models import Stage
from migov.services.alignment.access import person
from migov.services.clearance import queries as clearance_queries
from migov.work.projects import history as journal
from migov.work.proposals import overview, stages
from migov.work.proposals.actions import header, life
from migov.work.proposals.actions.ground import Conflict, ProposalError
from migov.work.proposals.forms import HeaderForm, StartForm, packed, unpacked
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries import life as queries
from migov.work.proposals.queries import papers
from migov.work.proposals.views import frame

LIST = "proposals.list"  # whoever works for the office


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """The proposals that the viewer may see: own ones, those of the office, or all."""
    access.require(request.user, LIST)
    whose = request.GET.get("whose", "")
    stage = request.GET.get("stage", "")
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    asked = queries.Asked(
        whose if whose in queries.WHOSE else _usual(request), stage if stage in Stage.values else "", words
    )
    page = Paginator(queries.asked(request.user, asked), queries.PER_PAGE).get_page(request.GET.get("page"))
    whose_choices = ((queries.MINE, _("Mine")), (queries.OFFICE, _("My office")), (queries.ALL, _("All")))
    context = {
        "page": page, "rows": queries.rows(list(page), timezone.localdate()), "asked": asked, "stages": Stage.choices,
        "whose": whose_choices, "may_start": access.allowed(request.user, "proposals.start"),
        "nothing_yet": not page.paginator.count and not (stage or words),
    }  # fmt: skip
    return render(request, "proposals/list.html", context)


def _usual(request: HttpRequest) -> str:
    """What a list shows first: one's own proposals for who writes them, all of them for everybody else."""
    writes = access.allowed(request.user, "proposals.start")
    return queries.MINE if writes and not access.works_regionally(request.user) else queries.ALL


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a proposal."""
    access.require(request.user, "proposals.start")
    user = person(request)
    form = StartForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = life.start(
                given["title"], office=given["office"], summary=given["summary"], places=given["places"],
                themes=given["themes"], donor=given["donor"], starts=given["starts"], months=given["months"], by=user,
            )  # fmt: skip
        except ProposalError as refused:
            form.add_error("title", str(refused))
        else:
            words = _("The proposal was begun as %(reference)s.") % {"reference": made.project.record.reference}
            messages.success(request, words)
            return redirect("proposals:page", pk=made.pk)
    status = 200 if request.method != "POST" else 422
    return render(request, "proposals/new.html", {"form": form}, status=status)


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal at a glance."""
    return _page(request, frame.proposal_or_404(request, pk))


def _page(request: HttpRequest, proposal: Proposal, *, status: int = 200, **more: Any) -> HttpResponse:
    record = proposal.project.record
    entries = journal.lines(queries.history(proposal), record)
    places = record.places.filter(superseded_at__isnull=True).select_related("place").order_by("place__short_name")
    themes = record.record_themes.filter(superseded_at__isnull=True).select_related("theme").order_by("theme__order")
    amendment = papers.open_amendment(proposal)
    shown = overview.amended_parts(proposal) if amendment else []
    if record.stage in stages.WRITING:
        shown = overview.parts(proposal)
    context = {
        "parts": shown, "steps": overview.next_steps(proposal, request.user), "entries": entries,
        "authors": proposal.authors.select_related("person").order_by("added_at"),
        "places": [row.place for row in places], "themes": [row.theme for row in themes],
        "clearance": clearance_queries.standing_clearance(record), "amendment": amendment,
        "may_share": access.allowed(request.user, "proposals.share", record), "path": _path(record.stage),
    }  # fmt: skip
    return frame.show(request, proposal, "overview", "proposals/overview.html", status=status, **context | more)


def _path(stage: str) -> list[tuple[str, str]]:
    """The usual way of a project as words, each "done", "here" or "ahead"; a stage beside the way stands alone."""
    if stage not in stages.WAY:
        return [(str(Stage(stage).label), "here")] if stage in Stage.values else []
    at = stages.WAY.index(Stage(stage))
    return [
        (str(one.label), "done" if place < at else "here" if place == at else "ahead")
        for place, one in enumerate(stages.WAY)
    ]


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step to another stage."""
    proposal = frame.proposal_or_404(request, pk)
    code, reason = request.POST.get("step", ""), request.POST.get("reason", "")
    seen = request.POST.get("stage", "")
    if seen and seen != proposal.project.record.stage:
        messages.warning(request, _("The project was moved meanwhile. It is “%s” now; nothing was changed.")
                         % proposal.project.record.get_stage_display())  # fmt: skip
        return redirect("proposals:page", pk=pk)
    try:
        moved = life.move(proposal, code, reason=reason, by=person(request))
    except ProposalError as refused:
        context = {"refusal": str(refused), "refused_step": code, "typed_reason": reason}
        return _page(request, frame.proposal_or_404(request, pk), status=409, **context)
    messages.success(request, _("The project is now “%s”.") % moved.project.record.get_stage_display())
    carried_out = moved.project.record.stage in stages.CARRIED_OUT
    return redirect("proposals:running" if carried_out else "proposals:page", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of the proposal: title, office, where, what about, for whom, when, and who writes it."""
    proposal = frame.proposal_or_404(request, pk)
    may_share = access.allowed(request.user, "proposals.share", proposal.project.record)
    may_write = papers.may_write(request.user, proposal)
    if not (may_write or may_share):
        access.require(request.user, "proposals.write", proposal.project.record)
        messages.warning(request, _("The proposal cannot be changed at this stage."))
        return redirect("proposals:page", pk=pk)
    form = HeaderForm(request.POST or None, proposal=proposal, user=person(request))
    usable = [name for name in header.LABELS if (may_share if name in header.SHARING else may_write)]
    for name in list(form.fields):
        if name not in usable:
            del form.fields[name]
    if request.method == "POST":
        if form.is_valid() and _save(request, proposal, form, usable):
            messages.success(request, _("Saved."))
            return redirect("proposals:page", pk=pk)
        was = {name: request.POST.get(f"was_{name}", "") for name in usable}
        for name in getattr(form, "conflicts", {}):
            was[name] = packed(header.value_of(proposal, name))  # saving again goes over what stands, knowingly
    else:
        was = {name: packed(form.stands[name]) for name in usable}
    status = 200 if request.method != "POST" else 409 if getattr(form, "conflicts", None) else 422
    context = {"form": form, "was": was, "conflicts": getattr(form, "conflicts", {})}
    return frame.show(request, proposal, "overview", "proposals/header.html", status=status, **context)


def _save(request: HttpRequest, proposal: Proposal, form: HeaderForm, usable: list[str]) -> bool:
    """Save what was changed, field by field; what cannot be saved is said beside its field. True where all was."""
    user = person(request)
    conflicts: dict[str, Conflict] = {}
    for name in usable:
        now = form.now(name)
        try:
            was = unpacked(name, request.POST.get(f"was_{name}", packed(form.stands[name])))
        except ValueError:
            was = form.stands[name]
        if now == was:
            continue
        try:
            with transaction.atomic():
                header.change_header(proposal, field=name, was=was, now=now, by=user)
        except Conflict as conflict:
            conflicts[name] = conflict
            form.add_error(name, _("%(text)s It now says: %(now)s. Yours was kept here; save again to put it in its place.")
                           % {"text": conflict, "now": conflict.now or _("nothing")})  # fmt: skip
        except ProposalError as refused:
            form.add_error(name, str(refused))
    form.conflicts = conflicts  # type: ignore[attr-defined]
    return not form.errors


urlpatterns = [
    path("", proposals, name="list"),
    path("new/", new, name="new"),
    path("<int:pk>/", page, name="page"),
    path("<int:pk>/head/", head, name="header"),
    path("<int:pk>/step/", step, name="step"),
]
