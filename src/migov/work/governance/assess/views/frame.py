"""What all pages of one assessment share: who may see them, the head of the page and its tabs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.work.governance.assess import ground
from migov.work.governance.assess.queries import lists
from migov.work.governance.models import Assessment, AssessmentState, Side

TONES = {
    AssessmentState.ANSWERING: "quiet",
    AssessmentState.VALIDATION: "warn",
    AssessmentState.CLEARANCE: "warn",
    AssessmentState.CLEARED: "good",
    AssessmentState.PUBLISHED: "good",
    AssessmentState.WITHDRAWN: "bad",
}
RELATED = ("record__owner", "record__office", "country", "set", "previous__record", "submission", "consent_document")


def assessment_or_404(request: HttpRequest, key: int) -> Assessment:
    """An assessment as somebody of the office, or its own government, may see it. Raises PermissionDenied, Http404."""
    access.require(request.user, "governance.enter")
    return _found(lists.live(request.user), key)


def published_or_404(request: HttpRequest, key: int) -> Assessment:
    """A published assessment, for everybody with a role. Raises PermissionDenied, Http404."""
    access.require(request.user, "scores.see")
    return _found(Assessment.objects.filter(lists.published()).select_related("snapshot"), key)


def office_only(request: HttpRequest) -> None:
    """Raise Http404 for a government: it is not told what the office does for itself."""
    if not is_internal(request.user):
        raise Http404(_("There is no such page."))


def _found(among: Any, key: int) -> Assessment:
    try:
        found: Assessment = among.select_related(*RELATED).get(pk=key)
    except (Assessment.DoesNotExist, OverflowError):  # a key that no database has room for
        raise Http404(_("There is no such assessment, or you may not see it.")) from None
    return found


def show(
    request: HttpRequest, assessment: Assessment, tab: str, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the assessment: the template extends governance/assess/frame.html and is given assessment, record, pages, side."""
    common = {
        "part": "assessments", "assessment": assessment, "record": assessment.record,
        "pages": _pages(request, assessment, tab), "state_tone": TONES[AssessmentState(assessment.state)],
        "internal": is_internal(request.user), "late": lists.late(assessment),
    }  # fmt: skip
    return render(request, template, common | context, status=status)


def speaks_now(request: HttpRequest, assessment: Assessment) -> Side | None:
    """The side for which the viewer may answer at this moment: its own, or in validation what is agreed."""
    if assessment.state == AssessmentState.ANSWERING:
        return ground.side_of(request.user, assessment.record)  # type: ignore[arg-type]
    if assessment.state == AssessmentState.VALIDATION and may_validate(request, assessment):
        return Side.AGREED
    return None


def may_validate(request: HttpRequest, assessment: Assessment) -> bool:
    """Whether the viewer leads the validation."""
    return access.allowed(request.user, ground.VALIDATE, assessment.record)


def _pages(request: HttpRequest, assessment: Assessment, here: str) -> list[tuple[str, str, bool]]:
    """The tabs of an assessment: label, address, whether it is this page."""
    found = [
        ("overview", _("Overview"), "governance:assessment"),
        ("questions", _("Questions"), "governance:assessment-questions"),
        ("profile", _("Profile"), "governance:assessment-profile"),
    ]
    if is_internal(request.user) and assessment.state not in (AssessmentState.ANSWERING, AssessmentState.WITHDRAWN):
        found.append(("workshop", _("Workshop"), "governance:assessment-workshops"))
    found.append(("state", _("Validation and publication"), "governance:assessment-state"))
    return [(label, reverse(name, args=[assessment.pk]), code == here) for code, label, name in found]
