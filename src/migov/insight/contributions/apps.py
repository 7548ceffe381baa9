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

        navigation.register(_("Reports"), "contributions:index", 100, permission="contributions.see")
        element_panels.register(panels.who_contributes)
        registry.register(work.KIND, work.make_figures, atomic=False)
