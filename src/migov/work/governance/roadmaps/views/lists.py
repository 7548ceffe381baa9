"""The list of roadmaps with its filter and export, and beginning one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.foundation.places.models import Place
from migov.services.alignment.access import person
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.governance.models import RoadmapState
from migov.work.governance.roadmaps import exports, queries
from migov.work.governance.roadmaps.actions import drawing
from migov.work.governance.roadmaps.actions.ground import RoadmapError
from migov.work.governance.roadmaps.filters import PARAMETERS, read_filter
from migov.work.governance.roadmaps.forms import StartForm

USUAL_YEARS = 3


@require_safe
def roadmaps(request: HttpRequest) -> HttpResponse:
    """The roadmaps, filtered and sorted as the address says."""
    access.require(request.user, "governance.enter")
    filter, errors = read_filter(request.GET)
    sort = request.GET.get("sort", "")
    page = Paginator(queries.ordered(queries.matching(filter, request.user), sort), queries.PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = list(page)
    costs = queries.totals_of(one.pk for one in rows)
    context = {
        "part": "roadmaps", "filter": filter, "errors": errors, "chips": filter.chips(), "sort": sort, "page": page,
        "typed": {name: request.GET.get(name, "") for name in PARAMETERS},
        "rows": [(one, exports.years(one), exports.money(costs.get(one.pk, []))) for one in rows], "query": filter.to_query(),
        "countries": queries.countries(request.user), "states": RoadmapState.choices, "formats": LIST_FORMATS,
        "internal": access.is_internal(request.user), "may_start": access.allowed(request.user, "roadmaps.start"),
        "footnote": any(one.country.needs_footnote for one in rows),
    }  # fmt: skip
    return render(request, "governance/roadmaps/list.html", context)


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All rows of the filter as a file."""
    access.require(request.user, "governance.enter")
    filter, errors = read_filter(request.GET)
    if errors:
        return HttpResponse("\n".join(errors.values()), status=400, content_type="text/plain; charset=utf-8")
    found = list(queries.ordered(queries.matching(filter, request.user), request.GET.get("sort", "")))
    base = request.build_absolute_uri("/").rstrip("/")
    try:
        return list_response(exports.list_report(found, filter, base_url=base), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a roadmap. ?assessment= and ?country= fill these in."""
    access.require(request.user, "governance.enter")
    access.require(request.user, "roadmaps.start")
    user = person(request)
    if request.method != "POST":
        return _new(request, StartForm(user=user, initial=_initial(request)))
    form = StartForm(request.POST, user=user)
    if not form.is_valid():
        return _new(request, form, 422)
    try:
        made = drawing.start(**form.cleaned_data, by=user)
    except RoadmapError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _new(request, form, 422)
    except PermissionDenied:
        form.add_error("country", _("Only this country's own office or the regional office begins it."))
        return _new(request, form, 422)
    messages.success(request, _("The roadmap is begun. Add the first action."))
    return redirect("governance:roadmap", pk=made.pk)


def _initial(request: HttpRequest) -> dict[str, Any]:
    year = timezone.localdate().year
    initial: dict[str, Any] = {"starts": year, "ends": year + USUAL_YEARS - 1}
    said = request.GET.get("assessment", "")
    key = int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0
    found = queries.assessments_of(request.user).filter(pk=key).first() if key else None
    if found is not None:
        return initial | {"assessment": found.pk, "country": found.country_id}
    place = Place.objects.filter(code=request.GET.get("country", "")[:12], is_territory=True).first()
    return initial | ({"country": place.pk} if place else {})


def _new(request: HttpRequest, form: StartForm, status: int = 200) -> HttpResponse:
    return render(request, "governance/roadmaps/new.html", {"part": "roadmaps", "form": form}, status=status)
