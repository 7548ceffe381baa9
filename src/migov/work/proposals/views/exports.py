"""The proposal as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.services.documents import render
from migov.work.proposals import exports
from migov.work.proposals.views import frame


@require_safe
def export(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The whole proposal as DOCX or PDF."""
    proposal = frame.proposal_or_404(request, pk)
    if fmt not in exports.FORMATS:
        raise Http404(_("A proposal comes as DOCX or PDF."))
    made = render(exports.report(proposal, base_url=request.build_absolute_uri("/").rstrip("/")), fmt)
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    return response


urlpatterns = [path("<int:pk>/proposal.<slug:fmt>", export, name="export")]
