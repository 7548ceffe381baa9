"""The template of a project's values: out, back with a preview, and then kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.documents.values import one_line, slug
from migov.services.files.workbooks import Unreadable
from migov.work.projects.models import Project
from migov.work.results import reporting, sheets, sheets_in
from migov.work.results.actions.ground import ReportingError
from migov.work.results.actions.many import Cell, Outcome, put_many

KEPT_SECONDS = 3600
MOST_LISTED = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def project_or_404(request: HttpRequest, pk: int) -> Project:
    """The project that the address names, where the viewer reports for it. Raises Http404, PermissionDenied."""
    access.require(request.user, "contributions.see")
    try:
        project = reporting.project_to_report(request.user, pk)
    except (Project.DoesNotExist, OverflowError):
        raise Http404(_("There is no such project, or you may not see it.")) from None
    access.require(request.user, "results.report", project.record)
    return project


@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The template of a project as a workbook."""
    project = project_or_404(request, pk)
    response = HttpResponse(sheets.export(project), content_type=XLSX)
    name = slug(one_line(f"values {project.record.reference or project.record.title}"))
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a filled template, then see what it would change."""
    project = project_or_404(request, pk)
    if request.method != "POST":
        return _form(request, project, "")
    file = request.FILES.get("file")
    if file is None:
        return _form(request, project, _("Choose a file."), 422)
    try:
        found = sheets_in.plan(project, file.file, str(file.name), file.size or 0, by=person(request))  # type: ignore[arg-type]
    except (Unreadable, ReportingError) as problem:
        return _form(request, project, str(problem), 422)
    token = keep(request, project, found.cells, "sheet") if found.changes else ""
    context: dict[str, Any] = {
        "project": project, "record": project.record, "plan": found, "token": token, "name": str(file.name),
        "changes": found.changes[:MOST_LISTED], "more": max(0, len(found.changes) - MOST_LISTED),
        "refused": found.refused[:MOST_LISTED], "more_refused": max(0, len(found.refused) - MOST_LISTED),
    }  # fmt: skip
    return render(request, "results/sheets/preview.html", context)


def _form(request: HttpRequest, project: Project, problem: str, status: int = 200) -> HttpResponse:
    context = {
        "project": project, "record": project.record, "problem": problem, "lines": sheets.explained(project)[1:],
    }  # fmt: skip
    return render(request, "results/sheets/upload.html", context, status=status)


def keep(request: HttpRequest, project: Project, cells: Sequence[Cell], way: str) -> str:
    """Keep the cells of a preview for an hour, for the one who made it. Returns the token of its address."""
    token = uuid.uuid4().hex
    kept = {"project": project.pk, "person": request.user.pk, "cells": list(cells), "way": way}
    cache.set(_kept(token), kept, KEPT_SECONDS)
    return token


def _kept(token: str) -> str:
    return f"values-preview-{token}"


@require_POST
def apply(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Keep the values of a preview."""
    project = project_or_404(request, pk)
    kept = cache.get(_kept(token)) if len(token) == len(uuid.uuid4().hex) else None
    if not kept or kept["project"] != project.pk or kept["person"] != request.user.pk:
        messages.error(request, _("This preview is no longer kept. Choose the file once more."))
        return redirect("results:kobo" if request.POST.get("from") == "kobo" else "results:sheet-upload", pk)
    try:
        outcomes = put_many(project, kept["cells"], by=person(request), way=kept["way"])
    except ReportingError as problem:
        messages.error(request, str(problem))
        return redirect("results:report-project", pk)
    cache.delete(_kept(token))
    refused = [one for one in outcomes if one.problem]
    if refused:
        return _partly(request, project, refused, len(outcomes) - len(refused))
    said = _("%d cells were kept. They count once they are submitted and verified.") % len(outcomes)
    messages.success(request, said)
    return redirect("results:report-project", pk)


def _partly(request: HttpRequest, project: Project, refused: Sequence[Outcome], kept: int) -> HttpResponse:
    """What was refused after all: somebody else was quicker."""
    names = {line.indicator.pk: line.indicator.title for line in sheets.layout(project).lines}
    context = {
        "project": project, "record": project.record, "kept": kept,
        "refused": [(names.get(one.cell.indicator, ""), one.cell.text, one.problem) for one in refused[:MOST_LISTED]],
        "number": len(refused),
    }  # fmt: skip
    return render(request, "results/sheets/partly.html", context, status=409)
