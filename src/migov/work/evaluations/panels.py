"""What evaluations add to the pages of projects: a tab with the evaluations of the project."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.work.evaluations.queries import register
from migov.work.projects.models import Project
from migov.work.projects.panels import Panel


def keys_of(request: HttpRequest, project: Project) -> Sequence[int]:
    """The evaluations of a project that the viewer may see, newest first."""
    found = register.evaluations_for(request.user).filter(projects__project=project)
    return list(register.ordered(found, register.DEFAULT_ORDER))


def render(request: HttpRequest, project: Project) -> str:
    """The evaluations of a project as the tab of its page."""
    context = {
        "project": project,
        "rows": register.rows(keys_of(request, project)),
        "start": f"{reverse('evaluations:new')}?project={project.pk}",
        "may_start": access.allowed(request.user, "evaluations.start"),
    }
    return render_to_string("evaluations/of_project.html", context, request=request)


PANEL = Panel("evaluations", gettext_lazy("Evaluations"), 25, render)
