"""The profile of an assessment: as it stands, for the office and its own government; as it was published, for everybody."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.foundation.people.access import enters_policy
from migov.services.documents import render as render_report
from migov.work.governance.assess import documents, profile
from migov.work.governance.assess.comparing import Comparison, compare, picture
from migov.work.governance.assess.queries import lists
from migov.work.governance.assess.queries.region import newest_before
from migov.work.governance.assess.views import frame
from migov.work.governance.models import Assessment


@require_safe
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile of the answers as they stand."""
    assessment = frame.assessment_or_404(request, pk)
    found = _as_it_stands(request, assessment)
    return frame.show(request, assessment, "profile", "governance/assess/profile.html", **_context(found))


@require_safe
def published(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile as it was published."""
    assessment = frame.published_or_404(request, pk)
    mine = enters_policy.test(request.user) and lists.live(request.user).filter(pk=pk).exists()
    context = {"part": "assessments", "assessment": assessment, "may_enter": mine}
    return render(request, "governance/assess/published.html", context | _context(_as_published(assessment)))


def _context(found: Comparison) -> dict[str, Any]:
    return {"of": found, "profile": found.profile, "picture": picture(found), "formats": documents.FORMATS}


def _as_it_stands(request: HttpRequest, assessment: Assessment) -> Comparison:
    """Compared with the assessment before, as far as the viewer may see that."""
    before = newest_before(assessment)
    if before is not None and not lists.live(request.user).filter(pk=before.pk).exists():
        before = None
    then = profile.of_rows(before, request.user) if before is not None else None
    return compare(profile.of_rows(assessment, request.user), then)


def _as_published(assessment: Assessment) -> Comparison:
    """Compared with the one before only where that is published too."""
    before = newest_before(assessment)
    kept = (
        Assessment.objects.filter(lists.published(), pk=before.pk).select_related("snapshot").first()
        if before
        else None
    )
    then = profile.from_json(kept.snapshot.content) if kept is not None else None
    return compare(profile.from_json(assessment.snapshot.content), then)


@require_safe
def live_file(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The profile as it stands, as a document that says so, or a workbook of answers with evidence."""
    assessment = frame.assessment_or_404(request, pk)
    return _made(request, _as_it_stands(request, assessment), fmt, published=False)


@require_safe
def published_file(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The published profile as a document or a workbook."""
    return _made(request, _as_published(frame.published_or_404(request, pk)), fmt, published=True)


def _made(request: HttpRequest, found: Comparison, fmt: str, *, published: bool) -> HttpResponse:
    if fmt not in documents.FORMATS:
        raise Http404(_("An assessment is made as %(formats)s.") % {"formats": ", ".join(documents.FORMATS).upper()})
    here = request.build_absolute_uri("/").rstrip("/")
    return documents.saved(render_report(documents.of_profile(found, here, published=published, fmt=fmt), fmt))


urlpatterns: list[URLPattern] = [
    path("assessments/<int:pk>/profile/", live, name="assessment-profile"),
    path("assessments/<int:pk>/profile.<str:fmt>", live_file, name="assessment-file"),
    path("assessments/<int:pk>/published/", published, name="assessment-published"),
    path("assessments/<int:pk>/published.<str:fmt>", published_file, name="assessment-published-file"),
]
