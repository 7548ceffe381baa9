"""The register: the list with its filter, its export, and the import of the published register."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.services.jobs.models import Job
from migov.work.evaluations import exports, work
from migov.work.evaluations.filters import PARAMETERS, RESPONSES, BadFilter, EvaluationFilter, read_filter
from migov.work.evaluations.forms import ImportForm
from migov.work.evaluations.models import EvaluationLevel, EvaluatorType, Scope, Status, Timing
from migov.work.evaluations.published.reading import COLUMNS
from migov.work.evaluations.published.remarks import done_words, problem_words
from migov.work.evaluations.published.summary import remarks_csv
from migov.work.evaluations.queries import register
from migov.work.projects.views import refused, see

PER_PAGE = 25
SHOWN_REMARKS = 200


def filter_of(request: HttpRequest) -> tuple[EvaluationFilter, dict[str, str]]:
    """The filter of the address, and what is wrong with it: parameter → message."""
    try:
        return read_filter(request.GET), {}
    except BadFilter as wrong:
        return wrong.filter, wrong.errors


@see
def evaluations(request: HttpRequest) -> HttpResponse:
    """The register, filtered and sorted as the address says."""
    filter, errors = filter_of(request)
    order = request.GET.get("sort", register.DEFAULT_ORDER)
    keys: Any = [] if errors else register.ordered(register.matching(filter, request.user), order)
    page = Paginator(keys, register.PER_PAGE).get_page(request.GET.get("page"))
    sort = request.GET.get("sort", "")
    context = {
        "filter": filter, "errors": errors, "chips": filter.chips(), "sort": sort, "page": page,
        "unknown": {name: text for name, text in errors.items() if name not in PARAMETERS},
        "typed": {name: request.GET.get(name, "") for name in PARAMETERS}, "rows": register.rows(list(page)),
        "query": filter.to_query(**({"sort": sort} if sort else {})), "choices": register.choices(request.user),
        "vocabularies": [
            ("status", _("Status"), _("Any status"), Status.choices, filter.status),
            ("timing", _("Timing"), _("Any timing"), [(c, str(w).partition(" (")[0]) for c, w in Timing.choices], filter.timing),
            ("evaluator", _("Evaluator"), _("Any evaluator"), EvaluatorType.choices, filter.evaluator),
            ("level", _("Level"), _("Any level"), EvaluationLevel.choices, filter.level),
            ("scope", _("Scope"), _("Any scope"), Scope.choices, filter.scope),
            ("response", _("Management response"), _("With or without"), RESPONSES.items(), filter.response),
        ],
        "formats": LIST_FORMATS, "nothing_yet": not page.paginator.count and not filter and not errors,
        "may_import": access.allowed(request.user, "evaluations.import"),
        "may_start": access.allowed(request.user, "evaluations.start"),
    }  # fmt: skip
    return render(request, "evaluations/list.html", context)


@see
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All rows of the filter as a file."""
    filter, errors = filter_of(request)
    if errors:
        return refused(errors)
    order = request.GET.get("sort", register.DEFAULT_ORDER)
    keys = list(register.ordered(register.matching(filter, request.user), order))
    try:
        return list_response(exports.list_report(keys, filter, request), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The upload form and past imports."""
    access.require(request.user, "evaluations.import")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        job = work.ask_for_import(
            upload, name=upload.name or "", by=person(request), visibility=form.cleaned_data["visibility"]
        )
        messages.success(request, _("The file was received. Its import is running."))
        return redirect("jobs:page", pk=job.pk)
    page = Paginator(work.past_imports(request.user), PER_PAGE).get_page(request.GET.get("page"))
    status = 422 if form.is_bound else 200
    return render(request, "evaluations/imports.html", {"form": form, "page": page}, status=status)


def _job(request: HttpRequest, pk: int) -> Job:
    access.require(request.user, "evaluations.import")
    return get_object_or_404(work.past_imports(request.user), pk=pk)


@require_safe
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What one import did."""
    job = _job(request, pk)
    summary: dict[str, Any] = job.summary or {}
    labels = (
        ("rows", _("rows in the file")), ("created", _("new evaluations")), ("updated", _("updated evaluations")),
        ("unchanged", _("unchanged evaluations")), ("linked", _("projects found by their code")),
    )  # fmt: skip
    context = {
        "job": job, "summary": summary, "figures": [(label, summary.get(key, 0)) for key, label in labels],
        "problems": [(problem_words(code), number) for code, number in summary.get("by_problem", {}).items()],
        "remarks": [_shown(one) for one in summary.get("remarks", ())[:SHOWN_REMARKS]],
    }  # fmt: skip
    return render(request, "evaluations/import.html", context)


def _shown(remark: dict[str, Any]) -> dict[str, Any]:
    return {
        "row": remark["row"], "column": COLUMNS.get(remark["column"], remark["column"]), "value": remark["value"],
        "what": problem_words(remark["code"]), "done": done_words(remark),
    }  # fmt: skip


@require_safe
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """What was unclear in one import, as CSV."""
    job = _job(request, pk)
    response = HttpResponse("\ufeff" + remarks_csv(job.summary or {}), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="evaluations-import-{job.pk}-remarks.csv"'
    return response
