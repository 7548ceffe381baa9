"""Pages of IATI imports: upload, past imports, one import with its problems."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from migov.exchange.iati import queries
from migov.exchange.iati.actions import ask_for_import
from migov.exchange.iati.forms import ImportForm
from migov.exchange.iati.summary import problems_csv
from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.services.jobs.models import Job

PER_PAGE = 25


@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The upload form and past imports."""
    access.require(request.user, "import.iati")
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        job = ask_for_import(
            upload,
            name=upload.name,
            by=cast(User, request.user),
            office=form.cleaned_data["office"],
            visibility=form.cleaned_data["visibility"],
        )
        messages.success(request, _("The file was received. Its import is running."))
        return redirect("jobs:page", pk=job.pk)
    page = Paginator(queries.past_imports(request.user), PER_PAGE).get_page(request.GET.get("page"))
    status = 422 if form.is_bound else 200
    facts = {"form": form, "page": page, "may_publish": access.allowed(request.user, "iati.publish")}
    return render(request, "iati/imports.html", facts, status=status)


def _job(request: HttpRequest, pk: int) -> Job:
    access.require(request.user, "import.iati")
    return get_object_or_404(queries.past_imports(request.user), pk=pk)


@require_GET
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What one import did."""
    job = _job(request, pk)
    summary: dict[str, Any] = job.summary or {}
    kept = len(summary.get("problems", ())) + len(summary.get("warnings", ()))
    facts = {
        "job": job,
        "summary": summary,
        "figures": queries.figures(summary),
        "warnings": queries.warning_counts(summary),
        "faults": queries.faults(summary),
        "kept": kept,
    }
    return render(request, "iati/import.html", facts)


@require_GET
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """Problems and warnings of one import as CSV."""
    job = _job(request, pk)
    response = HttpResponse("\ufeff" + problems_csv(job.summary or {}), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="iati-import-{job.pk}-problems.csv"'
    return response
