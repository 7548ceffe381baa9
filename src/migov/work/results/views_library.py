"""Pages of the library: the list, one standard indicator, adding and changing, retiring, dimensions, linking one's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.projects.views import see
from migov.work.results import library_queries, queries
from migov.work.results.actions import dimensions as dimension_actions
from migov.work.results.actions import library as actions
from migov.work.results.actions.library import ChangedMeanwhile, LibraryError
from migov.work.results.library_export import library_report
from migov.work.results.library_forms import DimensionForm, ReasonForm, StandardForm, initial
from migov.work.results.models import Dimension, Indicator, Measure, StandardIndicator

PER_PAGE = 50


@see
def library(request: HttpRequest) -> HttpResponse:
    """The standard indicators, filtered and sorted as the address says."""
    filter = library_queries.read_filter(request.GET)
    found = library_queries.standards(filter, request.GET.get("sort", ""))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filter": filter, "page": page, "rows": library_queries.rows(list(page), request.user), "formats": LIST_FORMATS,
        "element_choices": library_queries.element_choices(), "measures": Measure.choices, "query": query.urlencode(),
        "element": " ".join(filter.element or ()).strip(), "sort": request.GET.get("sort", ""),
        "may_write": access.allowed(request.user, "results.library"),
    }  # fmt: skip
    return render(request, "results/library/list.html", context)


@see
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All standard indicators of the filter as a file."""
    filter = library_queries.read_filter(request.GET)
    found = library_queries.standards(filter, request.GET.get("sort", ""))
    try:
        return list_response(library_report(found, filter, request.user, request), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


@see
def standard(request: HttpRequest, pk: int) -> HttpResponse:
    """One standard indicator: what it means, who uses it, its versions."""
    return _page(request, _standard(pk), ReasonForm())


def _standard(pk: int) -> StandardIndicator:
    try:
        return StandardIndicator.objects.get(pk=pk)
    except (StandardIndicator.DoesNotExist, OverflowError):
        raise Http404(_("There is no such standard indicator.")) from None


def _page(request: HttpRequest, row: StandardIndicator, form: ReasonForm, status: int = 200) -> HttpResponse:
    versions = library_queries.versions(row)
    one, other = _number(request.GET.get("from")), _number(request.GET.get("to"))
    context: dict[str, Any] = {
        "standard": row, "row": library_queries.rows([row], request.user)[0], "versions": versions, "form": form,
        "uses": library_queries.users_of(row, request.user), "may_write": access.allowed(request.user, "results.library"),
        "internal": access.is_internal(request.user), "one": one, "other": other,
        "between": library_queries.between(row, one, other) if one and other else None,
    }  # fmt: skip
    return render(request, "results/library/standard.html", context, status=status)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a standard indicator."""
    access.require(request.user, "results.library")
    form = StandardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add(form.standard, by=person(request), code=form.cleaned_data["code"])
        except LibraryError as error:
            _say(form, error)
        else:
            messages.success(request, _("The library has a new indicator. Projects can link theirs to it."))
            return redirect("results:standard", pk=made.pk)
    return _edit(request, form, None, 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a standard indicator."""
    access.require(request.user, "results.library")
    row = _standard(pk)
    now = actions.standard_of(row)
    if request.method != "POST":
        return _edit(request, StandardForm(changing=True, initial=initial(now)), row)
    form, status = StandardForm(request.POST, changing=True), 422
    more: dict[str, Any] = {}
    if form.is_valid():
        try:
            changed = actions.change(
                pk, form.standard, by=person(request), reason=form.cleaned_data["reason"],
                stands=form.cleaned_data["stands"],
            )  # fmt: skip
        except ChangedMeanwhile as error:
            form.add_error(None, str(error))
            names = dict(Dimension.objects.values_list("code", "name"))
            more["meanwhile"] = library_queries.differences(form.standard.says, now.says, names)
            data = request.POST.copy()
            data["stands"] = now.digest  # saving again overwrites what was shown
            form.data = data
            status = 409
        except LibraryError as error:
            _say(form, error)
        else:
            renewed = changed.version > row.version
            said = _("Saved as version %d.") % changed.version if renewed else _("Saved.")
            messages.success(request, said)
            return redirect("results:standard", pk=pk)
    return _edit(request, form, row, status, **more)


def _edit(
    request: HttpRequest, form: StandardForm, row: StandardIndicator | None, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "standard": row, "fixed": row is not None and actions.in_use(row)}
    return render(request, "results/library/edit.html", context | more, status=status)


def _say(form: Any, error: LibraryError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire a standard indicator, or bring it back."""
    access.require(request.user, "results.library")
    row, form = _standard(pk), ReasonForm(request.POST)
    if form.is_valid():
        act = actions.bring_back if "back" in request.POST else actions.retire
        try:
            act(pk, by=person(request), reason=form.cleaned_data["reason"])
        except LibraryError as error:
            _say(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("results:standard", pk=pk)
    return _page(request, _standard(row.pk), form, 422)


@see
def dimensions(request: HttpRequest) -> HttpResponse:
    """What values can be told apart by."""
    context = {
        "dimensions": Dimension.objects.all(), "may_write": access.allowed(request.user, "results.library"),
    }  # fmt: skip
    return render(request, "results/library/dimensions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dimension(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a dimension, or change one."""
    access.require(request.user, "results.library")
    row = get_object_or_404(Dimension, code=code) if code else None
    first = (
        {"name": row.name, "values": dimension_actions.lines_of(row), "stands": dimension_actions.digest(row)}
        if row
        else {}
    )
    form = DimensionForm(request.POST or None, changing=row is not None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            values = dimension_actions.read_values(given["values"])
            if row is None:
                dimension_actions.add_dimension(given["name"], values, by=person(request), code=given["code"])
            else:
                dimension_actions.change_dimension(
                    row.pk, given["name"], values, by=person(request), stands=given["stands"]
                )
        except LibraryError as error:
            _say(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("results:dimensions")
    context = {
        "form": form, "dimension": row, "used": sorted(dimension_actions.used_values(row)) if row else [],
    }  # fmt: skip
    return render(request, "results/library/dimension.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Link a project's own indicator to a standard one, or unlink it."""
    access.require(request.user, "contributions.see")
    try:
        own = queries.indicator_for(request.user, pk)
    except (Indicator.DoesNotExist, OverflowError):
        raise Http404(_("There is no such indicator, or you may not see its project.")) from None
    access.require(request.user, "results.report", own.project.record)
    problem = ""
    if request.method == "POST":
        try:
            if "unlink" in request.POST:
                actions.unlink(pk, by=person(request))
                messages.success(request, _("The indicator is the project's own again. Its values stay."))
            else:
                actions.link(pk, _number_of(request.POST.get("standard")), by=person(request))
                messages.success(request, _("Linked: its values can be put together with those of other projects."))
            return redirect("results:indicator", pk=pk)
        except LibraryError as error:
            problem = str(error)
        except StandardIndicator.DoesNotExist:
            problem = _("Choose a standard indicator of the list.")
        except Indicator.DoesNotExist:
            problem = _("This indicator was taken out of the results matrix.")
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    context = {
        "indicator": own, "record": own.project.record, "words": words, "problem": problem,
        "proposals": library_queries.proposals(own, words),
    }  # fmt: skip
    return render(request, "results/library/link.html", context, status=422 if problem else 200)


def _number_of(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
