"""The results matrix as a file: downloads, and a file read back with a preview before anything changes."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.services.documents import render as made
from migov.services.documents.values import one_line, slug
from migov.work.proposals import matrix_import, matrix_report, matrix_xlsx
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.matrix_import import ChangedMeanwhile, Plan
from migov.work.proposals.matrix_tables import Found, Unreadable
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries import matrix as queries
from migov.work.proposals.views import frame

KEPT_SECONDS = 3600
MOST_LISTED = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def download(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The matrix as a workbook to fill, a Word document or a PDF."""
    proposal = frame.proposal_or_404(request, pk)
    if fmt == "xlsx":
        record = proposal.project.record
        name = f"{slug(one_line(f'results matrix {record.reference or record.title}'))}.xlsx"
        return _saved(matrix_xlsx.export(proposal), XLSX, name)
    if fmt not in ("docx", "pdf"):
        raise Http404(_("The matrix is made as XLSX, DOCX or PDF."))
    base = request.build_absolute_uri("/").rstrip("/")
    file = made(matrix_report.report(proposal, base), fmt)
    return _saved(file.content, file.content_type, file.filename)


def _saved(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def read_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file, then see what it would change."""
    proposal = frame.proposal_or_404(request, pk)
    access.require(request.user, "proposals.write", proposal.project.record)
    upload = request.FILES.get("file") if request.method == "POST" else None
    if request.method == "POST" and upload is None:
        return _form(request, proposal, [_("Choose a file.")], status=400)
    if upload is None:
        return _form(request, proposal, [])
    reader = matrix_report if str(upload.name).lower().endswith(".docx") else matrix_xlsx
    spans = queries.matrix_of(proposal).columns
    try:
        found = reader.read(upload.file, str(upload.name), upload.size or 0, spans)
    except Unreadable as refused:
        return _form(request, proposal, [str(refused)], status=400)
    plan = matrix_import.plan(proposal, found)
    if plan.problems:
        return _form(request, proposal, plan.problems, status=400, name=str(upload.name))
    token = uuid.uuid4().hex
    if plan.changes:
        cache.set(_kept(token), _packed(proposal, request, found, plan), KEPT_SECONDS)
    return _preview(request, proposal, plan, token, str(upload.name))


@require_POST
def apply(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Make the changes of a preview."""
    proposal = frame.proposal_or_404(request, pk)
    access.require(request.user, "proposals.write", proposal.project.record)
    kept = cache.get(_kept(token)) if len(token) == len(uuid.uuid4().hex) else None
    if not kept or kept["proposal"] != proposal.pk or kept["person"] != request.user.pk:
        messages.error(request, _("This preview is no longer kept. Choose the file once more."))
        return redirect("proposals:matrix-import", proposal.pk)
    try:
        plan = matrix_import.apply(proposal, kept["found"], expected=kept["digest"], by=request.user)  # type: ignore[arg-type]
    except ChangedMeanwhile as changed:
        messages.warning(request, str(changed))
        anew = matrix_import.plan(proposal, kept["found"])
        if anew.problems:
            return _form(request, proposal, anew.problems, status=409)
        cache.set(_kept(token), kept | {"digest": anew.digest}, KEPT_SECONDS)
        return _preview(request, proposal, anew, token, "", status=409)
    except ProposalError as problem:
        messages.error(request, str(problem))
        return redirect("proposals:matrix-import", proposal.pk)
    cache.delete(_kept(token))
    words = _(
        "The matrix was read from the file: %(added)d added, %(changed)d changed, %(moved)d moved, %(removed)d removed."
    )
    messages.success(request, words % plan.counts)
    return redirect("proposals:matrix", proposal.pk)


def _kept(token: str) -> str:
    return f"matrix-import-{token}"


def _packed(proposal: Proposal, request: HttpRequest, found: Found, plan: Plan) -> dict[str, Any]:
    return {"proposal": proposal.pk, "person": request.user.pk, "found": found, "digest": plan.digest}


def _form(
    request: HttpRequest, proposal: Proposal, problems: list[str], *, status: int = 200, name: str = ""
) -> HttpResponse:
    return frame.show(
        request, proposal, "matrix", "proposals/matrix_import.html", status=status, problems=problems, name=name,
        spans=queries.matrix_of(proposal).spans,
    )  # fmt: skip


def _preview(
    request: HttpRequest, proposal: Proposal, plan: Plan, token: str, name: str, status: int = 200
) -> HttpResponse:
    return frame.show(
        request, proposal, "matrix", "proposals/matrix_preview.html", status=status, plan=plan, token=token, name=name,
        listed=plan.changes[:MOST_LISTED], more=max(0, len(plan.changes) - MOST_LISTED),
    )  # fmt: skip


urlpatterns = [
    path("<int:pk>/matrix/download/<slug:fmt>/", download, name="matrix-download"),
    path("<int:pk>/matrix/import/", read_file, name="matrix-import"),
    path("<int:pk>/matrix/import/<slug:token>/", apply, name="matrix-apply"),
]
