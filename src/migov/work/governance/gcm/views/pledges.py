"""The list of pledges, its export, and the page of a pledge with its progress."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.foundation.places.models import Place
from migov.foundation.records import slots
from migov.foundation.records.models import Record
from migov.services.alignment.access import person
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.governance.gcm import lists, outline
from migov.work.governance.gcm.actions import pledging
from migov.work.governance.gcm.errors import Changed, GcmRefused
from migov.work.governance.gcm.forms_register import PledgeForm, ProgressForm, pledge_initial
from migov.work.governance.gcm.queries import pledges as asked_pledges
from migov.work.governance.gcm.views import frame
from migov.work.governance.models import Pledge, PledgeProgress, PledgeState, ReviewRound

PER_PAGE = 25


def filter_of(request: HttpRequest) -> asked_pledges.PledgeFilter:
    """The filter of the address; what is not known means all."""
    state, objective = frame.plain(request, "state"), frame.plain(request, "objective", 2)
    return asked_pledges.PledgeFilter(
        q=frame.plain(request, "q"), country=frame.plain(request, "country", 12), round=frame.plain(request, "round", 40),
        objective=objective if objective.isdecimal() else "",
        state=state if state in (*PledgeState.values, asked_pledges.LATE) else "",
    )  # fmt: skip


@require_safe
def pledges(request: HttpRequest) -> HttpResponse:
    """Pledges, filtered and sorted as the address says."""
    access.require(request.user, "governance.enter")
    asked = filter_of(request)
    order = asked_pledges.ORDERS.get(request.GET.get("sort", ""), asked_pledges.ORDERS["due"])
    found = asked_pledges.matching(request.user, asked).order_by(*order)
    page = Paginator(found.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    visible = asked_pledges.visible(request.user)
    context: dict[str, Any] = {
        "part": "pledges", "asked": asked, "page": page, "rows": asked_pledges.rows(list(page)), "formats": LIST_FORMATS,
        "query": urlencode(asked.params()), "narrowed": bool(asked.params()),
        "countries": Place.objects.filter(pledges__in=visible).distinct(),
        "rounds": ReviewRound.objects.filter(pledges__in=visible).distinct(),
        "objectives": outline.outline().objectives(), "may_add": access.allowed(request.user, "pledges.add"),
        "states": [*PledgeState.choices, (asked_pledges.LATE, _("late"))],
    }  # fmt: skip
    return render(request, "governance/gcm/pledges.html", context)


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The pledges of the filter as a file."""
    access.require(request.user, "governance.enter")
    found = asked_pledges.matching(request.user, filter_of(request)).order_by(*asked_pledges.ORDERS["due"])
    here = request.build_absolute_uri("/").rstrip("/")
    try:
        return list_response(lists.pledges(asked_pledges.rows(found), base_url=here), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def pledge_or_404(request: HttpRequest, key: int) -> Pledge:
    """A pledge as the viewer may see it. Raises PermissionDenied, Http404."""
    access.require(request.user, "governance.enter")
    try:
        return (
            asked_pledges.visible(request.user)
            .select_related("record__owner", "record__office", "country", "round")
            .get(pk=key)
        )
    except (Pledge.DoesNotExist, OverflowError):  # a key that no database has room for
        raise Http404(_("There is no such pledge, or you may not see it.")) from None


@require_safe
def pledge(request: HttpRequest, pk: int) -> HttpResponse:
    """A pledge: what it says, how it stands, what was told of it."""
    return _page(request, pledge_or_404(request, pk))


def _page(request: HttpRequest, found: Pledge, *, status: int = 200, **more: Any) -> HttpResponse:
    row = asked_pledges.rows([found.pk])[0]
    may_write = access.allowed(request.user, "pledges.write", found.record)
    context = {
        "part": "pledges", "pledge": found, "record": found.record, "row": row, "internal": is_internal(request.user),
        "progress": asked_pledges.progress_of(found), "slots": slots.beside(found.record, request.user),
        "may_write": may_write, "may_take_out": access.allowed(request.user, "gcm.merge", found.record),
        "form": _progress_form(request, found) if may_write else None,
    }  # fmt: skip
    return render(request, "governance/gcm/pledge.html", context | more, status=status)


def _progress_form(request: HttpRequest, found: Pledge, data: Any = None) -> ProgressForm:
    initial = {"day": timezone.localdate(), "state": found.state}
    return ProgressForm(data, pledge=found, seen=Record.objects.visible_to(request.user).standing(), initial=initial)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a pledge."""
    access.require(request.user, "governance.enter")
    access.require(request.user, "pledges.add")
    initial = {"round": frame.plain(request, "round", 40), "country": frame.plain(request, "country", 12)}
    form = PledgeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = pledging.add_pledge(by=person(request), **form.cleaned_data)
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            messages.success(request, _("The pledge is in the register. Say which objectives it serves."))
            return redirect("governance:pledge", pk=made.pk)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a pledge better."""
    found = pledge_or_404(request, pk)
    access.require(request.user, "pledges.write", found.record)
    own = is_internal(request.user)
    form = PledgeForm(request.POST if request.method == "POST" else None, initial=pledge_initial(found), own=own)
    revision = found.revision
    if form.is_bound and form.is_valid():
        said = {"country": found.country, **form.cleaned_data}
        try:
            pledging.change_pledge(found, seen=frame.number(request, "revision") or 0, by=person(request), **said)
        except GcmRefused as refused:
            frame.put(form, refused)
            revision = refused.revision if isinstance(refused, Changed) else revision
        else:
            messages.success(request, _("Saved."))
            return redirect("governance:pledge", pk=pk)
    return _form(request, form, found, revision)


def _form(request: HttpRequest, form: PledgeForm, found: Pledge | None, revision: int = 0) -> HttpResponse:
    context = {"part": "pledges", "form": form, "pledge": found, "revision": revision}
    return render(request, "governance/gcm/pledge_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how a pledge stood on a day."""
    found = pledge_or_404(request, pk)
    access.require(request.user, "pledges.write", found.record)
    form = _progress_form(request, found, request.POST)
    if form.is_valid():
        try:
            pledging.tell_progress(found, by=person(request), **form.cleaned_data)
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            messages.success(request, _("Noted."))
            return redirect("governance:pledge", pk=pk)
    return _page(request, found, status=422, form=form)


@require_POST
def correct(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take back what was said of a day."""
    found = pledge_or_404(request, pk)
    try:
        told = PledgeProgress.objects.filter(pledge=found, pk=key).first()
    except OverflowError:
        told = None
    if told is None:
        raise Http404(_("There is no such entry."))
    try:
        pledging.correct_progress(told, by=person(request))
    except GcmRefused as refused:
        return _page(request, found, status=409, refusal=str(refused))
    messages.success(request, _("Taken back."))
    return redirect("governance:pledge", pk=pk)


@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a pledge from the register."""
    found = pledge_or_404(request, pk)
    reason = request.POST.get("reason", "")
    try:
        pledging.take_out_pledge(found, reason=reason, by=person(request))
    except GcmRefused as refused:
        return _page(request, found, status=422, refusal=str(refused), typed_out=reason)
    messages.success(request, _("The pledge was taken out."))
    return redirect("governance:pledges")


urlpatterns: list[URLPattern] = [
    path("pledges/", pledges, name="pledges"),
    path("pledges/export.<str:fmt>", export, name="pledges-export"),
    path("pledges/new/", new, name="pledge-new"),
    path("pledges/<int:pk>/", pledge, name="pledge"),
    path("pledges/<int:pk>/edit/", edit, name="pledge-edit"),
    path("pledges/<int:pk>/progress/", progress, name="pledge-progress"),
    path("pledges/<int:pk>/progress/<int:key>/take-back/", correct, name="pledge-correct"),
    path("pledges/<int:pk>/take-out/", take_out, name="pledge-take-out"),
]
