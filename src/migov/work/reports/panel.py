"""What reports add to the pages of projects: a tab with the reports on the project, and those that the donor is still owed."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.work.projects.models import Project
from migov.work.projects.panels import Panel
from migov.work.reports import queries


def render(request: HttpRequest, project: Project) -> str:
    """The reports on a project as the tab of its page; people from outside are told that they are for the office."""
    inside = access.is_internal(request.user)
    may_start = access.allowed(request.user, "projects.manage", project.record)
    context = {
        "project": project,
        "inside": inside,
        "rows": queries.of_project(request.user, project),
        "owed": queries.owed_without_report(project) if inside else [],
        "may_start": may_start and queries.projects_to_report(request.user).filter(pk=project.pk).exists(),
        "today": timezone.localdate(),
    }
    return render_to_string("reports/panel.html", context, request=request)


PANEL = Panel("reports", gettext_lazy("Reports"), 20, render)
