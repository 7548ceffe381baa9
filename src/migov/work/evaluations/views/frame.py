"""What all pages of one evaluation share: who may see them, the head of the page and its tabs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.work.evaluations.models import Evaluation
from migov.work.evaluations.queries import register

# Address → label, and whether only people of the office see it.
TABS = (
    ("page", gettext_lazy("About"), False),
    ("criteria", gettext_lazy("Criteria"), False),
    ("findings", gettext_lazy("Findings"), False),
    ("response", gettext_lazy("Recommendations and response"), False),
    ("followup", gettext_lazy("Follow-up"), False),
    ("quality", gettext_lazy("Quality"), True),
    ("documents", gettext_lazy("Documents"), False),
    ("alignments", gettext_lazy("Alignments"), False),
    ("history", gettext_lazy("History"), True),
)


def evaluation_or_404(request: HttpRequest, pk: int) -> Evaluation:
    """The evaluation that the address names. Raises PermissionDenied for people without a role, Http404 where it is not seen."""
    access.require(request.user, "contributions.see")
    try:
        return register.evaluation_for(request.user, pk)
    except (Evaluation.DoesNotExist, OverflowError):
        raise Http404(_("There is no such evaluation, or you may not see it.")) from None


def inside(request: HttpRequest) -> bool:
    """Whether the viewer works for the office: sees drafts, names and the checklist."""
    return access.is_internal(request.user)


def show(
    request: HttpRequest, evaluation: Evaluation, tab: str, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the evaluation: the template extends evaluations/frame.html."""
    internal = inside(request)
    tabs = [
        (label, reverse(f"evaluations:{code}", args=[evaluation.pk]), code == tab)
        for code, label, for_office in TABS
        if internal or not for_office
    ]
    record = evaluation.record
    common = {
        "evaluation": evaluation, "record": record, "tabs": tabs, "tab": tab, "internal": internal,
        "may_write": access.allowed(request.user, "evaluations.write", record),
        "may_respond": access.allowed(request.user, "evaluations.respond", record),
    }  # fmt: skip
    return render(request, template, common | context, status=status)
