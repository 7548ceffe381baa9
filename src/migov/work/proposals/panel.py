"""The proposal on the page of its project."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from migov.foundation.people import access
from migov.services.clearance.queries import standing_clearance
from migov.work.projects.models import Project
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries import life


def render(request: HttpRequest, project: Project) -> str:
    """Where the proposal is and how it stands; for a project that was loaded from elsewhere, that there is none."""
    proposal = Proposal.objects.filter(pk=project.pk).first()
    if proposal is not None and not access.allowed(request.user, "proposals.see", project.record):
        proposal = None
        hidden = True
    else:
        hidden = False
    context = {
        "proposal": proposal,
        "record": project.record,
        "hidden": hidden,
        "clearance": standing_clearance(project.record) if proposal else None,
        "amendments": life.amendments(proposal) if proposal else (),
    }
    return render_to_string("proposals/panel.html", context, request)
