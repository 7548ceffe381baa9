"""The room of proposals as a Django application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest

    from migov.work.projects.models import Project


def paper(request: HttpRequest, project: Project) -> str:
    """The proposal of a project as a tab of its page."""
    from migov.work.proposals import panel

    return panel.render(request, project)


class ProposalsConfig(AppConfig):
    name = "migov.work.proposals"
    label = "proposals"

    def ready(self) -> None:
        from migov.foundation.shell import navigation
        from migov.services.suggestions import sources
        from migov.work.projects import panels
        from migov.work.projects.models import KIND
        from migov.work.proposals import pace, subject, wording
        from migov.work.results import plans

        subject.register()
        plans.register(pace.planned_share)
        sources.extend(KIND, wording.parts)
        navigation.register(_("Proposals"), "proposals:list", 22, permission="proposals.list")
        panels.register_panel(panels.Panel("proposal", _("Proposal"), 15, paper))
