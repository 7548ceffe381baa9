"""The list of assessments, its export, and the form that starts one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.alignment.access import person
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.governance.assess import actions
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.assess.forms import StartForm
from migov.work.governance.assess.queries import lists
from migov.work.governance.models import AssessmentState

PER_PAGE = 25
LONGEST = 200


def filter_of(request: HttpRequest) -> lists.AssessmentFilter:
    """The filter of the address; what is not known means all."""
    get = request.GET
    year, state = get.get("year", ""), get.get("state", "")
    return lists.AssessmentFilter(
        q=get.get("q", "").replace("\x00", "")[:LONGEST].strip(), country=get.get("country", "").replace("\x00", "")[:12],
        set=get.get("set", "").replace("\x00", "")[:40], state=state if state in AssessmentState.values else "",
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
    )  # fmt: skip


@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """Assessments that the viewer finds."""
    access.require(request.user, "scores.see")
    asked = filter_of(request)
    sort = request.GET.get("sort", "-year")
    found = lists.matching(request.user, asked).order_by(*lists.ORDERS.get(sort, lists.ORDERS["-year"]))
    page = Paginator(found.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "part": "assessments", "asked": asked, "page": page, "rows": lists.rows(list(page), request.user),
        "formats": LIST_FORMATS, "query": urlencode(asked.params()), "states": AssessmentState.choices,
        "may_start": access.allowed(request.user, "assessments.start"), "narrowed": bool(asked.params()),
        **lists.choices(request.user),
    }  # fmt: skip
    return render(request, "governance/assess/list.html", context)


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The assessments of the filter as a file."""
    access.require(request.user, "scores.see")
    asked = filter_of(request)
    found = lists.matching(request.user, asked).order_by(*lists.ORDERS["-year"])
    here = request.build_absolute_uri("/").rstrip("/")
    try:
        return list_response(
            _report(lists.rows(list(found.values_list("pk", flat=True)), request.user), here, asked), fmt
        )
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def _report(found: list[lists.Row], here: str, asked: lists.AssessmentFilter) -> Report:
    columns = [
        Column("title", _("Assessment"), "link", width=3), Column("country", _("Country or area")), Column("year", _("Year"), "text"),
        Column("set", _("Questions"), width=2), Column("state", _("State")), Column("answered", _("Answered"), "integer"),
        Column("asked", _("Questions asked"), "integer"), Column("overall", _("Published score"), "number", unit="%", decimals=1),
        Column("due", _("Answers due"), "date"), Column("owner", _("Led by")),
    ]  # fmt: skip

    def lines() -> Iterator[dict[str, Any]]:
        for row in found:
            one = row.assessment
            name = "governance:assessment" if row.live else "governance:assessment-published"
            yield {
                "title": Link(one.record.title, reverse(name, args=[one.pk])), "country": formats.place(one.country),
                "year": str(one.year), "set": one.set.title, "state": str(one.get_state_display()),
                "answered": row.answered if row.live else None, "asked": row.asked, "overall": row.overall,
                "due": one.due if row.live else None, "owner": str(one.record.owner or "") if row.live else "",
            }  # fmt: skip

    return Report(
        title=_("Governance assessments"), organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(), base_url=here,
        metadata={_("Filter"): urlencode(asked.params()) or _("all")}, footnotes=[notes()["kosovo_footnote"]],
        blocks=[Table(_("Assessments"), columns, LazyRows(lines), sheet_name=_("Assessments"))],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose country, year and questions."""
    access.require(request.user, "governance.enter")
    if not is_internal(request.user):
        raise Http404(_("There is no such page."))
    access.require(request.user, "assessments.start")
    initial = {"country": request.GET.get("country", "")[:12], "year": timezone.localdate().year}
    form = StartForm(request.POST) if request.method == "POST" else StartForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.start(by=person(request), **form.cleaned_data)
        except AssessmentRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        except PermissionDenied:
            form.add_error("country", _("Only this country's own office or the regional office starts it."))
        else:
            messages.success(request, _("The assessment is started. The government's focal points were told."))
            return redirect("governance:assessment", pk=made.pk)
    context = {"part": "assessments", "form": form}
    return render(request, "governance/assess/new.html", context, status=422 if form.is_bound else 200)


urlpatterns: list[URLPattern] = [
    path("assessments/", assessments, name="assessments"),
    path("assessments/export.<str:fmt>", export, name="assessments-export"),
    path("assessments/new/", new, name="assessment-new"),
]
