"""Pages of network plans. Thin: read, ask, show."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.places.models import Place
from migov.foundation.records import journal, slots
from migov.services.alignment import panel as alignment_panel
from migov.services.alignment.access import person
from migov.services.documents import Report
from migov.services.documents import render as render_document
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.services.files import panel as files_panel
from migov.work.governance.models import PlanActionState, WorkPlan
from migov.work.governance.plans import actions, queries, sheets
from migov.work.governance.plans.forms import CardForm
from migov.work.governance.plans.ground import WRITE, Conflict, PlanError
from migov.work.governance.plans.queries import REGIONAL, Asked
from migov.work.governance.plans.words import TONES, VERBS

PER_PAGE = 25
PER_PLAN = 50
ENTRIES = 30
DOCUMENTS = ("docx", "pdf")


def asked_of(request: HttpRequest) -> Asked:
    """What the address asks for; what is not known means all."""
    names = ("q", "country", "state", "objective", "lead")
    get = {name: " ".join(request.GET.get(name, "").replace("\x00", "").split())[:200] for name in names}
    if get["state"] not in PlanActionState.values:
        get["state"] = ""
    return Asked(**get, late=request.GET.get("late") == "yes")


def plan_or_404(request: HttpRequest, pk: int) -> WorkPlan:
    """The plan that the address names. Raises PermissionDenied for people from outside, Http404 where it is not seen."""
    access.require(request.user, "plans.list")
    try:
        return queries.plan_for(request.user, pk)
    except (WorkPlan.DoesNotExist, OverflowError):
        raise Http404(_("There is no such plan, or you may not see it.")) from None


def base_of(request: HttpRequest) -> str:
    """Where this site is, for files that leave it."""
    return request.build_absolute_uri("/").rstrip("/")


def as_list(report: Report, fmt: str) -> HttpResponseBase:
    """A list as a file. Raises Http404 for a format that lists are not made as."""
    try:
        return list_response(report, fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The plans, filtered as the address says."""
    access.require(request.user, "plans.list")
    asked = asked_of(request)
    page = Paginator(queries.matching(asked, request.user), PER_PAGE).get_page(request.GET.get("page"))
    filter = {name: value for name, value in asked.params().items() if name in ("q", "country")}
    context = {
        "part": "plans", "asked": asked, "page": page, "lines": queries.lines(page), "query": urlencode(filter),
        "choices": queries.choices(request.user), "regional": REGIONAL, "formats": LIST_FORMATS,
        "may_add": access.allowed(request.user, "plans.add"), "any": bool(filter) or page.paginator.count,
    }  # fmt: skip
    return render(request, "governance/plans/list.html", context)


@require_safe
def register_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All plans of the filter as a file."""
    access.require(request.user, "plans.list")
    lines = queries.lines(queries.matching(asked_of(request), request.user))
    return as_list(sheets.plans_report(lines, base_url=base_of(request)), fmt)


@require_safe
def all_actions(request: HttpRequest) -> HttpResponse:
    """The actions of all plans, filtered as the address says."""
    access.require(request.user, "plans.list")
    asked = asked_of(request)
    found = queries.actions(asked, request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "part": "plans", "page": page, "rows": _rows(page), "money": queries.money(found.prefetch_related(None)),
        "formats": LIST_FORMATS, **_filter(asked), "choices": queries.choices(request.user), "with_plan": True,
    }  # fmt: skip
    return render(request, "governance/plans/actions.html", context)


@require_safe
def all_actions_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same as a file."""
    access.require(request.user, "plans.list")
    found = queries.actions(asked_of(request), request.user)
    return as_list(sheets.actions_report(found, base_url=base_of(request)), fmt)


def _filter(asked: Asked) -> dict[str, Any]:
    return {
        "asked": asked, "query": urlencode(asked.params()), "states": PlanActionState.choices, "regional": REGIONAL,
        "narrowed": bool(asked.params()),
    }  # fmt: skip


def _rows(found: Any) -> list[dict[str, Any]]:
    return [
        {"one": one, "late": queries.late_words(one), "tone": TONES[one.state], "last": next(iter(one.said), None)}
        for one in found
    ]


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan with its actions."""
    found = plan_or_404(request, pk)
    user, record, asked = request.user, found.record, asked_of(request)
    rows = list(
        queries.actions(
            Asked(q=asked.q, state=asked.state, objective=asked.objective, lead=asked.lead, late=asked.late),
            user,
            found,
        )
    )
    everything, shown = queries.lines([found])[0], Paginator(rows, PER_PLAN).get_page(request.GET.get("page"))
    entries = Paginator(journal.entries_for(record), ENTRIES).get_page(request.GET.get("history"))
    context = {
        "part": "plans", "found": found, "record": record, "line": everything, "page": shown,
        "rows": _rows(shown), "money": queries.money(rows), "silent": queries.silent(rows), **_filter(asked),
        "choices": queries.choices(user, found), "formats": LIST_FORMATS,
        "documents_as": DOCUMENTS, "may_write": access.allowed(user, WRITE, record), "documents": files_panel.render(request, record),
        "alignments": alignment_panel.render(request, record), "slots": slots.beside(record, user), "entries": entries,
        "history": [(entry, VERBS.get(entry.verb, entry.verb)) for entry in entries],
        "shown": [(code, label, everything.states[code]) for code, label in PlanActionState.choices],
    }  # fmt: skip
    return render(request, "governance/plans/plan.html", context)


@require_safe
def export(request: HttpRequest, pk: int, fmt: str) -> HttpResponseBase:
    """The actions of a plan, filtered as its page: as a list, or as a document."""
    found = plan_or_404(request, pk)
    rows = list(queries.actions(asked_of(request), request.user, found))
    if fmt not in DOCUMENTS:
        return as_list(sheets.plan_list(found, rows, base_url=base_of(request)), fmt)
    made = render_document(sheets.plan_report(found, rows, base_url=base_of(request)), fmt)
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a plan. ?country= fills the country in."""
    access.require(request.user, "plans.add")
    user = person(request)
    if request.method != "POST":
        place = Place.objects.filter(code=request.GET.get("country", "")[:12], is_territory=True).first()
        year = timezone.localdate().year
        return _form(request, CardForm(user=user, initial={"country": place, "starts": year, "ends": year}))
    form = CardForm(request.POST, user=user)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        made = actions.add(form.card(), by=user, office=form.cleaned_data["office"])
    except PlanError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, form, status=422)
    messages.success(request, _("Added. Now write its actions, or read them from a file."))
    return redirect("governance:plan", pk=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a plan better."""
    found = plan_or_404(request, pk)
    access.require(request.user, WRITE, found.record)
    user = person(request)
    if request.method != "POST":
        names = ("network", "country", "starts", "ends", "coordinator", "adopted_on", "source")
        initial = {name: getattr(found, name) for name in names}
        initial |= {"title": found.record.title, "owner": found.record.owner_id, "seen": found.revision}
        return _form(request, CardForm(user=user, of=found, initial=initial), found)
    form = CardForm(request.POST, user=user, of=found)
    if not form.is_valid():
        return _form(request, form, found, 422)
    try:
        actions.describe(found, form.card(), by=user, seen=form.cleaned_data["seen"])
    except PlanError as refused:
        clash = isinstance(refused, Conflict)
        if clash:
            sent = request.POST.copy()
            sent["seen"] = str(plan_or_404(request, pk).revision)
            form.data = sent
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, form, found, 409 if clash else 422)
    messages.success(request, _("Saved."))
    return redirect("governance:plan", pk=pk)


def _form(request: HttpRequest, form: CardForm, found: WorkPlan | None = None, status: int = 200) -> HttpResponse:
    return render(request, "governance/plans/form.html", {"part": "plans", "form": form, "found": found}, status=status)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a plan out of the register."""
    found = plan_or_404(request, pk)
    try:
        actions.remove(found, by=person(request))
    except PlanError as refused:
        messages.error(request, str(refused))
        return redirect("governance:plan", pk=pk)
    messages.success(request, _("“%(title)s” was removed from the register.") % {"title": found.record.title})
    return redirect("governance:plans")
