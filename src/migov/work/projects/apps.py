from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest

    from migov.foundation.records.models import Record
    from migov.work.projects.models import Project


def alignments(request: "HttpRequest", project: "Project") -> str:
    """The panel of a project's alignments as a tab of its page."""
    from migov.services.alignment import panel

    return panel.render(request, project.record)


def page_of(record: "Record") -> str:
    """Address of a project's page."""
    from django.urls import reverse

    return reverse("projects:page", args=[record.pk])


class ProjectsConfig(AppConfig):
    name = "migov.work.projects"
    label = "projects"

    def ready(self) -> None:
        from migov.foundation.records import kinds
        from migov.foundation.shell import navigation, search
        from migov.services.suggestions import sources
        from migov.work.projects import panels, wording
        from migov.work.projects.models import KIND
        from migov.work.projects.search import find

        kinds.register(kinds.Kind(KIND, cast(str, _("project")), cast(str, _("projects")), page_of))
        navigation.register(_("Portfolio"), "projects:list", 20, permission="contributions.see")
        search.register(find)
        sources.register(KIND, wording.parts)
        panels.register_panel(panels.Panel("alignments", _("Alignments"), 20, alignments))
