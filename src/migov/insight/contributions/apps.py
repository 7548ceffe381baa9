from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContributionsConfig(AppConfig):
    name = "migov.insight.contributions"
    label = "contributions"

    def ready(self) -> None:
        from migov.foundation.frameworks import panels as element_panels
        from migov.foundation.shell import navigation
        from migov.insight.contributions import panels, work
        from migov.services.jobs import registry
        from migov.work.knowledge import panel as lessons
        from migov.work.projects import panels as project_panels

        navigation.register(_("Reports"), "contributions:index", 100, permission="contributions.see")
        element_panels.register(panels.who_contributes)
        # Knowledge and projects do not see each other; who sees both joins them.
        project_panels.register_panel(
            project_panels.Panel(
                "lessons", _("Lessons"), 40, lambda request, project: lessons.render(request, project.record)
            )
        )
        registry.register(work.KIND, work.make_figures, atomic=False)
