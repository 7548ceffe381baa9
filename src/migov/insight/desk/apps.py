from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "migov.insight.desk"
    label = "desk"

    def ready(self) -> None:
        from migov.foundation.shell import navigation

        navigation.register(_("Desk"), "desk:desk", 10)
