"""The calendar of rounds with the reports for them, the export of the list, and the forms of a round and of a new report."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.foundation.places.models import Place
from migov.services.alignment.access import person
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.governance.gcm import lists
from migov.work.governance.gcm.actions import drawing, reports, rounds
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.gcm.forms import RoundForm, StartForm
from migov.work.governance.gcm.queries import reports as asked_reports
from migov.work.governance.gcm.views import frame
from migov.work.governance.models import GcmReportState, ReviewRound

PER_PAGE = 25


def filter_of(request: HttpRequest) -> asked_reports.ReportFilter:
    """The filter of the address; what is not known means all."""
    state = frame.plain(request, "state")
    return asked_reports.ReportFilter(
        round=frame.plain(request, "round", 40), country=frame.plain(request, "country", 12),
        state=state if state in GcmReportState.values else "",
    )  # fmt: skip


@require_safe
def gcm(request: HttpRequest) -> HttpResponse:
    """Rounds and reports, as far as the viewer may see them."""
    access.require(request.user, "governance.enter")
    asked = filter_of(request)
    found = asked_reports.matching(request.user, asked)
    sort = request.GET.get("sort", "round")
    page = Paginator(asked_reports.rows(found, sort), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "part": "gcm", "asked": asked, "page": page, "calendar": asked_reports.calendar(request.user),
        "formats": LIST_FORMATS, "query": urlencode(asked.params()), "narrowed": bool(asked.params()),
        "countries": Place.objects.filter(gcm_reports__in=asked_reports.visible(request.user)).distinct(),
        "states": GcmReportState.choices, "may_start": access.allowed(request.user, "gcm.start"),
        "may_rounds": access.allowed(request.user, "gcm.rounds"), "internal": is_internal(request.user),
        "tones": {str(state): tone for state, tone in frame.TONES.items()},
    }  # fmt: skip
    return render(request, "governance/gcm/list.html", context)


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The reports of the filter as a file."""
    access.require(request.user, "governance.enter")
    rows = asked_reports.rows(asked_reports.matching(request.user, filter_of(request)))
    try:
        return list_response(lists.reports(rows, base_url=request.build_absolute_uri("/").rstrip("/")), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def _round_page(request: HttpRequest, form: RoundForm, round: ReviewRound | None, status: int) -> HttpResponse:
    context = {"part": "gcm", "form": form, "round": round}
    return render(request, "governance/gcm/round.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def round_new(request: HttpRequest) -> HttpResponse:
    """Enter a round."""
    access.require(request.user, rounds.PERMISSION)
    form = RoundForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = rounds.add_round(by=person(request), **form.cleaned_data)
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            messages.success(request, _("“%s” is in the calendar.") % made.title)
            return redirect("governance:gcm")
    return _round_page(request, form, None, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def round_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a round."""
    access.require(request.user, rounds.PERMISSION)
    found = get_object_or_404(ReviewRound, code=code)
    initial = {name: getattr(found, name) for name in RoundForm.base_fields}
    form = RoundForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            rounds.change_round(found, by=person(request), **form.cleaned_data)
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("governance:gcm")
    return _round_page(request, form, found, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a report."""
    access.require(request.user, "governance.enter")
    access.require(request.user, "gcm.start")
    form = StartForm(
        request.POST if request.method == "POST" else None,
        initial={
            "round": frame.plain(request, "round", 40),
            "country": frame.plain(request, "country", 12),
            "draw": True,
        },
    )
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            made = reports.start(said["round"], country=said["country"], title=said["title"], by=person(request))
            done = drawing.draw(made, by=person(request)) if said["draw"] else None
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            words = _("The report is begun. %d paragraphs were drawn from what is known.")
            messages.success(request, words % done.added if done else _("The report is begun."))
            return redirect("governance:gcm-report", pk=made.pk)
    return render(
        request, "governance/gcm/start.html", {"part": "gcm", "form": form}, status=422 if form.is_bound else 200
    )


urlpatterns: list[URLPattern] = [
    path("gcm/", gcm, name="gcm"),
    path("gcm/export.<str:fmt>", export, name="gcm-list-export"),
    path("gcm/rounds/new/", round_new, name="gcm-round-new"),
    path("gcm/rounds/<slug:code>/", round_edit, name="gcm-round-edit"),
    path("gcm/new/", start, name="gcm-new"),
]
