from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameworksConfig(AppConfig):
    name = "migov.foundation.frameworks"
    label = "frameworks"

    def ready(self) -> None:
        from migov.foundation.frameworks.search import element_hits
        from migov.foundation.shell import navigation, search

        navigation.register(_("Frameworks"), "frameworks:list", order=90, permission="frameworks.see")
        search.register(element_hits)
